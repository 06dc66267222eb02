"""Where a report goes, by example: a city with two districts, their bureaus, and a section under one bureau."""

import pytest

from bot.services.routing import (
    Accused,
    Establishment,
    Tree,
    excluded_from,
    rerouted,
    route,
)

PARENTS = {
    "city": None,
    "qa": "city",
    "qb": "city",
    "j1": "qa",
    "j2": "qa",
    "j3": "qb",
    "k1": "j1",
}
POSTS = {
    "mayor": {"city"},
    "li": {"city"},
    "wang": {"city"},
    "qa_head": {"qa"},
    "qa_d": {"qa"},
    "qa_c": {"qa"},
    "qb_d": {"qb"},
    "j1_head": {"j1"},
    "j1_c": {"j1"},
    "j2_head": {"j2"},
    "j3_head": {"j3"},
    "k1_head": {"k1"},
}
HANDLERS = {"city": {"li", "wang"}, "qa": {"qa_d", "qa_c"}, "qb": {"qb_d"}, "j1": {"j1_c"}}


def frozen(groups):
    return {key: frozenset(members) for key, members in groups.items()}


def the_city(parents=None, posts=None, handlers=None):
    """The city; `posts` adds to it or replaces, `handlers` and `parents` replace it."""
    return Establishment(
        Tree(PARENTS if parents is None else parents),
        frozen({**POSTS, **(posts or {})}),
        frozen(HANDLERS if handlers is None else handlers),
    )


def about(*people, at=(), under=()):
    return Accused(frozenset([at] if isinstance(at, str) else at), frozenset(people), frozenset(under))


def goes(establishment, accused):
    found = route(establishment, accused)
    return found.receiving, set(found.recipients)


NOBODY = (None, set())


def test_a_report_on_a_section_goes_to_the_bureau_above_it():
    assert goes(the_city(), about("k1_head", at="k1")) == ("j1", {"j1_c"})


def test_a_report_on_a_head_leaves_his_own_organisation_and_all_below():
    found = route(the_city(), about("j1_head", at="j1"))
    assert found.organisations == {"j1"}
    assert found.candidates == ("qa", "city")
    assert (found.receiving, found.recipients) == ("qa", {"qa_d", "qa_c"})
    assert found.excluded == {"j1_head", "j1_c", "k1_head"}


def test_an_accused_person_counts_by_every_post_even_when_no_organisation_is_named():
    establishment = the_city(posts={"dual": {"j1", "j3"}})
    assert route(establishment, about("dual")).organisations == {"j1", "j3"}
    assert goes(establishment, about("dual")) == ("city", {"li", "wang"})


def test_the_secretary_of_discipline_accused_takes_his_colleague_out_too():
    found = route(the_city(), about("qa_d", at="j1"))
    assert (found.receiving, found.recipients) == ("city", {"li", "wang"})
    assert {"qa_d", "qa_c"} <= found.excluded


def test_accused_of_two_branches_meet_at_their_lowest_common_organisation():
    assert route(the_city(), about(at=("j1", "j2"))).candidates == ("qa", "city")
    assert route(the_city(), about(at=("k1", "j3"))).candidates == ("city",)
    # The one above may not be accused itself: it stands strictly above all of them, or it is no candidate.
    assert route(the_city(), about(at=("k1", "qa"))).candidates == ("city",)


def test_one_post_inside_excludes_everywhere_whatever_other_posts_are_held():
    establishment = the_city(posts={"qa_d": {"qa", "k1"}, "li": {"city", "j1"}})
    assert goes(establishment, about(at="j1")) == ("qa", {"qa_c"})
    alone = the_city(posts={"qa_d": {"qa", "k1"}}, handlers={"qa": {"qa_d"}, "city": {"qa_d", "li"}})
    assert goes(alone, about(at="j1")) == ("city", {"li"})


def test_an_accused_handler_never_receives_even_without_a_post():
    establishment = the_city(handlers={"qa": {"outsider"}, "city": {"outsider", "li"}})
    assert goes(establishment, about(at="j1")) == ("qa", {"outsider"})
    assert goes(establishment, about("outsider", at="j1")) == ("city", {"li"})


def test_a_candidate_without_handlers_is_passed_over_and_only_one_receives():
    assert goes(the_city(handlers={"city": {"li"}}), about(at="k1")) == ("city", {"li"})
    assert goes(the_city(handlers={"qa": set(), "city": {"li"}}), about(at="k1")) == ("city", {"li"})


@pytest.mark.parametrize(
    "accused",
    [about("mayor"), about(at="city"), about("li", at="k1"), about(at=("j1", "elsewhere"))],
    ids=["head of the top", "the top", "a handler of the top", "an organisation nobody knows"],
)
def test_where_nobody_is_surely_above_nobody_receives(accused):
    found = route(the_city(), accused)
    assert (found.receiving, found.recipients, found.candidates) == (None, frozenset(), ())


def test_where_all_handlers_above_are_excluded_nobody_receives():
    establishment = the_city(handlers={"qa": {"qa_d"}}, posts={"qa_d": {"qa", "j1"}})
    found = route(establishment, about(at="j1"))
    assert (found.receiving, found.recipients, found.candidates) == (None, frozenset(), ("qa", "city"))
    assert found.excluded == {"qa_d", "j1_head", "j1_c", "k1_head"}


def test_trees_without_a_common_top_have_no_candidate():
    two = the_city(parents={**PARENTS, "group": None, "plant": "group"})
    assert goes(two, about(at=("j1", "plant"))) == NOBODY


def test_an_empty_tree_and_nobody_named_reach_nobody():
    assert goes(Establishment(Tree({}), {}, {}), about("x", at="y")) == NOBODY
    assert goes(the_city(), about()) == NOBODY
    assert goes(the_city(), about("nobody knows him")) == NOBODY


def test_an_unknown_person_counts_by_the_organisation_named():
    found = route(the_city(), about("nobody knows him", at="j1"))
    assert (found.receiving, found.recipients) == ("qa", {"qa_d", "qa_c"})
    assert "nobody knows him" in found.excluded


def test_an_unlisted_organisation_is_received_by_the_one_picked_above_it():
    found = route(the_city(), about(under=("j1",)))
    assert (found.candidates, found.receiving, found.recipients) == (("j1", "qa", "city"), "j1", {"j1_c"})
    assert found.excluded == frozenset()
    assert goes(the_city(), about(under=("city",))) == ("city", {"li", "wang"})


def test_an_unlisted_organisation_never_brings_a_report_into_a_listed_accused_one():
    assert goes(the_city(), about(at="j1", under=("j1",))) == ("qa", {"qa_d", "qa_c"})
    assert goes(the_city(), about("j1_c", under=("j1",))) == ("qa", {"qa_d", "qa_c"})
    assert goes(the_city(), about(under=("j1", "j3"))) == ("city", {"li", "wang"})


def test_an_unlisted_organisation_under_one_nobody_knows_reaches_nobody():
    establishment = the_city(handlers={"gone": {"li"}, "city": {"li"}})
    assert goes(establishment, about(under=("gone",))) == NOBODY
    assert goes(establishment, about(at="j1", under=("gone",))) == NOBODY


def test_on_a_circle_of_parents_nobody_is_above():
    tree = Tree({"a": "b", "b": "a", "c": "a", "self": "self"})
    assert [tree.ancestors(each) for each in ("a", "c", "self", "unknown")] == [(), (), (), ()]
    assert tree.within(["a"]) == {"a", "b", "c"}
    assert tree.within(["self"]) == {"self"}


def test_below_means_every_level_and_the_organisations_themselves():
    tree = Tree(PARENTS)
    assert tree.within(["qa"]) == {"qa", "j1", "j2", "k1"}
    assert tree.within(["k1", "qb"]) == {"k1", "qb", "j3"}
    assert tree.within([]) == frozenset()


def test_excluded_are_the_accused_and_all_with_a_post_at_or_below():
    establishment, accused = the_city(), about("li", at="j1")
    hidden = {person for person in POSTS if excluded_from(establishment, accused, person)}
    assert hidden == {"li", "wang", "mayor", *(person for person in POSTS if person[0] in "qjk")}
    assert not excluded_from(establishment, about(at="j1"), "qa_c")
    assert excluded_from(establishment, about("x"), "x")


# When posts change


@pytest.mark.parametrize(
    ("accused", "readers"),
    [
        (about("j1_head"), {"qa_d", "qa_c"}),
        (about(under=("j1",)), {"j1_c"}),
        (about(at="j1", under=("j3",)), {"li", "wang"}),
    ],
)
def test_nothing_changes_when_nothing_changed(accused, readers):
    before = route(the_city(), accused)
    after = rerouted(before, the_city(), accused)
    assert after.route == before
    assert (after.lost, after.gained, after.moved) == (frozenset(), frozenset(), False)
    assert after.kept == readers


def test_a_handler_who_becomes_conflicted_loses_access_and_the_others_keep_it():
    before = route(the_city(), about(at="j1"))
    after = rerouted(before, the_city(posts={"qa_d": {"qa", "k1"}}), about(at="j1"))
    assert (after.lost, after.kept, after.gained, after.moved) == ({"qa_d"}, {"qa_c"}, frozenset(), False)
    # What he has lost does not come back with his leaving the post.
    later = rerouted(after.route, the_city(), about(at="j1"))
    assert later.route.recipients == {"qa_c"}
    assert "qa_d" in later.route.excluded


def test_the_case_goes_up_when_nobody_is_left():
    before = route(the_city(), about(at="j1"))
    after = rerouted(before, the_city(posts={"qa_d": {"k1"}, "qa_c": {"j1"}}), about(at="j1"))
    assert (after.route.receiving, after.lost, after.gained) == ("city", {"qa_d", "qa_c"}, {"li", "wang"})
    assert after.moved
    assert after.kept == frozenset()


def test_nobody_keeps_a_case_when_nobody_is_left_above():
    before = route(the_city(), about(at="qa"))
    after = rerouted(before, the_city(handlers={"qa": {"qa_c"}}), about(at="qa"))
    assert (after.route.receiving, after.lost, after.moved) == (None, {"li", "wang"}, True)


def test_the_case_does_not_come_down_to_a_nearer_organisation():
    before = route(the_city(handlers={"city": {"li"}}), about(at="k1"))
    after = rerouted(before, the_city(handlers={**HANDLERS, "city": {"li", "wang"}}), about(at="k1"))
    assert before.receiving == "city"
    assert (after.route.receiving, after.gained, after.moved) == ("city", {"wang"}, False)


def test_the_accused_promoted_into_the_receiving_organisation_drives_the_case_above_it():
    before = route(the_city(), about("j1_head"))
    promoted = the_city(posts={"j1_head": {"qa"}})
    after = rerouted(before, promoted, about("j1_head"))
    assert after.route.organisations == {"j1", "qa"}
    assert (after.route.receiving, after.lost) == ("city", {"qa_d", "qa_c"})


def test_the_accused_leaving_does_not_open_the_case_to_those_he_led():
    establishment = the_city(handlers={**HANDLERS, "qa": {"qa_d", "k1_head"}})
    before = route(establishment, about("j1_head"))
    gone = the_city(
        handlers={**HANDLERS, "qa": {"qa_d", "newcomer"}}, posts={"j1_head": (), "newcomer": {"j1"}}
    )
    after = rerouted(before, gone, about("j1_head"))
    assert after.route.recipients == {"qa_d"}
    assert {"newcomer", "k1_head", "j1_c"} <= after.route.excluded


def test_dissolving_the_accused_organisation_takes_the_case_from_nobody():
    before = route(the_city(), about(at="k1"))
    without = {each: parent for each, parent in PARENTS.items() if each != "k1"}
    after = rerouted(before, the_city(parents=without, posts={"k1_head": ()}), about(at="k1"))
    assert (after.route.receiving, after.kept, after.moved) == ("j1", {"j1_c"}, False)
    unlisted = route(the_city(), about(under=("k1",)))
    assert unlisted.candidates == ("k1", "j1", "qa", "city")
    again = rerouted(unlisted, the_city(parents=without), about(under=("k1",)))
    assert again.route.receiving == "j1"


def test_a_dissolved_organisation_still_bounds_where_the_case_may_go():
    before = route(the_city(), about(at=("k1", "j3")))
    without = {each: parent for each, parent in PARENTS.items() if each != "k1"}
    handlers = {"qb": {"qb_d"}}
    after = rerouted(before, the_city(parents=without, handlers=handlers), about(at=("k1", "j3")))
    assert (after.route.candidates, after.route.receiving) == (("city",), None)


def test_a_case_nobody_had_goes_to_the_first_who_may_have_it():
    empty = the_city(handlers={})
    before = route(empty, about(at="j1"))
    after = rerouted(before, the_city(), about(at="j1"))
    assert (after.route.receiving, after.gained, after.kept) == ("qa", {"qa_d", "qa_c"}, frozenset())
