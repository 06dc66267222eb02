"""Where a report goes by the directory of a day, in the city of `test_routing`."""

from datetime import date

from bot.services.directory import Directory
from bot.services.routing import Route, route
from storage import Organisation, Person, Post
from tests.unit.test_routing import PARENTS, about

DAY = date(2026, 6, 1)


def directory_of(*posts):
    organisations = [Organisation(id_, f"c-{id_}", id_, parent) for id_, parent in PARENTS.items()]
    people = [Person(id_, f"c-{id_}", id_) for id_ in sorted({post[0] for post in posts})]
    rows = [
        Post(str(number), person, place, "member", "职务", since, until)
        for number, (person, place, since, until) in enumerate(posts)
    ]
    return Directory.of(organisations, people, rows)


def establishment_of(directory, handlers, on):
    return directory.establishment(on).received_by(handlers)


def test_posts_count_on_the_day_the_report_is_handed_in():
    directory = directory_of(
        ("accused", "k1", None, date(2026, 5, 31)),
        ("accused", "j2", DAY, None),
        ("handler", "qa", None, None),
        ("handler", "j2", None, DAY),
        ("other", "j2", date(2026, 6, 2), None),
    )
    handlers = {"qa": ["handler", "other"], "city": ["li"]}
    accused = about("accused")
    assert route(establishment_of(directory, handlers, DAY), accused) == Route(
        frozenset({"j2"}), ("qa", "city"), "qa", frozenset({"other"}), frozenset({"accused", "handler"})
    )
    before, after = date(2026, 5, 31), date(2026, 6, 2)
    assert route(establishment_of(directory, {"j1": ["handler"]}, before), accused).recipients == {"handler"}
    assert route(establishment_of(directory, handlers, after), accused).recipients == {"handler"}


def test_an_establishment_holds_what_the_directory_holds():
    found = establishment_of(
        directory_of(("a", "j1", None, None), ("a", "k1", None, None)), {"qa": ["h"]}, DAY
    )
    assert found.tree.parents == PARENTS
    assert found.posts == {"a": {"j1", "k1"}}
    assert found.handlers == {"qa": {"h"}}
    assert found.holders(["k1", "nowhere"]) == {"a"}


def test_a_directory_is_gone_through_once_for_a_day_and_anew_for_another_or_another_directory():
    one, other = directory_of(("a", "j1", None, DAY)), directory_of(("b", "j1", None, None))
    first = establishment_of(one, {"qa": ["h"]}, DAY)
    second = establishment_of(one, {"city": ["h"]}, DAY)
    assert (second.tree, second.posts) == (first.tree, first.posts)
    assert second.posts is first.posts
    assert second._by_place is first._by_place
    assert second.holders(["j1"]) == {"a"}
    assert (first.handlers, second.handlers) == ({"qa": {"h"}}, {"city": {"h"}})
    assert establishment_of(one, {}, date(2026, 6, 2)).holders(["j1"]) == set()
    assert establishment_of(other, {}, date(2026, 6, 2)).holders(["j1"]) == {"b"}
    assert establishment_of(one, {}, DAY).holders(["j1"]) == {"a"}
