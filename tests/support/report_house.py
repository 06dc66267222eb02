"""The city of `city_house` with handlers who receive reports, and the reports that people hand in there.

`async with report_house(home, url) as house: filed = await house.filed(about="钱卫", text="…")`
`house.wait(days=…)` moves the clock; `await house.unlocked("韦正")` opens what is sealed to a handler.
Every passphrase is stretched at the least cost.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from starlette.applications import Starlette

from bot.app import House
from bot.channels.telegram import TelegramChannel
from bot.channels.web import WebChannel, WebParts, web_app
from bot.conversation.channel import MAX_FILE_BYTES, Sweep
from bot.conversation.courier import Courier
from bot.conversation.messages import Choice
from bot.conversation.router import Router
from bot.conversation.turns import TurnTaker
from bot.dialogs.joining import JoiningDialog
from bot.dialogs.report import ReportDialog
from bot.dialogs.track import TrackDialog
from bot.dialogs.track_adding import AddingDialog
from bot.dialogs.welcome import WelcomeDialog
from bot.services.casework.access import Desk
from bot.services.invitations import looks_like_code
from bot.services.reports.content import Concerned, Contact, FileLabel, NamedOrganisation, Report
from bot.services.reports.guesses import Guesses
from bot.services.reports.intake import Attached, Filed, HandIn, submit
from bot.services.reports.tracking import asks_to_track, looks_like_receipt
from bot.services.working_days import WorkingDays
from bot.settings import Settings
from storage import LEAST, Handler, Unlocked, new_keys, new_recovery, unlock
from tests.support.city_house import MONDAY, ORGANISATIONS, PEOPLE, City, Received, Rows, Terminals, take_in
from tests.support.small_house import INTENTS, EchoDialog, KeywordReader
from tests.support.stores import KEYS
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_service import webhook
from tests.support.telegram_user import TelegramUser
from tests.support.terminal_user import TerminalUser
from tests.support.web_service import browser
from tests.support.web_user import WebUser
from yanlu.texts.reports import COMMAND

ROADS = ("terminal", "web", "polling", "webhook")
Reporter = TerminalUser | TelegramUser | WebUser
HANDLERS = (("冬青", "临江市委"), ("韦正", "青石区委"), ("蓝月", "青石区委"))
"""Who receives reports, and for which organisation."""
STORY = "去年以来的工程招标从来不上会,都是一个人说了算。"


class ReportTerminals(Terminals):
    """Terminals by which files can be sent."""

    async def fetch(self, reference: str, limit: int = MAX_FILE_BYTES) -> bytes:
        return await next(iter(self.of.values())).fetch(reference, limit)

    async def clean(self, address: str) -> Sweep | None:
        return await self.at(address).clean(address)


@dataclass
class ReportHouse(City):
    """The city with its handlers. `papers`: the printed recovery keys by the organisation's name.

    `whole`: with the house's own router, whose readers take seconds to make, in place of the fewest dialogs.
    """

    whole: bool = False
    papers: dict[str, str] = field(default_factory=dict)
    _pages: Starlette = field(init=False)
    wrong: Guesses = field(default_factory=Guesses)

    async def stranger(self, road: str | None = None) -> Reporter:  # type: ignore[override]  # one more road
        """Somebody in front of a device; the dialogs, which take long to make, are wired for the first."""
        await self._ready()
        if (road or self.road) == "web":
            return WebUser(await self.stack.enter_async_context(browser(self._pages)))
        return await super().stranger(road)

    async def guesses(self, user: Reporter, value: str) -> None:
        """Have a device send a choice value that no button of it showed."""
        if isinstance(user, WebUser):
            await user._submits({"choice": value})
            return
        await super().guesses(user, value)

    async def received(self, user: Reporter) -> list[Received]:
        """The documents that came to this device and can still be had, the oldest first."""
        if not isinstance(user, WebUser):
            return self.files(user)
        assert user.page is not None
        answers = [await user.client.get(address) for address in user.page.downloads]
        return [Received(each.headers["content-disposition"], each.content) for each in answers]

    async def _poll(self) -> None:
        if self.road == "webhook" and not self._polls:
            self._polls = True
            await self.stack.enter_async_context(webhook(self.api, self._telegram, self.taker.accept))
        await super()._poll()

    async def delivered(self) -> None:
        """Carry everything that waits in the outbox."""
        await self._ready()
        await super().delivered()

    async def _ready(self) -> None:
        if not hasattr(self, "taker"):
            await self.open()

    async def open(self) -> None:
        """Wire the channels, and the dialogs of reports with the fewest others."""
        if self.whole:
            await super().open()
            return
        router = self._fewest()
        commands = tuple(router.commands.items())
        self._terminals = ReportTerminals(self.downloads)
        self._telegram = TelegramChannel(
            self.api.token, commands=commands, base_url=self.api.url, clock=self.clock
        )
        self.stack.push_async_callback(self._telegram.close)
        web = WebChannel()
        self.courier = Courier(self.house.database, [self._terminals, self._telegram, web], self.clock)
        self.stack.push_async_callback(self.courier.close)
        self.taker = TurnTaker(self.house.database, router, self.courier)
        opaque = self.house.database.keys.opaque
        self._pages = web_app(
            WebParts(web, self.taker.take, self.house.library, opaque, self.clock, commands)
        )

    def _fewest(self) -> Router:
        track = TrackDialog(self.desk, self.wrong)
        joining = JoiningDialog(self.house.directories)
        parts = [EchoDialog(), joining, ReportDialog(self.desk), track, AddingDialog(self.desk, track)]
        roads = [Choice(COMMAND, "report:start")]
        shapes = {looks_like_code: joining.name, looks_like_receipt: track.name, asks_to_track: track.name}
        intents = {**INTENTS, "report": "report", "track": "track"}
        return Router([WelcomeDialog({}, roads), *parts], KeywordReader(), intents, shapes)

    @property
    def desk(self) -> Desk:
        """What casework needs beside the database."""
        return Desk(self.house.directories, WorkingDays())

    async def organisation(self, name: str) -> str:
        """The id of the organisation of that name."""
        found = [each.id for each in (await self.directory()).organisations.values() if each.name == name]
        assert len(found) == 1, f"{name!r} means {found}"
        return found[0]

    async def enrol(self, who: str, organisation: str) -> Handler:
        """Let somebody receive reports, under the passphrase of `passphrase`."""
        person, place = await self.person(who), await self.organisation(organisation)
        async with self.work() as work:
            return await work.handlers.enrol(
                person.id, place, new_keys(self.passphrase(who), LEAST), self.today
            )

    async def revoke(self, who: str) -> None:
        """End somebody's receiving of reports."""
        person = await self.person(who)
        async with self.work() as work:
            handler = await work.handlers.by_person(person.id)
            assert handler is not None
            await work.handlers.revoke(handler.id, self.today)

    async def print_recovery(self, organisation: str) -> str:
        """Make an organisation's recovery key and keep its paper."""
        place = await self.organisation(organisation)
        public, printed = new_recovery()
        async with self.work() as work:
            await work.handlers.set_recovery(place, public, self.today)
        self.papers[organisation] = printed
        return printed

    @staticmethod
    def passphrase(who: str) -> str:
        return f"口令:{who}在窗边读书"

    async def handler(self, who: str) -> Handler:
        person = await self.person(who)
        async with self.work() as work:
            found = await work.handlers.by_person(person.id)
        assert found is not None, f"{who} receives no reports"
        return found

    async def unlocked(self, who: str) -> Unlocked:
        """A handler's opened key."""
        return unlock(await self.handler(who), self.passphrase(who))

    async def report(
        self, about: str = "钱卫", text: str = STORY, *, organisation: str | None = None, **changed: object
    ) -> Report:
        """A report on somebody known, with the organisation of their first post unless another is named."""
        person, directory = await self.person(about), await self.directory()
        post = directory.posts_of(person.id, self.today)[0]
        place = directory.organisation(
            post.organisation if organisation is None else await self.organisation(organisation)
        )
        position = post.role if post.role in ("head", "member") else "other"
        values = {
            "category": "廉洁",
            "organisations": (NamedOrganisation(name=place.name, id=place.id),),
            "people": (Concerned(name=person.name, position=position, person=person.id),),
            "course": text,
        }
        return Report.model_validate(values | changed)

    async def filed(
        self,
        about: str = "钱卫",
        text: str = STORY,
        *,
        contact: Contact | None = None,
        files: tuple[bytes, ...] = (),
        **changed: object,
    ) -> Filed:
        """Hand a report in, without a chat."""
        report = await self.report(about, text, named=contact is not None, **changed)
        attached = tuple(
            Attached(FileLabel(media_type="text/plain", ending=".txt", size=len(each)), each)
            for each in files
        )
        async with self.work() as work:
            found = await submit(work, self.desk, HandIn(report, contact, attached), self.today)
        assert found is not None, "nobody can receive it"
        return found

    async def numbers(self) -> list[str]:
        """The numbers of all cases there are."""
        async with self.work() as work:
            return [
                each.number for each in await work.cases.statistics(self.today.replace(year=2000), self.today)
            ]


@asynccontextmanager
async def report_house(
    home: Path,
    url: str,
    road: str = "terminal",
    *,
    organisations: Rows = ORGANISATIONS,
    people: Rows = PEOPLE,
    handlers: tuple[tuple[str, str], ...] = HANDLERS,
    whole: bool = False,
) -> AsyncIterator[ReportHouse]:
    """Open the city with these handlers enrolled, and a recovery key for each of their organisations."""
    moved: list[ReportHouse] = []
    settings = Settings(home=home, database_url=SecretStr(url), embeddings="off", key=SecretStr(KEYS.dump()))
    async with AsyncExitStack() as stack:
        opened = House.open(settings, clock=lambda: moved[0].now if moved else MONDAY)
        house = await stack.enter_async_context(opened)
        api = await stack.enter_async_context(FakeBotApi())
        city = ReportHouse(house, MONDAY, road, home / "downloads", stack, api, whole=whole)
        moved.append(city)
        if organisations or people:
            await take_in(city, organisations, people)
        for who, organisation in handlers:
            await city.enrol(who, organisation)
        for organisation in dict.fromkeys(organisation for _, organisation in handlers):
            await city.print_recovery(organisation)
        yield city
