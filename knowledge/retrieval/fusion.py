"""How the legs are put together: a weighted sum of normalised evidence. Pure functions, no I/O.

Not reciprocal rank fusion with equal votes: a weak leg then outvotes a strong one (on CMRC2018 hit@1 falls
from .98 to .87). The learned weights were fitted once, by maximum likelihood over the candidates of train
questions only, for every collection alike; how and with which figures: docs/adr/0002-retrieval.md.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from knowledge.retrieval.lexical import Floats, Positions

NEAR_RANKS: Final = 3
"""A rank r (from 0) is worth 1 / (NEAR_RANKS + r)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts. The unit is a log-odds step between two candidates."""

    lexical: float
    """Lexical score, as a share of the question's best."""
    rank: float
    """Lexical rank, as 1 / (NEAR_RANKS + rank)."""
    certain: float
    """Lexical share times confidence: words that cover the question speak louder."""
    certain_rank: float
    """Lexical rank times confidence."""
    dense: float
    """Vector similarity, as a share of the question's best, times the embedder's voice."""
    translated: float
    """Question words read as passage words, as a share of the question's best."""
    remembered: float
    """Likeness to confirmed questions, where the lexical score has not said it already."""
    repeated: float
    """The question is one already confirmed, nearly word for word."""
    family: float
    """How much the like questions were answered from the same law or document."""
    standing: float
    """How much oftener than the average the law or document is asked about (log)."""
    novelty: float
    """Correction for passages already asked about where nearly all have been (log, never positive)."""


FUSION: Final = Weights(
    lexical=3.0,
    rank=3.0,
    certain=9.7,
    certain_rank=6.0,
    dense=1.0,
    translated=1.55,
    remembered=3.4,
    repeated=6.0,
    family=1.5,
    standing=0.56,
    novelty=2.0,
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The evidence for some passages of one question: arrays of one length, each in its natural scale."""

    lexical: Floats
    rank: Floats
    dense: Floats
    translated: Floats
    remembered: Floats
    repeated: Floats
    family: Floats
    standing: Floats
    novelty: Floats

    @classmethod
    def lexical_only(cls, lexical: Floats, rank: Floats, dense: Floats) -> Self:
        """Give candidates about which nothing was learned."""
        nothing = np.zeros_like(lexical)
        learned = {field.name: nothing for field in fields(cls)[3:]}
        return cls(lexical, rank, dense, **learned)


def shares(values: Floats) -> Floats:
    """Divide by the highest value, so that the best is 1; all zeros stay zeros."""
    top = values.max(initial=0.0)
    return values / top if top > 0 else values


def rank_values(order: Positions, candidates: Positions) -> Floats:
    """Give 1 / (NEAR_RANKS + rank) for each candidate (sorted ascending) by its place in `order`, else 0."""
    values = np.zeros(len(candidates), dtype=np.float32)
    values[np.searchsorted(candidates, order)] = 1.0 / (NEAR_RANKS + np.arange(len(order)))
    return values


def fused(found: Candidates, confidence: float, weights: Weights = FUSION) -> Floats:
    """Give one score for each candidate.

    `confidence` (0..1) is the best lexical score over the most the question allows.
    """
    words = (weights.lexical + weights.certain * confidence) * found.lexical
    places = (weights.rank + weights.certain_rank * confidence) * found.rank
    learned = (
        weights.translated * found.translated
        + weights.remembered * found.remembered * (1.0 - found.lexical)
        + weights.repeated * found.repeated
        + weights.family * found.family
        + weights.standing * found.standing
        + weights.novelty * found.novelty
    )
    total: Floats = (words + places + weights.dense * found.dense + learned).astype(np.float32)
    return total
