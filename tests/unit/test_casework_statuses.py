"""The two status tables, cell by cell, against the domain's data and our own reading of the order of work."""

import json
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from bot.services.casework.statuses import CLOSING, FINAL, FOLLOWING, TOLD, is_open, may_follow, told
from storage import InternalStatus, ReporterStatus
from yanlu.texts import casework as texts

DOMAIN = Path(__file__).parents[3] / "shared" / "domain" / "domain.json"
ALL: tuple[InternalStatus, ...] = get_args(InternalStatus)

MATRIX = """
waiting      . x . . . . . . . . . . . . .
screening    . . x x x x . . . . . x x . .
approval     . x . x x x . . . . . x x . .
accepted     . . . . x . x x x x x . . . .
forwarded    . x . x . x . . . . . x . . .
returned     . x . . . . . . . . . . x . .
inquiry      . . . . . . . x x x x x x . .
verification . . . . . . x . x x x x x . .
shelved      . . . . . . x x . x x x x . .
dismissed    . . . . . . . . . . . x x . .
handed_over  . . . . . . . . . . . x x . .
answer_due   . . . . . . . . . . . . x x .
answered     . . . . . . . . . . . . . x x
review       . . . . . . x x x x x x x . .
archived     . . . . . . . . . . . . . x .
"""
"""From the status at the left to each status, in the same order."""


def cells():
    for row in MATRIX.strip().splitlines():
        now, *marks = row.split()
        yield from ((now, then, mark == "x") for then, mark in zip(ALL, marks, strict=True))


@pytest.mark.parametrize(("now", "then", "allowed"), list(cells()))
def test_each_step_is_allowed_or_not(now, then, allowed):
    assert may_follow(now, then) is allowed


def test_every_cell_was_looked_at():
    assert {(now, then) for now, then, _ in cells()} == set(product(ALL, ALL))
    assert set(FOLLOWING) == set(TOLD) == set(ALL)


def test_the_words_are_the_domains():
    if not DOMAIN.exists():
        pytest.skip("the domain's data are not beside the checkout")
    domain = json.loads(DOMAIN.read_text("utf-8"))
    assert list(texts.INTERNAL.values()) == domain["internal_status"]
    assert list(texts.REPORTER.values()) == domain["reporter_status"]
    assert tuple(texts.INTERNAL) == ALL
    assert tuple(texts.REPORTER) == get_args(ReporterStatus)


def test_the_way_of_handling_cannot_be_told_from_what_the_reporter_is_told():
    ways = ("inquiry", "verification", "shelved", "dismissed", "handed_over", "review")
    assert {told(each) for each in ways} == {"handling"}
    assert {told(each, asked=True) for each in ways} == {"incomplete"}


def test_screening_looks_alike_from_outside():
    assert {told(each) for each in ("waiting", "screening", "approval", "returned")} == {"received"}


def test_a_question_after_the_end_does_not_make_a_case_incomplete():
    assert told("answered", asked=True) == "closed"


def test_only_closing_ends_a_case():
    for internal, statuses in TOLD.items():
        if internal not in CLOSING | {"archived"}:
            assert statuses[0] not in FINAL, internal
    assert not is_open("outside")
    assert is_open("handling")


def test_every_status_leads_to_an_end_and_none_is_out_of_reach():
    for start in ALL:
        seen, waiting = {start}, [start]
        while waiting:
            fresh = FOLLOWING[waiting.pop()] - seen
            seen |= fresh
            waiting.extend(fresh)
        assert "archived" in seen
    reached = frozenset().union(*FOLLOWING.values())
    assert set(ALL) - reached == {"waiting"}
