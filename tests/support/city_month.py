"""People of a city at work for a month: they talk, write it down, read the card, put it right, follow it up."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.services.clock import BEIJING
from bot.services.organisation_files import read_organisation_file
from bot.services.organisation_import import ImportPlan, apply_import, plan_import
from tests.support.city_accounts import Books, Entry, Talk, Task
from tests.support.city_data import City as CityData
from tests.support.city_data import Seat
from tests.support.city_house import City, Received, city_house
from tests.support.telegram_user import TelegramUser
from tests.support.terminal_user import TerminalUser

CARD = "请核对"
FILED = re.compile(r"已归档,编号 (\d{4})-(\d{6})")
OPENED = re.compile(r"其中 (\d+) 项")
LATE_DAYS = 7
FINDINGS = ("查摆的问题", "主要问题")
MEASURES = ("整改措施", "改进措施", "整改要求", "议定事项")


@dataclass
class Desk:
    """Somebody with a device."""

    seat: Seat
    road: str
    user: TerminalUser | TelegramUser


@dataclass
class Told:
    """A talk as its author means to write it down; `sentence` "" is by form."""

    type: str
    day: date
    talker: str
    subjects: tuple[str, ...]
    points: tuple[str, ...]
    problems: tuple[str, ...] = ()
    demands: tuple[tuple[str, date | None], ...] = ()
    reason: str = ""
    sentence: str = ""


@dataclass
class Month:
    """The house, the people in front of it, and the test's books."""

    home: Path
    url: str
    books: Books
    house: City
    desks: dict[str, Desk] = field(default_factory=dict)
    mended: list[tuple[str, str, str]] = field(default_factory=list)
    reminders: list[tuple[str, datetime, str]] = field(default_factory=list)

    @property
    def city(self) -> CityData:
        """The city as the test knows it."""
        return self.books.city

    @property
    def today(self) -> date:
        """The day it is."""
        return self.house.today

    def at(self, day: date, hour: int = 10, minute: int = 0) -> None:
        """Set the clock."""
        self.house.at(day.year, day.month, day.day, hour, minute)

    # Organisations.

    async def imports(self, content: bytes, name: str) -> ImportPlan:
        """Take a file in as `yanlu org import` does."""
        file = read_organisation_file(content, name)
        async with self.house.work() as work:
            plan = plan_import(file, await self.house.house.directories.of(work), self.today)
            await apply_import(work, plan)
        return plan

    async def sits_down(self, key: str, seat: Seat, road: str) -> Desk:
        """Have somebody join on a device of their own."""
        self.desks[key] = Desk(seat, road, await self.house.user(seat.name, road))
        return self.desks[key]

    async def moves(self, house: City) -> None:
        """Go on in front of a house opened anew: the same devices, nothing on their screens."""
        before, self.house = self.house, house
        house.api._update_ids = before.api._update_ids
        for key, desk in self.desks.items():
            desk.user = await house.stranger(desk.road)
            if isinstance(desk.user, TerminalUser):
                desk.user._session._token = f"{key}-{next(before._ids)}"
        house._ids = before._ids

    # Talking to it.

    def last(self, key: str) -> str:
        """The latest message on a device."""
        return self.house.heard(self.desks[key].user)[-1]

    async def says(self, key: str, text: str) -> str:
        """Type, and read the answer."""
        await self.desks[key].user.says(text)
        return self.last(key)

    async def taps(self, key: str, label: str) -> str:
        """Tap the button whose label begins so, and read the answer."""
        offered = self.house.offered(self.desks[key].user)
        whole = next((each for each in offered if each == label), None)
        whole = whole or next((each for each in offered if each.startswith(label)), None)
        assert whole is not None, f"{label!r} is not among {offered} after {self.last(key)!r}"
        await self.desks[key].user.taps(whole)
        return self.last(key)

    def file(self, key: str) -> Received:
        """The latest document on a device."""
        return self.house.files(self.desks[key].user)[-1]

    async def talks(self, key: str, told: Told, *, confirm: bool = True) -> Talk | None:
        """Write a talk down and confirm it; gives it as the books have it."""
        await self.says(key, told.sentence or "/talk")
        card = await self.reads_back(key, told)
        return await self.confirms(key, told, card) if confirm else None

    async def confirms(self, key: str, told: Told, card: dict[str, str]) -> Talk:
        """Confirm the card read back, and enter it into the books."""
        talk = self._booked(key, told, card)
        warned = "高度相近" in self.last(key)
        said = await self.taps(key, "确认归档")
        found = FILED.search(said)
        assert found is not None, said
        talk.id = int(found.group(2))
        assert int(found.group(1)) == talk.day.year
        tasks = self.books.filed(talk)
        assert warned == bool(talk.alike), (warned, talk)
        opened = OPENED.search(said)
        assert (int(opened.group(1)) if opened else 0) == len(tasks), said
        return talk

    def _booked(self, key: str, told: Told, card: dict[str, str]) -> Talk:
        late = (self.today - told.day).days > LATE_DAYS or bool(told.reason)
        reason = card.get("补录原因", "")
        assert bool(reason) == late, card
        places = {each: self.city.seats_of(each, told.day)[0].unit for each in told.subjects}
        return Talk(
            id=0,
            type=told.type,
            day=told.day,
            talker=told.talker,
            subjects=told.subjects,
            author=self.desks[key].seat.person,
            filed=self.today,
            ledger=self.city.seats_of(told.talker, told.day)[0].unit,
            places=places,
            points=told.points,
            problems=told.problems,
            demands=told.demands,
            deadline=_day(card.get("整改时限", "")),
            attitude=card.get("表态", ""),
            late_reason=reason,
        )

    async def reads_back(self, key: str, told: Told) -> dict[str, str]:
        """Answer what is asked until the card is read back, then put right what it has wrong."""
        for _ in range(12):
            said = self.last(key)
            if CARD in said:
                break
            await self._answers(key, told, said)
        for label, wanted in self._wanted(told).items():
            shown = card_of(self.last(key)).get(label, "")
            if shown != wanted:
                self.mended.append((label, shown, wanted))
                await self._mends(key, told, label)
        card = card_of(self.last(key))
        assert {label: card.get(label, "") for label in self._wanted(told)} == self._wanted(told)
        return card

    def _wanted(self, told: Told) -> dict[str, str]:
        return {
            "类型": told.type,
            "谈话人": self.city.shown(told.talker, told.day),
            "谈话对象": listed([self.city.shown(each, told.day) for each in told.subjects]),
            "日期": spelt(told.day),
            "要点": listed(told.points),
            "问题": listed(told.problems),
            "整改要求": listed([f"{text}({spelt(due)}前)" if due else text for text, due in told.demands]),
        }

    async def _answers(self, key: str, told: Told, said: str) -> None:
        """Answer one question of the form."""
        if "哪一种谈话" in said:
            await self.taps(key, told.type)
        elif "是哪一位" in said:
            name = next(each.name for each in self.city.seats if each.person == told.subjects[0])
            label = next(each for each in self.house.offered(self.desks[key].user) if each.endswith(name))
            await self.taps(key, label)
        else:
            await self.says(key, self._words_for(told, said))

    def _words_for(self, told: Told, said: str) -> str:
        names = {each.person: each.name for each in self.city.seats}
        for question, words in (
            ("是谁谈的", names[told.talker]),
            ("跟谁谈的", "、".join(names[each] for each in told.subjects)),
            ("哪一天谈的", spelt(told.day)),
            ("主要谈了什么", ";".join(told.points)),
            ("补录原因", told.reason),
        ):
            if question in said:
                return words
        raise AssertionError(f"what to answer to {said!r}?")

    async def _mends(self, key: str, told: Told, label: str) -> None:
        """Edit one field of the card."""
        names = {each.person: each.name for each in self.city.seats}
        await self.taps(key, "修改")
        await self.taps(key, label)
        if label == "类型":
            await self.taps(key, told.type)
        elif label == "整改要求" and told.demands:
            told.demands = tuple(
                (f"{due.month}月{due.day}日前{text}" if due and "前" not in text else text, due)
                for text, due in told.demands
            )
            await self.says(key, ";".join(text for text, _ in told.demands))
        else:
            words = {
                "谈话人": names[told.talker],
                "谈话对象": "、".join(names[each] for each in told.subjects),
                "日期": spelt(told.day),
                "要点": ";".join(told.points),
                "问题": ";".join(told.problems),
            }.get(label, "")
            empty = "清空此项" if "清空此项" in self.house.offered(self.desks[key].user) else "跳过"
            await (self.says(key, words) if words else self.taps(key, empty))
        for _ in range(3):
            if CARD in self.last(key):
                return
            await self._answers(key, told, self.last(key))

    # What follows.

    async def corrects(self, key: str, talk: Talk, points: Sequence[str], why: str) -> None:
        """Make a new version of a talk with other points."""
        await self._opens(key, talk.number)
        said = await self.taps(key, "更正")
        if "更正的原因" in said:
            await self.says(key, why)
        await self.taps(key, "修改")
        await self.taps(key, "要点")
        await self.says(key, ";".join(points))
        said = await self.taps(key, "确认归档")
        talk.points, talk.versions = tuple(points), talk.versions + 1
        assert f"已更正,编号 {talk.number},第 {talk.versions} 版" in said
        talk.alike = self.books.alike(talk)

    async def voids(self, key: str, talk: Talk, why: str) -> None:
        """Void a talk."""
        await self._opens(key, talk.number)
        await self.taps(key, "作废")
        await self.says(key, why)
        said = await self.taps(key, "确认作废")
        assert "已作废" in said
        self.books.voided(talk, why, self.today)

    async def lists(self, key: str) -> list[str]:
        """Page through /records to its end; gives the numbers listed."""
        await self.says(key, "/records")
        found = re.findall(r"^\d{4}-\d{6}", self.last(key), re.MULTILINE)
        while "下一页" in self.house.offered(self.desks[key].user) and found:
            await self.taps(key, "下一页")
            found += re.findall(r"^\d{4}-\d{6}", self.last(key), re.MULTILINE)
        return found

    async def _opens(self, key: str, number: str) -> None:
        await self.house.guesses(self.desks[key].user, f"record:show:{int(number[5:])}")
        assert number in self.last(key), self.last(key)

    async def steps(self, key: str, task: Task, button: str, text: str, due: date | None = None) -> None:
        """Take a step on a task: 记录进展, 调整时限 or 销号."""
        await self.house.guesses(self.desks[key].user, f"tickets:show:{task.id}")
        assert task.text in self.last(key), self.last(key)
        await self.taps(key, button)
        for _ in range(1 if due is None else 2):
            asks_day = due is not None and "哪一天" in self.last(key)
            await self.says(key, spelt(due) if due and asks_day else text)
        said = await self.taps(key, "确认")
        action = {"记录进展": "进展", "调整时限": "调整时限", "销号": "销号"}[button]
        assert said in {"进展已记录。", "时限已调整。", "已销号。"}
        task.steps.append((self.today, action, text))
        task.due = due or task.due
        task.closed = self.today if action == "销号" else None

    async def enters(
        self, key: str, name: str, kind: str, answers: Sequence[tuple[str, str, str]], lead: str | None = None
    ) -> Entry:
        """Fill in another ledger by /record: (part of the question, label, answer). `lead` must put things right."""
        await self.says(key, "/record")
        await self.taps(key, name)
        for _ in range(14):
            said = self.last(key)
            if CARD in said:
                break
            found = next((answer for part, _, answer in answers if part in said), None)
            if found is None:
                await self.taps(key, "跳过")
            elif found in self.house.offered(self.desks[key].user):
                await self.taps(key, found)
            else:
                await self.says(key, found)
        card = card_of(self.last(key))
        said = await self.taps(key, "确认归档")
        number = FILED.search(said)
        assert number is not None, said
        seat = self.desks[key].seat
        day, due = ([*filter(None, map(_day, card.values())), None])[:2]
        assert day is not None
        entry = Entry(int(number.group(2)), kind, day, seat.unit, seat.person, self.today, card, due)
        entry.tasks = tuple(
            ("整改要求" if label in MEASURES else "问题", text)
            for label in (*FINDINGS, *MEASURES)
            for text in next((words for _, one, words in answers if one == label), "").split(";")
            if text
        )
        tasks = self.books.entered(entry, lead)
        opened = OPENED.search(said)
        assert (int(opened.group(1)) if opened else 0) == len(tasks), said
        return entry

    async def reminds(self) -> list[tuple[str, str]]:
        """Let reminders go; gives what came to whom."""
        before = {key: len(self.house.heard(desk.user)) for key, desk in self.desks.items()}
        while await self.house.remind():  # fifty at a time
            pass
        news = [
            (key, text)
            for key, desk in self.desks.items()
            for text in self.house.heard(desk.user)[before[key] :]
        ]
        self.reminders += [(key, self.house.now, text) for key, text in news]
        return news


@asynccontextmanager
async def opened(home: Path, url: str, books: Books, now: datetime) -> AsyncIterator[City]:
    """The house on a database; of the city only its first organisation is sure to be there."""
    first = books.city.units[0]
    rows = [(first.code, first.name, first.short, first.parent)]
    async with city_house(home, url, organisations=rows, people=(), now=now) as house:
        yield house


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in Beijing."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def card_of(text: str) -> dict[str, str]:
    """The lines of a card by their labels."""
    pairs = (re.split("[::]", line, maxsplit=1) for line in text.splitlines() if re.search("[::]", line))
    return {label.strip(): value.strip() for label, value in pairs}


def spelt(day: date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def listed(parts: Sequence[str]) -> str:
    """Several values as a card joins them."""
    return (";" if any("、" in each for each in parts) else "、").join(parts)


def _day(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})年(\d+)月(\d+)日", text)
    return date(*map(int, found.groups())) if found else None


def working_days(since: date, until: date, free: Sequence[date] = ()) -> list[date]:
    """Monday to Friday; March 2026 has no holiday and no day made up for."""
    days = [since + timedelta(days=at) for at in range((until - since).days + 1)]
    return [day for day in days if day.weekday() < 5 and day not in free]
