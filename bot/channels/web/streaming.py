"""What is new of a page, for its script: sent as it comes, each message piece by piece. Never compressed (BREACH).

A part is a row of fragments of HTML, each one element with `MARK` after it:

    <template data-life="…">    what is shown belongs to another transcript: drop it
    <li id="m7" class="bot">…   a message begins; what follows are its paragraphs and quotes, up to
    <template data-closed>      its end, with its choices
    <template data-end …>       the state of the page, with the alert; a part without it was cut off

The words come before what takes long, and a turn goes on though nobody listens any more.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.channels.web.bubbles import CLOSING, END, Bubble, alert_of, file_of
from bot.channels.web.security import Seat, once
from bot.channels.web.showing import SHOWN, Showing
from bot.channels.web.transcript import Change, Session, Transcripts

HEADER = "X-Yanlu"
PART = "part"
MARK = b"<!--|-->"
_CLOSED = b"<template data-closed>"
_CLOSED_END = b"</template>"


class Streamed(StreamingResponse):
    """An answer sent as it comes. It is gone through to its end, whether or not somebody still listens."""

    def __init__(self, pieces: AsyncIterator[bytes], status: int = 200) -> None:
        # A proxy that gathers an answer before it passes it on would undo the streaming (nginx, X-Accel-Buffering).
        headers = {HEADER: PART, "X-Accel-Buffering": "no"}
        super().__init__(pieces, status, headers, media_type="text/html")

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the answer."""
        await self.stream_response(send)


@dataclass(slots=True)
class Seen:
    """What a script shows: the transcript's `life` and the number of its `last` message."""

    life: str
    last: int


def asked_for_part(request: Request) -> bool:
    """Tell whether a script asks, which no form of another site can make it seem (Fetch, "CORS-safelisted")."""
    return request.headers.get(HEADER) == PART


def seen_of(fields: Mapping[str, str]) -> Seen:
    """Read what a script says it shows; everything counts as new where that is no number."""
    after = fields.get("after", "")
    plain = after.isascii() and after.isdecimal() and len(after) < 9
    return Seen(fields.get("life", ""), int(after) if plain else 0)


class Parts:
    """Makes the parts."""

    def __init__(self, transcripts: Transcripts, showing: Showing) -> None:
        self._transcripts = transcripts
        self._showing = showing
        self._playing: set[asyncio.Task[int | None]] = set()

    async def turn(
        self, seat: Seat, seen: Seen, playing: Coroutine[None, None, int | None], kept: "Kept"
    ) -> AsyncIterator[bytes]:
        """Send the messages of a turn as they are put on the page, then the state of the page.

        `kept` is what to say and to put back when the turn was not taken.
        """
        task = asyncio.create_task(playing)
        self._playing.add(task)
        task.add_done_callback(self._playing.discard)
        with self._transcripts.watch.on(self._transcripts.address(seat.token)) as bell:
            task.add_done_callback(lambda _task: bell.set())
            while not task.done():
                await bell.wait()
                bell.clear()
                session = await self._found(seat.token, seen)
                for piece in await self._fresh(session, seen):
                    yield piece
        taken = task.result() is not None
        session = await self._found(seat.token, seen)
        for piece in await self._fresh(session, seen):
            yield piece
        if taken:
            kept = await self.told(session)
        yield end(seat, session, kept)

    async def _found(self, token: str, seen: Seen) -> Session | None:
        """Give a session with the lines that were not sent yet, and with all when they are another transcript's."""
        found = await self._transcripts.find(token, newest=SHOWN, after=seen.last)
        if found is None or found.life == seen.life:
            return found
        return await self._transcripts.find(token, newest=SHOWN)

    async def since(self, session: Session, seen: Seen) -> bytes | None:
        """Give what is new for a page that waits; None when nothing is."""
        if session.life == seen.life and session.last <= seen.last:
            return None
        pieces = await self._fresh(await self._found(session.token, seen), seen)
        return b"".join([*pieces, end(None, session, Kept())])

    async def told(self, session: Session | None) -> "Kept":
        """Give what the page has to say once, and what was typed and not sent."""
        if session is None:
            return Kept()
        kept = Kept(session.alert, session.composer)
        if session.alert:
            await self._transcripts.change(session, Change(alert=""))
        return kept

    async def close(self) -> None:
        """Wait for the turns under way."""
        await asyncio.gather(*self._playing, return_exceptions=True)

    async def _fresh(self, session: Session | None, seen: Seen) -> list[bytes]:
        """Give the messages that were not sent yet, each in one piece for each of its paragraphs."""
        pieces: list[bytes] = []
        if session is None:
            return pieces
        if session.life != seen.life:
            pieces.append(Markup('<template data-life="{}"></template>').format(session.life).encode() + MARK)
            seen.life, seen.last = session.life, 0
        newest = islice(session.lines, max(len(session.lines) - SHOWN, 0), None)
        lines = [line for line in newest if line.number > seen.last]
        held = await self._showing.downloadable(session, lines)
        for line, bubble in zip(lines, await self._showing.bubbles(session, lines), strict=True):
            offering = line.number == session.offering
            pieces += _fragments(bubble, file_of(line, held), offering=offering)
            seen.last = line.number
        return pieces


@dataclass(frozen=True, slots=True)
class Kept:
    """What a page says of the form, and what stays in the box."""

    alert: str = ""
    composer: str = ""


async def at_once(content: bytes) -> AsyncIterator[bytes]:
    """Give a part that is ready as a stream."""
    yield content


def end(seat: Seat | None, session: Session | None, kept: Kept) -> bytes:
    """Give the state of the page. Without `seat` the form stays as it is."""
    state = {
        "life": session.life if session else "",
        "offering": str(session.offering if session else 0),
        "gone": " ".join(map(str, session.withdrawn if session else ())),
        "composer": kept.composer,
        **({} if seat is None else {"form": seat.form_token, "once": once()}),
    }
    words = Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in state.items())
    alert = Markup(alert_of(kept.alert).decode())  # noqa: S704 - made of escaped words
    return Markup("<template data-end{}>{}</template>").format(words, alert).encode(errors="replace") + MARK


def _fragments(bubble: Bubble, file: bytes, *, offering: bool) -> Iterator[bytes]:
    yield bubble.body[: bubble.cuts[0]] + CLOSING + END + MARK
    for start, stop in pairwise(bubble.cuts):
        yield bubble.body[start:stop] + MARK
    if file:
        yield file + MARK
    yield _CLOSED + (bubble.choices if offering else b"") + _CLOSED_END + MARK
