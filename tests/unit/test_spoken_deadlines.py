"""Until when something is to be done, as people say it."""

from datetime import date, datetime

import pytest

from bot.services.clock import BEIJING
from knowledge.talks.dates import find_deadlines
from knowledge.talks.deadlines import working_day_after
from tests.unit.test_spoken_dates import MONDAY, table

# the text | each deadline found and its last day
DUE = {
    MONDAY: """
27号前给我回话 | 27号前 2026-11-27
要求12月1日前补报 | 12月1日前 2026-12-01
12月10号之前报整改方案 | 12月10号之前 2026-12-10
让他本周五前捋一遍 | 本周五前 2026-11-27
周五前交 | 周五前 2026-11-27
下周三以前 | 下周三以前 2026-12-02
下个月5号前 | 下个月5号前 2026-12-05
月底前整清楚 | 月底前 2026-11-30
12月底前 | 12月底前 2026-12-31
12月20日前提交整改清单 | 12月20日前 2026-12-20
12月5号前办结 | 12月5号前 2026-12-05
30日前进行公示 | 30日前 2026-11-30
年底前拿个计划 | 年底前 2026-12-31
年前办完 | 年前 2026-12-31
12月中旬前 | 12月中旬前 2026-12-20
春节前落实 | 春节前 2027-02-05
节前排查一遍 | 节前 2026-12-31
一周内改好 | 一周内 2026-11-30
两周之内 | 两周之内 2026-12-07
一个月内 | 一个月内 2026-12-23
10天内 | 10天内 2026-12-03
半个月内 | 半个月内 2026-12-08
三个工作日内 | 三个工作日内 2026-11-26
48小时内 | 48小时内 2026-11-25
限期一个月整改 | 限期一个月 2026-12-23
整改期限:10天 | 期限:10天 2026-12-03
截止12月15日 | 截止12月15日 2026-12-15
整改到12月31日止 | 12月31日止 2026-12-31
最迟下周五报来 | 最迟下周五 2026-12-04
本月内 | 本月内 2026-11-30
年内见效 | 年内 2026-12-31
明天下班前 | 明天下班前 2026-11-24
下班前交 | 下班前 2026-11-23
今天下午5点前 | 今天下午5点前 2026-11-23
1月15日前 | 1月15日前 2027-01-15
11月20日前 | 11月20日前 2026-11-20
27号前回话,年底前销号 | 27号前 2026-11-27; 年底前 2026-12-31
三天前谈过 |
上周五前就说了 |
国庆前最后一个工作日上午谈的 |
12月1日前后 |
27号前任局长来过 |
目前三家,五人以内部调剂 |
""",
    datetime(2026, 1, 31, 9, tzinfo=BEIJING): """
一个月内 | 一个月内 2026-02-28
月底前 | 月底前 2026-01-31
春节前 | 春节前 2026-02-16
""",
}


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        pytest.param(text, now, expected, id=f"{now:%m%d}-{text}")
        for now, lines in DUE.items()
        for text, expected in table(lines)
    ],
)
def test_deadlines(text: str, now: datetime, expected: str) -> None:
    found = find_deadlines(text, now)
    assert "; ".join(f"{each.text} {each.due}" for each in found) == expected
    assert all(text[each.start : each.end] == each.text for each in found)


def test_a_deadline_counts_from_the_day_it_is_given() -> None:
    (due,) = find_deadlines("一周内报来", datetime(2026, 9, 1, 9, tzinfo=BEIJING))
    assert due.due == date(2026, 9, 8)


def test_working_days_come_from_the_calendar_that_is_passed_in() -> None:
    asked: list[tuple[date, int]] = []

    def workdays(day: date, count: int) -> date:
        asked.append((day, count))
        return date(2027, 3, 4)

    (due,) = find_deadlines("5个工作日内", MONDAY, workdays=workdays)
    assert (due.due, asked) == (date(2027, 3, 4), [(MONDAY.date(), 5)])


def test_official_working_days_count_and_weekdays_where_the_calendar_ends() -> None:
    assert working_day_after(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert working_day_after(date(2026, 11, 23), 5) == date(2026, 11, 30)
    assert working_day_after(date(2025, 9, 26), 3) == date(2025, 9, 30), "Sunday the 28th was worked on"
    assert working_day_after(date(2025, 9, 30), 1) == date(2025, 10, 9), "after the holiday"
    assert working_day_after(date(2199, 11, 22), 1) == date(2199, 11, 25), "a Monday, beyond all calendars"
