"""Days by the moon: 正月初九, 腊月二十八, 农历八月十五, 大年初三. Pure.

The table of months from 2010 to 2050 was computed once with lunar_python (MIT); outside it no day is guessed.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from knowledge.talks.day_rules import UNKNOWN, Aim, Days
from knowledge.talks.festivals import festival
from knowledge.talks.numerals import NUMERALS, ORDINAL, number

_FIRST_YEAR: Final = 2010
_TABLE: Final = (
    "1a950 1b4a0 36aa4 1ad50 2ab59 14ba0 1a5b0 2a576 152b0 1a930 2e954 16aa0 1ad50 29b52 14b60 34ae6 1a4e0 "
    "1d260 3d265 1d530 15aa0 2d6a3 196d0 295db 14ad0 1a4d0 3a4b6 1d250 1d520 3b545 1b5a0 156d0 295b2 149b0 "
    "34977 1a4b0 1aa50 36a55 16d20 1ada0 2ab63"
)
"""A year each: a 1, then its months (1 of 30 days, 0 of 29), and as the last digit the month that comes twice."""
_YEARS: Final = tuple(_TABLE.split())
_MONTHS: Final = {"正": 1, "元": 1, "冬": 11, "腊": 12}
_DAY: Final = rf"(?:初(?P<early>[一二三四五六七八九十])|(?P<day>{ORDINAL})[日号]?)"
_ALL_MONTHS: Final = tuple((month, leap) for month in range(1, 13) for leap in (False, True))
_NAMED: Final = re.compile(rf"(?:农历|阴历|旧历)?(?P<leap>闰)?(?P<month>[正冬腊])月{_DAY}")
_CALLED: Final = re.compile(rf"(?:农历|阴历|旧历)的?(?P<leap>闰)?(?P<month>{ORDINAL})月{_DAY}")
_EARLY: Final = re.compile(
    rf"(?P<leap>闰)?(?P<month>{ORDINAL})月初(?P<early>[一二三四五六七八九十])(?P<day>(?!))?"
)
_YEARS_FIRST: Final = re.compile(
    "大年初(?P<early>[一二三四五六七八九十])(?P<leap>(?!))?(?P<month>(?!))?(?P<day>(?!))?"
)
_BARE: Final = re.compile(
    r"(?<![月年高最当起期从自])初(?P<early>[四五六七八九十]|[一二三](?=那天|[上下]午|[早晚中夜]))(?P<leap>(?!))?(?P<month>(?!))?(?P<day>(?!))?"
)
"""A day of whatever month; 初一 to 初三 are also grades of a school, and are days only before more of the time."""
FIRST: Final = "农阴旧闰正冬腊大初" + NUMERALS
"""The characters that words for such a day may start with."""


@dataclass(frozen=True, slots=True)
class Moon:
    """A day of a month by the moon, 0 any month; the year, where one is named, is the one that the month belongs to."""

    month: int
    day: int
    leap: bool = False
    year: int | None = None
    years: int | None = None

    @property
    def floating(self) -> bool:
        """Whether the year is left open."""
        return self.year is None and self.years is None

    @property
    def back(self) -> bool:
        """Whether an earlier year is named."""
        return (self.years or 0) < 0

    def resolve(self, today: date, aim: Aim) -> Days:
        """The day; without a year the latest one that has come, or ahead the next one."""
        base = self.year if self.year is not None else today.year + (self.years or 0)
        years = (base - 2, base - 1, base, base + 1) if self.floating else (base,)
        months = [(self.month, self.leap)] if self.month else _ALL_MONTHS
        days = sorted(
            day
            for year in years
            for month, leap in months
            if (day := moon_day(year, month, self.day, leap=leap))
        )
        if aim == "past":
            days = [day for day in days if day <= today][-1:] or days
        else:
            days = [day for day in days if day >= today] or days[-1:]
        return Days(days[0]) if days else UNKNOWN


def moon_day(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The day of a month by the moon; None where there is none or the table ends."""
    at = year - _FIRST_YEAR
    first = festival("春节", year)
    if first is None or not 0 <= at < len(_YEARS):
        return None
    lengths = [29 + int(bit) for bit in f"{int(_YEARS[at][:-1], 16):b}"[1:]]
    twice = int(_YEARS[at][-1], 16)
    index = month - 1 + (leap or 0 < twice < month)
    if (leap and twice != month) or not 1 <= month <= 12 or not 1 <= day <= lengths[index]:
        return None
    return first + timedelta(days=sum(lengths[:index]) + day - 1)


def read_moon(text: str, at: int, year: int | None, years: int | None) -> tuple[Moon, int] | None:
    """The rule of the words that start at an offset, and where they end."""
    for pattern in (_NAMED, _CALLED, _EARLY, _YEARS_FIRST, _BARE):
        match = pattern.match(text, at)
        if match:
            words = match["month"] or "正"
            month = 0 if pattern is _BARE else _MONTHS[words] if words in _MONTHS else number(words)
            day = number(match["early"]) if match["early"] else number(match["day"])
            return Moon(month, day, match["leap"] is not None, year, years), match.end()
    return None
