"""有帮助 and 没帮助, without who said so."""

import os
from datetime import date

import sqlalchemy as sa

from storage.rows import FeedbackCount
from storage.schema import feedback
from storage.sealing import KeyRing
from storage.session import Session

_NONCE_BYTES = 16
_ADD = sa.insert(feedback)
_HELPFUL = sa.func.count().filter(feedback.c.helpful)
_UNHELPFUL = sa.func.count().filter(~feedback.c.helpful)
_COUNTS = (
    sa.select(feedback.c.measure, _HELPFUL, _UNHELPFUL)
    .group_by(feedback.c.measure)
    .order_by(feedback.c.measure.is_(None), feedback.c.measure)
)


class Feedback:
    """The `feedback` table. The question is sealed."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def add(
        self, question: str, outcome: str, *, helpful: bool, measure: str | None, day: date
    ) -> None:
        """Keep one judgement of an answer; `measure` is the id cited first, if any."""
        nonce = os.urandom(_NONCE_BYTES)
        values = {
            "nonce": nonce,
            "sealed": self._keys.seal(question.encode(), "feedback", nonce),
            "outcome": outcome,
            "measure": measure,
            "helpful": helpful,
            "day": day,
        }
        await self._session.execute(_ADD, values)

    async def counts(self) -> list[FeedbackCount]:
        """Count the judgements of each measure, by its id; answers that cited none come last."""
        rows = await self._session.execute(_COUNTS)
        return [FeedbackCount(row[0], row[1], row[2]) for row in rows]
