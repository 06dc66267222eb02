"""The nouns of knowledge: documents, passages, citations, answers. Plain frozen records, no I/O."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

PassageKind = Literal["item", "answer", "question", "article", "preamble", "paragraph"]


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """What a loader made of a file: the text as it will be stored (normalised newlines, page furniture cut out).

    `sha256` is of the file's bytes (hex). Dates and names are None where the file does not say them.
    """

    text: str
    title: str
    sha256: str
    media_type: str
    issuer: str | None = None
    issued: date | None = None
    effective: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One passage as cut from a text: `text == whole[start:end]`, offsets in code points.

    `path` names the headings above it, outermost first; `label` is its own number as written ("第三条", "02·1", "")
    or "" where it has none.
    """

    start: int
    end: int
    text: str
    kind: PassageKind
    path: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of a stored document. `measure` is the id of the measure it words ("1.2"), None if none."""

    document: str
    position: int
    start: int
    end: int
    text: str
    kind: PassageKind
    path: tuple[str, ...] = ()
    label: str = ""
    measure: str | None = None

    @property
    def id(self) -> str:
        """Stable id within the library: document id and position."""
        return f"{self.document}#{self.position}"


@dataclass(frozen=True, slots=True)
class Document:
    """A document in the library, with its text and passages.

    `digest` marks the built-in 要点整理. `version` counts from 1 for each title; a later version retires the earlier.
    """

    id: str
    title: str
    text: str
    sha256: str
    version: int
    ingested: datetime
    passages: tuple[Passage, ...]
    issuer: str | None = None
    issued: date | None = None
    effective: date | None = None
    retired: date | None = None
    source: str | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence of an answer stands: `quote == document.text[start:end]`, offsets in code points."""

    measure: str | None
    title: str
    quote: str
    document: str
    version: int
    start: int
    end: int


Outcome = Literal[
    "answer", "silent", "nearest", "refuse", "smalltalk", "record", "report", "track", "statistics"
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question. Meanings of `outcome` and the JSON form: DESIGN section 9."""

    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = field(default=())
