"""What the coverage pages show, from a coverage: periods asked for, sums, months and lines. Pure."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.channels.web.console.charts import Share, Stack
from bot.services.coverage import Met, grouped
from bot.services.directory import Directory
from bot.services.duties import Obligation, Period
from bot.services.entitlements import may
from bot.services.standing_requests import labelled
from knowledge.records import load_record_kinds
from storage import Excuse, Organisation, RecordEntry
from yanlu.texts import console_coverage as texts

YEARS_BACK = 5
Excused = Collection[tuple[str, str, str]]
"""(subject, talk type, period) of what a reason is kept for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unreadable means all."""

    year: int
    part: str = ""
    talk_type: str = ""
    state: str = ""
    scope: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], today: date) -> "Asked":
        """Read it."""
        year = query.get("year", "")
        known = [str(each) for each in years(today)]
        part, talk_type = query.get("part", ""), query.get("type", "")
        return cls(
            year=int(year) if year in known else today.year,
            part=part if part in dict(parts()) else "",
            talk_type=talk_type if talk_type in owed_types() else "",
            state=_known(query.get("state", ""), texts.STATES),
            scope=_known(query.get("scope", ""), texts.SCOPES),
        )

    @property
    def period(self) -> Period:
        """The days meant, with their name."""
        if self.part.startswith("q"):
            return Period.quarter(self.year, int(self.part[1:]))
        if self.part.startswith("m"):
            month = int(self.part[1:])
            last = monthrange(self.year, month)[1]
            return labelled(date(self.year, month, 1), date(self.year, month, last))
        return Period.year(self.year)

    @property
    def query(self) -> dict[str, str]:
        """The same as a query of an address."""
        pairs = {
            "year": str(self.year),
            "part": self.part,
            "type": self.talk_type,
            "state": self.state,
            "scope": self.scope,
        }
        return {name: value for name, value in pairs.items() if value}

    def wants(self, owed: Obligation, places: Collection[str], unit: str) -> bool:
        """Tell whether an obligation is meant; `places` are the organisation asked about and all below it."""
        if self.talk_type and owed.talk_type != self.talk_type:
            return False
        if self.scope == "owed":
            return owed.owed_by == unit
        return owed.organisation == unit if self.scope == "own" else owed.organisation in places


def years(today: date) -> Sequence[int]:
    """The years to choose from, this one first."""
    return range(today.year, today.year - YEARS_BACK - 1, -1)


def parts() -> Sequence[tuple[str, str]]:
    """The parts of a year to choose from."""
    quarters = [(f"q{each}", texts.quarter_name(each)) for each in range(1, 5)]
    return [
        ("", texts.WHOLE_YEAR),
        *quarters,
        *((f"m{each}", texts.month_name(each)) for each in range(1, 13)),
    ]


def owed_types() -> Sequence[str]:
    """The talk types that are owed to anybody."""
    return [each.code for each in load_record_kinds().talks if each.duty is not None]


@dataclass(frozen=True, slots=True)
class Sums:
    """Talks needed, held and missing; unmet obligations that are overdue, and that a reason is kept for."""

    needed: int = 0
    held: int = 0
    overdue: int = 0
    excused: int = 0

    @classmethod
    def of(cls, mets: Iterable[Met], excused: Excused) -> "Sums":
        """Sum up."""
        needed = held = overdue = reasons = 0
        for each in mets:
            needed += each.obligation.needed
            held += each.held
            overdue += each.overdue
            reasons += not each.done and key_of(each) in excused
        return cls(needed, held, overdue, reasons)

    @property
    def missing(self) -> int:
        """Talks still to be held."""
        return self.needed - self.held

    @property
    def share(self) -> str:
        """The share of needed talks that were held."""
        return texts.percent(self.held, self.needed)


def key_of(met: Met) -> tuple[str, str, str]:
    """Give the key by which a reason is kept."""
    return met.obligation.subject, met.obligation.talk_type, met.obligation.period


def by_child(
    mets: Sequence[Met], unit: Organisation, directory: Directory, excused: Excused
) -> Sequence[tuple[Organisation, Sums]]:
    """Sums of an organisation's own people, where any are owed a talk, and of each child with all below it."""
    children = directory.children(unit.id)
    place_of = {id_: child.id for child in children for id_ in directory.below(child.id)}
    found = grouped(mets, lambda each: place_of.get(each.obligation.organisation, unit.id))
    own = [unit] if unit.id in found else []
    return [(each, Sums.of(found.get(each.id, ()), excused)) for each in (*own, *children)]


def by_type(mets: Sequence[Met], excused: Excused) -> Sequence[tuple[str, str, Sums]]:
    """Talk type, its paces as the units set them, and its sums, in the order of the types."""
    found = grouped(mets, lambda each: each.obligation.talk_type)
    return [
        (
            code,
            "、".join(sorted(each.words for each in {met.obligation.cadence for met in found[code]})),
            Sums.of(found[code], excused),
        )
        for code in owed_types()
        if code in found
    ]


def by_month(mets: Sequence[Met]) -> Sequence[Stack]:
    """Talks held by the month of their day, those missing by the month of theirs; every month in between."""
    done: dict[int, int] = {}
    left: dict[int, int] = {}
    overdue: dict[int, int] = {}
    for met in mets:
        for record in met.records[: met.held]:
            _count(done, record.day, 1)
        if not met.done:
            _count(overdue if met.overdue else left, met.obligation.due, met.missing)
    months = [month for each in (done, left, overdue) for month, count in each.items() if count]
    if not months:
        return ()
    several = min(months) // 12 != max(months) // 12
    return [
        Stack(
            texts.year_month(month // 12, month % 12 + 1, several=several),
            done.get(month, 0),
            left.get(month, 0),
            overdue.get(month, 0),
        )
        for month in range(min(months), max(months) + 1)
    ]


def _count(counts: dict[int, int], day: date, number: int) -> None:
    month = day.year * 12 + day.month - 1
    counts[month] = counts.get(month, 0) + number


def shares(rows: Sequence[tuple[Organisation, Sums]], unit: str) -> Sequence[Share]:
    """Bars of the organisations."""
    return [
        Share(
            texts.OWN_PEOPLE if place.id == unit else place.name,
            sums.held,
            sums.needed,
            texts.share_said(sums.held, sums.needed),
        )
        for place, sums in rows
    ]


def state_of(met: Met) -> str:
    """Say how an obligation stands: done, late, open or overdue."""
    if met.done:
        return "late" if met.late else "done"
    return "overdue" if met.overdue else "open"


def in_order(mets: Iterable[Met], state: str, excused: Excused, directory: Directory) -> Sequence[Met]:
    """Those in a state, the longest overdue first, what is done last; of one day by organisation and person."""
    organisations, people = directory.organisations, directory.people

    def place(met: Met) -> tuple[object, ...]:
        owed = met.obligation
        code, number = organisations[owed.organisation].code, people[owed.subject].code
        return met.done, owed.due, code, number, owed.talk_type

    return sorted(_fitting(mets, state, excused), key=place)


def _fitting(mets: Iterable[Met], state: str, excused: Excused) -> Iterable[Met]:
    if state == "open":
        return (each for each in mets if not each.done)
    if state == "overdue":
        return (each for each in mets if each.overdue)
    if state == "done":
        return (each for each in mets if each.done)
    if state == "excused":
        return (each for each in mets if not each.done and key_of(each) in excused)
    return mets


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk of a line. `day` and `talkers` only for who may have it counted, `record` for who may read it."""

    day: date | None = None
    talkers: str = ""
    record: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An obligation as a row of the list."""

    who: str
    talk_type: str
    state: str
    progress: str
    due: date
    owers: str
    talks: Sequence[Talk]
    reason: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and when."""

    person: str
    directory: Directory
    today: date

    def line(self, met: Met, reasons: Mapping[tuple[str, str, str], Excuse]) -> Line:
        """Give a row, with as much of each talk as the viewer may know."""
        owed, reason = met.obligation, reasons.get(key_of(met))
        names = [self.directory.who(each, self.today, owed.owed_by).shown for each in owed.owers]
        return Line(
            who=self.directory.who(owed.subject, min(owed.due, self.today), owed.organisation).shown,
            talk_type=owed.talk_type,
            state=state_of(met),
            progress=texts.progress(met.held, owed.needed),
            due=owed.due,
            owers="、".join(names) or texts.NOBODY_NOW,
            talks=[self.talk(each) for each in met.records],
            reason=reason.reason if reason and not met.done else "",
        )

    def talk(self, entry: RecordEntry) -> Talk:
        """Give a talk as the viewer may know it."""
        if not may(self.person, "count", entry, self.directory, self.today):
            return Talk()
        talkers = "、".join(
            self.directory.people[each].name
            for each in entry.whose("talker")
            if each in self.directory.people
        )
        seen = may(self.person, "see", entry, self.directory, self.today)
        return Talk(entry.day, talkers, entry.id if seen else None)


def _known(value: str, among: Collection[str]) -> str:
    return value if value in among else ""
