"""Long polling: the default way to receive, for one process.

The library's own updater confirms an update as soon as it is fetched; a process killed before the turn
committed would lose it. This loop confirms only what is settled (`backlog.Backlog`).
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.channels.telegram.backlog import Backlog
from bot.channels.telegram.channel import token_refused
from bot.channels.telegram.incoming import ALLOWED_UPDATES
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.outgoing import seconds_of
from bot.channels.telegram.updates import number_of, update_of
from bot.conversation.channel import DeliverLater

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from telegram import Update

    from bot.channels.telegram.channel import TelegramChannel
    from bot.conversation.channel import TakeTurn

    _Delivery = tuple[int, Update | None]

LONG_POLL_SECONDS = 30
BUSY_POLL_SECONDS = 0.5
FAREWELL_SECONDS = 10.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0

logger = logging.getLogger(__name__)


async def run_polling(channel: TelegramChannel, take: TakeTurn, stop: asyncio.Event) -> None:
    """Receive updates until `stop` is set, then let the turns under way end. The channel stays open.

    An unreachable service is waited for. Raises ChannelError when Telegram refuses the token.
    """
    await _Polling(channel, take, stop).run()


class _Polling:
    def __init__(self, channel: TelegramChannel, take: TakeTurn, stop: asyncio.Event) -> None:
        self._channel = channel
        self._intake = Intake(channel, take)
        self._stop = stop
        self._backlog = Backlog()
        self._turns: set[asyncio.Task[None]] = set()
        self._pause = 0.0

    async def run(self) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await self._until(stopping, self._start())
            while not self._stop.is_set():
                await self._until(stopping, self._receive())
        finally:
            stopping.cancel()
            await self._farewell()

    async def _until(self, stopping: asyncio.Task[bool], step: Coroutine[None, None, None]) -> None:
        """Run a step, but give it up when it is time to stop."""
        running = asyncio.ensure_future(step)
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not running.done():
                running.cancel()
        if running.done():
            running.result()
        else:
            await asyncio.wait({running})

    async def _start(self) -> None:
        from telegram.error import TelegramError

        while True:
            try:
                await self._channel.open()
                await self._channel.bot.delete_webhook()
            except DeliverLater as error:
                await self._rest(error, error.seconds)
            except TelegramError as error:
                await self._rest(error)
            else:
                return

    async def _receive(self) -> None:
        """Fetch once and start the turns; come back when they are done, or soon if one takes long."""
        from telegram.error import InvalidToken, RetryAfter, TelegramError

        asked = self._backlog.offset
        try:
            updates = await self._fetch(asked)
        except InvalidToken:
            raise token_refused() from None
        except RetryAfter as error:
            await self._rest(error, seconds_of(error))
        except TelegramError as error:
            await self._rest(error)
        else:
            self._pause = 0.0
            self._begin(asked, updates)
            if self._turns:
                await asyncio.wait(self._turns, timeout=BUSY_POLL_SECONDS)

    async def _fetch(self, offset: int | None) -> Sequence[_Delivery]:
        from telegram.error import TelegramError

        timeout = LONG_POLL_SECONDS if self._backlog.idle else 0
        try:
            updates = await self._channel.bot.get_updates(
                offset=offset, timeout=timeout, allowed_updates=ALLOWED_UPDATES
            )
        except TelegramError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one update makes the library raise, serve the rest
            logger.warning("updates are read one by one: %s", type(error).__name__)
            raw = await self._channel.raw_updates(offset)
            return [(number_of(each), update_of(each, self._channel.bot)) for each in raw]
        return [(update.update_id, update) for update in updates]

    def _begin(self, asked: int | None, deliveries: Sequence[_Delivery]) -> None:
        fresh = self._backlog.admit(asked, [number for number, _ in deliveries])
        for number, update in deliveries:
            if number in fresh:
                turn = asyncio.create_task(self._settle(number, update))
                self._turns.add(turn)
                turn.add_done_callback(self._turns.discard)

    async def _settle(self, number: int, update: Update | None) -> None:
        if update is not None:
            await self._intake.accept(
                update
            )  # a turn that failed was apologised for: the user sends it again
        self._backlog.settle(number)

    async def _rest(self, error: Exception, seconds: float | None = None) -> None:
        if not self._pause:
            logger.warning("telegram cannot be asked, trying again: %s", type(error).__name__)
        self._pause = min(_LONGEST_PAUSE, self._pause * 2 or _FIRST_PAUSE)
        await asyncio.sleep(self._pause if seconds is None else seconds)

    async def _farewell(self) -> None:
        """End the turns under way and confirm what is settled, so that the next start begins after it."""
        from telegram.error import TelegramError

        if self._turns:
            _, unfinished = await asyncio.wait(self._turns, timeout=FAREWELL_SECONDS)
            for turn in unfinished:
                turn.cancel()
        if self._backlog.offset is None:
            return
        try:
            await self._channel.bot.get_updates(offset=self._backlog.offset, limit=1, timeout=0)
        except TelegramError as error:
            logger.debug("the last updates were not confirmed: %s", type(error).__name__)
