"""Working calendars for tests: Monday to Friday, in years one may choose."""

from datetime import date, datetime, time, timedelta

from yanlu.errors import CalendarUnknown


class PlainCalendar:
    """Every weekday is worked on, from nine to five, in the years up to `last`."""

    def __init__(self, last: int = 2100) -> None:
        self._last = last

    def is_working(self, day: date) -> bool:
        if day.year > self._last:
            raise CalendarUnknown("beyond")
        return day.weekday() < 5

    def next_working_moment(self, at: datetime) -> datetime:
        if self.is_working(at.date()) and at.time() < time(17):
            return max(at, at.replace(hour=9, minute=0, second=0, microsecond=0))
        day = at.date() + timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return datetime.combine(day, time(9), at.tzinfo)
