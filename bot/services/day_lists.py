"""Lists of days as an office writes them: 1月1日至3日、2027-02-06, with or without the day of the week. Pure.

Separators are commas, 、, ; and blanks. What is no day is refused and named; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from yanlu.errors import YanluError
from yanlu.texts import calendar as texts

MOST_TEXT: Final = 4_000
MOST_SPAN: Final = 31
"""Days that one item may span: no official holiday comes near."""
WEEK: Final = "一二三四五六日"
_WEEKDAY = r"(?:\((?:周|星期)(?P<{0}>[一二三四五六日天])\))?"
_DAY = (
    r"(?:(?P<{0}y>[0-9]{{4}})(?:年|-|/|\.))?(?:(?P<{0}m>[0-9]{{1,2}})(?:月|-|/|\.))?(?P<{0}d>[0-9]{{1,2}})日?"
)
_ITEM: Final = re.compile(
    _DAY.format("a")
    + _WEEKDAY.format("aw")
    + rf"(?:(?:至|到|~|—+|–|\.\.){_DAY.format('b')}{_WEEKDAY.format('bw')})?"
)
_BETWEEN: Final = re.compile(r"[\s,、;。]+")
_LOOSE_TO: Final = re.compile(r"\s*(至|到|~)\s*")


def read_days(text: str, year: int | None = None) -> frozenset[date]:
    """The days a list names; those without a year are of `year`. Raises YanluError that names what is no day."""
    if len(text) > MOST_TEXT:
        raise _bad(texts.too_much_text(MOST_TEXT))
    plain = _LOOSE_TO.sub(r"\1", unicodedata.normalize("NFKC", text))
    found: set[date] = set()
    for item in _BETWEEN.split(plain):
        if item:
            found |= _span(item, year)
    return frozenset(found)


def written_days(days: Iterable[date]) -> str:
    """A list that `read_days` reads back, days in a row as a span, an item a line."""
    lines: list[str] = []
    for first, last in spans(days):
        lines.append(first.isoformat() if first == last else f"{first.isoformat()}至{last.isoformat()}")
    return "\n".join(lines)


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of each row of days."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """What an item says of one of its two days."""

    year: str | None
    month: str | None
    day: str
    week: str | None

    def date(self, item: str, year: int | None, month: int | None) -> date:
        """The day, year and month filled in where they are not said. Raises YanluError."""
        of_year = int(self.year) if self.year else year
        of_month = int(self.month) if self.month else month
        if of_year is None:
            raise _bad(texts.no_year(_shown(item)))
        try:
            found = date(of_year, of_month or 0, int(self.day))
        except ValueError:
            raise _bad(texts.no_day(_shown(item))) from None
        if self.week and WEEK[found.weekday()] != self.week.replace("天", "日"):
            raise _bad(texts.other_weekday(_shown(item), WEEK[found.weekday()]))
        return found


def _span(item: str, year: int | None) -> set[date]:
    said = _ITEM.fullmatch(item)
    if said is None:
        raise _bad(texts.no_day(_shown(item)))
    first = _Said(said["ay"], said["am"], said["ad"], said["aw"]).date(item, year, None)
    if said["bd"] is None:
        return {first}
    last = _Said(said["by"], said["bm"], said["bd"], said["bw"]).date(item, first.year, first.month)
    if not timedelta(0) <= last - first < timedelta(days=MOST_SPAN):
        raise _bad(texts.bad_span(_shown(item), MOST_SPAN))
    return {first + timedelta(days=each) for each in range((last - first).days + 1)}


def _shown(item: str) -> str:
    return "".join(each for each in item[:30] if each.isprintable())


def _bad(happened: str) -> YanluError:
    return YanluError(happened, kept=texts.NOTHING_CHANGED, next_step=texts.DAYS_NEXT)
