"""What stands in a sentence in so many words and the tagger left out: a place after 在, a recorder, a group."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from knowledge.talks.people import SELF
from knowledge.talks.tagged import Stretch
from knowledge.talks.words import clauses, flat, load_words, words_of

_PLACE: Final = re.compile(
    r"(?:(?<![现正存所实内])在|来到|地点[:是为 ]*)"
    r"(?P<p>[^,。;!?\s在]{0,16}?(?:室|厅|楼|楼道|村|院|院里|操场|现场|礼堂|食堂|车库|走廊|中心|馆|站|所|家里|屋里|车上|店里|库房|\d{3,4}))"
    r"(?=见|散步|单独|当面|一对一|边走|聊|说|跟|和|找|同|与|对|约|给|碰|遇|开|做|作|谈|召|进行|[,。;!?\s]|$)"
)
_NAME: Final = r"[\u4e00-\u9fff]{1,4}"
_RECORDER: Final = re.compile(
    rf"记录(?:人|员)?(?:[:是为 ]{{1,2}}(?P<after>我本人|{_NAME})|(?P<bare>[\u4e00-\u9fff]{{2,3}}))(?=[,。;!?\s]|$)"
    rf"|(?<![\u4e00-\u9fff])(?P<before>我|小[\u4e00-\u9fff]|{_NAME}?)(?:做的?|作的?|负责)?(?:记录(?:的|人)?|记的|执笔)(?=[,。;!?\s]|$)"
)
_ABOUT: Final = re.compile("要求|指出|问题|强调|内容|记录|委托")
_COUNT: Final = r"(?:全体|各|所有|[\d一二三四五六七八九十两几]+[多余]?[名个位家])"
_GROUP: Final = re.compile(
    rf"(?:对象[:是为 ]*|召集了?|对|跟|和|给|同|与|约谈了?|找)(?P<g>[^,。;!?、\s]{{0,12}}{_COUNT}[^,。;!?\s]{{2,14}}?)"
    r"(?=开展|进行|作|做|谈|开|集体|上|[,。;!?\s]|$)"
)


def filled(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with those of a place, a recorder and a group added where none is there."""
    plain = flat(text)
    kept = list(stretches)
    tags = {each.tag for each in stretches}
    if "p" not in tags:
        kept += _added("p", _PLACE.finditer(plain), kept)[:1]
    if "r" not in tags:
        kept += [each for each in _added("r", _RECORDER.finditer(plain), kept) if _named(plain, each)][:1]
    if not tags & {"s", "g", "u"}:
        kept += _added("g", _GROUP.finditer(plain), kept)[:1]
    if not {each.tag for each in kept} & {"s", "g", "u"}:
        kept += [each for each in _added("s", _somebody().finditer(plain), kept) if _apart(plain, each)][:1]
    if not {each.tag for each in kept} & {"s", "g", "u"}:
        kept += _alone(plain, kept)[:1]
    return sorted(kept, key=lambda each: each.start)


def _alone(plain: str, taken: Sequence[Stretch]) -> list[Stretch]:
    """A clause that is a name and nothing else: 谈了。吴坤,昨天."""
    found: list[Stretch] = []
    for start, end in clauses(plain):
        named = 1 < end - start < 4 and plain[start] in load_words().surnames
        if named and not any(each.start < end and start < each.end for each in taken):
            kinds = [kind for _, kind in words_of(plain[start:end])]
            found += [Stretch("s", start, end)] if kinds[0].startswith("nr") else []
    return found


@cache
def _somebody() -> re.Pattern[str]:
    """Finds somebody behind a title (副镇长仝伟,) or by surname and title at a clause's head or behind 跟 (暴主任)."""
    words = load_words()
    double = "|".join(each for each in words.surnames if len(each) > 1)
    surname = f"(?:{double}|[{''.join(each for each in words.surnames if len(each) == 1)}])"
    short = "|".join(words.short_titles)
    ends = r"(?=[,，。;；\s(（]|谈|聊|做|作|进行|电话|在|来|说|$)"
    return re.compile(
        rf"(?:{words.titles.pattern})(?P<named>{surname}[\u4e00-\u9fff]{{1,2}}?){ends}"
        rf"|(?:^|[,，。;；\s跟找和对与同])(?P<titled>{surname}(?:{short})){ends}"
        rf"|(?P<full>(?![和与同跟]我){surname}[\u4e00-\u9fff]{{1,2}}(?:{words.titles.pattern})){ends}"
        rf"|[跟找和对与同约](?:我们|咱们?|他们|单位|[局科处院校镇]里)?的?(?P<bare>{words.titles.pattern}){ends}"
    )


def _apart(plain: str, stretch: Stretch) -> bool:
    """Whether words for somebody stand where the talk is told, not behind a lead to what it was about."""
    return not _ABOUT.search(plain, 0, stretch.start)


def _added(tag: str, found: Iterable[re.Match[str]], taken: Sequence[Stretch]) -> list[Stretch]:
    """What the pattern's groups found where nothing is taken."""
    spans = (each.span(each.lastgroup or 0) for each in found)
    return [
        Stretch(tag, start, end)
        for start, end in spans
        if start < end and not any(each.start < end and start < each.end for each in taken)
    ]


def _named(plain: str, stretch: Stretch) -> bool:
    words = plain[stretch.start : stretch.end]
    surnames = load_words().surnames
    return words in SELF or words[:1] in surnames or words[:2] in surnames or words[:1] in "小老"
