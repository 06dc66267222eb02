"""Reminders over the store: each told once, in working hours, by any number of workers, to whoever it concerns."""

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from bot.conversation.messages import Conversation, Turn
from bot.conversation.payloads import decoded
from bot.conversation.scene import Scene
from bot.dialogs.notices import notify
from bot.dialogs.reminding import RemindingDialog
from bot.services import reminding
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.reminder_words import ReminderWords
from bot.services.reminding import ReminderService, standing_reminders
from bot.services.standing import StandingService
from bot.services.unit_calendar import add_year, set_days, set_hours
from bot.services.working_days import built_in
from storage import Database, NewPlan, NewTicket, Reminder, TicketNote
from tests.contract.test_standing import held, settle
from tests.support.calendars import PlainCalendar
from tests.support.city import CITY, EAST, RIVER, WEST, post
from tests.support.official_years import next_year
from tests.support.stores import KEYS
from yanlu.texts import standing as texts
from yanlu.texts.conversation import STALE_CHOICE
from yanlu.texts.records import NOT_BOUND

NINE = datetime(2026, 7, 14, 9, tzinfo=BEIJING)  # a Tuesday
POSTS = (
    post("mayor", CITY),
    post("clerk", CITY, "liaison"),
    post("admin", CITY, "administrator"),
    post("river", RIVER),
    post("west", WEST),
    post("east", EAST),
)
EVERYBODY = ("mayor", "clerk", "admin", "river", "west")
CANARY = "账目里有一笔说不清的往来款"


class House:
    """A city with conversations, and workers that remind."""

    def __init__(self, database: Database, url: str, last: int = 2100) -> None:
        self.database = database
        self.calendar = PlainCalendar(last)
        self._url = url
        self.workers = [self.worker(database)]

    def worker(self, database: Database | None = None) -> ReminderService:
        opened = database or Database.open(self._url, keys=KEYS)
        directories = DirectoryService(opened)
        return ReminderService(opened, directories, StandingService(directories), self.calendar, notify)

    async def tick(self, now: datetime) -> int:
        return await self.workers[0].tick(now)

    async def told(self, now: datetime) -> list[tuple[str, str]]:
        """What waits in the outbox, by address; taken out."""
        async with self.database.transaction(now) as work:
            rows = await work.outbox.claim("terminal", now, 500, timedelta(seconds=1))
            await work.outbox.done([row.id for row in rows])
        return [(row.address, decoded(row.payload).text) for row in rows]

    async def says(self, person: str, text: str, now: datetime, kind: str = "command") -> str:
        dialog = RemindingDialog(
            DirectoryService(self.database), StandingService(DirectoryService(self.database)), self.calendar
        )
        turn = Turn(Conversation("terminal", person), "1", kind, now, text)
        async with self.database.transaction(now) as work:
            scene = Scene(work, KEYS.opaque("terminal", person), now)
            return "\n".join(say.text for say in await dialog.handle(turn, scene))


@pytest.fixture
async def house(database: Database, database_url: str) -> House:
    await settle(database, POSTS)
    async with database.transaction(NINE) as work:
        for person in EVERYBODY:
            await work.bindings.bind(person, "terminal", person, NINE)
    return House(database, database_url)


async def ticket(house: House, due: date, text: str = CANARY, responsible: str | None = "west") -> int:
    record = await held(house.database, "river", "west", points=[CANARY])
    async with house.database.transaction(NINE) as work:
        [id_] = await work.tickets.add(
            [NewTicket(record, "problem", text, WEST, responsible, due)], date(2026, 3, 3)
        )
    return id_


async def test_a_ticket_is_told_once_and_says_none_of_its_words(house: House) -> None:
    id_ = await ticket(house, date(2026, 7, 10))
    assert await house.tick(NINE) == 1
    [(address, text)] = await house.told(NINE)
    assert address == "west"
    assert f"整改事项 {id_}" in text
    assert "已逾期 4 天" in text
    assert CANARY not in text
    for minutes in (1, 61, 200):
        assert await house.tick(NINE + timedelta(minutes=minutes)) == 0
    assert await house.worker(house.database).plan(NINE) == 0
    assert await house.tick(NINE + timedelta(days=7)) == 1


async def test_nothing_is_told_outside_working_hours(house: House) -> None:
    await ticket(house, date(2026, 7, 10))
    for moment in (
        NINE.replace(hour=8),
        NINE.replace(hour=17, minute=30),
        datetime(2026, 7, 18, 10, tzinfo=BEIJING),
    ):
        assert await house.tick(moment) == 0
    assert await house.tick(datetime(2026, 7, 20, 9, tzinfo=BEIJING)) > 0


async def test_two_workers_tell_each_reminder_once(house: House) -> None:
    for number in range(8):
        await ticket(house, date(2026, 7, 10 - number % 3))
    others = [house.worker() for _ in range(2)]
    try:
        counts = await asyncio.gather(*(each.tick(NINE) for each in (*house.workers, *others)))
        told = Counter(await house.told(NINE))
    finally:
        for each in others:
            await each._database.close()
    assert sum(counts) == 8
    assert len(told) == 8
    assert set(told.values()) == {1}


async def test_a_worker_that_dies_before_the_commit_has_told_nothing_and_loses_nothing(house: House) -> None:
    await ticket(house, date(2026, 7, 10))

    async def dies(*_: object) -> int:
        raise ConnectionError

    dying = house.worker(house.database)
    dying._tell = dies
    with pytest.raises(ConnectionError):
        await dying.tick(NINE)
    assert await house.told(NINE) == []
    assert await house.tick(NINE) == 1
    assert len(await house.told(NINE)) == 1


async def test_what_is_over_when_its_time_comes_is_not_told(house: House) -> None:
    id_ = await ticket(house, date(2026, 7, 10))
    await house.workers[0].plan(NINE)
    async with house.database.transaction(NINE) as work:
        await work.tickets.note(id_, TicketNote(NINE, "river", "close", "已还清"))
    await house.workers[0].send(NINE)
    assert await house.told(NINE) == []


async def test_yearly_talks_are_named_to_those_who_owe_them_until_held(house: House) -> None:
    december = datetime(2026, 12, 1, 9, tzinfo=BEIJING)
    await held(house.database, "river", "west")
    await house.tick(december)
    told = [(address, text) for address, text in await house.told(december) if "监督谈话" in text]
    assert {address for address, _ in told} == {"mayor", "clerk", "river"}
    [text] = [text for address, text in told if address == "river"]
    assert "名east" in text
    assert "名west" not in text
    assert texts.CADENCE_NOTE in text
    assert "2026年12月31日" in text
    await held(house.database, "river", "east")
    async with house.database.transaction(december) as work:
        directory = await DirectoryService(house.database).of(work)
        words = ReminderWords(
            work, directory, StandingService(DirectoryService(house.database)), december.date()
        )
        left = await standing_reminders(work, words, "river", 50)
    assert [each.kind for each, _ in left] == ["statement"]


async def test_a_new_head_is_named_by_appointment(house: House) -> None:
    await house.tick(NINE)
    async with house.database.transaction(NINE) as work:
        await work.people.put_posts([post("west", RIVER, since=date(2026, 7, 14))])
    assert await house.tick(NINE + timedelta(seconds=5)) == 2  # people changed: planned at once
    told = await house.told(NINE + timedelta(seconds=5))
    assert {address for address, _ in told} == {"mayor", "clerk"}
    assert all("任职谈话" in text and "2026年8月13日" in text for _, text in told)


async def test_the_page_before_a_talk_goes_to_its_talker_with_what_they_may_see(house: House) -> None:
    late = await ticket(house, date(2026, 7, 1))
    async with house.database.transaction(NINE) as work:
        plan = NewPlan(
            "监督谈话", RIVER, "river", ("west",), date(2026, 7, 15), "clerk",
            {"time": "15:00", "place": "二楼会议室", "matters": "问清进度"},
        )  # fmt: skip
        id_ = await work.plans.add(plan)
    await house.tick(NINE)
    told = dict(await house.told(NINE))
    page = told["river"]
    assert page.startswith(texts.BRIEFING)
    for words in (
        "二楼会议室",
        "15:00",
        "问清进度",
        "一·2",
        "2026年3月3日",
        CANARY,
        f"{late}. ",
        "逾期 13 天",
    ):
        assert words in page
    assert CANARY not in told["clerk"]
    assert "名west" in told["clerk"]
    after = datetime(2026, 7, 16, 9, tzinfo=BEIJING)
    await house.tick(after)
    assert {address for address, text in await house.told(after) if "尚未登记" in text} == {"river", "clerk"}
    async with house.database.transaction(after) as work:
        await work.plans.cancel(id_)
    assert await house.says("clerk", "reminders", after) == texts.NO_REMINDERS


async def test_a_talker_reads_nothing_of_records_closed_to_them(house: House) -> None:
    await ticket(house, date(2026, 7, 1))  # a talk of the river district's head
    async with house.database.transaction(NINE) as work:
        await work.plans.add(NewPlan("监督谈话", CITY, "mayor", ("west",), date(2026, 7, 15), "mayor"))
    await house.tick(NINE)
    page = dict(await house.told(NINE))["mayor"]
    assert CANARY not in page
    assert texts.NO_EARLIER in page


async def test_putting_off_tells_it_again_in_a_week_and_only_ones_own(house: House) -> None:
    await ticket(house, date(2026, 7, 10))
    await house.tick(NINE)
    await house.told(NINE)
    async with house.database.transaction(NINE) as work:
        [reminder] = await work.reminders.of("west", 10)
    assert await house.says("river", f"remind:later:{reminder.id}", NINE, "choice") == texts.NOT_YOURS
    assert await house.says("west", f"remind:later:{reminder.id}", NINE, "choice") == texts.put_off(
        date(2026, 7, 21)
    )
    assert await house.says("west", "reminders", NINE) == texts.NO_REMINDERS
    later = NINE + timedelta(days=7)
    assert await house.tick(later) == 2  # the one put off, and the second week's
    assert "已逾期 11 天" in await house.says("west", "reminders", later)
    assert "整改事项" in await house.says("west", f"remind:show:{reminder.id}", later, "choice")
    assert await house.says("west", f"remind:ok:{reminder.id}", later, "choice") == texts.NOTED
    assert await house.says("west", "remind:show:999", later, "choice") == texts.NOT_YOURS
    assert await house.says("west", "remind:later:x", later, "choice") == STALE_CHOICE
    assert await house.says("nobody", "reminders", later) == NOT_BOUND


async def test_who_joins_later_finds_what_was_told_to_nobody(house: House) -> None:
    await ticket(house, date(2026, 7, 10), responsible="east")
    assert await house.tick(NINE) == 1
    assert await house.told(NINE) == []
    async with house.database.transaction(NINE) as work:
        await work.bindings.bind("east", "terminal", "east", NINE)
    assert "整改事项" in await house.says("east", "reminders", NINE)


async def test_one_that_cannot_be_worded_keeps_back_no_other(house: House) -> None:
    await ticket(house, date(2026, 7, 10))
    strange = [Reminder(f"k{kind}", "mayor", kind, about, NINE) for kind, about in
               (("unheard of", "x:1"), ("ticket_due", "ticket:none"), ("due", "duty:监督谈话:nowhere"))]  # fmt: skip
    async with house.database.transaction(NINE) as work:
        await work.reminders.plan(strange)
    await house.tick(NINE)
    assert [address for address, _ in await house.told(NINE)] == ["west"]
    assert await house.tick(NINE) == 0


async def test_the_end_of_the_calendar_is_told_to_administrators_once_and_loudly(
    database: Database, database_url: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    last = built_in()[1]
    await ticket(house, date(last + 1, 1, 3))
    short = House(database, database_url, last=last)
    new_year = datetime(last + 1, 1, 4, 9, tzinfo=BEIJING)
    assert await short.tick(new_year) == 1
    assert await short.told(new_year) == [("admin", texts.CALENDAR_ENDS)]
    assert "calendar does not reach" in caplog.text
    assert await short.tick(new_year + timedelta(hours=2)) == 0
    updated = House(database, database_url)
    assert await updated.tick(new_year + timedelta(hours=3)) > 0
    assert "west" in dict(await updated.told(new_year + timedelta(hours=3)))


async def own_time(
    house: House, unit: str, off: date | None = None, hours: tuple[str, str] | None = None
) -> None:
    async with house.database.transaction(NINE) as work:
        if off is not None:
            await set_days(work, unit, (frozenset({off}), frozenset()), NINE.date())
        if hours is not None:
            await set_hours(work, unit, hours, NINE.date())


async def test_each_is_told_when_their_own_unit_works(house: House) -> None:
    """西街 rests on the day and 河区 begins late; the city goes by the common hours."""
    await own_time(house, WEST, off=NINE.date())
    await own_time(house, RIVER, hours=("10:30", "18:00"))
    for who in ("west", "river", "mayor"):
        await ticket(house, date(2026, 7, 10), responsible=who)
    assert await house.tick(NINE) == 1
    assert [who for who, _ in await house.told(NINE)] == ["mayor"]
    late = NINE.replace(hour=17, minute=30)
    assert await house.tick(late) == 1
    assert [who for who, _ in await house.told(late)] == ["river"]
    morning = NINE + timedelta(days=1)
    assert await house.tick(morning) == 0  # 西街 goes by the hours of 河区 above it
    opening = morning.replace(hour=10, minute=30)
    assert await house.tick(opening) == 1
    assert [who for who, _ in await house.told(opening)] == ["west"]


async def test_what_was_planned_waits_for_a_unit_that_has_closed_meanwhile(house: House) -> None:
    await ticket(house, date(2026, 7, 10))
    await house.workers[0].plan(NINE)
    await own_time(house, CITY, off=NINE.date())
    await own_time(house, WEST, hours=("09:00", "17:00"))
    assert await house.tick(NINE) == 0
    assert await house.tick(NINE + timedelta(days=1)) == 1


async def test_a_unit_at_rest_holds_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("west", "west", "west", "mayor"):
        await ticket(house, date(2026, 7, 10), responsible=who)
    await house.workers[0].plan(NINE)
    await own_time(house, WEST, off=NINE.date())
    monkeypatch.setattr(reminding, "BATCH", 1)
    assert [await house.tick(NINE) for _ in range(5)] == [0, 0, 0, 1, 0]
    assert [who for who, _ in await house.told(NINE)] == ["mayor"]


async def test_one_put_off_comes_when_the_unit_works(house: House) -> None:
    await ticket(house, date(2026, 7, 10))
    await house.tick(NINE)
    async with house.database.transaction(NINE) as work:
        [sent] = await work.reminders.of("west", 5)
    await own_time(house, RIVER, off=date(2026, 7, 21), hours=("08:30", "12:00"))
    said = await house.says("west", f"remind:later:{sent.id}", NINE, kind="choice")
    assert "7月22日" in said or "2026-07-22" in said


async def test_a_word_of_the_calendars_end_is_over_once_the_year_was_added(house: House) -> None:
    last = built_in()[1]
    december = datetime(last, 12, 28, 9, tzinfo=BEIJING)
    async with house.database.transaction(december) as work:
        await work.reminders.plan([Reminder("calendar", "admin", "calendar", f"calendar:{last}", december)])
    assert "工作日历" in await house.says("admin", "reminders", december)
    async with house.database.transaction(december) as work:
        assert await add_year(work, next_year(), replace=False)
    assert "工作日历" not in await house.says("admin", "reminders", december)
