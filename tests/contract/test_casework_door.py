"""The door on the day itself: posts that begin and end, accused who move, and organisations nobody lists."""

import asyncio
from datetime import timedelta

import pytest

from bot.services.casework import access, handling, transferring
from bot.services.casework.notices import wanted_notices
from bot.services.casework.rechecks import recheck, recovery_renewed, resealed, shared
from bot.services.reports.content import NamedOrganisation, Report
from bot.services.reports.intake import HandIn, submit
from storage import Post
from tests.support.case_desk import STORY, case_desk, whole_queue
from yanlu.errors import AccessDenied


@pytest.fixture
async def city(database):
    return await case_desk(database)


async def posted(city, person, organisation, since=None, until=None):
    """A post from so many days from now, to so many days from now."""
    first, last = (None if each is None else city.today + timedelta(days=each) for each in (since, until))
    async with city.work() as work:
        await work.people.put_posts(
            [Post(f"{person}@{organisation}", person, organisation, "member", "职务", first, last)]
        )


async def seen_by(city, person):
    """The numbers of the cases that somebody sees, by whatever way there is to see them."""
    async with city.sitting(person) as at:
        handler = at.unlocked.handler
        listed = {each.number for each in await access.visible(at.work, at.desk, handler, at.day)}
        queued = {each.row.number for each in await whole_queue(at)}
        notices = await wanted_notices(at.work, at.desk, at.day)
        told = {each.row.number for each in notices if each.person == person and each.kind == "new"}
        opened = set()
        for each in await at.work.cases.routed():
            try:
                await at.opened(each.row.number)
            except AccessDenied:
                continue
            opened.add(each.row.number)
    assert listed == queued == told == opened
    return opened


async def test_a_post_shuts_out_from_its_first_day_on_and_not_before(city):
    filed = await city.filed()
    await posted(city, "lan", "bureau", since=2)
    city.wait(days=1)
    assert await seen_by(city, "lan") == {filed.number}
    city.wait(days=1)
    assert await seen_by(city, "lan") == set()
    assert await seen_by(city, "wei") == {filed.number}


async def test_a_post_that_has_ended_before_the_report_shuts_nobody_out(city):
    await posted(city, "lan", "bureau", until=-1)
    filed = await city.filed()
    assert await seen_by(city, "lan") == {filed.number}


async def test_a_post_shuts_out_on_its_last_day_still(city):
    await posted(city, "lan", "bureau", until=0)
    filed = await city.filed()
    assert await seen_by(city, "lan") == set()
    assert await seen_by(city, "wei") == {filed.number}


async def test_a_recheck_and_a_receipt_go_by_the_posts_of_their_day(city):
    filed = await city.filed()
    await posted(city, "lan", "bureau", since=2)
    for withdrawn in (0, 0, 1):
        async with city.work() as work:
            assert (await recheck(work, city.desk, city.today)).withdrawn == withdrawn
        city.wait(days=1)
    await posted(city, "gu", "bureau", until=9)
    await city.enrol("gu", "district")
    city.wait(days=3)
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert not await resealed(work, city.desk, case.key, "reporter", city.today)


async def test_a_colleague_and_a_new_recovery_key_go_by_the_posts_of_the_day(city):
    await city.filed()
    await city.enrol("gu", "district")
    await posted(city, "gu", "bureau", until=0)
    await posted(city, "wei", "bureau", since=2)
    for gained, renewed in ((0, 1), (1, 1), (0, 0)):
        async with city.sitting("wei") as at:
            assert await shared(at) == gained
            assert await recovery_renewed(at) == renewed
        city.wait(days=1)


async def test_a_case_is_handed_over_by_the_posts_of_the_day(city):
    filed = await city.filed()
    await posted(city, "dong", "bureau", since=2)
    async with city.sitting("wei") as at:
        assert await transferring.transfer_targets(at, filed.number) == ("city",)
    city.wait(days=2)
    async with city.sitting("wei") as at:
        assert await transferring.transfer_targets(at, filed.number) == ()


async def test_where_the_accused_has_moved_to_nobody_sees_the_case_any_more(city):
    """钱卫 is promoted into 青区委, where 韦正 and 蓝月 have their posts."""
    filed = await city.filed()
    await city.appoint("qian", "district", "head")
    assert await seen_by(city, "wei") == await seen_by(city, "lan") == set()
    async with city.work() as work:
        found = await recheck(work, city.desk, city.today)
    assert found.waiting == (filed.number,)
    async with city.work() as work:
        (routed,) = await work.cases.routed()
        assert routed.holders == ()
        assert routed.facts.routed_organisations == {"bureau", "district"}
        case = await work.cases.by_receipt(filed.receipt)
        assert await resealed(work, city.desk, case.key, "reporter", city.today)
    assert await seen_by(city, "dong") == {filed.number}


async def test_a_case_on_an_unlisted_organisation_stays_on_the_line_above_it(city):
    report = Report(
        category="群众", organisations=(NamedOrganisation(name="某村", under="district"),), course=STORY
    )
    async with city.work() as work:
        filed = await submit(work, city.desk, HandIn(report), city.today)
        found = await recheck(work, city.desk, city.today)
    assert filed.organisation == "district"
    assert (found.withdrawn, found.waiting, found.stranded) == (0, (), ())
    assert await seen_by(city, "wei") == {filed.number}
    async with city.sitting("wei") as at:
        assert await transferring.transfer_targets(at, filed.number) == ("city",)
        await transferring.transfer(at, filed.number, "city", "理由")
        facts = await at.work.cases.facts(filed.number)
    assert facts.unlisted_under == {"district"}
    assert await seen_by(city, "dong") == {filed.number}


async def test_two_who_change_one_case_go_one_after_the_other(city):
    filed = await city.filed()
    went = []

    async def second():
        async with city.sitting("lan") as at:
            case = await at.taken(filed.number)
            went.append(case.row.internal)

    async with city.sitting("wei") as at:
        await at.taken(filed.number)
        waiting = asyncio.create_task(second())
        await asyncio.wait([waiting], timeout=0.3)
        await handling.set_status(at, filed.number, "screening")
        assert went == []
    await waiting
    assert went == ["screening"]
