"""Which tables a backup holds, and which it leaves out, each with the reason.

A table is named in one of the two, or a test fails: a backup outlives what it copied, so somebody has to decide. A
name stays here when a later migration drops or renames its table, as older backups still hold it.
"""

from collections.abc import Mapping

_ASKED = "what was asked and found helpful, without the asker"
_DIRECTORY = "organisations, people and posts"
_LEDGER = "the ledgers: every word sealed"
_CASES = "reports, sealed to those who may read them; without these every acknowledged report would be lost"
_CHAIN = "the audit log and its end"

KEPT: Mapping[str, str] = {
    "key_check": "tells whether the key at hand is the one this was made with",
    "library": "counts the changes to the documents",
    "documents": "the documents that were taken in, whole",
    "passages": "their passages",
    "questions": _ASKED,
    "feedback": _ASKED,
    "directory": _DIRECTORY,
    "organisations": _DIRECTORY,
    "people": _DIRECTORY,
    "posts": _DIRECTORY,
    "bindings": "in which chats people of the house are reached: sealed",
    "unit_settings": "the units' own settings",
    "records": _LEDGER,
    "record_versions": _LEDGER,
    "record_voids": _LEDGER,
    "record_people": _LEDGER,
    "record_bands": _LEDGER,
    "tickets": _LEDGER,
    "ticket_notes": _LEDGER,
    "plans": _LEDGER,
    "confirmations": _LEDGER,
    "excuses": _LEDGER,
    "reminders": "which reminders were sent, so that none is sent again",
    "handlers": "who receives reports, each key under its passphrase",
    "recovery_keys": "the public halves of the printed recovery keys",
    "cases": _CASES,
    "case_facts": _CASES,
    "case_keys": _CASES,
    "case_recovery": _CASES,
    "case_receipts": _CASES,
    "case_parts": _CASES,
    "case_messages": _CASES,
    "case_files": _CASES,
    "case_chunks": _CASES,
    "audit": _CHAIN,
    "audit_head": _CHAIN,
    "accounts": "accounts of the console: hashes of passphrases",
    "account_codes": "the secrets of their one-time codes: sealed",
}

_PASSING = "lives for minutes or days, and would outlive its end in a backup"
_SEAT = "what web pages show, under keys that only the browsers have: never in what is backed up"
_AGAIN = "what was used or withdrawn since would be good again; to be given out anew after a restore"

LEFT_OUT: Mapping[str, str] = {
    "passing": "drafts of reports never reach what is backed up (DESIGN section 3)",
    "seats": _SEAT,
    "seat_lines": _SEAT,
    "seat_files": _SEAT,
    "seat_mail": _SEAT,
    "drafts": _PASSING,
    "updates": "deliveries that Telegram repeats for a day at most",
    "outbox": "messages on their way, with the chats of reporters among their addresses",
    "invitations": _AGAIN,
    "sign_in_links": _AGAIN,
    "handler_offers": _AGAIN,
    "console_sessions": "who is signed in now; a stolen one must not be good again",
    "sign_ins": "who was at the console at what minute",
    "case_checks": "a mark that all cases were looked at: after a restore they are looked at anew",
    "jobs": _PASSING,
    "job_results": _PASSING,
}
