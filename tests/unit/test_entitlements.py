"""Who may see what, cell by cell. The grid below is written from DESIGN section 5, not from the code."""

from datetime import UTC, date, datetime
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.directory import Directory
from bot.services.entitlements import (
    TABLE,
    Action,
    Relation,
    What,
    may,
    may_plan,
    may_ticket,
    may_unit,
    relations_of,
    unit_relations,
    what_of,
)
from storage import Organisation, Person, Post, RecordEntry, RecordPerson, StoredPlan, StoredTicket
from tests.support.small_city import ROLES, directories

TODAY = date(2026, 11, 20)

# A letter for each action that is open: s see, p see_points, w write, c correct, v void, e export, n count.
LETTERS = {
    "s": "see",
    "p": "see_points",
    "w": "write",
    "c": "correct",
    "v": "void",
    "e": "export",
    "n": "count",
}
GRID = """
                  talk   restricted_talk ledger restricted_ledger ticket restricted_ticket plan coverage organisation document
author            scven  scven           scven  scven             swcven swcven            scven .        .            se
talker            scven  scven           scven  scven             swcven swcven            scven .        .            se
recorder          scen   scen            scen   scen              swcen  swcen             .     .        .            se
subject           p      p               p      p                 .      .                 .     .        .            se
responsible       .      .               .      .                 swn    swn               .     .        .            se
unit_head         wn     wn              swen   wn                n      n                 wn    sen      sn           se
unit_member       w      w               swn    w                 .      .                 w     .        sn           se
unit_discipline   wn     wn              swen   swen              n      n                 wn    sen      sn           se
unit_organisation wn     wn              swen   wn                n      n                 wn    sen      sn           se
unit_liaison      swcen  w               swcen  w                 swcen  .                 swcven sen     sn           se
unit_clerk        w      w               w      w                 .      .                 w     .        sn           se
handler_above     sen    sen             sen    sen               sen    sen               n     sen      sn           se
head_above        n      n               n      n                 n      n                 n     sen      sn           se
administrator     .      .               .      .                 .      .                 .     .        swcven       swcven
outsider          .      .               .      .                 .      .                 .     .        .            se
"""


def grid():
    head, *lines = GRID.strip().splitlines()
    whats = head.split()
    for line in lines:
        relation, *cells = line.split()
        assert len(cells) == len(whats), relation
        for what, cell in zip(whats, cells, strict=True):
            yield relation, what, frozenset(LETTERS[letter] for letter in cell if letter != ".")


EXPECTED = {(relation, what): actions for relation, what, actions in grid()}
CELLS = list(product(get_args(Relation), get_args(What), get_args(Action)))


def test_the_grid_names_every_relation_and_thing():
    assert set(EXPECTED) == set(product(get_args(Relation), get_args(What)))
    assert set(TABLE) == set(get_args(What))
    assert all(set(row) == set(get_args(Action)) for row in TABLE.values())


@pytest.mark.parametrize(("relation", "what", "action"), CELLS)
def test_cell(relation, what, action):
    assert (relation in TABLE[what][action]) is (action in EXPECTED[relation, what])


def person(name):
    return Person(name, name, name)


def post(name, organisation, role, until=None):
    return Post(f"{name}@{organisation}", name, organisation, role, "职务", date(2020, 1, 1), until)


PLACES = [
    Organisation("city", "city", "市委"),
    Organisation("district", "district", "区委", "city"),
    Organisation("bureau", "bureau", "局", "district"),
    Organisation("office", "office", "办公室", "bureau"),
    Organisation("school", "school", "学校", "bureau"),
    Organisation("beside", "beside", "另一局", "district"),
]
POSTS = [
    *(
        post(f"{place} {role}", place, role)
        for place in ("city", "district", "bureau", "school", "beside")
        for role in ROLES
    ),
    post("office staff", "office", "staff"),
    post("office head", "office", "head"),
    post("bureau gone", "bureau", "head", date(2026, 1, 1)),
    post("both", "bureau", "head"),
    post("both", "city", "administrator"),
    post("two", "beside", "head"),
    post("two", "district", "discipline"),
]
TREE = Directory.of(PLACES, [person(name) for name in dict.fromkeys(each.person for each in POSTS)], POSTS)


def record(kind="talk", talk_type="谈心谈话", organisation="bureau", author="a", state="filed", **parts):
    people = tuple(RecordPerson(part, name) for part, names in parts.items() for name in names)
    return RecordEntry(
        1,
        kind,
        talk_type,
        organisation,
        TODAY,
        state,
        1,
        author,
        datetime(2026, 11, 20, tzinfo=UTC),
        False,
        people,
    )


@pytest.mark.parametrize(
    ("viewer", "relations"),
    [
        ("bureau head", {"unit_head"}),
        ("bureau member", {"unit_member"}),
        ("bureau discipline", {"unit_discipline"}),
        ("bureau organisation", {"unit_organisation"}),
        ("bureau liaison", {"unit_liaison"}),
        ("bureau section", {"unit_clerk"}),
        ("bureau staff", {"unit_clerk"}),
        ("bureau administrator", {"administrator"}),
        ("office staff", {"unit_clerk"}),
        ("school liaison", {"unit_clerk"}),
        ("office head", {"outsider"}),
        ("school head", {"outsider"}),
        ("school discipline", {"outsider"}),
        ("district discipline", {"handler_above"}),
        ("city organisation", {"handler_above"}),
        ("district head", {"head_above"}),
        ("district member", {"outsider"}),
        ("district liaison", {"outsider"}),
        ("district staff", {"outsider"}),
        ("district section", {"outsider"}),
        ("beside discipline", {"outsider"}),
        ("beside head", {"outsider"}),
        ("bureau gone", {"outsider"}),
        ("both", {"administrator"}),
        ("two", {"handler_above"}),
        ("nobody", {"outsider"}),
    ],
)
def test_relations_come_from_the_posts_held_today(viewer, relations):
    assert unit_relations(viewer, "bureau", TREE, TODAY) == relations


def test_own_parts_add_to_the_office():
    entry = record(
        author="bureau liaison", talker=["bureau head"], recorder=["office staff"], subject=["bureau member"]
    )
    assert relations_of("bureau liaison", entry, TREE, TODAY) == {"author", "unit_liaison"}
    assert relations_of("bureau head", entry, TREE, TODAY) == {"talker", "unit_head"}
    assert relations_of("office staff", entry, TREE, TODAY) == {"recorder", "unit_clerk"}
    assert relations_of("bureau member", entry, TREE, TODAY) == {"subject"}


def test_the_subject_has_no_way_round_by_office():
    for viewer in ("district discipline", "bureau liaison", "bureau head", "district head"):
        entry = record(talker=["bureau member"], subject=[viewer])
        assert not any(
            may(viewer, action, entry, TREE, TODAY) for action in get_args(Action) if action != "see_points"
        )
        assert may(viewer, "see_points", entry, TREE, TODAY)


def test_a_subject_who_wrote_the_record_themselves_sees_what_they_wrote():
    entry = record(author="bureau head", talker=["bureau member"], subject=["bureau head"])
    assert may("bureau head", "see", entry, TREE, TODAY)


def test_who_left_every_post_sees_nothing_even_of_their_own():
    entry = record(
        author="bureau gone", talker=["bureau gone"], recorder=["bureau gone"], subject=["bureau gone"]
    )
    assert not any(may("bureau gone", action, entry, TREE, TODAY) for action in get_args(Action))
    assert may("bureau gone", "see", entry, TREE, date(2026, 1, 1))


def test_restricted_kinds_are_told_from_the_data_and_unknown_ones_are_restricted():
    assert what_of(record()) == "talk"
    assert what_of(record(talk_type="诫勉谈话")) == "restricted_talk"
    assert what_of(record(talk_type="函询跟踪")) == "restricted_talk"
    assert what_of(record("interference", None)) == "restricted_ledger"
    assert what_of(record("warning", None)) == "ledger"
    assert what_of(record(talk_type="没有这种")) == "restricted_talk"
    assert what_of(record("nosuch", None)) == "restricted_ledger"


def test_a_liaison_sees_ordinary_records_and_restricted_ones_only_as_their_author():
    assert may("bureau liaison", "see", record(), TREE, TODAY)
    assert not may("bureau liaison", "see", record(talk_type="诫勉谈话"), TREE, TODAY)
    assert may("bureau liaison", "see", record(talk_type="诫勉谈话", author="bureau liaison"), TREE, TODAY)


def test_a_void_record_is_read_and_not_changed():
    entry = record(author="bureau head", state="void")
    assert may("bureau head", "see", entry, TREE, TODAY)
    assert not any(may("bureau head", action, entry, TREE, TODAY) for action in ("write", "correct", "void"))


def ticket(organisation="school", responsible=None):
    return StoredTicket(1, 1, "problem", "问题", organisation, responsible, None, TODAY)


def test_a_ticket_is_seen_by_who_must_do_it():
    entry = record(talker=["bureau head"], subject=["school head"])
    assert may_ticket("school head", "see", ticket(), entry, TREE, TODAY)
    assert may_ticket("school liaison", "write", ticket(), entry, TREE, TODAY)
    assert not may_ticket("school staff", "see", ticket(), entry, TREE, TODAY)
    assert not may_ticket("school head", "correct", ticket(), entry, TREE, TODAY)
    named = ticket(responsible="school member")
    assert may_ticket("school member", "see", named, entry, TREE, TODAY)
    assert not may_ticket("school liaison", "see", named, entry, TREE, TODAY)
    assert not may_ticket("bureau gone", "see", ticket(responsible="bureau gone"), entry, TREE, TODAY)


def test_a_ticket_of_a_restricted_talk_is_closed_to_the_liaison_who_only_writes_up():
    entry = record(talk_type="诫勉谈话", talker=["bureau head"], subject=["school head"])
    assert not may_ticket("bureau liaison", "see", ticket(), entry, TREE, TODAY)
    assert may_ticket("bureau head", "see", ticket(), entry, TREE, TODAY)
    assert may_ticket("bureau liaison", "see", ticket(), record(), TREE, TODAY)


def test_a_plan_is_not_shown_to_its_subject():
    plan = StoredPlan(
        1, "谈心谈话", "bureau", "bureau head", ("bureau liaison",), TODAY, "bureau staff", "planned", {}
    )
    assert may_plan("bureau head", "see", plan, TREE, TODAY)
    assert may_plan("bureau staff", "correct", plan, TREE, TODAY)
    assert not may_plan("bureau liaison", "see", plan, TREE, TODAY)


def test_figures_are_open_to_those_who_watch_over_the_unit():
    for viewer in ("bureau head", "bureau liaison", "district discipline", "city head"):
        assert may_unit(viewer, "see", "coverage", "bureau", TREE, TODAY)
    for viewer in ("school head", "beside head", "bureau administrator", "nobody", "district liaison"):
        assert not may_unit(viewer, "see", "coverage", "bureau", TREE, TODAY)
    assert may_unit("bureau administrator", "write", "organisation", "bureau", TREE, TODAY)
    assert not may_unit("bureau head", "see", "coverage", "no such place", TREE, TODAY)


PEOPLE = [f"p{n}" for n in range(6)]
entries = st.builds(
    lambda kind, organisation, author, state, parts: record(
        *kind, organisation=organisation, author=author, state=state, **parts
    ),
    st.sampled_from([("talk", "谈心谈话"), ("talk", "诫勉谈话"), ("interference", None), ("account", None)]),
    st.sampled_from([f"o{n}" for n in range(8)]),
    st.sampled_from(PEOPLE),
    st.sampled_from(["filed", "void"]),
    st.fixed_dictionaries(
        {part: st.lists(st.sampled_from(PEOPLE), max_size=2) for part in ("talker", "subject", "recorder")}
    ),
)
CONTENT = ("see", "correct", "void", "export")


def has_part(who, entry):
    return who == entry.author or any(who in entry.whose(part) for part in ("talker", "recorder"))


@given(directories(), entries)
def test_an_administrator_sees_nothing_they_have_no_part_in(directory, entry):
    day = date(2026, 7, 1)
    for each in directory.posts:
        if each.role == "administrator" and each.held(day) and not has_part(each.person, entry):
            assert not any(may(each.person, action, entry, directory, day) for action in (*CONTENT, "count"))


@given(directories(), entries)
def test_words_are_seen_by_part_or_by_office_at_or_above_the_unit_and_by_nobody_else(directory, entry):
    day = date(2026, 7, 1)
    known = entry.organisation in directory.organisations
    path = (
        {entry.organisation, *(each.id for each in directory.ancestors(entry.organisation))}
        if known
        else set()
    )
    for who in directory.people:
        places = {each.organisation for each in directory.posts_of(who, day)}
        if any(may(who, action, entry, directory, day) for action in CONTENT):
            assert places
            assert has_part(who, entry) or (places & path and who not in entry.whose("subject"))
        if may(who, "see_points", entry, directory, day):
            assert who in entry.whose("subject")


@given(directories(), entries)
def test_what_may_be_changed_or_exported_may_be_seen(directory, entry):
    day = date(2026, 7, 1)
    for who in directory.people:
        for action in ("correct", "void", "export"):
            if may(who, action, entry, directory, day):
                assert may(who, "see", entry, directory, day)
