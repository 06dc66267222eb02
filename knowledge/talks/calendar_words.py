"""The words for a day, a month or a period of the calendar, read into rules: 去年12月3日, 上月底, 第三季度, 20-22号."""

import re
from dataclasses import dataclass
from typing import Final

from knowledge.talks.day_rules import Calendar, DayWords, Kind, Months
from knowledge.talks.festival_words import read_festival
from knowledge.talks.moon import read_moon
from knowledge.talks.numerals import DIGITS, ORDINAL, glued, number

UNITS: Final = (
    "[\\d%‰万亿元块个名人件条项次倍分米公吨头枚棵厘毫折度岁级届版楼层℃点时天周年月份场家户批本只台套"
    "所位多余几页kKgGmM]"
)
"""What follows a number that counts or measures something and is no day."""
_Y: Final = (
    "(?:(?P<year>(?:19|20)\\d\\d|[一二][九零〇○][零〇○一二三四五六七八九]{2}) ?年度?"
    "|(?P<rel>(?<![以此之目])前年|(?<![说声证表])明年|(?<![以之今此])后年|去年|今年|(?<![资日基])本年|上一?年)(?!轻)度?)的? ?"
)
_YEAR: Final = re.compile(_Y)
_SHORT_YEAR: Final = re.compile(f"(?<!\\d)(?P<year>\\d\\d)年 ?(?={ORDINAL} ?月)")
_YEARS: Final = {"前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "明": 1, "后": 2}
_MONTH: Final = re.compile(
    f"(?:(?<![马以晚早])(?P<rel>上上|下下|上|下|这|本|当)一?个?月|(?<!第)(?P<month>{ORDINAL}) ?月(?!之?内|以内))的?份? ?"
)
STEPS: Final = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_DAY: Final = re.compile(
    f"(?P<first>{ORDINAL}) ?(?:[日号]?(?:至|到|[-~—–])(?P<last>{ORDINAL})[日号]|(?P<mark>[日号])"
    f"|(?!{UNITS}|[\\d十百千]))(?![楼院线室厅桌房馆井门位]|会议室|文件)"
)
_PORTION: Final = re.compile("初(?![一二三四五六七八九十])|中旬|中(?![央心队间国学])|[上下]旬|底|末|尾")
_PORTIONS: Final = {"初": (1, 5), "上旬": (1, 10), "中": (11, 20), "中旬": (11, 20), "下旬": (21, 31)}
_END: Final = (25, 31)
_BARE_PORTION: Final = re.compile(
    "(?<![个正腊半每上下\\d一二三四五六七八九十])月(?:初(?![一二三四五六七八九十])|[底末]|中(?=[前旬,上下就召跟与找]))|(?<![\\d月])[上中下]旬"
)
_MONTH_RANGE: Final = re.compile(
    f"(?P<first>{ORDINAL})月?份?(?:至|到|[-~—–])(?P<last>{ORDINAL})月份?(?!\\d|{ORDINAL}[日号])"
)
_BARE_DAY: Final = re.compile(
    f"(?<![\\d第路巷弄楼层園园院.〔])(?<!(?<!街)道)(?<!大街)(?<!每月)(?P<first>{ORDINAL})"
    f"(?:[日号]?(?:至|到|[-~—–])(?P<last>{ORDINAL})[日号]|[日号])"
    "(?![楼院线室厅桌房馆井门位仓台机]|会议室|文件|(?:之|以)?内|起|游|(?<=日)[常益子程三])"
)
_PIECE: Final = re.compile(
    "(?P<half>[上下])半年|(?P<those>前)?(?:第?(?P<quarter>[一二三四1-4])|(?P<step>上|本|这|下)一?个?)季度"
    "|年?(?P<portion>[初底末尾]|中(?![央心队间国学]))"
)
_BARE_PIECE: Final = re.compile("(?<![一二三四五六七八九十\\d几半])(?:年[初底末]|年中(?=[前,总以]))")


@dataclass(frozen=True, slots=True)
class _Year:
    """A year that was named, or none."""

    year: int | None = None
    years: int | None = None


def _year(text: str, at: int) -> tuple[_Year, int]:
    """The year that is named, and where its words end; `at` where none is."""
    if at and text[at - 1] in DIGITS:
        return _Year(), at
    short = _SHORT_YEAR.match(text, at)
    if short:
        return _Year(2000 + int(short["year"])), short.end()
    match = _YEAR.match(text, at)
    if match is None:
        return _Year(), at
    if match["year"]:
        return _Year(number(match["year"])), match.end()
    return _Year(years=_YEARS[match["rel"][0]]), match.end()


def read_calendar(text: str, at: int) -> DayWords | None:
    """A year, or none, and what follows: a month with its day, a quarter, a festival, an end."""
    year, end = _year(text, at)
    if end == at and glued(text, at):
        return None
    found = _in_year(text, end, year)
    if found is None and end > at:
        return DayWords(Months(1, 12, year=year.year, years=year.years), trimmed(text, end))
    return found


def trimmed(text: str, end: int) -> int:
    """The end of words without the particle or space behind them."""
    while text[end - 1] in "的 ":
        end -= 1
    return end


def _in_year(text: str, at: int, year: _Year) -> DayWords | None:
    named = year != _Year()
    moon = read_moon(text, at, year.year, year.years)
    if moon:
        return DayWords(*moon)
    months = _MONTH_RANGE.match(text, at)
    if months:
        first, last = number(months["first"]), number(months["last"])
        return DayWords(Months(first, last, year=year.year, years=year.years), months.end())
    found = _in_month(text, at, year)
    if found is not None:
        return found
    piece = _PIECE.match(text, at)
    if piece and (named or not piece["portion"]):
        return DayWords(_piece(piece, year), piece.end())
    festival = read_festival(text, at, year.year, year.years)
    return DayWords(*festival) if festival else None


def _in_month(text: str, at: int, year: _Year) -> DayWords | None:
    match = _MONTH.match(text, at)
    if match is None or (match["rel"] and year != _Year()):
        return None
    month = number(match["month"]) if match["month"] else None
    months = STEPS[match["rel"]] if match["rel"] else None

    def days(first: int, last: int, kind: Kind, end: int) -> DayWords:
        return DayWords(Calendar(first, last, kind, month, months, year.year, year.years), end)

    day = _DAY.match(text, match.end())
    if day:
        first = number(day["first"])
        last = number(day["last"]) if day["last"] else first
        return days(first, last, "span" if day["last"] else "day", trimmed(text, day.end()))
    portion = _PORTION.match(text, match.end())
    if portion:
        return days(*_PORTIONS.get(portion[0], _END), "part", portion.end())
    return days(1, 31, "span", trimmed(text, match.end()))


def _piece(match: re.Match[str], year: _Year) -> Months:
    if match["step"]:
        return Months(1, 3, quarters=STEPS[match["step"]])
    if match["half"]:
        first, last, vague = (1, 6, False) if match["half"] == "上" else (7, 12, False)
    elif match["quarter"]:
        quarter = number(match["quarter"])
        first, last, vague = (1 if match["those"] else quarter * 3 - 2), quarter * 3, False
    else:
        first, last, vague = _year_end(match["portion"])
    return Months(first, last, vague, year.year, year.years)


def _year_end(portion: str) -> tuple[int, int, bool]:
    return {"初": (1, 1, True), "中": (6, 7, True)}.get(portion, (12, 12, True))


def read_bare_portion(text: str, at: int) -> DayWords | None:
    """月底, 上旬, 年初 without month or year."""
    match = _BARE_PORTION.match(text, at)
    if match:
        words = match[0].removeprefix("月")
        first, last = _PORTIONS.get(words) or _PORTIONS.get(words[:1] + "旬", _END)
        return DayWords(Calendar(first, last, "part"), match.end())
    piece = _BARE_PIECE.match(text, at)
    return DayWords(Months(*_year_end(piece[0][1])), piece.end()) if piece else None


def read_bare_day(text: str, at: int) -> DayWords | None:
    """二十号, 20-22号 without a month."""
    match = None if glued(text, at) else _BARE_DAY.match(text, at)
    if match is None or number(match["first"]) not in range(1, 32):
        return None
    first = number(match["first"])
    last = number(match["last"]) if match["last"] else first
    return DayWords(Calendar(first, last, "span" if match["last"] else "day"), match.end())
