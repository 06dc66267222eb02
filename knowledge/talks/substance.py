"""What was spoken about: topics, problems, demands with their deadlines, the subject's attitude."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from knowledge.talks.dates import Deadline
from knowledge.talks.readings import Demand
from knowledge.talks.tagged import Stretch

_EDGES: Final = " \t\n\r,，。.;；:：、!！?？-—·()（）\"'“”|"
_BEFORE: Final = re.compile(
    r"^(?:[一二三四五六七八九十]是|\(?\d{1,2}[.、)]|\d(?=[一-鿿])(?![个名位月号天日年次人条万千百元项家件点成周季台户])|存在着?|要求(?=.{2})|的(?=.))"
)
_AFTER: Final = re.compile(
    r"(?:的(?:问题|毛病|情况|现象|苗头|事情|事儿?|方面)|(?<=.{2})等(?:问题|情况|方面)|[了吧啊呢嘛])$"
)
_SENTENCE: Final = re.compile(r"[。!！?？\n；;]")


def trimmed(words: str) -> str:
    """The words without the marks and particles at their edges; never empty where they were not."""
    kept = words.strip(_EDGES)
    for pattern in (_BEFORE, _AFTER):
        shorter = pattern.sub("", kept).strip(_EDGES)
        kept = shorter if len(shorter) > 1 else kept
    return kept


def items(text: str, stretches: Sequence[Stretch], tag: str) -> tuple[str, ...]:
    """The stretches of a tag as items, each once, in order."""
    found = (trimmed(text[each.start : each.end]) for each in stretches if each.tag == tag)
    return tuple(dict.fromkeys(each for each in found if each))


_WRONG: Final = re.compile(
    "闲置|脱岗|空岗|旷工|早退|迟到|炒股|酒驾|赌博|超期|超标|超时|超预算|截留|挪用|套取|虚报|瞒报|迟报|漏报|错报|填错|松散|散漫|懈怠"
    "|失职|失察|失管|倒数|垫底|末位|积压|拖欠|私用|流失|亏损|失真|造假|弄虚|亏空|亏库|反弹|老化|断档|拖沓|拖延|滞后|推诿|扯皮|走过场|打折扣"
    "|不(?:验收|公示|公开|招标|透明|签字|登记|审核|上|够|严|实|力|作为|团结|规范|到位|及时|落实|报|管|清|合)"
    "|没(?:压实|落实|到位|跟上|整改|公开|公示|上会|人管)|未(?:落实|整改|报告|公开|公示|上会)"
    "|[太偏](?:慢|低|少|软|松|散|差|乱|硬)|[度率风量]差$|违规|擅自|混乱"
)
_WARNED: Final = re.compile(
    "(?:预|谨|严|提|以)防|防(?:止|范|住)|避免|杜绝|严禁|不得|不准|不许|禁止|别|勿|怎么|如何"
)


def is_wrong(topic: str) -> bool:
    """Whether a topic names by itself what is wrong (考勤造假), and does not warn of it (防止走过场)."""
    return bool(_WRONG.search(topic)) and not _WARNED.search(topic)


def demands(text: str, stretches: Sequence[Stretch], dues: Sequence[Deadline]) -> tuple[Demand, ...]:
    """What was demanded, each with the deadline it hangs on."""
    found: dict[str, Demand] = {}
    for each in stretches:
        words = trimmed(text[each.start : each.end]) if each.tag == "q" else ""
        if words and words not in found:
            found[words] = Demand(words, _due(text, each, dues))
    return tuple(found.values())


def _due(text: str, demand: Stretch, dues: Sequence[Deadline]) -> date | None:
    """The nearest deadline of the same sentence; the next one before the last one where both are as near."""
    near = [
        (_gap(demand, each), each.start < demand.start, each.due)
        for each in dues
        if not _SENTENCE.search(text[min(demand.end, each.end) : max(demand.start, each.start)])
    ]
    return min(near)[2] if near else None


def _gap(demand: Stretch, due: Deadline) -> int:
    return max(due.start - demand.end, demand.start - due.end, 0)


def attitude(text: str, stretches: Sequence[Stretch]) -> str | None:
    """What the subject answered, as said: from the first to the last such stretch of one sentence."""
    told = [each for each in stretches if each.tag == "a"]
    if not told:
        return None
    last = told[0]
    for each in told[1:]:
        if not _SENTENCE.search(text[last.end : each.start]) and each.start - last.end <= 2:
            last = each
    return text[told[0].start : last.end].strip(_EDGES) or None


def place(text: str, stretches: Sequence[Stretch]) -> str | None:
    """Where the talk was held, as said."""
    return next((text[each.start : each.end].strip(_EDGES) for each in stretches if each.tag == "p"), None)
