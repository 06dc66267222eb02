"""Records once they are filed: corrected, voided, confirmed by their subject; tickets and plans that follow."""

import asyncio
from datetime import date
from unittest.mock import patch

import pytest

from bot.conversation.context import restored
from bot.services.invitations import issue
from storage import TicketQuery
from storage.ledger import Ledger
from tests.support.city_house import CITY_ROADS, city_house, take_in
from tests.support.paper_reading import sheet_rows
from tests.support.stores import SqliteStores
from yanlu.errors import StateUnwritable
from yanlu.texts import conversation, records, standing, talks

SAID = (
    "/talk 今天上午9点在区委会议室跟钱卫做了监督谈话,主要讲班子团结,指出采购程序不规范,"
    "要求12月10日前报整改方案,他表态立即整改,简单记录"
)


@pytest.fixture(params=CITY_ROADS)
async def city(request, tmp_path, sqlite_stores: SqliteStores):
    async with city_house(tmp_path / "home", await sqlite_stores.migrated(), request.param) as city:
        yield city


async def logs(user, said=SAID):
    await user.says(said)
    await user.sees("请核对")
    await user.taps("确认归档")
    await user.sees("已归档")


async def tickets(city, **wanted):
    async with city.work() as work:
        return await work.tickets.find(TicketQuery(**wanted), limit=50)


@pytest.mark.parametrize("road", CITY_ROADS)
async def test_a_correction_is_a_version_and_voiding_deletes_nothing(road, tmp_path, empty_url):
    async with city_house(tmp_path / "home", empty_url, road) as city:
        head = await city.user("区委书记")
        await logs(head)
        assert len(await tickets(city, open=True)) == 2
        await head.taps("更正")
        await head.sees(talks.ASK_WHY)
        await head.says("要点记漏")
        await head.taps("修改")
        await head.taps("要点")
        await head.says("班子团结;选人用人")
        await head.does_not_see("未填")
        await head.taps("确认归档")
        await head.sees("已更正,编号 2026-000001,第 2 版")
        await head.taps("历次版本")
        listed = await head.sees("历次版本")
        assert "第 1 版 2026-11-23 顾长风:首次归档" in listed
        assert "第 2 版 2026-11-23 顾长风:要点记漏" in listed
        async with city.work() as work:
            first, second = await work.ledger.versions(1)
        assert first.body["points"] == ["班子团结"]
        assert second.body["points"] == ["班子团结", "选人用人"]
        await city.guesses(head, "void:start:1")
        await head.says("重复登记")
        await head.sees("2026-000001 2026-11-23 监督谈话 钱卫")
        await head.taps("确认作废")
        await head.sees("记录和原因保留备查")
        assert await tickets(city, open=True) == []
        await head.says("/records")
        await head.sees("钱卫(已作废)")
        await city.guesses(head, "record:show:1")
        await head.sees("作废原因:重复登记")
        await city.guesses(head, "talk:fix:1")
        await head.sees(talks.GONE)


async def test_nearly_the_same_words_are_told_and_marked(city):
    head = await city.user("区委书记")
    words = "主要讲班子团结和大额资金集体研究以及重大项目上会的程序要求"
    await logs(head, f"/talk 今天跟钱卫做了监督谈话,{words}")
    await head.says(f"/talk 今天跟柯兰做了监督谈话,{words}")
    await head.sees("内容与 2026-000001 高度相近")
    await head.taps("确认归档")
    await head.says("/records")
    await head.sees("柯兰(与其他记录高度相近)")
    await head.says("/export")
    rows = sheet_rows(city.files(head)[-1].content)
    assert [row["内容相似的记录"] for row in rows if row["编号"] == "2026-000002"] == ["2026-000001"]


async def test_the_same_draft_confirmed_twice_at_once_files_one_record(city):
    head = await city.user("区委书记")
    await head.says(SAID)
    value = next(v for _, v in (await _context(city, head)).offered if ".confirm" in v)
    await asyncio.gather(*(city.guesses(head, value) for _ in range(2)))
    await city.delivered()
    heard = city.heard(head)
    assert sum("已归档" in each for each in heard) == 1
    assert any(conversation.FORM_STALE in each for each in heard)
    async with city.work() as work:
        assert await work.ledger.get(2) is None


async def _context(city, user):
    at = city.conversation(user)
    async with city.work() as work:
        key = city.house.database.keys.opaque(at.channel, at.address)
        return restored(await work.drafts.get(key, "context"))


async def test_of_two_phones_that_correct_one_record_the_first_wins(city):
    phones = [await city.user("区委书记", road) for road in CITY_ROADS]
    await logs(phones[0])
    for phone in phones:
        await city.guesses(phone, "talk:fix:1")
        await phone.says("改正")
    for phone, answer in zip(phones, ("第 2 版", talks.MOVED_ON), strict=True):
        await phone.taps("确认归档")
        await phone.sees(answer)


async def test_who_is_removed_in_mid_draft_keeps_it(city):
    head = await city.user("区委书记")
    await head.says(SAID)
    person = await city.person("区委书记")
    async with city.work() as work:
        await work.bindings.unbind_person(person.id)
        code = await issue(work, person.id, city.now)
    await head.taps("确认归档")
    await head.sees("已填的内容保留 24 小时")
    await head.says(f"/join {code}")
    await head.sees("已加入")
    await head.says("/talk")
    await head.taps("继续填写")
    await head.taps("确认归档")
    await head.sees("已归档")


async def test_whose_post_ends_in_mid_draft_is_told_and_keeps_it(city):
    head = await city.user("区委书记")
    await head.says(SAID)
    await take_in(
        city, people=[("P03", "顾长风", "", "A01", "区委书记", "一把手", "2020-01-01", "2026-11-22")]
    )
    await head.taps("确认归档")
    await head.sees(talks.NO_POST)
    await head.sees("请核对")


async def test_a_full_disk_at_confirmation_costs_nothing_but_the_moment(city):
    head = await city.user("区委书记")
    await head.says(SAID)
    full = StateUnwritable("磁盘已满。", kept="已确认保存的内容不受影响。", next_step="请清理后重试。")
    with patch.object(Ledger, "file", side_effect=full):
        await head.taps("确认归档")
        await head.sees("磁盘已满")
    await head.says("确认归档")  # a tapped keyboard is gone in Telegram; its word still counts
    await head.sees("已归档")


@pytest.mark.parametrize("road", CITY_ROADS)
async def test_the_subject_confirms_or_objects_in_their_own_chat(road, tmp_path, empty_url):
    async with city_house(tmp_path / "home", empty_url, road) as city:
        head = await city.user("区委书记")
        await logs(head)
        await head.taps("请对象确认")
        await head.sees(records.NOT_REACHED)
        subject = await city.user("钱卫", "polling" if road == "terminal" else "terminal")
        await city.guesses(head, "record:ask:1")
        await head.sees(records.ASKED)
        await city.delivered()
        asked = city.heard(subject)[-1]
        assert "1. 班子团结\n2. 采购程序不规范\n3. 报整改方案" in asked
        assert "区委会议室" not in asked
        await subject.taps("有异议")
        await subject.says("第一条没有讲过")
        await subject.taps("提交意见")
        await subject.sees(records.THANKS_OBJECTED)
        await city.delivered()
        assert "钱卫对记录 2026-000001 有异议:第一条没有讲过" in city.heard(head)[-1]
        await city.guesses(head, "talk:fix:1")
        await head.says("按对象意见更正")
        await head.taps("确认归档")
        await city.guesses(subject, "confirm:yes:1:1")
        await subject.sees(records.ANSWERED)
        await city.guesses(subject, "confirm:yes:1:2")
        await subject.sees(records.STALE_CONFIRMATION)
        await city.guesses(head, "record:ask:1")
        await city.guesses(subject, "confirm:yes:1:2")
        await subject.sees(records.THANKS_CONFIRMED)
        await city.guesses(subject, "confirm:no:1:2")
        await subject.sees(records.ANSWERED)
        await city.guesses(head, "record:show:1")
        await head.sees("钱卫于 2026-11-23 确认无误")


async def test_tickets_go_their_way(city):
    head, subject = await city.user("区委书记"), await city.user("钱卫")
    await logs(head)
    assert {(each.kind, each.due) for each in await tickets(city)} == {
        ("problem", date(2026, 12, 10)),
        ("requirement", date(2026, 12, 10)),
    }
    await subject.says("/tickets")
    await subject.taps("2. 报整改方案")
    await subject.does_not_see("监督谈话")
    assert city.offered(subject) == ["记录进展"], "who must do it may tell how it goes, not strike it off"
    await subject.taps("记录进展")
    await subject.says("方案已起草")
    await subject.sees("2. [要求] 报整改方案")
    await subject.taps("确认记录")
    await city.guesses(subject, "close:start:2")
    await subject.sees(records.TICKET_GONE)
    await city.guesses(head, "tickets:show:2")
    await head.sees("2026-11-23 方案已起草")
    await head.taps("调整时限")
    await head.sees(records.DEFER_DAY)
    await head.says("2026年11月1日")
    await head.sees(records.DEFER_PAST)
    await head.says("12月20日")
    await head.says("材料需补充")
    await head.taps("确认调整")
    clerk = await city.user("简单")
    await clerk.says("/tickets")
    await clerk.sees("2. [要求] 报整改方案(2026-12-20前)")
    city.at(2026, 12, 21)
    await head.says("/tickets")
    await head.sees("(2026-12-20前,逾期1天)")
    await city.guesses(head, "close:start:2")
    await head.says("方案已报,文号8号")
    await head.taps("确认销号")
    ticket = (await tickets(city, open=False))[0]
    assert (ticket.id, ticket.closed, [note.action for note in ticket.notes]) == (
        2,
        city.today,
        ["note", "due", "close"],
    )
    await city.guesses(head, "progress:start:2")
    await head.sees(records.TICKET_GONE)
    await city.guesses(subject, "tickets:show:2")
    await subject.sees("已销号")


async def test_a_plan_is_moved_reminded_of_and_becomes_a_record(city):
    head = await city.user("区委书记")
    await head.says("/plan 下周三下午3点在局会议室跟钱卫做监督谈话")
    await head.taps("跳过")
    card = await head.sees("请核对")
    assert "日期:2026年12月2日\n时间:15:00\n地点:局会议室" in card
    await head.taps("确认登记")
    await head.sees(records.PLANNED)
    await city.guesses(head, "plan:move:1")
    await head.sees(records.MOVE_DAY)
    await head.says("昨天")
    await head.sees(records.PLAN_PAST)
    await head.says("12月7日")
    await head.taps("跳过")
    await head.taps("确认登记")
    await head.sees(records.PLAN_MOVED)
    city.at(2026, 12, 4, 8)
    await city.remind()
    assert not any(each.startswith("谈前一页纸") for each in city.heard(head)), "not before work begins"
    city.at(2026, 12, 4, 10)  # the Friday before that Monday
    await city.remind()
    pages = [each for each in city.heard(head) if each.startswith("谈前一页纸")]
    assert len(pages) == 1
    assert "2026年12月7日 15:00 计划与青石区住房和城乡建设局局长 钱卫进行监督谈话,地点:局会议室" in pages[0]
    await city.remind()
    assert sum(each.startswith("谈前一页纸") for each in city.heard(head)) == 1, "once"
    city.at(2026, 12, 7, 16)
    await city.guesses(head, "talk:plan:1")
    await head.sees(talks.ASK_POINTS)
    await head.says("班子团结")
    card = await head.sees("请核对")
    assert "日期:2026年12月7日\n开始时间:15:00\n地点:局会议室" in card
    await head.taps("确认归档")
    await head.says("/plans")
    await head.sees(records.NO_PLANS)


async def test_a_reminder_can_be_noted_and_put_off_and_a_plan_cancelled(city):
    head = await city.user("区委书记")
    await city.remind()
    assert "提醒:" in city.heard(head)[-1]
    await head.taps(standing.LATER)
    await head.sees("已推迟,2026年11月30日再提醒您")
    await head.says("/reminders")
    await head.sees("待办的提醒")
    await head.says("/plan")
    await head.taps("谈心谈话")
    await head.taps("青石区委副书记 温故")
    await head.taps("完成")
    await head.taps("明天(11月24日)")
    await head.says("班子建设")
    await head.taps("确认登记")
    await city.guesses(head, "plans:cancel:1")
    await head.sees(records.PLAN_CANCELLED)
    await city.guesses(head, "plans:cancel:1")
    await head.sees(records.PLAN_GONE)
