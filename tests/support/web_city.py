"""The whole city behind its web pages on a real socket, and people at browsers in front of it.

`async with web_city(home) as city, chromium() as browser, city.stand(browser, "phone") as stand: …`
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.channels.web import WebChannel, WebParts, web_app
from bot.conversation.courier import Courier
from bot.conversation.turns import TurnTaker
from bot.services.invitations import issue
from knowledge.talks.reader import TalkReader
from tests.support.browser_user import DESK, PHONE, BrowserUser
from tests.support.city_house import shared_reader
from tests.support.report_house import ReportHouse, report_house
from tests.support.web_service import served

VIEWS = {
    "phone": (PHONE, True, "light"),
    "desk": (DESK, True, "dark"),
    "phone-plain": (PHONE, False, "dark"),
    "desk-plain": (DESK, False, "light"),
}
"""Size, whether scripts run, colour scheme."""


@dataclass
class Stand:
    """A browser's page in front of the running house; `complaints` are what the browser's console says."""

    name: str
    base: str
    user: BrowserUser
    city: "WebCity" = field(repr=False)
    requests: list[str]
    complaints: list[str]

    @property
    def page(self) -> Any:
        return self.user.page

    @property
    def scripts(self) -> bool:
        return VIEWS[self.name][1]

    async def token(self) -> str:
        """The seat that this browser's cookie names."""
        (cookie,) = await self.page.context.cookies()
        return str(cookie["value"]).partition(".")[0]

    async def tab(self) -> BrowserUser:
        """The same person in another tab."""
        page = await self.page.context.new_page()
        self._listen(page)
        other = BrowserUser(page)
        await other.opens(self.base)
        return other

    def _listen(self, page: Any) -> None:
        page.set_default_timeout(10_000)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@dataclass
class WebCity:
    """The city's services, and its pages at `base`."""

    inner: ReportHouse = field(repr=False)
    channel: WebChannel
    courier: Courier
    base: str

    @asynccontextmanager
    async def stand(self, browser: Any, view: str) -> AsyncIterator[Stand]:
        """Let somebody in who has never been here."""
        size, scripts, scheme = VIEWS[view]
        context = await browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            color_scheme=scheme,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        stand = Stand(view, self.base, BrowserUser(page), self, [], [])
        stand._listen(page)
        try:
            await stand.user.opens(self.base)
            yield stand
            assert stand.complaints == []
            assert all(url.startswith((self.base, "blob:")) for url in stand.requests)
        finally:
            await context.close()

    async def invitation(self, who: str) -> str:
        """A code by which that person joins."""
        person = await self.inner.person(who)
        async with self.inner.work() as work:
            return await issue(work, person.id, self.inner.now)


@asynccontextmanager
async def web_city(home: Path) -> AsyncIterator[WebCity]:
    """Open the city with its handlers on a SQLite file in `home`, a folder that is there, and serve its pages."""
    with patch.object(TalkReader, "open", lambda _folder: shared_reader()):
        async with report_house(home, f"sqlite:///{home / 'yanlu.db'}") as inner:
            router = await inner.house.router()
            channel = WebChannel()
            courier = Courier(inner.house.database, [channel], inner.clock)
            taker = TurnTaker(inner.house.database, router, courier)
            commands = tuple(router.commands.items())
            sign = inner.house.database.keys.opaque
            app = web_app(WebParts(channel, taker.take, inner.house.library, sign, inner.clock, commands))
            try:
                async with served(app) as base:
                    yield WebCity(inner, channel, courier, base)
            finally:
                await courier.close()
