"""Coverage at the console: who sees which figures, lists and files, down the tree. And what waits on the first page."""

import asyncio
import io
import logging
import re
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.web.console.coverage_view import Asked
from storage import Excuse, NewPlan, NewRecord, NewTicket, RecordPerson
from tests.support.console_house import console_house
from yanlu.texts import console_coverage as texts
from yanlu.texts.standing import CADENCE_NOTE

COVERAGE = "/console/coverage"
CANARY = "<script>alert(1)</script>"


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


async def place(house, name: str) -> str:
    return f"{COVERAGE}/{await house.city.organisation(name)}"


async def talk(house, talker: str, subject: str, *, kind="监督谈话", day=None, **body: str) -> int:
    """File a talk between two people from their first posts."""
    directory = await house.city.directory()
    first, second = await house.city.person(talker), await house.city.person(subject)
    day = day or house.city.today - timedelta(days=20)
    units = [directory.posts_of(each.id, day)[-1].organisation for each in (first, second)]
    record = NewRecord(
        kind="talk",
        organisation=units[0],
        day=day,
        author=first.id,
        body={"talk_type": kind, "points": [CANARY], **body},
        people=(RecordPerson("talker", first.id, units[0]), RecordPerson("subject", second.id, units[1])),
        talk_type=kind,
    )
    async with house.city.work() as work:
        return (await work.ledger.file(record, house.city.now)).entry.id


async def excuse(house, subject: str, by: str, reason: str, kind="监督谈话") -> None:
    person, author = await house.city.person(subject), await house.city.person(by)
    async with house.city.work() as work:
        await work.standing.excuse(Excuse(person.id, kind, "2026", reason, author.id, house.city.now))


def row(view, beginning: str) -> list[str]:
    found = [each for each in view.rows if each[0] == beginning]
    assert found, (beginning, view.rows)
    return found[0]


async def finished(user) -> None:
    """Wait until the job that is shown has ended."""
    for _ in range(200):
        await user.opens(user.view.path)
        if "正在进行" not in user.view.text:
            return
        await asyncio.sleep(0.05)
    pytest.fail(user.view.text)


async def test_a_head_sees_the_figures_of_each_unit_below_and_goes_down_and_up(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as house:
        user = await house.signed_in("顾长风")
        view = await user.opens(COVERAGE)
        assert (view.status, view.path) == (200, await place(house, "青石区委"))
        assert CADENCE_NOTE in view.text
        before = [int(each) for each in view.rows[0][:3]]
        assert before[1] == 0
        await talk(house, "顾长风", "钱卫")
        view = await user.opens(COVERAGE)
        assert [int(each) for each in view.rows[0][:3]] == [before[0], 1, before[2] - 1]
        assert row(view, "青石区住房和城乡建设局")[1:4] == ["3", "1", "2"]
        assert row(view, "10月")[1:] == ["0", "0", "3"]
        down = await place(house, "青石区住房和城乡建设局")
        assert any(each.startswith(down) for each in view.links)
        view = await user.opens(down)
        assert (view.status, view.rows[0][:3]) == (200, ["3", "1", "2"])
        assert await place(house, "青石区委") in view.links
        assert await place(house, "临江市委") not in view.links


async def test_the_sums_of_the_tables_and_the_charts_agree(house):
    user = await house.signed_in("顾长风")
    await talk(house, "顾长风", "钱卫")
    await talk(house, "顾长风", "温故", kind="谈心谈话")
    view = await user.opens(COVERAGE)
    needed, held, missing, *_ = (int(each) for each in view.rows[0][:5])
    units = await place(house, "青石区委")
    assert view.path == units
    tables = view.tree.xpath("//table")
    for table in tables[1:3]:
        rows = [
            [cell.text_content().strip() for cell in each.xpath("./td[@class='number']")]
            for each in table.xpath("./tbody/tr")
        ]
        assert [sum(int(each[column]) for each in rows) for column in range(3)] == [needed, held, missing]
    months = [
        [int(cell.text_content()) for cell in each.xpath("./td")] for each in tables[3].xpath("./tbody/tr")
    ]
    assert sum(each[0] for each in months) == held
    assert sum(each[1] + each[2] for each in months) == missing
    charts = view.tree.xpath("//svg")
    assert [each.get("role") for each in charts] == ["img", "img"]
    assert all(each.xpath("./title") and each.xpath("./desc") for each in charts)
    assert view.tree.xpath("//*[@style]") == []


async def test_the_list_says_who_was_talked_to_by_whom_and_why_others_were_not(house):
    user = await house.signed_in("顾长风")
    number = await talk(house, "顾长风", "钱卫")
    await excuse(house, "柯兰", "顾长风", f"住院治疗{CANARY}")
    base = await place(house, "青石区委") + "/people"
    view = await user.opens(f"{base}?type=监督谈话")
    lines = {each[0].split()[-1]: each for each in view.rows[1:]}
    day = (house.city.today - timedelta(days=20)).isoformat()
    assert lines["钱卫"][2:4] == ["已谈", f"{day} 顾长风"]
    assert f"/console/records/{number}" in view.links
    assert lines["柯兰"][2:] == ["未谈", "", "青石区委书记 顾长风", "2026-12-31", f"住院治疗{CANARY}"]
    assert lines["江帆"][2] == "逾期未谈"
    assert "<script>alert" not in view.answer.text
    by_state = {
        state: {
            each[0].split()[-1] for each in (await user.opens(f"{base}?type=监督谈话&state={state}")).rows[1:]
        }
        for state in ("done", "excused", "overdue", "open")
    }
    assert by_state["done"] == {"钱卫"}
    assert by_state["excused"] == {"柯兰"}
    assert by_state["overdue"] == {"江帆"}
    assert by_state["open"] == set(lines) - {"钱卫"}


async def test_scopes_are_the_unit_alone_and_what_it_owes(house):
    user = await house.signed_in("顾长风")
    base = await place(house, "青石区委") + "/people"
    own = (await user.opens(f"{base}?scope=own&type=监督谈话")).rows[1:]
    assert [(each[0].split()[-1], each[4]) for each in own] == [("顾长风", "临江市委书记 夏至")]
    owed = (await user.opens(f"{base}?scope=owed&type=监督谈话")).rows[1:]
    assert {each[4] for each in owed} == {"青石区委书记 顾长风"}
    assert "顾长风" not in {each[0].split()[-1] for each in owed}


async def test_the_subject_of_a_talk_does_not_learn_more_of_it_by_office(house):
    """钱卫 sees that a talk with him is counted, not who said what where."""
    user = await house.signed_in("钱卫")
    await talk(house, "顾长风", "钱卫")
    view = await user.opens(await place(house, "青石区住房和城乡建设局") + "/people?type=监督谈话")
    assert view.rows[1][2:4] == ["已谈", texts.HIDDEN_TALK]
    assert not [each for each in view.links if each.startswith("/console/records/")]


@pytest.mark.parametrize(
    ("who", "unit"),
    [
        ("钱卫", "青石区委"),
        ("钱卫", "青石区教育局"),
        ("顾长风", "白沙区委"),
        ("顾长风", "临江市委"),
        ("简单", "青石区教育局"),
        ("贾宜", "青石区委"),
    ],
)
async def test_a_forbidden_unit_and_an_unknown_one_are_answered_alike(house, who, unit):
    user = await house.signed_in(who)
    address = await place(house, unit)
    for page in ("", "/people"):
        forbidden, unknown = await user.opens(address + page), await user.opens(f"{COVERAGE}/nowhere{page}")
        assert (
            (forbidden.status, forbidden.alert) == (unknown.status, unknown.alert) == (403, forbidden.alert)
        )
        assert texts.NOT_SEEN in forbidden.alert
    mine = await user.opens(COVERAGE)
    assert mine.status == 200
    fields = mine.fields(f"{mine.path}/files")
    view = await user.posts(f"{address}/files", {**fields, "kind": "coverage"})
    assert (view.status, texts.NOT_SEEN in view.alert) == (403, True)


@pytest.mark.parametrize("who", ["管清", "温故", "欧阳明"])
async def test_who_watches_over_no_unit_has_no_such_page(house, who):
    user = await house.signed_in(who)
    assert COVERAGE not in user.view.areas
    for page in ("", "/" + await house.city.organisation("青石区委")):
        view = await user.opens(COVERAGE + page)
        assert view.status == 403
        assert view.rows == []


async def test_a_liaison_officer_sees_the_unit_with_all_below_but_no_link_down(house):
    user = await house.signed_in("简单")
    view = await user.opens(COVERAGE)
    assert row(view, "青石区教育局")[1] == "6"
    assert [each for each in view.links if each.startswith(await place(house, "青石区教育局"))] == []


async def test_units_and_people_come_a_page_at_a_time(house, monkeypatch):
    monkeypatch.setattr("bot.channels.web.console.listing.of_all.__defaults__", (2,))
    user = await house.signed_in("顾长风")
    first = await user.opens(await place(house, "青石区委") + "/people?state=open")
    assert len(first.rows) == 1 + 2
    second = await user.opens(first.path + "?state=open&page=2")
    assert len(second.rows) == 1 + 2
    assert second.rows[0] == first.rows[0]
    assert second.rows[1:] != first.rows[1:]
    last = await user.opens(first.path + "?state=open&page=9999")
    pages, total = (int(each) for each in re.search(r"共 (\d+) 页,(\d+) 条", first.text).groups())
    assert pages == -(-total // 2) > 2
    assert f"第 {pages} 页,共 {pages} 页" in last.text
    assert len(last.rows) == 1 + (total % 2 or 2)


@given(
    st.dictionaries(st.sampled_from(["year", "part", "type", "state", "scope", "page"]), st.text(max_size=20))
)
@settings(max_examples=200, deadline=None)
def test_any_query_is_read_as_something(query):
    asked = Asked.of(query, date(2026, 11, 23))
    assert asked.period.start <= asked.period.end
    assert asked.year in range(2021, 2027)
    assert Asked.of(asked.query, date(2026, 11, 23)) == asked


@given(text=st.text(max_size=30).filter(lambda each: "\x00" not in each))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_queries_from_outside_do_no_harm(text):
    asked = Asked.of(
        dict.fromkeys(("year", "part", "type", "state", "scope"), CANARY + text), date(2026, 11, 23)
    )
    assert asked == Asked(2026)


async def test_a_quarter_and_a_month_are_named_and_asked_for(house):
    user = await house.signed_in("顾长风")
    base = await place(house, "青石区委")
    view = await user.opens(f"{base}?part=q4")
    assert "2026年第4季度" in view.tree.xpath("//h1")[0].text_content()
    assert row(view, "任职谈话")[2:5] == ["2", "0", "2"]
    view = await user.opens(f"{base}?part=m3&type=任职谈话")
    assert "2026年3月" in view.tree.xpath("//h1")[0].text_content()
    assert texts.NO_DUTY in view.text


async def test_the_list_comes_as_excel_through_a_job_and_once(house, caplog):
    caplog.set_level(logging.DEBUG)
    user = await house.signed_in("顾长风")
    await talk(house, "顾长风", "钱卫")
    await excuse(house, "柯兰", "顾长风", "=住院治疗")
    await user.opens(await place(house, "青石区委") + "/people?type=监督谈话")
    action = user.view.path.removesuffix("/people") + "/files"
    fields = {**user.view.fields(action), "kind": "coverage"}
    await user.posts(action, fields)
    job = user.view.path
    await finished(user)
    again = await user.posts(action, fields)
    assert again.path == "/console/jobs"
    assert len(again.rows) == 1
    file = await user.downloads(f"{job}/file")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    cells = [[str(cell.value or "") for cell in each] for each in sheet.iter_rows()]
    lines = {each[0].split()[-1]: each for each in cells if each[1:2] == ["监督谈话"]}
    assert lines["钱卫"][2] == "已谈"
    assert "顾长风" in lines["钱卫"][4]
    assert lines["柯兰"][7] == "=住院治疗"
    assert not [cell for each in sheet.iter_rows() for cell in each if cell.data_type == "f"]
    assert CADENCE_NOTE in "".join("".join(each) for each in cells)
    assert "住院" not in caplog.text


@pytest.mark.parametrize(
    ("who", "kind", "name"),
    [
        ("顾长风", "statement", "顾长风 2026 述职材料"),
        ("简单", "statement", "顾长风 2026 述职材料"),
        ("顾长风", "figures", "青石区委 2026"),
        ("冬青", "figures", "临江市委 2026"),
    ],
)
async def test_the_statement_and_the_year_s_figures_come_through_a_job(house, who, kind, name):
    user = await house.signed_in(who)
    number = await talk(house, "顾长风", "钱卫")
    unit = await house.city.organisation("青石区住房和城乡建设局")
    due = house.city.today - timedelta(days=3)
    async with house.city.work() as work:
        await work.tickets.add([NewTicket(number, "problem", "整改", unit, None, due)], house.city.today)
    await user.opens(COVERAGE)
    action = f"{user.view.path}/files"
    await user.posts(action, {**user.view.fields(action), "kind": kind})
    job = user.view.path
    await finished(user)
    assert "已完成" in user.view.text
    file = await user.downloads(f"{job}/file")
    assert file.status_code == 200
    assert file.content[:2] == b"PK"
    assert all(part in user.view.text for part in name.split())
    stranger = await house.signed_in("钱卫")
    assert (await stranger.downloads(f"{job}/file")).status_code != 200


async def test_what_is_no_file_or_not_one_s_own_statement_is_refused(house):
    user = await house.signed_in("顾长风")
    view = await user.opens(await place(house, "青石区教育局"))
    assert texts.MAKE_STATEMENT not in view.text
    action = f"{view.path}/files"
    fields = view.fields(action)
    assert texts.BAD_FILE in (await user.posts(action, {**fields, "kind": CANARY})).alert
    await user.posts(action, {**fields, "kind": "statement"})
    await finished(user)
    assert "没有完成" in user.view.text
    assert texts.NO_STATEMENT in user.view.text


# The first page.


async def test_the_first_page_names_what_is_due_and_what_is_overdue(house):
    house.city.at(2026, 12, 7)
    user = await house.signed_in("顾长风")
    view = await user.opens("/console")
    assert "江海 任职谈话" in view.text
    assert "已逾期 6 天" in view.text
    link = next(each for each in view.links if each.startswith(COVERAGE))
    listed = await user.opens(link)
    assert {each[0].split()[-1] for each in listed.rows[1:]} >= {"江海", "温良", "钱卫"}
    await talk(house, "顾长风", "江海", kind="任职谈话", day=house.city.today)
    assert "江海" not in (await user.opens("/console")).text


async def test_a_reason_given_takes_it_off_the_first_page(house):
    house.city.at(2026, 12, 7)
    user = await house.signed_in("顾长风")
    before = (await user.opens("/console")).text
    assert "钱卫 监督谈话" in before
    await excuse(house, "江海", "顾长风", "外出学习", kind="任职谈话")
    after = (await user.opens("/console")).text
    assert "江海" in before
    assert "江海" not in after
    assert "外出学习" not in after


async def test_tickets_past_their_day_are_named_without_a_word_of_them(house):
    number = await talk(house, "顾长风", "钱卫")
    unit = await house.city.organisation("青石区住房和城乡建设局")
    named = await house.city.person("欧阳明")
    late, soon = house.city.today - timedelta(days=3), house.city.today + timedelta(days=3)
    async with house.city.work() as work:
        await work.tickets.add(
            [
                NewTicket(number, "problem", "保密的事项", unit, None, late),
                NewTicket(number, "problem", "保密的事项", unit, None, soon),
                NewTicket(number, "problem", "保密的事项", unit, named.id, late),
            ],
            house.city.today,
        )
    head = await house.signed_in("钱卫")
    assert "逾期整改事项共 1 项" in head.view.text
    assert "已逾期 3 天" in head.view.text
    assert "保密" not in head.view.text
    assert "/console/tickets" in head.view.links
    other = await house.signed_in("欧阳明")
    assert "逾期整改事项共 1 项" in other.view.text
    assert "整改" not in (await house.signed_in("柯兰")).view.text


async def test_plans_and_confirmations_wait_for_their_own_people(house):
    number = await talk(house, "顾长风", "钱卫")
    head, subject = await house.city.person("顾长风"), await house.city.person("钱卫")
    unit = await house.city.organisation("青石区委")
    async with house.city.work() as work:
        for days in (-2, 5, 60):
            day = house.city.today + timedelta(days=days)
            await work.plans.add(
                NewPlan("监督谈话", unit, head.id, (subject.id,), day, head.id, {"matters": "保密"})
            )
        await work.standing.ask(number, 1, subject.id, house.city.now)
    for who in ("顾长风", "简单"):
        view = (await house.signed_in(who)).view
        assert view.text.count("与青石区住房和城乡建设局局长 钱卫") == 2
        assert view.text.count("尚未登记") == 1
        assert "保密" not in view.text
    view = (await house.signed_in("钱卫")).view
    assert "有 1 份谈话要点待您确认" in view.text
    assert "计划中" not in view.text


async def test_an_administrator_has_no_such_list_and_a_handler_keeps_the_hint(house):
    assert texts.DUE_TITLE not in (await house.signed_in("管清")).view.text
    view = (await house.signed_in("韦正")).view
    assert texts.DUE_TITLE in view.text
    assert "办理前请先解锁举报密钥" in view.text


async def test_who_has_nothing_due_is_told_so(house):
    assert texts.DUE_NONE in (await house.signed_in("欧阳明")).view.text
