"""At the console when something comes between: the lock in mid-form, two tabs, the back button, fast fingers."""

import re

import pytest
import pytest_asyncio

from tests.support.browser_user import chromium, chromium_path
from tests.support.console_city import VIEWS, console_city
from tests.support.console_house import PASSPHRASE
from tests.support.console_records import NEW, TALK
from yanlu.texts import console as texts
from yanlu.texts import console_cases as cases
from yanlu.texts import console_records as records

pytestmark = pytest.mark.asyncio(loop_scope="module")

POINTS = "写了很久的要点\n第二点" + "长" * 200
with_scripts = pytest.mark.parametrize("view", ["phone", "desk"])
every_view = pytest.mark.parametrize("view", VIEWS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    async with console_city(tmp_path_factory.mktemp("console"), whole=False) as city:
        yield city


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chrome(city):
    async with chromium() as browser:
        yield browser


async def stored(city, text: str) -> list[int]:
    """The records on file whose points hold that text."""
    from storage import RecordQuery

    async with city.house.city.work() as work:
        entries = await work.ledger.entries(RecordQuery())
        found = [await work.ledger.get(each.id) for each in entries]
    return [each.entry.id for each in found if text in "\n".join(each.body["points"])]


async def typed_in(desk, points: str) -> None:
    """The form of a talk, filled in and not yet sent."""
    await desk.opens(NEW)
    await desk.fills(**{**TALK, "points": points})


async def sent(desk) -> None:
    """Press the button, and once more where hints are shown first."""
    await desk.presses(records.SUBMIT_TALK)
    if await desk.page.locator(".hints").count():
        await confirmed(desk)


async def confirmed(desk) -> None:
    """Press the button of the form, whatever it is called now."""
    async with desk.page.expect_navigation():
        await desk.page.locator("form.sheet button.main").click()


@every_view
async def test_a_lock_in_mid_form_loses_nothing_and_files_it_once(city, chrome, view):
    points = f"{view} {POINTS}"
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("顾长风")
        await typed_in(desk, points)
        city.house.wait(minutes=16)
        await desk.presses(records.SUBMIT_TALK)
        await desk.sees(texts.SESSION_PAUSED, texts.RESUME_TITLE)
        assert points[:10] not in await desk.main()
        await desk.fills(secret_passphrase="不是这一句口令")
        await desk.presses(texts.RESUME)
        await desk.fills(secret_passphrase=PASSPHRASE)
        await desk.presses(texts.RESUME)
        await desk.sees(texts.AGAIN_TITLE)
        kept = await desk.page.locator("textarea").evaluate_all("all => all.map(each => each.value)")
        assert points in [each.replace("\r\n", "\n") for each in kept]
        assert await stored(city, points[:10]) == []
        await desk.presses(texts.AGAIN)
        if await desk.page.locator(".hints").count():
            await confirmed(desk)
        await desk.sees(records.SAID["filed"], points[-50:])
        assert len(await stored(city, points[:10])) == 1


@every_view
async def test_a_question_to_a_reporter_survives_the_lock_and_its_key(city, chrome, view):
    filed = await city.house.city.filed()
    asked = f"请说明是哪几项工程 {view}"
    case = f"/console/cases/{filed.number}"
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("韦正")
        await desk.unlocks("韦正")
        await desk.opens(case)
        await desk.unfolds(cases.ASK)
        await desk.fills(question=asked)
        city.house.wait(minutes=16)
        await desk.presses(cases.SEND)
        await desk.fills(secret_passphrase=PASSPHRASE)
        await desk.presses(texts.RESUME)
        await desk.presses(texts.AGAIN)
        await desk.sees(texts.UNLOCK_TITLE)  # the lock has put the key away, too
        await desk.fills(secret_passphrase=city.house.city.passphrase("韦正"))
        await desk.presses(texts.UNLOCK)
        await desk.presses(texts.AGAIN)
        await desk.sees(cases.SAID["asked"])
        assert (await desk.main()).count(asked) == 1


@every_view
async def test_back_after_submit_reload_and_a_second_tab_file_nothing_twice(city, chrome, view):
    points = f"返回键与标签页 {view}"
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("顾长风")
        await typed_in(desk, points)
        await sent(desk)
        assert re.fullmatch(r"/console/records/\d+", desk.path), await desk.main()
        await desk.page.reload()
        (number,) = await stored(city, points)
        while not (desk.path == NEW and await desk.page.locator("form.sheet").count()):
            await desk.page.go_back()
        await desk.fills(
            **{**TALK, "points": points}
        )  # the page is a fresh one; it is told that this is there
        await desk.presses(records.SUBMIT_TALK)
        await desk.sees(records.LOOK_AGAIN, f"2026-{number:06}")
        await desk.page.reload()
        await desk.sees(records.LOOK_AGAIN)
        assert await stored(city, points) == [number]
        first, second = desk, await desk.tab()
        for each in (first, second):
            await each.opens(f"/console/records/{number}/correct")
            await each.fills(why="两个标签页", place="甲楼" if each is first else "乙楼")
        for each in (first, second):
            await each.presses(records.SUBMIT_FIX)
            if await each.page.locator(".hints").count():
                await confirmed(each)
        await first.sees("甲楼")
        await second.sees(records.NEWEST)  # told that the other tab was first
        async with city.house.city.work() as work:
            record = await work.ledger.get(number)
        assert (record.entry.version, record.body["place"]) == (2, "甲楼")


@every_view
async def test_two_fast_clicks_ask_once(city, chrome, view):
    filed = await city.house.city.filed()
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("韦正")
        await desk.unlocks("韦正")
        await desk.opens(f"/console/cases/{filed.number}")
        await desk.unfolds(cases.ASK)
        await desk.fills(question="只问一次")
        async with desk.page.expect_navigation():
            await desk.page.get_by_role("button", name=cases.SEND, exact=True).first.dblclick()
        await desk.page.wait_for_load_state()
        await desk.opens(f"/console/cases/{filed.number}")
        assert (await desk.main()).count("只问一次") == 1


@with_scripts
async def test_a_page_left_alone_is_covered_until_its_person_is_back(city, chrome, view):
    async with city.desk(chrome, view) as desk:
        await desk.page.clock.install()
        await desk.signs_in("顾长风")
        await typed_in(desk, POINTS)
        form = desk.page.locator("form.sheet")
        await desk.page.clock.run_for("14:00")
        await desk.page.keyboard.press("Shift")  # still there
        await desk.page.clock.run_for("14:50")
        assert await form.is_visible()
        await desk.page.clock.run_for("00:20")
        await desk.page.get_by_role("heading", name=texts.IDLE_TITLE).wait_for()
        city.house.wait(minutes=16)
        assert not await form.is_visible()
        assert POINTS[:5] not in await desk.page.locator("body").inner_text()
        assert await desk.page.title() == texts.IDLE_TITLE
        assert await desk.fits()
        go = desk.page.get_by_role("button", name=texts.IDLE_GO, exact=True)
        await go.click()
        await desk.page.get_by_text(texts.IDLE_STILL).wait_for()
        assert not await form.is_visible()
        async with desk.page.context.expect_page() as opening:
            await desk.page.get_by_role("link", name=texts.IDLE_LINK).click()
        tab = await desk.adopts(await opening.value)
        await tab.fills(secret_passphrase=PASSPHRASE)
        await tab.presses(texts.RESUME)
        await go.click()
        await form.wait_for()
        assert (await desk.page.locator("[name=points]").input_value()) == POINTS
        await sent(desk)
        assert re.fullmatch(r"/console/records/\d+", desk.path)


@with_scripts
async def test_a_covered_page_does_not_open_for_the_next_at_the_desk(city, chrome, view):
    async with city.desk(chrome, view) as desk:
        await desk.page.clock.install()
        await desk.signs_in("顾长风")
        await typed_in(desk, POINTS)
        await desk.page.clock.run_for("15:10")
        tab = await desk.tab()
        await tab.signs_in("简单")
        async with desk.page.expect_navigation():
            await desk.page.get_by_role("button", name=texts.IDLE_GO, exact=True).click()
        assert desk.path == "/console"
        assert "简单" in await desk.main()


@with_scripts
async def test_the_same_person_signed_in_anew_goes_on_where_they_were(city, chrome, view):
    points = f"重新登录后继续 {view}"
    async with city.desk(chrome, view) as desk:
        await desk.page.clock.install()
        await desk.signs_in("顾长风")
        await typed_in(desk, points)
        await desk.page.clock.run_for("15:10")
        tab = await desk.tab()
        await tab.signs_in("顾长风")
        await desk.page.get_by_role("button", name=texts.IDLE_GO, exact=True).click()
        await desk.page.locator("form.sheet").wait_for()
        await sent(desk)
        assert len(await stored(city, points)) == 1
