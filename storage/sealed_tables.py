"""Which tables hold sealed values, and which columns name the row in each seal. Key rotation walks this list.

A value is sealed for its table and for what identifies its row: the key where it is known beforehand, else a
random `nonce` of the row. Whatever is added to the schema with a sealed column is added here (a test compares).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage import schema
from storage.failures import failure
from storage.sealing import KeyRing, SealBroken
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import storage as texts

_NONCE_BYTES = 16

RowValues = Mapping[str, Any] | sa.RowMapping


def row_nonce() -> bytes:
    """Make a name for a row whose id the database has yet to count."""
    return os.urandom(_NONCE_BYTES)


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with a `sealed` column, and the columns that name the row in its seal."""

    table: sa.Table
    row: tuple[str, ...]

    def parts(self, row: RowValues) -> tuple[str | bytes, ...]:
        """Give what the seal of that row is bound to."""
        values = (row[name] for name in self.row)
        named = (value if isinstance(value, (str, bytes)) else str(value) for value in values)
        return (self.table.name, *named)

    def seal(self, keys: KeyRing, content: Any, row: RowValues) -> bytes:  # noqa: ANN401 - any JSON
        """Seal a JSON value for a row."""
        encoded = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return keys.seal(encoded.encode(errors="surrogatepass"), *self.parts(row))

    def open(self, keys: KeyRing, sealed: bytes, row: RowValues) -> Any:  # noqa: ANN401 - any JSON
        """Open what `seal` made. Raises SealBroken, or KeyLost when its key is gone."""
        return json.loads(keys.open(sealed, *self.parts(row)).decode(errors="surrogatepass"))

    def opened(self, keys: KeyRing, sealed: bytes, row: RowValues) -> Any:  # noqa: ANN401 - any JSON
        """Open what was asked for by its id. Raises DatabaseCorrupt when the seal is broken."""
        try:
            return self.open(keys, sealed, row)
        except SealBroken:
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None


BINDINGS = SealedTable(schema.bindings, ("key",))
RECORD_VERSIONS = SealedTable(schema.record_versions, ("record", "version"))
RECORD_VOIDS = SealedTable(schema.record_voids, ("record",))
TICKETS = SealedTable(schema.tickets, ("nonce", "record"))
TICKET_NOTES = SealedTable(schema.ticket_notes, ("nonce", "ticket"))
PLANS = SealedTable(schema.plans, ("nonce",))
CONFIRMATIONS = SealedTable(schema.confirmations, ("record", "version", "subject"))
CASE_FACTS = SealedTable(schema.case_facts, ("case",))
PASSING = SealedTable(schema.passing, ("key", "slot"))
ACCOUNT_CODES = SealedTable(schema.account_codes, ("person",))
JOB_RESULTS = SealedTable(schema.job_results, ("job",))
EXCUSES = SealedTable(schema.excuses, ("period", "subject", "talk_type"))

SEALED_TABLES = (
    SealedTable(schema.drafts, ("key", "slot")),
    SealedTable(schema.outbox, ("channel", "recipient", "nonce")),
    SealedTable(schema.questions, ("nonce",)),
    SealedTable(schema.feedback, ("nonce",)),
    BINDINGS,
    RECORD_VERSIONS,
    RECORD_VOIDS,
    TICKETS,
    TICKET_NOTES,
    PLANS,
    CONFIRMATIONS,
    EXCUSES,
    CASE_FACTS,
    PASSING,
    ACCOUNT_CODES,
    JOB_RESULTS,
    SealedTable(schema.key_check, ("id",)),
)

_BY_CASE_KEY = "sealed with the case's own data key, which the installation does not have"
_PUBLIC = "a public key"
_BY_SEAT = "under the seat's token, which only its browser has, and the first key, which stays"
_HASH = "a keyed hash, derived from the first key, which stays"

SEALED_OTHERWISE: Mapping[tuple[str, str], str] = {
    ("case_parts", "sealed"): _BY_CASE_KEY,
    ("case_messages", "sealed"): _BY_CASE_KEY,
    ("case_files", "sealed"): _BY_CASE_KEY,
    ("case_chunks", "chunk"): _BY_CASE_KEY,
    ("case_keys", "sealed"): "sealed to a handler's public key",
    ("case_recovery", "sealed"): "sealed to an organisation's recovery key",
    ("case_receipts", "wrapped"): "wrapped under a receipt, which only the reporter has",
    ("handlers", "wrapped"): "wrapped under the handler's passphrase",
    ("handlers", "salt"): "random, to stretch the passphrase with",
    ("handlers", "public"): _PUBLIC,
    ("recovery_keys", "public"): _PUBLIC,
    ("seats", "sealed"): _BY_SEAT,
    ("seat_lines", "sealed"): _BY_SEAT,
    ("seat_files", "sealed"): _BY_SEAT,
    ("seat_mail", "sealed"): "to a public key whose other half is made of the seat's token",
    ("console_sessions", "opened"): "under the browser's token, which is kept nowhere",
    ("audit", "link"): _HASH,
    ("audit_head", "link"): _HASH,
    ("audit_head", "mark"): _HASH,
}
"""Binary columns that key rotation passes over (table and column), and why."""
