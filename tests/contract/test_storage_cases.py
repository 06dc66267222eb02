"""Sealed cases on both databases: who opens what, how a case moves, what is left of it."""

import asyncio
import os
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage import RoutingFacts, new_recovery
from storage import case_filing as filing
from storage.receipts import new_receipt
from storage.report_sealing import REPORT, CaseKey, KeyPair
from tests.support.sealed_city import (
    LATER,
    NOW,
    TODAY,
    enrolled,
    filed,
    full,
    left,
    report,
    rows,
    staffed,
    unlocked,
)
from yanlu.errors import AccessDenied, DatabaseCorrupt, StorageError


@pytest.fixture
async def printed(database):
    """A city with handlers; the city's printed recovery key."""
    async with database.transaction(NOW) as work:
        return await staffed(work)


async def test_a_report_is_read_by_its_recipients_and_by_the_receipt(printed, database):
    case = await full(database)
    async with database.transaction(NOW) as work:
        found = [await work.cases.open(await unlocked(work, each), case.number) for each in ("zhou", "li")]
        found.append(await work.cases.by_receipt(case.receipt.lower().replace("-", " ")))
        found.append(await work.cases.recover(printed, case.number))
        assert [each.key for each in found] == [case.key] * 4
        assert [each.row for each in found] == [await work.cases.get(case.number)] * 4
        assert (await work.cases.report(case.key)).decode() == "局长招标不上会"
        assert (await work.cases.contact(case.key)).decode() == "王 13900000000"
        (message,) = await work.case_messages.of(case.key)
        assert (message.position, message.day, message.content.decode()) == (1, TODAY, "补充一点")
        (file,) = await work.case_files.of(case.key)
        assert (file.position, file.day, file.name.decode()) == (1, TODAY, "账页.pdf")
        assert b"".join([each async for each in work.case_files.open(case.key, 1)]) == b"x" * 200_000


async def test_nobody_else_opens_it(printed, database):
    case = await filed(database, people=("zhou",))
    async with database.transaction(NOW) as work:
        seen = {each: await unlocked(work, each) for each in ("sun", "li")}
        for each in seen.values():
            with pytest.raises(AccessDenied) as theirs:
                await work.cases.open(each, case.number)
            with pytest.raises(AccessDenied) as unknown:
                await work.cases.open(each, "0000000000")
            assert str(theirs.value) == str(unknown.value)
            assert await work.case_lists.held(each.handler.id) == []
        with pytest.raises(AccessDenied):
            await work.cases.recover(new_recovery()[1], case.number)
        with pytest.raises(AccessDenied):
            await work.cases.recover(printed, "0000000000")


@pytest.mark.parametrize("typed", ["", "你好", "0" * 20, "no receipt"])
async def test_a_wrong_receipt_opens_nothing(printed, database, typed):
    await filed(database)
    async with database.transaction(NOW) as work:
        assert await work.cases.by_receipt(typed) is None
        assert await work.cases.by_receipt(new_receipt()) is None


async def test_a_receipt_is_looked_for_by_the_same_work_whether_it_is_one_or_not(
    printed, database, monkeypatch
):
    case = await filed(database)
    steps = []
    unwrapped = CaseKey.unwrapped

    def noted(wrapped, wrapping, number):
        steps.append((len(wrapped), len(wrapping), len(number)))
        return unwrapped(wrapped, wrapping, number)

    monkeypatch.setattr(CaseKey, "unwrapped", noted)
    async with database.transaction(NOW) as work:
        for typed in (case.receipt, new_receipt(), "你好"):
            await work.cases.by_receipt(typed)
    assert len(steps) == 3
    assert len(set(steps)) == 1


async def test_an_excluded_a_revoked_or_a_foreign_handler_is_never_sealed_to(printed, database, database_url):
    async with database.transaction(NOW) as work:
        good, foreign = await report(work), await work.handlers.by_person("sun")
        await work.handlers.revoke((await work.handlers.by_person("li")).id, TODAY)
    zhou = good.recipients[0]
    accused = replace(good.facts, people=frozenset({"zhou"}))
    excluded = replace(good.facts, excluded=frozenset({"zhou"}))
    for bad in (
        good,  # li was revoked meanwhile
        replace(good, recipients=(zhou, foreign)),
        replace(good, recipients=(replace(zhou, public=KeyPair.generate().public),)),
        replace(good, recipients=(replace(zhou, id="unknown"),)),
        replace(good, recipients=(zhou,), facts=accused),
        replace(good, recipients=(zhou,), facts=excluded),
        replace(good, recipients=(zhou,), organisation="district"),
    ):
        with pytest.raises(AccessDenied):
            async with database.transaction(NOW) as work:
                await work.cases.file(bad)
    with pytest.raises(StorageError) as nobody:
        async with database.transaction(NOW) as work:
            await work.cases.file(replace(good, recipients=()))
    assert "12388" in nobody.value.next_step
    assert set((await left(database_url)).values()) == {0}


async def test_the_same_number_is_never_given_twice(printed, database, database_url, monkeypatch):
    monkeypatch.setattr("storage.cases.new_number", lambda: "SAMENUMBER")
    first = await filed(database, "第一件")
    with pytest.raises(StorageError):
        await filed(database, "第二件")
    assert (await left(database_url))["cases"] == 1
    async with database.transaction(NOW) as work:
        assert (await work.cases.report(first.key)).decode() == "第一件"


def test_case_numbers_are_random_and_plain():
    numbers = {filing.new_number() for _ in range(500)}
    assert len(numbers) == 500
    assert {len(each) for each in numbers} == {10}
    assert len({each[0] for each in numbers}) > 20


async def test_large_files_keep_their_order(printed, database):
    case = await filed(database)
    async with database.transaction(NOW) as work:
        one, two = os.urandom(3_000_000), os.urandom(17)
        assert (await work.case_files.add(case.key, b"one", [one], TODAY)).position == 1
        assert (await work.case_files.add(case.key, b"two", [two], LATER)).position == 2
        assert b"".join([each async for each in work.case_files.open(case.key, 1)]) == one
        assert b"".join([each async for each in work.case_files.open(case.key, 2)]) == two
        with pytest.raises(DatabaseCorrupt):
            [each async for each in work.case_files.open(case.key, 3)]


async def test_a_large_file_is_never_held_whole(printed, database):
    case = await filed(database)
    async with database.transaction(NOW) as work:
        session, batches = work.case_files._session, []

        class Noting:
            async def execute(self, statement, parameters=None):
                found = await session.execute(statement, parameters)
                if isinstance(parameters, list):
                    batches.append(len(parameters))
                return found

        work.case_files._session = Noting()
        await work.case_files.add(case.key, b"name", [b"x" * 64 * 1024] * 31, TODAY)
        assert batches == [16, 16]
        assert len([each async for each in work.case_files.open(case.key, 1)]) == 31


async def test_messages_at_the_same_time_all_stay_in_one_order(printed, database):
    case = await filed(database)

    async def say(number):
        async with database.transaction(NOW) as work:
            await work.case_messages.add(case.key, b"%d" % number, TODAY)

    await asyncio.gather(*(say(number) for number in range(8)))
    async with database.transaction(NOW) as work:
        found = await work.case_messages.of(case.key)
    assert [each.position for each in found] == list(range(1, 9))
    assert {each.content for each in found} == {b"%d" % number for number in range(8)}


async def test_a_queue_shows_what_is_open_urgent_and_due_first(printed, database):
    soon, far = date(2026, 3, 10), date(2026, 4, 1)
    wanted = [
        await filed(database, due=soon),
        await filed(database, due=far),
        await filed(database, due=None),
        await filed(database, priority=False, due=soon),
        await filed(database, due=soon),
    ]
    async with database.transaction(NOW) as work:
        await work.cases.set_status(wanted[4].number, "closed", "archived", TODAY, due=None)
        li = await work.handlers.by_person("li")
        assert [each.row.number for each in await work.case_lists.held(li.id)] == [
            each.number for each in wanted
        ]
        first = (await work.case_lists.held(li.id))[0].row
        assert (first.organisation, first.category, first.priority, first.filed) == (
            "city",
            "廉洁",
            True,
            TODAY,
        )
        assert (first.status, first.internal, first.changed, first.late) == (
            "received",
            "waiting",
            TODAY,
            False,
        )
        await work.handlers.revoke(li.id, TODAY)
        assert await work.case_lists.held(li.id) == []


async def test_a_status_moves_the_deadline_and_remembers_one_that_was_missed(printed, database):
    case = await filed(database, due=date(2026, 3, 10))
    until = date(2027, 3, 4)
    async with database.transaction(NOW) as work:
        move = work.cases.set_status
        assert await move(case.number, "accepted", "accepted", date(2026, 3, 10), due=date(2026, 3, 20))
        assert not (await work.cases.get(case.number)).late
        assert [each.number for each in await work.cases.due(date(2026, 3, 20))] == [case.number]
        assert await work.cases.due(date(2026, 3, 19)) == []
        assert await move(case.number, "handling", "inquiry", date(2026, 3, 21), due=date(2026, 4, 1))
        assert (await work.cases.get(case.number)).late
        await move(case.number, "closed", "answer_due", date(2026, 3, 22), due=None, erase_after=until)
        await move(case.number, "closed", "answered", date(2026, 3, 23), due=None, erase_after=until)
        row = await work.cases.get(case.number)
        assert (row.closed, row.late, row.due, row.status) == (date(2026, 3, 22), True, None, "closed")
        assert await work.cases.due(date(2030, 1, 1)) == []
        assert await work.cases.expired(until) == []
        assert [each.number for each in await work.cases.expired(until + timedelta(days=1))] == [case.number]
        await move(case.number, "handling", "review", date(2026, 3, 24), due=None)
        row = await work.cases.get(case.number)
        assert (row.closed, row.erase_after) == (None, None)
        await move(case.number, "outside", "forwarded", date(2026, 3, 25), due=None)
        assert (await work.cases.get(case.number)).closed == date(2026, 3, 25)
        assert not await move("0000000000", "closed", "archived", TODAY, due=None)
        assert await work.cases.get("0000000000") is None


async def test_a_contact_can_be_withdrawn_and_its_presence_does_not_show(printed, database, database_url):
    named = await filed(database, contact="王".encode())
    await filed(database)
    lengths = await rows(
        database_url, "SELECT DISTINCT length(sealed) FROM case_parts WHERE place = 'contact'"
    )
    assert len(lengths) == 1
    async with database.transaction(NOW) as work:
        await work.cases.set_contact(named.key, b"")
        assert await work.cases.contact(named.key) == b""


async def test_a_case_is_granted_and_withdrawn(printed, database):
    case = await filed(database, people=("zhou",))
    async with database.transaction(NOW) as work:
        zhou, li, sun = [await work.handlers.by_person(each) for each in ("zhou", "li", "sun")]
        assert await work.cases.grant(case.key, [zhou, li]) == 1
        assert (await work.cases.open(await unlocked(work, "li"), case.number)).key == case.key
        with pytest.raises(AccessDenied):
            await work.cases.grant(case.key, [sun])
        (routed,) = await work.cases.routed()
        assert set(routed.holders) == {zhou.id, li.id}
        assert await work.cases.withdraw(case.number, [li.id, sun.id]) == 1
        assert await work.cases.withdraw(case.number, []) == 0
        with pytest.raises(AccessDenied):
            await work.cases.open(await unlocked(work, "li"), case.number)
        facts = replace(routed.facts, excluded=routed.facts.excluded | {"li"})
        await work.cases.set_facts(case.number, facts)
        assert await work.cases.facts(case.number) == facts
        with pytest.raises(AccessDenied):
            await work.cases.grant(case.key, [li])


async def test_a_revoked_handler_opens_nothing_new_and_no_case_in_an_old_session(printed, database):
    before = await filed(database)
    async with database.transaction(NOW) as work:
        session = await unlocked(work, "li")
        assert await work.handlers.revoke(session.handler.id, TODAY)
        assert not await work.handlers.revoke(session.handler.id, TODAY)
        assert await work.handlers.by_person("li") is None
        assert [each.person for each in await work.handlers.all() if each.organisation == "city"] == ["zhou"]
        assert (await work.handlers.get(session.handler.id)).revoked == TODAY
    after = await filed(database, people=("zhou",))
    async with database.transaction(NOW) as work:
        for case in (before, after):
            with pytest.raises(AccessDenied):
                await work.cases.open(session, case.number)
        with pytest.raises(AccessDenied):
            await work.cases.grant(after.key, [session.handler])
        again = await enrolled(work, "li", "city")
        assert again.id != session.handler.id
        assert await work.cases.grant(after.key, [again]) == 1
        assert (await work.cases.open(await unlocked(work, "li"), after.number)).key == after.key


async def test_a_transfer_seals_anew_to_the_other_organisation_only(printed, database, database_url):
    case = await full(database)
    async with database.transaction(NOW) as work:
        public, district_paper = new_recovery()
        recovery = await work.handlers.set_recovery("district", public, TODAY)
        opened = await work.cases.open(await unlocked(work, "zhou"), case.number)
        sun, li = await work.handlers.by_person("sun"), await work.handlers.by_person("li")
        facts = RoutingFacts(people=frozenset({"qian"}), candidates=("district", "city"))
        for bad in ([], [li], [sun, li]):
            with pytest.raises((AccessDenied, StorageError)):
                await work.cases.transfer(
                    opened.key, "district", bad, recovery=recovery, facts=facts, day=LATER
                )
        await work.cases.transfer(opened.key, "district", [sun], recovery=recovery, facts=facts, day=LATER)
    async with database.transaction(NOW) as work:
        key = (await work.cases.open(await unlocked(work, "sun"), case.number)).key
        assert (await work.cases.report(key)).decode() == "局长招标不上会"
        assert (await work.case_messages.of(key))[0].content.decode() == "补充一点"
        assert (await work.cases.by_receipt(case.receipt)).key == key
        assert (await work.cases.recover(district_paper, case.number)).key == key
        for each in ("zhou", "li"):
            with pytest.raises(AccessDenied):
                await work.cases.open(await unlocked(work, each), case.number)
        with pytest.raises(AccessDenied):
            await work.cases.recover(printed, case.number)
        row = await work.cases.get(case.number)
        assert (row.organisation, row.changed) == ("district", LATER)
        assert await work.cases.facts(case.number) == facts
        await work.cases.transfer(key, "district", [sun], recovery=None, facts=facts, day=LATER)
    assert (await left(database_url))["case_recovery"] == 0


async def test_a_duplicate_points_to_the_other_case_and_keeps_its_readers(printed, database):
    one, two, three = [await filed(database) for _ in range(3)]
    async with database.transaction(NOW) as work:
        merge = work.cases.merge_into
        assert await merge(one.number, two.number, LATER, erase_after=date(2027, 1, 1))
        row = await work.cases.get(one.number)
        assert (row.merged_into, row.closed, row.due) == (two.number, LATER, None)
        assert (row.status, row.erase_after) == ("closed", date(2027, 1, 1))
        assert (await work.cases.by_receipt(one.receipt)).key == one.key
        assert not await merge(three.number, one.number, LATER)
        assert not await merge(two.number, two.number, LATER)
        assert not await merge(two.number, "0000000000", LATER)
        sun = await work.handlers.by_person("sun")
        await work.cases.transfer(
            three.key, "district", [sun], recovery=None, facts=RoutingFacts(), day=LATER
        )
        assert not await merge(three.number, two.number, LATER)


async def test_an_erased_case_leaves_its_row_and_nothing_else(printed, database, database_url):
    case, other = await full(database), await full(database)
    async with database.transaction(NOW) as work:
        assert await work.cases.erase(case.number, LATER)
        assert not await work.cases.erase(case.number, LATER)
        assert not await work.cases.erase("0000000000", LATER)
    found = await left(database_url)
    assert found["cases"] == 2
    assert found["case_keys"] == 2
    assert {
        found[name]
        for name in ("case_facts", "case_recovery", "case_receipts", "case_messages", "case_files")
    } == {1}
    assert (found["case_parts"], found["case_chunks"]) == (2, 5)
    async with database.transaction(NOW) as work:
        row = await work.cases.get(case.number)
        assert (row.erased, row.due, row.erase_after, row.category) == (LATER, None, None, "廉洁")
        assert await work.cases.by_receipt(case.receipt) is None
        assert await work.cases.facts(case.number) is None
        session = await unlocked(work, "zhou")
        for refused in (
            work.cases.open(session, case.number),
            work.cases.recover(printed, case.number),
            work.cases.report(case.key),
            work.cases.set_contact(case.key, b""),
            work.cases.set_facts(case.number, RoutingFacts()),
            work.cases.grant(case.key, []),
            work.cases.seal_recovery(case.key, None),
            work.cases.transfer(
                case.key, "city", [session.handler], recovery=None, facts=RoutingFacts(), day=LATER
            ),
            work.case_messages.add(case.key, b"late", LATER),
            work.case_files.add(case.key, b"late", [], LATER),
        ):
            with pytest.raises(AccessDenied):
                await refused
        assert not await work.cases.set_status(case.number, "handling", "review", LATER, due=LATER)
        assert not await work.cases.merge_into(other.number, case.number, LATER)
        assert [each.row.number for each in await work.cases.routed()] == [other.number]
        assert [each.row.number for each in await work.case_lists.held(session.handler.id)] == [other.number]
        numbers = {each.number for each in await work.cases.statistics(TODAY, TODAY)}
        assert numbers == {case.number, other.number}
        assert await work.cases.statistics(LATER, LATER) == []
        assert (await work.cases.report(other.key)).decode() == "局长招标不上会"


async def test_what_is_kept_is_given_back_as_it_was_kept(database):
    async with database.transaction(NOW) as work:
        await staffed(work)
        case = await work.cases.file(await report(work))
        message = await work.case_messages.add(case.key, b"said", LATER)
        file = await work.case_files.add(case.key, b"name", [b"content"], LATER)
        assert [message] == list(await work.case_messages.of(case.key))
        assert [file] == list(await work.case_files.of(case.key))
        assert (file.day, file.name, message.position) == (LATER, b"name", 1)
        assert case.digest == case.key.digest(REPORT, await work.cases.report(case.key))
