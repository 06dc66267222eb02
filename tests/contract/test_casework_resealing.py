"""Who brings a case to those who should have it: the receipt, a colleague, the recovery paper. On both databases."""

import pytest

from bot.services.casework.rechecks import recovered, recovery_renewed, resealed, shared
from storage import Organisation, new_recovery
from tests.contract.test_casework_rechecks import checked, everybody_goes, reads, reported
from tests.support.case_desk import STORY, case_desk
from yanlu.errors import AccessDenied


@pytest.fixture
async def city(database):
    return await case_desk(database)


# The receipt, and a colleague.


async def test_the_receipt_gives_a_case_to_all_who_should_have_it_where_it_is(city):
    filed, other = await city.filed(), await city.filed()
    await city.enrol("gu", "district")
    public, paper = new_recovery()
    async with city.work() as work:
        await work.handlers.set_recovery("district", public, city.today)
        case = await work.cases.by_receipt(filed.receipt)
        assert await resealed(work, city.desk, case.key, "reporter", city.today)
        assert not await resealed(work, city.desk, case.key, "reporter", city.today)
    assert await reads(city, "gu", filed.number) == STORY
    assert await reads(city, "wei", filed.number) == STORY
    with pytest.raises(AccessDenied):
        await reads(city, "gu", other.number)
    assert ("reporter", "resealed:district") in await city.steps(filed.number)
    async with city.work() as work:
        assert (await work.cases.recover(paper, filed.number)).row.number == filed.number
        with pytest.raises(AccessDenied):
            await work.cases.recover(city.papers["district"], filed.number)


async def test_what_is_moved_goes_to_the_recovery_key_of_its_new_place(city):
    filed = await city.filed()
    await everybody_goes(city)
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert await resealed(work, city.desk, case.key, "reporter", city.today)
        assert (await work.cases.recover(city.papers["city"], filed.number)).row.organisation == "city"
        with pytest.raises(AccessDenied):
            await work.cases.recover(city.papers["district"], filed.number)
        facts = await work.cases.facts(filed.number)
    assert facts.candidates == ("district", "city")
    assert facts.routed_organisations == {"bureau"}
    assert facts.excluded >= {"qian", "liu"}


async def test_an_erased_case_is_sealed_to_nobody(city):
    filed = await city.filed()
    await city.enrol("gu", "district")
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert await work.cases.erase(filed.number, city.today)
        assert not await resealed(work, city.desk, case.key, "reporter", city.today)


async def test_a_colleague_gives_all_that_should_be_had_and_nothing_else(city):
    filed = [await city.filed(), await city.filed()]
    await city.enrol("gu", "district")
    only = await city.filed()
    async with city.sitting("wei") as at:
        assert await shared(at) == 2
    for each in filed:
        assert await reads(city, "gu", each.number) == STORY
        assert ("wei", "resealed:district") in await city.steps(each.number)
    assert [action for _, action in await city.steps(only.number)] == ["filed"]


async def test_who_may_not_have_it_is_passed_over_by_a_colleague_too(city):
    """柳成 has a post in the accused bureau: enrolled for 青区 all the same, he gets nothing."""
    filed = await city.filed()
    await city.enrol("liu", "district")
    async with city.sitting("wei") as at:
        assert await shared(at) == 0
    with pytest.raises(AccessDenied):
        await reads(city, "liu", filed.number)


async def test_a_case_that_nobody_may_have_any_more_is_passed_over_by_a_colleague(city):
    """住建局 has been cut off from the tree: who stands above it is not known."""
    filed, other = await city.filed(), await reported(city, "bureau")
    await city.enrol("gu", "district")
    async with city.work() as work:
        await work.people.put_organisations([Organisation("bureau", "A0101", "住建局", None)])
    async with city.sitting("wei") as at:
        assert await shared(at) == 0
    for each in (filed, other):
        assert await city.steps(each.number) == [("reporter", "filed")]
    found = await checked(city)
    assert (found.withdrawn, found.waiting, set(found.stranded)) == (4, (), {filed.number, other.number})


async def test_a_case_whose_facts_are_broken_stops_nobody_from_sharing_theirs(city, execute):
    broken, filed = await city.filed(about="wei", at="district"), await city.filed()
    await execute(f"UPDATE case_facts SET sealed = substr(sealed, 1, 20) WHERE \"case\" = '{broken.number}'")
    await city.enrol("gu", "district")
    async with city.sitting("wei") as at:
        assert await shared(at) == 1
    assert await reads(city, "gu", filed.number) == STORY


# The recovery paper.


async def test_a_paper_saves_its_own_organisation_and_passes_the_others_over(city):
    """白区 is over a school: what is reported on it waits for another paper."""
    async with city.work() as work:
        await work.people.put_organisations([Organisation("school", "A0201", "小学", "white")])
    here, there = [], []
    while not here or min(there) > max(
        here
    ):  # one of the other organisation is looked at before one of its own
        here.append((await reported(city, "bureau")).number)
        there.append((await reported(city, "school")).number)
    held = (await reported(city, "district")).number  # by 冬青, above
    await city.enrol("gu", "city")
    for person in ("wei", "lan", "shen"):
        await city.revoke(person)
    async with city.work() as work:
        assert await recovered(work, city.desk, city.papers["district"], city.today) == len(here)
    for number in here:
        assert await reads(city, "dong", number) == STORY
        assert ("system", "resealed:city") in await city.steps(number)
    async with city.work() as work:
        waiting = {each.row.number for each in await work.cases.routed() if not each.holders}
    assert waiting == set(there)
    assert ("system", "resealed:city") not in await city.steps(held)


async def test_a_handler_seals_all_of_theirs_to_a_new_recovery_key_and_it_is_on_record(city):
    filed = [await city.filed(), await city.filed()]
    other = await city.filed(about="wei", at="district")
    public, paper = new_recovery()
    async with city.work() as work:
        await work.handlers.set_recovery("district", public, city.today)
    async with city.sitting("wei") as at:
        assert await recovery_renewed(at) == 2
    for each in filed:
        assert await city.steps(each.number) == [("reporter", "filed"), ("wei", "recovery")]
        async with city.work() as work:
            assert (await work.cases.recover(paper, each.number)).row.number == each.number
    assert await city.steps(other.number) == [("reporter", "filed")]


async def test_without_a_recovery_key_nothing_is_sealed_anew(city):
    await city.enrol("liu", "bureau")
    async with city.work() as work:
        await work.people.put_organisations([Organisation("office", "A010101", "科室", "bureau")])
    filed = await reported(city, "office")
    assert filed.organisation == "bureau"
    async with city.sitting("liu") as at:
        assert await recovery_renewed(at) == 0
    assert await city.steps(filed.number) == [("reporter", "filed")]


async def test_who_has_no_case_of_their_own_to_open_gives_nothing(city):
    filed = await city.filed()
    await city.enrol("gu", "district")
    async with city.sitting("gu") as at:
        assert await shared(at) == 0
    assert await city.steps(filed.number) == [("reporter", "filed")]
