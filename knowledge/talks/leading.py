"""Words that leave no doubt of what follows them: 要求 a demand, 指出 a problem, 围绕 a topic.

The tagger weighs them beside all else; where one stands right before, it decides, and what the tagger left out behind
it is taken in.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knowledge.talks.substance import is_wrong
from knowledge.talks.tagged import Stretch, covered
from knowledge.talks.words import flat

_WHOM: Final = r"(?:他们?|她们?|其|该同志|对方|大家|二人|两人|老.|小.|◇+)?"
_COUNT: Final = r"(?:[了出]?(?:以下|如下)?[两二三四五六七八\d]+[点条个项](?:问题|不足|意见)?)"
_SURE: Final = re.compile(
    rf"(?P<q>(?:提出|明确|我|并|书记|局长)?(?:要求|责令|责成|叮嘱|嘱咐|告诫|强调|督促|(?:反复|再三)?(?:强调|交代|讲明)|明确|提[了出]?[两二三四五六七八\d]?[点条项](?:要求|希望)?[:,])"
    rf"{_WHOM}(?:如下)?[:,]?)"
    rf"|(?P<b>(?:指出(?!的)|点出|点明|点到|点了(?![名头点])|(?:主要)?反映(?![到给过])的?是?|原因是?|起因是?|事由是?|(?<![原起])因为?(?![公私故病事]|对方|此)|毛病(?:主要|就)?[是在]|存在(?!的)|承认了?"
    r"|问题(?:主要|就)?[是在]|(?<![\u4e00-\u9fff])(?:主要)?问题(?=[ 、])|(?<![听据])说[他她](?!们?[自的来去会要想])"
    rf"|群众反映|有人反映(?![到给过])|有人投诉|当事人反映|批评了?(?!教育)){_WHOM}{_COUNT}?(?:[: ]|(?<=[出是因映点]),)?)"
    r"|(?P<k>(?:围绕|内容是|通报了?|听取了?|交流了?|传达了?)[:,]?)"
    r"|(?P<t>(?:主要)?[聊谈说讲问]的是?|主要[聊谈说讲][的了]?(?:的?是)?|了解了?|听了听|问了问|征求了|(?:话题|主题|议题)[是为:]?)"
)
_MATTER: Final = re.compile(
    rf"(?:提醒|点了(?![名头点])|批评了?(?!教育)){_WHOM}(?P<b>[^,。;!?\s]{{4,24}}?)(?:的事儿?|的问题|的毛病|的情况|这个事|这事)"
)
_TALKED: Final = re.compile(
    rf"(?:谈了谈|聊了聊|说了说|讲了讲|[谈聊说讲]了?(?:一下|一会儿?|半天|几句)|[谈聊说讲]了下)(?:关于)?{_WHOM}"
    r"(?P<k>[^,。;!?\s◇]{4,24}?)的(?:事儿?|(?P<b>问题|毛病)|情况)"
)
_NOTHING: Final = re.compile(
    r"[了过]|得|[一两几半].{0,3}(?:会|阵|句|次|回|个|下|小时|分钟)|[他她我]|谈|心|话"
)
_DONE: Final = re.compile(r"[他她们其人]$|^点了")
"""点了他, ends there: what follows is no longer what he was told off for."""
_NONE: Final = re.compile(r"没[^,。;]{0,4}$")
_COUNTED: Final = re.compile(rf"{_COUNT}[:, ]*(?:一是|\(?1[.、)]|①)?\s*$")
_CHAT: Final = re.compile("聊|话题|主题|议题")
_EXCUSE: Final = re.compile(r"[因由于为]*(?:当时|那阵|那几天|那会|那时|那段|那天)")
_ENDED: Final = re.compile(r"[,。;!?\s]|$")
_BROKEN: Final = re.compile(r"[,。;!?\s]")
_NEAR: Final = 8
"""Unmarked words that may stand between a lead and what it leads to."""
_FOLLOWED: Final = re.compile(
    r"\s*(?:[、,;]|和|以及|并|[,;。]?\s*(?:[一二三四五六七八九]是|\(?\d{1,2}[.、)]|[①-⑩]))?\s*(?:[一二三四五六七八九]是|\(?\d{1,2}[.、)]|[①-⑩])?\s*"
)
_CONTENT: Final = frozenset("kbq")
_LEAST: Final = 3


def led(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches, those right behind a sure lead of the kind it leads to, and what was left out behind one added."""
    plain = _masked(flat(text), stretches)
    later = any(each.tag == "x" for each in stretches)
    kept = [
        replace(each, tag="z") if later and _excuses(plain, each) else _cut(plain, each) for each in stretches
    ]
    for kind, start in tuple(_leads(plain, kept, later=later)):
        at = _first_behind(plain, start, kept)
        if at is None:
            for added in _left_out(plain, start, kind, kept):
                kept.insert(bisect_left(kept, added.start, key=_start), added)
        elif kind == "t":
            kept[at] = _chatted(plain, start, kept[at])
        elif kind != "k" or kept[at].tag == "q":
            _follow(plain, at, kind, kept)
    return _talked_of(plain, kept)


def _talked_of(plain: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with what was talked over where nothing was drawn: 谈了谈窗口态度差的事."""
    taken = covered(stretches, len(plain))
    added = [
        Stretch("b" if found["b"] or is_wrong(found["k"]) else "k", *found.span("k"))
        for found in _TALKED.finditer(plain)
        if taken.find(1, *found.span("k")) < 0
    ]
    return sorted((*stretches, *added), key=_start)


def _cut(plain: str, stretch: Stretch) -> Stretch:
    """A stretch that takes its own lead in (因值庭时玩手机, 反复强调不沾公款) begins behind it and is of its kind."""
    found = _SURE.match(plain, stretch.start, stretch.end) if stretch.tag in _CONTENT else None
    if found is None or found.lastgroup not in ("b", "q") or stretch.end - found.end() < _LEAST:
        return stretch
    return Stretch(found.lastgroup, found.end(), stretch.end)


def _chatted(plain: str, start: int, stretch: Stretch) -> Stretch:
    """What was chatted about (聊的是) is a topic, however bad it sounds; what was said or told is what it is."""
    chat = stretch.tag in "abqz" and _CHAT.search(plain, max(start - 4, 0), start)
    return replace(stretch, tag="k") if chat else stretch


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
        done = (
            found.lastgroup == "b"
            and plain[found.end() : found.end() + 1] == ","
            and _DONE.search(found.group())
        )
        if done or _NONE.search(plain, max(found.start() - 6, 0), found.start()):
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
        if not _FOLLOWED.fullmatch(between) and (len(between) > _NEAR or _BROKEN.search(between)):
            return None
        if each.tag in _CONTENT or (each.tag in "az" and each.start - start <= 1):
            return index
        if each.tag != "l":
            return None
        at = each.end
    return None


def _follow(plain: str, at: int, kind: str, stretches: list[Stretch]) -> None:
    """Give the kind to the stretch and to the items listed with it (、 和 or numbers)."""
    first = stretches[at].tag
    counted = _COUNTED.search(plain, max(stretches[at].start - 10, 0), stretches[at].start)
    stretches[at] = replace(stretches[at], tag=kind)
    for index in range(at + 1, len(stretches)):
        before, each = stretches[index - 1], stretches[index]
        between = plain[before.end : each.start]
        listed = between.strip() in {"、", "和", "以及", "并"} or (
            (counted or each.tag == first) and _FOLLOWED.fullmatch(between)
        )
        if each.tag not in _CONTENT or not listed:
            return
        stretches[index] = replace(each, tag=kind)


def _left_out(plain: str, start: int, kind: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The rest of the clause behind a lead, where nothing in it is taken yet."""
    ended = _ENDED.search(plain, start)
    end = ended.start() if ended else len(plain)
    if kind == "t" and _NOTHING.match(plain, start, end):
        return []
    at = bisect_left(stretches, start, key=_start)
    if at < len(stretches) and stretches[at].tag == "l" and stretches[at].start == start:
        start, at = stretches[at].end, at + 1
    before = stretches[at - 1].end if at else 0
    if (
        end - start < (_LEAST if kind != "t" else 2)
        or before > start
        or (at < len(stretches) and stretches[at].start < end)
    ):
        return []
    return [Stretch("k" if kind == "t" else kind, start, end)] if kind != "k" else []
