"""Unlocked sessions: a passphrase opens a key for a while, and for its owner only. On both databases."""

import asyncio
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services.casework import handling, unlocking
from bot.services.casework.access import Sitting
from bot.services.casework.unlocking import (
    IDLE,
    LEAST_PASSPHRASE,
    LONGEST,
    MOST_TRIES,
    TRIES_PAUSE,
    Sessions,
    change_passphrase,
    checked_passphrase,
)
from storage import LEAST, unlock
from tests.support.case_desk import STORY, case_desk, passphrase
from yanlu.errors import AccessDenied, PassphraseWrong
from yanlu.texts import casework as texts


@pytest.fixture
async def city(database):
    return await case_desk(database)


async def wrongly(city, sessions, times):
    for _ in range(times):
        with pytest.raises(PassphraseWrong):
            await sessions.begin(city.database, "wei", "猜一个口令试试看", city.now)


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


async def test_the_pause_ends_to_the_minute_and_the_count_starts_anew(city):
    sessions = Sessions()
    await wrongly(city, sessions, MOST_TRIES)
    with pytest.raises(AccessDenied, match="15 分钟") as refused:
        await begun(city, sessions)
    assert refused.value.next_step == texts.TOO_MANY_TRIES_NEXT
    city.now += TRIES_PAUSE - timedelta(seconds=1)
    with pytest.raises(AccessDenied, match="暂停"):
        await begun(city, sessions)
    city.now += timedelta(seconds=1)
    await wrongly(city, sessions, MOST_TRIES)
    with pytest.raises(AccessDenied, match="暂停"):
        await begun(city, sessions)


async def test_the_pause_counts_from_the_last_try(city):
    sessions = Sessions()
    await wrongly(city, sessions, MOST_TRIES - 1)
    city.now += TRIES_PAUSE - timedelta(minutes=1)
    await wrongly(city, sessions, 1)
    city.now += timedelta(minutes=1)
    with pytest.raises(AccessDenied, match="暂停"):
        await begun(city, sessions)


async def test_a_right_passphrase_forgives_the_wrong_ones_before_it(city):
    sessions = Sessions()
    for _ in range(3):
        await wrongly(city, sessions, MOST_TRIES - 1)
        assert await begun(city, sessions)


async def test_tries_side_by_side_are_counted_before_the_first_has_failed(city):
    sessions = Sessions()
    said = await asyncio.gather(
        *(sessions.begin(city.database, "wei", "猜一个口令试试看", city.now) for _ in range(MOST_TRIES + 3)),
        return_exceptions=True,
    )
    assert [type(each) for each in said].count(PassphraseWrong) == MOST_TRIES
    assert [str(each) for each in said].count(texts.TOO_MANY_TRIES + texts.TOO_MANY_TRIES_NEXT) == 3


async def test_two_right_passphrases_side_by_side_open_two_sessions(city, monkeypatch):
    both, sessions = threading.Barrier(2, timeout=30), Sessions()

    def together(handler, typed):
        both.wait()
        return unlock(handler, typed)

    monkeypatch.setattr(unlocking, "unlock", together)
    first, second = await asyncio.gather(begun(city, sessions), begun(city, sessions))
    assert first != second
    assert len(sessions) == 2


async def test_a_session_ends_of_itself_when_nobody_asks_for_it(city):
    sessions = Sessions(idle=timedelta(minutes=2), longest=timedelta(minutes=3))
    first = await begun(city, sessions)
    city.now += timedelta(minutes=1)
    second = await begun(city, sessions, "lan")
    assert first != second
    sessions.expire(city.now + timedelta(minutes=1) - timedelta(seconds=1))
    assert len(sessions) == 2
    sessions.expire(city.now + timedelta(minutes=1))
    assert len(sessions) == 1
    async with city.work() as work:
        assert (await sessions.of(work, second, city.now + timedelta(seconds=90))).handler.person == "lan"
    sessions.expire(city.now + timedelta(minutes=3) - timedelta(seconds=1))
    assert len(sessions) == 1
    sessions.expire(city.now + timedelta(minutes=3))
    assert len(sessions) == 0


async def test_who_has_to_unlock_again_is_told_so(city):
    sessions = Sessions()
    token = await begun(city, sessions)
    await city.revoke("wei")
    for each in (token, token, "made up"):
        with pytest.raises(AccessDenied, match="已经结束") as refused:
            await opens(city, sessions, each, "A")
        assert refused.value.next_step == texts.SESSION_ENDED_NEXT


async def test_who_receives_nothing_unlocks_nothing(city):
    with pytest.raises(AccessDenied, match="不是受理人") as refused:
        await Sessions().begin(city.database, "guan", "随便什么口令都行", city.now)
    assert refused.value.next_step == texts.NO_HANDLER_NEXT


@pytest.mark.parametrize("good", ["123451234512345", "1234512345", "abcdeabcde"])
def test_ten_characters_of_five_kinds_may_be_a_passphrase(good):
    assert checked_passphrase(good) == good


@pytest.mark.parametrize("weak", ["123451234", "1234123412", "aaaabbbbccccdddd"])
def test_fewer_may_not(weak):
    with pytest.raises(AccessDenied, match="太短") as refused:
        checked_passphrase(weak)
    assert refused.value.next_step == texts.passphrase_weak_next(LEAST_PASSPHRASE)


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
    with pytest.raises(AccessDenied, match="不是受理人") as refused:
        await change_passphrase(
            city.database, wei, (passphrase("wei"), "另一句不相干的话很长"), city.now, LEAST
        )
    assert refused.value.next_step == texts.NO_HANDLER_NEXT


async def test_a_new_passphrase_costs_what_is_asked_and_is_put_on_record_with_its_day(city):
    async with city.work() as work:
        wei = await work.handlers.by_person("wei")
    await change_passphrase(city.database, wei, (passphrase("wei"), "另一句不相干的话很长"), city.now, LEAST)
    async with city.work() as work:
        (row,) = (await work._session.execute(sa.text("SELECT actor, action, day FROM audit"))).all()
        assert (row.actor, row.action) == (f"handler:{wei.id}", "passphrase")
        assert str(row.day) == city.today.isoformat()
        made = await work.handlers.by_person("wei")
        assert (made.operations, made.memory) == (wei.operations, wei.memory)
        assert made.salt != wei.salt
        assert await work.audit.verify() is None
