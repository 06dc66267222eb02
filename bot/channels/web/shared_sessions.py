"""Transcripts that every worker can serve: in the database, under keys that only the browsers have.

Each step is a short transaction that locks the page's row. A turn takes longer than a transaction should, so it
holds the page by a mark with a term, which is renewed; when a worker dies the term ends.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.channels.web.bubbles import Bubbles
from bot.channels.web.shared_pages import WIPED, PageSteps
from bot.channels.web.shared_state import State, file_of, line_of
from bot.channels.web.shelf import Held, Shelf
from bot.channels.web.transcript import (
    WITHDRAWN,
    Author,
    Bounds,
    Change,
    Line,
    Session,
    Watch,
)
from bot.channels.web.uploads import Upload
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import OutgoingFile, Say
from bot.conversation.payloads import encoded
from storage import Database, UnitOfWork
from storage.seats import LEFT, SeatKey
from yanlu.errors import YanluError
from yanlu.texts import web as texts

TERM = 15.0
"""Seconds that a turn holds a page before it must say again that it goes on."""
PAUSES = (0.02, 0.05, 0.1, 0.2)
NOTED = 60.0
"""Seconds after which a look at the page is worth noting."""
SHOWN_FOR = 600.0
"""How long a worker remembers the markup of a message that it showed: another one may have forgotten its page since."""
LEFT_FOR = 2 * 86_400.0
"""How long a seat that was left is remembered."""

log = logging.getLogger(__name__)


class SharedSessions:
    """The sessions of all workers (`Transcripts`)."""

    no_history = texts.NO_SHARED_HISTORY
    every = 16
    """After how many messages a worker looks at the bounds of all pages."""

    def __init__(
        self, database: Database, bounds: Bounds | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """`clock` tells the seconds since 1970; the workers' clocks may differ by a few seconds."""
        self.bounds = bounds or Bounds()
        self._database = database
        self._clock = clock
        self._born = clock()
        self._locks = KeyedLocks()
        self._turns: dict[str, str] = {}
        self._messages = 0
        self.watch = Watch()
        self.bubbles = Bubbles(self.bounds.rendered, SHOWN_FOR, clock)
        self.uploads = Shelf(self.bounds.uploads, self.bounds.idle, clock)
        self._steps = PageSteps(self.bounds, self.bubbles, clock)

    def address(self, token: str) -> str:
        """Give an address by which messages can be sent, and nothing opened."""
        return SeatKey.of(self._database.keys, token).address

    async def find(
        self, token: str, *, used: bool = False, newest: int | None = None, after: int = 0
    ) -> Session | None:
        """Give the session of a seat; `used` says that the person is at it, the others which lines are wanted."""
        self.bubbles.tidy()
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            state, mail = await self._steps.seen(work, seat)
            if state is None:
                return None
            noted = used and self._clock() - state.used > NOTED
            if noted or mail:
                state = await self._steps.standing(work, seat, lock=True)
                if state is None:  # left in this moment
                    return None
                await self._steps.keep(work, seat, state, used=noted)
            values = [] if newest == 0 else await work.seat_pages.lines(seat, newest, after)
        return state.session(token, tuple(line_of(number, value) for number, value in values))

    async def open(self, token: str) -> Session:
        """Give a session, a new one where there is none; without its lines."""
        async with self._database.transaction() as work:
            seat, state = await self._steps.opened(work, token)
            await self._steps.keep(work, seat, state)
        return state.session(token, ())

    async def has_left(self, token: str) -> bool:
        """Tell whether this seat was left for good; its cookie opens nothing any more."""
        async with self._database.transaction() as work:
            look = await work.seat_pages.look(work.seat_pages.key(token))
        return look is not None and State.load(look.state).left

    @asynccontextmanager
    async def turn(self, token: str) -> AsyncIterator[Session]:
        """Hold the seat's page: of turns on it one goes on at a time, in whatever worker. Gives its session."""
        holder = secrets.token_hex(8)
        async with self._locks.hold(token):
            session = await self._held(token, holder)
            self._turns[token] = holder
            renewing = asyncio.create_task(self._renewed(token, holder))
            try:
                yield session
            finally:
                renewing.cancel()
                if self._turns.pop(token, None) is not None:  # it ended without a word
                    await self._release(token, holder)

    async def add(
        self,
        session: Session,
        author: Author,
        say: Say,
        file: Upload | None = None,
        change: Change | None = None,
    ) -> Line:
        """Put a message on the page; its file goes to the downloads. On a page that is gone it is on none."""
        line = Line(0, author, replace(say, file=None))
        if file is not None:
            line = replace(line, file_name=file.name, file_size=len(file.content))
        return await self._added(session.token, line, say.file, change) or line

    async def deliver(self, address: str, say: Say) -> bool:
        """Send a message to the page of a seat; False when there is none, and none to be expected."""
        young = self._clock() - self._born < self.bounds.idle
        end = self._steps.after(self.bounds.idle)
        async with self._database.transaction() as work:
            sent = await work.seat_pages.post(address, encoded(say), end, expected=young)
        if sent:
            self.watch.tell(address)
        return sent

    async def _added(
        self, token: str, line: Line, file: OutgoingFile | None, change: Change | None
    ) -> Line | None:
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            state = await self._steps.standing(work, seat, lock=True)
            if state is None:
                return None
            line = await self._steps.placed(work, seat, state, (line, file))
            state.apply(change or Change())
            await self._steps.keep(work, seat, state)
        await self._fitted(files=file is not None)
        self.watch.tell(seat.address)
        return line

    async def withdraw(self, session: Session, line: Line) -> None:
        """Take the newest message off the page again."""
        async with self._changing(session.token) as (work, seat, state):
            state.kept = [each for each in state.kept if each[0] != line.number]
            state.withdrawn = [*state.withdrawn, line.number][-WITHDRAWN:]
            await work.seat_pages.drop_lines(seat, line.number, line.number)
        self.bubbles.drop(session.life, line.number)

    async def change(self, session: Session, change: Change) -> Session | None:
        """Change what stands on the page beside the messages; with the turn that is spent its hold ends."""
        token = session.token
        async with self._changing(token) as (_, _, state):
            state.apply(change)
            if change.spent is not None and self._turns.pop(token, None) == state.holder:
                state.holder, state.held = "", 0.0
        return None if state.stray else state.session(token, ())

    async def wipe(self, address: str) -> int:
        """Take all messages off a page that goes on; gives how many. The new `life` tells browsers to drop theirs."""
        name = address.partition(".")[0]
        async with self._database.transaction() as work:
            if await work.seat_pages.standing(name) != "there":
                return 0
            count = await work.seat_pages.wipe(name)
            await work.seat_pages.post(address, WIPED, self._steps.after(self.bounds.idle))
        self.watch.tell(address)
        return count

    async def clear(self, token: str) -> None:
        """Forget what a session shows and its files for download."""
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            state = await self._steps.standing(work, seat, lock=True)
            if state is not None:
                self.bubbles.forget(state.life)
                await work.seat_pages.drop(seat)

    async def leave(self, token: str) -> None:
        """Forget all of a seat. Nothing is delivered to it any more, by no worker."""
        state = State(self._clock(), left=True)
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            known = await self._steps.standing(work, seat, lock=True)
            if known is not None:
                self.bubbles.forget(known.life)
                await work.seat_pages.drop_lines(seat, 0)
                await work.seat_pages.drop_files(seat)
            end = self._steps.end(state, LEFT_FOR)
            await work.seat_pages.reserve(seat, state.dump(), end)
            await work.seat_pages.mail(seat)
            await work.seat_pages.keep(seat, state.dump(), LEFT, end)
        self.uploads.forget(token)

    async def download(self, token: str, id_: str) -> Held | None:
        """Give a file of this seat; None when it is gone."""
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            state = await self._steps.standing(work, seat)
            if state is None or id_ not in self._steps.fresh(state):
                return None
            value = await work.seat_pages.file(seat, id_)
        return None if value is None else file_of(token, state.files[id_], value)

    async def downloadable(self, token: str, lines: Sequence[Line]) -> frozenset[str]:
        """Tell which of the lines' files can still be had, by their ids."""
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            state = await self._steps.standing(work, seat)
            kept = await work.seat_pages.files(seat)
        fresh = frozenset() if state is None else self._steps.fresh(state)
        return kept & fresh & {line.download for line in lines}

    @asynccontextmanager
    async def _changing(self, token: str) -> AsyncIterator[tuple[UnitOfWork, SeatKey, State]]:
        """Give the state to be changed in the block; a stray one where the page is gone."""
        async with self._database.transaction() as work:
            seat = work.seat_pages.key(token)
            state = await self._steps.standing(work, seat, lock=True)
            yield work, seat, state or State(self._clock(), stray=True)
            if state is not None:
                await self._steps.keep(work, seat, state, used=False)

    async def _fitted(self, *, files: bool) -> None:
        """Keep all pages together within their bounds: looked at now and then, in a transaction of its own."""
        self._messages += 1
        if not files and self._messages % self.every:
            return
        try:
            async with self._database.transaction() as work:
                await work.seat_pages.fit(self.bounds.sessions, self.bounds.all_text)
                if files:
                    await work.seat_pages.fit_files(self.bounds.downloads)
        except YanluError as error:  # the message stands; the next look comes soon
            log.warning("the bounds of the pages were not looked at: %s", type(error).__name__)

    async def _held(self, token: str, holder: str) -> Session:
        """Wait until no other worker's turn holds the page, and hold it."""
        tries = 0
        while (session := await self._took(token, holder)) is None:
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
        return session

    async def _took(self, token: str, holder: str) -> Session | None:
        async with self._database.transaction() as work:
            seat, state = await self._steps.opened(work, token)
            taken = state.holder in {"", holder} or state.held <= self._clock()
            if taken:
                state.holder, state.held = holder, self._clock() + TERM
            # Kept also when not taken: what was sent to the page meanwhile has come onto it.
            await self._steps.keep(work, seat, state, used=taken)
        return state.session(token, ()) if taken else None

    async def _renewed(self, token: str, holder: str) -> None:
        while True:
            await asyncio.sleep(TERM / 3)
            try:
                async with self._changing(token) as (_, _, state):
                    if state.holder == holder:
                        state.held = self._clock() + TERM
            except Exception as error:  # noqa: BLE001 - tried again before the term is over
                log.warning("a page's turn was not renewed: %s", type(error).__name__)

    async def _release(self, token: str, holder: str) -> None:
        async with self._changing(token) as (_, _, state):
            if state.holder == holder:
                state.holder, state.held = "", 0.0
