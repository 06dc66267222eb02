"""Which notices a case calls for on a day, and whom they are for. Nothing is told here."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.services.casework.access import Desk, establishment, shut_out
from bot.services.casework.deadlines import levels_overdue, overdue
from bot.services.casework.queue import SOON, latest_news
from bot.services.casework.rechecks import receiving_now
from bot.services.casework.statuses import is_open
from bot.services.routing import Establishment
from storage import CaseRow, RoutedCase, UnitOfWork
from yanlu.errors import CalendarUnknown

NoticeKind = Literal["new", "news", "soon", "overdue", "above", "waiting"]
DELAYED: frozenset[NoticeKind] = frozenset({"new", "news"})
TOLD = "notice:"
"""How the action of the audit log begins that says that a notice was told."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one handler. `occasion` tells two of a kind on one case apart."""

    kind: NoticeKind
    row: CaseRow
    handler: str
    person: str
    occasion: str = ""

    @property
    def key(self) -> str:
        """The action of the audit log that says it was told."""
        return f"{TOLD}{self.kind}:{self.occasion}:{self.handler}"


@dataclass(frozen=True, slots=True)
class Office:
    """What notices are made by: the establishment, people by handler's id, each organisation's desk, the day."""

    standing: Establishment
    people: Mapping[str, str]
    desk_of: Callable[[str], Desk]
    today: date

    @classmethod
    async def of(cls, work: UnitOfWork, desk: Desk, today: date) -> "Office":
        """As a transaction sees it."""
        people = {each.id: each.person for each in await work.handlers.all()}
        standing = await establishment(work, desk.directories, today)
        return cls(standing, people, await desk.everywhere(work), today)

    def notices(self, case: RoutedCase, news: int | None) -> Iterator[Notice]:
        """Every notice that a case calls for today, told or not; `news`: what the reporter wrote last, unread."""
        holders = {
            each: self.people[each]
            for each in case.holders
            if each in self.people and not shut_out(case.facts, self.standing, self.people[each])
        }
        yield from _to_holders(case.row, holders, news, self.today)
        yield from self._to_those_above(case)
        if not holders and is_open(case.row.status):
            yield from self._to_those_next(case)

    def _to_those_above(self, case: RoutedCase) -> Iterator[Notice]:
        """Overdue: the levels above the receiving one, one at once and one more for every five working days."""
        row = case.row
        if row.due is None or not overdue(row.due, self.today):
            return
        try:
            levels = levels_overdue(row.due, self.today, self.desk_of(row.organisation).calendar)
        except CalendarUnknown:
            levels = 1  # what is surely owed
        staffed = list(_levels_above(case, self.standing))
        for people in staffed[:levels]:
            for person in sorted(people):
                yield Notice("above", row, self._id_of(person), person, row.due.isoformat())

    def _to_those_next(self, case: RoutedCase) -> Iterator[Notice]:
        """Nobody can open it: those who are to have it are told that it waits."""
        route = receiving_now(case.row, case.facts, self.standing)
        if route is not None:
            for person in sorted(route.recipients):
                yield Notice("waiting", case.row, self._id_of(person), person)

    def _id_of(self, person: str) -> str:
        return next(id_ for id_, each in self.people.items() if each == person)


async def wanted_notices(
    work: UnitOfWork, desk: Desk, today: date, among: Collection[str] | None = None
) -> list[Notice]:
    """Every notice that the cases (those among) call for today, told or not."""
    office, news = await Office.of(work, desk, today), await latest_news(work)
    return [
        notice
        for case in await work.cases.routed(among)
        for notice in office.notices(case, news.get(case.row.number))
    ]


def _to_holders(row: CaseRow, holders: dict[str, str], news: int | None, today: date) -> list[Notice]:
    found: list[Notice] = []
    due = "" if row.due is None else row.due.isoformat()
    for handler, person in holders.items():
        if is_open(row.status):
            found.append(Notice("new", row, handler, person))
        if news is not None:
            found.append(Notice("news", row, handler, person, str(news)))
        if overdue(row.due, today):
            found.append(Notice("overdue", row, handler, person, due))
        elif row.due is not None and row.due <= today + SOON:
            found.append(Notice("soon", row, handler, person, due))
    return found


def _levels_above(case: RoutedCase, standing: Establishment) -> Iterator[frozenset[str]]:
    """The eligible people of each candidate above the receiving organisation that has any."""
    route = receiving_now(case.row, case.facts, standing)
    if route is None or case.facts is None:
        return
    above = standing.tree.ancestors(case.row.organisation)
    shut = route.excluded | case.facts.excluded
    for each in route.candidates:
        people = standing.handlers.get(each, frozenset()) - shut
        if each in above and people:
            yield people
