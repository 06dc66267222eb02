"""The conversation on a case, between the reporter and the handlers."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from storage.case_rows import CaseMessage
from storage.case_writing import locked_open, next_position
from storage.failures import failure
from storage.report_sealing import CaseKey, message_place
from storage.schema_cases import case_messages
from storage.sealing import SealBroken
from storage.session import Session
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import storage as texts

_ADD = sa.insert(case_messages)
_OF = (
    sa.select(case_messages)
    .where(case_messages.c.case == sa.bindparam("of"))
    .order_by(case_messages.c.position)
)


class CaseMessages:
    """The `case_messages` table. Who speaks is part of the content, and sealed with it."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: CaseKey, content: bytes, day: date) -> CaseMessage:
        """Add a message. Raises AccessDenied for an erased case."""
        await locked_open(self._session, key.number)
        position = await next_position(self._session, case_messages, key.number)
        sealed = key.seal(message_place(position), content)
        row = {"case": key.number, "position": position, "day": day, "sealed": sealed}
        await self._session.execute(_ADD, row)
        return CaseMessage(position, day, content)

    async def of(self, key: CaseKey) -> Sequence[CaseMessage]:
        """Give the messages, oldest first.

        Raises DatabaseCorrupt when a seal is broken or a message before the last is missing.
        """
        found: list[CaseMessage] = []
        for row in await self._session.execute(_OF, {"of": key.number}):
            try:
                content = key.open(message_place(row.position), row.sealed)
            except SealBroken:
                content = None
            if content is None or row.position != len(found) + 1:
                raise failure(DatabaseCorrupt, texts.SEAL_BROKEN)
            found.append(CaseMessage(row.position, row.day, content))
        return found
