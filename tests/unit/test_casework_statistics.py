"""Figures: whole years, small numbers out, and nothing to be worked out by whoever knows the rule."""

from collections import defaultdict
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.casework.statistics import LEAST_SHOWN, figures, suppressed, timeliness
from storage import CaseRow

DAY = date(2026, 3, 4)


def row(number="A", **changed):
    values = {
        "number": number,
        "organisation": "city",
        "category": "廉洁",
        "priority": False,
        "status": "received",
        "internal": "waiting",
        "filed": DAY,
        "changed": DAY,
        "due": date(2026, 3, 25),
    }
    return CaseRow(**(values | changed))


def published(counts):
    table = suppressed({str(place): count for place, count in enumerate(counts)})
    return tuple(table.cells.values()), table.withheld, sum(counts) if sum(counts) >= LEAST_SHOWN else None


@pytest.mark.parametrize(("cells", "most"), [(2, 20), (3, 12), (4, 8)])
def test_whoever_knows_the_rule_and_the_sum_cannot_work_out_a_small_number(cells, most):
    """Every table there is: of those that look alike, each small number is at least two different ones."""
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=cells):
        alike[published(counts)].append(counts)
    looked_at = 0
    for (shown, _, total), tables in alike.items():
        if total is not None and total > most:
            continue  # tables that look the same lie beyond those tried
        for place in range(cells):
            small = [each[place] for each in tables if 0 < each[place] < LEAST_SHOWN]
            if small:
                assert shown[place] is None
                assert len({each[place] for each in tables}) > 1, (shown, tables)
                looked_at += 1
    assert looked_at > 20


counted = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=1)


@settings(deadline=None, max_examples=100)
@given(counted)
def test_what_is_shown_is_true_and_never_small(counts):
    table = suppressed(counts)
    assert set(table.cells) == set(counts)
    for name, shown in table.cells.items():
        assert shown is None or (shown == counts[name] and not 0 < shown < LEAST_SHOWN)
    hidden = [name for name, shown in table.cells.items() if shown is None]
    if any(0 < each < LEAST_SHOWN for each in counts.values()):
        assert len(hidden) > 1 or table.withheld
        assert len({counts[each] for each in hidden}) > 1 or table.withheld or counts[hidden[0]] in (2, 3)
    else:
        assert not hidden


def test_one_small_number_takes_the_smallest_of_the_rest_with_it():
    assert suppressed({"a": 3, "b": 9, "c": 6, "d": 0}).cells == {"a": None, "b": 9, "c": None, "d": 0}


def test_a_table_of_small_numbers_only_is_withheld():
    assert suppressed({"a": 3, "b": 0}).withheld
    assert not suppressed({"a": 0, "b": 0}).withheld


def test_a_year_by_quarter_category_status_and_time():
    rows = [row(f"A{each}") for each in range(6)]
    rows += [
        row(f"B{each}", filed=date(2026, 7, 1), category="群众", status="closed", closed=DAY)
        for each in range(7)
    ]
    rows += [row("C", filed=date(2025, 12, 31))]
    found = figures(rows, 2026, DAY, ("政治", "廉洁"))
    assert found.total == 13
    assert found.quarters.cells == {"1": 6, "2": 0, "3": 7, "4": 0}
    assert found.categories.cells == {"政治": 0, "廉洁": 6, "群众": 7}
    assert (found.statuses.cells["received"], found.statuses.cells["closed"]) == (6, 7)
    assert found.timeliness.cells == {"open": 6, "overdue": 0, "in_time": 7, "late": 0}


def test_a_small_year_says_only_that_it_is_small():
    found = figures([row()], 2026, DAY, ())
    assert found.total is None
    tables = (found.quarters, found.categories, found.statuses, found.timeliness)
    assert all(each.withheld and set(each.cells.values()) == {None} for each in tables)
    assert figures([], 2026, DAY, ()).total == 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "open"),
        ({"due": date(2026, 3, 3)}, "overdue"),
        ({"late": True}, "overdue"),
        ({"closed": DAY, "due": None}, "in_time"),
        ({"closed": DAY, "due": None, "late": True}, "late"),
        ({"closed": DAY, "due": date(2026, 3, 3)}, "late"),
    ],
)
def test_timeliness(changed, expected):
    assert timeliness(row(**changed), DAY) == expected
