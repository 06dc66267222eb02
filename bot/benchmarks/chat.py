"""`yanlu bench chat`: what one question costs in CPU time, against a bare echo bot on the same library."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING

from bot.benchmarks.echo_bot import API_VARIABLE, TOKEN_VARIABLE
from bot.benchmarks.processes import cpu_seconds, measurable, process, resident_mb
from yanlu.errors import EvaluationError
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    Figures = dict[str, float | int]

READY_SECONDS = 60.0
CHATS = 40
"""People asking in turn; the warm-up greets each of them once."""
_SETTLING_SECONDS = 0.3

_TOPICS = (
    *("述责述廉", "监督谈话", "任职谈话", "政治生态分析", "民主生活会", "请示报告"),
    *("责任清单", "廉政意见回复", "警示教育", "巡察整改", "提醒谈话", "函询"),
    *("重大事项记录", "民主集中制", "三重一大决策", "选人用人", "家风建设", "信访举报"),
)
_FORMS = (
    *("{}有什么要求?", "{}由谁负责?", "关于{}是怎么规定的?", "请问{}多久一次?"),
    *("{}要注意什么?", "为什么要做{}?", "{}的内容是哪些?"),
)


def questions(count: int) -> list[str]:
    """Give that many policy questions, all different up to 126 and then over again."""
    every = [form.format(topic) for form, topic in product(_FORMS, _TOPICS)]
    return [*islice(every * (count // len(every) + 1), count)]


@dataclass(frozen=True, slots=True)
class _Outcome:
    latencies: list[float]
    errors: int
    seconds: float


@dataclass
class _Contestant:
    """A bot under measurement, and what was measured so far."""

    token: str
    argv: Sequence[str]
    pid: int = 0
    cpu: float = 0.0
    seconds: float = 0.0
    errors: int = 0
    latencies: list[float] = field(default_factory=list)

    def figures(self) -> Figures:
        served = len(self.latencies)
        ordered = sorted(self.latencies) or [0.0]
        return {
            "per_second": round(served / self.seconds, 1) if self.seconds else 0.0,
            "errors": self.errors,
            "p50_ms": round(ordered[len(ordered) // 2], 2),
            "p95_ms": round(ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)], 2),
            "cpu_ms": round(self.cpu * 1000 / served, 3) if served else 0.0,
            "rss_mb": round(resident_mb(self.pid), 1),
        }


async def bench_chat(
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    updates: int = 400,
    rounds: int = 4,
    pace: float = 20.0,
) -> dict[str, object]:
    """Measure our bot, started by `argv`, and the echo bot; give the object of `yanlu bench`.

    Both run as processes of their own against one stand-in for the Bot API, and take turns: `rounds` rounds
    of `updates / rounds` questions, `pace` a second (below the 30 messages a second at which our rate limiter
    begins to hold back). Each bot is warmed up first. `cpu_ms` is user and system time for one update,
    `ratio` ours by the echo's. Raises EvaluationError when a bot does not start, or the system has no /proc.
    """
    import httpx

    if not measurable():
        raise EvaluationError(texts.BENCH_SYSTEM, next_step=texts.BENCH_SYSTEM_NEXT)
    ours = _Contestant("1:bench-ours", argv)
    echo = _Contestant("2:bench-echo", [sys.executable, "-m", "bot.benchmarks.echo_bot"])
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(
            process([sys.executable, "-m", "bot.benchmarks.bot_api"], environment, read=True)
        )
        assert stand_in.stdout is not None
        server = f"http://127.0.0.1:{int(await stand_in.stdout.readline())}"
        patient = httpx.Timeout(READY_SECONDS + updates / pace)
        client = httpx.AsyncClient(base_url=server, timeout=patient, trust_env=False)
        await stack.enter_async_context(client)
        for contestant in (ours, echo):
            settings = dict(environment) | {API_VARIABLE: server, TOKEN_VARIABLE: contestant.token}
            running = await stack.enter_async_context(process(contestant.argv, settings))
            await _ready(client, contestant, running)
        for contestant in (ours, echo) * rounds:
            await _round(client, contestant, questions(max(1, updates // rounds)), pace)
        measured, baseline = ours.figures(), echo.figures()
    ratio = round(measured["cpu_ms"] / baseline["cpu_ms"], 3) if baseline["cpu_ms"] else 0.0
    return {**measured, "baseline": baseline, "ratio": ratio}


async def _ready(
    client: httpx.AsyncClient, contestant: _Contestant, running: asyncio.subprocess.Process
) -> None:
    """Wait until the bot polls, and warm it up with a word from everybody."""
    polling = asyncio.ensure_future(client.post(f"/ready/{contestant.token}"))
    ended = asyncio.ensure_future(running.wait())
    await asyncio.wait({polling, ended}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    started = polling.done()
    for waiting in (polling, ended):
        waiting.cancel()
    if not started:
        raise EvaluationError(texts.BENCH_START, next_step=texts.BENCH_START_NEXT)
    contestant.pid = running.pid
    await _ask(client, contestant, questions(CHATS), 2 * CHATS)


async def _round(
    client: httpx.AsyncClient, contestant: _Contestant, asked: Sequence[str], pace: float
) -> None:
    before = cpu_seconds(contestant.pid)
    outcome = await _ask(client, contestant, asked, pace)
    await asyncio.sleep(_SETTLING_SECONDS)  # what a bot does after its answer is part of the cost
    contestant.cpu += cpu_seconds(contestant.pid) - before
    contestant.latencies += outcome.latencies
    contestant.errors += outcome.errors
    contestant.seconds += outcome.seconds


async def _ask(
    client: httpx.AsyncClient, contestant: _Contestant, asked: Sequence[str], pace: float
) -> _Outcome:
    order = {"texts": asked, "pace": pace, "chats": CHATS}
    answer = await client.post(f"/drive/{contestant.token}", json=order)
    return _Outcome(**answer.json()["result"])
