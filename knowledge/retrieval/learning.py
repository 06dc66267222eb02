"""What confirmed questions teach: memory, translation, and which documents people ask about.

Every leg speaks only as loud as its own evidence: memory by likeness, translation by its table, standing and
family by counts against the average; all but memory are held back while few questions are confirmed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.lexical import Floats, LexicalIndex, Positions, best
from knowledge.retrieval.memory import Memory, Recollection, repetition
from knowledge.retrieval.tokens import query_tokens
from knowledge.retrieval.translation import Translation

TRUSTED_FROM: Final = 30
"""With so many confirmed questions, what is learned about words and documents counts half."""
TRANSLATED_CANDIDATES: Final = 32
_NUMBERING: Final = re.compile(r"第[〇零一二三四五六七八九十百千两0-9]+[条款项节章].*$")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned that bears on one question: translated scores (size,) and the like questions."""

    translated: Floats
    recollection: Recollection
    positions: Positions
    """Passages that memory or translation bring up."""


@dataclass(frozen=True, slots=True)
class Learning:
    """Learned from confirmed questions, for one index."""

    memory: Memory
    translation: Translation
    family: NDArray[np.intp]
    """Which law or document each passage belongs to; shape (size,)."""
    kindred: NDArray[np.bool_]
    """Whether a family has several passages (alone, it would only repeat memory); shape (families,)."""
    standing: Floats
    """Log of how much oftener than average a family is asked about, 0 if not kindred; shape (families,)."""
    asked: NDArray[np.bool_]
    novelty: float
    trust: float

    @classmethod
    def train(
        cls,
        titles: Sequence[str],
        texts: Sequence[str],
        gold: Sequence[tuple[int, ...]],
        lexical: LexicalIndex,
    ) -> Self:
        """Learn from question `texts` and the positions of their passages; `titles` are the passages'."""
        asked = [query_tokens(text) for text in texts]
        counts = np.bincount([position for answer in gold for position in answer], minlength=lexical.size)
        family = families(titles)
        kindred = np.bincount(family) > 1
        return cls(
            memory=Memory.build(asked, gold, lexical),
            translation=Translation.learn(asked, gold, lexical),
            family=family,
            kindred=kindred,
            standing=np.where(kindred, _standing(counts, family), np.float32(0)),
            asked=counts > 0,
            novelty=_novelty(counts, gold),
            trust=len(gold) / (len(gold) + TRUSTED_FROM),
        )

    def lesson(self, tokens: Mapping[str, float], lexical: LexicalIndex) -> Lesson:
        """Ask every leg about a question given as weighted tokens."""
        translated = self.translation.scores(tokens, lexical)
        recollection = self.memory.recall(tokens, lexical)
        remembered = [p for question in recollection.questions for p in self.memory.gold[question]]
        brought = np.concatenate(
            (best(translated, TRANSLATED_CANDIDATES), np.array(remembered, dtype=np.intp))
        )
        return Lesson(translated, recollection, brought)

    def evidence(self, lesson: Lesson, candidates: Positions) -> dict[str, Floats]:
        """Give the learned evidence for candidates (ascending positions), by the names of `Candidates`."""
        top = lesson.translated.max(initial=0.0)
        translated = lesson.translated[candidates] / top if top > 0 else lesson.translated[candidates]
        remembered, repeated, shares = self._recollected(lesson.recollection, candidates)
        family = self.family[candidates]
        return {
            "translated": translated * np.float32(self.trust),
            "remembered": remembered,
            "repeated": repeated,
            "family": np.sqrt(shares[family]) * self.kindred[family] * np.float32(self.trust),
            "standing": self.standing[family] * np.float32(self.trust),
            "novelty": self.asked[candidates] * np.float32(self.novelty * self.trust),
        }

    def _recollected(self, heard: Recollection, candidates: Positions) -> tuple[Floats, Floats, Floats]:
        # Plain loops: a handful of neighbours, for which arrays would cost more than they save.
        place = {position: index for index, position in enumerate(candidates.tolist())}
        remembered, repeated = [0.0] * len(place), [0.0] * len(place)
        shares = np.zeros(len(self.standing), dtype=np.float32)
        total = float(heard.likeness.sum()) or 1.0
        for question, likeness in zip(heard.questions.tolist(), heard.likeness.tolist(), strict=True):
            answer = self.memory.gold[question]
            for position in answer:
                shares[self.family[position]] += likeness / len(answer) / total
                if (index := place.get(position)) is not None:
                    remembered[index] += likeness
                    repeated[index] = max(repeated[index], repetition(likeness))
        return np.array(remembered, dtype=np.float32), np.array(repeated, dtype=np.float32), shares


def families(titles: Sequence[str]) -> NDArray[np.intp]:
    """Give numbers to the laws or documents that titles name: a title without its own 第…条 (章, 款 …)."""
    numbers: dict[str, int] = {}
    return np.array(
        [numbers.setdefault(_NUMBERING.sub("", title), len(numbers)) for title in titles], dtype=np.intp
    )


def _standing(counts: NDArray[Any], family: NDArray[np.intp]) -> Floats:
    # Half a count is given to each side, so that a family nobody asked about yet is not shut out.
    expected = np.bincount(family) * (counts.sum() / max(len(counts), 1))
    standing: Floats = np.log((np.bincount(family, counts) + 0.5) / (expected + 0.5)).astype(np.float32)
    return standing


def _novelty(counts: NDArray[Any], gold: Sequence[tuple[int, ...]]) -> float:
    """Give the log-odds correction for passages asked about before, 0 or negative.

    Each question in turn is held out: how often is its passage one that the others asked about? Set against
    the share of passages asked about (Bayes). Where nearly every passage has been asked about, a new question
    is as likely to be about one of the few others, and memory must not drown them.
    """
    seen = float((counts > 0).mean())
    again = sum(any(counts[position] > 1 for position in answer) for answer in gold)
    odds = (again + 1) / (len(gold) - again + 1)
    return min(0.0, float(np.log(odds * (1 - seen + 1 / len(counts)) / (seen + 1 / len(counts)))))
