"""Ways in: single-use codes that bind a conversation to a person.

A code is 90 random bits and a check (`yanlu.codes`): 20 characters in groups of 4. Only a keyed hash of it is stored.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.conversation.messages import Conversation
from storage import UnitOfWork
from yanlu.codes import CodeForm

LIFE = timedelta(days=7)
_FORM = CodeForm(data=18, group=4)

JoinState = Literal["joined", "mistyped", "unknown", "used", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Joining:
    """How an attempt to join ended; `person` is who the conversation now belongs to, None when it failed."""

    state: JoinState
    person: str | None = None


def new_code(randomness: int) -> str:
    """The code of 90 random bits, in groups. Raises ValueError when they are more."""
    return grouped(_FORM.plain(randomness))


def grouped(code: str) -> str:
    """A code in groups of four."""
    return _FORM.grouped(code)


def canonical(text: str) -> str | None:
    """The 20 characters of a code however it was typed (case, spaces, O for 0, I or L for 1); None for no code."""
    return _FORM.canonical(text)


def looks_like_code(text: str) -> bool:
    """Tell whether a whole message is a code: one in a thousand of other texts of its shape would be taken for one."""
    return canonical(text) is not None


async def issue(work: UnitOfWork, person: str, now: datetime, life: timedelta = LIFE) -> str:
    """Make an invitation for a person that is good for `life`; gives its code, which is kept nowhere.

    Raises StorageError for an unknown person.
    """
    code = new_code(secrets.randbits(_FORM.bits))
    await work.invitations.issue(person, code.replace("-", ""), now + life, now)
    return code


async def rebind(work: UnitOfWork, person: str, now: datetime, life: timedelta = LIFE) -> str:
    """Take every conversation and open invitation from a person (a lost phone) and make a new invitation."""
    await work.bindings.unbind_person(person)
    await work.invitations.revoke_of(person, now)
    return await issue(work, person, now, life)


async def join(work: UnitOfWork, code: str, conversation: Conversation, now: datetime) -> Joining:
    """Use a code up and give the conversation to its person; from whoever had it before, it is taken."""
    plain = canonical(code)
    if plain is None:
        return Joining("mistyped")
    found = await work.invitations.redeem(plain, now)
    if found.person is None:
        return Joining("unknown" if found.state == "redeemed" else found.state)
    await work.bindings.bind(found.person, conversation.channel, conversation.address, now)
    return Joining("joined", found.person)
