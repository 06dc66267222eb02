"""The sealed case store: reports, who can open them, how they stand. The protocol is in `storage.report_sealing`.

Nothing here reads a report without a `CaseKey`, and a key comes from a receipt, from a handler's unlocked session,
or from an organisation's recovery key. Rows that name no case key (`get`, `due`, `statistics`, `routed`) are for the
system's own duties: what a person may see of them is the caller's to filter, see `bot.services.routing`.
"""

import os
from collections.abc import Collection, Sequence
from datetime import date

from storage import case_queries as queries
from storage.case_filing import NUMBER_CHARACTERS, filed, new_number, seal_recovery, seal_to
from storage.case_queries import case_row
from storage.case_routing import Facts, checked_recipients, routed_cases
from storage.case_rows import (
    CaseRow,
    FiledCase,
    Handler,
    InternalStatus,
    NewCase,
    OpenCase,
    RecoveryKey,
    ReporterStatus,
    RoutedCase,
    RoutingFacts,
)
from storage.case_writing import locked_open, no_such_case
from storage.failures import failure
from storage.handler_keys import Unlocked, recovery_pair, wrong_recovery_key
from storage.receipts import receipt_keys
from storage.report_sealing import CONTACT, REPORT, CaseKey
from storage.sealing import KeyRing, SealBroken
from storage.session import Session
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import storage as texts

_NO_NUMBER = "0" * NUMBER_CHARACTERS
_NOTHING_WRAPPED = b"\x01" + os.urandom(24 + NUMBER_CHARACTERS + 32 + 16)


class Cases:
    """The `cases` table and those that hang on it, but for messages and files."""

    __slots__ = ("_facts", "_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys
        self._facts = Facts(session, keys)

    async def file(self, new: NewCase) -> FiledCase:
        """Seal a report and keep it for its recipients, all or nothing with the transaction.

        Raises StorageError when there are no recipients, AccessDenied when one is revoked, not of the receiving
        organisation, or shut out by the facts.
        """
        return await filed(self._session, self._keys, new, new_number())

    async def by_receipt(self, text: str) -> OpenCase | None:
        """Give the case of a receipt, however it was typed; None for wrong, unknown, and those of erased cases.

        Whether there is one or not, the work is the same: two derivations, one look, one unwrapping. Raises
        DatabaseCorrupt when the case is there and its wrapped key was tampered with.
        """
        found = receipt_keys(self._keys, text)
        row = (await self._session.execute(queries.BY_LOCATOR, {"of": found.locator})).one_or_none()
        wrapped, number = (row.wrapped, row.number) if row is not None else (_NOTHING_WRAPPED, _NO_NUMBER)
        try:
            key = CaseKey.unwrapped(wrapped, found.wrapping, number)
        except SealBroken:
            key = None
        if row is None:
            return None
        if key is None:
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN)
        return OpenCase(case_row(row), key)

    async def open(self, unlocked: Unlocked, number: str) -> OpenCase:
        """Give a case with its key in a handler's unlocked session.

        Raises AccessDenied, with the same words for an unknown case, an erased one, and one that is not theirs;
        DatabaseCorrupt when the sealed key was tampered with.
        """
        parameters = {"by": unlocked.handler.id, "of": number}
        row = (await self._session.execute(queries.BY_HANDLER, parameters)).one_or_none()
        if row is None:
            raise no_such_case()
        try:
            return OpenCase(case_row(row), unlocked.case_key(row.sealed, number))
        except SealBroken:
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None

    async def recover(self, printed: str, number: str) -> OpenCase:
        """Give a case with its key by a printed recovery key. Raises AccessDenied when it does not open it."""
        pair = recovery_pair(printed)
        row = (await self._session.execute(queries.BY_RECOVERY, {"of": number})).one_or_none()
        if row is None:
            raise no_such_case()
        try:
            return OpenCase(case_row(row), CaseKey.opened(row.sealed, pair, number))
        except SealBroken:
            raise wrong_recovery_key() from None

    async def get(self, number: str) -> CaseRow | None:
        """Give the clear columns of a case, erased or not."""
        row = (await self._session.execute(queries.GET, {"of": number})).one_or_none()
        return None if row is None else case_row(row)

    async def report(self, key: CaseKey) -> bytes:
        """Give the report. Raises AccessDenied when it was erased, DatabaseCorrupt when its seal is broken."""
        return await self._part(key, REPORT)

    async def contact(self, key: CaseKey) -> bytes:
        """Give name and contact of the reporter, empty for an anonymous one. Raises as `report` does."""
        return await self._part(key, CONTACT)

    async def set_contact(self, key: CaseKey, contact: bytes) -> None:
        """Change name and contact; empty withdraws them. Raises AccessDenied for an erased case."""
        await locked_open(self._session, key.number)
        parameters = {"of": key.number, "at": CONTACT, "fresh": key.seal(CONTACT, contact)}
        await self._session.execute(queries.CHANGE_PART, parameters)

    async def set_status(  # noqa: PLR0913 - each is said by name
        self,
        number: str,
        status: ReporterStatus,
        internal: InternalStatus,
        day: date,
        *,
        due: date | None,
        erase_after: date | None = None,
    ) -> bool:
        """Say how a case stands from a day on, and its next deadline; False for an unknown or erased one.

        A deadline that had passed leaves its mark (`late`). With "closed" or "outside" the case is closed, with any
        other status it is open (again). After the day `erase_after` it is `expired`.
        """
        parameters = {
            "of": number,
            "new_status": status,
            "new_internal": internal,
            "day": day,
            "new_due": due,
            "new_erase_after": erase_after,
        }
        return (await self._session.execute(queries.SET_STATUS, parameters)).rowcount == 1

    async def grant(self, key: CaseKey, recipients: Collection[Handler]) -> int:
        """Seal a case to further handlers of its organisation; gives back how many did not have it before.

        Raises AccessDenied as `file` does, and for an erased case.
        """
        await locked_open(self._session, key.number)
        organisation = (await self._session.execute(queries.ORGANISATION, {"of": key.number})).scalar_one()
        rows = await self._session.execute(queries.HOLDERS, {"of": key.number})
        holders = {row.handler for row in rows}
        fresh = [each for each in recipients if each.id not in holders]
        await checked_recipients(self._session, fresh, organisation, await self.facts(key.number))
        await seal_to(self._session, key, fresh)
        return len(fresh)

    async def withdraw(self, number: str, handlers: Collection[str]) -> int:
        """Take a case from handlers (by id), who can open it no more; gives back how many had it. Needs no key.

        What they have read, or copied off the disk before, they keep.
        """
        if not handlers:
            return 0
        parameters = {"of": number, "ids": sorted(set(handlers))}
        return (await self._session.execute(queries.WITHDRAW, parameters)).rowcount

    async def transfer(  # noqa: PLR0913 - each is said by name
        self,
        key: CaseKey,
        organisation: str,
        recipients: Collection[Handler],
        *,
        recovery: RecoveryKey | None,
        facts: RoutingFacts,
        day: date,
    ) -> None:
        """Hand a case to another organisation: its handlers and recovery key get it, those before lose it.

        Needs the case's key, so an unlocked session. Raises as `file` does, and AccessDenied for an erased case.
        """
        await locked_open(self._session, key.number)
        await checked_recipients(self._session, recipients, organisation, facts, needed=True)
        await self._session.execute(queries.MOVE, {"of": key.number, "to": organisation, "day": day})
        await self._session.execute(queries.DROP_KEYS, {"of": key.number})
        await seal_to(self._session, key, recipients)
        await self.seal_recovery(key, recovery)
        await self._facts.put(key.number, facts)

    async def seal_recovery(self, key: CaseKey, recovery: RecoveryKey | None) -> None:
        """Seal a case to an organisation's recovery key in place of the one before; None leaves none."""
        await locked_open(self._session, key.number)
        await self._session.execute(queries.DROP_RECOVERY, {"of": key.number})
        await seal_recovery(self._session, key, recovery)

    async def merge_into(
        self, number: str, target: str, day: date, *, erase_after: date | None = None
    ) -> bool:
        """Close a case as a duplicate of another of the same organisation; both keep their receipts and readers.

        It is `expired` after its own `erase_after`. False when either is unknown or erased, they are the same, or
        the other is a duplicate itself.
        """
        rows = await self._session.execute(queries.BOTH, {"both": [number, target]})
        found = {row.number: row for row in rows}
        if len(found) != 2 or found[target].merged_into is not None:
            return False
        if found[number].organisation != found[target].organisation:
            return False
        parameters = {"of": number, "to": target, "day": day, "new_erase_after": erase_after}
        await self._session.execute(queries.MERGE, parameters)
        return True

    async def erase(self, number: str, day: date) -> bool:
        """Delete a case's keys and contents; what is left is its row, without content. False when there was none.

        Without its key what backups or the disk still hold of it stays sealed for ever, unless they hold the sealed
        key as well.
        """
        buried = (await self._session.execute(queries.BURY, {"of": number, "day": day})).rowcount == 1
        if buried:
            for statement in queries.DROP_CONTENT:
                await self._session.execute(statement, {"of": number})
        return buried

    async def due(self, day: date) -> Sequence[CaseRow]:
        """Give the cases whose deadline falls on a day or before, earliest first."""
        return [case_row(row) for row in await self._session.execute(queries.DUE, {"day": day})]

    async def expired(self, day: date) -> Sequence[CaseRow]:
        """Give the cases that were to be kept until before a day, and should be erased."""
        return [case_row(row) for row in await self._session.execute(queries.EXPIRED, {"day": day})]

    async def statistics(self, since: date, until: date) -> Sequence[CaseRow]:
        """Give every case filed on these days, tombstones as well. Who may see which is the caller's to say."""
        parameters = {"since": since, "until": until}
        return [case_row(row) for row in await self._session.execute(queries.STATISTICS, parameters)]

    async def facts(self, number: str) -> RoutingFacts | None:
        """Give what routing knows of a case; None when it was erased. Raises DatabaseCorrupt on a broken seal."""
        return await self._facts.get(number)

    async def set_facts(self, number: str, facts: RoutingFacts) -> None:
        """Change what routing knows of a case. Raises AccessDenied for an erased one."""
        await locked_open(self._session, number)
        await self._facts.put(number, facts)

    async def routed(self, numbers: Collection[str] | None = None) -> Sequence[RoutedCase]:
        """Give every living case, or those among `numbers`, with its facts and the handlers it is sealed to."""
        return await routed_cases(self._session, self._facts, numbers)

    async def living(self) -> Sequence[str]:
        """Give the numbers of all that are not erased, in order."""
        return [row.number for row in await self._session.execute(queries.LIVING)]

    async def undated(self) -> Sequence[CaseRow]:
        """Give those that are open or want an answer, and have no deadline."""
        return [case_row(row) for row in await self._session.execute(queries.UNDATED)]

    async def _part(self, key: CaseKey, place: str) -> bytes:
        found = await self._session.execute(queries.PART, {"of": key.number, "at": place})
        sealed = found.scalar_one_or_none()
        if sealed is None:
            raise no_such_case()
        try:
            return key.open(place, sealed)
        except SealBroken:
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None
