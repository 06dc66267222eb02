"""Confirmed questions remembered: a past question like the new one lends its passages weight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from knowledge.retrieval.lexical import Floats, LexicalIndex, Positions, best
from knowledge.retrieval.tokens import KIND_WEIGHTS

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NEIGHBOURS: Final = 20
"""So many like questions are heard."""

REPEATED_FROM: Final = 0.8
"""From this likeness (cosine) on a question begins to count as the same one; 1 is word for word."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """The like questions of the past, most like first: their numbers and likeness (0..1)."""

    questions: Positions
    likeness: Floats


@dataclass(frozen=True, slots=True)
class Memory:
    """Confirmed questions as unit vectors over their tokens, weighted by rarity in the passages."""

    vocabulary: Mapping[str, int]
    rarity: Floats
    vectors: "csr_array"
    gold: tuple[tuple[int, ...], ...]

    @classmethod
    def build(
        cls, asked: Sequence[Mapping[str, float]], gold: Sequence[tuple[int, ...]], lexical: LexicalIndex
    ) -> Self:
        """Remember questions, given as weighted tokens, with the positions of their passages."""
        from scipy.sparse import csr_array

        vocabulary: dict[str, int] = {}
        columns = [vocabulary.setdefault(token, len(vocabulary)) for tokens in asked for token in tokens]
        bounds = np.concatenate(([0], np.cumsum([len(tokens) for tokens in asked], dtype=np.int64)))
        rarity = np.array([_length(token, lexical) for token in vocabulary], dtype=np.float32)
        cells = np.sqrt(rarity[columns]) if columns else np.zeros(0, dtype=np.float32)
        rows = np.repeat(np.arange(len(asked)), np.diff(bounds))
        norms = np.sqrt(np.bincount(rows, cells**2, minlength=len(asked)))
        cells = (cells / norms[rows]).astype(np.float32)
        shape = (len(asked), len(vocabulary))
        return cls(vocabulary, rarity, csr_array((cells, columns, bounds), shape=shape).tocsc(), tuple(gold))

    def recall(self, tokens: Mapping[str, float], lexical: LexicalIndex) -> Recollection:
        """Find the questions most like one given as weighted tokens."""
        known = [self.vocabulary[token] for token in tokens if token in self.vocabulary]
        if not known:
            return Recollection(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32))
        length = sum(_length(token, lexical) for token in tokens)
        values = np.sqrt(self.rarity[known] / np.float32(length))
        likeness: Floats = np.minimum(self.vectors[:, known] @ values, np.float32(1.0))
        nearest = best(likeness, NEIGHBOURS)
        return Recollection(nearest, likeness[nearest])


def _length(token: str, lexical: LexicalIndex) -> float:
    return KIND_WEIGHTS[token[0]] * max(lexical.rarity(token), 1e-6)


def repetition(likeness: float) -> float:
    """Give how far likeness says "the same question": 0 up to REPEATED_FROM, 1 at 1."""
    return min(1.0, max(0.0, (likeness - REPEATED_FROM) / (1.0 - REPEATED_FROM)))
