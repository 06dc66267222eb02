"""Who is shut out sees nothing, by whatever door they try; who loses a case loses it at once. On both databases."""

import inspect
from datetime import date

import pytest

from bot.services.casework import access, handling, queue, rechecks, statistics, transferring
from bot.services.casework.rechecks import recheck, recovered, recovery_renewed, resealed, shared
from storage import CaseKey, new_recovery, unlock
from storage.handler_keys import recovery_pair
from storage.sealing import SealBroken
from tests.support.case_desk import STORY, case_desk, passphrase, whole_queue
from yanlu.errors import AccessDenied

DOORS = {
    "read_case": handling.read_case,
    "read_file": lambda at, number: anext(handling.read_file(at, number, 1)),
    "read_attachment": lambda at, number: handling.read_attachment(at, number, 1),
    "read_steps": handling.read_steps,
    "ask": lambda at, number: handling.ask(at, number, "问"),
    "answer": lambda at, number: handling.answer(at, number, "答"),
    "set_status": lambda at, number: handling.set_status(at, number, "screening"),
    "close": lambda at, number: handling.close(at, number, "结果"),
    "merge": lambda at, number: handling.merge(at, number, number),
    "transfer": lambda at, number: transferring.transfer(at, number, "city", "理由"),
    "transfer_targets": transferring.transfer_targets,
    "opened": lambda at, number: at.opened(number),
    "taken": lambda at, number: at.taken(number),
}
NO_CASE = "0000000000"


@pytest.fixture
async def city(database):
    return await case_desk(database)


def test_every_door_is_tried():
    """A new function that takes a handler and a case's number must be added above."""
    found = {
        name
        for module in (handling, transferring, queue, rechecks, statistics)
        for name, one in inspect.getmembers(module, inspect.isroutine)
        if one.__module__ == module.__name__
        and list(inspect.signature(one).parameters)[:2] == ["sitting", "number"]
    }
    assert {each for each in found if not each.startswith("_")} | {"opened", "taken"} == set(DOORS)


async def tried(city, person, number):
    """What each door says; every one must refuse."""
    said = set()
    for name, door in DOORS.items():
        with pytest.raises(AccessDenied) as refused:
            async with city.sitting(person) as at:
                await door(at, number)
        assert number not in str(refused.value), name
        said.add(str(refused.value))
    return said


async def sees_nothing(city, person):
    async with city.sitting(person) as at:
        assert await whole_queue(at, "all") == ()
        rows = await access.visible(at.work, at.desk, at.unlocked.handler, at.day)
        assert statistics.figures(rows, at.day.year, at.day, ()).total == 0
        assert await shared(at) == 0
        assert await recovery_renewed(at) == 0


async def test_a_handler_of_another_organisation_guessing_numbers_learns_nothing(city):
    filed = await city.filed(files=(b"x",))
    steps = await city.steps(filed.number)
    for person in ("shen", "dong"):
        assert len(await tried(city, person, filed.number) | await tried(city, person, NO_CASE)) == 1
        await sees_nothing(city, person)
    assert (
        await city.steps(filed.number) == steps
    )  # a refused try leaves no trace that could be counted either


async def test_the_accused_handler_sees_nothing_of_the_report_on_them(city):
    """韦正 is accused: it goes above his organisation, and he and his colleagues see nothing of it."""
    filed = await city.filed(about="wei", at="district")
    assert (await city.row(filed.number)).organisation == "city"
    for person in ("wei", "lan"):
        assert len(await tried(city, person, filed.number) | await tried(city, person, NO_CASE)) == 1
        await sees_nothing(city, person)
    async with city.sitting("dong") as at:
        assert (await handling.read_case(at, filed.number)).report.course == STORY


async def test_who_becomes_conflicted_is_shut_out_before_any_recheck_has_run(city):
    filed = await city.filed(files=(b"x",))
    session = await city.unlocked("lan")
    async with city.sitting(session) as at:
        await handling.read_case(at, filed.number)
    await city.appoint("lan", "bureau")
    assert len(await tried(city, session, filed.number) | await tried(city, session, NO_CASE)) == 1
    await sees_nothing(city, session)
    async with city.sitting("wei") as at:
        assert (await handling.read_case(at, filed.number)).report.course == STORY


async def test_a_recheck_takes_the_key_from_the_conflicted_for_ever(city):
    filed = await city.filed()
    await city.appoint("lan", "bureau")
    async with city.work() as work:
        lan = await work.handlers.by_person("lan")
        found = await recheck(work, city.desk, city.today)
        again = await recheck(work, city.desk, city.today)
    assert (found.withdrawn, found.waiting, found.stranded) == (1, (), ())
    assert again.withdrawn == 0
    async with city.work() as work:
        assert await work.case_lists.held(lan.id) == []
        assert await work.people.end_post("lan@bureau", date(2026, 3, 4))
    city.wait(days=2)
    async with city.work() as work:
        await recheck(work, city.desk, city.today)
    async with city.sitting("wei") as at:
        assert await shared(at) == 0  # whoever was shut out once stays so
    await tried(city, "lan", filed.number)
    assert ("system", f"withdrawn:{lan.id}") in await city.steps(filed.number)


async def test_a_revoked_handler_opens_nothing_in_a_running_session_either(city):
    filed = await city.filed(files=(b"x",))
    session = await city.unlocked("lan")
    await city.revoke("lan")
    assert len(await tried(city, session, filed.number)) == 1
    await sees_nothing(city, session)
    later = await city.filed()
    await tried(city, session, later.number)
    async with city.work() as work:
        await recheck(work, city.desk, city.today)
        assert [set(each.holders) for each in await work.cases.routed()] == [
            {(await work.handlers.by_person("wei")).id}
        ] * 2
    steps = await city.steps(filed.number)
    assert steps.count(("system", f"withdrawn:{session.handler.id}")) == 1


async def test_when_nobody_is_left_the_case_waits_for_the_next_level_and_the_receipt_brings_it_there(city):
    filed = await city.filed()
    await city.appoint("lan", "bureau")
    await city.revoke("wei")
    async with city.work() as work:
        found = await recheck(work, city.desk, city.today)
    assert (found.withdrawn, found.waiting) == (2, (filed.number,))
    row = await city.row(filed.number)
    assert (row.organisation, row.due) == ("district", date(2026, 3, 11))  # five working days to send it up
    await tried(city, "dong", filed.number)
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert await resealed(work, city.desk, case.key, "reporter", city.today)
        assert not await resealed(work, city.desk, case.key, "reporter", city.today)
    async with city.sitting("dong") as at:
        assert (await handling.read_case(at, filed.number)).report.course == STORY
    assert (await city.row(filed.number)).organisation == "city"
    assert ("reporter", "resealed:city") in await city.steps(filed.number)
    await tried(city, "lan", filed.number)


async def test_the_recovery_paper_brings_it_there_as_well_and_no_other_paper_does(city):
    filed = await city.filed()
    await city.revoke("lan")
    await city.revoke("wei")
    async with city.work() as work:
        assert await recovered(work, city.desk, city.papers["city"], city.today) == 0
        assert await recovered(work, city.desk, new_recovery()[1], city.today) == 0
        with pytest.raises(AccessDenied):
            await recovered(work, city.desk, "ABCDEF", city.today)
        assert await recovered(work, city.desk, city.papers["district"], city.today) == 1
    async with city.sitting("dong") as at:
        assert (await handling.read_case(at, filed.number)).report.course == STORY


async def test_a_case_that_nobody_may_have_is_given_to_nobody(city, caplog):
    filed = await city.filed()
    for person in ("lan", "wei", "dong"):
        await city.revoke(person)
    async with city.work() as work:
        found = await recheck(work, city.desk, city.today)
        case = await work.cases.by_receipt(filed.receipt)
        assert not await resealed(work, city.desk, case.key, "reporter", city.today)
        assert await recovered(work, city.desk, city.papers["district"], city.today) == 0
    assert (found.withdrawn, found.stranded) == (2, (filed.number,))
    assert "nobody left" in caplog.text
    assert filed.number not in caplog.text


async def test_a_new_handler_gets_the_cases_when_a_colleague_unlocks(city):
    filed = await city.filed()
    async with city.work() as work:
        await work.people.put_people([])
    await city.enrol("gu", "district")
    await tried(city, "gu", filed.number)
    async with city.sitting("wei") as at:
        assert await shared(at) == 1
        assert await shared(at) == 0
    unlocked = unlock(await _handler(city, "gu"), passphrase("gu"))
    async with city.sitting(unlocked) as at:
        assert (await handling.read_case(at, filed.number)).report.course == STORY


async def test_after_a_new_recovery_key_a_handler_seals_to_it_anew(city):
    await city.filed()
    public, printed = new_recovery()
    async with city.work() as work:
        await work.handlers.set_recovery("district", public, city.today)
        assert not (await work.handlers.drill("district", printed)).passed
    async with city.sitting("wei") as at:
        assert await recovery_renewed(at) == 1
    async with city.work() as work:
        assert (await work.handlers.drill("district", printed)).passed


async def test_an_administrator_or_a_thief_with_all_tables_and_every_other_key_opens_nothing(city):
    """The rows themselves, with the keys of all who are not entitled: not one seal gives way."""
    filed = await city.filed()
    async with city.work() as work:
        rows = (await work._session.execute(_sealed_keys())).all()
    strangers = [await city.unlocked(person) for person in ("dong", "shen")]
    pairs = [each.pair for each in strangers] + [
        recovery_pair(city.papers[each]) for each in ("city", "white")
    ]
    assert len(rows) == 2
    for row in rows:
        for pair in pairs:
            with pytest.raises(SealBroken):
                CaseKey.opened(row.sealed, pair, filed.number)


async def test_facts_that_do_not_open_shut_everybody_out(city, execute):
    filed = await city.filed()
    await execute(f"UPDATE case_facts SET sealed = substr(sealed, 1, 20) WHERE \"case\" = '{filed.number}'")
    async with city.work() as work:
        found = await recheck(work, city.desk, city.today)
    assert (found.withdrawn, found.stranded) == (2, (filed.number,))


async def _handler(city, person):
    async with city.work() as work:
        return await work.handlers.by_person(person)


def _sealed_keys():
    import sqlalchemy as sa

    from storage.schema_cases import case_keys

    return sa.select(case_keys)
