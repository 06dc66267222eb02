"""How a new case comes into the tables, and how its key is sealed to those who may have it."""

import secrets
from collections.abc import Collection
from typing import Any

from storage import case_queries as queries
from storage.case_routing import Facts, checked_recipients
from storage.case_rows import FiledCase, Handler, NewCase, RecoveryKey
from storage.handler_keys import sealed_to
from storage.receipts import new_receipt, receipt_keys
from storage.report_sealing import CONTACT, REPORT, CaseKey
from storage.sealing import KeyRing
from storage.session import Session
from yanlu import codes

NUMBER_CHARACTERS = 10


def new_number() -> str:
    """Make a case number: ten random characters of Crockford's base 32, in no order."""
    return codes.written(secrets.randbits(NUMBER_CHARACTERS * 5), NUMBER_CHARACTERS)


async def filed(session: Session, keys: KeyRing, new: NewCase, number: str) -> FiledCase:
    """Keep a report under a number. Raises as `Cases.file` does, and StorageError for a number that is taken."""
    await checked_recipients(session, new.recipients, new.organisation, new.facts, needed=True)
    key, receipt = CaseKey.generate(number), new_receipt()
    await session.execute(queries.ADD, _clear(new, number))
    parts = [(REPORT, new.report), (CONTACT, new.contact)]
    sealed = [{"case": number, "place": place, "sealed": key.seal(place, value)} for place, value in parts]
    await session.execute(queries.ADD_PART, sealed)
    await seal_to(session, key, new.recipients)
    await seal_recovery(session, key, new.recovery)
    found = receipt_keys(keys, receipt)
    wrapped = {"locator": found.locator, "case": number, "wrapped": key.wrapped_under(found.wrapping)}
    await session.execute(queries.ADD_RECEIPT, wrapped)
    await Facts(session, keys).put(number, new.facts)
    return FiledCase(number, receipt, key.digest(REPORT, new.report), key)


async def seal_to(session: Session, key: CaseKey, recipients: Collection[Handler]) -> None:
    """Seal a case's key to handlers that do not have it yet."""
    rows = [
        {"case": key.number, "handler": each.id, "sealed": sealed_to(key, each.public)} for each in recipients
    ]
    if rows:
        await session.execute(queries.ADD_KEYS, rows)


async def seal_recovery(session: Session, key: CaseKey, recovery: RecoveryKey | None) -> None:
    """Seal a case's key to a recovery key, None to none, where it is sealed to none."""
    if recovery is not None:
        row = {"case": key.number, "recovery": recovery.id, "sealed": sealed_to(key, recovery.public)}
        await session.execute(queries.ADD_RECOVERY, row)


def _clear(new: NewCase, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "organisation": new.organisation,
        "category": new.category,
        "priority": new.priority,
        "status": "received",
        "internal": "waiting",
        "filed": new.day,
        "changed": new.day,
        "due": new.due,
        "late": False,
    }
