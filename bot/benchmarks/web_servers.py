"""The servers that the benchmark of the web compares: ours as its users start it, and a bare page, each a process."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

import httpx

from bot.benchmarks.processes import cpu_seconds, process
from bot.benchmarks.web_visitors import Visitor, client_of
from yanlu.errors import EvaluationError
from yanlu.texts import web as texts

VISITORS: Final = 16
READY_SECONDS: Final = 90.0
_IDLE_SHARE: Final = 0.05


@dataclass
class Served:
    """A server under measurement."""

    address: str
    pid: int
    visitors: Sequence[Visitor]


async def ours(stack: AsyncExitStack, argv: Sequence[str], environment: Mapping[str, str]) -> Served:
    """Start the service, and wait until it answers. Raises EvaluationError when it does not."""
    port = _free_port()
    running = await stack.enter_async_context(
        process(argv, {**environment, "YANLU_WEB_PORT": str(port), "YANLU_WEB_HOST": "127.0.0.1"})
    )
    address = f"http://127.0.0.1:{port}"
    return Served(address, running.pid, await _ready(stack, address, running))


async def bare(stack: AsyncExitStack, environment: Mapping[str, str]) -> Served:
    """Start the bare page. Raises as `ours` does."""
    running = await stack.enter_async_context(
        process([sys.executable, "-m", "bot.benchmarks.bare_page"], environment, read=True)
    )
    assert running.stdout is not None
    address = f"http://127.0.0.1:{int(await running.stdout.readline())}"
    return Served(address, running.pid, await _ready(stack, address, running))


async def calmed(served: Served) -> None:
    """Wait until a server has done what it does after its start, as far as it ends in time."""
    before = cpu_seconds(served.pid)
    for _ in range(int(READY_SECONDS)):
        await asyncio.sleep(1)
        now = cpu_seconds(served.pid)
        if now - before < _IDLE_SHARE:
            return
        before = now


async def _ready(stack: AsyncExitStack, address: str, running: asyncio.subprocess.Process) -> list[Visitor]:
    """Wait until a server answers; gives its visitors."""
    visitors = [Visitor(await stack.enter_async_context(client_of(address))) for _ in range(VISITORS)]
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


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
