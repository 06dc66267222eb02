"""Handlers' keys at the console: made by whom they were offered to, and put under another passphrase."""

from datetime import datetime

from bot.services.casework.unlocking import checked_passphrase
from bot.services.clock import BEIJING
from bot.services.directory import Directory, DirectoryService
from bot.services.passphrases import Hashing
from bot.services.tries import Tries
from storage import Cost, Database, Handler, HandlerOffer, UnitOfWork, new_keys, rewrapped, unlock
from yanlu.errors import AccessDenied, PassphraseWrong
from yanlu.texts import accounts as texts
from yanlu.texts import casework as case_texts
from yanlu.texts import console as console_texts


class HandlerKeys:
    """Makes keys and changes their passphrases; slow hashing waits its turn with that of the accounts."""

    def __init__(
        self, database: Database, directories: DirectoryService, hashing: Hashing, tries: Tries, cost: Cost
    ) -> None:
        self._database = database
        self._directories = directories
        self._hashing = hashing
        self._tries = tries
        self._cost = cost

    async def take_offer(self, person: str, passphrase: str, now: datetime) -> None:
        """Make the key that receives reports, for whom that was offered.

        Raises AccessDenied without an offer, for whom it may not be made to, and for a weak passphrase.
        """
        checked_passphrase(passphrase)
        async with self._database.transaction(now) as work:
            await self._offered(work, person, now)  # before the slow part, which costs memory
        made = await self._hashing.run(lambda: new_keys(passphrase, self._cost))
        day = now.astimezone(BEIJING).date()
        async with self._database.transaction(now) as work:
            await work.lock(f"account {person}")
            offer = await self._offered(work, person, now)
            handler = await work.handlers.enrol(person, offer.organisation, made, day)
            await work.accounts.drop_offer(person)
            await work.audit.append(f"handler:{handler.id}", f"enrol:{handler.id}", None, day)

    async def change_passphrase(self, handler: Handler, passphrases: tuple[str, str], now: datetime) -> None:
        """Put a key under a new passphrase (old, new); it is locked in every session.

        Raises PassphraseWrong; AccessDenied for a weak new one, and after too many tries.
        """
        old, new = passphrases
        checked_passphrase(new)
        async with self._database.transaction(now) as work:
            account = await work.accounts.get(handler.person)
        if account is None:
            raise AccessDenied(texts.SESSION_OVER, next_step=texts.SESSION_OVER_NEXT)
        await self._tries.count(account, now)
        try:
            made = await self._hashing.run(lambda: rewrapped(unlock(handler, old), new, self._cost))
        except PassphraseWrong:
            async with self._database.transaction(now) as work:
                await work.accounts.note(account.person, "unlock_failed", now)
            raise
        await self._tries.right(account, now)
        async with self._database.transaction(now) as work:
            if not await work.handlers.rewrap(made):
                raise AccessDenied(case_texts.NO_HANDLER, next_step=case_texts.NO_HANDLER_NEXT)
            await work.console_sessions.lock_of(handler.person)
            day = now.astimezone(BEIJING).date()
            await work.audit.append(f"handler:{handler.id}", "passphrase", None, day)

    async def _offered(self, work: UnitOfWork, person: str, now: datetime) -> HandlerOffer:
        offer = await work.accounts.offer_of(person)
        directory = await self._directories.of(work)
        if offer is None or not may_receive(person, directory, now):
            raise AccessDenied(console_texts.NO_OFFER, next_step=console_texts.NO_OFFER_NEXT)
        return offer


def may_receive(person: str, directory: Directory, now: datetime) -> bool:
    """Tell whether somebody may receive reports: who holds a post today, and does not run the house."""
    roles = {post.role for post in directory.posts_of(person, now.astimezone(BEIJING).date())}
    return bool(roles) and "administrator" not in roles
