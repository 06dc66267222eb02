"""A record as people read it: its fields with their labels, in the order of the form. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.services.talk_record import TALK, TalkBody, Who
from knowledge.catalogue import Measure, load_catalogue
from knowledge.records import load_record_kinds
from storage import RecordEntry, StoredRecord
from yanlu.texts import talks
from yanlu.texts.conversation import NO, YES


@dataclass(frozen=True, slots=True)
class Written:
    """A field of a record: its label and what stands in it, one or several; `names` are people."""

    label: str
    values: tuple[str, ...]
    names: bool = False

    @property
    def text(self) -> str:
        """All of it in a line."""
        return ("、" if self.names else ";").join(self.values)


def kind_name(entry: RecordEntry) -> str:
    """What a record is: its talk type, or its ledger's name."""
    return entry.talk_type or load_record_kinds().ledger(entry.kind).name


def measure_of(entry: RecordEntry) -> Measure:
    """The measure a record serves first."""
    kinds = load_record_kinds()
    kind = kinds.talk(entry.talk_type or "") if entry.kind == TALK else kinds.ledger(entry.kind)
    return load_catalogue().measure(kind.measures[0])


def fields_of(stored: StoredRecord) -> Sequence[Written]:
    """Every field of a version that was filled in."""
    if stored.entry.kind == TALK:
        fields = _of_talk(TalkBody.model_validate(dict(stored.body)))
    else:
        fields = _of_ledger(stored.entry.kind, stored.body)
    return [each for each in fields if each.text]


def points_of(stored: StoredRecord) -> Sequence[str]:
    """What a talk's subject is asked about: the points, the problems and the demands, each once; nothing else."""
    body = TalkBody.model_validate(dict(stored.body))
    told = (*body.points, *body.problems, *(each.text for each in body.requirements))
    return tuple(dict.fromkeys(told))


def _of_talk(body: TalkBody) -> Iterable[Written]:
    demands = tuple(talks.demand(each.text, each.due) for each in body.requirements)
    return (
        _people(talks.TALKER, body.talkers),
        _people(talks.SUBJECT, body.subjects),
        _one(talks.GROUP, body.group),
        _one(talks.MODE, body.mode),
        _people(talks.DELEGATED, [body.delegated_by] if body.delegated_by else []),
        _one(talks.DAY, _day_and_time(body)),
        _one(talks.PLACE, body.place),
        _people(talks.RECORDER, [body.recorder] if body.recorder else []),
        _people(talks.COMPANION, body.companions),
        _one(talks.OCCASION, body.occasion),
        _one(talks.OUTLINE, body.outline),
        _one(talks.AFFIRMED, body.affirmed),
        Written(talks.POINTS, body.points),
        Written(talks.PROBLEMS, body.problems),
        _one(talks.EXPLANATION, body.explanation),
        _one(talks.ATTITUDE, body.attitude),
        Written(talks.DEMANDS, demands),
        _one(talks.DEADLINE, body.deadline.isoformat() if body.deadline else None),
        _one(talks.REASON, body.supplementary_reason),
    )


def _of_ledger(kind: str, body: Mapping[str, object]) -> Iterable[Written]:
    for each in load_record_kinds().ledger(kind).fields:
        values = body.get(each.name)
        if isinstance(values, list):
            yield Written(each.label, tuple(_said(value) for value in values))
        else:
            yield _one(each.label, _said(values))


def _said(value: object) -> str:
    """One kept value as people read it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dict):
        return Who.model_validate(value).shown
    return "" if value is None else str(value)


def _one(label: str, value: str | None) -> Written:
    return Written(label, (value,) if value else ())


def _people(label: str, whos: Sequence[Who]) -> Written:
    return Written(label, tuple(who.shown for who in whos), names=True)


def _day_and_time(body: TalkBody) -> str:
    clock = body.start.strftime(" %H:%M") if body.start else ""
    end = body.end.strftime("—%H:%M") if body.end else ""
    return f"{body.day.isoformat()}{clock}{end}"
