"""Unlocked sessions: a passphrase opens a key for a while, and for its owner only. On both databases."""

from datetime import timedelta

import pytest

from bot.services.casework import handling
from bot.services.casework.access import Sitting
from bot.services.casework.unlocking import (
    IDLE,
    LONGEST,
    MOST_TRIES,
    TRIES_PAUSE,
    Sessions,
    change_passphrase,
)
from storage import LEAST, unlock
from tests.support.case_desk import STORY, case_desk, passphrase
from yanlu.errors import AccessDenied, PassphraseWrong


@pytest.fixture
async def city(database):
    return await case_desk(database)


async def begun(city, sessions, person="wei"):
    return await sessions.begin(city.database, person, passphrase(person), city.now)


async def opens(city, sessions, token, number, now=None):
    async with city.work() as work:
        unlocked = await sessions.of(work, token, now or city.now)
        return (
            await handling.read_case(Sitting(work, city.desk, unlocked, city.today), number)
        ).report.course


async def test_a_session_opens_cases_until_it_is_closed(city):
    filed, sessions = await city.filed(), Sessions()
    token = await begun(city, sessions)
    assert await opens(city, sessions, token, filed.number) == STORY
    sessions.end(token)
    sessions.end(token)
    with pytest.raises(AccessDenied, match="已经结束"):
        await opens(city, sessions, token, filed.number)
    with pytest.raises(AccessDenied):
        await opens(city, sessions, "made up", filed.number)


async def test_it_ends_when_idle_and_however_busy_after_a_day(city):
    filed, sessions = await city.filed(), Sessions()
    token = await begun(city, sessions)
    at = city.now
    while at + IDLE / 2 - city.now < LONGEST:
        at += IDLE / 2
        assert await opens(city, sessions, token, filed.number, at) == STORY
    with pytest.raises(AccessDenied):
        await opens(city, sessions, token, filed.number, city.now + LONGEST)
    token = await begun(city, sessions)
    with pytest.raises(AccessDenied):
        await opens(city, sessions, token, filed.number, city.now + IDLE)
    assert len(sessions) == 0


async def test_revocation_ends_a_running_session_and_its_key_is_gone_from_memory(city):
    filed, sessions = await city.filed(), Sessions()
    token, other = await begun(city, sessions), await begun(city, sessions, "lan")
    await city.revoke("wei")
    with pytest.raises(AccessDenied):
        await opens(city, sessions, token, filed.number)
    assert len(sessions) == 1
    assert await opens(city, sessions, other, filed.number) == STORY
    with pytest.raises(AccessDenied):
        await begun(city, sessions)


async def test_all_sessions_of_a_handler_can_be_ended_at_once(city):
    sessions = Sessions()
    for _ in range(2):
        await begun(city, sessions)
    async with city.work() as work:
        wei = await work.handlers.by_person("wei")
    assert sessions.end_of(wei.id) == 2
    assert sessions.end_of(wei.id) == 0


async def test_guessing_passphrases_is_slowed_down_for_that_person_only(city):
    sessions = Sessions()
    for _ in range(MOST_TRIES):
        with pytest.raises(PassphraseWrong):
            await sessions.begin(city.database, "wei", "猜一个口令试试看", city.now)
    with pytest.raises(AccessDenied, match="暂停"):
        await begun(city, sessions)
    assert await begun(city, sessions, "lan")
    assert await sessions.begin(city.database, "wei", passphrase("wei"), city.now + TRIES_PAUSE)
    assert await begun(city, sessions)


async def test_who_receives_nothing_unlocks_nothing(city):
    with pytest.raises(AccessDenied, match="不是受理人"):
        await Sessions().begin(city.database, "guan", "随便什么口令都行", city.now)


async def test_a_new_passphrase_opens_the_same_cases_and_the_old_one_nothing(city):
    filed = await city.filed()
    async with city.work() as work:
        wei = await work.handlers.by_person("wei")
    new = "另一句不相干的话"
    with pytest.raises(PassphraseWrong):
        await change_passphrase(city.database, wei, ("不对的旧口令一句", new + "很长很长"), city.now, LEAST)
    with pytest.raises(AccessDenied):
        await change_passphrase(city.database, wei, (passphrase("wei"), "短"), city.now, LEAST)
    await change_passphrase(city.database, wei, (passphrase("wei"), new + "很长很长"), city.now, LEAST)
    sessions = Sessions()
    with pytest.raises(PassphraseWrong):
        await begun(city, sessions)
    token = await sessions.begin(city.database, "wei", new + "很长很长", city.now + timedelta(seconds=1))
    assert await opens(city, sessions, token, filed.number) == STORY
    async with city.work() as work:
        assert (await work.handlers.by_person("wei")).public == wei.public
        unlocked = unlock(await work.handlers.by_person("wei"), new + "很长很长")
        assert "private" not in repr(unlocked)
        assert passphrase("wei") not in repr(unlocked)


async def test_a_handler_revoked_meanwhile_gets_no_new_passphrase(city):
    async with city.work() as work:
        wei = await work.handlers.by_person("wei")
    await city.revoke("wei")
    with pytest.raises(AccessDenied, match="不是受理人"):
        await change_passphrase(
            city.database, wei, (passphrase("wei"), "另一句不相干的话很长"), city.now, LEAST
        )
