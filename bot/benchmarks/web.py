"""`yanlu bench web`: a question, a report and a handler's queue of 10,000 cases over HTTP, next to a bare page.

The service runs as its users start it, in a process of its own; so does the bare page (`bare_page`), which does the
same exchange as a question: a form posted, a redirect, a page. Both take turns, in rounds, and are asked by the same
browsers. "cpu_ms" is user and system time of the serving process for one exchange.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bot.benchmarks.chat import questions
from bot.benchmarks.intake import BUREAUS, DISTRICTS, PASSPHRASE, handed, settle
from bot.benchmarks.processes import cpu_seconds, measurable, process, resident_mb
from bot.benchmarks.web_visitors import Visitor
from bot.services.casework.access import Desk
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.invitations import issue
from bot.services.reports.intake import submit
from bot.services.working_days import WorkingDays
from bot.state import prepared
from storage import Database, load_keys
from yanlu.errors import EvaluationError
from yanlu.texts import telegram as telegram_texts
from yanlu.texts import web as texts

if TYPE_CHECKING:
    import httpx

CASES: Final = 10_000
VISITORS: Final = 16
ROUNDS: Final = 4
READY_SECONDS: Final = 90.0
_ACCOUNT: Final = "测量登录时用的一句口令"
_HANDLER: Final = "o0p1"
_STEPS: Final = (
    *("tap:继续", "tap:廉洁", "tap:跳过", "say:测试局00", "tap:完成", "say:测试人o000", "tap:完成"),
    *(
        "say:去年五月",
        "tap:跳过",
        "say:去年以来的工程招标从来不上会,都是一个人说了算。",
        "tap:完成",
        "tap:跳过",
    ),
    *("tap:匿名", "tap:提交"),
)

Figures = dict[str, object]
Exchange = Callable[[Visitor, int], Awaitable[bool]]
"""One thing a visitor does; False when it went wrong."""


@dataclass
class _Served:
    """A server under measurement."""

    address: str
    pid: int
    visitors: Sequence[Visitor]


@dataclass
class _Measured:
    """What was measured of one kind of exchange."""

    times: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    def figures(self) -> Figures:
        ordered = sorted(self.times) or [0.0]
        return {
            "per_second": round(len(self.times) / self.seconds, 1) if self.seconds else 0.0,
            "errors": self.errors,
            "p50_ms": round(ordered[len(ordered) // 2], 2),
            "p95_ms": round(ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)], 2),
            "cpu_ms": round(self.cpu * 1000 / max(len(self.times), 1), 3),
        }


async def bench_web(  # noqa: PLR0913 - sizes are said by name
    home: Path,
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    cases: int = CASES,
    exchanges: int = 400,
    reports: int = 32,
) -> Figures:
    """Measure the service that `argv` starts; gives the object of `yanlu bench`, of questions, with the others in it.

    Raises EvaluationError when a server does not start, or the system has no /proc.
    """
    if not measurable():
        raise EvaluationError(telegram_texts.BENCH_SYSTEM, next_step=telegram_texts.BENCH_SYSTEM_NEXT)
    code = await _filled(home, cases)
    async with AsyncExitStack() as stack:
        ours = await _ours(stack, argv, {**environment, "YANLU_HOME": str(home)})
        bare = await _bare(stack, environment)
        for visitor in (*ours.visitors, *bare.visitors):
            await visitor.opens("/")
        asked, echoed = _Measured(), _Measured()
        await _go(ours, _ask, 2 * VISITORS, _Measured())
        await _go(bare, _ask, 2 * VISITORS, _Measured())
        for _ in range(ROUNDS):
            await _go(ours, _ask, exchanges // ROUNDS, asked)
            await _go(bare, _ask, exchanges // ROUNDS, echoed)
        handed_in, turned = _Measured(), _Measured()
        await _go(ours, _report(turned), reports, handed_in)
        queue = await _queue(stack, ours, code, exchanges // 2)
        memory = round(resident_mb(ours.pid), 1)
    question, baseline = asked.figures(), echoed.figures()
    ratio = asked.cpu / echoed.cpu if echoed.cpu else 0.0
    return {
        **question,
        "rss_mb": memory,
        "baseline": baseline,
        "ratio": round(ratio, 3),
        "report": {**handed_in.figures(), "turn_p95_ms": turned.figures()["p95_ms"]},
        "queue": {**queue.figures(), "cases": cases},
    }


async def _filled(home: Path, cases: int) -> str:
    """A city whose first district has so many cases; gives an invitation for the handler there."""
    url = f"sqlite:///{home / 'yanlu.db'}"
    database = Database.open(url, keys=await load_keys(url, key_file=prepared(home) / "keys", setting=None))
    try:
        await database.migrate()
        now = datetime.now(BEIJING)
        await settle(database, now)
        desk = Desk(DirectoryService(database), WorkingDays())
        for begin in range(0, cases, BUREAUS * 25):
            async with database.transaction(now) as work:
                for number in range(begin, min(begin + BUREAUS * 25, cases)):
                    await submit(work, desk, handed(number % BUREAUS * DISTRICTS), now.date())
        async with database.transaction(now) as work:
            return await issue(work, _HANDLER, now)
    finally:
        await database.close()


async def _ours(stack: AsyncExitStack, argv: Sequence[str], environment: Mapping[str, str]) -> _Served:
    port = _free_port()
    running = await stack.enter_async_context(
        process(argv, {**environment, "YANLU_WEB_PORT": str(port), "YANLU_WEB_HOST": "127.0.0.1"})
    )
    address = f"http://127.0.0.1:{port}"
    return _Served(address, running.pid, await _ready(stack, address, running))


async def _bare(stack: AsyncExitStack, environment: Mapping[str, str]) -> _Served:
    running = await stack.enter_async_context(
        process([sys.executable, "-m", "bot.benchmarks.bare_page"], environment, read=True)
    )
    assert running.stdout is not None
    address = f"http://127.0.0.1:{int(await running.stdout.readline())}"
    return _Served(address, running.pid, await _ready(stack, address, running))


async def _ready(stack: AsyncExitStack, address: str, running: asyncio.subprocess.Process) -> list[Visitor]:
    """Wait until a server answers; gives its visitors."""
    import httpx

    visitors = [Visitor(await _client(stack, address)) for _ in range(VISITORS)]
    for _ in range(int(READY_SECONDS * 5)):
        try:
            await visitors[0].opens("/")
        except httpx.TransportError:
            if running.returncode is not None:
                break
            await asyncio.sleep(0.2)
        else:
            return visitors
    raise EvaluationError(texts.BENCH_START)


async def _client(stack: AsyncExitStack, address: str) -> "httpx.AsyncClient":
    import httpx

    patient = httpx.Timeout(READY_SECONDS)
    client = httpx.AsyncClient(base_url=address, timeout=patient, trust_env=False, follow_redirects=True)
    return await stack.enter_async_context(client)


async def _go(server: _Served, exchange: Exchange, number: int, into: _Measured) -> None:
    """Have the visitors do that many exchanges, each visitor one after the other."""
    numbers = iter(range(number))

    async def goes(visitor: Visitor) -> None:
        for each in numbers:
            begun = perf_counter()
            well = await exchange(visitor, each)
            into.times.append((perf_counter() - begun) * 1000)
            into.errors += not well

    began, worked = perf_counter(), cpu_seconds(server.pid)
    await asyncio.gather(*(goes(visitor) for visitor in server.visitors))
    into.seconds += perf_counter() - began
    into.cpu += cpu_seconds(server.pid) - worked


_asked = count()


async def _ask(visitor: Visitor, _number: int) -> bool:
    """Ask a question; the page that comes shows it again."""
    text = questions(126)[next(_asked) % 126]
    return await visitor.says(text) == 200 and text in visitor.page


def _report(turned: _Measured) -> Exchange:
    """Hand a report in, from the notice to the receipt; each turn's time goes to `turned`."""

    async def hand_in(visitor: Visitor, _number: int) -> bool:
        await visitor.says("/report")
        for step in _STEPS:
            kind, _, words = step.partition(":")
            begun = perf_counter()
            status = await (visitor.taps(words) if kind == "tap" else visitor.says(words))
            turned.times.append((perf_counter() - begun) * 1000)
            if status != 200:
                return False
        return "查询码" in visitor.page

    return hand_in


async def _queue(stack: AsyncExitStack, server: _Served, code: str, number: int) -> _Measured:
    """Sign the handler in, unlock, and turn the pages of the queue."""
    handler = Visitor(await _client(stack, server.address))
    await handler.opens("/console/join")
    await handler.sends("/console/join", code=code, secret_new=_ACCOUNT, secret_again=_ACCOUNT)
    await handler.opens("/console/unlock")
    await handler.sends("/console/unlock", secret_passphrase=PASSPHRASE)
    found = _Measured()

    async def turn(visitor: Visitor, each: int) -> bool:
        status = await visitor.opens(f"/console/cases?page={each % 40 + 1}")
        return status == 200 and "/console/cases/" in visitor.page

    alone = _Served(server.address, server.pid, [handler])
    await _go(alone, turn, 10, _Measured())
    await _go(alone, turn, number, found)
    return found


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
