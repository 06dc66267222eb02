"""`yanlu evaluate questions|dialogs|search`: figures as DESIGN section 9 defines them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.answering import Answerer
from knowledge.answering.shelf import Shelf
from knowledge.evaluation.lines import read_lines
from knowledge.evaluation.timing import percentile
from knowledge.model import Answer

Kind = Literal["questions", "dialogs", "search"]

_SENTENCE = re.compile(r"[^。;；!!??\n]+")
_DENIAL = re.compile(r"未|没有|没写|不是|不得|并非|并不|无|不能|不等于|不必")
_REFUSED = frozenset({"refuse", "nearest", "silent", "smalltalk"})
_TURNED_AWAY = frozenset({"refuse", "smalltalk"})


class Line(BaseModel):
    """One line of an evaluation file. A dialog has `turns`, the rest `q`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    q: str = ""
    turns: tuple[str, ...] = ()
    kind: str = ""
    gold: tuple[str, ...]
    gold_mode: Literal["first", "all", "any"] = "first"
    also_ok: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """The user's turns, oldest first."""
        return self.turns or (self.q,)

    @property
    def refusal(self) -> bool:
        """Whether the right thing is not to answer."""
        return "refuse" in self.gold


@dataclass(slots=True)
class _Tally:
    hit1: list[bool] = field(default_factory=list)
    hit3: list[bool] = field(default_factory=list)
    reciprocal: list[float] = field(default_factory=list)
    complete: list[float] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)
    false_refusal: list[bool] = field(default_factory=list)
    must: list[bool] = field(default_factory=list)
    violations: int = 0
    verbatim: list[bool] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    misses: list[dict[str, object]] = field(default_factory=list)


def evaluate_questions(answerer: Answerer, file: Path, *, kind: Kind) -> dict[str, object]:
    """Ask every line of `file` and count. Shares are in 0..1, None where no line calls for the figure.

    Raises EvaluationError naming the line when one is not in the format.
    """
    tally = _Tally()
    for line in read_lines(file, Line):
        answer, milliseconds = _asked(answerer, line)
        tally.milliseconds.append(milliseconds)
        _count(tally, line, answer, answerer.shelf)
    return _figures(tally, kind)


def _asked(answerer: Answerer, line: Line) -> tuple[Answer, float]:
    *before, last = line.said
    history: list[str] = []
    for turn in before:
        answerer.answer(turn, history)
        history.append(turn)
    start = perf_counter()
    answer = answerer.answer(last, history)
    return answer, (perf_counter() - start) * 1000


def _count(tally: _Tally, line: Line, answer: Answer, shelf: Shelf) -> None:
    cited = [citation.measure for citation in answer.citations]
    named = list(dict.fromkeys(measure for measure in cited if measure))
    tally.verbatim.extend(_verbatim(answer, shelf))
    tally.violations += _violates(answer.text, line.must_not)
    if line.must:
        tally.must.append(any(word in answer.text for word in line.must))
    right = _right_first(line, answer, named)
    if line.refusal:
        tally.refused.append(answer.outcome in _REFUSED or right)
        if not tally.refused[-1]:
            tally.misses.append(_miss(line, answer, named))
        return
    tally.false_refusal.append(answer.outcome in _TURNED_AWAY and "refuse" not in line.also_ok)
    if line.gold_mode == "all":
        tally.complete.append(len(set(line.gold) & set(named)) / len(line.gold))
        if tally.complete[-1] < 1:
            tally.misses.append(_miss(line, answer, named))
        return
    accepted = {*line.gold, *line.also_ok} if line.gold_mode == "any" else {line.gold[0], *line.also_ok}
    tally.hit1.append(right)
    tally.hit3.append(right or bool(accepted & set(cited[:3])))
    ranks = [rank for rank, measure in enumerate(named[:10], 1) if measure in {*line.gold, *line.also_ok}]
    tally.reciprocal.append(1 / ranks[0] if ranks else 0.0)
    if not right:
        tally.misses.append(_miss(line, answer, named))


def _right_first(line: Line, answer: Answer, named: Sequence[str]) -> bool:
    if "refuse" in line.also_ok and answer.outcome in _REFUSED:
        return True
    return bool(named) and named[0] in {*line.gold, *line.also_ok}


def _verbatim(answer: Answer, shelf: Shelf) -> Iterator[bool]:
    stored = {(document.title, document.version): document.text for document in shelf.documents}
    for citation in answer.citations:
        text = stored.get((citation.document, citation.version), "")
        yield bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def _violates(text: str, forbidden: Sequence[str]) -> int:
    sentences = _SENTENCE.findall(text)
    return sum(
        any(word in sentence and not _DENIAL.search(sentence) for sentence in sentences) for word in forbidden
    )


def _miss(line: Line, answer: Answer, named: Sequence[str]) -> dict[str, object]:
    return {"id": line.id, "gold": list(line.gold), "got": list(named[:3]), "outcome": answer.outcome}


def _share(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _figures(tally: _Tally, kind: Kind) -> dict[str, object]:
    shared: dict[str, object] = {
        "n": len(tally.milliseconds),
        "hit1": _share(tally.hit1),
        "hit3": _share(tally.hit3),
    }
    if kind == "search":
        shared["mrr10"] = _share(tally.reciprocal)
    else:
        shared |= {
            "complete": _share(tally.complete),
            "refused": _share(tally.refused),
            "false_refusal": _share(tally.false_refusal),
            "must": _share(tally.must),
            "must_not_violations": tally.violations,
        }
    return {
        **shared,
        "verbatim": _share(tally.verbatim),
        "p50_ms": percentile(tally.milliseconds, 50),
        "p95_ms": percentile(tally.milliseconds, 95),
        "misses": tally.misses,
    }
