"""The product as it is served: the real house on a real database, and a person at one of its roads."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import House
from bot.channels.telegram import TelegramChannel
from bot.channels.web import WebChannel, WebParts, web_app
from bot.conversation.router import Router
from bot.settings import Settings
from knowledge.answering import Answerer
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_service import polling, webhook
from tests.support.telegram_user import TelegramUser
from tests.support.terminal_user import TerminalUser, WatchedTerminal
from tests.support.web_service import browser
from tests.support.web_user import WebUser

ROADS = ("terminal", "web", "polling", "webhook")
USER_ID = 7_301_554_829
"""Long enough not to stand in a file by chance."""


@dataclass
class Visit:
    """One person in front of the running house."""

    house: House
    user: TerminalUser | TelegramUser | WebUser
    idle: Callable[[], Awaitable[None]]

    @property
    def telegram(self) -> TelegramUser:
        assert isinstance(self.user, TelegramUser)
        return self.user

    @property
    def offered(self) -> list[str]:
        """The labels of the latest message that offers any."""
        if isinstance(self.user, TelegramUser | WebUser):
            return self.user.offered
        return [choice.label for choice in self.user._offered()]

    async def judgements(self) -> list[tuple[str | None, int, int]]:
        async with self.house.database.transaction() as work:
            return [(row.measure, row.helpful, row.unhelpful) for row in await work.feedback.counts()]

    async def handed_in(self) -> list[tuple[str, str | None]]:
        async with self.house.database.transaction() as work:
            return [(question.text, question.note) for question in await work.questions.list()]

    def disk(self) -> dict[str, bytes]:
        """All that stands in the state folder now, the write-ahead log with it; the key file left out."""
        home = self.house.settings.home
        files = (path for path in sorted(home.rglob("*")) if path.is_file())
        return {str(path.relative_to(home)): path.read_bytes() for path in files if path.name != "keys"}


@asynccontextmanager
async def visited(home: Path, road: str, answerer: Answerer | None = None) -> AsyncIterator[Visit]:
    """Open the house and let one person in by that road; `answerer` spares making the built-in one anew."""
    settings = Settings(home=home, embeddings="off")
    async with House.open(settings) as house:
        if answerer is not None:
            house.library._made = lambda _documents, _confirmed: answerer
        router = await house.router()
        if road == "terminal":
            terminal = WatchedTerminal(home / "downloads")
            async with house.taker(router, [terminal]) as taker:
                user = TerminalUser(taker.take, terminal, house.clock, f"visitor-{USER_ID}")
                yield Visit(house, user, taker._courier.close)
        elif road == "web":
            async with _by_web(house, router) as visit:
                yield visit
        else:
            async with _by_telegram(house, router, road) as visit:
                yield visit


@asynccontextmanager
async def _by_web(house: House, router: Router) -> AsyncIterator[Visit]:
    channel = WebChannel()
    async with house.taker(router, [channel]) as taker:
        commands = tuple(router.commands.items())
        opaque = house.database.keys.opaque
        parts = WebParts(channel, taker.take, house.library, opaque, house.clock, commands)
        async with browser(web_app(parts)) as client:
            yield Visit(house, WebUser(client), taker._courier.close)


@asynccontextmanager
async def _by_telegram(house: House, router: Router, road: str) -> AsyncIterator[Visit]:
    async with FakeBotApi() as api:
        commands = tuple(router.commands.items())
        channel = TelegramChannel(api.token, commands=commands, base_url=api.url, clock=house.clock)
        try:
            async with house.taker(router, [channel]) as taker:
                visit = Visit(
                    house, TelegramUser(api, USER_ID, idle=taker._courier.close), taker._courier.close
                )
                if road == "polling":
                    async with polling(channel, taker.accept):
                        yield visit
                else:
                    async with webhook(api, channel, taker.accept):
                        yield visit
        finally:
            await channel.close()
