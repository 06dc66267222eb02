"""What a sentence about talks wants: to log one, to plan one, to ask, to report, to count, or to forge.

Ridge regression over hashed n-grams, as in knowledge.reading, with the days of the sentence read as signs:
the same words tell a talk held (上周三) or one to come (下周三). Learned at set-up from our own sentences.
"""

import io
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from knowledge.reading import Phrase, load_phrases
from knowledge.talks.dates import find_deadlines, find_times, past
from knowledge.talks.keeping import fingerprint, keep
from knowledge.talks.tagged import load_tagged
from knowledge.talks.words import clauses, flat, lists_text, load_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

Want = Literal["record", "plan", "question", "report", "forge", "statistics"]
WANTS: Final[tuple[Want, ...]] = ("record", "plan", "question", "report", "forge", "statistics")
DIMENSIONS: Final = 1 << 15
RIDGE: Final = 0.4
_PHRASED: Final[dict[str, Want]] = {"question": "question", "report": "report", "statistics": "statistics"}
_MOST: Final = 300
"""A longer text is read from its beginning and its end, half of this each."""
_NOW: Final = datetime(2026, 3, 11, 10, 0)  # noqa: DTZ001 - a Wednesday; only whether a day is behind or ahead matters


@dataclass(frozen=True, slots=True)
class Wish:
    """The likeliest want, by how much it leads the next one, and all scores (0 no, 1 yes)."""

    want: Want
    margin: float
    scores: dict[Want, float]


@cache
def load_wishes() -> tuple[tuple[str, Want], ...]:
    """Our sentences and what they want: `data/talks/intents_*.tsv` and the tagged ones, which are records."""
    folder = resources.files("knowledge").joinpath("data/talks")
    files = sorted(
        (each for each in folder.iterdir() if each.name.startswith("intents_")), key=lambda f: f.name
    )
    wishes = [wish for file in files for wish in _wishes(file.read_text("utf-8"))]
    wishes += [(phrase.text, _PHRASED[phrase.intent]) for phrase in load_phrases() if _fits(phrase)]
    wishes += [(sentence.text, "record") for sentence in load_tagged()]
    return tuple(dict.fromkeys(wishes))


def _fits(phrase: Phrase) -> bool:
    """Whether a phrasing of the router (knowledge.reading) belongs here: of questions those about talks."""
    return phrase.intent in _PHRASED and (phrase.intent != "question" or "谈" in phrase.text)


def _wishes(content: str) -> Iterable[tuple[str, Want]]:
    for line in content.splitlines():
        if line.strip() and not line.startswith("#"):
            want, text = line.split("\t")
            if want not in WANTS:
                raise ValueError(f"unknown want: {line}")
            yield text, want


def signs_of(text: str) -> Counter[int]:
    """Hashed n-grams (1 to 3), the first and last words of clauses, and which days are named."""
    plain = flat(text.strip())
    if len(plain) > _MOST:
        plain = f"{plain[: _MOST // 2]}\n{plain[-_MOST // 2 :]}"
    masked, days = _masked(plain)
    grams = [f"g{masked[i : i + n]}" for n in (1, 2, 3) for i in range(len(masked) - n + 1)]
    parts = [masked[start:end] for start, end in clauses(masked)]
    edges = [edge for part in parts for edge in (f"f{part[:2]}", f"l{part[-2:]}")]
    words = load_words()
    cues = [f"C{cue}" for cue, pattern in words.wants.items() if pattern.search(masked)]
    hints = [
        *cues,
        *(f"D{day}" for day in set(days)),
        f"E{masked[-2:]}",
        f"E{masked[-1:]}",
        f"S{masked[:2]}",
    ] * 3
    hints += [f"{one}&{other}" for one, other in combinations(sorted((*cues, *set(days))), 2)]
    hints += [f"N{min(len(plain) // 15, 6)}", f"P{min(len(parts), 6)}"]
    return Counter(zlib.crc32(sign.encode()) % DIMENSIONS for sign in (*grams, *edges, *hints))


def _masked(plain: str) -> tuple[str, list[str]]:
    """The text with its days and deadlines as signs, and these signs."""
    spans = [(each.start, each.end, "※") for each in find_deadlines(plain, _NOW)]
    for spoken in find_times(plain, _NOW):
        if not any(spoken.start < end and start < spoken.end for start, end, _ in spans):
            told = past(spoken, _NOW)
            ahead = spoken.future or told.future or _later(spoken.text)
            sign = "→" if ahead else "←" if told.day is not None or told.vague else "◷"
            spans.append((spoken.start, spoken.end, sign))
    pieces: list[str] = []
    at = 0
    for start, end, sign in sorted(spans):
        if start >= at:
            pieces += (plain[at:start], sign)
            at = end
    return "".join((*pieces, plain[at:])), [sign for _, _, sign in spans]


def _later(words: str) -> bool:
    return words.startswith(("下", "明", "后天", "大后天", "节后"))


class Wishes:
    """The linear map: `weights` (DIMENSIONS, wants), `idf` (DIMENSIONS,)."""

    def __init__(self, weights: "NDArray[np.float32]", idf: "NDArray[np.float32]") -> None:
        self._weights = weights
        self._idf = idf

    @classmethod
    def learned(cls, wishes: Sequence[tuple[str, Want]]) -> "Wishes":
        """Fit the map; wants told seldom weigh as much as those told often."""
        from scipy.linalg import solve
        from scipy.sparse import csr_matrix

        counts = [signs_of(text) for text, _ in wishes]
        seen = np.zeros(DIMENSIONS, np.float32)
        for count in counts:
            seen[list(count)] += 1
        idf = np.log1p(len(wishes) / (1 + seen)).astype(np.float32)
        rows = [_weighed(count, idf) for count in counts]
        matrix = csr_matrix(
            (
                np.concatenate([row[1] for row in rows]),
                np.concatenate([row[0] for row in rows]),
                np.cumsum([0, *(len(row[0]) for row in rows)]),
            ),
            shape=(len(wishes), DIMENSIONS),
        )
        often = Counter(want for _, want in wishes)
        ease = [RIDGE * often[want] * len(often) / len(wishes) for _, want in wishes]
        targets = np.array([[float(want == each) for each in WANTS] for _, want in wishes], np.float32)
        kernel = (matrix @ matrix.T).toarray() + np.diag(np.asarray(ease, np.float32))
        return cls(np.asarray(matrix.T @ solve(kernel, targets, assume_a="pos"), np.float32), idf)

    @classmethod
    def open(cls, folder: Path | None, learned: Path) -> "Wishes":
        """Load the map of our sentences as the set-up or `folder` keeps it, or learn and keep it."""
        name = f"{fingerprint('wishes', ['intents'], lists_text(), load_wishes())}.npz"
        for place in (learned, folder):
            if place is not None and (place / name).is_file():
                with suppress(OSError, ValueError, KeyError), np.load(place / name) as kept:
                    return cls(kept["weights"], kept["idf"])
        wishes = cls.learned(load_wishes())
        if folder is not None:
            wishes.keep(folder / name)
        return wishes

    def keep(self, path: Path) -> None:
        """Write the map to `path`, whole or not at all."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, weights=self._weights, idf=self._idf)
        keep(path, buffer.getvalue())

    def read(self, text: str) -> Wish:
        """What the text wants. An empty one scores 0 everywhere."""
        positions, values = _weighed(signs_of(text), self._idf)
        scores = values @ self._weights[positions] if len(positions) else np.zeros(len(WANTS))
        given = dict(zip(WANTS, (float(score) for score in scores), strict=True))
        first, second = sorted(given, key=given.__getitem__, reverse=True)[:2]
        return Wish(first, given[first] - given[second], given)


def _weighed(
    count: Counter[int], idf: "NDArray[np.float32]"
) -> tuple["NDArray[np.int64]", "NDArray[np.float32]"]:
    positions = np.fromiter(count.keys(), np.int64, len(count))
    times = np.fromiter(count.values(), np.float32, len(count))
    values = ((1 + np.log(times)) * idf[positions]).astype(np.float32)
    norm = float(np.linalg.norm(values)) or 1.0
    return positions, values / np.float32(norm)
