"""Reminders: each occasion is told to each recipient once."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.columns import Instant
from storage.ledger_rows import Reminder
from storage.schema_ledger import reminders
from storage.session import Session

_BATCH = 500

_PLANNED = sa.select(reminders.c.key, reminders.c.recipient).where(
    reminders.c.key.in_(sa.bindparam("keys", expanding=True))
)
_PLAN = sa.text(
    "INSERT INTO reminders (key, recipient, kind, about, due) VALUES (:key, :recipient, :kind, :about, :due)"
    " ON CONFLICT (key, recipient) DO NOTHING"
).bindparams(sa.bindparam("due", type_=Instant))
_DUE = (
    sa.select(reminders)
    .where(reminders.c.sent.is_(None), reminders.c.due <= sa.bindparam("now"))
    .order_by(reminders.c.due, reminders.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_SENT = (
    sa.update(reminders)
    .where(reminders.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(sent=sa.bindparam("at", type_=Instant))
)
_POSTPONE = (
    sa.update(reminders)
    .where(reminders.c.id == sa.bindparam("at_id"))
    .values(due=sa.bindparam("until"), sent=None)
)
_BEGINNING = sa.select(reminders.c.id, reminders.c.about).where(
    reminders.c.sent.is_(None),
    sa.func.substr(reminders.c.about, 1, sa.bindparam("length", type_=sa.Integer)) == sa.bindparam("prefix"),
)
_DROP = sa.delete(reminders).where(
    reminders.c.id.in_(sa.bindparam("ids", expanding=True)), reminders.c.sent.is_(None)
)
_OF = (
    sa.select(reminders)
    .where(reminders.c.recipient == sa.bindparam("to"))
    .order_by(reminders.c.due.desc(), reminders.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class Reminders:
    """The `reminders` table. No words: a reminder's text is made when it is sent."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def plan(self, wanted: Sequence[Reminder]) -> int:
        """Add those whose key was never planned for their recipient; gives back how many. Ids do not matter."""
        added = 0
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            rows = await self._session.execute(_PLANNED, {"keys": sorted({each.key for each in batch})})
            planned = {(row.key, row.recipient) for row in rows}
            for each in batch:
                if (each.key, each.recipient) not in planned:
                    added += await self._add(each)
        return added

    async def claim(self, now: datetime, limit: int) -> Sequence[Reminder]:
        """Give up to `limit` that are due and unsent, oldest first, passing over those another worker has.

        They stay this transaction's until it ends: put what they say into the outbox and call `sent` in it.
        """
        rows = await self._session.execute(_DUE, {"now": now, "most": limit})
        return [_reminder(row) for row in rows]

    async def sent(self, ids: Collection[int], now: datetime) -> None:
        """Note that they were told."""
        if ids:
            await self._session.execute(_SENT, {"ids": list(ids), "at": now})

    async def postpone(self, id: int, until: datetime) -> bool:  # noqa: A002 - the word of the row
        """Tell it (again) at `until`; False when there is none by that id."""
        return (await self._session.execute(_POSTPONE, {"at_id": id, "until": until})).rowcount == 1

    async def drop(self, about_prefix: str) -> int:
        """Delete the waiting ones about a thing that is over; gives back how many.

        "ticket:1" is about ticket 1 and its parts, never about ticket 12. What was dropped may be planned anew.
        """
        parameters = {"prefix": about_prefix, "length": len(about_prefix)}
        rows = await self._session.execute(_BEGINNING, parameters)
        ids = [row.id for row in rows if _whole(about_prefix, row.about)]
        for start in range(0, len(ids), _BATCH):
            await self._session.execute(_DROP, {"ids": ids[start : start + _BATCH]})
        return len(ids)

    async def of(self, recipient: str, limit: int) -> Sequence[Reminder]:
        """Give a person's reminders, sent and waiting, the latest due first."""
        rows = await self._session.execute(_OF, {"to": recipient, "most": limit})
        return [_reminder(row) for row in rows]

    async def _add(self, reminder: Reminder) -> int:
        values = {
            "key": reminder.key,
            "recipient": reminder.recipient,
            "kind": reminder.kind,
            "about": reminder.about,
            "due": reminder.due,
        }
        return (await self._session.execute(_PLAN, values)).rowcount


def _whole(prefix: str, about: str) -> bool:
    """Tell whether the prefix ends where a word of `about` ends."""
    return not (prefix[-1:].isalnum() and about[len(prefix) :][:1].isalnum())


def _reminder(row: sa.Row[tuple[object, ...]]) -> Reminder:
    return Reminder(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
