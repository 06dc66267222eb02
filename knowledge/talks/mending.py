"""Second thoughts on what the tagger drew: rules that hold whatever the sentence is about."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from knowledge.talks.gaps import filled
from knowledge.talks.leading import led
from knowledge.talks.people import SELF, is_clerk
from knowledge.talks.tagged import Author, Stretch

_LISTED: Final = re.compile(r"\s*(?:、|和|以及|及|与|并|,和|，和)\s*")
_CONTENT: Final = frozenset("kbq")
_PEOPLE: Final = frozenset("wsrce")
_FORM_WORDS: Final = frozenset(
    {
        "时间",
        "地点",
        "记录",
        "类型",
        "对象",
        "内容",
        "要点",
        "开展",
        "进行",
        "补登",
        "补录",
        "补记",
        "录入",
        "登记",
    }
)
_LOG_WISH: Final = re.compile(
    r"(?:请|麻烦|帮我?忙?)?(?:先)?(?:记|登|录|存|补)(?:上|录|记|登|入|档|个|一)*(?:下|笔|条|底)?"
)
_PARTY: Final = re.compile(
    r"的[一二三四五六七八九十两几\d]+(?:家|[个名位]?(?:单位|部门|局|街道|乡镇|镇|乡|村|同志|干部))$"
)
_WEAKNESS: Final = re.compile(r"(?:风险|隐患|漏洞|苗头|短板|不足|矛盾|盲区|缺口)$")
_NUMBER: Final = re.compile(r"[,，;；。\s]*(?:\(?\d{1,2}[.、)）]?|[一二三四五六七八九十]是|[①-⑩])\s*")
_RECORDS: Final = re.compile(r"(?:同志)?(?:做的?|作的?|负责)?(?:记录|记的|执笔|整理)(?![不缺混])")
_RECORDED_BY: Final = re.compile(r"记录(?:人|员)?[:：是为 ]{1,2}$")
_BESIDE: Final = re.compile(
    r"(?:同志)?(?:也|都)?(?:(?:一起|一同|一块儿?|一道)(?=.{0,3}[跟找同与对约给去])|陪同|陪谈|参加|在场|列席|陪着|旁听)"
)
_AFTER_WITH: Final = re.compile(
    r"(?:^|[,，。;；:：!！?？\s\d日天午点半分])(?:[^,，。;；\s]{0,10})?[跟同与找向]$"
)
_ANSWER: Final = re.compile(
    r"(?:[他她]们?|对方|本人|两人|二人)(?:也|都|均)?(?:说|表示|表态|承认|答应|保证|讲)[:：,，]?$"
)
_WITH: Final = re.compile(r"[^,，。;；!！?？\n]{0,24}?(?:跟|找|对|约|同|与|和|给|向)")
_LABEL: Final = re.compile(
    r"(?P<q>要求|措施|整改|责成)[^,，。;；:：、\n]{0,4}[:：]|(?P<b>问题|指出|点出|毛病|不足|事由)[^,，。;；:：、\n]{0,4}[:：]"
    r"|(?P<other>[^,，。;；:：、\d\s]{2,4}[:：])"
)
_LABEL_ENDS: Final = re.compile(r"[。\n]|期限|时限|要求|指出|表示|表态")


def mended(
    text: str, author: Author, stretches: Sequence[Stretch], days: Sequence[tuple[str, int, int]] = ()
) -> tuple[Stretch, ...]:
    """The stretches after all rules. `days`: where days, times and deadlines stand, which are never people."""
    kept = [each for each in stretches if not _mistaken(text, each, days)]
    kept = _roles(text, author, _parties(text, kept))
    kept = _answers(text, _labelled(text, led(text, _numbered(text, _alike(text, kept)))))
    return tuple(filled(text, _headed(text, author, kept)))


def _mistaken(text: str, stretch: Stretch, days: Sequence[tuple[str, int, int]]) -> bool:
    """Whether a stretch is a day taken for a person, a word of the form, or the wish to have it logged."""
    words = text[stretch.start : stretch.end]
    if stretch.tag in _PEOPLE:
        return words in _FORM_WORDS or any(
            start <= stretch.start and stretch.end <= end for _, start, end in days
        )
    return stretch.tag in _CONTENT and _LOG_WISH.fullmatch(words) is not None


def _parties(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """排名靠后的三个单位 is no problem: it is the group talked with, or says who the named ones are."""
    named = any(each.tag in "sg" for each in stretches)
    kept: list[Stretch] = []
    for each in stretches:
        if each.tag not in _CONTENT or not _PARTY.search(text[each.start : each.end]):
            kept.append(each)
        elif not named:
            kept.append(replace(each, tag="g"))
    return kept


def _roles(text: str, author: Author, stretches: Sequence[Stretch]) -> list[Stretch]:
    """People put right by the word beside them: 小池做记录, 黄磊一起; and who follows 跟 did not talk."""
    given = [_role(text, each) for each in stretches]
    if not any(each.tag in "su" for each in given):
        given = list(stretches)
    if is_clerk(author):
        return given
    alone = not any(each.tag in "sg" for each in given)
    return [
        replace(each, tag="s")
        if each.tag == "w" and _another(text, each) and (alone or _AFTER_WITH.search(text[: each.start]))
        else each
        for each in given
    ]


def _another(text: str, talker: Stretch) -> bool:
    """Whether a talker is named otherwise than 我: who writes for himself and names one person talked with him."""
    return text[talker.start : talker.end] not in SELF


def _role(text: str, stretch: Stretch) -> Stretch:
    if stretch.tag not in "sw":
        return stretch
    before, after = text[: stretch.start], text[stretch.end :]
    if _RECORDS.match(after) or _RECORDED_BY.search(before):
        return replace(stretch, tag="r")
    if stretch.tag == "s" and _BESIDE.match(after):
        return replace(stretch, tag="c")
    return stretch


def _answers(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A demand that the subject himself utters (他说今后一定推掉) is his answer."""
    return [
        replace(each, tag="a") if each.tag == "q" and _ANSWER.search(text[: each.start]) else each
        for each in stretches
    ]


def _alike(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Items parted by 、 are topics, problems or demands together: the kind of most, of the first where even."""
    runs: list[list[Stretch]] = []
    for each in stretches:
        last = runs[-1][-1] if runs else None
        if last is not None and _one_list(text, last, each):
            runs[-1].append(each)
        else:
            runs.append([each])
    mended_runs: list[Stretch] = []
    for run in runs:
        kind = Counter(each.tag for each in run).most_common(1)[0][0]
        mended_runs += [each if each.tag == kind else replace(each, tag=kind) for each in run]
    return mended_runs


def _numbered(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A risk or a gap numbered in one list with a problem (1… 2…) is a problem, not a topic."""
    given = list(stretches)
    for at, each in enumerate(given):
        beside = [other for other in given[max(at - 1, 0) : at + 2] if other.tag == "b"]
        gaps = (text[min(each.end, one.end) : max(each.start, one.start)] for one in beside)
        if (
            each.tag in "kq"
            and _WEAKNESS.search(text[each.start : each.end])
            and any(map(_NUMBER.fullmatch, gaps))
        ):
            given[at] = replace(each, tag="b")
    return given


def _one_list(text: str, last: Stretch, each: Stretch) -> bool:
    return {last.tag, each.tag} <= _CONTENT and bool(_LISTED.fullmatch(text[last.end : each.start]))


def _labelled(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """What stands under a label (要求:1.… 2.…, 问题:…) is what the label says."""
    labels = [(found.end(), found.lastgroup or "") for found in _LABEL.finditer(text)]
    under = [(each, _under(text, each, labels)) for each in stretches]
    return [replace(each, tag=kind) if kind else each for each, kind in under]


def _under(text: str, stretch: Stretch, labels: Sequence[tuple[int, str]]) -> str:
    """The kind of the label over a topic, problem or demand; "" where none is."""
    over = [label for label in labels if label[0] <= stretch.start]
    if stretch.tag not in _CONTENT or not over or _LABEL_ENDS.search(text[over[-1][0] : stretch.start]):
        return ""
    return over[-1][1] if over[-1][1] in _CONTENT else ""


def _headed(text: str, author: Author, stretches: list[Stretch]) -> list[Stretch]:
    """In a clerk's sentence without a talker: of two people parted by 跟, 找, 对 … the first one talked."""
    if not is_clerk(author) or any(each.tag == "w" for each in stretches):
        return stretches
    people = [each for each in stretches if each.tag == "s"]
    for first, second in pairwise(people):
        if _WITH.match(text[first.end : second.start]):
            return [replace(each, tag="w") if each == first else each for each in stretches]
    return stretches
