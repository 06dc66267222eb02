"""The pages in a real Chromium: phone and desk, with scripts and without, light and dark, by keyboard alone."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from bot.conversation.messages import OutgoingFile, Say
from tests.support.web_city import Stand, WebCity
from yanlu.texts import conversation
from yanlu.texts import web as texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "述责述廉是不是要当场被提问?"
QUOTED = "当场接受质询和评议"
QUOTE = "/documents/digest?start=396&end=420"
PICTURES = os.environ.get("YANLU_TEST_PICTURES")
SCHEMES = ("light", "dark")
FIRST_PAGE = 50_000
"""Bytes of everything the first page needs, nothing compressed."""

with_scripts = pytest.mark.parametrize("stand", ["phone", "desk"], indirect=True)
on_a_phone = pytest.mark.parametrize("stand", ["phone"], indirect=True)
on_a_desk = pytest.mark.parametrize("stand", ["desk"], indirect=True)


async def in_sight(locator) -> None:
    from playwright.async_api import expect

    await expect(locator).to_be_in_viewport()


async def fits(page) -> bool:
    return await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_first_page_is_small_and_asks_nobody_else(stand: Stand):
    page = stand.page
    needed = {stand.base + "/", *stand.requests}
    for each in await page.locator("link:not([rel=expect]), script").all():
        address = await each.get_attribute("href") or await each.get_attribute("src")
        needed.add(f"{stand.base}{address}")
    async with httpx.AsyncClient() as client:
        sizes = {each: len((await client.get(each)).content) for each in needed}
    assert len(sizes) == 3, sizes  # the page with its styles, the script, the icon
    assert sum(sizes.values()) < FIRST_PAGE, sizes


@with_scripts
async def test_pictures_of_the_pages(stand: Stand, tmp_path: Path):
    """Kept where YANLU_TEST_PICTURES says, to be looked at."""
    user, page = stand.user, stand.page
    folder = Path(PICTURES) if PICTURES else tmp_path
    await user.says(QUESTION)
    await page.locator("li.bot summary").click()
    for path, name in (("/", "chat"), (f"{QUOTE}#quote", "document"), ("/documents", "documents")):
        await page.goto(stand.base + path)
        target = folder / f"web-{name}-{stand.name}.png"
        await page.screenshot(path=target)
        assert target.stat().st_size > 5_000
        assert await fits(page)


async def test_files_both_ways(stand: Stand, web: WebCity, tmp_path):
    user, page = stand.user, stand.page
    path = tmp_path / "会议记录.txt"
    path.write_text("一", "utf-8")
    await user.sends(path)
    await user.sees(conversation.FILE_UNWANTED)
    assert await page.locator("li.user", has_text="会议记录.txt").count() == 1
    await web.channel.send(await stand.token(), Say("表", file=OutgoingFile("谈话登记表.docx", b"PK", "a/b")))
    await page.reload()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="谈话登记表").click()
    download = await waiting.value
    assert download.suggested_filename == "谈话登记表.docx"
    await download.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == b"PK"


async def test_leaving_leaves_nothing_behind_the_back_button(stand: Stand, web: WebCity):
    user, page = stand.user, stand.page
    await user.says(QUESTION)
    token = await stand.token()
    await page.get_by_role("button", name=texts.LEAVE).click()
    await page.wait_for_url("**/left")
    assert await page.context.cookies() == []
    await page.go_back()
    assert QUOTED not in await page.content()
    assert await web.channel.sessions.find(token) is None


async def test_by_keyboard_alone(stand: Stand):
    user, page = stand.user, stand.page
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").inner_text() == texts.SKIP
    await in_sight(page.locator(".skip"))
    await page.keyboard.press("Enter")
    await page.keyboard.type("第二部分第三项")
    assert await page.input_value("#say") == "第二部分第三项"
    once = await user.once()
    if stand.scripts:
        await page.keyboard.press("Enter")
    else:
        await page.keyboard.press("Tab")
        assert await page.locator(":focus").inner_text() == texts.SEND
        await page.keyboard.press("Enter")
    await user.next_page(once)
    await user.sees("依据 二·3")
    if stand.scripts:
        assert await page.locator(":focus").get_attribute("id") == "say"
    once = await user.once()
    await page.locator("#say").focus()
    await page.keyboard.press("Shift+Tab")
    focused = page.locator(":focus")
    assert await focused.get_attribute("name") == "choice"
    assert await focused.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await user.next_page(once)
    assert await page.locator("li.user").count() == 2


@with_scripts  # axe is itself a script
async def test_axe_finds_no_violation(stand: Stand, web: WebCity):
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
    user, page = stand.user, stand.page

    async def examined(where: str) -> None:
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            found = (await axe.Axe().run(page)).response["violations"]
            told = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]
            assert told == [], (where, scheme)

    await examined("first page")
    await user.says(QUESTION)
    await page.locator("li.bot summary").click()
    await web.channel.send(await stand.token(), Say("表", file=OutgoingFile("表.docx", b"PK", "a/b")))
    await user.taps("有帮助")
    await page.fill("#say", "长" * 4_001)
    await page.locator(".send").click()
    await page.locator(".alert").wait_for()
    await page.locator(".more summary").click()
    await examined("conversation: a clause open, a download, an alert, the menu open")
    await page.fill("#say", "")
    await user.says("/report")
    await user.taps("继续")
    await examined("a form")
    for path in ("/documents", QUOTE, "/nowhere", "/left"):
        await page.goto(stand.base + path)
        await examined(path)
    stand.complaints.clear()  # the browser itself notes the 404 and the 422


@with_scripts
async def test_nothing_shifts_while_a_page_loads(stand: Stand):
    page = stand.page
    shift = """() => new Promise(done => {
        let sum = 0;
        new PerformanceObserver(list => { for (const each of list.getEntries()) sum += each.value; })
            .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 200);
    })"""
    await stand.user.says(QUESTION)
    network = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 50, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    await network.send("Network.enable")
    await network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await network.send("Network.emulateNetworkConditions", slow)
    for path in ("/", "/documents", QUOTE, "/left"):
        await page.goto(stand.base + path)
        assert await page.evaluate(shift) == 0, path
    await page.context.clear_cookies()
    await page.goto(stand.base)
    assert await page.evaluate(shift) == 0, "first page"


@with_scripts
async def test_a_message_that_comes_later_appears_by_itself(stand: Stand, web: WebCity):
    user, page = stand.user, stand.page
    await page.clock.install()
    await page.reload()
    await user.says("你好")
    await page.fill("#say", "没写完")
    await web.channel.send(await stand.token(), Say("有新的答复"))
    await page.clock.run_for(16_000)
    await page.get_by_text("有新的答复").wait_for()
    assert await page.input_value("#say") == "没写完"
    assert await page.locator("[role=log] > #messages").count() == 1


@with_scripts
async def test_two_fast_clicks_are_one_turn(stand: Stand):
    page = stand.page
    await page.fill("#say", QUESTION)
    once = await stand.user.once()
    await page.locator(".send").dblclick()
    await stand.user.next_page(once)
    await page.reload()
    assert await page.locator("li.user").count() == 1


@on_a_desk
async def test_enter_that_ends_a_composition_sends_nothing(stand: Stand):
    page = stand.page
    await page.fill("#say", "shuze")
    await page.locator("#say").evaluate(
        "each => each.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await page.keyboard.press("Shift+Enter")
    await page.wait_for_timeout(200)
    assert await page.locator("#messages > li").count() == 0


@with_scripts
async def test_a_script_that_loses_the_network_falls_back_to_the_form(stand: Stand):
    page = stand.page
    dropped = []

    async def drop(route):
        if route.request.resource_type == "fetch" and not dropped:
            dropped.append(await route.fetch())  # it arrives, and the answer is lost
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/turn", drop)
    await page.fill("#say", QUESTION)
    once = await stand.user.once()
    await page.locator(".send").click()
    await stand.user.next_page(once)
    assert dropped
    assert await page.locator("li.user").count() == 1
    assert QUOTED in await page.locator("li.bot").first.inner_text()
    stand.complaints.clear()  # the browser itself notes the lost request


@with_scripts
async def test_on_a_slow_line_the_first_words_show_long_before_the_last(stand: Stand):
    """As over Tor. What a screen reader is told of (the log) gets each message once, whole."""
    page = stand.page
    await stand.user.says("你好")
    await page.evaluate("""() => {
        window.seen = {grown: [], told: []};
        const once = () => document.querySelector("[name=once]").value;
        const before = once();
        new MutationObserver(() => {
            const blocks = document.querySelectorAll("#arriving li.bot .bubble > :not(.unseen)").length;
            if (blocks && once() === before) window.seen.grown.push(blocks);
        }).observe(document.getElementById("arriving"), {childList: true, subtree: true});
        new MutationObserver(changes => {
            for (const change of changes) for (const line of change.addedNodes) window.seen.told.push(line.innerText);
        }).observe(document.querySelector("[role=log]"), {childList: true, subtree: true});
    }""")
    network = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 300, "downloadThroughput": 10_000, "uploadThroughput": 50_000}
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", slow)
    await stand.user.says("加强对一把手的监督有哪几项?")
    seen = await page.evaluate("window.seen")
    assert len(set(seen["grown"])) > 3, "the answer grew before its end was here"
    assert seen["grown"][0] < seen["grown"][-1] / 2
    whole = [await line.inner_text() for line in (await page.locator("#messages > li").all())[-2:]]
    assert seen["told"] == whole
    assert await page.locator("li.bot").last.locator("details").count() == 7
    assert not await page.locator("#arriving").is_visible()


@with_scripts
async def test_while_an_answer_is_looked_for_ones_own_message_stands_and_a_quiet_line(
    stand: Stand, web: WebCity, monkeypatch
):
    page = stand.page
    gate = asyncio.Event()
    send = web.channel.send

    async def later(address, say):
        async with asyncio.timeout(8):  # a test that fails must not keep the house from closing
            await gate.wait()
        await send(address, say)

    monkeypatch.setattr(web.channel, "send", later)
    once = await stand.user.once()
    await page.fill("#say", QUESTION)
    await page.locator(".send").click()
    waiting = page.locator("#waiting")
    await page.get_by_text(texts.WAITING, exact=True).wait_for()
    assert await waiting.get_attribute("role") == "status"
    assert QUESTION in await page.locator("#messages > li.user").inner_text()
    assert await page.input_value("#say") == ""
    await page.fill("#say", "接着写的话")
    await page.locator("#composer").evaluate("each => each.requestSubmit()")
    assert await page.locator("#messages > li").count() == 1, "one turn at a time"
    gate.set()
    await stand.user.next_page(once)
    assert QUOTED in await page.locator("li.bot").inner_text()
    assert await waiting.inner_text() == ""
    assert await page.input_value("#say") == "接着写的话", "what was typed meanwhile stays"


@with_scripts
async def test_an_answer_that_breaks_off_is_fetched_as_a_page_and_taken_once(stand: Stand):
    page = stand.page
    cut = []

    async def half(route):
        if route.request.resource_type == "fetch" and not cut:
            answer = await route.fetch()
            cut.append(await answer.body())
            await route.fulfill(response=answer, body=cut[0][: len(cut[0]) // 2])
        else:
            await route.continue_()

    await page.route("**/turn", half)
    once = await stand.user.once()
    await page.fill("#say", QUESTION)
    await page.locator(".send").click()
    await stand.user.next_page(once)
    assert cut
    assert await page.locator("li.user").count() == 1
    assert await page.locator("li.bot").count() == 1
    assert QUOTED in await page.locator("li.bot").inner_text()


@with_scripts
async def test_another_tabs_turn_shows_by_itself_and_its_wiped_words_go(stand: Stand, web: WebCity):
    page = stand.page
    await page.clock.install()
    await page.reload()
    other = await stand.tab()
    await other.says("你好")
    await page.clock.run_for(16_000)
    await page.locator("li.user", has_text="你好").wait_for()
    assert not await page.locator("#intro").is_visible()
    await web.channel.clean(await stand.token())
    await web.channel.send(await stand.token(), Say("已清除"))
    await page.clock.run_for(16_000)
    await page.get_by_text("已清除").wait_for()
    assert await page.locator("#messages > li").count() == 1
    await stand.user.says("接着问")
    assert await page.locator("li.note").count() == 0, "nothing was lost"


@on_a_phone
async def test_a_printed_conversation_holds_the_words_and_no_controls(stand: Stand):
    await stand.user.says(QUESTION)
    await stand.page.emulate_media(media="print")
    for selector in ("#composer", ".choices", "nav", ".leave", "footer"):
        assert not await stand.page.locator(selector).is_visible()
    assert await stand.page.get_by_text(QUOTED).first.is_visible()
    assert await stand.page.get_by_text(conversation.NOTICE).first.is_visible()


async def test_nothing_of_the_conversation_lies_in_the_state_folder(stand: Stand, web: WebCity):
    await stand.user.says("独一无二的问法甲乙丙丁戊己庚辛述责述廉")
    await web.courier.close()
    files = web.inner.disk()
    assert "yanlu.db" in files
    for name, content in files.items():
        for secret in (await stand.token(), "独一无二的问法"):
            assert secret.encode() not in content, name
