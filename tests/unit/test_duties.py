"""Who owes which talk to whom."""

from datetime import date

import pytest

from bot.services.cadences import Cadence, Cadences, default_cadence, read_cadence
from bot.services.duties import Obligation, Period, obligations
from tests.support.city import CITY, EAST, HILL, RIVER, WEST, directory_of, post
from yanlu.errors import YanluError
from yanlu.texts.standing import CADENCE_NOTE

YEAR = Period.year(2026)
TODAY = date(2026, 7, 1)
ROW = (post("mayor", CITY), post("river", RIVER), post("west", WEST))


def owed(posts, talk_type, *, period=YEAR, today=TODAY, own=None) -> list[Obligation]:
    found = obligations(directory_of(posts), Cadences.of(own or {}), period, today)
    return [each for each in found if each.talk_type == talk_type]


def pairs(found) -> set[tuple[tuple[str, ...], str]]:
    return {(each.owers, each.subject) for each in found}


def test_every_head_is_owed_a_yearly_talk_by_the_head_above() -> None:
    found = owed(ROW, "监督谈话")
    assert pairs(found) == {(("mayor",), "river"), (("river",), "west")}
    assert {(each.needed, each.due) for each in found} == {(1, date(2026, 12, 31))}


def test_the_one_at_the_top_is_owed_nothing() -> None:
    assert owed([post("mayor", CITY)], "监督谈话") == []


def test_a_vacant_place_passes_the_duty_up() -> None:
    found = owed([post("mayor", CITY), post("west", WEST)], "监督谈话")
    assert [(each.owers, each.owed_by) for each in found] == [(("mayor",), CITY)]


def test_who_left_the_place_in_the_year_may_have_held_the_talk_yet_owes_nothing_now() -> None:
    change = (
        post("old", RIVER, until=date(2026, 3, 31)),
        post("new", RIVER, since=date(2026, 5, 1)),
        post("west", WEST),
    )
    [found] = owed((post("mayor", CITY), *change), "监督谈话")[-1:]
    assert (found.owers, found.owed_by) == (("new",), RIVER)
    assert found.talkers == {"old", "new", "mayor"}
    [found] = owed((post("mayor", CITY), *change), "监督谈话", today=date(2026, 4, 15))[-1:]
    assert (found.owers, found.owed_by) == (("mayor",), CITY)


def test_two_heads_of_one_place_both_owe_and_are_both_owed() -> None:
    posts = (post("mayor", CITY), post("secretary", RIVER), post("director", RIVER), post("west", WEST))
    found = owed(posts, "监督谈话")
    assert pairs(found) == {
        (("mayor",), "secretary"),
        (("mayor",), "director"),
        (("director", "secretary"), "west"),
    }


def test_talks_within_a_body_are_owed_by_its_own_head() -> None:
    posts = (*ROW, post("deputy", RIVER, "member"), post("keeper", WEST, "discipline"))
    found = owed(posts, "谈心谈话")
    assert pairs(found) == {(("river",), "deputy"), (("west",), "keeper")}
    assert {each.needed for each in found} == {2}


def test_the_discipline_head_of_the_nearest_place_above_owes_their_talk() -> None:
    posts = (*ROW, post("secretary", CITY, "discipline"))
    assert pairs(owed(posts, "纪检负责人谈话")) == {(("secretary",), "river"), (("secretary",), "west")}


def test_section_leaders_are_talked_with_by_the_members_of_their_body() -> None:
    posts = (*ROW, post("deputy", RIVER, "member"), post("chief", RIVER, "section"))
    assert pairs(owed(posts, "廉政谈话")) == {(("deputy",), "chief")}


def test_nobody_owes_a_talk_to_themselves() -> None:
    posts = (post("mayor", CITY), post("mayor", RIVER))
    assert owed(posts, "监督谈话") == []


def test_an_appointment_is_owed_a_talk_within_thirty_days() -> None:
    posts = (post("mayor", CITY), post("river", RIVER, since=date(2026, 3, 10)))
    [found] = owed(posts, "任职谈话")
    assert (found.due, found.appointment, found.post.since) == (date(2026, 4, 9), True, date(2026, 3, 10))


@pytest.mark.parametrize(
    ("since", "until", "year", "count"),
    [
        (date(2025, 12, 15), None, 2025, 1),  # began in it
        (date(2025, 12, 15), None, 2026, 1),  # falls due in it
        (date(2025, 11, 1), None, 2026, 0),
        (date(2026, 9, 1), None, 2026, 0),  # still ahead
        (date(2026, 3, 1), date(2026, 3, 20), 2026, 0),  # gave it up before the talk was due
        (date(2026, 3, 1), date(2026, 4, 20), 2026, 1),
        (None, None, 2026, 0),  # nobody knows since when
    ],
)
def test_which_appointments_belong_to_a_period(since, until, year, count) -> None:
    posts = (post("mayor", CITY), post("river", RIVER, since=since, until=until))
    assert len(owed(posts, "任职谈话", period=Period.year(year))) == count


def test_a_second_head_post_in_the_same_place_is_no_new_appointment() -> None:
    first = post("river", RIVER, since=date(2024, 1, 1))
    second = post("river", RIVER, since=date(2026, 2, 1))
    assert owed((post("mayor", CITY), first, second), "任职谈话") == []
    assert len(owed((post("mayor", CITY), first, second), "监督谈话")) == 1


@pytest.mark.parametrize(
    ("since", "until", "needed"),
    [
        (date(2026, 10, 4), None, None),  # 89 days
        (date(2026, 10, 3), None, 1),  # 90 days
        (date(2020, 1, 1), date(2026, 3, 30), None),
        (date(2020, 1, 1), date(2026, 6, 30), 1),
        (date(2026, 3, 1), None, 2),  # 306 of 365 days of 2 talks: 1.7
        (date(2020, 1, 1), None, 2),
    ],
)
def test_part_of_a_year_owes_its_share(since, until, needed) -> None:
    posts = (post("river", RIVER), post("deputy", RIVER, "member", since, until))
    assert [each.needed for each in owed(posts, "谈心谈话")] == ([] if needed is None else [needed])


def test_who_gives_the_post_up_is_to_be_talked_with_until_then() -> None:
    posts = (post("mayor", CITY), post("river", RIVER, until=date(2026, 8, 31)))
    assert [each.due for each in owed(posts, "监督谈话")] == [date(2026, 8, 31)]


def test_a_quarter_asks_of_the_years_duty_and_only_of_posts_held_in_it() -> None:
    posts = (*ROW, post("gone", HILL, until=date(2026, 6, 30)))
    second, third = (owed(posts, "监督谈话", period=Period.quarter(2026, each)) for each in (2, 3))
    assert {each.subject for each in second} == {"river", "west", "gone"}
    assert {each.subject for each in third} == {"river", "west"}
    assert {each.window for each in second} == {YEAR}


def test_several_years_owe_each_their_own() -> None:
    found = owed(ROW, "监督谈话", period=Period(date(2025, 5, 1), date(2026, 5, 1)))
    assert sorted(each.due.year for each in found if each.subject == "west") == [2025, 2026]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({RIVER: {"cadence.监督谈话": {"per_year": 3}}}, {"river": 1, "west": 3, "east": 3}),
        ({CITY: {"cadence.监督谈话": {"per_year": 4}}}, {"river": 4, "west": 4, "east": 4}),
        ({"": {"cadence.监督谈话": {"per_year": 2}}}, {"river": 2, "west": 2, "east": 2}),
        (
            {CITY: {"cadence.监督谈话": {"off": True}}, RIVER: {"cadence.监督谈话": {"per_year": 1}}},
            {"west": 1, "east": 1},
        ),
        (
            {WEST: {"cadence.监督谈话": {"off": True}}},
            {"river": 1, "west": 1, "east": 1},
        ),  # not theirs to say
        ({CITY: {"cadence.监督谈话": "twice"}}, {"river": 1, "west": 1, "east": 1}),
    ],
)
def test_the_nearest_unit_above_sets_the_pace(own, expected) -> None:
    found = owed((*ROW, post("east", EAST)), "监督谈话", own=own)
    assert {each.subject: each.needed for each in found} == expected


def test_a_unit_may_owe_a_yearly_talk_within_days_instead() -> None:
    posts = (post("mayor", CITY), post("river", RIVER, since=date(2026, 5, 1)))
    [found] = owed(posts, "监督谈话", own={CITY: {"cadence.监督谈话": {"days": 10}}})
    assert (found.due, found.appointment) == (date(2026, 5, 11), True)


@pytest.mark.parametrize(
    "value", [None, 1, "off", {}, {"off": False}, {"per_year": 0}, {"per_year": 13}, {"per_year": True},
              {"days": 367}, {"days": 1.5}, {"per_year": 1, "days": 2}, {"weekly": 1}],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(value) -> None:
    with pytest.raises(YanluError):
        read_cadence(value)


def test_every_cadence_is_labelled_as_the_units_own() -> None:
    for each in (Cadence(per_year=2), Cadence(days=30), Cadence()):
        assert CADENCE_NOTE in each.words
    assert default_cadence("约谈").off
    assert default_cadence("任职谈话") == Cadence(days=30)


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [
        (1, date(2026, 1, 1), date(2026, 3, 31)),
        (2, date(2026, 4, 1), date(2026, 6, 30)),
        (4, date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters(number, start, end) -> None:
    assert Period.quarter(2026, number) == Period(start, end)
    assert start in Period.quarter(2026, number)
