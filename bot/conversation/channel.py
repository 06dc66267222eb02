"""What a channel must offer, and how it hands turns in."""

from collections.abc import Awaitable, Callable
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


class Channel(Protocol):
    """A road by which `Say`s reach the user."""

    name: str

    async def send(self, address: str, say: Say) -> None:
        """Deliver one message. Raises Undeliverable or DeliverLater; returns when the service has accepted it."""
        ...
