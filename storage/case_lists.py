"""Cases as lists and counts: a page of a handler's queue, what counts are made of, and when all were last looked at.

What comes from here is what a handler has the keys of. Whether the keys were withdrawn from whoever may no longer
have them is told by the mark of the last recheck; the caller sees to it, see `bot.services.casework.rechecks`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.case_queries import FINAL, HELD, LISTED, case_row
from storage.case_routing import Facts
from storage.case_rows import CaseCount, CaseQuery, CheckMark, HeldCase
from storage.columns import upsert
from storage.schema_cases import audit, case_checks, case_keys, cases, handlers
from storage.sealing import KeyRing
from storage.session import Session

_BATCH = 500
_MARK = sa.select(case_checks)
_PUT_MARK = upsert(case_checks)
_CLOSED = sa.and_(cases.c.status.in_(FINAL), cases.c.due.is_(None))
_IN_ORDER = (
    _CLOSED,
    cases.c.priority.desc(),
    cases.c.due.is_(None),
    sa.func.coalesce(cases.c.due, cases.c.filed),
)
_THESE = LISTED.where(cases.c.number.in_(sa.bindparam("numbers", expanding=True)))
_OTHER, _THEIRS = handlers.alias("other"), case_keys.alias("theirs")
_STEP, _LOOK = audit.alias("step"), audit.alias("look")
_ROUTING = ("filed", "resealed:%", "transfer:%")
"""Steps of the audit log by which handlers get a case."""
_ROUTED_SINCE = LISTED.where(
    cases.c.number.in_(
        sa.select(audit.c.case).where(
            audit.c.id > sa.bindparam("after"), sa.or_(*(audit.c.action.like(each) for each in _ROUTING))
        )
    )
)
_UNSHARED = (
    LISTED.with_only_columns(cases.c.number)
    .where(
        sa.select(_OTHER.c.id)
        .where(_OTHER.c.organisation == cases.c.organisation, _OTHER.c.revoked.is_(None))
        .where(
            ~sa.select(_THEIRS.c.case)
            .where(_THEIRS.c.case == cases.c.number, _THEIRS.c.handler == _OTHER.c.id)
            .correlate(cases, _OTHER)
            .exists()
        )
        .correlate(cases)
        .exists()
    )
    .order_by(cases.c.number)
)


class CaseLists:
    """The `cases` table as handlers see it in lists, and the `case_checks` table."""

    __slots__ = ("_facts", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._facts = Facts(session, keys)

    async def mark(self) -> CheckMark | None:
        """Give the mark of the last recheck."""
        row = (await self._session.execute(_MARK)).one_or_none()
        return None if row is None else CheckMark(row.day, row.people, row.handlers, row.step)

    async def put_mark(self, mark: CheckMark) -> None:
        """Keep the mark of a recheck in place of the one before."""
        values = {"day": mark.day, "people": mark.people, "handlers": mark.handlers, "step": mark.step}
        await self._session.execute(_PUT_MARK, {"id": 1, **values})

    async def routed_since(self, handler: str, step: int) -> Sequence[HeldCase]:
        """Give those of a handler's cases that were routed after a step of the audit log."""
        rows = await self._session.execute(_ROUTED_SINCE, {"by": handler, "after": step})
        return [self._held(row) for row in rows]

    async def held(self, handler: str) -> Sequence[HeldCase]:
        """Give all the cases a handler (by id) has the keys of.

        Open before closed, priority first, then by deadline; none for a revoked one.
        """
        return [self._held(row) for row in await self._session.execute(HELD, {"by": handler})]

    async def unshared(self, handler: str) -> Sequence[str]:
        """Give those of a handler's cases of which somebody who receives for the same organisation has no key."""
        return [row.number for row in await self._session.execute(_UNSHARED, {"by": handler})]

    async def count(self, handler: str, wanted: CaseQuery) -> int:
        """Give how many cases a list has."""
        kept = _wanted(LISTED, wanted).with_only_columns(sa.func.count())
        return int((await self._session.execute(kept, {"by": handler})).scalar_one())

    async def page(
        self, handler: str, wanted: CaseQuery, *, limit: int | None = None, offset: int = 0
    ) -> Sequence[HeldCase]:
        """Give a stretch of a list, in the order of work; everything without a `limit`.

        Open before closed, priority first, then by deadline (without one last), then what has news, then by age.
        """
        news = _news(wanted.written)
        marked = news.c.case.is_not(None).label("news")
        chosen = (
            _wanted(LISTED, wanted)
            .outerjoin(news, news.c.case == cases.c.number)
            .with_only_columns(cases.c.number, marked)
            .order_by(*_IN_ORDER, marked.desc(), cases.c.filed, cases.c.number)
        )
        if limit is not None:
            chosen = chosen.limit(limit).offset(offset)
        found = {row.number: bool(row.news) for row in await self._session.execute(chosen, {"by": handler})}
        numbers, held = list(found), {}
        for first in range(0, len(numbers), _BATCH):
            parameters = {"by": handler, "numbers": numbers[first : first + _BATCH]}
            for row in await self._session.execute(_THESE, parameters):
                held[row.number] = self._held(row, news=found[row.number])
        return [held[number] for number in numbers]

    async def counted(self, handler: str, year: int, today: date) -> Sequence[CaseCount]:
        """Count the cases of a handler's that were filed in a year, by all that figures are made of."""
        parts = (
            sa.extract("month", cases.c.filed).label("month"),
            cases.c.category,
            cases.c.status,
            cases.c.closed.is_not(None).label("closed"),
            sa.or_(cases.c.late, sa.and_(cases.c.due.is_not(None), cases.c.due < today)).label("missed"),
        )
        chosen = (
            LISTED.with_only_columns(*parts, sa.func.count().label("how_many"))
            .where(cases.c.filed >= date(year, 1, 1), cases.c.filed <= date(year, 12, 31))
            .group_by(*(sa.text(str(place)) for place in range(1, len(parts) + 1)))
        )
        return [
            CaseCount(
                int(row.month),
                row.category,
                row.status,
                bool(row.closed),
                bool(row.missed),
                row.how_many,
            )
            for row in await self._session.execute(chosen, {"by": handler})
        ]

    async def news(self, written: Collection[str]) -> Mapping[str, int]:
        """Give what reporters wrote last, by case, as its id in the audit log, where no handler looked since."""
        return {row.case: row.step for row in await self._session.execute(sa.select(_news(written)))}

    def _held(self, row: sa.Row[*tuple[Any, ...]], *, news: bool = False) -> HeldCase:
        return HeldCase(case_row(row), self._facts.opened(row.number, row.sealed), news)


def _wanted(statement: sa.Select[Any], wanted: CaseQuery) -> sa.Select[Any]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.group != "all":
        conditions.append(_CLOSED if wanted.group == "closed" else sa.not_(_CLOSED))
    if wanted.category:
        conditions.append(cases.c.category == wanted.category)
    if wanted.priority:
        conditions.append(cases.c.priority)
    if wanted.due_from is not None:
        conditions.append(cases.c.due >= wanted.due_from)
    if wanted.due_to is not None:
        conditions.append(cases.c.due <= wanted.due_to)
    if wanted.news:
        conditions.append(cases.c.number.in_(sa.select(_news(wanted.written).c.case)))
    return statement.where(*conditions)


def _news(written: Collection[str]) -> sa.Subquery:
    """The cases to which the reporter wrote, and that no handler opened since, with the last such step."""
    looked = (
        sa.select(_LOOK.c.id)
        .where(_LOOK.c.action == "open", _LOOK.c.case == _STEP.c.case, _LOOK.c.actor.like("handler:%"))
        .where(_LOOK.c.id > _STEP.c.id)
        .correlate(_STEP)
        .exists()
    )
    wrote = sa.select(_STEP.c.case, sa.func.max(_STEP.c.id).label("step")).where(
        _STEP.c.action.in_(sorted(written)), _STEP.c.actor == "reporter", sa.not_(looked)
    )
    return wrote.group_by(_STEP.c.case).subquery("news")
