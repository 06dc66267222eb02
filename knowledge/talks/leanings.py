"""What a clause leans to as a whole: a topic, a problem, a demand, an answer, or nothing of these.

The tagger weighs characters and their neighbours; whether a clause blames or asks shows in all of its words together.
Ridge regression over hashed n-grams of clauses, learned from the tagged sentences and our phrases; its scores are signs
for the tagger.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from knowledge.talks.ridge import fitted
from knowledge.talks.tagged import Tagged
from knowledge.talks.words import clauses, flat, hints_of, phrases, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS: Final = "kbqaO"
DIMENSIONS: Final = 1 << 16
RIDGE: Final = 0.3
_LONG: Final = 40
_STEPS: Final = 5

Example = tuple[str, str]
"""A clause and its kind."""


class Leanings:
    """The linear map, `kept` (DIMENSIONS, kinds) as a file keeps it."""

    def __init__(self, weights: "NDArray[np.floating]") -> None:
        self.kept = weights.astype(np.float16)
        self._weights = self.kept.astype(np.float32)

    @classmethod
    def learned(cls, examples: Sequence[Example]) -> "Leanings":
        """Fit the map to clauses and their kinds."""
        signs = [_signs(clause) for clause, _ in examples]
        rows = [(row, np.full(len(row), 1 / np.sqrt(len(row)), np.float32)) for row in signs]
        targets = np.array([[float(told == kind) for kind in KINDS] for _, told in examples], np.float32)
        return cls(fitted(rows, targets - np.float32(1 / len(KINDS)), DIMENSIONS, RIDGE))

    def marks(self, plain: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Every clause of a flat text, and the signs of what it leans to."""
        for start, end in clauses(plain):
            yield start, end, self._marks(plain[start:end])

    def _marks(self, clause: str) -> tuple[str, ...]:
        row = _signs(clause)
        scores = self._weights[row].sum(axis=0) / np.sqrt(len(row))
        order = np.argsort(-scores)
        lead = min(int((scores[order[0]] - scores[order[1]]) * _STEPS), 3)
        first, second = KINDS[order[0]], KINDS[order[1]]
        steps = (min(max(int((score + 0.1) * _STEPS), 0), _STEPS) for score in scores)
        each = (f"S{kind}{step}" for kind, step in zip(KINDS, steps, strict=True))
        return (f"S{first}", f"S{first}>{lead}", f"S{first}{second}{lead}", *each)


def examples_of(sentences: Iterable[Tagged], words: Iterable[Example]) -> list[Example]:
    """The clauses of tagged sentences with the kind that most of their characters have, and phrases by themselves."""
    found = list(words)
    for sentence in sentences:
        plain = flat(sentence.text)
        kinds = ["O"] * len(plain)
        for each in sentence.stretches:
            if each.tag in KINDS:
                kinds[each.start : each.end] = [each.tag] * (each.end - each.start)
        for start, end in clauses(plain):
            told = [kind for kind in kinds[start:end] if kind != "O"]
            found.append((plain[start:end], max(told, key=told.count) if told else "O"))
    return found


def phrase_examples(folds: int = 1, but: int = 1) -> list[Example]:
    """Our phrases with their kinds; of so many `folds` (every so manieth phrase of a kind) without the one named."""
    kinds = (("k", "k"), ("b", "b"), ("q", "q"), ("a", "a"), ("o", "O"))
    return [
        (words, kind)
        for tag, kind in kinds
        for at, words in enumerate(phrases().get(tag, ()))
        if at % folds != but
    ]


def _signs(clause: str) -> "NDArray[np.int64]":
    """The hashed n-grams of a clause, of its words and of their parts of speech, each once."""
    clause = clause[:_LONG]
    edged = f"^{clause}$"
    words, kinds = zip(("^", "^"), *words_of(clause), ("$", "$"), strict=True)
    grams = {f"g{edged[i : i + n]}" for n in (1, 2, 3) for i in range(len(edged) - n + 1)}
    grams.update(f"w{'.'.join(words[i : i + n])}" for n in (1, 2) for i in range(len(words) - n + 1))
    grams.update(f"p{'.'.join(kinds[i : i + n])}" for n in (1, 2, 3, 4) for i in range(len(kinds) - n + 1))
    grams.update((f"h{hints_of(clause)}", f"f{words[1]}", f"l{words[-2]}", f"P{kinds[1]}{kinds[-2]}"))
    return np.fromiter(
        (zlib.crc32(gram.encode()) % DIMENSIONS for gram in sorted(grams)), np.int64, len(grams)
    )
