"""Varied copies of tagged sentences: other names, units, days and places, other marks, clauses moved or put in.

The tagger shall learn frames, not our names. The words put in come from other sentences of ours and from our phrases.
"""

import random
import re
from collections.abc import Iterator, Sequence
from typing import Final

from knowledge.talks.tagged import Stretch, Tagged
from knowledge.talks.words import load_words, phrases

_SWAPPED: Final = {
    "s": 0.9, "w": 0.9, "u": 0.7, "r": 0.8, "p": 0.7, "e": 0.7, "d": 0.5, "c": 0.7, "l": 0.5,
    "t": 0.5, "y": 0.4, "b": 0.7, "q": 0.7, "k": 0.7, "a": 0.5, "g": 0.7,
}  # fmt: skip
"""How often the words of a tag are put in anew."""
_RANKS: Final = frozenset("书主局部院校总处科区县镇乡市组所站常队席长")
"""Characters of a title: of 周书记 only the surname is varied."""
_FROM_PHRASES: Final = 0.75
_SHORT: Final = ("老", "小", "大")
_SELF: Final = frozenset({"我", "本人", "自己", "俺"})
_WORDS_AS_NAMES: Final = 0.12
"""How often a given name is a word of the language, as 高兴 is of somebody called 安高兴."""
_IN_FULL: Final = 0.2
"""How often 周书记 becomes 周建国书记."""
_TOLD_NOTHING: Final = 0.2
_MOVED: Final = 0.2
_AS_IT_STANDS: Final = "as it stands"
_MARKED: Final = {_AS_IT_STANDS: 0.55, " ": 0.2, ",": 0.12, "。": 0.05, "": 0.08}
"""How often the marks between clauses stay, become blanks, commas or stops, or fall away."""
_BREAK: Final = re.compile(r"[,，。;；]\s*|\s+")
_LOOSE: Final = frozenset("dty")
"""A clause of these alone may stand anywhere."""
_FILLING: Final = 2

_Piece = tuple[str, str]
"""A tag, "" for none, and words."""


def varied(sentences: Sequence[Tagged], times: int, fold: tuple[int, int] = (0, 1)) -> Iterator[Tagged]:
    """So many copies of every sentence; the same sentences always give the same copies.

    `fold`, (which, of how many): of our phrases only those are drawn upon.
    """
    variation = _Variation(sentences, fold)
    for _ in range(times):
        for sentence in sentences:
            yield variation.copy(sentence)


class _Variation:
    """Draws words for a tag from what our sentences hold, and new names."""

    def __init__(self, sentences: Sequence[Tagged], fold: tuple[int, int]) -> None:
        which, folds = fold
        self._chance = random.Random(1105 + which)  # noqa: S311 - varies training sentences, guards nothing
        self._surnames = sorted(load_words().surnames)
        self._given = load_words().given
        self._pools: dict[str, list[str]] = {}
        for sentence in sentences:
            for stretch in sentence.stretches:
                self._pools.setdefault(stretch.tag, []).append(sentence.words(stretch))
        self._phrases = {tag: words[which::folds] for tag, words in phrases().items()}

    def copy(self, sentence: Tagged) -> Tagged:
        """The sentence with other words in some of its stretches; the same word is replaced alike throughout."""
        names: dict[str, str] = {}
        pieces: list[_Piece] = []
        at = 0
        for stretch in sentence.stretches:
            words = sentence.words(stretch)
            if self._chance.random() < _SWAPPED.get(stretch.tag, 0):
                words = names.setdefault(words, self._other(words, stretch.tag))
            pieces += [("", sentence.text[at : stretch.start]), (stretch.tag, words)]
            at = stretch.end
        pieces.append(("", sentence.text[at:]))
        return _joined(sentence, self._told(pieces))

    def _told(self, pieces: Sequence[_Piece]) -> list[_Piece]:
        """The pieces in another manner: marks exchanged, a loose clause moved, one that tells nothing put in."""
        clauses, marks = _parted(pieces)
        if any("\n" in mark for mark in marks):
            return list(pieces)
        if self._chance.random() < _MOVED:
            loose = [at for at, clause in enumerate(clauses) if _is_loose(clause)]
            if loose:
                clause = clauses.pop(self._chance.choice(loose))
                clauses.insert(self._chance.randrange(len(clauses) + 1), clause)
        if self._chance.random() < _TOLD_NOTHING:
            at = self._chance.randrange(1, len(clauses) + 1)
            clauses.insert(at, [("", self._chance.choice(self._phrases["o"]))])
            marks.insert(at - 1, ",")
        told = self._chance.choices(list(_MARKED), list(_MARKED.values()))[0]
        if told != _AS_IT_STANDS:
            marks = [told if mark else "" for mark in marks]
        return [
            piece
            for clause, mark in zip(clauses, marks, strict=True)
            for piece in (*clause, ("", mark))
            if piece[1]
        ]

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
            rest = self._given_name()
        elif rest in load_words().short_titles and len(rest) > 1 and self._chance.random() < _IN_FULL:
            rest = self._given_name() + rest
        return self._chance.choice(self._surnames) + rest

    def _given_name(self) -> str:
        if self._chance.random() < _WORDS_AS_NAMES:
            return self._chance.choice(self._phrases["n"])
        return "".join(self._chance.choice(self._given) for _ in range(self._chance.choice((1, 2, 2))))


def _parted(pieces: Sequence[_Piece]) -> tuple[list[list[_Piece]], list[str]]:
    """The clauses of a sentence, and the mark behind each."""
    clauses: list[list[_Piece]] = [[]]
    marks: list[str] = []
    for tag, words in pieces:
        at = 0
        for mark in () if tag else _BREAK.finditer(words):
            clauses[-1].append(("", words[at : mark.start()]))
            clauses.append([])
            marks.append(mark[0])
            at = mark.end()
        clauses[-1].append((tag, words[at:]))
    return clauses, [*marks, ""]


def _is_loose(clause: Sequence[_Piece]) -> bool:
    tags = {tag for tag, _ in clause if tag}
    return bool(tags) and tags <= _LOOSE and sum(len(words) for tag, words in clause if not tag) <= _FILLING


def _joined(sentence: Tagged, pieces: Sequence[_Piece]) -> Tagged:
    moved: list[Stretch] = []
    length = 0
    for tag, words in pieces:
        if tag:
            moved.append(Stretch(tag, length, length + len(words)))
        length += len(words)
    text = "".join(words for _, words in pieces)
    return Tagged(sentence.author, sentence.now, text, tuple(moved), sentence.source)
