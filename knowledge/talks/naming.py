"""People that the tagger drew as something else: a unit and name in a list, a rank before a name, a class of pupils."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from knowledge.talks.people import SELF, is_person
from knowledge.talks.tagged import Stretch
from knowledge.talks.words import load_words

_PAIR: Final = 2
_CONTENT: Final = frozenset("kbq")
_UNIT: Final = (
    r"[^,，。;；、\s]{1,12}?(?:公司|集团|街道|中心|社区|支行|分局|局|处|科|部|院|校|镇|乡|办|站|所|队|厂|馆|村"
    r"|室|股|组|委|会)"
)
_POSTED: Final = re.compile(rf"(?:有|包括|分别是|是)?(?P<u>{_UNIT})的?\s?(?P<s>[\u4e00-\u9fff]{{2,4}})")
_NEXT: Final = re.compile(r"[、\s]|[,，]\s?|\s?和\s?")
_APART: Final = re.compile(r"[\s的]?")
_WITH: Final = re.compile(r"[跟找约与同和对](?:那个|这个)?(?P<u>[^,，。;；\s]{2,16})")
_UNIT_ALONE: Final = re.compile(r"[^,，。;；、\s]{1,5}[部办科局室委处股院站所]")
_ALL: Final = re.compile("(?:全体|全员|所有人?)|(?:全体|所有|各)[^,，。;；\\s]{1,8}|[^,，。;；\\s]{0,3}班子")
_COUNTED: Final = re.compile("全体|所有|各|[一二两三四五六七八九十几\\d]+[个名位家]|班子$")
_SEVERAL: Final = re.compile(
    r"(?<=[跟找和与对了给把谈\s,，:：])(?![了过])[\u4e00-\u9fff]{2,5}(?:、[\u4e00-\u9fff]{2,6}?)+[两二三四五六七八九十\d]+(?:[个家]|(?=[区县镇乡村局院校]))"
    r"[^,，。;；、\s]{1,14}?(?=谈|聊|开[展会]|[作做]了?|进行|[,，。;；\s]|$)"
)
_CLASS: Final = re.compile("(?:[高初][一二三]|[一二三四五六大小]年级)")
_PUPILS: Final = re.compile("[班年学毕家老教部]")
_LABEL: Final = re.compile(
    r"(?<!被)(?:谈话人|主谈人?|约谈人)(?:有|是|为)?[:：\s]{0,3}(?P<list>[^,，。;；:：\n]{1,24})"
)
_LABELLED: Final = re.compile(
    r"(?:记录(?:人|员)?|谈话人|主谈人?|对象|陪同(?:人员?)?|参加(?:人员?)?|列席)(?:有|是|为)?[:：\s]{0,3}$"
)
_FORBIDS: Final = re.compile("(?:别|不要|不准|不得|不许|勿|不能)$")
_MET: Final = re.compile(
    r"(?P<p>[^,，。;；\s]{0,9}(?:里|上|内|楼下|门口|走廊|室|厅|院|场))?(?:碰[见到上]|遇[见到上]|撞见|叫来|找来)了?(?P<s>[\u4e00-\u9fff]{2,4})"
)
_HELD: Final = re.compile("(?<=..)(?:上了|开了|作了|做了|进行|开展|讲了)")
_INSIDE: Final = re.compile("(?:班子|委|局|科|处|单位|院|校)[里上中内]$")
_GIVEN: Final = re.compile("[\u4e00-\u9fff](?=[见谈聊说做作开进,，、。;；\\s]|$)(?<![见谈聊说做作开进在])")
_SOME: Final = re.compile("[两二三四五六七八九十几\\d]+[名位个](?!区|县|市|镇|乡|村|月)")
_JOINT: Final = re.compile(r"[\s的:：,，(（]{0,2}")
_MEETING: Final = frozenset({"小会", "大会", "例会"})
_UNIT_NAME: Final = re.compile("..+(?:区|局|科|办|镇|乡|街道|公司|集团|中心|处|室)")
_JOINED: Final = re.compile(r"[跟找约与同和对](?=[^跟找约与同和对]*$)")
_BETWEEN: Final = re.compile(r"[、和与及\s]+")
_WHOSE: Final = re.compile(r".*(?:的|同志)")


def named(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with people where the words and their neighbours leave no doubt."""
    given = _places_counted(text, [each for each in stretches if not _pupils(text, each)])
    drawn: list[Stretch] = []
    for at, each in enumerate(given):
        after = given[at + 1] if at + 1 < len(given) else None
        drawn += _redrawn(text, drawn, each, after)
    return _ranked(text, _forbidding(text, [_with_surname(text, each) for each in drawn]))


def _with_surname(text: str, stretch: Stretch) -> Stretch:
    """A name behind a label begins right behind it: 记录人丁小雨."""
    start = stretch.start - 1
    cut = stretch.tag in "swrc" and start > 0 and text[start] in load_words().surnames
    return (
        replace(stretch, start=start)
        if cut and _LABELLED.search(text, max(0, start - 12), start)
        else stretch
    )


def _forbidding(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """管住手下人别 + 跟医药代表加微信 are one demand."""
    given: list[Stretch] = []
    for each in stretches:
        last = given[-1] if given else None
        joined = last is not None and last.tag in _CONTENT and last.end == each.start and each.tag in _CONTENT
        if last is not None and joined and _FORBIDS.search(text, last.start, last.end):
            given[-1] = Stretch("q", last.start, each.end)
        else:
            given.append(each)
    return given


def _places_counted(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """河口、河东三个区的局长 is a group, however it was cut, unless those before the number are people."""
    found = next((each for each in _SEVERAL.finditer(text) if _cut_up(text, each, stretches)), None)
    if found is None:
        return list(stretches)
    apart = [each for each in stretches if each.end <= found.start() or found.end() <= each.start]
    return sorted((*apart, Stretch("g", *found.span())), key=lambda each: each.start)


def _cut_up(text: str, found: re.Match[str], stretches: Sequence[Stretch]) -> bool:
    inside = [each for each in stretches if each.start < found.end() and found.start() < each.end]
    people = any(each.tag in "sw" and is_person(text[each.start : each.end]) for each in inside)
    return bool(inside) and all(each.tag in "sgu" for each in inside) and not people


def _pupils(text: str, stretch: Stretch) -> bool:
    """Whether 高三 is the year of a class, not somebody's name."""
    known = stretch.tag in "swc" and _CLASS.fullmatch(text, stretch.start, stretch.end)
    return bool(known and _PUPILS.match(text, stretch.end))


def _redrawn(text: str, before: Sequence[Stretch], each: Stretch, after: Stretch | None) -> list[Stretch]:
    """What one stretch becomes beside its neighbours; content that is people, or whose unit, and all else as it is."""
    if each.tag in "sg":
        return _body(text, before, each, after)
    beside = _Beside(text, before, each, after)
    if each.tag == "u":
        return [replace(each, tag="g")] if _is_party(beside) else [each]
    if each.tag == "r":
        return (
            []
            if beside.after_gap == "" and beside.next_tag == "r" and not is_person(beside.words)
            else [each]
        )
    if each.tag not in _CONTENT:
        return [each]
    drawn = (draw(beside) for draw in (_posted, _name, _led_up, _rank, _met, _unit))
    return next((found for found in drawn if found is not None), [each])


@dataclass(frozen=True, slots=True)
class _Beside:
    """A stretch with those before it and the one behind it."""

    text: str
    before: Sequence[Stretch]
    each: Stretch
    after: Stretch | None

    @property
    def words(self) -> str:
        """Its words."""
        return self.text[self.each.start : self.each.end]

    @property
    def last_tag(self) -> str:
        """The tag before it, "" where none is."""
        return self.before[-1].tag if self.before else ""

    @property
    def gap(self) -> str:
        """The text between it and the stretch before."""
        return self.text[self.before[-1].end : self.each.start] if self.before else ""

    @property
    def next_tag(self) -> str:
        """The tag behind it, "" where none is."""
        return self.after.tag if self.after else ""

    @property
    def after_gap(self) -> str:
        """The text between it and the stretch behind."""
        return self.text[self.each.end : self.after.start] if self.after else self.text[self.each.end :]

    def part(self, tag: str, start: int, end: int) -> Stretch:
        """A part of it, by offsets in its words."""
        return Stretch(tag, self.each.start + start, self.each.start + end)


def _is_party(beside: _Beside) -> bool:
    """Whether a unit and title count several, with nobody named beside them: 新提任的8名科长."""
    named = beside.next_tag in ("s", "w") and _JOINT.fullmatch(beside.after_gap)
    return not named and not _any(beside.before, "s") and _SOME.search(beside.words) is not None


def _posted(beside: _Beside) -> list[Stretch] | None:
    """广告公司小程总 in a list of people; 发改局的江河 where nobody is named yet."""
    found = _POSTED.fullmatch(beside.words)
    if found is None or not is_person(found["s"]):
        return None
    listed = (beside.last_tag == "s" and _NEXT.fullmatch(beside.gap)) or (
        beside.next_tag in ("u", "s") and beside.after_gap == "、"
    )
    first = "的" in beside.words and not _any(beside.before, "sug")
    return (
        [beside.part("u", *found.span("u")), beside.part("s", *found.span("s"))] if listed or first else None
    )


def _name(beside: _Beside) -> list[Stretch] | None:
    """A bare name behind a unit and title, where nobody else is named."""
    behind = beside.last_tag == "u" and _APART.fullmatch(beside.gap) and beside.next_tag not in ("s", "g")
    bare = behind and len(beside.words) in (_PAIR, _PAIR + 1) and is_person(beside.words)
    return [replace(beside.each, tag="s")] if bare and not _any(beside.before, "sg") else None


def _led_up(beside: _Beside) -> list[Stretch] | None:
    """跟那个科技局的一把手 is a unit and title."""
    found = _WITH.fullmatch(beside.words)
    return [beside.part("u", *found.span("u"))] if found and _ends_in_title(found["u"]) else None


def _rank(beside: _Beside) -> list[Stretch] | None:
    """代表党组与拟退休的总工 right before a name: what ends in a title is his."""
    if beside.next_tag != "s" or not _APART.fullmatch(beside.after_gap) or not _ends_in_title(beside.words):
        return None
    joint = _JOINED.search(beside.words)
    return [beside.part("u", joint.end() if joint else 0, len(beside.words))]


def _met(beside: _Beside) -> list[Stretch] | None:
    """楼道里碰见蓝天 is a place and somebody."""
    found = _MET.fullmatch(beside.words)
    if found is None or not is_person(found["s"]):
        return None
    room = [beside.part("p", *found.span("p"))] if found["p"] else []
    return [*room, beside.part("s", *found.span("s"))]


def _unit(beside: _Beside) -> list[Stretch] | None:
    """项目办 right before somebody is his unit."""
    near = beside.next_tag in ("s", "w", "r", "c") and _APART.fullmatch(beside.after_gap)
    if not near or not _UNIT_ALONE.fullmatch(beside.words):
        return None
    return [replace(beside.each, tag="u")] if beside.next_tag == "s" else []


def _body(text: str, before: Sequence[Stretch], each: Stretch, after: Stretch | None) -> list[Stretch]:
    """A group without what was done with it (全体党员上了一课); 班子里 beside names is nobody."""
    words = text[each.start : each.end]
    if each.tag == "g":
        done = _HELD.search(words)
        return [replace(each, end=each.start + done.start())] if done else [each]
    if words in _MEETING:
        return []
    if words in load_words().surnames and len(words) == _PAIR and _GIVEN.match(text, each.end):
        return [replace(each, end=each.end + 1)]
    last = before[-1] if before else None
    if last is not None and after is not None and last.tag == after.tag == "k" and _any(before, "s"):
        gaps = (text[last.end : each.start], text[each.end : after.start])
        if len(words) == _PAIR and all(gap in (" ", "、") for gap in gaps):
            return [replace(each, tag="k")]
    others = _any(before, "s") or (after is not None and after.tag == "s")
    return [] if others and _INSIDE.search(words) else [each]


def _any(stretches: Sequence[Stretch], tags: str) -> bool:
    return any(each.tag in tags for each in stretches)


def _ends_in_title(words: str) -> bool:
    return any(found.end() == len(words) for found in load_words().titles.finditer(words))


def _ranked(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """党组成员 before a name is his rank, not a group; 基建科 before 全体人员 is one group with it."""
    given = list(stretches)
    for at, (one, other) in enumerate(pairwise(stretches)):
        gap = text[one.end : other.start]
        words = text[one.start : one.end]
        if other.tag in "ws" and _APART.fullmatch(gap):
            rank = one.tag == "g" and _ends_in_title(words) and not _COUNTED.search(words)
            bare = one.tag in "ws" and gap.isspace() and words not in SELF
            bare = bare and (_ends_in_title(words) or _UNIT_NAME.fullmatch(words) is not None)
            bare = bare and not (is_person(words) and _ends_in_title(words))
            if (rank or bare) and is_person(text[other.start : other.end]):
                given[at] = replace(one, tag="u")
                if bare and other.tag == "w" and one.tag == "s":
                    given[at + 1] = replace(other, tag="s")
        if one.tag == "u" and other.tag in "sg" and not gap and _ALL.fullmatch(text, other.start, other.end):
            given[at] = Stretch("g", one.start, one.start)
            given[at + 1] = Stretch("g", one.start, other.end)
    return [_linked(text, each) for each in given if each.start < each.end]


def _linked(text: str, stretch: Stretch) -> Stretch:
    """和尚组长 at the head of a clause is 尚组长, talked with."""
    words = text[stretch.start : stretch.end]
    surname = stretch.tag == "s" and words[0] in "和与同" and words[1:2] in load_words().surnames
    heads = stretch.start == 0 or text[stretch.start - 1] in " ,，。;；:："
    return (
        replace(stretch, start=stretch.start + 1)
        if surname and heads and words[2:] in load_words().short_titles
        else stretch
    )


def labelled_talkers(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with those named behind 谈话人 whom the tagger left out: 谈话人我和委里的岳主任."""
    found = _LABEL.search(text)
    if found is None:
        return list(stretches)
    added: list[Stretch] = []
    start = found.start("list")
    for part in _parts(found["list"]):
        at, end = start + part[0], start + part[1]
        free = not any(each.start < end and at < each.end for each in stretches)
        if not is_person(text[at:end]):
            break
        if free:
            added.append(Stretch("w", at, end))
    return sorted((*stretches, *added), key=lambda each: each.start)


def _parts(words: str) -> list[tuple[int, int]]:
    """Where the names of a list stand, without the unit before 的."""
    parts: list[tuple[int, int]] = []
    at = 0
    for joint in (*_BETWEEN.finditer(words), None):
        end = joint.start() if joint else len(words)
        whose = _WHOSE.match(words, at, end)
        start = whose.end() if whose and whose.end() < end else at
        if start < end:
            parts.append((start, end))
        at = joint.end() if joint else end
    return parts
