"""Where a built index is kept: one folder per content, written whole or not at all, checked when read."""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from knowledge.retrieval.lexical import LexicalIndex

_FORMAT: Final = 1
_SEAL: Final = "seal.json"
_log = logging.getLogger(__name__)


def content_key(parts: Iterable[tuple[str, ...]]) -> str:
    """Give the hex key of a sequence of records of strings; any change of any part changes it."""
    digest = hashlib.sha256(f"yanlu-index-{_FORMAT}".encode())
    for record in parts:
        digest.update(len(record).to_bytes(8, "big"))
        for part in record:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


def saved(folder: Path, key: str, size: int, *, build: Callable[[], LexicalIndex]) -> LexicalIndex:
    """Read the index `key` from `folder`; if it is absent or damaged, build it and save it."""
    place = folder / key
    if place.is_dir():
        try:
            return _read(place, size)
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            _log.warning("a saved index is damaged and is built anew")
    lexical = build()
    try:
        _write(place, lexical)
    except OSError:
        _log.warning("the index cannot be saved and is kept in memory only")
    return lexical


def _write(place: Path, lexical: LexicalIndex) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        lexical.write(fresh)
        checks = {part.name: _checksum(part) for part in sorted(fresh.iterdir())}
        seal = {"format": _FORMAT, "size": lexical.size, "checks": checks}
        (fresh / _SEAL).write_text(json.dumps(seal), "utf-8")
        shutil.rmtree(place, ignore_errors=True)
        os.replace(fresh, place)  # noqa: PTH105 - Path.replace is the same call; os.replace reads as the atomic step
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _read(place: Path, size: int) -> LexicalIndex:
    seal = json.loads((place / _SEAL).read_text("utf-8"))
    if seal["format"] != _FORMAT or seal["size"] != size:
        raise ValueError("the saved index is of another format or size")
    for name, check in seal["checks"].items():
        if _checksum(place / name) != check:
            raise ValueError("a part of the saved index is damaged")
    return LexicalIndex.read(place, size)


def _checksum(part: Path) -> int:
    check = 0
    with part.open("rb") as stream:
        while block := stream.read(1 << 20):
            check = zlib.crc32(block, check)
    return check
