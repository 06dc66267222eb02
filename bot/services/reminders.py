"""What people are reminded of, and when: occasions from duties, tickets and plans. Pure.

An occasion has a deterministic key: told once for ever, however often it is planned. Only what is at hand
today is planned, and of each thing its latest stage, so that a long pause is not followed by a flood.
The days before and after are defaults of ours; the text of the measures names none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final, Protocol
from urllib.parse import quote, unquote

from bot.services.clock import BEIJING
from bot.services.coverage import Coverage, Met, grouped
from bot.services.directory import Directory
from storage import Reminder, StoredPlan, StoredTicket
from storage.people_rows import Role
from yanlu.errors import CalendarUnknown

DAYS_BEFORE: Final = (30, 7)
"""Days before a duty's day on which it is named; for a new appointment only the last of them."""
MOST_MONTHS: Final = 6
"""Months after its day in which a duty is named as overdue, once in each."""
MOST_WEEKS: Final = 4
"""Weeks for which an overdue ticket is named after the first time."""
TICKET_WORKING_DAYS: Final = 3
AHEAD: Final = timedelta(days=14)
"""No holiday with its weekends is longer than the working days counted back from here."""
PLAN_FOLLOWED: Final = timedelta(days=14)
OPENING: Final = time(9)


class Calendar(Protocol):
    """The working calendar (working_days.WorkingDays). Each raises CalendarUnknown beyond the years it knows."""

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked on."""
        ...

    def next_working_moment(self, at: datetime) -> datetime:
        """The same moment within working hours, else the next opening."""
        ...


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to be reminded of today: everything owed, tickets that are open, talks that are planned."""

    directory: Directory
    coverage: Coverage
    tickets: Sequence[StoredTicket]
    plans: Sequence[StoredPlan]
    today: date


def occasions(outlook: Outlook, calendar: Calendar) -> tuple[Reminder, ...]:
    """The reminders at hand today, due when work next begins.

    Where the calendar does not reach, those that need it are left out and the administrators are told, once
    for each last year it knows; that reminder's own time is today's opening, worked on or not.
    """
    opening = datetime.combine(outlook.today, OPENING, BEIJING)
    found: list[Reminder] = []
    unknown = False
    try:
        due = calendar.next_working_moment(opening)
    except CalendarUnknown:
        return _calendar_ends(outlook, opening)
    for each in _all(outlook, due, calendar):
        try:
            found.extend(each())
        except CalendarUnknown:
            unknown = True
    if unknown:
        found.extend(_calendar_ends(outlook, opening))
    return tuple(found)


def about(kind: str, *parts: object) -> str:
    """What a reminder is about, as "kind:part:part"."""
    return ":".join((kind, *(quote(str(part), safe="") if _odd(str(part)) else str(part) for part in parts)))


def parts_of(text: str) -> tuple[str, ...]:
    """The kind and the parts that `about` joined."""
    return tuple(unquote(part) for part in text.split(":"))


def _odd(part: str) -> bool:
    return ":" in part or "%" in part


def _all(outlook: Outlook, due: datetime, calendar: Calendar) -> Iterator[Callable[[], Sequence[Reminder]]]:
    """Each thing's reminders as a call of its own, so that one that fails keeps back no other."""
    for met in _to_do(outlook):
        yield partial(_appointed, met, outlook, due)
    groups = grouped(_to_do(outlook), _group)
    for mets in groups.values():
        yield partial(_owed, mets, outlook, due)
    for ticket in outlook.tickets:
        yield partial(_ticket, ticket, outlook, due, calendar)
    for plan in outlook.plans:
        yield partial(_plan, plan, outlook, due, calendar)
    yield partial(_statements, outlook, due, calendar)


def _to_do(outlook: Outlook) -> list[Met]:
    """What is missing, not excused, and owed to somebody who still holds the post."""
    return [
        each
        for each in outlook.coverage.mets
        if not each.done and each.excuse is None and still_owed(each, outlook.directory, outlook.today)
    ]


def still_owed(met: Met, directory: Directory, today: date) -> bool:
    """Tell whether the subject still holds a post where the talk is owed to them."""
    owed = met.obligation
    return any(post.organisation == owed.organisation for post in directory.posts_of(owed.subject, today))


def _group(met: Met) -> tuple[str, str, date]:
    return (met.obligation.talk_type, met.obligation.owed_by, met.obligation.due)


def _appointed(met: Met, outlook: Outlook, due: datetime) -> Sequence[Reminder]:
    owed = met.obligation
    since = owed.post.since
    if not owed.appointment or since is None or not since <= outlook.today <= owed.due:
        return ()
    key = about("appointment", owed.talk_type, owed.subject, owed.organisation, since)
    matter = about("appointment", owed.talk_type, owed.subject, owed.organisation, owed.due)
    return _told(key, "appointment", matter, due, _owing([met], outlook))


def _owed(mets: Sequence[Met], outlook: Outlook, due: datetime) -> Sequence[Reminder]:
    """What one organisation owes of one type by one day: named ahead, and once it is overdue."""
    owed = mets[0].obligation
    matter = about("duty", owed.talk_type, owed.owed_by, owed.due)
    left = (owed.due - outlook.today).days
    if left >= 0:
        stages = DAYS_BEFORE[-1:] if owed.appointment else DAYS_BEFORE
        stage = min((each for each in stages if left <= each), default=None)
        if stage is None:
            return ()
        key = about("due", owed.talk_type, owed.owed_by, owed.due, stage)
        return _told(key, "due", matter, due, _owing(mets, outlook))
    month = whole_months(owed.due, outlook.today - timedelta(days=1))
    if month >= MOST_MONTHS:
        return ()
    key = about("overdue", owed.talk_type, owed.owed_by, owed.due, month)
    return _told(key, "overdue", matter, due, _owing(mets, outlook))


def _ticket(ticket: StoredTicket, outlook: Outlook, due: datetime, calendar: Calendar) -> Sequence[Reminder]:
    if ticket.due is None or ticket.closed is not None:
        return ()
    recipients = _responsible(ticket, outlook)
    if ticket.overdue(outlook.today):
        week = ((outlook.today - ticket.due).days - 1) // 7
        if week > MOST_WEEKS:
            return ()
        key = about("ticket_overdue", ticket.id, ticket.due, week)
        return _told(key, "ticket_overdue", about("ticket", ticket.id), due, recipients)
    if ticket.due - outlook.today > AHEAD:
        return ()
    if outlook.today < working_day_before(ticket.due, TICKET_WORKING_DAYS, calendar):
        return ()
    key = about("ticket_due", ticket.id, ticket.due)
    return _told(key, "ticket_due", about("ticket", ticket.id), due, recipients)


def _plan(plan: StoredPlan, outlook: Outlook, due: datetime, calendar: Calendar) -> Sequence[Reminder]:
    if plan.state != "planned":
        return ()
    today, matter = outlook.today, about("plan", plan.id)
    recipients = dict.fromkeys((plan.talker, plan.author))
    if today <= plan.day:
        if plan.day - today > AHEAD or today < working_day_before(plan.day, 1, calendar):
            return ()
        return _told(about("plan", plan.id, plan.day), "plan", matter, due, recipients)
    if today - plan.day > PLAN_FOLLOWED:
        return ()
    return _told(about("plan_after", plan.id, plan.day), "plan_after", matter, due, recipients)


def _statements(outlook: Outlook, due: datetime, calendar: Calendar) -> Sequence[Reminder]:
    """Year's end for heads who owe talks, from the first working day of December on."""
    today = outlook.today
    if today.month != 12 or today < _first_working_day(date(today.year, 12, 1), calendar):
        return ()
    found: list[Reminder] = []
    for organisation in outlook.coverage.by_owing:
        people = _holding(organisation, ("head", "liaison"), outlook)
        matter = about("statement", organisation, today.year)
        found += _told(matter, "statement", matter, due, people)
    return found


def _calendar_ends(outlook: Outlook, opening: datetime) -> tuple[Reminder, ...]:
    administrators = dict.fromkeys(
        post.person for post in outlook.directory.held(outlook.today) if post.role == "administrator"
    )
    key = about("calendar", outlook.today.year)
    return tuple(_told(key, "calendar", key, opening, administrators))


def _told(key: str, kind: str, matter: str, due: datetime, recipients: Iterable[str]) -> Sequence[Reminder]:
    return [Reminder(key, each, kind, matter, due) for each in recipients]


def _owing(mets: Sequence[Met], outlook: Outlook) -> Iterable[str]:
    return dict.fromkeys(
        person for each in mets for person in concerned(each, outlook.directory, outlook.today)
    )


def concerned(met: Met, directory: Directory, today: date) -> tuple[str, ...]:
    """Who is told of what is owed: those who owe it and still hold a post there, and that unit's liaisons."""
    owed = met.obligation
    held = directory.posts_at(owed.owed_by, today)
    owers = [post.person for post in held if post.person in owed.owers]
    return tuple(dict.fromkeys([*owers, *(post.person for post in held if post.role == "liaison")]))


def _responsible(ticket: StoredTicket, outlook: Outlook) -> Iterable[str]:
    """The responsible person, else the head; and the unit's liaison."""
    roles: tuple[Role, ...] = ("liaison",) if ticket.responsible else ("head", "liaison")
    named = [ticket.responsible] if ticket.responsible else []
    return dict.fromkeys([*named, *_holding(ticket.organisation, roles, outlook)])


def _holding(organisation: str, roles: Sequence[Role], outlook: Outlook) -> Iterable[str]:
    return dict.fromkeys(
        post.person for post in outlook.directory.posts_at(organisation, outlook.today, roles)
    )


def working_day_before(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day before a day. Raises CalendarUnknown."""
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working(day)
    return day


def _first_working_day(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def whole_months(since: date, until: date) -> int:
    """Whole months from one day to a later one."""
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
