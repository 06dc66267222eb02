"""By when a case wants what: working days over real holidays, and no guessing beyond the calendar."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.casework import deadlines
from bot.services.casework.deadlines import (
    Deadline,
    Terms,
    close_deadline,
    first_deadline,
    forwarded_deadline,
    kept_until,
    levels_overdue,
    next_deadline,
    overdue,
    result_deadline,
    route_up_deadline,
    term_of,
)
from bot.services.working_days import WorkingDays
from storage import InternalStatus
from yanlu.errors import CalendarUnknown
from yanlu.texts import casework as texts

DOMAIN = Path(__file__).parents[3] / "shared" / "domain" / "domain.json"
DAY = date(2026, 3, 4)
CALENDAR = WorkingDays()
TERMS = Terms()
days = st.dates(date(2026, 1, 1), date(2026, 11, 30))
statuses = st.sampled_from(get_args(InternalStatus))


def test_the_periods_are_the_domains():
    if not DOMAIN.exists():
        pytest.skip("the domain's data are not beside the checkout")
    sla = json.loads(DOMAIN.read_text("utf-8"))["sla"]
    assert sla["real_name_accept_notice_workdays"] == deadlines.ACCEPT_NOTICE
    assert sla["real_name_result_feedback_workdays_after_close"] == deadlines.RESULT_NOTICE
    assert sla["route_up_workdays"] == deadlines.ROUTE_UP
    assert sla["forwarded_accept_or_transfer_workdays"] == deadlines.FORWARDED
    assert TERMS.close_days == sla["internal_close_target_days"]


def test_working_days_pass_over_the_spring_festival():
    """2026-02-15 to 23 are off, Saturday 14 and 28 are worked."""
    assert first_deadline(date(2026, 2, 13), CALENDAR).day == date(2026, 3, 12)
    assert forwarded_deadline(date(2026, 2, 13), CALENDAR).day == date(2026, 2, 27)


def test_each_deadline_says_whence_it_comes():
    assert first_deadline(DAY, CALENDAR) == Deadline("accept_notice", date(2026, 3, 25), "rule2020")
    assert result_deadline(DAY, CALENDAR) == Deadline("result_notice", date(2026, 3, 25), "rule2020")
    assert route_up_deadline(DAY, CALENDAR) == Deadline("route_up", date(2026, 3, 11), "rule2020")
    assert forwarded_deadline(DAY, CALENDAR) == Deadline("forwarded", date(2026, 3, 11), "rule2020")
    assert close_deadline(DAY, TERMS) == Deadline("close", date(2026, 6, 2), "own")
    for internal in get_args(InternalStatus):
        term, basis = term_of(internal)
        assert texts.TERMS[term]
        assert texts.BASES[basis, True]
    assert "自定" in texts.BASES["rule2020", False]  # the rule speaks of reporters by name only


@pytest.mark.parametrize("count", [first_deadline, result_deadline, route_up_deadline, forwarded_deadline])
def test_beyond_the_calendar_it_fails_loudly(count):
    with pytest.raises(CalendarUnknown):
        count(CALENDAR.last, CALENDAR)
    with pytest.raises(CalendarUnknown):
        levels_overdue(CALENDAR.last, CALENDAR.last + timedelta(days=1), CALENDAR)


@settings(deadline=None, max_examples=80)
@given(days)
def test_a_period_of_working_days_ends_on_one_and_is_exactly_so_long(day):
    for found, count in ((first_deadline(day, CALENDAR), 15), (forwarded_deadline(day, CALENDAR), 5)):
        assert CALENDAR.is_working(found.day)
        assert CALENDAR.between(day, found.day) == count


@settings(deadline=None, max_examples=80)
@given(days, st.integers(0, 30))
def test_a_later_start_never_ends_earlier(day, later):
    assert (
        first_deadline(day, CALENDAR).day
        <= first_deadline(min(day + timedelta(days=later), date(2026, 11, 30)), CALENDAR).day
    )


@settings(deadline=None, max_examples=80)
@given(statuses, days, st.none() | days)
def test_a_case_has_a_deadline_until_it_is_answered(then, day, standing):
    found = next_deadline(then, day, standing, TERMS, CALENDAR)
    assert (found is None) == (then in ("answered", "archived"))
    if found is not None and standing is not None and then in ("screening", "approval", "inquiry", "shelved"):
        assert found.day == standing  # no step prolongs what stands


def test_the_deadline_runs_on_from_step_to_step():
    first = next_deadline("waiting", DAY, None, TERMS, CALENDAR)
    assert first.day == date(2026, 3, 25)
    later = DAY + timedelta(days=5)
    accepted = next_deadline("accepted", later, first.day, TERMS, CALENDAR)
    assert accepted.day == later + timedelta(days=90)
    assert next_deadline("verification", later, accepted.day, TERMS, CALENDAR) == accepted
    assert next_deadline("forwarded", later, accepted.day, TERMS, CALENDAR).term == "forwarded"
    assert next_deadline("answer_due", later, accepted.day, TERMS, CALENDAR).term == "result_notice"
    assert next_deadline("review", later, None, TERMS, CALENDAR).day == later + timedelta(days=90)


def test_the_last_day_is_in_time():
    assert not overdue(DAY, DAY)
    assert overdue(DAY, DAY + timedelta(days=1))
    assert not overdue(None, DAY)


def test_one_level_more_hears_of_it_every_five_working_days():
    monday = date(2026, 3, 9)
    told = [levels_overdue(monday, monday + timedelta(days=each), CALENDAR) for each in (0, 1, 7, 8, 14, 15)]
    assert told == [0, 1, 1, 2, 2, 3]


def test_a_weekend_right_after_the_last_day_counts_as_overdue_for_the_first_level():
    friday = date(2026, 3, 13)
    assert levels_overdue(friday, friday + timedelta(days=1), CALENDAR) == 1
    assert overdue(friday, friday + timedelta(days=1))


def test_what_is_kept_and_for_how_long():
    assert kept_until(DAY, Terms(kept_days=10)) == date(2026, 3, 14)


@pytest.mark.parametrize(
    "bad", [None, [], "90", {"close_days": "90"}, {"close_days": 0}, {"close_days": True}]
)
def test_a_setting_that_makes_no_sense_leaves_the_default(bad):
    assert Terms.of(bad) == Terms()


def test_a_unit_sets_its_own_periods():
    assert Terms.of({"close_days": 60, "kept_days": 365, "notice_minutes": 0}) == Terms(60, 365, 0)


def test_what_nobody_set_is_ninety_days_three_years_and_half_an_hour():
    assert Terms() == Terms(close_days=90, kept_days=1095, notice_minutes=30)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("close_days", 1, 3650), ("kept_days", 1, 36_500), ("notice_minutes", 0, 1440)],
)
def test_a_setting_has_bounds_and_beyond_them_leaves_the_default(name, least, most):
    for value, taken in ((least - 1, False), (least, True), (most, True), (most + 1, False)):
        assert Terms.of({name: value}) == (replace(TERMS, **{name: value}) if taken else TERMS)


STANDING = date(2026, 4, 1)
FIRST, CLOSE = date(2026, 3, 25), date(2026, 6, 2)
STEPS = [
    ("waiting", "accept_notice", "rule2020", STANDING, FIRST),
    ("screening", "accept_notice", "rule2020", STANDING, FIRST),
    ("approval", "accept_notice", "rule2020", STANDING, FIRST),
    ("accepted", "close", "own", CLOSE, CLOSE),
    ("forwarded", "forwarded", "rule2020", date(2026, 3, 11), date(2026, 3, 11)),
    ("returned", "accept_notice", "rule2020", STANDING, FIRST),
    ("inquiry", "close", "own", STANDING, CLOSE),
    ("verification", "close", "own", STANDING, CLOSE),
    ("shelved", "close", "own", STANDING, CLOSE),
    ("dismissed", "close", "own", STANDING, CLOSE),
    ("handed_over", "close", "own", STANDING, CLOSE),
    ("answer_due", "result_notice", "rule2020", FIRST, FIRST),
    ("review", "close", "own", CLOSE, CLOSE),
]
"""A step taken on `DAY`: what it sets a deadline for, by what, with one that stands and with none."""


def test_every_step_sets_the_deadline_of_the_table():
    assert {step for step, *_ in STEPS} | {"answered", "archived"} == set(get_args(InternalStatus))
    for then, term, basis, standing, fresh in STEPS:
        assert next_deadline(then, DAY, STANDING, TERMS, CALENDAR) == Deadline(term, standing, basis), then
        assert next_deadline(then, DAY, None, TERMS, CALENDAR) == Deadline(term, fresh, basis), then
        assert term_of(then) == (term, basis), then


def test_the_first_level_hears_of_it_through_the_whole_first_week_and_two_from_the_next_on():
    """Due on a Friday: five working days end on the next Friday, the second level is told on the Monday after."""
    friday = date(2026, 3, 13)
    told = [levels_overdue(friday, friday + timedelta(days=each), CALENDAR) for each in range(12)]
    assert told == [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2]
