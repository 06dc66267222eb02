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
