"""Applies turns: one transaction holds a turn's whole effect, and turns of one chat never interleave."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath

from bot.conversation.courier import LEASE, Courier, Letter
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import Say, Turn
from bot.conversation.payloads import encoded
from bot.conversation.ports import Database
from bot.conversation.router import Router
from bot.conversation.scene import Scene
from yanlu.errors import YanluError
from yanlu.texts import conversation as texts

log = logging.getLogger(__name__)

Respond = Callable[[Turn, Scene], Awaitable[Sequence[Say]]]


class TurnTaker:
    """Takes turns from every channel."""

    def __init__(self, database: Database, router: Router, courier: Courier) -> None:
        self._database = database
        self._router = router
        self._courier = courier
        self._locks = KeyedLocks()

    async def take(self, turn: Turn) -> None:
        """Apply a turn and return when its messages were sent (or put off). Raises as `accept` does."""
        await asyncio.shield(await self._begun(turn))

    async def accept(self, turn: Turn) -> None:
        """Apply a turn and return when it is committed; its messages leave meanwhile.

        A dialog that fails leaves no trace but an apology. Raises the fault only where not even that can be
        committed, so that the channel may ask for the delivery to be repeated.
        """
        await self._begun(turn)

    async def _begun(self, turn: Turn) -> "asyncio.Task[None]":
        key = self._database.keys.opaque(turn.conversation.channel, turn.conversation.address)
        async with self._locks.hold(key):
            try:
                turn = await self._prepared(turn, key)
                letters = await self._committed(turn, key, self._router.answer)
            except Exception as error:  # noqa: BLE001 - whatever a dialog did, the user gets an answer
                log.error("a %s turn failed: %s", turn.kind, _outline(error))  # noqa: TRY400 - a traceback may hold the text
                letters = await self._apologised(turn, key, error)
            return self._courier.hand_over(letters)

    async def _apologised(self, turn: Turn, key: str, error: Exception) -> list[Letter]:
        """Own up to a failure and show again what is open, whose buttons may be gone; at least own up to it."""
        text = str(error) if isinstance(error, YanluError) else texts.APOLOGY
        try:
            return await self._committed(turn, key, partial(self._router.apologise, text))
        except Exception as again:  # noqa: BLE001 - what is open may be what fails
            log.error("what is open was not shown again: %s", _outline(again))  # noqa: TRY400 - as above
            return await self._committed(turn, key, _bare(text))

    async def _prepared(self, turn: Turn, key: str) -> Turn:
        """Do what takes long before the transaction, which nothing may hold up.

        That is: read a sent file where the open form asks for one, ask the chat model where one is set.
        """
        if turn.file is None and not self._router.prepares:
            return turn
        async with self._database.transaction(turn.now) as work:
            scene = await Scene.load(work, key, turn.now)
        preparation = self._router.preparation(turn, scene)
        if preparation is not None:
            return replace(turn, prepared=await preparation)
        reader = self._router.file_reader(scene)
        if turn.file is None or reader is None:
            return turn
        fetch = partial(self._courier.fetch, turn.conversation)
        return replace(turn, file=await reader.read_file(turn.file, fetch))

    async def _committed(self, turn: Turn, key: str, respond: Respond) -> list[Letter]:
        channel, address = turn.conversation.channel, turn.conversation.address
        async with self._database.transaction(turn.now) as work:
            await work.lock(key)
            if not await work.updates.first_time(channel, turn.update):
                return []
            says = await respond(turn, await Scene.load(work, key, turn.now))
            letters = []
            for say in says:
                if say.fleeting:
                    letters.append(Letter(None, turn.conversation, say))
                    continue
                # Held back for the lease: this process sends it right after the commit, others if it dies.
                row = await work.outbox.put(channel, address, encoded(say), turn.now, turn.now + LEASE)
                letters.append(Letter(row, turn.conversation, say))
        return letters


def _bare(text: str) -> Respond:
    async def apologise(_turn: Turn, _scene: Scene) -> Sequence[Say]:
        return [Say(text)]

    return apologise


def _outline(error: BaseException) -> str:
    """Tell what failed and where, without the message, which may quote what the user wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
