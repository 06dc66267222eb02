"""What the fake Bot API keeps: messages, chats, taps, calls; and how people's words look on the wire."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.support.telegram_forms import Upload, utf16

BOT_ID = 900_000_001
USERNAME = "yanlu_test_bot"


@dataclass
class BotMessage:
    """A message of the bot, as its reader sees it now."""

    chat: int
    id: int
    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    keyboard: list[list[dict[str, str]]] | None = None
    document: Upload | None = None
    deleted: bool = False

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.keyboard or [] for button in row]

    def shown(self, style: str) -> list[str]:
        """Give the stretches of the text that look so ("bold", "blockquote")."""
        code = self.text.encode("utf-16-le")
        cuts = [
            (e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in self.entities if e["type"] == style
        ]
        return [code[start:end].decode("utf-16-le") for start, end in cuts]


@dataclass
class Chat:
    id: int
    kind: str = "private"
    blocked: bool = False


@dataclass
class Query:
    chat: int
    answered: bool = False
    expired: bool = False


@dataclass(frozen=True)
class Call:
    method: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Webhook:
    url: str
    secret: str
    allowed: tuple[str, ...] | None


def chat_of(update: dict[str, Any]) -> int:
    body = (
        update.get("message")
        or update.get("edited_message")
        or update.get("callback_query", {}).get("message")
    )
    return int(body["chat"]["id"]) if body and "chat" in body else 0


def person(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "用户"}


def marked(text: str) -> list[dict[str, Any]]:
    """Mark commands and mentions as the service does."""
    found = []
    for kind, pattern in (("bot_command", r"(?<!\S)/\w{1,32}(?:@\w+)?"), ("mention", r"(?<!\S)@\w{5,32}")):
        for match in re.finditer(pattern, text, re.ASCII):
            found.append({"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match[0])})
    return sorted(found, key=lambda entity: entity["offset"])
