"""Expressions of day and time in a text, and the days they mean, told as done or as planned."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from knowledge.talks.clock_times import FIRST as _CLOCK_FIRST
from knowledge.talks.clock_times import STARTS, Told, read_clock
from knowledge.talks.day_rules import Aim, Days, Months, Recent, Rule
from knowledge.talks.day_words import FIRST as _DAY_FIRST
from knowledge.talks.day_words import read_day
from knowledge.talks.numerals import half_width

_FIRST: Final = re.compile(f"[{''.join(sorted(set(_DAY_FIRST + _CLOCK_FIRST)))}]")
_JOINT: Final = re.compile(
    r"(?: ?\((?:周|星期)[一二三四五六日天]\)|[, ]{0,2}(?:周|星期)[一二三四五六日天](?![一二三四五六日天])"
    r"|(?:下班|散会|开完会|会议结束|午饭|晚饭|饭)(?:之|以)?后)?[的,]? ?"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the words say, whatever day they are said on."""

    rule: Rule | None = None
    part: str | None = None
    just_now: bool = False
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """One expression of day, time or both. `start` and `end` are offsets in the text, `text` the words between.

    `day` is the day, or the first of a stretch that ends with `until`. `vague`: not one certain day (月初, 前几天).
    `future`: later than now. `invalid`: no such day (2月30日). A time, or a part of the day alone (上午), has `day` None.
    `clock` and `clock_end` are on 24 hours; `part` is the part of the day that was said.
    """

    start: int
    end: int
    text: str
    day: date | None = None
    until: date | None = None
    clock: time | None = None
    clock_end: time | None = None
    part: str | None = None
    vague: bool = False
    future: bool = False
    invalid: bool = False
    meaning: Meaning = field(default=Meaning(), repr=False, compare=False)


def find_times(text: str, now: datetime) -> tuple[Spoken, ...]:
    """Every day and time of a text in order, without overlap, each as `past` gives it."""
    return tuple(_resolved(each, now, "past") for each in scan(text))


def scan(text: str) -> tuple[Spoken, ...]:
    """Every expression with its meaning, not yet resolved."""
    plain = half_width(text)
    found: list[Spoken] = []
    at = 0
    for first in _FIRST.finditer(plain):
        if first.start() < at:
            continue
        read = _read(plain, first.start())
        if read is not None:
            meaning, at = read
            found.append(Spoken(first.start(), at, text[first.start() : at], meaning=meaning))
    return tuple(found)


def past(spoken: Spoken, now: datetime) -> Spoken:
    """The expression as told of something done: the latest day that it can mean.

    A month and day of this year that lie ahead are last year's if more than a month ahead; else, like every other day
    that cannot lie back, the day is given as it stands and flagged `future`.
    """
    return _resolved(spoken, now, "past")


def ahead(spoken: Spoken, now: datetime) -> Spoken:
    """The expression as told of a plan or a deadline: the next day that it can mean.

    Of a stretch (月底, 下周, 12月中旬) `day` is its last day, and `vague` is set.
    """
    found = _resolved(spoken, now, "ahead")
    if found.until is None:
        return found
    return replace(found, day=found.until, until=None, vague=True, future=found.until > now.date())


def _read(text: str, at: int) -> tuple[Meaning, int] | None:
    """The expression that starts at an offset: a day with the time behind it, or a time alone."""
    day = read_day(text, at)
    if day is None:
        clock = read_clock(text, at, after_day=False)
        return (Meaning(told=clock.told), clock.end) if clock else None
    if isinstance(day.rule, Months | Recent):
        return Meaning(day.rule), day.end
    joint = _JOINT.match(text, day.end)
    start = joint.end() if joint else day.end
    clock = read_clock(text, start, after_day=day.part is None or start == day.end)
    if clock is None:
        return Meaning(day.rule, day.part, day.just_now), day.end
    return Meaning(day.rule, day.part, day.just_now, clock.told), clock.end


def _resolved(spoken: Spoken, now: datetime, aim: Aim) -> Spoken:
    meaning, today, hour = spoken.meaning, now.date(), now.time().replace(tzinfo=None)
    told = meaning.told or Told()
    part = told.part or meaning.part
    clocks = told.at(meaning.part, before=hour if meaning.just_now else None)
    days = meaning.rule.resolve(today, aim) if meaning.rule is not None else Days()
    since = clocks[0].time if clocks else _begins(part)
    if (
        aim == "past"
        and meaning.rule is not None
        and meaning.rule.floating
        and (days.day == today and since is not None and since > hour)
    ):
        days = meaning.rule.resolve(today - timedelta(days=1), aim)
    day = days.day
    if day is not None and clocks is not None and days.until is None:
        day += timedelta(days=clocks[0].days)
    return replace(
        spoken,
        day=day,
        until=days.until,
        clock=clocks[0].time if clocks else None,
        clock_end=clocks[1].time if clocks and clocks[1] else None,
        part=part,
        vague=days.vague,
        invalid=days.invalid,
        future=day is not None and (day > today or (day == today and since is not None and since > hour)),
    )


def _begins(part: str | None) -> time | None:
    return time(STARTS[part]) if part is not None else None
