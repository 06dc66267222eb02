"""Every page of the console, read by those who may: one after the other, then by all of them side by side."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bot.benchmarks.intake import PASSPHRASE
from bot.benchmarks.processes import cpu_seconds
from bot.benchmarks.web_servers import Served
from bot.benchmarks.web_visitors import Visitor
from bot.benchmarks.web_walk import QUERIES, Walk
from knowledge.evaluation.timing import percentile

if TYPE_CHECKING:
    import httpx

BAR_MS: Final = 200
_ACCOUNT: Final = "测量登录时用的一句口令"
_PAGE: Final = "text/html"
_SHOWN: Final = 8

Figures = dict[str, object]


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often a page is read: by one visitor alone, and while all the others read theirs."""

    alone: int = 24
    side_by_side: int = 12


@dataclass
class _Page:
    """One page as one person sees it, and what it took."""

    name: str
    address: str
    page: bool
    alone: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    cpu: float = 0.0
    errors: int = 0

    async def read(self, client: "httpx.AsyncClient", into: list[float]) -> None:
        """Read it once."""
        begun = perf_counter()
        answer = await client.get(self.address)
        into.append((perf_counter() - begun) * 1000)
        self.errors += answer.status_code != 200

    def figures(self) -> Figures:
        return {
            "p50_ms": percentile(self.alone, 50),
            "p95_ms": percentile(self.alone, 95),
            "cpu_ms": round(self.cpu * 1000 / max(len(self.alone), 1), 1),
            "busy_p50_ms": percentile(self.busy, 50),
            "busy_p95_ms": percentile(self.busy, 95),
        }


@dataclass(frozen=True)
class _Reader:
    """Somebody signed in, with the pages they have."""

    role: str
    visitor: Visitor
    walk: Walk
    pages: Sequence[_Page]


async def measured_pages(
    server: Served, paths: Sequence[str], visitors: Mapping[str, Visitor], rounds: Rounds
) -> Figures:
    """Have everybody, signed in, read every page of the route table they may open; gives the worst, slow, and each.

    "p95_ms" is of one visitor at a time, "busy_p95_ms" with all of them side by side; "first_ms" is the very first
    look at a page after the start, with nothing kept. Downloads are told apart; "not_found" are pages of the route
    table that this house has nothing to show on.
    """
    readers = []
    for role, visitor in visitors.items():
        walk = Walk(visitor)
        await walk.goes(paths)
        readers.append(_Reader(role, visitor, walk, _pages(role, walk)))
    for reader in readers:
        for page in reader.pages:
            await _alone(page, reader, server.pid, rounds.alone)
    await asyncio.gather(*(_busy(reader, rounds.side_by_side) for reader in readers))
    return _figures(paths, readers)


async def signed_in(visitor: Visitor, code: str, *, unlock: bool) -> Visitor:
    """Join with an invitation, and unlock a handler's key; gives the visitor back."""
    await visitor.opens("/console/join")
    await visitor.sends("/console/join", code=code, secret_new=_ACCOUNT, secret_again=_ACCOUNT)
    if unlock:
        await visitor.opens("/console/unlock")
        await visitor.sends("/console/unlock", secret_passphrase=PASSPHRASE)
    return visitor


def _pages(role: str, walk: Walk) -> list[_Page]:
    return [
        _Page(f"{role} {path}{query and '?'}{query}", f"{address}{query and '?'}{query}", kind == _PAGE)
        for path, address in walk.found.items()
        for kind in (walk.kinds[path],)
        for query in ("", *QUERIES.get(path, ()))
    ]


async def _alone(page: _Page, reader: _Reader, pid: int, times: int) -> None:
    await page.read(reader.visitor.client, [])
    worked = cpu_seconds(pid)
    for _ in range(times):
        await page.read(reader.visitor.client, page.alone)
    page.cpu = cpu_seconds(pid) - worked


async def _busy(reader: _Reader, rounds: int) -> None:
    for _ in range(rounds):
        for page in reader.pages:
            await page.read(reader.visitor.client, page.busy)


def _figures(paths: Sequence[str], readers: Sequence[_Reader]) -> Figures:
    every = [page for reader in readers for page in reader.pages]
    shown = [page for page in every if page.page]
    seen = {path for reader in readers for path in reader.walk.found}
    first = {f"{each.role} {path}": took for each in readers for path, took in each.walk.first.items()}
    worst = max(shown, key=lambda each: percentile(each.alone, 95))
    crowded = max(shown, key=lambda each: percentile(each.busy, 95))
    return {
        "pages": len(shown),
        "routes": len(paths),
        "errors": sum(each.errors for each in every),
        "worst": worst.name,
        "p95_ms": percentile(worst.alone, 95),
        "busy_worst": crowded.name,
        "busy_p95_ms": percentile(crowded.busy, 95),
        "all_p95_ms": percentile([time for each in shown for time in each.alone], 95),
        "all_busy_p95_ms": percentile([time for each in shown for time in each.busy], 95),
        "slow": _slow(shown),
        "first_ms": dict(sorted(_rounded(first), key=lambda pair: -pair[1])[:_SHOWN]),
        "not_found": [path for path in paths if path not in seen],
        "downloads": {each.name: each.figures() for each in every if not each.page},
        "each": {each.name: each.figures() for each in shown},
    }


def _slow(shown: Sequence[_Page]) -> list[str]:
    """The pages that do not meet the bar, alone or in company."""
    return [
        each.name for each in shown if max(percentile(each.alone, 95), percentile(each.busy, 95)) >= BAR_MS
    ]


def _rounded(times: Mapping[str, float]) -> list[tuple[str, float]]:
    return [(name, round(took, 1)) for name, took in times.items()]
