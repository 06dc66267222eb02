"""A reporter's bad days, over every road: the database gone, a double tap, updates again and late, a crash, an empty tree."""

import asyncio
import re
from contextlib import asynccontextmanager

import pytest

from bot.services.reports.content import Message, Report
from bot.services.reports.tracking import without_receipts
from storage.receipts import new_receipt
from tests.support.report_house import ROADS, report_house
from tests.support.telegram_user import TelegramUser
from tests.support.terminal_user import TerminalUser
from tests.support.web_user import Page, WebUser
from yanlu.errors import DatabaseUnavailable

RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
STORY = "去年以来的工程招标从来不上会"


@pytest.fixture(params=ROADS)
async def house(request, tmp_path, database_url):
    async with report_house(tmp_path, database_url, request.param) as opened:
        yield opened


@pytest.fixture
async def terminal(tmp_path, database_url):
    async with report_house(tmp_path, database_url) as opened:
        yield opened


async def reviewed(house, story=STORY):
    """Somebody with everything filled in, before whom the card lies."""
    user = await house.stranger()
    await user.says("/report")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.says("住建局")
    for label in ("完成", "跳过", "跳过", "跳过"):
        await user.taps(label)
    await user.says(story)
    for label in ("完成", "跳过", "匿名"):
        await user.taps(label)
    await user.sees("请核对")
    return user


async def submitted(user) -> str:
    await user.taps("提交")
    return RECEIPT.search(await user.sees("查询码:"))[0]


def value_of(user, label: str) -> str:
    """What a button on the card before somebody stands for."""
    if isinstance(user, WebUser):
        return user.page.button(label)["choice"]
    if isinstance(user, TelegramUser):
        rows = user.api.messages_to(user.id)[-1].keyboard
        return next(each["callback_data"] for row in rows for each in row if each["text"] == label)
    return next(each.value for each in user._offered() if each.label == label)


@asynccontextmanager
async def no_database(house):
    """No transaction can be begun within the block."""

    @asynccontextmanager
    async def gone(now=None):
        raise DatabaseUnavailable("无法连接数据库。", kept="本次操作未保存。")
        yield now

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.house.database, "transaction", gone)
        yield


async def test_the_database_gone_altogether_is_told_and_the_draft_is_there_afterwards(house):
    user = await reviewed(house)
    async with no_database(house):
        if isinstance(user, TerminalUser):
            with pytest.raises(DatabaseUnavailable, match="未保存"):  # which `run_terminal` prints
                await user.taps("提交")
        elif isinstance(user, WebUser):
            await user.taps("提交")
            await user.sees("没有")
            assert user.page.answer.status_code == 503
        else:
            user.api.tap(user.api.messages_to(user.id)[-1], value_of(user, "提交"))
            await user.api.until(
                lambda: "没有处理成功" in user.api.messages_to(user.id)[-1].text, "no apology"
            )
    if house.road == "webhook":  # what was refused is delivered again by Telegram itself
        await user.api.until(lambda: "查询码:" in user.api.messages_to(user.id)[-1].text, "no receipt")
    else:
        assert await house.numbers() == []
        await user.says("/help")
        await user.sees(STORY)
        await submitted(user)
    assert len(await house.numbers()) == 1


async def test_two_taps_at_once_file_once(house):
    user = await reviewed(house)
    value = value_of(user, "提交")
    if isinstance(user, WebUser):
        fields = {**user.page.hidden, "text": "", **user.page.button("提交")}
        answers = await asyncio.gather(*(user.client.post("/turn", data=fields, files={}) for _ in range(3)))
        assert len(RECEIPT.findall(Page(answers[-1]).tree.text_content())) == 1
    elif isinstance(user, TelegramUser):
        card = user.api.messages_to(user.id)[-1]
        taps = [user.api.tap(card, value) for _ in range(3)]
        await user.api.until(lambda: all(map(user.api.settled, taps)), "the taps were not taken")
        await house.courier.close()
        said = [message.text for message in user.api.messages_to(user.id)]
        assert sum("查询码:" in text for text in said) == 1
        assert sum("已经提交或取消" in text for text in said) == 2
    else:
        await asyncio.gather(*(house.guesses(user, value) for _ in range(3)))
        await user.sees("查询码:")
        await user.sees("没有收到查询码的,请重新填写提交")
    assert len(await house.numbers()) == 1


@pytest.mark.parametrize("road", ["polling", "webhook"])
async def test_updates_delivered_again_in_any_order_change_nothing(road, tmp_path, database_url):
    async with report_house(tmp_path, database_url, road) as house:
        user = await reviewed(house)
        receipt = await submitted(user)
        await user.taps("查看进度")
        said = [message.text for message in house.api.messages_to(user.id)]
        numbers = list(house.api._updates)
        for number in [*reversed(numbers), *numbers]:
            await house.api.redeliver(number)
        await house.courier.close()
        assert [message.text for message in house.api.messages_to(user.id)] == said
        assert len(await house.numbers()) == 1
        async with house.work() as work:
            case = await work.cases.by_receipt(receipt)
            assert Report.unpacked(await work.cases.report(case.key)).course == STORY
            assert await work.case_messages.of(case.key) == []


async def test_a_step_of_the_form_that_comes_late_changes_nothing(house):
    user = await reviewed(house)
    confirm = value_of(user, "提交")
    receipt = await submitted(user)
    for late in ("report:category=作风", confirm, "report:named=named", "report:agreed=yes"):
        await house.guesses(user, late)
        await user.sees("已经提交或取消")
    assert len(await house.numbers()) == 1
    async with house.work() as work:
        case = await work.cases.by_receipt(receipt)
        report = Report.unpacked(await work.cases.report(case.key))
    assert (report.category, report.named) == ("廉洁", False)


async def test_a_crash_after_the_commit_loses_the_receipt_and_neither_the_report_nor_the_secret(terminal):
    """The limit that docs/security.md states: the receipt waits nowhere, so that no disk ever has it."""
    user = await reviewed(terminal)
    confirm = value_of(user, "提交")
    lost = []

    def dies(letters):
        lost.extend(letters)
        return asyncio.create_task(asyncio.sleep(0))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terminal.courier, "hand_over", dies)
        await user.taps("提交")
    receipt = next(RECEIPT.search(each.say.text)[0] for each in lost if RECEIPT.search(each.say.text))
    terminal.wait(hours=1)
    assert await terminal.courier.sweep() == 0
    spellings = [receipt.encode(), receipt.replace("-", "").encode(), receipt.lower().encode()]
    for content in terminal.disk().values():
        assert not any(spelling in content for spelling in spellings)
    assert len(await terminal.numbers()) == 1
    async with terminal.work() as work:
        assert (await work.cases.by_receipt(receipt)).row.status == "received"
    await terminal.guesses(user, confirm)
    await user.sees("没有收到查询码的,请重新填写提交")
    assert len(await terminal.numbers()) == 1


async def test_where_there_is_no_organisation_at_all_nothing_is_taken(tmp_path, database_url):
    async with report_house(tmp_path, database_url, organisations=(), people=(), handlers=()) as house:
        user = await house.stranger()
        await user.says("/report 我们书记招标从来不上会")
        await user.sees("没有留存任何内容")
        await user.sees("12388")
        await house.guesses(user, "report:.confirm")
        assert await house.numbers() == []


async def test_a_report_never_tells_its_readers_a_receipt(house):
    first = await submitted(await reviewed(house))
    user = await reviewed(house, story=f"上次的查询码是 {first.lower()},请并案")
    second = await submitted(user)
    await user.taps("查看进度")
    await user.taps("补充材料")
    await user.says(f"这次的是{second.replace('-', ' ')}。")
    for label in ("完成", "跳过", "提交"):
        await user.taps(label)
    await user.sees("您的补充:这次的是(查询码已略去)。")
    async with house.work() as work:
        case = await work.cases.by_receipt(second)
        report = Report.unpacked(await work.cases.report(case.key))
        (message,) = await work.case_messages.of(case.key)
    assert report.course == "上次的查询码是 (查询码已略去),请并案"
    assert Message.unpacked(message.content).text == "这次的是(查询码已略去)。"


def test_only_receipts_are_left_out():
    for _ in range(200):
        receipt = new_receipt()
        assert without_receipts(f"码:{receipt}。") == "码:(查询码已略去)。"
        assert without_receipts(receipt.replace("-", "").lower()) == "(查询码已略去)"
    for text in (
        "发票 25122000000012345678 一张",
        "账号 6222021001112345678",
        "91120000MA05ABCD1X",
        "ABCD-EFGH-JKMN-PQRS-TVWX",
        "合同编号 JZ2024-0001-0002-0003-0004",
        f"A{new_receipt()}",
        "",
    ):
        assert without_receipts(text) == text


async def test_what_was_told_first_is_kept_and_said_so_and_the_terminal_says_how_to_send_a_file(terminal):
    user = await terminal.stranger()
    await user.says(f"/report {STORY}")
    await user.sees("您刚才写的已记作“经过”")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.does_not_see("您刚才写的")
    await user.says("住建局")
    for label in ("完成", "跳过", "跳过", "跳过"):
        await user.taps(label)
    await user.sees("/file 文件的路径")
    await user.taps("跳过")
    await user.taps("匿名")
    await user.sees(f"经过:{STORY}")
    await user.taps("提交")
    await user.does_not_see("清理对话会删除")


async def test_a_wish_to_follow_a_report_asks_for_the_receipt_and_the_files_are_counted(house, tmp_path):
    paper = tmp_path / "a.txt"
    paper.write_text("第一页", encoding="utf-8")
    receipt = await submitted(await reviewed(house))
    user = await house.stranger()
    await user.says("查看进度。")
    await user.sees("请输入查询码")
    await user.says(receipt)
    await user.does_not_see("附件:")
    await user.taps("补充材料")
    await user.says("见附件")
    await user.taps("完成")
    await user.sends(paper)
    await user.taps("完成")
    await user.taps("提交")
    await user.sees("附件:共 1 个")
