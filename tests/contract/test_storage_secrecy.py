"""What a stolen disk shows, and what happens to sealed values that were tampered with. On both databases."""

import base64
import logging
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from storage import Database
from tests.support.stores import KEYS, PostgresStores

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
CANARIES = {
    name: f"canary{name}黄雀{name}" for name in ("draft", "said", "chat", "asked", "note", "judged", "id")
}


def spellings(text):
    return text.encode(), text.encode("utf-16-le"), base64.b64encode(text.encode())


@pytest.fixture(scope="module")
def postgres_stores(own_postgres_stores):
    return own_postgres_stores


def everything_written(stores, url):
    if isinstance(stores, PostgresStores):
        newest = max((stores.server.data / "base").iterdir(), key=lambda folder: int(folder.name))
        folders = (newest, stores.server.data / "pg_wal")
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    path = Path(url.removeprefix("sqlite:///"))
    return list(path.parent.glob(path.name + "*"))


async def onto_disk(stores, execute):
    if isinstance(stores, PostgresStores):
        await execute("CHECKPOINT")


def leaks(stores, url):
    written = b"\0".join(path.read_bytes() for path in everything_written(stores, url))
    assert b"reached the disk" in written
    if not any(form in written for form in spellings("canary")):  # every one begins with this word
        return set()
    return {name for name, canary in CANARIES.items() if any(form in written for form in spellings(canary))}


async def test_a_stolen_disk_shows_nothing_that_was_said_nor_by_whom(stores, database_url, caplog, execute):
    caplog.set_level(logging.DEBUG)
    database = Database.open(database_url, keys=KEYS)
    key = database.keys.opaque("telegram", CANARIES["chat"])
    async with database.transaction(NOW) as work:
        await work.lock(key)
        await work.updates.first_time("telegram", CANARIES["id"])
        await work.drafts.put(key, "draft", CANARIES["draft"].encode(), NOW + HOUR)
        await work.outbox.put("telegram", CANARIES["chat"], CANARIES["said"].encode(), NOW)
        await work.questions.add(CANARIES["asked"], CANARIES["note"], NOW)
        day = date(2026, 3, 4)
        await work.feedback.add(
            CANARIES["judged"], "answer", helpful=False, measure="reached the disk", day=day
        )
    await onto_disk(stores, execute)
    assert leaks(stores, database_url) == set()
    async with database.transaction(NOW) as work:
        assert await work.drafts.get(key, "draft") == CANARIES["draft"].encode()
        (row,) = await work.outbox.claim("telegram", NOW, 5, HOUR)
        assert (row.address, row.payload) == (CANARIES["chat"], CANARIES["said"].encode())
        await work.outbox.done([row.id])
    await database.close()
    await onto_disk(stores, execute)
    assert leaks(stores, database_url) == set()
    assert not any(canary in caplog.text for canary in CANARIES.values())


async def test_the_scan_would_find_what_is_kept_in_clear(stores, database, database_url, execute):
    async with database.transaction(NOW) as work:
        number = await work.questions.add("谈几次?", "reached the disk", NOW)
        await work.questions.answer(
            number, CANARIES["asked"] + "reached the disk", measure=None, citation=None, now=NOW
        )
    await onto_disk(stores, execute)
    assert leaks(stores, database_url) == {"asked"}


async def test_the_files_are_their_owners_only(sqlite_path):
    database = Database.open(f"sqlite:///{sqlite_path}", keys=KEYS)
    await database.migrate()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in sqlite_path.parent.iterdir()}
    assert modes == {"yanlu.db": 0o600, "yanlu.db-wal": 0o600, "yanlu.db-shm": 0o600}
    await database.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE drafts SET sealed = (SELECT sealed FROM drafts WHERE key = 'b') WHERE key = 'a'",
        "UPDATE drafts SET sealed = (SELECT sealed FROM outbox) WHERE key = 'a'",
        "UPDATE drafts SET slot = 'other' WHERE slot = 'draft' AND key = 'b'",
        "UPDATE drafts SET sealed = substr(sealed, 1, 20)",
    ],
)
async def test_a_moved_or_damaged_draft_does_not_open_and_is_gone(database, execute, caplog, tampering):
    async with database.transaction(NOW) as work:
        await work.drafts.put("a", "draft", b"of a", NOW + HOUR)
        await work.drafts.put("b", "draft", b"of b", NOW + HOUR)
        await work.outbox.put("telegram", "7", b"said", NOW)
    await execute(tampering)
    async with database.transaction(NOW) as work:
        seen = [await work.drafts.get(key, slot) for key in "ab" for slot in ("draft", "other")]
    assert set(seen) <= {None, b"of a", b"of b"}
    assert seen[0] in (None, b"of a")
    assert b"of b" not in seen[:2]
    assert seen[3] is None
    assert None in (seen[0], seen[2])
    assert "broken seal" in caplog.text
    async with database.transaction(NOW) as work:
        await work.drafts.put("a", "draft", b"anew", NOW + HOUR)
        assert await work.drafts.get("a", "draft") == b"anew"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE outbox SET sealed = (SELECT sealed FROM outbox WHERE id = 2) WHERE id = 1",
        "UPDATE outbox SET channel = 'telegram', recipient = 'x' WHERE id = 1",
        "UPDATE outbox SET nonce = sealed WHERE id = 1",
    ],
)
async def test_a_moved_message_is_never_sent_and_holds_up_no_other(database, execute, caplog, tampering):
    async with database.transaction(NOW) as work:
        await work.outbox.put("telegram", "7", b"to seven", NOW)
        await work.outbox.put("telegram", "8", b"to eight", NOW)
        await work.outbox.put("telegram", "7", b"again to seven", NOW)
    await execute(tampering)
    async with database.transaction(NOW) as work:
        rows = await work.outbox.claim("telegram", NOW, 5, HOUR)
    assert [(row.address, row.payload) for row in rows] == [("8", b"to eight"), ("7", b"again to seven")]
    assert "broken seal" in caplog.text
    async with database.transaction(NOW + HOUR) as work:
        assert len(await work.outbox.claim("telegram", NOW + HOUR, 5, HOUR)) == 2
