"""Drafts of reports in passing: never on a disk that is backed up. On both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import Database
from storage.backend import backend_of
from storage.schema import passing
from tests.contract.test_storage_secrecy import everything_written, spellings
from tests.support.stores import KEYS, PostgresStores
from yanlu.errors import StorageError

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def rows(url):
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        found = (await session.execute(sa.select(passing))).all()
    await backend.close()
    return found


async def test_a_draft_is_kept_changed_and_forgotten(database):
    async with database.transaction(NOW) as work:
        await work.passing.put("who", "draft", b"one", NOW + HOUR)
        assert await work.passing.get("who", "draft") == b"one"
        await work.passing.put("who", "other", b"two", NOW + HOUR)
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "draft") == b"one"
        await work.passing.put("who", "draft", b"new", NOW + HOUR)
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "draft") == b"new"
        await work.passing.delete("who", "draft")
        await work.passing.delete("nobody", "draft")
        assert await work.passing.get("who", "draft") is None
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "draft") is None
        assert await work.passing.get("who", "other") == b"two"
        assert await work.passing.get("else", "other") is None


async def test_a_draft_expires_and_is_purged(database):
    async with database.transaction(NOW) as work:
        await work.passing.put("who", "short", b"x", NOW - DAY)
        await work.passing.put("who", "long", b"y", NOW + 2 * DAY)
        assert await work.passing.get("who", "short") is None
    async with database.transaction(NOW + 4 * DAY) as work:
        assert await work.passing.get("who", "long") is None
    async with database.transaction(NOW) as work:
        assert await work.passing.purge(NOW) == 1
        assert await work.passing.purge(NOW) == 0
        assert await work.passing.get("who", "long") == b"y"
    async with database.transaction(NOW) as work:
        assert await work.passing.purge(NOW + 4 * DAY) == 1
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "long") is None


async def test_what_a_failed_turn_did_is_undone(database):
    async with database.transaction(NOW) as work:
        await work.passing.put("who", "draft", b"before", NOW + HOUR)
        await work.passing.put("who", "gone", b"still there", NOW + HOUR)
    with pytest.raises(RuntimeError):  # noqa: PT012 - the transaction is the statement
        async with database.transaction(NOW) as work:
            await work.passing.put("who", "draft", b"after", NOW + HOUR)
            await work.passing.put("who", "fresh", b"after", NOW + HOUR)
            await work.passing.delete("who", "gone")
            await work.passing.purge(NOW + 9 * DAY)
            raise RuntimeError
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "draft") == b"before"
        assert await work.passing.get("who", "gone") == b"still there"
        assert await work.passing.get("who", "fresh") is None


async def test_what_the_database_refuses_to_commit_is_undone_too(database):
    async with database.transaction(NOW) as work:
        await work.passing.put("who", "draft", b"before", NOW + HOUR)
    with pytest.raises(StorageError):  # noqa: PT012 - as above
        async with database.transaction(NOW) as work:
            await work.passing.delete("who", "draft")
            await work._session.execute(
                sa.text(
                    "INSERT INTO organisations (id, code, name, parent, short_names, sample)"
                    " VALUES ('x', 'x', 'x', 'nowhere', '[]', false)"
                )
            )  # a parent that is missing is noticed at the commit
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "draft") == b"before"


async def test_transactions_at_the_same_time_see_whole_turns_only(database):
    async with database.transaction(NOW) as work:
        await work.passing.put("who", "count", b"0", NOW + HOUR)

    async def add():
        async with database.transaction(NOW) as work:
            await work.lock("who")
            value = int(await work.passing.get("who", "count"))
            await asyncio.sleep(0)
            await work.passing.put("who", "count", b"%d" % (value + 1), NOW + HOUR)

    await asyncio.gather(*(add() for _ in range(12)))
    async with database.transaction(NOW) as work:
        assert await work.passing.get("who", "count") == b"12"


async def test_on_sqlite_nothing_reaches_the_disk_and_nothing_outlives_the_process(sqlite_stores):
    url = await sqlite_stores.migrated()
    database = Database.open(url, keys=KEYS)
    async with database.transaction(NOW) as work:
        await work.passing.put("canary-key", "draft", b"canary", NOW + HOUR)
        await work.drafts.put("reached the disk", "draft", b"x", NOW + HOUR)
    written = b"\0".join(path.read_bytes() for path in everything_written(sqlite_stores, url))
    assert b"reached the disk" in written
    assert not any(form in written for form in spellings("canary"))
    assert await rows(url) == []
    await database.close()
    again = Database.open(url, keys=KEYS)
    async with again.transaction(NOW) as work:
        assert await work.passing.get("canary-key", "draft") is None
    await again.close()


@pytest.mark.postgres
async def test_on_postgresql_it_is_sealed_shared_and_without_a_fine_time(postgres_stores: PostgresStores):
    url = await postgres_stores.migrated()
    one, two = (Database.open(url, keys=KEYS) for _ in range(2))
    async with one.transaction(NOW) as work:
        await work.passing.put("who", "draft", b"canary", NOW + HOUR)
    async with two.transaction(NOW) as work:
        assert await work.passing.get("who", "draft") == b"canary"
    ((key, slot, sealed, expires),) = await rows(url)
    assert (key, slot, expires) == ("who", "draft", NOW.date())
    assert b"canary" not in sealed
    async with one.transaction(NOW) as work:
        changed = {"sealed": sealed[:-1] + bytes([sealed[-1] ^ 1])}
        await work._session.execute(sa.update(passing).values(changed))
        assert await work.passing.get("who", "draft") is None
    assert await rows(url) == []
    await one.close()
    await two.close()


@pytest.mark.postgres
async def test_on_postgresql_nothing_of_it_is_in_the_log_that_backups_copy(postgres_stores: PostgresStores):
    url = await postgres_stores.migrated()
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        kinds = (
            await session.execute(
                sa.text("SELECT relpersistence FROM pg_class WHERE relname LIKE '%passing%'")
            )
        ).all()
        await session.execute(
            passing.insert(), {"key": "canary-key", "slot": "s", "sealed": b"canary", "expires": NOW.date()}
        )
        await session.execute(
            sa.text("INSERT INTO updates (opaque, applied) VALUES ('reached the log', '2026-03-04')")
        )
    assert len(kinds) >= 2
    assert {kind for (kind,) in kinds} == {b"u"}
    await backend.close()
    log = b"\0".join(
        path.read_bytes() for path in (postgres_stores.server.data / "pg_wal").iterdir() if path.is_file()
    )
    assert b"reached the log" in log
    assert b"canary-key" not in log


@pytest.mark.parametrize("expires", [datetime(2026, 3, 4, 9, 30)])  # noqa: DTZ001 - what is refused
@pytest.mark.postgres
async def test_a_time_without_zone_is_refused(postgres_stores, expires):
    database = Database.open(await postgres_stores.migrated(), keys=KEYS)
    with pytest.raises(ValueError, match="time zone"):
        async with database.transaction(NOW) as work:
            await work.passing.put("who", "draft", b"x", expires)
    await database.close()
