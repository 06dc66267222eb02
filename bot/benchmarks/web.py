"""`yanlu bench web`: questions, reports, a queue of 10,000 cases and every page of the console, over HTTP.

The service runs as its users start it, in a process of its own; so does the bare page (`bare_page`), which does the
same exchange as a question: a form posted, a redirect, a page. Both take turns, in rounds, and are asked by the same
browsers. "cpu_ms" is user and system time of the serving process for one exchange, without a database server's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Final

from bot.benchmarks.chat import questions
from bot.benchmarks.databases import on_databases
from bot.benchmarks.processes import cpu_seconds, measurable, resident_mb
from bot.benchmarks.web_house import Codes, Sizes, with_cases, with_ledgers
from bot.benchmarks.web_pages import Rounds, measured_pages, signed_in
from bot.benchmarks.web_servers import VISITORS, Served, bare, calmed, ours
from bot.benchmarks.web_visitors import Visitor, client_of
from bot.benchmarks.web_walk import routes
from yanlu.errors import EvaluationError
from yanlu.texts import telegram as telegram_texts

ROUNDS: Final = 4
ANALYZED_SECONDS: Final = 90.0
"""Until PostgreSQL's own autovacuum has looked at tables that were just filled."""
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


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: exchanges of a question, reports handed in, rounds over the pages, and the house."""

    exchanges: int = 400
    reports: int = 32
    rounds: Rounds = field(default_factory=Rounds)
    sizes: Sizes = field(default_factory=Sizes)


async def bench_web(
    home: Path, url: str, *, argv: Sequence[str], environment: Mapping[str, str], scale: Scale | None = None
) -> Figures:
    """Measure the service that `argv` starts, on an empty database; gives the object of `yanlu bench`.

    The figures are of questions, with the others in it. Raises EvaluationError when a server does not start, the
    system has no /proc, or the database holds organisations.
    """
    if not measurable():
        raise EvaluationError(telegram_texts.BENCH_SYSTEM, next_step=telegram_texts.BENCH_SYSTEM_NEXT)
    scale = scale or Scale()
    own = {**environment, "YANLU_HOME": str(home), "YANLU_DATABASE_URL": url}
    await with_cases(home, url, scale.sizes)
    figures = await _asked_and_reported(argv, own, environment, scale)
    codes = await with_ledgers(home, url, scale.sizes)
    if url.startswith("postgresql"):
        await asyncio.sleep(ANALYZED_SECONDS)
    return {**figures, **await _at_the_desk(home, argv, own, codes, scale)}


async def bench_web_databases(
    url: str | None, argv: Sequence[str], environment: Mapping[str, str]
) -> Figures:
    """Measure on SQLite and, where there is one, on PostgreSQL (`on_databases`)."""
    return await on_databases(partial(bench_web, argv=argv, environment=environment), url)


async def _asked_and_reported(
    argv: Sequence[str], own: Mapping[str, str], environment: Mapping[str, str], scale: Scale
) -> Figures:
    """Questions beside the bare page, and reports."""
    async with AsyncExitStack() as stack:
        service = await ours(stack, argv, own)
        plain = await bare(stack, environment)
        for visitor in (*service.visitors, *plain.visitors):
            await visitor.opens("/")
        await calmed(service)
        asked, echoed = _Measured(), _Measured()
        await _go(service, _ask, 2 * VISITORS, _Measured())
        await _go(plain, _ask, 2 * VISITORS, _Measured())
        for _ in range(ROUNDS):
            await _go(service, _ask, scale.exchanges // ROUNDS, asked)
            await _go(plain, _ask, scale.exchanges // ROUNDS, echoed)
        handed_in, turned = _Measured(), _Measured()
        await _go(service, _report(turned), scale.reports, handed_in)
        memory = round(resident_mb(service.pid), 1)
    return {
        **asked.figures(),
        "rss_mb": memory,
        "baseline": echoed.figures(),
        "ratio": round(asked.cpu / echoed.cpu, 3) if echoed.cpu else 0.0,
        "report": {**handed_in.figures(), "turn_p95_ms": turned.figures()["p95_ms"]},
    }


async def _at_the_desk(
    home: Path, argv: Sequence[str], own: Mapping[str, str], codes: Codes, scale: Scale
) -> Figures:
    """A handler's queue, and every page of the console; the service is started anew, with nothing kept."""
    paths = await routes(home, own["YANLU_DATABASE_URL"])
    async with AsyncExitStack() as stack:
        service = await ours(stack, argv, own)
        visitors = {
            role: await signed_in(
                Visitor(await stack.enter_async_context(client_of(service.address))),
                code,
                unlock=role == "handler",
            )
            for role, code in codes.items()
        }
        pages = await measured_pages(service, paths, visitors, scale.rounds)
        queue = await _queue(service, visitors["handler"], scale.exchanges // 2)
        memory = round(resident_mb(service.pid), 1)
    return {
        "queue": {**queue.figures(), "cases": scale.sizes.cases},
        "pages": {**pages, "rss_mb": memory},
    }


async def _go(server: Served, exchange: Exchange, number: int, into: _Measured) -> None:
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


async def _queue(server: Served, handler: Visitor, number: int) -> _Measured:
    """Turn the pages of the queue."""
    found = _Measured()

    async def turn(visitor: Visitor, each: int) -> bool:
        status = await visitor.opens(f"/console/cases?page={each % 40 + 1}")
        return status == 200 and "/console/cases/" in visitor.page

    alone = Served(server.address, server.pid, [handler])
    await _go(alone, turn, 10, _Measured())
    await _go(alone, turn, number, found)
    return found
