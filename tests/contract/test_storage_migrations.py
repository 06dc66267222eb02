"""The way up and down, and the databases and keys that are refused, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import Database, KeyRing, load_keys
from storage.backend import backend_of
from storage.installation import alembic_config
from storage.schema import REVISION, VERSION_TABLE, metadata, questions
from tests.support.stored_city import settled, talk, ticket
from tests.support.stores import KEYS
from yanlu.errors import KeyLost, SchemaMismatch, StorageError

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
OTHER_KEYS = KeyRing([b"x" * 32])


async def alone(url, work):
    backend = backend_of(url, busy_timeout=5)
    try:
        await backend.alone(work)
    finally:
        await backend.close()


async def migrated(url, keys=KEYS):
    database = Database.open(url, keys=keys)
    try:
        await database.migrate()
        await database.check()
    finally:
        await database.close()


def down(connection):
    from alembic import command

    command.downgrade(alembic_config(connection), "base")


async def test_the_tables_are_those_the_code_expects(database_url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    differences = []

    def compare(connection):
        options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        differences.extend(compare_metadata(context, metadata))
        assert context.get_current_revision() == REVISION

    await alone(database_url, compare)
    assert differences == []


async def test_the_constant_names_the_newest_migration(sqlite_stores):
    from alembic.script import ScriptDirectory

    heads = []

    def look(connection):
        heads.extend(ScriptDirectory.from_config(alembic_config(connection)).get_heads())

    await alone(await sqlite_stores.empty(), look)
    assert heads == [REVISION]


async def test_up_down_and_up_again_with_data(empty_url):
    await migrated(empty_url)
    database = Database.open(empty_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"value", NOW + timedelta(days=1))
        await work.questions.add("谈几次?", None, NOW)
    await database.close()
    await migrated(empty_url)  # a second start changes nothing
    database = Database.open(empty_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") == b"value"
    await database.close()

    await alone(empty_url, down)
    left = []
    await alone(empty_url, lambda connection: left.extend(sa.inspect(connection).get_table_names()))
    assert left == [VERSION_TABLE]

    await migrated(empty_url)
    database = Database.open(empty_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") is None
        assert await work.documents.library_version() == 0
    await database.close()


async def test_a_database_of_the_first_version_comes_up_and_goes_down_with_what_it_held(empty_url):
    def at(connection, step, revision):
        from alembic import command

        getattr(command, step)(alembic_config(connection), revision)

    await alone(empty_url, lambda connection: at(connection, "upgrade", "0001"))
    asked = {"nonce": b"n", "asked": NOW.date(), "status": "open"}
    asked["sealed"] = KEYS.seal(b'["\\u8c08\\u51e0\\u6b21?", null]', "questions", b"n")
    await alone(empty_url, lambda connection: connection.execute(sa.insert(questions), asked))
    await migrated(empty_url)
    database = Database.open(empty_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert await work.people.version() == 0
        await settled(work)
        number = (await work.ledger.file(talk(bands=(1,)), NOW)).entry.id
        await work.ledger.correct(number, talk(), reason="改", author="sun", now=NOW)
        await work.tickets.add([ticket(number)], NOW.date())
        await work.standing.ask(number, 1, "qian", NOW)
        await work.bindings.bind("qian", "telegram", "7", NOW)
    await database.close()
    await migrated(empty_url)  # a second start changes nothing
    database = Database.open(empty_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert [each.version for each in await work.ledger.versions(number)] == [1, 2]
    await database.close()

    await alone(empty_url, lambda connection: at(connection, "downgrade", "0001"))
    left = []
    await alone(empty_url, lambda connection: left.extend(sa.inspect(connection).get_table_names()))
    assert {"questions", VERSION_TABLE} <= set(left)
    assert not {"records", "people", "bindings", "directory"} & set(left)

    await migrated(empty_url)
    database = Database.open(empty_url, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert [each.text for each in await work.questions.list()] == ["谈几次?"]
        assert await work.people.load() == ((), (), ())
    await database.close()


async def test_several_processes_may_migrate_at_once(empty_url):
    await asyncio.gather(*(migrated(empty_url) for _ in range(4)))


async def test_a_migration_that_fails_leaves_nothing(empty_url):
    def half(connection):
        connection.execute(sa.text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await alone(empty_url, half)
    left = []
    await alone(empty_url, lambda connection: left.extend(sa.inspect(connection).get_table_names()))
    assert left == []


async def test_a_newer_database_is_refused_and_left_alone(database_url, execute):
    await execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    database = Database.open(database_url, keys=KEYS)
    with pytest.raises(SchemaMismatch):
        await database.migrate()
    with pytest.raises(SchemaMismatch) as caught:
        await database.check()
    assert "更新版本" in caught.value.next_step
    await database.close()


async def test_an_older_database_asks_for_its_migration(database_url, execute):
    await execute(f"UPDATE {VERSION_TABLE} SET version_num = '0000'")
    database = Database.open(database_url, keys=KEYS)
    with pytest.raises(SchemaMismatch) as caught:
        await database.check()
    assert "yanlu migrate" in caught.value.next_step
    await database.close()


async def test_tables_of_somebody_else_are_left_alone(empty_url):
    await alone(empty_url, lambda connection: connection.execute(sa.text("CREATE TABLE documents (id TEXT)")))
    database = Database.open(empty_url, keys=KEYS)
    with pytest.raises(SchemaMismatch):
        await database.migrate()
    await database.close()


async def test_an_empty_database_is_sound(empty_url):
    database = Database.open(empty_url, keys=KEYS)
    await database.check()
    await database.close()


async def test_a_broken_foreign_key_stops_a_migration(sqlite_stores):
    def orphan(connection):
        connection.execute(
            sa.text(
                "INSERT INTO passages VALUES ('none', 0, 0, 0, '', 'item', '[]', '', NULL)",
            )
        )

    with pytest.raises(StorageError):
        await alone(await sqlite_stores.migrated(), orphan)


async def test_a_foreign_key_is_kept_in_everyday_work(database, execute):
    with pytest.raises(StorageError):
        await execute("INSERT INTO passages VALUES ('none', 0, 0, 0, '', 'item', '[]', '', NULL)")


async def test_a_fresh_installation_makes_its_key_and_keeps_it(empty_url, tmp_path):
    made = await load_keys(empty_url, key_file=tmp_path / "keys")
    await migrated(empty_url, made)
    again = await load_keys(empty_url, key_file=tmp_path / "keys")
    assert again.dump() == made.dump()
    await migrated(empty_url, again)


async def test_a_lost_key_file_is_never_replaced(database_url, tmp_path):
    with pytest.raises(KeyLost) as caught:
        await load_keys(database_url, key_file=tmp_path / "keys")
    assert "备份" in caught.value.next_step
    assert not (tmp_path / "keys").exists()


async def test_a_key_from_the_settings_needs_no_file(database_url, tmp_path):
    keys = await load_keys(database_url, key_file=tmp_path / "keys", setting=KEYS.dump())
    await migrated(database_url, keys)
    assert not (tmp_path / "keys").exists()
    with pytest.raises(KeyLost):
        await load_keys(database_url, key_file=tmp_path / "keys", setting="not a key")


async def test_the_wrong_key_is_noticed_before_anything_is_done_with_it(database_url):
    database = Database.open(database_url, keys=OTHER_KEYS)
    with pytest.raises(KeyLost):
        await database.migrate()
    with pytest.raises(KeyLost):
        await database.check()
    await database.close()


async def test_a_rotated_ring_still_opens_the_database(database_url):
    ring = KeyRing.parse(KEYS.dump() + OTHER_KEYS.dump())
    await migrated(database_url, ring)


async def test_a_database_whose_key_check_is_gone_is_refused(database_url, execute):
    await execute("DELETE FROM key_check")
    database = Database.open(database_url, keys=KEYS)
    with pytest.raises(KeyLost):
        await database.check()
    await database.close()
