"""The state of a shared page as bytes, and its messages and files; pure."""

import json
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.web.shelf import Held
from bot.channels.web.transcript import SPENT, WITHDRAWN, Author, Change, Line, Session, new_life
from bot.conversation.messages import OutgoingFile
from bot.conversation.payloads import decoded, encoded


@dataclass(slots=True)
class State:
    """All of a page but its messages. Times in seconds of the day's clock.

    `kept` are (number, characters) of the messages there are; `files` when each file was made. The turn under way
    belongs to `holder` until `held`. Of a seat that was `left` nothing else is there; a `stray` one is on no page.
    """

    used: float
    life: str = field(default_factory=new_life)
    last: int = 0
    composer: str = ""
    alert: str = ""
    offers: int = 0
    answered: int = 0
    spent: list[str] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    kept: list[tuple[int, int]] = field(default_factory=list)
    files: dict[str, float] = field(default_factory=dict)
    holder: str = ""
    held: float = 0.0
    left: bool = False
    stray: bool = False

    @property
    def text(self) -> int:
        """Characters of all messages."""
        return sum(count for _, count in self.kept)

    def apply(self, change: Change) -> None:
        """Take a change over."""
        session = self.session("", ())
        session.apply(change)
        self.composer, self.alert, self.answered = session.composer, session.alert, session.answered
        self.spent = list(session.spent)

    def dump(self) -> bytes:
        """Write the state."""
        names = self.__dataclass_fields__
        value = {name: getattr(self, name) for name in names}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")

    @classmethod
    def load(cls, value: bytes) -> "State":
        """Read what `dump` wrote."""
        fields: dict[str, Any] = json.loads(value.decode(errors="surrogatepass"))
        fields["kept"] = [(number, count) for number, count in fields["kept"]]
        return cls(**fields)

    def session(self, token: str, lines: "tuple[Line, ...]") -> Session:
        """Give the page as it is shown, with the messages that were fetched."""
        numbers = {number for number, _ in self.kept}
        shown = deque(line for line in lines if line.number in numbers)
        return Session(
            token,
            self.used,
            self.life,
            shown,
            self.last,
            self.text,
            self.composer,
            self.alert,
            self.offers,
            self.answered,
            deque(self.spent, maxlen=SPENT),
            len(self.kept) - len(shown),
            deque(self.withdrawn, maxlen=WITHDRAWN),
        )


def dumped_line(line: Line) -> bytes:
    """Write a message."""
    say = encoded(replace(line.say, file=None)).decode()
    value = [line.author, line.file_name, line.file_size, line.download, say]
    return json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass")


def line_of(number: int, value: bytes) -> Line:
    """Read a message."""
    parts: tuple[Author, str, int, str, str] = json.loads(value)
    author, name, size, download, say = parts
    return Line(number, author, decoded(say.encode()), name, size, download)


def dumped_file(file: OutgoingFile) -> bytes:
    """Write a file."""
    return json.dumps([file.name, file.media_type]).encode() + b"\n" + file.content


def file_of(token: str, born: float, value: bytes) -> Held:
    """Read a file."""
    head, _, content = value.partition(b"\n")
    name, media_type = json.loads(head)
    return Held(token, born, content, name, media_type)
