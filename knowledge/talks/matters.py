"""Second opinion on each stretch of content: a topic, a problem, a demand or an answer.

The tagger decides character by character; here a stretch is weighed whole, with the words before and behind it.
Ridge regression over hashed n-grams (as in knowledge.talks.intents), learned from the tagged sentences and our phrases.
"""

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from knowledge.talks.keeping import LEARNED, fingerprint, keep
from knowledge.talks.ridge import fitted
from knowledge.talks.tagged import Stretch, Tagged
from knowledge.talks.words import flat, hints_of, lists_text, load_words, phrases

if TYPE_CHECKING:
    from numpy.typing import NDArray

MATTERS: Final = "kbqa"
DIMENSIONS: Final = 1 << 15
RIDGE: Final = 0.3
FIRST_OPINION: Final = 0.25
"""What the tagger's own choice is worth beside the scores, which lie around 0 and 1."""
_LONG: Final = 30
_BACK: Final = 40
"""A lead farther back than this leads to something else."""
_BREAK: Final = re.compile(r"[,。;!?\s]")


class Matters:
    """The linear map: `weights` (DIMENSIONS, matters)."""

    def __init__(self, weights: "NDArray[np.float32]") -> None:
        self._weights = weights

    @classmethod
    def learned(cls, sentences: Sequence[Tagged]) -> "Matters":
        """Fit the map to every stretch of content in the sentences, and to the phrases by themselves."""
        examples = list(_examples(sentences))
        rows = [_weighed(count) for count, _ in examples]
        targets = np.array([[float(tag == each) for each in MATTERS] for _, tag in examples], np.float32)
        return cls(fitted(rows, targets - np.float32(1 / len(MATTERS)), DIMENSIONS, RIDGE))

    @classmethod
    def open(cls, folder: Path | None, sentences: Sequence[Tagged], learned: Path = LEARNED) -> "Matters":
        """Load the map of these sentences as the set-up or `folder` keeps it, or learn and keep it."""
        name = f"{fingerprint('matters', ['matters'], lists_text(), phrases(), sentences)}.npz"
        for place in (learned, folder):
            if place is not None and (place / name).is_file():
                with suppress(OSError, ValueError, KeyError), np.load(place / name) as kept:
                    return cls(kept["weights"])
        matters = cls.learned(sentences)
        if folder is not None:
            keep(folder / name, matters.kept)
        return matters

    @property
    def kept(self) -> bytes:
        """The map as a file keeps it."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, weights=self._weights)
        return buffer.getvalue()

    def weighed(self, text: str, stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
        """The stretches, each of content with the tag that scores best."""
        plain = flat(text)
        given = list(stretches)
        for at, each in enumerate(stretches):
            if each.tag in MATTERS:
                positions, values = _weighed(_signs(plain, stretches, at))
                scores = values @ self._weights[positions]
                scores[MATTERS.index(each.tag)] += FIRST_OPINION
                given[at] = replace(each, tag=MATTERS[int(scores.argmax())])
        return tuple(given)


def _examples(sentences: Sequence[Tagged]) -> Iterator[tuple[Counter[str], str]]:
    for sentence in sentences:
        plain = flat(sentence.text)
        for at, each in enumerate(sentence.stretches):
            if each.tag in MATTERS:
                yield _signs(plain, sentence.stretches, at), each.tag
    for tag in MATTERS:
        for words in phrases().get(tag, ()):
            yield _own_signs(words), tag


def _own_signs(words: str) -> Counter[str]:
    edged = f"^{words[:_LONG]}$"
    signs = Counter(f"g{edged[i : i + n]}" for n in (1, 2, 3) for i in range(len(edged) - n + 1))
    signs[f"h{hints_of(words)}"] += 2
    return signs


def _signs(plain: str, stretches: Sequence[Stretch], at: int) -> Counter[str]:
    """What a stretch holds, what stands right before and behind it, the lead over it, and the kinds beside it."""
    each = stretches[at]
    signs = _own_signs(plain[each.start : each.end])
    last = stretches[at - 1] if at else Stretch("^", 0, 0)
    then = stretches[at + 1] if at + 1 < len(stretches) else Stretch("$", len(plain), len(plain))
    before, after = plain[last.end : each.start][-12:], plain[each.end : then.start]
    told = "".join(other.tag for other in stretches[:at] if other.tag in "kbqal")
    to_come = "".join(other.tag for other in stretches[at + 1 : at + 5] if other.tag in "kbqal")
    signs.update((f"B{before[-1:]}", f"A{after[:1]}", f"A2{after[:2]}", f"A3{after[:3]}"))
    signs.update((f"P{last.tag}", f"N{then.tag}", f"T{told[-2:]}", f"R{to_come[:2]}"))
    strong = [
        f"B2{before[-2:]}",
        f"B3{before[-3:]}",
        f"B4{before[-4:]}",
        f"BB{before}",
        f"PB{last.tag}{before[-2:]}",
    ]
    signs.update([*strong, *_lead(plain, each.start)] * 2)
    return signs


def _lead(plain: str, start: int) -> tuple[str, ...]:
    """The last lead that begins before the stretch, and how many clauses ago it stood."""
    found = None
    for each in load_words().leads.finditer(plain, max(0, start - _BACK), start + 4):
        if each.start() <= start:
            found = each
    if found is None:
        return ()
    apart = min(len(_BREAK.findall(plain[found.end() : start])), 2)
    kinds = "".join(kind[0] for kind in load_words().lead_kinds[found.group()])
    return f"L{found.group()}{apart}", f"K{kinds}{apart}"


def _weighed(count: Counter[str]) -> tuple["NDArray[np.int64]", "NDArray[np.float32]"]:
    hashed: Counter[int] = Counter()
    for sign, times in count.items():
        hashed[zlib.crc32(sign.encode()) % DIMENSIONS] += times
    positions = np.fromiter(hashed.keys(), np.int64, len(hashed))
    values = np.fromiter(hashed.values(), np.float32, len(hashed))
    return positions, values / np.float32(np.linalg.norm(values) or 1.0)
