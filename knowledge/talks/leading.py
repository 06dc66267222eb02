"""Words that leave no doubt of what follows them: 要求 a demand, 指出 a problem, 围绕 a topic.

The tagger weighs them beside all else; where one stands right before, it decides, and what the tagger left out behind
it is taken in.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knowledge.talks.tagged import Stretch, covered
from knowledge.talks.words import flat

_WHOM: Final = r"(?:他们?|她们?|其|该同志|对方|大家|二人|两人|老.|小.|◇+)?"
_SURE: Final = re.compile(
    rf"(?P<q>(?:提出|明确|我|并|书记|局长)?(?:要求|责令|责成|叮嘱|嘱咐|告诫|强调|督促|明确|提[了出]?[两二三四五六七八\d]?[点条项](?:要求|希望)?[:,])"
    rf"{_WHOM}(?:如下)?[:,]?)"
    rf"|(?P<b>(?:指出|点出|点明|原因是|起因是?|事由是?|(?<![原起])因为?|毛病(?:就)?是|问题(?:就)?是|群众反映|有人反映|有人投诉|当事人反映|批评了?)"
    rf"{_WHOM}[:,]?)"
    r"|(?P<k>(?:围绕|内容是|主题是|通报了?|听取了?|交流了?|传达了?)[:,]?)"
)
_MATTER: Final = re.compile(
    rf"(?:提醒|点了|批评了?){_WHOM}(?P<b>[^,。;!?\s]{{4,24}}?)(?:的事儿?|的问题|的毛病|这个事|这事)"
)
_EXCUSE: Final = re.compile(r"[因由于为]*(?:当时|那阵|那几天|那会|那时|那段|那天)")
_ENDED: Final = re.compile(r"[,。;!?\s]|$")
_FOLLOWED: Final = re.compile(
    r"\s*(?:[、,;]|和|以及|并|[,;。]?\s*(?:[一二三四五六七八九]是|\(?\d{1,2}[.、)]|[①-⑩]))?\s*(?:[一二三四五六七八九]是|\(?\d{1,2}[.、)]|[①-⑩])?\s*"
)
_CONTENT: Final = frozenset("kbq")
_LEAST: Final = 3


def led(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches, those right behind a sure lead of the kind it leads to, and what was left out behind one added."""
    plain = _masked(flat(text), stretches)
    later = any(each.tag == "x" for each in stretches)
    kept = [replace(each, tag="z") if later and _excuses(plain, each) else each for each in stretches]
    for kind, start in tuple(_leads(plain, kept, later=later)):
        at = _first_behind(plain, start, kept)
        if at is None:
            kept = sorted((*kept, *_left_out(plain, start, kind, kept)), key=_start)
        elif kind != "k" or kept[at].tag == "q":
            _follow(plain, at, kind, kept)
    return kept


def _start(stretch: Stretch) -> int:
    return stretch.start


def _masked(plain: str, stretches: Sequence[Stretch]) -> str:
    """The text with people as signs, so that a lead may stand before 他 or before a name."""
    characters = list(plain)
    for each in stretches:
        if each.tag in "su":
            characters[each.start : each.end] = "◇" * (each.end - each.start)
    return "".join(characters)


def _excuses(plain: str, stretch: Stretch) -> bool:
    """Whether a stretch of a later entry says why it is late: 因当时在外培训."""
    return stretch.tag in _CONTENT and _EXCUSE.match(plain[stretch.start : stretch.end]) is not None


def _leads(plain: str, stretches: Sequence[Stretch], *, later: bool) -> Iterator[tuple[str, int]]:
    """Kind and end of every sure lead that stands in no stretch. In a later entry 因 leads to its reason."""
    taken = covered(stretches, len(plain))
    for found in _SURE.finditer(plain):
        if later and found.group().startswith(("因", "原因")):
            continue
        if taken.find(1, *found.span()) < 0:
            yield found.lastgroup or "", found.end()
    for found in _MATTER.finditer(plain):
        yield "b", found.start("b")


def _first_behind(plain: str, start: int, stretches: Sequence[Stretch]) -> int | None:
    """The index of the topic, problem or demand that begins right behind a lead, deadlines and numbers passed over."""
    at = start
    for index in range(bisect_left(stretches, start, key=_start), len(stretches)):
        each = stretches[index]
        between = plain[at : each.start]
        if not _FOLLOWED.fullmatch(between) and len(between.strip()) > 1:
            return None
        if each.tag in _CONTENT:
            return index
        if each.tag != "l":
            return None
        at = each.end
    return None


def _follow(plain: str, at: int, kind: str, stretches: list[Stretch]) -> None:
    """Give the kind to the stretch and to the items listed with it (、 和 or numbers)."""
    first = stretches[at].tag
    stretches[at] = replace(stretches[at], tag=kind)
    for index in range(at + 1, len(stretches)):
        before, each = stretches[index - 1], stretches[index]
        between = plain[before.end : each.start]
        listed = between.strip() in {"、", "和", "以及", "并"} or (
            each.tag == first and _FOLLOWED.fullmatch(between)
        )
        if each.tag not in _CONTENT or not listed:
            return
        stretches[index] = replace(each, tag=kind)


def _left_out(plain: str, start: int, kind: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The rest of the clause behind a lead, where nothing in it is taken yet."""
    ended = _ENDED.search(plain, start)
    end = ended.start() if ended else len(plain)
    at = bisect_left(stretches, start, key=_start)
    if at < len(stretches) and stretches[at].tag == "l" and stretches[at].start == start:
        start, at = stretches[at].end, at + 1
    before = stretches[at - 1].end if at else 0
    if end - start < _LEAST or before > start or (at < len(stretches) and stretches[at].start < end):
        return []
    return [Stretch(kind, start, end)] if kind != "k" else []
