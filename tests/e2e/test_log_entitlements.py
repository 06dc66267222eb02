"""Who may not: strangers, administrators, siblings and subjects who guess at buttons; and what the disk tells."""

import logging

import pytest

from tests.support.city_house import CITY_ROADS, FIRST_USER, city_house
from tests.support.stores import SqliteStores
from yanlu.texts import conversation

WORDS = {
    "points": "堂前燕子低飞要抓紧",
    "problem": "账册缺了第七页",
    "demand": "补齐账册第七页",
    "attitude": "愿作深刻检查",
    "note": "已翻找旧档案室",
    "evidence": "新册子编号寅柒",
    "correction": "燕子一句记错",
    "objection": "没有说过燕子",
    "void": "与上次同一回事",
    "plan": "秋收后的盘点",
    "excuse": "赴外地抢险",
}
SAID = (
    f"/talk 今天上午9点在区委会议室跟钱卫做了监督谈话,主要讲{WORDS['points']},指出{WORDS['problem']},"
    f"要求12月10日前{WORDS['demand']},他表态{WORDS['attitude']}"
)
GUESSES = (
    "record:show:1",
    "record:form:1",
    "record:versions:1",
    "record:ask:1",
    "talk:fix:1",
    "void:start:1",
    "tickets:of:1",
    "tickets:show:1",
    "close:start:1",
    "defer:start:1",
    "progress:start:1",
    "plan:move:1",
    "talk:plan:1",
    "plans:show:1",
    "plans:cancel:1",
    "standing:export:2026",
    "standing:tickets_export:2026",
    "standing:figures:2026",
    "standing:statement:2026",
    "confirm:yes:1:1",
    "confirm:no:1:1",
    "remind:show:1",
    "remind:later:1",
    "excuse:start:1:2026:{subject}",
    "interference:fix:1",
)
MALFORMED = (
    "record", "record:", "record:show", "record:show:x", "record:show:-1", "record:show:１", "record:show:²",
    "record:show:99999999999999999999", "record:show:2147483648", "record:page:2147483647", "record:eat:1",
    "record:form:1:1", "talk:fix:", "talk:fix:x", "talk:fix:99999999999", "talk:plan:", "talk:plan:99", "talk:eat:1",
    "talk:type=x", "talk:.confirm=x", "talk:.edit=of", "talk:.eat=", "void:start:", "void:start", "void:x:1",
    "tickets:of:", "tickets:show:99999999999", "tickets:eat:1", "close:start:", "close:start", "close:eat:1",
    "plan:move:", "plan:eat:1", "plans:show:", "plans:eat:1", "plans:", "standing:export:", "standing:export:0",
    "standing:export:99999", "standing:held:2026", "standing:::", "confirm:yes", "confirm:yes:1", "confirm:maybe:1:1",
    "confirm:yes:99999999999:1", "confirm:start", "excuse:start", "excuse:start:99:2026:x", "excuse:start:0:0:x",
    "excuse:start:0:99999:x", "excuse:start:0:x:x", "excuse:x:0:2026:x", "remind:ok:", "remind:eat:1",
    "remind:later:99999999999", "request:fix:1", "request:fix:x", "request:eat:1", "join:x", ":::", "nobody:1", "=",
)  # fmt: skip


@pytest.fixture(params=CITY_ROADS)
async def city(request, tmp_path, sqlite_stores: SqliteStores):
    async with city_house(tmp_path / "home", await sqlite_stores.migrated(), request.param) as city:
        yield city


async def logs(user):
    await user.says(SAID)
    await user.taps("确认归档")
    await user.sees("已归档")
    await user.says("/plan 下周三跟钱卫做监督谈话")
    await user.says(WORDS["plan"])
    await user.taps("确认登记")


async def stored(city):
    async with city.work() as work:
        record, plan = await work.ledger.get(1), await work.plans.get(1)
        tickets = [await work.tickets.get(number) for number in (1, 2)]
        confirmations = await work.standing.confirmations(1)
        excuses = await work.standing.excuses(None, "2026")
    return record, plan, tickets, confirmations, excuses


@pytest.mark.parametrize(
    "who", [None, "系统管理员", "白沙区委书记", "白沙区委联络员", "温故", "柯兰", "欧阳明"]
)
async def test_who_has_no_part_learns_and_changes_nothing(city, who):
    head = await city.user("区委书记")
    await logs(head)
    before = await stored(city)
    guesser = await (city.stranger() if who is None else city.user(who))
    if who is None:
        await guesser.says("/start")
    subject = (await city.person("钱卫")).id
    for value in GUESSES:
        await city.guesses(guesser, value.format(subject=subject))
        await guesser.does_not_see(conversation.APOLOGY)
    for said in ("/records", "/tickets", "/plans", "/stats", "/export", "逾期没整改的拉个单子"):
        await guesser.says(said)
    heard = "\n".join(city.heard(guesser))
    assert not [word for word in WORDS.values() if word in heard]
    assert "2026-000001" not in heard
    assert not [
        each.name for each in city.files(guesser) if each.name.endswith("xlsx") or "登记表" in each.name
    ]
    assert await stored(city) == before


async def test_the_subject_sees_their_tickets_and_nothing_else(city):
    head, subject = await city.user("区委书记"), await city.user("钱卫")
    await logs(head)
    before = await stored(city)
    own = (await city.person("钱卫")).id
    for value in GUESSES:
        if not value.startswith(("tickets", "progress")):
            await city.guesses(subject, value.format(subject=own))
    heard = "\n".join(city.heard(subject))
    assert not [word for name, word in WORDS.items() if word in heard and name not in {"problem", "demand"}]
    assert await stored(city) == before


async def test_a_choice_that_makes_no_sense_never_breaks_a_turn(city, caplog):
    head = await city.user("区委书记")
    await logs(head)
    before = await stored(city)
    with caplog.at_level(logging.ERROR):
        for value in MALFORMED:
            await city.guesses(head, value)
            await head.does_not_see(conversation.APOLOGY)
            await head.does_not_see("请核对")
    assert caplog.records == []
    assert await stored(city) == before


async def test_a_ledger_is_not_taken_for_a_talk_nor_a_talk_for_a_ledger(city):
    head = await city.user("区委书记")
    await logs(head)
    await city.guesses(head, "request:start")
    for said in ("11月20日", "报告", "年度工作安排", "市委"):
        await head.says(said)
    await head.taps("跳过")
    await head.taps("确认归档")
    await head.sees("编号 2026-000002")
    for value in ("talk:fix:2", "record:ask:2", "record:form:2", "request:fix:1", "warning:fix:2"):
        await city.guesses(head, value)
        await head.sees("没有找到这份记录")


async def test_no_word_of_it_stands_on_the_disk_or_in_a_log(tmp_path, caplog):
    url = f"sqlite:///{tmp_path}/home/yanlu.db"
    (tmp_path / "home").mkdir()
    with caplog.at_level(logging.DEBUG):
        async with city_house(tmp_path / "home", url, "terminal") as city:
            head, subject = await city.user("区委书记", "polling"), await city.user("钱卫")
            await logs(head)
            steps = (
                ("record:ask:1", (), ""),
                ("talk:fix:1", (WORDS["correction"],), "确认归档"),
                ("progress:start:1", (WORDS["note"],), "确认记录"),
                ("close:start:2", (WORDS["evidence"],), "确认销号"),
                (f"excuse:start:1:2026:{(await city.person('柯兰')).id}", (WORDS["excuse"],), "确认登记"),
            )
            for value, said, confirm in steps:
                await city.guesses(head, value)
                for each in said:
                    await head.says(each)
                if confirm:
                    await head.taps(confirm)
                if value == "record:ask:1":
                    await city.guesses(subject, "confirm:no:1:1")
                    await subject.says(WORDS["objection"])
                    await subject.taps("提交意见")
            await city.guesses(head, "void:start:1")
            await head.says(WORDS["void"])
            await head.taps("确认作废")
            await head.sees("已作废")
            await head.says(SAID)
            await head.taps("存为草稿")
            await city.delivered()
            disk = {name: content for name, content in city.disk().items() if "downloads" not in name}
            assert {"yanlu.db", "yanlu.db-wal"} <= set(disk)
            record = (await stored(city))[0]
            assert WORDS["points"] in record.body["points"][0], "the words are kept, sealed"
    traces = [word.encode(coding) for word in WORDS.values() for coding in ("utf-8", "utf-16-le")]
    traces += [str(FIRST_USER + number).encode() for number in range(1, 4)]
    assert [name for name, content in disk.items() for trace in traces if trace in content] == []
    assert not [word for word in WORDS.values() if word in caplog.text]
