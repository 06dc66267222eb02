"""What becomes of the cases there are when people change: who gets them, by when, and what is on record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.casework import handling
from bot.services.casework.access import establishment
from bot.services.casework.rechecks import (
    receiving_now,
    recheck,
    resealed,
)
from bot.services.reports.content import NamedOrganisation, Report
from bot.services.reports.intake import HandIn, submit
from storage import Person
from tests.support.case_desk import STORY, case_desk
from yanlu.errors import CalendarUnknown

SENT_UP = date(2026, 3, 11)
"""Five working days after the city's day."""


class Ended:
    """A calendar whose last year is over."""

    def under(self, kept):
        return self

    def is_working(self, day):
        raise CalendarUnknown("beyond")

    add = between = lambda self, day, other: self.is_working(day)


@pytest.fixture
async def city(database):
    return await case_desk(database)


async def checked(city):
    async with city.work() as work:
        return await recheck(work, city.desk, city.today)


async def everybody_goes(city):
    for person in ("wei", "lan"):
        await city.revoke(person)


async def reads(city, person, number):
    async with city.sitting(person) as at:
        return (await handling.read_case(at, number)).report.course


async def due(city, number, day):
    async with city.work() as work:
        row = await work.cases.get(number)
        await work.cases.set_status(number, row.status, row.internal, city.today, due=day)


# Cases that have to move.


@pytest.mark.parametrize(
    ("standing", "then"),
    [
        (None, SENT_UP),
        (SENT_UP + timedelta(days=1), SENT_UP),
        (SENT_UP - timedelta(days=1), SENT_UP - timedelta(days=1)),
    ],
)
async def test_a_case_that_has_to_move_gets_the_deadline_for_sending_up_unless_one_is_sooner(
    city, standing, then
):
    filed = await city.filed()
    await due(city, filed.number, standing)
    await everybody_goes(city)
    before = await city.row(filed.number)
    await checked(city)
    assert await city.row(filed.number) == replace(before, due=then, changed=city.today)
    assert [each for each in await city.steps(filed.number) if each[0] == "system"][-1] == (
        "system",
        "moves up",
    )
    steps = await city.steps(filed.number)
    await checked(city)
    assert await city.steps(filed.number) == steps  # it is said once


async def test_each_move_is_said_anew_and_none_twice(city):
    """Up from 青区 when its handlers go; one comes there before it went, and goes again."""
    filed = await city.filed()
    await everybody_goes(city)
    for _ in range(3):
        await checked(city)
        city.wait(days=1)
    await city.enrol("gu", "district")
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert await resealed(work, city.desk, case.key, "reporter", city.today)
    await city.revoke("gu")
    for _ in range(3):
        await checked(city)
        city.wait(days=1)
    assert [action for _, action in await city.steps(filed.number) if ":" not in action] == [
        "filed",
        "moves up",
        "moves up",
    ]


async def test_where_no_calendar_reaches_the_deadline_that_stands_stays(city):
    filed = await city.filed()
    city.desk = replace(city.desk, calendar=Ended())
    await everybody_goes(city)
    await checked(city)
    assert (await city.row(filed.number)).due == date(2026, 3, 25)
    assert ("system", "moves up, by no known day") in await city.steps(filed.number)


async def test_a_closed_case_that_has_to_move_wants_nothing_by_any_day(city):
    filed = await city.filed()
    async with city.sitting("wei") as at:
        await handling.set_status(at, filed.number, "screening")
        await handling.close(at, filed.number, "已办结")
    before = await city.row(filed.number)
    await everybody_goes(city)
    found = await checked(city)
    assert found.waiting == (filed.number,)
    assert await city.row(filed.number) == before
    assert ("system", "moves up") not in await city.steps(filed.number)


async def test_a_case_that_need_not_move_keeps_its_deadline_though_somebody_was_shut_out(city):
    filed = await city.filed()
    before = await city.row(filed.number)
    await city.appoint("lan", "bureau")
    await checked(city)
    assert await city.row(filed.number) == before
    async with city.work() as work:
        assert "lan" in (await work.cases.facts(filed.number)).excluded
        lan = await work.handlers.by_person("lan")
    assert [each for each in await city.steps(filed.number) if each[0] == "system"] == [
        ("system", f"withdrawn:{lan.id}")
    ]


async def test_each_case_is_judged_for_itself_and_each_key_taken_is_on_record(city):
    lost, kept = await city.filed(), await city.filed(about="shen", at="white")
    above = await city.filed(about="wei", at="district")
    await city.appoint("wei", "bureau")
    await city.appoint("lan", "bureau")
    async with city.work() as work:
        ids = {each.id: each.person for each in await work.handlers.all()}
    found = await checked(city)
    assert (found.withdrawn, found.waiting, found.stranded) == (2, (lost.number,), ())
    taken = [
        ids[action.removeprefix("withdrawn:")]
        for _, action in await city.steps(lost.number)
        if action.startswith("withdrawn:")
    ]
    assert sorted(taken) == ["lan", "wei"]
    for each in (kept, above):
        assert [actor for actor, _ in await city.steps(each.number)] == ["reporter"]
        assert await reads(city, "dong", each.number) == STORY


async def test_the_level_that_is_to_have_it_can_be_told_before_it_has_it(city):
    filed = await city.filed()
    await everybody_goes(city)
    async with city.work() as work:
        standing = await establishment(work, city.desk.directories, city.today)
        facts, row = await work.cases.facts(filed.number), await work.cases.get(filed.number)
        route = receiving_now(row, facts, standing)
        assert (row.organisation, route.receiving, route.recipients) == (
            "district",
            "city",
            frozenset({"dong"}),
        )
        assert receiving_now(row, None, standing) is None


async def test_dissolving_the_accused_organisation_takes_the_case_from_nobody(city, execute):
    """The line above it stays as it was when the report came."""
    filed = await city.filed()
    await execute("DELETE FROM posts WHERE organisation = 'bureau'")
    await execute("DELETE FROM organisations WHERE id = 'bureau'")
    async with city.work() as work:
        await work.people.put_people([Person("qian", "P-qian", "钱卫")])  # so that the directory is read anew
    found = await checked(city)
    assert (found.withdrawn, found.waiting, found.stranded) == (0, (), ())
    assert await reads(city, "wei", filed.number) == STORY
    await everybody_goes(city)
    assert (await checked(city)).waiting == (filed.number,)
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert await resealed(work, city.desk, case.key, "reporter", city.today)
    assert await reads(city, "dong", filed.number) == STORY


async def reported(city, place):
    """A report on an organisation, with nobody named."""
    report = Report(
        category="廉洁", organisations=(NamedOrganisation(name="被反映单位", id=place),), course=STORY
    )
    async with city.work() as work:
        return await submit(work, city.desk, HandIn(report), city.today)
