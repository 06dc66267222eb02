"""The month as it is lived once for each database: who does what on which day, and what they ask for at its end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.support.city_accounts import Books, Talk
from tests.support.city_data import (
    ORGANISATIONS,
    Seat,
    Unit,
    addition_csv,
    city_xlsx,
    made_city,
    posts_xlsx,
)
from tests.support.city_month import Month, Told, card_of, moment, opened
from tests.support.city_script import DESKS, LEDGERS, MARCH, deeds, told

VIEWERS = ("市纪委书记", "区委书记", "区联络员")
"""Whose exports are looked into: a handler of the city, a head and a liaison of a district."""
ASKED = {
    "export": "/export",
    "march": "3月的台账导出来",
    "statement": "/statement",
    "stats": "/stats",
    "todo": "/todo",
    "coverage": "监督谈话覆盖率",
    "overdue": "逾期没整改的拉个单子",
    "tickets": "/tickets",
}
SEASIDE = Unit("LJ0115", "青石区开发建设管理办公室", "", "LJ01")
EXCUSE = "本人在外培训,已约定四月上旬"


@dataclass
class Lived:
    """The month as it went: the books, and what was answered and sent at its end."""

    month: Month
    today: date
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    open: Told | None = None

    @property
    def books(self) -> Books:
        """The test's own books."""
        return self.month.books

    def person(self, key: str) -> str:
        """Whose desk it is."""
        return self.month.desks[key].seat.person


async def lived_month(home: Path, url: str) -> Lived:
    books = Books(made_city())
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(opened(home, url, books, moment(MARCH[0], 8)))
        lived = Lived(Month(home, url, books, house), MARCH[1])
        await _arrive(lived)
        for day in (MARCH[0] + timedelta(days=at) for at in range(30)):
            await _reminded(lived.month, day)
            if day == date(2026, 3, 10):
                await _appointed(lived)
            for place, deed in enumerate(deeds()):
                if deed.day == day:
                    author = lived.month.desks[deed.key].seat
                    talk = await lived.month.talks(deed.key, told(place, deed, books.city, author))
                    assert talk is not None
            for deed_of_day in _DAYS.get(day.day, ()):
                await deed_of_day(lived)
            if day.day in _AFTER_RESTART:
                await stack.aclose()
                house = await stack.enter_async_context(opened(home, url, books, lived.month.house.now))
                await lived.month.moves(house)
                await _AFTER_RESTART[day.day](lived)
        await _asked(lived)
    return lived


async def _arrive(lived: Lived) -> None:
    """The city is imported, twice; an office is added from a csv; ten people join."""
    month = lived.month
    first = await month.imports(city_xlsx(month.city), "city.xlsx")
    again = await month.imports(city_xlsx(month.city), "city.xlsx")
    posts, people = len(month.city.seats), len({each.person for each in month.city.seats})
    assert len(month.city.units) == ORGANISATIONS
    assert (len(first.new), first.warnings) == (ORGANISATIONS - 1 + people + posts, ())
    assert (again.new, again.changed, again.ended, again.unchanged) == ((), (), (), 1 + len(first.new))
    since = date(2025, 6, 2)
    seats = [
        Seat("P9001", "万望川", SEASIDE.code, "主任", "head", since),
        Seat("P9002", "汤小舟", SEASIDE.code, "联络员", "liaison", since),
    ]
    added = await month.imports(addition_csv(SEASIDE, seats), "addition.csv")
    assert (len(added.new), added.errors) == (5, ())
    lived.books.city = month.city.grown([SEASIDE], seats)
    for key, unit, role, road in DESKS:
        await month.sits_down(key, month.city.holder(unit, role, MARCH[0]), road)


async def _appointed(lived: Lived) -> None:
    """One head leaves, one moves over from another bureau, and a deputy takes that one's place."""
    month, day = lived.month, month_day(10)
    city, eve = month.city, day - timedelta(days=1)
    mover, leaver = city.holder("LJ0106", "head", eve), city.holder("LJ0204", "head", eve)
    riser = city.holder("LJ0106", "member", eve)
    begun = [
        Seat(mover.person, mover.name, "LJ0204", leaver.title, "head", day),
        Seat(riser.person, riser.name, "LJ0106", mover.title, "head", day),
    ]
    lived.books.city = city.changed([(mover, eve), (leaver, eve), (riser, eve)], begun)
    changed = [
        each for each in lived.books.city.seats if each.person in {mover.person, leaver.person, riser.person}
    ]
    plan = await month.imports(posts_xlsx(changed), "moved.xlsx")
    assert len(plan.appointments) == 2
    assert (len(plan.new), len(plan.ended)) == (2, 3), plan
    month.at(day, 9, 20)
    news = await month.reminds()
    for key in ("区委书记", "区联络员"):
        assert any(
            riser.name in text and "已任职,请于2026年4月9日前完成任职谈话" in text
            for to, text in news
            if to == key
        )
    for key in ("临港书记", "临港联络员"):
        assert any(mover.name in text and "已任职" in text for to, text in news if to == key)
    assert not [text for _, text in await month.reminds() if "任职谈话" in text]
    month.at(day, 11)


async def _reminded(month: Month, day: date) -> None:
    """Before the office opens nothing comes, nor after it has closed; in between once; on days off never."""
    if day.weekday() >= 5 and day.day > 8:
        return
    month.at(day, 8, 30)
    assert await month.reminds() == []
    month.at(day, 9, 5)
    news = await month.reminds()
    assert day.weekday() < 5 or news == []
    month.at(day, 9, 15)
    assert await month.reminds() == []
    if day.weekday() == 4:
        month.at(day, 18, 5)
        assert await month.reminds() == []
    month.at(day, 10)


def month_day(number: int) -> date:
    return date(2026, 3, number)


async def _confirmed(lived: Lived) -> None:
    """The subject of a talk is shown the points, and confirms them."""
    month, books = lived.month, lived.books
    talk = next(each for each in books.talks if each.subjects == (lived.person("住建局长"),))
    await month.house.guesses(month.desks[_author(lived, talk)].user, f"record:show:{talk.id}")
    said = await month.taps(_author(lived, talk), "请对象确认")
    assert "对方只看到要点" in said
    await month.house.delivered()
    assert all(point in month.last("住建局长") for point in talk.points)
    await month.taps("住建局长", "确认无误")
    await month.house.delivered()
    assert f"已确认记录 {talk.number} 的内容无误" in month.last(_author(lived, talk))


def _author(lived: Lived, talk: Talk) -> str:
    return next(key for key, desk in lived.month.desks.items() if desk.seat.person == talk.author)


async def _ledgers(lived: Lived) -> None:
    """Five other ledgers."""
    month = lived.month
    lead, head = (month.desks[key].seat.name for key in ("住建局长", "区委书记"))
    for key, name, kind, answers in LEDGERS:
        written = [(part, label, words.format(lead=lead, head=head)) for part, label, words in answers]
        chair = lived.person("区委书记") if kind == "lifemeeting" else None
        await month.enters(key, name, kind, written, lead=chair)


async def _followed_up(lived: Lived) -> None:
    """What was to be put right moves on: a step, a new day, one struck off in time and one late."""
    month, books = lived.month, lived.books
    wrote = {each.id for each in books.talks if each.author == lived.person("区委书记")}
    mine = [each for each in books.tasks if each.record in wrote]
    await month.steps("区委书记", mine[0], "记录进展", "已完成车辆清点")
    await month.steps("区委书记", mine[0], "销号", "核对了派车单和封存照片")
    await month.steps("区委书记", mine[1], "调整时限", "涉及历史车辆较多", date(2026, 3, 25))


async def _changed_mind(lived: Lived) -> None:
    """A talk is corrected with a reason, and another voided; its open tasks fall."""
    month, books = lived.month, lived.books
    mine = [
        each for each in books.talks if each.author == lived.person("区联络员") and each.type == "监督谈话"
    ]
    await month.corrects("区联络员", mine[-1], ("落实一岗双责", "管好重点岗位"), "要点记录有误")
    voided = next(
        each for each in books.talks if each.type == "提醒谈话" and each.author == lived.person("住建局长")
    )
    await month.voids("住建局长", voided, "对象写错,应为他人")
    await month.voids("市委书记", next(each for each in books.talks if each.type == "约谈"), "重复登记")


async def _planned(lived: Lived) -> None:
    """Two talks are planned; one of them is given up."""
    month, city = lived.month, lived.books.city
    for key, unit, when in (
        ("区委书记", "LJ0107", "3月17日下午三点"),
        ("临港书记", "LJ0210", "3月24日上午九点"),
    ):
        await month.says(key, f"/plan {when}和{city.holder(unit, 'head', month.today).name}进行监督谈话")
        for _ in range(4):
            if "请核对" in month.last(key):
                break
            await month.says(key, "了解工程招投标情况")
        assert "监督谈话" in month.last(key)
        assert "已登记" in await month.taps(key, "确认登记")
    await month.says("临港书记", "/plans")
    await month.taps("临港书记", "2.")
    assert "计划已取消" in await month.taps("临港书记", "取消计划")


async def _briefed(lived: Lived) -> None:
    """The page before the talk came this morning, to who planned it and only to them."""
    told_of = [
        (key, text)
        for key, at, text in lived.month.reminders
        if at.date() == lived.month.today and "计划与" in text
    ]
    assert [key for key, _ in told_of] == ["区委书记"]
    subject = lived.books.city.holder("LJ0107", "head", lived.month.today)
    assert "2026年3月17日 15:00 计划与" in told_of[0][1]
    assert subject.name in told_of[0][1]


async def _held_as_planned(lived: Lived) -> None:
    """The planned talk is logged from its plan."""
    month, day = lived.month, lived.month.today
    month.at(day, 16)
    head, subject = month.desks["区委书记"].seat, lived.books.city.holder("LJ0107", "head", day)
    meant = Told("监督谈话", day, head.person, (subject.person,), ("工程招投标监管", "重大事项请示报告"))
    await month.says("区委书记", "/plans")
    await month.taps("区委书记", "1.")
    await month.taps("区委书记", "登记谈话")
    await month.confirms("区委书记", meant, await month.reads_back("区委书记", meant))
    assert "没有计划中的谈话" in await month.says("区委书记", "/plans")


async def _excused(lived: Lived) -> None:
    """A head says why a talk has not been held."""
    month = lived.month
    await month.says("区委书记", "/todo")
    offered = month.house.offered(month.desks["区委书记"].user)
    label = next(each for each in offered if each.startswith("说明原因"))
    lived.seen["excused"] = label.removeprefix("说明原因:")
    await month.taps("区委书记", label)
    await month.says("区委书记", EXCUSE)
    assert "已登记未谈原因" in await month.taps("区委书记", "确认登记")


async def _left_open(lived: Lived) -> None:
    """A card is read back, and nobody has confirmed it when the worker is stopped."""
    month, day = lived.month, lived.month.today
    month.at(day, 16)
    head, subject = month.desks["区委书记"].seat, lived.books.city.holder("LJ0106", "head", day)
    lived.open = Told("提醒谈话", day, head.person, (subject.person,), ("换届纪律执行", "政绩观纠偏"))
    assert await month.talks("区委书记", lived.open, confirm=False) is None


async def _taken_up(lived: Lived) -> None:
    """Whoever goes on after the restart finds the card as it was."""
    said = await lived.month.says("区委书记", "好的")
    assert "换届纪律执行" in said
    assert lived.open is not None
    await lived.month.confirms("区委书记", lived.open, card_of(said))


async def _killed(lived: Lived) -> None:
    """The worker dies between the commit of an answer and its delivery."""
    month = lived.month
    month.at(month.today, 16)
    month.house.courier._deliver = lambda _letters: asyncio.sleep(0)
    await month.desks["临港书记"].user.says("/me")


async def _delivered_late(lived: Lived) -> None:
    """The next worker delivers it, once its time is up, and once only."""
    month = lived.month
    user = month.desks["临港书记"].user
    await month.house.delivered()
    assert month.house.heard(user) == []
    month.house.wait(minutes=3)
    for _ in range(2):
        await month.house.delivered()
        heard = month.house.heard(user)
        assert len(heard) == 1
        assert month.desks["临港书记"].seat.name in heard[0]


async def _asked(lived: Lived) -> None:
    """On the last day everybody asks for everything, and an early talk is to be corrected."""
    month = lived.month
    month.at(lived.today, 15)
    for key in VIEWERS:
        for what, words in ASKED.items():
            before = len(month.house.files(month.desks[key].user))
            lived.answers[key, what] = await month.says(key, words)
            files = month.house.files(month.desks[key].user)[before:]
            if files:
                lived.files[key, what] = files[-1].content
    for key in month.desks:
        lived.lists[key] = await month.lists(key)
    early = next(each for each in lived.books.talks if each.author == lived.person("市委书记"))
    await month.house.guesses(month.desks["市委书记"].user, f"talk:fix:{early.id}")
    lived.answers["市委书记", "fix"] = month.last("市委书记")


Deed = Callable[[Lived], Awaitable[None]]
_DAYS: dict[int, tuple[Deed, ...]] = {
    9: (_ledgers,),
    11: (_confirmed,),
    12: (_followed_up, _planned),
    13: (_left_open,),
    16: (_briefed,),
    17: (_changed_mind, _held_as_planned),
    18: (_killed,),
    27: (_excused,),
}
_AFTER_RESTART: dict[int, Deed] = {13: _taken_up, 18: _delivered_late}
