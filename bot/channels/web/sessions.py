"""Transcripts in this process's memory only: bounded, lost at a restart."""

import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.channels.web.bubbles import Bubbles
from bot.channels.web.shelf import Held, Shelf
from bot.channels.web.transcript import Author, Bounds, Change, Line, Session, Watch, new_life
from bot.channels.web.uploads import Upload
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import OutgoingFile, Say
from yanlu.texts import web as texts


class Sessions:
    """The sessions of this process (`Transcripts`), least recently used first.

    A page that only watches does not keep one alive.
    """

    no_history = texts.NO_HISTORY

    def __init__(self, bounds: Bounds | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.bounds = bounds or Bounds()
        self._clock = clock
        self._born = clock()
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._left: deque[str] = deque(maxlen=self.bounds.sessions)
        self._text = 0
        self._locks = KeyedLocks()
        self.watch = Watch()
        self.bubbles = Bubbles(self.bounds.rendered, self.bounds.idle, clock)
        self.downloads = Shelf(self.bounds.downloads, self.bounds.download_life, clock)
        self.uploads = Shelf(self.bounds.uploads, self.bounds.idle, clock)

    def __len__(self) -> int:
        return len(self._open)

    def address(self, token: str) -> str:
        """Give the token itself: nothing is kept that it would open."""
        return token

    async def find(
        self,
        token: str,
        *,
        used: bool = False,
        newest: int | None = None,  # noqa: ARG002 - all lines are at hand
        after: int = 0,  # noqa: ARG002 - as above
    ) -> Session | None:
        """Give a session there is, with all its lines; `used` says that the person is at it."""
        return self._found(token, used=used)

    def _found(self, token: str, *, used: bool) -> Session | None:
        self._expire()
        session = self._open.get(token)
        if session is not None and used:
            session.used = self._clock()
            self._open.move_to_end(token)
        return session

    async def open(self, token: str) -> Session:
        """Give a session, a new one where there is none."""
        session = self._found(token, used=True)
        if session is None:
            session = self._open[token] = Session(token, self._clock())
            self._expire()
        return session

    async def has_left(self, token: str) -> bool:
        """Tell whether this seat was left for good; its cookie opens nothing any more."""
        return token in self._left

    @asynccontextmanager
    async def turn(self, token: str) -> AsyncIterator[Session]:
        """Hold the seat's page: of turns on it one goes on at a time. Gives its session, opened."""
        async with self._locks.hold(token):
            yield await self.open(token)

    async def deliver(self, address: str, say: Say) -> bool:
        """Put a message from us on the page of a seat; False when there is none, and none to be expected."""
        session = self._found(address, used=False)
        young = self._clock() - self._born < self.bounds.idle
        if session is None and young and address not in self._left:
            session = await self.open(address)
        if session is not None:
            await self.add(session, "bot", say)
        return session is not None

    async def add(
        self,
        session: Session,
        author: Author,
        say: Say,
        file: Upload | None = None,
        change: Change | None = None,
    ) -> Line:
        """Put a message on the page; its file goes to the downloads."""
        session.apply(change or Change())
        session.last += 1
        line = Line(session.last, author, replace(say, file=None))
        if say.file is not None:
            line = self._with_download(session, line, say.file)
        if file is not None:
            line = replace(line, file_name=file.name, file_size=len(file.content))
        if say.choices:
            session.offers = line.number
        session.lines.append(line)
        self._weigh(session, len(say.text))
        while len(session.lines) > self.bounds.lines or (
            session.text > self.bounds.text and len(session.lines) > 1
        ):
            self._weigh(session, -len(session.lines.popleft().say.text))
        self._expire()
        self.watch.tell(session.token)
        return line

    async def withdraw(self, session: Session, line: Line) -> None:
        """Take the newest message off the page again."""
        if session.lines and session.lines[-1] is line:
            session.lines.pop()
            session.withdrawn.append(line.number)
            self._weigh(session, -len(line.say.text))
            self.bubbles.drop(session.life, line.number)

    async def change(self, session: Session, change: Change) -> Session | None:
        """Change what stands on the page beside the messages; gives it, None when it was forgotten."""
        session.apply(change)
        return session if self._open.get(session.token) is session else None

    async def wipe(self, address: str) -> int:
        """Take all messages off a page that goes on; gives how many. The new `life` tells browsers to drop theirs."""
        session = self._open.get(address)
        if session is None:
            return 0
        count = len(session.lines)
        session.lines.clear()
        session.offers = 0
        self._weigh(session, -session.text)
        self.bubbles.forget(session.life)
        session.life = new_life()
        return count

    async def clear(self, token: str) -> None:
        """Forget what a session shows and its files for download."""
        self._clear(token)

    async def leave(self, token: str) -> None:
        """Forget all of a seat. Nothing is delivered to it any more."""
        self._clear(token)
        self.uploads.forget(token)
        self._left.append(token)

    async def download(self, token: str, id_: str) -> Held | None:
        """Give a file of this seat; None when it is gone."""
        return self.downloads.get(id_, token)

    async def downloadable(self, token: str, lines: Sequence[Line]) -> frozenset[str]:
        """Tell which of the lines' files can still be had, by their ids."""
        ids = (line.download for line in lines if line.download)
        return frozenset(id_ for id_ in ids if self.downloads.get(id_, token))

    def _clear(self, token: str) -> None:
        session = self._open.pop(token, None)
        if session is not None:
            self._text -= session.text
            self.bubbles.forget(session.life)
        self.downloads.forget(token)

    def _with_download(self, session: Session, line: Line, file: OutgoingFile) -> Line:
        id_ = self.downloads.put(session.token, file.content, file.name, file.media_type)
        return replace(line, download=id_, file_name=file.name, file_size=len(file.content))

    def _weigh(self, session: Session, count: int) -> None:
        session.text += count
        if self._open.get(session.token) is session:  # else it was forgotten while a turn went on
            self._text += count

    def _expire(self) -> None:
        oldest = self._clock() - self.bounds.idle
        while self._open:
            token, session = next(iter(self._open.items()))
            crowded = len(self._open) > self.bounds.sessions or self._text > self.bounds.all_text
            if not crowded and session.used > oldest:
                break
            if crowded and len(self._open) == 1:
                break
            self._clear(token)
