"""Who above is told of a case that is overdue, or that nobody can open any more. On both databases.

What is reported on the 4th must be accepted by Wednesday, 2026-03-25.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from bot.services.casework import handling
from bot.services.casework.chores import CaseChores
from bot.services.casework.reminding import CaseNotices
from bot.services.clock import BEIJING
from bot.services.reports.content import NamedOrganisation, Report
from bot.services.reports.intake import HandIn, submit
from bot.services.reports.tracking import add
from storage import Organisation
from tests.contract.test_casework_notices import post_of
from tests.contract.test_casework_rechecks import Ended
from tests.support.case_desk import STORY


@pytest.fixture
async def post(database):
    """住建局 is over 科室 (office), and 柳成 receives for it: what is reported on 科室 has three levels above it."""
    post = await post_of(database, notice_minutes=0)
    async with post.city.work() as work:
        await work.people.put_organisations([Organisation("office", "A010101", "科室", "bureau")])
        await work.bindings.bind("liu", "terminal", "liu", post.city.now)
    await post.city.enrol("liu", "bureau")
    return post


async def reported(post, *places):
    """A report on organisations, with nobody named."""
    report = Report(
        category="廉洁",
        organisations=tuple(NamedOrganisation(name="被反映单位", id=each) for each in places),
        course=STORY,
    )
    async with post.city.work() as work:
        return await submit(work, post.city.desk, HandIn(report), post.city.today)


async def told_until(post, last):
    """What is told on each day until the last: the day, to whom, the first words."""
    seen = []
    while True:
        await post.tick()
        seen += [(post.city.today, who, text.splitlines()[0]) for who, text in await post.arrived()]
        if post.city.today >= last:
            return seen
        post.city.wait(days=1)


async def above(post, last):
    return [
        (day, who)
        for day, who, words in await told_until(post, last)
        if words == "下级单位有一件举报已逾期。"
    ]


async def test_one_level_at_once_and_one_more_after_each_five_working_days(post):
    filed = await reported(post, "office")
    assert filed.organisation == "bureau"
    assert await above(post, date(2026, 4, 30)) == [
        (date(2026, 3, 26), "lan"),
        (date(2026, 3, 26), "wei"),
        (date(2026, 4, 2), "dong"),
    ]


async def test_whoever_is_shut_out_hears_nothing_of_it_and_a_level_without_others_is_passed_over(post):
    await post.city.appoint("wei", "office")
    await reported(post, "office")
    first = await above(post, date(2026, 3, 27))
    assert first == [(date(2026, 3, 26), "lan")]
    await post.city.appoint("lan", "office")
    assert await above(post, date(2026, 3, 28)) == [(date(2026, 3, 27), "dong")]


async def test_only_the_line_above_the_receiving_level_is_told(post):
    """白区 is a neighbour, and 青区 may not be told of what went above it."""
    await reported(post, "bureau")
    assert await above(post, date(2026, 4, 30)) == [(date(2026, 3, 26), "dong")]
    await post.city.filed(about="wei", at="district")
    assert await above(post, date(2026, 6, 30)) == []


async def test_where_no_calendar_reaches_the_first_level_is_told_all_the_same(post):
    await reported(post, "office")
    post.city.now = datetime(2026, 3, 26, 10, tzinfo=BEIJING)
    desk = replace(post.city.desk, calendar=Ended())
    post.notices = CaseNotices(post.city.database, desk, post.notices._tell, Random(1))
    post.chores = CaseChores(post.city.database, desk, post.notices)
    assert [who for day, who in await above(post, date(2026, 4, 9))] == ["lan", "wei"]


async def test_a_case_that_waits_is_announced_once_to_all_who_are_to_have_it(post):
    filed = await reported(post, "office")
    await told_until(post, post.city.today)
    await post.city.revoke("liu")
    assert [each[1:] for each in await told_until(post, post.city.today + timedelta(days=1))] == [
        ("lan", "有一件举报应由本级接收,待移交。"),
        ("wei", "有一件举报应由本级接收,待移交。"),
    ]
    assert (await post.city.row(filed.number)).due == date(2026, 3, 11)


async def test_a_closed_case_that_nobody_can_open_is_announced_to_nobody(post):
    filed = await reported(post, "office")
    async with post.city.sitting("liu") as at:
        await handling.set_status(at, filed.number, "screening")
        await handling.close(at, filed.number, "已查清")
    await post.city.revoke("liu")
    assert await told_until(post, post.city.today + timedelta(days=1)) == []


async def test_a_case_of_those_who_are_nowhere_is_no_matter_to_the_notices(post, execute):
    """Its facts are broken: nobody may hear of it, and everybody else still hears of theirs."""
    broken, sound = await reported(post, "office"), await reported(post, "bureau")
    await execute(f"UPDATE case_facts SET sealed = substr(sealed, 1, 20) WHERE \"case\" = '{broken.number}'")
    seen = await told_until(post, date(2026, 3, 26))
    assert {who for _, who, _ in seen} == {"lan", "wei", "dong"}
    assert [action for _, action in await post.city.steps(broken.number) if action.startswith("notice")] == []
    assert [action for _, action in await post.city.steps(sound.number) if action.startswith("notice")]


async def test_two_cases_overdue_on_one_day_are_told_each_for_itself(post):
    filed = {(await reported(post, "office")).number, (await reported(post, "office")).number}
    post.city.now = datetime(2026, 3, 26, 10, tzinfo=BEIJING)
    await post.tick()
    texts = [text for who, text in await post.arrived() if who == "lan"]
    assert len(texts) == 2
    assert {number for number in filed if any(number in text for text in texts)} == filed
    assert all("期限:2026-03-25" in text for text in texts)


async def test_each_deadline_and_each_thing_added_is_told_for_itself(post):
    """What was told of an earlier one does not stand for the next."""
    filed = await reported(post, "bureau")
    await post.city.revoke("lan")
    seen = []
    for due in (date(2026, 3, 20), date(2026, 4, 20)):
        async with post.city.work() as work:
            await work.cases.set_status(filed.number, "received", "waiting", post.city.today, due=due)
            case = await work.cases.by_receipt(filed.receipt)
            await add(work, post.city.desk, case, kind="supplement", text=STORY, day=post.city.today)
        seen += [each[1:] for each in await told_until(post, due + timedelta(days=1))]
    assert seen == [
        ("wei", "一件举报有新的补充。"),
        ("wei", "有一件举报待处理。"),
        ("wei", "一件举报临近期限。"),
        ("dong", "下级单位有一件举报已逾期。"),
        ("wei", "一件举报已逾期。"),
        ("wei", "一件举报有新的补充。"),
        ("wei", "一件举报临近期限。"),
        ("dong", "下级单位有一件举报已逾期。"),
        ("wei", "一件举报已逾期。"),
    ]
