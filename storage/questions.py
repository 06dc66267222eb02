"""Questions the texts did not answer, and the answers people gave them. Never who asked."""

import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.failures import failure
from storage.rows import QuestionStatus, StoredCitation, StoredQuestion
from storage.schema import questions
from storage.sealing import KeyRing, SealBroken
from storage.session import Session
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import storage as texts

_log = logging.getLogger(__name__)
_NONCE_BYTES = 16
_CITED = ("title", "quote", "document", "version", "start", "end")
_UNCITED: dict[str, None] = dict.fromkeys(_CITED)

_ADD = sa.insert(questions)
_BY_STATUS = (
    sa.select(questions).where(questions.c.status == sa.bindparam("in_status")).order_by(questions.c.id)
)
_PAGE = _BY_STATUS.limit(sa.bindparam("most")).offset(sa.bindparam("skip"))
_COUNT = (
    sa.select(sa.func.count()).select_from(questions).where(questions.c.status == sa.bindparam("in_status"))
)
_ANSWERS = (
    sa.select(questions.c.id, questions.c.answer, questions.c.measure)
    .where(questions.c.status == "confirmed")
    .order_by(questions.c.id)
)
_AT = questions.c.id == sa.bindparam("at_id")
_BY_ID = sa.select(questions).where(_AT)
_ANSWER = sa.update(questions).where(_AT)
_DROP = sa.delete(questions).where(_AT)


class Questions:
    """The `questions` table. What was asked is sealed; what was answered is official and kept in clear."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def add(self, text: str, note: str | None, now: datetime) -> int:
        """Keep a question for a human answer; gives back its id. Of `now` only the day is kept."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys.seal(json.dumps([text, note]).encode(), "questions", nonce)
        values = {"nonce": nonce, "sealed": sealed, "asked": now.date(), "status": "open"}
        key = (await self._session.execute(_ADD, values)).inserted_primary_key
        return int(key[0]) if key else 0

    async def list(self) -> Sequence[StoredQuestion]:
        """Give those that wait for an answer, oldest first."""
        return await self._with_status("open")

    async def confirmed(self) -> Sequence[StoredQuestion]:
        """Give those that were answered, oldest first."""
        return await self._with_status("confirmed")

    async def page(self, status: QuestionStatus, *, limit: int, offset: int = 0) -> Sequence[StoredQuestion]:
        """Give a stretch of those with a status, oldest first; one with a broken seal is left out."""
        parameters = {"in_status": status, "most": limit, "skip": offset}
        return self._readable(await self._session.execute(_PAGE, parameters))

    async def count(self, status: QuestionStatus) -> int:
        """Count those with a status."""
        return int((await self._session.execute(_COUNT, {"in_status": status})).scalar_one())

    async def answers(self) -> Sequence[tuple[int, str | None, str | None]]:
        """Give id, answer and measure of those that were answered: nothing is opened, so it can be asked often."""
        return [(row.id, row.answer, row.measure) for row in await self._session.execute(_ANSWERS)]

    async def get(self, id: int) -> StoredQuestion | None:  # noqa: A002 - the word of the record
        """Give the question with that id. Raises DatabaseCorrupt when its seal is broken."""
        row = (await self._session.execute(_BY_ID, {"at_id": id})).one_or_none()
        if row is None:
            return None
        try:
            return self._opened(row)
        except SealBroken:
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None

    async def answer(
        self,
        id: int,  # noqa: A002 - the word of the record
        text: str,
        *,
        measure: str | None,
        citation: StoredCitation | None,
        now: datetime,
    ) -> bool:
        """Confirm an answer, or replace the one before; False when there is no such question."""
        values: dict[str, Any] = {"answer": text, "measure": measure, "answered": now.date()}
        values |= asdict(citation) if citation else _UNCITED
        statement = _ANSWER.values(status="confirmed", **values)
        return (await self._session.execute(statement, {"at_id": id})).rowcount == 1

    async def drop(self, id: int) -> bool:  # noqa: A002 - as above
        """Delete a question and its answer; False when there is none."""
        return (await self._session.execute(_DROP, {"at_id": id})).rowcount == 1

    async def _with_status(self, status: QuestionStatus) -> Sequence[StoredQuestion]:
        return self._readable(await self._session.execute(_BY_STATUS, {"in_status": status}))

    def _readable(self, rows: Iterable[sa.Row[*tuple[Any, ...]]]) -> Sequence[StoredQuestion]:
        found = []
        for row in rows:
            try:
                found.append(self._opened(row))
            except SealBroken:
                _log.warning("question %d has a broken seal and was left out", row.id)
        return found

    def _opened(self, row: sa.Row[*tuple[Any, ...]]) -> StoredQuestion:
        text, note = json.loads(self._keys.open(row.sealed, "questions", row.nonce))
        cited = {name: getattr(row, name) for name in _CITED}
        return StoredQuestion(
            id=row.id,
            text=text,
            note=note,
            asked=row.asked,
            status=row.status,
            answer=row.answer,
            measure=row.measure,
            citation=StoredCitation(**cited) if row.document is not None else None,
            answered=row.answered,
        )
