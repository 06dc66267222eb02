"""What people say about records: a subject's word on the points, and why a talk that was due was not held."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.columns import upsert
from storage.ledger_rows import Confirmation, ConfirmationState, Excuse
from storage.schema_ledger import confirmations, excuses
from storage.sealed_tables import CONFIRMATIONS, EXCUSES
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_Row = sa.Row[*tuple[Any, ...]]
_BATCH = 500

_ASK = upsert(confirmations, replace=False)
_ANSWER = (
    sa.update(confirmations)
    .where(
        confirmations.c.record == sa.bindparam("of"),
        confirmations.c.version == sa.bindparam("of_version"),
        confirmations.c.subject == sa.bindparam("by"),
        confirmations.c.state == "asked",
    )
    .values(state=sa.bindparam("answer"), at=sa.bindparam("now"), sealed=sa.bindparam("content"))
)
_OF_RECORD = (
    sa.select(confirmations)
    .where(confirmations.c.record == sa.bindparam("of"))
    .order_by(confirmations.c.version, confirmations.c.subject)
)
_ASKED_OF = (
    sa.select(confirmations)
    .where(confirmations.c.subject == sa.bindparam("by"), confirmations.c.state == "asked")
    .order_by(confirmations.c.at, confirmations.c.record)
)
_EXCUSE = upsert(excuses)
_EXCUSES = (
    sa.select(excuses)
    .where(excuses.c.period == sa.bindparam("in_period"))
    .order_by(excuses.c.subject, excuses.c.talk_type)
)
_EXCUSES_OF = _EXCUSES.where(excuses.c.subject.in_(sa.bindparam("of", expanding=True)))


class Standing:
    """The `confirmations` and `excuses` tables. Objections and reasons are sealed."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def ask(self, record: int, version: int, subject: str, now: datetime) -> None:
        """Ask a subject to confirm the points of a version; a second time changes nothing.

        Raises StorageError when there is no such version or person.
        """
        row = {"record": record, "version": version, "subject": subject, "state": "asked", "at": now}
        await self._session.execute(_ASK, {**row, "sealed": CONFIRMATIONS.seal(self._keys, None, row)})

    async def answer(  # noqa: PLR0913, PLR0917 - the key of the row, and what it then holds
        self,
        record: int,
        version: int,
        subject: str,
        state: ConfirmationState,
        note: str | None,
        now: datetime,
    ) -> bool:
        """Keep a subject's answer; False unless they were asked and have not answered yet."""
        row = {"record": record, "version": version, "subject": subject}
        parameters = {
            "of": record,
            "of_version": version,
            "by": subject,
            "answer": state,
            "now": now,
            "content": CONFIRMATIONS.seal(self._keys, note, row),
        }
        return (await self._session.execute(_ANSWER, parameters)).rowcount == 1

    async def confirmations(self, record: int) -> Sequence[Confirmation]:
        """Give what subjects were asked and said about a record, by version."""
        return self._confirmations((await self._session.execute(_OF_RECORD, {"of": record})).all())

    async def asked_of(self, subject: str) -> Sequence[Confirmation]:
        """Give what a subject was asked and has not answered, oldest first."""
        return self._confirmations((await self._session.execute(_ASKED_OF, {"by": subject})).all())

    async def excuse(self, excuse: Excuse) -> None:
        """Keep why a talk was not held, in place of what was said before for that subject, type and period."""
        row = {
            "period": excuse.period,
            "subject": excuse.subject,
            "talk_type": excuse.talk_type,
            "author": excuse.author,
            "at": excuse.at,
        }
        sealed = EXCUSES.seal(self._keys, excuse.reason, row)
        await self._session.execute(_EXCUSE, {**row, "sealed": sealed})

    async def excuses(self, subjects: Sequence[str] | None, period: str) -> Sequence[Excuse]:
        """Give the reasons kept for those subjects (all when None) and that period."""
        if subjects is None:
            return self._excuses((await self._session.execute(_EXCUSES, {"in_period": period})).all())
        found: list[Excuse] = []
        for start in range(0, len(subjects), _BATCH):
            parameters = {"in_period": period, "of": list(subjects[start : start + _BATCH])}
            found += self._excuses((await self._session.execute(_EXCUSES_OF, parameters)).all())
        return found

    def _confirmations(self, rows: Sequence[_Row]) -> Sequence[Confirmation]:
        found = []
        for row in rows:
            try:
                note = CONFIRMATIONS.open(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - public
            except SealBroken:
                _log.warning("a confirmation of record %d has a broken seal and was left out", row.record)
                continue
            found.append(Confirmation(row.record, row.version, row.subject, row.state, row.at, note))
        return found

    def _excuses(self, rows: Sequence[_Row]) -> Sequence[Excuse]:
        found = []
        for row in rows:
            try:
                reason = EXCUSES.open(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - public
            except SealBroken:
                _log.warning("an excuse with a broken seal was left out")
                continue
            found.append(Excuse(row.subject, row.talk_type, row.period, reason, row.author, row.at))
        return found
