"""What the conversation needs of storage, as protocols, so that tests can pass their own."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Protocol


class Updates(Protocol):
    """Which deliveries of a channel were applied."""

    async def first_time(self, channel: str, update: str) -> bool:
        """Mark a delivery as applied; False when it already was."""
        ...


class Drafts(Protocol):
    """Short-lived sealed values of a conversation, by slot."""

    async def get(self, key: str, slot: str) -> bytes | None:
        """Give the value back, None when there is none or its time is over."""
        ...

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        """Give the values of two slots."""
        ...

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        """Set the value."""
        ...

    async def delete(self, key: str, slot: str) -> None:
        """Forget the value; nothing happens when there is none."""
        ...


class OutboxRow(Protocol):
    """A message waiting to leave. `attempts` counts how often it was claimed before this time."""

    @property
    def id(self) -> int: ...  # noqa: D102 - named by the class
    @property
    def address(self) -> str: ...  # noqa: D102 - named by the class
    @property
    def payload(self) -> bytes: ...  # noqa: D102 - named by the class
    @property
    def attempts(self) -> int: ...  # noqa: D102 - named by the class


class Outbox(Protocol):
    """Messages that leave after the commit."""

    async def put(
        self, channel: str, address: str, payload: bytes, now: datetime, not_before: datetime | None = None
    ) -> int:
        """Add a message; gives its id, which grows with time."""
        ...

    async def claim(self, channel: str, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxRow]:
        """Take up to `limit` messages that are due, oldest first, and keep others off them for `lease`."""
        ...

    async def done(self, ids: Sequence[int]) -> None:
        """Forget messages."""
        ...

    async def later(self, id: int, at: datetime) -> None:  # noqa: A002 - the storage's own word
        """Put a message off until `at`."""
        ...


class Questions(Protocol):
    """Unanswered questions, kept without the asker."""

    async def add(self, text: str, note: str | None, now: datetime) -> object:
        """Keep a question for a human answer."""
        ...


class Feedback(Protocol):
    """Whether answers helped, kept without the asker."""

    async def add(
        self, question: str, outcome: str, *, helpful: bool, measure: str | None, day: date
    ) -> None:
        """Keep one judgement."""
        ...


class UnitOfWork(Protocol):
    """One open transaction."""

    @property
    def updates(self) -> Updates: ...  # noqa: D102 - named by its type
    @property
    def drafts(self) -> Drafts: ...  # noqa: D102 - named by its type
    @property
    def passing(self) -> Drafts: ...  # noqa: D102 - drafts that never reach a disk that is backed up
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102 - named by its type
    @property
    def questions(self) -> Questions: ...  # noqa: D102 - named by its type
    @property
    def feedback(self) -> Feedback: ...  # noqa: D102 - named by its type

    async def lock(self, key: str) -> None:
        """Wait until no other transaction holds `key`; held until the end of this one."""
        ...


class Keys(Protocol):
    """Derives opaque names."""

    def opaque(self, channel: str, address: str) -> str:
        """Name a conversation so that the address cannot be told from it."""
        ...


class Database(Protocol):
    """Where everything is kept."""

    @property
    def keys(self) -> Keys: ...  # noqa: D102 - named by its type

    def transaction(self, now: datetime | None = None) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction that commits at the end of the block and rolls back when the block raises.

        `now` decides what has expired; without it the database's own clock does.
        """
        ...
