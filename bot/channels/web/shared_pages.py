"""The steps of which every change of a page in the database is made, each within somebody's transaction.

A page that is to be changed is locked by its row; what was sent to it meanwhile comes onto it before anything else.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.channels.web.bubbles import Bubbles
from bot.channels.web.shared_state import State, dumped_file, dumped_line
from bot.channels.web.transcript import SPENT, Bounds, Line, new_life
from bot.conversation.messages import OutgoingFile
from bot.conversation.payloads import decoded
from storage import UnitOfWork
from storage.seats import SeatKey

WIPED = b"wiped"
"""Sent to a page: what stands on it is gone."""


class PageSteps:
    """Steps on pages, within `bounds`; those who keep `bubbles` have them forgotten with their page."""

    def __init__(self, bounds: Bounds, bubbles: Bubbles, clock: Callable[[], float]) -> None:
        self._bounds = bounds
        self._bubbles = bubbles
        self._clock = clock

    async def seen(self, work: UnitOfWork, seat: SeatKey, *, lock: bool = False) -> tuple[State | None, bool]:
        """Give the state of a page that is shown, and whether messages wait for it.

        A page that nobody was at for too long is dropped.
        """
        look = await work.seat_pages.look(seat, lock=lock)
        if look is None:
            return None, False
        state = State.load(look.state)
        if state.left:
            return None, False
        if self._clock() - state.used > self._bounds.idle:
            await work.seat_pages.drop(seat)
            return None, False
        return state, look.mail

    async def standing(self, work: UnitOfWork, seat: SeatKey, *, lock: bool = False) -> State | None:
        """As `seen`; onto a page that is locked comes what was sent to it, and it must be kept then (`keep`)."""
        state, mail = await self.seen(work, seat, lock=lock)
        if lock and mail and state is not None:
            await self._taken_in(work, seat, state)
        return state

    async def opened(self, work: UnitOfWork, token: str) -> tuple[SeatKey, State]:
        """Give a page, locked; a new one where there is none, a stray one where the seat was left."""
        seat = work.seat_pages.key(token)
        state = await self.standing(work, seat, lock=True)
        if state is None:
            fresh = State(self._clock())
            await work.seat_pages.reserve(seat, fresh.dump(), self.end(fresh))
            state = await self.standing(work, seat, lock=True)
        return seat, state or State(self._clock(), stray=True)

    async def placed(
        self, work: UnitOfWork, seat: SeatKey, state: State, filed: tuple[Line, OutgoingFile | None]
    ) -> Line:
        """Put a message on a page that is locked, with its file."""
        line, file = filed
        state.last += 1
        line = replace(line, number=state.last)
        if file is not None:
            id_ = secrets.token_urlsafe(16)
            state.files[id_] = self._clock()
            await work.seat_pages.add_file(seat, id_, line.number, dumped_file(file))
            line = replace(line, download=id_, file_name=file.name, file_size=len(file.content))
        await work.seat_pages.add_line(seat, line.number, dumped_line(line))
        state.kept.append((line.number, len(line.say.text)))
        state.offers = line.number if line.say.choices else state.offers
        await self._trimmed(work, seat, state)
        return line

    async def _taken_in(self, work: UnitOfWork, seat: SeatKey, state: State) -> None:
        """Put on a page that is locked what was sent to it meanwhile."""
        for value in await work.seat_pages.mail(seat):
            if value == WIPED:
                self._bubbles.forget(state.life)
                await work.seat_pages.drop_lines(seat, 0)
                state.kept, state.offers, state.life = [], 0, new_life()
                continue
            say = decoded(value)
            line = Line(0, "bot", replace(say, file=None))
            await self.placed(work, seat, state, (line, say.file))
            if say.file is not None:
                await work.seat_pages.fit_files(self._bounds.downloads)

    async def keep(self, work: UnitOfWork, seat: SeatKey, state: State, *, used: bool = True) -> None:
        """Keep a page's state, `used` by its person now; a stray one is nobody's."""
        if state.stray:
            return
        if used:
            state.used = self._clock()
        state.spent = state.spent[-SPENT:]
        await work.seat_pages.keep(seat, state.dump(), state.text, self.end(state))

    async def _trimmed(self, work: UnitOfWork, seat: SeatKey, state: State) -> None:
        """Keep a page within its bounds: its oldest messages go, and files whose time is over."""
        text, gone = state.text, 0
        while len(state.kept) > self._bounds.lines or (text > self._bounds.text and len(state.kept) > 1):
            gone, count = state.kept.pop(0)
            text -= count
        if gone:
            await work.seat_pages.drop_lines(seat, 0, gone)
        fresh = self.fresh(state)
        for id_ in [id_ for id_ in state.files if id_ not in fresh]:
            del state.files[id_]
            await work.seat_pages.drop_file(seat, id_)

    def fresh(self, state: State) -> frozenset[str]:
        """Give the ids of the files that can still be had."""
        oldest = self._clock() - self._bounds.download_life
        return frozenset(id_ for id_, born in state.files.items() if born > oldest)

    def after(self, seconds: float) -> datetime:
        """Give the time so many seconds from now."""
        return datetime.fromtimestamp(self._clock() + seconds, UTC)

    def end(self, state: State, seconds: float | None = None) -> datetime:
        """Give the time at which a page is over when nobody comes to it any more."""
        return datetime.fromtimestamp(state.used + (seconds or self._bounds.idle), UTC)
