"""What passes between a channel and the dialogs: a `Turn` comes in, `Say`s go out. Channel-neutral."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MAX_CALLBACK_BYTES = 64


@dataclass(frozen=True, slots=True)
class Conversation:
    """One chat of one channel.

    `channel` is "terminal", "telegram" or "web"; `address` is what the channel needs to send to it
    (a chat id, a session key) and is never stored or logged in clear.
    """

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file the user sent; `reference` is what the channel needs to fetch it.

    Where the open form takes files, its bytes are read before the turn's transaction (`FormDialog.read_file`) and
    stand in `content`, or `problem` says in Chinese why there are none.
    """

    reference: str
    name: str
    size: int
    media_type: str | None = None
    content: bytes | None = field(default=None, repr=False)
    problem: str = ""


TurnKind = Literal["text", "choice", "command", "file", "unsupported"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing the user did.

    `kind` text: `text` is what was typed. choice: `text` is the `Choice.value` tapped. command: `text` is
    the command's name without slash and `arguments` the rest. file: `file`. unsupported: a sticker, a voice note …,
    `text` names the kind, and `file` is what it carries, for a form that asks for one. `update` is the channel's own
    id of the delivery (exactly-once), unique per channel. `edited` marks a message the user changed after sending.
    `now` is aware (with a time zone). `prepared` is what a dialog made ready before the turn (`Preparing`).
    """

    conversation: Conversation
    update: str
    kind: TurnKind
    now: datetime
    text: str = ""
    arguments: str = ""
    file: IncomingFile | None = None
    edited: bool = False
    prepared: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a numbered line where a channel has no buttons. `value` is at most 64 bytes of UTF-8."""

    label: str
    value: str

    def __post_init__(self) -> None:
        if not self.value or len(self.value.encode()) > MAX_CALLBACK_BYTES:
            raise ValueError(f"choice value must be 1..{MAX_CALLBACK_BYTES} bytes: {self.value!r}")


@dataclass(frozen=True, slots=True)
class Cited:
    """Where words stand in a document of the library: offsets in code points."""

    document: str
    version: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """How a stretch of `Say.text` looks: offsets in code points, `style` strong or quote.

    `cited` says what it is quoted from; a channel that can lead there does, others need not.
    """

    start: int
    end: int
    style: Literal["strong", "quote"]
    cited: Cited | None = None


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file for the user."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the user: plain text (any length; channels split it), spans that style it, choices in rows.

    A `fleeting` one is stored nowhere, not even sealed: it is sent right after the commit, and lost if the process
    dies in between. One that `sweeps` asks the channel to clean the chat (`Channel.clean`), and says what came of it
    in place of its text.
    """

    text: str
    spans: tuple[Span, ...] = ()
    choices: tuple[tuple[Choice, ...], ...] = ()
    file: OutgoingFile | None = None
    fleeting: bool = False
    sweeps: bool = False
