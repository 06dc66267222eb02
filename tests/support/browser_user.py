"""A person in a real Chromium: sees what is on the screen, types and presses what can be reached."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 900}
_EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Where the system's Chromium is, None without one."""
    return next((path for name in _EXECUTABLES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """Start the system's Chromium; it can reach nothing but this machine."""
    from playwright.async_api import async_playwright

    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", rules]
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


class BrowserUser:
    """Implements `tests.support.user.User` in a page of Chromium, with or without scripts."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._since = ""
        self._life = ""

    async def opens(self, address: str) -> None:
        await self.page.goto(address)

    async def says(self, text: str) -> None:
        await self.page.fill("#say", text)
        await self._acts(self.page.locator("#composer .send"))

    async def taps(self, label: str) -> None:
        await self._acts(self.page.get_by_role("button", name=label, exact=True).last)

    async def sends(self, path: Path) -> None:
        await self.page.set_input_files("#file", str(path))
        await self._acts(self.page.locator("#composer .send"))

    async def sees(self, text: str) -> str:
        said = await self._news()
        assert any(text in each for each in said), f"{text!r} is not in {said}"
        return next(each for each in said if text in each)

    async def does_not_see(self, text: str) -> None:
        said = await self._news()
        assert not any(text in each for each in said), f"{text!r} is in {said}"

    async def offered(self) -> list[str]:
        return list(await self.page.locator(".choices button").all_inner_texts())

    async def _acts(self, button: Any) -> None:
        """Press a button and wait until the page carries its next one-time id."""
        once = await self.once()
        self._life = await self._transcript()
        self._since = await self._last()
        await button.click()
        await self.next_page(once)

    async def once(self) -> str:
        return str(await self.page.input_value("[name=once]"))

    async def next_page(self, once: str) -> None:
        """Wait until the page is another one, or was brought up to date."""
        async with asyncio.timeout(20):
            while await self.once() == once:  # noqa: ASYNC110 - the page is another process
                await asyncio.sleep(0.05)
        await self.page.wait_for_load_state()

    async def _last(self) -> str:
        lines = await self.page.locator("#messages > li").all()
        return str(await lines[-1].get_attribute("id")) if lines else ""

    async def _transcript(self) -> str:
        return str(await self.page.locator("#messages").get_attribute("data-life"))

    async def _news(self) -> list[str]:
        goes_on = self._since and await self._transcript() == self._life
        selector = f"#{self._since} ~ li" if goes_on else "#messages > li"
        lines = self.page.locator("#messages > li:not(.user)").and_(self.page.locator(selector))
        alert = await self.page.locator("#alert").inner_text()
        return [*await lines.all_inner_texts(), "  ".join(await self.offered()), alert]
