"""Plans reminders and sends those that are due: each once, in working hours, whoever else does the same."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

from bot.conversation.messages import Say
from bot.conversation.payloads import encoded
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.reminder_words import ReminderWords
from bot.services.reminders import AHEAD, MOST_MONTHS, PLAN_FOLLOWED, Calendar, Outlook, occasions
from bot.services.standing import StandingService
from storage import Database, Reminder, TicketQuery, UnitOfWork
from yanlu.errors import CalendarUnknown, YanluError

PLAN_EVERY = timedelta(hours=1)
BATCH = 50
MOST_PLANS = 5_000
MOST_TICKETS = 20_000

log = logging.getLogger(__name__)

Tell = Callable[[UnitOfWork, str, Say, datetime], Awaitable[int]]
"""Puts a message to a person into the outbox; gives the number of conversations it goes to."""


async def to_outbox(work: UnitOfWork, person: str, say: Say, now: datetime) -> int:
    """Write to every conversation of a person."""
    bindings = await work.bindings.of(person)
    for each in bindings:
        await work.outbox.put(each.channel, each.address, encoded(say), now)
    return len(bindings)


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
        tell: Tell = to_outbox,
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
            outlook = await self._outlook(work, today)
        wanted = occasions(outlook, self._calendar)
        ends = any(each.kind == "calendar" for each in wanted)
        async with self._database.transaction(now) as work:
            added = await work.reminders.plan(wanted)
        self._planned = (today, version, now)
        if ends:
            log.error("the working calendar does not reach far enough beyond %s", today)
        return added

    async def send(self, now: datetime) -> int:
        """Send what is due, in working hours; beyond the calendar only the word that it has ended."""
        try:
            if self._calendar.next_working_moment(now) != now:
                return 0
            only: str | None = None
        except CalendarUnknown:
            only = "calendar"
        today = now.astimezone(BEIJING).date()
        async with self._database.transaction(now) as work:
            claimed = await work.reminders.claim(now, BATCH if only is None else MOST_PLANS)
            wanted = [each for each in claimed if only is None or each.kind == only]
            if not wanted:
                return 0
            words = ReminderWords(work, await self._directories.of(work), self._standing, today)
            for each in wanted:
                await self._send(work, words, each, now)
            await work.reminders.sent([each.id for each in wanted], now)
        return len(wanted)

    async def _send(self, work: UnitOfWork, words: ReminderWords, reminder: Reminder, now: datetime) -> None:
        """Send one; what is over by now is let pass, and one that cannot be worded keeps back no other."""
        try:
            say = await words.of(reminder)
        except (YanluError, KeyError, ValueError) as error:
            log.warning("reminder %d could not be worded: %s", reminder.id, type(error).__name__)
            return
        if say is not None:
            await self._tell(work, reminder.recipient, say, now)

    async def _outlook(self, work: UnitOfWork, today: date) -> Outlook:
        since = today - timedelta(days=31 * MOST_MONTHS)
        period = Period(date(since.year, 1, 1), date(today.year, 12, 31))
        return Outlook(
            directory=await self._directories.of(work),
            coverage=await self._standing.owed_where(work, period, today),
            tickets=await work.tickets.find(
                TicketQuery(open=True, due_before=today + AHEAD + timedelta(days=1)), limit=MOST_TICKETS
            ),
            plans=await work.plans.find(since=today - PLAN_FOLLOWED, until=today + AHEAD, limit=MOST_PLANS),
            today=today,
        )


async def standing_reminders(
    work: UnitOfWork, words: ReminderWords, person: str, limit: int
) -> Sequence[tuple[Reminder, Say]]:
    """A person's reminders whose matter is not over, each matter once, the latest first."""
    found: dict[str, tuple[Reminder, Say]] = {}
    for each in await work.reminders.of(person, limit):
        if each.about in found or (each.sent is None and each.due > work.now):
            continue
        say = await words.of(each)
        if say is not None:
            found[each.about] = (each, say)
    return list(found.values())
