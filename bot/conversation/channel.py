"""What a channel must offer, and how it hands turns in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.messages import Say, Turn
from yanlu.errors import ChannelError

TakeTurn = Callable[[Turn], Awaitable[None]]
"""Applies a turn exactly once and returns after its transaction has committed (messages leave afterwards)."""


class Undeliverable(ChannelError):
    """This conversation can no longer be written to (blocked, deleted): drop the message."""


class DeliverLater(ChannelError):
    """The service is busy or down: try again after `seconds`."""

    def __init__(self, happened: str, *, seconds: float) -> None:
        super().__init__(happened)
        self.seconds = seconds


MAX_FILE_BYTES = 20 * 1024 * 1024
"""Of a file a user sends; also the most that a Telegram bot may fetch (Bot API, getFile)."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What became of a chat's fleeting messages and of those they answered: how many are gone, how many stay."""

    removed: int
    left: int = 0


class Channel(Protocol):
    """A road by which `Say`s reach the user."""

    name: str

    async def send(self, address: str, say: Say) -> None:
        """Deliver one message. Raises Undeliverable or DeliverLater; returns when the service has accepted it."""
        ...

    async def fetch(self, reference: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """Give the bytes of a file a user sent.

        Raises AttachmentRefused the moment it passes `limit` bytes, ChannelError when it is gone, DeliverLater when
        the service cannot be reached.
        """
        ...

    async def clean(self, address: str) -> Sweep | None:
        """Delete the conversation's fleeting messages and what the user wrote between them.

        None where a channel cannot take back what it has shown. Raises DeliverLater.
        """
        ...
