"""The terminal: the same dialogs for one person at a keyboard, or for a pipe."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.conversation.channel import MAX_FILE_BYTES, Sweep, TakeTurn
from bot.conversation.choices import numbered, spoken
from bot.conversation.messages import Choice, Conversation, IncomingFile, OutgoingFile, Say, Turn, TurnKind
from bot.conversation.typed_text import INVISIBLE, cleaned, command_of
from bot.services.clock import Clock
from yanlu.errors import ChannelError, YanluError
from yanlu.texts import conversation as texts

MAX_LINE = 1_000_000
"""Bytes of one line that are read; the rest of a longer line is passed over."""

_CHUNK = 64 * 1024
_STYLES = {"strong": "bold", "quote": "italic"}


class TerminalChannel:
    """Writes messages to a text stream, styled only on a terminal. Files go to the folder `downloads`."""

    name = "terminal"

    def __init__(self, out: TextIO, downloads: Path) -> None:
        self._out = out
        self._downloads = downloads
        self._styled = out.isatty()

    async def send(self, address: str, say: Say) -> None:  # noqa: ARG002 - there is one person to write to
        """Print a message, its file's path and its choices."""
        self._print(say)
        if say.file is not None:
            self.line(self._stored(say.file))
        for line in choice_lines(tuple(choice for row in say.choices for choice in row)):
            self.line(line)
        self.line("")

    async def fetch(self, reference: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """Give the bytes of the file at a path. Raises AttachmentRefused past `limit`, ChannelError when it is gone."""
        return await asyncio.to_thread(_read_file, Path(reference), limit)

    async def clean(self, address: str) -> Sweep | None:  # noqa: ARG002 - as above
        """Give None: what stands on a screen, and in its scroll-back, is not ours to delete."""
        return None

    def line(self, text: str) -> None:
        """Print one line that belongs to no message."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def _print(self, say: Say) -> None:
        if not (self._styled and say.spans):
            self.line(printable(say.text))
            return
        from rich.console import Console
        from rich.text import Text

        text = Text(printable(say.text, same_length=True))
        for span in say.spans:
            text.stylize(_STYLES[span.style], span.start, span.end)
        # soft_wrap leaves wide characters to the terminal's own wrapping.
        Console(file=self._out, highlight=False).print(text, soft_wrap=True)

    def _stored(self, file: OutgoingFile) -> str:
        name = Path(cleaned(file.name)).name or "file"
        stem, suffix = Path(name).stem, Path(name).suffix
        try:
            self._downloads.mkdir(parents=True, exist_ok=True)
            for number in range(1000):
                path = self._downloads / (f"{stem}-{number}{suffix}" if number else name)
                if not path.exists():
                    path.write_bytes(file.content)
                    return texts.file_saved(str(path))
        except OSError:
            return texts.TERMINAL_FILE_REFUSED
        return texts.TERMINAL_FILE_REFUSED


def choice_lines(offered: tuple[Choice, ...]) -> list[str]:
    """Show choices: those that take a number with it, controls by the word to type."""
    numbers = [f"[{number}] {choice.label}" for number, choice in enumerate(numbered(offered), 1)]
    words = [choice.label for choice in offered if spoken(choice)]
    lines = ["  ".join(numbers)] if numbers else []
    return [*lines, f"{texts.TERMINAL_WORDS}{' · '.join(words)}"] if words else lines


class TerminalSession:
    """Makes turns of typed lines. `token` is unique to the session: no two deliveries look like one."""

    def __init__(
        self, take: TakeTurn, channel: TerminalChannel, conversation: Conversation, token: str, clock: Clock
    ) -> None:
        self._take = take
        self._channel = channel
        self._conversation = conversation
        self._token = token
        self._clock = clock
        self._count = 0

    async def line(self, text: str) -> bool:
        """Take one line to its answer; False when it asks to leave."""
        text = text.strip()
        if text.casefold() in texts.QUIT_WORDS:
            return False
        command = command_of(text)
        if command is None:
            await self._turn("text", text)
        elif command[0] == "file":
            await self._file(command[1])
        else:
            await self._turn("command", *command)
        return True

    async def _file(self, name: str) -> None:
        file = _found(name)
        if file is None:
            self._channel.line(texts.TERMINAL_NO_FILE)
        else:
            await self._turn("file", file=file)

    async def _turn(
        self, kind: TurnKind, text: str = "", arguments: str = "", file: IncomingFile | None = None
    ) -> None:
        self._count += 1
        update = f"{self._token}:{self._count}"
        await self._take(Turn(self._conversation, update, kind, self._clock(), text, arguments, file))


async def run_terminal(
    session: TerminalSession, channel: TerminalChannel, stdin: BinaryIO, out: TextIO
) -> None:
    """Talk until the input ends, or the person leaves (退出, Ctrl-D, Ctrl-C at the prompt).

    With a person at both ends it prompts; otherwise each line of `stdin` is a turn and nothing but answers is
    written. Empty lines are passed over, unless nothing else comes through a pipe.

    `stdin` is read in a daemon thread, so it must not be `sys.stdin.buffer` itself, whose lock the
    interpreter wants on its way out: pass `open(sys.stdin.fileno(), "rb", closefd=False)`.
    """
    interactive = stdin.isatty() and out.isatty()
    if interactive:
        channel.line(f"{texts.TERMINAL_BANNER}\n{texts.NOTICE}\n")
    async with aclosing(_prompted() if interactive else _piped(stdin)) as lines:
        async for line in lines:
            if interactive and not line.strip():
                continue
            try:
                if not await session.line(line):
                    break
            except YanluError as error:
                if not interactive:
                    raise
                channel.line(f"{error}\n")  # what is being filled in lives in this process: it must not end
    if interactive:
        channel.line(texts.TERMINAL_BYE)


async def _prompted() -> AsyncGenerator[str, None]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import InMemoryHistory

    # History stays in memory: what is typed here may touch a case or a report, and a history file would keep
    # it in clear, outside the sealed storage.
    prompt: PromptSession[str] = PromptSession(history=InMemoryHistory())
    while True:
        try:
            line = await prompt.prompt_async(texts.TERMINAL_PROMPT)
        except (EOFError, KeyboardInterrupt):
            return
        yield line


async def _piped(stdin: BinaryIO) -> AsyncGenerator[str, None]:
    """Give the lines that say something; one empty text when there is none at all."""
    loop = asyncio.get_running_loop()
    said = False
    while True:
        line = await _in_thread(loop, lambda: _read_line(stdin))
        if line is None:
            break
        text = line.decode("utf-8", errors="replace")
        if text.strip():
            said = True
            yield text
    if not said:
        yield ""


async def _in_thread(loop: asyncio.AbstractEventLoop, read: Callable[[], bytes | None]) -> bytes | None:
    """Read in a daemon thread: unlike the executor's threads, it does not keep Ctrl-C waiting for input."""
    future: asyncio.Future[bytes | None] = loop.create_future()

    def deliver(value: bytes | None) -> None:
        if not future.done():
            future.set_result(value)

    def work() -> None:
        try:
            value = read()
        except (OSError, ValueError):
            value = None
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, value)

    threading.Thread(target=work, name="stdin", daemon=True).start()
    return await future


def _read_line(stdin: BinaryIO) -> bytes | None:
    """Read one line of at most MAX_LINE bytes, passing over the rest; None at the end."""
    line = stdin.readline(MAX_LINE)
    rest = line
    while rest and not rest.endswith(b"\n") and len(rest) == MAX_LINE:
        rest = stdin.readline(MAX_LINE)
    return line or None


def _read_file(path: Path, limit: int) -> bytes:
    from bot.services.attachments import Limited

    taken = Limited(limit)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                taken.take(chunk)
    except OSError:
        raise ChannelError(texts.TERMINAL_NO_FILE) from None
    return taken.content


def _found(name: str) -> IncomingFile | None:
    try:
        path = Path(name).expanduser()
        return IncomingFile(str(path), path.name, path.stat().st_size) if path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def printable(text: str, *, same_length: bool = False) -> str:
    """Strip what a terminal would obey (escape sequences, bidi overrides) from texts that documents bring in.

    `same_length` puts a space for each stripped character, so that offsets into the text stay true.
    """
    return INVISIBLE.sub(" " if same_length else "", text)
