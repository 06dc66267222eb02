"""Work on a case in a handler's session, on both databases: who may, what follows, what stays on record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.casework import handling, transferring
from bot.services.casework.deadlines import Terms
from bot.services.casework.unlocking import checked_passphrase
from bot.services.reports.content import Contact, Message
from bot.services.reports.tracking import add, conversation
from tests.contract.test_storage_secrecy import everything_written, onto_disk, spellings
from tests.support.case_desk import STORY, case_desk, whole_queue
from yanlu.errors import AccessDenied, CalendarUnknown, DatabaseCorrupt, YanluError
from yanlu.texts import casework as texts


@pytest.fixture
async def city(database):
    return await case_desk(database, Terms(kept_days=30))


async def messages(city, receipt):
    async with city.work() as work:
        case = await work.cases.by_receipt(receipt)
        return [Message.unpacked(each.content) for each in await work.case_messages.of(case.key)]


async def replies(city, receipt, text, kind="answer"):
    async with city.work() as work:
        case = await work.cases.by_receipt(receipt)
        await add(work, city.desk, case, kind=kind, text=text, day=city.today)


async def test_a_case_from_its_coming_to_the_archive(city):
    filed = await city.filed(
        contact=Contact(name="王平", contact="13900000000"), files=(b"one", b"two" * 40_000)
    )
    async with city.sitting("wei") as at:
        folder = await handling.read_case(at, filed.number)
        assert folder.report.course == STORY
        assert folder.contact.name == "王平"
        assert [each.label.size for each in folder.files] == [3, 120_000]
        assert b"".join([each async for each in handling.read_file(at, filed.number, 2)]) == b"two" * 40_000
        await handling.ask(at, filed.number, "  是哪一次招标?  ")
    assert (await city.row(filed.number)).status == "incomplete"
    await replies(city, filed.receipt, "去年三月那次")
    assert (await city.row(filed.number)).status == "received"
    await city.moved("lan", filed.number, "screening", "accepted", "verification")
    row = await city.row(filed.number)
    assert (row.status, row.internal, row.due) == (
        "handling",
        "verification",
        city.today + timedelta(days=90),
    )
    async with city.sitting("lan") as at:
        await handling.answer(at, filed.number, "正在核实")
        await handling.close(at, filed.number, "")
    row = await city.row(filed.number)
    assert (row.status, row.internal, row.due) == ("closed", "answer_due", date(2026, 3, 25))
    assert row.erase_after == city.today + timedelta(days=30)
    async with city.sitting("lan") as at:
        await handling.close(at, filed.number, "已责令整改")
    await city.moved("lan", filed.number, "archived")
    row = await city.row(filed.number)
    assert (row.status, row.internal, row.due) == ("closed", "archived", None)
    assert row.erase_after == city.today + timedelta(days=30)
    assert [(each.kind, each.text) for each in await messages(city, filed.receipt)] == [
        ("question", "是哪一次招标?"),
        ("answer", "去年三月那次"),
        ("notice", "正在核实"),
        ("outcome", "已责令整改"),
    ]
    assert await city.steps(filed.number) == [
        ("reporter", "filed"),
        ("wei", "open"),
        ("wei", "file:2"),
        ("wei", "ask"),
        ("reporter", "answered"),
        ("lan", "status:screening"),
        ("lan", "status:accepted"),
        ("lan", "status:verification"),
        ("lan", "answer"),
        ("lan", "close:answer_due"),
        ("lan", "close:answered"),
        ("lan", "status:archived"),
    ]
    async with city.work() as work:
        assert await work.audit.verify() is None


async def test_an_objection_or_new_evidence_opens_a_closed_case_again(city):
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening")
    async with city.sitting("wei") as at:
        await handling.close(at, filed.number, "查无实据")
    city.wait(days=3)
    await replies(city, filed.receipt, "我有新的材料", "evidence")
    row = await city.row(filed.number)
    assert (row.status, row.internal, row.closed, row.erase_after) == ("handling", "review", None, None)
    assert row.due == city.today + timedelta(days=90)
    await replies(city, filed.receipt, "还有一份", "evidence")
    assert await city.row(filed.number) == row
    async with city.sitting("wei") as at:
        await handling.close(at, filed.number, "复核后维持原结论")
    await city.moved("wei", filed.number, "review")
    assert (await city.row(filed.number)).status == "handling"


async def test_what_does_not_belong_here_is_closed_with_where_to_turn(city):
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening")
    with pytest.raises(YanluError, match="去向"):
        async with city.sitting("wei") as at:
            await handling.close(at, filed.number, " ", outside=True)
    async with city.sitting("wei") as at:
        await handling.close(at, filed.number, "请向人民法院提起诉讼", outside=True)
    row = await city.row(filed.number)
    assert (row.status, row.internal) == ("outside", "answered")
    await city.moved("wei", filed.number, "archived")
    assert (await city.row(filed.number)).status == "outside"


@pytest.mark.parametrize("then", ["accepted", "waiting", "answered", "answer_due", "archived"])
async def test_a_step_that_may_not_follow_changes_nothing(city, then):
    filed = await city.filed()
    before = await city.row(filed.number)
    with pytest.raises(YanluError) as refused:
        await city.moved("wei", filed.number, then)
    assert "待甄别" in refused.value.next_step
    assert await city.row(filed.number) == before
    with pytest.raises(YanluError):
        async with city.sitting("wei") as at:
            await handling.close(at, filed.number, "结果")
    assert await city.row(filed.number) == before
    assert [action for _, action in await city.steps(filed.number)] == ["filed"]


@pytest.mark.parametrize("text", ["", "  \n", "字" * (handling.MOST_TEXT + 1)])
async def test_an_empty_or_endless_message_is_refused(city, text):
    filed = await city.filed()
    with pytest.raises(YanluError):
        async with city.sitting("wei") as at:
            await handling.ask(at, filed.number, text)
    assert await messages(city, filed.receipt) == []


async def test_duplicates_are_merged_and_their_reporter_is_told(city):
    first, second = await city.filed("一"), await city.filed("二")
    async with city.sitting("wei") as at:
        await handling.merge(at, second.number, first.number)
    row = await city.row(second.number)
    assert (row.status, row.merged_into) == ("closed", first.number)
    assert row.erase_after == city.today + timedelta(days=30)
    assert [each.text for each in await messages(city, second.receipt)] == [texts.MERGED_OUTCOME]
    for number, target in (
        (first.number, second.number),
        (second.number, first.number),
        (first.number, first.number),
    ):
        with pytest.raises(YanluError):
            async with city.sitting("wei") as at:
                await handling.merge(at, number, target)
    with pytest.raises(YanluError):
        async with city.sitting("wei") as at:
            await handling.ask(at, second.number, "还有吗")
    assert (await city.row(first.number)).status == "received"
    assert [each.kind for each in await messages(city, first.receipt)] == []


async def test_a_case_goes_up_and_down_the_line_above_the_accused(city):
    filed = await city.filed()
    city.wait(days=1)
    async with city.sitting("wei") as at:
        assert await transferring.transfer_targets(at, filed.number) == ("city",)
        await transferring.transfer(at, filed.number, "city", "涉及本级,应由上级办理")
    row = await city.row(filed.number)
    assert (row.organisation, row.status, row.internal) == ("city", "transferred", "waiting")
    assert row.due == date(2026, 3, 12)
    for person in ("wei", "lan", "shen"):
        with pytest.raises(AccessDenied):
            async with city.sitting(person) as at:
                await handling.read_case(at, filed.number)
    async with city.sitting("dong") as at:
        folder = await handling.read_case(at, filed.number)
        assert [(each.message.kind, each.message.text) for each in folder.messages] == [
            ("transfer", "涉及本级,应由上级办理")
        ]
        assert await transferring.transfer_targets(at, filed.number) == ("district",)
        await transferring.transfer(at, filed.number, "district", "请核实后报告")
    async with city.sitting("lan") as at:
        assert (await handling.read_case(at, filed.number)).report.course == STORY
    async with city.work() as work:
        assert (await work.cases.recover(city.papers["district"], filed.number)).row.number == filed.number
        with pytest.raises(AccessDenied):
            await work.cases.recover(city.papers["city"], filed.number)
        assert (await work.cases.by_receipt(filed.receipt)).row.number == filed.number


async def test_the_reporter_is_told_that_a_case_was_handed_over_and_never_why(city):
    filed = await city.filed()
    async with city.sitting("wei") as at:
        await handling.answer(at, filed.number, "已收到")
        await transferring.transfer(at, filed.number, "city", "涉及本级领导,内部意见")
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        shown = [each.message.text for each in await conversation(work, case)]
    assert case.row.status == "transferred"
    assert shown == ["已收到"]


@pytest.mark.parametrize("target", ["district", "white", "bureau", "nowhere"])
async def test_a_case_goes_nowhere_else(city, target):
    filed = await city.filed()
    await city.enrol("liu", "bureau")
    before = await city.row(filed.number)
    with pytest.raises(YanluError, match="不能移送"):
        async with city.sitting("wei") as at:
            await transferring.transfer(at, filed.number, target, "理由")
    assert await city.row(filed.number) == before
    assert await messages(city, filed.receipt) == []


async def test_a_closed_case_is_not_handed_over(city):
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening")
    async with city.sitting("wei") as at:
        await handling.close(at, filed.number, "已办结")
    with pytest.raises(YanluError, match="已经办结"):
        async with city.sitting("wei") as at:
            await transferring.transfer(at, filed.number, "city", "理由")


async def test_the_queue_puts_priority_and_the_nearest_deadline_first(city):
    plain = await city.filed(about="liu")
    city.wait(days=1)
    urgent, later = await city.filed(), await city.filed()
    async with city.work() as work:
        await work.cases.set_status(plain.number, "received", "waiting", city.today, due=city.today)
        for each, days in ((urgent, 2), (later, 9)):
            due = city.today + timedelta(days=days)
            await work.cases.set_status(each.number, "received", "waiting", city.today, due=due)
    # 柳成 is reported as head by word of the reporter, so all three have priority: the deadline decides.
    async with city.sitting("wei") as at:
        found = await whole_queue(replace(at, day=city.today + timedelta(days=1)))
    assert [each.row.number for each in found] == [plain.number, urgent.number, later.number]
    assert [(each.overdue, each.soon) for each in found] == [(True, False), (False, True), (False, False)]


async def test_the_queue_tells_of_news_until_a_handler_has_looked(city):
    filed = await city.filed()
    async with city.sitting("wei") as at:
        await handling.read_case(at, filed.number)
        await handling.ask(at, filed.number, "哪一次?")

    async def news(person):
        async with city.sitting(person) as at:
            [found] = await whole_queue(at)
            return found.news

    assert not await news("lan")
    await replies(city, filed.receipt, "三月那次")
    assert await news("lan")
    async with city.sitting("lan") as at:
        await handling.read_case(at, filed.number)
    assert not await news("wei")


async def test_an_answered_case_leaves_the_queue_and_one_with_its_result_untold_stays(city):
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening")

    async def queued(group="open"):
        async with city.sitting("wei") as at:
            return [each.row.number for each in await whole_queue(at, group)]

    async with city.sitting("wei") as at:
        await handling.close(at, filed.number, "")
    assert await queued() == [filed.number]
    async with city.sitting("wei") as at:
        await handling.close(at, filed.number, "结果")
    assert await queued() == []
    assert await queued("all") == [filed.number]


async def test_a_missing_calendar_holds_nothing_up_but_is_not_hidden(city, caplog):
    class Ended:
        def under(self, kept):
            return self

        def is_working(self, day):
            raise CalendarUnknown("beyond")

        add = between = lambda self, day, other: self.is_working(day)

    city.desk = replace(city.desk, calendar=Ended())
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening")
    row = await city.row(filed.number)
    assert (row.internal, row.due) == ("screening", None)
    assert "calendar" in caplog.text
    async with city.sitting("wei") as at:
        [found] = await whole_queue(at)
    assert found.unknown
    async with city.sitting("wei") as at:
        await transferring.transfer(at, filed.number, "city", "理由")
    assert (await city.row(filed.number)).due is None


async def test_a_tampered_or_swapped_row_is_noticed_and_nothing_of_it_shown(city, execute):
    first, second = await city.filed("第一件"), await city.filed("第二件")
    await execute(
        "UPDATE case_parts SET sealed = (SELECT p.sealed FROM case_parts p WHERE p.place = 'report'"
        f" AND p.\"case\" = '{second.number}') WHERE place = 'report' AND \"case\" = '{first.number}'"
    )
    with pytest.raises(DatabaseCorrupt):
        async with city.sitting("wei") as at:
            await handling.read_case(at, first.number)
    async with city.sitting("wei") as at:
        assert (await handling.read_case(at, second.number)).report.course == "第二件"
    assert ("wei", "open") not in await city.steps(first.number)


async def test_facts_taken_from_another_case_let_nobody_in(city, execute):
    """Whoever writes to the database cannot lift an exclusion by giving a case another's facts."""
    mine, other = await city.filed(), await city.filed(about="shen", at="white")
    await execute(
        "UPDATE case_facts SET sealed = (SELECT f.sealed FROM case_facts f"
        f" WHERE f.\"case\" = '{other.number}') WHERE \"case\" = '{mine.number}'"
    )
    with pytest.raises(DatabaseCorrupt):
        async with city.sitting("wei") as at:
            await handling.read_case(at, mine.number)


async def test_nothing_a_handler_or_reporter_writes_is_on_the_disk_in_clear(
    city, stores, database_url, execute
):
    filed = await city.filed(contact=Contact(name="王平", contact="13900000000"))
    words = ("是哪一次招标", "去年三月", "涉及本级应由上级", "王平", "13900000000", STORY)
    async with city.sitting("wei") as at:
        await handling.ask(at, filed.number, words[0])
    await replies(city, filed.receipt, words[1])
    async with city.sitting("wei") as at:
        await transferring.transfer(at, filed.number, "city", words[2])
    await onto_disk(stores, execute)
    written = b"\0".join(path.read_bytes() for path in everything_written(stores, database_url))
    assert filed.number.encode() in written  # the scan looks at the right files
    for word in words:
        assert not any(spelling in written for spelling in spellings(word)), word


@pytest.mark.parametrize("weak", ["", "短口令", "aaaaaaaaaaaa", "1212121212"])
def test_a_weak_passphrase_is_refused(weak):
    with pytest.raises(AccessDenied):
        checked_passphrase(weak)
