"""Accounts, console sessions and long jobs, on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from storage import LEAST, Database, JobResult, KeyRing, new_keys, unlock
from tests.support.sealed_city import enrolled, passphrase, staffed
from tests.support.stored_city import settled
from yanlu.errors import StorageError

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)


@pytest.fixture
async def peopled(database):
    async with database.transaction(NOW) as work:
        await staffed(work)
    return database


async def test_an_account_is_made_once_and_keeps_its_birthday(peopled):
    async with peopled.transaction(NOW) as work:
        assert await work.accounts.get("zhou") is None
        await work.accounts.set_passphrase("zhou", "first", NOW)
        await work.accounts.failed("zhou", 3, NOW)
        tried = await work.accounts.get("zhou")
        await work.accounts.set_passphrase("zhou", "second", LATER)
        account = await work.accounts.get("zhou")
    assert (tried.failed, tried.failed_at) == (3, NOW)
    assert (account.hash, account.created, account.failed, account.failed_at) == ("second", NOW, 0, None)
    assert "second" not in repr(account)


async def test_an_account_needs_a_person(peopled):
    with pytest.raises(StorageError):
        async with peopled.transaction(NOW) as work:
            await work.accounts.set_passphrase("nobody", "hash", NOW)


async def test_a_step_of_the_codes_is_used_once_and_never_backwards(peopled):
    async with peopled.transaction(NOW) as work:
        await work.accounts.set_passphrase("zhou", "hash", NOW)
        await work.accounts.set_secret("zhou", "SECRET", 10)
        assert (await work.accounts.get("zhou")).codes
        used = [await work.accounts.use_step("zhou", step) for step in (10, 11, 11, 9, 12)]
        assert await work.accounts.secret("zhou") == "SECRET"
        await work.accounts.set_secret("zhou", None)
        assert not (await work.accounts.get("zhou")).codes
    assert used == [False, True, False, False, True]


async def test_the_history_is_paged_and_each_persons_own(peopled):
    async with peopled.transaction(NOW) as work:
        for minute, event in enumerate(("wrong_passphrase", "signed_in", "signed_out")):
            await work.accounts.note("zhou", event, NOW + timedelta(minutes=minute))
        await work.accounts.note("li", "signed_in", NOW)
        assert [each.event for each in await work.accounts.history("zhou", limit=2)] == [
            "signed_out",
            "signed_in",
        ]
        assert [each.event for each in await work.accounts.history("zhou", limit=2, offset=2)] == [
            "wrong_passphrase"
        ]
        assert await work.accounts.history_length("zhou") == 3


async def test_a_link_lets_in_once_and_in_time(peopled):
    async with peopled.transaction(NOW) as work:
        await work.accounts.issue_link("zhou", "code one", LATER)
        await work.accounts.issue_link("zhou", "code two", LATER)
        found = [await work.accounts.redeem_link("code one", NOW) for _ in range(2)]
        assert found == ["zhou", None]
        assert await work.accounts.redeem_link("code two", LATER) is None
        assert await work.accounts.redeem_link("another", NOW) is None


async def test_an_offer_stands_until_it_is_taken_up(peopled):
    async with peopled.transaction(NOW) as work:
        await work.accounts.offer("zhou", "district", date(2026, 3, 1))
        await work.accounts.offer("zhou", "city", date(2026, 3, 2))
        offer = await work.accounts.offer_of("zhou")
        assert (offer.organisation, offer.offered) == ("city", date(2026, 3, 2))
        assert await work.accounts.offers() == [offer]
        assert await work.accounts.drop_offer("zhou")
        assert not await work.accounts.drop_offer("zhou")


async def test_a_session_is_found_by_its_token_alone(peopled):
    async with peopled.transaction(NOW) as work:
        await work.console_sessions.begin("token", "zhou", NOW)
        await work.console_sessions.touch("token", LATER)
        found = await work.console_sessions.get("token")
        assert (found.person, found.began, found.used, found.opened) == ("zhou", NOW, LATER, None)
        assert found.id != "token"
        assert await work.console_sessions.get(found.id) is None
        await work.console_sessions.end("token")
        assert await work.console_sessions.get("token") is None


async def test_a_key_kept_in_a_session_opens_with_token_and_installation_only(peopled, database_url):
    async with peopled.transaction(NOW) as work:
        handler = await work.handlers.by_person("zhou")
        other = await work.handlers.by_person("li")
        await work.console_sessions.begin("token", "zhou", NOW)
        await work.console_sessions.begin("second", "zhou", NOW)
        await work.console_sessions.keep("token", unlock(handler, passphrase("zhou")), NOW)
        session = await work.console_sessions.get("token")
        opened = work.console_sessions.unlocked("token", session, handler)
        assert opened.pair == unlock(handler, passphrase("zhou")).pair
        assert opened.pair.private not in session.opened
        assert work.console_sessions.unlocked("second", session, handler) is None
        assert work.console_sessions.unlocked("token", session, other) is None
        unmoved = await work.console_sessions.get("second")
        assert work.console_sessions.unlocked("second", unmoved, handler) is None
    stranger = Database.open(database_url, keys=KeyRing([b"o" * 32]))
    async with stranger.transaction(NOW) as work:
        assert work.console_sessions.unlocked("token", session, handler) is None
    await stranger.close()


async def test_locking_forgets_the_key_and_the_session_goes_on(peopled):
    async with peopled.transaction(NOW) as work:
        handler = await work.handlers.by_person("zhou")
        for token in ("one", "two", "three"):
            await work.console_sessions.begin(token, "zhou", NOW)
            await work.console_sessions.keep(token, unlock(handler, passphrase("zhou")), NOW)
        await work.console_sessions.lock("one")
        assert (await work.console_sessions.get("one")).opened is None
        assert (await work.console_sessions.get("two")).opened is not None
        await work.console_sessions.lock_of("zhou")
        assert [each.opened for each in await work.console_sessions.of("zhou")] == [None] * 3


async def test_signing_out_everywhere_spares_the_one_in_hand_and_others_people(peopled):
    async with peopled.transaction(NOW) as work:
        for token, person in (("one", "zhou"), ("two", "zhou"), ("three", "li")):
            await work.console_sessions.begin(token, person, NOW)
        assert await work.console_sessions.end_of("zhou", but="one") == 1
        assert [each.person for each in await work.console_sessions.of("zhou")] == ["zhou"]
        assert await work.console_sessions.end_of("zhou") == 1
        assert await work.console_sessions.get("three") is not None
        await work.console_sessions.purge(LATER)
        assert await work.console_sessions.get("three") is None


async def test_a_job_is_its_owners_and_ends_once(peopled):
    async with peopled.transaction(NOW) as work:
        id_ = await work.jobs.add("zhou", "export", NOW)
        await work.jobs.beat(id_, 3, 10, LATER)
        running = await work.jobs.get(id_, "zhou")
        assert (running.state, running.done, running.total, running.beat) == ("running", 3, 10, LATER)
        assert await work.jobs.get(id_, "li") is None
        assert await work.jobs.result(id_) is None
        await work.jobs.end(id_, JobResult("好了", "台账.xlsx", "application/x", b"\0\xff"), LATER)
        await work.jobs.end(id_, JobResult("again"), LATER, failed=True)
        assert (await work.jobs.get(id_, "zhou")).state == "done"
        assert await work.jobs.result(id_) == JobResult("好了", "台账.xlsx", "application/x", b"\0\xff")
        assert await work.jobs.count("zhou") == 1
        await work.jobs.purge(LATER + timedelta(seconds=1))
        assert await work.jobs.count("zhou") == 0
        assert await work.jobs.result(id_) is None


async def test_two_who_use_one_link_at_the_same_time_are_one(stores, database_url):
    first, second = (Database.open(database_url, keys=KeyRing([b"k" * 32])) for _ in range(2))
    async with first.transaction(NOW) as work:
        await settled(work)
        await work.accounts.issue_link("zhou", "code", LATER)

    async def redeem(database):
        async with database.transaction(NOW) as work:
            return await work.accounts.redeem_link("code", NOW)

    found = await asyncio.gather(redeem(first), redeem(second))
    assert sorted(map(str, found)) == ["None", "zhou"]
    await first.close()
    await second.close()


async def test_a_handlers_new_key_does_not_open_the_old_session(peopled):
    async with peopled.transaction(NOW) as work:
        handler = await work.handlers.by_person("sun")
        await work.console_sessions.begin("token", "sun", NOW)
        await work.console_sessions.keep("token", unlock(handler, passphrase("sun")), NOW)
        await work.handlers.revoke(handler.id, NOW.date())
        again = await enrolled(work, "sun", "district")
        session = await work.console_sessions.get("token")
        assert again.id != handler.id
        assert work.console_sessions.unlocked("token", session, again) is None
    assert new_keys("口令", LEAST).public != handler.public
