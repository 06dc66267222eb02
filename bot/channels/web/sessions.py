"""What the page shows again: transcripts and files, in this process's memory only, bounded, lost at a restart."""

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from markupsafe import Markup

from bot.channels.web.uploads import Upload
from bot.conversation.messages import OutgoingFile, Say

Author = Literal["user", "bot", "note"]


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


@dataclass(slots=True)
class Session:
    """One conversation's page.

    `life` tells a transcript from an earlier one of the same seat; `spent` are the turns its pages have made;
    `composer` is what was typed but not sent, `alert` what to say about it at the next look; `answered` is the
    message a choice of which was taken last.
    """

    token: str
    used: float
    life: str = field(default_factory=lambda: secrets.token_hex(4))
    lines: deque[Line] = field(default_factory=deque)
    last: int = 0
    text: int = 0
    composer: str = ""
    alert: str = ""
    answered: int = 0
    spent: deque[str] = field(default_factory=lambda: deque(maxlen=64))

    def label_of(self, value: str) -> str:
        """Give the label of an offered choice, "" when it is not on the page."""
        return next((label for _, label in self._offers(value)), "")

    def answer(self, value: str) -> None:
        """Take the buttons off the message that offered a choice, now that it was taken."""
        self.answered = next((number for number, _ in self._offers(value)), self.answered)

    @property
    def offering(self) -> int:
        """The number of the latest message that offers choices, 0 without one or when one of them was taken."""
        latest = next((line.number for line in reversed(self.lines) if line.say.choices), 0)
        return 0 if latest == self.answered else latest

    def _offers(self, value: str) -> Iterator[tuple[int, str]]:
        """Give (message, label) of each offer of a choice, the latest first."""
        for line in reversed(self.lines):
            for row in line.say.choices:
                yield from ((line.number, choice.label) for choice in row if choice.value == value)


@dataclass(frozen=True, slots=True)
class _Held:
    token: str
    born: float
    content: bytes
    name: str = ""
    media_type: str = ""


class Shelf:
    """Files by unguessable id. When full, the session that holds most loses its oldest."""

    def __init__(self, capacity: int, life: float, clock: Callable[[], float]) -> None:
        self._capacity = capacity
        self._life = life
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._by_token: dict[str, int] = {}
        self.size = 0

    def put(self, token: str, content: bytes, name: str = "", media_type: str = "") -> str:
        """Keep a file; gives its id."""
        self._age()
        id_ = secrets.token_urlsafe(16)
        self._held[id_] = _Held(token, self._clock(), content, name, media_type)
        self._weigh(token, len(content))
        while self.size > self._capacity:
            most = max(self._by_token, key=self._by_token.__getitem__)
            self._drop(next(key for key, held in self._held.items() if held.token == most))
        return id_

    def get(self, id_: str, token: str | None = None) -> _Held | None:
        """Give a file, to its own session only where `token` is given."""
        self._age()
        held = self._held.get(id_)
        return None if held is None or token not in {None, held.token} else held

    def forget(self, token: str) -> None:
        """Drop a session's files."""
        for key in [key for key, held in self._held.items() if held.token == token]:
            self._drop(key)

    def _age(self) -> None:
        oldest = self._clock() - self._life
        while self._held:
            key, held = next(iter(self._held.items()))
            if held.born > oldest:
                break
            self._drop(key)

    def _drop(self, key: str) -> None:
        held = self._held.pop(key)
        self._weigh(held.token, -len(held.content))

    def _weigh(self, token: str, count: int) -> None:
        self.size += count
        left = self._by_token.get(token, 0) + count
        if left:
            self._by_token[token] = left
        else:
            self._by_token.pop(token, None)


class Sessions:
    """The sessions of this process, least recently used first. A page that only watches does not keep one alive."""

    def __init__(self, bounds: Bounds | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.bounds = bounds or Bounds()
        self._clock = clock
        self._born = clock()
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._left: deque[str] = deque(maxlen=self.bounds.sessions)
        self._text = 0
        self._rendered: OrderedDict[tuple[str, int], Markup] = OrderedDict()
        self.downloads = Shelf(self.bounds.downloads, self.bounds.download_life, clock)
        self.uploads = Shelf(self.bounds.uploads, self.bounds.idle, clock)

    def __len__(self) -> int:
        return len(self._open)

    def find(self, token: str, *, used: bool = False) -> Session | None:
        """Give a session there is; `used` says that the person is at it."""
        self._expire()
        session = self._open.get(token)
        if session is not None and used:
            session.used = self._clock()
            self._open.move_to_end(token)
        return session

    def open(self, token: str) -> Session:
        """Give a session, a new one where there is none."""
        session = self.find(token, used=True)
        if session is None:
            session = self._open[token] = Session(token, self._clock())
            self._expire()
        return session

    def may_return(self, token: str) -> bool:
        """Tell whether a seat without a session may yet be seen: it has not left, and we have just started."""
        return not self.has_left(token) and self._clock() - self._born < self.bounds.idle

    def has_left(self, token: str) -> bool:
        """Tell whether this seat was left for good; its cookie opens nothing any more."""
        return token in self._left

    def add(self, session: Session, author: Author, say: Say, file: Upload | None = None) -> Line:
        """Put a message on the page; its file goes to the downloads."""
        session.last += 1
        line = Line(session.last, author, replace(say, file=None))
        if say.file is not None:
            line = self._with_download(session, line, say.file)
        if file is not None:
            line = replace(line, file_name=file.name, file_size=len(file.content))
        session.lines.append(line)
        self._weigh(session, len(say.text))
        while len(session.lines) > self.bounds.lines or (
            session.text > self.bounds.text and len(session.lines) > 1
        ):
            self._weigh(session, -len(session.lines.popleft().say.text))
        self._expire()
        return line

    def rendered(self, session: Session, line: Line, render: Callable[[], Markup]) -> Markup:
        """Give a message as markup, made once for as long as its conversation goes on; forgotten with it."""
        key = session.life, line.number
        found = self._rendered.get(key)
        if found is None:
            found = self._rendered[key] = render()
            while len(self._rendered) > self.bounds.rendered:
                self._rendered.popitem(last=False)
        self._rendered.move_to_end(key)
        return found

    def withdraw(self, session: Session, line: Line) -> None:
        """Take the newest message off the page again."""
        if session.lines and session.lines[-1] is line:
            session.lines.pop()
            self._weigh(session, -len(line.say.text))
            self._rendered.pop((session.life, line.number), None)

    def wipe(self, token: str) -> int:
        """Take all messages off a page that goes on; gives how many. The new `life` tells browsers to drop theirs."""
        session = self._open.get(token)
        if session is None:
            return 0
        count = len(session.lines)
        session.lines.clear()
        self._weigh(session, -session.text)
        self._unrender(session)
        session.life = secrets.token_hex(4)
        return count

    def clear(self, token: str) -> None:
        """Forget what a session shows and its files for download."""
        session = self._open.pop(token, None)
        if session is not None:
            self._text -= session.text
            self._unrender(session)
        self.downloads.forget(token)

    def leave(self, token: str) -> None:
        """Forget all of a seat. Nothing is delivered to it any more."""
        self.clear(token)
        self.uploads.forget(token)
        self._left.append(token)

    def _unrender(self, session: Session) -> None:
        for key in [key for key in self._rendered if key[0] == session.life]:
            del self._rendered[key]

    def _with_download(self, session: Session, line: Line, file: OutgoingFile) -> Line:
        id_ = self.downloads.put(session.token, file.content, file.name, file.media_type)
        return replace(line, download=id_, file_name=file.name, file_size=len(file.content))

    def _weigh(self, session: Session, count: int) -> None:
        session.text += count
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
            self.clear(token)
