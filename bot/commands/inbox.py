"""`yanlu inbox`: the handlers' console in a terminal. One line, one step, one transaction."""

import asyncio
import getpass
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from bot.commands.case_pages import case_page, figures_page, queue_lines
from bot.commands.running import tell
from bot.services.casework import handling, transferring
from bot.services.casework.access import Sitting
from bot.services.casework.queue import QueueFilter, queue_length, queue_page
from bot.services.casework.rechecks import recovery_renewed, shared
from bot.services.casework.statistics import year_figures
from bot.services.casework.statuses import CLOSING, FOLLOWING
from bot.services.casework.unlocking import IDLE, Sessions
from storage import Database, InternalStatus
from yanlu.errors import AccessDenied, StateUnwritable, YanluError
from yanlu.texts import casework as texts

if TYPE_CHECKING:
    from bot.app import House

Read = Callable[[], Awaitable[str | None]]
"""Gives the next line without its end; None at the end of input."""
ROWS = 25
"""Lines of the queue at a time."""
_STATUSES: Mapping[str, InternalStatus] = {texts.INTERNAL[code]: code for code in get_args(InternalStatus)}


def read_secret(prompt: str) -> str:
    """Ask for a passphrase without showing it; from a pipe, take the next line. Raises AccessDenied at its end."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    line = sys.stdin.readline()
    if not line:
        raise AccessDenied(texts.NOT_A_TERMINAL, next_step=texts.NOT_A_TERMINAL_NEXT)
    return line.rstrip("\r\n")


def line_reader() -> Read:
    """Give what reads lines in a thread that dies with the process, so that the locking clock goes on meanwhile.

    On a terminal by a stream of its own: a thread that still waits in `sys.stdin` at the end would hold a lock that
    the interpreter wants on its way out.
    """
    stdin = open(sys.stdin.fileno(), closefd=False) if sys.stdin.isatty() else sys.stdin  # noqa: SIM115 - for the process

    async def read() -> str | None:
        loop = asyncio.get_running_loop()
        given: asyncio.Future[str] = loop.create_future()

        def arrived(line: str) -> None:
            if not given.done():
                given.set_result(line)

        def wait() -> None:
            try:
                line = stdin.readline()
            except (OSError, ValueError):  # the terminal is gone
                line = ""
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(arrived, line)

        threading.Thread(target=wait, daemon=True).start()
        line = await given
        return line.rstrip("\r\n") if line else None

    return read


class Inbox:
    """One handler at the console."""

    def __init__(
        self, house: "House", person: str, read: Read, *, prompting: bool, idle: float | None = None
    ) -> None:
        """`prompting`: show where to type. `idle`: seconds until it locks."""
        self._house = house
        self._person = person
        self._read = read
        self._prompting = prompting
        self._idle = IDLE.total_seconds() if idle is None else idle
        self._sessions = Sessions()
        self._token = ""
        self._open: str | None = None
        self._numbers: dict[int, str] = {}
        self._commands: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "list": self._list,
            "open": self._show,
            "ask": self._ask,
            "answer": self._answer,
            "status": self._status,
            "transfer": self._transfer,
            "merge": self._merge,
            "close": self._close,
            "outside": self._outside,
            "save": self._save,
            "renew": self._renew,
            "stats": self._stats,
            "help": self._help,
        }

    @property
    def _database(self) -> Database:
        return self._house.database

    async def run(self, passphrase: str) -> None:
        """Unlock, show the queue, then do what is typed until "lock", the end of input, or idleness."""
        self._token = await self._sessions.begin(
            self._database, self._person, passphrase, self._house.clock()
        )
        try:
            tell(texts.UNLOCKED)
            async with self._sitting() as sitting:
                given = await shared(sitting)
            if given:
                tell(texts.resealed(given))
            await self._list("")
            while (line := await self._line(texts.PROMPT)) is not None and line.strip() != "lock":
                await self._do(line)
        finally:
            self._sessions.end(self._token)
            tell(texts.LOCKED)

    async def _do(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if not word:
            return
        command = self._commands.get(word.lower())
        if command is None:
            tell(texts.UNKNOWN_COMMAND)
            return
        try:
            await command(rest.strip())
        except YanluError as error:
            for each in (error.happened, error.kept, error.next_step):
                if each:
                    tell(each)

    async def _line(self, prompt: str) -> str | None:
        """The next line; None when the input ended, or nothing was typed for too long: then the key is gone."""
        if self._prompting:
            sys.stdout.write(prompt)
            sys.stdout.flush()
        try:
            return await asyncio.wait_for(self._read(), self._idle)
        except TimeoutError:
            self._sessions.end(self._token)
            return None

    async def _text(self, given: str) -> str:
        """What was typed behind the command, else lines up to an empty one."""
        if given:
            return given
        tell(texts.TEXT_PROMPT)
        lines: list[str] = []
        while line := await self._line(""):
            lines.append(line)
        return "\n".join(lines)

    @asynccontextmanager
    async def _sitting(self) -> AsyncIterator[Sitting]:
        now = self._house.clock()
        async with self._database.transaction(now) as work:
            unlocked = await self._sessions.of(work, self._token, now)
            desk = await self._house.desk.at(work, unlocked.handler.organisation)
            yield Sitting(work, desk, unlocked, now.date())

    def _number(self) -> str:
        if self._open is None:
            raise YanluError(texts.OPEN_FIRST)
        return self._open

    async def _list(self, rest: str) -> None:
        words = rest.split()
        chosen = QueueFilter("all" if "all" in words else "open")
        asked = next((int(each) for each in words if each.isdecimal() and len(each) < 7), 1)
        async with self._sitting() as at:
            total = await queue_length(at, chosen)
            pages = max(1, -(-total // ROWS))
            first = (min(max(asked, 1), pages) - 1) * ROWS
            found = await queue_page(at, chosen, ROWS, first)
        self._numbers = {place: each.row.number for place, each in enumerate(found, first + 1)}
        for line in queue_lines(found, first + 1):
            tell(line)
        if pages > 1:
            page = first // ROWS + 1
            typed = f"list {'all ' if chosen.group == 'all' else ''}{page % pages + 1}"
            tell(texts.queue_stretch(page, pages, total, typed))

    async def _show(self, rest: str) -> None:
        if not rest:
            raise YanluError(texts.WHICH_CASE)
        number = self._numbers.get(int(rest) if rest.isdecimal() else 0, rest.upper())
        async with self._sitting() as at:
            folder = await handling.read_case(at, number)
        self._open = number
        for line in case_page(folder):
            tell(line)

    async def _ask(self, rest: str) -> None:
        number, text = self._number(), await self._text(rest)
        async with self._sitting() as at:
            await handling.ask(at, number, text)
        tell(texts.SENT)

    async def _answer(self, rest: str) -> None:
        number, text = self._number(), await self._text(rest)
        async with self._sitting() as at:
            await handling.answer(at, number, text)
        tell(texts.SENT)

    async def _status(self, rest: str) -> None:
        then = _STATUSES.get(rest)
        if then is None:
            await self._statuses(rest)
            return
        async with self._sitting() as at:
            await handling.set_status(at, self._number(), then)
        tell(texts.DONE)

    async def _statuses(self, typed: str) -> None:
        """Tell what may come after the open case's status. Raises YanluError where something else was typed."""
        number = self._number()
        async with self._sitting() as at:
            row = (await at.opened(number)).row
        following = FOLLOWING[row.internal] - CLOSING
        step = texts.may_follow_next([each for each in FOLLOWING if each in following])
        if typed:
            raise YanluError(texts.NO_SUCH_STATUS, next_step=step)
        tell(f"{texts.INTERNAL[row.internal]}。{step}")

    async def _transfer(self, rest: str) -> None:
        number = self._number()
        if not rest:
            await self._targets(number)
            return
        organisation = await self._organisation(rest)
        reason = await self._text("")
        async with self._sitting() as at:
            await transferring.transfer(at, number, organisation, reason)
        self._open = None
        tell(texts.TRANSFERRED)

    async def _targets(self, number: str) -> None:
        async with self._sitting() as at:
            found = await transferring.transfer_targets(at, number)
            directory = await self._house.directories.of(at.work)
        for each in found:
            organisation = directory.organisation(each)
            tell(texts.target_line(organisation.code, organisation.name))
        if not found:
            tell(texts.NO_TARGETS)

    async def _organisation(self, word: str) -> str:
        directory = await self._house.directories.current()
        found = directory.organisation_called(word)
        if found is None:
            raise YanluError(texts.NO_SUCH_ORGANISATION, next_step=texts.ORGANISATION_NEXT)
        return found.id

    async def _merge(self, rest: str) -> None:
        async with self._sitting() as at:
            await handling.merge(at, self._number(), rest.upper())
        tell(texts.MERGED)

    async def _close(self, rest: str) -> None:
        async with self._sitting() as at:
            await handling.close(at, self._number(), rest)
        tell(texts.CLOSED if rest else texts.CLOSED_UNTOLD)

    async def _outside(self, rest: str) -> None:
        async with self._sitting() as at:
            await handling.close(at, self._number(), rest, outside=True)
        tell(texts.CLOSED)

    async def _save(self, rest: str) -> None:
        number = self._number()
        if not rest:
            raise YanluError(texts.WHERE_TO_SAVE)
        async with self._sitting() as at:
            files = (await handling.read_case(at, number)).files
        for each in files:
            async with self._sitting() as at:
                content = [piece async for piece in handling.read_file(at, number, each.position)]
            name = texts.saved_name(each.position, each.label.ending)
            tell(await asyncio.to_thread(_written, Path(rest) / f"{number}-{Path(name).name}", content))
        tell(texts.SAVED_WARNING if files else texts.NOTHING_TO_SAVE)

    async def _renew(self, rest: str) -> None:  # noqa: ARG002 - as every command
        async with self._sitting() as at:
            count = await recovery_renewed(at)
        tell(texts.recovered(count))

    async def _stats(self, rest: str) -> None:
        async with self._sitting() as at:
            found = await year_figures(at, int(rest) if rest.isdecimal() else at.day.year)
        for line in figures_page(found):
            tell(line)

    async def _help(self, rest: str) -> None:  # noqa: ARG002 - as every command
        tell(texts.HELP)


def _written(path: Path, content: list[bytes]) -> str:
    """Write a new file that only its owner may read. Raises StateUnwritable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            path.chmod(0o600)
            file.writelines(content)
    except OSError:
        raise StateUnwritable(texts.CANNOT_SAVE, next_step=texts.CANNOT_SAVE_NEXT) from None
    return str(path)
