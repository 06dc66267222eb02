"""What is kept of duties between requests is what counting anew would give, whatever happened in between."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.services.cadences import set_cadence
from bot.services.coverage import Coverage
from bot.services.directory import DirectoryService
from bot.services.standing import StandingService
from bot.services.standing_kept import KeptStanding
from storage import Database, NewRecord, RecordPerson
from storage.ledger import Ledger
from tests.contract.test_standing import NOW, PLACES, TODAY, YEAR, settle
from tests.support.city import CITY

KINDS = ("监督谈话", "谈心谈话", "约谈")
PEOPLE = tuple(PLACES)


def shown(covered: Coverage) -> list[tuple[object, ...]]:
    """All that a page shows of it."""
    return [
        (each.obligation, each.ids[: each.obligation.needed], each.held, each.overdue, each.late)
        for each in covered.mets
    ]


def some_talk(chance: Random) -> NewRecord:
    talker, *subjects = chance.sample(PEOPLE, chance.choice((2, 2, 2, 3)))
    people = (
        RecordPerson("talker", talker, PLACES[talker]),
        *(RecordPerson("subject", each, PLACES[each]) for each in subjects),
    )
    mode = chance.choice(({}, {"mode": "个别"}, {"mode": "受委托"}, {"mode": "集体"}))
    kind = chance.choice(KINDS)
    day = TODAY - timedelta(days=chance.randrange(250))
    return NewRecord("talk", PLACES[talker], day, talker, {"talk_type": kind, **mode}, people, kind)


@pytest.mark.parametrize("seed", range(4))
async def test_it_is_what_counting_anew_gives_after_any_change(database: Database, seed: int) -> None:
    standing = await settle(database)
    kept, chance = KeptStanding(standing), Random(seed)
    async with database.transaction(NOW) as work:
        await set_cadence(work, CITY, "监督谈话", {"per_year": 2})
    ids: list[int] = []
    for _ in range(30):
        async with database.transaction(NOW) as work:
            step = chance.random()
            if step < 0.6 or not ids:
                for _ in range(chance.randint(1, 3)):
                    ids.append((await work.ledger.file(some_talk(chance), NOW)).entry.id)
            elif step < 0.8:
                new = replace(some_talk(chance), author="vice")
                await work.ledger.correct(chance.choice(ids), new, reason="更正", author="vice", now=NOW)
            elif step < 0.95:
                await work.ledger.void(chance.choice(ids), reason="写错了", author="vice", now=NOW)
            else:
                await set_cadence(work, CITY, "监督谈话", {"per_year": chance.randint(1, 4)})
        async with database.transaction(NOW) as work:
            anew = await StandingService(DirectoryService(database)).owed_where(work, YEAR, TODAY)
            assert shown(await kept.covered(work, YEAR, TODAY)) == shown(anew)


async def test_what_another_worker_wrote_is_seen(database: Database) -> None:
    first, second = (
        KeptStanding(await settle(database)),
        KeptStanding(StandingService(DirectoryService(database))),
    )
    async with database.transaction(NOW) as work:
        assert (await first.covered(work, YEAR, TODAY)).total.held == 0
        assert (await second.covered(work, YEAR, TODAY)).total.held == 0
        await work.ledger.file(talk("river", "west"), NOW)
    for each in (first, second):
        async with database.transaction(NOW) as work:
            assert (await each.covered(work, YEAR, TODAY)).total.held == 1


async def test_a_record_that_shows_late_with_a_lower_number_is_not_missed(database: Database) -> None:
    """On PostgreSQL the transaction with the lower id may commit last."""
    await settle(database)
    async with database.transaction(NOW) as work:
        mark = (await work.ledger_watch.since(None)).mark
        stored = await work.ledger.file(talk("river", "west"), NOW)
        late = replace(mark, last=stored.entry.id + 5)
        assert not (await work.ledger_watch.since(late)).known
        seen = await work.ledger_watch.since(mark)
        assert (seen.known, [each.id for each in seen.entries]) == (True, [stored.entry.id])


async def test_what_is_asked_a_second_time_reads_no_record(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptStanding(await settle(database))
    async with database.transaction(NOW) as work:
        await work.ledger.file(talk("river", "west"), NOW)
    await kept.prepare(database, NOW, YEAR, TODAY)

    async def refused(*_: object) -> None:
        pytest.fail("records were read again")

    monkeypatch.setattr(Ledger, "entries", refused)
    async with database.transaction(NOW) as work:
        assert (await kept.covered(work, YEAR, TODAY)).total.held == 1
        await work.ledger.file(talk("river", "east"), NOW)
    async with database.transaction(NOW) as work:
        assert (await kept.covered(work, YEAR, TODAY)).total.held == 2


def talk(talker: str, subject: str) -> NewRecord:
    """A talk that counts."""
    people = (
        RecordPerson("talker", talker, PLACES[talker]),
        RecordPerson("subject", subject, PLACES[subject]),
    )
    return NewRecord("talk", PLACES[talker], TODAY, talker, {}, people, "监督谈话")
