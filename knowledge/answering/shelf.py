"""The documents an answer may cite on a day, and the wording each of them has for a measure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.model import Citation, Document, Passage

_KIND_ORDER = {"item": 0, "answer": 1, "article": 1, "preamble": 2, "paragraph": 3, "question": 4}
Place = tuple[Document, Passage]


def in_force(document: Document, day: date) -> bool:
    """Whether a document holds on `day`: effective (else issued) by then, and not retired yet."""
    since = document.effective or document.issued
    return (since is None or since <= day) and (document.retired is None or document.retired > day)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All documents, and which of their passages word which measure. The digest stands in where nothing else does."""

    documents: tuple[Document, ...]
    places: tuple[Place, ...]
    _now: dict[str, list[Place]] = field(default_factory=dict, repr=False, compare=False)
    """What `wordings` found for no day."""

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Shelf":
        """Put documents on the shelf; questions inside a document (记者:…) are not cited."""
        places = tuple(
            (document, passage)
            for document in documents
            for passage in document.passages
            if passage.kind != "question"
        )
        return cls(tuple(documents), places)

    def wordings(self, measure: str, day: date | None) -> list[Place]:
        """Places that word a measure on a day (None: now, nothing retired), the official wording first."""
        if day is None and measure in self._now:
            return self._now[measure]
        found = [place for place in self._valid(day) if place[1].measure == measure]
        original = [place for place in found if not place[0].digest]
        found = sorted(original or found, key=lambda place: (_KIND_ORDER[place[1].kind], place[1].position))
        if day is None:
            self._now[measure] = found
        return found

    def _valid(self, day: date | None) -> Iterator[Place]:
        for document, passage in self.places:
            if document.digest or (in_force(document, day) if day else document.retired is None):
                yield document, passage

    def foreign(self) -> tuple[int, ...]:
        """Positions in `places` of documents that word no measure at all."""
        own = {document.id for document, passage in self.places if passage.measure is not None}
        return tuple(position for position, (document, _) in enumerate(self.places) if document.id not in own)

    def id_of(self, citation: Citation) -> str | None:
        """The id of the document a citation names; a title and a version name one."""
        named = (citation.document, citation.version)
        return next((each.id for each in self.documents if (each.title, each.version) == named), None)

    def holds(self, position: int, day: date | None) -> bool:
        """Whether the document at a position holds on a day (None: now)."""
        document = self.places[position][0]
        return in_force(document, day) if day else document.retired is None


def citation(place: Place, title: str | None = None) -> Citation:
    """A citation of a whole passage. Raises ValueError when its words are not in the text at its offsets."""
    document, passage = place
    if document.text[passage.start : passage.end] != passage.text:
        raise ValueError(f"passage {passage.id} is not at its offsets")
    return Citation(
        measure=passage.measure,
        title=title or (passage.path[-1] if passage.path else document.title),
        quote=passage.text,
        document=document.title,
        version=document.version,
        start=passage.start,
        end=passage.end,
    )
