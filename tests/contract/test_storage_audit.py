"""The audit chain on both databases: broken anywhere, it is named."""

import asyncio
from datetime import date, timedelta

import pytest

from storage import Database, KeyRing
from storage import audit as audit_log
from tests.support.sealed_city import NOW, TODAY, rows
from tests.support.stores import KEYS

STEPS = (
    ("reporter", "filed", "AAAAAAAAAA"),
    ("handler:li", "opened", "AAAAAAAAAA"),
    ("system", "reminded", None),
    ("handler:li", "accepted", "BBBBBBBBBB"),
    ("person:sun", "revoked", None),
)


async def appended(database, steps=STEPS):
    async with database.transaction(NOW) as work:
        return [await work.audit.append(actor, action, case, TODAY) for actor, action, case in steps]


async def verified(database):
    async with database.transaction(NOW) as work:
        return await work.audit.verify()


async def test_steps_are_kept_in_order_and_the_chain_is_whole(database):
    assert await verified(database) is None
    assert await appended(database) == [1, 2, 3, 4, 5]
    assert await appended(database, STEPS[:1]) == [6]
    assert await verified(database) is None
    async with database.transaction(NOW) as work:
        steps = await work.audit.of("AAAAAAAAAA")
        assert [(each.id, each.actor, each.action, each.day) for each in steps] == [
            (1, "reporter", "filed", TODAY),
            (2, "handler:li", "opened", TODAY),
            (6, "reporter", "filed", TODAY),
        ]
        assert await work.audit.of("ZZZZZZZZZZ") == []
        number, link = await work.audit.head()
        assert (number, len(link)) == (6, 32)


async def test_steps_that_concern_no_case_are_paged_the_latest_first(database):
    async with database.transaction(NOW) as work:
        assert (await work.audit.general(limit=9), await work.audit.general_length()) == ([], 0)
    await appended(database, STEPS * 2)
    async with database.transaction(NOW) as work:
        found = await work.audit.general(limit=9)
        assert [(each.id, each.action, each.case) for each in found] == [
            (10, "revoked", None),
            (8, "reminded", None),
            (5, "revoked", None),
            (3, "reminded", None),
        ]
        assert await work.audit.general_length() == 4
        assert await work.audit.general(limit=2, offset=1) == found[1:3]


async def test_a_chain_begun_long_ago_is_continued_with_the_same_links(database, database_url):
    await appended(database, [STEPS[0], STEPS[2]])
    links = await rows(database_url, "SELECT link FROM audit ORDER BY id")
    assert [link.hex() for (link,) in links] == [
        "80acc213b2e1058433bc4fd2df7a61edcebeabe744a99bddab2c35a47a2cdbdc",
        "e7ef09d2ee65527b26e3224707b157c7a4214968bb2b587d325b569b3d86a9b1",
    ]
    ((last, link, mark),) = await rows(database_url, "SELECT last, link, mark FROM audit_head")
    assert (last, link) == (2, links[1][0])
    assert mark.hex() == "67e06389af3e229020501e162ebc078d9a930372d9d190d2b9222715f52404a0"


async def test_a_step_is_put_on_record_under_the_logs_own_lock(database):
    async with database.transaction(NOW) as work:
        held = []

        async def lock(session, name):
            before = await audit_log.Audit(session, KEYS, lock).head()
            held.append((session, name, before[0]))

        log = audit_log.Audit(work._session, KEYS, lock)
        await log.append("reporter", "filed", None, TODAY)
        await log.append("reporter", "filed", None, TODAY)
    assert held == [(work._session, "audit", 0), (work._session, "audit", 1)]


async def test_before_the_first_step_the_head_is_nothing(database):
    async with database.transaction(NOW) as work:
        assert await work.audit.head() == (0, bytes(32))


@pytest.mark.parametrize("broken", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor = 'handler:other' WHERE id = {0}",
        "UPDATE audit SET action = 'looked away' WHERE id = {0}",
        "UPDATE audit SET \"case\" = 'CCCCCCCCCC' WHERE id = {0}",
        "UPDATE audit SET \"case\" = '' WHERE id = {0}",
        "UPDATE audit SET day = '2026-03-05' WHERE id = {0}",
        "UPDATE audit SET link = (SELECT mark FROM audit_head) WHERE id = {0}",
        "DELETE FROM audit WHERE id = {0}",
        "DELETE FROM audit WHERE id >= {0}",
        "UPDATE audit SET id = id + 100 WHERE id = {0}",
    ],
)
async def test_the_first_broken_link_is_named(database, execute, broken, tampering):
    await appended(database)
    await execute(tampering.format(broken))
    assert await verified(database) == broken


async def test_two_steps_that_changed_places_are_named(database, execute):
    await appended(database)
    await execute("UPDATE audit SET id = 9 WHERE id = 2")
    await execute("UPDATE audit SET id = 2 WHERE id = 3")
    await execute("UPDATE audit SET id = 3 WHERE id = 9")
    assert await verified(database) == 2


async def test_a_step_put_in_at_the_end_is_named(database, execute):
    await appended(database)
    await execute(
        "INSERT INTO audit (id, day, actor, action, link) SELECT 6, day, actor, action, link FROM audit WHERE id = 5"
    )
    assert await verified(database) == 6


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_head SET last = 4",
        "UPDATE audit_head SET link = mark",
        "UPDATE audit_head SET mark = link",
        "DELETE FROM audit_head",
    ],
)
async def test_a_head_that_was_changed_is_named_and_later_steps_do_not_mend_it(database, execute, tampering):
    await appended(database)
    await execute(tampering)
    assert await verified(database) == 6
    await appended(database)
    assert await verified(database) == 6


async def test_an_end_that_was_cut_off_with_its_head_is_not_mended_by_what_follows(database, execute):
    await appended(database)
    await execute("DELETE FROM audit WHERE id > 3")
    await execute("UPDATE audit_head SET last = 3, link = (SELECT link FROM audit WHERE id = 3)")
    assert await verified(database) == 4
    assert await appended(database, STEPS[:2]) == [4, 5]
    assert await verified(database) == 4


async def test_whoever_lacks_the_key_cannot_write_a_chain_of_their_own(database, database_url):
    await appended(database)
    async with database.transaction(NOW) as work:

        async def unlocked(session, name):
            pass

        forger = audit_log.Audit(work._session, KeyRing([b"f" * 32]), unlocked)
        await forger.append("reporter", "filed", None, TODAY)
    assert await verified(database) == 6


async def test_many_at_the_same_time_make_one_chain(database, database_url):
    second = Database.open(database_url, keys=KEYS)

    async def step(number):
        async with (database, second)[number % 2].transaction(NOW) as work:
            await work.drafts.put(str(number), "x", b"x", NOW + timedelta(hours=1))
            return await work.audit.append("system", str(number), None, TODAY)

    ids = await asyncio.gather(*(step(number) for number in range(30)))
    assert sorted(ids) == list(range(1, 31))
    assert await verified(database) is None
    await second.close()


async def test_a_step_that_was_rolled_back_leaves_no_gap(database):
    await appended(database)
    with pytest.raises(RuntimeError):  # noqa: PT012 - the transaction is the statement
        async with database.transaction(NOW) as work:
            await work.audit.append("system", "never", None, TODAY)
            raise RuntimeError
    assert await appended(database, STEPS[:1]) == [6]
    assert await verified(database) is None


async def test_a_chain_of_several_batches_is_walked_to_its_end(database, execute, monkeypatch):
    monkeypatch.setattr("storage.audit._ROWS", audit_log._ROWS.limit(2))
    await appended(database)
    assert await verified(database) is None
    await execute("UPDATE audit SET action = 'else' WHERE id = 5")
    assert await verified(database) == 5


async def test_the_chain_survives_a_rotation_of_keys(database, database_url):
    await appended(database)
    rotated = Database.open(database_url, keys=KEYS.grown(b"n" * 32))
    assert await appended(rotated, STEPS[:1]) == [6]
    assert await verified(rotated) is None
    await rotated.close()


async def test_days_are_kept_as_they_are_given(database):
    async with database.transaction(NOW) as work:
        await work.audit.append("system", "x", "AAAAAAAAAA", date(2025, 12, 31))
        (step,) = await work.audit.of("AAAAAAAAAA")
    assert step.day == date(2025, 12, 31)
