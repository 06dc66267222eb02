"""Who owes which talk to whom, from posts, appointments and cadences. Pure.

The duties are those of measures 1.2, 1.7, 2.1 and 2.5; counts and days are settings of the unit (cadences.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.services.cadences import Cadence, Cadences
from bot.services.directory import Directory
from knowledge.records import Duty, load_record_kinds
from storage import Post
from yanlu.texts import standing as texts

SHORTEST_DAYS = 90
"""Days of a year a post must be held for a yearly talk to be owed: a default of ours."""
QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both days included; `label` as a person says it."""

    start: date
    end: date
    label: str = field(default="", compare=False)

    @classmethod
    def year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), texts.year(year))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        """A quarter of a year, 1 to 4."""
        first = (quarter - 1) * QUARTER_MONTHS + 1
        after = date(year + first // 10, (first + QUARTER_MONTHS - 1) % 12 + 1, 1)
        return cls(date(year, first, 1), after - timedelta(days=1), texts.quarter(year, quarter))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def shared(self, other: "Period") -> "Period | None":
        """The days both have; None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start <= end else None


@dataclass(frozen=True, slots=True)
class Obligation:
    """Talks of a type owed to a subject in an organisation: `needed` of them until `due`.

    `owers` owe it on the day it was asked for (once its time is over: on its last day), as people of `owed_by`;
    `talkers` are all who could have held it at some time, so that a talk counts when its talker has moved on
    since. `window`: the days on which a talk counts. `post` is the reason: the appointment, or the post held.
    """

    talk_type: str
    subject: str
    organisation: str
    owers: tuple[str, ...]
    owed_by: str
    talkers: frozenset[str]
    needed: int
    due: date
    window: Period
    post: Post
    cadence: Cadence

    @property
    def period(self) -> str:
        """The year it belongs to, as excuses name it."""
        return str(self.due.year)

    @property
    def appointment(self) -> bool:
        """Whether it comes from a new appointment."""
        return self.cadence.days is not None


_Seats = Mapping[str, Sequence[Post]]
"""Where those who owe a talk may sit, nearest first, with every post of theirs there: only places that have any."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `obligations` was asked."""

    directory: Directory
    cadences: Cadences
    period: Period
    today: date

    def seats(self, duty: Duty, organisation: str) -> _Seats:
        """Where those may sit who owe a duty to an organisation's people."""
        ids = [organisation]
        if duty.relation != "same":
            ids = [each.id for each in self.directory.ancestors(organisation)]
        found = ((id_, self.directory.posts_at(id_, roles=duty.talkers)) for id_ in ids)
        return {id_: posts for id_, posts in found if posts}


def obligations(
    directory: Directory, cadences: Cadences, period: Period, today: date
) -> tuple[Obligation, ...]:
    """All obligations of a period, by talk type and organisation.

    Within days of an appointment: one talk for each post that began in the period or whose last day falls into
    it, until then or later; a talk as many days before the appointment counts too (任前谈话). A post given up
    before its last day owes nothing.

    Per year: for each calendar year of the period and each post held in the period, `per_year` talks until
    December 31, or until the post is given up. Somebody who holds the post only part of the year is owed their
    share, rounded, at least one; nobody who holds it less than 90 days of the year. Talks count in the whole
    calendar year, so that a quarter asks of the same duty as its year.

    Two posts of one person in one organisation owe once per type. A subject with nobody above owes nobody.
    """
    asked = _Asked(directory, cadences, period, today)
    found: list[Obligation] = []
    for kind in load_record_kinds().talks:
        if kind.duty is not None:
            found.extend(_of_type(kind.code, kind.duty, asked))
    return tuple(found)


def _of_type(talk_type: str, duty: Duty, asked: _Asked) -> Iterator[Obligation]:
    paces: dict[str, Cadence] = {}
    for organisation in asked.directory.organisations:
        by_person: dict[str, list[Post]] = {}
        for post in asked.directory.posts_at(organisation, roles=duty.subjects):
            by_person.setdefault(post.person, []).append(post)
        seats = asked.seats(duty, organisation) if by_person else {}
        for posts in by_person.values():
            posts.sort(key=lambda each: (each.since or date.min, each.id))
            yield from _of_person(_Person(talk_type, posts, seats, paces), asked)


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who may be owed talks of a type, by their posts in one organisation; `paces` by place, as found out."""

    talk_type: str
    posts: Sequence[Post]
    seats: _Seats
    paces: dict[str, Cadence]


def _of_person(one: _Person, asked: _Asked) -> Iterator[Obligation]:
    """One person's in one organisation. The pace is set by the nearest place that could owe the talk."""
    post = one.posts[0]
    seats = {
        place: held for place, held in one.seats.items() if any(each.person != post.person for each in held)
    }
    if not seats:
        return
    nearest = next(iter(seats))
    if nearest not in one.paces:
        one.paces[nearest] = asked.cadences.held_to(nearest, one.talk_type, asked.directory)
    cadence = one.paces[nearest]
    draft = Obligation(
        talk_type=one.talk_type,
        subject=post.person,
        organisation=post.organisation,
        owers=(),
        owed_by=nearest,
        talkers=frozenset(),
        needed=1,
        due=asked.period.end,
        window=asked.period,
        post=post,
        cadence=cadence,
    )
    drafts = _yearly(draft, one.posts, asked) if cadence.per_year else _appointed(draft, one.posts, asked)
    for each in drafts if not cadence.off else ():
        yield from _borne(each, seats, asked)


def _appointed(draft: Obligation, posts: Sequence[Post], asked: _Asked) -> Iterator[Obligation]:
    days = timedelta(days=draft.cadence.days or 0)
    covered: date | None = None
    for post in posts:
        if post.since is None or post.since > asked.today or (covered is not None and post.since <= covered):
            continue
        covered = post.until or date.max
        due = post.since + days
        wanted = post.since in asked.period or due in asked.period
        if wanted and (post.until is None or post.until >= due):
            window = Period(post.since - days, post.until or date.max)
            yield replace(draft, due=due, window=window, post=post)


def _yearly(draft: Obligation, posts: Sequence[Post], asked: _Asked) -> Iterator[Obligation]:
    for year in range(asked.period.start.year, asked.period.end.year + 1):
        whole = Period.year(year)
        asked_for = whole.shared(asked.period)
        held = [(post, span) for post in posts if (span := whole.shared(_span(post))) is not None]
        if asked_for is None or not any(span.shared(asked_for) for _, span in held):
            continue
        days = _days_of([span for _, span in held])
        if days < SHORTEST_DAYS:
            continue
        times = draft.cadence.per_year or 0
        share = max(1, (2 * times * days + whole.days) // (2 * whole.days))
        last = max(span.end for _, span in held)
        yield replace(draft, needed=share, due=last, window=whole, post=held[-1][0])


def _span(post: Post) -> Period:
    return Period(post.since or date.min, post.until or date.max)


def _reaches(post: Post, window: Period) -> bool:
    """Tell whether a post is held on any day of a window: as `_span(post).shared(window)`, without making either."""
    return max(post.since or date.min, window.start) <= min(post.until or date.max, window.end)


def _days_of(spans: Sequence[Period]) -> int:
    """The days covered by spans in order of their starts, those shared counted once."""
    days, until = 0, date.min
    for span in sorted(spans, key=lambda each: each.start):
        start = max(span.start, until)
        if span.end >= start:
            days += (span.end - start).days + 1
            until = span.end + timedelta(days=1) if span.end < date.max else date.max
    return days


def _borne(draft: Obligation, seats: _Seats, asked: _Asked) -> Iterator[Obligation]:
    """The obligation with those who owe it; nothing where nobody could in all its time."""
    talkers: set[str] = set()
    owers: tuple[str, ...] = ()
    owed_by, window = draft.owed_by, draft.window
    on = min(max(asked.today, window.start), window.end)
    for place, posts in seats.items():
        held = [post for post in posts if post.person != draft.subject and _reaches(post, window)]
        talkers.update(post.person for post in held)
        now = () if owers else tuple(dict.fromkeys(post.person for post in held if post.held(on)))
        if now:
            owers, owed_by = now, place
    if talkers:
        yield replace(draft, owers=owers, owed_by=owed_by, talkers=frozenset(talkers))
