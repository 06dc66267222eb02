"""Slow hashes of passphrases, a few at a time, and one-time codes."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import nacl.exceptions
import nacl.pwhash

from storage import Cost
from yanlu.errors import AccessDenied
from yanlu.texts import accounts as texts

AT_ONCE = 2
MOST_WAITING = 32
CODE_SECONDS = 30
_Result = TypeVar("_Result")


class Hashing:
    """Runs what is slow and hungry in threads, `at_once` at a time, so that a rush cannot eat the memory."""

    def __init__(self, cost: Cost, at_once: int = AT_ONCE) -> None:
        self._cost = cost
        self._slots = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Wait for a turn and work. Raises AccessDenied when too many wait already, and what `work` raises."""
        if self._waiting >= MOST_WAITING:
            raise AccessDenied(texts.BUSY, next_step=texts.BUSY_NEXT)
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1

    async def hashed(self, passphrase: str) -> str:
        """Hash a passphrase."""
        return await self.run(lambda: hashed(passphrase, self._cost))

    async def verified(self, stored: str, passphrase: str) -> bool:
        """Tell whether a passphrase is the one that was hashed."""
        return await self.run(lambda: verified(stored, passphrase))


def hashed(passphrase: str, cost: Cost) -> str:
    """Hash a passphrase with Argon2id (RFC 9106), in the notation that names its salt and cost."""
    made = nacl.pwhash.argon2id.str(_typed(passphrase), opslimit=cost.operations, memlimit=cost.memory)
    return made.decode()


def verified(stored: str, passphrase: str) -> bool:
    """Tell whether a passphrase is the one that was hashed."""
    try:
        return bool(nacl.pwhash.verify(stored.encode(), _typed(passphrase)))
    except (nacl.exceptions.InvalidkeyError, ValueError):
        return False


def _typed(passphrase: str) -> bytes:
    return unicodedata.normalize("NFKC", passphrase).encode(errors="surrogatepass")


def step_of(secret: str, code: str, seconds: float) -> int | None:
    """Find the step of 30 s that a one-time code (RFC 6238) belongs to: this one or a neighbour; None for a wrong code."""
    import pyotp

    typed = unicodedata.normalize("NFKC", code).replace(" ", "")
    now = int(seconds // CODE_SECONDS)
    try:
        codes = pyotp.TOTP(secret)
        steps = {step: codes.at(step * CODE_SECONDS) for step in (now, now - 1, now + 1)}
    except ValueError:  # no secret of ours
        return None
    given = typed.encode(errors="surrogatepass")
    return next(
        (step for step, right in steps.items() if secrets.compare_digest(right.encode(), given)), None
    )
