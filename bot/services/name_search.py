"""Finding things by what they are called: whole names, parts, abbreviations, sounds, pinyin and initials."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.retrieval.tokens import normalised
from knowledge.spelling import sounds, syllables

_NOISE = re.compile(r"[\s·•.,,、。;;::()()《》“”\"'\-]+")
_LATIN = re.compile(r"[a-z]+")
WHOLE, TAIL, HEAD, PART, ABBREVIATED, SOUND, LETTERS = 1.0, 0.95, 0.85, 0.75, 0.7, 0.6, 0.5
_LENGTH_WEIGHT = 0.05
"""Of two names that fit alike the one with less left over comes first, without passing a better way of fitting."""


def plain_name(text: str) -> str:
    """A name without case, width, spaces and punctuation."""
    return _NOISE.sub("", normalised(text))


def fit(said: str, name: str) -> float:
    """How well a plain text names a plain name, from 1 (whole) to 0 (not at all), by its characters alone."""
    if not said or not name:
        return 0.0
    if said == name:
        return WHOLE
    if len(said) > 1 and said in name:
        way = TAIL if name.endswith(said) else HEAD if name.startswith(said) else PART
    elif len(said) > 1 and said[-1] == name[-1] and abbreviates(said, name):
        way = ABBREVIATED
    else:
        return 0.0
    return way - _LENGTH_WEIGHT * (1 - len(said) / len(name))


def abbreviates(short: str, name: str) -> bool:
    """Tell whether the characters of `short` stand in `name` in this order: 住建局, 住房和城乡建设局."""
    rest = iter(name)
    return all(character in rest for character in short)


@dataclass(frozen=True)
class NameIndex:
    """Names of things by id, ready to be searched."""

    names: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, names: Mapping[str, tuple[str, ...]]) -> "NameIndex":
        """Index things by all their names."""
        return cls({id_: tuple(plain_name(name) for name in each) for id_, each in names.items()})

    def found(self, text: str, limit: int) -> tuple[tuple[str, float], ...]:
        """Ids with how well they fit, best first; equal ones in the order of their names."""
        said = plain_name(text)
        if not said:
            return ()
        scored = [(self._score(said, id_, names), names[0], id_) for id_, names in self.names.items()]
        hits = sorted((-score, name, id_) for score, name, id_ in scored if score)
        return tuple((id_, -score) for score, _, id_ in hits[:limit])

    def _score(self, said: str, id_: str, names: tuple[str, ...]) -> float:
        best = max(fit(said, name) for name in names)
        if best or len(said) < 2:
            return best or (PART if any(said in name for name in names) else 0.0)
        if _LATIN.fullmatch(said):
            return max(_spelled(said, *spelling) for spelling in self._spellings[id_])
        heard = joined_sounds(said)
        return max(SOUND * fit_of_sounds(heard, sound) for sound in self._sounds[id_])

    @cached_property
    def _spellings(self) -> dict[str, tuple[tuple[str, str], ...]]:
        return {id_: tuple(_spelling(name) for name in names) for id_, names in self.names.items()}

    @cached_property
    def _sounds(self) -> dict[str, tuple[str, ...]]:
        return {id_: tuple(joined_sounds(name) for name in names) for id_, names in self.names.items()}


def fit_of_sounds(heard: str, sound: str) -> float:
    """Whole, part or nothing, for sounds joined by `joined_sounds`."""
    if heard == sound:
        return WHOLE
    return PART if heard in sound else 0.0


@lru_cache(maxsize=20_000)
def joined_sounds(text: str) -> str:
    """A text's sounds in one string in which whole sounds can be looked for."""
    return (
        "".join(f"|{sound or character}" for sound, character in zip(sounds(text), text, strict=True)) + "|"
    )


def _spelling(name: str) -> tuple[str, str]:
    """Full pinyin and initials."""
    spoken = [syllables(character) or character for character in name]
    return "".join(spoken), "".join(sound[:1] for sound in spoken)


def _spelled(letters: str, full: str, initials: str) -> float:
    if letters in {full, initials}:
        return LETTERS
    if letters in full or letters in initials:
        return LETTERS * PART
    return 0.0
