"""What the words for a day mean, before it is known on which day they are said. Pure.

A rule gives its days for a `today` and an aim: `past` for something told as done, `ahead` for a deadline or a plan.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from typing import Final, Literal, NamedTuple, Protocol

Aim = Literal["past", "ahead"]
Kind = Literal["day", "part", "span"]
Unit = Literal["天", "周", "月", "年", "工作日"]

NEAR: Final = timedelta(days=31)
"""A month and day without a year: as far ahead (told as done) or back (as a deadline) this year's is still meant."""


@dataclass(frozen=True, slots=True)
class Days:
    """What a rule gives. `until` is the last day of a stretch; `vague`: some day in it, or it cannot be told."""

    day: date | None = None
    until: date | None = None
    vague: bool = False
    invalid: bool = False


UNKNOWN: Final = Days(vague=True)
IMPOSSIBLE: Final = Days(invalid=True)


class Rule(Protocol):
    """The meaning of words for a day."""

    @property
    def floating(self) -> bool:
        """Whether the words name no week, month or year, so that the aim decides between several."""

    @property
    def back(self) -> bool:
        """Whether the words can only look back (昨天, 上月)."""

    def resolve(self, today: date, aim: Aim) -> Days:
        """The days meant, said on `today`."""


def shifted(day: date, count: int, unit: Unit) -> date:
    """The day `count` units later, negative for earlier; a month's missing days fall on its last (31 Jan + 1 month)."""
    if unit in {"月", "年"}:
        year, month = month_of(day.year, day.month, count * (12 if unit == "年" else 1))
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    return day + timedelta(days=count * (7 if unit == "周" else 1))


def month_of(year: int, month: int, months: int = 0) -> tuple[int, int]:
    """Year and month so many months later."""
    at = year * 12 + month - 1 + months
    return min(max(at // 12, 1), MAXYEAR - 1), at % 12 + 1


@dataclass(frozen=True, slots=True)
class Shift:
    """So many units from today: 昨天, 三天前, 两周后. Months and years are told roughly, hence vague."""

    count: int
    unit: Unit = "天"
    floating: bool = False

    @property
    def back(self) -> bool:
        """Whether it lies before today."""
        return self.count < 0

    def resolve(self, today: date, aim: Aim) -> Days:
        """One day."""
        return Days(shifted(today, self.count, self.unit), vague=aim == "past" and self.unit in ("月", "年"))


@dataclass(frozen=True, slots=True)
class Recent:
    """The last so many units until today: 近三个月, 最近一周."""

    count: int
    unit: Unit
    floating: bool = False
    back: bool = True

    def resolve(self, today: date, aim: Aim) -> Days:  # noqa: ARG002 - the aim changes nothing here
        """The stretch that ends today."""
        return Days(shifted(today, -self.count, self.unit), today)


@dataclass(frozen=True, slots=True)
class Loose:
    """Words for no certain day: 前几天, 近日; `due` is what they mean as a deadline (年前: the year's last day)."""

    due: "Rule | None" = None
    floating: bool = False
    back: bool = False

    def resolve(self, today: date, aim: Aim) -> Days:
        """Unknown, except as a deadline."""
        return self.due.resolve(today, aim) if self.due is not None and aim == "ahead" else UNKNOWN


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day, or days, of a week that starts on Monday (0); `weeks` from this one, None where none is named."""

    first: int
    last: int
    weeks: int | None = None

    @property
    def floating(self) -> bool:
        """Whether no week is named."""
        return self.weeks is None

    @property
    def back(self) -> bool:
        """Whether an earlier week is named."""
        return self.weeks is not None and self.weeks < 0

    def resolve(self, today: date, aim: Aim) -> Days:
        """The day; without a week the latest one that has begun, or ahead the next that has not ended."""
        monday = today - timedelta(days=today.weekday())
        weeks = self.weeks
        if weeks is None:
            weeks = 0
            if aim == "past" and self.first > today.weekday():
                weeks = -1
            if aim == "ahead" and self.last < today.weekday():
                weeks = 1
        first, last = (monday + timedelta(days=7 * weeks + each) for each in (self.first, self.last))
        return Days(first) if first == last else Days(first, last, vague=self.last - self.first < 6)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of a month. Of year and month at most one is given as a number, the other way as a distance from today's.

    `last` beyond the month's end means its end. kind: `day` one day, `part` some day of a part, `span` the whole stretch.
    """

    first: int
    last: int
    kind: Kind = "day"
    month: int | None = None
    months: int | None = None
    year: int | None = None
    years: int | None = None

    @property
    def floating(self) -> bool:
        """Whether month or year is left open."""
        return self.months is None and self.year is None and self.years is None

    @property
    def back(self) -> bool:
        """Whether an earlier month or year is named."""
        return (self.months or 0) < 0 or (self.years or 0) < 0

    def resolve(self, today: date, aim: Aim) -> Days:
        """The day or stretch; where month or year is open, by the aim."""
        if self.months is not None:
            return self._in(*month_of(today.year, today.month, self.months))
        if self.month is None:
            return self._of_some_month(today, aim)
        if not self.floating:
            return self._in(
                self.year if self.year is not None else today.year + (self.years or 0), self.month
            )
        return self._of_some_year(today, aim, self.month)

    def _of_some_month(self, today: date, aim: Aim) -> Days:
        step = -1 if aim == "past" else 1
        months = (month_of(today.year, today.month, step * each) for each in range(13))
        return _first_fitting((self._in(*each) for each in months), today, aim)

    def _of_some_year(self, today: date, aim: Aim, month: int) -> Days:
        near = today + NEAR if aim == "past" else today - NEAR
        step = -1 if aim == "past" else 1
        return _first_fitting((self._in(today.year + each, month) for each in (0, step)), near, aim)

    def _in(self, year: int, month: int) -> Days:
        if not (1 <= month <= 12 and 1 <= year < MAXYEAR):
            return IMPOSSIBLE
        length = monthrange(year, month)[1]
        if self.kind == "day":
            return Days(date(year, month, self.first)) if 1 <= self.first <= length else IMPOSSIBLE
        if not 1 <= self.first <= min(self.last, length):
            return IMPOSSIBLE
        first, last = date(year, month, self.first), date(year, month, min(self.last, length))
        return Days(first, last, vague=self.kind == "part")


def _first_fitting(candidates: Iterable[Days], today: date, aim: Aim) -> Days:
    """The first that has begun (past) or has not ended (ahead); the last possible one if none."""
    kept = IMPOSSIBLE
    for each in candidates:
        if each.day is None:
            continue
        if aim == "past" and each.day <= today:
            return each
        if aim == "ahead" and (each.until or each.day) >= today:
            return each
        kept = each
    return kept


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months of a year: a quarter, a half, the year itself, its beginning or end (`vague`).

    `quarters` is a distance from today's quarter and then stands alone.
    """

    first: int
    last: int
    vague: bool = False
    year: int | None = None
    years: int | None = None
    quarters: int | None = None

    @property
    def floating(self) -> bool:
        """Whether the year is left open."""
        return self.year is None and self.years is None and self.quarters is None

    @property
    def back(self) -> bool:
        """Whether an earlier year or quarter is named."""
        return (self.years or 0) < 0 or (self.quarters or 0) < 0

    def resolve(self, today: date, aim: Aim) -> Days:
        """The stretch; without a year the latest that has begun, or ahead the next that has not ended."""
        if self.quarters is not None:
            start = month_of(today.year, (today.month - 1) // 3 * 3 + 1, 3 * self.quarters)
            return _months(start, month_of(*start, 2), vague=False)
        if not self.floating:
            return self._in(self.year if self.year is not None else today.year + (self.years or 0))
        step = -1 if aim == "past" else 1
        return _first_fitting((self._in(today.year + each) for each in (0, step)), today, aim)

    def _in(self, year: int) -> Days:
        if not (1 <= self.first <= self.last <= 12 and 1 <= year < MAXYEAR):
            return IMPOSSIBLE
        return _months((year, self.first), (year, self.last), vague=self.vague)


def _months(first: tuple[int, int], last: tuple[int, int], *, vague: bool) -> Days:
    return Days(date(*first, 1), date(*last, monthrange(*last)[1]), vague=vague)


@dataclass(frozen=True, slots=True)
class Between:
    """From one to another: 11月3日到5日, 周一至周三, 年初以来. What the second leaves open is read from the first."""

    first: Rule
    second: Rule

    @property
    def floating(self) -> bool:
        """As its beginning."""
        return self.first.floating

    @property
    def back(self) -> bool:
        """As its end."""
        return self.second.back

    def resolve(self, today: date, aim: Aim) -> Days:
        """The stretch; impossible if it ends before it begins. Told as done, it has ended where it can have."""
        found = self._from(self.first.resolve(today, aim), today, aim)
        if aim == "past" and self.first.floating and found.day and found.until and found.until > today:
            before = found.day - timedelta(days=1)
            return self._from(self.first.resolve(before, aim), before, aim)
        return found

    def _from(self, first: Days, today: date, aim: Aim) -> Days:
        if first.day is None:
            return first
        anchor = first.day if self.second.floating else today
        second = self.second.resolve(anchor, "ahead" if self.second.floating else aim)
        last = second.until or second.day
        if last is None:
            return replace(first, invalid=second.invalid, vague=True)
        return Days(first.day, last) if last >= first.day else IMPOSSIBLE


class DayWords(NamedTuple):
    """A rule, where its words end, the part of the day they name (今早, 昨晚), and whether they mean just now."""

    rule: Rule
    end: int
    part: str | None = None
    just_now: bool = False
