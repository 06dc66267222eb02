"""Places that take no backup, or no restore: what was there stays, and nothing half-done is left. On both databases."""

import os
import resource
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import Database, KeyRing, back_up, restore
from storage import backup as module
from storage.backend import backend_of
from storage.backup_file import BackupWriter
from storage.schema import VERSION_TABLE
from tests.contract.test_storage_rotation import filled
from tests.support.backed_up import filled_up, rows_of, tables_in_database
from tests.support.stored_city import NOW
from tests.support.stores import KEYS
from yanlu.errors import DatabaseCorrupt, KeyLost, SchemaMismatch, StateUnwritable, StorageError, YanluError
from yanlu.texts import backup as texts

OTHER = KeyRing([b"o" * 32])


@pytest.fixture
async def good(sqlite_stores, tmp_path):
    """A backup of a database with something in every table."""
    url = await sqlite_stores.migrated()
    await filled_up(url)
    path = tmp_path / "good.zip"
    await back_up(url, path, keys=KEYS, now=NOW)
    return path


async def test_a_database_that_is_not_empty_stays_as_it_is(good, database_url):
    database = Database.open(database_url, keys=KEYS)
    await filled(database)
    await database.close()
    before = await rows_of(database_url, ["people", "cases", "records", "drafts"])
    with pytest.raises(StorageError) as caught:
        await restore(good, database_url, keys=KEYS)
    assert caught.value.happened == texts.NOT_EMPTY[0]
    assert await rows_of(database_url, before) == before


async def test_a_database_of_somebody_else_stays_as_it_is(good, empty_url):
    backend = backend_of(empty_url, busy_timeout=5)
    await backend.alone(lambda connection: connection.execute(sa.text("CREATE TABLE theirs (id INTEGER)")))
    await backend.close()
    with pytest.raises(StorageError) as caught:
        await restore(good, empty_url, keys=KEYS)
    assert caught.value.happened == texts.NOT_EMPTY[0]
    assert await tables_in_database(empty_url) == ["theirs"]


async def test_a_log_whose_database_is_missing_is_not_deleted(good, tmp_path):
    log = tmp_path / "yanlu.db-wal"
    log.write_bytes(b"the last transactions")
    for content in (None, b""):
        if content is not None:
            (tmp_path / "yanlu.db").write_bytes(content)
        with pytest.raises(StorageError) as caught:
            await restore(good, f"sqlite:///{tmp_path}/yanlu.db", keys=KEYS)
        assert caught.value.happened == texts.LOG_LEFT[0]
        assert log.read_bytes() == b"the last transactions"


async def test_a_restore_that_is_cut_short_leaves_nothing_and_may_be_repeated(good, empty_url, monkeypatch):
    def killed(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(module, "_go_on_counting", killed)
        with pytest.raises(RuntimeError):
            await restore(good, empty_url, keys=KEYS)
    assert await tables_in_database(empty_url) == []
    await restore(good, empty_url, keys=KEYS)
    assert VERSION_TABLE in await tables_in_database(empty_url)


@contextmanager
def files_no_longer_than(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_disk_that_is_full_while_backing_up(database_url, tmp_path):
    await filled_up(database_url)
    path = tmp_path / "full.zip"
    for size in (40_000, 100_000, 200_000):  # SQLite wants 32 KiB of its own to read
        with files_no_longer_than(size), pytest.raises(StateUnwritable) as caught:
            await back_up(database_url, path, keys=KEYS, now=NOW)
        assert caught.value.happened == texts.FILE_FULL[0]
        assert list(tmp_path.iterdir()) == []
    await back_up(database_url, path, keys=KEYS, now=NOW)


async def test_a_disk_that_is_full_while_restoring(good, sqlite_stores):
    for size in (0, 8192, 300_000, 700_000):
        url = await sqlite_stores.empty()
        with files_no_longer_than(size), pytest.raises(YanluError) as caught:
            await restore(good, url, keys=KEYS)
        assert caught.value.next_step
        assert await tables_in_database(url) == []
        await restore(good, url, keys=KEYS)


@pytest.mark.parametrize(
    "place", ["there.zip", "link.zip", "folder", "none/backup.zip", "there.zip/backup.zip"]
)
async def test_a_backup_goes_nowhere_but_to_a_new_file(sqlite_stores, tmp_path, place):
    (tmp_path / "there.zip").write_bytes(b"an older one")
    (tmp_path / "link.zip").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder").mkdir()
    before = {each: each.is_file() and each.read_bytes() for each in tmp_path.rglob("*")}
    with pytest.raises(StateUnwritable) as caught:
        await back_up(await sqlite_stores.migrated(), tmp_path / place, keys=KEYS, now=NOW)
    expected = texts.FILE_UNWRITABLE if "/" in place else texts.FILE_EXISTS
    assert caught.value.happened == expected[0]
    assert {each: each.is_file() and each.read_bytes() for each in tmp_path.rglob("*")} == before


async def test_somebody_elses_file_of_that_name_is_not_overwritten_at_the_end(
    sqlite_stores, tmp_path, monkeypatch
):
    path = tmp_path / "a.zip"
    finish = BackupWriter.finish

    def late(self, *arguments):
        path.write_bytes(b"theirs")
        return finish(self, *arguments)

    monkeypatch.setattr(BackupWriter, "finish", late)
    for links in (True, False):
        if not links:  # as on a stick
            monkeypatch.setattr(os, "link", no_links)
        path.unlink(missing_ok=True)
        with pytest.raises(StateUnwritable) as caught:
            await back_up(await sqlite_stores.migrated(), path, keys=KEYS, now=NOW)
        assert caught.value.happened == texts.FILE_EXISTS[0]
        assert {each: each.read_bytes() for each in tmp_path.iterdir()} == {path: b"theirs"}


def no_links(*_):
    raise PermissionError(1, "Operation not permitted")


async def test_a_disk_without_links_takes_a_backup(sqlite_stores, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "a.zip"
    await back_up(await sqlite_stores.migrated(), path, keys=KEYS, now=NOW)
    assert list(tmp_path.iterdir()) == [path]
    await restore(path, await sqlite_stores.empty(), keys=KEYS)


async def test_nothing_to_back_up(empty_url, tmp_path):
    with pytest.raises(StorageError) as caught:
        await back_up(empty_url, tmp_path / "a.zip", keys=KEYS, now=NOW)
    assert caught.value.happened == texts.NOTHING_THERE[0]
    assert list(tmp_path.iterdir()) == []


async def test_a_backup_that_the_key_would_not_open_is_not_made(database_url, tmp_path, execute):
    with pytest.raises(KeyLost):
        await back_up(database_url, tmp_path / "a.zip", keys=OTHER, now=NOW)
    await execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(SchemaMismatch):
        await back_up(database_url, tmp_path / "a.zip", keys=KEYS, now=NOW)
    assert list(tmp_path.iterdir()) == []


async def test_a_damaged_database_gives_no_backup(sqlite_stores, tmp_path):
    url = await sqlite_stores.migrated()
    await filled_up(url)
    spoilt(Path(url.removeprefix("sqlite:///")))
    with pytest.raises(DatabaseCorrupt):
        await back_up(url, tmp_path / "a.zip", keys=KEYS, now=NOW)
    assert list(tmp_path.iterdir()) == []


def spoilt(path):
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))
