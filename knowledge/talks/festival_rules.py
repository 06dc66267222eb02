"""What the words for a day by a festival mean: 国庆前最后一个工作日, 节后第一天, 春节前. Pure."""

from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Literal

from knowledge.talks.day_rules import UNKNOWN, Aim, Days
from knowledge.talks.festivals import OFFICIAL, festival, holiday, is_working

Side = Literal["on", "during", "eve", "before", "after"]


@dataclass(frozen=True, slots=True)
class Feast:
    """A day by a festival; name None: whichever official holiday is nearest (节前, 节后).

    `before` and `after` count days or working days from the official holiday's edge; count 0 is no certain day,
    and means the eve as a deadline.
    """

    name: str | None
    side: Side = "on"
    count: int = 0
    working: bool = False
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
        """The day; unknown where it hangs on a holiday that has not been published."""
        if self.side in ("before", "after") and not self.count and (aim == "past" or self.side == "after"):
            return UNKNOWN
        candidates = [each for each in self._candidates(today) if each.day is not None]
        if not candidates:
            return UNKNOWN
        if aim == "past":
            begun = [each for each in candidates if each.day is not None and each.day <= today]
            return begun[-1] if begun else candidates[0]
        return next(
            (each for each in candidates if (each.until or each.day or today) >= today), candidates[-1]
        )

    def _candidates(self, today: date) -> list[Days]:
        base = self.year if self.year is not None else today.year + (self.years or 0)
        years = (base - 1, base, base + 1) if self.floating else (base,)
        names = OFFICIAL if self.name is None else (self.name,)
        found = [self._at(name, year) for year in years if 1 <= year < MAXYEAR for name in names]
        return sorted(found, key=lambda each: each.day or date.min)

    def _at(self, name: str, year: int) -> Days:
        day = festival(name, year)
        if day is None:
            return UNKNOWN
        if self.side == "on":
            return Days(day)
        if self.side == "eve" or (self.side == "before" and not self.count):
            return Days(day - timedelta(days=1))
        free = holiday(name, year)
        if free is None:
            # 元旦前一天 needs no published holiday
            one_before = self.side == "before" and self.count == 1 and not self.working
            return Days(day - timedelta(days=1)) if one_before else UNKNOWN
        if self.side == "during":
            return Days(*free, vague=True)
        return self._counted(
            free[0] if self.side == "before" else free[1], -1 if self.side == "before" else 1
        )

    def _counted(self, edge: date, step: int) -> Days:
        day, left = edge, self.count
        while left:
            day += timedelta(days=step)
            working = is_working(day) if self.working else True
            if working is None:
                return UNKNOWN
            left -= working
        return Days(day)
