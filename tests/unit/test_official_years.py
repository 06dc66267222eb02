"""The official calendar of a further year: lists of days, what is refused, and what then counts."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from chinese_calendar import constants
from hypothesis import given
from hypothesis import strategies as st

from bot.services.calendar_end import calendar_end
from bot.services.day_lists import read_days, written_days
from bot.services.official_years import (
    STATUTORY_SINCE,
    differing,
    official_year,
    packed_year,
    read_year,
    read_year_file,
    unpacked_years,
)
from bot.services.working_days import OfficialYear, WorkingDays, built_in
from tests.support.official_years import HOLIDAYS, NEXT, SOURCE, TODAY, WORKDAYS, next_year, year_file
from yanlu.errors import CalendarUnknown, YanluError

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1月1日至3日", "2027-01-01至2027-01-03"),
        ("1月1日(周五)至3日(星期日)", "2027-01-01至2027-01-03"),
        ("2027-02-06、2月8日;2027/2/9", "2027-02-06 2027-02-08至2027-02-09"),
        ("10月1日 至 10月7日。", "2027-10-01至2027-10-07"),
        ("2027.5.1..5", "2027-05-01至2027-05-05"),
        ("10月1日—7日", "2027-10-01至2027-10-07"),
        ("12月30日~2028年1月2日", "2027-12-30至2028-01-02"),
        ("  \n", ""),
    ],
)
def test_lists_of_days_as_an_office_writes_them(text, expected):
    assert written_days(read_days(text, 2027)).split() == expected.split()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("春节", "春节"),
        ("2月30日", "2月30日"),
        ("13月1日", "13月1日"),
        ("3日", "3日"),
        ("1月3日至1日", "起止日期"),
        ("1月1日至12月31日", "起止日期"),
        ("1月1日(周六)", "星期五"),
        ("0000年1月1日", "0000"),
        ("1月1日至", "1月1日至"),
        ("1月1日" * 2000, "4000"),
    ],
)
def test_what_is_no_day_is_named_and_refused(text, word):
    with pytest.raises(YanluError) as refused:
        read_days(text, 2027)
    assert word in refused.value.happened
    assert refused.value.next_step


def test_a_day_without_its_year_is_refused_where_no_year_is_given():
    with pytest.raises(YanluError, match="没有写明年份"):
        read_days("1月1日")


@given(st.frozensets(DAYS, max_size=60))
def test_what_is_written_is_read_back(days):
    assert read_days(written_days(days)) == days


@given(st.text(max_size=60) | st.text("0123456789年月日至-/.()周一日、, ", max_size=40))
def test_any_text_is_days_or_refused(text):
    with suppress(YanluError):
        assert all(type(day) is date for day in read_days(text, 2027))


def test_a_sound_year_counts_its_working_days():
    year = next_year()
    free = sum(day.weekday() < 5 for day in HOLIDAYS)
    weekdays = sum(
        (date(NEXT, 1, 1) + timedelta(days=each)).weekday() < 5
        for each in range((date(NEXT, 12, 31) - date(NEXT, 1, 1)).days + 1)
    )
    assert year.working_days == weekdays - free + len(WORKDAYS)
    assert unpacked_years(json.loads(json.dumps({str(NEXT): packed_year(year)}))) == (year,)


def changed(**changes):
    given = {"year": NEXT, "holidays": HOLIDAYS, "workdays": WORKDAYS, "source": SOURCE, "today": TODAY}
    return official_year(**{**given, **changes})


MONDAY = next(
    day for day in (date(NEXT, 3, 1) + timedelta(days=each) for each in range(7)) if day.weekday() == 0
)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"holidays": frozenset()}, "没有填写放假日"),
        ({"workdays": frozenset()}, "没有填写调休上班日"),
        ({"holidays": HOLIDAYS | {date(NEXT - 1, 12, 31)}}, f"{NEXT - 1}-12-31"),
        ({"workdays": WORKDAYS | {date(NEXT + 1, 1, 1)}}, f"{NEXT + 1}-01-01"),
        ({"workdays": WORKDAYS | {MONDAY}}, "不是周末"),
        ({"workdays": WORKDAYS | {MONDAY + timedelta(days=4)}}, "不是周末"),
        ({"workdays": WORKDAYS | {min(HOLIDAYS)}}, "既列为放假"),
        ({"holidays": HOLIDAYS - {date(NEXT, 10, 2)}}, "国庆节"),
        ({"holidays": HOLIDAYS - {date(NEXT, 1, 1)}}, "元旦"),
        ({"holidays": HOLIDAYS | read_days("7月1日至31日,8月1日至9日", NEXT)}, "超过"),
        ({"source": " "}, "依据"),
        ({"source": "国" * 201}, "依据"),
        ({"year": NEXT + 1}, "尚未到公布"),
        ({"year": built_in()[0] - 1}, "只能导入"),
    ],
)
def test_a_year_that_is_wrong_is_refused_with_the_reason(changes, word):
    with pytest.raises(YanluError) as refused:
        changed(**changes)
    assert word in refused.value.happened
    assert refused.value.kept


@pytest.mark.parametrize("year", range(STATUTORY_SINCE, built_in()[1] + 1))
def test_the_real_years_pass_and_agree_with_the_programs_own(year):
    holidays = frozenset(day for day in constants.holidays if day.year == year)
    workdays = frozenset(day for day in constants.workdays if day.year == year)
    real = official_year(year, holidays, workdays, SOURCE, TODAY)
    assert differing(real) == []
    assert differing(replace(real, workdays=workdays - {min(workdays)})) == [min(workdays)]


def test_a_file_is_read_whole_or_refused(tmp_path):
    path = tmp_path / "明年.toml"
    path.write_text(year_file(), "utf-8")
    assert read_year_file(path, TODAY) == next_year()
    path.write_bytes(b"\xef\xbb\xbf" + year_file().replace("\n", "\r\n").encode())
    assert read_year_file(path, TODAY) == next_year()
    for missing in (tmp_path, tmp_path / "无.toml"):
        with pytest.raises(YanluError, match="打不开"):
            read_year_file(missing, TODAY)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xfe", "TOML"),
        (b"year = ", "TOML"),
        (b"x = " + b"[" * 5000, "TOML"),
        (b"a" * 70_000, "过大"),
        (b"year = 2027", "项目"),
        (year_file().replace(f"year = {NEXT}", "year = true").encode(), "年份"),
        (year_file().replace(f'source = "{SOURCE}"', "source = 1").encode(), "依据"),
        ((year_file() + "more = 1\n").encode(), "项目"),
        (year_file().replace("workdays = [", "workdays = [1.5, ").encode(), "列表"),
        (year_file().replace("workdays = [", f"workdays = [{NEXT}-02-14T00:00:00, ").encode(), "列表"),
    ],
)
def test_a_file_that_is_something_else_is_refused(content, word):
    with pytest.raises(YanluError) as refused:
        read_year(content, TODAY)
    assert word in str(refused.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_year_or_refused(content):
    with pytest.raises(YanluError):
        read_year(content, TODAY)


FEW_DAYS = st.frozensets(st.dates(date(NEXT, 1, 1), date(NEXT + 1, 1, 5)), max_size=2)


@given(FEW_DAYS, FEW_DAYS, FEW_DAYS, st.text(min_size=3, max_size=5))
def test_what_is_taken_obeys_every_rule(off, on, both, source):
    holidays, workdays = HOLIDAYS ^ off ^ both, WORKDAYS ^ on ^ both
    sound = (
        {day.year for day in holidays | workdays} == {NEXT}
        and not holidays & workdays
        and workdays
        and all(day.weekday() > 4 for day in workdays)
        and holidays >= HOLIDAYS
        and len(source.split()) > 0
        and len(" ".join(source.split())) > 3
        and " ".join(source.split()).isprintable()
    )
    if sound:
        assert changed(holidays=holidays, workdays=workdays, source=source).holidays == holidays
    else:
        with pytest.raises(YanluError):
            changed(holidays=holidays, workdays=workdays, source=source)


KEYS = st.sampled_from(["2027", "x", "holidays", "workdays", "source", "added"])
ODD_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(KEYS, each, max_size=5),
)


@given(ODD_JSON)
def test_what_is_kept_is_read_or_refused_with_one_error(value):
    with suppress(ValueError):
        assert all(isinstance(each, OfficialYear) for each in unpacked_years(value))


def test_a_year_that_was_added_counts_like_a_covered_one():
    year = next_year()
    plain, longer = WorkingDays(), WorkingDays(years={NEXT: year})
    last = plain.last
    with pytest.raises(CalendarUnknown):
        plain.add(last, 1)
    first = longer.add(last, 1)
    assert first.year == NEXT
    assert first not in HOLIDAYS
    assert longer.between(last, date(NEXT, 12, 31)) == year.working_days
    assert longer.last == date(NEXT, 12, 31)
    assert longer.is_working(min(WORKDAYS))
    with pytest.raises(CalendarUnknown) as refused:
        longer.is_working(date(NEXT + 1, 1, 4))
    assert f"至{NEXT}年" in refused.value.happened


def test_a_gap_is_not_covered():
    further = OfficialYear(NEXT + 1, frozenset(), frozenset(), SOURCE, TODAY)
    calendar = WorkingDays(years={NEXT + 1: further})
    assert calendar.last == WorkingDays().last
    assert calendar.is_working(date(NEXT + 1, 3, 1)) is (date(NEXT + 1, 3, 1).weekday() < 5)
    with pytest.raises(CalendarUnknown):
        calendar.add(date(NEXT - 1, 12, 31), 1)


def test_an_added_year_comes_before_the_programs_own():
    year = built_in()[1]
    day = date(year, 3, 2)
    corrected = OfficialYear(year, frozenset({day}), frozenset(), SOURCE, TODAY)
    assert not WorkingDays(years={year: corrected}).is_working(day)


def test_the_end_is_said_from_sixty_days_before():
    calendar = WorkingDays()
    last = calendar.last
    assert calendar_end(calendar, last - timedelta(days=61)) is None
    soon = calendar_end(calendar, last - timedelta(days=60))
    assert (soon.over, soon.year) == (False, NEXT)
    assert "还有 60 天" in soon.words
    assert not calendar_end(calendar, last).over
    assert calendar_end(calendar, last + timedelta(days=1)).over
    longer = WorkingDays(years={NEXT: next_year()})
    assert calendar_end(longer, last) is None
