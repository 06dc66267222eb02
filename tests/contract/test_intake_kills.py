"""kill -9 while reports are handed in: what was acknowledged opens, nothing is there twice or by halves.

20 kills for each database; YANLU_TEST_KILLS says how many instead.
"""

import asyncio
import os
import random
import re

import pytest

from bot.services.reports.content import Contact, Report
from storage import Database
from tests.support.case_desk import TODAY, CaseDesk, case_desk
from tests.support.intake_worker import (
    AT_ONCE,
    FILE,
    REPORTER,
    Acknowledged,
    has_contact,
    has_file,
    nursery,
)
from tests.support.sealed_city import left
from tests.support.stores import KEYS

KILLS = int(os.environ.get("YANLU_TEST_KILLS", "20"))
LONGEST = 0.25  # seconds from a worker's first report to its end
READERS = ("wei", "lan")  # the district's handlers: every report is on the head of a bureau below
MARKER = re.compile(r"标记(\d+-\d+)。")


async def marker_of(work, key) -> str:
    """The marker of an opened case, all of which is read, and is what its worker handed in."""
    found = MARKER.match(Report.unpacked(await work.cases.report(key)).course)
    assert found, "a report of nobody's"
    contact = await work.cases.contact(key)
    assert (Contact.unpacked(contact) if contact else None) == (REPORTER if has_contact(found[1]) else None)
    files = [
        b"".join([piece async for piece in work.case_files.open(key, each.position)])
        for each in await work.case_files.of(key)
    ]
    assert files == ([FILE] if has_file(found[1]) else [])
    return found[1]


async def lost(house: CaseDesk, acknowledged: list[Acknowledged]) -> list[str]:
    """The markers of acknowledged reports that their receipts do not open."""
    found = []
    for each in acknowledged:
        async with house.work() as work:
            case = await work.cases.by_receipt(each.receipt)
            if (
                case is None
                or case.row.number != each.number
                or await marker_of(work, case.key) != each.marker
            ):
                found.append(each.marker)
    return found


async def kept(house: CaseDesk) -> dict[str, str]:
    """The marker of every case by its number; each is whole, open to its readers and once on record."""
    unlocked = [await house.unlocked(each) for each in READERS]
    found: dict[str, str] = {}
    async with house.work() as work:
        assert await work.audit.verify() is None
        for case in await work.cases.routed():
            number = case.row.number
            assert case.facts is not None
            assert case.facts.people == {"qian"}
            keys = [(await work.cases.open(each, number)).key for each in unlocked]
            assert {each.handler.id for each in unlocked} == set(case.holders)
            assert len({await marker_of(work, key) for key in keys}) == 1
            assert (await work.cases.recover(house.papers["district"], number)).row == case.row
            assert [(each.actor, each.action) for each in await work.audit.of(number)] == [
                ("reporter", "filed")
            ]
            found[number] = await marker_of(work, keys[0])
        assert len(found) == len(await work.cases.statistics(TODAY, TODAY))
        assert (await work.audit.head())[0] == len(found)
    return found


@pytest.mark.timeout(60 + 5 * KILLS)
async def test_no_acknowledged_report_is_lost_and_none_is_there_twice_or_by_halves(database_url, execute):
    chance = random.Random()
    database = Database.open(database_url, keys=KEYS)
    house = await case_desk(database)
    await database.close()  # on SQLite the worker must find the file free, as after a restart
    acknowledged: list[Acknowledged] = []
    async with nursery(database_url) as workers:
        for _ in range(KILLS):
            acknowledged += await workers.killed_after(chance.uniform(0, LONGEST))
    assert len(acknowledged) >= KILLS

    database = Database.open(database_url, keys=KEYS)
    house.database = database
    try:
        await _settled_down(database)
        await database.check()
        assert await lost(house, acknowledged) == []
        markers = await kept(house)
        assert len(set(markers.values())) == len(markers), "a report is there twice"
        assert {each.number: each.marker for each in acknowledged}.items() <= markers.items()
        unsaid = len(markers) - len(acknowledged)
        assert 0 <= unsaid <= KILLS * AT_ONCE  # committed, and killed before it could say so
        tables = await left(database_url)
        cases = len(markers)
        whole = {
            "cases": 1,
            "case_facts": 1,
            "case_receipts": 1,
            "case_recovery": 1,
            "case_parts": 2,
            "case_keys": 2,
        }
        assert {name: tables[name] for name in whole} == {name: each * cases for name, each in whole.items()}
        print(f"\n{KILLS} kills, {len(acknowledged)} acknowledged, {unsaid} kept and not yet said, 0 lost")

        victim = acknowledged[-1]  # and the check would have told
        await execute(f"DELETE FROM case_receipts WHERE \"case\" = '{victim.number}'")
        assert await lost(house, acknowledged) == [victim.marker]
        await execute(f"DELETE FROM audit WHERE \"case\" = '{victim.number}'")
        with pytest.raises(AssertionError):
            await kept(house)
    finally:
        await database.close()


async def _settled_down(database: Database) -> None:
    """Wait until a server has noticed that the last worker is gone, and what it had begun is rolled back."""
    for _ in range(2):
        async with database.transaction() as work:
            await work.lock("audit")
        await asyncio.sleep(0.1)
