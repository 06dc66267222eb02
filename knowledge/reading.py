"""What a sentence is about and what it wants, read by one linear map over its n-grams and sounds.

Ridge regression in its dual form (Hoerl & Kennard 1970; Saunders et al. 1998) from phrasings that we wrote
(`data/questions/`), solved in about a second and kept in the state folder. No model is downloaded.
"""

import hashlib
import io
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from knowledge.spelling import load_spelling, plain, sounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS: Final = 1 << 16
RIDGE: Final = 0.3
_BLOCK: Final = 256
MAX_CHARACTERS: Final = 400
"""A long sentence is read from its beginning and its end, half of this each."""

SINGLE_LABELS: Final = (
    "smalltalk", "help", "offtopic", "elsewhere", "malicious", "injection", "punishment", "beyond",
)  # fmt: skip
LOGGED: Final = ("record", "statistics", "report", "track")
LEARNED: Final = Path(__file__).parent / "data" / "learned"
"""Where the set-up puts the map learned from our phrases (`python -m knowledge.reading`)."""
_FEATURES: Final = 1
"""Raised when `features` changes, so that no older map is used with it."""
INTENTS: Final = ("question", *LOGGED, *SINGLE_LABELS)
FOLLOWUP: Final = "followup"
_GRAMS: Final = crc32(b"g")
_SOUNDS: Final = crc32(b"s")
_OWN_WORDS: Final = crc32(b"t")
"""What the hash of a feature goes on from, by its kind."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrasing of ours: its text, what it wants, and the measures it is about (first the fittest)."""

    text: str
    intent: str
    measures: tuple[str, ...] = ()
    followup: bool = False


@cache
def load_phrases() -> tuple[Phrase, ...]:
    """The built-in phrasings, in the order of their files."""
    folder = resources.files("knowledge").joinpath("data/questions")
    phrases: list[Phrase] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        stem, _, ending = file.name.rpartition(".")
        lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        phrases.extend(_phrase(stem, ending, line) for line in lines)
    return tuple(phrases)


def _phrase(stem: str, ending: str, line: str) -> Phrase:
    if ending == "tsv":
        first, text, *more = line.split("\t")
        measures = tuple(measure for measure in (first, *more) if measure.strip("-"))
        return Phrase(text, stem if stem in LOGGED else "question", measures)
    if stem in SINGLE_LABELS:
        return Phrase(line, stem)
    if stem in {FOLLOWUP, "newtopic"}:
        return Phrase(line, "question", followup=stem == FOLLOWUP)
    return Phrase(line, "question", (stem,))


def features(text: str) -> Counter[int]:
    """Hashed n-grams (1 to 3) of characters, pairs of sounds, and the measures' own words for what was said.

    `text` is plain (knowledge.spelling.plain).
    """
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]} {text[-half:]}"
    _, thesaurus = load_spelling()
    hashes = (
        *_grams(text),
        *_hashed(_SOUNDS, (a + b for a, b in pairwise(sounds(text)) if a and b)),
        *_hashed(_OWN_WORDS, thesaurus.own_words(text)),
    )
    return Counter(each % DIMENSIONS for each in hashes)


def _grams(text: str) -> Iterator[int]:
    """Give the hashes of the n-grams, the single ones first; each goes on from the one a character shorter."""
    characters = [character.encode() for character in text]
    hashes = [_GRAMS] * len(characters)
    for length in (1, 2, 3):
        hashes = [crc32(each, hash_) for hash_, each in zip(hashes, characters[length - 1 :], strict=False)]
        yield from hashes


def _hashed(kind: int, words: Iterable[str]) -> Iterator[int]:
    return (crc32(word.encode(), kind) for word in words)


@dataclass(frozen=True, slots=True)
class Reading:
    """Scores around 0 (no) to 1 (yes), by measure id and by intent; `followup` leans on what was said before."""

    measures: dict[str, float]
    intents: dict[str, float]
    followup: float

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return max(self.intents, key=self.intents.__getitem__)


class Reader:
    """The linear map: `weights` (DIMENSIONS, labels), `idf` (DIMENSIONS,), both float32."""

    def __init__(
        self, labels: Sequence[str], weights: "NDArray[np.float32]", idf: "NDArray[np.float32]"
    ) -> None:
        self._labels = tuple(labels)
        self._weights = weights
        self._idf = idf

    @classmethod
    def learned(cls, phrases: Sequence[Phrase]) -> "Reader":
        """Fit the map to phrases."""
        from scipy.linalg import solve
        from scipy.sparse import csr_matrix

        measures = sorted({measure for phrase in phrases for measure in phrase.measures})
        labels = (*measures, *INTENTS, FOLLOWUP)
        counts = [features(plain(phrase.text)) for phrase in phrases]
        seen = np.zeros(DIMENSIONS, np.float32)
        for count in counts:
            seen[list(count)] += 1
        idf = np.log1p(len(phrases) / (1 + seen)).astype(np.float32)
        rows = [_weighed(count, idf) for count in counts]
        matrix = csr_matrix(
            (
                np.concatenate([row[1] for row in rows]),
                np.concatenate([row[0] for row in rows]),
                np.cumsum([0, *(len(row[0]) for row in rows)]),
            ),
            shape=(len(phrases), DIMENSIONS),
        )
        kernel = np.empty((len(phrases), len(phrases)), np.float32)
        for start in range(
            0, len(phrases), _BLOCK
        ):  # by blocks: the whole product at once doubles the memory
            kernel[start : start + _BLOCK] = (matrix[start : start + _BLOCK] @ matrix.T).toarray()
        kernel[np.diag_indices_from(kernel)] += RIDGE
        dual = solve(kernel, _targets(phrases, labels), assume_a="pos", overwrite_a=True, check_finite=False)
        return cls(labels, np.asarray(matrix.T @ dual, np.float32), idf)

    @classmethod
    def open(cls, folder: Path | None, phrases: Sequence[Phrase], learned: Path = LEARNED) -> "Reader":
        """Load the map for these phrases, as the set-up learned it or as `folder` keeps it.

        Where neither has it, it is learned now and kept in `folder` (None: not kept).
        """
        source = repr((DIMENSIONS, RIDGE, _FEATURES, load_spelling(), phrases)).encode()
        name = f"reader-{hashlib.sha256(source).hexdigest()[:16]}.npz"
        for place in (learned, folder):
            reader = cls._kept(place / name) if place else None
            if reader is not None:
                return reader
        reader = cls.learned(phrases)
        if folder is not None:
            reader.keep(folder / name)
        return reader

    @classmethod
    def _kept(cls, path: Path) -> "Reader | None":
        try:
            with np.load(path) as kept:
                return cls([str(label) for label in kept["labels"]], kept["weights"], kept["idf"])
        except (OSError, ValueError, KeyError):
            return None

    def keep(self, path: Path) -> None:
        """Write the map to `path`, whole or not at all; where that cannot be done it is learned again next time."""
        buffer = io.BytesIO()
        np.savez(buffer, labels=np.array(self._labels), weights=self._weights, idf=self._idf)
        temporary = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(buffer.getvalue())
            temporary.replace(path)
        except OSError:  # it is only a saving of time: the next start learns again
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def read(self, text: str) -> Reading:
        """Read one plain sentence. An empty one scores 0 everywhere."""
        positions, values = _weighed(features(text), self._idf)
        scores = values @ self._weights[positions] if len(positions) else np.zeros(len(self._labels))
        found = dict(zip(self._labels, scores.tolist(), strict=True))
        followup = found.pop(FOLLOWUP)
        intents = {intent: found.pop(intent) for intent in INTENTS}
        return Reading(found, intents, followup)


def _weighed(
    count: Counter[int], idf: "NDArray[np.float32]"
) -> tuple["NDArray[np.int64]", "NDArray[np.float32]"]:
    positions = np.fromiter(count.keys(), np.int64, len(count))
    times = np.fromiter(count.values(), np.float32, len(count))
    values = ((1 + np.log(times)) * idf[positions]).astype(np.float32)
    norm = float(np.linalg.norm(values)) or 1.0
    return positions, values / np.float32(norm)


def _targets(phrases: Sequence[Phrase], labels: Sequence[str]) -> "NDArray[np.float32]":
    column = {label: index for index, label in enumerate(labels)}
    targets = np.zeros((len(phrases), len(labels)), np.float32)
    for row, phrase in enumerate(phrases):
        targets[row, column[phrase.intent]] = 1
        targets[row, column[FOLLOWUP]] = phrase.followup
        for rank, measure in enumerate(phrase.measures):
            targets[row, column[measure]] = 1 / (1 + rank)
    return targets


def prepare() -> None:
    """Learn the map at set-up, so that the first start need not."""
    Reader.open(LEARNED, load_phrases())


if __name__ == "__main__":
    prepare()
