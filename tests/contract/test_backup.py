"""What a backup holds, that it opens again in either database, and that work goes on meanwhile."""

import asyncio
import stat
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services.reports.content import Contact, Report
from storage import (
    Database,
    Organisation,
    RecordQuery,
    TicketQuery,
    back_up,
    restore,
)
from storage.backend import backend_of
from storage.backup_file import BackupWriter
from storage.backup_tables import KEPT, LEFT_OUT
from storage.installation import MIGRATIONS, alembic_config
from storage.schema import REVISION, VERSION_TABLE, metadata
from tests.support.backed_up import KEPT_WORD, LEFT, filled_up, rows_of, tables_in_database
from tests.support.backup_reading import everything_in, tables_in
from tests.support.canaries import spellings
from tests.support.case_desk import STORY, case_desk
from tests.support.stored_city import NOW, settled, talk, ticket
from tests.support.stores import KEYS

OLDER = sorted(path.name[:4] for path in MIGRATIONS.glob("versions/0*.py"))[:-1]


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "言路备份.zip"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def other_url(request):
    """An empty database of either kind, whatever the first one is."""
    kind = "sqlite_stores" if request.param == "sqlite" else "postgres_stores"
    return await request.getfixturevalue(kind).empty()


# Which tables.


def test_every_table_is_kept_or_left_out_and_for_a_reason():
    assert metadata.tables.keys() == KEPT.keys() | LEFT_OUT.keys()
    assert not KEPT.keys() & LEFT_OUT.keys()
    assert all({**KEPT, **LEFT_OUT}.values())


def test_nothing_that_is_kept_needs_what_is_left_out():
    for name in KEPT:
        assert {key.column.table.name for key in metadata.tables[name].foreign_keys} <= KEPT.keys(), name


def test_nobody_counts_on_rows_that_are_left_out():
    """The promises of DESIGN sections 3, 6 and 9, by name."""
    assert {"passing", "drafts", "outbox", "updates", "console_sessions"} <= LEFT_OUT.keys()
    assert {"cases", "case_keys", "case_recovery", "case_receipts", "case_facts"} <= KEPT.keys()
    assert {"case_parts", "case_messages", "case_files", "case_chunks", "handlers", "audit"} <= KEPT.keys()
    assert {name for name in metadata.tables if name.startswith(("record", "ticket"))} <= KEPT.keys()


# There and back.


async def test_everything_kept_comes_back_the_same_in_either_database(database_url, other_url, archive):
    await filled_up(database_url)
    before = await rows_of(database_url, KEPT)
    assert all(before.values()), "every table has something to lose"
    made = await back_up(database_url, archive, keys=KEYS, now=NOW)
    assert (made.made, made.revision) == (NOW.replace(microsecond=0), REVISION)
    assert made.size == archive.stat().st_size
    assert made.rows == {name: len(rows) for name, rows in before.items()}
    assert await restore(archive, other_url, keys=KEYS) == made
    assert await rows_of(other_url, KEPT) == before
    assert not any((await rows_of(other_url, LEFT_OUT)).values())
    restored = Database.open(other_url, keys=KEYS)
    await restored.check()
    await restored.close()


async def test_it_holds_what_is_kept_and_no_trace_of_what_is_left_out(database_url, archive):
    await filled_up(database_url)
    assert all((await rows_of(database_url, LEFT_OUT)).values())
    await back_up(database_url, archive, keys=KEYS, now=NOW)
    assert tables_in(archive).keys() == KEPT.keys()
    inside = everything_in(archive)
    assert KEPT_WORD.encode() in inside
    for word in (LEFT, "canarydraft", "canarypassing", "canarysaid", "canaryaddress"):
        assert not any(form in inside for _, form in spellings(word)), word
    for secret in (*KEYS._keys.values(), KEYS._opaque_key, KEYS.dump().strip().encode()):
        assert secret not in inside
        assert secret.hex().encode() not in inside


async def test_only_its_owner_may_read_it_and_nothing_else_is_left(database_url, archive):
    await back_up(database_url, archive, keys=KEYS, now=NOW)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert list(archive.parent.iterdir()) == [archive]


async def test_ids_are_counted_on_where_they_were(database_url, other_url, archive):
    database = Database.open(database_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        await settled(work)
        numbers = [(await work.ledger.file(talk(), NOW)).entry.id for _ in range(3)]
    await database.close()
    await back_up(database_url, archive, keys=KEYS, now=NOW)
    await restore(archive, other_url, keys=KEYS)
    database = Database.open(other_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert (await work.ledger.file(talk(), NOW)).entry.id == max(numbers) + 1
    await database.close()


# What people do with it.


async def test_after_a_restore_receipts_open_handlers_read_and_the_log_is_whole(
    database, database_url, other_url, archive
):
    desk = await case_desk(database)
    filed = await desk.filed(contact=Contact(name="何人", contact="13900000000"), files=(b"x" * 100_000,))
    merged = await desk.filed("另一件")
    async with desk.work() as work:
        number = (await work.ledger.file(_talk(), NOW)).entry.id
        await work.tickets.add([ticket(number, organisation="bureau", responsible="qian")], NOW.date())
    await back_up(database_url, archive, keys=KEYS, now=NOW)
    await desk.filed("备份之后")
    await restore(archive, other_url, keys=KEYS)

    again = Database.open(other_url, keys=KEYS)
    desk.database = again
    unlocked = await desk.unlocked("wei")
    async with desk.work() as work:
        numbers = {held.row.number for held in await work.case_lists.held(unlocked.handler.id)}
        assert numbers == {filed.number, merged.number}
        opened = await work.cases.open(unlocked, filed.number)
        assert Report.unpacked(await work.cases.report(opened.key)).course == STORY
        assert Contact.unpacked(await work.cases.contact(opened.key)).name == "何人"
        (file,) = await work.case_files.of(opened.key)
        content = [part async for part in work.case_files.open(opened.key, file.position)]
        assert b"".join(content) == b"x" * 100_000
        by_receipt = await work.cases.by_receipt(filed.receipt)
        assert by_receipt is not None
        assert by_receipt.row.number == filed.number
        by_paper = await work.cases.recover(desk.papers["district"], filed.number)
        assert by_paper.row.number == filed.number
        assert await work.audit.verify() is None
        (record,) = await work.ledger.find(RecordQuery(), limit=5)
        assert record.body["points"] == ["管好班子"]
        (kept,) = await work.tickets.find(TicketQuery(), limit=5)
        assert kept.text == "补齐制度"
    other = await desk.unlocked("shen")
    async with desk.work() as work:
        assert list(await work.case_lists.held(other.handler.id)) == []
    await desk.filed("恢复之后")
    await again.close()


def _talk():
    people = talk().people
    return talk(author="wei", people=(people[1],))


async def test_a_backup_opens_after_the_key_was_changed(database, database_url, other_url, archive):
    await settled_with(database)
    await back_up(database_url, archive, keys=KEYS, now=NOW)
    grown = KEYS.grown(b"n" * 32)
    await restore(archive, other_url, keys=grown)
    again = Database.open(other_url, keys=grown)
    await again.check()
    await again.close()


async def settled_with(database):
    async with database.transaction(NOW) as work:
        await settled(work)
        number = (await work.ledger.file(talk(), NOW)).entry.id
        await work.tickets.add([ticket(number)], NOW.date())


# Meanwhile.


async def test_nobody_waits_and_nothing_half_done_is_copied(database, database_url, archive):
    await settled_with(database)
    async with database.transaction(NOW) as work:
        await work.people.put_organisations([Organisation("half", "H", "一半")])
        made = await asyncio.wait_for(back_up(database_url, archive, keys=KEYS, now=NOW), 20)
    assert made.rows["organisations"] == 3
    async with database.transaction(NOW) as work:
        assert len((await work.people.load())[0]) == 4


async def test_it_is_one_state_though_others_write_between_its_tables(
    database, database_url, archive, monkeypatch
):
    await settled_with(database)
    written = []
    table = BackupWriter.table

    def meanwhile(self, name, columns, rows):
        table(self, name, columns, rows)
        if name in {"directory", "organisations", "people", "records"}:
            thread = threading.Thread(target=lambda: asyncio.run(one_more(database_url, f"after {name}")))
            thread.start()
            thread.join()
            written.append(name)

    monkeypatch.setattr(BackupWriter, "table", meanwhile)
    made = await back_up(database_url, archive, keys=KEYS, now=NOW)
    assert len(written) == 4
    assert (made.rows["organisations"], made.rows["records"], made.rows["tickets"]) == (3, 1, 1)
    async with database.transaction(NOW) as work:
        assert len(await work.tickets.find(TicketQuery(), limit=9)) == 5


async def one_more(url, name):
    database = Database.open(url, keys=KEYS, busy_timeout=timedelta(seconds=5))
    async with database.transaction(NOW) as work:
        await work.people.put_organisations([Organisation(name, name, name)])
        number = (await work.ledger.file(talk(), NOW)).entry.id
        await work.tickets.add([ticket(number)], NOW.date())
    await database.close()


# Older databases.


async def alone(url, work):
    backend = backend_of(url, busy_timeout=5)
    try:
        await backend.alone(work)
    finally:
        await backend.close()


@pytest.mark.parametrize("revision", OLDER)
async def test_an_older_backup_is_brought_up(database, database_url, other_url, archive, revision):
    def down(connection):
        from alembic import command

        command.downgrade(alembic_config(connection), revision)

    async with database.transaction(NOW) as work:
        await work.questions.add("谈几次?", None, NOW)
        if revision > "0001":
            await settled(work)
    await database.close()
    await alone(database_url, down)
    made = await back_up(database_url, archive, keys=KEYS, now=NOW)
    assert made.revision == revision
    assert ("cases" in made.rows, "records" in made.rows) == (revision > "0002", revision > "0001")
    await restore(archive, other_url, keys=KEYS)
    again = Database.open(other_url, keys=KEYS)
    await again.check()
    async with again.transaction(NOW) as work:
        assert [each.text for each in await work.questions.list()] == ["谈几次?"]
        assert len((await work.people.load())[0]) == (3 if revision > "0001" else 0)
    await again.close()
    assert set(await tables_in_database(other_url)) == metadata.tables.keys() | {VERSION_TABLE}


async def test_a_later_migration_may_change_a_table_just_filled(
    database, database_url, empty_url, archive, monkeypatch
):
    """PostgreSQL changes no table that waits for checks put off to the end."""
    from alembic import command

    upgrade = command.upgrade

    def with_one_more(config, revision):
        upgrade(config, revision)
        if revision == "head":
            text = sa.text("ALTER TABLE organisations ADD COLUMN later TEXT")
            config.attributes["connection"].execute(text)

    await settled_with(database)
    await back_up(database_url, archive, keys=KEYS, now=NOW)
    monkeypatch.setattr(command, "upgrade", with_one_more)
    await restore(archive, empty_url, keys=KEYS)
    assert len((await rows_of(empty_url, ["organisations"]))["organisations"]) == 3
