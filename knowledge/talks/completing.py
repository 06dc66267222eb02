"""What the tagger left out beside what it drew: the rest of a list, a complaint in a clause of its own."""

import re
from collections.abc import Sequence
from typing import Final

from knowledge.talks.substance import is_wrong
from knowledge.talks.tagged import Stretch, covered
from knowledge.talks.words import clauses, flat, hints_of

_LISTED: Final = re.compile(r"(?:、|和|以及|及|与)(?P<next>[^,。;!?\s、]{2,14})(?=[,。;!?\s、]|$)")
_NUMBER: Final = re.compile(r"[;；。,，\s]*[①-⑩]|[;；。,，\s]+\(?\d[、.)](?!\d)")
_NO_ITEM: Final = re.compile("谈|记录|一起|等|其他|补录|登记")
_GRUDGE: Final = re.compile("怨气|怨言|牢骚|意见(?:大|很大|多|不少)|告状|骂声|反弹|投诉(?:多|不断)")
_TOLD: Final = re.compile(
    "说|表示|表态|谈|聊|记|补|录|登|我|[他她]认|承认|态度|参加|在场|陪同|要求|请|让|别|不要|不得|不准|算|类型|时间|地点|没(?:问题|意见|啥|什么|有)|(?:投诉|反映|举报)$"
)
_LEAST: Final = 4
_MOST: Final = 20


def completed(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with the items and complaints that were left out."""
    plain = flat(text)
    kept = _listed(plain, [part for each in stretches for part in _numbered_apart(plain, each)])
    return sorted((*kept, *_complaints(plain, kept)), key=_start)


def _start(stretch: Stretch) -> int:
    return stretch.start


def _numbered_apart(plain: str, stretch: Stretch) -> list[Stretch]:
    """找关系②超时限③不报告 are three items."""
    marks = list(_NUMBER.finditer(plain, stretch.start, stretch.end)) if stretch.tag in "kbq" else []
    starts = [stretch.start, *(each.end() for each in marks)]
    ends = [*(each.start() for each in marks), stretch.end]
    return [Stretch(stretch.tag, start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _listed(plain: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """分工调整和互相补台: what goes on to the clause's end behind 和 is an item too."""
    kept = list(stretches)
    taken = covered(stretches, len(plain))
    for each in stretches:
        found = _LISTED.match(plain, each.end) if each.tag in "kbq" else None
        if found and taken.find(1, each.end, found.end()) < 0 and not _NO_ITEM.search(found["next"]):
            kept.append(Stretch(each.tag, *found.span("next")))
    return sorted(kept, key=_start)


def _complaints(plain: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A clause that complains, with nothing drawn in it: before the first demand where no problem is told, or beside one."""
    taken = covered(stretches, len(plain))
    first = min((each.start for each in stretches if each.tag in "ql"), default=-1)
    told = min((each.end for each in stretches if each.tag in "sgu"), default=len(plain))
    lacking = not any(each.tag in "bk" for each in stretches)
    problems = {each.start for each in stretches if each.tag == "b"}
    found: list[Stretch] = []
    for start, end in clauses(plain):
        words = plain[start:end]
        if taken.find(1, start, end) >= 0 or not _complains(words):
            continue
        beside = plain[end : end + 1] == "," and end + 1 in problems
        if (lacking and told <= start < first) or beside:
            found.append(Stretch("b", start, end))
    return found


def _complains(words: str) -> bool:
    wrong = is_wrong(words) or _GRUDGE.search(words) or hints_of(words) == "1"
    return bool(wrong) and _LEAST <= len(words) <= _MOST and not _TOLD.search(words)
