"""Questions about the structure itself: lists, numbers, roles. Answered from the catalogue, complete and in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.catalogue import Catalogue, Measure
from yanlu.texts.answers import NEIGHBOUR

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMERAL = r"([0-9]{1,3}|[零一二两三四五六七八九十百]{1,5})"
_PART_AND_ITEM = re.compile(
    rf"第?{_NUMERAL}(?:大)?(?:部分|板块|块|章|篇)[的里中,，]*第{_NUMERAL}(?:项|条|点|款|个)"
)
_PART = re.compile(rf"第{_NUMERAL}(?:大)?(?:部分|板块|块|章|篇)")
_ITEM = re.compile(rf"第{_NUMERAL}(?:项|条|款)")
_LAST = re.compile(rf"(?:最后|末尾|末了|倒数(?:第{_NUMERAL})?)(?:的)?(?:那|这)?一?(?:项|条|点|个)")
_NEXT = re.compile(r"(?:下|后)(?:面)?(?:那)?一(?:项|条|点|个)|再往下|接着呢")
_BEFORE = re.compile(r"(?:上|前)(?:面)?(?:那)?一(?:项|条|点|个)")
_PLACE = re.compile(rf"第{_NUMERAL}(?:项|条|点|个)|那?第{_NUMERAL}呢")
_CODE = re.compile(r"(?<![0-9.])([1-4]|[一二三])[·.、点]([1-9])(?![0-9.])")
_LIST = re.compile(
    r"哪几|哪些|几项|几条|几个方面|几点|有什么|有啥|都有|都讲|讲了什么|列出|列一下|列一列|逐项|逐条|全部|所有|内容|清单式|罗列|盘点|说了啥|写了啥|讲啥"
)
_TOTAL = re.compile(
    r"(一共|总共|共|合计|全文|整个|措施).{0,8}(多少|几)(项|条|部分|个部分)|全部措施|所有措施|22项"
)
_DUTY = re.compile(
    r"做什么|干什么|干啥|做啥|该做|该干|要做|职责|责任|义务|任务|要求我|管什么|管啥|抓什么|抓啥|有哪些事|怎么履职"
)
_SELF = re.compile(r"我是|作为|本人是|当了|我当|我们?这些|我这个|身为|担任")
_OBJECTS: Final = (
    (3, re.compile(r"对?下级(领导)?班子")),
    (2, re.compile(r"同级(领导)?班子|同级监督")),
    (1, re.compile(r"对?[“\"]?一把手[”\"]?的?监督")),
)


@dataclass(frozen=True, slots=True)
class Structured:
    """What a structure query asks for. kind list/item/role; missing: a number that no measure has."""

    kind: Literal["list", "item", "role", "missing"]
    measures: tuple[Measure, ...]
    name: str = ""


def number(numeral: str) -> int:
    """An Arabic or Chinese numeral below 1000 as a number. Unreadable ones give 0."""
    if numeral.isdigit():
        return int(numeral)
    total = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[character]
            digit = 0
    return total + digit


def structured(question: str, catalogue: Catalogue, before: str | None = None) -> Structured | None:
    """What a (plain) question asks of the structure; None when it asks of the content.

    `before` is the question asked before it, for 第二项呢 and 下一项; needed only where `relative` holds.
    """
    earlier = next(_readings(before, catalogue), None) if before else None
    relative = _relative(question, earlier, catalogue)
    return relative or next(_readings(question, catalogue), None)


def relative(question: str) -> bool:
    """Whether a (plain) question may name an item by what was asked before."""
    return any(words.search(question) for words in (_LAST, _PLACE, _NEXT, _BEFORE))


def _relative(question: str, earlier: Structured | None, catalogue: Catalogue) -> Structured | None:
    """An item told by its place in the part just named, or beside the item just read."""
    part = _PART.search(question)
    last = _LAST.search(question)
    if part and last:
        measures = catalogue.part(number(part[1]))
        return _item(number(part[1]), len(measures) + 1 - number(last[1] or "一"), last.group(), catalogue)
    if part or earlier is None or not earlier.measures or earlier.kind not in {"list", "item"}:
        return None
    if last:
        return _pick(earlier.measures, len(earlier.measures) - number(last[1] or "一"), last.group())
    place = _PLACE.search(question)
    if place and earlier.kind == "list":
        return _pick(earlier.measures, number(place[1] or place[2]) - 1, place.group())
    step = 1 if _NEXT.search(question) else -1 if _BEFORE.search(question) else 0
    if earlier.kind != "item" or not (step or place):
        return None
    siblings = catalogue.part(earlier.measures[0].part)
    target = number(place[1] or place[2]) - 1 if place else siblings.index(earlier.measures[0]) + step
    return _pick(siblings, target, place.group() if place else NEIGHBOUR)


def _pick(measures: tuple[Measure, ...], index: int, name: str) -> Structured:
    if 0 <= index < len(measures):
        return Structured("item", (measures[index],), name)
    return Structured("missing", measures, name)


def _readings(question: str, catalogue: Catalogue) -> Iterator[Structured]:
    found = _PART_AND_ITEM.search(question) or _CODE.search(question)
    if found:
        yield _item(number(found[1]), number(found[2]), found.group(), catalogue)
        return
    found = _PART.search(question)
    if found:
        measures = catalogue.part(number(found[1]))
        yield Structured("list" if measures else "missing", measures, found.group())
        return
    found = _ITEM.search(question)
    if found:
        yield _numbered(number(found[1]), found.group(), catalogue)
        return
    if _TOTAL.search(question):
        yield Structured("list", catalogue.numbered, "全文")
        return
    if _LIST.search(question):
        yield from _part_by_name(question, catalogue)
    yield from _role(question, catalogue)


def _item(part: int, place: int, name: str, catalogue: Catalogue) -> Structured:
    measures = catalogue.part(part)
    if part in {1, 2, 3} and 1 <= place <= len(measures):
        return Structured("item", (measures[place - 1],), name)
    return Structured("missing", measures if part in {1, 2, 3} else (), name)


def _numbered(place: int, name: str, catalogue: Catalogue) -> Structured:
    """第N条 without a part: the official text has no such numbers; ours count through the parts."""
    measures = catalogue.numbered
    return Structured("missing", (measures[place - 1],) if 1 <= place <= len(measures) else (), name)


def _part_by_name(question: str, catalogue: Catalogue) -> Iterator[Structured]:
    if not re.search(
        r"几项|几条|哪几|哪些(措施|要求|内容|规定|办法|招)|几个方面|列|全部|所有|逐|有什么(措施|要求|规定)|都有",
        question,
    ):
        return
    for part, pattern in _OBJECTS:
        if pattern.search(question):
            yield Structured("list", catalogue.part(part), catalogue.parts[part].name)
            return


def _role(question: str, catalogue: Catalogue) -> Iterator[Structured]:
    if not (_DUTY.search(question) and _SELF.search(question)) or len(question) > 30:
        return
    names = sorted(
        (
            (alias, role)
            for role in catalogue.roles
            for alias in (role.name.replace("“", "").replace("”", ""), *role.aliases)
        ),
        key=lambda pair: -len(pair[0]),
    )
    for alias, role in names:
        if alias in question:
            yield Structured("role", tuple(catalogue.measure(id_) for id_ in role.measures), role.name)
            return
