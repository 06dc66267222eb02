"""Spelling by sound: slips of homophones, full pinyin and pinyin initials are turned into the domain's terms.

The terms are data (`data/thesaurus.toml`); sounds are those of pypinyin without tones.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from knowledge.retrieval.tokens import normalised

_LATIN = re.compile(r"[a-z][a-z' ]*[a-z]")
_MIXED = re.compile(r"[a-z]+[㐀-鿿]{1,4}|[㐀-鿿]{1,4}[a-z]+")
_HANZI = re.compile(r"[㐀-鿿]+")
_NEAR_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_SHORT = 2
"""A term of two characters is put in only where the slip is no word of its own."""
_LONGEST = 9


@cache
def syllables(character: str) -> str:
    """The commonest sound of a character without tone ("" for what has none)."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(character, style=Style.NORMAL)[0] if _HANZI.match(character) else ""


@cache
def _blurred(character: str) -> str:
    sound = syllables(character)
    for clear, near in _NEAR_SOUNDS:
        sound = sound.replace(clear, near)
    return sound


def sounds(text: str) -> tuple[str, ...]:
    """The sounds of a text, one a character, blurred where speakers mix them (zh/z, ang/an …)."""
    return tuple(map(_blurred, text))


@dataclass(frozen=True, slots=True)
class Speller:
    """Turns slips into terms. Built once from the terms. `heads` are the first two sounds of every term."""

    terms: dict[str, None]
    by_sound: dict[tuple[str, ...], str]
    by_letters: dict[str, str]
    heads: frozenset[tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, terms: tuple[str, ...]) -> "Speller":
        """Index terms by sound and letters; of two terms that sound alike the first listed wins."""
        by_sound: dict[tuple[str, ...], str] = {}
        by_letters: dict[str, str] = {}
        for term in terms:
            spoken = [syllables(character) for character in term]
            by_sound.setdefault(sounds(term), term)
            by_letters.setdefault("".join(spoken), term)
            if len(term) > _SHORT:
                by_letters.setdefault("".join(sound[:1] for sound in spoken), term)
        heads = frozenset(spoken[:2] for spoken in by_sound)
        return cls(dict.fromkeys(terms), by_sound, by_letters, heads)

    def corrected(self, text: str) -> str:
        """The text with slips replaced by terms; what cannot be bettered stays. Same meaning, length may differ."""
        text = _MIXED.sub(lambda found: self._mixed(found.group()), text)
        text = _LATIN.sub(lambda found: self._spelled(found.group()), text)
        return _HANZI.sub(lambda found: self._heard(found.group()), text)

    def _mixed(self, run: str) -> str:
        """A term half in letters (liren审计): its letters and the sounds of its characters together."""
        spoken = "".join(syllables(character) or character for character in run)
        return self.by_letters.get(spoken, run)

    def _spelled(self, letters: str) -> str:
        joined = letters.replace(" ", "").replace("'", "")
        if joined in self.by_letters:
            return self.by_letters[joined]
        pieces = _cut(joined, self.by_letters)
        return "".join(pieces) if pieces else letters

    def _heard(self, run: str) -> str:
        spoken = sounds(run)
        pieces: list[str] = []
        position = 0
        while position < len(run):
            may_begin = spoken[position : position + 2] in self.heads
            term = self._term_at(run, spoken, position) if may_begin else None
            pieces.append(term or run[position])
            position += len(term) if term else 1
        return "".join(pieces)

    def _term_at(self, run: str, spoken: tuple[str, ...], at: int) -> str | None:
        for length in range(min(_LONGEST, len(run) - at), 1, -1):
            window = run[at : at + length]
            if window in self.terms:
                return window
            term = self.by_sound.get(spoken[at : at + length])
            if term and (length > _SHORT or window not in _words(run)):
                return term
        return None


@lru_cache(maxsize=1)
def _words(run: str) -> frozenset[str]:
    import rjieba

    return frozenset(rjieba.cut(run))


def _cut(letters: str, table: dict[str, str]) -> list[str]:
    """Letters cut into full spellings of terms, longest first; empty when that does not work out."""
    if not letters:
        return []
    for length in range(len(letters), 3, -1):
        term = table.get(letters[:length])
        if term is None:
            continue
        rest = _cut(letters[length:], table)
        if rest or length == len(letters):
            return [term, *rest]
    return []


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Groups of words for one thing; the first of a group is the text's own."""

    groups: tuple[tuple[str, ...], ...]
    by_first: dict[str, tuple[tuple[str, int], ...]] = field(repr=False)

    @classmethod
    def of(cls, groups: tuple[tuple[str, ...], ...]) -> "Thesaurus":
        """File the other words of the groups, with their group's place, under their first character."""
        by_first: dict[str, list[tuple[str, int]]] = {}
        for place, group in enumerate(groups):
            for word in group[1:]:
                by_first.setdefault(word[0], []).append((word, place))
        return cls(groups, {first: tuple(words) for first, words in by_first.items()})

    def own_words(self, text: str) -> tuple[str, ...]:
        """The text's own words for what `text` says in other words, in the order of the groups."""
        said = {
            place
            for at, character in enumerate(text)
            for word, place in self.by_first.get(character, ())
            if text.startswith(word, at)
        }
        return tuple(self.groups[place][0] for place in sorted(said) if self.groups[place][0] not in text)


@cache
def load_spelling() -> tuple[Speller, Thesaurus]:
    """The built-in terms and thesaurus, read once."""
    source = tomllib.loads(resources.files("knowledge").joinpath("data/thesaurus.toml").read_text("utf-8"))
    return Speller.of(tuple(source["terms"])), Thesaurus.of(tuple(map(tuple, source["groups"])))


def plain(question: str) -> str:
    """A question normalised (NFKC, lower case, simplified) and with its slips repaired."""
    speller, _ = load_spelling()
    return speller.corrected(normalised(question))
