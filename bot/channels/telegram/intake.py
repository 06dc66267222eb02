"""What is done with one update, however it came: the turn taken, the tap tidied up, a failure owned up to."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.telegram.incoming import Arrival, GroupCall, StrayTap, incoming_of
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import Say
from yanlu.errors import ChannelError
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from collections.abc import Hashable

    from telegram import Update

    from bot.channels.telegram.channel import TelegramChannel
    from bot.conversation.channel import TakeTurn
    from bot.conversation.messages import Turn

_REMEMBERED = 1024

logger = logging.getLogger(__name__)


class Intake:
    """Takes updates: those of one chat in the order they are accepted, different chats at the same time."""

    def __init__(self, channel: TelegramChannel, take: TakeTurn) -> None:
        self._channel = channel
        self._take = take
        self._chats = KeyedLocks()
        self._apologised = _Recent()
        self._groups_told = _Recent()

    async def accept(self, update: Update) -> bool:
        """Deal with an update; False when its turn failed and may be delivered again. Raises nothing."""
        try:
            return await self._deal_with(update)
        except Exception as error:  # noqa: BLE001 - an update that cannot be dealt with must not end the others
            _log_failure("an update was let go", error)
            return True

    async def _deal_with(self, update: Update) -> bool:
        now = self._channel.clock()
        incoming = incoming_of(update, username=self._channel.username, now=now)
        if isinstance(incoming, Arrival):
            async with self._chats.hold(incoming.chat):
                return await self._apply(incoming)
        if isinstance(incoming, StrayTap):
            await self._channel.stop_spinner(incoming.query)
        elif isinstance(incoming, GroupCall) and self._groups_told.first_time(incoming.chat):
            await self._say(str(incoming.chat), texts.PRIVATE_ONLY)
        return True

    async def _apply(self, arrival: Arrival) -> bool:
        if arrival.message is not None:
            self._channel.heard(arrival.chat, arrival.message)
        if arrival.tap is None:
            return await self._taken(arrival.turn)
        spinner = asyncio.create_task(self._channel.stop_spinner(arrival.tap.query))
        try:
            taken = await self._taken(arrival.turn)
        finally:
            await spinner
        if taken:  # after a failure the buttons stay, for another try
            await self._channel.drop_keyboard(arrival.chat, arrival.tap)
        return taken

    async def _taken(self, turn: Turn) -> bool:
        try:
            await self._take(turn)
        except Exception as error:  # noqa: BLE001 - the outermost boundary: one bad turn must not end the others
            _log_failure("a turn failed", error)
            if self._apologised.first_time(turn.update):
                await self._say(turn.conversation.address, texts.APOLOGY)
            return False
        return True

    async def _say(self, address: str, text: str) -> None:
        try:
            await self._channel.send(address, Say(text))
        except ChannelError as error:
            logger.warning("a notice was not delivered: %s", type(error).__name__)


class _Recent:
    """Remembers the last keys it was shown."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def first_time(self, key: Hashable) -> bool:
        """Tell whether a key is new, and remember it."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > _REMEMBERED:
            self._keys.popitem(last=False)
        return True


def _log_failure(what: str, error: Exception) -> None:
    logger.error("%s: %s at %s", what, type(error).__name__, place_of(error))


def place_of(error: BaseException) -> str:
    """Name the file and line an error was raised at, and nothing of what it says."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
