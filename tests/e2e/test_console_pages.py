"""Every page of the console in a real Chromium, role by role: phone and desk, light and dark."""

from collections import Counter

import pytest
import pytest_asyncio

from tests.support.browser_user import DESK, PHONE, chromium, chromium_path
from tests.support.console_city import console_city
from tests.support.console_life import lived_in
from tests.support.console_walk import addresses, pages_for
from yanlu.texts import console as texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES = {
    "韦正": {"signed", "keeper", "coverage", "handler"},
    "顾长风": {"signed", "keeper", "coverage"},
    "简单": {"signed", "keeper", "coverage"},
    "钱卫": {"signed", "keeper"},
    "管清": {"signed", "administrator"},
}
"""A handler, a head who talks, a liaison, the one who was talked to, an administrator."""
ENTRANCE = ("/console/sign-in", "/console/join", "/console/link/once", "/console/resume")
FILES = {
    "/console/cases/{number}/files/{position}",
    "/console/jobs/{id}/file",
    "/console/organisation/import/template",
    "/console/plans/{id}/briefing",
    "/console/records/{id}/form",
}
NOTHING_THERE = {
    "韦正": {"/console/records/{id}", "/console/tickets/{id}", "/console/plans/{id}", "/console/jobs/{id}"},
    "钱卫": {"/console/plans/{id}", "/console/jobs/{id}"},
}
"""Lists that are empty for them; what hangs below those has no address."""
REFUSED = {
    "顾长风": {"/console/records/{id}/objection"},
    "简单": {"/console/records/{id}/objection", "/console/records/{id}/void"},
    "管清": {"/console/jobs/{id}/file"},
    "钱卫": {f"/console/records/{{id}}/{each}" for each in ("correct", "void", "versions", "form")},
}
"""What the thing's own entitlement refuses them."""
LOOKS = ((PHONE, "light"), (DESK, "dark"), (PHONE, "dark"), (DESK, "light"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    async with console_city(tmp_path_factory.mktemp("console")) as city:
        await lived_in(city.house)
        yield city


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chrome(city):
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def examined() -> Counter[str]:
    """How often axe has looked at the page of each path: each time at another size or in other colours."""
    return Counter()


async def looked_at(desk, path: str, address: str, examined: Counter[str], refused: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
    page = desk.page
    size, scheme = LOOKS[(examined[path] + len(examined)) % len(LOOKS)]
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size(size)
    answer = await page.goto(desk.city.base + address)
    assert (answer.status == 200) != refused, (address, answer.status, await desk.main())
    for each in (DESK, PHONE):
        await page.set_viewport_size(each)
        assert await desk.fits(), (address, each)
    assert await page.locator("h1").count() == 1, address
    title = await page.title()
    assert title.endswith(f" · {texts.CONSOLE} · {texts.SERVICE}"), title
    assert not title.startswith(" "), address
    if path in examined:
        return
    examined[path] += 1
    await page.set_viewport_size(size)
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = (await axe.Axe().run(page)).response["violations"]
    told = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]
    assert told == [], (address, size, scheme)
    assert await desk.fits(), (address, "unfolded")


@pytest.mark.parametrize("who", ROLES)
async def test_every_page_of_a_role(city, chrome, examined, who):
    rights = ROLES[who]
    pages = pages_for(city.house, rights)
    user = await city.house.signed_in(who)
    async with city.desk(chrome, "phone") as desk:
        await desk.signs_in(who)
        if "handler" in rights:
            await city.house.unlocks(user, who)
            await desk.unlocks(who)
        found = await addresses(user, pages)
        missing = {each.path for each in pages} - set(found)
        assert all(path.startswith(tuple(NOTHING_THERE.get(who, ()))) for path in missing), missing
        for path, address in found.items():
            refused = path in REFUSED.get(who, ())
            if path in FILES and not refused:
                _, content = await desk.fetches(address)
                assert content, path
            else:
                await looked_at(desk, path, address, examined, refused)


async def test_the_entrance(city, chrome, examined):
    async with city.desk(chrome, "phone") as desk:
        for address in ENTRANCE[:3]:
            await looked_at(desk, address, address, examined, refused=False)
        await desk.signs_in("贾宜")
        city.house.wait(minutes=16)
        await looked_at(desk, ENTRANCE[3], ENTRANCE[3], examined, refused=False)
        city.house.wait(minutes=-16)
