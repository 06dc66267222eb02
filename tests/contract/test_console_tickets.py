"""Tickets and planned talks at the console."""

import pytest

from storage import TicketQuery
from tests.support.console_house import console_house
from tests.support.console_records import HEAD, files, head_at_work

TICKETS, PLANS = "/console/tickets", "/console/plans"
PLAN = {
    "type": "监督谈话",
    "talkers": "青石区委书记 顾长风",
    "subjects": "钱卫",
    "day": "2026-11-30",
    "clock": "09:00",
}


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


@pytest.fixture
async def either(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


async def tickets_of(house):
    async with house.city.work() as work:
        return await work.tickets.find(TicketQuery(), limit=50)


async def steps(user, ticket, step, **typed):
    address = f"{TICKETS}/{ticket}/{step}"
    await user.opens(address)
    return await user.submits(address, **typed)


async def test_a_ticket_is_noted_moved_closed_and_opened_again(either):
    user, _ = await head_at_work(either)
    await user.opens(TICKETS)
    assert sorted(row[1] for row in user.view.rows) == ["要求:报整改方案", "问题:变更审批不严"]
    one = (await tickets_of(either))[0].id
    assert "进展已记录" in (await steps(user, one, "note", text="已开会部署")).said
    assert "时限已调整" in (await steps(user, one, "due", text="工期延后", due="2026-12-20")).said
    view = await steps(user, one, "close", text="区住建发〔2026〕12号")
    assert "已销号" in view.said
    assert [link for link in view.links if "/close" in link or "/due" in link] == []
    view = await steps(user, one, "reopen", text="佐证不实")
    assert "已重新打开" in view.said
    (ticket,) = [each for each in await tickets_of(either) if each.id == one]
    assert [note.action for note in ticket.notes] == ["note", "due", "close", "reopen"]
    assert (ticket.closed, ticket.due.isoformat()) == (None, "2026-12-20")


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("due", {"due": "2026-11-01", "text": "延后"}, "不能早于今天"),
        ("due", {"due": "2026-02-30", "text": "延后"}, "日期"),
        ("close", {"text": ""}, "必须填写"),
        ("close", {"text": "字" * 1001}, "1000"),
    ],
)
async def test_a_step_that_says_nothing_is_not_taken(house, step, typed, said):
    user, _ = await head_at_work(house)
    one = (await tickets_of(house))[0].id
    view = await steps(user, one, step, **typed)
    assert (view.status, said in view.text) == (422, True)
    assert (await tickets_of(house))[0].notes == ()


async def test_a_step_sent_twice_is_taken_once(house):
    user, _ = await head_at_work(house)
    one = (await tickets_of(house))[0].id
    address = f"{TICKETS}/{one}/note"
    await user.opens(address)
    fields = {**user.view.fields(address), "text": "已部署"}
    await user.posts(address, fields)
    assert "已经提交过" in (await user.posts(address, fields)).said
    assert len((await tickets_of(house))[0].notes) == 1


async def test_who_must_do_it_sees_it_and_writes_but_does_not_strike_it_off(either):
    await head_at_work(either)
    one = (await tickets_of(either))[0].id
    user = await either.signed_in("钱卫")
    await user.opens(TICKETS)
    assert len(user.view.rows) == 2
    view = await user.opens(f"{TICKETS}/{one}")
    assert [link for link in view.links if link.startswith(f"{TICKETS}/{one}/")] == [f"{TICKETS}/{one}/note"]
    assert "/console/records/1" not in view.links
    assert "没有找到" in (await user.opens(f"{TICKETS}/{one}/close")).alert
    for who in ("陆仁", "温故", "夏至"):
        other = await either.signed_in(who)
        await other.opens(TICKETS)
        assert other.view.rows == []
        mine, none = await other.opens(f"{TICKETS}/{one}"), await other.opens(f"{TICKETS}/99999")
        assert (mine.status, mine.alert) == (none.status, none.alert)


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 2), ("state=overdue", 0), ("state=closed", 0), ("person=钱卫", 2), ("person=温故", 0)],
)
async def test_tickets_are_narrowed(house, query, count):
    user, _ = await head_at_work(house)
    await user.opens(f"{TICKETS}?{query}")
    assert len(user.view.rows) == count


async def test_a_ticket_past_its_day_says_by_how_much(house):
    await head_at_work(house)
    house.wait(days=20)
    user = await house.signed_in(HEAD)
    await user.opens(f"{TICKETS}?state=overdue")
    assert [row[3] for row in user.view.rows] == ["逾期 3 天", "逾期 3 天"]


async def test_many_tickets_come_a_page_at_a_time(house):
    user, _ = await head_at_work(
        house, problems="\n".join(f"问题{number}" for number in range(28)), demands=""
    )
    assert len((await user.opens(TICKETS)).rows) == 25
    assert len((await user.opens(f"{TICKETS}?page=2")).rows) == 3


# Plans.


async def planned(user, **changed):
    await user.opens(f"{PLANS}/new")
    return await user.submits(f"{PLANS}/new", **{**PLAN, **changed})


async def test_a_talk_is_planned_moved_read_up_and_logged(either):
    user, _ = await head_at_work(either)
    view = await planned(user)
    assert "已登记" in view.said
    assert "09:00" in view.rows[0][0]
    view = await user.opens(f"{PLANS}/1")
    assert "变更审批不严" in view.text
    file = await user.downloads(f"{PLANS}/1/briefing")
    assert file.content.startswith(b"PK")
    await user.opens(f"{PLANS}/1/move")
    view = await user.submits(f"{PLANS}/1/move", day="2026-12-01")
    assert "已改期" in view.said
    assert view.rows[0][0].startswith("2026-12-01")
    either.wait(days=9)
    user = await either.signed_in(HEAD)
    log = f"{PLANS}/1/log"
    await user.opens(log)
    assert user.view.fields(log)["day"] == "2026-12-01"
    view = await user.submits(log, points="整改进展良好")
    view = await user.submits(log) if view.path == log else view
    assert "已归档" in view.said
    assert (await user.opens(PLANS)).rows == []
    assert "没有找到" in (await user.opens(log)).alert


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day": "2026-11-01"}, "日期已过"),
        ({"day": "2026-02-30"}, "日期"),
        ({"subjects": "没有这个人"}, "名册"),
        ({"talkers": "顾长风\n温故"}, "人数"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused(house, changed, said):
    user = await house.signed_in(HEAD)
    view = await planned(user, **changed)
    assert (view.status, said in view.text) == (422, True)
    assert (await user.opens(PLANS)).rows == []


async def test_somebody_who_is_named_already_is_not_added_again(house):
    user = await house.signed_in(HEAD)
    await user.opens(f"{PLANS}/new")
    assert user.view.fields(f"{PLANS}/new")["talkers"] == "青石区委书记 顾长风"
    (me,) = user.view.tree.xpath("//select[@name='add.talkers']/option[contains(., '顾长风')]/@value")
    view = await planned(user, **{"add.talkers": me})
    assert "已登记" in view.said


async def test_a_plan_is_given_up_once(house):
    user = await house.signed_in(HEAD)
    await planned(user)
    await user.opens(f"{PLANS}/1")
    fields = user.view.fields(f"{PLANS}/1/cancel")
    view = await user.submits(f"{PLANS}/1/cancel")
    assert ("已取消" in view.said, view.rows) == (True, [])
    assert "已经提交过" in (await user.posts(f"{PLANS}/1/cancel", fields)).said


async def test_a_plan_is_its_peoples_own(house):
    await planned(await house.signed_in(HEAD))
    for who, count in (("简单", 1), ("钱卫", 0), ("韦正", 0), ("夏至", 0)):
        user = await house.signed_in(who)
        await user.opens(PLANS)
        assert len(user.view.rows) == count
        if not count:
            mine, none = await user.opens(f"{PLANS}/1"), await user.opens(f"{PLANS}/99")
            assert (mine.status, mine.alert) == (none.status, none.alert)
            for page in ("move", "log", "briefing"):
                assert (await user.opens(f"{PLANS}/1/{page}")).status == 422


async def test_the_liaison_reads_no_more_before_a_talk_than_elsewhere(house):
    user = await house.signed_in(HEAD)
    await files(user, type="诫勉谈话", problems="受限的问题", demands="")
    await planned(user)
    assert "受限的问题" in (await user.opens(f"{PLANS}/1")).text
    liaison = await house.signed_in("简单")
    assert "受限的问题" not in (await liaison.opens(f"{PLANS}/1")).text
