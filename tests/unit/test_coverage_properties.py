"""Laws of coverage over any posts and records."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.services.cadences import Cadences
from bot.services.coverage import Tally, coverage
from bot.services.duties import Period, obligations
from storage import Post
from tests.support.city import ORGANISATIONS, directory_of, talk

YEAR = Period.year(2026)
DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1))
PEOPLE = st.sampled_from([f"p{number}" for number in range(6)])
TYPES = st.sampled_from(["任职谈话", "监督谈话", "谈心谈话", "廉政谈话", "集体谈话"])
ROLES = st.sampled_from(["head", "member", "discipline", "organisation", "section"])
PLACES = st.sampled_from([each.id for each in ORGANISATIONS])


@st.composite
def held_posts(draw) -> list[Post]:
    found = []
    for number in range(draw(st.integers(1, 10))):
        since = draw(st.none() | DAYS)
        lasting = draw(st.none() | st.integers(0, 500))
        until = None if lasting is None else (since or date(2026, 1, 1)) + timedelta(days=lasting)
        found.append(Post(f"x{number}", draw(PEOPLE), draw(PLACES), draw(ROLES), "职务", since, until))
    return found


@st.composite
def filed_talks(draw):
    found = []
    for number in range(draw(st.integers(0, 12))):
        subjects = draw(st.lists(PEOPLE, min_size=1, max_size=2, unique=True))
        places = {each: draw(PLACES) for each in subjects} if draw(st.booleans()) else None
        entry = talk(number % 9 + 1, draw(DAYS), draw(PEOPLE), *subjects, kind=draw(TYPES), places=places)
        found.append(entry)
    return found


@given(held_posts(), filed_talks(), DAYS)
def test_no_record_counts_twice_for_one_obligation_and_every_one_is_filed_of_its_type_in_time(
    posts, entries, today
) -> None:
    found = coverage(obligations(directory_of(posts), Cadences(), YEAR, today), entries, (), today)
    for met in found.mets:
        assert len(set(met.ids)) == len(met.ids)
        assert 0 <= met.held <= met.obligation.needed
        for record in met.records:
            assert record.talk_type == met.obligation.talk_type
            assert met.obligation.subject in record.whose("subject")
            assert record.day in met.obligation.window
            assert met.obligation.talkers & set(record.whose("talker"))


@given(held_posts(), filed_talks(), DAYS)
def test_the_sums_of_the_parts_are_the_whole(posts, entries, today) -> None:
    found = coverage(obligations(directory_of(posts), Cadences(), YEAR, today), entries, (), today)
    for parts in (found.by_organisation, found.by_owing, found.by_type):
        assert _sums(parts.values()) == _sums([found.total])
        assert {id_ for part in parts.values() for id_ in part.records} == set(found.total.records)


def _sums(tallies) -> tuple[int, ...]:
    names = ("subjects", "met", "needed", "held", "overdue", "excused", "missing")
    each_of = list(tallies)
    return tuple(sum(getattr(tally, name) for tally in each_of) for name in names)


@given(held_posts(), filed_talks(), DAYS, st.integers(1, 9))
def test_voiding_a_record_never_raises_coverage(posts, entries, today, id_) -> None:
    owed = obligations(directory_of(posts), Cadences(), YEAR, today)
    voided = [replace(each, state="void") if each.id == id_ else each for each in entries]
    before, after = coverage(owed, entries, (), today), coverage(owed, voided, (), today)
    assert id_ not in after.total.records
    for one, other in zip(before.mets, after.mets, strict=True):
        assert set(other.ids) <= set(one.ids)
        assert other.held <= one.held
    assert after.total.overdue >= before.total.overdue


@given(held_posts(), filed_talks(), DAYS, st.integers(0, 400))
def test_time_alone_never_makes_good_what_is_overdue(posts, entries, today, later) -> None:
    directory = directory_of(posts)

    def overdue(on: date) -> set[tuple[str, ...]]:
        found = coverage(obligations(directory, Cadences(), YEAR, on), entries, (), on).overdue
        named = (each.obligation for each in found)
        return {(each.talk_type, each.subject, each.organisation, str(each.due)) for each in named}

    assert overdue(today) <= overdue(today + timedelta(days=later))


@given(held_posts(), DAYS)
def test_an_obligation_is_owed_by_people_who_could_hold_it_and_never_by_its_subject(posts, today) -> None:
    directory = directory_of(posts)
    for each in obligations(directory, Cadences(), YEAR, today):
        assert set(each.owers) <= each.talkers
        assert each.subject not in each.talkers
        assert each.needed >= 1
        assert each.owed_by == each.organisation or each.owed_by in {
            above.id for above in directory.ancestors(each.organisation)
        }


def test_an_empty_sum_is_nothing() -> None:
    assert Tally.of(()) == Tally(0, 0, 0, 0, 0, 0, ())
