"""The console's route table, filled in: which addresses a person who is signed in can open, found as people find them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

from bot.app import House
from bot.benchmarks.web_visitors import Visitor
from bot.channels.web.console.routes import console
from bot.channels.web.pages import Pages
from bot.conversation.messages import Turn
from bot.roads import console_parts
from bot.settings import Settings
from yanlu.errors import EvaluationError
from yanlu.texts import web as texts

QUERIES: Final[Mapping[str, Sequence[str]]] = {
    "/console/cases": ("page=40", "group=all&page=400", "news=yes", "deadline=overdue", "category=廉洁"),
    "/console/records": ("page=40", "page=700", "kind=谈心谈话", "unit=测试局00", "person=测试人o00"),
    "/console/tickets": ("page=40", "state=any&page=150", "state=overdue", "unit=测试局00"),
    "/console/coverage/{organisation}": ("part=q2", "type=监督谈话", "year=2025"),
    "/console/coverage/{organisation}/people": ("page=20", "state=open", "state=overdue", "scope=owed"),
    "/console/organisation": ("q=测试局012", "q=测试人"),
    "/console/organisation/settings": ("unit=o0",),
    "/console/organisation/audit": ("page=60",),
    "/console/documents/questions": ("page=40", "answered=yes"),
}
"""What lists are asked besides their first page: far pages, and each filter."""
_HOLE: Final = re.compile(r"\{[a-z]+\}")
_LINK: Final = re.compile(r'(?:href|action)="(/console/[^"#]*)"')
_LINKS: Final = ("/console/link/bench",)
"""Addresses that come from elsewhere."""
_MOST: Final = 300
"""Pages looked at in search of links."""
_TRIES: Final = 12
"""Links of one kind tried until one can be opened."""


async def routes(home: Path, url: str) -> list[str]:
    """Give the path of every page of the console that is read, in the order of the route table."""

    async def take(_turn: Turn) -> None:
        raise EvaluationError(texts.BENCH_START)

    settings = Settings.model_validate({"home": home, "database_url": url})
    async with House.open(settings) as house:
        pages = console(console_parts(house, take), Pages(), house.database.keys.opaque).pages
    return [each.path for each in pages if each.method == "GET"]


@dataclass
class Walk:
    """What one person finds: addresses by path, and how long each took the first time, in milliseconds."""

    visitor: Visitor
    found: dict[str, str] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    _links: dict[str, None] = field(default_factory=lambda: dict.fromkeys(_LINKS))

    async def goes(self, paths: Sequence[str]) -> None:
        """Follow links from every page without parameters, then fill the others in."""
        shapes = {path: _shape(path) for path in paths}
        waiting = [path for path in paths if not _HOLE.search(path)]
        for address in self._each(waiting):
            if address in self.found.values():
                continue
            path = next((path for path, shape in shapes.items() if shape.fullmatch(address)), None)
            if path is None or path in self.found or not await self._opens(path, address):
                continue
            for link in map(unescape, _LINK.findall(self.visitor.page)):
                plain = urlsplit(link).path
                self._links.setdefault(plain)
                waiting.append(plain)
        for path in paths:
            for address in _filled(path, self._links):
                if path in self.found or await self._opens(path, address):
                    break

    async def _opens(self, path: str, address: str) -> bool:
        """Look at a page; tell whether it was shown, at its own address."""
        begun = perf_counter()
        answer = await self.visitor.client.get(address)
        took = (perf_counter() - begun) * 1000
        self.visitor.page = answer.text if answer.headers["content-type"].startswith("text/") else ""
        shown = answer.status_code == 200 and (answer.url.path == address or not _HOLE.search(path))
        if shown and path not in self.found:
            self.found[path], self.first[path] = address, took
            self.kinds[path] = answer.headers["content-type"].partition(";")[0]
        return shown

    @staticmethod
    def _each(waiting: list[str]) -> Iterator[str]:
        """Each of a list that grows meanwhile, so many at the most."""
        seen: set[str] = set()
        for each in waiting:
            if each not in seen and len(seen) < _MOST:
                seen.add(each)
                yield each


def _filled(path: str, links: Iterable[str]) -> Iterator[str]:
    """The path itself, the first links of its shape, or what hangs below a link."""
    if not _HOLE.search(path):
        yield path
        return
    tried, shape = 0, path
    while _HOLE.search(shape) and not path[len(shape) :].count("{"):
        for link in links:
            if _shape(shape).fullmatch(link) and tried < _TRIES:
                tried += 1
                yield link + path[len(shape) :]
        shape = shape.rpartition("/")[0]


def _shape(path: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub("[^/?#]+", path))
