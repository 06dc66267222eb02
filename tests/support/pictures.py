"""Makes the pictures in docs/pictures of the pages in a real Chromium.

`python -m tests.support.pictures [FOLDER]`; not part of the suite.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.support.browser_user import chromium
from tests.support.console_city import BrowserDesk, ConsoleCity, console_city
from tests.support.console_life import lived_in
from tests.support.web_city import Stand, WebCity, web_city

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 150_000
QUESTION = "述责述廉是不是要当场被提问?"
SENTENCE = (
    "昨天下午三点,顾长风书记在区委三楼会议室同教育局柯兰局长作监督谈话,指出师德建设抓得不紧,"
    "要求12月10日前报整改方案"
)


async def main(folder: Path) -> None:
    """Make every picture anew, in a folder that is there."""
    with tempfile.TemporaryDirectory() as home:
        async with web_city(Path(home)) as city, chromium() as browser:
            await _chat(city, browser, "phone", folder / "chat-phone.png")
            await _chat(city, browser, "desk", folder / "chat-desk.png")
            async with city.stand(browser, "phone") as stand:
                await _reported(stand)
                await _taken(stand.page, folder / "report-phone.png")
    with tempfile.TemporaryDirectory() as home:
        async with console_city(Path(home)) as desks, chromium() as browser:
            await lived_in(desks.house)
            await _handling(desks, browser, folder)
            await _records(desks, browser, folder)


async def _handling(city: ConsoleCity, browser, folder: Path) -> None:
    """The queue at a desk, a case on a phone."""
    async with city.desk(browser, "desk") as desk:
        await _lit(desk, "韦正")
        await desk.unlocks("韦正")
        await _taken(desk.page, folder / "console-cases.png")
    async with city.desk(browser, "phone") as desk:
        await _lit(desk, "韦正")
        await desk.unlocks("韦正")
        await desk.page.locator("tbody a").nth(2).click()
        await desk.page.wait_for_load_state()
        await _taken(desk.page, folder / "console-phone.png")


async def _records(city: ConsoleCity, browser, folder: Path) -> None:
    """A sentence read back above the ledger, and the coverage of a district."""
    async with city.desk(browser, "desk") as desk:
        await _lit(desk, "简单")
        await desk.opens("/console/records")
        await desk.fills(sentence=SENTENCE)
        await desk.page.locator("#reading dl").wait_for()
        await _taken(desk.page, folder / "console-record.png")
        await desk.opens("/console/coverage")
        await desk.page.locator("svg[role=img]").first.scroll_into_view_if_needed()
        await _taken(desk.page, folder / "console-coverage.png")


async def _lit(desk: BrowserDesk, who: str) -> None:
    await desk.page.emulate_media(color_scheme="light")
    await desk.signs_in(who)


async def _chat(city: WebCity, browser, view: str, path: Path) -> None:
    async with city.stand(browser, view) as stand:
        await stand.page.emulate_media(color_scheme="light")
        await stand.user.says(QUESTION)
        await _taken(stand.page, path)


async def _reported(stand: Stand) -> None:
    """Somebody who has filled in a report and sees it before sending."""
    user = stand.user
    await user.says("/report")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.says("住建局")
    await user.taps("完成")
    await user.says("钱卫")
    await user.taps("完成")
    await user.says("去年五月")
    await user.taps("跳过")
    await user.says("去年以来的工程招标从来不上会,都是一个人说了算。")
    for label in ("完成", "跳过", "匿名"):
        await user.taps(label)
    await user.sees("请核对")
    await stand.page.evaluate("scrollTo(0, document.body.scrollHeight)")


async def _taken(page, path: Path) -> None:
    await page.evaluate("document.activeElement.blur()")
    await page.wait_for_timeout(600)
    size = len(await page.screenshot(path=path))
    assert size < LARGEST, f"{path.name} has {size} bytes"
    sys.stdout.write(f"{path.name} {size}\n")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
