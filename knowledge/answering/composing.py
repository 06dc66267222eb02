"""Answers in a good clerk's manner: one direct sentence, the basis word for word, what else. Pure."""

import re
from collections.abc import Sequence

from knowledge.answering.shelf import Place, citation
from knowledge.catalogue import Aspect, Measure
from knowledge.model import Citation
from yanlu.texts import answers as texts

_ASPECTS: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("when", re.compile(r"多久|什么时候|何时|啥时候|几时|每年|周期|多长时间|哪天|几次|频次|日期|几月")),
    (
        "result",
        re.compile(r"后果|追究|追责|牵连|会怎么样|会怎样|会咋样|不报|瞒|垫底|靠后|倒数|考核|叫去|约谈"),
    ),
    ("why", re.compile(r"为什么|为何|为啥|目的|意义|凭什么")),
    ("who", re.compile(r"谁|哪个(部门|单位|领导|人)|由哪|哪级|归哪|对象|哪一级")),
    ("how", re.compile(r"怎么|如何|怎样|咋|能不能|可以|能否|方式|程序|办法|流程|要求")),
)


def direct_sentence(question: str, measure: Measure, rank: Sequence[float]) -> str:
    """The digest's statement that answers best. `rank` scores each statement by its words (any scale ≥ 0)."""
    wanted = [aspect for aspect, pattern in _ASPECTS if pattern.search(question)]
    top = max(rank, default=0.0) or 1.0
    longest = max(len(statement.text) for statement in measure.statements)

    def worth(index: int) -> float:
        aspect = measure.statements[index].aspect
        asked = 1.0 - 0.15 * wanted.index(aspect) if aspect in wanted else 0.0
        return rank[index] / top + asked + 0.3 * len(measure.statements[index].text) / longest

    return measure.statements[max(range(len(measure.statements)), key=worth)].text


def head(measure: Measure) -> str:
    """一·2 上级抓下级."""
    return texts.HEAD.format(label=measure.label, title=measure.title)


def source_line(place: Place) -> str:
    """Where the words stand: document, issuer and date, version and day of ingest."""
    document, _ = place
    if document.digest:
        return texts.DIGEST_NOTE
    origin = ""
    if document.issuer or document.issued:
        origin = texts.ORIGIN.format(issuer=document.issuer or "", issued=document.issued or "").rstrip()
    return texts.SOURCE.format(
        title=document.title,
        origin=origin,
        version=document.version,
        ingested=document.ingested.date(),
    )


def basis(measure: Measure | None, places: Sequence[Place]) -> str:
    """The 依据 block: heading, quotes word for word, source."""
    heading = head(measure) if measure else " ".join((*places[0][1].path[-1:], places[0][1].label)).strip()
    quotes = "\n".join(texts.QUOTE.format(quote=passage.text) for _, passage in places)
    return f"{texts.BASIS} {heading}\n{quotes}\n{source_line(places[0])}"


def citations(measure: Measure, places: Sequence[Place]) -> tuple[Citation, ...]:
    """Citations of a measure's places."""
    return tuple(citation(place, measure.title) for place in places)
