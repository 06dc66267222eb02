"""What hangs on records: tickets, plans, confirmations, excuses and reminders, on both databases."""

import asyncio
import logging
from datetime import UTC, date, timedelta, timezone

import pytest

from storage import (
    Confirmation,
    Database,
    Excuse,
    NewPlan,
    Reminder,
    StoredPlan,
    StoredTicket,
    TicketNote,
    TicketQuery,
)
from tests.support.stored_city import NOW, TODAY, settled, talk, ticket
from tests.support.stores import KEYS
from yanlu.errors import DatabaseCorrupt, StorageError

DAY = timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))


@pytest.fixture
async def city(database):
    """With two talks, numbered 1 and 2."""
    async with database.transaction(NOW) as work:
        await settled(work)
        for _ in range(2):
            await work.ledger.file(talk(), NOW)
    return database


def note(action, text="已办", at=NOW):
    return TicketNote(at, "qian", action, text)


def reminder(key="due:1", recipient="qian", about="ticket:1", due=NOW, kind="due"):
    return Reminder(key, recipient, kind, about, due)


async def tickets(database, **conditions):
    async with database.transaction(NOW) as work:
        query = TicketQuery(**conditions)
        found = await work.tickets.find(query, limit=50)
        assert await work.tickets.count(query) == len(found)
    return [each.id for each in found]


async def plans(database, **conditions):
    async with database.transaction(NOW) as work:
        return [each.id for each in await work.plans.find(**conditions)]


async def test_tickets_are_found_by_due_day_those_without_one_last(city):
    async with city.transaction(NOW) as work:
        ids = await work.tickets.add(
            [
                ticket(1, due=None),
                ticket(1, due=date(2026, 5, 1), responsible=None),
                ticket(2, due=date(2026, 3, 1), kind="problem"),
                ticket(2, due=date(2026, 3, 3), organisation="district", responsible="zhou"),
            ],
            TODAY,
        )
        assert await work.tickets.add([], TODAY) == []
        assert await work.tickets.get(99) is None
        assert await work.tickets.get(ids[0]) == StoredTicket(
            ids[0], 1, "requirement", "补齐制度", "bureau", "qian", None, TODAY
        )
        page = await work.tickets.find(TicketQuery(), limit=2, offset=1)
    never, may, first, third = ids
    assert [each.id for each in page] == [third, may]
    assert await tickets(city) == [first, third, may, never]
    assert await tickets(city, organisations=("bureau",)) == [first, may, never]
    assert await tickets(city, responsible="qian") == [first, never]
    assert await tickets(city, records=(2,)) == [first, third]
    assert await tickets(city, records=()) == []
    assert await tickets(city, due_before=date(2026, 3, 3)) == [first]
    assert await tickets(city, due_before=date(2026, 3, 4), responsible="zhou") == [third]
    async with city.transaction(NOW) as work:
        await work.tickets.note(first, note("close"))
    assert await tickets(city, open=True) == [third, may, never]
    assert await tickets(city, open=False) == [first]
    assert await tickets(city, due_before=date(2026, 3, 4)) == [third]


async def test_a_ticket_keeps_every_step_until_it_is_struck_off(city):
    steps = [
        note("note", "已开会"),
        note("due", "延期"),
        note("close", "制度已印发"),
        note("reopen", "未落实"),
    ]
    async with city.transaction(NOW) as work:
        (number,) = await work.tickets.add([ticket(1)], TODAY)
        assert await work.tickets.note(number, steps[0])
        assert await work.tickets.note(number, steps[1], due=date(2026, 6, 1))
        assert await work.tickets.note(number, steps[2])
        struck = await work.tickets.get(number)
        assert await work.tickets.note(number, steps[3])
        again = await work.tickets.get(number)
    assert (struck.closed, struck.due, struck.notes) == (TODAY, date(2026, 6, 1), tuple(steps[:3]))
    assert (again.closed, again.notes) == (None, tuple(steps))
    assert again.overdue(date(2026, 6, 2))
    assert not again.overdue(date(2026, 6, 1))


async def test_a_step_that_does_not_fit_is_not_noted(city):
    async with city.transaction(NOW) as work:
        (number,) = await work.tickets.add([ticket(1)], TODAY)
        assert not await work.tickets.note(number, note("reopen"))
        assert await work.tickets.note(number, note("close"))
        assert not await work.tickets.note(number, note("close"))
        assert not await work.tickets.note(number, note("due"), due=date(2026, 6, 1))
        assert not await work.tickets.note(99, note("note"))
        kept = await work.tickets.get(number)
    assert [each.action for each in kept.notes] == ["close"]
    assert kept.due == date(2026, 4, 1)


async def test_a_ticket_is_struck_off_on_the_day_it_was_where_it_was(city):
    early = NOW.replace(hour=23).astimezone(BEIJING)
    async with city.transaction(NOW) as work:
        one, two = await work.tickets.add([ticket(1), ticket(1)], TODAY)
        await work.tickets.note(one, note("close", at=early))
        await work.tickets.note(two, note("close", at=early), closed=date(2026, 3, 2))
        assert (await work.tickets.get(one)).closed == TODAY + DAY
        assert (await work.tickets.get(one)).notes[0].at == early.astimezone(UTC)
        assert (await work.tickets.get(two)).closed == date(2026, 3, 2)


async def test_a_plan_is_moved_done_or_given_up_once(city):
    plan = NewPlan("监督谈话", "district", "zhou", ("qian", "li"), TODAY + DAY, "sun", {"start": "15:00"})
    async with city.transaction(NOW) as work:
        held, dropped = await work.plans.add(plan), await work.plans.add(plan)
        moved = StoredPlan(
            held,
            plan.talk_type,
            "district",
            "zhou",
            ("qian", "li"),
            TODAY + 2 * DAY,
            "sun",
            "planned",
            {"place": "会议室"},
        )
        assert await work.plans.move(held, TODAY + 2 * DAY, {"place": "会议室"})
        assert await work.plans.get(held) == moved
        assert await work.plans.done(held, 2)
        assert await work.plans.cancel(dropped)
        for late in (held, dropped, 99):
            assert not await work.plans.move(late, TODAY, {})
            assert not await work.plans.done(late, 1)
            assert not await work.plans.cancel(late)
        done = await work.plans.get(held)
        assert (done.state, done.record, done.body) == ("done", 2, {"place": "会议室"})
        assert (await work.plans.get(dropped)).state == "cancelled"
        assert await work.plans.get(99) is None


async def test_plans_are_found_by_day(city):
    async with city.transaction(NOW) as work:
        late, soon, other, over = [
            await work.plans.add(NewPlan("监督谈话", organisation, talker, ("qian",), day, "sun"))
            for organisation, talker, day in (
                ("district", "zhou", date(2026, 4, 2)),
                ("district", "zhou", date(2026, 3, 5)),
                ("bureau", "li", date(2026, 3, 6)),
                ("bureau", "li", date(2026, 3, 1)),
            )
        ]
        await work.plans.cancel(over)
    assert await plans(city) == [soon, other, late]
    assert await plans(city, limit=1) == [soon]
    assert await plans(city, talker="zhou") == [soon, late]
    assert await plans(city, organisation="bureau") == [other]
    assert await plans(city, organisation="bureau", state=None) == [over, other]
    assert await plans(city, state="cancelled") == [over]
    assert await plans(city, since=date(2026, 3, 6), until=date(2026, 4, 1)) == [other]


async def test_a_subject_confirms_or_objects_once_to_a_version(city):
    async with city.transaction(NOW) as work:
        await work.standing.ask(1, 1, "qian", NOW)
        await work.standing.ask(1, 1, "li", NOW + DAY)
        await work.standing.ask(2, 1, "qian", NOW - DAY)
        asked = await work.standing.asked_of("qian")
        assert [(each.record, each.at) for each in asked] == [(2, NOW - DAY), (1, NOW)]
        assert await work.standing.answer(1, 1, "qian", "objected", "没有说过", NOW + DAY)
        assert not await work.standing.answer(1, 1, "qian", "confirmed", None, NOW + DAY)
        assert not await work.standing.answer(1, 2, "qian", "confirmed", None, NOW + DAY)
        await work.standing.ask(1, 1, "qian", NOW + 2 * DAY)
        assert await work.standing.confirmations(1) == [
            Confirmation(1, 1, "li", "asked", NOW + DAY),
            Confirmation(1, 1, "qian", "objected", NOW + DAY, "没有说过"),
        ]
        assert [each.record for each in await work.standing.asked_of("qian")] == [2]
        assert await work.standing.confirmations(99) == []


async def test_nobody_is_asked_about_a_version_that_is_not_there(city):
    async def ask():
        async with city.transaction(NOW) as work:
            await work.standing.ask(1, 7, "qian", NOW)

    with pytest.raises(StorageError):
        await ask()


async def test_an_excuse_takes_the_place_of_the_one_before(city):
    first = Excuse("qian", "监督谈话", "2026", "出国培训", "sun", NOW)
    last = Excuse("qian", "监督谈话", "2026", "借调", "zhou", NOW + DAY)
    other = Excuse("li", "监督谈话", "2026", "病假", "sun", NOW)
    past = Excuse("li", "监督谈话", "2025", "未到任", "sun", NOW)
    async with city.transaction(NOW) as work:
        for each in (first, last, other, past):
            await work.standing.excuse(each)
        assert await work.standing.excuses(None, "2026") == [other, last]
        assert await work.standing.excuses(["qian"], "2026") == [last]
        assert await work.standing.excuses(["qian"] + ["nobody"] * 600 + ["li"], "2025") == [past]
        assert await work.standing.excuses([], "2026") == []


async def test_an_occasion_is_planned_and_told_once(city):
    async with city.transaction(NOW) as work:
        wanted = [reminder(), reminder(), reminder(recipient="zhou"), reminder("due:2", due=NOW + DAY)]
        assert await work.reminders.plan(wanted) == 3
        assert await work.reminders.plan([*wanted, reminder("due:3", due=NOW - DAY)]) == 1
        due = await work.reminders.claim(NOW, 10)
        assert [(each.key, each.recipient) for each in due] == [
            ("due:3", "qian"),
            ("due:1", "qian"),
            ("due:1", "zhou"),
        ]
        assert [each.key for each in await work.reminders.claim(NOW, 1)] == ["due:3"]
        await work.reminders.sent([each.id for each in due], NOW)
        await work.reminders.sent([], NOW)
        assert await work.reminders.claim(NOW, 10) == []
    async with city.transaction(NOW + DAY) as work:
        assert await work.reminders.plan(wanted) == 0
        assert [each.key for each in await work.reminders.claim(NOW + DAY, 10)] == ["due:2"]
        mine = await work.reminders.of("qian", 2)
    assert [(each.key, each.sent) for each in mine] == [("due:2", None), ("due:1", NOW)]


async def test_a_reminder_can_be_put_off_after_it_came(city):
    async with city.transaction(NOW) as work:
        await work.reminders.plan([reminder(), reminder("due:2")])
        first, second = await work.reminders.claim(NOW, 10)
        await work.reminders.sent([first.id], NOW)
        assert await work.reminders.postpone(first.id, NOW + DAY)
        assert await work.reminders.postpone(second.id, NOW + 2 * DAY)
        assert not await work.reminders.postpone(99, NOW)
        assert await work.reminders.claim(NOW, 10) == []
        assert [each.id for each in await work.reminders.claim(NOW + DAY, 10)] == [first.id]
        assert [each.id for each in await work.reminders.claim(NOW + 2 * DAY, 10)] == [first.id, second.id]


async def test_what_is_over_is_dropped_and_nothing_that_only_begins_alike(city):
    abouts = ["ticket:1", "ticket:12", "ticket:1 record:4", "plan:1", "Ticket:1"]
    async with city.transaction(NOW) as work:
        await work.reminders.plan([reminder(f"k{n}", about=about) for n, about in enumerate(abouts)])
        await work.reminders.plan([reminder("told", about="ticket:1")])
        told = next(each for each in await work.reminders.of("qian", 10) if each.key == "told")
        await work.reminders.sent([told.id], NOW)
        assert await work.reminders.drop("ticket:1") == 2
        assert await work.reminders.drop("ticket:1") == 0
        left = {each.about for each in await work.reminders.claim(NOW, 10)}
        assert left == {"ticket:12", "plan:1", "Ticket:1"}
        assert await work.reminders.drop("plan:") == 1
        assert await work.reminders.plan([reminder("told", about="ticket:1")]) == 0


async def test_two_workers_tell_no_reminder_twice(database_url):
    workers = [Database.open(database_url, keys=KEYS) for _ in range(3)]
    async with workers[0].transaction(NOW) as work:
        await settled(work)
    wanted = [reminder(f"due:{number}") for number in range(60)]

    async def plan(database):
        async with database.transaction(NOW) as work:
            return await work.reminders.plan(wanted)

    assert sum(await asyncio.gather(*(plan(worker) for worker in workers))) == 60
    told = []

    async def tell(database):
        for _ in range(40):
            async with database.transaction(NOW) as work:
                due = await work.reminders.claim(NOW, 4)
                await asyncio.sleep(0)
                await work.reminders.sent([each.id for each in due], NOW)
            told.extend(each.key for each in due)
            if len(told) >= 60:
                return

    await asyncio.wait_for(asyncio.gather(*(tell(worker) for worker in workers)), 30)
    assert sorted(told) == sorted(each.key for each in wanted)
    for worker in workers:
        await worker.close()


async def test_what_was_tampered_with_is_left_out_of_lists_and_refused_by_id(city, execute, caplog):
    caplog.set_level(logging.WARNING)
    async with city.transaction(NOW) as work:
        await work.tickets.add([ticket(1), ticket(2)], TODAY)
        await work.tickets.note(2, note("note"))
        for _ in range(2):
            await work.plans.add(NewPlan("监督谈话", "district", "zhou", ("qian",), TODAY, "sun"))
        await work.standing.ask(1, 1, "qian", NOW)
        await work.standing.excuse(Excuse("qian", "监督谈话", "2026", "病假", "sun", NOW))
    for table in ("tickets", "ticket_notes", "plans", "confirmations", "excuses"):
        once = " WHERE id = 1" if table in ("tickets", "plans") else ""
        await execute(f"UPDATE {table} SET sealed = substr(sealed, 1, 35){once}")
    async with city.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            await work.tickets.get(1)
        with pytest.raises(DatabaseCorrupt):
            await work.plans.get(1)
        (left,) = await work.tickets.find(TicketQuery(), limit=5)
        assert (left.id, left.notes) == (2, ())
        assert [each.id for each in await work.plans.find()] == [2]
        assert await work.standing.confirmations(1) == []
        assert await work.standing.excuses(None, "2026") == []
    assert caplog.text.count("broken seal") == 5
