"""How cases are spoken on, closed, merged and handed on, to the letter and to the day. On both databases."""

from datetime import date, timedelta

import pytest

from bot.services.casework import handling, transferring
from bot.services.casework.deadlines import Terms
from bot.services.reports.content import Contact, Message, NamedOrganisation, Report
from bot.services.reports.intake import HandIn, submit
from bot.services.reports.tracking import add, withdraw_contact
from storage import Organisation
from tests.support.case_desk import STORY, case_desk
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import casework as texts


@pytest.fixture
async def city(database):
    return await case_desk(database, Terms(kept_days=30))


async def closed(city, number, outcome="已查清"):
    async with city.sitting("wei") as at:
        await handling.close(at, number, outcome)


async def replies(city, receipt, kind):
    async with city.work() as work:
        case = await work.cases.by_receipt(receipt)
        await add(work, city.desk, case, kind=kind, text="补充一句", day=city.today)


async def refused(city, person, step):
    with pytest.raises(YanluError) as error:
        async with city.sitting(person) as at:
            await step(at)
    return error.value.happened, error.value.kept, error.value.next_step


# What is said, and when.


async def test_a_message_may_be_as_long_as_the_limit(city):
    filed = await city.filed()
    text = "字" * handling.MOST_TEXT
    async with city.sitting("wei") as at:
        await handling.ask(at, filed.number, f" {text}\n")
        (found,) = (await handling.read_case(at, filed.number)).messages
    assert (found.message.text, found.message.side, found.day) == (text, "handler", city.today)
    assert await refused(city, "wei", lambda at: handling.answer(at, filed.number, text + "字")) == (
        texts.bad_text(handling.MOST_TEXT),
        "",
        "",
    )


async def test_a_folder_tells_the_place_and_the_day_of_everything_in_it(city):
    filed = await city.filed(contact=Contact(name="王平"), files=(b"one", b"three"))
    city.wait(days=2)
    await replies(city, filed.receipt, "supplement")
    async with city.sitting("lan") as at:
        await handling.answer(at, filed.number, "已收到")
        folder = await handling.read_case(at, filed.number)
    first, second = date(2026, 3, 4), date(2026, 3, 6)
    assert folder.row == await city.row(filed.number)
    assert [(each.position, each.day, each.label.size) for each in folder.files] == [
        (1, first, 3),
        (2, first, 5),
    ]
    assert [(each.position, each.day, each.message) for each in folder.messages] == [
        (1, second, Message(side="reporter", kind="supplement", text="补充一句")),
        (2, second, Message(side="handler", kind="notice", text="已收到")),
    ]
    async with city.work() as work:
        days = [(each.action, each.day) for each in await work.audit.of(filed.number)]
    assert days == [("filed", first), ("supplemented", second), ("answer", second), ("open", second)]


async def test_a_withdrawn_contact_is_none(city):
    filed = await city.filed(contact=Contact(name="王平", contact="13900000000"))
    async with city.work() as work:
        await withdraw_contact(work, await work.cases.by_receipt(filed.receipt), city.today)
    async with city.sitting("wei") as at:
        assert (await handling.read_case(at, filed.number)).contact is None


async def test_a_question_and_its_answer_move_no_deadline_and_no_internal_status(city):
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening", "accepted", "inquiry")
    before = await city.row(filed.number)
    city.wait(days=4)
    async with city.sitting("wei") as at:
        await handling.ask(at, filed.number, "哪一次?")
    asked = await city.row(filed.number)
    assert (asked.status, asked.internal, asked.due) == ("incomplete", "inquiry", before.due)
    assert asked.changed == city.today
    await replies(city, filed.receipt, "supplement")
    assert await city.row(filed.number) == asked
    city.wait(days=1)
    await replies(city, filed.receipt, "answer")
    answered = await city.row(filed.number)
    assert (answered.status, answered.internal, answered.due) == ("handling", "inquiry", before.due)
    assert answered.changed == city.today
    city.wait(days=1)
    await replies(city, filed.receipt, "answer")
    assert await city.row(filed.number) == answered


# Closing.


async def test_a_case_closed_untold_is_kept_from_its_closing_not_from_its_telling(city):
    filed = await city.filed()
    await city.moved("wei", filed.number, "screening")
    await closed(city, filed.number, "  ")
    first = city.today
    assert (await city.row(filed.number)).due == date(2026, 3, 25)
    city.wait(days=7)
    await closed(city, filed.number)
    row = await city.row(filed.number)
    assert (row.closed, row.erase_after, row.due) == (first, first + timedelta(days=30), None)
    assert row.changed == city.today
    city.wait(days=2)
    await city.moved("wei", filed.number, "archived")
    assert (await city.row(filed.number)).erase_after == first + timedelta(days=30)
    await city.moved("wei", filed.number, "review")
    row = await city.row(filed.number)
    assert (row.closed, row.erase_after, row.due) == (None, None, city.today + timedelta(days=90))


async def test_a_refusal_says_what_may_be_done_instead(city):
    filed = await city.filed()
    not_now = (texts.may_not_follow("waiting", "answered"), "", texts.may_follow_next(["screening"]))
    assert await refused(city, "wei", lambda at: handling.close(at, filed.number, "结果")) == not_now
    assert await refused(city, "wei", lambda at: handling.close(at, filed.number, "")) == (
        texts.may_not_follow("waiting", "answer_due"),
        "",
        not_now[2],
    )
    assert await refused(city, "wei", lambda at: handling.set_status(at, filed.number, "inquiry")) == (
        texts.may_not_follow("waiting", "inquiry"),
        "",
        not_now[2],
    )
    await city.moved("wei", filed.number, "screening")
    assert await refused(city, "wei", lambda at: handling.set_status(at, filed.number, "answered")) == (
        texts.may_not_follow("screening", "answered"),
        "",
        texts.may_follow_next(["approval", "accepted", "forwarded", "returned", "answer_due", "answered"]),
    )
    assert await refused(city, "wei", lambda at: handling.close(at, filed.number, " ", outside=True)) == (
        texts.OUTSIDE_NEEDS_ROAD,
        "",
        texts.OUTSIDE_NEEDS_ROAD_NEXT,
    )


async def test_once_closed_nothing_is_asked_merged_or_handed_over(city):
    filed, other = await city.filed(), await city.filed()
    await city.moved("wei", filed.number, "screening")
    await closed(city, filed.number)
    steps = (
        lambda at: handling.ask(at, filed.number, "还有吗"),
        lambda at: handling.merge(at, filed.number, other.number),
        lambda at: handling.merge(at, other.number, filed.number),
        lambda at: transferring.transfer(at, filed.number, "city", "理由"),
    )
    for step in steps:
        assert await refused(city, "wei", step) == (texts.CLOSED_ALREADY, "", texts.CLOSED_ALREADY_NEXT)


async def test_a_merge_is_on_record_with_both_and_one_with_itself_is_none(city):
    first, second = await city.filed("一"), await city.filed("二")
    assert await refused(city, "wei", lambda at: handling.merge(at, first.number, first.number)) == (
        texts.CANNOT_MERGE,
        "",
        texts.CANNOT_MERGE_NEXT,
    )
    assert await city.steps(first.number) == [("reporter", "filed")]
    city.wait(days=3)
    async with city.sitting("lan") as at:
        await handling.merge(at, second.number, first.number)
        assert [each.message.kind for each in (await handling.read_case(at, second.number)).messages] == [
            "outcome"
        ]
    assert (await city.steps(second.number))[:2] == [("reporter", "filed"), ("lan", "merge")]
    assert await city.steps(first.number) == [("reporter", "filed"), ("lan", "merged")]
    row = await city.row(second.number)
    assert (row.closed, row.changed, row.due) == (city.today, city.today, None)


async def test_who_cannot_open_both_cases_cannot_merge_them(city):
    mine, theirs = await city.filed(about="wei", at="district"), await city.filed()
    with pytest.raises(AccessDenied):
        async with city.sitting("dong") as at:
            await handling.merge(at, mine.number, theirs.number)
    with pytest.raises(AccessDenied):
        async with city.sitting("wei") as at:
            await handling.merge(at, theirs.number, mine.number)
    assert (await city.row(mine.number)).status == (await city.row(theirs.number)).status == "received"


# Handing over.


async def handed_in(city, place):
    report = Report(
        category="廉洁", organisations=(NamedOrganisation(name="被反映单位", id=place),), course=STORY
    )
    async with city.work() as work:
        return await submit(work, city.desk, HandIn(report), city.today)


async def test_the_nearest_level_is_named_first_and_only_those_who_have_a_handler(city):
    async with city.work() as work:
        await work.people.put_organisations(
            [
                Organisation("office", "A010101", "科室", "bureau"),
                Organisation("desk", "A01010101", "股", "office"),
            ]
        )
    await city.enrol("liu", "bureau")
    filed = await handed_in(city, "desk")
    async with city.sitting("liu") as at:
        assert await transferring.transfer_targets(at, filed.number) == ("district", "city")
        await transferring.transfer(at, filed.number, "city", "理由")
    async with city.sitting("dong") as at:
        assert await transferring.transfer_targets(at, filed.number) == ("bureau", "district")


async def test_whoever_is_shut_out_gets_nothing_by_a_transfer(city):
    filed = await city.filed()
    await city.enrol("gu", "city")
    await city.appoint("dong", "bureau")
    async with city.sitting("wei") as at:
        assert await transferring.transfer_targets(at, filed.number) == ("city",)
        await transferring.transfer(at, filed.number, "city", "  理由 ")
        assert (await at.work.cases.facts(filed.number)).excluded >= {"dong", "qian", "liu"}
    async with city.sitting("gu") as at:
        (found,) = (await handling.read_case(at, filed.number)).messages
    assert (found.message.side, found.message.text, found.day) == ("handler", "理由", city.today)
    with pytest.raises(AccessDenied):
        async with city.sitting("dong") as at:
            await handling.read_case(at, filed.number)
    assert (await city.steps(filed.number))[1] == ("wei", "transfer:city")


async def test_a_transfer_that_cannot_be_says_that_nothing_was_done(city):
    filed = await city.filed()
    before = await city.row(filed.number)
    for target in ("district", "nowhere"):
        step = lambda at, target=target: transferring.transfer(at, filed.number, target, "理由")  # noqa: E731
        assert await refused(city, "wei", step) == (
            texts.NO_TARGET,
            texts.NOT_TRANSFERRED,
            texts.NO_TARGET_NEXT,
        )
    assert await refused(city, "wei", lambda at: transferring.transfer(at, filed.number, "city", " ")) == (
        texts.bad_text(handling.MOST_TEXT),
        "",
        "",
    )
    assert await city.row(filed.number) == before
    assert await city.steps(filed.number) == [("reporter", "filed")]
