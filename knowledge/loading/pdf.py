"""PDF files: their text without running heads, feet and page numbers, lines joined back into paragraphs.

pypdf bounds what one page may cost (streams, filters, nesting); here the pages, the text and the time
of the whole file are bounded.
"""

import io
import logging
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

from knowledge.loading import characters
from knowledge.loading.extract import Extract
from knowledge.loading.reflow import joined
from knowledge.loading.refusals import refusal
from yanlu.errors import (
    DocumentError,
    EncryptedDocument,
    OversizeDocument,
    ScannedDocument,
    UnreadableDocument,
)
from yanlu.texts import loading as texts

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 2000
MAX_CHARACTERS = 6_000_000
MAX_SECONDS = 60.0
_EDGE_LINES = 2
_LONGEST_PAGE_NUMBER = 40
_FEWEST_PER_PAGE = 16
_GARBLED_SHARE = 0.2
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:[-–—·~•]\s*)?(?:第?\s*\d{1,4}\s*页?)(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?(?:\s*[-–—·~•])?|page\s*\d+.{0,10}",
    re.IGNORECASE,
)


def read(content: bytes) -> Extract:
    """Read `content` as PDF.

    Raises EncryptedDocument, ScannedDocument (no text, or most pages mere pictures), OversizeDocument
    (pages, text or time beyond the limits) or UnreadableDocument (damaged, or with fonts that do not tell
    their characters).
    """
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would log pieces of the file
    try:
        pages = _pages(_opened(pypdf.PdfReader(io.BytesIO(content))))
    except DocumentError:
        raise
    except (pypdf.errors.FileNotDecryptedError, pypdf.errors.DependencyError) as error:
        raise refusal(EncryptedDocument, texts.ENCRYPTED_PDF) from error
    except pypdf.errors.LimitReachedError as error:
        raise refusal(OversizeDocument, texts.TOO_LONG) from error
    except Exception as error:  # a damaged file makes pypdf fail in ways it does not list
        raise refusal(UnreadableDocument, texts.BROKEN_PDF) from error
    lines = [line for page in _without_running_lines(pages) for line in page]
    return Extract("\n".join(joined(lines)))


def _opened(reader: "PdfReader") -> "PdfReader":
    """Give back `reader`, opened with the empty password if it has one."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise refusal(EncryptedDocument, texts.ENCRYPTED_PDF)
    return reader


def _pages(reader: "PdfReader") -> list[list[str]]:
    """Give back the lines of each page."""
    if len(reader.pages) > MAX_PAGES:
        raise refusal(OversizeDocument, texts.TOO_LONG)
    pages: list[list[str]] = []
    pictures = total = 0
    stop = time.monotonic() + MAX_SECONDS
    for page in reader.pages:
        text = page.extract_text()
        total += len(text)
        if total > MAX_CHARACTERS or time.monotonic() > stop:
            raise refusal(OversizeDocument, texts.TOO_LONG)
        _check_characters(text)
        lines = [line for line in characters.clean(text).split("\n") if line]
        pages.append(lines)
        pictures += sum(map(len, lines)) < _FEWEST_PER_PAGE and _has_picture(page)
    if not any(pages) or 2 * pictures > len(pages):
        raise refusal(ScannedDocument, texts.SCANNED)
    return pages


def _check_characters(text: str) -> None:
    strange = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text)
    if strange > _GARBLED_SHARE * len(text):
        raise refusal(UnreadableDocument, texts.GARBLED_PDF)


def _has_picture(page: "PageObject") -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources else None
    if not objects:
        return False
    return any(item.get_object().get("/Subtype") == "/Image" for item in objects.get_object().values())


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers at the edges of pages and lines that return at the edge of most pages."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(page[index]) for index in _edges(page)})
    running = {shape for shape, count in seen.items() if count >= 2 and 2 * count > len(pages)}
    kept: list[list[str]] = []
    for page in pages:
        dropped = {
            index for index in _edges(page) if _shape(page[index]) in running or _is_page_number(page[index])
        }
        kept.append([line for index, line in enumerate(page) if index not in dropped])
    return kept


def _is_page_number(line: str) -> bool:
    return len(line) <= _LONGEST_PAGE_NUMBER and bool(_PAGE_NUMBER.fullmatch(line))


def _edges(page: list[str]) -> set[int]:
    last = len(page)
    return {index for index in range(last) if index < _EDGE_LINES or index >= last - _EDGE_LINES}


def _shape(line: str) -> str:
    """Give back a line with its numbers levelled, so that 第1页 and 第2页 are one."""
    return _DIGITS.sub("0", "".join(line.split()))
