"""Varied copies of tagged sentences: other names, units, days and places in the same frame.

The tagger shall learn frames, not our names. The words put in come from other sentences of ours.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from knowledge.talks.tagged import Stretch, Tagged
from knowledge.talks.words import load_words, phrases

_SWAPPED: Final = {
    "s": 0.9, "w": 0.9, "u": 0.7, "r": 0.8, "p": 0.7, "e": 0.7, "d": 0.5, "c": 0.7, "l": 0.5,
    "t": 0.5, "y": 0.4, "b": 0.6, "q": 0.6, "k": 0.6, "a": 0.5, "g": 0.7,
}  # fmt: skip
"""How often the words of a tag are put in anew."""
_RANKS: Final = frozenset("书主局部院校总处科区县镇乡市组所站常队席长")
"""Characters of a title: of 周书记 only the surname is varied."""
_FROM_PHRASES: Final = 0.6
_SHORT: Final = ("老", "小", "大")
_SELF: Final = frozenset({"我", "本人", "自己", "俺"})


def varied(sentences: Sequence[Tagged], every: int) -> Iterator[Tagged]:
    """A copy of each sentence whose turn it is, one in `every`; the same sentences always give the same copies."""
    variation = _Variation(sentences)
    for sentence in sentences[::every]:
        yield variation.copy(sentence)


class _Variation:
    """Draws words for a tag from what our sentences hold, and new names."""

    def __init__(self, sentences: Sequence[Tagged]) -> None:
        self._chance = random.Random(1105)  # noqa: S311 - varies training sentences, guards nothing
        self._surnames = sorted(load_words().surnames)
        self._given = load_words().given
        self._pools: dict[str, list[str]] = {}
        for sentence in sentences:
            for stretch in sentence.stretches:
                self._pools.setdefault(stretch.tag, []).append(sentence.words(stretch))
        self._phrases = phrases()

    def copy(self, sentence: Tagged) -> Tagged:
        """The sentence with other words in some of its stretches; the same word is replaced alike throughout."""
        pieces: list[str] = []
        moved: list[Stretch] = []
        length = at = 0
        names: dict[str, str] = {}
        for stretch in sentence.stretches:
            words = sentence.words(stretch)
            if self._chance.random() < _SWAPPED.get(stretch.tag, 0):
                words = names.setdefault(words, self._other(words, stretch.tag))
            between = sentence.text[at : stretch.start]
            start = length + len(between)
            length = start + len(words)
            moved.append(Stretch(stretch.tag, start, length))
            pieces += (between, words)
            at = stretch.end
        pieces.append(sentence.text[at:])
        return Tagged(sentence.author, sentence.now, "".join(pieces), tuple(moved), sentence.source)

    def _other(self, words: str, tag: str) -> str:
        if words in _SELF:
            return words
        named = self._named(words) if tag in "swr" else ""
        return named or self._chance.choice(self._pool(tag))

    def _pool(self, tag: str) -> Sequence[str]:
        """Where words for a tag are drawn from: our phrases as often as what stands in sentences."""
        phrases = self._phrases.get(tag)
        return phrases if phrases and self._chance.random() < _FROM_PHRASES else self._pools[tag]

    def _named(self, words: str) -> str:
        """Another name of the same make (老杜 → 老方, 陈宏 → 许静); "" for what is no plain name."""
        if words[0] in _SHORT and len(words) == 2:
            return words[0] + self._chance.choice(self._surnames)
        surname = words[:2] if words[:2] in self._surnames else words[:1]
        if surname not in self._surnames:
            return ""
        rest = words[len(surname) :]
        if not any(character in _RANKS for character in rest):
            rest = "".join(self._chance.choice(self._given) for _ in range(self._chance.choice((1, 2, 2))))
        return self._chance.choice(self._surnames) + rest
