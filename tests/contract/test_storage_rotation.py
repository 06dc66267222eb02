"""A new key while everybody goes on working, and what a stolen disk shows of the ledgers. On both databases."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import (
    Database,
    Excuse,
    JobResult,
    KeyRing,
    NewPlan,
    Organisation,
    RecordQuery,
    TicketNote,
    TicketQuery,
)
from storage.backend import backend_of
from storage.case_rows import RoutingFacts
from storage.key_file import create_key_file, read_key_file, rotated
from storage.passing import PassingTable
from storage.rotation import reseal
from storage.schema import metadata
from storage.sealed_tables import SEALED_OTHERWISE, SEALED_TABLES
from storage.sealing import key_id_of
from tests.contract.test_storage_secrecy import everything_written, onto_disk, spellings
from tests.support.sealed_city import enrolled, report
from tests.support.stored_city import NOW, TODAY, settled, talk, ticket
from tests.support.stores import KEYS
from yanlu.errors import KeyLost

HOUR = timedelta(hours=1)
NEW = b"n" * 32


def canary(word):
    return f"canary{word}黄雀{word}"


async def filled(database):
    """Put a row into every table that holds sealed values."""
    async with database.transaction(NOW) as work:
        await settled(work)
        await work.bindings.bind("qian", "telegram", canary("address"), NOW)
        await work.drafts.put("someone", "draft", canary("draft").encode(), NOW + HOUR)
        await work.outbox.put("telegram", canary("address"), canary("said").encode(), NOW)
        await work.questions.add(canary("asked"), None, NOW)
        await work.feedback.add(canary("judged"), "answer", helpful=True, measure=None, day=TODAY)
        for _ in range(2):
            await work.ledger.file(talk(body={"points": [canary("point")]}, bands=(1, 2)), NOW)
        said = {"reason": canary("reason"), "author": "sun", "now": NOW}
        await work.ledger.correct(1, talk(body={"points": [canary("point") + "更正"]}), **said)
        await work.ledger.void(2, reason=canary("void"), author="sun", now=NOW)
        await work.tickets.add([ticket(1, canary("ticket"))], TODAY)
        await work.tickets.note(1, TicketNote(NOW, "qian", "close", canary("step")))
        plan = NewPlan("监督谈话", "district", "zhou", ("qian",), TODAY, "sun", {"matters": canary("plan")})
        await work.plans.add(plan)
        await work.plans.move(1, TODAY, {"matters": canary("plan") + "改期"})
        await work.standing.ask(1, 2, "qian", NOW)
        await work.standing.answer(1, 2, "qian", "objected", canary("objection"), NOW)
        await PassingTable(work._session, database.keys, NOW).put("who", "s", canary("passing").encode(), NOW)
        await enrolled(work, "zhou", "city")
        new = await report(work, canary("report"), people=("zhou",), contact=canary("contact").encode())
        facts = RoutingFacts(organisations=frozenset({canary("accused")}))
        await work.cases.file(replace(new, facts=facts))
        await work.accounts.set_passphrase("zhou", "hash", NOW)
        await work.accounts.set_secret("zhou", canary("secret"))
        job = await work.jobs.add("zhou", "export", NOW)
        await work.jobs.end(job, JobResult(canary("done"), content=canary("exported").encode()), NOW)
        await work.standing.excuse(Excuse("li", "监督谈话", "2026", canary("excuse"), "sun", NOW))


async def everything_read(database):
    """Read back each sealed value that `filled` put there."""
    async with database.transaction(NOW) as work:
        (binding,) = await work.bindings.of("qian")
        (message,) = await work.outbox.claim("telegram", NOW, 5, timedelta(0))
        (question,) = await work.questions.list()
        (kept,) = await work.tickets.find(TicketQuery(), limit=5)
        (plan,) = await work.plans.find()
        (objection,) = await work.standing.confirmations(1)
        (excuse,) = await work.standing.excuses(None, "2026")
        records = await work.ledger.find(RecordQuery(states=("filed", "void")), limit=5)
        versions = await work.ledger.versions(1)
        (routed,) = await work.cases.routed()
        (job,) = await work.jobs.of("zhou", limit=5)
        result = await work.jobs.result(job.id)
        return [
            await PassingTable(work._session, database.keys, NOW).get("who", "s"),
            routed.facts,
            (await work.accounts.secret("zhou"), result.words, result.content.decode()),
            binding.address,
            message.address,
            message.payload.decode(),
            question.text,
            await work.drafts.get("someone", "draft"),
            [(each.body, each.reason, each.void_reason) for each in (*records, *versions)],
            (kept.text, kept.notes[0].text, plan.body, objection.note, excuse.reason),
        ]


async def seals(url):
    """The key ids in use, by table, as they stand in the database."""
    backend = backend_of(url, busy_timeout=5)
    found = {}
    async with backend.transaction() as session:
        for each in SEALED_TABLES:
            rows = await session.execute(sa.select(each.table.c.sealed))
            found[each.table.name] = {key_id_of(row.sealed) for row in rows}
    await backend.close()
    return found


@pytest.fixture(scope="module")
def postgres_stores(own_postgres_stores):
    return own_postgres_stores


@pytest.fixture
async def full(database):
    await filled(database)
    return database


def test_no_sealed_column_is_missing_from_the_list():
    sealed = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary) and column.name != "nonce"
    }
    rotated_ones = {(each.table.name, "sealed") for each in SEALED_TABLES}
    assert not rotated_ones & SEALED_OTHERWISE.keys()
    assert sealed == rotated_ones | SEALED_OTHERWISE.keys()
    assert all(SEALED_OTHERWISE.values())
    for each in SEALED_TABLES:
        assert set(each.row) <= set(each.table.columns.keys())
        assert each.row


async def test_every_seal_is_renewed_and_opens_to_the_same(full, database_url):
    before = await everything_read(full)
    assert str(before).count("canary") == 22
    grown = KEYS.grown(NEW)
    rotating = Database.open(database_url, keys=grown)
    heard = []
    rows = sum([len(await raw(database_url, each.table.name)) for each in SEALED_TABLES])
    assert await reseal(rotating, batch=2, progress=heard.append) == rows
    assert heard[-1] == rows
    assert heard == sorted(heard)
    assert await seals(database_url) == {each.table.name: {grown.newest} for each in SEALED_TABLES}
    assert await everything_read(rotating) == before
    assert await reseal(rotating, batch=2) == 0
    await rotating.check()
    await rotating.close()
    alone = Database.open(database_url, keys=KeyRing([NEW]))
    await alone.check()  # the first key is needed for names alone
    await alone.close()


async def raw(url, table):
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        rows = (await session.execute(sa.text(f"SELECT * FROM {table}"))).all()
    await backend.close()
    return rows


async def test_a_walk_that_was_cut_short_is_taken_up(full, database_url):
    class Killed(Exception):
        pass

    def kill(count):
        if count >= 5:
            raise Killed

    rotating = Database.open(database_url, keys=KEYS.grown(NEW))
    with pytest.raises(Killed):
        await reseal(rotating, batch=1, progress=kill)
    rows = sum([len(await raw(database_url, each.table.name)) for each in SEALED_TABLES])
    assert await reseal(rotating, batch=100) == rows - 5
    await rotating.close()


async def test_others_go_on_working_through_a_rotation(stores, tmp_path):
    path = tmp_path / "keys"
    url = await stores.empty()
    create_key_file(path, randomness=b"o" * 32)
    worker = Database.open(url, keys=read_key_file(path))
    await worker.migrate()
    await filled(worker)
    before = await everything_read(worker)
    stop, warm = asyncio.Event(), asyncio.Event()
    turns = 0

    async def work_on():
        nonlocal turns
        while not stop.is_set():
            async with worker.transaction(NOW) as work:
                last = await work.drafts.get("chat", "count")
                assert last == (b"%d" % turns if turns else None)
                await work.drafts.put("chat", "count", b"%d" % (turns + 1), NOW + HOUR)
                await work.tickets.note(1, TicketNote(NOW, "qian", "note", str(turns)))
            turns += 1
            if turns == 5:
                warm.set()
            await asyncio.sleep(0)

    task = asyncio.create_task(work_on())
    ring = rotated(path, randomness=NEW)
    rotating = Database.open(url, keys=ring)
    await reseal(rotating, batch=1)
    await asyncio.wait_for(warm.wait(), 20)
    stop.set()
    await task
    await reseal(rotating)
    assert await seals(url) == {each.table.name: {ring.newest} for each in SEALED_TABLES}
    assert await everything_read(worker) == before
    assert worker.keys.newest == ring.newest  # it has met the new key, and seals with it
    async with rotating.transaction(NOW) as work:
        assert await work.drafts.get("chat", "count") == b"%d" % turns
        assert len((await work.tickets.get(1)).notes) == turns + 1
    await worker.close()
    await rotating.close()


@pytest.mark.postgres
async def test_a_row_somebody_holds_is_left_to_a_later_pass(postgres_stores):
    url = await postgres_stores.migrated()
    writer, rotating = Database.open(url, keys=KEYS), Database.open(url, keys=KEYS.grown(NEW))
    await filled(writer)
    async with writer.transaction(NOW) as work:
        await work.drafts.put("someone", "draft", b"changed meanwhile", NOW + HOUR)
        await asyncio.wait_for(reseal(rotating), 10)
    assert (await seals(url))["drafts"] == {KEYS.newest}
    assert await reseal(rotating) == 1
    async with rotating.transaction(NOW) as work:
        assert await work.drafts.get("someone", "draft") == b"changed meanwhile"
    await writer.close()
    await rotating.close()


async def test_a_broken_seal_does_not_stop_the_walk(full, database_url, execute, caplog):
    caplog.set_level(logging.WARNING)
    await execute("UPDATE record_versions SET sealed = substr(sealed, 1, 40) WHERE record = 2")
    rotating = Database.open(database_url, keys=KEYS.grown(NEW))
    await reseal(rotating, batch=1)
    found = await seals(database_url)
    grown = KEYS.grown(NEW).newest
    assert found.pop("record_versions") == {KEYS.newest, grown}
    assert all(ids == {grown} for ids in found.values())
    assert "1 sealed values do not open" in caplog.text
    await rotating.close()


async def test_a_process_without_the_new_key_says_so(full, database_url):
    rotating = Database.open(database_url, keys=KEYS.grown(NEW))
    await reseal(rotating)
    await rotating.close()
    async with full.transaction(NOW) as work:
        with pytest.raises(KeyLost):
            await work.ledger.get(1)


async def test_a_stolen_disk_shows_no_word_of_a_record(stores, database_url, execute, caplog):
    caplog.set_level(logging.DEBUG)
    database = Database.open(database_url, keys=KEYS)
    await filled(database)
    async with database.transaction(NOW) as work:
        await work.people.put_organisations([Organisation("seen", "Z", "reached the disk")])
    await database.close()
    rotating = Database.open(database_url, keys=KEYS.grown(NEW))
    await reseal(rotating)
    await onto_disk(stores, execute)
    written = b"\0".join(path.read_bytes() for path in everything_written(stores, database_url))
    await rotating.close()
    dumped = "\n".join([str(await raw(database_url, table)) for table in metadata.tables])
    assert b"reached the disk" in written
    assert "reached the disk" in dumped
    for text in ("canary", "黄雀", "更正", "改期"):
        assert not any(form in written for form in spellings(text)), text
        assert text not in dumped
    assert "canary" not in caplog.text


async def test_the_dump_would_show_what_is_kept_in_clear(full, database_url):
    async with full.transaction(NOW) as work:
        await work.people.put_organisations([Organisation("seen", "Z", canary("name"))])
    assert canary("name") in str(await raw(database_url, "organisations"))
