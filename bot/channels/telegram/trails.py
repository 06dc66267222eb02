"""Which messages of a chat belong to an exchange that shall leave no trace: to be deleted when the user asks for it.

Kept in the memory of this process and nowhere else: after a restart, or where another worker sent them, they are not
known any more, and the user is told to look for what is left.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DELETABLE = timedelta(hours=48)
"""How long a bot may delete messages of a private chat (Bot API, deleteMessage)."""
MOST_CHATS = 4096
MOST_MESSAGES = 1000


@dataclass(slots=True)
class _Trail:
    """`messages`: when each was sent, by id. `heard`: the user's since our last answer, which may yet belong to it."""

    messages: dict[int, datetime] = field(default_factory=dict)
    heard: dict[int, datetime] = field(default_factory=dict)
    answered: bool = False


class Trails:
    """The trails of the chats that were busy last."""

    def __init__(self) -> None:
        self._chats: OrderedDict[int, _Trail] = OrderedDict()

    def heard(self, chat: int, message: int, now: datetime) -> None:
        """Note a message of the user's."""
        trail = self._of(chat)
        if trail.answered:
            trail.heard.clear()
            trail.answered = False
        trail.heard[message] = now
        _bounded(trail.heard)

    def said(self, chat: int, message: int, now: datetime, *, fleeting: bool) -> None:
        """Note a message of ours; a fleeting one takes what it answers into the trail."""
        trail = self._of(chat)
        trail.answered = True
        if fleeting:
            trail.messages |= trail.heard | {message: now}
            _bounded(trail.messages)

    def of(self, chat: int, now: datetime) -> tuple[list[int], int]:
        """Give the messages that may still be deleted, the oldest first, and how many have grown too old."""
        known = self._chats[chat].messages if chat in self._chats else {}
        fresh = sorted(message for message, sent in known.items() if now - sent < DELETABLE)
        return fresh, len(known) - len(fresh)

    def forget(self, chat: int) -> None:
        """Forget a chat's trail."""
        self._chats.pop(chat, None)

    def _of(self, chat: int) -> _Trail:
        trail = self._chats.setdefault(chat, _Trail())
        self._chats.move_to_end(chat)
        while len(self._chats) > MOST_CHATS:
            self._chats.popitem(last=False)
        return trail


def _bounded(messages: dict[int, datetime]) -> None:
    while len(messages) > MOST_MESSAGES:
        del messages[next(iter(messages))]
