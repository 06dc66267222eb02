"""Word files (docx): paragraphs, tables, text boxes, notes in order; with insertions, without deletions."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.loading import marks
from knowledge.loading.extract import Extract
from knowledge.loading.numbering import Numbering
from knowledge.loading.refusals import refusal
from yanlu.errors import (
    DocumentError,
    EncryptedDocument,
    OversizeDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from yanlu.texts import loading as texts

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import BaseStyle

MAX_UNPACKED = 100 * 1024 * 1024
MAX_XML = 48 * 1024 * 1024
MAX_PARTS = 4000
MAX_RATIO = 200
_RATIO_FROM = 8 * 1024 * 1024
_LONGEST_CELL = 200
_LONGEST_HEADING = 80
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_TITLE_STYLES = ("title", "标题", "文档标题")
_LEFT_OUT = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "txbxContent"})
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(content: bytes) -> Extract:
    """Read a zip that should be a docx.

    Raises UnsupportedDocument (another kind of zip), EncryptedDocument, OversizeDocument (expands
    beyond reason; told from the directory before anything is unpacked) or UnreadableDocument (damaged,
    or with XML entities).
    """
    _inspect(content)
    import docx

    try:
        return _extract(docx.Document(io.BytesIO(content)))
    except DocumentError:
        raise
    except Exception as error:  # a damaged file makes python-docx and lxml fail in ways they do not list
        raise refusal(UnreadableDocument, texts.BROKEN_DOCX) from error


def _inspect(content: bytes) -> None:
    """Refuse what is no docx or not safe to unpack."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(content))
            _check_kind({entry.filename for entry in entries})
            for entry in entries:
                _check_part(archive, entry)
    except DocumentError:
        raise
    except Exception as error:  # zipfile and zlib fail in many ways on damaged archives
        raise refusal(UnreadableDocument, texts.BROKEN_DOCX) from error


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    xml = sum(entry.file_size for entry in entries if _is_xml(entry))
    bomb = unpacked > MAX_UNPACKED or xml > MAX_XML or len(entries) > MAX_PARTS
    if bomb or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * packed):
        raise refusal(OversizeDocument, texts.ZIP_BOMB)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise refusal(EncryptedDocument, texts.ENCRYPTED_OFFICE)
    if _is_xml(entry) and _ENTITIES.search(archive.read(entry).replace(b"\x00", b"")):
        raise refusal(UnreadableDocument, texts.UNSAFE_DOCX)


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith((".xml", ".rels"))


def _check_kind(names: set[str]) -> None:
    if "OFD.xml" in names:
        raise refusal(UnsupportedDocument, texts.OFD)
    if "word/document.xml" not in names:
        raise refusal(UnsupportedDocument, texts.UNSUPPORTED)


def _extract(document: "Document") -> Extract:
    reader = _Reader(document)
    reader.take(document.element.body)
    reader.take_notes()
    return Extract("\n\n".join(reader.blocks), title=reader.title)


class _Reader:
    def __init__(self, document: "Document") -> None:
        self.blocks: list[str] = []
        self.title: str | None = None
        self._document = document
        self._numbering = Numbering(_numbering_element(document))
        self._styles = {style.style_id: style for style in document.styles}

    def take(self, container: "BaseOxmlElement") -> None:
        """Add the blocks of `container` in order."""
        for block in _blocks(container):
            if _name(block) == "p":
                self._paragraph(block)
            else:
                self._table(block)

    def take_notes(self) -> None:
        """Add footnotes and endnotes, which stand in parts of their own."""
        from docx.oxml.parser import parse_xml

        for relation in self._document.part.rels.values():
            if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
                for note in parse_xml(relation.target_part.blob):
                    if note.get(f"{_WORD}type") is None:
                        self.take(note)

    def _paragraph(self, paragraph: "BaseOxmlElement") -> None:
        boxes: list[BaseOxmlElement] = []
        words = _words(paragraph, boxes).strip()
        if words:
            self._add(paragraph, words)
        for box in boxes:
            self.take(box)

    def _add(self, paragraph: "BaseOxmlElement", words: str) -> None:
        style = self._style(paragraph)
        name = (style.name or "").lower() if style else ""
        if name in _TITLE_STYLES and self.title is None and not self.blocks:
            self.title = " ".join(words.split())
            return
        label = self._numbering.label(paragraph, style.element if style else None)
        level = _level(paragraph, name)
        words = label + words
        if level and "\n" not in words and len(words) <= _LONGEST_HEADING and not marks.article(words):
            words = "#" * min(level, 6) + " " + words
        self.blocks.append(words)

    def _style(self, paragraph: "BaseOxmlElement") -> "BaseStyle | None":
        found = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
        return self._styles.get(found.get(f"{_WORD}val")) if found is not None else None

    def _table(self, table: "BaseOxmlElement") -> None:
        rows = [list(_within(row, "tc")) for row in _within(table, "tr")]
        written = [[_cell_words(cell) for cell in row] for row in rows]
        if any(len(cell) > _LONGEST_CELL for row in written for cell in row) or all(
            len(row) < 2 for row in rows
        ):
            for row in rows:
                for cell in row:
                    self.take(cell)
            return
        lines = [" | ".join(cell for cell in row if cell) for row in written]
        self.blocks.append("\n".join(line for line in lines if line))


def _blocks(container: "BaseOxmlElement") -> Iterator["BaseOxmlElement"]:
    """Paragraphs and tables of `container`, also those inside content controls and insertions."""
    for child in container:
        name = _name(child)
        if name in ("p", "tbl"):
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _blocks(child)


def _within(container: "BaseOxmlElement", name: str) -> Iterator["BaseOxmlElement"]:
    for child in container:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _within(child, name)


def _words(element: "BaseOxmlElement", boxes: list["BaseOxmlElement"]) -> str:
    """Give back the words of one paragraph; its text boxes are put into `boxes`."""
    parts: list[str] = []
    for child in element:
        name = _name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _SIGNS:
            parts.append(_SIGNS[name])
        elif name == "txbxContent":
            boxes.append(child)
        elif name not in _LEFT_OUT:
            parts.append(_words(child, boxes))
    return "".join(parts)


def _cell_words(cell: "BaseOxmlElement") -> str:
    boxes: list[BaseOxmlElement] = []
    parts: list[str] = []
    for block in _blocks(cell):
        if _name(block) == "p":
            parts.append(_words(block, boxes))
        else:
            parts.extend(_cell_words(inner) for row in _within(block, "tr") for inner in _within(row, "tc"))
    parts.extend(_cell_words(box) for box in boxes)
    return " ".join(" ".join(parts).split())


def _level(paragraph: "BaseOxmlElement", style: str) -> int:
    """Give back the heading level 1 … 9 by style name or outline level; 0 for body text."""
    match = _HEADING_STYLE.match(style)
    if match:
        return int(match[1])
    found = paragraph.find(f"{_WORD}pPr/{_WORD}outlineLvl")
    level = int(found.get(f"{_WORD}val", "9")) if found is not None else 9
    return level + 1 if 0 <= level < 9 else 0


def _numbering_element(document: "Document") -> "BaseOxmlElement | None":
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            element: BaseOxmlElement = relation.target_part.element
            return element
    return None


def _name(element: "BaseOxmlElement") -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
