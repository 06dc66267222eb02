"""Makes the pictures in docs/pictures of the pages in a real Chromium.

`python -m tests.support.pictures [FOLDER]`; not part of the suite.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.support.browser_user import chromium
from tests.support.web_city import Stand, WebCity, web_city

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 150_000
QUESTION = "述责述廉是不是要当场被提问?"


async def main(folder: Path) -> None:
    """Make every picture anew, in a folder that is there."""
    with tempfile.TemporaryDirectory() as home:
        async with web_city(Path(home)) as city, chromium() as browser:
            await _chat(city, browser, "phone", folder / "chat-phone.png")
            await _chat(city, browser, "desk", folder / "chat-desk.png")
            async with city.stand(browser, "phone") as stand:
                await _reported(stand)
                await _taken(stand, folder / "report-phone.png")


async def _chat(city: WebCity, browser, view: str, path: Path) -> None:
    async with city.stand(browser, view) as stand:
        await stand.page.emulate_media(color_scheme="light")
        await stand.user.says(QUESTION)
        await _taken(stand, path)


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


async def _taken(stand: Stand, path: Path) -> None:
    await stand.page.evaluate("document.activeElement.blur()")
    await stand.page.wait_for_timeout(600)
    size = len(await stand.page.screenshot(path=path))
    assert size < LARGEST, f"{path.name} has {size} bytes"
    sys.stdout.write(f"{path.name} {size}\n")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
