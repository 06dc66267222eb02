"""A process that hands in reports and is killed: says of each that it is kept only after the commit.

`async with nursery(url) as workers: kept = await workers.killed_after(seconds)` starts a worker, lets it work and
kills it with SIGKILL. A worker is a fork of one warm process, so that a start costs milliseconds; that process is the
parent, so the process killed is one that it started and has not yet waited for.
"""

import asyncio
import itertools
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.services.casework.access import Desk
from bot.services.directory import DirectoryService
from bot.services.reports.content import Contact
from bot.services.working_days import WorkingDays
from storage import Database
from tests.support.case_desk import TODAY, CaseDesk
from tests.support.stores import KEYS

CHECKOUT = Path(__file__).parents[2]
AT_ONCE = 4
"""Reports that a worker hands in at a time."""
FILE = bytes(range(256)) * 600
"""Of three sealed pieces."""
REPORTER = Contact(name="文心", contact="13900000000")


@dataclass(frozen=True)
class Acknowledged:
    """A report that a worker said was kept. `marker` is in its text, and in no other's."""

    marker: str
    number: str
    receipt: str


def has_file(marker: str) -> bool:
    return int(marker.rpartition("-")[2]) % 3 == 0


def has_contact(marker: str) -> bool:
    return int(marker.rpartition("-")[2]) % 2 == 0


async def _work(url: str, run: str) -> None:
    database = Database.open(url, keys=KEYS)
    desk = CaseDesk(database, Desk(DirectoryService(database), WorkingDays()))
    numbers = itertools.count()

    async def one_after_another() -> None:
        for number in numbers:
            marker = f"{run}-{number}"
            filed = await desk.filed(
                f"标记{marker}。招标从来不上会。",
                contact=REPORTER if has_contact(marker) else None,
                files=(FILE,) if has_file(marker) else (),
            )
            _say({"marker": marker, "number": filed.number, "receipt": filed.receipt})

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


def _say(what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")  # in one piece: less than a pipe takes at once


def _warm() -> None:
    """Import what workers would import first."""
    import asyncpg  # noqa: F401 - for the workers
    import sqlalchemy.ext.asyncio  # noqa: F401 - as above

    WorkingDays().add(TODAY, 15)


def nursery_program(url: str) -> None:
    """Read "start" and "kill" from standard input, and do so; say "killed" when the worker is dead."""
    _warm()
    _say("ready")
    child = 0
    for count, order in enumerate(sys.stdin):
        if order == "start\n":
            child = os.fork()
            if child == 0:
                asyncio.run(_work(url, str(count)))
                os._exit(0)
        else:
            os.kill(child, signal.SIGKILL)  # not waited for yet: the number is its own, even if it is dead
            _, status = os.waitpid(child, 0)
            _say("killed" if os.WIFSIGNALED(status) else "ended by itself")


@dataclass
class Nursery:
    """The warm process, from outside."""

    process: asyncio.subprocess.Process

    async def killed_after(self, seconds: float) -> list[Acknowledged]:
        """Start a worker, kill it so long after its first report; gives what it acknowledged."""
        await self._tell("start")
        found = [await self._heard()]
        await asyncio.sleep(seconds)
        await self._tell("kill")
        while isinstance(said := await self._heard(), dict):
            found.append(said)
        assert said == "killed", said
        return [Acknowledged(**each) for each in found]

    async def _tell(self, order: str) -> None:
        self.process.stdin.write(f"{order}\n".encode())
        await self.process.stdin.drain()

    async def _heard(self) -> object:
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        assert line, "the process ended"
        return json.loads(line)


@asynccontextmanager
async def nursery(url: str) -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys; from tests.support.intake_worker import nursery_program; nursery_program(sys.argv[1])",
        url,
        cwd=CHECKOUT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        found = Nursery(process)
        assert await found._heard() == "ready"
        yield found
    finally:
        process.stdin.close()
        await process.wait()
