"""`yanlu evaluate talks`: figures as DESIGN section 9 defines them.

A null expectation means that the sentence does not say it, so the reading must leave it empty. Text fields match by
containment either way; "a|b" allows either spelling. Of people, problems and demands none may be missing and none
be too many; of points none may be missing, and they are scored only where a line gives them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict

from knowledge.evaluation.lines import read_lines
from knowledge.evaluation.timing import percentile
from knowledge.evaluation.tracing import untraced
from knowledge.talks.mentions import Mention
from knowledge.talks.reader import Author, TalkReader, TalkReading

Day: TypeAlias = date
"""A day, under a name that the field `date` does not hide."""
FIELDS: Final = (
    "type", "talkers", "subjects", "date", "time", "place", "recorder", "problems", "requirements", "deadline",
    "supplementary", "points",
)  # fmt: skip

_SCORED_WHERE_GIVEN: Final = frozenset({"supplementary", "points"})


class LineAuthor(BaseModel):
    """Who wrote a line's sentence."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    unit: str
    position: str


def _days(value: object) -> object:
    """Part days that are both right, "2026-07-04|2026-07-11"."""
    return tuple(value.split("|")) if isinstance(value, str) else value


Days: TypeAlias = Annotated[tuple[Day, ...], BeforeValidator(_days)]


class Expect(BaseModel):
    """What a reading should hold; a line with `intent` is scored on that alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: Literal["record", "question", "plan", "report", "forge"] = "record"
    type: str | None = None
    talkers: tuple[str, ...] | None = None
    subjects: tuple[str, ...] | None = None
    date: Days | None = None
    time: str | None = None
    place: str | None = None
    recorder: str | None = None
    problems: tuple[str, ...] | None = None
    requirements: tuple[str, ...] | None = None
    deadline: Days | None = None
    supplementary: bool | None = None
    points: tuple[str, ...] | None = None


class Line(BaseModel):
    """One line of an evaluation file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    author: LineAuthor
    now: datetime
    text: str
    expect: Expect
    ask: tuple[Literal["type", "talker", "subject", "time", "points"], ...] = ()

    @property
    def only_intent(self) -> bool:
        """Whether the line is scored on its intent alone."""
        return self.expect.model_fields_set == {"intent"}


@dataclass(slots=True)
class _Tally:
    right: dict[str, list[bool]] = field(
        default_factory=lambda: {name: [] for name in (*FIELDS, "ask", "intent")}
    )
    all_right: list[bool] = field(default_factory=list)
    invented: int = 0
    milliseconds: list[float] = field(default_factory=list)
    misses: list[dict[str, object]] = field(default_factory=list)


def evaluate_talks(reader: TalkReader, file: Path) -> dict[str, object]:
    """Read every line of `file` and count. Shares are in 0..1, None where no line calls for the figure.

    Raises EvaluationError naming the line when one is not in the format.
    """
    tally = _Tally()
    for line in read_lines(file, Line):
        author = Author(line.author.name, line.author.unit, line.author.position)
        start = perf_counter()
        reading = reader.read(line.text, author, line.now)
        tally.milliseconds.append((perf_counter() - start) * 1000)
        _count(tally, line, author, reading)
    return {
        "n": len(tally.milliseconds),
        **{name: _share(tally.right[name]) for name in FIELDS},
        "all_right": _share(tally.all_right),
        "ask": _share(tally.right["ask"]),
        "intent": _share(tally.right["intent"]),
        "invented": tally.invented,
        "p50_ms": percentile(tally.milliseconds, 50),
        "p95_ms": percentile(tally.milliseconds, 95),
        "misses": tally.misses,
    }


def _count(tally: _Tally, line: Line, author: Author, reading: TalkReading) -> None:
    whole = [_judge(tally, line, "intent", expected=line.expect.intent, got=reading.intent)]
    if line.only_intent:
        return
    for name in FIELDS:
        expected = getattr(line.expect, name)
        if expected is not None or name not in _SCORED_WHERE_GIVEN:
            whole.append(_judge(tally, line, name, expected=expected, got=_GOT[name](reading)))
    tally.all_right.append(all(whole))
    _judge(tally, line, "ask", expected=frozenset(line.ask), got=frozenset(reading.ask))
    inventions = untraced(line.text, author, line.now, reading)
    tally.invented += len(inventions)
    tally.misses.extend(
        {"id": line.id, "field": "invented", "expected": None, "got": each} for each in inventions
    )


def _judge(tally: _Tally, line: Line, name: str, *, expected: object, got: object) -> bool:
    """Note whether a field is right, and what was missed where it is not."""
    right = _MATCHES[name](expected, got)
    tally.right[name].append(right)
    if not right:
        tally.misses.append({"id": line.id, "field": name, "expected": _plain(expected), "got": _plain(got)})
    return right


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return sorted(value) if isinstance(value, frozenset) else value


def _names(people: Sequence[Mention]) -> tuple[str, ...]:
    return tuple(each.name or each.text for each in people)


_GOT: Final[dict[str, Callable[[TalkReading], object]]] = {
    "type": lambda reading: reading.talk_type,
    "talkers": lambda reading: _names(reading.talkers),
    "subjects": lambda reading: (*_names(reading.subjects), *([reading.group] if reading.group else [])),
    "date": lambda reading: reading.day,
    "time": lambda reading: reading.start.strftime("%H:%M") if reading.start else None,
    "place": lambda reading: reading.place,
    "recorder": lambda reading: _names([reading.recorder])[0] if reading.recorder else None,
    "problems": lambda reading: reading.problems,
    "requirements": lambda reading: tuple(each.text for each in reading.requirements),
    "deadline": lambda reading: reading.deadline,
    "supplementary": lambda reading: reading.supplementary,
    "points": lambda reading: reading.points,
}


def _same(expected: object, got: object) -> bool:
    return expected == got


def _day_matches(expected: Sequence[date] | None, got: date | None) -> bool:
    return got is None if expected is None else got in expected


def _texts_match(expected: str | None, got: str | None) -> bool:
    if expected is None or got is None:
        return expected is got
    return bool(got) and any(each in got or got in each for each in expected.split("|"))


def _lists_match(expected: Sequence[str] | None, got: Sequence[str]) -> bool:
    """All of the expected found, and nothing beyond them."""
    return _covers(expected, got) and all(
        any(_texts_match(each, ours) for each in expected or ()) for ours in got
    )


def _covers(expected: Sequence[str] | None, got: Sequence[str]) -> bool:
    return all(any(_texts_match(each, ours) for ours in got) for each in expected or ())


_MATCHES: Final[dict[str, Callable[..., bool]]] = {
    "intent": _same,
    "ask": _same,
    "type": _same,
    "date": _day_matches,
    "time": _same,
    "deadline": _day_matches,
    "supplementary": _same,
    "place": _texts_match,
    "recorder": _texts_match,
    "talkers": _lists_match,
    "subjects": _lists_match,
    "problems": _lists_match,
    "requirements": _lists_match,
    "points": _covers,
}


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
