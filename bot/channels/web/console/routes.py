"""Every page of the console, in one list: what is not here does not exist, and a test walks it role by role."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import Route

from bot.channels.web.console.account import AccountPages
from bot.channels.web.console.entrance import Entrance
from bot.channels.web.console.frame import ConsolePage, Frame
from bot.channels.web.console.home import HomePages
from bot.channels.web.console.jobs import JobPages, JobRunner
from bot.channels.web.console.parts import ConsoleParts
from bot.channels.web.pages import Pages
from bot.channels.web.security import Sign


@dataclass(frozen=True, slots=True)
class Console:
    """The console, wired: its pages and routes; `close` stops its jobs."""

    pages: Sequence[ConsolePage]
    routes: Sequence[Route]
    jobs: JobRunner


def console(parts: ConsoleParts, pages: Pages, sign: Sign) -> Console:
    """Wire the areas together."""
    frame = Frame(parts, pages, sign)
    jobs = JobRunner(frame)
    areas: Sequence[Callable[[], Sequence[ConsolePage]]] = (
        Entrance(frame).pages,
        HomePages(frame).pages,
        AccountPages(frame).pages,
        JobPages(frame).pages,
    )
    listed = [page for area in areas for page in area()]
    return Console(listed, [frame.route(page) for page in listed], jobs)
