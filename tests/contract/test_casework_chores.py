"""What goes on by itself: when people are looked at anew, and when what was kept long enough is erased."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.services.casework import handling, rechecks
from bot.services.casework.deadlines import SETTING, Terms, load_terms
from bot.services.casework.retention import erase, erase_expired
from bot.services.clock import BEIJING
from tests.contract.test_casework_notices import post_of

LATE = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
"""In Beijing it is the 5th already."""


@pytest.fixture
async def post(database):
    return await post_of(database, notice_minutes=0, kept_days=20)


async def closed(post):
    filed = await post.city.filed()
    async with post.city.sitting("wei") as at:
        await handling.set_status(at, filed.number, "screening")
        await handling.close(at, filed.number, "已查清")
    return filed.number


async def looked(post):
    now = post.city.now
    return await post.chores.recheck(now, now.astimezone(BEIJING).date())


async def test_every_case_is_looked_at_when_people_posts_handlers_or_the_day_changed_and_not_else(post):
    assert await looked(post)
    assert not await looked(post)
    await post.city.appoint("lan", "bureau")
    assert await looked(post)
    assert not await looked(post)
    await post.city.revoke("lan")
    assert await looked(post)
    await post.city.enrol("gu", "district")
    assert await looked(post)
    await post.city.filed()
    assert not await looked(post)
    post.city.wait(days=1)
    assert await looked(post)
    assert not await looked(post)


async def test_a_recheck_that_failed_is_done_again(post, monkeypatch):
    async def failing(*_):
        raise RuntimeError

    await post.city.filed()
    with monkeypatch.context() as patched:
        patched.setattr(rechecks, "recheck", failing)
        with pytest.raises(RuntimeError):
            await looked(post)
    assert await looked(post)


async def test_a_conflicted_handler_loses_the_key_before_any_notice_is_told(post):
    filed = await post.city.filed()
    await post.city.appoint("lan", "bureau")
    assert await post.tick() == 1
    assert [who for who, _ in await post.arrived()] == ["wei"]
    actions = [action.partition(":")[0] for _, action in await post.city.steps(filed.number)]
    assert actions == ["filed", "withdrawn", "notice"]


async def test_the_day_is_the_one_in_beijing(post):
    number = await closed(post)
    post.city.now = LATE + timedelta(days=20)
    await post.tick()
    assert (await post.city.row(number)).erased == (LATE + timedelta(days=20)).astimezone(BEIJING).date()


async def test_a_notice_is_on_record_with_the_day_in_beijing(post):
    filed = await post.city.filed()
    post.city.now = LATE
    assert await post.tick() == 2
    async with post.city.work() as work:
        days = {each.day for each in await work.audit.of(filed.number) if each.actor == "system"}
    assert days == {LATE.astimezone(BEIJING).date()}


async def test_everything_that_is_due_is_erased_and_counted(post):
    numbers = [await closed(post) for _ in range(3)]
    kept = (await post.city.filed()).number
    post.city.wait(days=20)
    assert await erase_expired(post.city.database, post.city.today) == 0
    async with post.city.work() as work:  # the last day is one that it is kept on, whoever asks
        assert not await erase(work, numbers[0], post.city.today)
    post.city.wait(days=1)
    assert await erase_expired(post.city.database, post.city.today) == 3
    assert await erase_expired(post.city.database, post.city.today) == 0
    for number in numbers:
        assert (await post.city.row(number)).erased == post.city.today
        assert (await post.city.steps(number))[-1] == ("system", "erase")
    assert (await post.city.row(kept)).erased is None


async def test_what_became_due_in_the_night_is_erased_though_the_worker_never_stopped(post):
    await post.tick()
    number = await closed(post)
    for _ in range(21):
        post.city.wait(days=1)
        await post.tick()
    assert (await post.city.row(number)).erased == post.city.today


async def test_a_case_that_another_worker_erased_meanwhile_is_not_erased_again(post):
    number = await closed(post)
    post.city.wait(days=21)
    before = await post.city.row(number)

    async def get(of):
        assert of == number
        return before

    async with post.city.work() as work:
        assert await erase(work, number, post.city.today)
        late = SimpleNamespace(cases=SimpleNamespace(get=get, erase=work.cases.erase), audit=work.audit)
        assert not await erase(late, number, post.city.today)
    assert [action for _, action in await post.city.steps(number)].count("erase") == 1


async def test_a_reopened_case_is_not_erased_at_its_former_time(post):
    number = await closed(post)
    async with post.city.sitting("wei") as at:
        await handling.set_status(at, number, "review")
    post.city.wait(days=40)
    await post.tick()
    assert (await post.city.row(number)).erased is None


async def test_the_nearest_periods_set_hold_those_above_before_the_installations_and_those_before_ours(post):
    async with post.city.work() as work:
        directory = await post.city.desk.directories.of(work)

        async def held():
            """What the page shows, and what casework goes by."""
            for each in ("", "city", "district", "bureau"):
                own = replace(post.city.desk, terms=Terms())
                shown = await load_terms(work, directory, each)
                assert (await own.at(work, each)).terms == shown == (await own.everywhere(work))(each).terms
                yield shown

        assert [each async for each in held()] == [Terms()] * 4
        sixty, kept = Terms(close_days=60), Terms(kept_days=400)
        await work.unit_settings.put("", SETTING, {"close_days": 60})
        assert [each async for each in held()] == [sixty] * 4
        await work.unit_settings.put("district", SETTING, {"kept_days": 400})
        assert [each async for each in held()] == [sixty, sixty, kept, kept]
        await work.unit_settings.put("bureau", SETTING, {})
        assert [each async for each in held()] == [sixty, sixty, kept, Terms()]


async def test_a_missing_deadline_is_counted_from_the_coming_or_from_the_last_step(post):
    """A case that waits still counts from the day it came; any other from the day of its status."""
    waiting, taken = await post.city.filed(), await post.city.filed()
    post.city.wait(days=3)
    async with post.city.work() as work:
        day = post.city.today
        await work.cases.set_status(waiting.number, "incomplete", "waiting", day, due=None)
        await work.cases.set_status(taken.number, "accepted", "accepted", day, due=None)
    post.city.wait(days=2)
    await post.tick()
    first, second = await post.city.row(waiting.number), await post.city.row(taken.number)
    assert (first.status, first.internal, first.due) == ("incomplete", "waiting", date(2026, 3, 25))
    assert (second.status, second.internal, second.due) == ("accepted", "accepted", day + timedelta(days=90))
