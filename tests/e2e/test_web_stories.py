"""The three jobs in a real Chromium: on a phone and a desk, with scripts and without."""

import re

import pytest

from bot.services.reports.content import Message, Report
from tests.support.attachment_files import jpeg
from tests.support.paper_reading import everything
from tests.support.web_city import Stand, WebCity
from yanlu.texts import conversation
from yanlu.texts import web as texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "述责述廉是不是要当场被提问?"
QUOTED = "当场接受质询和评议"
RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
SUBJECTS = {
    "phone": ("北桥街道党工委书记", "温良"),
    "desk": ("住建局局长", "钱卫"),
    "phone-plain": ("教育局局长", "柯兰"),
    "desk-plain": ("南渡街道党工委书记", "江海"),
}
STORY = "去年以来的工程招标从来不上会,都是一个人说了算。"


async def in_sight(locator) -> None:
    from playwright.async_api import expect

    await expect(locator).to_be_in_viewport()


async def fits(page) -> bool:
    return await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def handed_in(web: WebCity, note: str) -> list[str]:
    async with web.inner.work() as work:
        return [question.text for question in await work.questions.list() if question.note == note]


async def test_a_question_its_clause_in_context_and_its_document(stand: Stand):
    user, page = stand.user, stand.page
    await user.says(QUESTION)
    assert QUOTED in await user.sees("依据 一·6")
    await in_sight(page.get_by_text(conversation.NOTICE).first)
    assert await page.locator("li.bot blockquote > p", has_text=QUOTED).is_visible()
    mark = page.locator("li.bot details mark")
    assert not await mark.is_visible()
    await page.get_by_text(texts.context_of("一·6 述责述廉")).click()
    await mark.scroll_into_view_if_needed()
    assert QUOTED in await mark.inner_text()
    assert await page.get_by_text("一·7 纪检、组织负责人谈话").is_visible()
    assert await fits(page)
    await page.get_by_role("link", name="依据 一·6 述责述廉").click()
    await page.wait_for_url("**/documents/digest?*#quote")
    await in_sight(page.locator("#quote"))
    assert QUOTED in await page.locator("#quote").inner_text()
    assert await fits(page)
    await page.go_back()
    assert await page.get_by_text(QUOTED).first.is_visible()


async def test_a_list_a_neighbour_and_a_hand_in(stand: Stand, web: WebCity):
    user, page = stand.user, stand.page
    note = f"想知道具体做法 {stand.name}"
    await user.says("加强对一把手的监督有哪几项?")
    await user.sees("一·7")
    assert await page.locator("li.bot details").count() == 7
    await user.says(QUESTION)
    await user.taps("相关措施")
    await user.says("1")
    await user.sees("依据")
    await user.says("/handin")  # the question asked last is taken along
    await user.says(note)
    await user.sees(note)
    await user.taps(conversation.HANDIN_CONFIRM)
    await user.sees(conversation.HANDIN_DONE)
    assert await handed_in(web, note) == [QUESTION]
    assert await fits(page)


async def test_a_talk_is_read_back_confirmed_and_its_form_saved(stand: Stand, web: WebCity, tmp_path):
    user, page = stand.user, stand.page
    post, name = SUBJECTS[stand.name]
    await user.says(await web.invitation("区委书记"))
    await user.sees("已加入")
    await user.says(
        f"今天上午9点半在区委第二会议室跟{post}做了任职谈话,主要讲了管好班子、带头守纪律,"
        "他表态坚决落实,简单记录"
    )
    card = await user.sees("请核对")
    for words in (name, "2026年11月23日", "区委第二会议室", "依据 一·2"):
        assert words in card
    await user.taps("确认归档")
    number = re.search(r"2026-\d{6}", await user.sees("已归档,编号"))[0]
    await user.taps("下载登记表")
    await user.sees("签名处请手写")
    async with page.expect_download() as waiting:
        await page.locator("p.file a").click()
    download = await waiting.value
    assert download.suggested_filename == f"谈话登记表-{number}.docx"
    await download.save_as(tmp_path / "form.docx")
    printed = everything((tmp_path / "form.docx").read_bytes())
    for words in (name, number, "管好班子"):
        assert words in printed


async def reported(user, tmp_path) -> str:
    """Fills in an anonymous report with a picture and sends it; gives the receipt."""
    await user.says("/report")
    await user.sees("谁看不到")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.says("zhujianju")
    await user.taps("青石区住房和城乡建设局(青石区委)")
    await user.taps("完成")
    await user.says("钱卫")
    await user.taps("完成")
    await user.says("去年五月")
    await user.taps("跳过")
    await user.says(STORY)
    await user.taps("完成")
    picture = tmp_path / "我家拍的照片.jpg"
    picture.write_bytes(jpeg())
    await user.sends(picture)
    await user.sees("已有:图片")
    await user.taps("完成")
    await user.taps("匿名")
    card = await user.sees("请核对")
    assert "谁能看到:青石区委负责受理的人员" in card
    await user.taps("提交")
    return RECEIPT.search(await user.sees("查询码"))[0]


async def test_a_report_its_receipt_and_what_follows(stand: Stand, web: WebCity, chrome, tmp_path):
    receipt = await reported(stand.user, tmp_path)
    assert await fits(stand.page)
    await stand.user.taps("抄好了,清理对话")
    assert receipt not in await stand.page.content()
    assert STORY not in await stand.page.content()
    unlocked = await web.inner.unlocked("韦正")
    async with web.inner.work() as work:
        case = await work.cases.by_receipt(receipt)
        opened = await work.cases.open(unlocked, case.row.number)
        assert Report.unpacked(await work.cases.report(opened.key)).course == STORY
        asked = Message(side="handler", kind="question", text="请说明是哪几项工程")
        await work.case_messages.add(case.key, asked.packed(), web.inner.today)
        await work.cases.set_status(case.row.number, "incomplete", "screening", web.inner.today, due=None)
    async with web.stand(chrome, stand.name) as later:  # another browser, the receipt typed badly
        user = later.user
        await user.says(receipt.replace("-", " ").lower().replace("0", "o").replace("1", "i"))
        await user.sees("待补充")
        await user.sees("受理单位提问:请说明是哪几项工程")
        await user.taps("回复")
        await user.says("三号路和体育馆")
        await user.taps("完成")
        await user.taps("跳过")
        await user.taps("提交")
        await user.sees("您的回复:三号路和体育馆")


async def test_two_tabs_on_one_draft_confirm_it_once(stand: Stand, web: WebCity):
    first = stand.user
    note = f"两个标签页 {stand.name}"
    await first.says("/handin")
    await first.says("离任审计多久一次?")
    second = await stand.tab()
    assert "离任审计多久一次?" in await second.page.inner_text("#messages")
    await second.says(note)
    await second.sees(conversation.CHECK_CARD)
    await first.page.reload()
    await second.taps(conversation.HANDIN_CONFIRM)
    await second.sees(conversation.HANDIN_DONE)
    assert await second.offered() == []
    await first.taps(conversation.HANDIN_CONFIRM)  # on a page of before
    await first.sees(conversation.HANDIN_DONE)
    await first.sees(conversation.FORM_STALE)
    assert await first.offered() == []
    assert len(await handed_in(web, note)) == 1
    await second.says("第二部分第三项")  # on a page that has not seen the other's turn
    await second.sees("依据 二·3")


async def test_back_after_submit_and_reload_repeat_nothing(stand: Stand, web: WebCity):
    user, page = stand.user, stand.page
    note = f"返回键 {stand.name}"
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    await user.says(note)
    await user.taps(conversation.HANDIN_CONFIRM)
    await page.reload()
    await page.goto(f"{stand.base}/documents")
    for _ in range(3):
        await page.go_back()
        again = page.get_by_role("button", name=conversation.HANDIN_CONFIRM, exact=True)
        if await again.count():
            await again.last.click()
            await page.wait_for_load_state()
    await page.goto(stand.base)
    await page.reload()
    assert len(await handed_in(web, note)) == 1


async def test_an_expired_session_in_mid_form_loses_nothing_that_was_typed(stand: Stand, web: WebCity):
    user, page = stand.user, stand.page
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    await web.channel.sessions.clear(await stand.token())  # two hours later
    await user.says("补充一句")
    await user.sees(texts.HISTORY_LOST)
    await user.sees(conversation.CHECK_CARD)
    await page.context.clear_cookies()  # the browser was closed
    written = "写了很久的内容\n第二行" + "长" * 500
    await user.says(written)
    await user.sees(texts.SESSION_EXPIRED)
    assert await page.input_value("#say") == written
    await user.says(await page.input_value("#say"))
    assert "写了很久的内容" in await page.locator("li.user").last.inner_text()
    stand.complaints.clear()  # the browser itself notes the 403
