"""The other ledgers, each filled in and corrected from its data; and where one stands, counted anew by the test."""

from datetime import date

import pytest

from bot.services.duties import Period
from knowledge.records import load_record_kinds
from storage import RecordQuery, TicketQuery
from tests.support.city_house import CITY_ROADS, city_house
from tests.support.paper_reading import everything, sheet_rows
from tests.support.stores import SqliteStores
from yanlu.texts import records, standing_dialog

LEDGERS = load_record_kinds().ledgers


@pytest.fixture(params=CITY_ROADS)
async def city(request, tmp_path, sqlite_stores: SqliteStores):
    async with city_house(tmp_path / "home", await sqlite_stores.migrated(), request.param) as city:
        yield city


def answer(field):
    """What a person types, and what is then kept."""
    typed = {
        "text": f"{field.label}若干",
        "organisation": "临江市委",
        "items": f"{field.label}之一;{field.label}之二",
        "people": "钱卫",
        "number": "35人",
        "choice": field.options[0] if field.options else "",
        "yes_no": "是",
        "date": "12月31日" if field.name == "due" else "11月20日",
    }[field.kind]
    kept = {
        "items": [f"{field.label}之一", f"{field.label}之二"],
        "number": 35,
        "yes_no": True,
        "date": "2026-12-31" if field.name == "due" else "2026-11-20",
    }.get(field.kind, typed)
    return typed, kept


@pytest.mark.parametrize("kind", LEDGERS, ids=[each.code for each in LEDGERS])
async def test_each_ledger_is_filled_in_and_corrected(tmp_path, sqlite_stores, kind):
    async with city_house(tmp_path / "home", await sqlite_stores.migrated()) as city:
        head = await city.user("区委书记")
        await head.says("/record")
        await head.taps(next(each for each in city.offered(head) if each.startswith(f"{kind.name}(")))
        for field in kind.fields:
            await head.sees(field.ask)
            await head.says(answer(field)[0])
        await head.sees("依据 ")
        await head.taps("确认归档")
        await head.sees("已归档,编号 2026-000001")
        async with city.work() as work:
            first = await work.ledger.get(1)
            tickets = await work.tickets.find(TicketQuery(records=(1,)), limit=50)
        assert (first.entry.kind, first.entry.day) == (kind.code, date(2026, 11, 20))
        for field in kind.fields:
            kept = first.body[field.name]
            assert (kept[0]["name"] if field.kind == "people" else kept) == answer(field)[1], field.name
        names = {each.name for each in kind.fields}
        asked = [
            item
            for each in kind.fields
            if each.name in {"findings", "measures", "decided"} and "due" in names
            for item in answer(each)[1]
        ]
        assert sorted(each.text for each in tickets) == sorted(asked)
        assert {each.due for each in tickets} <= {date(2026, 12, 31)}
        await head.taps("更正")
        await head.says("补充")
        await head.taps("确认归档")
        await head.sees("第 2 版")
        async with city.work() as work:
            second = await work.ledger.get(1)
        assert second.body == first.body


async def test_only_the_ledgers_of_ones_posts_are_offered(city):
    for who, role in (("欧阳明", "section"), ("简单", "liaison"), ("温故", "member")):
        user = await city.user(who)
        await user.says("/record")
        offered = {each.partition("(")[0] for each in city.offered(user)}
        assert offered == {"谈话记录"} | {each.name for each in LEDGERS if role in each.keepers}
        for kind in LEDGERS:
            if role not in kind.keepers:
                await city.guesses(user, f"{kind.code}:start")
                await user.sees(records.not_yours(kind.name))


async def year_of_talks(city):
    """Six talks of three quarters by 顾长风, one overdue ticket."""
    head = await city.user("区委书记")
    for month, day, said in (
        (2, 10, "跟钱卫做了监督谈话,主要讲了班子团结"),
        (8, 12, "跟温故做了谈心谈话,主要讲了分工协作"),
        (9, 2, "跟蓝月做了谈心谈话,主要讲了选人用人"),
        (10, 9, "跟柯兰做了监督谈话,主要讲了校园食堂采购,要求10月30日前补齐台账"),
        (11, 3, "跟温良做了任职谈话,主要讲了管好班子"),
        (11, 5, "跟温故做了谈心谈话,主要讲了年底工作"),
    ):
        city.at(2026, month, day, 16)
        await head.says(f"/talk 今天上午{said}")
        await head.taps("确认归档")
        await head.sees("已归档")
    city.at(2026, 11, 23)
    return head


async def test_where_one_stands_is_counted_from_the_records(city):
    head = await year_of_talks(city)
    directory = await city.directory()
    me = (await city.person("区委书记")).id
    async with city.work() as work:
        entries = await work.ledger.entries(RecordQuery())
        owed = await city.house.standing.owed_by(work, me, Period.year(2026), city.today)
    assert len(entries) == 6
    talked = {
        (each.talk_type, directory.person(one).name) for each in entries for one in each.whose("subject")
    }
    heads = [each for each in owed.mets if each.obligation.talk_type in {"任职谈话", "监督谈话"}]
    missing = [
        (each.obligation.talk_type, directory.person(each.obligation.subject).name)
        for each in heads
        if (each.obligation.talk_type, directory.person(each.obligation.subject).name) not in talked
    ]
    await head.says("今年下级一把手里我还有谁没谈")
    listed = await head.sees(f"应谈 {len(heads)} 人次,已谈 {len(heads) - len(missing)},未谈 {len(missing)}")
    lines = [line for line in listed.splitlines() if line.startswith("- ")]
    assert len(lines) == len(missing) == 3
    for talk_type, name in missing:
        assert any(f"{name} {talk_type}" in line for line in lines)
    assert "温良" not in "".join(lines)
    await head.says("覆盖率是多少")
    held = sum(each.held for each in owed.mets)
    await head.sees(f"应谈 {sum(each.obligation.needed for each in owed.mets)} 人次,已谈 {held}")
    await head.says("逾期没整改的拉个单子")
    await head.sees("逾期未整改 1 项")
    await head.sees("(2026-10-30前,逾期24天)")


async def test_what_is_exported_and_drafted_is_what_is_on_file(city):
    head = await year_of_talks(city)
    await head.says("上季度谈心谈话导出来")
    await head.sees("2026年第3季度的台账已生成,共 2 份记录")
    file = city.files(head)[-1]
    assert "2026年第3季度" in file.name, "a file is read on other days than this"
    assert [row["编号"] for row in sheet_rows(file.content)] == ["2026-000002", "2026-000003"]
    await head.says("/statement")
    await head.sees(standing_dialog.STATEMENT_READY)
    drafted = everything(city.files(head)[-1].content)
    for number in range(1, 7):
        if number not in {2, 3, 6}:
            assert f"2026-{number:06d}" in drafted
    await head.says("/stats")
    told = await head.sees("青石区委,2026年,谈话 6 次")
    for line in ("- 监督谈话:2", "- 任职谈话:1", "- 谈心谈话:3", "整改事项:新开 1,销号 0,未结 1,逾期 1"):
        assert line in told
    assert "谈话统计" in city.files(head)[-1].name


async def test_a_reason_is_kept_and_shown_with_the_name(city):
    head, clerk = await city.user("区委书记"), await city.user("简单")
    await head.says("/todo")
    await head.taps("说明原因:柯兰 监督谈话")
    await head.says("在外学习三个月")
    await head.sees("2026年 柯兰 监督谈话")
    await head.taps("确认登记")
    await clerk.says("/todo")
    listed = await clerk.sees("青石区委应谈")
    assert "柯兰 监督谈话,2026-12-31前,原因:在外学习三个月" in listed
    assert "顾长风 监督谈话" not in listed, "that one is owed by the city"


async def test_an_old_open_ticket_stands_in_the_file_of_a_new_year(city):
    head = await year_of_talks(city)
    city.at(2027, 1, 11)
    await head.says("逾期没整改的拉个单子")
    await head.taps("导出整改台账")
    rows = sheet_rows(city.files(head)[-1].content, 1)
    assert [(row["来源记录"], row["逾期天数"]) for row in rows] == [("2026-000004", 73)]
