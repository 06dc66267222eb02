"""The queue of a handler: what wants work first, without opening anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.services.casework.access import Desk, visible
from bot.services.casework.deadlines import overdue
from bot.services.casework.statuses import is_open
from bot.services.reports.tracking import ADDED
from storage import CaseRow, Handler, UnitOfWork

SOON = timedelta(days=5)
_WRITTEN = frozenset(ADDED.values())


@dataclass(frozen=True, slots=True)
class Queued:
    """A case in the queue. `news`: the reporter wrote since a handler last looked. `unknown`: no calendar reaches."""

    row: CaseRow
    overdue: bool
    soon: bool
    news: bool
    unknown: bool


async def queue_of(
    work: UnitOfWork, desk: Desk, handler: Handler, today: date, *, closed: bool = False
) -> tuple[Queued, ...]:
    """The cases a handler may see that want work: priority first, then by deadline, those without one last.

    `closed`: the closed ones after them.
    """
    rows = [
        each
        for each in await visible(work, desk, handler, today)
        if closed or is_open(each.status) or each.due
    ]
    return tuple([await _queued(work, each, today) for each in in_order(rows)])


def in_order(rows: Iterable[CaseRow]) -> list[CaseRow]:
    """Cases in the order of work. A closed case whose result has still to be told stands with the open ones."""
    return sorted(
        rows,
        key=lambda row: (
            not is_open(row.status) and row.due is None,
            not row.priority,
            row.due is None,
            row.due or row.filed,
            row.filed,
            row.number,
        ),
    )


async def _queued(work: UnitOfWork, row: CaseRow, today: date) -> Queued:
    return Queued(
        row,
        overdue=overdue(row.due, today),
        soon=row.due is not None and today <= row.due <= today + SOON,
        news=await latest_news(work, row.number) is not None,
        unknown=row.due is None and is_open(row.status),
    )


async def latest_news(work: UnitOfWork, number: str) -> int | None:
    """What the reporter wrote last, by its id in the audit log, if no handler has opened the case since."""
    for each in reversed(await work.audit.of(number)):
        if each.actor.startswith("handler:") and each.action == "open":
            return None
        if each.actor == "reporter" and each.action in _WRITTEN:
            return each.id
    return None
