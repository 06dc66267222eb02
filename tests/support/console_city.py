"""The city's console and chat page on a real socket, and people of all roles at browsers in front of it.

`async with console_city(home) as city, chromium() as browser, city.desk(browser, "phone") as desk:`
`    await desk.signs_in("韦正"); await desk.unlocks("韦正"); await desk.opens("/console/cases")`
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.browser_user import DESK, PHONE, BrowserUser
from tests.support.console_house import PASSPHRASE, ConsoleHouse, console_house
from tests.support.web_service import served

VIEWS = {
    "phone": (PHONE, True, "light"),
    "desk": (DESK, True, "dark"),
    "plain": (PHONE, False, "light"),
}
"""Size, whether scripts run, colour scheme."""


@dataclass
class BrowserDesk:
    """One person's browser at the console. `complaints`: what the browser's own console says."""

    city: "ConsoleCity" = field(repr=False)
    page: Any
    scripts: bool
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listens(self, page: Any) -> None:
        """Note what a tab asks for and complains of."""
        page.set_default_timeout(15_000)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(f"{message.text} at {page.url}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    async def opens(self, address: str) -> None:
        """Type an address."""
        await self.page.goto(self.city.base + address)

    async def follows(self, words: str) -> None:
        """Follow the first link of that name within the page or the navigation."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("link", name=words, exact=True).first.click()

    async def presses(self, words: str) -> None:
        """Press the first button of that name that can be reached, and wait for the page it leads to."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=words, exact=True).first.click()

    async def fills(self, **typed: str) -> None:
        """Type into fields, or choose, by the fields' names."""
        for name, value in typed.items():
            box = self.page.locator(f"main [name='{name}']:visible").first
            if await box.evaluate("each => each.tagName") == "SELECT":
                await box.select_option(value)
            else:
                await box.fill(value)

    async def unfolds(self, words: str) -> None:
        """Open a part of the page that is folded."""
        await self.page.locator("summary", has_text=words).first.click()

    async def main(self) -> str:
        """What is to be read."""
        return " ".join((await self.page.locator("main:visible").inner_text()).split())

    async def sees(self, *words: str) -> str:
        text = await self.main()
        for each in words:
            assert each in text, f"{each!r} is not in {text[:2_000]!r}"
        return text

    async def signs_in(self, who: str) -> None:
        """Sign in by the pages: by an invitation the first time, by the passphrase later."""
        house = self.city.house
        person = await house.city.person(who)
        async with house.city.work() as work:
            account = await work.accounts.get(person.id)
        if account is None:
            await self.opens("/console/join")
            await self.fills(code=await house.invitation(who), secret_new=PASSPHRASE, secret_again=PASSPHRASE)
            await self.presses("设立账号并登录")
        else:
            await self.opens("/console/sign-in")
            await self.fills(name=who, secret_passphrase=PASSPHRASE)
            await self.presses("登录")
        assert self.path == "/console", await self.main()

    async def unlocks(self, who: str, passphrase: str = "") -> None:
        """Open a handler's key; the queue is shown then."""
        await self.opens("/console/unlock")
        await self.fills(secret_passphrase=passphrase or self.city.house.city.passphrase(who))
        await self.presses("解锁")
        assert self.path == "/console/cases", await self.main()

    async def saves(self, locator: Any) -> tuple[str, bytes]:
        """Press what gives a file; its name and content."""
        async with self.page.expect_download() as waiting:
            await locator.click()
        download = await waiting.value
        path = Path(await download.path())
        return download.suggested_filename, await asyncio.to_thread(path.read_bytes)

    async def fetches(self, address: str) -> tuple[str, bytes]:
        """Take a file by its address, with this browser's cookie; how it is to be kept, and its content."""
        answer = await self.page.context.request.get(self.city.base + address)
        assert answer.ok, (address, answer.status)
        kept = answer.headers["content-disposition"]
        assert kept.startswith("attachment;"), (address, kept)
        return kept, await answer.body()

    async def finished(self) -> None:
        """Wait for the long job whose page is shown; that page comes anew by itself."""
        await self.page.locator("[role=status]", has_text="已完成").wait_for()

    async def tab(self) -> "BrowserDesk":
        """The same person in another tab."""
        return await self.adopts(await self.page.context.new_page())

    async def adopts(self, page: Any) -> "BrowserDesk":
        """Take over a tab that a link has opened."""
        self.listens(page)
        await page.wait_for_load_state()
        return BrowserDesk(self.city, page, self.scripts, self.requests, self.complaints)

    async def fits(self) -> bool:
        """Tell whether nothing has to be pushed sideways."""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@dataclass
class ConsoleCity:
    """The city, its console and chat at `base`."""

    house: ConsoleHouse = field(repr=False)
    base: str

    @asynccontextmanager
    async def desk(
        self, browser: Any, view: str, *, noise: Iterable[str] = ("the server responded with a status of 4",)
    ) -> AsyncIterator[BrowserDesk]:
        """Let somebody sit down. `noise`: what the browser may say in its console: that a page was refused."""
        size, scripts, scheme = VIEWS[view]
        context = await browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            color_scheme=scheme,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        desk = BrowserDesk(self, await context.new_page(), scripts)
        desk.listens(desk.page)
        allowed = tuple(noise)
        try:
            yield desk
            told = [each for each in desk.complaints if not any(part in each for part in allowed)]
            assert told == [], told
            away = [url for url in desk.requests if not url.startswith((self.base, "blob:"))]
            assert away == [], away
        finally:
            await context.close()

    @asynccontextmanager
    async def citizen(self, browser: Any, view: str) -> AsyncIterator[BrowserUser]:
        """Somebody at the chat page."""
        async with self.desk(browser, view) as desk:
            user = BrowserUser(desk.page)
            await user.opens(self.base)
            yield user


@asynccontextmanager
async def console_city(home: Path, **options: Any) -> AsyncIterator[ConsoleCity]:
    """Open the city on a SQLite file in `home`, a folder that is there, and serve its pages.

    `whole=False`: with the fewest dialogs behind the chat page; see `report_house` for the other options.
    """
    options = {"whole": True, **options}
    async with (
        console_house(home, f"sqlite:///{home / 'yanlu.db'}", **options) as house,
        served(house.app) as base,
    ):
        yield ConsoleCity(house, base)
