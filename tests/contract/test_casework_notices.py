"""Notices on cases: without content, once each, after a delay that nobody can foresee. On both databases."""

from datetime import date, timedelta
from random import Random

import pytest

from bot.conversation.payloads import decoded
from bot.dialogs.notices import notify
from bot.services.casework import handling
from bot.services.casework.chores import CaseChores
from bot.services.casework.deadlines import Terms
from bot.services.casework.reminding import CaseNotices
from bot.services.casework.retention import erase
from bot.services.reports.content import Contact
from bot.services.reports.tracking import add
from storage import Database
from tests.support.case_desk import STORY, case_desk
from tests.support.stores import KEYS

LINK = "https://yanlu.example/cases/{}"
EVERYBODY = ("dong", "wei", "lan", "shen", "guan", "qian", "gu")


class Post:
    """The notices of a city, and what came of them."""

    def __init__(self, city, database):
        self.city = city
        self.notices = self.worker(database)
        self.chores = CaseChores(database, city.desk, self.notices)

    def worker(self, database, tell=notify, seed=1):
        return CaseNotices(database, self.city.desk, tell, Random(seed), LINK.format)

    async def tick(self, minutes=0):
        self.city.now += timedelta(minutes=minutes)
        return await self.chores.tick(self.city.now)

    async def arrived(self):
        """Who got what, taken out of the outbox."""
        now = self.city.now
        async with self.city.work() as work:
            rows = await work.outbox.claim("terminal", now, 500, timedelta(seconds=1))
            await work.outbox.done([row.id for row in rows])
        return sorted((row.address, decoded(row.payload).text) for row in rows)

    async def headings(self):
        return [(who, text.splitlines()[0]) for who, text in await self.arrived()]


async def post_of(database, **terms):
    city = await case_desk(database, Terms(**terms))
    async with city.work() as work:
        for person in EVERYBODY:
            await work.bindings.bind(person, "terminal", person, city.now)
    return Post(city, database)


@pytest.fixture
async def post(database):
    return await post_of(database, notice_minutes=0)


async def test_a_new_case_is_told_to_its_handlers_without_a_word_of_it(post):
    filed = await post.city.filed(contact=Contact(name="王平", contact="13900000000"))
    assert await post.tick() == 2
    arrived = await post.arrived()
    assert [who for who, _ in arrived] == ["lan", "wei"]
    for _, text in arrived:
        assert text == (
            f"有一件举报待处理。\n编号:{filed.number}\n类别:廉洁\n优先:优先受理、优先办理、优先处置\n"
            f"期限:2026-03-25\n办理:{LINK.format(filed.number)}"
        )
        assert not any(word in text for word in (STORY, "王平", "13900000000", "钱卫", "住建局"))


async def test_it_is_told_once_however_many_workers_and_restarts(post, database_url):
    await post.city.filed()
    await post.tick()
    await post.arrived()
    other = Database.open(database_url, keys=KEYS)
    assert await post.worker(other).tick(post.city.now) == 0
    assert await post.worker(post.city.database).tick(post.city.now) == 0
    assert await post.tick(minutes=60) == 0
    assert await post.arrived() == []
    await other.close()


async def test_a_missing_deadline_is_filled_in(post):
    """It was unknown while no calendar reached so far."""
    filed = await post.city.filed()
    async with post.city.work() as work:
        await work.cases.set_status(filed.number, "received", "waiting", post.city.today, due=None)
    await post.tick()
    assert (await post.city.row(filed.number)).due == date(2026, 3, 25)


async def test_a_notice_leaves_after_a_random_delay_within_the_setting(database):
    post = await post_of(database, notice_minutes=30)
    left = {"lan": set(), "wei": set()}
    for seed in range(8):
        post.notices = post.worker(database, seed=seed)
        post.chores = CaseChores(database, post.city.desk, post.notices)
        await post.city.filed()
        waited = 0
        while waited <= 32 and sum(map(len, left.values())) < 2 * (seed + 1):
            await post.tick(minutes=1)
            waited += 1
            for who, _ in await post.arrived():
                left[who].add((seed, waited))
        assert waited <= 32
    minutes = [waited for who in left.values() for _, waited in who]
    assert len(minutes) == 16
    assert len(set(minutes)) > 5
    assert max(minutes) <= 31


async def test_a_case_by_name_waits_like_an_anonymous_one(database):
    """The server does not know which is which, so the delay must not tell either."""
    post = await post_of(database, notice_minutes=30)
    await post.city.filed(contact=Contact(name="王平"))
    assert await post.tick() == 0
    assert await post.tick(minutes=31) == 2


async def test_no_time_finer_than_the_day_is_kept_of_it(post):
    filed = await post.city.filed()
    await post.tick()
    async with post.city.work() as work:
        entries = await work.audit.of(filed.number)
        assert [each.id for each in await work.reminders.of("wei", 10)] == []
    assert {type(each.day) for each in entries} == {date}


async def test_one_who_cannot_be_written_to_silences_nobody(post, database, caplog):
    async def tell(work, person, say, now):
        if person == "lan":
            raise RuntimeError("muted")
        return await notify(work, person, say, now)

    post.notices = post.worker(database, tell)
    post.chores = CaseChores(database, post.city.desk, post.notices)
    await post.city.filed()
    assert await post.tick() == 1
    assert [who for who, _ in await post.arrived()] == ["wei"]
    assert "RuntimeError" in caplog.text
    post.notices._tell = notify
    assert await post.tick() == 1  # and what was missed comes as soon as it can
    assert [who for who, _ in await post.arrived()] == ["lan"]


async def test_who_has_no_conversation_yet_is_told_once_they_have(post):
    async with post.city.work() as work:
        await work.bindings.unbind_person("lan")
    await post.city.filed()
    assert await post.tick() == 1
    async with post.city.work() as work:
        await work.bindings.bind("lan", "terminal", "lan", post.city.now)
    await post.arrived()
    assert await post.tick() == 1
    assert [who for who, _ in await post.arrived()] == ["lan"]


async def test_who_has_no_conversation_is_tried_once_a_tick_and_others_are_told_all_the_same(post, database):
    tried = []

    async def tell(work, person, say, now):
        tried.append(person)
        return await notify(work, person, say, now)

    post.notices = post.worker(database, tell)
    post.chores = CaseChores(database, post.city.desk, post.notices)
    async with post.city.work() as work:
        await work.bindings.unbind_person("lan")
    for _ in range(3):
        await post.city.filed()
    assert await post.tick() == 3
    assert sorted(tried) == ["lan", "wei", "wei", "wei"]
    assert await post.tick(minutes=1) == 0
    assert sorted(tried) == ["lan", "lan", "wei", "wei", "wei"]


async def test_a_deadline_is_told_before_it_passes_when_it_has_and_then_level_by_level(post):
    filed = await post.city.filed()
    await post.tick()
    await post.arrived()
    seen = []
    for _ in range(40):
        post.city.wait(days=1)
        await post.tick()
        seen += [(post.city.today, *each) for each in await post.headings()]
    assert seen == [
        (date(2026, 3, 20), "lan", "一件举报临近期限。"),
        (date(2026, 3, 20), "wei", "一件举报临近期限。"),
        (date(2026, 3, 26), "dong", "下级单位有一件举报已逾期。"),
        (date(2026, 3, 26), "lan", "一件举报已逾期。"),
        (date(2026, 3, 26), "wei", "一件举报已逾期。"),
    ]
    assert (await post.city.row(filed.number)).late is False  # it becomes so with the next step


async def test_a_closed_case_is_quiet(post):
    filed = await post.city.filed()
    await post.tick()
    await post.arrived()
    async with post.city.sitting("wei") as at:
        await handling.set_status(at, filed.number, "screening")
        await handling.close(at, filed.number, "已查清")
    for _ in range(30):
        post.city.wait(days=1)
        assert await post.tick() == 0


async def test_what_the_reporter_adds_is_told_until_a_handler_looks(post):
    filed = await post.city.filed()
    await post.tick()
    await post.arrived()

    async def adds():
        async with post.city.work() as work:
            case = await work.cases.by_receipt(filed.receipt)
            await add(work, post.city.desk, case, kind="supplement", text=STORY, day=post.city.today)

    await adds()
    await post.tick()
    assert await post.headings() == [("lan", "一件举报有新的补充。"), ("wei", "一件举报有新的补充。")]
    await adds()
    async with post.city.sitting("wei") as at:
        await handling.read_case(at, filed.number)
    assert await post.tick() == 0


async def test_who_is_shut_out_is_told_nothing_and_who_becomes_so_nothing_more(post):
    """韦正 is accused; 冬青 has it. Then 冬青 takes a post below the accused: nobody is told anything any more."""
    await post.city.filed(about="wei", at="district")
    await post.tick()
    assert [who for who, _ in await post.arrived()] == ["dong"]
    await post.city.appoint("dong", "bureau")
    for _ in range(40):
        post.city.wait(days=1)
        await post.tick()
        assert await post.arrived() == []


async def test_a_case_without_handlers_is_announced_to_the_next_level(post):
    filed = await post.city.filed()
    await post.tick()
    await post.arrived()
    for person in ("wei", "lan"):
        await post.city.revoke(person)
    await post.tick()
    [(who, text)] = await post.arrived()
    assert who == "dong"
    assert text.startswith("有一件举报应由本级接收,待移交。")
    assert STORY not in text
    assert filed.number in text
    assert await post.tick() == 0


async def test_what_was_kept_long_enough_is_erased_and_a_tombstone_stays(database):
    post = await post_of(database, notice_minutes=0, kept_days=20)
    filed, other = await post.city.filed(), await post.city.filed()
    async with post.city.sitting("wei") as at:
        await handling.set_status(at, filed.number, "screening")
        await handling.close(at, filed.number, "已查清")
    post.city.wait(days=20)
    await post.tick()
    assert (await post.city.row(filed.number)).erased is None
    post.city.wait(days=1)
    await post.tick()
    row = await post.city.row(filed.number)
    assert (row.erased, row.status) == (post.city.today, "closed")
    assert ("system", "erase") in await post.city.steps(filed.number)
    async with post.city.work() as work:
        assert await work.cases.by_receipt(filed.receipt) is None
        assert await work.cases.by_receipt(other.receipt) is not None
        assert await work.audit.verify() is None
    post.city.wait(days=1)
    await post.tick()
    assert [action for _, action in await post.city.steps(filed.number)].count("erase") == 1


async def test_nothing_is_erased_before_its_time_or_twice(post):
    filed = await post.city.filed()
    async with post.city.work() as work:
        assert not await erase(work, filed.number, post.city.today)
        assert not await erase(work, "0000000000", post.city.today)
        await work.cases.set_status(
            filed.number, "closed", "answered", post.city.today, due=None, erase_after=post.city.today
        )
    post.city.wait(days=1)
    async with post.city.work() as work:
        assert await erase(work, filed.number, post.city.today)
        assert not await erase(work, filed.number, post.city.today)
        assert await work.cases.by_receipt(filed.receipt) is None


async def test_even_before_a_recheck_nothing_is_told_to_who_became_conflicted(post):
    await post.city.filed()
    for person in ("lan", "dong"):
        await post.city.appoint(person, "bureau")
    told = set()
    for _ in range(30):
        await post.notices.tick(post.city.now)
        told |= {who for who, _ in await post.arrived()}
        post.city.wait(days=1)
    assert told == {"wei"}
