"""What has happened in the city before somebody looks at every page of its console: all lists have something in them."""

import asyncio
from datetime import timedelta

from bot.services.reports.content import Contact
from bot.services.reports.tracking import add
from tests.support.console_house import ConsoleHouse
from tests.support.console_records import head_at_work

PLAN = {
    "type": "监督谈话",
    "talkers": "青石区委书记 顾长风",
    "subjects": "青石区教育局局长 柯兰",
    "day": "2026-11-30",
    "clock": "09:00",
}
QUESTIONS = ("述责述廉大会上谁来提问题", "谈话记录要保存几年", "民主生活会上级必须派人参加吗")
PAPER = (
    "青石区机关会议管理办法\n2020年3月1日发布\n第一条 为规范会议管理,制定本办法。\n"
    "第二条 领导班子会议应当提前一天通知。\n"
)
_TALKS = (
    ("青石区教育局局长 柯兰", 75, "师德建设抓得不紧", "报送专项整改情况"),
    ("南渡街道党工委书记 江海", 15, "", ""),
    ("北桥街道党工委书记 温良", 12, "班子议事规则未修订", "修订议事规则"),
)
"""With whom, how many days ago, the problem found, what was demanded within thirty days."""


async def lived_in(house: ConsoleHouse) -> None:
    """Let reports come in, talks be held, corrected and confirmed, questions stay open, and a file be exported."""
    await _reports(house)
    await _talks(house)
    head, record = await head_at_work(house)
    await head.opens(f"{record}/correct")
    view = await head.submits(f"{record}/correct", why="补充要点", points="工程变更须集体研究\n廉洁用权")
    if view.path != record:
        await head.submits(f"{record}/correct")
    await head.opens(record)
    await head.submits(f"{record}/ask")
    await head.opens("/console/plans/new")
    await head.submits("/console/plans/new", **PLAN)
    for who in ("顾长风", "简单"):
        await _exported(house, who)
    await _asked(house)
    await _taken_in(house)


async def _reports(house: ConsoleHouse) -> None:
    city = house.city
    contact = Contact(name="王平", contact="13900000000")
    for days, options in ((30, {"about": "柯兰"}), (11, {"contact": contact}), (2, {"about": "柳成"})):
        city.wait(days=-days)
        await city.filed(**options)
        city.wait(days=days)
    filed = await city.filed(files=(b"minutes of a meeting",), when="去年五月", where="区住建局")
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        await add(work, city.desk, case, kind="supplement", text="另有一份会议纪要。", day=city.today)


async def _talks(house: ConsoleHouse) -> None:
    """Each filed on its day; the demands of the oldest are overdue by now."""
    for subject, days, problem, demand in _TALKS:
        house.wait(days=-days)
        day = house.city.today
        due = day + timedelta(days=30)
        demands = f"{demand}({due.year}年{due.month}月{due.day}日前)" if demand else ""
        points = "落实全面从严治党主体责任\n管好班子、带好队伍"
        await head_at_work(
            house, subjects=subject, day=day.isoformat(), points=points, problems=problem, demands=demands
        )
        house.wait(days=days)


async def _exported(house: ConsoleHouse, who: str) -> None:
    user = await house.signed_in(who)
    await user.opens("/console/records")
    await user.submits("/console/records/export")


async def _asked(house: ConsoleHouse) -> None:
    city = house.city
    async with city.work() as work:
        for text in QUESTIONS:
            await work.questions.add(text, None, city.clock())
        for helpful in (True, True, False):
            await work.feedback.add("问", "answer", helpful=helpful, measure="1.6", day=city.today)


async def _taken_in(house: ConsoleHouse) -> None:
    """An administrator has put a document on the shelf."""
    admin = await house.signed_in("管清")
    await admin.opens("/console/documents")
    await admin.submits("/console/documents/look", file=("办法.txt", PAPER.encode()))
    await admin.submits("/console/documents/take")
    while "正在进行" in admin.view.text:
        await asyncio.sleep(0.05)
        await admin.opens(admin.view.path)
