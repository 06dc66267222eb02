"""The public face of retrieval: an index over passages that is built once and searched without a lock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.folder import content_key, saved
from knowledge.retrieval.fusion import Candidates, fused, rank_values
from knowledge.retrieval.learning import Learning
from knowledge.retrieval.lexical import Floats, LexicalIndex, Positions, best
from knowledge.retrieval.tokens import query_tokens

if TYPE_CHECKING:
    from knowledge.retrieval.dense import DenseLeg

Mask = NDArray[np.bool_]

LEXICAL_CANDIDATES: Final = 64
DENSE_CANDIDATES: Final = 16
DENSE_BELOW: Final = 0.3
"""The dense leg is asked only where lexical confidence is below: elsewhere words have decided."""


@dataclass(frozen=True, slots=True)
class IndexText:
    """A passage to be found. `id` is the caller's; `title` is matched with the text and names the family."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ConfirmedQuestion:
    """A question whose answering passages (ids) a person has confirmed. Unknown ids are passed over."""

    text: str
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` orders the hits of one search and means nothing beyond it.

    `confidence` (0..1) compares across questions, for refusing by a threshold: the passage's lexical score
    over the most the question allows, or how nearly the question repeats a confirmed one.
    """

    id: str
    position: int
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class PassageIndex:
    """Passages, their lexical index, and what was learned from confirmed questions."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    lexical: LexicalIndex
    learning: Learning | None = None
    dense: "DenseLeg | None" = None

    @classmethod
    def build(
        cls,
        texts: Sequence[IndexText],
        *,
        confirmed: Sequence[ConfirmedQuestion] = (),
        dense: "DenseLeg | None" = None,
    ) -> Self:
        """Index `texts`. Positions in hits are positions in `texts`; ids must differ."""
        lexical = LexicalIndex.build(_matched(text) for text in texts)
        return cls._assembled(texts, lexical, confirmed, dense)

    @classmethod
    def open(
        cls,
        folder: Path,
        texts: Sequence[IndexText],
        *,
        confirmed: Sequence[ConfirmedQuestion] = (),
        dense: "DenseLeg | None" = None,
    ) -> Self:
        """Load the index of exactly these texts from `folder`, or build and save it there.

        A damaged index is built anew. A folder that cannot be written costs only the saving.
        """
        key = content_key((text.id, text.title, text.text) for text in texts)
        lexical = saved(
            folder, key, len(texts), build=lambda: LexicalIndex.build(_matched(text) for text in texts)
        )
        return cls._assembled(texts, lexical, confirmed, dense)

    @classmethod
    def _assembled(
        cls,
        texts: Sequence[IndexText],
        lexical: LexicalIndex,
        confirmed: Sequence[ConfirmedQuestion],
        dense: "DenseLeg | None",
    ) -> Self:
        ids = tuple(text.id for text in texts)
        if len(set(ids)) != len(ids):
            raise ValueError("ids of passages must differ")
        if dense is not None:
            dense.fill(ids, [_matched(text) for text in texts])
        index = cls(ids, tuple(text.title for text in texts), lexical, None, dense)
        return index.taught(confirmed)

    def taught(self, confirmed: Sequence[ConfirmedQuestion]) -> Self:
        """Give the same index with exactly these confirmed questions learned (the earlier ones forgotten)."""
        position = {id_: number for number, id_ in enumerate(self.ids)}
        known = [
            (question.text, answer)
            for question in confirmed
            if (answer := tuple(dict.fromkeys(position[id_] for id_ in question.gold if id_ in position)))
            and query_tokens(question.text)
        ]
        asked, gold = [text for text, _ in known], [answer for _, answer in known]
        learning = Learning.train(self.titles, asked, gold, self.lexical) if known else None
        return type(self)(self.ids, self.titles, self.lexical, learning, self.dense)

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        allowed: Collection[int] | None = None,
        expansions: Mapping[str, float] | None = None,
    ) -> tuple[Hit, ...]:
        """Find up to `k` passages for a question, best first; none if nothing matches.

        `allowed` narrows to these positions. `expansions` are further words (from a thesaurus) with their
        weights; they find passages, and do not lower confidence where they match nothing.
        """
        asked = query_tokens(query)
        wanted = _expanded(asked, expansions or {})
        scores, mask = self.lexical.scores(wanted), _mask(allowed, len(self.ids))
        if mask is not None:
            scores = np.where(mask, scores, np.float32(0))
        mass = self.lexical.mass(asked or wanted)
        confidences = scores / np.float32(mass or 1.0)
        found = _Found(asked, scores, confidences, best(scores, max(k, LEXICAL_CANDIDATES)))
        near = self._near(query, found.confidence)
        if not near and self.learning is None:
            first = found.order[:k]
            return self._hits(first, found.share(first), confidences[first])
        return self._fused(found, near, mask, k)

    def _fused(
        self, found: "_Found", near: Mapping[int, float], mask: Mask | None, k: int
    ) -> tuple[Hit, ...]:
        lesson = self.learning.lesson(found.asked, self.lexical) if self.learning else None
        brought = lesson.positions if lesson else found.order[:0]
        candidates = np.unique(np.concatenate((found.order, brought, np.array(list(near), dtype=np.intp))))
        if mask is not None:
            candidates = candidates[mask[candidates]]
        if not len(candidates):
            return ()
        lexical, rank = found.share(candidates), rank_values(found.order, candidates)
        dense = np.array([near.get(position, 0.0) for position in candidates.tolist()], dtype=np.float32)
        evidence = Candidates.lexical_only(lexical, rank, dense)
        confidences = found.confidences[candidates]
        if self.learning and lesson:
            evidence = Candidates(lexical, rank, dense, **self.learning.evidence(lesson, candidates))
            confidences = np.maximum(confidences, evidence.repeated)
        total = fused(evidence, found.confidence)
        first = np.argsort(-total, kind="stable")[:k]
        return self._hits(candidates[first], total[first], confidences[first])

    def _near(self, query: str, confidence: float) -> dict[int, float]:
        """Ask the dense leg where words leave doubt; a lost leg finds nothing and costs no answer."""
        if self.dense is None or confidence >= DENSE_BELOW:
            return {}
        found = self.dense.nearest(query, DENSE_CANDIDATES)
        top = max((likeness for _, likeness in found), default=0.0)
        return {position: self.dense.voice * likeness / top for position, likeness in found if likeness > 0}

    def _hits(self, positions: Positions, scores: Floats, confidences: Floats) -> tuple[Hit, ...]:
        return tuple(
            Hit(self.ids[position], int(position), float(score), min(1.0, float(confidence)))
            for position, score, confidence in zip(positions, scores, confidences, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What words alone found: scores and confidences of all passages, and the best positions in order."""

    asked: Mapping[str, float]
    scores: Floats
    confidences: Floats
    order: Positions

    @property
    def confidence(self) -> float:
        """The best passage's confidence, 0..1."""
        return min(1.0, float(self.confidences[self.order[0]])) if len(self.order) else 0.0

    def share(self, positions: Positions) -> Floats:
        """Give scores of these passages as shares of the best."""
        top = self.scores[self.order[0]] if len(self.order) else np.float32(1)
        shares: Floats = self.scores[positions] / top
        return shares


def _matched(text: IndexText) -> str:
    return f"{text.title}\n{text.text}"


def _mask(allowed: Collection[int] | None, size: int) -> Mask | None:
    if allowed is None:
        return None
    mask = np.zeros(size, dtype=np.bool_)
    mask[[position for position in allowed if 0 <= position < size]] = True
    return mask


def _expanded(asked: Mapping[str, float], expansions: Mapping[str, float]) -> Mapping[str, float]:
    if not expansions:
        return asked
    weights = dict(asked)
    for words, weight in expansions.items():
        for token, own in query_tokens(words).items():
            weights[token] = weights.get(token, 0.0) + weight * own
    return weights
