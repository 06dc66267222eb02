"""Databases that cannot be used: each says so in Chinese, changes nothing, and the next good one works."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from storage import Database
from storage.backend import backend_of
from storage.failures import translated
from tests.support.stores import KEYS
from yanlu.errors import (
    DatabaseCorrupt,
    DatabaseUnavailable,
    SettingsError,
    StateUnwritable,
    StorageError,
)

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHECKOUT = Path(__file__).parents[2]


async def refused(url, kind):
    """Neither checking nor migrating nor using it gets through; gives back what the user reads."""
    database = Database.open(url, keys=KEYS, busy_timeout=timedelta(seconds=2))
    for attempt in (database.check, database.migrate):
        with pytest.raises(kind) as caught:
            await attempt()
        assert caught.value.happened
        assert caught.value.kept
        assert caught.value.next_step
    await database.close()
    return str(caught.value)


@pytest.mark.parametrize(
    "content", [b"not a database at all " * 400, b"\0" * 5000, b"SQLite format 3\0 or is it"]
)
async def test_a_file_that_is_no_database_is_refused_and_kept(sqlite_path, content):
    sqlite_path.write_bytes(content)
    await refused(f"sqlite:///{sqlite_path}", DatabaseCorrupt)
    assert sqlite_path.read_bytes() == content


async def test_a_damaged_database_is_noticed(sqlite_stores):
    url = await sqlite_stores.migrated()
    database = Database.open(url, keys=KEYS)
    async with database.transaction(NOW) as work:
        for number in range(300):
            await work.drafts.put(str(number), "draft", b"x" * 500, NOW + HOUR)
    await database.close()
    _damage(Path(url.removeprefix("sqlite:///")))
    database = Database.open(url, keys=KEYS)
    with pytest.raises(DatabaseCorrupt):
        await database.check()
    await database.close()


def _damage(path):
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\xa5" * (len(content) - half)
    path.write_bytes(content)


async def test_a_folder_is_no_database(tmp_path):
    assert "文件夹" in await refused(f"sqlite:///{tmp_path}", DatabaseCorrupt)


async def test_a_file_in_place_of_the_folder_is_said_to_be_unwritable(tmp_path):
    (tmp_path / "file").touch()
    await refused(f"sqlite:///{tmp_path}/file/yanlu.db", StateUnwritable)


@pytest.mark.parametrize(
    "url", ["", "yanlu.db", "mysql://host/name", "sqlite", "postgresql://host:port/name"]
)
def test_an_address_that_means_nothing_is_a_setting_to_mend(url):
    with pytest.raises(SettingsError) as caught:
        Database.open(url, keys=KEYS)
    assert "sqlite:///" in caught.value.next_step


async def test_a_database_in_memory_works_too():
    database = Database.open("sqlite://", keys=KEYS)
    await database.migrate()
    await database.check()
    async with database.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"value", NOW + HOUR)
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") == b"value"
    await database.close()


async def test_a_server_that_is_not_there_is_said_to_be_unreachable(tmp_path):
    await refused(f"postgresql://yanlu@/yanlu?host={tmp_path}", DatabaseUnavailable)


@pytest.mark.postgres
async def test_a_database_that_the_server_does_not_have_is_said_to_be_unreachable(postgres_stores):
    await refused(postgres_stores.server.url("nowhere"), DatabaseUnavailable)


@pytest.mark.postgres
async def test_a_server_that_takes_no_writing_is_said_to_be_unwritable(postgres_stores):
    url = await postgres_stores.migrated()
    name = url.partition("@/")[2].partition("?")[0]
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        await session.execute(sa.text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    await backend.close()
    await refused(url, StateUnwritable)


@pytest.mark.postgres
async def test_a_connection_that_breaks_costs_one_turn(postgres_stores):
    url = await postgres_stores.migrated()
    database, other = Database.open(url, keys=KEYS), backend_of(url, busy_timeout=5)

    async def interrupted_turn():
        async with database.transaction(NOW) as work:
            await work.drafts.put("someone", "draft", b"value", NOW + HOUR)
            await _end_all_others(other)
            await work.drafts.get("someone", "draft")

    with pytest.raises(DatabaseUnavailable):
        await interrupted_turn()
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") is None
    await _end_all_others(other)  # while it idles in the pool
    async with database.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"value", NOW + HOUR)
    await database.close()
    await other.close()


async def _end_all_others(backend):
    async with backend.transaction() as session:
        await session.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await asyncio.sleep(0.05)


@pytest.mark.postgres
async def test_the_lock_of_a_chat_is_waited_for_no_longer_than_allowed(postgres_stores):
    url = await postgres_stores.migrated()
    slow = Database.open(url, keys=KEYS)
    hasty = Database.open(url, keys=KEYS, busy_timeout=timedelta(milliseconds=1500))
    async with slow.transaction(NOW) as work:
        await work.lock("someone")
        with pytest.raises(DatabaseUnavailable):
            async with hasty.transaction(NOW) as other:
                await other.lock("someone")
    await slow.close()
    await hasty.close()


@pytest.mark.postgres
def test_the_ssl_mode_of_libpq_is_understood():
    backend = backend_of("postgres://yanlu@example.org/yanlu?sslmode=require", busy_timeout=1)
    url = backend._engine.url
    assert (url.drivername, dict(url.query)) == ("postgresql+asyncpg", {"ssl": "require"})


async def test_a_full_database_keeps_what_it_has(sqlite_stores):
    database = Database.open(await sqlite_stores.migrated(), keys=KEYS)
    async with database.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"before", NOW + HOUR)
        await work._session.execute(sa.text("PRAGMA max_page_count = 40"))
    with pytest.raises(StateUnwritable) as caught:
        async with database.transaction(NOW) as work:
            await work.drafts.put("someone", "draft", b"x" * 400_000, NOW + HOUR)
    assert "磁盘" in caught.value.happened
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") == b"before"
        await work.drafts.put("someone", "draft", b"after", NOW + HOUR)
    await database.close()


async def fill(database, kept):
    for number in range(100):
        async with database.transaction(NOW) as turn:
            await turn.drafts.put(str(number), "draft", b"x" * 20_000, NOW + HOUR)
        kept.append(number)


def full_disk_program():
    """Run by a child in a file system of 2 MB: fills it, is refused, frees it, goes on."""

    async def work(folder):
        (folder / "ballast").write_bytes(b"x" * 400_000)
        database = Database.open(f"sqlite:///{folder}/yanlu.db", keys=KEYS)
        await database.migrate()
        kept: list[int] = []
        with pytest.raises(StateUnwritable, match="磁盘已满"):
            await fill(database, kept)
        assert kept
        (folder / "ballast").unlink()
        async with database.transaction(NOW) as turn:
            await turn.drafts.put("after", "draft", b"value", NOW + HOUR)
            for number in kept:
                assert await turn.drafts.get(str(number), "draft") == b"x" * 20_000
            assert await turn.drafts.get(str(len(kept)), "draft") is None
        await database.check()
        await database.close()

    asyncio.run(work(Path(sys.argv[1])))


def read_only_program():
    """Run by a child in a file system that turns read-only."""

    async def begin(url):
        database = Database.open(url, keys=KEYS)
        await database.migrate()
        await database.close()

    folder = sys.argv[1]
    asyncio.run(begin(f"sqlite:///{folder}/yanlu.db"))
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    for name in ("yanlu.db", "new.db"):
        asyncio.run(refused(f"sqlite:///{folder}/{name}", StateUnwritable))


@pytest.mark.parametrize("program", ["full_disk_program", "read_only_program"])
def test_a_real_disk_that_is_full_or_read_only(tmp_path, program):
    own_space = ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    mounting = ["sh", "-c", 'mount -t tmpfs -o size=2m none "$0" && exec "$@"', str(tmp_path)]
    try:
        probe = subprocess.run([*own_space, *mounting, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if probe.returncode:
        pytest.skip("a file system of our own cannot be mounted here")
    code = f"from tests.contract.test_storage_bad_input import {program} as go; go()"
    child = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(
        [*own_space, *mounting, *child], cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


class DriverError(Exception):
    def __init__(self, sqlstate=None):
        super().__init__("Key (title)=(机密) already exists")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("53100", StateUnwritable),
        ("53300", DatabaseUnavailable),
        ("57P01", DatabaseUnavailable),
        ("40P01", DatabaseUnavailable),
        ("XX001", DatabaseCorrupt),
        ("23505", StorageError),
        ("42601", StorageError),
        (None, StorageError),
    ],
)
def test_a_code_of_the_server_becomes_an_error_without_values(sqlstate, kind):
    error = translated(exc.DBAPIError("INSERT 机密", {"a": "机密"}, DriverError(sqlstate)))
    assert type(error) is kind
    assert "机密" not in str(error)


def test_a_broken_connection_without_a_code_is_unavailable():
    broken = exc.InterfaceError("SELECT", {}, DriverError(), connection_invalidated=True)
    assert type(translated(broken)) is DatabaseUnavailable
    assert type(translated(exc.TimeoutError())) is DatabaseUnavailable
    assert type(translated(OSError())) is DatabaseUnavailable
