"""Receipts (查询码): the only thing that ties a reporter to a case, and it is kept by the reporter alone.

A receipt is 90 random bits and a check (`yanlu.codes`), 20 characters in groups of 4; no other code of the house
passes for one. From it come, by BLAKE2b under the installation's key and with a purpose of its own each,

- the locator, which is stored and finds the case, and
- the wrapping key, which is stored nowhere and opens the case's data key.

Neither tells anything of the other or of the receipt. Whoever holds database and key file still faces 2**90
receipts; whoever holds the database alone cannot even begin to try.
"""

import secrets
from dataclasses import dataclass

from storage.sealing import KeyRing
from yanlu.codes import CodeForm

_FORM = CodeForm(data=18, group=4, shift=510)
_NO_RECEIPT = "no receipt"
"""Stands for a text that is none, so that it is looked for like any other; no receipt looks like it."""


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptKeys:
    """What a receipt comes to in one installation. `locator` is stored, `wrapping` (32 bytes) never is."""

    locator: str
    wrapping: bytes


def new_receipt() -> str:
    """Make a receipt, in groups. It is told once and kept nowhere."""
    return written(secrets.randbits(_FORM.bits))


def written(randomness: int) -> str:
    """Write 90 bits as a receipt, in groups. Raises ValueError when they are more."""
    return _FORM.grouped(_FORM.plain(randomness))


def canonical(text: str) -> str | None:
    """Give the 20 characters of a receipt however it was typed (case, gaps, O for 0, I or L for 1); None for none."""
    return _FORM.canonical(text)


def receipt_keys(keys: KeyRing, text: str) -> ReceiptKeys:
    """Derive locator and wrapping key; for a text that is no receipt, those of no case, by the same work."""
    code = canonical(text) or _NO_RECEIPT
    locator = keys.derived("receipt locator", code).hex()
    return ReceiptKeys(locator, keys.derived("receipt wrapping", code))
