"""The outbox: messages that leave after the commit, in order for each address, at least once."""

import logging
import os
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.rows import OutboxRow
from storage.schema import Instant, outbox
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)
_NONCE_BYTES = 16

_earlier = outbox.alias("earlier")
_PUT = sa.insert(outbox)
_DUE = (
    sa.select(outbox.c.id, outbox.c.recipient, outbox.c.nonce, outbox.c.sealed, outbox.c.attempts)
    .where(
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.due <= sa.bindparam("now"),
        ~sa.exists().where(
            _earlier.c.channel == outbox.c.channel,
            _earlier.c.recipient == outbox.c.recipient,
            _earlier.c.id < outbox.c.id,
            _earlier.c.due > sa.bindparam("now"),
        ),
    )
    .order_by(outbox.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=outbox)
)
_PENDING = sa.select(outbox.c.id, outbox.c.recipient).where(
    outbox.c.channel == sa.bindparam("channel"),
    outbox.c.recipient.in_(sa.bindparam("recipients", expanding=True)),
    outbox.c.id < sa.bindparam("below"),
)
_LEASE = (
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(due=sa.bindparam("until", type_=Instant), attempts=outbox.c.attempts + 1)
)
_DONE = sa.delete(outbox).where(outbox.c.id.in_(sa.bindparam("ids", expanding=True)))
_LATER = sa.update(outbox).where(outbox.c.id == sa.bindparam("at_id")).values(due=sa.bindparam("until"))


class Outbox:
    """The `outbox` table. Address and text are sealed; an opaque key of the address keeps the order."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def put(
        self, channel: str, address: str, payload: bytes, now: datetime, not_before: datetime | None = None
    ) -> int:
        """Add a message and give back its id, which grows with each.

        A process that sends it itself right after the commit gives a `not_before` some seconds ahead: others
        take the message over only when that process has died.
        """
        recipient, nonce = self._keys.opaque(channel, address), os.urandom(_NONCE_BYTES)
        encoded = address.encode()
        content = len(encoded).to_bytes(4, "big") + encoded + payload
        values = {
            "channel": channel,
            "recipient": recipient,
            "nonce": nonce,
            "sealed": self._keys.seal(content, "outbox", channel, recipient, nonce),
            "due": not_before or now,
            "attempts": 0,
        }
        result = await self._session.execute(_PUT, values)
        key = result.inserted_primary_key
        return int(key[0]) if key else 0

    async def claim(self, channel: str, now: datetime, limit: int, lease: timedelta) -> list[OutboxRow]:
        """Take up to `limit` messages that are due, oldest first; others get them after `lease`.

        A message is handed out only together with or after every earlier one to the same address: whoever
        puts one off with `later` does not send the ones after it. A message whose seal is broken is deleted.
        """
        rows = (await self._session.execute(_DUE, {"channel": channel, "now": now, "most": limit})).all()
        if not rows:
            return []
        rows = await self._without_overtakers(channel, rows)
        if not rows:
            return []
        ids = [row.id for row in rows]
        await self._session.execute(_LEASE, {"ids": ids, "until": now + lease})
        return await self._opened(channel, rows)

    async def done(self, ids: Collection[int]) -> None:
        """Delete messages that were delivered or will never be."""
        if ids:
            await self._session.execute(_DONE, {"ids": list(ids)})

    async def later(self, id: int, at: datetime) -> None:  # noqa: A002 - the word of the row
        """Put a message off until `at`."""
        await self._session.execute(_LATER, {"at_id": id, "until": at})

    async def _without_overtakers(
        self, channel: str, rows: Sequence[sa.Row[*tuple[Any, ...]]]
    ) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Leave out rows that follow one skipped because another worker has it locked right now."""
        if not self._session.skips_locked:
            return rows
        parameters = {
            "channel": channel,
            "recipients": sorted({row.recipient for row in rows}),
            "below": rows[-1].id,
        }
        taken = {row.id for row in rows}
        first_missing: dict[str, int] = {}
        for row in await self._session.execute(_PENDING, parameters):
            if row.id not in taken:
                first_missing[row.recipient] = min(row.id, first_missing.get(row.recipient, row.id))
        return [row for row in rows if row.id < first_missing.get(row.recipient, row.id + 1)]

    async def _opened(self, channel: str, rows: Sequence[sa.Row[*tuple[Any, ...]]]) -> list[OutboxRow]:
        opened: list[OutboxRow] = []
        broken: list[int] = []
        for row in rows:
            try:
                content = self._keys.open(row.sealed, "outbox", channel, row.recipient, row.nonce)
            except SealBroken:
                broken.append(row.id)
                continue
            end = 4 + int.from_bytes(content[:4], "big")
            opened.append(OutboxRow(row.id, content[4:end].decode(), content[end:], row.attempts))
        if broken:
            _log.warning("%d messages with a broken seal were deleted from the outbox", len(broken))
            await self.done(broken)
        return opened
