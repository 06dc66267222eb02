"""Following a report by its receipt: how it stands, what was written, and what the reporter adds.

Wrong, malformed, unknown, withdrawn and expired receipts all take the same road and get the same words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.services.casework.access import Desk
from bot.services.casework.handling import reopened, replied
from bot.services.reports.content import Message, MessageKind
from bot.services.reports.guesses import Guesses
from bot.services.reports.intake import REPORTER, Attached, attach
from storage import OpenCase, UnitOfWork
from storage.receipts import canonical
from yanlu import codes
from yanlu.errors import YanluError
from yanlu.texts import reports as texts

MOST_MESSAGES = 200
MOST_FILES = 50
"""Of a case, so that nobody who holds a receipt can fill the disk."""
_LENGTH = 20
_LETTERS = re.compile("[0-9A-Z]+")
_SLIP = 2
"""By how many characters a mistyped receipt may be too long or too short and still be told from a sentence."""
_WRITTEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[-_ \u3000]*[0-9A-Za-z]){19}(?![0-9A-Za-z])")
_LETTERED = 3
"""Letters in a receipt at the least; account and invoice numbers have none, and shall not be touched."""
ADDED: dict[MessageKind, str] = {
    "answer": "answered",
    "supplement": "supplemented",
    "objection": "objected",
    "evidence": "new evidence",
}
"""What a reporter may add, and the word for it in the audit log."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message with the day it came."""

    day: date
    message: Message = field(repr=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking a receipt up gave: the opened case, or none; `refused`: it was not even looked up."""

    case: OpenCase | None = None
    refused: bool = False


def looks_like_receipt(text: str) -> bool:
    """Whether a whole message is meant as a receipt, a mistyped one as well: none may be taken for a question."""
    if canonical(text) is not None:
        return True
    code = codes.folded(text)
    fits = _LETTERS.fullmatch(code) is not None and abs(len(code) - _LENGTH) <= _SLIP
    return fits and sum(character.isdigit() for character in text) > 1


def asks_to_track(text: str) -> bool:
    """Whether a whole message is no more than the wish to follow a report."""
    return text.rstrip("。. ") in texts.TRACK_WORDS


def without_receipts(text: str) -> str:
    """What a reporter tells, without any receipt in it: whoever may read the report must not come by its receipt."""

    def shown(found: re.Match[str]) -> str:
        code = found.group()
        is_receipt = canonical(code) is not None and sum(map(str.isalpha, code)) >= _LETTERED
        return texts.RECEIPT_LEFT_OUT if is_receipt else code

    return _WRITTEN.sub(shown, text)


async def looked_up(work: UnitOfWork, guesses: Guesses, key: str, text: str, now: datetime) -> Looked:
    """Open the case of a receipt typed in a conversation (by its opaque key).

    The work up to the answer is the same whatever is wrong with a receipt. Raises DatabaseCorrupt when the case is
    there and was tampered with.
    """
    if not guesses.allowed(key, now):
        return Looked(refused=True)
    case = await work.cases.by_receipt(text)
    if case is None:
        guesses.wrong(key, now)
        return Looked()
    return Looked(case)


async def conversation(work: UnitOfWork, case: OpenCase) -> Sequence[Written]:
    """What was written on a case, oldest first. Why it was handed over is between its handlers."""
    written = [
        Written(each.day, Message.unpacked(each.content)) for each in await work.case_messages.of(case.key)
    ]
    return [each for each in written if each.message.kind != "transfer"]


def open_question(written: Sequence[Written]) -> bool:
    """Whether the handlers wait for an answer: nothing of the reporter's came after their last question."""
    last = next(
        (each.message for each in reversed(written) if each.message.kind in ("question", "answer")), None
    )
    return last is not None and last.kind == "question"


async def add(  # noqa: PLR0913 - each is said by name
    work: UnitOfWork,
    desk: Desk,
    case: OpenCase,
    *,
    kind: MessageKind,
    text: str,
    files: Sequence[Attached] = (),
    day: date,
) -> None:
    """Add an answer, a supplement or, after closing, an objection or new evidence; the case moves accordingly.

    Raises YanluError when the case holds as much as one may.
    """
    full = len(await work.case_messages.of(case.key)) >= MOST_MESSAGES
    if full or len(await work.case_files.of(case.key)) + len(files) > MOST_FILES:
        raise YanluError(texts.CASE_FULL)
    message = Message(side="reporter", kind=kind, text=text)
    await work.case_messages.add(case.key, message.packed(), day)
    await attach(work, case.key, files, day)
    if kind == "answer":
        await replied(work, case, day)
    elif kind in ("objection", "evidence"):
        await reopened(work, desk, case, day)
    await work.audit.append(REPORTER, ADDED[kind], case.row.number, day)


async def has_contact(work: UnitOfWork, case: OpenCase) -> bool:
    """Whether name and contact are kept."""
    return bool(await work.cases.contact(case.key))


async def withdraw_contact(work: UnitOfWork, case: OpenCase, day: date) -> None:
    """Forget name and contact for good: what handlers have read they have read."""
    await work.cases.set_contact(case.key, b"")
    await work.audit.append(REPORTER, "withdrew contact", case.row.number, day)
