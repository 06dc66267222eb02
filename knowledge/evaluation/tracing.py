"""Which values of a talk reading come neither from its sentence nor from its author nor from the clock."""

from collections.abc import Iterator
from datetime import datetime, time

from knowledge.talks.dates import Spoken, ahead, find_deadlines, find_times, past
from knowledge.talks.kinds import type_of
from knowledge.talks.mentions import Mention
from knowledge.talks.reader import Author, TalkReading
from knowledge.talks.words import flat


def untraced(text: str, author: Author, now: datetime, reading: TalkReading) -> tuple[str, ...]:
    """The invented values, as words; empty where every value has its source."""
    said = (author.name, author.unit, author.position)
    words = [each for each in _texts(reading) if each not in text and not any(each in own for own in said)]
    if reading.talk_type is not None and not _named(text, reading.talk_type):
        words.append(reading.talk_type)
    return (*words, *_moments(text, now, reading))


def _texts(reading: TalkReading) -> Iterator[str]:
    people = (
        *reading.talkers,
        *reading.subjects,
        *reading.companions,
        reading.recorder,
        reading.delegated_by,
    )
    for person in people:
        if person is not None:
            yield from _person(person)
    yield from (each.text for each in reading.requirements)
    yield from (*reading.points, *reading.problems)
    single = (reading.group, reading.place, reading.attitude, reading.supplementary_reason)
    yield from (each for each in single if each is not None)


def _person(person: Mention) -> Iterator[str]:
    yield from (each for each in (person.text, person.name, person.surname) if each)


def _named(text: str, code: str) -> bool:
    """Whether some stretch of the sentence names the type."""
    plain = flat(text)
    return any(
        type_of(plain[start:end]) == code
        for start in range(len(plain))
        for end in range(start + 2, min(start + 14, len(plain)) + 1)
    )


def _moments(text: str, now: datetime, reading: TalkReading) -> Iterator[str]:
    """Days, times and deadlines that no expression of the sentence gives, read from now or from the talk's day."""
    anchors = [now]
    if reading.day is not None:
        anchors.append(datetime.combine(reading.day, now.time(), now.tzinfo))
    spoken = find_times(text, now)
    if reading.day is not None and reading.day not in {past(each, now).day for each in spoken}:
        yield reading.day.isoformat()
    clocks = {clock for each in spoken for clock in _clocks(past(each, now))}
    yield from (
        each.isoformat() for each in (reading.start, reading.end) if each is not None and each not in clocks
    )
    dues = {due.due for anchor in anchors for due in find_deadlines(text, anchor)}
    dues |= {
        day for anchor in anchors for each in find_times(text, anchor) if (day := ahead(each, anchor).day)
    }
    wanted = {reading.deadline, *(each.due for each in reading.requirements)} - {None}
    yield from (str(each) for each in wanted if each not in dues)


def _clocks(spoken: Spoken) -> Iterator[time]:
    yield from (each for each in (spoken.clock, spoken.clock_end) if each is not None)
