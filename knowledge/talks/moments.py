"""When the talk was, and until when its demands are due, chosen from the days a sentence names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from knowledge.talks.dates import Deadline, Spoken, ahead, past
from knowledge.talks.day_rules import Calendar, Shift, Weekday
from knowledge.talks.edges import Edge
from knowledge.talks.said import Said
from knowledge.talks.tagged import Stretch, covered

_TAKEN_BACK: Final = re.compile(r"不对|说错|记错|搞错|写错|更正|应该是|应为|改为|不,?是")
_SLIP: Final = 14
_CONTENT: Final = "kbqlz"
_LONG_AGO: Final = timedelta(days=20)
"""A talk longer ago than this had its own calendar: its deadlines are read from its day, not from now."""


_HANDED_IN: Final = re.compile("(?:就|再)?(?:给我|交|上?报|拿来|送来|反馈|回话|汇报|办完|完成)")


@dataclass(frozen=True, slots=True)
class Moment:
    """The talk's day and clock; `spoken` is the expression they come from."""

    spoken: Spoken | None = None
    day: date | None = None
    start: time | None = None
    end: time | None = None


def moment(said: Said, stretches: Sequence[Stretch]) -> Moment:
    """When the talk was held. A day ahead or an impossible one is not taken: it must be asked for."""
    size, now = len(said.text), said.now
    due, told_of = covered(stretches, size, "l"), covered(stretches, size, "dt")
    spoken = [each for each in said.times if not _in(each, due)]
    named = [each for each in spoken if _in(each, told_of)]
    if not named:
        content = covered(stretches, size, _CONTENT)
        named = [
            each
            for each in spoken
            if not _in(each, content) and not any(_meet(each, one) for one in said.dues)
        ]
    told = [past(each, now) for each in _corrected(said.text, named)]
    if not any(each.meaning.rule for each in told):
        told = [*_dated_elsewhere(said, stretches), *told]
    dated = next((each for each in told if each.day is not None or each.vague or each.invalid), None)
    clocked = next((each for each in (dated, *told) if each is not None and each.clock is not None), None)
    if clocked is None:
        content = covered(stretches, size, _CONTENT + "a")
        apart = (past(each, now) for each in spoken if not _in(each, content))
        clocked = next((each for each in apart if each.clock is not None and each.day is None), None)
    if dated is None and clocked is None:
        return Moment()
    first = dated or clocked
    certain = dated is not None and not (dated.vague or dated.invalid or dated.future) and dated.until is None
    day = dated.day if dated is not None and certain else None
    clock, until = (clocked.clock, clocked.clock_end) if clocked is not None else (None, None)
    return Moment(first, day, clock, until)


def _dated_elsewhere(said: Said, stretches: Sequence[Stretch]) -> list[Spoken]:
    """The first day in no content and no deadline, where only a time was taken for the talk's: 先记今天的:上午…."""
    taken = covered(stretches, len(said.text), _CONTENT + "a")
    days = (
        past(each, said.now)
        for each in said.times
        if each.meaning.rule is not None
        and not _in(each, taken)
        and not any(_meet(each, due) for due in said.dues)
    )
    found = next(days, None)
    return [found] if found is not None and not found.future else []


def _corrected(text: str, named: Sequence[Spoken]) -> list[Spoken]:
    """The expressions without those that the speaker took back: 今天下午, 哦不对, 是昨天下午."""
    for at in range(len(named) - 1, 0, -1):
        between = text[named[at - 1].end : named[at].start]
        if len(between) <= _SLIP and _TAKEN_BACK.search(between):
            return list(named[at:])
    return list(named)


def deadlines(said: Said, stretches: Sequence[Stretch], day: date | None) -> tuple[Deadline, ...]:
    """The deadlines of demands, in order. Expressions that tell when the talk was (on `day`) are none."""
    text, now = said.text, said.now
    if day is not None and now.date() - day > _LONG_AGO:
        said = Said.of(text, datetime.combine(day, now.time(), now.tzinfo))
    elsewhere = covered(stretches, len(text), "dxz")
    found = [each for each in said.dues if not _in(each, elsewhere) and not _dates(said, each)]
    missed = [each for each in stretches if each.tag == "l" and not any(_meet(each, due) for due in found)]
    found += _opening(said, [each for each in stretches if each.tag == "q"], found)
    if missed:
        found += _spoken_dues(said, missed)
    return tuple(sorted(found, key=lambda each: each.start))


def _spoken_dues(said: Said, missed: Sequence[Stretch]) -> Iterator[Deadline]:
    """The days in stretches that the tagger takes for deadlines though they have no 前 or 内."""
    days = covered(missed, len(said.text))
    for spoken in said.times:
        due = ahead(spoken, said.now).day if _in(spoken, days) else None
        if due is not None:
            yield Deadline(spoken.start, spoken.end, spoken.text, due)


def _dates(said: Said, due: Deadline) -> bool:
    """Whether 节前 only says more of the day right behind it: 节前2月3号."""
    return due.text.endswith("节前") and any(
        each.start == due.end and each.meaning.rule is not None for each in said.times
    )


def _opening(said: Said, wanted: Sequence[Stretch], known: Sequence[Deadline]) -> list[Deadline]:
    """The day that a demand begins with, or on which it is handed in, is its deadline: 月底达到60%, 写说明周五给我."""
    starts, inside = {each.start for each in wanted}, covered(wanted, len(said.text))
    found: list[Deadline] = []
    for spoken in said.times:
        begins = spoken.start in starts or (
            _in(spoken, inside) and _HANDED_IN.match(said.text, spoken.end) is not None
        )
        due = ahead(spoken, said.now).day if begins and _is_one_day(spoken) else None
        whose = said.text[spoken.end : spoken.end + 1] == "的"
        if due is not None and not whose and not any(_meet(spoken, each) for each in known):
            found.append(Deadline(spoken.start, spoken.end, spoken.text, due))
    return found


def _is_one_day(spoken: Spoken) -> bool:
    """Whether the words look ahead to a day or a month's end, not to a month or a year as a whole."""
    rule = spoken.meaning.rule
    if isinstance(rule, Calendar):
        return rule.kind != "span" and not rule.back
    return isinstance(rule, Weekday | Shift | Edge) and not rule.back


def _in(each: Spoken | Deadline, mask: bytearray) -> bool:
    return mask.find(1, each.start, each.end) >= 0


def _meet(one: Spoken | Deadline | Stretch, other: Spoken | Deadline | Stretch) -> bool:
    return one.start < other.end and other.start < one.end
