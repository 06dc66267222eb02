"""Wrong tries at passphrases and one-time codes: counted per account in the database, for all workers together.

Names nobody has are counted in this process, however they are spelled, and kept as hashes.
"""

import hashlib
import unicodedata
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storage import Database
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import accounts as texts

if TYPE_CHECKING:
    from storage import Account

MOST_TRIES = 5
TRIES_PAUSE = timedelta(minutes=15)
_UNKNOWN = 1_000


class Tries:
    """Counts tries, and says when there were too many."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._unknown: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    async def count(self, account: "Account", now: datetime) -> None:
        """Count a try before its outcome is known, so that tries side by side are counted too.

        Raises AccessDenied after too many; the history tells so once, that nobody may fill it.
        """
        async with self._database.transaction(now) as work:
            await work.lock(f"account {account.person}")
            counted = await work.accounts.get(account.person) or account
            recent = counted.failed_at is not None and now - counted.failed_at < TRIES_PAUSE
            paused = counted.failed >= MOST_TRIES and recent
            if paused and counted.failed == MOST_TRIES:
                await work.accounts.failed(account.person, MOST_TRIES + 1, counted.failed_at or now)
                await work.accounts.note(account.person, "paused", now)
            if not paused:
                before = counted.failed if counted.failed < MOST_TRIES else 0
                await work.accounts.failed(account.person, before + 1, now)
        if paused:
            raise _too_many()

    async def right(self, account: "Account", now: datetime) -> None:
        """Forget a try that came out right."""
        async with self._database.transaction(now) as work:
            await work.accounts.uncount(account.person)  # not zero: wrong one-time codes add up

    def count_unknown(self, name: str, now: datetime) -> None:
        """Count a try at a name nobody has. Raises AccessDenied after too many."""
        key = hashlib.blake2b(typed_name(name).encode(errors="surrogatepass"), digest_size=18).hexdigest()
        tries, last = self._unknown.pop(key, (0, now))
        if tries >= MOST_TRIES and now - last >= TRIES_PAUSE:
            tries = 0
        self._unknown[key] = (min(tries + 1, MOST_TRIES), last if tries >= MOST_TRIES else now)
        while len(self._unknown) > _UNKNOWN:
            self._unknown.popitem(last=False)
        if tries >= MOST_TRIES:
            raise _too_many()


def typed_name(name: str) -> str:
    """Give a name as it is looked for, however it was typed."""
    return unicodedata.normalize("NFKC", name).strip()


def _too_many() -> YanluError:
    return AccessDenied(texts.TOO_MANY_TRIES, next_step=texts.TOO_MANY_TRIES_NEXT)
