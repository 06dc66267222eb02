"""Files with organisations and posts: xlsx, csv, yaml → rows. Each is read whole or refused whole."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from bot.services.organisation_rows import (
    COLUMNS,
    MAX_ROWS,
    Cell,
    OrganisationFile,
    Table,
    cell_of,
    column_of,
    refused,
    take,
)
from yanlu.errors import (
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    OversizeDocument,
    UnreadableDocument,
    UnsupportedDocument,
)
from yanlu.texts import imports as texts

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 48 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FROM = 8 * 1024 * 1024
MAX_YAML = 2 * 1024 * 1024
MAX_COLUMNS = 64
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_organisation_file(source: Path | bytes, name: str | None = None) -> OrganisationFile:
    """Read a file whole. `name` tells the format of bytes by its ending; a path has its own.

    Raises DocumentError's children: UnreadableDocument, UnsupportedDocument, EncryptedDocument, EmptyDocument,
    OversizeDocument; nothing is half-read.
    """
    content = _content(source) if isinstance(source, Path) else source
    ending = Path(name or (source.name if isinstance(source, Path) else "")).suffix.lower()
    if len(content) > MAX_BYTES:
        raise refused(OversizeDocument, texts.too_large(MAX_BYTES), texts.SPLIT)
    if not content.strip():
        raise refused(EmptyDocument, texts.EMPTY, texts.USE_TEMPLATE)
    return _reader(content, ending)(content).file()


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refused(OversizeDocument, texts.too_large(MAX_BYTES), texts.SPLIT)
        return path.read_bytes()
    except OSError:
        raise refused(UnreadableDocument, texts.CANNOT_OPEN, texts.CHECK_PATH) from None


def _reader(content: bytes, ending: str) -> Callable[[bytes], Table]:
    if content.startswith(_OLE):
        if _ENCRYPTED_MARK in content:
            raise refused(EncryptedDocument, texts.ENCRYPTED, texts.REMOVE_PASSWORD)
        raise refused(UnsupportedDocument, texts.OLD_EXCEL, texts.SAVE_AS_XLSX)
    if content.startswith(b"PK"):
        return _xlsx
    if ending in {".yaml", ".yml"}:
        return _yaml
    if ending in {".csv", ".txt", ""}:
        return _csv
    raise refused(UnsupportedDocument, texts.UNSUPPORTED, texts.USE_TEMPLATE)


def _xlsx(content: bytes) -> Table:
    _inspect(content)
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    table = Table()
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            lines = enumerate(islice(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), MAX_ROWS * 2), 1)
            title = sheet.title
            take(table, lines, lambda line, at, title=title: f"{title}!{get_column_letter(at)}{line}")  # type: ignore[misc]
        book.close()
    except DocumentError:
        raise
    except Exception as error:  # openpyxl, zipfile and expat fail in many ways on damaged files
        raise refused(UnreadableDocument, texts.BROKEN, texts.SAVE_AS_XLSX) from error
    return table


def _inspect(content: bytes) -> None:
    """Refuse what is no xlsx, or not safe to unpack; told from the directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            problem = _problem_of(archive, len(content))
    except Exception as error:  # zipfile and zlib fail in many ways on damaged archives
        raise refused(UnreadableDocument, texts.BROKEN, texts.SAVE_AS_XLSX) from error
    if problem is not None:
        raise problem


def _problem_of(archive: zipfile.ZipFile, packed: int) -> DocumentError | None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * packed):
        return refused(OversizeDocument, texts.BOMB, texts.SAVE_AS_XLSX)
    if any(entry.flag_bits & 1 for entry in entries):
        return refused(EncryptedDocument, texts.ENCRYPTED, texts.REMOVE_PASSWORD)
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        return refused(UnsupportedDocument, texts.UNSUPPORTED, texts.USE_TEMPLATE)
    markup = (entry for entry in entries if entry.filename.endswith((".xml", ".rels")))
    if any(_ENTITIES.search(archive.read(entry)) for entry in markup):
        return refused(UnreadableDocument, texts.BROKEN, texts.SAVE_AS_XLSX)
    return None


def _csv(content: bytes) -> Table:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",\t;,", key=first.count)
    table = Table()
    try:
        lines = enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1)
        take(table, lines, texts.csv_place)
    except csv.Error as error:
        raise refused(UnreadableDocument, texts.BROKEN_CSV, texts.SAVE_AS_XLSX) from error
    return table


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise refused(UnreadableDocument, texts.ENCODING, texts.SAVE_AS_UTF8)


def _yaml(content: bytes) -> Table:
    import yaml

    if len(content) > MAX_YAML:
        raise refused(OversizeDocument, texts.too_large(MAX_YAML), texts.SPLIT)
    text = _decoded(content)
    try:
        aliases = any(
            isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)
        )
        data = None if aliases else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = texts.BROKEN_YAML if mark is None else texts.broken_yaml(mark.line + 1, mark.column + 1)
        raise refused(UnreadableDocument, where, texts.USE_TEMPLATE) from error
    if aliases:
        raise refused(UnreadableDocument, texts.YAML_ALIAS, texts.USE_TEMPLATE)
    table = Table()
    for part in ("组织", "人员任职"):
        for number, row in enumerate(_listed(data, part), 1):
            place = f"{part}[{number}]"
            if not isinstance(row, dict):
                raise refused(UnreadableDocument, texts.not_a_row(place), texts.USE_TEMPLATE)
            cells = {column_of(key): _yaml_cell(value, f"{place}.{key}") for key, value in row.items()}
            table.unknown += [name for name in cells if name not in COLUMNS]
            table.add({name: cell for name, cell in cells.items() if name in COLUMNS}, place)
    return table


def _listed(data: object, part: str) -> Sequence[object]:
    found = data.get(part) if isinstance(data, dict) else None
    if found is not None and not isinstance(found, list):
        raise refused(UnreadableDocument, texts.not_a_list(part), texts.USE_TEMPLATE)
    return found or []


def _yaml_cell(value: object, place: str) -> Cell:
    if isinstance(value, list):
        value = ";".join(str(each) for each in value)
    if isinstance(value, dict):
        raise refused(UnreadableDocument, texts.not_a_value(place), texts.USE_TEMPLATE)
    return cell_of(value, place)
