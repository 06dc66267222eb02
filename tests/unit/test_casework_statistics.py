"""Figures: whole years, small numbers out, and nothing to be worked out by whoever knows the rule."""

from collections import defaultdict
from datetime import date
from itertools import product
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.casework.statistics import LEAST_SHOWN, figures, suppressed, timeliness
from storage import CaseRow, ReporterStatus

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


def test_each_month_counts_in_its_quarter():
    for month in range(1, 13):
        rows = [row(f"A{each}", filed=date(2026, month, 1)) for each in range(5)]
        found = figures(rows, 2026, DAY, ())
        assert found.total == 5
        assert [name for name, count in found.quarters.cells.items() if count] == [str((month - 1) // 3 + 1)]


def test_every_status_and_kind_of_timeliness_has_its_cell():
    late = [row(f"A{each}", due=date(2026, 3, 3)) for each in range(5)]
    missed = [row(f"B{each}", status="outside", closed=DAY, late=True) for each in range(6)]
    found = figures([*late, *missed], 2026, DAY, ("政治",))
    assert found.year == 2026
    assert found.timeliness.cells == {"open": 0, "overdue": 5, "in_time": 0, "late": 6}
    assert tuple(found.statuses.cells) == get_args(ReporterStatus)
    assert (found.statuses.cells["received"], found.statuses.cells["outside"]) == (5, 6)
    assert not any(each.withheld for each in (found.quarters, found.categories, found.statuses))


def test_five_is_shown_and_four_is_not():
    assert suppressed({"a": 5, "b": 6}).cells == {"a": 5, "b": 6}
    assert suppressed({"a": 4, "b": 6}).cells == {"a": None, "b": None}
    assert suppressed({"a": 3, "b": 5, "c": 9}).cells == {"a": None, "b": None, "c": 9}
    assert suppressed({"a": 1, "b": 5}).withheld  # nothing above five could hide it
    assert figures([row(f"A{each}") for each in range(4)], 2026, DAY, ()).total is None


def test_two_small_numbers_hide_each_other_unless_their_sum_gives_them_away():
    assert suppressed({"a": 2, "b": 3, "c": 9}).cells == {"a": None, "b": None, "c": 9}
    assert suppressed({"a": 1, "b": 4, "c": 9}).cells == {"a": None, "b": None, "c": 9}
    assert suppressed({"a": 2, "b": 2, "c": 9}).cells == {"a": None, "b": None, "c": 9}
    assert suppressed({"a": 1, "b": 1, "c": 9}).cells == {"a": None, "b": None, "c": None}
    assert suppressed({"a": 4, "b": 4, "c": 9, "d": 7}).cells == {"a": None, "b": None, "c": 9, "d": None}


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
