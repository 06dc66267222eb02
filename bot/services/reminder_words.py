"""What a reminder says on the day it is told, from how things stand then. No word of any record."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from bot.conversation.messages import Choice, Say
from bot.services.briefing import briefing, plan_line
from bot.services.coverage import Met
from bot.services.directory import Directory
from bot.services.duties import Obligation, Period
from bot.services.entitlements import may_ticket
from bot.services.reminders import AHEAD, concerned, parts_of, still_owed
from bot.services.standing import StandingService
from bot.services.unit_calendar import load_calendars
from bot.services.working_days import WorkingDays
from storage import Reminder, UnitOfWork
from yanlu.texts import standing as texts

Row = tuple[Choice, ...]
Maker = Callable[[Reminder, tuple[str, ...]], Awaitable[Say | None]]


class ReminderWords:
    """Words reminders within one transaction, on one day."""

    def __init__(
        self, work: UnitOfWork, directory: Directory, standing: StandingService, today: date
    ) -> None:
        self._work = work
        self._directory = directory
        self._standing = standing
        self._today = today
        self._makers: Mapping[str, Maker] = {
            "appointment": self._appointment,
            "due": self._duty,
            "overdue": self._duty,
            "ticket_due": self._ticket,
            "ticket_overdue": self._ticket,
            "plan": self._plan,
            "plan_after": self._plan_after,
            "statement": self._statement,
            "calendar": self._calendar,
        }

    async def of(self, reminder: Reminder) -> Say | None:
        """The message; None when its matter is over, or no longer the recipient's.

        Raises KeyError or ValueError on a reminder that is none of ours.
        """
        return await self._makers[reminder.kind](reminder, parts_of(reminder.about)[1:])

    async def _appointment(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        talk_type, subject, organisation, due = parts
        mets = await self._missing(
            due,
            lambda owed: (
                (owed.talk_type, owed.subject, owed.organisation) == (talk_type, subject, organisation)
            ),
        )
        owed = next((each.obligation for each in mets if self._concerns(reminder, each)), None)
        if owed is None:
            return None
        said = texts.appointed(
            self._directory.who(subject, self._today, organisation).shown, talk_type, owed.due
        )
        return Say(said + texts.pace(owed.cadence.words), choices=_choices(reminder, _log_talk()))

    async def _duty(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        talk_type, owed_by, due = parts
        found = await self._missing(due, lambda owed: (owed.talk_type, owed.owed_by) == (talk_type, owed_by))
        mets = [each for each in found if self._concerns(reminder, each)]
        if not mets:
            return None
        owed = mets[0].obligation
        who = self._directory.who
        people = [
            who(each.obligation.subject, self._today, each.obligation.organisation).shown for each in mets
        ]
        make = texts.duty_overdue if owed.due < self._today else texts.due_soon
        unit, left = self._directory.organisation(owed_by).name, sum(each.missing for each in mets)
        said = make(unit, talk_type, owed.due, left, texts.names(people))
        return Say(said + texts.pace(owed.cadence.words), choices=_choices(reminder, _log_talk()))

    async def _ticket(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        ticket = await self._work.tickets.get(int(parts[0]))
        if ticket is None or ticket.closed is not None or ticket.due is None:
            return None
        record = await self._work.ledger.get(ticket.record)
        whom, on = self._directory, self._today
        if record is None or not may_ticket(reminder.recipient, "see", ticket, record.entry, whom, on):
            return None
        unit = self._directory.organisation(ticket.organisation).name
        late = (self._today - ticket.due).days
        if late > 0:
            said = texts.ticket_late(ticket.id, unit, ticket.due, late)
        else:
            said = texts.ticket_soon(ticket.id, unit, ticket.due)
        return Say(said, choices=_choices(reminder, Choice(texts.SEE_TICKET, f"tickets:show:{ticket.id}")))

    async def _plan(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        """The page for the talker; for who wrote the plan down only that it is near."""
        plan = await self._work.plans.get(int(parts[0]))
        if plan is None or plan.state != "planned" or plan.day < self._today:
            return None
        if reminder.recipient == plan.talker:
            return await briefing(self._work, plan, self._directory, self._today)
        talker = self._directory.who(plan.talker, plan.day).shown
        said = plan_line(plan, self._directory) + texts.planned_for(talker)
        return Say(said, choices=_choices(reminder))

    async def _plan_after(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        plan = await self._work.plans.get(int(parts[0]))
        if plan is None or plan.state != "planned" or plan.day >= self._today:
            return None
        subjects = texts.names([self._directory.who(each, plan.day).shown for each in plan.subjects])
        said = texts.not_logged(subjects, plan.talk_type, plan.day)
        return Say(said, choices=_choices(reminder, Choice(texts.LOG_TALK, f"talk:plan:{plan.id}")))

    async def _statement(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        organisation, year = parts[0], int(parts[1])
        if year != self._today.year:
            return None
        said = texts.year_end(self._directory.organisation(organisation).name, year)
        return Say(
            said, choices=_choices(reminder, Choice(texts.MAKE_STATEMENT, f"standing:statement:{year}"))
        )

    async def _calendar(self, reminder: Reminder, parts: tuple[str, ...]) -> Say | None:
        years = (await load_calendars(self._work, self._directory)).years
        reaches = WorkingDays(years={each.year: each for each in years}).last
        if int(parts[0]) != self._today.year or reaches > self._today + AHEAD:
            return None
        return Say(texts.CALENDAR_ENDS, choices=_choices(reminder))

    async def _missing(self, due: str, wanted: Callable[[Obligation], bool]) -> list[Met]:
        """What is still missing by a day, as it stands now."""
        day = date.fromisoformat(due)
        found = await self._standing.owed_where(
            self._work, Period.year(day.year), self._today, lambda owed: owed.due == day and wanted(owed)
        )
        return [
            each
            for each in found.open
            if each.excuse is None and still_owed(each, self._directory, self._today)
        ]

    def _concerns(self, reminder: Reminder, met: Met) -> bool:
        """Tell whether it is still the recipient's to see to."""
        return reminder.recipient in concerned(met, self._directory, self._today)


def _log_talk() -> Choice:
    return Choice(texts.LOG_TALK, "talk:start")


def _choices(reminder: Reminder, *more: Choice) -> tuple[Row, ...]:
    own = (
        Choice(texts.OK, f"remind:ok:{reminder.id}"),
        Choice(texts.LATER, f"remind:later:{reminder.id}"),
    )
    return (more, own) if more else (own,)
