"""Tells a file's format by its content, reads it whole or refuses it whole, settles its names and dates."""

import hashlib
import re
from datetime import date
from pathlib import Path, PurePath

from knowledge.loading import characters, dates, html_page, markdown, masthead, office, pdf, plain
from knowledge.loading.extract import Extract
from knowledge.loading.refusals import refusal
from knowledge.model import LoadedDocument
from yanlu.errors import (
    EmptyDocument,
    EncryptedDocument,
    OversizeDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from yanlu.texts import loading as texts

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 6_000_000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"{\\rtf")
_DOCUMENT_TAGS = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BLOCK_TAGS = re.compile(r"</(?:p|div|td|h[1-6]|li|span|article)>", re.IGNORECASE)
_ADOPTED = re.compile(dates.ADOPTED)
_HISTORY = re.compile(rf"[(（]?{dates.DATE}[^。]{{0,280}}")
_BODIES = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "中共中央办公厅",
    "中共中央",
    "国务院办公厅",
    "国务院",
    "中央纪律检查委员会",
    "最高人民法院",
    "最高人民检察院",
)


def load(path: Path, *, max_bytes: int = MAX_BYTES) -> LoadedDocument:
    """Load the file at `path`, at most `max_bytes` long.

    All or nothing: raises UnreadableDocument (missing, a directory, no permission, damaged, encoding
    unknown), UnsupportedDocument, EncryptedDocument, ScannedDocument, EmptyDocument or OversizeDocument.
    """
    try:
        if not path.exists():
            raise refusal(UnreadableDocument, texts.MISSING)
        if not path.is_file():
            raise refusal(UnreadableDocument, texts.NOT_A_FILE)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except PermissionError as error:
        raise refusal(UnreadableDocument, texts.NO_PERMISSION) from error
    except (OSError, ValueError) as error:
        raise refusal(UnreadableDocument, texts.UNREADABLE_DISK) from error
    return load_bytes(content, path.name, max_bytes=max_bytes)


def load_bytes(content: bytes, name: str, *, max_bytes: int = MAX_BYTES) -> LoadedDocument:
    """Load a file's `content`; its `name`, with or without folders, helps where the content does not tell.

    Limits and errors are those of `load`.
    """
    if len(content) > max_bytes:
        raise refusal(OversizeDocument, texts.too_large(max_bytes))
    if not content:
        raise refusal(EmptyDocument, texts.EMPTY)
    media_type, extract = _read(content, PurePath(name).suffix.lower())
    return _settle(extract, media_type, hashlib.sha256(content).hexdigest(), PurePath(name).stem)


def _read(content: bytes, suffix: str) -> tuple[str, Extract]:
    if b"%PDF-" in content[:1024]:
        return "application/pdf", pdf.read(content)
    if content.startswith(b"PK\x03\x04"):
        return DOCX, office.read(content)
    _refuse_foreign(content)
    text = characters.decode(content)
    if _is_html(text, suffix):
        return "text/html", html_page.read(text)
    text = characters.clean(text)
    if suffix in (".md", ".markdown") or markdown.looks_like_markdown(text):
        return "text/markdown", markdown.read(text)
    return "text/plain", plain.read(text)


def _refuse_foreign(content: bytes) -> None:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refusal(EncryptedDocument, texts.ENCRYPTED_OFFICE)
        raise refusal(UnsupportedDocument, texts.OLD_WORD)
    if content.startswith(_IMAGES) and b"\x00" in content[:512]:
        raise refusal(UnsupportedDocument, texts.IMAGE)
    if content.startswith((*_ARCHIVES, b"PK\x05\x06")):
        raise refusal(UnsupportedDocument, texts.UNSUPPORTED)


def _is_html(text: str, suffix: str) -> bool:
    head = text[:4000]
    if suffix in (".md", ".markdown"):
        return bool(re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype|html)\b", head, re.IGNORECASE))
    if _DOCUMENT_TAGS.search(head) and head.lstrip("\ufeff \r\n\t").startswith("<"):
        return True
    return suffix in (".html", ".htm", ".xhtml", ".shtml") or len(_BLOCK_TAGS.findall(head)) >= 3


def _settle(extract: Extract, media_type: str, sha256: str, stem: str) -> LoadedDocument:
    page = masthead.read_page(characters.clean(extract.text))
    lines = list(page.lines)
    title = extract.title or page.title or ""
    if extract.title and page.title and page.title != masthead.without_kicker(extract.title.strip()):
        lines = [page.title, "", *lines]
    text = "\n".join(lines).strip()
    if not text and page.title:
        text, title = page.title, ""
    if not any(char.isalnum() for char in text):
        raise refusal(EmptyDocument, texts.NO_TEXT)
    if len(text) > MAX_CHARACTERS:
        raise refusal(OversizeDocument, texts.TOO_LONG)
    history = _history(lines)
    context = [line for line in characters.clean(extract.context).split("\n") if line]
    issued = (
        dates.of_file_name(stem)
        or extract.issued
        or page.issued
        or _last_adopted(history)
        or masthead.dateline_of(context)
        or _signed(lines)
    )
    issuer = (
        extract.issuer
        or page.issuer
        or page.source
        or masthead.source_of(context)
        or _adopted_by(title, history)
    )
    return LoadedDocument(
        text=text,
        title=characters.clean(masthead.without_kicker(title.strip())) or dates.without_date(stem) or stem,
        sha256=sha256,
        media_type=media_type,
        issuer=issuer,
        issued=issued,
        effective=_effective(text, history, issued),
        source=extract.source or page.address or page.source or masthead.source_of(context),
    )


def _history(lines: list[str]) -> list[str]:
    """Give back the lines at the head that tell when the text was adopted and amended."""
    return [line for line in lines[:80] if _HISTORY.fullmatch(line)]


def _last_adopted(history: list[str]) -> date | None:
    days = [day for line in history if _ADOPTED.search(line) and (day := dates.first(line))]
    return max(days, default=None)


def _adopted_by(title: str, history: list[str]) -> str | None:
    last = next((line for line in reversed(history) if _ADOPTED.search(line)), "")
    return next((body for body in _BODIES if title.startswith(body)), None) or next(
        (body for body in _BODIES if body in last.partition("《")[0]), None
    )


def _effective(text: str, history: list[str], issued: date | None) -> date | None:
    stated = next(
        (dates.first(line) for line in reversed(history) if re.search(r"(?:施行|实施|生效)$", line)), None
    )
    return stated or dates.effective(text, issued)


def _signed(lines: list[str]) -> date | None:
    """Give back the date under a signature, where a closing line is nothing but a date."""
    return masthead.dateline_of([line for line in lines if line][-3:])
