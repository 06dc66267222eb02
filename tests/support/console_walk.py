"""The pages of the console that a role may open, at addresses found by following links, as its people find them."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from bot.channels.web.console.frame import ConsolePage
from bot.channels.web.console.rights import Right
from bot.channels.web.console.routes import console
from bot.channels.web.pages import Pages
from tests.support.console_house import ConsoleHouse
from tests.support.console_user import ConsoleUser

_HOLE = re.compile(r"\{[a-z]+\}")
_MOST = 300
"""Pages looked at in search of links."""


def pages_for(house: ConsoleHouse, rights: Iterable[Right]) -> list[ConsolePage]:
    """What may be opened with these rights, in the order of the route table."""
    may = frozenset(rights)
    all_pages = console(house.parts, Pages(), house.city.house.database.keys.opaque).pages
    return [each for each in all_pages if each.method == "GET" and each.right in may]


async def addresses(user: ConsoleUser, pages: Iterable[ConsolePage]) -> Mapping[str, str]:
    """Address of each page by its path, for those that have one: something to show."""
    listed = list(pages)
    plain = {each.path for each in listed}
    links = [each for each in await _links(user, listed) if each not in plain]
    found = {each.path: _filled(each.path, links) for each in listed}
    return {path: address for path, address in found.items() if address}


async def _links(user: ConsoleUser, pages: Iterable[ConsolePage]) -> list[str]:
    """Every address of the console that can be reached from its pages without parameters."""
    shown = {_pattern(each.path) for each in pages}
    waiting = [each.path for each in pages if not _HOLE.search(each.path)]
    seen: list[str] = []
    opened: set[str] = set()
    while waiting and len(opened) < _MOST:
        path = waiting.pop(0)
        shape = next((each for each in shown if each.fullmatch(path)), None)
        if path in opened or shape is None:
            continue
        opened.add(path)
        view = await user.opens(path)
        if not view.answer.headers["content-type"].startswith("text/html"):
            continue
        fresh = [urlsplit(each).path for each in view.links if each.startswith("/console/")]
        fresh += [urlsplit(each.get("action", "")).path for each in view.tree.forms]
        for each in fresh:
            if each not in seen:
                seen.append(each)
                # One page of a kind is enough to find what hangs below it.
                if not any(shape.fullmatch(each) for shape in shown if any(map(shape.fullmatch, opened))):
                    waiting.append(each)
    return seen


def _filled(path: str, links: list[str]) -> str:
    """The path itself, the first link of its shape, or one made from a link to what it hangs below; else ""."""
    if not _HOLE.search(path):
        return path
    shape = path
    while _HOLE.search(shape):
        for link in links:
            if _pattern(shape).fullmatch(link):
                return link + path[len(shape) :]
        shape = shape.rpartition("/")[0]
        if path[len(shape) :].count("{"):
            return ""
    return ""


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub("[^/?#]+", path))
