"""Handlers and recovery keys on both databases."""

import asyncio
from dataclasses import replace

import pytest

from storage import LEAST, new_keys, new_recovery, rewrapped, unlock
from tests.support.sealed_city import (
    LATER,
    NOW,
    TODAY,
    enrolled,
    filed,
    passphrase,
    rows,
    staffed,
    unlocked,
)
from tests.support.stored_city import settled
from yanlu.errors import AccessDenied, PassphraseWrong, StorageError


@pytest.fixture
async def printed(database):
    """A city with handlers; the city's printed recovery key."""
    async with database.transaction(NOW) as work:
        return await staffed(work)


async def test_handlers_enrol_once_and_change_their_passphrase(printed, database):
    async with database.transaction(NOW) as work:
        with pytest.raises(StorageError) as taken:
            await enrolled(work, "zhou", "district")
        assert "受理人" in taken.value.happened
        assert [each.person for each in await work.handlers.all()] == ["li", "zhou", "sun"]
        assert await work.handlers.by_person("qian") is None
        assert await work.handlers.get("unknown") is None
        session = await unlocked(work, "zhou")
        assert await work.handlers.rewrap(rewrapped(session, "新口令", LEAST))
        handler = await work.handlers.by_person("zhou")
        assert unlock(handler, "新口令").pair == session.pair
        with pytest.raises(PassphraseWrong):
            unlock(handler, passphrase("zhou"))
        assert not await work.handlers.rewrap(replace(new_keys("x", LEAST), id=handler.id))
        assert not await work.handlers.rewrap(new_keys("x", LEAST))
    with pytest.raises(StorageError):
        async with database.transaction(NOW) as work:
            await enrolled(work, "nobody", "city")


async def test_two_enrolments_of_one_person_at_the_same_time_make_one_handler(database):
    async with database.transaction(NOW) as work:
        await settled(work)

    async def enrol():
        async with database.transaction(NOW) as work:
            await enrolled(work, "li", "city")

    ended = await asyncio.gather(*(enrol() for _ in range(3)), return_exceptions=True)
    assert sum(each is None for each in ended) == 1
    assert all(each is None or isinstance(each, StorageError) for each in ended)


async def test_a_drill_proves_the_paper_on_every_case(printed, database):
    async with database.transaction(NOW) as work:
        empty = await work.handlers.drill("city", printed)
        assert (empty.current, empty.sealed, empty.opened, empty.passed) == (True, 0, 0, True)
    cases = [await filed(database) for _ in range(3)]
    async with database.transaction(NOW) as work:
        assert (await work.handlers.drill("city", printed.lower())).passed
        assert (await work.handlers.drill("city", printed)).opened == 3
        other = await work.handlers.drill("city", new_recovery()[1])
        assert (other.current, other.opened, other.passed) == (False, 0, False)
        without = await work.handlers.drill("district", printed)
        assert (without.current, without.sealed, without.opened, without.passed) == (False, 0, 0, False)
        with pytest.raises(AccessDenied):
            await work.handlers.drill("city", printed[:-1])
        public, newer = new_recovery()
        recovery = await work.handlers.set_recovery("city", public, LATER)
        assert await work.handlers.recovery("city") == recovery
        assert await work.handlers.recovery("bureau") is None
        stale = await work.handlers.drill("city", printed)
        assert (stale.current, stale.opened, stale.passed) == (False, 3, False)
        assert (await work.handlers.drill("city", newer)).opened == 0
        await work.cases.seal_recovery(cases[0].key, recovery)
        half = [await work.handlers.drill("city", each) for each in (printed, newer)]
        assert [(each.current, each.sealed, each.opened) for each in half] == [(False, 3, 2), (True, 3, 1)]
        assert not half[1].passed
        for case in cases[1:]:
            await work.cases.seal_recovery(case.key, recovery)
        assert (await work.handlers.drill("city", newer)).passed
        await work.cases.erase(cases[0].number, LATER)
        assert (await work.handlers.drill("city", newer)).sealed == 2
    with pytest.raises(StorageError):
        async with database.transaction(NOW) as work:
            await work.handlers.set_recovery("nowhere", public, TODAY)


async def test_a_vouch_says_of_what_kind_of_key_it_is(database, database_url):
    async with database.transaction(NOW) as work:
        await staffed(work)
    for kind, table, columns in (
        ("handler", "handlers", "id, person, organisation, public"),
        ("recovery", "recovery_keys", "id, organisation, public"),
    ):
        for *parts, vouch in await rows(database_url, f"SELECT {columns}, vouch FROM {table}"):
            assert database.keys.derived(f"vouch {kind}", *parts).hex() == vouch
