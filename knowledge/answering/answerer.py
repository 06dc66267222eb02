"""The policy desk: reads a question, finds the measures, and composes the answer. Holds no state of chats."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from knowledge.answering.composing import basis, citations, direct_sentence, head
from knowledge.answering.details import asked_details, missing_detail
from knowledge.answering.ranking import Ranked, Ranking
from knowledge.answering.shelf import Place, Shelf, citation
from knowledge.answering.structure import Structured, relative, structured
from knowledge.catalogue import Catalogue, Measure, digest_document, load_catalogue
from knowledge.model import Answer, Citation, Document, Outcome
from knowledge.reading import LOGGED, Reader, load_phrases
from knowledge.spelling import plain
from yanlu.texts import answers as texts
from yanlu.texts.conversation import OTHER_JOBS

if TYPE_CHECKING:
    from knowledge.retrieval.dense import DenseLeg

SURE: Final = 0.30
"""Topic score from which a question is answered; below, the nearest clauses are shown (calibrated: docs/adr/0004)."""
PAIR: Final = 0.75
"""A second measure this near to the first is quoted beside it."""
SHOWN: Final = 3
OTHER_CONFIDENCE: Final = 0.12
REFUSED: Final = ("malicious", "injection", "elsewhere", "offtopic")
ELSEWHERE: Final = ("elsewhere", "offtopic")
"""Not a matter of the measures; a matter perhaps of another document in the library."""
_SAID: Final = {
    **{wants: Answer("refuse", texts.REFUSE[wants]) for wants in REFUSED},
    "smalltalk": Answer("smalltalk", texts.SMALLTALK),
    "help": Answer("smalltalk", texts.HELP),
}
_YEAR = re.compile(r"((?:19|20)\d{2}) ?年")
_DATED = re.compile(r"((?:19|20)\d{2}) ?年.{0,6}(时|当时|的时候|那会|规定|版|之前|以前)")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A question once answered by a person: remembered and found next time."""

    question: str
    answer: str
    measure: str | None


class Answerer:
    """Answers from the digest and the given documents. Immutable; made anew when the library changes."""

    def __init__(self, catalogue: Catalogue, shelf: Shelf, ranking: Ranking) -> None:
        self._catalogue = catalogue
        self.shelf = shelf
        self._ranking = ranking
        self._read: tuple[str, str, tuple[str, ...], Ranked] | None = None

    @classmethod
    def build(
        cls,
        documents: Sequence[Document],
        *,
        confirmed: Sequence[Confirmed] = (),
        index_folder: Path | None = None,
        dense: "DenseLeg | None" = None,
    ) -> "Answerer":
        """Prepare to answer from the digest and `documents`. `index_folder` keeps what is costly to compute."""
        catalogue = load_catalogue()
        shelf = Shelf.of((digest_document(catalogue), *documents))
        reader = Reader.open(index_folder, load_phrases())
        return cls(catalogue, shelf, Ranking.build(catalogue, shelf, reader, confirmed, index_folder, dense))

    def intent(self, text: str, history: Sequence[str] = ()) -> tuple[str, str | None]:
        """What a text wants and, in doubt, the other thing it may want (labels of knowledge.reading.INTENTS)."""
        clear = plain(text)
        ranked = self._ranking.rank(clear, history)
        wants = ranked.wants
        # In a chat the answer to the same text follows at once. What is no question is not held on to.
        self._read = (text, clear, tuple(history), ranked) if wants[0] == "question" else None
        return wants

    def answer(
        self,
        question: str,
        history: Sequence[str] = (),
        intent: str | None = None,
        on: date | None = None,
    ) -> Answer:
        """Answer a question. `history`: the questions before it, newest last. `on`: as the text stood that day.

        `intent`: what the user said the text is, where he was asked; None: as it reads.
        """
        text, ranked = self._ranked(question, history)
        if ranked is None:
            return Answer("smalltalk", texts.EMPTY)
        day = on or _named_day(text)
        wants, _ = ranked.wants
        if intent in LOGGED and wants not in REFUSED:
            wants = intent
        elif intent == "question" and wants in LOGGED:
            wants = "question"
        if wants in ELSEWHERE:
            other = self._of_other_document(text, ranked, day)
            if other is not None:
                return other
        if wants in _SAID:
            return _SAID[wants]
        if wants in LOGGED:
            return self._job(wants, ranked, day)
        known = self._ranking.confirmed(text)
        if known is not None:
            return self._remembered(known, day)
        return self._found(text, history, wants, ranked, day)

    def _ranked(self, question: str, history: Sequence[str]) -> tuple[str, Ranked | None]:
        """Give a question's plain text and rank it, unless `intent` has just done so; None for an empty one."""
        read, self._read = self._read, None
        if read is not None and read[0] == question and read[2] == tuple(history):
            return read[1], read[3]
        text = plain(question)
        return text, self._ranking.rank(text, history) if text.strip() else None

    def _found(
        self, text: str, history: Sequence[str], wants: str, ranked: Ranked, day: date | None
    ) -> Answer:
        before = plain(history[-1]) if history and relative(text) else None
        asked = structured(text, self._catalogue, before)
        if asked is not None:
            return self._of_structure(asked, day)
        other = self._of_other_document(text, ranked, day)
        return other or self._of_measures(wants, ranked, day)

    def measure_answer(self, measure: str, day: date | None = None) -> Answer:
        """The whole wording of one measure, for 看原文. Raises KeyError for an unknown id."""
        found = self._catalogue.measure(measure)
        places = self.shelf.wordings(measure, day)
        return Answer("answer", basis(found, places), citations(found, places))

    # -- the kinds of answer

    def _job(self, wants: str, ranked: Ranked, day: date | None) -> Answer:
        outcomes: dict[str, Outcome] = {
            "record": "record", "statistics": "statistics", "report": "report", "track": "track",
        }  # fmt: skip
        measures = ranked.measures[:SHOWN]
        if wants in {"report", "track"}:
            reports = self._catalogue.measure("3.4")
            measures = (reports, *(measure for measure in measures if measure.id != "3.4"))
        shown = self._places(measures[0], ranked, day)
        return Answer(
            outcomes[wants],
            f"{OTHER_JOBS[wants]}\n\n{basis(measures[0], shown[:1])}",
            self._cited(measures, ranked, day),
        )

    def _remembered(self, known: Confirmed, day: date | None) -> Answer:
        lead = texts.CONFIRMED.format(answer=known.answer)
        if known.measure is None:
            return Answer("answer", lead)
        measure = self._catalogue.measure(known.measure)
        places = self.shelf.wordings(measure.id, day)
        return Answer("answer", f"{lead}\n\n{basis(measure, places)}", citations(measure, places))

    def _of_structure(self, asked: Structured, day: date | None) -> Answer:
        if asked.kind == "missing":
            return self._missing(asked, day)
        first = [self.shelf.wordings(measure.id, day)[0] for measure in asked.measures]
        cited = tuple(
            citation(place, measure.title) for measure, place in zip(asked.measures, first, strict=True)
        )
        if asked.kind == "item":
            measure = asked.measures[0]
            places = self.shelf.wordings(measure.id, day)
            lead = texts.ITEM.format(name=asked.name, label=measure.label, title=measure.title)
            return Answer("answer", f"{lead}\n\n{basis(measure, places)}", citations(measure, places))
        form = texts.ROLE if asked.kind == "role" else texts.LIST
        lead = (
            texts.LIST_ALL
            if asked.name == "全文"
            else form.format(name=asked.name, count=len(asked.measures))
        )
        lines = [
            f"{head(measure)}\n{texts.QUOTE.format(quote=place[1].text)}"
            for measure, place in zip(asked.measures, first, strict=True)
        ]
        return Answer("answer", "\n".join((lead, *lines)), cited)

    def _missing(self, asked: Structured, day: date | None) -> Answer:
        if len(asked.measures) != 1:
            return Answer("silent", texts.MISSING.format(name=asked.name))
        measure = asked.measures[0]
        places = self.shelf.wordings(measure.id, day)[:1]
        lead = texts.MISSING_NEAR.format(name=asked.name, label=measure.label, title=measure.title)
        return Answer("nearest", f"{lead}\n\n{basis(measure, places)}", citations(measure, places))

    def _of_other_document(self, text: str, ranked: Ranked, day: date | None) -> Answer | None:
        """An answer from a document that words other matters, where it fits better than any measure."""
        found = self._ranking.other(_DATED.sub("", text), day)
        if found is None or found[1] < OTHER_CONFIDENCE or ranked.best >= SURE:
            return None
        place = found[0]
        return Answer("answer", basis(None, (place,)), (citation(place),))

    def _of_measures(self, wants: str, ranked: Ranked, day: date | None) -> Answer:
        measure = ranked.measures[0]
        places = self._places(measure, ranked, day)
        cited = self._cited(ranked.measures[:SHOWN], ranked, day)
        missing = missing_detail(
            ranked.text, measure, _wording(self.shelf.wordings(measure.id, day), measure)
        )
        if wants == "punishment" and missing is None and not asked_details(ranked.text):
            missing = ("punishment", "")
        if missing and ranked.best >= SURE / 2:
            lead = self._silence(*missing)
            return Answer("silent", f"{lead}\n\n{basis(measure, places)}", cited)
        if wants in {"beyond", "punishment"} or missing:
            return Answer("silent", f"{texts.SILENT_UNTITLED}\n\n{basis(measure, places)}", cited)
        related = self._related(ranked)
        if ranked.best < SURE:
            return Answer(
                "nearest", f"{texts.NEAREST}\n\n{basis(measure, places)}{related}", cited, self._names(ranked)
            )
        return Answer(
            "answer", self._direct(measure, places, ranked, day) + related, cited, self._names(ranked)
        )

    def _direct(self, measure: Measure, places: Sequence[Place], ranked: Ranked, day: date | None) -> str:
        parts = [
            direct_sentence(ranked.text, measure, self._ranking.statements(measure, ranked)),
            basis(measure, places),
        ]
        second = ranked.measures[1]
        if ranked.scores[second.id] >= PAIR * ranked.best:
            parts.append(basis(second, self._places(second, ranked, day)))
        return "\n\n".join(parts)

    @staticmethod
    def _silence(kind: str, words: str) -> str:
        detail = texts.DETAILS[kind]
        lead = (
            texts.SILENT_WORDS.format(words=words, detail=detail)
            if words
            else texts.SILENT_BARE.format(detail=detail)
        )
        return lead + (texts.SILENT_PUNISHMENT if kind == "punishment" else texts.SILENT_ASIDE)

    def _places(self, measure: Measure, ranked: Ranked, day: date | None) -> list[Place]:
        """The one or two places of a measure's wording that fit the question best, in reading order."""
        return self._ranking.fittest(self.shelf.wordings(measure.id, day), ranked)

    def _cited(self, measures: Sequence[Measure], ranked: Ranked, day: date | None) -> tuple[Citation, ...]:
        """One citation a measure, best first; then what else was quoted of the best."""
        quoted = [citations(measure, self._places(measure, ranked, day)) for measure in measures]
        return (*(of[0] for of in quoted), *quoted[0][1:])

    @staticmethod
    def _names(ranked: Ranked) -> tuple[str, ...]:
        return tuple(head(measure) for measure in ranked.measures[1:SHOWN])

    def _related(self, ranked: Ranked) -> str:
        return "\n\n" + texts.RELATED.format(names=";".join(self._names(ranked)))


def _wording(places: Sequence[Place], measure: Measure) -> str:
    return "".join((*(passage.text for _, passage in places), measure.text))


def _named_day(question: str) -> date | None:
    """The last day of the year a question names (`2019年时怎么规定`), None if it names none."""
    found = _YEAR.search(question) if _DATED.search(question) else None
    return date(int(found[1]), 12, 31) if found else None
