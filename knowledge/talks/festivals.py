"""The days of festivals, and the official holidays around them where these are known.

Festivals by the moon come from a table of 2010 to 2050, checked in the tests against the official calendar.
Official holidays (调休 included) come from chinesecalendar; beyond its years nothing is guessed.
"""

from datetime import date, timedelta
from typing import Final

FIXED: Final = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "五四": (5, 4),
    "六一": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
}
_FIRST_YEAR: Final = 2010
_BY_MOON: Final = {
    "春节": "0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 "
    "0123 0211 0131 0219 0208 0128 0215 0204 0124 0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 0123",
    "端午": "0616 0606 0623 0612 0602 0620 0609 0530 0618 0607 0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605 "
    "0624 0612 0601 0620 0610 0530 0618 0607 0527 0614 0603 0622 0611 0531 0619 0608 0529 0615 0604 0623",
    "中秋": "0922 0912 0930 0919 0908 0927 0915 1004 0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912 "
    "1001 0919 0908 0927 0916 1004 0924 0913 1002 0920 0910 0928 0917 1005 0925 0915 1004 0922 0911 0930",
}
OFFICIAL: Final = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
"""Festivals with official holidays: those that 节前 and 节后 may mean."""
_ONE: Final = timedelta(days=1)


def festival(name: str, year: int) -> date | None:
    """The day of a festival; None where the table ends or the name is none."""
    if name in FIXED:
        return date(year, *FIXED[name])
    if name == "清明":
        return date(year, 4, _pure_brightness(year))
    if name == "除夕":
        spring = festival("春节", year)
        return spring - _ONE if spring else None
    days = _BY_MOON.get(name, "").split()
    at = year - _FIRST_YEAR
    return date(year, int(days[at][:2]), int(days[at][2:])) if 0 <= at < len(days) else None


def _pure_brightness(year: int) -> int:
    """The day of 清明 in April, by the usual formula for the 21st century."""
    short = year % 100
    return int(short * 0.2422 + 4.81) - short // 4


def holiday(name: str, year: int) -> tuple[date, date] | None:
    """First and last day of the row of free days around a festival; None where the calendar does not know."""
    day = festival(name, year)
    if day is None or is_working(day) is not False:
        return None
    return _outermost(day, -_ONE), _outermost(day, _ONE)


def _outermost(day: date, step: timedelta) -> date:
    """The last free day in a direction. At the calendar's end the row ends too."""
    while is_working(day + step) is False:
        day += step
    return day


def is_working(day: date) -> bool | None:
    """Whether a day is an official working day; None beyond the known years."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
