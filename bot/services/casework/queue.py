"""The queue of a handler: what wants work first, without opening anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.services.casework.access import Sitting, establishment, shut_out
from bot.services.casework.deadlines import overdue
from bot.services.casework.open_deadlines import left_open
from bot.services.casework.settling import keys_settled
from bot.services.reports.tracking import ADDED
from storage import CaseGroup, CaseQuery, CaseRow, HeldCase, UnitOfWork

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


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases of the queue to show: all that is said must hold. Empty: any."""

    group: CaseGroup = "open"
    category: str = ""
    deadline: Literal["", "overdue", "soon"] = ""
    priority: bool = False
    news: bool = False

    def query(self, today: date) -> CaseQuery:
        """What the store is asked for on a day."""
        first, last = None, None
        if self.deadline == "overdue":
            last = today - timedelta(days=1)
        elif self.deadline == "soon":
            first, last = today, today + SOON
        return CaseQuery(self.group, self.category, self.priority, first, last, self.news, _WRITTEN)


async def queue_length(at: Sitting, chosen: QueueFilter) -> int:
    """How many cases of the queue a filter leaves. Keys that must be withdrawn are, before anything is counted."""
    handler = at.unlocked.handler
    await keys_settled(at.work, at.desk, handler, at.day)
    return await at.work.case_lists.count(handler.id, chosen.query(at.day))


async def queue_page(
    at: Sitting, chosen: QueueFilter, limit: int | None = None, offset: int = 0
) -> tuple[Queued, ...]:
    """A stretch of the queue: priority first, then by deadline, those without one last; of a day, news first.

    To be asked for after `queue_length`, in the same transaction; each case shown is looked at anew all the same.
    """
    handler = at.unlocked.handler
    held = await at.work.case_lists.page(handler.id, chosen.query(at.day), limit=limit, offset=offset)
    standing = await establishment(at.work, at.desk.directories, at.day)
    return tuple(_queued(each, at.day) for each in held if not shut_out(each.facts, standing, handler.person))


def _queued(held: HeldCase, today: date) -> Queued:
    row = held.row
    return Queued(
        row,
        overdue=overdue(row.due, today),
        soon=row.due is not None and today <= row.due <= today + SOON,
        news=held.news,
        unknown=left_open(row),
    )


async def latest_news(work: UnitOfWork) -> Mapping[str, int]:
    """What reporters wrote last, by case, as its id in the audit log, where no handler has opened the case since."""
    return await work.case_lists.news(_WRITTEN)
