"""A city at work: the real house with a clock that is set by hand, and its people at their terminals and phones.

`async with city_house(home, url) as city: head = await city.user("区委书记"); await head.says("…")`
"""

import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from pydantic import SecretStr

from bot.app import House
from bot.channels.telegram import TelegramChannel
from bot.conversation.courier import Courier
from bot.conversation.messages import Conversation, Say, Turn
from bot.conversation.turns import TurnTaker
from bot.services.clock import BEIJING
from bot.services.directory import Directory
from bot.services.invitations import issue
from bot.services.organisation_import import apply_import, plan_import
from bot.services.organisation_rows import ORGANISATION_COLUMNS, PEOPLE_COLUMNS, Table, take
from bot.settings import Settings
from knowledge.talks.keeping import LEARNED
from knowledge.talks.reader import TalkReader
from storage import Person, UnitOfWork
from tests.support.stores import KEYS
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_service import polling
from tests.support.telegram_user import TelegramUser
from tests.support.terminal_user import TerminalUser, WatchedTerminal

CITY_ROADS = ("terminal", "polling")
FIRST_USER = 7_301_554_000
"""Telegram ids are counted from here: long enough not to stand in a file by chance."""
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)
"""When a city opens: a Monday morning."""

ORGANISATIONS = (
    ("A", "临江市委", "市委", ""),
    ("A01", "青石区委", "区委", "A"),
    ("A0101", "青石区纪委监委", "区纪委", "A01"),
    ("A0102", "青石区住房和城乡建设局", "住建局;区住建局", "A01"),
    ("A0103", "青石区教育局", "教育局;区教育局", "A01"),
    ("A0104", "北桥街道党工委", "北桥街道", "A01"),
    ("A0105", "南渡街道党工委", "南渡街道", "A01"),
    ("A02", "白沙区委", "", "A"),
    ("A0201", "白沙区教育局", "", "A02"),
)
"""编码, 名称, 简称, 上级编码."""
PEOPLE = (
    ("P01", "夏至", "中共党员", "A", "市委书记", "一把手", "2020-01-01", ""),
    ("P02", "冬青", "中共党员", "A", "市委常委、市纪委书记", "纪检负责人", "2020-01-01", ""),
    ("P03", "顾长风", "中共党员", "A01", "区委书记", "一把手", "2020-01-01", ""),
    ("P04", "温故", "中共党员", "A01", "区委副书记", "班子成员", "2020-01-01", ""),
    ("P05", "韦正", "中共党员", "A01", "区委常委、区纪委书记", "纪检负责人", "2020-01-01", ""),
    ("P05", "韦正", "中共党员", "A0101", "书记、主任", "一把手", "2020-01-01", ""),
    ("P06", "蓝月", "中共党员", "A01", "区委常委、组织部部长", "组织部门负责人", "2020-01-01", ""),
    ("P07", "简单", "中共党员", "A01", "联络员", "联络员", "2020-01-01", ""),
    ("P08", "管清", "", "A01", "系统管理员", "管理员", "2020-01-01", ""),
    ("P09", "钱卫", "中共党员", "A0102", "局长", "一把手", "2020-01-01", ""),
    ("P10", "柯兰", "中共党员", "A0103", "局长", "一把手", "2020-01-01", ""),
    ("P11", "柳成", "中共党员", "A0103", "副局长", "班子成员", "2020-01-01", ""),
    ("P12", "欧阳明", "中共党员", "A0103", "基教科科长", "部门负责人", "2020-01-01", ""),
    ("P13", "温良", "中共党员", "A0104", "书记", "一把手", "2026-11-02", ""),
    ("P14", "江帆", "中共党员", "A0105", "书记", "一把手", "2020-01-01", "2026-10-31"),
    ("P15", "江海", "中共党员", "A0105", "书记", "一把手", "2026-11-01", ""),
    ("P16", "沈秋", "中共党员", "A02", "书记", "一把手", "2020-01-01", ""),
    ("P17", "陆仁", "中共党员", "A0201", "局长", "一把手", "2020-01-01", ""),
    ("P18", "贾宜", "中共党员", "A02", "联络员", "联络员", "2020-01-01", ""),
)
"""人员编码, 姓名, 政治面貌, 组织编码, 职务, 身份, 任职日期, 离任日期."""

Rows = Iterable[Sequence[str]]


class Received(NamedTuple):
    """A document as it came to somebody's device."""

    name: str
    content: bytes


class Terminals:
    """Many people's terminals as one channel: each has a screen of their own."""

    name = "terminal"

    def __init__(self, downloads: Path) -> None:
        self._downloads = downloads
        self.of: dict[str, WatchedTerminal] = {}

    def at(self, address: str) -> WatchedTerminal:
        return self.of.setdefault(address, WatchedTerminal(self._downloads / address))

    async def send(self, address: str, say: Say) -> None:
        await self.at(address).send(address, say)


@dataclass
class City:
    """The running house and whoever came in. Time stands still until it is moved."""

    house: House
    now: datetime
    road: str
    downloads: Path
    stack: AsyncExitStack
    api: FakeBotApi
    taker: TurnTaker = field(init=False)
    courier: Courier = field(init=False)
    _terminals: Terminals = field(init=False)
    _telegram: TelegramChannel = field(init=False)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _polls: bool = False

    async def open(self) -> None:
        """Wire the channels. The house's chores stay off: reminders and left-over letters go when told to."""
        router = await self.house.router()
        self._terminals = Terminals(self.downloads)
        commands = tuple(router.commands.items())
        self._telegram = TelegramChannel(
            self.api.token, commands=commands, base_url=self.api.url, clock=self.clock
        )
        self.stack.push_async_callback(self._telegram.close)
        self.courier = Courier(self.house.database, [self._terminals, self._telegram], self.clock)
        self.stack.push_async_callback(self.courier.close)
        self.taker = TurnTaker(self.house.database, router, self.courier)

    async def _poll(self) -> None:
        if not self._polls:
            self._polls = True
            await self.stack.enter_async_context(polling(self._telegram, self.taker.accept))

    # Time.

    def wait(self, **length: float) -> None:
        """Let time pass: days, hours, minutes."""
        self.now += timedelta(**length)

    def at(self, year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> None:
        """Set the clock (Beijing time)."""
        self.now = datetime(year, month, day, hour, minute, tzinfo=BEIJING)

    @property
    def today(self) -> date:
        return self.now.date()

    # People.

    async def directory(self) -> Directory:
        return await self.house.directories.current()

    async def person(self, who: str) -> Person:
        """The one person called so, by name, by the title of a post held today, or by unit and title."""
        directory = await self.directory()
        found = {person.id: person for person in directory.bearers(who)}
        for post in directory.held(self.today):
            unit = directory.organisation(post.organisation).name
            if who in (post.title, f"{unit}{post.title}"):
                found[post.person] = directory.person(post.person)
        assert len(found) == 1, f"{who!r} means {[each.name for each in found.values()]}"
        return next(iter(found.values()))

    async def user(self, who: str, road: str | None = None) -> TerminalUser | TelegramUser:
        """Somebody who has joined, by an invitation typed in that channel, a new device at each call."""
        person = await self.person(who)
        async with self.house.database.transaction(self.now) as work:
            code = await issue(work, person.id, self.now)
        user = await self.stranger(road)
        await user.says(code)
        await user.sees("已加入")
        return user

    async def stranger(self, road: str | None = None) -> TerminalUser | TelegramUser:
        """Somebody in front of a device who has not joined."""
        number = next(self._ids)
        if (road or self.road) == "terminal":
            name = f"seat-{number}"
            return TerminalUser(self.taker.take, self._terminals.at(name), self.clock, name)
        await self._poll()
        return TelegramUser(self.api, FIRST_USER + number, idle=self.courier.close)

    def offered(self, user: TerminalUser | TelegramUser) -> list[str]:
        """The labels of the latest message that offers any."""
        if isinstance(user, TelegramUser):
            return user.offered
        return [choice.label for choice in user._offered()]

    def heard(self, user: TerminalUser | TelegramUser) -> list[str]:
        """Every message that came to this device, the oldest first."""
        if isinstance(user, TelegramUser):
            return [message.text for message in self.api.messages_to(user.id)]
        return [say.text for say in user._channel.messages]

    def files(self, user: TerminalUser | TelegramUser) -> list[Received]:
        """The documents that came to this device, the oldest first."""
        if isinstance(user, TelegramUser):
            sent = (message.document for message in self.api.messages_to(user.id))
            return [Received(each.name, each.content) for each in sent if each is not None]
        kept = (say.file for say in user._channel.messages)
        return [Received(each.name, each.content) for each in kept if each is not None]

    async def guesses(self, user: TerminalUser | TelegramUser, value: str) -> None:
        """Have a device send a choice value that no button of it showed."""
        if isinstance(user, TelegramUser):
            latest = self.api.messages_to(user.id)[-1]
            await user._acts(f"[{value}]", lambda: self.api.tap(latest, value))
            return
        user._since = len(user._channel.messages)
        user._printed = len(user._channel.screen.getvalue())
        turn = Turn(self.conversation(user), f"guess-{next(self._ids)}", "choice", self.now, value)
        await self.taker.take(turn)

    def conversation(self, user: TerminalUser | TelegramUser) -> Conversation:
        if isinstance(user, TelegramUser):
            return Conversation("telegram", str(user.id))
        return user._session._conversation

    # What goes on behind.

    def clock(self) -> datetime:
        """What the house takes for the time."""
        return self.now

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction of the store at this moment."""
        return self.house.database.transaction(self.now)

    async def remind(self) -> int:
        """Plan and send reminders, and carry them to the devices; gives how many were sent."""
        sent = await self.house.reminders.tick(self.now)
        await self.delivered()
        return sent

    async def delivered(self) -> None:
        """Carry everything that waits in the outbox."""
        await self.courier.close()
        while await self.courier.sweep():
            pass
        await self.courier.close()

    def disk(self) -> dict[str, bytes]:
        """All that stands in the state folder now, the write-ahead log with it; the key file left out."""
        home = self.house.settings.home
        files = (path for path in sorted(home.rglob("*")) if path.is_file())
        return {str(path.relative_to(home)): path.read_bytes() for path in files if path.name != "keys"}


@cache
def shared_reader() -> TalkReader:
    """The reader the set-up learned, opened once for all tests; learned and kept there where it is missing."""
    return _open_reader(LEARNED)


_open_reader = TalkReader.open


@asynccontextmanager
async def city_house(
    home: Path,
    url: str,
    road: str = "terminal",
    *,
    organisations: Rows = ORGANISATIONS,
    people: Rows = PEOPLE,
    now: datetime = MONDAY,
) -> AsyncIterator[City]:
    """Open the house on a database, with these organisations and people taken in as an import takes them."""
    moved: list[City] = []
    settings = Settings(home=home, database_url=SecretStr(url), embeddings="off", key=SecretStr(KEYS.dump()))
    async with AsyncExitStack() as stack:
        stack.enter_context(patch.object(TalkReader, "open", lambda _folder: shared_reader()))
        house = await stack.enter_async_context(
            House.open(settings, clock=lambda: moved[0].now if moved else now)
        )
        api = await stack.enter_async_context(FakeBotApi())
        city = City(house, now, road, home / "downloads", stack, api)
        moved.append(city)
        await take_in(city, organisations, people)
        await city.open()
        yield city


async def take_in(city: City, organisations: Rows = (), people: Rows = ()) -> None:
    """Take rows in through the import service: an appointment, the end of a post, a new organisation."""
    table = Table()
    for name, columns, rows in (
        ("组织", ORGANISATION_COLUMNS, organisations),
        ("人员任职", PEOPLE_COLUMNS, people),
    ):
        take(table, enumerate([columns, *rows], 1), partial("{}!{}:{}".format, name))
    async with city.work() as work:
        plan = plan_import(table.file(), await city.house.directories.of(work), city.today)
        assert not plan.errors, plan.errors
        await apply_import(work, plan)
