"""A database in memory with the store's own face: transactions, drafts, outbox, updates, questions."""

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Row:
    id: int
    channel: str
    address: str
    payload: bytes
    due: datetime
    attempts: int = 0


@dataclass
class State:
    updates: set[tuple[str, str]] = field(default_factory=set)
    drafts: dict[tuple[str, str], tuple[bytes, datetime]] = field(default_factory=dict)
    passing: dict[tuple[str, str], tuple[bytes, datetime]] = field(default_factory=dict)
    outbox: dict[int, Row] = field(default_factory=dict)
    questions: list[tuple[str, str | None]] = field(default_factory=list)
    rows: int = 0


class MemoryWork:
    """One transaction: works on a copy of the state, which replaces the state at commit."""

    def __init__(self, state: State, now: datetime) -> None:
        self.state = state
        self._now = now
        self.updates = self.drafts = self.outbox = self.questions = self
        self.passing = MemoryPassing(state, now)

    async def lock(self, key: str) -> None: ...

    async def first_time(self, channel: str, update: str) -> bool:
        new = (channel, update) not in self.state.updates
        self.state.updates.add((channel, update))
        return new

    async def get(self, key: str, slot: str) -> bytes | None:
        value, expires = self.state.drafts.get((key, slot), (None, None))
        return None if expires is None or expires <= self._now else value

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        return await self.get(key, one), await self.get(key, other)

    async def delete(self, key: str, slot: str) -> None:
        self.state.drafts.pop((key, slot), None)

    async def put(self, *arguments):
        if isinstance(arguments[2], bytes) and isinstance(arguments[3], datetime) and len(arguments) == 4:
            key, slot, value, expires = arguments
            self.state.drafts[key, slot] = (value, expires)
            return None
        channel, address, payload, now, not_before = arguments
        self.state.rows += 1
        number = self.state.rows
        self.state.outbox[number] = Row(number, channel, address, payload, not_before or now)
        return number

    async def claim(self, channel: str, now: datetime, limit: int, lease: timedelta) -> list[Row]:
        mine = (row for row in self.state.outbox.values() if row.channel == channel and row.due <= now)
        due = list(mine)[:limit]
        taken = [copy.copy(row) for row in due]
        for row in due:
            row.due, row.attempts = now + lease, row.attempts + 1
        return taken

    async def done(self, ids) -> None:
        for number in ids:
            self.state.outbox.pop(number, None)

    async def later(self, id: int, at: datetime) -> None:  # noqa: A002 - the store's own word
        self.state.outbox[id].due = at

    async def add(self, text: str, note: str | None, now: datetime) -> None:
        self.state.questions.append((text, note))


class MemoryPassing:
    """The drafts of reports."""

    def __init__(self, state: State, now: datetime) -> None:
        self.state = state
        self._now = now

    async def get(self, key: str, slot: str) -> bytes | None:
        value, expires = self.state.passing.get((key, slot), (None, None))
        return None if expires is None or expires <= self._now else value

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        return await self.get(key, one), await self.get(key, other)

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        self.state.passing[key, slot] = (value, expires)

    async def delete(self, key: str, slot: str) -> None:
        self.state.passing.pop((key, slot), None)


class MemoryDatabase:
    """Commits at the end of the block, forgets the copy when it raises. `broken` makes it unreachable."""

    def __init__(self, now) -> None:
        self.state = State()
        self.keys = self
        self.broken: Exception | None = None
        self._now = now

    def opaque(self, channel: str, address: str) -> str:
        return f"opaque-{channel}-{address}"

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[MemoryWork]:
        if self.broken is not None:
            raise self.broken
        work = MemoryWork(copy.deepcopy(self.state), now or self._now())
        yield work
        self.state = work.state
