r"""A backup as a file: its format, written and read.

A zip archive, so that it can be looked at without this program:

    tables/NAME.jsonl   a line for each row, in the order of the primary key: a JSON array of its values
    manifest.json       format, version, when, migration, and for each table its columns, rows, bytes and SHA-256
    manifest.mark       keyed hash of the manifest, under a key derived from the installation's

A value is null, true, false, a number, a string, or {"b": base64}, {"on": date}, {"at": time in UTC}. Nothing in the
file is believed before the mark has vouched for the manifest and the manifest for the tables, and nothing is ever
unpacked to a path that the file names.
"""

import base64
import errno
import hashlib
import hmac
import json
import os
import secrets
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from storage.failures import failure
from storage.sealing import KeyRing, key_lost
from yanlu.errors import SchemaMismatch, StateUnwritable, StorageError
from yanlu.texts import backup as texts

FORMAT = "yanlu backup"
VERSION = 1
_MANIFEST, _MARK = "manifest.json", "manifest.mark"
_MOST_MANIFEST = 1 << 20
_BLOCK = 1 << 20
_LEVEL = 1
"""Most of it is ciphertext in base64, which no effort makes smaller than its bytes."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error,
    EOFError, OSError, ValueError, LookupError, TypeError, ArithmeticError, RuntimeError,
)  # fmt: skip
"""What `zipfile` and `json` raise over bytes that are not what they should be."""


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table in a backup: its columns, how many rows, how many bytes, and their SHA-256 (hex)."""

    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `installation` tells installations apart, and nothing of their key."""

    made: datetime
    revision: str
    installation: str
    tables: Mapping[str, TablePart]


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which gets the name `path` (mode 0600) when the block ends, whole or not at all.

    Raises StateUnwritable when something stands there already, or the disk does not take it.
    """
    if os.path.lexists(path):
        raise failure(StateUnwritable, texts.FILE_EXISTS)
    temporary = path.with_name(f".yanlu-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _give_name(temporary, path)
    except FileExistsError:
        raise failure(StateUnwritable, texts.FILE_EXISTS) from None
    except OSError as error:
        full = error.errno in _NO_ROOM
        raise failure(StateUnwritable, texts.FILE_FULL if full else texts.FILE_UNWRITABLE) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _give_name(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)  # a rename would overwrite
    except FileExistsError:
        raise
    except OSError:  # a stick has no hard links
        if os.path.lexists(path):
            raise FileExistsError from None
        temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class BackupWriter:
    """Writes the tables one after another, then what vouches for them. A context manager."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._tables: dict[str, TablePart] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, ValueError):  # left half-way, it would try again when nobody listens
            self._zip.close()

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write a table."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(_place(name), "w", force_zip64=True) as member:
            for row in rows:
                line = _line(row)
                member.write(line)
                digest.update(line)
                size, count = size + len(line), count + 1
        self._tables[name] = TablePart(tuple(columns), count, size, digest.hexdigest())

    def finish(self, revision: str, keys: KeyRing, now: datetime) -> Manifest:
        """Write the manifest and its mark; the archive is whole then."""
        made = now.astimezone(UTC).replace(microsecond=0)
        manifest = Manifest(made, revision, _installation(keys), self._tables)
        content = asdict(manifest) | {"format": FORMAT, "version": VERSION, "made": made.isoformat()}
        written = json.dumps(content, ensure_ascii=False, indent=1).encode()
        self._zip.writestr(_MANIFEST, written)
        self._zip.writestr(_MARK, _mark(keys, written))
        self._zip.close()
        return manifest


class BackupReader:
    """Reads a backup. Made by `opened`, which has checked it whole."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    @classmethod
    @contextmanager
    def opened(cls, path: Path, keys: KeyRing) -> "Iterator[BackupReader]":
        """Open and check a backup: its format, that it is this installation's, and every byte of its tables.

        Raises StorageError when it is none, damaged or changed; SchemaMismatch when its format is newer; KeyLost when
        it was made with other keys; StateUnwritable when it cannot be read.
        """
        try:
            file = path.open("rb")
        except OSError:
            raise failure(StateUnwritable, texts.FILE_UNREADABLE) from None
        with file:
            with _damage_told(texts.NO_BACKUP):
                archive = zipfile.ZipFile(file)
                written, mark = _small(archive, _MANIFEST), _small(archive, _MARK)
                content = _content(written)
            with _damage_told(texts.BROKEN):
                manifest = _manifest(content)
            if manifest.installation != _installation(keys):
                raise key_lost(texts.OTHER_KEY)
            if not hmac.compare_digest(mark, _mark(keys, written)):
                raise failure(StorageError, texts.BROKEN)
            reader = cls(archive, manifest)
            reader._check_members()
            for name in manifest.tables:
                for _ in reader._blocks(name):
                    pass
            yield reader

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a table. Raises StorageError when they are no longer what the manifest says."""
        rest = b""
        for block in self._blocks(name):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield _values(line)

    def _check_members(self) -> None:
        named = [each.filename for each in self._zip.infolist()]
        if sorted(named) != sorted([_MANIFEST, _MARK, *map(_place, self.manifest.tables)]):
            raise failure(StorageError, texts.BROKEN)

    def _blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a table, no more of them than it should have; at the end they prove right or it raises."""
        part, digest, size = self.manifest.tables[name], hashlib.sha256(), 0
        with _damage_told(texts.BROKEN):
            member = _member(self._zip, _place(name))
        with member:
            while block := _read(member):
                digest.update(block)
                size += len(block)
                if size > part.size:
                    break
                yield block
        if (size, digest.hexdigest()) != (part.size, part.sha256):
            raise failure(StorageError, texts.BROKEN)


@contextmanager
def _damage_told(sentences: tuple[str, str, str]) -> Iterator[None]:
    try:
        yield
    except _DAMAGE:
        raise failure(StorageError, sentences) from None


def _read(member: IO[bytes]) -> bytes:
    with _damage_told(texts.BROKEN):
        return member.read(_BLOCK)


def _place(table: str) -> str:
    return f"tables/{table}.jsonl"


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = archive.getinfo(name)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError(name)
    return archive.open(info)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with _member(archive, name) as member:
        found = member.read(_MOST_MANIFEST + 1)
    if len(found) > _MOST_MANIFEST:
        raise ValueError(name)
    return found


def _content(written: bytes) -> dict[str, Any]:
    """Read the manifest as JSON. Raises SchemaMismatch when its format is newer, ValueError when it is none of ours."""
    content = json.loads(written)
    if content["format"] != FORMAT or type(content["version"]) is not int:
        raise ValueError(FORMAT)
    if content["version"] > VERSION:
        raise failure(SchemaMismatch, texts.NEWER)
    return dict(content)


def _manifest(content: Mapping[str, Any]) -> Manifest:
    tables = {
        str(name): TablePart(tuple(part["columns"]), part["rows"], part["size"], part["sha256"])
        for name, part in content["tables"].items()
    }
    made = datetime.fromisoformat(content["made"])
    return Manifest(made, str(content["revision"]), str(content["installation"]), tables)


def _installation(keys: KeyRing) -> str:
    return keys.derived("backup installation")[:16].hex()


def _mark(keys: KeyRing, written: bytes) -> bytes:
    return keys.derived("backup manifest", written).hex().encode()


def _line(row: Sequence[Any]) -> bytes:
    values = [_encoded(value) for value in row]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _encoded(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        aware = (
            value if value.tzinfo else value.replace(tzinfo=UTC)
        )  # SQLite keeps times in UTC, without saying so
        return {"at": aware.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    raise TypeError(type(value).__name__)


def _values(line: bytes) -> tuple[Any, ...]:
    return tuple(_decoded(value) for value in json.loads(line))


def _decoded(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    if kind == "b":
        return base64.b64decode(text)
    return datetime.fromisoformat(text) if kind == "at" else date.fromisoformat(text)
