"""When the talk was, and until when its demands are due, chosen from the days a sentence names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from knowledge.talks.dates import Deadline, Spoken, ahead, find_deadlines, find_times, past
from knowledge.talks.tagged import Stretch, covered

_CONTENT: Final = "kbqlz"
_LONG_AGO: Final = timedelta(days=20)
"""A talk longer ago than this had its own calendar: its deadlines are read from its day, not from now."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The talk's day and clock; `spoken` is the expression they come from."""

    spoken: Spoken | None = None
    day: date | None = None
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The days, times and deadlines that a text names, as the grammar of dates finds them at `now`."""

    text: str
    now: datetime
    times: tuple[Spoken, ...]
    dues: tuple[Deadline, ...]

    @classmethod
    def of(cls, text: str, now: datetime) -> "Said":
        """Find them."""
        return cls(text, now, find_times(text, now), find_deadlines(text, now))

    @property
    def spans(self) -> list[tuple[str, int, int]]:
        """Where days (D), clock times (C) and deadlines (L) stand, as signs for the tagger."""
        found = [("D" if each.day or each.vague else "C", each.start, each.end) for each in self.times]
        return found + [("L", each.start, each.end) for each in self.dues]


def known(text: str, now: datetime) -> list[tuple[str, int, int]]:
    """The spans of `Said`."""
    return Said.of(text, now).spans


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
    told = [past(each, now) for each in named]
    dated = next((each for each in told if each.day is not None or each.vague or each.invalid), None)
    clocked = next((each for each in (dated, *told) if each is not None and each.clock is not None), None)
    if dated is None and clocked is None:
        return Moment()
    first = dated or clocked
    certain = dated is not None and not (dated.vague or dated.invalid or dated.future) and dated.until is None
    day = dated.day if dated is not None and certain else None
    clock, until = (clocked.clock, clocked.clock_end) if clocked is not None else (None, None)
    return Moment(first, day, clock, until)


def deadlines(said: Said, stretches: Sequence[Stretch], day: date | None) -> tuple[Deadline, ...]:
    """The deadlines of demands, in order. Expressions that tell when the talk was (on `day`) are none."""
    text, now = said.text, said.now
    if day is not None and now.date() - day > _LONG_AGO:
        said = Said.of(text, datetime.combine(day, now.time(), now.tzinfo))
    elsewhere = covered(stretches, len(text), "dxz")
    found = [each for each in said.dues if not _in(each, elsewhere)]
    missed = [each for each in stretches if each.tag == "l" and not any(_meet(each, due) for due in found)]
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


def _in(each: Spoken | Deadline, mask: bytearray) -> bool:
    return mask.find(1, each.start, each.end) >= 0


def _meet(one: Spoken | Deadline | Stretch, other: Spoken | Deadline | Stretch) -> bool:
    return one.start < other.end and other.start < one.end
