"""Carries committed messages from the outbox to the channels: at least once, in order for each address."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.conversation.channel import Channel, DeliverLater, Undeliverable
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import Conversation, IncomingFile, Say
from bot.conversation.payloads import decoded
from bot.conversation.ports import Database
from bot.services.clock import Clock
from yanlu.texts import conversation as texts

LEASE = timedelta(seconds=60)
"""How long a message belongs to the worker that committed or claimed it; then others may take it over."""
BATCH = 50
MAX_FAULTS = 8
"""Attempts after which a message that a channel fails on unexpectedly is dropped."""
MAX_PAUSE = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A committed message on its way. `attempts` counts how often it was claimed before this time.

    A fleeting message has no `id`: it is in nobody's outbox, and only this process can send it.
    """

    id: int | None
    to: Conversation
    say: Say
    attempts: int = 0


class Courier:
    """Delivers at once what this process committed (`hand_over`), and later what was left over (`run`).

    What was sent is struck off the outbox a moment later, together with what else was sent meanwhile.
    """

    def __init__(self, database: Database, channels: Iterable[Channel], clock: Clock) -> None:
        self._database = database
        self._channels: Mapping[str, Channel] = {channel.name: channel for channel in channels}
        self._clock = clock
        self._locks = KeyedLocks()
        self._carried: set[int] = set()
        self._held: dict[Conversation, datetime] = {}
        self._sent_off: list[int] = []
        self._striking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def hand_over(self, letters: Sequence[Letter]) -> asyncio.Task[None]:
        """Start delivering one conversation's letters; letters handed over earlier go first.

        The task ends when they were sent, or put off.
        """
        self._carried.update(_ids(letters))
        return self._started(self._deliver(letters))

    async def fetch(self, conversation: Conversation, file: IncomingFile) -> bytes:
        """Give the bytes of a file that came by a conversation. Raises as `Channel.fetch` does."""
        return await self._channels[conversation.channel].fetch(file.reference)

    async def run(self, pause: float = 5.0) -> None:
        """Sweep for ever, `pause` seconds apart; a storage fault is logged and tried again."""
        while True:
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - the loop must outlive any fault of the database
                log.warning("sweep of the outbox failed: %s", type(error).__name__)
            await asyncio.sleep(pause)

    async def sweep(self) -> int:
        """Deliver what is due and in nobody's hands; gives the number of letters taken up."""
        letters: list[Letter] = []
        for name in self._channels:
            letters += await self._claimed(name)
        by_address = sorted(
            letters, key=lambda letter: (letter.to.channel, letter.to.address, letter.id or 0)
        )
        groups = [list(group) for _, group in groupby(by_address, key=lambda letter: letter.to)]
        await asyncio.gather(*(self.hand_over(group) for group in groups))
        return len(letters)

    async def close(self) -> None:
        """Wait for the deliveries under way, and for what they leave to be struck off."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _claimed(self, channel: str) -> list[Letter]:
        async with self._database.transaction() as work:
            rows = await work.outbox.claim(channel, self._clock(), BATCH, LEASE)
            letters, broken = [], []
            for row in rows:
                if row.id in self._carried:
                    continue
                try:
                    say = decoded(row.payload)
                except ValueError:
                    broken.append(row.id)
                    continue
                letters.append(Letter(row.id, Conversation(channel, row.address), say, row.attempts))
            if broken:
                log.error("dropped %d unreadable messages from the outbox", len(broken))
                await work.outbox.done(broken)
        return letters

    async def _deliver(self, letters: Sequence[Letter]) -> None:
        if not letters:
            return
        to = letters[0].to
        async with self._locks.hold(to):
            gone, until = await self._carry(to, letters)
            self._strike_off(_ids(letters[:gone]))
            if until is not None:
                await self._put_off(letters[gone:], until)

    async def _carry(self, to: Conversation, letters: Sequence[Letter]) -> tuple[int, datetime | None]:
        """Send in order; gives how many are gone, and when to go on with the rest."""
        now = self._clock()
        held = self._held.get(to)
        if held is not None and held > now:
            return 0, held
        self._held.pop(to, None)
        for number, letter in enumerate(letters):
            pause = await self._sent(letter)
            if pause is not None:
                return number, self._clock() + min(pause, MAX_PAUSE)
        return len(letters), None

    def _strike_off(self, sent: Sequence[int]) -> None:
        self._sent_off += sent
        if self._sent_off and self._striking is None:
            self._striking = self._started(self._struck_off())

    async def _struck_off(self) -> None:
        """Take what was sent out of the outbox, all at a time."""
        sent: list[int] = []
        try:
            while self._sent_off:
                async with self._database.transaction() as work:
                    sent, self._sent_off = self._sent_off, []
                    await work.outbox.done(sent)
                self._carried.difference_update(sent)
        except Exception as error:  # noqa: BLE001 - the lease runs out and the sweep takes the letters up again
            log.warning("outbox could not be settled: %s", type(error).__name__)
            self._carried.difference_update(sent, self._sent_off)
            self._sent_off = []
        finally:
            self._striking = None

    async def _put_off(self, left: Sequence[Letter], until: datetime) -> None:
        """Keep what could not be sent for later, and whoever it goes to waiting for it."""
        kept = _ids(left)
        try:
            if kept:
                async with self._database.transaction() as work:
                    for id_ in kept:
                        await work.outbox.later(id_, until)
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("outbox could not be settled: %s", type(error).__name__)
        finally:
            self._carried.difference_update(kept)
        self._again([letter for letter in left if letter.id is None], until)
        now = self._clock()
        self._held = {to: time for to, time in self._held.items() if time > now}
        self._held[left[0].to] = until

    def _again(self, fleeting: Sequence[Letter], until: datetime) -> None:
        """Try fleeting messages again when their conversation may be written to; nobody else can."""
        left = [replace(letter, attempts=letter.attempts + 1) for letter in fleeting]
        left = [letter for letter in left if letter.attempts < MAX_FAULTS]
        if not left:
            return

        async def later() -> None:
            await asyncio.sleep(max(0.0, (until - self._clock()).total_seconds()))
            await self._deliver(left)

        self._started(later())

    def _started(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _sent(self, letter: Letter) -> timedelta | None:
        """Send one letter; None when it is done with, else how long to wait."""
        try:
            channel = self._channels[letter.to.channel]
            say = await _swept(channel, letter) if letter.say.sweeps else letter.say
            await channel.send(letter.to.address, say)
        except Undeliverable:
            log.info("dropped a message: the conversation can no longer be written to")
        except DeliverLater as error:
            return max(timedelta(seconds=error.seconds), _backoff(letter.attempts))
        except Exception as error:  # noqa: BLE001 - a fault of one channel must not stop the others
            if letter.attempts >= MAX_FAULTS:
                log.error("dropped a message after %d faults: %s", letter.attempts, type(error).__name__)  # noqa: TRY400 - a traceback may hold the text
                return None
            log.warning("a channel failed to send: %s", type(error).__name__)
            return _backoff(letter.attempts)
        return None


async def _swept(channel: Channel, letter: Letter) -> Say:
    """Clean the chat, and give the message that says what came of it."""
    sweep = await channel.clean(letter.to.address)
    return Say(texts.NOT_SWEPT if sweep is None else texts.swept(sweep.removed, sweep.left))


def _ids(letters: Iterable[Letter]) -> list[int]:
    return [letter.id for letter in letters if letter.id is not None]


def _backoff(attempts: int) -> timedelta:
    return timedelta(seconds=2 ** min(attempts, 12))
