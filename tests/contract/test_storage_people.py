"""Organisations, people and posts, the ways in, and what units set for themselves, on both databases."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage import Binding, Database, Organisation, Person, Post, Redemption
from tests.support.stored_city import NOW, ORGANISATIONS, PEOPLE, POSTS, settled
from tests.support.stores import KEYS
from yanlu.errors import DatabaseCorrupt, StorageError

DAY = timedelta(days=1)


@pytest.fixture
async def city(database):
    async with database.transaction(NOW) as work:
        await settled(work)
    return database


async def redeem(database, code, now=NOW):
    async with database.transaction(now) as work:
        return await work.invitations.redeem(code, now)


async def test_what_is_put_into_the_directory_comes_back_by_code(city):
    async with city.transaction(NOW) as work:
        organisations, people, posts = await work.people.load()
    assert organisations == tuple(sorted(ORGANISATIONS, key=lambda each: each.code))
    assert people == PEOPLE
    assert sorted(posts, key=lambda each: each.id) == sorted(POSTS, key=lambda each: each.id)


async def test_putting_a_row_again_changes_it_and_no_other(city):
    async with city.transaction(NOW) as work:
        await work.people.put_people([replace(PEOPLE[1], name="钱维", political="群众")])
        await work.people.put_posts([replace(POSTS[0], until=date(2026, 1, 1)), POSTS[1]])
        await work.people.put_organisations([replace(ORGANISATIONS[0], parent="city")])
    async with city.transaction(NOW) as work:
        organisations, people, posts = await work.people.load()
    assert [each.name for each in people] == ["周岚", "钱维", "孙宁", "李默"]
    assert {each.id: each.until for each in posts} == {
        "zhou-head": date(2026, 1, 1),
        "qian-head": None,
        "sun-staff": None,
    }
    assert {each.id: each.parent for each in organisations} == {
        "city": None,
        "district": "city",
        "bureau": "city",
    }


async def test_every_change_of_the_directory_moves_its_version_and_nothing_else_does(city):
    async def version():
        async with city.transaction(NOW) as work:
            return await work.people.version()

    seen = [await version()]
    for change in (
        lambda people: people.put_organisations([ORGANISATIONS[0]]),
        lambda people: people.put_people([PEOPLE[0]]),
        lambda people: people.put_posts([POSTS[0]]),
        lambda people: people.end_post("zhou-head", date(2026, 3, 1)),
    ):
        async with city.transaction(NOW) as work:
            await change(work.people)
        seen.append(await version())
    assert len(set(seen)) == 5
    assert seen == sorted(seen)
    async with city.transaction(NOW) as work:
        await work.people.put_people([])
        assert not await work.people.end_post("nobody", date(2026, 3, 1))
        await work.bindings.bind("zhou", "telegram", "7", NOW)
    assert await version() == seen[-1]


async def test_a_post_ends_on_its_day(city):
    async with city.transaction(NOW) as work:
        assert await work.people.end_post("qian-head", date(2026, 3, 1))
        _, _, posts = await work.people.load()
    (post,) = (each for each in posts if each.id == "qian-head")
    assert post == replace(POSTS[1], until=date(2026, 3, 1))
    assert post.held(date(2026, 3, 1))
    assert not post.held(date(2026, 3, 2))


@pytest.mark.parametrize(
    "put",
    [
        lambda people: people.put_organisations([Organisation("lost", "Z", "无上级", parent="nowhere")]),
        lambda people: people.put_organisations([Organisation("twin", "A01", "同码")]),
        lambda people: people.put_people([Person("twin", "P1", "同码")]),
        lambda people: people.put_posts([Post("x", "nobody", "city", "member", "委员")]),
        lambda people: people.put_posts([Post("x", "zhou", "nowhere", "member", "委员")]),
    ],
)
async def test_a_row_that_hangs_in_the_air_takes_its_whole_import_back(city, put):
    async def imported():
        async with city.transaction(NOW) as work:
            await work.people.put_people([Person("new", "P9", "新人")])
            await put(work.people)

    with pytest.raises(StorageError) as caught:
        await imported()
    assert not isinstance(caught.value, DatabaseCorrupt)
    async with city.transaction(NOW) as work:
        organisations, people, posts = await work.people.load()
    assert (len(organisations), len(people), len(posts)) == (3, 4, 3)


async def test_an_invitation_lets_one_person_in_once(city):
    async with city.transaction(NOW) as work:
        number = await work.invitations.issue("qian", "CODE-1", NOW + DAY, NOW)
        assert [(each.id, each.person, each.expires) for each in await work.invitations.open_of("qian")] == [
            (number, "qian", NOW + DAY)
        ]
    assert await redeem(city, "CODE-1") == Redemption("redeemed", "qian")
    assert await redeem(city, "CODE-1") == Redemption("used")
    assert await redeem(city, "CODE-2") == Redemption("unknown")
    async with city.transaction(NOW) as work:
        assert await work.invitations.open_of("qian") == []


async def test_an_invitation_ends_at_its_moment(city):
    async with city.transaction(NOW) as work:
        await work.invitations.issue("qian", "CODE-1", NOW + DAY, NOW)
        await work.invitations.issue("qian", "CODE-2", NOW + DAY, NOW)
    late = NOW + DAY
    assert await redeem(city, "CODE-1", late) == Redemption("expired")
    assert await redeem(city, "CODE-2", late - timedelta(microseconds=1)) == Redemption("redeemed", "qian")
    async with city.transaction(late) as work:
        assert await work.invitations.open_of("qian") == []


async def test_a_second_invitation_leaves_the_first_valid_and_both_can_be_taken_back(city):
    async with city.transaction(NOW) as work:
        for code, person in (("ONE", "qian"), ("TWO", "qian"), ("THREE", "zhou"), ("FOUR", "qian")):
            await work.invitations.issue(person, code, NOW + DAY, NOW)
    assert await redeem(city, "ONE") == Redemption("redeemed", "qian")
    async with city.transaction(NOW) as work:
        assert await work.invitations.revoke_of("qian", NOW) == 2
        assert await work.invitations.revoke_of("qian", NOW) == 0
    assert await redeem(city, "TWO") == Redemption("revoked")
    assert await redeem(city, "ONE") == Redemption("used")
    assert await redeem(city, "THREE") == Redemption("redeemed", "zhou")


async def test_the_same_code_is_never_issued_twice_nor_to_nobody(city):
    async def issue(person, code):
        async with city.transaction(NOW) as work:
            await work.invitations.issue(person, code, NOW + DAY, NOW)

    await issue("qian", "ONE")
    with pytest.raises(StorageError):
        await issue("zhou", "ONE")
    with pytest.raises(StorageError):
        await issue("nobody", "TWO")


async def test_of_two_phones_with_one_code_one_gets_in(database_url):
    phones = [Database.open(database_url, keys=KEYS) for _ in range(2)]
    async with phones[0].transaction(NOW) as work:
        await settled(work)
        for number in range(6):
            await work.invitations.issue("qian", f"CODE-{number}", NOW + DAY, NOW)

    async def come_in(phone, number):
        async with phones[phone].transaction(NOW) as work:
            await asyncio.sleep(0.002)
            found = await work.invitations.redeem(f"CODE-{number}", NOW)
            await asyncio.sleep(0.002)
            if found.person:
                await work.bindings.bind(found.person, "telegram", f"{phone}", NOW)
            return found.state

    for number in range(6):
        states = await asyncio.gather(come_in(0, number), come_in(1, number))
        assert sorted(states) == ["redeemed", "used"]
    for phone in phones:
        await phone.close()


async def test_a_conversation_belongs_to_one_person_and_a_person_may_have_several(city):
    key = KEYS.opaque("telegram", "7")
    async with city.transaction(NOW) as work:
        await work.bindings.bind("qian", "telegram", "7", NOW)
        await work.bindings.bind("zhou", "telegram", "7", NOW + DAY)
        await work.bindings.bind("zhou", "web", "7", NOW)
    async with city.transaction(NOW) as work:
        assert await work.bindings.by_key(KEYS.opaque("telegram", "7")) == "zhou"
        assert await work.bindings.by_key(key) == "zhou"
        assert await work.bindings.by_key(KEYS.opaque("telegram", "8")) is None
        assert await work.bindings.of("qian") == []
        assert await work.bindings.of("zhou") == [
            Binding("zhou", "web", "7", NOW, KEYS.opaque("web", "7")),
            Binding("zhou", "telegram", "7", NOW + DAY, KEYS.opaque("telegram", "7")),
        ]


async def test_a_conversation_can_be_left_by_address_by_key_and_with_its_person(city):
    async with city.transaction(NOW) as work:
        for address in ("1", "2", "3", "4"):
            await work.bindings.bind("qian", "telegram", address, NOW)
        await work.bindings.bind("zhou", "telegram", "5", NOW)
        assert await work.bindings.unbind_key(KEYS.opaque("telegram", "1"))
        assert not await work.bindings.unbind_key(KEYS.opaque("telegram", "1"))
        assert await work.bindings.unbind_key(KEYS.opaque("telegram", "2"))
        assert not await work.bindings.unbind_key(KEYS.opaque("telegram", "2"))
        assert await work.bindings.unbind_person("qian") == 2
        assert await work.bindings.of("qian") == []
        assert await work.bindings.by_key(KEYS.opaque("telegram", "5")) == "zhou"


async def test_a_binding_moved_to_another_conversation_does_not_open(city, execute, caplog):
    async with city.transaction(NOW) as work:
        await work.bindings.bind("qian", "telegram", "1", NOW)
        await work.bindings.bind("zhou", "telegram", "2", NOW)
    await execute(
        "UPDATE bindings SET sealed = (SELECT sealed FROM bindings WHERE person = 'zhou') WHERE person = 'qian'"
    )
    async with city.transaction(NOW) as work:
        assert await work.bindings.of("qian") == []
        assert [each.address for each in await work.bindings.of("zhou")] == ["2"]
    assert "broken seal" in caplog.text


async def test_nobody_is_bound_who_is_not_there(city):
    async def bind():
        async with city.transaction(NOW) as work:
            await work.bindings.bind("nobody", "telegram", "7", NOW)

    with pytest.raises(StorageError):
        await bind()


async def test_a_unit_sets_its_own_and_the_installation_for_all(city):
    async with city.transaction(NOW) as work:
        settings = work.unit_settings
        await settings.put("", "hours", ["09:00", "17:00"])
        await settings.put("district", "cadence.监督谈话", 2)
        await settings.put("district", "cadence.监督谈话", {"per_year": 4})
        await settings.put("bureau", "off", None)
    async with city.transaction(NOW) as work:
        settings = work.unit_settings
        assert await settings.get("district", "cadence.监督谈话") == {"per_year": 4}
        assert await settings.get("city", "cadence.监督谈话") is None
        assert await settings.all(["", "district", "city"]) == {
            "": {"hours": ["09:00", "17:00"]},
            "district": {"cadence.监督谈话": {"per_year": 4}},
        }
        assert await settings.all([]) == {}
        await settings.clear("district", "cadence.监督谈话")
        await settings.clear("district", "never set")
        assert await settings.get("district", "cadence.监督谈话") is None
        assert await settings.get("", "hours") == ["09:00", "17:00"]
