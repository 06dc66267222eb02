"""Unlocked sessions: a passphrase opens a handler's key, which stays in this process's memory for a bounded time.

A session is known by a random token. It ends when it was idle too long, when it is closed, when the handler is
revoked, and with the process; nothing of it is stored. Python cannot wipe memory: what was unlocked may stay in
freed memory until that is used again.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import Cost, Database, Handler, UnitOfWork, Unlocked, rewrapped, unlock
from storage.handler_keys import MODERATE
from yanlu.errors import AccessDenied
from yanlu.texts import casework as texts

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
"""However busy: the passphrase is asked for once a working day."""
MOST_TRIES = 5
TRIES_PAUSE = timedelta(minutes=15)
LEAST_PASSPHRASE = 10


@dataclass(slots=True)
class _Session:
    unlocked: Unlocked
    began: datetime
    used: datetime


class Sessions:
    """The unlocked sessions of one process. All times are given; none is read from a clock."""

    def __init__(self, idle: timedelta = IDLE, longest: timedelta = LONGEST) -> None:
        self._idle = idle
        self._longest = longest
        self._open: dict[str, _Session] = {}
        self._tries: dict[str, tuple[int, datetime]] = {}

    async def begin(self, database: Database, person: str, passphrase: str, now: datetime) -> str:
        """Unlock a person's key; gives the session's token.

        Raises PassphraseWrong; AccessDenied after too many wrong ones, and for a person who receives no reports (who
        does is no secret within the house).
        """
        async with database.transaction(now) as work:
            handler = await work.handlers.by_person(person)
        if handler is None:
            raise AccessDenied(texts.NO_HANDLER, next_step=texts.NO_HANDLER_NEXT)
        # Looked at and counted in one go before the slow part, so that tries side by side are counted too.
        self._paused(person, now)
        self._tries[person] = (self._tries.get(person, (0, now))[0] + 1, now)
        unlocked = await asyncio.to_thread(unlock, handler, passphrase)
        self._tries.pop(person, None)
        token = secrets.token_urlsafe(32)
        self._open[token] = _Session(unlocked, now, now)
        return token

    async def of(self, work: UnitOfWork, token: str, now: datetime) -> Unlocked:
        """The unlocked handler of a session, whose time starts anew. Raises AccessDenied when it has ended."""
        self.expire(now)
        session = self._open.get(token)
        if session is None:
            raise AccessDenied(texts.SESSION_ENDED, next_step=texts.SESSION_ENDED_NEXT)
        handler = await work.handlers.get(session.unlocked.handler.id)
        if handler is None or handler.revoked is not None:
            self.end_of(session.unlocked.handler.id)
            raise AccessDenied(texts.SESSION_ENDED, next_step=texts.SESSION_ENDED_NEXT)
        session.used = now
        return session.unlocked

    def end(self, token: str) -> None:
        """Close a session; no matter if there is none."""
        self._open.pop(token, None)

    def end_of(self, handler: str) -> int:
        """Close every session of a handler (by id); gives how many there were."""
        gone = [token for token, each in self._open.items() if each.unlocked.handler.id == handler]
        for token in gone:
            del self._open[token]
        return len(gone)

    def expire(self, now: datetime) -> None:
        """Close the sessions whose time is up. Call it now and then: a session nobody asks for ends only by it."""
        over = [
            token
            for token, each in self._open.items()
            if now - each.used >= self._idle or now - each.began >= self._longest
        ]
        for token in over:
            del self._open[token]

    def __len__(self) -> int:
        return len(self._open)

    def _paused(self, person: str, now: datetime) -> None:
        tries, last = self._tries.get(person, (0, now))
        if tries >= MOST_TRIES and now - last < TRIES_PAUSE:
            raise AccessDenied(texts.TOO_MANY_TRIES, next_step=texts.TOO_MANY_TRIES_NEXT)
        if tries >= MOST_TRIES:
            del self._tries[person]


def checked_passphrase(passphrase: str) -> str:
    """Give a passphrase back when it may be one. Raises AccessDenied for a short or monotonous one."""
    if len(passphrase) < LEAST_PASSPHRASE or len(set(passphrase)) < LEAST_PASSPHRASE // 2:
        raise AccessDenied(texts.PASSPHRASE_WEAK, next_step=texts.passphrase_weak_next(LEAST_PASSPHRASE))
    return passphrase


async def change_passphrase(
    database: Database, handler: Handler, passphrases: tuple[str, str], now: datetime, cost: Cost = MODERATE
) -> None:
    """Put a handler's key under a new passphrase; `passphrases` are the old and the new.

    Raises PassphraseWrong, and AccessDenied for a weak new one or a revoked handler.
    """
    old, new = passphrases
    checked_passphrase(new)
    unlocked = await asyncio.to_thread(unlock, handler, old)
    made = await asyncio.to_thread(rewrapped, unlocked, new, cost)
    async with database.transaction(now) as work:
        if not await work.handlers.rewrap(made):
            raise AccessDenied(texts.NO_HANDLER, next_step=texts.NO_HANDLER_NEXT)
        await work.audit.append(f"handler:{handler.id}", "passphrase", None, now.date())
