"""The state folder: made for its owner only, and held by one `yanlu run` at a time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yanlu.errors import StateLocked, StateUnwritable
from yanlu.texts import commands as texts


def prepared(home: Path) -> Path:
    """Make the folder (mode 0700) unless it is there. Raises StateUnwritable when it cannot be written."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=home):
            return home
    except OSError:
        raise StateUnwritable(
            texts.UNWRITABLE, kept=texts.UNWRITABLE_KEPT, next_step=texts.UNWRITABLE_NEXT
        ) from None


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Keep other `yanlu run` off the folder. Raises StateLocked when one is there already."""
    from filelock import FileLock, Timeout

    lock = FileLock(prepared(home) / "run.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise StateLocked(texts.LOCKED, kept=texts.LOCKED_KEPT, next_step=texts.LOCKED_NEXT) from None
    try:
        yield
    finally:
        lock.release()
