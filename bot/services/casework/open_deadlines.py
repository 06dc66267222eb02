"""Deadlines that were left open because no calendar reached them: what they are once one does."""

from datetime import date

from bot.services.casework.access import Desk
from bot.services.casework.deadlines import (
    BEFORE_ACCEPTANCE,
    first_deadline,
    forwarded_deadline,
    next_deadline,
    result_deadline,
)
from bot.services.casework.statuses import is_open
from storage import CaseRow, UnitOfWork
from yanlu.errors import CalendarUnknown

TRANSFER = "transfer:"
FORWARD = "status:forwarded"


def left_open(row: CaseRow) -> bool:
    """Tell whether a case wants something by a day that is not known."""
    return row.due is None and (is_open(row.status) or row.internal == "answer_due")


async def counted(work: UnitOfWork, row: CaseRow, desk: Desk) -> date | None:
    """The deadline of a case that was left open, from the day on which its period began by the audit log.

    `desk` is that of the case's organisation. None where the calendar still does not reach, or none was left open.
    """
    if not left_open(row):
        return None
    try:
        return await _from_its_day(work, row, desk)
    except CalendarUnknown:
        return None


async def _from_its_day(work: UnitOfWork, row: CaseRow, desk: Desk) -> date | None:
    if row.internal == "answer_due":
        return result_deadline(row.closed or row.changed, desk.calendar).day
    sent = [each for each in await work.audit.of(row.number) if each.action.startswith((TRANSFER, FORWARD))]
    if row.internal in BEFORE_ACCEPTANCE or row.internal == "forwarded":
        if sent:
            return forwarded_deadline(sent[-1].day, desk.calendar).day
        return first_deadline(row.filed, desk.calendar).day
    deadline = next_deadline(row.internal, row.changed, None, desk.terms, desk.calendar)
    return deadline.day if deadline else None
