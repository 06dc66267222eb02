"""The pages in a real Chromium: phone and desk, with scripts and without, light and dark, by keyboard alone."""

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import House
from bot.channels.web import WebChannel, WebParts, web_app
from bot.conversation.messages import OutgoingFile, Say
from bot.settings import Settings
from knowledge.answering import Answerer
from tests.support.browser_user import DESK, PHONE, BrowserUser, chromium, chromium_path
from tests.support.web_service import served
from tests.support.whole_house import Visit
from yanlu.texts import conversation
from yanlu.texts import web as texts

pytest.importorskip("playwright", reason="Playwright is not installed")
pytestmark = pytest.mark.skipif(chromium_path() is None, reason="no Chromium on this machine")

QUESTION = "述责述廉是不是要当场被提问?"
QUOTED = "当场接受质询和评议"
PICTURES = os.environ.get("YANLU_TEST_PICTURES")
VIEWS = {
    "phone": (PHONE, True, "light"),
    "desk": (DESK, True, "dark"),
    "phone-plain": (PHONE, False, "dark"),
    "desk-plain": (DESK, False, "light"),
}
WITH_SCRIPTS = ["phone", "desk"]


@dataclass
class Stand:
    """A browser's page in front of the running house."""

    name: str
    base: str
    user: BrowserUser
    channel: WebChannel
    visit: Visit
    requests: list[str]
    complaints: list[str]

    @property
    def page(self):
        return self.user.page

    async def picture(self, folder: Path, name: str) -> None:
        target = Path(PICTURES) if PICTURES else folder
        await self.page.screenshot(path=target / f"web-{name}-{self.name}.png")

    @property
    def token(self) -> str:
        (token,) = self.channel.sessions._open
        return token


@pytest.fixture(scope="session")
def answerer(tmp_path_factory):
    return Answerer.build([], index_folder=tmp_path_factory.mktemp("index"))


@asynccontextmanager
async def standing(view: str, home: Path, answerer: Answerer):
    size, scripts, scheme = VIEWS[view]
    async with House.open(Settings(home=home, embeddings="off")) as house:
        house.library._made = lambda _documents, _confirmed: answerer
        router = await house.router()
        channel = WebChannel()
        async with house.taker(router, [channel]) as taker:
            commands = tuple(router.commands.items())
            sign = house.database.keys.opaque
            app = web_app(WebParts(channel, taker.take, house.library, sign, house.clock, commands))
            async with served(app) as base, chromium() as browser:
                context = await browser.new_context(
                    viewport=size, java_script_enabled=scripts, color_scheme=scheme, locale="zh-CN"
                )
                page = await context.new_page()
                page.set_default_timeout(10_000)
                requests, complaints = [], []
                page.on("request", lambda request: requests.append(request.url))
                page.on("console", lambda message: complaints.append(message.text))
                page.on("pageerror", lambda error: complaints.append(str(error)))
                user = BrowserUser(page)
                await user.opens(base)
                visit = Visit(house, user, taker._courier.close)
                yield Stand(view, base, user, channel, visit, requests, complaints)
                assert complaints == []
                assert all(url.startswith(base) for url in requests)


@pytest.fixture(params=VIEWS)
async def stand(request, tmp_path, answerer):
    async with standing(request.param, tmp_path / "home", answerer) as stand:
        yield stand


with_scripts = pytest.mark.parametrize("stand", WITH_SCRIPTS, indirect=True)
on_a_phone = pytest.mark.parametrize("stand", ["phone"], indirect=True)


async def in_sight(locator) -> None:
    from playwright.async_api import expect

    await expect(locator).to_be_in_viewport()


async def fits(page) -> bool:
    return await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_question_its_measure_and_a_hand_in(stand, tmp_path):
    user = stand.user
    await stand.picture(tmp_path, "first")
    await user.says(QUESTION)
    assert QUOTED in await user.sees("依据 一·6")
    await stand.page.wait_for_timeout(400)
    await stand.picture(tmp_path, "answer")
    await in_sight(stand.page.get_by_text(conversation.NOTICE).first)
    await in_sight(stand.page.locator("#m1"))
    assert await fits(stand.page)
    await user.taps("相关措施")
    await user.sees("相关措施如下")
    await user.says("1")
    await user.sees("依据")
    await user.says("/handin")  # the question asked last is taken along
    await user.says("想知道具体做法")
    await user.sees("想知道具体做法")
    await stand.page.wait_for_timeout(400)
    await stand.picture(tmp_path, "review")
    await user.taps(conversation.HANDIN_CONFIRM)
    await user.sees(conversation.HANDIN_DONE)
    assert await stand.visit.handed_in() == [(QUESTION, "想知道具体做法")]
    assert await fits(stand.page)


async def test_reload_and_back_repeat_nothing(stand):
    user, page = stand.user, stand.page
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    await user.taps(conversation.SKIP)
    await user.taps(conversation.HANDIN_CONFIRM)
    await page.reload()
    await page.goto(f"{stand.base}/documents")
    await page.go_back()
    await page.go_back()
    await page.goto(stand.base)
    await page.reload()
    assert len(await stand.visit.handed_in()) == 1
    assert await page.locator("li.user").count() == 4


async def test_files_both_ways(stand, tmp_path):
    user, page = stand.user, stand.page
    path = tmp_path / "会议记录.txt"
    path.write_text("一", "utf-8")
    await user.sends(path)
    await user.sees(conversation.FILE_UNWANTED)
    assert await page.locator("li.user", has_text="会议记录.txt").count() == 1
    await stand.channel.send(stand.token, Say("表", file=OutgoingFile("谈话登记表.docx", b"PK", "a/b")))
    await page.reload()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="谈话登记表").click()
    download = await waiting.value
    assert download.suggested_filename == "谈话登记表.docx"
    await download.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == b"PK"


async def test_leaving_leaves_nothing_behind_the_back_button(stand):
    user, page = stand.user, stand.page
    await user.says(QUESTION)
    await page.get_by_role("button", name=texts.LEAVE).click()
    await page.wait_for_url("**/left")
    assert await page.context.cookies() == []
    await page.go_back()
    assert QUOTED not in await page.content()
    assert len(stand.channel.sessions) == 0


async def test_a_citation_is_shown_in_its_document(stand, tmp_path):
    await stand.page.goto(f"{stand.base}/documents")
    await stand.page.get_by_role("link", name="要点整理").click()
    assert await fits(stand.page)
    await stand.page.goto(f"{stand.base}/documents/digest?start=396&end=420#quote")
    await in_sight(stand.page.locator("#quote"))
    await stand.picture(tmp_path, "document")


async def test_by_keyboard_alone(stand):
    user, page = stand.user, stand.page
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").inner_text() == texts.SKIP
    await in_sight(page.locator(".skip"))
    await page.keyboard.press("Enter")
    await page.keyboard.type("第二部分第三项")
    assert await page.input_value("#say") == "第二部分第三项"
    once = await user.once()
    if stand.name in WITH_SCRIPTS:
        await page.keyboard.press("Enter")
    else:
        await page.keyboard.press("Tab")
        assert await page.locator(":focus").inner_text() == texts.SEND
        await page.keyboard.press("Enter")
    await user.next_page(once)
    await user.sees("依据 二·3")
    if stand.name in WITH_SCRIPTS:
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
async def test_axe_finds_no_violation(stand):
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
    user, page = stand.user, stand.page

    async def examined(where: str) -> None:
        found = (await axe.Axe().run(page)).response["violations"]
        told = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]
        assert told == [], where

    await examined("first page")
    await user.says(QUESTION)
    await stand.channel.send(stand.token, Say("表", file=OutgoingFile("表.docx", b"PK", "a/b")))
    await user.taps("有帮助")
    await page.fill("#say", "长" * 4_001)
    await page.locator(".send").click()
    await page.locator(".alert").wait_for()
    await examined("conversation with a download and an alert")
    await page.locator("summary").click()
    await examined("menu open")
    for path in ("/documents", "/documents/digest?start=396&end=420", "/nowhere", "/left"):
        await page.goto(stand.base + path)
        await examined(path)
    stand.complaints.clear()  # the browser itself notes the 404 and the 422


@with_scripts
async def test_nothing_shifts_while_the_page_loads(stand):
    shift = """() => new Promise(done => {
        let sum = 0;
        new PerformanceObserver(list => { for (const each of list.getEntries()) sum += each.value; })
            .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 300);
    })"""
    assert await stand.page.evaluate(shift) == 0
    await stand.user.says(QUESTION)
    await stand.page.goto(f"{stand.base}/documents/digest")
    assert await stand.page.evaluate(shift) == 0


@with_scripts
async def test_a_message_that_comes_later_appears_by_itself(stand):
    user, page = stand.user, stand.page
    await page.clock.install()
    await page.reload()
    await user.says("你好")
    await page.fill("#say", "没写完")
    await stand.channel.send(stand.token, Say("有新的答复"))
    await page.clock.run_for(16_000)
    await page.get_by_text("有新的答复").wait_for()
    assert await page.input_value("#say") == "没写完"
    assert await page.locator("[role=log] > #messages").count() == 1


@with_scripts
async def test_two_fast_clicks_are_one_turn(stand):
    page = stand.page
    await page.fill("#say", QUESTION)
    once = await stand.user.once()
    await page.locator(".send").dblclick()
    await stand.user.next_page(once)
    await page.reload()
    assert await page.locator("li.user").count() == 1


@pytest.mark.parametrize("stand", ["desk"], indirect=True)
async def test_enter_that_ends_a_composition_sends_nothing(stand):
    page = stand.page
    await page.fill("#say", "shuze")
    await page.locator("#say").evaluate(
        "each => each.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await page.keyboard.press("Shift+Enter")
    await page.wait_for_timeout(200)
    assert await page.locator("#messages > li").count() == 0


@with_scripts
async def test_a_script_that_loses_the_network_falls_back_to_the_form(stand):
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


@on_a_phone
async def test_a_printed_conversation_holds_the_words_and_no_controls(stand):
    await stand.user.says(QUESTION)
    await stand.page.emulate_media(media="print")
    for selector in ("#composer", ".choices", "nav", ".leave", "footer"):
        assert not await stand.page.locator(selector).is_visible()
    assert await stand.page.get_by_text(QUOTED).first.is_visible()
    assert await stand.page.get_by_text(conversation.NOTICE).first.is_visible()


async def test_nothing_of_the_conversation_lies_in_the_state_folder(stand):
    await stand.user.says("独一无二的问法甲乙丙丁戊己庚辛述责述廉")
    await stand.visit.idle()
    for name, content in stand.visit.disk().items():
        for secret in (stand.token, "独一无二的问法"):
            assert secret.encode() not in content, name
