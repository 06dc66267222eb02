"""The city with handlers (`report_house`) and its console, for people who sit down at it.

`async with console_house(home, url) as house: user = await house.signed_in("韦正"); await user.opens("/console")`
`await house.unlocks(user, "韦正")` opens a handler's key; `house.wait(minutes=…)` moves the clock.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from starlette.applications import Starlette

from bot.channels.web import WebChannel, WebParts, web_app
from bot.channels.web.console.parts import ConsoleParts
from bot.conversation.courier import Courier
from bot.conversation.turns import TurnTaker
from bot.services.accounts import Door
from bot.services.invitations import issue
from bot.services.standing_kept import KeptStanding
from knowledge.talks.reader import TalkReader
from storage import LEAST
from tests.support.city_house import shared_reader
from tests.support.console_user import ConsoleUser
from tests.support.report_house import ReportHouse, report_house
from tests.support.web_service import browser

PASSPHRASE = "早上先看一遍待办再开门"
SECONDS = 1_800_000_000.0
"""The wall clock of one-time codes, unless a test moves it."""


@dataclass
class ConsoleHouse:
    """The city, its pages, and the way in for its people."""

    city: ReportHouse
    app: Starlette
    parts: ConsoleParts
    stack: AsyncExitStack

    def wait(self, **delta: float) -> None:
        """Let time pass."""
        self.city.wait(**delta)

    async def stranger(self) -> ConsoleUser:
        """A browser nobody has signed in with."""
        return ConsoleUser(await self.stack.enter_async_context(browser(self.app)))

    async def invitation(self, who: str) -> str:
        """A new invitation for somebody."""
        person = await self.city.person(who)
        async with self.city.work() as work:
            return await issue(work, person.id, self.city.clock())

    async def signed_in(self, who: str) -> ConsoleUser:
        """Somebody in front of the console, by an invitation of their own or, the next time, their passphrase."""
        user = await self.stranger()
        person = await self.city.person(who)
        async with self.city.work() as work:
            account = await work.accounts.get(person.id)
        if account is None:
            await user.opens("/console/join")
            code = await self.invitation(who)
            await user.submits("/console/join", code=code, secret_new=PASSPHRASE, secret_again=PASSPHRASE)
        else:
            await user.opens("/console/sign-in")
            await user.submits("/console/sign-in", name=who, secret_passphrase=PASSPHRASE)
        assert user.view.path == "/console", user.view.text
        return user

    async def unlocks(self, user: ConsoleUser, who: str) -> None:
        """Open a handler's key."""
        await user.opens("/console/unlock")
        await user.submits("/console/unlock", secret_passphrase=self.city.passphrase(who))
        assert user.view.path == "/console/cases", user.view.text


@asynccontextmanager
async def console_house(home: Path, url: str, **options: Any) -> AsyncIterator[ConsoleHouse]:
    """Open the city and its console."""
    async with AsyncExitStack() as stack:
        stack.enter_context(patch.object(TalkReader, "open", lambda _folder: shared_reader()))
        city = await stack.enter_async_context(report_house(home, url, **options))
        house = city.house
        router = await house.router() if options.get("whole") else city._fewest()
        web = WebChannel()
        courier = Courier(house.database, [web], city.clock)
        stack.push_async_callback(courier.close)
        taker = TurnTaker(house.database, router, courier)
        door = Door(house.database, house.directories, LEAST, lambda: SECONDS)
        parts = ConsoleParts(
            house.database,
            house.directories,
            house.library,
            house.standing,
            house.desk,
            house.talks(),
            taker.take,
            door,
            city.clock,
            KeptStanding(house.standing),
        )
        opaque = house.database.keys.opaque
        app = web_app(WebParts(web, taker.take, house.library, opaque, city.clock), parts)
        yield ConsoleHouse(city, app, parts, stack)
