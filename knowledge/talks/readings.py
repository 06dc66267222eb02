"""What a talk sentence says, field by field. Nothing in it is ours: words of the sentence, the author, the clock."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from knowledge.talks.dates import Spoken
from knowledge.talks.mentions import Mention

Intent = Literal["record", "question", "plan", "report", "forge"]


@dataclass(frozen=True, slots=True)
class Demand:
    """What was demanded, in the words of the sentence, and until when where that was said."""

    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class TalkReading:
    """A sentence as read. None or empty: not said.

    `talk_type` is a code of knowledge.records. `ask` names what a record needs and the sentence lacks, of
    type, talker, subject, time and points.
    """

    intent: Intent
    talk_type: str | None = None
    talkers: tuple[Mention, ...] = ()
    subjects: tuple[Mention, ...] = ()
    group: str | None = None
    companions: tuple[Mention, ...] = ()
    recorder: Mention | None = None
    delegated_by: Mention | None = None
    when: Spoken | None = None
    day: date | None = None
    start: time | None = None
    end: time | None = None
    place: str | None = None
    points: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    requirements: tuple[Demand, ...] = ()
    deadline: date | None = None
    attitude: str | None = None
    supplementary: bool | None = None
    supplementary_reason: str | None = None
    ask: tuple[str, ...] = ()
