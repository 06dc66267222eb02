"""What people are reminded of, and when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.cadences import Cadences
from bot.services.clock import BEIJING
from bot.services.coverage import coverage
from bot.services.duties import Period, obligations
from bot.services.reminders import Outlook, about, occasions, parts_of, whole_months, working_day_before
from storage import Excuse, StoredPlan, StoredTicket
from tests.support.calendars import PlainCalendar
from tests.support.city import CITY, RIVER, WEST, directory_of, post, talk

CALENDAR = PlainCalendar()
POSTS = (
    post("mayor", CITY),
    post("clerk", CITY, "liaison"),
    post("admin", CITY, "administrator"),
    post("river", RIVER),
    post("keeper", RIVER, "liaison"),
    post("west", WEST),
)
MONDAY = date(2026, 6, 1)


def told(today, *, posts=POSTS, entries=(), excuses=(), tickets=(), plans=(), calendar=CALENDAR, kind=None):
    directory = directory_of(posts)
    owed = obligations(directory, Cadences(), Period.year(today.year), today)
    if today.month < 7:
        owed += obligations(directory, Cadences(), Period.year(today.year - 1), today)
    covered = coverage(owed, entries, excuses, today)
    found = occasions(Outlook(directory, covered, tickets, plans, today), lambda _: calendar)
    return [each for each in found if kind in (None, each.kind)]


def people(found) -> set[str]:
    return {each.recipient for each in found}


def ticket(due: date | None, *, responsible="west", closed=None, id_=5) -> StoredTicket:
    return StoredTicket(id_, 1, "problem", "不写出来", WEST, responsible, due, date(2026, 1, 1), closed)


def plan(day: date, state="planned") -> StoredPlan:
    return StoredPlan(9, "监督谈话", CITY, "mayor", ("river",), day, "clerk", state, {})


def test_a_quiet_day_reminds_nobody() -> None:
    assert told(date(2026, 7, 1)) == []


def test_a_new_head_is_told_to_the_head_above_and_the_liaison() -> None:
    posts = (*POSTS[:5], post("new", WEST, since=date(2026, 7, 20)))
    found = told(date(2026, 7, 21), posts=posts)
    assert {each.kind for each in found} == {"appointment"}
    assert people(found) == {"river", "keeper"}
    assert {each.about for each in found} == {"appointment:任职谈话:new:west:2026-08-19"}
    assert told(date(2026, 7, 19), posts=posts) == []
    held = [talk(1, date(2026, 7, 22), "river", "new", kind="任职谈话")]
    assert told(date(2026, 7, 23), posts=posts, entries=held) == []


def test_the_last_week_of_an_appointment_is_told_again() -> None:
    posts = (*POSTS[:5], post("new", WEST, since=date(2026, 7, 20)))
    assert told(date(2026, 8, 11), posts=posts, kind="due") == []
    assert people(told(date(2026, 8, 12), posts=posts, kind="due")) == {"river", "keeper"}


@pytest.mark.parametrize(
    ("today", "stage"),
    [(date(2026, 11, 30), None), (date(2026, 12, 1), 30), (date(2026, 12, 23), 30), (date(2026, 12, 24), 7)],
)
def test_yearly_talks_are_named_thirty_and_seven_days_ahead_once_for_all_subjects(today, stage) -> None:
    posts = (*POSTS, post("west2", WEST))
    found = told(today, posts=posts, kind="due")
    expected = set() if stage is None else {
        (f"due:监督谈话:city:2026-12-31:{stage}", "mayor"),
        (f"due:监督谈话:city:2026-12-31:{stage}", "clerk"),
        (f"due:监督谈话:river:2026-12-31:{stage}", "river"),
        (f"due:监督谈话:river:2026-12-31:{stage}", "keeper"),
    }  # fmt: skip
    assert {(each.key, each.recipient) for each in found} == expected
    assert len(found) == len(expected)


def test_what_is_done_or_excused_or_gone_is_not_named() -> None:
    today = date(2026, 12, 10)
    held = [talk(1, MONDAY, "mayor", "river")]
    assert people(told(today, entries=held, kind="due")) == {"river", "keeper"}
    excuse = Excuse("river", "监督谈话", "2026", "", "mayor", datetime(2026, 5, 1, tzinfo=UTC))
    assert people(told(today, excuses=[excuse], kind="due")) == {"river", "keeper"}
    gone = (*POSTS[:3], post("river", RIVER, until=date(2026, 12, 5)))
    assert told(today, posts=gone) == told(today, posts=gone, kind="statement")


def test_who_has_left_the_place_that_owes_is_not_told() -> None:
    posts = (
        *POSTS[1:],
        post("mayor", CITY, until=date(2026, 12, 31)),
        post("next", CITY, since=date(2027, 1, 1)),
    )
    found = told(date(2027, 1, 4), posts=posts, kind="overdue")
    assert people(each for each in found if ":city:" in each.key) == {"clerk"}


def test_overdue_is_told_once_and_then_once_a_month_for_half_a_year() -> None:
    keys = []
    day = date(2026, 12, 31)
    while day < date(2027, 12, 1):
        found = told(day, kind="overdue")
        keys += [each.key for each in found if each.recipient == "mayor"]
        day += timedelta(days=1)
    assert sorted(set(keys)) == [f"overdue:监督谈话:city:2026-12-31:{month}" for month in range(6)]
    assert told(date(2026, 12, 31), kind="overdue") == []
    assert told(date(2027, 1, 1), kind="overdue")
    assert {each.key for each in told(date(2027, 2, 1), kind="overdue")} > {
        "overdue:监督谈话:city:2026-12-31:1"
    }


def test_a_ticket_is_named_three_working_days_ahead_then_when_overdue_and_for_four_weeks() -> None:
    due = date(2026, 7, 14)  # a Tuesday
    stages = {}
    for number in range(60):
        today = date(2026, 7, 1) + timedelta(days=number)
        for each in told(today, tickets=[ticket(due)]):
            stages.setdefault(each.key, today)
            assert each.recipient == "west"
    assert stages == {
        "ticket_due:5:2026-07-14": date(2026, 7, 9),
        **{f"ticket_overdue:5:2026-07-14:{week}": date(2026, 7, 15 + 7 * week) for week in range(3)},
        "ticket_overdue:5:2026-07-14:3": date(2026, 8, 5),
        "ticket_overdue:5:2026-07-14:4": date(2026, 8, 12),
    }


def test_a_ticket_without_a_person_is_the_heads_and_the_liaisons() -> None:
    found = told(date(2026, 7, 14), tickets=[ticket(date(2026, 7, 14), responsible=None)])
    assert people(found) == {"west"}
    found = told(date(2026, 7, 14), tickets=[ticket(date(2026, 7, 14), responsible="west")],
                 posts=(*POSTS, post("helper", WEST, "liaison")))  # fmt: skip
    assert people(found) == {"west", "helper"}


def test_closed_and_undated_tickets_are_not_named() -> None:
    tickets = [ticket(None), ticket(date(2026, 7, 14), closed=date(2026, 7, 1))]
    assert told(date(2026, 7, 14), tickets=tickets) == []


def test_a_planned_talk_is_named_the_working_day_before_and_the_day_after() -> None:
    monday = date(2026, 7, 20)
    keys = {}
    for number in range(40):
        today = date(2026, 7, 10) + timedelta(days=number)
        for each in told(today, plans=[plan(monday)]):
            keys.setdefault((each.key, each.recipient), today)
    friday, tuesday = date(2026, 7, 17), date(2026, 7, 21)
    assert keys == {
        ("plan:9:2026-07-20", "mayor"): friday,
        ("plan:9:2026-07-20", "clerk"): friday,
        ("plan_after:9:2026-07-20", "mayor"): tuesday,
        ("plan_after:9:2026-07-20", "clerk"): tuesday,
    }
    assert told(tuesday, plans=[plan(monday, "done"), plan(monday, "cancelled")]) == []


def test_a_plan_on_another_day_is_another_occasion() -> None:
    friday = date(2026, 7, 17)
    assert {each.key for each in told(friday, plans=[plan(friday)])} == {"plan:9:2026-07-17"}


def test_the_years_report_is_named_to_heads_who_owe_talks_from_the_first_working_day_of_december() -> None:
    assert told(date(2026, 11, 30), kind="statement") == []
    found = told(date(2026, 12, 1), kind="statement")
    assert {(each.key, each.recipient) for each in found} == {
        ("statement:city:2026", "mayor"),
        ("statement:city:2026", "clerk"),
        ("statement:river:2026", "river"),
        ("statement:river:2026", "keeper"),
    }
    assert told(date(2029, 12, 2), kind="statement") == []  # a Sunday
    assert people(told(date(2029, 12, 3), kind="statement")) == {"mayor", "clerk", "river", "keeper"}
    assert told(date(2029, 12, 3), kind="statement", posts=POSTS[:3]) == []


def test_reminders_are_due_when_work_begins() -> None:
    [due] = {each.due for each in told(date(2026, 7, 18), plans=[plan(date(2026, 7, 20))])}  # a Saturday
    assert due == datetime(2026, 7, 20, 9, tzinfo=BEIJING)


def test_beyond_the_calendar_the_administrators_are_told_and_nothing_is_guessed() -> None:
    short = PlainCalendar(last=2026)
    [only] = told(date(2027, 1, 4), tickets=[ticket(date(2027, 1, 5))], calendar=short)
    assert (only.kind, only.recipient, only.due) == (
        "calendar",
        "admin",
        datetime(2027, 1, 4, 9, tzinfo=BEIJING),
    )


def test_what_needs_no_unknown_day_is_told_still() -> None:
    short = PlainCalendar(last=2026)
    tickets = [ticket(date(2027, 1, 8)), ticket(date(2026, 12, 31), id_=6)]
    found = told(date(2026, 12, 30), tickets=tickets, calendar=short)
    assert {each.key for each in found if each.kind == "ticket_due"} == {"ticket_due:6:2026-12-31"}
    assert people(each for each in found if each.kind == "calendar") == {"admin"}


def test_working_days_are_counted_back_over_weekends() -> None:
    assert working_day_before(date(2026, 7, 14), 3, CALENDAR) == date(2026, 7, 9)
    assert working_day_before(date(2026, 7, 20), 1, CALENDAR) == date(2026, 7, 17)


@pytest.mark.parametrize(
    ("until", "months"), [(date(2027, 1, 30), 0), (date(2027, 1, 31), 1), (date(2027, 12, 31), 12)]
)
def test_whole_months(until, months) -> None:
    assert whole_months(date(2026, 12, 31), until) == months


@given(st.lists(st.text(min_size=1), max_size=4))
def test_any_id_comes_back_from_what_a_reminder_is_about(parts) -> None:
    assert parts_of(about("duty", *parts)) == ("duty", *parts)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
)
def test_planning_again_on_the_same_day_gives_the_same_and_none_of_it_twice(today, dues) -> None:
    tickets = [ticket(due, id_=number) for number, due in enumerate(dues)]
    plans = [plan(each) for each in dues[:1]]
    once, again = (told(today, tickets=tickets, plans=plans) for _ in range(2))
    assert once == again
    assert len({(each.key, each.recipient) for each in once}) == len(once)
    assert all(CALENDAR.next_working_moment(each.due) == each.due for each in once)
