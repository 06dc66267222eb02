"""Notices on cases: number, category, priority, deadline and a link, each exactly once to each recipient.

That a notice was told is a line of the audit log, written in the transaction that puts it into the outbox: a killed
worker neither loses nor doubles it, and no time finer than the day is kept of it. Each recipient has a transaction of
their own, so that one who cannot be written to silences nobody; whoever has no conversation yet is told once they
have joined.

What follows a reporter's own act (a new case, something added) leaves after a random delay, so that whoever sees both
chats cannot match them by time. The delay is drawn for every case, because the server does not know which are
anonymous; it is kept in memory only, and drawn anew after a restart. Of several workers the first to come sends.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Literal

from bot.conversation.messages import Say
from bot.services.casework.access import Desk, establishment, shut_out
from bot.services.casework.deadlines import levels_overdue, overdue
from bot.services.casework.handling import due_of
from bot.services.casework.queue import SOON, latest_news
from bot.services.casework.rechecks import receiving_now
from bot.services.casework.statuses import is_open
from bot.services.clock import BEIJING
from bot.services.reminding import Tell
from bot.services.routing import Establishment
from storage import CaseRow, Database, RoutedCase, UnitOfWork
from yanlu.errors import CalendarUnknown
from yanlu.texts import casework as texts

log = logging.getLogger(__name__)

NoticeKind = Literal["new", "news", "soon", "overdue", "above", "waiting"]
DELAYED: frozenset[NoticeKind] = frozenset({"new", "news"})
SYSTEM = "system"


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
        return f"notice:{self.kind}:{self.occasion}:{self.handler}"


class CaseNotices:
    """`tick` it every minute or so, in as many workers as there are."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        tell: Tell,
        random: Random,
        link: Callable[[str], str] | None = None,
    ) -> None:
        """`random` draws the delays: a SystemRandom but in tests. `link` gives a case's page."""
        self._database = database
        self._desk = desk
        self._tell = tell
        self._random = random
        self._link = link
        self._leaving: dict[tuple[str, str], datetime] = {}
        self._told: set[tuple[str, str]] = set()
        self._wanted: list[Notice] = []
        self._state: tuple[date, int, int, frozenset[str]] | None = None

    async def tick(self, now: datetime) -> int:
        """Tell what is to be told; gives how many notices were."""
        today = now.astimezone(BEIJING).date()
        wanted = await self._looked_for(now, today)
        names = {(each.row.number, each.key) for each in wanted}
        self._told &= names
        self._leaving = {name: at for name, at in self._leaving.items() if name in names}
        told = 0
        for each in wanted:
            if self._ready(each, now):
                told += await self._once(each, now, today)
        return told

    async def _looked_for(self, now: datetime, today: date) -> list[Notice]:
        """What is wanted; looked for anew only when a step was recorded, people or handlers changed, or the day did."""
        async with self._database.transaction(now) as work:
            handlers = frozenset(each.id for each in await work.handlers.all())
            head, _ = await work.audit.head()
            state = (today, head, await work.people.version(), handlers)
            if state != self._state:
                await _due_filled(work, self._desk, today)
                self._wanted = await wanted_notices(work, self._desk, today)
        self._state = state
        return self._wanted

    def _ready(self, notice: Notice, now: datetime) -> bool:
        name = (notice.row.number, notice.key)
        if name in self._told:
            return False
        if notice.kind not in DELAYED:
            return True
        if name not in self._leaving:
            minutes = self._random.uniform(0, self._desk.terms.notice_minutes)
            self._leaving[name] = now + timedelta(minutes=minutes)
        return self._leaving[name] <= now

    async def _once(self, notice: Notice, now: datetime, today: date) -> int:
        """Tell a notice if nobody did; 1 when it was told just now."""
        number = notice.row.number
        try:
            async with self._database.transaction(now) as work:
                await work.lock("case notices")
                done = any(each.action == notice.key for each in await work.audit.of(number))
                if not done and await self._tell(work, notice.person, self._say(notice), now) == 0:
                    return 0
                if not done:
                    await work.audit.append(SYSTEM, notice.key, number, today)
        except Exception as error:  # noqa: BLE001 - one recipient never silences the others
            log.warning("a notice on a case was not told: %s", type(error).__name__)
            return 0
        self._told.add((number, notice.key))
        return int(not done)

    def _say(self, notice: Notice) -> Say:
        row = notice.row
        link = self._link(row.number) if self._link else None
        return Say(texts.notice(notice.kind, row.number, row.category, row.due, link, priority=row.priority))


async def wanted_notices(work: UnitOfWork, desk: Desk, today: date) -> list[Notice]:
    """Every notice that is called for today, told or not."""
    standing = await establishment(work, desk.directories, today)
    people = {each.id: each.person for each in await work.handlers.all()}
    ids = {person: id_ for id_, person in people.items()}
    found: list[Notice] = []
    news = await latest_news(work)
    for case in await work.cases.routed():
        holders = {
            each: people[each]
            for each in case.holders
            if each in people and not shut_out(case.facts, standing, people[each])
        }
        found.extend(_to_holders(case.row, holders, news.get(case.row.number), today))
        found.extend(_to_those_above(desk, case, standing, ids, today))
        if not holders and is_open(case.row.status):
            found.extend(_to_those_next(case, standing, ids))
    return found


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


def _to_those_above(
    desk: Desk, case: RoutedCase, standing: Establishment, ids: dict[str, str], today: date
) -> Iterator[Notice]:
    """Overdue: the levels above the receiving one, one at once and one more for every five working days."""
    row = case.row
    if row.due is None or not overdue(row.due, today):
        return
    try:
        levels = levels_overdue(row.due, today, desk.calendar)
    except CalendarUnknown:
        levels = 1  # what is surely owed
    staffed = list(_levels_above(case, standing))
    for people in staffed[:levels]:
        for person in sorted(people):
            yield Notice("above", row, ids[person], person, row.due.isoformat())


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


def _to_those_next(case: RoutedCase, standing: Establishment, ids: dict[str, str]) -> Iterator[Notice]:
    """Nobody can open it: those who are to have it are told that it waits."""
    route = receiving_now(case.row, case.facts, standing)
    if route is not None:
        for person in sorted(route.recipients):
            yield Notice("waiting", case.row, ids[person], person)


async def _due_filled(work: UnitOfWork, desk: Desk, today: date) -> None:
    """Give open cases without a deadline theirs, which was unknown while no calendar reached it."""
    for case in await work.cases.routed():
        row = case.row
        if row.due is None and is_open(row.status):
            due = due_of(row.internal, row.filed if row.internal == "waiting" else row.changed, None, desk)
            if due is not None:
                await work.cases.set_status(row.number, row.status, row.internal, today, due=due)
