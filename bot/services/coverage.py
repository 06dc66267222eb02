"""Which obligations have been met, and by which records: 已谈, 未谈, 逾期, and why not. Pure.

A talk counts when it is filed, of the type, with the subject, on a day of the obligation's window, and led by
somebody who could owe it or, delegated by them (受委托), by anybody. A collective talk meets no individual duty.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from bot.services.duties import Obligation
from bot.services.talk_record import TALK, Mode
from storage import Excuse, RecordEntry

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Met:
    """An obligation with the records that count for it, in order of their days, and the reason given if any.

    There may be more records than were needed.
    """

    obligation: Obligation
    records: tuple[RecordEntry, ...]
    today: date
    excuse: Excuse | None = None
    held: int = field(init=False, compare=False)
    """Talks held, of those needed."""
    done: bool = field(init=False, compare=False)
    """Whether none is missing."""
    overdue: bool = field(init=False, compare=False)
    """Whether some is missing and its day has passed."""

    def __post_init__(self) -> None:
        """Work out how it stands, once: a page of a city asks it of thousands, several times each."""
        owed = self.obligation
        held = min(len(self.records), owed.needed)
        object.__setattr__(self, "held", held)
        object.__setattr__(self, "done", held == owed.needed)
        object.__setattr__(self, "overdue", held < owed.needed and owed.due < self.today)

    @property
    def missing(self) -> int:
        """Talks still to be held."""
        return self.obligation.needed - self.held

    @property
    def late(self) -> bool:
        """Whether it was met, but after its day."""
        return self.done and self.records[self.obligation.needed - 1].day > self.obligation.due

    @property
    def ids(self) -> tuple[int, ...]:
        """The records' ids."""
        return tuple(each.id for each in self.records)


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over obligations. `subjects` of them were owed a talk; `met` got all of theirs.

    `needed`, `held` and `missing` count talks; `overdue` and `excused` count unmet obligations. `records` are
    the ids of all records that count, each once.
    """

    subjects: int
    met: int
    needed: int
    held: int
    overdue: int
    excused: int
    records: tuple[int, ...]

    @classmethod
    def of(cls, mets: Sequence[Met]) -> "Tally":
        """Sum up."""
        return cls(
            subjects=len(mets),
            met=sum(each.done for each in mets),
            needed=sum(each.obligation.needed for each in mets),
            held=sum(each.held for each in mets),
            overdue=sum(each.overdue for each in mets),
            excused=sum(each.excuse is not None and not each.done for each in mets),
            records=tuple(sorted({id_ for each in mets for id_ in each.ids})),
        )

    @property
    def missing(self) -> int:
        """Talks still to be held."""
        return self.needed - self.held

    @property
    def share(self) -> float | None:
        """The share of needed talks that were held, 0 to 1; None when none was needed."""
        return self.held / self.needed if self.needed else None


@dataclass(frozen=True)
class Coverage:
    """How a set of obligations stands on a day."""

    mets: tuple[Met, ...]
    today: date

    @property
    def total(self) -> Tally:
        """All together."""
        return Tally.of(self.mets)

    @property
    def by_organisation(self) -> Mapping[str, Tally]:
        """By the organisation of those who are owed a talk."""
        return self._by(lambda each: each.obligation.organisation)

    @property
    def by_owing(self) -> Mapping[str, Tally]:
        """By the organisation that owes the talks."""
        return self._by(lambda each: each.obligation.owed_by)

    @property
    def by_type(self) -> Mapping[str, Tally]:
        """By talk type."""
        return self._by(lambda each: each.obligation.talk_type)

    @property
    def open(self) -> tuple[Met, ...]:
        """What is still to be done (未谈), the earliest day first."""
        missing = (each for each in self.mets if not each.done)
        return tuple(sorted(missing, key=lambda each: (each.obligation.due, each.obligation.talk_type)))

    @property
    def overdue(self) -> tuple[Met, ...]:
        """What should have been done (逾期), the longest overdue first."""
        return tuple(each for each in self.open if each.overdue)

    def where(self, wanted: Callable[[Obligation], bool]) -> "Coverage":
        """The part about some of the obligations."""
        return Coverage(tuple(each for each in self.mets if wanted(each.obligation)), self.today)

    def _by(self, key: Callable[[Met], str]) -> Mapping[str, Tally]:
        return {each: Tally.of(mets) for each, mets in grouped(self.mets, key).items()}


def coverage(
    obligations: Iterable[Obligation],
    entries: Iterable[RecordEntry],
    excuses: Iterable[Excuse],
    today: date,
    modes: Mapping[int, Mode] | None = None,
) -> Coverage:
    """How obligations stand, by the records given.

    An entry says not how a talk was led: `modes` does for those in doubt (see `doubtful`). Without it one with
    several subjects is collective, any other individual. A talk from one of a subject's posts counts for that
    post's organisation, where they are owed one as holders of several; from another post for any.
    """
    owed = tuple(obligations)
    talks = _Talks(entries, modes or {})
    places = {(each.talk_type, each.subject, each.organisation) for each in owed}
    reasons = {(each.subject, each.talk_type, each.period): each for each in excuses}
    mets = []
    for each in owed:
        records = [
            entry
            for entry in talks.held_with(each.subject, each.talk_type)
            if talks.counts(entry, each) and _post_fits(entry, each, places)
        ]
        reason = reasons.get((each.subject, each.talk_type, each.period))
        mets.append(Met(each, tuple(records), today, reason))
    return Coverage(tuple(mets), today)


def doubtful(obligations: Iterable[Obligation], entries: Iterable[RecordEntry]) -> tuple[int, ...]:
    """The ids of entries whose words must say how the talk was led before they are counted or not."""
    owed: dict[tuple[str, str], list[Obligation]] = {}
    for each in obligations:
        owed.setdefault((each.subject, each.talk_type), []).append(each)
    found = []
    for entry in entries:
        concerned = [
            each
            for subject in entry.whose("subject")
            for each in owed.get((subject, entry.talk_type or ""), ())
            if entry.day in each.window
        ]
        led = all(each.talkers & set(entry.whose("talker")) for each in concerned)
        if concerned and (not led or len(entry.whose("subject")) > 1):
            found.append(entry.id)
    return tuple(found)


class _Talks:
    """Filed talks by subject and type, each once, in order of their days."""

    def __init__(self, entries: Iterable[RecordEntry], modes: Mapping[int, Mode]) -> None:
        filed = {each.id: each for each in entries if each.kind == TALK and each.state == "filed"}
        self._by_subject: dict[tuple[str, str], list[RecordEntry]] = {}
        self._modes = modes
        for entry in sorted(filed.values(), key=lambda each: (each.day, each.id)):
            for subject in dict.fromkeys(entry.whose("subject")):
                self._by_subject.setdefault((subject, entry.talk_type or ""), []).append(entry)

    def held_with(self, subject: str, talk_type: str) -> Sequence[RecordEntry]:
        """Every one of a type with a subject."""
        return self._by_subject.get((subject, talk_type), ())

    def counts(self, entry: RecordEntry, obligation: Obligation) -> bool:
        """Tell whether day, mode and talker fit."""
        if entry.day not in obligation.window:
            return False
        mode = self._modes.get(entry.id) or ("集体" if len(set(entry.whose("subject"))) > 1 else "个别")
        if mode == "集体":
            return False
        return mode == "受委托" or not obligation.talkers.isdisjoint(entry.whose("talker"))


def _post_fits(entry: RecordEntry, obligation: Obligation, owed: Collection[tuple[str, str, str]]) -> bool:
    """Tell whether the subject was talked with as holder of the post, or of none that is owed a talk itself."""
    places = {
        each.organisation
        for each in entry.people
        if each.part == "subject" and each.person == obligation.subject
    }
    if obligation.organisation in places:
        return True
    return not any((obligation.talk_type, obligation.subject, place) in owed for place in places if place)


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, tuple[Row, ...]]:
    """Rows by a key, in the order in which keys come first."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: tuple(members) for name, members in found.items()}
