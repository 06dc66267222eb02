"""The key file: made once, readable by its owner only, and never replaced but by itself with one more key."""

import os
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path

from storage.failures import failure
from storage.sealing import KEY_BYTES, KeyRing, key_lost
from yanlu.errors import KeyLost, StateLocked, StateUnwritable
from yanlu.texts import storage as texts

LOCK_SECONDS = 10


def read_key_file(path: Path) -> KeyRing | None:
    """Read the ring in `path`; None where there is no such file. Raises KeyLost when it cannot be read.

    The ring looks there again when it meets a key it lacks.
    """
    try:
        return KeyRing.parse(path.read_text("ascii"), refresh=partial(_read_again, path))
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
            _name(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError:
        happened, kept, next_step = texts.KEY_UNWRITABLE
        raise StateUnwritable(happened, kept=kept, next_step=next_step) from None
    return read_key_file(path) or ring


def rotated(path: Path, *, randomness: bytes | None = None) -> KeyRing:
    """Add a new key to the file, after all that it holds, and give back the ring that seals with it.

    A crash leaves the file as it was or with the new key, whole. Processes that rotate at the same time take
    turns. Raises KeyLost when there is no file or it cannot be read, StateLocked after waiting for another
    process, StateUnwritable when the file cannot be written; the file is then as it was.
    """
    from filelock import FileLock, Timeout

    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_SECONDS, mode=0o600):
            ring = read_key_file(path)
            if ring is None:
                raise key_lost(texts.KEY_MISSING)
            ring = ring.grown(randomness or secrets.token_bytes(KEY_BYTES))
            try:
                _write_durably(temporary, ring.dump())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
            _sync_folder(path.parent)
            return ring
    except Timeout:
        raise failure(StateLocked, texts.KEY_BUSY) from None
    except OSError:
        raise failure(StateUnwritable, texts.KEY_UNCHANGED) from None


def _read_again(path: Path) -> KeyRing | None:
    try:
        return read_key_file(path)
    except KeyLost:
        return None


def _name(temporary: Path, path: Path) -> None:
    """Give the finished file its name, unless another process was first."""
    with suppress(FileExistsError):
        os.link(temporary, path)  # a rename would overwrite


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
