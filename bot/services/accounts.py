"""Accounts of the console: made with an invitation, opened with a passphrase, with one-time codes on top if wished.

A browser is known by a random token, which changes with every sign-in. A session is locked after `IDLE` without a
request and ends `LONGEST` after it began. Names nobody has are answered with the same words after the same hashing.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.services.account_keys import HandlerKeys
from bot.services.casework.unlocking import checked_passphrase
from bot.services.directory import Directory, DirectoryService
from bot.services.invitations import canonical, new_code
from bot.services.passphrases import Hashing, hashed, step_of
from bot.services.tries import Tries, typed_name
from storage import MODERATE, ConsoleSession, Cost, Database, Handler, UnitOfWork, unlock
from yanlu.errors import AccessDenied, PassphraseWrong, YanluError
from yanlu.texts import accounts as texts

if TYPE_CHECKING:
    from storage import Account, SignInEvent

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
LINK_LIFE = timedelta(minutes=5)
TOUCH_EVERY = timedelta(seconds=30)
_LINK_BITS = 90
_SECRET = re.compile("[A-Z2-7]{32}")
"""A secret of one-time codes as we give it out: 160 bits in base32."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who a browser is signed in as. `locked`: nothing may be shown until the passphrase was given again."""

    person: str
    session: ConsoleSession
    locked: bool


class Door:
    """Lets people in, out, and back in. One for each process; slow hashing is done two at a time in threads."""

    def __init__(
        self,
        database: Database,
        directories: DirectoryService,
        cost: Cost = MODERATE,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`wall` gives the seconds of one-time codes (RFC 6238)."""
        self._database = database
        self._directories = directories
        self._wall = wall
        self._hashing = Hashing(cost)
        self._inside = Hashing(cost, 1)  # whoever is in waits behind no rush at the entrance
        self._tries = Tries(database)
        self.keys = HandlerKeys(database, directories, self._inside, self._tries, cost)
        self._nobody = hashed(secrets.token_hex(16), cost)

    async def visit(self, work: UnitOfWork, token: str, now: datetime) -> Visit | None:
        """Say who a browser is, and that the person is at it; None when nobody is signed in."""
        session = await work.console_sessions.get(token)
        if session is None:
            return None
        if now - session.began >= LONGEST:
            await work.console_sessions.end(token)
            return None
        locked = now - session.used >= IDLE
        if not locked and now - session.used >= TOUCH_EVERY:
            await work.console_sessions.touch(token, now)
        if locked and session.opened is not None:
            await work.console_sessions.lock(token)
        return Visit(session.person, session, locked)

    async def join(self, code: str, passphrase: str, token: str, now: datetime) -> str:
        """Use up an invitation, or a link from the bot, and put the person's account under a passphrase of theirs.

        Signs them in and out everywhere else; one-time codes are off until they are set up anew. Gives the person.
        Raises AccessDenied for a code that lets nobody in, and for a weak passphrase: then the code is not used up.
        """
        plain = canonical(code)
        if plain is None:
            raise AccessDenied(texts.CODE_MISTYPED, next_step=texts.CODE_NEXT)
        made = await self._hashing.hashed(checked_passphrase(passphrase))
        async with self._database.transaction(now) as work:
            person = await work.accounts.redeem_link(plain, now)
            if person is not None:
                await _without_codes(work, person)
            else:
                found = await work.invitations.redeem(plain, now)
                person = found.person
                if person is None:
                    raise AccessDenied(texts.CODE_STATES[found.state], next_step=texts.CODE_NEXT)
            await work.lock(f"account {person}")
            await work.accounts.set_passphrase(person, made, now)
            await work.accounts.set_secret(person, None)
            await work.console_sessions.end_of(person)
            await self._begun(work, person, token, "joined", now)
        return person

    async def sign_in(self, name: str, passphrase: str, code: str, token: str, now: datetime) -> str:
        """Sign a browser in; `name` is a person's code, or a name that only one person has. Gives the person.

        Raises PassphraseWrong with the same words for an unknown name, a wrong passphrase, and a wrong or missing
        one-time code after a wrong passphrase; AccessDenied when a code is needed, or after too many tries.
        """
        directory = await self._directories.current()
        person = _named(directory, name, now.date())
        async with self._database.transaction(now) as work:
            account = await work.accounts.get(person) if person else None
        if account is None:
            self._tries.count_unknown(name, now)
            await self._hashing.verified(self._nobody, passphrase)
            raise _wrong()
        await self._checked(account, passphrase, now, self._hashing)
        await self._checked_code(account, code, now)
        async with self._database.transaction(now) as work:
            await _unchanged(work, account)
            await self._begun(work, account.person, token, "signed_in", now)
        return account.person

    async def follow_link(self, code: str, token: str, now: datetime) -> str | None:
        """Sign a browser in with a code from the bot; gives the person.

        None, with the code unused, for a person without an account: they set a passphrase first (`join`). Raises
        AccessDenied for a code that lets nobody in, or where the account asks for one-time codes: a link does not
        stand in for them.
        """
        plain = canonical(code)
        async with self._database.transaction(now) as work:
            person = await work.accounts.link_of(plain, now) if plain else None
            if person is not None and await work.accounts.get(person) is None:
                return None
            person = await work.accounts.redeem_link(plain, now) if plain else None
            if person is None:
                raise AccessDenied(texts.LINK_LAPSED, next_step=texts.LINK_NEXT)
            await _without_codes(work, person)
            await self._begun(work, person, token, "link", now)
        return person

    async def resume(self, token: str, passphrase: str, now: datetime) -> None:
        """Go on in a locked session. Raises as `sign_in`, and AccessDenied when the session has ended."""
        async with self._database.transaction(now) as work:
            visit = await self.visit(work, token, now)
            account = await work.accounts.get(visit.person) if visit else None
        if account is None:
            raise AccessDenied(texts.SESSION_OVER, next_step=texts.SESSION_OVER_NEXT)
        await self._checked(account, passphrase, now, self._inside)
        async with self._database.transaction(now) as work:
            await work.console_sessions.touch(token, now)

    async def unlock(self, handler: Handler, passphrase: str, token: str, now: datetime) -> None:
        """Open a handler's key in a session of theirs. Raises PassphraseWrong; AccessDenied after too many tries."""
        account = await self._account(handler.person, now)
        await self._tries.count(account, now)
        try:
            opened = await self._inside.run(lambda: unlock(handler, passphrase))
        except PassphraseWrong:
            await self._noted(account.person, "unlock_failed", now)
            raise
        async with self._database.transaction(now) as work:
            await work.accounts.failed(account.person, 0, now)
            await work.accounts.note(account.person, "unlocked", now)
            await work.console_sessions.keep(token, opened, now)

    async def sign_out(self, token: str, now: datetime, *, everywhere: bool = False) -> int:
        """End a browser's session, or all of its person's; gives how many others ended."""
        async with self._database.transaction(now) as work:
            session = await work.console_sessions.get(token)
            if session is None:
                return 0
            count = await work.console_sessions.end_of(session.person, but=token) if everywhere else 0
            await work.console_sessions.end(token)
            await work.accounts.note(
                session.person, "signed_out_everywhere" if everywhere else "signed_out", now
            )
            return count

    async def change_passphrase(
        self, person: str, passphrases: tuple[str, str], token: str, now: datetime
    ) -> None:
        """Put an account under a new passphrase (old, new) and end the person's other sessions.

        Raises PassphraseWrong, AccessDenied for a weak new one.
        """
        old, new = passphrases
        account = await self._account(person, now)
        await self._checked(account, old, now, self._inside)
        made = await self._inside.hashed(checked_passphrase(new))
        async with self._database.transaction(now) as work:
            await _unchanged(work, account)
            await work.accounts.set_passphrase(person, made, now)
            await work.accounts.note(person, "passphrase", now)
            await work.console_sessions.end_of(person, but=token)

    async def start_codes(
        self, person: str, passphrase: str, seed: tuple[str, str], token: str, now: datetime
    ) -> None:
        """Ask for one-time codes from now on; `seed` are the secret and a first code, which proves that an app has it.

        Ends the person's other sessions. Raises PassphraseWrong; AccessDenied for a wrong code, and where codes are
        asked for already: those are switched off first.
        """
        secret, code = seed
        await self._checked(await self._account(person, now), passphrase, now, self._inside)
        step = step_of(secret, code, self._wall()) if _SECRET.fullmatch(secret) else None
        if step is None:
            raise AccessDenied(texts.CODE_WRONG, next_step=texts.CODE_WRONG_NEXT)
        async with self._database.transaction(now) as work:
            await work.lock(f"account {person}")
            account = await work.accounts.get(person)
            if account is None or account.codes:
                raise AccessDenied(texts.CODES_ON_ALREADY, next_step=texts.CODES_ON_ALREADY_NEXT)
            await work.accounts.set_secret(person, secret, step)
            await work.console_sessions.end_of(person, but=token)
            await work.accounts.note(person, "codes_on", now)

    async def stop_codes(self, person: str, passphrase: str, now: datetime) -> None:
        """Ask for one-time codes no more. Raises PassphraseWrong."""
        account = await self._account(person, now)
        await self._checked(account, passphrase, now, self._inside)
        async with self._database.transaction(now) as work:
            await _unchanged(work, account)
            await work.accounts.set_secret(person, None)
            await work.accounts.note(person, "codes_off", now)

    async def _account(self, person: str, now: datetime) -> "Account":
        async with self._database.transaction(now) as work:
            account = await work.accounts.get(person)
        if account is None:
            raise AccessDenied(texts.SESSION_OVER, next_step=texts.SESSION_OVER_NEXT)
        return account

    async def _begun(
        self, work: UnitOfWork, person: str, token: str, event: "SignInEvent", now: datetime
    ) -> None:
        await work.accounts.failed(person, 0, now)
        await work.accounts.note(person, event, now)
        await work.console_sessions.begin(token, person, now)

    async def _noted(self, person: str, event: "SignInEvent", now: datetime) -> None:
        async with self._database.transaction(now) as work:
            await work.accounts.note(person, event, now)

    async def _checked(self, account: "Account", passphrase: str, now: datetime, hashing: Hashing) -> None:
        await self._tries.count(account, now)
        if not await hashing.verified(account.hash, passphrase):
            await self._noted(account.person, "wrong_passphrase", now)
            raise _wrong()
        await self._tries.right(account, now)

    async def _checked_code(self, account: "Account", code: str, now: datetime) -> None:
        if not account.codes:
            return
        if not code.strip():
            raise AccessDenied(texts.CODE_NEEDED, next_step=texts.CODE_NEEDED_NEXT)
        await self._tries.count(account, now)
        async with self._database.transaction(now) as work:
            secret = await work.accounts.secret(account.person) or ""
            step = step_of(secret, code, self._wall())
            if step is not None and await work.accounts.use_step(account.person, step):
                return
            await work.accounts.note(account.person, "wrong_code", now)
        raise AccessDenied(texts.CODE_WRONG, next_step=texts.CODE_WRONG_NEXT)


async def issue_link(work: UnitOfWork, person: str, now: datetime) -> str:
    """Make a code that signs a person in once within `LINK_LIFE`, for them to get from the bot."""
    code = new_code(secrets.randbits(_LINK_BITS))
    await work.accounts.issue_link(person, code.replace("-", ""), now + LINK_LIFE)
    return code


def _named(directory: Directory, name: str, today: date) -> str | None:
    """Find the one person of that code, or of exactly that name, who holds a post today."""
    typed = typed_name(name)
    standing = {post.person for post in directory.posts if post.held(today)}
    found = [
        each.id
        for each in directory.people.values()
        if each.id in standing and typed in (each.code, each.name)
    ]
    by_code = [each for each in found if directory.people[each].code == typed]
    fitting = by_code or found
    return fitting[0] if len(fitting) == 1 else None


async def _unchanged(work: UnitOfWork, account: "Account") -> None:
    """See that an account asks for the same still as when it was looked at. Raises PassphraseWrong where not."""
    await work.lock(f"account {account.person}")
    found = await work.accounts.get(account.person)
    if found is None or (found.hash, found.codes) != (account.hash, account.codes):
        raise _wrong()


async def _without_codes(work: UnitOfWork, person: str) -> None:
    """See that a link is enough to be somebody. Raises AccessDenied where one-time codes are asked for."""
    account = await work.accounts.get(person)
    if account is not None and account.codes:
        raise AccessDenied(texts.LINK_NEEDS_CODE, next_step=texts.LINK_NEEDS_CODE_NEXT)


def _wrong() -> YanluError:
    return PassphraseWrong(texts.SIGN_IN_WRONG, next_step=texts.SIGN_IN_WRONG_NEXT)
