"""Joining by invitation: the codes, the store, and the conversation about them, on both databases."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Conversation
from bot.dialogs.joining import JoiningDialog
from bot.services.directory import DirectoryService
from bot.services.invitations import (
    canonical,
    grouped,
    issue,
    join,
    looks_like_code,
    new_code,
    rebind,
)
from bot.services.sample_organisation import ensure_sample
from storage import Database, Organisation, Person, Post
from tests.support.small_house import SmallHouse
from tests.support.stores import KEYS
from yanlu.errors import StorageError

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
bits = st.integers(0, (1 << 90) - 1)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(bits)
def test_a_code_is_read_however_it_is_typed(randomness):
    code = new_code(randomness)
    plain = canonical(code)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert grouped(plain) == code
    for typed in (code.lower(), plain, code.replace("-", " "), f" {code}\n", code.replace("-", "—")):
        assert canonical(typed) == plain
    assert canonical(code.replace("0", "O").replace("1", "l")) == plain
    assert canonical(code.replace("0", "o").replace("1", "I")) == plain
    wide = "".join(chr(ord(each) + 0xFEE0) for each in plain)
    assert canonical(wide) == plain


@given(bits, st.integers(0, 19), st.sampled_from(ALPHABET))
def test_every_slip_of_one_character_is_caught(randomness, at, other):
    code = canonical(new_code(randomness))
    slipped = code[:at] + other + code[at + 1 :]
    assert (canonical(slipped) is None) is (slipped != code)


@given(bits, st.integers(0, 16))
def test_every_swap_of_two_neighbours_is_caught(randomness, at):
    code = canonical(new_code(randomness))
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert (canonical(swapped) is None) is (swapped != code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "ABCD",
        "述责述廉是不是要当场被提问?",
        "A" * 20,
        "ABCDEFGHJKMNPQRSTVWX",
        "U" * 20,
        "1" * 20,
        "😀" * 20,
    ],
)
def test_other_texts_are_no_codes(text):
    assert not looks_like_code(text)


@given(st.text(st.sampled_from(ALPHABET + "-oil 你好"), min_size=15, max_size=25))
def test_no_text_breaks_the_reading(text):
    assert looks_like_code(text) is (canonical(text) is not None)


@pytest.fixture
async def peopled(database: Database) -> Database:
    """A database with a bureau, its head, a clerk, and somebody without any post."""
    async with database.transaction(NOW) as work:
        await work.people.put_organisations([Organisation("b", "b", "青石区教育局")])
        await work.people.put_people(
            [Person(id_, id_, name) for id_, name in (("k", "柯兰"), ("s", "石小鱼"), ("n", "闲人"))]
        )
        await work.people.put_posts(
            [
                Post("1", "k", "b", "head", "党组书记、局长", NOW.date()),
                Post("2", "s", "b", "liaison", "科员"),
            ]
        )
    return database


def chat(address="phone") -> Conversation:
    return Conversation("terminal", address)


async def test_a_code_lets_its_person_in_once(peopled):
    async with peopled.transaction(NOW) as work:
        code = await issue(work, "k", NOW)
        assert (await join(work, code.lower(), chat(), NOW)).person == "k"
        assert await work.bindings.by_key(KEYS.opaque("terminal", "phone")) == "k"
        again = await join(work, code, chat("other"), NOW)
        assert (again.state, again.person) == ("used", None)
        assert await work.bindings.by_key(KEYS.opaque("terminal", "other")) is None


async def test_codes_expire(peopled):
    async with peopled.transaction(NOW) as work:
        code = await issue(work, "k", NOW, timedelta(days=7))
        late = NOW + timedelta(days=7)
        assert (await join(work, code, chat(), late)).state == "expired"
        assert (await join(work, code, chat(), late - timedelta(seconds=1))).state == "joined"


async def test_unknown_and_mistyped_codes_let_nobody_in(peopled):
    async with peopled.transaction(NOW) as work:
        assert (await join(work, new_code(7), chat(), NOW)).state == "unknown"
        assert (await join(work, "ABCD", chat(), NOW)).state == "mistyped"


async def test_nobody_unknown_is_invited(peopled):
    with pytest.raises(StorageError):
        async with peopled.transaction(NOW) as work:
            await issue(work, "nobody", NOW)


async def test_a_new_phone_takes_the_place_of_the_old(peopled):
    async with peopled.transaction(NOW) as work:
        first, spare = await issue(work, "k", NOW), await issue(work, "k", NOW)
        await join(work, first, chat("old"), NOW)
        code = await rebind(work, "k", NOW)
        assert await work.bindings.of("k") == []
        assert (await join(work, spare, chat("old"), NOW)).state == "revoked"
        assert (await join(work, code, chat("new"), NOW)).state == "joined"
        assert [each.address for each in await work.bindings.of("k")] == ["new"]


async def test_a_phone_passes_to_another_person_only_by_their_invitation(peopled):
    async with peopled.transaction(NOW) as work:
        for person in ("k", "s"):
            await join(work, await issue(work, person, NOW), chat(), NOW)
        assert await work.bindings.by_key(KEYS.opaque("terminal", "phone")) == "s"
        assert await work.bindings.of("k") == []


async def test_of_two_phones_with_one_code_one_gets_in(peopled, database_url):
    async with peopled.transaction(NOW) as work:
        code = await issue(work, "k", NOW)
    other = Database.open(database_url, keys=KEYS)

    async def attempt(database, address):
        async with database.transaction(NOW) as work:
            return (await join(work, code, chat(address), NOW)).state

    states = await asyncio.gather(attempt(peopled, "a"), attempt(other, "b"))
    await other.close()
    assert sorted(states) == ["joined", "used"]


async def test_the_sample_is_made_once_and_invites_a_few(database, database_url):
    other = Database.open(database_url, keys=KEYS)
    made = await asyncio.gather(ensure_sample(database, NOW), ensure_sample(other, NOW))
    await other.close()
    codes = max(made, key=len)
    assert min(made, key=len) == []
    assert 3 <= len(codes) <= 6
    assert all(who.startswith("示例·") and looks_like_code(code) for who, code in codes)
    directory = await DirectoryService(database).current()
    assert len(directory.organisations) == 12
    async with database.transaction(NOW) as work:
        joined = await join(work, codes[0][1], chat(), NOW)
    assert directory.person(joined.person).name == codes[0][0]


async def test_a_database_with_organisations_gets_no_sample(peopled):
    assert await ensure_sample(peopled, NOW) == []
    assert len((await DirectoryService(peopled).current()).organisations) == 1


@pytest.fixture
def house(peopled, tmp_path) -> SmallHouse:
    return SmallHouse(tmp_path, [JoiningDialog(DirectoryService(peopled))], peopled)


async def code_for(house, person) -> str:
    async with house.database.transaction(house.now) as work:
        return await issue(work, person, house.now)


async def test_story_joining_asking_who_one_is_and_leaving(house):
    user = house.user()
    await user.says("/me")
    await user.sees("尚未与任何人员绑定")
    await user.says("/join")
    await user.sees("请发送邀请码")
    await user.says(f"/join {(await code_for(house, 'k')).lower().replace('-', ' ')}")
    await user.sees("已加入")
    await user.sees("青石区教育局 党组书记、局长(一把手,2026-03-02 起)")
    await user.says("/me")
    await user.sees("柯兰")
    await user.says("/leave")
    await user.taps("暂不解除")
    await user.sees("绑定照旧")
    await user.says("/me")
    await user.sees("柯兰")
    await user.says("/leave")
    await user.taps("确定解除")
    await user.sees("已解除绑定")
    await user.says("/me")
    await user.sees("尚未与任何人员绑定")
    await user.says("/leave")
    await user.sees("尚未与任何人员绑定")


async def test_story_what_is_wrong_with_a_code_is_said(house):
    user, code = house.user(), await code_for(house, "k")
    await user.says(f"/join {code[:-1]}")
    await user.sees("共 20 位")
    await user.says(f"/join {new_code(1)}")
    await user.sees("邀请码有误")
    await user.says(f"/join {code}")
    await user.sees("已加入")
    await house.user("other").says(f"/join {code}")
    await user.sees("已经使用过")
    late = await code_for(house, "s")
    house.wait(days=8)
    await user.says(f"/join {late}")
    await user.sees("已经过期")


async def test_story_who_guesses_is_held_back_for_a_while(house):
    user, code = house.user(), await code_for(house, "k")
    for number in range(5):
        await user.says(f"/join {new_code(number)}")
        await user.sees("邀请码有误")
    await user.says(f"/join {code}")
    await user.sees("请稍后再试")
    await house.user("neighbour").says(f"/join {await code_for(house, 's')}")
    await user.sees("已加入")
    house.wait(minutes=16)
    await user.says(f"/join {code}")
    await user.sees("已加入")


async def test_wrong_codes_long_apart_are_not_added_up(house):
    user = house.user()
    for number in range(8):
        await user.says(f"/join {new_code(number)}")
        await user.sees("邀请码有误")
        house.wait(minutes=4)


async def test_somebody_without_a_post_is_told_so(house):
    user = house.user()
    await user.says(f"/join {await code_for(house, 'n')}")
    await user.sees("目前没有在任职务")
