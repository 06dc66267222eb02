"""The pure parts of the records area: people in lines, demands read back, versions compared, what is seen by query."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.console import people_lines
from bot.channels.web.console.record_filters import FIELDS, Viewer, query_of
from bot.dialogs import people_values as people
from bot.dialogs.talk_form import demand_of, show_demand
from bot.services.clock import BEIJING
from bot.services.directory import Directory
from bot.services.version_words import MOST_WORDS, compared
from bot.services.visibility import seen_records
from storage import Organisation, Person, Post
from yanlu.errors import YanluError

NOW = datetime(2026, 11, 23, 10, tzinfo=BEIJING)
TODAY = NOW.date()


def person(id_, name, code):
    return Person(id_, code, name, None)


DIRECTORY = Directory.of(
    [Organisation("o", "A1", "区住建局"), Organisation("p", "A2", "执法队", "o")],
    [person("1", "王伟", "P1"), person("2", "王伟", "P2"), person("3", "钱卫", "P3")],
    [
        Post("a", "1", "o", "member", "副局长"),
        Post("b", "2", "o", "member", "副局长"),
        Post("c", "3", "o", "head", "书记、局长", None, date(2026, 1, 31)),
        Post("d", "3", "p", "head", "队长", date(2026, 2, 1)),
    ],
)


@pytest.mark.parametrize("id_", ["1", "2", "3"])
@pytest.mark.parametrize("on", [TODAY, date(2026, 1, 1)])
def test_a_known_person_comes_back_from_their_line(id_, on):
    value = people.value_of(DIRECTORY.who(id_, on))
    line = people_lines.line_of(value, DIRECTORY)
    assert people_lines.value_of(line, DIRECTORY) == f"p:{id_}"
    assert ("(P" in line) == (id_ != "3")


@pytest.mark.parametrize("line", ["王伟", "区住建局副局长 王伟", "钱卫(P1)", "没有的人(P9)", "(P1)", "", " "])
def test_a_line_that_names_nobody_alone_is_a_mention(line):
    assert people_lines.value_of(line, DIRECTORY) is None


@given(st.text(max_size=40))
def test_any_line_is_read(line):
    found = people_lines.value_of(line, DIRECTORY)
    assert found is None or people_lines.known_person(found, DIRECTORY)


@given(
    st.text(alphabet="整改方案报送(年月日前)0123456789", min_size=1, max_size=30),
    st.dates(date(2026, 11, 24), date(2030, 1, 1)),
)
def test_a_demand_is_read_back_as_it_was_shown(text, due):
    demand = {"text": text, "due": due.isoformat()}
    assert demand_of(show_demand(demand), NOW) == demand


@given(st.text(max_size=80), st.text(max_size=80))
def test_two_versions_in_pieces_are_the_versions(before, after):
    old, new = compared(before, after)
    assert ("".join(text for _, text in old), "".join(text for _, text in new)) == (before, after)
    same = ["".join(text for kind, text in side if kind == "same") for side in (old, new)]
    assert same[0] == same[1]
    assert {kind for kind, _ in old} <= {"same", "del"}
    assert {kind for kind, _ in new} <= {"same", "ins"}
    assert (before == after) == all(kind == "same" for kind, _ in (*old, *new))


def test_words_and_numbers_are_compared_whole():
    old, _ = compared("第12条", "第13条")
    assert ("del", "12") in old


def test_a_very_long_field_is_not_compared_word_by_word():
    old, new = compared("甲" * (MOST_WORDS + 1), "乙")
    assert [kind for kind, _ in (*old, *new)] == ["del", "ins"]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=12)))
def test_any_filter_makes_a_query_or_says_why_not(asked):
    viewer = Viewer("3", DIRECTORY, TODAY)
    filters = {name: asked.get(name, "") for name in FIELDS}
    sound = False
    try:
        query = query_of(filters, seen_records("3", DIRECTORY, TODAY), viewer)
    except YanluError:
        sound = any(filters[name] for name in ("unit", "person", "since", "until"))
    else:
        sound = query.seen is not None and query.seen.person == "3"
    assert sound
