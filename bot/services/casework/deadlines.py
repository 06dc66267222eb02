"""By when a case wants what. Pure: days in, days out.

`basis` says where a period comes from: rule2020 = 纪检监察机关处理检举控告工作规则 (2020); own = the unit's own setting
or our default, and is always labelled so. Working days are counted on the official calendar and the unit's own days;
beyond the last official year every function raises CalendarUnknown, for no day is ever guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Protocol, Self

from bot.services.directory import Directory
from bot.services.unit_calendar import chain
from bot.services.working_days import KeptDays
from storage import InternalStatus, UnitOfWork

Basis = Literal["rule2020", "own"]
Term = Literal["accept_notice", "result_notice", "route_up", "forwarded", "close"]
ACCEPT_NOTICE = 15
"""Working days to tell a reporter by name of the acceptance."""
RESULT_NOTICE = 15
"""Working days after closing to tell a reporter by name of the result."""
ROUTE_UP = 5
"""Working days to send up what belongs above."""
FORWARDED = 5
"""Working days to accept what was sent from another organisation, or to send it on."""
SETTING = "report terms"
_MOST_DAYS = 3650


class Calendar(Protocol):
    """Working days; `bot.services.working_days.WorkingDays` is the official one."""

    def under(self, kept: KeptDays) -> "Calendar":
        """The calendar of a unit of which that is kept."""
        ...

    def is_working(self, day: date) -> bool:
        """Whether a day is worked on. Raises CalendarUnknown."""
        ...

    def add(self, day: date, count: int) -> date:
        """The count-th working day after a day. Raises CalendarUnknown."""
        ...

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`. Raises CalendarUnknown."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day for something."""

    term: Term
    day: date
    basis: Basis


@dataclass(frozen=True, slots=True)
class Terms:
    """A unit's own periods: days to close a case in, days that a closed one is kept, minutes a notice may wait."""

    close_days: int = 90
    kept_days: int = 3 * 365
    notice_minutes: int = 30

    @classmethod
    def of(cls, value: Any) -> Self:  # noqa: ANN401 - any JSON
        """Read a unit's setting; what is missing or makes no sense there stays the default."""
        default, given = cls(), value if isinstance(value, dict) else {}
        return cls(
            _within(given.get("close_days"), 1, _MOST_DAYS, default.close_days),
            _within(given.get("kept_days"), 1, 10 * _MOST_DAYS, default.kept_days),
            _within(given.get("notice_minutes"), 0, 24 * 60, default.notice_minutes),
        )


def terms_in(settings: Mapping[str, Mapping[str, Any]], nearest: Iterable[str], default: Terms) -> Terms:
    """The periods that the first of some units, the nearest first, has set; else the default."""
    said = (settings.get(each, {}).get(SETTING) for each in nearest)
    own = next((each for each in said if each is not None), None)
    return default if own is None else Terms.of(own)


async def load_terms(work: UnitOfWork, directory: Directory, organisation: str = "") -> Terms:
    """The periods an organisation goes by: its own, those of the nearest above it, the installation's, ours."""
    nearest = chain(directory, organisation)
    return terms_in(await work.unit_settings.all(nearest), nearest, Terms())


def first_deadline(filed: date, calendar: Calendar) -> Deadline:
    """By when a new report must be accepted and its reporter told.

    The same for an anonymous one, though the rule speaks of reporters by name: the clear deadline of a case must not
    tell whether a name was given.
    """
    return Deadline("accept_notice", calendar.add(filed, ACCEPT_NOTICE), "rule2020")


def result_deadline(closed: date, calendar: Calendar) -> Deadline:
    """By when the result must be told after closing; the same for all, as above."""
    return Deadline("result_notice", calendar.add(closed, RESULT_NOTICE), "rule2020")


def route_up_deadline(found: date, calendar: Calendar) -> Deadline:
    """By when a case must be with the level it belongs to, from the day that was found."""
    return Deadline("route_up", calendar.add(found, ROUTE_UP), "rule2020")


def forwarded_deadline(sent: date, calendar: Calendar) -> Deadline:
    """By when a case that was sent must be accepted or sent on."""
    return Deadline("forwarded", calendar.add(sent, FORWARDED), "rule2020")


def close_deadline(accepted: date, terms: Terms) -> Deadline:
    """By when a case should be closed, in calendar days: the unit's own target."""
    return Deadline("close", accepted + timedelta(days=terms.close_days), "own")


BEFORE_ACCEPTANCE: frozenset[InternalStatus] = frozenset({"waiting", "screening", "approval", "returned"})
_DONE: frozenset[InternalStatus] = frozenset({"answered", "archived"})


def next_deadline(
    then: InternalStatus, day: date, standing: date | None, terms: Terms, calendar: Calendar
) -> Deadline | None:
    """The deadline of a case that goes into `then` on a day; `standing` is the one it has.

    Steps before the acceptance never prolong what stands; the target to close runs from the acceptance, and anew
    from a review; a case that was answered has none.
    """
    if then in _DONE:
        return None
    if then == "answer_due":
        return result_deadline(day, calendar)
    if then == "forwarded":
        return forwarded_deadline(day, calendar)
    if then in BEFORE_ACCEPTANCE:
        return Deadline("accept_notice", standing, "rule2020") if standing else first_deadline(day, calendar)
    if then in ("accepted", "review") or standing is None:
        return close_deadline(day, terms)
    return Deadline("close", standing, "own")


def term_of(internal: InternalStatus) -> tuple[Term, Basis]:
    """What the deadline of a case with this status is for, and whence it comes."""
    if internal == "answer_due":
        return "result_notice", "rule2020"
    if internal == "forwarded":
        return "forwarded", "rule2020"
    return ("accept_notice", "rule2020") if internal in BEFORE_ACCEPTANCE else ("close", "own")


def overdue(due: date | None, today: date) -> bool:
    """Tell whether a deadline has passed: the last day itself is in time."""
    return due is not None and due < today


def levels_overdue(due: date, today: date, calendar: Calendar) -> int:
    """How many levels above are to be told of an overdue case: one at once, one more for every five working days."""
    return 0 if today <= due else 1 + max(calendar.between(due, today) - 1, 0) // ROUTE_UP


def kept_until(closed: date, terms: Terms) -> date:
    """The last day that the content of a closed case is kept."""
    return closed + timedelta(days=terms.kept_days)


def _within(value: object, least: int, most: int, default: int) -> int:
    return value if type(value) is int and least <= value <= most else default
