"""The test's own books of a month: what was done, and every figure that follows. Nothing of the product is called."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.support.city_data import City, Role, Seat

YEAR = 2026
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
DUTIES: tuple[tuple[str, Role, tuple[Role, ...], bool, int, int], ...] = (
    ("任职谈话", "head", ("head",), True, 0, 30),
    ("监督谈话", "head", ("head",), True, 1, 0),
    ("纪检负责人谈话", "discipline", ("head",), True, 1, 0),
    ("组织部门负责人谈话", "organisation", ("head",), True, 1, 0),
    ("谈心谈话", "head", ("member", "discipline", "organisation"), False, 2, 0),
    ("廉政谈话", "member", ("section",), False, 1, 0),
)
"""Type, who owes it, to whom, whether to those below (else of the same unit), times a year, or days after appointment."""
SHORTEST_DAYS = 90
RESTRICTED = frozenset({"诫勉谈话", "interference", "inquiry"})


@dataclass
class Talk:
    """A talk as it was confirmed on the card."""

    id: int
    type: str
    day: date
    talker: str
    subjects: tuple[str, ...]
    author: str
    filed: date
    ledger: str
    places: dict[str, str]
    points: tuple[str, ...]
    problems: tuple[str, ...] = ()
    demands: tuple[tuple[str, date | None], ...] = ()
    deadline: date | None = None
    attitude: str = ""
    late_reason: str = ""
    alike: tuple[int, ...] = ()
    void: str = ""
    versions: int = 1

    @property
    def number(self) -> str:
        """The number as it is told."""
        return f"{self.day.year}-{self.id:06d}"

    @property
    def words(self) -> str:
        """What likeness is judged by."""
        told = (*self.points, *self.problems, *(text for text, _ in self.demands), self.attitude)
        return re.sub(r"[\W_]+", "", "".join(told))


@dataclass
class Entry:
    """A record of another ledger."""

    id: int
    kind: str
    day: date
    ledger: str
    author: str
    filed: date
    lines: dict[str, str]
    due: date | None = None
    tasks: tuple[tuple[str, str], ...] = ()
    chair: str | None = None

    @property
    def number(self) -> str:
        """The number as it is told."""
        return f"{self.day.year}-{self.id:06d}"


@dataclass
class Task:
    """A problem or a demand to be put right."""

    id: int
    record: int
    kind: str
    text: str
    unit: str
    responsible: str | None
    opened: date
    due: date | None
    closed: date | None = None
    steps: list[tuple[date, str, str]] = field(default_factory=list)

    def late(self, on: date) -> int | None:
        """Days past its day, when it was closed or now; None when it is not late."""
        if self.due is None:
            return None
        days = (min(self.closed or on, on) - self.due).days
        return days if days > 0 else None

    def overdue(self, on: date) -> bool:
        """Open past its day."""
        return self.closed is None and self.due is not None and self.due < on


@dataclass(frozen=True)
class Owed:
    """A talk, or several, owed to somebody."""

    type: str
    subject: str
    unit: str
    owers: frozenset[str]
    owed_by: str
    talkers: frozenset[str]
    needed: int
    due: date
    since: date
    until: date


@dataclass
class Books:
    """The city, and what was done in it."""

    city: City
    talks: list[Talk] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    # What was done.

    def filed(self, talk: Talk) -> list[Task]:
        """Enter a talk; gives the tasks that follow from it."""
        talk.alike = self.alike(talk)
        self.talks.append(talk)
        return self._opened(self.tasks_of(talk))

    def tasks_of(self, talk: Talk) -> list[Task]:
        """Each problem with the talk's day, each demand with its own: of the first subject and their unit."""
        days = [due for _, due in talk.demands if due]
        latest = talk.deadline or (max(days) if days else None)
        first = talk.subjects[0]
        told = [("问题", text, latest) for text in talk.problems]
        told += [("整改要求", text, due or latest) for text, due in talk.demands]
        return [
            Task(0, talk.id, kind, text, talk.places[first], first, talk.filed, due)
            for kind, text, due in told
        ]

    def entered(self, entry: Entry, responsible: str | None = None) -> list[Task]:
        """Enter a record of another ledger; where it names a day, its findings and measures are followed up."""
        entry.chair = responsible
        self.entries.append(entry)
        if entry.due is None:
            return []
        return self._opened([
            Task(0, entry.id, kind, text, entry.ledger, responsible, entry.filed, entry.due)
            for kind, text in entry.tasks
        ])  # fmt: skip

    def _opened(self, tasks: list[Task]) -> list[Task]:
        for task in tasks:
            task.id = len(self.tasks) + 1
            self.tasks.append(task)
        return tasks

    def voided(self, talk: Talk, reason: str, on: date) -> None:
        """Enter that a talk no longer counts; what was to be put right falls with it."""
        talk.void = reason
        for task in self.tasks:
            if task.record == talk.id and task.closed is None:
                task.closed = on
                task.steps.append((on, "销号", "来源记录已作废,随之撤销。"))

    def alike(self, talk: Talk) -> tuple[int, ...]:
        """The earlier talks of the same ledger that say nearly the same: four fifths of all runs of 4 characters."""
        found = []
        for other in self.talks:
            if other.void or other.ledger != talk.ledger or other.id == talk.id:
                continue
            if _likeness(talk.words, other.words) >= 0.8:
                found.append(other.id)
        return tuple(sorted(found))

    # Who owes what.

    def owed(self, today: date) -> list[Owed]:
        """Every talk owed this year, worked out from the posts alone."""
        found: list[Owed] = []
        for duty in DUTIES:
            for unit in self.city.units:
                found += self._owed_in(unit.code, duty, today)
        return found

    def _owed_in(
        self, unit: str, duty: tuple[str, Role, tuple[Role, ...], bool, int, int], today: date
    ) -> Iterable[Owed]:
        kind, role, whom, downwards, times, days = duty
        people: dict[str, list[Seat]] = {}
        for seat in self.city.seats:
            if seat.unit == unit and seat.role in whom:
                people.setdefault(seat.person, []).append(seat)
        for person, seats in people.items():
            where = self.city.above(unit) if downwards else [unit]
            givers = [
                (place, seat)
                for place in where
                for seat in self.city.seats
                if seat.unit == place and seat.role == role and seat.person != person
            ]
            for needed, due, since, until in (
                _after_appointment(seats, days, today) if days else _yearly(seats, times)
            ):
                on = min(max(today, since), until)
                able = [each for each in givers if each[1].since <= until and _end(each[1]) >= since]
                now = [(place, seat.person) for place, seat in able if seat.held(on)]
                nearest = next(
                    (place for place in where if any(place == one for one, _ in now)),
                    where[0] if where else "",
                )
                if able:
                    yield Owed(
                        kind, person, unit,
                        frozenset(one for place, one in now if place == nearest), nearest,
                        frozenset(seat.person for _, seat in able), needed, due, since, until,
                    )  # fmt: skip

    def held(self, owed: Owed) -> list[Talk]:
        """The talks that count for it: filed, of the type, on its days, one to one, by who could owe it."""
        return [
            talk
            for talk in sorted(self.talks, key=lambda each: (each.day, each.id))
            if not talk.void
            and talk.type == owed.type
            and talk.subjects == (owed.subject,)
            and owed.since <= talk.day <= owed.until
            and talk.talker in owed.talkers
        ]

    def sums(self, owed: Iterable[Owed], today: date) -> tuple[int, int, int, int]:
        """Talks owed, held, missing; and obligations that are overdue."""
        needed = held = late = 0
        for each in owed:
            done = min(len(self.held(each)), each.needed)
            needed, held = needed + each.needed, held + done
            late += done < each.needed and each.due < today
        return needed, held, needed - held, late

    # Who may see what.

    def exported(self, viewer: str, on: date) -> tuple[list[Talk], list[Entry]]:
        """What may stand in somebody's export of their unit and all below, the void ones too."""
        unit = self.city.seats_of(viewer, on)[0].unit
        scope = self.city.below(unit)
        return (
            [each for each in self.talks if each.ledger in scope and self.may_export(viewer, each, on)],
            [
                each
                for each in self.entries
                if each.ledger in scope and self.may_export_entry(viewer, each, on)
            ],
        )

    def may_export(self, viewer: str, talk: Talk, on: date) -> bool:
        """Its talker and author; handlers above; the unit's liaison, unless its kind is restricted."""
        if viewer in talk.subjects:
            return False
        if viewer in (talk.talker, talk.author):
            return True
        return any(
            self._handles(seat, talk.ledger)
            or (seat.role == "liaison" and seat.unit == talk.ledger and talk.type not in RESTRICTED)
            for seat in self.city.seats_of(viewer, on)
        )

    def may_export_entry(self, viewer: str, entry: Entry, on: date) -> bool:
        """Its author; handlers above; in the unit its head, discipline, organisation and liaison."""
        own: Collection[Role] = ("discipline",)
        if entry.kind not in RESTRICTED:
            own = ("head", "discipline", "organisation", "liaison")
        return viewer == entry.author or any(
            self._handles(seat, entry.ledger) or (seat.role in own and seat.unit == entry.ledger)
            for seat in self.city.seats_of(viewer, on)
        )

    def _handles(self, seat: Seat, ledger: str) -> bool:
        return seat.role in {"discipline", "organisation"} and seat.unit in self.city.above(ledger)

    # Figures.

    def of(self, talks: Iterable[Talk], key: Callable[[Talk], str]) -> Counter[str]:
        """Filed talks by a key."""
        return Counter(key(each) for each in talks if not each.void)


def _likeness(one: str, other: str) -> float:
    if min(len(one), len(other)) < 20:
        return 0.0
    first, second = ({text[at : at + 4] for at in range(len(text) - 3)} for text in (one, other))
    return len(first & second) / len(first | second)


def _end(seat: Seat) -> date:
    return seat.until or date.max


def _after_appointment(
    seats: Sequence[Seat], days: int, today: date
) -> Iterable[tuple[int, date, date, date]]:
    """One within so many days of each post that began, or whose last day falls, in the year."""
    for seat in seats:
        due = seat.since + timedelta(days=days)
        in_year = FIRST <= seat.since <= LAST or FIRST <= due <= LAST
        if seat.since <= today and in_year and _end(seat) >= due:
            yield 1, due, seat.since - timedelta(days=days), _end(seat)


def _yearly(seats: Sequence[Seat], times: int) -> Iterable[tuple[int, date, date, date]]:
    """The share of the year the post is held, rounded, at least one; none below 90 days."""
    spans = [(max(each.since, FIRST), min(_end(each), LAST)) for each in seats]
    held = sum((until - since).days + 1 for since, until in spans if since <= until)
    if held < SHORTEST_DAYS:
        return
    share = max(1, int(times * held / 365 + 0.5))
    yield share, max(until for since, until in spans if since <= until), FIRST, LAST
