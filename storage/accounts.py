"""Accounts of the web console: passphrase hashes, one-time codes, the history of sign-ins, links, handlers' offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa

from storage.columns import upsert
from storage.schema_console import account_codes, accounts, handler_offers, sign_in_links, sign_ins
from storage.sealed_tables import ACCOUNT_CODES
from storage.sealing import KeyRing
from storage.session import Session

SignInEvent = Literal[
    "joined",
    "signed_in",
    "link",
    "wrong_passphrase",
    "wrong_code",
    "paused",
    "signed_out",
    "signed_out_everywhere",
    "passphrase",
    "codes_on",
    "codes_off",
    "unlocked",
    "unlock_failed",
]
"""What the history of an account tells. It holds no address and no device."""

_LINK = "sign-in link"
_GET = (
    sa.select(accounts, account_codes.c.person.is_not(None).label("codes"))
    .select_from(accounts.outerjoin(account_codes, account_codes.c.person == accounts.c.person))
    .where(accounts.c.person == sa.bindparam("of"))
)
_PUT = upsert(accounts)
_AT = accounts.c.person == sa.bindparam("of")
_FAILED = (
    sa.update(accounts).where(_AT).values(failed=sa.bindparam("new_failed"), failed_at=sa.bindparam("now"))
)
_UNCOUNT = sa.update(accounts).where(_AT, accounts.c.failed > 0).values(failed=accounts.c.failed - 1)
_CODES = sa.select(account_codes).where(account_codes.c.person == sa.bindparam("of"))
_PUT_CODES = upsert(account_codes)
_DROP_CODES = sa.delete(account_codes).where(account_codes.c.person == sa.bindparam("of"))
_USE_STEP = (
    sa.update(account_codes)
    .where(account_codes.c.person == sa.bindparam("of"), account_codes.c.step < sa.bindparam("new_step"))
    .values(step=sa.bindparam("new_step"))
)
_NOTE = sa.insert(sign_ins)
_HISTORY = (
    sa.select(sign_ins)
    .where(sign_ins.c.person == sa.bindparam("of"))
    .order_by(sign_ins.c.id.desc())
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("skip"))
)
_HISTORY_LENGTH = (
    sa.select(sa.func.count()).select_from(sign_ins).where(sign_ins.c.person == sa.bindparam("of"))
)
_PURGE_HISTORY = sa.delete(sign_ins).where(sign_ins.c.at < sa.bindparam("before"))
_ISSUE = sa.insert(sign_in_links)
_REDEEM = (
    sa.delete(sign_in_links)
    .where(sign_in_links.c.opaque == sa.bindparam("of"))
    .returning(sign_in_links.c.person, sign_in_links.c.expires)
)
_LINK_OF = sa.select(sign_in_links.c.person, sign_in_links.c.expires).where(
    sign_in_links.c.opaque == sa.bindparam("of")
)
_PURGE_LINKS = sa.delete(sign_in_links).where(sign_in_links.c.expires <= sa.bindparam("now"))
_OFFER = upsert(handler_offers)
_OFFERS = sa.select(handler_offers).order_by(handler_offers.c.organisation, handler_offers.c.person)
_OFFER_OF = sa.select(handler_offers).where(handler_offers.c.person == sa.bindparam("of"))
_DROP_OFFER = sa.delete(handler_offers).where(handler_offers.c.person == sa.bindparam("of"))


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `codes`: one-time codes are asked for as well; `failed` wrong tries in a row."""

    person: str
    hash: str = field(repr=False)
    created: datetime
    failed: int
    failed_at: datetime | None
    codes: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """A line of an account's history."""

    at: datetime
    event: SignInEvent


@dataclass(frozen=True, slots=True)
class HandlerOffer:
    """A person who is to receive an organisation's reports as soon as they have set a passphrase of their own."""

    person: str
    organisation: str
    offered: date


class Accounts:
    """The tables `accounts`, `account_codes`, `sign_ins`, `sign_in_links` and `handler_offers`."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def get(self, person: str) -> Account | None:
        """Give a person's account; None for none."""
        row = (await self._session.execute(_GET, {"of": person})).one_or_none()
        return None if row is None else Account(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def set_passphrase(self, person: str, hash: str, now: datetime) -> None:  # noqa: A002 - the word of the row
        """Make a person's account, or put it under another passphrase. Raises StorageError for an unknown person."""
        before = await self.get(person)
        created = now if before is None else before.created
        row = {"person": person, "hash": hash, "created": created, "failed": 0, "failed_at": None}
        await self._session.execute(_PUT, row)

    async def failed(self, person: str, count: int, now: datetime) -> None:
        """Keep that a wrong try was made, the `count`th in a row; 0 forgets them."""
        await self._session.execute(
            _FAILED, {"of": person, "new_failed": count, "now": now if count else None}
        )

    async def uncount(self, person: str) -> None:
        """Forget one of the wrong tries: it was counted beforehand, and came out right."""
        await self._session.execute(_UNCOUNT, {"of": person})

    async def secret(self, person: str) -> str | None:
        """Give the secret of a person's one-time codes. Raises DatabaseCorrupt when its seal is broken."""
        row = (await self._session.execute(_CODES, {"of": person})).one_or_none()
        if row is None:
            return None
        found: str = ACCOUNT_CODES.opened(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - as above
        return found

    async def set_secret(self, person: str, secret: str | None, step: int = 0) -> None:
        """Ask for one-time codes from now on, the one of `step` already used; None: no more."""
        if secret is None:
            await self._session.execute(_DROP_CODES, {"of": person})
            return
        row = {"person": person, "step": step}
        await self._session.execute(
            _PUT_CODES, {**row, "sealed": ACCOUNT_CODES.seal(self._keys, secret, row)}
        )

    async def use_step(self, person: str, step: int) -> bool:
        """Use a step's code up; False when it, or a later one, was used before."""
        parameters = {"of": person, "new_step": step}
        return (await self._session.execute(_USE_STEP, parameters)).rowcount == 1

    async def note(self, person: str, event: SignInEvent, now: datetime) -> None:
        """Add a line to the history."""
        await self._session.execute(_NOTE, {"person": person, "at": now, "event": event})

    async def history(self, person: str, *, limit: int, offset: int = 0) -> Sequence[SignIn]:
        """Give a page of the history, the latest first."""
        rows = await self._session.execute(_HISTORY, {"of": person, "most": limit, "skip": offset})
        return [SignIn(row.at, row.event) for row in rows]

    async def history_length(self, person: str) -> int:
        """Count the lines of the history."""
        return int((await self._session.execute(_HISTORY_LENGTH, {"of": person})).scalar_one())

    async def purge_history(self, before: datetime) -> None:
        """Forget the lines of all histories from before."""
        await self._session.execute(_PURGE_HISTORY, {"before": before})

    async def issue_link(self, person: str, code: str, expires: datetime) -> None:
        """Let a person sign in once with `code` until `expires`."""
        row = {"opaque": self._keys.opaque(_LINK, code), "person": person, "expires": expires}
        await self._session.execute(_ISSUE, row)

    async def link_of(self, code: str, now: datetime) -> str | None:
        """Give whose link a code is without using it up; None when it is unknown, used or out of time."""
        row = (await self._session.execute(_LINK_OF, {"of": self._keys.opaque(_LINK, code)})).one_or_none()
        return None if row is None or row.expires <= now else str(row.person)

    async def redeem_link(self, code: str, now: datetime) -> str | None:
        """Use a link up; gives its person, None when it is unknown, used or out of time."""
        found = await self._session.execute(_REDEEM, {"of": self._keys.opaque(_LINK, code)})
        row = found.one_or_none()
        return None if row is None or row.expires <= now else str(row.person)

    async def purge_links(self, now: datetime) -> None:
        """Forget the links that are out of time."""
        await self._session.execute(_PURGE_LINKS, {"now": now})

    async def offer(self, person: str, organisation: str, day: date) -> None:
        """Offer a person to receive an organisation's reports, in place of an offer before."""
        await self._session.execute(_OFFER, {"person": person, "organisation": organisation, "offered": day})

    async def offer_of(self, person: str) -> HandlerOffer | None:
        """Give what a person is offered."""
        row = (await self._session.execute(_OFFER_OF, {"of": person})).one_or_none()
        return None if row is None else HandlerOffer(**row._mapping)  # noqa: SLF001 - as above

    async def offers(self) -> Sequence[HandlerOffer]:
        """Give every open offer, by organisation."""
        return [HandlerOffer(**row._mapping) for row in await self._session.execute(_OFFERS)]  # noqa: SLF001 - as above

    async def drop_offer(self, person: str) -> bool:
        """Take an offer back, or close it when it was taken up; False when there was none."""
        return (await self._session.execute(_DROP_OFFER, {"of": person})).rowcount == 1
