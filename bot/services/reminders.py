"""What people are reminded of, and when: occasions from duties, tickets and plans. Pure.

An occasion has a deterministic key: told once for ever, however often it is planned. Only what is at hand
today is planned, and of each thing its latest stage, so that a long pause is not followed by a flood.
The days before and after are defaults of ours; the text of the measures names none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Final, Protocol
from urllib.parse import quote, unquote

from bot.services.clock import BEIJING
from bot.services.coverage import Coverage, Met, grouped
from bot.services.directory import Directory
from bot.services.working_days import KeptDays
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

    def under(self, kept: KeptDays) -> "Calendar":
        """The calendar of a unit of which that is kept."""
        ...

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked on."""
        ...

    def next_working_moment(self, at: datetime) -> datetime:
        """The same moment within working hours, else the next opening."""
        ...


CalendarOf = Callable[[str], Calendar]
"""Gives an organisation's working calendar; that of the whole installation for ""."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to be reminded of today: everything owed, tickets that are open, talks that are planned."""

    directory: Directory
    coverage: Coverage
    tickets: Sequence[StoredTicket]
    plans: Sequence[StoredPlan]
    today: date


def occasions(outlook: Outlook, calendar_of: CalendarOf) -> tuple[Reminder, ...]:
    """The reminders at hand today, each due when work next begins where its recipient works.

    Where the calendar does not reach, those that need it are left out and the administrators are told, once
    for each last year it knows; that reminder's own time is today's opening, worked on or not.
    """
    found: list[Reminder] = []
    unknown = False
    times = _Times(outlook, calendar_of)
    for each in _all(outlook, times):
        try:
            found.extend(each())
        except CalendarUnknown:
            unknown = True
    if unknown:
        found.extend(_calendar_ends(outlook))
    return tuple(found)


class _Times:
    """When people work, by the calendars of their units."""

    def __init__(self, outlook: Outlook, calendar_of: CalendarOf) -> None:
        self._outlook = outlook
        self._due: dict[str, datetime] = {}
        self.of = cache(calendar_of)

    def due(self, person: str) -> datetime:
        """When work next begins today or later where somebody works. Raises CalendarUnknown."""
        return self.opening(unit_of(person, self._outlook.directory, self._outlook.today))

    def opening(self, unit: str) -> datetime:
        """When an organisation next opens, today or later. Raises CalendarUnknown."""
        if unit not in self._due:
            morning = datetime.combine(self._outlook.today, time(), BEIJING)
            self._due[unit] = self.of(unit).next_working_moment(morning)
        return self._due[unit]


def unit_of(person: str, directory: Directory, on: date) -> str:
    """The organisation of somebody's weightiest post on a day; "" for somebody without any."""
    posts = directory.posts_of(person, on)
    return posts[0].organisation if posts else ""


def about(kind: str, *parts: object) -> str:
    """What a reminder is about, as "kind:part:part"."""
    return ":".join((kind, *(quote(str(part), safe="") if _odd(str(part)) else str(part) for part in parts)))


def parts_of(text: str) -> tuple[str, ...]:
    """The kind and the parts that `about` joined."""
    return tuple(unquote(part) for part in text.split(":"))


def _odd(part: str) -> bool:
    return ":" in part or "%" in part


def _all(outlook: Outlook, times: _Times) -> Iterator[Callable[[], Sequence[Reminder]]]:
    """Each thing's reminders as a call of its own, so that one that fails keeps back no other."""
    yield partial(_known, times)
    for met in _to_do(outlook):
        yield partial(_appointed, met, outlook, times)
    groups = grouped(_to_do(outlook), _group)
    for mets in groups.values():
        yield partial(_owed, mets, outlook, times)
    for ticket in outlook.tickets:
        yield partial(_ticket, ticket, outlook, times)
    for plan in outlook.plans:
        yield partial(_plan, plan, outlook, times)
    if outlook.today.month == 12:
        for organisation in outlook.coverage.by_owing:
            yield partial(_statement, organisation, outlook, times)


def _known(times: _Times) -> Sequence[Reminder]:
    """No reminder; raises CalendarUnknown on a day that no calendar reaches, though there be nothing to remind of."""
    times.opening("")
    return ()


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


def _appointed(met: Met, outlook: Outlook, times: _Times) -> Sequence[Reminder]:
    owed = met.obligation
    since = owed.post.since
    if not owed.appointment or since is None or not since <= outlook.today <= owed.due:
        return ()
    key = about("appointment", owed.talk_type, owed.subject, owed.organisation, since)
    matter = about("appointment", owed.talk_type, owed.subject, owed.organisation, owed.due)
    return _told(key, "appointment", matter, times, _owing([met], outlook))


def _owed(mets: Sequence[Met], outlook: Outlook, times: _Times) -> Sequence[Reminder]:
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
        return _told(key, "due", matter, times, _owing(mets, outlook))
    month = whole_months(owed.due, outlook.today - timedelta(days=1))
    if month >= MOST_MONTHS:
        return ()
    key = about("overdue", owed.talk_type, owed.owed_by, owed.due, month)
    return _told(key, "overdue", matter, times, _owing(mets, outlook))


def _ticket(ticket: StoredTicket, outlook: Outlook, times: _Times) -> Sequence[Reminder]:
    if ticket.due is None or ticket.closed is not None:
        return ()
    recipients = _responsible(ticket, outlook)
    if ticket.overdue(outlook.today):
        week = ((outlook.today - ticket.due).days - 1) // 7
        if week > MOST_WEEKS:
            return ()
        key = about("ticket_overdue", ticket.id, ticket.due, week)
        return _told(key, "ticket_overdue", about("ticket", ticket.id), times, recipients)
    if ticket.due - outlook.today > AHEAD:
        return ()
    if outlook.today < working_day_before(ticket.due, TICKET_WORKING_DAYS, times.of(ticket.organisation)):
        return ()
    key = about("ticket_due", ticket.id, ticket.due)
    return _told(key, "ticket_due", about("ticket", ticket.id), times, recipients)


def _plan(plan: StoredPlan, outlook: Outlook, times: _Times) -> Sequence[Reminder]:
    if plan.state != "planned":
        return ()
    today, matter = outlook.today, about("plan", plan.id)
    recipients = dict.fromkeys((plan.talker, plan.author))
    if today <= plan.day:
        if plan.day - today > AHEAD or today < working_day_before(plan.day, 1, times.of(plan.organisation)):
            return ()
        return _told(about("plan", plan.id, plan.day), "plan", matter, times, recipients)
    if today - plan.day > PLAN_FOLLOWED:
        return ()
    return _told(about("plan_after", plan.id, plan.day), "plan_after", matter, times, recipients)


def _statement(organisation: str, outlook: Outlook, times: _Times) -> Sequence[Reminder]:
    """Year's end for heads who owe talks, from the first working day of December on."""
    today = outlook.today
    if today < _first_working_day(date(today.year, 12, 1), times.of(organisation)):
        return ()
    matter = about("statement", organisation, today.year)
    return _told(matter, "statement", matter, times, _holding(organisation, ("head", "liaison"), outlook))


def _calendar_ends(outlook: Outlook) -> Sequence[Reminder]:
    administrators = dict.fromkeys(
        post.person for post in outlook.directory.held(outlook.today) if post.role == "administrator"
    )
    key, opening = about("calendar", outlook.today.year), datetime.combine(outlook.today, OPENING, BEIJING)
    return [Reminder(key, each, "calendar", key, opening) for each in administrators]


def _told(key: str, kind: str, matter: str, times: _Times, recipients: Iterable[str]) -> Sequence[Reminder]:
    return [Reminder(key, each, kind, matter, times.due(each)) for each in recipients]


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
