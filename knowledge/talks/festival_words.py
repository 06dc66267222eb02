"""The words for a day by a festival: 国庆前最后一个工作日, 节后第一天, 春节前夕, 五一期间."""

import re
from typing import Final

from knowledge.talks.day_rules import Rule
from knowledge.talks.festival_rules import Feast, Side
from knowledge.talks.numerals import SMALL, number

_NAME: Final = re.compile(
    "(?P<name>元旦|春节|除夕|大年三十|清明|劳动节|端午|中秋|国庆"
    "|(?<![零〇一二三四五六七八九十\\d第])(?:五一|十一|三八|五四|六一|七一|八一))"
    "(?P<more>国际劳动节|劳动节|国庆节|妇女节|青年节|儿童节|建党节|建军节|节)?(?P<free>小?长假|假期|放假)?"
)
_NEAREST: Final = re.compile("(?<![春季环过时情章关佳礼调细枝音小])节(?P<free>假日)?(?=[前后])")
_SIDE: Final = re.compile(
    "(?:之|以)?(?P<side>前|后)(?:的?(?:最后|第)(?P<nth>[一二三四五六七\\d])个?(?P<unit>工作日|上班日|天)"
    "|(?:复工|上班|收假)(?:后)?的?(?:第一|头一|首)天?(?P<back>)"
    "|的?(?P<near>[一二三两])天)"
)
_EVE: Final = re.compile("前夕")
_LOOSE: Final = re.compile("(?:之|以)?(?P<side>前|后)(?!后|夕|[几两些])")
_DURING: Final = re.compile("期间|当中|里|前后")
_ON: Final = re.compile("当天|当日|那天|这天")
_BACK_AT_WORK: Final = re.compile(
    "(?:节?(?:小?长假|假期|放假)?后?)(?:收假|复工|开工|返岗)(?:后的?)?(?:那天|当天|当日|那日|第一天|头一?天|首日)"
)
_NUMBERED: Final = frozenset(("五一", "十一", "三八", "五四", "六一", "七一", "八一"))
_ELSE: Final = re.compile(
    "[路街村口巷桥厂里]|广场|大道|劳动奖|小学|中学|学校|社区|小区|勋章|表彰|精神|新村|农场|公园|商场|大酒店|国际"
)
_AS_NAMED: Final = {"劳动节": "五一", "十一": "国庆", "大年三十": "除夕"}


def read_festival(text: str, at: int, year: int | None, years: int | None) -> tuple[Rule, int] | None:
    """The rule of the words that start at an offset, and where they end.

    Festivals named by a number (五一, 十一) must be followed by a word that makes them one, unless it is 五一.
    """
    named = _NAME.match(text, at)
    if named is None:
        nearest = _NEAREST.match(text, at) if year is None and years is None else None
        return _beside(text, nearest.end(), None, None, None) if nearest else None
    name, end = named["name"], named.end()
    back = _BACK_AT_WORK.match(text, end)
    if back:
        return Feast(_AS_NAMED.get(name, name), "after", 1, year=year, years=years, working=True), back.end()
    found = _beside(text, end, _AS_NAMED.get(name, name), year, years)
    if found is not None:
        return found
    if name in _NUMBERED and not (named["more"] or named["free"]) and not _bare(text, end, name):
        return None
    side: Side = "during" if named["free"] else "on"
    return Feast(_AS_NAMED.get(name, name), side, year=year, years=years), end


def _bare(text: str, end: int, name: str) -> bool:
    """Whether a number alone may be the festival: only 五一, and not as a name of a place or prize."""
    return name == "五一" and not _ELSE.match(text, end)


def _beside(
    text: str, end: int, name: str | None, year: int | None, years: int | None
) -> tuple[Rule, int] | None:
    counted = _SIDE.match(text, end)
    if counted:
        side: Side = "before" if counted["side"] == "前" else "after"
        nth = counted["nth"] or counted["near"]
        working = counted["unit"] in ("工作日", "上班日") or counted["back"] is not None
        count = 2 if nth == "两" else number(nth) if nth and re.fullmatch(f"\\d|{SMALL}", nth) else 1
        return Feast(name, side, max(count, 1), working, year, years), counted.end()
    for pattern, side_of in ((_EVE, "eve"), (_DURING, "during"), (_ON, "on")):
        match = pattern.match(text, end)
        if match:
            if name is None:
                return None
            return Feast(name, _SIDES[side_of], year=year, years=years), match.end()
    loose = _LOOSE.match(text, end)
    if loose:
        return Feast(
            name, "before" if loose["side"] == "前" else "after", year=year, years=years
        ), loose.end()
    return None


_SIDES: Final[dict[str, Side]] = {"eve": "eve", "during": "during", "on": "on"}
