"""What is demanded runs on: behind 让他, 要求 or 限 each clause is a demand until somebody answers or another word leads."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knowledge.talks.tagged import Stretch, covered
from knowledge.talks.words import flat, hints_of

_WHOM: Final = r"(?:他们?|她们?|其|该同志|对方|大家|[两二三四五六七八九几]位?个?人|◇+|老.|小.)"
_LEAD: Final = re.compile(
    rf"(?:要求|责令|责成|叮嘱|嘱咐|告诫|督促|敦促){_WHOM}?(?:同志)?[:,]?"
    rf"|提醒{_WHOM}(?:同志)?(?=[不别要同把先守管按])"
    rf"|(?<![不没])(?:让|叫|劝|催|要|请){_WHOM}(?:同志)?"
    r"|(?<![不没])[让叫劝]我(?!跟|和|陪|一起|登|记|补|录|报|代|帮|写个?谈|先?登|来?填|把这|把[^,。;]{0,14}谈话)"
    r"|(?<![无权时有期局])限(?=◆)"
)
"""◆ stands for a deadline, ◇ for somebody."""
_STOP: Final = re.compile(r"[。!?\n]")
_BREAK: Final = re.compile(r"[,;、\s]+|(?<=◆)并|$")
_TURN: Final = re.compile(
    r"(?:[他她]们?(?!的)|对方|本人|[两二三四五]位?个?人|大家|双方|局长|书记|◇+(?:同志)?)(?!别|先|不[准得要许])"
    r"|我(?!们)|(?:也|都|均|当场)(?:表|答|认|没|说|签|应|点)"
    r"|表示|表态|态度|承认|答应|认账|认错|记录|陪|参加|在场|列席|问题|指出|反映|点[出到了明]|原因|因为?|说[他她]|类型|时间|地点|对象"
    r"|[算按归记]|属于|谈话|补[录记登]|当时|没别的|其他|其它|另外|还[聊谈]|[聊谈]|通报|做了|作了|◎"
)
_PAST: Final = re.compile(r"谈|记录|[^,。;]*(?:陪同|在场|参加)$")
_ORDER: Final = re.compile(
    r"别|不要|不准|不得|不许|少|把|先|再|每|重新|逐|尽快|必须|抓紧|立即|马上|一律|该|有[事问]|以后|今后|凡"
)
_AHEAD: Final = re.compile(r"[^。!?\n]*?(?:我[说讲定]|建议|提醒)")
"""What may lead to demands beside the sure leads."""
_NONE: Final = re.compile(r"没[^,。;]{0,4}$")
"""没提什么要求 leads to none."""
_CALLED: Final = re.compile(r"过来|来[谈我]|到|一起|上来|出去")
_COMMA: Final = re.compile(r"[,、;]\s?")
_CUE: Final = re.compile(r"[表认说答承同接愿哭笑谢服解保诚虚检叹]|点头|态度|没|情绪|满意")
_UTTERED: Final = re.compile("[也都均]?(?:当场)?(?:表[态示]|承认|说|讲|认[错账了]|点头|检讨|没|很|答应|保证)")
_HANDED_IN: Final = re.compile(
    r"(?:给我|向我|再|要|必须)?(?:回话|回个话|看|写来|送来|拿来|送达|回复|完成|办结|办完|见效|到位|给|交|上?报|交上来|报上来|报给?我|交给?我|报报?结果|交差)"
)
"""What says only until when: 27号前给我回话."""
_LEAST: Final = 2
_BLAME: Final = 4


def demanded(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with the run of demands behind each sure lead drawn whole."""
    plain = _masked(flat(text), stretches)
    told = covered(stretches, len(plain), "kbqaz")
    kept = list(stretches)
    for found in tuple(_LEAD.finditer(plain)):
        begun = max(found.start() - 1, 0)
        denied = _NONE.search(plain, max(found.start() - 6, 0), found.start())
        if not denied and (begun == found.start() or told.find(0, begun, found.end() + 1) >= 0):
            kept = _run(plain, found.start(), found.end(), kept)
    return kept


def complained(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """What goes on from a problem, before any word that leads to a demand, is a problem still: …没人管,开庭老改期,让他."""
    plain = _masked(flat(text), stretches)
    leads = [found.start() for found in _LEAD.finditer(plain)]
    given: list[Stretch] = []
    for each in stretches:
        last = given[-1] if given else None
        stop = _STOP.search(plain, each.end)
        sentence = stop.start() if stop else len(plain)
        led = any(each.end <= lead < sentence for lead in leads) or _AHEAD.match(plain, each.end)
        if led and _goes_on(plain, last, each):
            given.append(replace(each, tag="b"))
        else:
            given.append(each)
    return given


def _goes_on(plain: str, last: Stretch | None, each: Stretch) -> bool:
    """Whether a demand follows a problem right away, or an answer without any word of answering blames."""
    if each.tag == "q":
        behind = last is not None and last.tag == "b" and _COMMA.fullmatch(plain, last.end, each.start)
        return bool(behind) and not _ORDER.match(plain, each.start)
    words = plain[each.start : each.end]
    return (
        each.tag == "a"
        and not _CUE.search(words)
        and hints_of(words).startswith("1")
        and len(words) >= _BLAME
    )


def _masked(plain: str, stretches: Sequence[Stretch]) -> str:
    """The text with people, deadlines and recorders as signs, so that rules need not know their words."""
    characters = list(plain)
    for each in stretches:
        sign = {"s": "◇", "u": "◇", "l": "◆", "r": "◎", "c": "◎", "y": "◎"}.get(each.tag)
        if sign:
            characters[each.start : each.end] = sign * (each.end - each.start)
    return "".join(characters)


def _run(plain: str, lead: int, start: int, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches after one lead is followed to the end of its run."""
    kept = list(stretches)
    for number, (left, right) in enumerate(_clauses(plain, start)):
        first = max(bisect_left(kept, left, key=_start) - 1, 0)
        last = bisect_left(kept, right, key=_start)
        inside = [each for each in kept[first:last] if left < each.end]
        if not number:
            inside = [_asked(plain, each, left) for each in inside]
        if (number and _TURN.match(plain, left)) or any(each.tag in "acrxyz" for each in inside):
            break
        drawn = _drawn(plain, (lead if not number else left, left, right), inside, first=not number)
        if drawn is None:
            continue
        kept[last - len(inside) : last] = sorted(drawn, key=_start)
    return kept


def _asked(plain: str, each: Stretch, left: int) -> Stretch:
    """What stands right behind 让他 is asked of him, though it reads like an answer: 让他认领整改."""
    asked = each.tag == "a" and left <= each.start <= left + 1 and not _UTTERED.match(plain, each.start)
    return replace(each, tag="q") if asked else each


def _start(stretch: Stretch) -> int:
    return stretch.start


def _clauses(plain: str, start: int) -> Iterator[tuple[int, int]]:
    ended = _STOP.search(plain, start)
    end = ended.start() if ended else len(plain)
    at = start
    while at < end:
        found = _BREAK.search(plain, at, end)
        right = found.start() if found else end
        if right > at:
            yield at, right
        at = found.end() if found and found.end() > at else right + 1


def _drawn(
    plain: str, span: tuple[int, int, int], inside: Sequence[Stretch], *, first: bool
) -> list[Stretch] | None:
    """The stretches of one clause of a run; None where it is left as it is."""
    lead, left, right = span
    content = [each for each in inside if each.tag in "kbq"]
    if content:
        return [
            replace(each, tag="q", start=max(each.start, left) if each.start >= lead else each.start)
            if each.tag in "kbq"
            else each
            for each in inside
        ]
    dues = [each for each in inside if each.tag == "l"]
    others = [each for each in inside if each.tag != "l"]
    start = max([left, *(each.end for each in dues)])
    rest = plain[start:right].strip("内前,的◆ ")
    elsewhere = any(each.tag == "p" and right - each.end >= _LEAST for each in others)
    if (not first and _HANDED_IN.fullmatch(rest)) or _CALLED.match(rest):
        return None
    if len(rest) < _LEAST or _PAST.search(rest) or not (first or dues or elsewhere or _ORDER.match(rest)):
        return None
    if any(each.tag not in "pust" for each in others):
        return None
    return [*(each for each in dues if each.end <= start), Stretch("q", start, right)]
