"""A conversation as its page shows it, and what must be able to keep it (`Transcripts`)."""

import asyncio
import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.channels.web.bubbles import Bubbles
from bot.channels.web.shelf import Held, Shelf
from bot.channels.web.uploads import Upload
from bot.conversation.messages import Say

Author = Literal["user", "bot", "note"]
SPENT = 64
"""Turns of a seat whose one-time ids are remembered."""
WITHDRAWN = 8
"""Messages that were taken back, whose numbers are remembered so that pages drop them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept. Times in seconds, sizes in bytes, text in characters; `rendered` messages as markup."""

    sessions: int = 2_000
    idle: float = 2 * 3600.0
    lines: int = 200
    text: int = 60_000
    all_text: int = 24_000_000
    download_life: float = 30 * 60.0
    downloads: int = 64 * 1024 * 1024
    uploads: int = 128 * 1024 * 1024
    rendered: int = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One message as shown. `download` is the id of its file."""

    number: int
    author: Author
    say: Say
    file_name: str = ""
    file_size: int = 0
    download: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a turn changes of its page beside the messages; None leaves a thing as it is. `spent` is one more."""

    composer: str | None = None
    alert: str | None = None
    answered: int | None = None
    spent: str | None = None


def new_life() -> str:
    """Name a transcript, so that it can be told from an earlier one of the same seat."""
    return secrets.token_hex(4)


@dataclass(slots=True)
class Session:
    """One conversation's page.

    `life` tells a transcript from an earlier one of the same seat; `spent` are the turns its pages have made;
    `composer` is what was typed but not sent, `alert` what to say about it at the next look; `offers` is the latest
    message that offers choices, `answered` the one a choice of which was taken last. `earlier` messages are kept
    beside `lines`; some of the latest were `withdrawn`.
    """

    token: str
    used: float
    life: str = field(default_factory=new_life)
    lines: deque[Line] = field(default_factory=deque)
    last: int = 0
    text: int = 0
    composer: str = ""
    alert: str = ""
    offers: int = 0
    answered: int = 0
    spent: deque[str] = field(default_factory=lambda: deque(maxlen=SPENT))
    earlier: int = 0
    withdrawn: deque[int] = field(default_factory=lambda: deque(maxlen=WITHDRAWN))

    @property
    def offering(self) -> int:
        """The number of the latest message that offers choices, 0 without one or when one of them was taken."""
        return 0 if self.offers == self.answered else self.offers

    def offer_of(self, value: str) -> tuple[int, str]:
        """Give message and label of the latest offer of a choice; 0 and "" when it is not on the page."""
        for line in reversed(self.lines):
            for row in line.say.choices:
                for choice in row:
                    if choice.value == value:
                        return line.number, choice.label
        return 0, ""

    def apply(self, change: Change) -> None:
        """Take a change over."""
        if change.composer is not None:
            self.composer = change.composer
        if change.alert is not None:
            self.alert = change.alert
        if change.answered is not None:
            self.answered = change.answered
        if change.spent is not None:
            self.spent.append(change.spent)


class Watch:
    """Tells those in this process who wait for messages at an address that one has come."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[asyncio.Event]] = {}

    @contextmanager
    def on(self, address: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever a message comes; who waits clears it."""
        event = asyncio.Event()
        self._waiting.setdefault(address, []).append(event)
        try:
            yield event
        finally:
            left = self._waiting[address]
            left.remove(event)
            if not left:
                del self._waiting[address]

    def tell(self, address: str) -> None:
        """Say that something has changed."""
        for event in self._waiting.get(address, ()):
            event.set()


class Transcripts(Protocol):
    """Where the pages' conversations are: this process's memory, or what all workers share.

    A `Session` that was given is what the page was then: it is changed by these methods only, and those of one
    worker need not be seen on a session that another one holds.
    """

    bounds: Bounds
    bubbles: Bubbles
    """Messages as markup; forgotten here with their conversation."""
    uploads: Shelf
    """Files that people send, each for the length of its turn, which stays with one worker."""
    watch: Watch
    no_history: str
    """What a page says to somebody who was here before and finds nothing."""

    def address(self, token: str) -> str:
        """Give the address under which the conversation core knows a seat; `deliver` and `wipe` take it."""
        ...

    async def find(
        self, token: str, *, used: bool = False, newest: int | None = None, after: int = 0
    ) -> Session | None:
        """Give the session of a seat; `used` says that the person is at it.

        `newest` says how many lines are wanted, and only those with numbers beyond `after`; more may come.
        """
        ...

    async def open(self, token: str) -> Session:
        """Give a session, a new one where there is none."""
        ...

    async def has_left(self, token: str) -> bool:
        """Tell whether this seat was left for good; its cookie opens nothing any more."""
        ...

    def turn(self, token: str) -> AbstractAsyncContextManager[Session]:
        """Hold the seat's page: of turns on it one goes on at a time, in whatever worker. Gives its session, opened.

        The block should end with the change that says what turn is `spent`.
        """
        ...

    async def deliver(self, address: str, say: Say) -> bool:
        """Put a message from us on the page of a seat; False when there is none, and none to be expected.

        While the process is young, somebody may come back to a page that was lost with the process before.
        """
        ...

    async def add(
        self,
        session: Session,
        author: Author,
        say: Say,
        file: Upload | None = None,
        change: Change | None = None,
    ) -> Line:
        """Put a message on the page, with a change of what stands beside; its file goes to the downloads."""
        ...

    async def withdraw(self, session: Session, line: Line) -> None:
        """Take the newest message off the page again."""
        ...

    async def change(self, session: Session, change: Change) -> Session | None:
        """Change what stands on the page beside the messages; gives it as it is then, None when it is gone.

        The lines need not be there.
        """
        ...

    async def wipe(self, address: str) -> int:
        """Take all messages off a page that goes on; gives how many. The new `life` tells browsers to drop theirs."""
        ...

    async def clear(self, token: str) -> None:
        """Forget what a session shows and its files for download."""
        ...

    async def leave(self, token: str) -> None:
        """Forget all of a seat. Nothing is delivered to it any more."""
        ...

    async def download(self, token: str, id_: str) -> Held | None:
        """Give a file of this seat; None when it is gone."""
        ...

    async def downloadable(self, token: str, lines: Sequence[Line]) -> frozenset[str]:
        """Tell which of the lines' files can still be had, by their ids."""
        ...
