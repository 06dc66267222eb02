"""What routing knows of a case, on both databases: who holds it, whom it accuses, and the last look at recipients."""

import pytest

from storage import RoutingFacts
from tests.support.sealed_city import LATER, NOW, filed, staffed
from yanlu.errors import AccessDenied

FACTS = RoutingFacts(
    organisations=frozenset({"bureau", "office"}),
    people=frozenset({"qian", "feng"}),
    unlisted_under=frozenset({"district"}),
    routed_organisations=frozenset({"bureau"}),
    candidates=("district", "city"),
    excluded=frozenset({"qian", "sun"}),
)


@pytest.fixture
async def city(database):
    async with database.transaction(NOW) as work:
        await staffed(work)
    return database


async def people(work, *persons):
    return [await work.handlers.by_person(each) for each in persons]


async def test_every_case_is_routed_with_those_who_hold_it_or_the_one_that_is_asked_for(city):
    both, one = await filed(city), await filed(city, people=("li",))
    gone = await filed(city)
    async with city.transaction(NOW) as work:
        zhou, li = await people(work, "zhou", "li")
        await work.cases.set_facts(one.number, FACTS)
        await work.cases.erase(gone.number, LATER)
        every = await work.cases.routed()
        assert [each.row.number for each in every] == sorted([both.number, one.number])
        found = {each.row.number: each for each in every}
        assert found[both.number].holders == tuple(sorted([zhou.id, li.id]))
        assert found[one.number].holders == (li.id,)
        assert found[one.number].facts == FACTS
        assert await work.cases.routed([one.number]) == [found[one.number]]
        assert await work.cases.routed([both.number]) == [found[both.number]]
        assert await work.cases.routed([gone.number]) == []
        assert await work.cases.withdraw(both.number, [zhou.id, li.id]) == 2
        assert (await work.cases.routed([both.number]))[0].holders == ()


async def test_whoever_has_a_case_is_not_sealed_to_again(city):
    case = await filed(city, people=("zhou",))
    async with city.transaction(NOW) as work:
        zhou, li = await people(work, "zhou", "li")
        assert await work.cases.grant(case.key, [zhou]) == 0
        assert await work.cases.grant(case.key, []) == 0
        assert await work.cases.grant(case.key, [li, zhou]) == 1
        assert (await work.cases.routed([case.number]))[0].holders == tuple(sorted([zhou.id, li.id]))


async def test_a_case_whose_facts_are_missing_is_told_in_the_log_without_its_number(city, execute, caplog):
    case, cut, other = [await filed(city, people=("zhou",)) for _ in range(3)]
    await execute(f"DELETE FROM case_facts WHERE \"case\" = '{case.number}'")
    await execute(f"UPDATE case_facts SET sealed = substr(sealed, 1, 50) WHERE \"case\" = '{cut.number}'")
    async with city.transaction(NOW) as work:
        facts = {each.row.number: each.facts for each in await work.cases.routed()}
        (li,) = await people(work, "li")
        with pytest.raises(AccessDenied):
            await work.cases.grant(case.key, [li])
        assert await work.cases.facts(case.number) is None
    assert (facts[case.number], facts[cut.number]) == (None, None)
    assert facts[other.number].people == {"qian"}
    assert [each.getMessage() for each in caplog.records] == ["the routing facts of a case do not open"] * 2
    assert {each.levelname for each in caplog.records} == {"WARNING"}
