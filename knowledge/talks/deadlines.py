"""Until when something is to be done, as people say it.

The convention: a day before which (27号前, 12月1日前) is itself the last day; of a stretch (月底前, 下旬前, 本周内) it is the
stretch's last day; before a festival (春节前) is the day before it; within so long (一周内) is so long after the anchor.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from knowledge.talks.day_rules import Calendar, Loose, Months, Rule, Shift, Weekday, shifted
from knowledge.talks.day_words import span_of
from knowledge.talks.festival_rules import Feast
from knowledge.talks.festivals import is_working
from knowledge.talks.numerals import COUNT, half_width
from knowledge.talks.spoken import Spoken, ahead, scan

Workdays = Callable[[date, int], date]
"""Gives the n-th working day after a day."""

_LEAD: Final = re.compile(
    "(?:截止(?:日期|时间|期限)?|截至|限期|期限|时限|限|最迟|最晚|至迟|不晚于|不迟于|不超过)(?:定)?[为是至到于在]?:? ?$"
)
_BEFORE: Final = re.compile(
    " ?(?:当天|当日)?(?:下班|收工|散会)?(?:之|以)?前(?![后夕几两些往来期置]|任(?!务)|提(?![交供出醒请报级]))"
)
_WITHIN: Final = re.compile("(?:的?时间)?(?:之|以)?内(?![部容设控外心审勤业])")
_STOP: Final = re.compile("(?:之日)?(?:为?止(?!步|损|住)|截止)")
_SPAN: Final = re.compile(
    f"(?P<lead>(?:限期|期限|时限|限|给[他她你]们?)(?:为|是|定为)?:? ?)?(?P<count>(?<![\\d.第个几])(?:{COUNT}|半))"
    "(?P<unit>个?工作日|天|日|周|个?星期|个?礼拜|个月|(?<=[两俩半])月|年|个?季度|个?小时)"
    "(?P<within>(?:的?时间)?(?:之|以)?内(?![部容设控外心审勤业]))?"
)
_THIS: Final = re.compile(
    "(?<![一二两三四五六七八九十半几个每\\d])(?P<unit>月|年|周|季)度?(?:之|以)?内(?![部容设控])|(?P<today>(?<![天日])下班(?:之|以)?前)"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The words of a deadline, with their offsets, and the last day on which it is kept."""

    start: int
    end: int
    text: str
    due: date


def working_day_after(day: date, count: int) -> date:
    """The n-th official working day after a day; beyond the calendar's years Monday to Friday count."""
    while count > 0:
        day += timedelta(days=1)
        known = is_working(day)
        count -= day.weekday() < 5 if known is None else known
    return day


def find_deadlines(
    text: str, now: datetime, *, workdays: Workdays = working_day_after
) -> tuple[Deadline, ...]:
    """Every deadline of a text in order, without overlap, counted from `now`.

    What can only look back (三天前, 上周五前) is no deadline.
    """
    plain = half_width(text)
    found = [*_days(plain, now), *_spans(plain, now.date(), workdays), *_this(plain, now.date())]
    kept: list[Deadline] = []
    for start, end, due in sorted(found, key=lambda each: (each[0], -each[1])):
        if not kept or start >= kept[-1].end:
            kept.append(Deadline(start, end, text[start:end], due))
    return tuple(kept)


def _days(text: str, now: datetime) -> Iterator[tuple[int, int, date]]:
    """Days with 前, 止 or a word like 截止 beside them; stretches with 内."""
    for spoken in scan(text):
        due = _due(spoken, now)
        if due is None:
            continue
        lead = _LEAD.search(text, max(0, spoken.start - 8), spoken.start)
        start = lead.start() if lead else spoken.start
        tail = _BEFORE.match(text, spoken.end) or _STOP.match(text, spoken.end)
        if tail is None and _is_stretch(spoken.meaning.rule, now.date()):
            tail = _WITHIN.match(text, spoken.end)
        if tail:
            yield start, tail.end(), due
        elif lead or _is_before(spoken.meaning.rule):
            yield start, spoken.end, due


def _due(spoken: Spoken, now: datetime) -> date | None:
    """The last day, unless the words can only look back or say no day at all."""
    meaning = spoken.meaning
    if meaning.rule is None:
        return now.date() if meaning.told is not None and meaning.told.start is not None else None
    if meaning.rule.back or meaning.just_now:
        return None
    return ahead(spoken, now).day


def _is_stretch(rule: Rule | None, today: date) -> bool:
    return rule is not None and rule.resolve(today, "ahead").until is not None


def _is_before(rule: Rule | None) -> bool:
    """Whether 前 is part of the words already: 春节前, 节前, 年前."""
    return (isinstance(rule, Feast) and rule.side == "before" and not rule.count) or (
        isinstance(rule, Loose) and rule.due is not None
    )


def _spans(text: str, today: date, workdays: Workdays) -> Iterator[tuple[int, int, date]]:
    """So long from the anchor: 一周内, 三个工作日内, 限期一个月."""
    for match in _SPAN.finditer(text):
        if not (match["lead"] or match["within"]):
            continue
        due = _after(today, match["count"], match["unit"].removeprefix("个"), workdays)
        if due is not None:
            yield match.start(), match.end(), due


def _after(today: date, count: str, unit: str, workdays: Workdays) -> date | None:
    if unit == "小时":
        return today + timedelta(days=-(-span_of(count, "天")[0] // 24))
    many, kind = span_of(count, unit)
    return workdays(today, many) if kind == "工作日" else shifted(today, many, kind)


def _this(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    """The end of what runs now: 月内, 年内, 周内; 下班前 is today."""
    told = {spoken.end for spoken in scan(text)}
    for match in _THIS.finditer(text):
        if match["today"] and match.start() in told:
            continue
        yield match.start(), match.end(), _END_OF[match["unit"] or ""].resolve(today, "ahead").until or today


_END_OF: Final[dict[str, Rule]] = {
    "": Shift(0),
    "周": Weekday(0, 6, 0),
    "月": Calendar(1, 31, "span", months=0),
    "季": Months(1, 3, quarters=0),
    "年": Months(1, 12, years=0),
}
