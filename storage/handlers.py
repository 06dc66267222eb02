"""Handlers and recovery keys: who reports are sealed to. The keys themselves are in `storage.handler_keys`."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.case_rows import Drill, Handler, RecoveryKey
from storage.failures import failure
from storage.handler_keys import HandlerKeys, recovery_pair
from storage.report_sealing import CaseKey
from storage.schema_cases import case_recovery, cases, handlers, recovery_keys
from storage.sealing import KeyRing, SealBroken
from storage.session import Session
from yanlu.errors import DatabaseCorrupt, StorageError
from yanlu.texts import storage as texts

_ACTIVE = handlers.c.revoked.is_(None)
_BY_ID = sa.select(handlers).where(handlers.c.id == sa.bindparam("at_id"))
_BY_PERSON = sa.select(handlers).where(handlers.c.person == sa.bindparam("of"), _ACTIVE)
_ALL = sa.select(handlers).where(_ACTIVE).order_by(handlers.c.organisation, handlers.c.person, handlers.c.id)
_ENROL = sa.insert(handlers)
_AT_ACTIVE = sa.and_(handlers.c.id == sa.bindparam("at_id"), _ACTIVE)
_REWRAP = sa.update(handlers).where(
    _AT_ACTIVE, handlers.c.public == sa.bindparam("pub", type_=sa.LargeBinary)
)
_REVOKE = sa.update(handlers).where(_AT_ACTIVE).values(revoked=sa.bindparam("on"))
_CURRENT = sa.select(recovery_keys).where(
    recovery_keys.c.organisation == sa.bindparam("of"), recovery_keys.c.retired.is_(None)
)
_ADD_RECOVERY = sa.insert(recovery_keys)
_RETIRE = (
    sa.update(recovery_keys)
    .where(recovery_keys.c.organisation == sa.bindparam("of"), recovery_keys.c.retired.is_(None))
    .values(retired=sa.bindparam("on"))
)
_SEALS = (
    sa.select(case_recovery.c.case, case_recovery.c.sealed)
    .join(cases, cases.c.number == case_recovery.c.case)
    .where(cases.c.organisation == sa.bindparam("of"))
)


class Handlers:
    """The `handlers` and `recovery_keys` tables.

    Each public key carries a keyed hash of whose it is: one that somebody wrote into the database without the
    installation's key is noticed before anything is sealed to it, and raises DatabaseCorrupt.
    """

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def enrol(self, person: str, organisation: str, made: HandlerKeys, day: date) -> Handler:
        """Let a person receive reports for an organisation, with keys from `new_keys`.

        Raises StorageError when the person is a handler already, or person or organisation are unknown.
        """
        await self.refuse_known(person)
        handler = Handler(person=person, organisation=organisation, enrolled=day, **_stored(made))
        vouch = self._vouch("handler", made.id, person, organisation, made.public)
        await self._session.execute(_ENROL, {**asdict(handler), "vouch": vouch})
        return handler

    async def refuse_known(self, person: str) -> None:
        """Raise StorageError when a person is a handler already: to be asked before a passphrase is."""
        if await self.by_person(person) is not None:
            raise failure(StorageError, texts.HANDLER_TAKEN)

    async def by_person(self, person: str) -> Handler | None:
        """Give the handler a person is now; None for none, or one that was revoked."""
        row = (await self._session.execute(_BY_PERSON, {"of": person})).one_or_none()
        return None if row is None else self._handler(row)

    async def get(self, id: str) -> Handler | None:  # noqa: A002 - the word of the row
        """Give a handler, revoked or not."""
        row = (await self._session.execute(_BY_ID, {"at_id": id})).one_or_none()
        return None if row is None else self._handler(row)

    async def all(self) -> Sequence[Handler]:
        """Give everybody who receives reports now, by organisation."""
        return [self._handler(row) for row in await self._session.execute(_ALL)]

    async def rewrap(self, made: HandlerKeys) -> bool:
        """Put a key pair under another passphrase, with keys from `rewrapped`; False when there is no such handler.

        The public key stays: keys of another pair are refused.
        """
        values = {key: value for key, value in _stored(made).items() if key not in ("id", "public")}
        statement = _REWRAP.values(**{name: sa.bindparam(f"new_{name}") for name in values})
        parameters = {f"new_{name}": value for name, value in values.items()}
        result = await self._session.execute(statement, {"at_id": made.id, "pub": made.public, **parameters})
        return result.rowcount == 1

    async def revoke(self, id: str, day: date) -> bool:  # noqa: A002 - as above
        """End it from a day on; False when it had ended, or there is none. Nothing is sealed to them any more.

        What was sealed to them before stays, until `Cases.withdraw` takes it or `Cases.transfer` replaces it.
        """
        return (await self._session.execute(_REVOKE, {"at_id": id, "on": day})).rowcount == 1

    async def set_recovery(self, organisation: str, public: bytes, day: date) -> RecoveryKey:
        """Make a public key from `new_recovery` the organisation's; the one before is retired.

        Cases sealed to the one before still open with its paper only, until each is sealed anew
        (`Cases.seal_recovery`): `drill` tells. Raises StorageError for an unknown organisation.
        """
        await self._session.execute(_RETIRE, {"of": organisation, "on": day})
        recovery = RecoveryKey(os.urandom(10).hex(), organisation, public, day)
        vouch = self._vouch("recovery", recovery.id, organisation, public)
        await self._session.execute(_ADD_RECOVERY, {**asdict(recovery), "vouch": vouch})
        return recovery

    async def recovery(self, organisation: str) -> RecoveryKey | None:
        """Give an organisation's current recovery key; None when it never had one."""
        row = (await self._session.execute(_CURRENT, {"of": organisation})).one_or_none()
        if row is None:
            return None
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        if values.pop("vouch") != self._vouch("recovery", row.id, row.organisation, row.public):
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN)
        return RecoveryKey(**values)

    async def drill(self, organisation: str, printed: str) -> Drill:
        """Prove on every case of the organisation that a printed recovery key would save it. Opens no report.

        Raises AccessDenied when the printed key was mistyped.
        """
        pair, current = recovery_pair(printed), await self.recovery(organisation)
        sealed = opened = 0
        for row in await self._session.execute(_SEALS, {"of": organisation}):
            sealed += 1
            try:
                CaseKey.opened(row.sealed, pair, row.case)
            except SealBroken:
                continue
            opened += 1
        return Drill(current is not None and current.public == pair.public, sealed, opened)

    def _handler(self, row: sa.Row[*tuple[Any, ...]]) -> Handler:
        values = dict(row._mapping)  # noqa: SLF001 - as above
        if values.pop("vouch") != self._vouch("handler", row.id, row.person, row.organisation, row.public):
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN)
        return Handler(**values)

    def _vouch(self, kind: str, *parts: str | bytes) -> str:
        return self._keys.derived(f"vouch {kind}", *parts).hex()


def _stored(made: HandlerKeys) -> dict[str, Any]:
    return {
        "id": made.id,
        "public": made.public,
        "wrapped": made.wrapped,
        "salt": made.salt,
        "operations": made.operations,
        "memory": made.memory,
    }
