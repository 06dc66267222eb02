"""Who may have which case is looked at in parts, when tree, posts or handlers are others than the last time."""

from datetime import timedelta

import pytest

from bot.services.casework import rechecks, settling
from bot.services.casework.settling import settled
from storage import Post
from tests.support.case_desk import case_desk


@pytest.fixture
async def city(database, monkeypatch):
    monkeypatch.setattr(settling, "PART", 2)
    return await case_desk(database)


async def look(city, *, daily=False):
    return await settled(city.database, city.desk, city.now, city.today, daily=daily)


async def holders(city):
    async with city.work() as work:
        people = {each.id: each.person for each in await work.handlers.all()}
        return {
            each.row.number: sorted(people[one] for one in each.holders) for each in await work.cases.routed()
        }


async def test_all_cases_are_looked_at_in_parts_and_not_again_until_posts_change(city, monkeypatch):
    numbers = [(await city.filed()).number for _ in range(5)]
    looked = []
    whole = rechecks.recheck

    async def counted(work, desk, day, among=None):
        looked.append(among)
        return await whole(work, desk, day, among)

    monkeypatch.setattr(rechecks, "recheck", counted)
    assert await look(city)
    assert [len(part) for part in looked] == [2, 2, 1]
    assert sorted(number for part in looked for number in part) == sorted(numbers)
    assert not await look(city)
    assert len(looked) == 3


async def test_each_case_of_each_part_is_taken_from_who_became_conflicted(city):
    numbers = [(await city.filed()).number for _ in range(5)]
    assert set(map(tuple, (await holders(city)).values())) == {("lan", "wei")}
    await city.appoint("lan", "bureau")
    assert await look(city)
    assert await holders(city) == {number: ["wei"] for number in sorted(numbers)}
    for number in numbers:
        assert [action.partition(":")[0] for _, action in await city.steps(number)] == ["filed", "withdrawn"]


async def test_a_change_of_people_that_moves_no_post_asks_for_nothing(city):
    await city.filed()
    assert await look(city)
    async with city.work() as work:
        organisations, people, _ = await work.people.load()
        await work.people.put_people([people[0]])
        await work.people.put_organisations(organisations[:1])
        changed = await work.people.version()
    async with city.work() as work:
        assert (await work.case_lists.mark()).people < changed
    assert not await look(city)


async def test_the_next_day_only_the_chores_look_again_and_a_handlers_list_does_not_wait(city):
    await city.filed()
    assert await look(city, daily=True)
    city.wait(days=1)
    assert not await look(city)
    assert await look(city, daily=True)
    assert not await look(city, daily=True)


async def test_posts_that_changed_and_changed_back_meanwhile_are_looked_at_again(city, monkeypatch):
    """Some parts were looked at by posts that nobody holds any more."""
    for _ in range(5):
        await city.filed()
    whole, at = rechecks.recheck, []

    async def meanwhile(work, desk, day, among=None):
        found = await whole(work, desk, day, among)
        at.append(among)
        if len(at) == 1:
            await work.people.put_posts([Post("passing", "gu", "bureau", "member", "职务")])
        elif len(at) == 2:
            assert await work.people.end_post("passing", day - timedelta(days=1))
        return found

    monkeypatch.setattr(rechecks, "recheck", meanwhile)
    assert await look(city)
    assert len(at) == 3
    assert await look(city)
    assert not await look(city)


async def test_who_left_and_came_back_with_another_key_is_another_handler(city):
    filed = await city.filed()
    assert await look(city)
    await city.revoke("lan")
    await city.enrol("lan", "district")
    assert await look(city)
    assert await holders(city) == {filed.number: ["wei"]}
