"""The key file: made once, readable by its owner only, never overwritten."""

import os
import secrets
from pathlib import Path

from storage.sealing import KEY_BYTES, KeyRing, key_lost
from yanlu.errors import StateUnwritable
from yanlu.texts import storage as texts


def read_key_file(path: Path) -> KeyRing | None:
    """Read the ring in `path`; None where there is no such file. Raises KeyLost when it cannot be read."""
    try:
        return KeyRing.parse(path.read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise key_lost(texts.KEY_UNREADABLE) from None


def create_key_file(path: Path, *, randomness: bytes | None = None) -> KeyRing:
    """Make a new ring and keep it in `path` (mode 0600), whole or not at all.

    If another process made the file meanwhile, its ring is given back. Raises StateUnwritable.
    """
    ring = KeyRing.generate(randomness or secrets.token_bytes(KEY_BYTES))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            _write_durably(temporary, ring.dump())
            made = _named(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError:
        happened, kept, next_step = texts.KEY_UNWRITABLE
        raise StateUnwritable(happened, kept=kept, next_step=next_step) from None
    return ring if made else read_key_file(path) or ring


def _named(temporary: Path, path: Path) -> bool:
    """Give the finished file its name; False when another process was first."""
    try:
        os.link(temporary, path)  # a rename would overwrite
    except FileExistsError:
        return False
    return True


def _write_durably(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
