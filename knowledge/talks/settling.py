"""What no sentence can mean, put right last: a name as a demand, half a surname, a title beside the one who bears it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from knowledge.talks.people import SELF, is_person
from knowledge.talks.tagged import Stretch
from knowledge.talks.words import called, load_words

_PEOPLE: Final = frozenset("swrce")
_SPOT: Final = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[里内上边旁]|门口|楼下)")
_NICKNAMED: Final = re.compile("[小老大阿]|(.)\\1$")
_NO_NAMES: Final = frozenset(
    {"小时", "小组", "小区", "小学", "小会", "大会", "马上", "大家", "大厅", "老师", "老人"}
)
_SHORT: Final = 3
_RECORDS: Final = re.compile("(?:作|做|负责)?(?:记录|执笔)(?![不缺混])")
_NAMED_BEHIND: Final = re.compile("(?P<name>[\u4e00-\u9fff]{2,3}?)(?=(?:作|做|负责)?(?:记录|执笔))")
_US: Final = re.compile("[和跟与同]?(?:我们|咱们?|他们)")
_INSIDE: Final = re.compile("(?:班子|委|局|科|处|单位|院|校)[里上中内]的?$")
_BUREAU: Final = re.compile(r".{1,6}[办科室股]")
_NOTES: Final = re.compile(r"记录|记的|代记|执笔|整理|(?<!书)记(?=[,，。;；\s]|$)")
_OTHER: Final = re.compile("那[场个次条]")
_BESIDE: Final = re.compile("陪|参加|列席|在场|一起|一同|一块")
_UNIT_ENDS: Final = frozenset("省市区县镇乡村街局处科院校所站队")
_FAR: Final = 8
_SIDE: Final = re.compile("[节年][前后]")
_ROOM: Final = re.compile(r"办公室(?=[,，。;；\s]|$)")
_POST: Final = re.compile("(?:宣传|组织|统战|政法|纪检)(?:部长|委员|书记)")
_ANSWERED: Final = re.compile("(?:要|再)?(?:给我|向我)(?:回话|回个话|回复)?|回个?话|交差")
_FORGOT: Final = re.compile("(?:一直|当时|后来|老)?(?:忘|漏)[了记]?(?:补|登|录|记|存).{0,3}")
_CLAUSE_ENDS: Final = re.compile(r"[,，。;；\s]|$")


def settled(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches without what cannot be."""
    given = [_recorder(text, _whole(text, each)) for each in _named_spots(text, _met(text, stretches))]
    given = _begun(text, [_forgotten(text, each) for each in given if not _link(text, each)])
    given = _office(text, _needless(text, _days(text, given)))
    names = {text[each.start : each.end] for each in given if each.tag in "sw"}
    given = [each for each in given if each.tag not in "kbq" or text[each.start : each.end] not in names]
    people = [each for each in given if each.tag == "s" and _is_somebody(text[each.start : each.end])]
    kept: list[Stretch] = []
    for each in given:
        last = kept[-1] if kept else None
        others = any(other != each for other in people)
        if each.tag == "s" and others and _is_spot(text, each):
            kept += [] if any(other.tag == "p" for other in given) else [replace(each, tag="p")]
        elif not others or not _is_nobody(text, each, last):
            kept.append(each)
    return kept


def _met(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Who stands beside nobody he could accompany, or behind a subject and 还有, was talked with; so was 石桥镇胡|镇长."""
    alone = not any(each.tag in "sgu" for each in stretches) and not _BESIDE.search(text)
    given: list[Stretch] = []
    for each in stretches:
        behind = bool(given) and given[-1].tag == "s" and text.startswith("还有", given[-1].end)
        near = behind and each.start - given[-1].end <= _FAR
        if (each.tag == "c" and alone) or (each.tag in "wc" and near):
            given.append(replace(each, tag="s"))
            continue
        found = called().match(text, each.end - 1) if each.tag == "u" and each.end - each.start > 1 else None
        if found and text[each.end - 2] in _UNIT_ENDS:
            given += [replace(each, end=each.end - 1), Stretch("s", *found.span())]
        elif not given or given[-1].end <= each.start:
            given.append(each)
    return given


def _link(text: str, stretch: Stretch) -> bool:
    """Whether 和我们 or 马上 was taken for somebody."""
    words = text[stretch.start : stretch.end]
    return stretch.tag in "sw" and (words in _NO_NAMES or _US.fullmatch(words) is not None)


def _days(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """节前 right before a day, 节前2月3号, tells no other; 明天那场 tells of another talk."""
    after = {each.start for each in stretches if each.tag == "d"}
    given: list[Stretch] = []
    for each in stretches:
        side = _SIDE.match(text, each.start, each.end) if each.tag == "d" else None
        if side and side.end() < each.end and text[side.end()].isdigit():
            given.append(replace(each, start=side.end()))
        elif not (side and side.end() in after) and not (each.tag == "l" and _OTHER.match(text, each.end)):
            given.append(each)
    return given


def _office(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Somebody's name with 办公室 behind it, at the end of a clause, is the place where none is drawn: 贺书记办公室."""
    if any(each.tag == "p" for each in stretches):
        return list(stretches)
    for each in stretches:
        room = _ROOM.match(text, each.end) if each.tag in "wse" else None
        again = sum(text[other.start : other.end] == text[each.start : each.end] for other in stretches) > 1
        if room and again:
            free = [other for other in stretches if other.end <= each.start or other.start >= room.end()]
            return sorted((*free, Stretch("p", each.start, room.end())), key=lambda other: other.start)
    return list(stretches)


def _needless(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches without a recorder's office beside his name, and without 给我回话 behind a deadline of other demands."""
    many = sum(each.tag == "r" for each in stretches) > 1
    asked = sum(each.tag == "q" for each in stretches) > 1
    return [
        each
        for each in stretches
        if not (each.tag == "r" and many and not _noted(text, each))
        and not (each.tag == "q" and asked and _ANSWERED.fullmatch(text, each.start, each.end))
    ]


def _noted(text: str, stretch: Stretch) -> bool:
    """Whether somebody who is no office has a word for taking notes beside him."""
    beside = _NOTES.search(text, max(stretch.start - 5, 0), min(stretch.end + 8, len(text)))
    return beside is not None and _BUREAU.fullmatch(text, stretch.start, stretch.end) is None


def _forgotten(text: str, stretch: Stretch) -> Stretch:
    """一直忘了录 is why it is logged late, no problem told."""
    late = stretch.tag in "kbq" and _FORGOT.fullmatch(text, stretch.start, stretch.end)
    return replace(stretch, tag="z") if late else stretch


def _begun(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A day right before 跟 at the head of a sentence that names no other is the talk's: 节前2月3号跟…."""
    given = list(stretches)
    head = next((at for at, each in enumerate(given) if each.tag != "x"), None)
    if head is not None and given[head].tag == "l" and not any(each.tag == "d" for each in given):
        day = given[head]
        given[head] = replace(day, tag="d") if text[day.end : day.end + 1] in tuple("跟和找与同对") else day
    return given


def _named_spots(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A name drawn as the place right behind a unit and title, with nobody else named, is his who bears it."""
    alone = not any(each.tag in "sg" for each in stretches)
    given = list(stretches)
    for at, each in enumerate(stretches):
        titled = at and stretches[at - 1].tag == "u" and text[stretches[at - 1].end : each.start] in ("", " ")
        short = 1 < each.end - each.start <= _SHORT
        if alone and each.tag == "p" and titled and short and is_person(text[each.start : each.end]):
            given[at] = replace(each, tag="s")
    return given


def _whole(text: str, stretch: Stretch) -> Stretch:
    """我本人, 淳于局长 and 贺书记 drawn whole, where a part of them was drawn."""
    words = text[stretch.start : stretch.end]
    if stretch.tag not in _PEOPLE:
        return stretch
    if words in ("我", "我本") and text.startswith("我本人", stretch.start):
        return replace(stretch, end=stretch.start + len("我本人"))
    if stretch.start and text[stretch.start - 1 : stretch.start + 1] in load_words().surnames:
        return replace(stretch, start=stretch.start - 1)
    cut = stretch.tag in "sw" and stretch.start and not _is_somebody(words) and _titled(words)
    if cut and text[stretch.start - 1] in load_words().surnames:
        return replace(stretch, start=stretch.start - 1)
    longer = called().match(text, stretch.start)
    if stretch.tag == "r" and longer and longer.end() == stretch.end + 1 and text[stretch.end] == "记":
        return replace(stretch, tag="w", end=longer.end())
    return stretch


def _recorder(text: str, stretch: Stretch) -> Stretch:
    """The name before 记录 is the recorder's, whatever was drawn there: 党办费琳记录."""
    moved = _NAMED_BEHIND.match(text, stretch.end) if stretch.tag == "r" else None
    if (
        moved
        and moved["name"][0] in load_words().surnames
        and not is_person(text[stretch.start : stretch.end])
    ):
        return Stretch("r", *moved.span("name"))
    noted = stretch.tag in "kbqu" and _RECORDS.match(text, stretch.end)
    if not noted or not _CLAUSE_ENDS.match(text, noted.end()):
        return stretch
    for start in (stretch.end - 3, stretch.end - 2):
        if start >= stretch.start and text[start] in load_words().surnames:
            return replace(stretch, tag="r", start=start)
    return stretch


def _is_spot(text: str, stretch: Stretch) -> bool:
    """Whether the words name a spot: 车库里."""
    words = text[stretch.start : stretch.end]
    return len(words) >= _SHORT and _SPOT.fullmatch(words) is not None


def _is_somebody(words: str) -> bool:
    """A name, 老杜, 周书记, or 翁副主任."""
    surnames = load_words().surnames
    deputy = words[:1] in surnames and load_words().titles.fullmatch(words[1:]) is not None
    return words in SELF or deputy or (is_person(words) and not _POST.fullmatch(words))


def _titled(words: str) -> bool:
    """Whether the words are the end of a given name with a title: 刚局长."""
    return any(load_words().titles.fullmatch(words[length:]) for length in (1, 2))


def _is_nobody(text: str, stretch: Stretch, last: Stretch | None) -> bool:
    """Whether the words name nobody, with others named: a title alone, or no name at all."""
    words = text[stretch.start : stretch.end]
    if stretch.tag == "g":
        return _INSIDE.search(words) is not None
    if stretch.tag != "s":
        return False
    beside = last is not None and last.tag == "u" and last.end == stretch.start
    beside = beside and load_words().titles.match(text, stretch.end) is None
    title = load_words().titles.fullmatch(words) is not None or _POST.fullmatch(words) is not None
    named = _is_somebody(words) or (_NICKNAMED.match(words) and len(words) <= _SHORT)
    return title or (not named and not beside)
