"""Which measure a stretch of official wording belongs to, so that the original answers and our numbering is cited.

Items keep their whole; interview answers are cut where they pass from one measure to the next: the best path
over clauses, with a price for each change, dearer inside a sentence (Viterbi 1967).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log

from knowledge.catalogue import Catalogue, Measure, load_catalogue
from knowledge.loading import split
from knowledge.model import LoadedDocument, Passage, Section

_CLAUSE = re.compile(r"[^,，;；。!!??]+[,，;；。!!??”’」)]*")
_CHANGE_IN_SENTENCE = 9.0
_CHANGE_AT_SENTENCE = 2.0
_NO_MEASURE = 0.55
"""Share of a clause's weight that it must give a measure to count as its wording."""
_ITEM_SHARE = 0.25
_SHARE_OF_DOCUMENT = 0.5
"""A document of which fewer numbered measures than this share are found words other matters."""
_TERM_WEIGHT = 3.0


def passages_of(document_id: str, loaded: LoadedDocument) -> tuple[Passage, ...]:
    """The passages of a loaded document, aligned with the catalogue where it words the measures."""
    return align(document_id, loaded.text, split(loaded.text), load_catalogue())


def align(
    document_id: str, text: str, sections: Sequence[Section], catalogue: Catalogue
) -> tuple[Passage, ...]:
    """Passages in order; offsets are those of the sections or lie within them."""
    matcher = _matcher(catalogue)
    pieces = [piece for section in sections for piece in matcher.pieces(section)]
    found = {measure for _, _, measure in pieces if measure}
    numbered = {measure.id for measure in catalogue.numbered}
    own = len(found & numbered) >= _SHARE_OF_DOCUMENT * len(numbered)
    if not own:
        pieces = [(section, (section.start, section.end), None) for section in sections]
    return tuple(
        Passage(
            document=document_id,
            position=position,
            start=start,
            end=end,
            text=text[start:end],
            kind=section.kind,
            path=section.path,
            label=section.label,
            measure=measure,
        )
        for position, (section, (start, end), measure) in enumerate(pieces)
    )


_Piece = tuple[Section, tuple[int, int], str | None]


def _pairs(text: str) -> Counter[str]:
    return Counter(a + b for a, b in pairwise(re.sub(r"[^\w]", "", text)))


@dataclass(frozen=True, slots=True)
class _Matcher:
    measures: tuple[Measure, ...]
    profiles: tuple[frozenset[str], ...]
    rarity: dict[str, float]

    def pieces(self, section: Section) -> Iterable[_Piece]:
        whole = (section.start, section.end)
        if section.kind == "item":
            yield section, whole, self._of_item(section)
        elif section.kind in {"answer", "preamble", "paragraph"}:
            yield from ((section, span, measure) for span, measure in self._runs(section))
        else:
            yield section, whole, None

    def _of_item(self, section: Section) -> str | None:
        scores = self._scores(section.text)
        numbers = re.findall(r"\d+", section.label)
        if len(numbers) == 2:
            for index, measure in enumerate(self.measures):
                if (measure.part, measure.number) == tuple(map(int, numbers)):
                    scores[index] *= 1.5
        best = max(range(len(scores)), key=scores.__getitem__)
        return self.measures[best].id if scores[best] >= _ITEM_SHARE * self._weight(section.text) else None

    def _weight(self, text: str) -> float:
        return sum(self.rarity.get(pair, 0.0) * times for pair, times in _pairs(text).items())

    def _scores(self, text: str) -> list[float]:
        pairs = _pairs(text)
        return [
            sum(self.rarity[pair] * times for pair, times in pairs.items() if pair in profile)
            + _TERM_WEIGHT * sum(len(term) for term in measure.terms if term in text)
            for measure, profile in zip(self.measures, self.profiles, strict=True)
        ]

    def _runs(self, section: Section) -> Iterable[tuple[tuple[int, int], str | None]]:
        clauses = [match.span() for match in _CLAUSE.finditer(section.text)]
        if not clauses:
            return [((section.start, section.end), None)]
        states = self._path(section.text, clauses)
        runs: list[tuple[int, int, int]] = []
        for (start, end), state in zip(clauses, states, strict=True):
            if runs and runs[-1][2] == state:
                runs[-1] = (runs[-1][0], end, state)
            else:
                runs.append((start, end, state))
        return [
            (_trimmed(section, start, end), self.measures[state].id if state >= 0 else None)
            for start, end, state in runs
        ]

    def _path(self, text: str, clauses: Sequence[tuple[int, int]]) -> list[int]:
        """The best state of each clause: an index into measures, or -1 for none."""
        count = len(self.measures)
        best: list[float] = [0.0] * (count + 1)
        back: list[list[int]] = []
        closed = True
        for start, end in clauses:
            clause = text[start:end]
            gains = [*self._scores(clause), _NO_MEASURE * self._weight(clause)]
            price = _CHANGE_AT_SENTENCE if closed else _CHANGE_IN_SENTENCE
            leader = max(range(count + 1), key=best.__getitem__)
            came = [s if best[s] >= best[leader] - price else leader for s in range(count + 1)]
            best = [
                best[origin] - (price if origin != state else 0.0) + gains[state]
                for state, origin in enumerate(came)
            ]
            back.append(came)
            closed = bool(re.search(r"[。!!??]", clause))
        state = max(range(count + 1), key=best.__getitem__)
        states = []
        for came in reversed(back):
            states.append(state if state < count else -1)
            state = came[state]
        return states[::-1]


def _trimmed(section: Section, start: int, end: int) -> tuple[int, int]:
    piece = section.text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return section.start + start + lead, section.start + start + len(piece.rstrip())


@cache
def _matcher(catalogue: Catalogue) -> _Matcher:
    profiles = tuple(
        frozenset(_pairs("。".join((measure.title, *measure.terms, measure.text))))
        for measure in catalogue.measures
    )
    spread = Counter(pair for profile in profiles for pair in profile)
    rarity = {pair: log(1 + len(profiles) / times) for pair, times in spread.items()}
    return _Matcher(catalogue.measures, profiles, rarity)
