"""Word lists of talk sentences (`data/talks/words.toml`) and where they stand in a text."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from knowledge.records import load_record_kinds

_PLAIN: Final[dict[int, str | int]] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full-width letters, digits, punctuation
    ord("\u3000"): " ",
    ord("\u00a0"): " ",
    ord("﹐"): ",",
    ord("～"): "~",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The lists: `leads` by what they lead to, `cues` by what they hint at."""

    surnames: frozenset[str]
    given: str
    titles: re.Pattern[str]
    short_titles: tuple[str, ...]
    leads: re.Pattern[str]
    lead_kinds: dict[str, tuple[str, ...]]
    negative: re.Pattern[str]
    imperative: re.Pattern[str]
    clerks: re.Pattern[str]
    wants: dict[str, re.Pattern[str]]


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words, the longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))))


@cache
def lists_text() -> str:
    """The file of the lists as it stands: what is learned with them is learned anew when they change."""
    return resources.files("knowledge").joinpath("data/talks/words.toml").read_text("utf-8")


@cache
def load_words() -> Words:
    """The built-in lists, read once."""
    data = tomllib.loads(lists_text())
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, words in data["leads"].items():
        for word in words:
            kinds[word] = (*kinds.get(word, ()), kind)
    return Words(
        frozenset((*"".join(data["surnames"].split()), *data["double_surnames"])),
        "".join(data["given"].split()),
        any_of(data["titles"]),
        tuple(sorted(data["short_titles"], key=len, reverse=True)),
        any_of(kinds),
        kinds,
        any_of(data["cues"]["negative"]),
        any_of(data["cues"]["imperative"]),
        any_of(data["cues"]["clerks"]),
        {want: any_of(cues) for want, cues in data["wants"].items()},
    )


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Phrases of our own by tag, which varied copies of tagged sentences draw on (`data/talks/phrases.txt`)."""
    text = resources.files("knowledge").joinpath("data/talks/phrases.txt").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            tag, words = line.split("\t")
            found[tag] = (*found.get(tag, ()), *words.split("|"))
    return found


@cache
def type_names() -> dict[str, str]:
    """What a talk type is called → its code (knowledge.records)."""
    names: dict[str, str] = {}
    for talk in load_record_kinds().talks:
        for name in (talk.code, *talk.terms):
            names.setdefault(name, talk.code)
    return names


@cache
def type_pattern() -> re.Pattern[str]:
    """Finds the names of talk types."""
    return any_of(type_names())


@cache
def called() -> re.Pattern[str]:
    """Finds somebody by surname and title: 周书记, 淳于局长, 危局."""
    words = load_words()
    double = "|".join(each for each in words.surnames if len(each) > 1)
    single = "".join(each for each in words.surnames if len(each) == 1)
    return re.compile(rf"(?:{double}|[{single}])(?:{'|'.join(words.short_titles)})")


def flat(text: str) -> str:
    """The text with full-width letters, digits and punctuation made plain, every character in its place."""
    return text.translate(_PLAIN)


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a flat text lie: parts between commas, stops, line ends and spaces between hanzi."""
    start = 0
    for mark in _BREAK.finditer(text):
        if mark.start() > start:
            yield start, mark.start()
        start = mark.end()
    if start < len(text):
        yield start, len(text)


def words_of(plain: str) -> list[tuple[str, str]]:
    """The words of a text with their parts of speech; together they are the text."""
    import rjieba

    words = [(str(word), str(kind)) for word, kind in rjieba.tag(plain)]
    if "".join(word for word, _ in words) == plain:
        return words
    return [(word, "?") for word in rjieba.cut(plain)]


def hints_of(clause: str) -> str:
    """Whether the words blame (1) and whether they ask (2)."""
    words = load_words()
    return f"{'1' if words.negative.search(clause) else ''}{'2' if words.imperative.search(clause) else ''}"


_BREAK: Final = re.compile(r"[,;。!?\s|]+")
