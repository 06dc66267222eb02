"""What is kept of duties serves every period, day and change of posts, and is what counting anew gives each time."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from bot.services.coverage import Coverage
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.standing import StandingService
from bot.services.standing_kept import KeptStanding
from bot.services.warming import Warming
from storage import Database
from storage.ledger import Ledger
from tests.contract.test_standing import NOW, PLACES, TODAY, YEAR, settle
from tests.contract.test_standing_kept import some_talk, talk
from tests.support.city import CITY, EAST, HILL, RIVER, WEST, post

PERIODS = (YEAR, Period.quarter(2026, 2), Period.year(2025), Period(date(2025, 1, 1), date(2026, 12, 31)))
UNITS = (CITY, RIVER, HILL, WEST, EAST)


def counts(covered: Coverage) -> list[tuple[object, ...]]:
    """What every figure of a page is made of."""
    return [(each.obligation, each.held, each.done, each.overdue, each.late) for each in covered.mets]


async def moved(database: Database, chance: Random) -> None:
    """Somebody's post ends, or begins."""
    person = chance.choice(tuple(PLACES))
    since = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
    until = since + timedelta(days=chance.randrange(400)) if chance.random() < 0.5 else None
    unit, role = chance.choice(UNITS), chance.choice(("head", "member", "discipline"))
    async with database.transaction(NOW) as work:
        await work.people.put_posts([replace(post(person, unit, role, since), until=until)])


@pytest.mark.parametrize("seed", range(4))
async def test_every_period_of_a_house_that_changes_is_what_counting_anew_gives(
    database: Database, seed: int
) -> None:
    standing = await settle(database)
    kept, chance, today = KeptStanding(standing), Random(seed), TODAY
    for _ in range(25):
        step = chance.random()
        if step < 0.6:
            async with database.transaction(NOW) as work:
                for _ in range(chance.randint(1, 4)):
                    talked = some_talk(chance)
                    await work.ledger.file(
                        replace(talked, day=talked.day - timedelta(days=chance.choice((0, 0, 200)))), NOW
                    )
        elif step < 0.8:
            await moved(database, chance)
        else:
            today += timedelta(days=chance.randint(1, 90))
        period = chance.choice(PERIODS)
        await kept.prepare(database, NOW, period, today)
        async with database.transaction(NOW) as work:
            anew = await StandingService(DirectoryService(database)).owed_where(work, period, today)
            assert counts(await kept.covered(work, period, today)) == counts(anew)


async def test_a_part_of_the_year_the_next_day_and_another_post_read_no_record_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = await settle(database)
    async with database.transaction(NOW) as work:
        await work.ledger.file(talk("river", "west"), NOW)
    kept = KeptStanding(standing)
    await Warming(database, kept, lambda: NOW).tick()

    async def refused(*_: object) -> None:
        pytest.fail("records were read again")

    async with database.transaction(NOW) as work:
        await work.people.put_posts([post("vice", HILL, "liaison")])
    monkeypatch.setattr(Ledger, "entries", refused)
    tomorrow = TODAY + timedelta(days=1)
    for period, today in ((YEAR, TODAY), (Period.quarter(2026, 3), TODAY), (YEAR, tomorrow)):
        await kept.prepare(database, NOW, period, today)
        async with database.transaction(NOW) as work:
            assert (await kept.covered(work, period, today)).total.held == 1


async def test_what_is_due_becomes_overdue_on_its_day_though_nothing_was_counted_anew(
    database: Database,
) -> None:
    kept = KeptStanding(await settle(database))
    last = date(2026, 12, 31)
    seen = []
    for today in (TODAY, last, last + timedelta(days=1)):
        await kept.prepare(database, NOW, YEAR, today)
        async with database.transaction(NOW) as work:
            covered = await kept.covered(work, YEAR, today)
        seen.append((covered.total.overdue, covered.today, {each.today for each in covered.mets}))
    owed = len(covered.mets)
    assert owed > 0
    assert seen == [
        (0, TODAY, {TODAY}),
        (0, last, {last}),
        (owed, last + timedelta(days=1), {last + timedelta(days=1)}),
    ]
