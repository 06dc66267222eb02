"""Plans reminders and sends those that are due: each once, in working hours, whoever else does the same."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import count

from bot.conversation.messages import Say
from bot.services.clock import BEIJING
from bot.services.coverage import Coverage, Met
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.reminder_words import ReminderWords
from bot.services.reminders import (
    AHEAD,
    MOST_MONTHS,
    MOST_WEEKS,
    PLAN_FOLLOWED,
    Calendar,
    Outlook,
    occasions,
    unit_of,
)
from bot.services.standing import StandingService
from bot.services.unit_calendar import UnitCalendars, load_calendars
from knowledge.records import load_record_kinds
from storage import Database, RecordQuery, Reminder, StoredTicket, TicketQuery, UnitOfWork
from yanlu.errors import CalendarUnknown, YanluError

PLAN_EVERY = timedelta(hours=1)
BATCH = 50
MOST_PLANS = 5_000
PAGE = 1_000

log = logging.getLogger(__name__)

Tell = Callable[[UnitOfWork, str, Say, datetime], Awaitable[int]]
"""Puts a message to a person into the outbox; gives the number of conversations it goes to."""


class ReminderService:
    """`tick` it every few seconds, in as many workers as there are.

    A reminder and the message it becomes are one transaction, so that a killed worker neither loses nor
    doubles it. Who has no conversation finds theirs in `/reminders` once they have joined.
    """

    def __init__(
        self,
        database: Database,
        directories: DirectoryService,
        standing: StandingService,
        calendar: Calendar,
        tell: Tell,
    ) -> None:
        self._database = database
        self._directories = directories
        self._standing = standing
        self._calendar = calendar
        self._tell = tell
        self._planned: tuple[date, int, datetime] | None = None

    async def tick(self, now: datetime) -> int:
        """Plan where something may be new, then send what is due; gives the number of reminders sent."""
        now = now.astimezone(BEIJING)
        await self.plan(now)
        return await self.send(now)

    async def plan(self, now: datetime) -> int:
        """Plan today's occasions, once an hour or when people or posts changed; gives how many were new."""
        today = now.astimezone(BEIJING).date()
        async with self._database.transaction(now) as work:
            version = await work.people.version()
            if self._planned is not None:
                day, known, at = self._planned
                if (day, known) == (today, version) and now - at < PLAN_EVERY:
                    return 0
        outlook, calendars = await self._outlook(now, today)
        wanted = occasions(outlook, lambda unit: self._calendar.under(calendars.of(unit)))
        ends = any(each.kind == "calendar" for each in wanted)
        async with self._database.transaction(now) as work:
            added = await work.reminders.plan(wanted)
        self._planned = (today, version, now)
        if ends:
            log.error("the working calendar does not reach far enough beyond %s", today)
        return added

    async def send(self, now: datetime) -> int:
        """Send what is due to whoever's unit is at work; beyond the calendar only the word that it has ended.

        Whose unit rests is told when it opens.
        """
        today = now.astimezone(BEIJING).date()
        async with self._database.transaction(now) as work:
            directory = await self._directories.of(work)
            calendars = await load_calendars(work, directory)
            try:
                if not self._at_work(calendars, now):
                    return 0
                claimed = await self._awake(work, calendars, now, today)
            except CalendarUnknown:
                claimed = [
                    each for each in await work.reminders.claim(now, MOST_PLANS) if each.kind == "calendar"
                ]
            if not claimed:
                return 0
            words = ReminderWords(work, directory, self._standing, today)
            for each in claimed:
                await self._send(work, words, each, now)
            await work.reminders.sent([each.id for each in claimed], now)
        return len(claimed)

    def _at_work(self, calendars: UnitCalendars, now: datetime) -> bool:
        """Whether anybody is at work. Raises CalendarUnknown."""
        units = {"", *calendars.own}
        return any(self._opening(calendars, each, now) == now for each in sorted(units))

    def _opening(self, calendars: UnitCalendars, unit: str, now: datetime) -> datetime:
        return self._calendar.under(calendars.of(unit)).next_working_moment(now)

    async def _awake(
        self, work: UnitOfWork, calendars: UnitCalendars, now: datetime, today: date
    ) -> list[Reminder]:
        """What is due to people at work; what is due to others is put off to when their unit opens, if that is known."""
        openings: dict[str, datetime | None] = {}
        found: list[Reminder] = []
        for each in await work.reminders.claim(now, BATCH):
            settled = calendars.settled(unit_of(each.recipient, calendars.directory, today))
            if settled not in openings:
                with suppress(CalendarUnknown):
                    openings[settled] = self._opening(calendars, settled, now)
            opening = openings.setdefault(settled, None)
            if opening == now:
                found.append(each)
            elif opening is not None:
                await work.reminders.postpone(each.id, opening)
        return found

    async def _send(self, work: UnitOfWork, words: ReminderWords, reminder: Reminder, now: datetime) -> None:
        """Send one; what is over by now is let pass, and one that cannot be worded keeps back no other."""
        say = await worded(words, reminder)
        if say is not None:
            await self._tell(work, reminder.recipient, say, now)

    async def _outlook(self, now: datetime, today: date) -> tuple[Outlook, UnitCalendars]:
        """What is at hand, read piece by piece so that nobody's turn waits for all of it; and when units work."""
        mets: list[Met] = []
        for talk_type in (each.code for each in load_record_kinds().talks if each.duty is not None):
            mets += await self._mets(talk_type, now, today)
        tickets = await self._tickets(now, today)
        async with self._database.transaction(now) as work:
            directory = await self._directories.of(work)
            outlook = Outlook(
                directory=directory,
                coverage=Coverage(tuple(mets), today),
                tickets=tickets,
                plans=await work.plans.find(
                    since=today - PLAN_FOLLOWED, until=today + AHEAD, limit=MOST_PLANS
                ),
                today=today,
            )
            return outlook, await load_calendars(work, directory)

    async def _mets(self, talk_type: str, now: datetime, today: date) -> Sequence[Met]:
        async with self._database.transaction(now) as work:
            period = Period(await reminded_since(work, today), date(today.year, 12, 31))
        await self._standing.worked_out(self._database, now, period, today)
        async with self._database.transaction(now) as work:
            found = await self._standing.owed_where(
                work, period, today, lambda each: each.talk_type == talk_type
            )
        return found.mets

    async def _tickets(self, now: datetime, today: date) -> list[StoredTicket]:
        """Open tickets whose day is near, before or after."""
        query = TicketQuery(open=True, due_before=today + AHEAD + timedelta(days=1))
        first = today - timedelta(weeks=MOST_WEEKS + 1)
        found: list[StoredTicket] = []
        for offset in count(0, PAGE):
            async with self._database.transaction(now) as work:
                page = await work.tickets.outlines(query, limit=PAGE, offset=offset)
                whole = await work.tickets.count(query) <= offset + PAGE
            found += [each for each in page if each.due is not None and each.due >= first]
            if whole:
                break
        return found


async def reminded_since(work: UnitOfWork, today: date) -> date:
    """From when on talks are reminded of: this year, and the last months of a year that has records at all.

    A new installation is not told of talks that nobody could have logged in it.
    """
    this_year = date(today.year, 1, 1)
    before = date((today - timedelta(days=31 * MOST_MONTHS)).year, 1, 1)
    earlier = RecordQuery(until=this_year - timedelta(days=1))
    if before < this_year and not await work.ledger.find(earlier, limit=1):
        return this_year
    return before


async def standing_reminders(
    work: UnitOfWork, words: ReminderWords, person: str, limit: int
) -> Sequence[tuple[Reminder, Say]]:
    """A person's reminders whose matter is not over, each matter once, the latest first."""
    found: list[tuple[Reminder, Say]] = []
    seen: set[tuple[str, str]] = set()
    for each in await work.reminders.of(person, limit):
        if each.sent is None and each.due > work.now:
            continue
        matter = (each.about, "plan_after" if each.kind == "plan_after" else "")
        if matter in seen:
            continue
        seen.add(matter)
        say = await worded(words, each)
        if say is not None:
            found.append((each, say))
    return found


async def worded(words: ReminderWords, reminder: Reminder) -> Say | None:
    """What a reminder says; None when its matter is over, or it cannot be worded."""
    try:
        return await words.of(reminder)
    except (YanluError, KeyError, ValueError) as error:
        log.warning("reminder %d could not be worded: %s", reminder.id, type(error).__name__)
        return None
