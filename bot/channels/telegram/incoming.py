"""What a Telegram update means: a turn, a tap that leads nowhere, a word in a group, or nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.messages import Conversation, IncomingFile, Turn, TurnKind
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import Audio, CallbackQuery, Document, Message, Update

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
"""The kinds of update we ask for; all others stay with Telegram."""
_CARRYING = ("document", "voice", "audio", "video", "video_note", "animation")
"""The fields of a message that give a file to fetch, beside its photo."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on an inline button: the query to answer and the message that carries the keyboard."""

    query: str
    message: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A turn in a private chat; `tap` is set when it came from a button, `message` when it was written."""

    chat: int
    turn: Turn
    tap: Tap | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class StrayTap:
    """A tap that belongs to no private chat of ours; it only wants its spinner stopped."""

    query: str


@dataclass(frozen=True, slots=True)
class GroupCall:
    """The bot was mentioned or commanded in a group, which it does not serve."""

    chat: int


Incoming = Arrival | StrayTap | GroupCall | None


def incoming_of(update: Update, *, username: str, now: datetime) -> Incoming:
    """Read an update. `username` is the bot's own, without @; None means there is nothing to do."""
    if update.callback_query is not None:
        return _tapped(update.callback_query, str(update.update_id), now)
    message, edited = update.message, False
    if message is None:
        message, edited = update.edited_message, True
    if message is None:
        return None
    if message.chat.type != "private":
        calls = not edited and _calls_us(message, username)
        return GroupCall(message.chat.id) if calls else None
    return _written(message, str(update.update_id), now, edited=edited)


def _tapped(query: CallbackQuery, update: str, now: datetime) -> Arrival | StrayTap:
    message = query.message
    if message is None or message.chat.type != "private" or not query.data:
        return StrayTap(query.id)
    turn = Turn(_conversation(message.chat.id), update, "choice", now, text=query.data)
    return Arrival(message.chat.id, turn, Tap(query.id, message.message_id))


def _written(message: Message, update: str, now: datetime, *, edited: bool) -> Arrival | None:
    content = _content(message)
    if content is None or (edited and content[0] == "unsupported"):
        return None  # a service note ("pinned", "joined"), or a live location moving on
    kind, text, arguments = content
    turn = Turn(
        _conversation(message.chat.id),
        update,
        kind,
        now,
        text=text,
        arguments=arguments,
        file=_file(message),
        edited=edited,
    )
    return Arrival(message.chat.id, turn, message=message.message_id)


def _conversation(chat: int) -> Conversation:
    return Conversation(CHANNEL, str(chat))


def _content(message: Message) -> tuple[TurnKind, str, str] | None:
    """Give kind, text and arguments; None for a service note."""
    if message.text is not None:
        return _command(message, message.text) or ("text", message.text, "")
    unread = next((word for field, word in texts.KINDS.items() if getattr(message, field, None)), None)
    if unread is not None:  # before documents: an animation comes with a document of its own
        return "unsupported", unread, ""
    if message.document is not None or message.photo:
        return "file", message.caption or "", ""
    return None


def _command(message: Message, text: str) -> tuple[TurnKind, str, str] | None:
    first = message.entities[0] if message.entities else None
    if first is None or first.type != "bot_command" or first.offset != 0:
        return None
    # A command is ASCII, so its UTF-16 length is its length.
    name, _, _ = text[1 : first.length].partition("@")
    return "command", name.lower(), text[first.length :].strip()


def _file(message: Message) -> IncomingFile | None:
    """Give what a message carries: a document, the largest size of a photo, a recording; None for nothing."""
    if message.photo:
        photo = message.photo[-1]  # the largest size comes last
        return IncomingFile(photo.file_id, "photo.jpg", photo.file_size or 0, "image/jpeg")
    carried = (getattr(message, field, None) for field in _CARRYING)
    attached: Document | Audio | None = next((each for each in carried if each), None)
    if attached is None:
        return None
    return IncomingFile(
        reference=attached.file_id,
        name=getattr(attached, "file_name", None) or "",
        size=attached.file_size or 0,
        media_type=getattr(attached, "mime_type", None),
    )


def _calls_us(message: Message, username: str) -> bool:
    """Tell whether a group message is a command or a mention meant for this bot."""
    ours = f"@{username.lower()}"
    for entity, said in message.parse_entities(["bot_command", "mention"]).items():
        _, at, addressee = said.lower().partition("@")
        if at and f"@{addressee}" == ours:
            return True
        if entity.type == "bot_command" and not at:
            return True
    return False
