"""Lists that open nothing: what stands in clear is enough for them, and words are read for what is shown only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storage import NewPlan, NewRecord, NewTicket, RecordPerson, RecordQuery, Seen, Shelf, TicketQuery
from storage.long_lists import FEW
from storage.sealing import KeyRing
from tests.contract.test_standing import settle
from tests.support.city import CITY, RIVER, WEST

NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)


@pytest.fixture
async def city(database):
    await settle(database)
    return database


@pytest.fixture
def sealed_for_good(monkeypatch):
    """Nothing can be opened from now on."""

    def use():
        def refused(*_):
            pytest.fail("something was opened")

        monkeypatch.setattr(KeyRing, "open", refused)

    return use


def record(day=TODAY):
    people = (RecordPerson("talker", "river", RIVER), RecordPerson("subject", "west", WEST))
    return NewRecord("talk", RIVER, day, "river", {"points": ["讲了规矩"]}, people, "监督谈话")


def plan(talker, organisation, days, author="river"):
    day = TODAY + timedelta(days=days)
    return NewPlan("监督谈话", organisation, talker, ("west",), day, author, {"place": f"{days}号房"})


async def test_records_are_named_by_their_ids_without_their_words(city, sealed_for_good):
    async with city.transaction(NOW) as work:
        first, second = [(await work.ledger.file(record(), NOW)).entry for _ in range(2)]
        sealed_for_good()
        assert await work.ledger.named([second.id, first.id, 99]) == {first.id: first, second.id: second}
        assert await work.ledger.named([]) == {}


async def test_tickets_are_outlined_in_the_order_of_their_days_page_by_page(city, sealed_for_good):
    async with city.transaction(NOW) as work:
        of = (await work.ledger.file(record(), NOW)).entry.id
        days = (9, 3, None, 6)
        wanted = [
            NewTicket(
                of, "problem", "改", WEST, "west", None if each is None else TODAY + timedelta(days=each)
            )
            for each in days
        ]
        ids = await work.tickets.add(wanted, TODAY)
        query = TicketQuery(organisations=(WEST,))
        whole = await work.tickets.find(query, limit=9)
        sealed_for_good()
        assert await work.tickets.outlines(query, limit=9) == [replace(each, text="") for each in whole]
        assert [each.id for each in whole] == [ids[1], ids[3], ids[0], ids[2]]
        assert [each.id for each in await work.tickets.outlines(query, limit=2, offset=1)] == [ids[3], ids[0]]


async def test_plans_around_somebody_are_theirs_and_their_units_and_only_those_shown_are_worded(
    city, sealed_for_good
):
    async with city.transaction(NOW) as work:
        led = await work.plans.add(plan("river", RIVER, 3))
        units = await work.plans.add(plan("mayor", CITY, 1, author="mayor"))
        wrote = await work.plans.add(plan("west", WEST, 2))
        gone = await work.plans.add(plan("river", RIVER, 4))
        await work.plans.add(plan("east", WEST, 2, author="east"))
        await work.plans.cancel(gone)

        async def around(*given):
            return [each.id for each in await work.plans.around(*given)]

        assert await around("river", ()) == [wrote, led]
        assert await around("river", (CITY,)) == [units, wrote, led]
        assert await around("river", (CITY,), (TODAY + timedelta(days=2), TODAY + timedelta(days=3))) == [
            wrote,
            led,
        ]
        assert await around("river", (CITY,), None, 1) == [units]
        found = await work.plans.around("river", (CITY,))
        assert [each.body for each in found] == [{}, {}, {}]
        worded = await work.plans.worded(found[1:])
        assert [(each.id, each.body) for each in worded] == [
            (wrote, {"place": "2号房"}),
            (led, {"place": "3号房"}),
        ]
        assert worded[1] == await work.plans.get(led)
        sealed_for_good()
        assert len(await work.plans.around("river", (CITY,))) == 3


async def test_questions_come_page_by_page_and_are_counted_unopened(city, sealed_for_good):
    async with city.transaction(NOW) as work:
        ids = [await work.questions.add(f"第{each}问", None, NOW) for each in range(5)]
        await work.questions.answer(ids[1], "未作规定", measure="1.6", citation=None, now=NOW)
        assert [each.text for each in await work.questions.page("open", limit=2, offset=1)] == [
            "第2问",
            "第3问",
        ]
        assert [each.id for each in await work.questions.page("confirmed", limit=9)] == [ids[1]]
        sealed_for_good()
        assert (await work.questions.count("open"), await work.questions.count("confirmed")) == (4, 1)
        assert list(await work.questions.answers()) == [(ids[1], "未作规定", "1.6")]


async def test_the_log_tells_what_came_after_a_step_and_what_of_a_kind_was_done_to_cases(city):
    async with city.transaction(NOW) as work:
        steps = [
            ("a", "notice:new::x"),
            ("b", "open"),
            ("b", "notice:soon::y"),
            (None, "drill"),
            ("a", "open"),
        ]
        for case, action in steps:
            await work.audit.append("system", action, case, TODAY)
        assert [(each.case, each.action) for each in await work.audit.since(2, limit=2)] == steps[2:4]
        assert await work.audit.kind_of(["a", "b", "c"], "notice:") == {
            "a": {"notice:new::x"},
            "b": {"notice:soon::y"},
        }
        assert await work.audit.kind_of([], "notice:") == {}


async def test_a_long_list_of_ids_means_the_same_as_a_short_one_whatever_stands_in_it(city):
    """It goes to the database as one JSON array."""
    others = tuple(f"{each}\"],\\ '%_(:x)语" for each in range(FEW))
    async with city.transaction(NOW) as work:
        kept = (await work.ledger.file(record(), NOW)).entry
        (ticket,) = await work.tickets.add([NewTicket(kept.id, "problem", "改", WEST)], TODAY)
        for wanted, found in (((RIVER,), [kept]), ((WEST,), [])):
            for ids in (wanted, (*others, *wanted), (*wanted, *others)):
                query = RecordQuery(organisations=ids)
                assert list(await work.ledger.entries(query)) == found
                assert await work.ledger.count(query) == len(found)
                seen = Seen("east", (Shelf(ids, ("talk",), ("监督谈话",)),), own=False)
                assert list(await work.ledger.entries(RecordQuery(seen=seen))) == found
        assert [
            each.id for each in await work.tickets.find(TicketQuery(organisations=(*others, WEST)), limit=9)
        ] == [ticket]
        assert list(await work.ledger.entries(RecordQuery(subjects_of=(*others, WEST)))) == [kept]
        assert await work.ledger.count(RecordQuery(organisations=others)) == 0
        assert await work.ledger.count(RecordQuery(organisations=())) == 0
