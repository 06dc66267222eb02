"""The words for a time of day: 下午三点, 九点二十, 14:30, 差五分九点, 9点到10点半. Three demands (三点要求) are none.

Without a word for the part of the day, one to six o'clock are read as afternoon: nobody is talked to at three at night.
"""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final, NamedTuple

from knowledge.talks.numerals import SMALL, number

PARTS: Final = {
    "凌晨": "凌晨", "半夜": "半夜", "午夜": "半夜", "深夜": "半夜", "夜里": "夜里", "夜间": "夜里",
    "大清早": "早上", "一大早": "早上", "清早": "早上", "清晨": "早上", "早晨": "早上", "早上": "早上", "一早": "早上",
    "上午": "上午", "午前": "上午", "中午": "中午", "正午": "中午", "午间": "中午",
    "下午": "下午", "午后": "下午", "傍晚": "傍晚", "晚上": "晚上", "晚间": "晚上", "夜晚": "晚上",
    "早": "早上", "晚": "晚上",
}  # fmt: skip
"""Words for a part of the day, and the one name each goes by."""
STARTS: Final = {
    "凌晨": 0,
    "早上": 5,
    "上午": 7,
    "中午": 11,
    "下午": 12,
    "傍晚": 16,
    "晚上": 17,
    "夜里": 19,
    "半夜": 22,
}
"""The hour from which one may say of a part that it has begun."""

_LATE: Final = frozenset(("晚上", "夜里", "半夜"))
_SINGLE: Final = re.compile("早(?=\\d|[六七八九十][点时])|晚(?=\\d|[五六七八九十][点时])")
_AFTER_DAY: Final = re.compile("早(?![会点餐饭期已就退])|晚(?![会宴餐饭点于了期年间上辈])")
_PART: Final = re.compile("|".join(sorted((each for each in PARTS if len(each) > 1), key=len, reverse=True)))
_NO_PART: Final = re.compile("[茶餐饭觉]|班车")

_HOUR: Final = "(?:\\d{1,2}|二?十[一二三四]?|[一二两三四五六七八九零〇])"
_MINUTE: Final = (
    "(?:(?P<half>半)(?!天|小时|个)|(?P<quarter>[一三1 3])刻|(?P<minute>\\d{1,2}|[零〇]?[一二三四五六七八九]|"
    + SMALL
    + ")分钟?"
    "|(?P<bare>[0-5]\\d(?![\\d%])|[零〇][一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?)(?![个名条项人次位家件多万多余]))"
)
_CLOCK: Final = re.compile(
    "(?:(?P<hour>"
    + _HOUR
    + ")(?:[点](?!名|评|子|位|穴|拨|播)|时(?!间|代|期|候|常|段|机|节|刻|任|务|政|有))(?:钟|整(?![改顿治理合体个])|"
    + _MINUTE
    + ")?"
    "|(?P<digits>[01]?\\d|2[0-4]):(?P<after>[0-5]\\d)(?::[0-5]\\d)?(?!\\d|:\\d)"
    "|差(?P<lack>一刻|\\d{1,2}|" + SMALL + ")分?钟?(?:到)?(?P<next>" + _HOUR + ")点)"
)
_SHORT_FIRST: Final = re.compile(f"(?P<hour>{_HOUR})(?=(?:至|到|[-~—–]){_HOUR}点)")
_TO: Final = re.compile(" ?(?:至|到|[-~—–]{1,2}) ?")
_UNTIL_CLOCK: Final = re.compile(f" ?(?:至|到|[-~—–]{{1,2}}) ?(?:[上下中]午)?{_HOUR}[点时:]")
_ABOUT: Final = re.compile("多(?!次|人|名|个|条)|左右|许(?![多可诺愿])|前后|来钟|过后")
_COUNTING: Final = re.compile(
    "(?:讲|提|提出|强调|说|谈|谈到|明确|交代|归纳|总结|反馈|指出|列|达成|做到|注意|记|给|有|是|这|那|几|第|前|后|以下|如下"
    "|就|对|共|主要|分|再)"
    "了?(?:他|她|我|出|过|以下|这)?了?$"
)
_COUNTED: Final = re.compile(
    " ?(?:要求|意见|建议|问题|希望|期望|提醒|嘱咐|体会|感受|共识|内容|注意|不足|说明|承诺|打算|措施"
    "|方面|经验|原因|理由|表态|一线|[:;。,]?[一1](?:是|要|、|\\.)|:)"
)
_MEETING: Final = re.compile("[跟和与找约在见请我]|开始|多")
_LITTLE: Final = re.compile(
    "一点(?!钟|半|整(?![改顿治理合体个])|[一三]刻|[零〇一二三四五六七八九十\\d]+分|[零〇二三四五]?十)"
)


FIRST: Final = "0123456789一二三四五六七八九十两零〇差" + "".join(sorted({each[0] for each in PARTS}))
"""The characters that words for a time may start with."""


class ClockWords(NamedTuple):
    """A time of day as told, and where its words end. `start` None: only a part of the day."""

    told: "Told"
    end: int


@dataclass(frozen=True, slots=True)
class Told:
    """Hours and minutes as said, before the part of the day is counted in."""

    part: str | None = None
    start: tuple[int, int] | None = None
    stop: tuple[int, int] | None = None
    stop_part: str | None = None
    exact: bool = False
    """Written on 24 hours (09:20, 14:30): no part of the day is to be guessed."""

    def at(self, part: str | None, *, before: time | None = None) -> "tuple[Clock, Clock | None] | None":
        """Beginning and end on 24 hours; `part` stands in for one not said, `before` is a time that it cannot pass."""
        if self.start is None:
            return None
        part = self.part or part
        start = self._on_day(self.start, part, before)
        if self.stop is None:
            return start, None
        stop = self._on_day(self.stop, self.stop_part or part, None)
        if stop < start and stop.hour < 12 and stop.days == start.days:
            stop = Clock(stop.days, stop.hour + 12, stop.minute)
        return start, stop if stop > start else None

    def _on_day(self, told: tuple[int, int], part: str | None, before: time | None) -> "Clock":
        hour, minute = told
        if part is not None:
            return _in_part(part, hour, minute)
        later = Clock(0, hour + 12, minute) if 0 < hour < 12 and not self.exact else None
        if later is not None and before is not None:
            return later if later.time <= before else Clock(0, hour, minute)
        return later if later is not None and hour <= 6 else Clock(hour // 24, hour % 24, minute)


class Clock(NamedTuple):
    """A time of day, `days` after the day that was named (晚上十二点 is 0:00 of the next)."""

    days: int
    hour: int
    minute: int

    @property
    def time(self) -> time:
        """The time alone."""
        return time(self.hour, self.minute)


def _in_part(part: str, hour: int, minute: int) -> Clock:
    if part in _LATE and (hour in (0, 12, 24) or hour < 5):
        return Clock(1, hour % 12, minute)
    if part == "凌晨":
        return Clock(0, hour % 12 if hour in (12, 24) else hour % 24, minute)
    if part in ("早上", "上午") or hour >= 12 or hour == 0:
        return Clock(hour // 24, hour % 24, minute)
    if part == "中午":
        return Clock(0, hour if hour > 9 else hour + 12, minute)
    return Clock(0, hour + 12, minute)


def read_clock(text: str, at: int, *, after_day: bool) -> ClockWords | None:
    """The words for a time that start at an offset; `after_day`: they stand right behind the words for a day."""
    part, end = _part(text, at, after_day=after_day)
    match = _CLOCK.match(text, end + (text[end : end + 1] == " "))
    if match is None:
        short = _SHORT_FIRST.match(text, end)
        return (
            _ranged(text, part, (number_of_hour(short["hour"]), 0), short.end(), exact=False)
            if short
            else (ClockWords(Told(part), end) if part else None)
        )
    if not (part or after_day) and not _is_clock(text, match):
        return None
    if (part is None and _LITTLE.match(text, match.start())) or (told := _told(match)) is None:
        return ClockWords(Told(part), end) if part else None
    exact = match["digits"] is not None and (len(match["digits"]) == 2 or told[0] > 6)
    return _ranged(text, part, told, match.end(), exact=exact)


def number_of_hour(words: str) -> int:
    """An hour in digits or Chinese; 零 and 〇 are 0."""
    return 0 if words in "零〇" else number(words)


def _part(text: str, at: int, *, after_day: bool) -> tuple[str | None, int]:
    match = _PART.match(text, at) or (_AFTER_DAY if after_day else _SINGLE).match(text, at)
    if match is None or _NO_PART.match(text, match.end()):
        return None, at
    return PARTS[match[0]], match.end()


def _ranged(text: str, part: str | None, start: tuple[int, int], end: int, *, exact: bool) -> ClockWords:
    joint = _TO.match(text, end)
    if joint:
        second_part, second_at = _part(text, joint.end(), after_day=False)
        second = _CLOCK.match(text, second_at)
        stop = _told(second) if second else None
        if second and stop:
            return ClockWords(Told(part, start, stop, second_part, exact), _about(text, second.end()))
    return ClockWords(Told(part, start, exact=exact), _about(text, end))


def _about(text: str, end: int) -> int:
    match = _ABOUT.match(text, end)
    return match.end() if match else end


def _told(match: re.Match[str]) -> tuple[int, int] | None:
    """Hour and minute as said; None where there is no such time."""
    if match["digits"]:
        hour, minute = int(match["digits"]), int(match["after"])
    elif match["next"]:
        lack = 15 if match["lack"] == "一刻" else number(match["lack"])
        hour, minute = number_of_hour(match["next"]) - 1, 60 - lack
    else:
        hour, minute = number_of_hour(match["hour"]), _minute(match)
    possible = (0 <= hour < 24 and 0 <= minute < 60) or (hour, minute) == (24, 0)
    return (hour, minute) if possible else None


def _minute(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 45 if match["quarter"] in "三3" else 15
    words = match["minute"] or match["bare"]
    return number(words) if words else 0


def _is_clock(text: str, match: re.Match[str]) -> bool:
    """Whether 三点 without a day or a part of the day is a time and not three points."""
    if match.start() and (text[match.start() - 1] in "0123456789.一二三四五六七八九十几百第:小"):
        return False
    if match["digits"] or match["next"] or any(match[each] for each in ("half", "quarter", "minute", "bare")):
        return True
    if match[0].endswith(("钟", "整")) or _UNTIL_CLOCK.match(text, match.end()):
        return True
    if _COUNTING.search(text, max(0, match.start() - 6), match.start()) or _COUNTED.match(text, match.end()):
        return False
    if _MEETING.match(text, match.end()):
        return True
    return number_of_hour(match["hour"]) > 3 or match[0][0] in "0123456789"
