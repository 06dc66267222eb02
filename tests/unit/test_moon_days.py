"""Days by the moon, edges of stretches, and days that only their neighbours tell."""

from datetime import date, datetime

import pytest

from knowledge.talks.dates import find_deadlines, find_times
from knowledge.talks.festivals import festival
from knowledge.talks.moon import moon_day

THURSDAY = datetime(2026, 6, 11, 16, 30)  # noqa: DTZ001 - only the day matters


@pytest.mark.parametrize(("month", "day", "name"), [(1, 1, "春节"), (5, 5, "端午"), (8, 15, "中秋")])
def test_the_months_by_the_moon_agree_with_the_festivals(month, day, name):
    for year in range(2010, 2051):
        assert moon_day(year, month, day) == festival(name, year)


def test_the_last_day_of_the_year_by_the_moon_is_the_eve():
    for year in range(2010, 2050):
        eve = moon_day(year, 12, 30) or moon_day(year, 12, 29)

        assert eve == festival("除夕", year + 1)


@pytest.mark.parametrize(
    ("year", "month", "day", "leap"),
    [
        (2009, 1, 1, False),
        (2051, 1, 1, False),
        (2026, 13, 1, False),
        (2026, 1, 31, False),
        (2026, 6, 1, True),
    ],
)
def test_a_day_that_is_not_there_is_none(year, month, day, leap):
    assert moon_day(year, month, day, leap=leap) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("正月初九", "2026-02-25"),
        ("腊月二十八", "2026-02-15"),
        ("去年腊月廿八", "2026-02-15"),
        ("农历四月十五日", "2026-05-31"),
        ("闰六月初一", "2025-07-25"),
        ("大年初三", "2026-02-19"),
        ("三月初八", "2026-04-24"),
        ("初九", "2026-05-25"),
        ("初二上午", "2026-05-18"),
        ("2月最后一天", "2026-02-28"),
        ("去年最后一天", "2025-12-31"),
        ("上周最后一个工作日", "2026-06-05"),
        ("四月第一个工作日", "2026-04-01"),
        ("五月最后一个周五", "2026-05-29"),
        ("四月第二个周三", "2026-04-08"),
        ("五一收假那天", "2026-05-06"),
        ("今上午", "2026-06-11"),
    ],
)
def test_days_told_as_done(words, day):
    (found,) = find_times(words, THURSDAY)

    assert (found.text, found.day) == (words, date.fromisoformat(day))


@pytest.mark.parametrize("text", ["6.8廉政谈话", "6.8 监督谈话 张明", "时间:6.8 地点", "6.8 局里谈的"])
def test_a_short_date_is_told_by_what_stands_beside_it(text):
    assert [each.day for each in find_times(text, THURSDAY)] == [date(2026, 6, 8)]


@pytest.mark.parametrize("text", ["评分6.8 不高", "收到6.8万", "第一天就迟到", "三月初的会"])
def test_what_only_looks_like_one_is_none(text):
    assert not [each for each in find_times(text, THURSDAY) if each.day and not each.vague]


def test_a_clock_after_a_word_for_when_work_ended_is_of_that_day():
    (found,) = find_times("昨天下班后 17:45", THURSDAY)

    assert (found.day, found.clock and found.clock.hour) == (date(2026, 6, 10), 17)


def test_before_the_end_of_a_day_long_past_is_no_deadline():
    assert not find_deadlines("上礼拜五下班前在她办公室", THURSDAY)
    assert [each.due for each in find_deadlines("下班前交", THURSDAY)] == [THURSDAY.date()]
