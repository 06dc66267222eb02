"""Invitations: single-use codes, of which only a keyed hash is kept."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.people_rows import Invitation, Redemption
from storage.schema_people import invitations
from storage.sealing import KeyRing
from storage.session import Session

_PURPOSE = "invitation"
_ROWS = sa.select(
    invitations.c.id,
    invitations.c.person,
    invitations.c.expires,
    invitations.c.used,
    invitations.c.revoked,
)
_ISSUE = sa.insert(invitations)
_REDEEM = (
    sa.update(invitations)
    .where(
        invitations.c.opaque == sa.bindparam("of"),
        invitations.c.used.is_(None),
        invitations.c.revoked.is_(None),
        invitations.c.expires > sa.bindparam("now"),
    )
    .values(used=sa.bindparam("now"))
    .returning(invitations.c.person)
)
_BY_CODE = _ROWS.where(invitations.c.opaque == sa.bindparam("of"))
_OPEN = sa.and_(
    invitations.c.person == sa.bindparam("of"),
    invitations.c.used.is_(None),
    invitations.c.revoked.is_(None),
    invitations.c.expires > sa.bindparam("now"),
)
_REVOKE = sa.update(invitations).where(_OPEN).values(revoked=sa.bindparam("now"))
_OPEN_OF = _ROWS.where(_OPEN).order_by(invitations.c.id)


class Invitations:
    """The `invitations` table."""

    __slots__ = ("_keys", "_now", "_session")

    def __init__(self, session: Session, keys: KeyRing, now: datetime) -> None:
        self._session = session
        self._keys = keys
        self._now = now

    async def issue(self, person: str, code: str, expires: datetime, now: datetime) -> int:
        """Let a person in with `code` until `expires`; gives back the invitation's id.

        Earlier ones stay valid. Raises StorageError when there is no such person or the code was issued before.
        """
        opaque = self._keys.opaque(_PURPOSE, code)
        values = {"person": person, "opaque": opaque, "issued": now, "expires": expires}
        key = (await self._session.execute(_ISSUE, values)).inserted_primary_key
        return int(key[0]) if key else 0

    async def redeem(self, code: str, now: datetime) -> Redemption:
        """Use an invitation up, once for ever: of two who try at the same time one is told that it was used."""
        at = {"of": self._keys.opaque(_PURPOSE, code)}
        person = (await self._session.execute(_REDEEM, {**at, "now": now})).scalar_one_or_none()
        if person is not None:
            return Redemption("redeemed", person)
        row = (await self._session.execute(_BY_CODE, at)).one_or_none()
        if row is None:
            return Redemption("unknown")
        if row.used is not None:
            return Redemption("used")
        return Redemption("expired" if row.revoked is None else "revoked")

    async def revoke_of(self, person: str, now: datetime) -> int:
        """Take back a person's open invitations; gives back how many."""
        return (await self._session.execute(_REVOKE, {"of": person, "now": now})).rowcount

    async def open_of(self, person: str) -> Sequence[Invitation]:
        """Give the invitations that a person may still use at the time of the transaction, oldest first."""
        rows = await self._session.execute(_OPEN_OF, {"of": person, "now": self._now})
        return [Invitation(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
