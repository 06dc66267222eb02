"""What askers' words mean in the passages' words: IBM model 1, learned from confirmed questions.

Brown et al., "The Mathematics of Statistical Machine Translation" (1993), model 1; for retrieval: Berger and
Lafferty (1999). The table is multiplied into the passages once; a search then looks words up as in an index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.lexical import Floats, LexicalIndex
from knowledge.retrieval.tokens import is_word

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROUNDS: Final = 5
"""Rounds of expectation and maximisation."""
LEAST_PROBABILITY: Final = 0.005
LEAST_COUNT: Final = 0.2
"""Table entries below either are dropped: chance pairs."""
PASSAGES_PER_WORD: Final = 400
"""Each word keeps its best passages only, which bounds time and memory."""
MOST_PAIRS: Final = 6_000_000
"""So many (word, term) pairs are learned from, the latest questions first, which bounds time and memory."""


@dataclass(frozen=True, slots=True)
class Translation:
    """For each word of past questions, how much it speaks for each passage: rows passages, columns words."""

    vocabulary: Mapping[str, int]
    passages: "csr_array"

    @classmethod
    def learn(
        cls, asked: Sequence[Mapping[str, float]], gold: Sequence[tuple[int, ...]], lexical: LexicalIndex
    ) -> Self:
        """Learn from questions (weighted tokens) and the positions of the passages that answer them."""
        vocabulary: dict[str, int] = {}
        pairs = _aligned(asked, gold, lexical, vocabulary)
        words, terms, probability = _model_1(pairs, len(lexical.vocabulary))
        return cls(vocabulary, _passages(words, terms, probability, len(vocabulary), lexical))

    def scores(self, tokens: Mapping[str, float], lexical: LexicalIndex) -> Floats:
        """Score every passage by the translated words of a question; shape (size,), zeros where unknown."""
        known = {
            self.vocabulary[token]: weight * lexical.rarity(token)
            for token, weight in tokens.items()
            if token in self.vocabulary
        }
        if not known:
            return np.zeros(lexical.size, dtype=np.float32)
        found: Floats = self.passages[:, list(known)] @ np.fromiter(known.values(), np.float32, len(known))
        return found


_NONE: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Every (word, term) that might translate one another; `place` numbers the term's occurrence."""

    word: NDArray[np.int64]
    term: NDArray[np.int64]
    place: NDArray[np.int64]


def _aligned(
    asked: Sequence[Mapping[str, float]],
    gold: Sequence[tuple[int, ...]],
    lexical: LexicalIndex,
    vocabulary: dict[str, int],
) -> _Pairs:
    terms_of = _terms(gold, lexical)
    word: list[NDArray[Any]] = []
    term: list[NDArray[Any]] = []
    lengths: list[int] = []
    left = MOST_PAIRS
    for tokens, answer in zip(reversed(asked), reversed(gold), strict=True):
        words = [vocabulary.setdefault(token, len(vocabulary)) for token in tokens if is_word(token)]
        words.append(-1)  # the empty word takes what no word of the question explains
        for position in answer:
            terms = terms_of[position]
            word.append(np.tile(words, len(terms)))
            term.append(np.repeat(terms, len(words)))
            lengths.extend([len(words)] * len(terms))
            left -= len(words) * len(terms)
        if left <= 0:
            break
    place = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    return _Pairs(np.concatenate([_NONE, *word]), np.concatenate([_NONE, *term]), place)


def _terms(gold: Sequence[tuple[int, ...]], lexical: LexicalIndex) -> dict[int, NDArray[np.int64]]:
    """Give the words and pairs (as columns) of every passage that answers something."""
    translatable = np.array([token[0] in "wp" for token in lexical.vocabulary], dtype=bool)
    positions = sorted({position for answer in gold for position in answer})
    rows = lexical.matrix[positions, :].tocsr()
    found = {}
    for position, start, end in zip(positions, rows.indptr[:-1], rows.indptr[1:], strict=True):
        terms = rows.indices[start:end].astype(np.int64)
        found[position] = terms[translatable[terms]]
    return found


def _model_1(pairs: _Pairs, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Give words, terms and t(term | word) of the entries worth keeping."""
    keys, entry = np.unique((pairs.word + 1) * width + pairs.term, return_inverse=True)
    word = keys // width if width else keys
    probability: NDArray[np.float64] = np.ones(len(keys))
    counts: NDArray[np.float64] = probability
    for _ in range(ROUNDS):
        share = probability[entry]
        share = share / np.bincount(pairs.place, share)[pairs.place] if len(share) else share
        counts = np.bincount(entry, share, minlength=len(keys)).astype(np.float64)
        probability = counts / np.bincount(word, counts)[word] if len(word) else counts
    kept = (word > 0) & (probability >= LEAST_PROBABILITY) & (counts >= LEAST_COUNT)
    return word[kept] - 1, keys[kept] % max(width, 1), probability[kept]


def _passages(
    words: NDArray[np.int64],
    terms: NDArray[np.int64],
    probability: NDArray[np.float64],
    vocabulary: int,
    lexical: LexicalIndex,
) -> "csr_array":
    """Multiply the table into the passages and keep each word's best; shape (passages, words), by column."""
    from scipy.sparse import csr_array

    shape = (vocabulary, len(lexical.vocabulary))
    table = csr_array((probability.astype(np.float32), (words, terms)), shape=shape)
    spoken = (table @ lexical.matrix.T.tocsr()).tocsr()
    cells: list[Floats] = [np.zeros(0, np.float32)]
    rows: list[NDArray[Any]] = [np.zeros(0, np.int32)]
    for start, end in zip(spoken.indptr[:-1], spoken.indptr[1:], strict=True):
        values, where = spoken.data[start:end], spoken.indices[start:end]
        if len(values) > PASSAGES_PER_WORD:
            top = np.argpartition(-values, PASSAGES_PER_WORD)[:PASSAGES_PER_WORD]
            values, where = values[top], where[top]
        cells.append(values)
        rows.append(where)
    bounds = np.concatenate(([0], np.cumsum([len(part) for part in rows[1:]], dtype=np.int64)))
    kept = csr_array((np.concatenate(cells), np.concatenate(rows), bounds), shape=(vocabulary, lexical.size))
    return kept.T.tocsc()
