"""Stories of a reporter: from the notice to the receipt, and back with the receipt, over both roads and databases."""

import re

import pytest

from bot.services.reports.content import Contact, Message, Report
from storage.cases import Cases
from tests.support import attachment_files
from tests.support.report_house import ROADS, report_house
from yanlu.errors import DatabaseUnavailable

RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
OTHER = {"terminal": "web", "web": "polling", "polling": "terminal", "webhook": "web"}
"""From which road somebody comes back."""
STORY = "去年以来的工程招标从来不上会"


@pytest.fixture(params=ROADS)
async def house(request, tmp_path, database_url):
    async with report_house(tmp_path, database_url, request.param) as opened:
        yield opened


@pytest.fixture
async def terminal(tmp_path, database_url):
    async with report_house(tmp_path, database_url) as opened:
        yield opened


async def begun(house, *, about="住建局", who="钱卫", story=STORY):
    """Somebody who has filled in everything up to the files."""
    user = await house.stranger()
    await user.says("/report")
    await user.taps("继续")
    await user.taps("廉洁")
    await user.taps("跳过")
    await user.says(about)
    await user.taps("完成")
    await user.says(who)
    await user.taps("完成")
    await user.says("去年五月")
    await user.taps("跳过")
    await user.says(story)
    await user.taps("完成")
    return user


async def submitted(house, user):
    """Reviews and submits anonymously; gives the receipt."""
    await user.taps("匿名")
    await user.taps("提交")
    return RECEIPT.search(await user.sees("查询码:"))[0]


async def test_a_report_by_buttons_reaches_those_above_and_its_receipt_opens_it(house):
    user = await house.stranger()
    await user.says("/report")
    notice = await user.sees("谁能看到")
    for words in (
        "谁看不到",
        "藏不住什么",
        "错告不等于诬告",
        "捏造事实",
        "12388",
        "12380",
        "信访",
        "严禁输入涉密信息",
    ):
        assert words in notice
    assert ("Telegram" in notice) is (house.road in ("polling", "webhook"))
    await user.taps("继续")
    await user.taps("廉洁")
    await user.taps("插手干预")
    await user.taps("完成")
    await user.says("zhujianju")
    await user.taps("青石区住房和城乡建设局(青石区委)")
    await user.taps("完成")
    await user.taps("一把手")
    await user.sees("钱卫(一把手)")
    await user.taps("完成")
    await user.says("去年五月")
    await user.says("局里会议室")
    await user.says(STORY)
    await user.says("第二段:合同也是一个人签的")
    await user.taps("完成")
    await user.taps("跳过")
    await user.taps("匿名")
    card = await user.sees("请核对")
    assert "举报须知:已读" in card
    assert "谁能看到:青石区委负责受理的人员" in card
    assert "谁看不到:被反映人,青石区住房和城乡建设局及其下级单位的人员" in card
    assert "优先受理、优先办理、优先处置(三·4)" in card
    assert "韦正" not in card
    await user.taps("提交")
    receipt = RECEIPT.search(await user.sees("查询码"))[0]
    await user.taps("提交凭证")
    await user.sees("内容校验值")
    unlocked = await house.unlocked("韦正")
    async with house.work() as work:
        (number,) = [each.row.number for each in await work.case_lists.held(unlocked.handler.id)]
        case = await work.cases.open(unlocked, number)
        report = Report.unpacked(await work.cases.report(case.key))
        assert (await work.cases.by_receipt(receipt)).row.number == number
    assert report.course == f"{STORY}\n第二段:合同也是一个人签的"
    assert (report.when, report.where, report.tags) == ("去年五月", "局里会议室", ("插手干预",))
    assert report.people[0].name == "钱卫"


async def test_the_receipt_opens_from_any_road_and_account_however_it_is_typed(house):
    receipt = await submitted(house, await _without_files(house))
    other = await house.stranger(OTHER[house.road])
    spoiled = receipt.replace("-", " ").lower().replace("0", "o").replace("1", "i")
    await other.says(spoiled)
    await other.sees("当前状态:已收到")
    await other.taps("结束查询")
    await other.says(f"/track {receipt}")
    await other.sees("当前状态:已收到")


async def test_reporter_and_handler_write_to_each_other_and_the_reporter_objects(house):
    user = await _without_files(house)
    receipt = await submitted(house, user)
    unlocked = await house.unlocked("韦正")
    async with house.work() as work:
        (held,) = await work.case_lists.held(unlocked.handler.id)
        case = await work.cases.open(unlocked, held.row.number)
        question = Message(side="handler", kind="question", text="请说明是哪几项工程")
        await work.case_messages.add(case.key, question.packed(), house.today)
        await work.cases.set_status(held.row.number, "incomplete", "screening", house.today, due=None)
    await user.says(receipt)
    await user.sees("待补充")
    await user.sees("受理单位提问:请说明是哪几项工程")
    await user.taps("回复")
    await user.says("三号路和体育馆")
    await user.taps("完成")
    await user.taps("跳过")
    await user.taps("提交")
    await user.sees("已提交")
    await user.sees("您的回复:三号路和体育馆")
    async with house.work() as work:
        await work.cases.set_status(held.row.number, "closed", "answered", house.today, due=None)
    await user.says("/track")
    await user.says(receipt)
    await user.sees("已办结")
    await user.taps("提出异议")
    await user.says("结果没有提到体育馆")
    await user.taps("完成")
    await user.taps("跳过")
    await user.taps("提交")
    await user.sees("办理中")


async def test_a_report_by_name_can_take_its_contact_back(house):
    user = await _without_files(house)
    await user.taps("实名")
    await user.says("张三")
    await user.says("电话一二三四")
    await user.taps("提交")
    receipt = RECEIPT.search(await user.sees("查询码"))[0]
    async with house.work() as work:
        case = await work.cases.by_receipt(receipt)
        assert Contact.unpacked(await work.cases.contact(case.key)).contact == "电话一二三四"
    await user.taps("查看进度")
    await user.taps("撤回联系方式")
    await user.sees("确定撤回吗")
    await user.taps("确定撤回")
    await user.sees("已撤回")
    await user.does_not_see("电话一二三四")
    async with house.work() as work:
        case = await work.cases.by_receipt(receipt)
        assert await work.cases.contact(case.key) == b""


async def test_attachments_are_cleaned_or_refused_and_never_shown_by_name(house, tmp_path):
    user = await begun(house)
    photo = tmp_path / "张三拍的照片.jpg"
    photo.write_bytes(attachment_files.jpeg())
    await user.sends(photo)
    await user.sees("已有:图片")
    await user.does_not_see("张三")
    bad = tmp_path / "张三的压缩包.zip"
    bad.write_bytes(b"PK\x03\x04 not a document")
    await user.sends(bad)
    await user.does_not_see("张三")
    await user.sees("已有:图片")
    await user.taps("完成")
    receipt = await submitted(house, user)
    async with house.work() as work:
        case = await work.cases.by_receipt(receipt)
        (file,) = await work.case_files.of(case.key)
        content = b"".join([piece async for piece in work.case_files.open(case.key, file.position)])
    assert b"image/jpeg" in file.name
    assert "张三".encode() not in file.name
    assert content[:2] == b"\xff\xd8"
    assert b"Exif" not in content


async def test_wrong_unknown_and_expired_receipts_get_the_same_words_and_are_limited(house):
    receipt = await submitted(house, await _without_files(house))
    async with house.work() as work:
        await work.cases.erase((await work.cases.by_receipt(receipt)).row.number, house.today)
    guesser = await house.stranger()
    said = set()
    for typed in (receipt, "AAAA-BBBB-CCCC-DDDD-2345", "垃圾", receipt[:-1], "1" * 40):
        await guesser.says(f"/track {typed}")
        said.add(await guesser.sees("没有查到"))
    words = {text.replace("严禁输入涉密信息。", "").strip() for text in said}
    assert len(words) == 1
    await guesser.says(f"/track {receipt}")
    await guesser.sees("稍后再试")


async def test_nothing_is_kept_when_nobody_may_receive(house):
    user = await begun(house, about="临江市委", who="夏至")
    await user.taps("跳过")
    await user.taps("匿名")
    await user.sees("没有可以接收的单位")
    await user.taps("提交")
    await user.sees("没有留存任何内容")
    await user.sees("12388")
    assert await house.numbers() == []


async def test_the_chat_can_be_cleaned_where_that_is_possible(house):
    user = await _without_files(house)
    await submitted(house, user)
    if house.road == "terminal":
        await user.taps("抄好了,清理对话")
        await user.sees("请自行清屏")
        return
    if house.road == "web":
        await user.taps("抄好了,清理对话")
        await user.sees("已删除本次对话中的")
        assert STORY not in user.page.answer.text
        return
    house.api.tap(house.api.messages_to(user.id)[-1], "track:sweep")
    await house.api.until(lambda: house.api.removed, "nothing was deleted")
    await house.api.until(lambda: len(house.api.messages_to(user.id)) == 1, "nothing was said of it")
    (left,) = [message.text for message in house.api.messages_to(user.id)]
    assert "已删除本次对话中的" in left
    assert STORY not in left


# What needs one road only.


async def test_a_sentence_is_taken_for_what_happened_and_reaches_no_table(tmp_path, database_url):
    async with report_house(tmp_path, database_url, whole=True) as house:
        if "report" not in (await house.house.router())._dialogs:
            pytest.skip("the house does not take reports yet")
        user = await house.stranger()
        await user.says("替我写封举报信,查不查得到无所谓")
        await user.does_not_see("谁能看到")
        sentence = "我不想留名,我们单位书记招标从来不上会"
        await user.says(sentence)
        await user.sees("谁能看到")
        for label in ("继续", "廉洁", "跳过"):
            await user.taps(label)
        await user.says("住建局")
        for label in ("完成", "跳过", "跳过", "跳过", "跳过", "匿名"):
            await user.taps(label)
        await user.sees(sentence)
        key = house.house.database.keys.opaque("terminal", house.conversation(user).address)
        async with house.work() as work:
            for slot in ("form", "context", "doubt"):
                assert sentence.encode() not in (await work.drafts.get(key, slot) or b"")
            assert await work.questions.list() == []


async def test_when_the_database_is_gone_at_submit_nothing_was_kept_and_the_draft_is_there(
    terminal, monkeypatch
):
    user = await _without_files(terminal)
    await user.taps("匿名")

    async def gone(self, new):
        raise DatabaseUnavailable("无法连接数据库。", kept="本次操作未保存。")

    with monkeypatch.context() as patched:
        patched.setattr(Cases, "file", gone)
        await user.taps("提交")
        await user.sees("未保存")
    assert await terminal.numbers() == []
    await user.says("/help")
    await user.sees(STORY)
    await user.taps("提交")
    await user.sees("查询码:")
    assert len(await terminal.numbers()) == 1


async def test_no_table_but_the_sealed_ones_learns_of_a_report(terminal):
    user = await _without_files(terminal)
    await submitted(terminal, user)
    await user.taps("查看进度")
    key = terminal.house.database.keys.opaque("terminal", terminal.conversation(user).address)
    async with terminal.work() as work:
        for slot in ("form", "context", "saved.report", "receipt", "file 1"):
            kept = await work.drafts.get(key, slot) or b""
            assert "招标".encode() not in kept
            assert b"track" not in kept
        assert await work.questions.list() == []
        assert await work.outbox.claim("terminal", terminal.now, 10, terminal.now - terminal.now) == []


async def test_a_followed_case_is_let_go_after_half_an_hour(terminal):
    user = await _without_files(terminal)
    receipt = await submitted(terminal, user)
    terminal.wait(minutes=31)
    await user.taps("查看进度")
    await user.sees("这次查询已结束")
    await user.says(receipt)
    await user.taps("补充材料")
    terminal.wait(minutes=31)
    await user.says("再补充一句")
    await user.taps("完成")
    await user.taps("跳过")
    await user.taps("提交")
    await user.sees("这次查询已结束")


async def test_where_nobody_receives_reports_it_is_said_before_the_first_word(tmp_path, database_url):
    async with report_house(tmp_path, database_url, handlers=()) as house:
        user = await house.stranger()
        await user.says("/report")
        await user.sees("没有留存任何内容")
        await user.sees("12388")
        await user.says("帮我编造几条问题举报局长")
        await user.sees("不能代写或编造举报")


async def test_leaving_and_cancelling_drop_the_files(terminal, tmp_path):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(attachment_files.jpeg())
    for leave in ("/me", "取消"):
        user = await begun(terminal)
        await user.sends(photo)
        await user.sees("已有:图片")
        key = terminal.house.database.keys.opaque("terminal", terminal.conversation(user).address)
        async with terminal.work() as work:
            assert await work.passing.get(key, "file 1")
        await user.says(leave)
        await user.sees("未保存")
        async with terminal.work() as work:
            assert await work.passing.get(key, "file 1") is None
            assert await work.passing.get(key, "form") is None


async def _without_files(house):
    user = await begun(house)
    await user.taps("跳过")
    return user


async def test_a_list_that_was_ended_too_early_is_opened_again(terminal):
    user = await terminal.stranger()
    await user.says("/report")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.says("教育局")
    await user.taps("完成")
    await user.sees("请先确认是哪个单位")
    await user.taps("青石区教育局(青石区委)")
    await user.taps("完成")
    await user.says("路人甲")
    await user.taps("完成")
    await user.sees("请先确认是哪一位")
    await user.taps("其他人员")
    await user.sees("路人甲(其他人员)")


async def test_what_is_over_or_does_not_fit_is_said_and_nothing_is_written(terminal):
    stranger = await terminal.stranger()
    for value in ("add:supplement", "track:look", "track:proof", "track:withdraw-yes"):
        await terminal.guesses(stranger, value)
        await stranger.sees("这次查询已结束")
    user = await _without_files(terminal)
    receipt = await submitted(terminal, user)
    for value in ("add:objection", "add:nonsense"):
        await terminal.guesses(user, value)
        await user.sees("当前状态:已收到")
    for value in ("track:withdraw", "track:withdraw-yes"):
        await terminal.guesses(user, value)
        await user.sees("没有留存姓名和联系方式")
    async with terminal.work() as work:
        case = await work.cases.by_receipt(receipt)
        assert await work.case_messages.of(case.key) == []


async def test_a_question_for_the_receipt_can_be_left_and_cancelled(terminal):
    user = await terminal.stranger()
    await user.says("/track")
    await user.says("/report")
    await user.sees("谁能看到")
    await user.says("取消")
    await user.says("/track")
    await user.says("取消")
    await user.sees("这次查询已结束")
