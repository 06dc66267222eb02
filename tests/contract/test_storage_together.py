"""Transactions that wait for each other are written to SQLite's file together, each as if it were alone."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event

from storage import Database
from storage.backend import backend_of
from storage.sqlite import MOST_TOGETHER
from tests.support.stores import KEYS
from yanlu.errors import DatabaseUnavailable, StorageError

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORPHAN = "INSERT INTO bindings (key, person, channel, since, sealed) VALUES ('k', 'nobody', 'web', '2026-01-01', x'00')"


class Stop(Exception):
    pass


@pytest.fixture
async def url(sqlite_stores):
    return await sqlite_stores.migrated()


@pytest.fixture
async def database(url):
    opened = Database.open(url, keys=KEYS)
    async with opened.transaction(NOW):  # open the file
        pass
    yield opened
    await opened.close()


@pytest.fixture
async def backend(url):
    opened = backend_of(url, busy_timeout=5)
    yield opened
    await opened.close()


@pytest.fixture
def commits():
    counted = []

    def count(_connection):
        counted.append(1)

    event.listen(Engine, "commit", count)
    yield counted
    event.remove(Engine, "commit", count)


async def kept(database, count):
    async with database.transaction(NOW) as work:
        return [await work.drafts.get(str(number), "note") is not None for number in range(count)]


async def keep(database, number, *, fails=False):
    async with database.transaction(NOW) as work:
        await work.drafts.put(str(number), "note", b"words", NOW + HOUR)
        await work.passing.put(str(number), "note", b"words", NOW + HOUR)
        await asyncio.sleep(0)
        if fails:
            raise Stop


async def test_those_that_wait_are_written_together_and_all_is_there(database, url, commits):
    await asyncio.gather(*(keep(database, number) for number in range(MOST_TOGETHER)))
    assert len(commits) == 1
    other = Database.open(url, keys=KEYS)
    assert await kept(other, MOST_TOGETHER) == [True] * MOST_TOGETHER
    await other.close()


async def test_no_more_than_so_many_wait_for_one_another(database, commits):
    await asyncio.gather(*(keep(database, number) for number in range(3 * MOST_TOGETHER)))
    assert len(commits) == 3


async def test_one_alone_is_written_at_once(database, commits):
    await keep(database, 0)
    await keep(database, 1)
    assert len(commits) == 2


@pytest.mark.parametrize("failing", [0, 1, 4, 5])
async def test_one_that_fails_leaves_nothing_and_the_others_everything(database, failing):
    turns = (keep(database, number, fails=number == failing) for number in range(6))
    ended = await asyncio.gather(*turns, return_exceptions=True)
    assert [isinstance(each, Stop) for each in ended] == [number == failing for number in range(6)]
    expected = [number != failing for number in range(6)]
    assert await kept(database, 6) == expected
    async with database.transaction(NOW) as work:
        passing = [await work.passing.get(str(number), "note") is not None for number in range(6)]
    assert passing == expected


async def test_nobody_is_told_that_it_is_kept_when_it_could_not_be_written(backend, database):
    async def write(statement, *first):
        async with backend.transaction() as session:
            for each in (*first, statement):
                await session.execute(sa.text(each))
            await asyncio.sleep(0)

    fine = "INSERT INTO updates (opaque, applied) VALUES ('{}', '2026-01-01')"
    ended = await asyncio.gather(
        write(fine.format("a")),
        write(ORPHAN, "PRAGMA defer_foreign_keys=ON"),  # found out at the commit
        write(fine.format("b")),
        return_exceptions=True,
    )
    assert all(isinstance(each, StorageError) for each in ended)
    await write(fine.format("c"))
    async with backend.transaction() as session:
        rows = (await session.execute(sa.text("SELECT opaque FROM updates"))).scalars().all()
    assert rows == ["c"]


async def test_what_is_in_passing_goes_with_the_rest_when_it_could_not_be_written(database, monkeypatch):
    backend = database._backend
    monkeypatch.setattr(backend, "_on_disk", broken)
    ended = await asyncio.gather(*(keep(database, number) for number in range(3)), return_exceptions=True)
    assert all(isinstance(each, DatabaseUnavailable) for each in ended)
    monkeypatch.undo()
    async with database.transaction(NOW) as work:
        assert [await work.passing.get(str(number), "note") for number in range(3)] == [None] * 3
    assert await kept(database, 3) == [False] * 3


async def broken(_work):
    raise DatabaseUnavailable("数据库暂时不可用。")


@pytest.mark.parametrize("cancelled", [0, 1, 2])
async def test_a_turn_given_up_while_it_is_written_keeps_nobody_waiting(database, cancelled):
    turns = [asyncio.create_task(keep(database, number)) for number in range(3)]
    while not database._backend._group or database._backend._group.size <= min(cancelled, 1):  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0)
    turns[cancelled].cancel()
    ended = await asyncio.gather(*turns, return_exceptions=True)
    others = [each for number, each in enumerate(ended) if number != cancelled]
    assert others == [None, None]
    assert isinstance(ended[cancelled], asyncio.CancelledError)
    found = await kept(database, 3)
    assert [each for number, each in enumerate(found) if number != cancelled] == [True, True]


async def test_whoever_stands_in_line_and_leaves_holds_up_nobody(database):
    first = asyncio.create_task(keep(database, 0))
    second = asyncio.create_task(keep(database, 1))
    await asyncio.sleep(0)
    second.cancel()
    await first
    assert await kept(database, 2) == [True, False]
