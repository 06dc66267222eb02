"""Days and times as people say them, told as done or as planned."""

from datetime import date, datetime

import pytest

from bot.services.clock import BEIJING
from knowledge.talks.dates import Spoken, ahead, find_times, past
from knowledge.talks.festivals import OFFICIAL, festival
from knowledge.talks.numerals import number

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)
NEW_YEAR = datetime(2026, 1, 4, 10, 0, tzinfo=BEIJING)  # a Sunday
LEAP = datetime(2024, 2, 29, 16, 0, tzinfo=BEIJING)  # a Thursday
AFTER_HOLIDAY = datetime(2025, 10, 9, 9, 30, tzinfo=BEIJING)  # a Thursday

# the expression | day[..until] clock[-end] flags, as told of something done; "-": no day
DONE = {
    MONDAY: """
今天 | 2026-11-23
今早八点半 | 2026-11-23 08:30
今儿上午 | 2026-11-23
今日 | 2026-11-23
刚才 | 2026-11-23
刚才9点半 | 2026-11-23 09:30
刚刚 | 2026-11-23
方才 | 2026-11-23
今天下午三点 | 2026-11-23 15:00 future
今晚 | 2026-11-23 future
昨天 | 2026-11-22
昨儿个 | 2026-11-22
昨晚八点半 | 2026-11-22 20:30
昨晚十二点 | 2026-11-23 00:00
昨天凌晨一点 | 2026-11-22 01:00
昨天中午12点半 | 2026-11-22 12:30
前天下午 | 2026-11-21
大前天 | 2026-11-20
明天 | 2026-11-24 future
后天上午九点 | 2026-11-25 09:00 future
3天前 | 2026-11-20
三天以前 | 2026-11-20
两周前 | 2026-11-09
一个月前 | 2026-10-23 vague
半个月前 | 2026-11-08
一周后 | 2026-11-30 future
上周三 | 2026-11-18
上周三下午三点 | 2026-11-18 15:00
上个星期四 | 2026-11-19
上上周五 | 2026-11-13
上礼拜二 | 2026-11-17
上星期日 | 2026-11-22
这周二 | 2026-11-24 future
本周五 | 2026-11-27 future
下周三 | 2026-12-02 future
周五 | 2026-11-20
周五晚7点 | 2026-11-20 19:00
礼拜天 | 2026-11-22
星期六 | 2026-11-21
周一上午9点 | 2026-11-23 09:00
周一下午两点 | 2026-11-16 14:00
上周 | 2026-11-16..2026-11-22
上周末 | 2026-11-21..2026-11-22 vague
二十号 | 2026-11-20
20日 | 2026-11-20
二十号下午 | 2026-11-20
27号 | 2026-10-27
11月20号 | 2026-11-20
11月20 | 2026-11-20
11月20日(周五)下午三点 | 2026-11-20 15:00
11月18日 周三下午 | 2026-11-18
十一月二十日 | 2026-11-20
十二月三日 | 2026-12-03 future
5月3日 | 2026-05-03
12月30日 | 2025-12-30
9.24 | 2026-09-24
9/24 | 2026-09-24
9-24 | 2026-09-24
11.12 | 2026-11-12
2026年11月12日14:30 | 2026-11-12 14:30
2026年11月12日14时30分 | 2026-11-12 14:30
2026-11-12 | 2026-11-12
2026.11.12 | 2026-11-12
2026/11/12 9:05 | 2026-11-12 09:05
20261112 | 2026-11-12
26年11月12日 | 2026-11-12
二〇二六年十一月十二日 | 2026-11-12
去年12月3日 | 2025-12-03
今年3月 | 2026-03-01..2026-03-31
3月份 | 2026-03-01..2026-03-31
上月15号 | 2026-10-15
上个月15日上午十点 | 2026-10-15 10:00
这个月5号 | 2026-11-05
上个月底 | 2026-10-25..2026-10-31 vague
月初 | 2026-11-01..2026-11-05 vague
10月中旬 | 2026-10-11..2026-10-20 vague
11月上旬 | 2026-11-01..2026-11-10 vague
上月下旬 | 2026-10-21..2026-10-31 vague
年初 | 2026-01-01..2026-01-31 vague
年底 | 2025-12-01..2025-12-31 vague
去年底 | 2025-12-01..2025-12-31 vague
年前 | - vague
前几天 | - vague
前两天 | - vague
国庆前最后一个工作日上午十点 | 2026-09-30 10:00
国庆节后第一天 | 2026-10-08
国庆后第一个工作日 | 2026-10-08
节后第一个工作日 | 2026-10-08
国庆前一天 | 2026-09-30
元旦 | 2026-01-01
五一 | 2026-05-01
五一前一天 | 2026-04-30
端午 | 2026-06-19
中秋节 | 2026-09-25
中秋节前最后一个工作日 | 2026-09-24
清明 | 2026-04-05
春节前 | - vague
春节后上班第一天 | 2026-02-24
除夕 | 2026-02-16
国庆期间 | 2026-10-01..2026-10-07 vague
上季度 | 2026-07-01..2026-09-30
第三季度 | 2026-07-01..2026-09-30
去年四季度 | 2025-10-01..2025-12-31
前三季度 | 2026-01-01..2026-09-30
上半年 | 2026-01-01..2026-06-30
今年 | 2026-01-01..2026-12-31
去年 | 2025-01-01..2025-12-31
2025年度 | 2025-01-01..2025-12-31
今年以来 | 2026-01-01..2026-11-23
近三个月 | 2026-08-23..2026-11-23
1至6月 | 2026-01-01..2026-06-30
11月3日到5日 | 2026-11-03..2026-11-05
11月3日至11月12日 | 2026-11-03..2026-11-12
周一至周三 | 2026-11-16..2026-11-18
20-22号 | 2026-11-20..2026-11-22
2月30日 | - invalid
11月31号 | - invalid
2026年2月29日 | - invalid
13月5日 | - invalid
9点20 | - 09:20
九点二十 | - 09:20
九点零五分 | - 09:05
9:20 | - 09:20
14:30 | - 14:30
14时30分 | - 14:30
八点半 | - 08:30
三点一刻 | - 15:15
差五分九点 | - 08:55
差一刻十点 | - 09:45
上午十点 | - 10:00
早上8点 | - 08:00
中午12点半 | - 12:30
下午2点40 | - 14:40
傍晚六点 | - 18:00
晚上十二点 | - 00:00
凌晨一点 | - 01:00
晚7点半 | - 19:30
9点到10点半 | - 09:00-10:30
14:30-15:30 | - 14:30-15:30
14:30~15:30 | - 14:30-15:30
三点到四点一刻 | - 15:00-16:15
下午2点到4点 | - 14:00-16:00
上午11点到1点 | - 11:00-13:00
昨天下午3点至4点半 | 2026-11-22 15:00-16:30
""",
    NEW_YEAR: """
上周三 | 2025-12-24
周五 | 2026-01-02
二十号 | 2025-12-20
11月20号 | 2025-11-20
12月30日 | 2025-12-30
1月10号 | 2026-01-10 future
12.25 | 2025-12-25
上个月底 | 2025-12-25..2025-12-31 vague
去年12月3日 | 2025-12-03
年底 | 2025-12-01..2025-12-31 vague
元旦 | 2026-01-01
中秋 | 2025-10-06
国庆节后第一天 | 2025-10-09
上季度 | 2025-10-01..2025-12-31
下半年 | 2025-07-01..2025-12-31
""",
    LEAP: """
2月29日 | 2024-02-29
去年2月29日 | - invalid
上周五 | 2024-02-23
30号 | 2024-01-30
31日 | 2024-01-31
一个月前 | 2024-01-29 vague
周四上午 | 2024-02-29
周四晚上七点 | 2024-02-22 19:00
今天下午5点 | 2024-02-29 17:00 future
刚才3点半 | 2024-02-29 15:30
春节后第一个工作日 | 2024-02-18
""",
    AFTER_HOLIDAY: """
国庆前最后一个工作日 | 2025-09-30
节前最后一个工作日 | 2025-09-30
节后第一天 | 2025-10-09
清明 | 2025-04-04
端午节后第一个工作日 | 2025-06-03
前天 | 2025-10-07
9月28日 | 2025-09-28
""",
}


NOTHING = """
三重一大不上会|一把手|第一责任人|拨打12388|两名班子成员|增长9.24%|3.5万元|一是二是三是|二中校长|十一局|
1招投标廉政风险|2亲属经商未报告|五一路派出所|六一小学|三个月内|提了三点要求|讲了三点:管好班子|强调两点,一是|
一点也不含糊|早一点整改|目前天气|说明日期|老周一起|一周三次|每周三例会|每月20号报送|解放路20号|20号楼|3-5人|第1.2条|
占2/3以上|一二三产业|十九届|二十大精神|四个意识|八项规定|2号会议室|一号文件|第三方|五年规划|一日三餐|同时|小时候|周书记|
早日完成|十点建议|晚会|两点一线|12380|编号20269912|身份证号|三亿年前|每窝8-20头|长7-11厘米|1.5倍|上周书记说|一刻不停|初一(3)班|七一勋章|
""".replace("\n", "").split("|")


def table(lines: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in lines.strip().splitlines()]


def shown(each: Spoken) -> str:
    days = "-" if each.day is None else f"{each.day}" if each.until is None else f"{each.day}..{each.until}"
    clocks = "-".join(f"{clock:%H:%M}" for clock in (each.clock, each.clock_end) if clock is not None)
    flags = [flag for flag in ("vague", "future", "invalid") if getattr(each, flag)]
    return " ".join(filter(None, (days, clocks, *flags)))


DONE_CASES = [
    pytest.param(words, now, expected, id=f"{now:%m%d}-{words}")
    for now, lines in DONE.items()
    for words, expected in table(lines)
]


@pytest.mark.parametrize(("words", "now", "expected"), DONE_CASES)
def test_told_as_done(words: str, now: datetime, expected: str) -> None:
    (alone,) = find_times(words, now)
    assert (alone.text, shown(alone)) == (words, expected)
    sentence = f"我{words}在办公室跟王强谈话"
    found = find_times(sentence, now)
    assert [(each.text, shown(each)) for each in found] == [(words, expected)]
    assert sentence[found[0].start : found[0].end] == words
    assert past(found[0], now) == found[0]


@pytest.mark.parametrize("text", NOTHING)
def test_a_number_that_is_no_date_is_left_alone(text: str) -> None:
    assert [each.text for each in find_times(text, MONDAY)] == []


@pytest.mark.parametrize(
    ("words", "day", "vague"),
    [
        ("月底", date(2026, 11, 30), True),
        ("年底", date(2026, 12, 31), True),
        ("年前", date(2026, 12, 31), True),
        ("本周五", date(2026, 11, 27), False),
        ("周五", date(2026, 11, 27), False),
        ("周一", date(2026, 11, 23), False),
        ("下周三", date(2026, 12, 2), False),
        ("下周", date(2026, 12, 6), True),
        ("27号", date(2026, 11, 27), False),
        ("20号", date(2026, 12, 20), False),
        ("1月15日", date(2027, 1, 15), False),
        ("下个月5号", date(2026, 12, 5), False),
        ("元旦", date(2027, 1, 1), False),
        ("三天后", date(2026, 11, 26), False),
    ],
)
def test_ahead(words: str, day: date, vague: bool) -> None:
    (spoken,) = find_times(f"{words}找王强谈", MONDAY)
    found = ahead(spoken, MONDAY)
    assert (found.text, found.day, found.vague) == (words, day, vague)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("周二把材料收齐了", "周二", "2026-11-17"),
        ("周五同他谈的", "周五", "2026-11-20"),
        ("三点跟他谈", "三点", "- 15:00"),
        ("20日以后再没来过", "20日", "2026-11-20"),
        ("十日后再谈", "十日后", "2026-12-03 future"),
        ("1994年早退", "1994年", "1994-01-01..1994-12-31"),
        ("2026－11－12 14：30", "2026－11－12 14：30", "2026-11-12 14:30"),
    ],
)
def test_what_stands_behind_decides(text: str, words: str, expected: str) -> None:
    (found,) = find_times(text, MONDAY)
    assert (found.text, shown(found)) == (words, expected)


def test_expressions_come_in_order_with_their_places() -> None:
    text = "上周五上午跟钱卫谈,要求12月10号前报方案,昨天 15:00 回访,前几天也提过"
    found = find_times(text, MONDAY)
    assert [each.text for each in found] == ["上周五上午", "12月10号", "昨天 15:00", "前几天"]
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert found[0].part == "上午"


def test_a_holiday_that_is_not_published_is_not_guessed() -> None:
    (spoken,) = find_times("国庆后第一个工作日", datetime(2032, 11, 1, 9, tzinfo=BEIJING))
    assert (spoken.day, spoken.vague) == (None, True)


def test_festivals_by_the_moon_agree_with_the_official_calendar() -> None:
    from chinese_calendar.constants import holidays

    years = range(2010, max(holidays).year + 1)
    outside = {(name, year) for name in OFFICIAL for year in years if festival(name, year) not in holidays}
    assert outside == {("端午", 2012)}  # it fell on a Saturday whose holiday was the Friday before
    assert festival("春节", 2051) is None
    assert festival("除夕", 2027) == date(2027, 2, 5)


@pytest.mark.parametrize("value", range(1, 60))
def test_chinese_numbers(value: int) -> None:
    tens, ones = divmod(value, 10)
    words = ("" if tens == 1 else "零一二三四五"[tens]) + "十" if tens else ""
    assert number(words + ("一二三四五六七八九"[ones - 1] if ones else "")) == number(str(value)) == value


@pytest.mark.parametrize("words", ["百", "十百", "二〇三百", "一二"])
def test_what_is_no_number_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"[百一]"):
        number(words)
