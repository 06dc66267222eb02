"""The words for a day, a stretch or a period, read into rules. What only looks like one (9.24%, 五一路, 三次) is not.

The text is given with half-width digits and signs.
Each form has a pattern and a builder; a form is tried only where one of its first characters stands.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Final

from knowledge.talks.calendar_words import (
    STEPS,
    UNITS,
    read_bare_day,
    read_bare_portion,
    read_calendar,
    trimmed,
)
from knowledge.talks.day_rules import (
    Between,
    Calendar,
    DayWords,
    Loose,
    Months,
    Recent,
    Rule,
    Shift,
    Unit,
    Weekday,
)
from knowledge.talks.edges import Edge
from knowledge.talks.festivals import is_working
from knowledge.talks.moon import FIRST as _MOON_FIRST
from knowledge.talks.numerals import COUNT, NUMERALS, glued, number
from knowledge.talks.words import type_pattern

_LEAP_YEAR: Final = 2024
_TO: Final = re.compile(r" ?(?:至|到|[-~—–]{1,2}) ?")
_UNTIL_NOW: Final = re.compile("(?:至今|以来|到现在|到目前|到今天)(?:为止)?")
_EDGE: Final = re.compile(
    "的?(?:(?P<last>最后)|第|头)(?P<nth>[一二三四])?个?"
    "(?P<unit>(?<=[一后])天(?!天)|工作日|上班日|(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))"
)
_RECURRING: Final = re.compile("(?:[每逐各]|每[月年周季]的?)$")

_WORDS: Final = (
    "大大前天|大前天|大后天|前天|昨天|今天|明天|后天|前[儿晚]|昨[日儿晚夜]|今[日儿早晨晚夜]|明[日儿早晚]|[昨今明](?=[上下]午)"
    "|刚才|刚刚|方才|适才|才刚|刚(?=[跟和与同找约谈聊]|开完|散会|忙完|对.{1,12}(?:谈|做))"
)
_SHIFTS: Final = {"大大前": -4, "大前": -3, "大后": 3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_PARTS: Final = {"早": "早上", "晨": "早上", "晚": "晚上", "夜": "夜里"}
_WORD: Final = re.compile(
    f"(?<![目之以先此声说证表如然])(?P<word>{_WORDS})个?(?![益报年轻])"
    "(?!(?<=刚刚|刚才|方才|才刚)(?:[上到就接转升当履新提调从成组换入毕任]))"
)

_WEEK: Final = re.compile(
    "(?<![早晚马以会路街身班资日原路])(?P<which>上上|下下|上|下|这|本)一?个?(?:周|星期|礼拜)的?"
    "(?:(?P<day>[一二三四五六日天末1-6])(?![次个名遍天]|把手|(?<=一)[起定]))?"
)
_NO_WEEK: Final = re.compile("[书局主镇区县处科部院校总副某同老]")
_BARE_WEEKDAY: Final = re.compile(
    "(?:(?<![一二两三四五六七八九十几每个半单双隔老小大整这\\d])周(?P<short>[一二三四五六日末])|(?:星期|礼拜)(?P<long>[一二三四五六日天]))"
    "(?![次个名遍年]|把手|(?<=一)[定起块道直般致旦样切行路鸣凡平])"
)

_AGO: Final = re.compile(
    f"(?P<count>{COUNT}|半)(?P<unit>天|周|个?星期|个?礼拜|个月|年)(?:之|以)?(?P<side>前|后)(?![后面期往任])"
)
_DAYS_AFTER: Final = re.compile(
    f"(?P<count>{COUNT})(?P<unit>个?工作日(?=之后|以后|后)|日(?=后))(?:之|以)?(?P<side>后)(?!面)"
)
_RECENT: Final = re.compile(
    f"(?:最?近|过去)的?这?(?P<count>{COUNT}|半)(?P<unit>天|日|周|个?星期|个?礼拜|个?月|年|个?季度)"
)
_LOOSE: Final = re.compile(
    "(?<![以之])(?:前几|前些|前两|好几|这几|这两|那几|那两|近几|最近几|最近两|近两|过几|过两)(?:天|日)(?:前|后)?|几天(?:以|之)?前"
    "|(?:前|这)(?:一?阵子?|段时间)|不久(?:之|以)?前|前不久|近日|日前|(?<![\\d一二三四五六七八九十几每去今明前百千万亿])年前(?!后)"
)

_FULL_NUMBERS: Final = re.compile(
    r"(?<![\d.])(?P<year>20\d\d|[12]\d(?=[.]\d{1,2}[.])) ?(?P<dot>[-./])(?P<month>\d{1,2})(?P=dot)(?P<day>\d{1,2})日?"
    r"(?![\d%]|[.]\d)"
)
_RUN: Final = re.compile(
    r"(?<!\d)(?P<year>20[0-4]\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_NUMBERS: Final = re.compile(
    r"(?<![\d.A-Za-z第¥$§/占达超增降长率值均版-])(?P<month>1[0-2]|0?[1-9])(?P<dot>[-./])(?P<day>3[01]|[12]\d|0?[1-9])"
    rf"(?!{UNITS}|[-./]\d|小时|以上|以下|[日号]?(?:之|以)?内)[日号]?"
)
_HEAD: Final = re.compile(r"(?:^|\n|时间|日期)[: ]{0,2}$")
_ALONE: Final = re.compile("[ ,;。:(]|$")
_TOLD: Final = re.compile(r"[ ,]?(?:上午|下午|早|中午|晚|凌晨|跟|和|与|找|对|约|给|同|在|由)|(?<=[日号])")


def read_day(text: str, at: int) -> DayWords | None:
    """The words for a day or stretch that start at an offset, the longest form first."""
    found = _one_day(text, at)
    if found is None or _RECURRING.search(text, max(0, at - 4), at):
        return None
    edge = _EDGE.match(text, found.end)
    if edge and found.part is None and not isinstance(found.rule, Shift | Loose | Recent):
        return DayWords(_edge(found.rule, edge), edge.end())
    since = _UNTIL_NOW.match(text, found.end)
    if since:
        return DayWords(Between(found.rule, Shift(0)), since.end())
    joint = _TO.match(text, found.end)
    if joint and found.part is None:
        second = _one_day(text, joint.end())
        if second is not None and not isinstance(second.rule, Loose):
            return DayWords(Between(found.rule, second.rule), second.end)
    return found


def _edge(stretch: Rule, edge: re.Match[str]) -> Edge:
    """最后一天, 第一个工作日, 最后一个周五 of a stretch."""
    fits: Callable[[date], bool | None] | None = is_working if edge["unit"] != "天" else None
    if edge["weekday"]:
        at = "一二三四五六日".find(edge["weekday"].replace("天", "日"))

        def fits(day: date) -> bool | None:
            return day.weekday() == at

    nth = 1 if edge["last"] or not edge["nth"] else number(edge["nth"])
    return Edge(stretch, edge["last"] is not None, fits, nth)


def _one_day(text: str, at: int) -> DayWords | None:
    for read in _FORMS.get(text[at], ()) if at < len(text) else ():
        found = read(text, at)
        if found is not None:
            return found
    return None


def _word(text: str, at: int) -> DayWords | None:
    match = _WORD.match(text, at)
    if match is None:
        return None
    word = match["word"]
    if word in ("刚", "刚才", "刚刚", "方才", "适才", "才刚"):
        return DayWords(Shift(0), match.end(), just_now=True)
    return DayWords(Shift(_SHIFTS[word[:-1] or word]), match.end(), _PARTS.get(word[-1]))


def _week(text: str, at: int) -> DayWords | None:
    match = _WEEK.match(text, at)
    if match is None:
        return None
    if match["day"] is None and _NO_WEEK.match(text, match.end()):
        return None
    return DayWords(_weekday(match["day"], STEPS[match["which"]]), trimmed(text, match.end()))


def _weekday(day: str | None, weeks: int | None) -> Weekday:
    if day is None:
        return Weekday(0, 6, weeks)
    if day == "末":
        return Weekday(5, 6, weeks)
    at = "一二三四五六日".find(day) if day in "一二三四五六日" else 6 if day == "天" else int(day) - 1
    return Weekday(at, at, weeks)


def _bare_weekday(text: str, at: int) -> DayWords | None:
    match = _BARE_WEEKDAY.match(text, at)
    return DayWords(_weekday(match["short"] or match["long"], None), match.end()) if match else None


def _unit(words: str) -> Unit:
    if words.endswith("工作日"):
        return "工作日"
    if words.endswith(("周", "星期", "礼拜")):
        return "周"
    return "月" if words.endswith("月") else "年" if words.endswith("年") else "天"


def span_of(count: str, unit: str) -> tuple[int, Unit]:
    """How many of which unit: 半年 is six months, 半个月 fifteen days, 两个季度 six months."""
    kind = _unit(unit)
    if count == "半":
        return (6, "月") if kind == "年" else (15, "天") if kind == "月" else (1, "天")
    if unit.endswith("季度"):
        return number(count) * 3, "月"
    return number(count), kind


def _ago(text: str, at: int) -> DayWords | None:
    match = (_AGO.match(text, at) or _DAYS_AFTER.match(text, at)) if not glued(text, at) else None
    if match is None:
        return None
    count, unit = span_of(match["count"], match["unit"])
    if unit == "工作日":
        return DayWords(Loose(), match.end())
    return DayWords(Shift(-count if match["side"] == "前" else count, unit), match.end())


def _recent(text: str, at: int) -> DayWords | None:
    match = _RECENT.match(text, at)
    return DayWords(Recent(*span_of(match["count"], match["unit"])), match.end()) if match else None


def _loose(text: str, at: int) -> DayWords | None:
    match = _LOOSE.match(text, at)
    if match is None:
        return None
    due = Months(1, 12, years=0) if match[0] == "年前" else None
    return DayWords(Loose(due), match.end())


def _numbers(text: str, at: int) -> DayWords | None:
    """2026-11-12, 26.11.12, 20261112, 9.24, 9/24. Short ones must be told like a day: 3.8 alone is a number."""
    full = _FULL_NUMBERS.match(text, at) or _RUN.match(text, at)
    if full:
        year, month, day = (int(full[each]) for each in ("year", "month", "day"))
        return DayWords(Calendar(day, day, month=month, year=year + 2000 * (year < 100)), full.end())
    match = _NUMBERS.match(text, at)
    if match is None:
        return None
    sure = len(match["day"]) == 2 and (match["dot"] != "-" or _ALONE.match(text, match.end()) is not None)
    if not sure and not _told_like_a_day(text, match):
        return None
    month, day = int(match["month"]), int(match["day"])
    if day > monthrange(_LEAP_YEAR, month)[1]:
        return None
    return DayWords(Calendar(day, day, month=month), match.end())


def _told_like_a_day(text: str, match: re.Match[str]) -> bool:
    """Whether what stands beside 6.8 makes it a day: 6.8下午, 6.8廉政谈话, 时间:6.8, a line that begins with it."""
    if _TOLD.match(text, match.end()):
        return True
    begins = _HEAD.search(text, max(0, match.start() - 6), match.start())
    named = type_pattern().match(text, match.end() + (text[match.end() : match.end() + 1] == " "))
    return bool(named or (begins and _ALONE.match(text, match.end())))


Form = Callable[[str, int], DayWords | None]


def _by_first() -> dict[str, tuple[Form, ...]]:
    forms: tuple[tuple[str, Form], ...] = (
        ("大前昨今明后刚方适才", _word),
        ("上下这本", _week),
        ("周星礼", _bare_weekday),
        (NUMERALS, _ago),
        ("最近过", _recent),
        ("前好这那近最过几不日年", _loose),
        (NUMERALS, _numbers),
        (_MOON_FIRST + "前明后去今本上下这当第元春除清五劳端中国六七三八节", read_calendar),
        ("月上中下年", read_bare_portion),
        (NUMERALS, read_bare_day),
    )
    table: dict[str, tuple[Form, ...]] = {}
    for starts, form in forms:
        for char in dict.fromkeys(starts):
            table[char] = (*table.get(char, ()), form)
    return table


_FORMS: Final = _by_first()
FIRST: Final = "".join(_FORMS)
"""The characters that words for a day may start with."""
