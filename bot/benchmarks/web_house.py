"""The house that the benchmark of the web is run in: many cases, then also a city's ledgers and all that hangs on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from bot.benchmarks.intake import BUREAUS, DISTRICTS, handed, settle
from bot.services.casework.access import Desk
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.invitations import issue
from bot.services.reports.content import FileLabel
from bot.services.reports.intake import Attached, submit
from bot.services.talk_record import TALK
from bot.services.working_days import WorkingDays
from bot.state import prepared
from storage import (
    Database,
    Excuse,
    JobResult,
    NewPlan,
    NewRecord,
    NewTicket,
    Person,
    Post,
    RecordPerson,
    StoredDocument,
    UnitOfWork,
    load_keys,
)
from storage.people_rows import Role

PLACES: Final = 62
"""Bureaus in each district: with districts and the city about 500 organisations."""
RECEIVER: Final = "o0p1"
"""Who receives the cases: the head of discipline of the first district."""
PEOPLE: Final[Mapping[str, str]] = {
    "handler": RECEIVER,
    "discipline": "op1",
    "liaison": "op6",
    "administrator": "op7",
}
"""Who signs in, by what they do: the head of discipline and the liaison of the city see all of it."""
_FILES: Final = (Attached(FileLabel(media_type="image/png", ending=".png", size=1024), bytes(1024)),)
"""Of every case."""
_EXTRA: Final[tuple[tuple[int, Role], ...]] = ((6, "liaison"), (7, "administrator"))
_DAYS: Final = 3 * 365
_AT_ONCE: Final = 1_000
_SEED: Final = 20210924


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is of what."""

    cases: int = 10_000
    records: int = 20_000
    places: int = PLACES
    plans: int = 2_000
    questions: int = 2_000
    documents: int = 60
    steps: int = 2_000
    jobs: int = 60


Codes = Mapping[str, str]
"""Invitations by role."""


async def opened(home: Path, url: str) -> Database:
    """Open the benchmark's database, migrated."""
    database = Database.open(url, keys=await load_keys(url, key_file=prepared(home) / "keys", setting=None))
    await database.migrate()
    return database


async def with_cases(home: Path, url: str, sizes: Sizes) -> None:
    """Found a city whose first district has the cases. Raises EvaluationError when there are organisations."""
    database = await opened(home, url)
    try:
        now = datetime.now(BEIJING)
        await settle(database, now, sizes.places)
        desk = Desk(DirectoryService(database), WorkingDays())
        for begin in range(0, sizes.cases, BUREAUS * 25):
            async with database.transaction(now) as work:
                for number in range(begin, min(begin + BUREAUS * 25, sizes.cases)):
                    given = handed(number % BUREAUS * DISTRICTS)
                    await submit(work, desk, replace(given, files=_FILES), now.date())
    finally:
        await database.close()


async def with_ledgers(home: Path, url: str, sizes: Sizes) -> Codes:
    """Add the ledgers and the rest; gives everybody's invitations."""
    database = await opened(home, url)
    try:
        now = datetime.now(BEIJING)
        async with database.transaction(now) as work:
            await _seats(work)
        for begin in range(0, sizes.records, _AT_ONCE):
            async with database.transaction(now) as work:
                await _talks(work, range(begin, min(begin + _AT_ONCE, sizes.records)), sizes, now)
        async with database.transaction(now) as work:
            await _rest(work, sizes, now)
            return {role: await issue(work, person, now) for role, person in PEOPLE.items()}
    finally:
        await database.close()


async def _seats(work: UnitOfWork) -> None:
    """Seat liaisons everywhere and an administrator in the city."""
    organisations, _, _ = await work.people.load()
    seats = [
        (each.id, seat, role)
        for each in organisations
        for seat, role in _EXTRA
        if role == "liaison" or each.id == "o"
    ]
    await work.people.put_people(
        [Person(f"{place}p{seat}", f"{place}-{seat}", f"测试人{place}{seat}") for place, seat, _ in seats]
    )
    await work.people.put_posts(
        [
            Post(f"{place}x{seat}", f"{place}p{seat}", place, role, "测试职务", date(2020, 1, 1))
            for place, seat, role in seats
        ]
    )


async def _talks(work: UnitOfWork, numbers: range, sizes: Sizes, now: datetime) -> None:
    """File talks; of a quarter of them something is to be put right, and here and there one is corrected or void."""
    chance = Random(_SEED + numbers.start)  # noqa: S311 - a benchmark's data, not a secret
    for number, talk in zip(numbers, _drawn(chance, len(numbers), sizes, now.date()), strict=True):
        stored = await work.ledger.file(talk, now)
        if number % 4 == 0:
            subject = talk.people[1]
            due = talk.day + timedelta(days=chance.randint(7, 90))
            unit = subject.organisation or talk.organisation
            words = "会议记录不全,个别事项先办后议。"
            await work.tickets.add(
                [NewTicket(stored.entry.id, "problem", words, unit, subject.person, due)], talk.day
            )
        if number % 40 == 1:
            fixed = replace(talk, body={**talk.body, "place": "三楼谈话室"})
            await work.ledger.correct(
                stored.entry.id, fixed, reason="地点写错。", author=talk.author, now=now
            )
        if number % 100 == 2:
            await work.ledger.void(stored.entry.id, reason="重复登记。", author=talk.author, now=now)
        if number % 10 == 3:
            await work.standing.ask(stored.entry.id, 1, talk.people[1].person, now)


def _drawn(chance: Random, count: int, sizes: Sizes, today: date) -> Iterator[NewRecord]:
    """Talks as they are owed: heads with heads below and with their own people."""
    for _ in range(count):
        district = f"o{chance.randrange(DISTRICTS)}"
        bureau = f"{district}{chance.randrange(sizes.places)}"
        unit, above = (bureau, district) if chance.random() < 0.8 else (district, "o")
        kind, talker, subject = chance.choice(
            (
                ("谈心谈话", f"{unit}p0", f"{unit}p{chance.randint(1, 5)}"),
                ("监督谈话", f"{above}p0", f"{unit}p0"),
                ("纪检负责人谈话", f"{above}p1", f"{unit}p0"),
            )
        )
        day = today - timedelta(days=chance.randrange(_DAYS))
        yield _talk(kind, talker, subject, day, chance)


def _talk(kind: str, talker: str, subject: str, day: date, chance: Random) -> NewRecord:
    ledger, unit = talker.partition("p")[0], subject.partition("p")[0]
    return NewRecord(
        kind=TALK,
        talk_type=kind,
        organisation=ledger,
        day=day,
        author=talker,
        body=_words(kind, talker, subject, day, chance),
        people=(RecordPerson("talker", talker, ledger), RecordPerson("subject", subject, unit)),
    )


def _words(kind: str, talker: str, subject: str, day: date, chance: Random) -> dict[str, object]:
    return {
        "talk_type": kind,
        "mode": chance.choice(("个别", "个别", "个别", "受委托")),
        "talkers": [{"name": f"测试人{talker}", "person": talker}],
        "subjects": [{"name": f"测试人{subject}", "person": subject}],
        "day": day.isoformat(),
        "place": "二楼谈话室",
        "points": [f"第{chance.randrange(10**6)}次测试谈话,讲了班子建设、请示报告和项目审批的要求。" * 2],
        "problems": ["会议记录不全,个别事项先办后议。"],
        "requirements": [{"text": "补齐会议记录,按程序上会。", "due": None}],
    }


async def _rest(work: UnitOfWork, sizes: Sizes, now: datetime) -> None:
    """Plans, reasons, questions, editions of documents, steps of the house's own log, jobs."""
    chance = Random(_SEED)  # noqa: S311 - as above
    today = now.date()
    stored = await work.ledger.file(_talk("谈心谈话", "o0p0", RECEIVER, today, chance), now)
    await work.standing.ask(stored.entry.id, 1, RECEIVER, now)
    for _ in range(sizes.plans):
        district = f"o{chance.randrange(DISTRICTS)}"
        talker, day = (
            chance.choice(("op0", f"{district}p0")),
            today + timedelta(days=chance.randrange(-10, 60)),
        )
        subject = f"{district}p0" if talker == "op0" else f"{district}{chance.randrange(sizes.places)}p0"
        place = talker.partition("p")[0]
        await work.plans.add(
            NewPlan("监督谈话", place, talker, (subject,), day, talker, {"time": "15:00", "place": "谈话室"})
        )
        reason = Excuse(subject, "纪检负责人谈话", str(today.year), "外出学习。", "op6", now)
        await work.standing.excuse(reason)
    for number in range(sizes.questions):
        id_ = await work.questions.add(f"第{number}个没有答上的问题,谈话室要多大?", None, now)
        if number % 4 == 0:
            await work.questions.answer(id_, "原文未作规定。", measure=None, citation=None, now=now)
        await work.feedback.add("谈话多久一次?", "answer", helpful=number % 3 > 0, measure=None, day=today)
    for number in range(sizes.documents):
        text = f"第{number}份旧文件。各单位要按照规定认真落实,做好记录。\n" * 500
        await work.documents.add(
            StoredDocument(
                f"bench{number:07}", f"旧文件{number}", text, f"{number:064}", 1, now, retired=today
            ),
            (),
        )
    for number in range(sizes.steps):
        await work.audit.append("system", f"terms:o{number % DISTRICTS}", None, today)
    for number in range(sizes.jobs):
        for person in PEOPLE.values():
            job = await work.jobs.add(person, "ledger", now)
            if number % 2:
                await work.jobs.end(job, JobResult("已生成。", "台账.xlsx", "text/plain", b"0" * 20_000), now)
