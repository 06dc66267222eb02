from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.clock import BEIJING
from bot.services.working_days import WorkingDays
from yanlu.errors import CalendarUnknown, YanluError

CALENDAR = WorkingDays()
KNOWN_DAYS = st.dates(date(2004, 3, 1), date(2026, 10, 31))


def moment(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour, minute), BEIJING)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-02", False),  # a Friday, 元旦
        ("2026-01-04", True),  # a Sunday worked for it
        ("2026-02-14", True),  # a Saturday worked for 春节
        ("2026-02-23", False),  # a Monday, last day of 春节
        ("2026-02-28", True),  # a Saturday worked for 春节
        ("2026-05-05", False),  # a Tuesday, 五一
        ("2026-05-09", True),  # a Saturday worked for it
        ("2026-09-20", True),  # a Sunday worked for 国庆
        ("2026-10-07", False),  # a Wednesday, 国庆
        ("2026-10-10", True),  # a Saturday worked for it
        ("2026-11-21", False),  # a plain Saturday
        ("2026-11-23", True),  # a plain Monday
    ],
)
def test_official_days_of_2026(day: str, working: bool) -> None:
    assert CALENDAR.is_working(date.fromisoformat(day)) is working


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-09-30", 1, "2026-10-08"),  # over 国庆
        ("2026-10-08", 3, "2026-10-12"),  # Friday, the worked Saturday, then Monday
        ("2026-02-13", 2, "2026-02-24"),  # the worked Saturday, then after 春节
        ("2026-11-20", 15, "2026-12-11"),
        ("2026-10-08", -1, "2026-09-30"),
        ("2026-11-21", 0, "2026-11-21"),
    ],
)
def test_counting_working_days(day: str, count: int, expected: str) -> None:
    assert CALENDAR.add(date.fromisoformat(day), count) == date.fromisoformat(expected)


def test_between_counts_the_end_and_not_the_start() -> None:
    assert CALENDAR.between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert CALENDAR.between(date(2026, 10, 10), date(2026, 9, 30)) == -3
    assert CALENDAR.between(date(2026, 10, 3), date(2026, 10, 3)) == 0


def test_a_unit_has_its_own_days() -> None:
    own = WorkingDays(off=frozenset({date(2026, 11, 24)}), on=frozenset({date(2026, 11, 28)}))
    assert not own.is_working(date(2026, 11, 24))
    assert own.is_working(date(2026, 11, 28))
    assert own.add(date(2026, 11, 23), 4) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (moment("2026-11-23", 10, 5), moment("2026-11-23", 10, 5)),
        (moment("2026-11-23", 8), moment("2026-11-23", 9)),
        (moment("2026-11-23", 17), moment("2026-11-24", 9)),
        (moment("2026-11-20", 18), moment("2026-11-23", 9)),
        (moment("2026-09-30", 17, 30), moment("2026-10-08", 9)),
        (moment("2026-10-10", 11), moment("2026-10-10", 11)),
        (datetime(2026, 11, 22, 23, tzinfo=UTC), moment("2026-11-23", 9)),
    ],
)
def test_the_next_working_moment(at: datetime, expected: datetime) -> None:
    assert CALENDAR.next_working_moment(at) == expected


def test_hours_are_a_setting() -> None:
    mornings = WorkingDays(hours=(time(8, 30), time(12)))
    assert mornings.next_working_moment(moment("2026-11-23", 12)) == moment("2026-11-24", 8, 30)


@pytest.mark.parametrize(
    "ask",
    [
        CALENDAR.is_working,
        lambda beyond: CALENDAR.add(beyond - timedelta(days=2), 3),
        lambda beyond: CALENDAR.between(CALENDAR.last, beyond),
        lambda beyond: CALENDAR.next_working_moment(datetime.combine(beyond, time(10), BEIJING)),
        lambda beyond: WorkingDays(on=frozenset({beyond})).is_working(beyond),
    ],
)
def test_beyond_its_years_it_fails_loudly(ask) -> None:
    beyond = CALENDAR.last + timedelta(days=1)
    with pytest.raises(CalendarUnknown) as refused:
        ask(beyond)
    assert isinstance(refused.value, YanluError)
    assert str(beyond.year) in refused.value.happened
    assert refused.value.next_step


def test_the_known_years_are_whole() -> None:
    assert CALENDAR.first == date(2004, 1, 1)
    assert (CALENDAR.last.month, CALENDAR.last.day) == (12, 31)
    assert CALENDAR.last.year >= 2026
    with pytest.raises(CalendarUnknown):
        CALENDAR.is_working(CALENDAR.first - timedelta(days=1))


@given(KNOWN_DAYS, st.integers(-30, 30))
def test_between_undoes_add(day: date, count: int) -> None:
    reached = CALENDAR.add(day, count)
    assert count == 0 or CALENDAR.is_working(reached)
    assert CALENDAR.between(day, reached) == count


@given(KNOWN_DAYS, st.integers(0, 20), st.integers(0, 20))
def test_counting_on_is_counting_once(day: date, some: int, more: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, some), more) == CALENDAR.add(day, some + more)


@given(st.builds(datetime.combine, KNOWN_DAYS, st.times(), st.just(BEIJING)))
def test_the_next_working_moment_is_one_and_stays(at: datetime) -> None:
    found = CALENDAR.next_working_moment(at)
    assert found >= at
    assert CALENDAR.is_working(found.date())
    assert time(9) <= found.time() < time(17)
    assert CALENDAR.next_working_moment(found) == found


OWN = st.builds(
    lambda off, on, first, length: WorkingDays(
        off, on - off, (time(first), time(first + length // 60, length % 60))
    ),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 10, 31)), max_size=40),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 10, 31)), max_size=40),
    st.integers(0, 20),
    st.integers(1, 180),
)


@given(OWN, st.dates(date(2026, 1, 1), date(2026, 9, 30)), st.integers(0, 15), st.times())
def test_what_a_unit_sets_for_itself_holds_in_every_count(
    own: WorkingDays, day: date, count: int, clock: time
) -> None:
    reached = own.add(day, count)
    assert own.between(day, reached) == count
    assert reached not in own.off or reached == day
    found = own.next_working_moment(datetime.combine(day, clock, BEIJING))
    assert own.is_working(found.date())
    assert own.hours[0] <= found.time() < own.hours[1]
    assert own.next_working_moment(found) == found
