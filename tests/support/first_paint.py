"""Measures when the first page is usable on a slow phone, in a real Chromium with its network and processor slowed.

`python -m tests.support.first_paint`; not part of the suite: a time says more about the machine than about the page.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.support.browser_user import PHONE, chromium
from tests.support.web_city import web_city

NETWORKS = {
    "slow 3G with little bandwidth (400 ms, 400 kbit/s)": (400, 50_000),
    "fast 3G of the developer tools (562 ms, 1.44 Mbit/s)": (562.5, 180_000),
    "slow 4G of Lighthouse (150 ms, 1.6 Mbit/s)": (150, 204_800),
}
"""Name: (milliseconds from a request to its answer, bytes a second)."""
SLOWER = 4
ROUNDS = 9
USABLE = """() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    parsed: performance.getEntriesByType("navigation")[0].domInteractive,
})"""


async def main() -> None:
    """Print, for each network, the least and the median time to a painted and parsed page, in milliseconds."""
    with tempfile.TemporaryDirectory() as home:
        async with web_city(Path(home)) as city, chromium() as browser:
            figures = {
                name: await _usable(browser, city.base, *network) for name, network in NETWORKS.items()
            }
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


async def _usable(browser: Any, base: str, latency: float, rate: int) -> tuple[int, int]:
    times = [await _once(browser, base, latency, rate) for _ in range(ROUNDS)]
    return round(min(times)), round(median(times))


async def _once(browser: Any, base: str, latency: float, rate: int) -> float:
    context = await browser.new_context(viewport=PHONE)
    try:
        page = await context.new_page()
        tools = await context.new_cdp_session(page)
        slow = {"offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate}
        await tools.send("Network.enable")
        await tools.send("Network.emulateNetworkConditions", slow)
        await tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        await page.goto(base)
        await page.locator("#say").wait_for()
        await page.wait_for_timeout(200)
        return max((await page.evaluate(USABLE)).values())
    finally:
        await context.close()


if __name__ == "__main__":
    asyncio.run(main())
