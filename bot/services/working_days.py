"""A unit's working calendar: official working days with 调休, its own days, and its hours. Pure.

The official years are those of chinesecalendar and those an administrator added, which come first. Beyond them every
question raises CalendarUnknown; no day is ever guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from bot.services.clock import BEIJING
from yanlu.errors import CalendarUnknown
from yanlu.texts import calendar as texts

_ONE: Final = timedelta(days=1)
HOURS: Final = (time(9), time(17))


@cache
def built_in() -> tuple[int, int]:
    """First and last of the years that chinesecalendar covers."""
    from chinese_calendar import constants

    years = {day.year for day in (*constants.holidays, *constants.workdays)}
    return min(years), max(years)


@dataclass(frozen=True, slots=True)
class OfficialYear:
    """The official arrangement of one year, as an administrator took it over: days off, and weekends worked."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    source: str
    added: date

    def is_working(self, day: date) -> bool:
        """Whether a day of the year is worked on."""
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)

    @property
    def working_days(self) -> int:
        """How many days of the year are worked on."""
        first = date(self.year, 1, 1)
        return sum(map(self.is_working, _days(first - _ONE, date(self.year, 12, 31))))


@dataclass(frozen=True, slots=True)
class KeptDays:
    """What is kept of a unit's working time: official years that were added, its own days off and on, its hours."""

    years: tuple[OfficialYear, ...] = ()
    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    hours: tuple[time, time] = HOURS


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days of one unit. `off` and `on` are its own days off and on, above the official calendar."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    hours: tuple[time, time] = HOURS
    years: dict[int, OfficialYear] = field(default_factory=dict)

    def under(self, kept: KeptDays) -> "WorkingDays":
        """The calendar of a unit of which that is kept."""
        return WorkingDays(kept.off, kept.on, kept.hours, {each.year: each for each in kept.years})

    @property
    def first(self) -> date:
        """The first day that the official calendar covers."""
        year = built_in()[0]
        return date(year, 1, 1)

    @property
    def last(self) -> date:
        """The last day up to which the official calendar covers every year."""
        year = built_in()[1]
        while year + 1 in self.years:
            year += 1
        return date(year, 12, 31)

    def covers(self, year: int) -> bool:
        """Whether the official arrangement of a year is known."""
        first, last = built_in()
        return first <= year <= last or year in self.years

    def is_working(self, day: date) -> bool:
        """Whether the unit works on a day.

        Raises CalendarUnknown beyond the official calendar, also for days of `off` and `on`.
        """
        if not self.covers(day.year):
            raise CalendarUnknown(
                texts.unknown_day(day, self.first.year, self.last.year), next_step=texts.UPDATE_CALENDAR
            )
        if day in self.off:
            return False
        return day in self.on or self.is_official(day)

    def is_official(self, day: date) -> bool:
        """Whether a day of a known year is an official working day, whatever the unit does."""
        from chinese_calendar import is_workday

        added = self.years.get(day.year)
        return bool(is_workday(day)) if added is None else added.is_working(day)

    def add(self, day: date, count: int) -> date:
        """The count-th working day after a day, before it where negative; the day itself for 0.

        Raises CalendarUnknown where the count runs beyond the official calendar.
        """
        step = _ONE if count > 0 else -_ONE
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative where `end` is earlier.

        So `between(day, add(day, n))` is n. Raises CalendarUnknown as `is_working` does.
        """
        if end < start:
            return -sum(map(self.is_working, _days(end - _ONE, start - _ONE)))
        return sum(map(self.is_working, _days(start, end)))

    def next_working_moment(self, at: datetime) -> datetime:
        """The moment itself within working hours (the closing minute is outside), else the next opening, in Beijing.

        A moment without a zone is taken as Beijing's. Raises CalendarUnknown as `is_working` does.
        """
        opening, closing = self.hours
        here = at.astimezone(BEIJING) if at.tzinfo else at.replace(tzinfo=BEIJING)
        day = here.date()
        if self.is_working(day) and here.time() < closing:
            return max(here, datetime.combine(day, opening, BEIJING))
        return datetime.combine(self.add(day, 1), opening, BEIJING)


def _days(start: date, end: date) -> Iterator[date]:
    """The days after `start`, up to and with `end`."""
    return (start + timedelta(days=each) for each in range(1, (end - start).days + 1))
