"""The reading view: the built-in digest and the library's documents, passage by passage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.channels.web.rendering import highlighted
from knowledge.catalogue import digest_document, load_catalogue
from knowledge.model import Document, Passage
from yanlu.texts import web as texts


class Edition(Protocol):
    """What the list shows of a document."""

    @property
    def id(self) -> str: ...  # noqa: D102 - named by its type
    @property
    def title(self) -> str: ...  # noqa: D102 - named by its type


class Library(Protocol):
    """Where documents come from (`bot.services.library.LibraryService`)."""

    async def documents(self) -> Sequence[Edition]:
        """Give the documents in force."""
        ...

    async def document(self, id_: str) -> Document:
        """Give a document with its passages. Raises UnknownDocument."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """One passage as shown: the headings that begin with it, its number, and the quote's place in it."""

    position: int
    headings: tuple[tuple[int, str], ...]
    label: str
    before: str
    quote: str
    after: str
    first_quote: bool


def document_address(document: str, start: int | None = None, end: int | None = None) -> str:
    """Give the page of a document, opened at the quote where its offsets are given."""
    if start is None or end is None:
        return f"/documents/{document}"
    return f"/documents/{document}?start={start}&end={end}#quote"


async def found(library: Library, id_: str) -> Document:
    """Give a document, the built-in digest too. Raises UnknownDocument."""
    digest = digest_document(load_catalogue())
    return digest if id_ == digest.id else await library.document(id_)


def shown(document: Document, start: int, end: int) -> list[Shown]:
    """Lay a document out, with the text from `start` to `end` marked."""
    above: tuple[str, ...] = ()
    passages = []
    marked = False
    for passage in sorted(document.passages, key=lambda each: each.start):
        before, quote, after = highlighted(passage.text, passage.start, start, end)
        passages.append(
            Shown(
                passage.position,
                _begun(above, passage.path),
                _label(passage),
                before,
                quote,
                after,
                bool(quote) and not marked,
            )
        )
        marked = marked or bool(quote)
        above = passage.path
    return passages


def facts(document: Document) -> list[str]:
    """Give the lines under a document's title."""
    issued = document.issued.isoformat() if document.issued else ""
    lines = [texts.issued_line(document.issuer or "", issued)]
    if document.digest:
        lines.append(texts.DIGEST_MARK)
    else:
        lines.append(texts.document_line(document.version, document.ingested.date().isoformat()))
    if document.retired is not None:
        lines.append(texts.retired_line(_day(document.retired)))
    return [line for line in lines if line]


def _begun(above: Sequence[str], path: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Give the headings (level from 2, text) that differ from those of the passage before."""
    same = 0
    for old, new in zip(above, path, strict=False):
        if old != new:
            break
        same += 1
    return tuple((min(level + 2, 6), heading) for level, heading in enumerate(path) if level >= same)


def _label(passage: Passage) -> str:
    if passage.measure is None:
        return passage.label
    measure = load_catalogue().measure(passage.measure)
    return f"{measure.label} {measure.title}"


def _day(day: date) -> str:
    return day.isoformat()
