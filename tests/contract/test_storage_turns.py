"""What one chat turn asks of the store, on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from storage import Database
from storage.backend import backend_of
from tests.support.stores import KEYS
from yanlu.errors import DatabaseUnavailable

NOW = datetime(2026, 3, 4, 9, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=30)


class Stop(Exception):
    pass


async def send(database, *texts, address="7", not_before=None):
    async with database.transaction(NOW) as work:
        return [await work.outbox.put("telegram", address, text.encode(), NOW, not_before) for text in texts]


async def claim(database, now=NOW, limit=10, channel="telegram"):
    async with database.transaction(now) as work:
        return await work.outbox.claim(channel, now, limit, LEASE)


def texts(rows):
    return [row.payload.decode() for row in rows]


async def test_a_delivery_is_applied_once(database):
    async with database.transaction(NOW) as work:
        assert await work.updates.first_time("telegram", "1")
        assert not await work.updates.first_time("telegram", "1")
        assert await work.updates.first_time("terminal", "1")
    async with database.transaction(NOW) as work:
        assert not await work.updates.first_time("telegram", "1")


async def test_a_turn_that_failed_leaves_nothing_and_may_come_again(database):
    async def failing_turn():
        async with database.transaction(NOW) as work:
            await work.updates.first_time("telegram", "1")
            await work.drafts.put("someone", "draft", b"half", NOW + HOUR)
            await work.outbox.put("telegram", "7", b"said", NOW)
            raise Stop

    with pytest.raises(Stop):
        await failing_turn()
    assert await claim(database) == []
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") is None
        assert await work.updates.first_time("telegram", "1")


async def test_closing_waits_for_what_is_under_way(database_url):
    database = Database.open(database_url, keys=KEYS)
    begun, going_on = asyncio.Event(), asyncio.Event()

    async def turn():
        async with database.transaction(NOW) as work:
            begun.set()
            await going_on.wait()
            await work.drafts.put("someone", "draft", b"said", NOW + HOUR)

    taking = asyncio.create_task(turn())
    await begun.wait()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    going_on.set()
    await taking
    await closing
    again = Database.open(database_url, keys=KEYS)
    async with again.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") == b"said"
    await again.close()


@pytest.mark.postgres
async def test_closing_waits_no_longer_than_anybody_waits(postgres_stores, caplog):
    backend = backend_of(await postgres_stores.migrated(), busy_timeout=0.1)
    await backend._queue.acquire()  # as by a transaction that hangs
    await backend.close()
    assert "1 transactions were still under way" in caplog.text
    async with backend.transaction():
        pass
    backend._queue.release()
    await backend.close()


async def test_old_deliveries_are_forgotten(database):
    async with database.transaction(NOW - timedelta(days=9)) as work:
        await work.updates.first_time("telegram", "old")
    async with database.transaction(NOW) as work:
        await work.updates.first_time("telegram", "new")
        assert await work.updates.purge(date(2026, 3, 1)) == 1
        assert await work.updates.first_time("telegram", "old")
        assert not await work.updates.first_time("telegram", "new")


async def test_a_draft_lives_in_its_slot_until_replaced_or_deleted(database):
    async with database.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"first", NOW + HOUR)
        await work.drafts.put("someone", "draft", b"second", NOW + HOUR)
        await work.drafts.put("someone", "context", b"", NOW + HOUR)
        await work.drafts.put("another", "draft", b"theirs", NOW + HOUR)
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") == b"second"
        assert await work.drafts.get("someone", "context") == b""
        await work.drafts.delete("someone", "draft")
        await work.drafts.delete("someone", "draft")
        assert await work.drafts.get("someone", "draft") is None
        assert await work.drafts.get("another", "draft") == b"theirs"


async def test_an_expired_draft_is_never_seen_and_then_purged(database):
    beijing = timezone(timedelta(hours=8))
    async with database.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"value", (NOW + HOUR).astimezone(beijing))
        await work.drafts.put("someone", "context", b"value", NOW + 3 * HOUR)
    async with database.transaction(NOW + HOUR - timedelta(microseconds=1)) as work:
        assert await work.drafts.get("someone", "draft") == b"value"
    async with database.transaction(NOW + HOUR) as work:
        assert await work.drafts.get("someone", "draft") is None
        assert await work.drafts.purge(NOW + HOUR) == 1
    async with database.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") is None
        assert await work.drafts.get("someone", "context") == b"value"


async def test_without_a_time_the_clock_decides(database_url):
    database = Database.open(database_url, keys=KEYS, clock=lambda: NOW)
    async with database.transaction() as work:
        await work.drafts.put("someone", "draft", b"value", NOW + HOUR)
        assert await work.drafts.get("someone", "draft") == b"value"
    await database.close()
    database = Database.open(database_url, keys=KEYS)  # the real clock, long after
    async with database.transaction() as work:
        await work.drafts.put("someone", "old", b"value", datetime(2020, 1, 1, tzinfo=UTC))
        assert await work.drafts.get("someone", "old") is None
    await database.close()


async def test_a_time_without_zone_is_refused(database):
    with pytest.raises(Exception, match="time zone"):
        async with database.transaction(NOW) as work:
            await work.drafts.put("someone", "draft", b"value", datetime(2026, 3, 4))  # noqa: DTZ001


async def test_messages_leave_in_order_and_once(database):
    ids = await send(database, "one", "two", "three")
    assert ids == sorted(ids)
    rows = await claim(database, limit=2)
    assert [(row.id, row.address, row.payload, row.attempts) for row in rows] == [
        (ids[0], "7", b"one", 0),
        (ids[1], "7", b"two", 0),
    ]
    assert await claim(database, channel="terminal") == []
    async with database.transaction(NOW) as work:
        await work.outbox.done(ids[:2])
        await work.outbox.done([])
    assert texts(await claim(database)) == ["three"]
    assert await claim(database) == []


async def test_an_id_is_never_used_again(database):
    first = await send(database, "one", "two")
    async with database.transaction(NOW) as work:
        await work.outbox.done(first)
    assert min(await send(database, "three")) > max(first)


async def test_a_message_whose_sender_died_is_handed_out_again_when_the_lease_is_over(database):
    await send(database, "one")
    assert texts(await claim(database)) == ["one"]
    assert await claim(database, NOW + LEASE / 2) == []
    (row,) = await claim(database, NOW + LEASE)
    assert (row.payload, row.attempts) == (b"one", 1)


async def test_a_message_put_off_holds_back_the_later_ones_to_the_same_person_only(database):
    first, _ = await send(database, "one", "two")
    await send(database, "elsewhere", address="8")
    async with database.transaction(NOW) as work:
        await work.outbox.later(first, NOW + HOUR)
    assert texts(await claim(database)) == ["elsewhere"]
    assert texts(await claim(database, NOW + HOUR)) == ["one", "two", "elsewhere"]


async def test_a_leased_message_holds_back_the_later_ones_to_the_same_person(database):
    await send(database, "one")
    assert texts(await claim(database)) == ["one"]
    await send(database, "two")
    await send(database, "elsewhere", address="8")
    assert texts(await claim(database)) == ["elsewhere"]


async def test_a_message_is_not_handed_out_before_its_time(database):
    await send(database, "one", not_before=NOW + HOUR)
    assert await claim(database) == []
    assert texts(await claim(database, NOW + HOUR)) == ["one"]


async def test_turns_of_one_chat_never_interleave(database_url):
    """Twelve turns over two workers, each reads, waits and writes back one more."""
    workers = [Database.open(database_url, keys=KEYS) for _ in range(2)]

    async def turn(database):
        async with database.transaction(NOW) as work:
            await work.lock("someone")
            seen = int(await work.drafts.get("someone", "count") or b"0")
            await asyncio.sleep(0.005)
            await work.drafts.put("someone", "count", b"%d" % (seen + 1), NOW + HOUR)

    await asyncio.gather(*(turn(workers[number % 2]) for number in range(12)))
    async with workers[0].transaction(NOW) as work:
        assert await work.drafts.get("someone", "count") == b"12"
    for worker in workers:
        await worker.close()


async def test_the_same_delivery_to_two_workers_is_applied_by_one(database_url):
    workers = [Database.open(database_url, keys=KEYS) for _ in range(2)]

    async def apply(database, update):
        async with database.transaction(NOW) as work:
            await asyncio.sleep(0.002)
            return await work.updates.first_time("telegram", update)

    for update in ("1", "2", "3"):
        applied = await asyncio.gather(*(apply(worker, update) for worker in workers * 2))
        assert sum(applied) == 1
    for worker in workers:
        await worker.close()


async def test_two_workers_never_get_the_same_message_nor_overtake(database_url):
    workers = [Database.open(database_url, keys=KEYS) for _ in range(3)]
    async with workers[0].transaction(NOW) as work:
        for number in range(120):
            await work.outbox.put("telegram", str(number % 7), b"%d" % number, NOW)
    sent: list[tuple[str, int]] = []

    async def courier(database):
        while True:
            async with database.transaction(NOW) as work:
                rows = await work.outbox.claim("telegram", NOW, 5, LEASE)
                await asyncio.sleep(0)  # let the others in while the rows are locked
            sent.extend((row.address, int(row.payload)) for row in rows)
            async with database.transaction(NOW) as work:
                await work.outbox.done([row.id for row in rows])
            if len(sent) >= 120:
                return
            await asyncio.sleep(0)

    await asyncio.wait_for(asyncio.gather(*(courier(worker) for worker in workers)), 30)
    assert sorted(number for _, number in sent) == list(range(120))
    for address in {address for address, _ in sent}:
        numbers = [number for to, number in sent if to == address]
        assert numbers == sorted(numbers)
    for worker in workers:
        await worker.close()


@pytest.mark.postgres
async def test_rows_locked_by_another_worker_are_passed_over_with_all_that_follow_them(postgres_stores):
    url = await postgres_stores.migrated()
    first, second = (Database.open(url, keys=KEYS) for _ in range(2))
    await send(first, "one", "two", address="7")
    await send(first, "three", address="8")
    async with first.transaction(NOW) as work:
        assert texts(await work.outbox.claim("telegram", NOW, 1, LEASE)) == ["one"]
        assert texts(await claim(second)) == ["three"]  # "two" may not overtake "one"
        assert await claim(second) == []
    await first.close()
    await second.close()


async def test_a_writer_waits_for_a_writer_of_another_process_and_no_longer_than_it_may(sqlite_stores):
    url = await sqlite_stores.migrated()
    slow = Database.open(url, keys=KEYS)
    patient = Database.open(url, keys=KEYS)
    hasty = Database.open(url, keys=KEYS, busy_timeout=timedelta(milliseconds=60))

    async def write(database):
        async with database.transaction(NOW) as work:
            await work.outbox.put("telegram", "7", b"text", NOW)

    async with slow.transaction(NOW):
        waiting = asyncio.create_task(write(patient))
        with pytest.raises(DatabaseUnavailable):
            await write(hasty)
        assert not waiting.done()
    await waiting
    async with hasty.transaction(NOW):  # its own connection is taken: the queue has an end too
        with pytest.raises(DatabaseUnavailable):
            await write(hasty)
    assert len(await claim(slow)) == 1
    for database in (slow, patient, hasty):
        await database.close()


async def test_a_turn_cancelled_at_any_moment_is_whole_or_not_there(database):
    """The next turn works whatever moment the one before was cancelled at."""
    kept = 0
    for number in range(25):
        began = asyncio.Event()

        async def turn(update=str(number), began=began):
            async with database.transaction(NOW) as work:
                began.set()
                await work.updates.first_time("telegram", update)
                await work.outbox.put("telegram", update, b"text", NOW)

        task = asyncio.create_task(turn())
        await began.wait()
        for _ in range(number % 6):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        async with database.transaction(NOW) as work:
            applied = not await work.updates.first_time("telegram", str(number))
        kept += applied
    rows = await claim(database, limit=100)
    assert len(rows) == kept
