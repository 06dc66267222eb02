"""Sealed cases on both databases: what a stolen or tampered disk shows, and what a crash leaves."""

import os

import pytest
import sqlalchemy as sa

from storage import Database, unlock
from storage.backend import backend_of
from storage.report_sealing import CHUNK_BYTES, CaseKey, KeyPair
from storage.schema import metadata
from storage.sealing import SealBroken
from tests.contract.test_storage_secrecy import everything_written, onto_disk, spellings
from tests.support.sealed_city import (
    CASE_TABLES,
    LATER,
    NOW,
    TODAY,
    filed,
    full,
    left,
    report,
    rows,
    staffed,
    unlocked,
)
from tests.support.stores import KEYS
from yanlu.errors import AccessDenied, DatabaseCorrupt, PassphraseWrong


@pytest.fixture(scope="module")
def postgres_stores(own_postgres_stores):
    return own_postgres_stores


@pytest.fixture
async def printed(database):
    """A city with handlers; the city's printed recovery key."""
    async with database.transaction(NOW) as work:
        return await staffed(work)


class Stopped(Exception):
    pass


class StoppingSession:
    """Breaks off after so many statements."""

    def __init__(self, session, statements):
        self.skips_locked = session.skips_locked
        self.done = 0
        self._session = session
        self._statements = statements

    async def execute(self, statement, parameters=None):
        if self.done == self._statements:
            raise Stopped
        self.done += 1
        return await self._session.execute(statement, parameters)


async def stopped_filing(database, statements):
    """File a report, be stopped after so many statements or before the commit; gives how many were run."""
    with pytest.raises(Stopped):  # noqa: PT012 - the transaction is the statement
        async with database.transaction(NOW) as work:
            new = await report(work)
            work.cases._session = stopping = StoppingSession(work.cases._session, statements)
            await work.cases.file(new)
            raise Stopped
    return stopping.done


async def test_a_crash_between_any_two_statements_leaves_nothing(printed, database, database_url):
    done = [await stopped_filing(database, statements) for statements in range(10)]
    assert done == [0, 1, 2, 3, 4, 5, 6, 7, 7, 7]  # seven statements, and the commit
    assert set((await left(database_url)).values()) == {0}
    await filed(database)
    assert (await left(database_url))["cases"] == 1


async def test_a_thousand_reports_show_nothing_without_a_passphrase_and_exactly_theirs_with_one(
    printed, database, stores, database_url, execute
):
    entitled = {"zhou": set(), "li": set()}
    numbers, receipts = [], []
    for start in range(0, 1000, 100):
        async with database.transaction(NOW) as work:
            for index in range(start, start + 100):
                people = (("zhou",), ("li",), ("zhou", "li"))[index % 3]
                new = await report(
                    work, f"canary{index}黄雀", people=people, contact=f"canary{index}人".encode()
                )
                case = await work.cases.file(new)
                numbers.append(case.number)
                receipts.append(case.receipt)
                for each in people:
                    entitled[each].add(case.number)
    await onto_disk(stores, execute)
    disk = b"\0".join(path.read_bytes() for path in everything_written(stores, database_url))
    assert numbers[0].encode() in disk  # the scan finds what is there in clear
    for form in (*spellings("canary"), *spellings("黄雀")):
        assert form not in disk
    assert not any(
        receipt.encode() in disk or receipt.replace("-", "").encode() in disk for receipt in receipts
    )
    sealed = await rows(database_url, 'SELECT "case", handler, sealed FROM case_keys')
    async with database.transaction(NOW) as work:
        opened = {}
        for person, theirs in entitled.items():
            with pytest.raises(PassphraseWrong):
                unlock(await work.handlers.by_person(person), "guess")
            opened[person] = set()
            session = await unlocked(work, person)
            for row in sealed:  # everything on the disk is tried, not only what is said to be theirs
                try:
                    key = session.case_key(row.sealed, row.case)
                except SealBroken:
                    continue
                assert (await work.cases.report(key)).decode().startswith("canary")
                opened[person].add(row.case)
            listed = {each.row.number for each in await work.case_lists.held(session.handler.id)}
            assert opened[person] == theirs == listed
        stranger = KeyPair.generate()
        for row in sealed:
            with pytest.raises(SealBroken):
                CaseKey.opened(row.sealed, stranger, row.case)


async def test_swapped_ciphertexts_are_noticed(printed, database, execute):
    one, two = await full(database), await full(database)
    swaps = {
        "case_parts": ("sealed", "place = 'report'"),
        "case_messages": ("sealed", "position = 1"),
        "case_files": ("sealed", "position = 1"),
        "case_chunks": ("chunk", "number = 1"),
    }
    for table, (column, where) in swaps.items():
        await execute(
            f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE \"case\" = '{two.number}' AND {where})"
            f" WHERE \"case\" = '{one.number}' AND {where}"
        )
    async with database.transaction(NOW) as work:
        for read in (work.cases.report, work.case_messages.of, work.case_files.of):
            with pytest.raises(DatabaseCorrupt):
                await read(one.key)
        with pytest.raises(DatabaseCorrupt):
            [each async for each in work.case_files.open(one.key, 1)]
        assert (await work.cases.report(two.key)).decode() == "局长招标不上会"


async def test_a_text_moved_to_another_place_of_the_case_is_noticed(printed, database, execute):
    case = await full(database)
    await execute(
        "UPDATE case_parts SET sealed = (SELECT sealed FROM case_messages)  WHERE place = 'contact'",
    )
    async with database.transaction(NOW) as work:
        await work.cases.report(case.key)
        with pytest.raises(DatabaseCorrupt):
            await work.cases.contact(case.key)


async def test_a_key_sealed_for_another_case_is_noticed(printed, database, execute):
    one, two = await filed(database), await filed(database)
    for table, column in (("case_keys", "sealed"), ("case_recovery", "sealed"), ("case_receipts", "wrapped")):
        same = "AND other.handler = case_keys.handler" if table == "case_keys" else ""
        await execute(
            f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} AS other"
            f" WHERE other.\"case\" = '{two.number}' {same}) WHERE \"case\" = '{one.number}'"
        )
    async with database.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            await work.cases.open(await unlocked(work, "zhou"), one.number)
        with pytest.raises(DatabaseCorrupt):
            await work.cases.by_receipt(one.receipt)
        with pytest.raises(AccessDenied):
            await work.cases.recover(printed, one.number)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM case_chunks WHERE number = (SELECT max(number) FROM case_chunks)",
        "DELETE FROM case_chunks WHERE number = 2",
        "DELETE FROM case_chunks WHERE number = 0",
        "DELETE FROM case_chunks",
        "UPDATE case_chunks SET number = 5 - number WHERE number IN (2)",
        "UPDATE case_chunks SET chunk = substr(chunk, 1, 100) WHERE number = 1",
    ],
)
async def test_a_file_that_was_cut_or_reordered_is_noticed(printed, database, execute, tampering):
    case = await filed(database)
    async with database.transaction(NOW) as work:
        content = [os.urandom(CHUNK_BYTES) for _ in range(3)]
        await work.case_files.add(case.key, b"name", content, TODAY)
    if "5 - number" in tampering:
        await execute("UPDATE case_chunks SET number = 9 WHERE number = 3")
        await execute("UPDATE case_chunks SET number = 3 WHERE number = 2")
        tampering = "UPDATE case_chunks SET number = 2 WHERE number = 9"
    await execute(tampering)
    async with database.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            [each async for each in work.case_files.open(case.key, 1)]


async def test_a_missing_message_is_noticed(printed, database, execute):
    case = await filed(database)
    async with database.transaction(NOW) as work:
        for each in (b"one", b"two"):
            await work.case_messages.add(case.key, each, TODAY)
    await execute("DELETE FROM case_messages WHERE position = 1")
    async with database.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            await work.case_messages.of(case.key)


async def test_facts_that_do_not_open_are_told_and_shut_everybody_new_out(printed, database, execute):
    case = await filed(database, people=("zhou",))
    other = await filed(database)
    await execute(f"UPDATE case_facts SET sealed = substr(sealed, 1, 50) WHERE \"case\" = '{case.number}'")
    async with database.transaction(NOW) as work:
        found = {each.row.number: each.facts for each in await work.cases.routed()}
        assert found[case.number] is None
        assert found[other.number].people == {"qian"}
        with pytest.raises(DatabaseCorrupt):
            await work.cases.grant(case.key, [await work.handlers.by_person("li")])
    await execute(f"DELETE FROM case_facts WHERE \"case\" = '{case.number}'")
    async with database.transaction(NOW) as work:
        with pytest.raises(AccessDenied):
            await work.cases.grant(case.key, [await work.handlers.by_person("li")])


async def test_a_public_key_that_was_slipped_in_is_noticed(printed, database, database_url):
    strange = KeyPair.generate().public
    for table in ("handlers", "recovery_keys"):
        backend = backend_of(database_url, busy_timeout=5)
        statement = sa.update(metadata.tables[table]).values(public=strange)
        async with backend.transaction() as session:
            await session.execute(statement)
        await backend.close()
    async with database.transaction(NOW) as work:
        for read in (
            work.handlers.by_person("zhou"),
            work.handlers.all(),
            work.handlers.recovery("city"),
        ):
            with pytest.raises(DatabaseCorrupt):
                await read


async def test_a_handler_moved_to_another_organisation_in_the_table_is_noticed(printed, database, execute):
    await execute("UPDATE handlers SET organisation = 'city' WHERE person = 'sun'")
    async with database.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            await work.handlers.all()


async def test_no_column_of_a_case_holds_a_time_or_counts_up(database):
    for name in (*CASE_TABLES, "handlers", "recovery_keys", "passing", "audit"):
        for column in metadata.tables[name].columns:
            assert not isinstance(column.type, sa.DateTime), column
            assert not isinstance(getattr(column.type, "impl", None), sa.DateTime), column
            assert column.autoincrement in (False, "auto"), column
            if column.primary_key and isinstance(column.type, sa.Integer):
                assert column.autoincrement is False, column


async def test_rows_come_off_the_disk_in_no_order_of_filing(sqlite_stores):
    """SQLite: a table without row ids is kept by its random key."""
    url = await sqlite_stores.migrated()
    without = {name for (name,) in await rows(url, "SELECT name FROM pragma_table_list WHERE wr = 1")}
    marks = {"case_checks"}  # one row, of no case
    assert {*CASE_TABLES, "handlers", "recovery_keys", "passing"} - marks <= without


async def test_what_was_erased_is_gone_from_the_file(sqlite_stores):
    url = await sqlite_stores.migrated()
    database = Database.open(url, keys=KEYS)
    async with database.transaction(NOW) as work:
        await staffed(work)
    case = await full(database)
    sealed = [
        row[0] for row in await rows(url, "SELECT sealed FROM case_keys UNION SELECT sealed FROM case_parts")
    ]
    async with database.transaction(NOW) as work:
        await work.cases.erase(case.number, LATER)
    await database.close()
    (path,) = everything_written(None, url)  # who closes last folds the log into it
    content = path.read_bytes()
    assert case.number.encode() in content
    assert not any(each[10:60] in content for each in sealed)
