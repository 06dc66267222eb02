"""Routing over 10,000 random trees, against its promises and against an oracle that works on paths from the top."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.routing import Accused, Establishment, Route, Tree, excluded_from, rerouted, route

TREES = 10_000


def some(random, population, most):
    return frozenset(random.sample(population, min(len(population), random.randint(0, most))))


def random_case(random):
    """A forest of up to 16 organisations, people with up to three posts, handlers, and a report on some of them.

    Handlers are few in most cases, so that many reports have to climb; some people hold no post at all.
    """
    places = [f"o{number}" for number in range(random.randint(1, 16))]
    reach = random.choice([1, 2, 4, 14])  # how far back a parent may lie: chains, or bushes
    parents = {
        place: places[random.randint(max(0, number - reach), number - 1)]
        if number and random.random() > 0.02
        else None
        for number, place in enumerate(places)
    }
    people = [f"p{number}" for number in range(random.randint(1, 24))]
    posts = {person: some(random, places, random.choice([1, 1, 1, 2, 3])) for person in people}
    density = random.choice([0.15, 0.5, 0.9])
    handlers = {place: some(random, people, 4) for place in places if random.random() < density}
    shuffled = random.sample(places, len(places))  # nothing may hang on the order in which rows come
    low = [places, places[len(places) // 2 :], places[-2:]]  # reports on the low have the longest road up
    junior = [each for each in people if posts[each] <= set(places[-len(places) // 2 :])]
    accused = Accused(
        some(random, random.choice(low), random.choice([1, 2])),
        some(random, random.choice([people, junior]), random.choice([1, 2])) | some(random, ["stranger"], 1),
        some(random, places, 1) if random.random() < 0.2 else frozenset(),
    )
    return Establishment(Tree({each: parents[each] for each in shuffled}), posts, handlers), accused


@pytest.fixture(scope="module")
def cases():
    random = Random(20210924)
    return [random_case(random) for _ in range(TREES)]


def paths(establishment):
    """Every organisation as the tuple of organisations from the top down to it, grown level by level."""
    parents = establishment.tree.parents
    found = {each: (each,) for each, parent in parents.items() if parent is None}
    while len(found) < len(parents):
        for each, parent in parents.items():
            if parent in found:
                found[each] = (*found[parent], each)
    return found


def oracle(establishment, accused):
    """Who receives, by asking every organisation of the forest whether it may, and taking the deepest."""
    path = paths(establishment)
    hit = {path[each] for each in path if each in accused.organisations}
    hit |= {path[each] for person in accused.people for each in establishment.posts.get(person, ())}
    places = hit | {(*path[each], "unlisted") for each in accused.unlisted_under}

    def above(upper, lower):
        return len(upper) < len(lower) and lower[: len(upper)] == upper

    def tainted(person):
        inside = [path[each] for each in establishment.posts.get(person, ())]
        return person in accused.people or any(
            own == place or above(place, own) for own in inside for place in hit
        )

    able = {}
    for each, own in path.items():
        clean = {person for person in establishment.handlers.get(each, ()) if not tainted(person)}
        if clean and places and all(above(own, place) for place in places):
            able[each] = clean
    if not able:
        return None, set()
    deepest = max(able, key=lambda each: len(path[each]))
    return deepest, able[deepest]


def is_above(establishment, upper, lower):
    return upper in paths(establishment)[lower][:-1]


def test_the_random_trees_pose_every_question(cases):
    seen = Counter()
    for establishment, accused in cases:
        found = route(establishment, accused)
        depth = found.candidates.index(found.receiving) if found.receiving else None
        seen["nobody"] += found.receiving is None and bool(found.candidates)
        seen["no candidate"] += not found.candidates
        seen["nearest"] += depth == 0
        seen["climbed"] += depth is not None and depth > 0
        seen["climbed far"] += depth is not None and depth > 2
        seen["several accused"] += len(found.organisations) > 2 and found.receiving is not None
        seen["a handler excluded where received"] += found.receiving is not None and bool(
            establishment.handlers[found.receiving] & found.excluded
        )
        seen["unlisted"] += bool(accused.unlisted_under) and found.receiving is not None
    assert min(seen.values()) >= TREES // 100, seen
    assert seen["nearest"] + seen["climbed"] >= TREES // 4, seen


def test_an_oracle_written_differently_agrees(cases):
    for establishment, accused in cases:
        found = route(establishment, accused)
        assert (found.receiving, found.recipients) == oracle(establishment, accused), (establishment, accused)


def test_the_receiving_organisation_is_strictly_above_every_accused_one(cases):
    for establishment, accused in cases:
        found = route(establishment, accused)
        own = {place for person in accused.people for place in establishment.posts.get(person, ())}
        assert found.organisations == accused.organisations | own
        if found.receiving is not None:
            assert all(is_above(establishment, found.receiving, each) for each in found.organisations)


def test_no_recipient_is_accused_or_holds_a_post_at_or_below_the_accused(cases):
    for establishment, accused in cases:
        found = route(establishment, accused)
        assert found.recipients.isdisjoint(found.excluded | accused.people)
        path = paths(establishment)
        for person in found.recipients:
            for place in establishment.posts[person]:
                assert found.organisations.isdisjoint(path[place])


def test_the_excluded_are_those_and_no_others(cases):
    for establishment, accused in cases[:2000]:
        found = route(establishment, accused)
        path = paths(establishment)
        for person, places in establishment.posts.items():
            inside = any(not found.organisations.isdisjoint(path[place]) for place in places)
            assert excluded_from(establishment, accused, person) == (inside or person in accused.people)
            assert (person in found.excluded) == (inside or person in accused.people)


def test_no_nearer_candidate_had_anybody_eligible_and_nobody_eligible_is_left_out(cases):
    for establishment, accused in cases:
        found = route(establishment, accused)
        end = len(found.candidates) if found.receiving is None else found.candidates.index(found.receiving)
        for nearer in found.candidates[:end]:
            assert establishment.handlers.get(nearer, frozenset()) <= found.excluded
        if found.receiving is not None:
            assert found.recipients == establishment.handlers[found.receiving] - found.excluded
        assert bool(found.recipients) == (found.receiving is not None)


def test_one_more_accused_never_brings_a_report_closer(cases):
    random = Random(7)
    moved = 0
    for establishment, accused in cases:
        if not (accused.organisations or accused.people or accused.unlisted_under):
            continue
        more = random.choice(
            [
                replace(
                    accused,
                    organisations=accused.organisations | {random.choice([*establishment.tree.parents])},
                ),
                replace(accused, people=accused.people | {random.choice([*establishment.posts])}),
            ]
        )
        before, after = route(establishment, accused), route(establishment, more)
        assert before.excluded <= after.excluded
        if not before.organisations and not accused.unlisted_under:
            continue  # nobody was placed, so nobody received: naming the first organisation opens the road
        assert set(after.candidates) <= set(before.candidates)
        if after.receiving is None:
            moved += before.receiving is not None
            continue
        assert before.receiving is not None
        assert after.receiving == before.receiving or is_above(
            establishment, after.receiving, before.receiving
        )
        moved += after.receiving != before.receiving
    assert moved >= TREES // 20


def test_a_change_of_posts_never_lets_anybody_shut_out_in(cases):
    random = Random(11)
    lost = 0
    for establishment, accused in cases:
        before = route(establishment, accused)
        if before.receiving is None:
            continue
        people, places = [*establishment.posts], [*establishment.tree.parents]
        changed = {
            **establishment.posts,
            **{random.choice(people): some(random, places, 2) for _ in range(3)},
        }
        others = {**establishment.handlers, random.choice(places): some(random, people, 3)}
        now = Establishment(establishment.tree, changed, others)
        after = rerouted(before, now, accused)
        assert after.route.recipients.isdisjoint(before.excluded | route(now, accused).excluded)
        assert after.kept | after.lost == before.recipients
        assert after.kept | after.gained == after.route.recipients
        assert after.kept.isdisjoint(after.lost | after.gained)
        if after.route.receiving is None:
            continue
        assert after.moved == (after.route.receiving != before.receiving)
        assert not after.moved or is_above(now, after.route.receiving, before.receiving)
        assert all(is_above(now, after.route.receiving, each) for each in after.route.organisations)
        assert (
            not after.moved
            or now.handlers.get(before.receiving, frozenset()) <= after.route.excluded
            or (before.receiving not in after.route.candidates)
        )
        lost += bool(after.lost)
    assert lost >= TREES // 50


ids = st.sampled_from(["a", "b", "c", "d", "unknown"])
sets = st.frozensets(ids, max_size=3)
anything = st.builds(
    Establishment,
    st.builds(Tree, st.dictionaries(ids, st.none() | ids)),
    st.dictionaries(ids, sets),
    st.dictionaries(ids, sets),
)


@settings(max_examples=500, deadline=None)
@given(anything, st.builds(Accused, sets, sets, sets))
def test_no_rows_however_broken_make_it_fail_or_let_an_excluded_person_read(establishment, accused):
    found = route(establishment, accused)
    assert isinstance(found, Route)
    assert found.recipients.isdisjoint(found.excluded | accused.people)
    assert found.receiving not in establishment.tree.within(found.organisations)
    again = rerouted(found, establishment, accused)
    assert again.route.recipients <= found.recipients
