"""Putting legs together: by normalised score, the weak one low."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval.fusion import FUSION, NEAR_RANKS, Candidates, fused, rank_values, shares

NUMBERS = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20)


def candidates(lexical, rank=None, dense=None, **learned):
    lexical = np.array(lexical, dtype=np.float32)
    zeros = np.zeros_like(lexical)
    found = Candidates.lexical_only(
        lexical, zeros if rank is None else rank, zeros if dense is None else dense
    )
    return replace(found, **{name: np.array(values, dtype=np.float32) for name, values in learned.items()})


def test_shares_are_of_the_best():
    assert shares(np.array([2, 4, 0], dtype=np.float32)).tolist() == [0.5, 1, 0]
    assert shares(np.zeros(2, dtype=np.float32)).tolist() == [0, 0]
    assert shares(np.zeros(0, dtype=np.float32)).tolist() == []


def test_ranks_are_worth_less_and_less():
    order, among = np.array([7, 2]), np.array([2, 5, 7])
    assert (
        rank_values(order, among).tolist()
        == np.array([1 / (NEAR_RANKS + 1), 0, 1 / NEAR_RANKS], "f4").tolist()
    )


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.floats(0, 1))
def test_without_other_evidence_the_order_is_that_of_words(values, confidence):
    total = fused(candidates(values), confidence)
    better = np.array(values)[:, None] > np.array(values)[None, :] + 1e-5
    assert (total[:, None] > total[None, :])[better].all()


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.sampled_from(["translated", "remembered", "repeated", "family", "standing", "dense"]))
def test_evidence_never_lowers_the_passage_it_speaks_for(values, kind):
    before = fused(candidates(values), 0.3)
    after = fused(replace(candidates(values), **{kind: np.full(len(values), 0.5, dtype=np.float32)}), 0.3)
    assert (after >= before - 1e-6).all()


def test_memory_adds_only_what_words_have_not_said():
    total = fused(candidates([1.0, 0.2], remembered=[0.5, 0.5]), 0.3)
    alone = fused(candidates([1.0, 0.2]), 0.3)
    assert total[0] == alone[0]
    assert total[1] > alone[1]


def test_sure_words_are_harder_to_overrule():
    doubtful, sure = (
        fused(candidates([1.0, 0.1], remembered=[0, 1.0], translated=[0, 1.0], family=[0, 1.0]), confidence)
        for confidence in (0.02, 0.6)
    )
    assert doubtful[1] > doubtful[0]
    assert sure[0] > sure[1]


def test_a_repeated_question_overrules_words():
    total = fused(candidates([1.0, 0.0], remembered=[0, 1.0], repeated=[0, 1.0]), 0.3)
    assert total[1] > total[0]


def test_equal_votes_by_rank_lose_to_our_fusion_when_one_leg_is_weak():
    """The trap of DESIGN section 4: three equal votes, of which two come from weak legs."""
    chance = random.Random(1)
    ours, equal, questions, size = 0, 0, 400, 50
    for _ in range(questions):
        gold = chance.randrange(size)
        strong = np.array([chance.random() * 0.8 for _ in range(size)], dtype=np.float32)
        strong[gold] += 0.4 * chance.random() + 0.35
        weak = np.array([chance.random() for _ in range(size)], dtype=np.float32)
        weak[gold] += 0.25
        weaker = np.array([chance.random() for _ in range(size)], dtype=np.float32)
        legs = [np.argsort(np.argsort(-leg)) for leg in (strong, weak, weaker)]
        equal += int(np.argmax(sum(1 / (60 + ranks) for ranks in legs)) == gold)
        ranks = (1 / (NEAR_RANKS + legs[0])).astype(np.float32)
        total = fused(candidates(shares(strong), ranks, shares(weak) * np.float32(0.1)), 0.3)
        ours += int(np.argmax(total) == gold)
    assert ours / questions > equal / questions + 0.1


def test_the_weak_legs_weigh_less_than_words():
    least = FUSION.lexical + FUSION.rank / NEAR_RANKS
    assert FUSION.dense < least / 3
    assert FUSION.translated < least
