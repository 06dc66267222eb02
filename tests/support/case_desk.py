"""A city with handlers at their desks, and reports that come in: for tests of casework, over a store.

沈市 (city) is over 青区 (district) and 白区 (white); 住建局 (bureau) is under 青区. 钱卫 heads the bureau.
冬青 receives for the city, 韦正 and 蓝月 for 青区, 沈秋 for 白区; 管清 administers and receives nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.services.casework.access import Desk, Sitting
from bot.services.casework.deadlines import Terms
from bot.services.casework.handling import set_status
from bot.services.casework.queue import Queued, QueueFilter, queue_length, queue_page
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.reports.content import Concerned, Contact, FileLabel, NamedOrganisation, Report
from bot.services.reports.intake import Attached, Filed, HandIn, submit
from bot.services.working_days import WorkingDays
from storage import (
    LEAST,
    CaseGroup,
    Database,
    InternalStatus,
    Organisation,
    Person,
    Post,
    UnitOfWork,
    Unlocked,
    new_keys,
    new_recovery,
    unlock,
)
from storage.people_rows import Role

NOW = datetime(2026, 3, 4, 10, tzinfo=BEIJING)
TODAY = NOW.date()
STORY = "去年以来的工程招标从来不上会"

ORGANISATIONS = (
    Organisation("city", "A", "沈市委"),
    Organisation("district", "A01", "青区委", "city"),
    Organisation("white", "A02", "白区委", "city"),
    Organisation("bureau", "A0101", "住建局", "district"),
)
PEOPLE = {
    "dong": "冬青",
    "wei": "韦正",
    "lan": "蓝月",
    "shen": "沈秋",
    "guan": "管清",
    "qian": "钱卫",
    "gu": "顾长风",
    "liu": "柳成",
}
POSTS: tuple[tuple[str, str, Role], ...] = (
    ("dong", "city", "discipline"),
    ("wei", "district", "discipline"),
    ("lan", "district", "organisation"),
    ("shen", "white", "discipline"),
    ("guan", "district", "administrator"),
    ("qian", "bureau", "head"),
    ("gu", "district", "head"),
    ("liu", "bureau", "member"),
)
HANDLERS = {"dong": "city", "wei": "district", "lan": "district", "shen": "white"}


def passphrase(person: str) -> str:
    return f"口令:{PEOPLE[person]}在窗边读书"


@dataclass
class CaseDesk:
    """The city, with a day that can be moved."""

    database: Database
    desk: Desk
    now: datetime = NOW
    papers: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.date()

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        async with self.database.transaction(self.now) as work:
            yield work

    async def unlocked(self, person: str) -> Unlocked:
        async with self.work() as work:
            handler = await work.handlers.by_person(person)
        assert handler is not None
        return unlock(handler, passphrase(person))

    @asynccontextmanager
    async def sitting(self, person: str | Unlocked) -> AsyncIterator[Sitting]:
        unlocked = await self.unlocked(person) if isinstance(person, str) else person
        async with self.work() as work:
            yield Sitting(work, self.desk, unlocked, self.today)

    async def enrol(self, person: str, organisation: str) -> None:
        async with self.work() as work:
            await work.handlers.enrol(person, organisation, new_keys(passphrase(person), LEAST), self.today)

    async def revoke(self, person: str) -> None:
        async with self.work() as work:
            handler = await work.handlers.by_person(person)
            assert handler is not None
            assert await work.handlers.revoke(handler.id, self.today)

    async def appoint(self, person: str, organisation: str, role: Role = "member") -> None:
        async with self.work() as work:
            await work.people.put_posts(
                [Post(f"{person}@{organisation}", person, organisation, role, "职务")]
            )

    async def filed(
        self,
        text: str = STORY,
        *,
        about: str = "qian",
        at: str = "bureau",
        contact: Contact | None = None,
        files: tuple[bytes, ...] = (),
        category: str = "廉洁",
    ) -> Filed:
        report = Report(
            category=category,
            organisations=(NamedOrganisation(name="被反映单位", id=at),),
            people=(Concerned(name=PEOPLE[about], position="head", person=about),),
            course=text,
            named=contact is not None,
        )
        attached = tuple(
            Attached(FileLabel(media_type="text/plain", ending=".txt", size=len(each)), each)
            for each in files
        )
        async with self.work() as work:
            found = await submit(work, self.desk, HandIn(report, contact, attached), self.today)
        assert found is not None
        return found

    async def moved(self, person: str, number: str, *steps: InternalStatus) -> None:
        """Set one internal status after another, as a handler does."""
        for then in steps:
            async with self.sitting(person) as at:
                await set_status(at, number, then)

    async def row(self, number: str):
        async with self.work() as work:
            return await work.cases.get(number)

    async def steps(self, number: str) -> list[tuple[str, str]]:
        """Who did what with a case, by the audit log; handlers by their person."""
        async with self.work() as work:
            people = {f"handler:{each.id}": each.person for each in await work.handlers.all()}
            return [(people.get(each.actor, each.actor), each.action) for each in await work.audit.of(number)]


async def whole_queue(at: Sitting, group: CaseGroup = "open") -> tuple[Queued, ...]:
    """A handler's whole queue."""
    chosen = QueueFilter(group)
    await queue_length(at, chosen)
    return await queue_page(at, chosen)


async def case_desk(database: Database, terms: Terms | None = None) -> CaseDesk:
    """Put the city in, with its handlers and a recovery key for each of their organisations."""
    desk = Desk(DirectoryService(database), WorkingDays(), terms or Terms())
    made = CaseDesk(database, desk)
    async with made.work() as work:
        await work.people.put_organisations(ORGANISATIONS)
        await work.people.put_people([Person(id_, f"P-{id_}", name) for id_, name in PEOPLE.items()])
        await work.people.put_posts(
            [Post(f"{person}-{place}", person, place, role, "职务") for person, place, role in POSTS]
        )
    for person, place in HANDLERS.items():
        await made.enrol(person, place)
    for place in dict.fromkeys(HANDLERS.values()):
        public, made.papers[place] = new_recovery()
        async with made.work() as work:
            await work.handlers.set_recovery(place, public, made.today)
    return made
