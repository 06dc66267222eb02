"""The unit's working calendar: official working days with 调休, its own exceptions, and its hours.

Beyond the years that the official calendar covers every question raises CalendarUnknown; no day is ever guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from bot.services.clock import BEIJING
from yanlu.errors import CalendarUnknown
from yanlu.texts import calendar as texts

_ONE: Final = timedelta(days=1)
HOURS: Final = (time(9), time(17))


@cache
def _known() -> tuple[date, date]:
    """First and last day of the years that chinesecalendar covers."""
    from chinese_calendar import constants

    days = (*constants.holidays, *constants.workdays)
    return date(min(days).year, 1, 1), date(max(days).year, 12, 31)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days of one unit. `off` and `on` are its own days off and on, above the official calendar."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()

    @property
    def first(self) -> date:
        """The first day that the official calendar covers."""
        return _known()[0]

    @property
    def last(self) -> date:
        """The last day that the official calendar covers."""
        return _known()[1]

    def is_working(self, day: date) -> bool:
        """Whether the unit works on a day.

        Raises CalendarUnknown beyond the official calendar, also for days of `off` and `on`.
        """
        from chinese_calendar import is_workday

        if not self.first <= day <= self.last:
            raise CalendarUnknown(
                texts.unknown_day(day, self.first.year, self.last.year), next_step=texts.UPDATE_CALENDAR
            )
        if day in self.off:
            return False
        return day in self.on or bool(is_workday(day))

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

    def next_working_moment(self, at: datetime, hours: tuple[time, time] = HOURS) -> datetime:
        """The moment itself within working hours (the closing minute is outside), else the next opening, in Beijing.

        A moment without a zone is taken as Beijing's. Raises CalendarUnknown as `is_working` does.
        """
        opening, closing = hours
        here = at.astimezone(BEIJING) if at.tzinfo else at.replace(tzinfo=BEIJING)
        day = here.date()
        if self.is_working(day) and here.time() < closing:
            return max(here, datetime.combine(day, opening, BEIJING))
        return datetime.combine(self.add(day, 1), opening, BEIJING)


def _days(start: date, end: date) -> Iterator[date]:
    """The days after `start`, up to and with `end`."""
    return (start + timedelta(days=each) for each in range(1, (end - start).days + 1))
