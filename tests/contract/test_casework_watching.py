"""Notices that wait are kept: a case is looked at again when something happened to it, and all are when the ground moves."""

from random import Random

import pytest

from bot.services.casework import handling
from bot.services.casework.notices import wanted_notices
from bot.services.casework.watching import NoticeWatch
from bot.services.reports.tracking import add
from storage.cases import Cases
from tests.support.case_desk import STORY, case_desk


@pytest.fixture
async def city(database):
    return await case_desk(database)


def watch_of(city, seed=1):
    return NoticeWatch(city.database, city.desk, Random(seed))


def names(notices):
    return sorted((each.row.number, each.key, each.row.due) for each in notices)


async def waiting(city, watch):
    await watch.look(city.now, city.today)
    return names(each.notice for kept in watch._waiting.values() for each in kept.values())


async def untold(city):
    """What is called for and was not told, looked for from nothing."""
    async with city.work() as work:
        wanted = await wanted_notices(work, city.desk, city.today)
        told = {(each.case, each.action) for each in await work.audit.since(0, limit=10_000)}
    return names(each for each in wanted if (each.row.number, each.key) not in told)


async def adds(city, case, _chance):
    async with city.work() as work:
        opened = await work.cases.by_receipt(case.receipt)
        await add(work, city.desk, opened, kind="supplement", text=STORY, day=city.today)


async def opens(city, case, _chance):
    async with city.sitting("wei") as at:
        await handling.read_case(at, case.number)


async def goes_on(city, case, _chance):
    async with city.sitting("wei") as at:
        row = await at.work.cases.get(case.number)
        if row.internal == "waiting":
            await handling.set_status(at, case.number, "screening")
        elif row.internal == "screening":
            await handling.close(at, case.number, "已查清")


async def waits(city, _case, chance):
    city.wait(days=chance.randint(1, 9))


async def is_told(city, _case, chance):
    async with city.work() as work:
        wanted = await wanted_notices(work, city.desk, city.today)
        if wanted:
            each = chance.choice(wanted)
            await work.audit.append("system", each.key, each.row.number, city.today)


async def takes_a_post(city, _case, chance):
    if chance.random() < 0.2:
        await city.appoint("dong", "bureau")


STEPS = (adds, opens, goes_on, goes_on, waits, is_told, is_told, takes_a_post)


@pytest.mark.parametrize("seed", range(4))
async def test_what_waits_is_what_looking_from_nothing_finds_whatever_happened(city, seed):
    chance, watch, filed = Random(seed), watch_of(city), []
    for _ in range(40):
        if not filed or chance.random() < 0.3:
            filed.append(await city.filed())
        await chance.choice(STEPS)(city, chance.choice(filed), chance)
        assert await waiting(city, watch) == await untold(city)


async def test_only_the_case_that_something_happened_to_is_opened(city, monkeypatch):
    numbers = [(await city.filed()).number for _ in range(4)]
    watch = watch_of(city)
    await watch.look(city.now, city.today)
    asked = []
    routed = Cases.routed

    async def counted(self, among=None):
        asked.append(among)
        return await routed(self, among)

    monkeypatch.setattr(Cases, "routed", counted)
    await watch.look(city.now, city.today)
    assert asked == []
    async with city.sitting("wei") as at:
        await handling.set_status(at, numbers[2], "screening")
    await watch.look(city.now, city.today)
    assert asked == [[numbers[2]]]
    async with city.work() as work:
        await work.audit.append("system", "terms:", None, city.today)
    await watch.look(city.now, city.today)
    assert len(asked) == 1
    city.wait(days=1)
    await watch.look(city.now, city.today)
    assert [sorted(each) for each in asked[1:]] == [sorted(numbers)]


async def test_the_time_to_leave_is_drawn_once_for_each_notice(city):
    filed = await city.filed()
    watch = watch_of(city)
    await watch.look(city.now, city.today)
    first = {key: each.leaves for key, each in watch._waiting[filed.number].items()}
    assert len(set(first.values())) == len(first) == 2
    async with city.sitting("wei") as at:
        await handling.set_status(at, filed.number, "screening")
    await watch.look(city.now, city.today)
    again = watch._waiting[filed.number]
    assert {key: each.leaves for key, each in again.items()} == first
    assert {each.notice.row.internal for each in again.values()} == {"screening"}


async def test_what_another_worker_told_waits_no_more(city):
    filed = await city.filed()
    watch = watch_of(city)
    await watch.look(city.now, city.today)
    key, other = sorted(watch._waiting[filed.number])
    async with city.work() as work:
        await work.audit.append("system", key, filed.number, city.today)
    await watch.look(city.now, city.today)
    assert list(watch._waiting[filed.number]) == [other]


async def test_nothing_waits_of_a_case_that_was_erased_in_the_night(city):
    filed, other = await city.filed(), await city.filed()
    watch = watch_of(city)
    await watch.look(city.now, city.today)
    async with city.sitting("wei") as at:
        await handling.set_status(at, filed.number, "screening")
    await watch.look(city.now, city.today)
    async with city.work() as work:
        assert await work.cases.erase(filed.number, city.today)
    city.wait(days=1)
    await watch.look(city.now, city.today)
    assert set(watch._waiting) == {other.number}
