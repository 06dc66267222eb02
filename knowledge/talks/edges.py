"""The first or last day of a stretch: 2月最后一天, 上周最后一个工作日, 四月第二个周三. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from knowledge.talks.day_rules import NEAR, UNKNOWN, Aim, Days, Rule


@dataclass(frozen=True, slots=True)
class Edge:
    """The first or last day of a stretch: 2月最后一天, 上周最后一个工作日. `fits` tells which days count, None: unknown."""

    stretch: Rule
    last: bool
    fits: Callable[[date], bool | None] | None = None
    nth: int = 1

    @property
    def floating(self) -> bool:
        """As its stretch."""
        return self.stretch.floating

    @property
    def back(self) -> bool:
        """As its stretch."""
        return self.stretch.back

    def resolve(self, today: date, aim: Aim) -> Days:
        """The day; told as done it has come where it can have."""
        found = self._of(self.stretch.resolve(today, aim))
        if aim == "past" and self.floating and found.day is not None and found.day > today + NEAR:
            return self._of(self.stretch.resolve(today - (found.day - today), aim))
        return found

    def _of(self, days: Days) -> Days:
        if days.day is None or days.until is None:
            return replace(days, vague=days.day is not None or days.vague, day=None, until=None)
        day, step = (days.until, -1) if self.last else (days.day, 1)
        left = self.nth if self.fits is not None else 0
        while self.fits is not None and days.day <= day <= days.until:
            fits = self.fits(day)
            if fits is None:
                return UNKNOWN
            left -= fits
            if not left:
                break
            day += timedelta(days=step)
        return Days(day) if days.day <= day <= days.until else UNKNOWN
