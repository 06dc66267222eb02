"""How a `Say` leaves as Telegram messages, and what Telegram's refusals mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.telegram.rendering import CAPTION_UNITS, Entity, Part, entities, split, units
from bot.conversation.channel import DeliverLater, Undeliverable
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from telegram.error import TelegramError

    from bot.conversation.messages import Choice, OutgoingFile, Say
    from yanlu.errors import ChannelError

UPLOAD_BYTES = 50 * 1024 * 1024
"""Largest document a bot may send (Bot API, sendDocument)."""
ROW_BUTTONS = 8
"""Most buttons Telegram shows in a row of an inline keyboard."""
RETRY_SECONDS = 5.0
REVOKED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to post: `text` is the caption where there is a document, and may then be empty."""

    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: tuple[tuple[Choice, ...], ...] = ()
    document: OutgoingFile | None = None


def letters(say: Say) -> tuple[Letter, ...]:
    """Lay a `Say` out as messages, at most 4,096 UTF-16 units each; the keyboard hangs on the last one.

    A file carries the text as its caption where it fits (1,024 units), else the text goes before it. A file
    beyond 50 MB is replaced by a sentence that says so. A say without text, choices and file
    gives no message.
    """
    parts = list(split(say.text, say.spans))
    document = say.file
    if document is not None and len(document.content) > UPLOAD_BYTES:
        parts.append(Part(texts.file_unsendable(document.name)))
        document = None
    keyboard = _rows(say.choices)
    if document is not None:
        fits = len(parts) == 1 and units(parts[0].text) <= CAPTION_UNITS
        caption = parts.pop() if fits else Part("")
        return (*map(_letter, parts), Letter(caption.text, entities(caption), keyboard, document))
    if not parts and keyboard:
        parts.append(Part(texts.CHOOSE))
    if not parts:
        return ()
    last = parts.pop()
    return (*map(_letter, parts), Letter(last.text, entities(last), keyboard))


def _letter(part: Part) -> Letter:
    return Letter(part.text, entities(part))


def _rows(choices: tuple[tuple[Choice, ...], ...]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(
        row[start : start + ROW_BUTTONS] for row in choices for start in range(0, len(row), ROW_BUTTONS)
    )


def failure_of(error: TelegramError) -> ChannelError:
    """Say what a refusal means: `Undeliverable` (drop it) or `DeliverLater` (in so many seconds).

    Blocked, deleted and unknown chats, and messages that Telegram finds malformed, can never arrive; flood
    control, server errors, timeouts, a lost network and a token that is being replaced are waited out.
    """
    from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

    if isinstance(error, RetryAfter):
        return DeliverLater(texts.BUSY, seconds=seconds_of(error))
    if isinstance(error, InvalidToken):
        return DeliverLater(texts.ACCOUNT_REFUSED, seconds=REVOKED_SECONDS)
    if isinstance(error, Forbidden | ChatMigrated):
        return Undeliverable(texts.CHAT_GONE)
    if isinstance(error, BadRequest):
        gone = "chat not found" in error.message.lower()
        return Undeliverable(texts.CHAT_GONE if gone else texts.MESSAGE_REFUSED)
    return DeliverLater(texts.UNREACHABLE, seconds=RETRY_SECONDS)


def seconds_of(error: TelegramError) -> float:
    """Give the seconds flood control asks to wait; a default where an error names none."""
    after = getattr(error, "retry_after", RETRY_SECONDS)
    return float(after.total_seconds() if hasattr(after, "total_seconds") else after)
