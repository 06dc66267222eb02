"""The audit log: every access and step, in one chain in which nothing can be changed, added or left out unnoticed.

The link of an entry is keyed BLAKE2b, under a key derived from the installation's, over the link before and the
entry's own fields, each with its length before it; a head row with a keyed hash of its own says where the chain
ends. So whoever can write to the database but lacks the key file cannot mend the chain after a change, nor cut its
end off. Whoever has both can: a `head` noted elsewhere (printed with the yearly figures) proves the rest even then.
An older copy of the whole log with its head can only be told by such a note too.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.case_rows import AuditEntry
from storage.columns import upsert
from storage.schema_cases import audit, audit_head
from storage.sealing import KeyRing
from storage.session import Session

_BATCH = 1000
_START = bytes(32)
_ADD = sa.insert(audit)
_HEAD = sa.select(audit_head).where(audit_head.c.id == 1)
_PUT_HEAD = upsert(audit_head)
_LAST = sa.select(sa.func.max(audit.c.id))
_ROWS = sa.select(audit).where(audit.c.id > sa.bindparam("after")).order_by(audit.c.id).limit(_BATCH)
_SINCE = (
    sa.select(audit)
    .where(audit.c.id > sa.bindparam("after"))
    .order_by(audit.c.id)
    .limit(sa.bindparam("most"))
)
_KIND_OF = sa.select(audit.c.case, audit.c.action).where(
    audit.c.case.in_(sa.bindparam("cases", expanding=True)),
    audit.c.action.startswith(sa.bindparam("kind", type_=sa.Text), autoescape=False),
)
_OF = sa.select(audit).where(audit.c.case == sa.bindparam("of")).order_by(audit.c.id)
_NO_CASE = audit.c.case.is_(None)
_GENERAL = (
    sa.select(audit)
    .where(_NO_CASE)
    .order_by(audit.c.id.desc())
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("skip"))
)
_GENERAL_LENGTH = sa.select(sa.func.count()).select_from(audit).where(_NO_CASE)


class Audit:
    """The `audit` and `audit_head` tables."""

    __slots__ = ("_keys", "_lock", "_session")

    def __init__(
        self, session: Session, keys: KeyRing, lock: Callable[[Session, str], Awaitable[None]]
    ) -> None:
        self._session = session
        self._keys = keys
        self._lock = lock

    async def append(self, actor: str, action: str, case: str | None, day: date) -> int:
        """Put a step on record as part of this transaction; gives back its id, one more than the last.

        Other transactions that append wait until this one ends, so it comes last, after every other lock. When the
        log was cut or its head changed, the step is kept without a link, for `verify` to name it.
        """
        await self._lock(self._session, "audit")
        head = (await self._session.execute(_HEAD)).one_or_none()
        last = int((await self._session.execute(_LAST)).scalar_one() or 0)
        sound = self._ends(head, last)
        entry = AuditEntry(last + 1, day, actor, action, case)
        fresh = self._link(_START if head is None else head.link, entry) if sound else _START
        await self._session.execute(_ADD, {**_clear(entry), "link": fresh})
        mark = self._mark(entry.id, fresh)
        await self._session.execute(_PUT_HEAD, {"id": 1, "last": entry.id, "link": fresh, "mark": mark})
        return entry.id

    async def head(self) -> tuple[int, bytes]:
        """Give the id and link of the last step, 0 and zeros before the first: to be noted outside."""
        row = (await self._session.execute(_HEAD)).one_or_none()
        return (0, _START) if row is None else (row.last, row.link)

    async def verify(self) -> int | None:
        """Give the id of the first entry that was changed, moved, left out or put in; None when the chain is whole.

        One more than the last id: the end was cut off, or the head changed.
        """
        last, link = 0, _START
        while rows := (await self._session.execute(_ROWS, {"after": last})).all():
            for row in rows:
                if row.id != last + 1 or row.link != self._link(link, _entry(row)):
                    return last + 1
                last, link = row.id, row.link
        head = (await self._session.execute(_HEAD)).one_or_none()
        if self._ends(head, last) and (head is None or head.link == link):
            return None
        return last + 1

    async def of(self, case: str) -> Sequence[AuditEntry]:
        """Give the steps of a case, in order."""
        return [_entry(row) for row in await self._session.execute(_OF, {"of": case})]

    async def since(self, step: int, *, limit: int) -> Sequence[AuditEntry]:
        """Give the steps after one, in order."""
        return [_entry(row) for row in await self._session.execute(_SINCE, {"after": step, "most": limit})]

    async def kind_of(self, cases: Sequence[str], kind: str) -> Mapping[str, frozenset[str]]:
        """Give the actions on those cases that begin with `kind`, by case; a case without any is left out."""
        found: dict[str, set[str]] = {}
        for row in await self._session.execute(_KIND_OF, {"cases": list(cases), "kind": kind}):
            found.setdefault(row.case, set()).add(row.action)
        return {case: frozenset(actions) for case, actions in found.items()}

    async def general(self, *, limit: int, offset: int = 0) -> Sequence[AuditEntry]:
        """Give a page of the steps that concern no case, the latest first."""
        rows = await self._session.execute(_GENERAL, {"most": limit, "skip": offset})
        return [_entry(row) for row in rows]

    async def general_length(self) -> int:
        """Count the steps that concern no case."""
        return int((await self._session.execute(_GENERAL_LENGTH)).scalar_one())

    def _ends(self, head: sa.Row[*tuple[Any, ...]] | None, last: int) -> bool:
        """Tell whether the head was written by this house, and says that the log ends where it does."""
        if head is None:
            return last == 0
        return (head.last, head.mark) == (last, self._mark(last, head.link))

    def _link(self, before: bytes, entry: AuditEntry) -> bytes:
        case = b"" if entry.case is None else b"\x01" + entry.case.encode()
        parts = (str(entry.id), entry.day.isoformat(), entry.actor, entry.action)
        return self._keys.derived("audit link", before, *parts, case)

    def _mark(self, last: int, link: bytes) -> bytes:
        return self._keys.derived("audit head", str(last), link)


def _clear(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "day": entry.day,
        "actor": entry.actor,
        "action": entry.action,
        "case": entry.case,
    }


def _entry(row: sa.Row[*tuple[Any, ...]]) -> AuditEntry:
    return AuditEntry(row.id, row.day, row.actor, row.action, row.case)
