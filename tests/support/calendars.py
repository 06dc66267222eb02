"""Working calendars for tests: Monday to Friday, in years one may choose, with a unit's own days off and hours."""

from datetime import date, datetime, timedelta

from bot.services.working_days import HOURS, KeptDays
from yanlu.errors import CalendarUnknown


class PlainCalendar:
    """Every weekday is worked on, from nine to five, in the years up to `last`."""

    def __init__(self, last: int = 2100) -> None:
        self._last = last
        self._off: frozenset[date] = frozenset()
        self._hours = HOURS

    def under(self, kept: KeptDays) -> "PlainCalendar":
        made = PlainCalendar(self._last)
        made._off, made._hours = kept.off, kept.hours
        return made

    def is_working(self, day: date) -> bool:
        if day.year > self._last:
            raise CalendarUnknown("beyond")
        return day.weekday() < 5 and day not in self._off

    def next_working_moment(self, at: datetime) -> datetime:
        opening, closing = self._hours
        if self.is_working(at.date()) and at.time() < closing:
            return max(at, datetime.combine(at.date(), opening, at.tzinfo))
        day = at.date() + timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return datetime.combine(day, opening, at.tzinfo)
