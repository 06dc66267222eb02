"""The web pages as they are served: the small house or the real one behind them, on a real socket or none."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.types import ASGIApp

from bot.channels.web import WebChannel, WebParts, serve_web, web_app
from bot.conversation.courier import Courier
from bot.conversation.dialog import Dialog
from bot.conversation.router import Router
from bot.conversation.turns import TurnTaker
from bot.dialogs.handin import HandInDialog
from bot.dialogs.welcome import WelcomeDialog
from bot.services.clock import beijing_now
from tests.support.memory_database import MemoryDatabase
from tests.support.small_house import INTENTS, EchoDialog, KeywordReader
from tests.support.stores import KEYS
from yanlu.errors import UnknownDocument

BASE = "http://yanlu.test"


class NoLibrary:
    """A library without documents: only the built-in digest is there to read."""

    async def documents(self):
        return []

    async def document(self, id_):
        raise UnknownDocument("没有这个文件。")


class WebHouse:
    """The conversation put together with the smallest parts, behind the web pages."""

    def __init__(
        self,
        dialogs: Sequence[Dialog] = (),
        *,
        sessions=None,
        database=None,
        library=None,
        clock=None,
        **options,
    ) -> None:
        self.clock = clock or beijing_now
        self.database = database or MemoryDatabase(self.clock)
        self.channel = WebChannel(sessions)
        parts = [EchoDialog(), HandInDialog(), *dialogs]
        others = {name: words for part in parts for name, words in part.commands.items()}
        self.router = Router([WelcomeDialog(others), *parts], KeywordReader(), INTENTS)
        self.courier = Courier(self.database, [self.channel], self.clock)
        self.taker = TurnTaker(self.database, self.router, self.courier)
        self.turns = []
        self.files = []
        parts = WebParts(
            self.channel,
            self.take,
            library or NoLibrary(),
            KEYS.opaque,
            self.clock,
            commands=tuple(self.router.commands.items()),
            **options,
        )
        self.app = web_app(parts)

    async def take(self, turn) -> None:
        self.turns.append(turn)
        if turn.file is not None:
            self.files.append(await self.channel.fetch(turn.file.reference))
        await self.taker.take(turn)

    def restarted(self, **options) -> "WebHouse":
        """The same database behind a new process, whose memory is empty."""
        return WebHouse(database=self.database, clock=self.clock, **options)

    def browser(self, base: str = BASE) -> httpx.AsyncClient:
        """A browser without scripts: keeps cookies, follows redirects."""
        return browser(self.app, base)


def browser(app: ASGIApp, base: str = BASE) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url=base, follow_redirects=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(app: ASGIApp, **options: str) -> AsyncIterator[str]:
    """Serve on a real socket as the product does; gives the address."""
    port = free_port()
    ready = asyncio.Event()
    task = asyncio.create_task(serve_web(app, "127.0.0.1", port, ready=ready, **options))
    done, _ = await asyncio.wait(
        {task, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    if task in done:
        task.result()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
