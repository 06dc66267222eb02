"""Where a case may be handed to, over random trees: never to the accused, nor to anybody under them."""

from random import Random

from bot.services.casework.access import shut_out
from bot.services.casework.transferring import facts_with, targets
from bot.services.routing import Establishment, Tree, route
from storage import RoutingFacts
from tests.unit.test_routing_properties import random_case

TREES = 3_000


def facts_of(accused, found):
    return RoutingFacts(
        accused.organisations,
        accused.people,
        accused.unlisted_under,
        found.organisations,
        found.candidates,
        found.excluded,
    )


def test_a_case_only_ever_goes_above_all_accused_to_people_who_are_not_shut_out():
    random = Random(20210924)
    handed = 0
    for _ in range(TREES):
        establishment, accused = random_case(random)
        facts = facts_of(accused, route(establishment, accused))
        inside = establishment.tree.within(facts.routed_organisations)
        for place, people in targets(facts, establishment).items():
            handed += 1
            assert place not in inside
            assert all(place in establishment.tree.ancestors(each) for each in facts.routed_organisations)
            for person in people:
                assert person in establishment.handlers[place]
                assert not establishment.posts.get(person, frozenset()) & inside
                assert not shut_out(facts, establishment, person)
    assert handed > 1_000


def test_whoever_was_shut_out_when_the_case_came_stays_so_when_the_posts_are_others():
    """The same report in a world whose posts and handlers changed altogether."""
    random = Random(19491001)
    looked_at = 0
    for _ in range(TREES):
        before, accused = random_case(random)
        after, _ = random_case(random)
        facts = facts_of(accused, route(before, accused))
        for people in targets(facts, after).values():
            looked_at += 1
            assert not people & facts.excluded
            assert not people & accused.people
        assert facts_with(facts, route(after, accused)).excluded >= facts.excluded
    assert looked_at > 100


def test_without_facts_everybody_is_shut_out():
    establishment, _ = random_case(Random(1))
    assert all(shut_out(None, establishment, person) for person in establishment.posts)


def test_whoever_was_shut_out_stays_so_without_any_post_and_after_the_accused_has_left():
    """甲 accused headed the bureau; 乙 served there and left; 丙 came later. 甲 holds no post any more."""
    tree = Tree({"city": None, "bureau": "city"})
    later = Establishment(tree, {"丙": frozenset({"bureau"}), "丁": frozenset({"city"})}, {})
    facts = RoutingFacts(
        people=frozenset({"甲"}), routed_organisations=frozenset({"bureau"}), excluded=frozenset({"乙"})
    )
    assert [each for each in "甲乙丙丁" if shut_out(facts, later, each)] == ["甲", "乙", "丙"]
