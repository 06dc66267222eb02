"""A year an administrator adds, and a unit's own days: kept once, known everywhere, used by deadlines. On both databases."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.casework import handling, transferring
from bot.services.casework.access import Desk
from bot.services.casework.chores import CaseChores
from bot.services.casework.deadlines import SETTING
from bot.services.casework.rechecks import MOVES, MOVES_UNDATED
from bot.services.casework.reminding import CaseNotices
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.unit_calendar import (
    DAYS,
    OFFICIAL,
    WORKING_HOURS,
    add_year,
    load_calendars,
    load_years,
    set_days,
    set_hours,
)
from bot.services.working_days import HOURS, WorkingDays, built_in
from storage import Database
from tests.support.case_desk import case_desk, whole_queue
from tests.support.official_years import HOLIDAYS, NEXT, TODAY, WORKDAYS, next_year
from tests.support.stores import KEYS
from yanlu.errors import CalendarUnknown, DatabaseCorrupt, YanluError

DECEMBER = datetime(NEXT - 1, 12, 20, 10, tzinfo=BEIJING)
FULL = WorkingDays(years={NEXT: next_year()})


async def told_nobody(*_):
    return 0


class Office:
    """A city whose calendar ends with the year, late in December, with the chores that go on by themselves."""

    def __init__(self, city):
        self.city = city
        self.chores = CaseChores(
            city.database, city.desk, CaseNotices(city.database, city.desk, told_nobody, Random(1))
        )

    async def tick(self):
        await self.chores.tick(self.city.now)

    async def added(self):
        async with self.city.work() as work:
            assert await add_year(work, replace(next_year(), added=self.city.today), replace=False)

    async def due(self, filed):
        return (await self.city.row(filed.number)).due


@pytest.fixture
async def office(database):
    city = await case_desk(database)
    city.now = DECEMBER
    return Office(city)


# The year itself.


async def test_a_year_is_kept_once_and_replaced_only_deliberately(database):
    year = next_year()
    other = replace(year, workdays=frozenset({min(WORKDAYS)}))
    async with database.transaction() as work:
        assert await add_year(work, year, replace=False)
        assert not await add_year(work, replace(year, added=TODAY + timedelta(days=3)), replace=False)
        with pytest.raises(YanluError, match="已有安排"):
            await add_year(work, other, replace=False)
        assert await load_years(work) == (year,)
        assert await add_year(work, other, replace=True)
        assert await load_years(work) == (other,)
        steps = [each.action for each in await work.audit.general(limit=10, offset=0)]
    assert steps == [f"calendar:{NEXT}"] * 2


async def test_a_year_of_the_programs_own_is_replaced_only_deliberately(database):
    mine = replace(next_year(), year=built_in()[1])
    async with database.transaction() as work:
        with pytest.raises(YanluError, match="已有安排"):
            await add_year(work, mine, replace=False)
        assert await add_year(work, mine, replace=True)


async def test_another_process_goes_by_it_at_once(database, database_url):
    other = Database.open(database_url, keys=KEYS)
    desk = Desk(DirectoryService(other), WorkingDays())
    last = date(NEXT - 1, 12, 31)
    async with other.transaction() as work:
        with pytest.raises(CalendarUnknown):
            (await desk.at(work, "")).calendar.add(last, 1)
    async with database.transaction() as work:
        await add_year(work, next_year(), replace=False)
    async with other.transaction() as work:
        assert (await desk.at(work, "")).calendar.add(last, 1) == FULL.add(last, 1)
    await other.close()


async def test_a_year_that_cannot_be_read_leaves_its_days_unknown_and_is_said(database, caplog):
    async with database.transaction() as work:
        await work.unit_settings.put("", OFFICIAL, {str(NEXT): {"holidays": "?"}})
        desk = await Desk(DirectoryService(database), WorkingDays()).at(work, "")
        with pytest.raises(CalendarUnknown):
            desk.calendar.is_working(date(NEXT, 1, 4))
        with pytest.raises(DatabaseCorrupt):
            await load_years(work)
    assert "not readable" in caplog.text


# Deadlines that were left open.


async def test_late_in_the_year_a_deadline_stays_open_and_is_counted_once_the_year_is_there(office):
    city = office.city
    waiting, screened, told_later, sent = [await city.filed() for _ in range(4)]
    assert await office.due(waiting) is None
    city.wait(days=8)
    await city.moved("wei", screened.number, "screening")
    await city.moved("wei", told_later.number, "screening")
    async with city.sitting("wei") as at:
        await handling.close(at, told_later.number, "")
        await transferring.transfer(at, sent.number, "city", "应由上级办理")
        queue = {each.row.number: each.unknown for each in await whole_queue(at, "all")}
    assert queue[waiting.number]
    before = await city.row(told_later.number)
    city.wait(days=2)
    await office.tick()
    assert [await office.due(each) for each in (waiting, screened, told_later, sent)] == [None] * 4
    await office.added()
    await office.tick()
    filed, later = DECEMBER.date(), DECEMBER.date() + timedelta(days=8)
    assert await office.due(waiting) == FULL.add(filed, 15)
    assert await office.due(screened) == FULL.add(filed, 15)  # the later step did not prolong it
    assert await office.due(sent) == FULL.add(later, 5)
    assert await city.row(told_later.number) == replace(before, due=FULL.add(later, 15))
    assert before.erase_after is not None


async def test_a_step_after_the_year_was_added_counts_from_the_day_the_report_came(office):
    filed = await office.city.filed()
    await office.added()
    office.city.wait(days=3)
    async with office.city.work() as work:
        desk = await office.city.desk.at(work, "district")
    office.city.desk = desk
    await office.city.moved("wei", filed.number, "screening")
    assert await office.due(filed) == FULL.add(DECEMBER.date(), 15)


async def test_a_report_after_the_year_was_added_has_its_deadline_at_once(office):
    await office.added()
    assert await office.due(await office.city.filed()) == FULL.add(DECEMBER.date(), 15)


async def test_a_case_that_has_to_move_gets_its_day_when_the_year_is_added(office):
    city = office.city
    city.now = DECEMBER + timedelta(days=8)
    filed = await city.filed()
    for person in ("wei", "lan"):
        await city.revoke(person)
    await office.tick()
    assert ("system", MOVES_UNDATED) in await city.steps(filed.number)
    assert ("system", MOVES) not in await city.steps(filed.number)
    since = city.today
    await office.added()
    await office.tick()
    assert await office.due(filed) == FULL.add(since, 5)
    steps = [action for _, action in await city.steps(filed.number)]
    assert steps.count(MOVES) == steps.count(MOVES_UNDATED) == 1
    await office.tick()
    assert [action for _, action in await city.steps(filed.number)] == steps


async def test_nothing_but_the_deadline_changes_when_it_is_counted(office):
    filed = await office.city.filed()
    async with office.city.sitting("wei") as at:
        await handling.ask(at, filed.number, "请补充时间")
    before = await office.city.row(filed.number)
    office.city.wait(days=1)
    await office.added()
    await office.tick()
    assert await office.city.row(filed.number) == replace(before, due=FULL.add(DECEMBER.date(), 15))


# A unit's own days and hours.


async def own(work, unit, off=(), on=(), hours=None):
    await set_days(work, unit, (frozenset(off), frozenset(on)), TODAY)
    await set_hours(work, unit, hours, TODAY)


FIRST, SECOND, SATURDAY = date(NEXT - 1, 3, 5), date(NEXT - 1, 3, 6), date(NEXT - 1, 3, 7)


async def test_days_are_inherited_one_by_one_and_hours_whole_from_the_nearest(office):
    async with office.city.work() as work:
        await own(work, "", off=[FIRST], hours=("08:00", "16:00"))
        await own(work, "city", off=[SECOND], hours=("8:30", "17:30"))
        await own(work, "district", on=[FIRST, SATURDAY])
        calendars = await load_calendars(work, await office.city.desk.directories.of(work))
    bureau, white = calendars.of("bureau"), calendars.of("white")
    assert (bureau.off, bureau.on) == ({SECOND}, {FIRST, SATURDAY})
    assert (white.off, white.on) == ({FIRST, SECOND}, frozenset())
    assert f"{bureau.hours[0]:%H:%M}" == "08:30"
    assert calendars.of("nowhere").off == {FIRST}
    assert [calendars.settled(each) for each in ("bureau", "white", "nowhere")] == ["district", "city", ""]


async def test_a_units_own_days_move_its_deadlines_and_no_others(office):
    city = office.city
    city.now = datetime(2026, 3, 4, 10, tzinfo=BEIJING)
    async with city.work() as work:
        await own(work, "district", off=[date(2026, 3, 9)], on=[date(2026, 3, 14)])
        await own(work, "white", off=[date(2026, 3, 10)])
    filed = await city.filed()
    plain = WorkingDays()
    assert await office.due(filed) == plain.add(date(2026, 3, 4), 15)  # one day off, one day on
    async with city.work() as work:
        await own(work, "district", off=[date(2026, 3, 9)])
    assert await office.due(await city.filed()) == plain.add(date(2026, 3, 4), 16)
    async with city.sitting("wei") as at:
        await transferring.transfer(at, filed.number, "city", "应由上级办理")
    assert await office.due(filed) == plain.add(
        date(2026, 3, 4), 5
    )  # the city goes by no day of the district


async def test_the_periods_of_the_receiving_unit_hold_for_its_cases(office):
    city = office.city
    async with city.work() as work:
        await work.unit_settings.put(
            "district", SETTING, {"close_days": 30, "kept_days": 400, "notice_minutes": 7}
        )
        of = await city.desk.everywhere(work)
        assert (await city.desk.at(work, "district")).terms == of("district").terms
        assert of("district").terms.notice_minutes == 7
        assert of("white").terms == city.desk.terms


async def test_a_notice_waits_as_long_as_the_receiving_unit_has_set(office, database):
    city = office.city
    city.now = datetime(2026, 3, 4, 10, tzinfo=BEIJING)
    told = []

    async def tell(work, person, say, now):
        told.append(person)
        return 1

    async with city.work() as work:
        await work.unit_settings.put("district", SETTING, {"notice_minutes": 0})
    notices = CaseNotices(database, city.desk, tell, Random(1))
    await city.filed()
    await notices.tick(city.now)
    assert sorted(told) == ["lan", "wei"]  # at once, though thirty minutes are the default


@pytest.mark.parametrize(
    ("off", "on", "hours", "word"),
    [
        ([FIRST], [FIRST], None, "既列为放假"),
        ([date(NEXT + 5, 1, 1)], [], None, "去年、今年和明年"),
        ([FIRST + timedelta(days=each) for each in range(121)], [], None, "过多"),
        ([], [], ("17:00", "09:00"), "工作时间"),
        ([], [], ("09:00", "09:00"), "工作时间"),
        ([], [], ("9点", "17:00"), "工作时间"),
        ([], [], ("09:00", "24:00"), "工作时间"),
        ([], [], ("09:00+08:00", "17:00"), "工作时间"),
    ],
)
async def test_days_and_hours_that_make_no_sense_are_refused(database, off, on, hours, word):
    with pytest.raises(YanluError) as refused:
        async with database.transaction() as work:
            await own(work, "", off, on, hours)
    assert word in refused.value.happened
    async with database.transaction() as work:
        assert await work.unit_settings.all([""]) == {}


async def test_what_was_set_can_be_given_up(database):
    async with database.transaction() as work:
        await own(work, "", [FIRST], [], ("9:00", "16:30"))
        await own(work, "")
        assert await work.unit_settings.all([""]) == {}


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(["off", "on"]), each),
    max_leaves=5,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=ODD, hours=ODD, year=ODD)
async def test_whatever_is_kept_a_calendar_is_made_of_it(database, days, hours, year):
    async with database.transaction() as work:
        for name, value in ((DAYS, days), (WORKING_HOURS, hours), (OFFICIAL, year)):
            await work.unit_settings.put("", name, value)
        kept = (await load_calendars(work, await DirectoryService(database).of(work))).of("")
    assert kept.hours[0] < kept.hours[1]
    calendar = WorkingDays().under(kept)
    with suppress(CalendarUnknown):
        calendar.add(date(NEXT - 1, 3, 2), 5)


async def test_the_common_hours_hold_where_nothing_is_set(database):
    async with database.transaction() as work:
        kept = (await load_calendars(work, await DirectoryService(database).of(work))).of("")
    assert (kept.hours, kept.off, kept.on, kept.years) == (HOURS, frozenset(), frozenset(), ())
    assert date(NEXT, 1, 1) in HOLIDAYS
