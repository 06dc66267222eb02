"""`yanlu bench records`: lists, counts and figures of one organisation among 100,000 records."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Final

from bot.benchmarks.databases import on_databases
from bot.services import figures
from bot.services.clock import BEIJING
from bot.services.coverage import Coverage
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.files.statement import DutyReport
from bot.services.standing import StandingService
from bot.services.talk_record import TALK
from bot.state import prepared
from knowledge.evaluation.timing import percentile, resident_mb
from storage import (
    Database,
    NewRecord,
    NewTicket,
    Organisation,
    Person,
    Post,
    RecordPerson,
    RecordQuery,
    TicketQuery,
    UnitOfWork,
    load_keys,
)
from storage.people_rows import Role
from yanlu.errors import EvaluationError
from yanlu.texts import standing as texts

RECORDS: Final = 100_000
ORGANISATIONS: Final = 200
ROUNDS: Final = 60
TODAY: Final = date(2026, 11, 23)
NOW: Final = datetime(2026, 11, 23, 10, tzinfo=BEIJING)
DAYS: Final = 1_800
"""The records lie in about five years."""
PER_TRANSACTION: Final = 1_000
PAGE: Final = 20
_DISTRICTS: Final = 15
_ROLES: Final[tuple[Role, ...]] = (
    "head", "discipline", "organisation", "member", "member", "member", "section", "section", "liaison", "staff",
)  # fmt: skip
_SEED: Final = 20210924

Figures = dict[str, object]
Operation = Callable[[UnitOfWork, str], Awaitable[object]]


@dataclass(frozen=True)
class _City:
    """A made-up city: who sits where."""

    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    posts: tuple[Post, ...]

    @classmethod
    def of(cls, size: int) -> "_City":
        """A city with districts, and units under them; ten people in each."""
        organisations = [Organisation("o0", "0", "测试市")]
        for number in range(1, size):
            above = "o0" if number <= _DISTRICTS else f"o{number % _DISTRICTS + 1}"
            organisations.append(Organisation(f"o{number}", str(number), f"测试单位{number}", above))
        seats = [(each.id, role, place) for each in organisations for place, role in enumerate(_ROLES)]
        people = tuple(
            Person(f"{id_}p{place}", f"{id_}-{place}", f"测试人{id_}{place}") for id_, _, place in seats
        )
        posts = tuple(
            Post(f"{id_}x{place}", f"{id_}p{place}", id_, role, "测试职务", date(2020, 1, 1))
            for id_, role, place in seats
        )
        return cls(tuple(organisations), people, posts)

    def talks(self, count: int, chance: Random) -> Iterator[NewRecord]:
        """Talks as they are owed: heads with heads below and with their own people."""
        parents = {each.id: each.parent for each in self.organisations}
        for number in range(count):
            unit = f"o{chance.randrange(len(self.organisations))}"
            parent = parents[unit]
            kind, talker, subject = chance.choice(
                (
                    ("谈心谈话", f"{unit}p0", f"{unit}p{chance.randint(1, 5)}"),
                    ("廉政谈话", f"{unit}p3", f"{unit}p6"),
                    ("监督谈话", f"{parent or unit}p0", f"{unit}p{0 if parent else 3}"),
                    ("纪检负责人谈话", f"{parent or unit}p1", f"{unit}p{0 if parent else 3}"),
                )
            )
            ledger = talker.partition("p")[0]
            day = TODAY - timedelta(days=chance.randrange(DAYS))
            yield NewRecord(
                kind=TALK,
                talk_type=kind,
                organisation=ledger,
                day=day,
                author=talker,
                body=_words(kind, talker, subject, day, number),
                people=(RecordPerson("talker", talker, ledger), RecordPerson("subject", subject, unit)),
            )


def _words(kind: str, talker: str, subject: str, day: date, number: int) -> dict[str, object]:
    return {
        "talk_type": kind,
        "talkers": [{"name": talker, "person": talker}],
        "subjects": [{"name": subject, "person": subject}],
        "day": day.isoformat(),
        "place": "二楼谈话室",
        "points": [f"第{number}次测试谈话,讲了班子建设、请示报告和项目审批的要求。" * 2],
        "problems": ["会议记录不全,个别事项先办后议。"],
        "requirements": [{"text": "补齐会议记录,按程序上会。", "due": None}],
    }


async def bench_records(
    home: Path, url: str, *, records: int = RECORDS, organisations: int = ORGANISATIONS, rounds: int = ROUNDS
) -> Figures:
    """Fill an empty database, then measure; the object of `yanlu bench` with each operation's own figures.

    An operation is one organisation's page, count, coverage … in a transaction of its own; one that raises or
    finds nothing at all in any round is an error. The key file is made in `home`. Raises EvaluationError when the
    database already holds organisations.
    """
    database = Database.open(url, keys=await load_keys(url, key_file=prepared(home) / "keys", setting=None))
    try:
        await database.migrate()
        city = _City.of(organisations)
        begun = perf_counter()
        await _filled(database, city, records)
        seconds = perf_counter() - begun
        return {**await _measured(database, city, rounds), "records": records, "fill_s": round(seconds, 1)}
    finally:
        await database.close()


async def bench_databases(url: str | None = None, *, records: int = RECORDS) -> Figures:
    """Measure on SQLite and, where there is one, on PostgreSQL (`on_databases`)."""
    return await on_databases(partial(bench_records, records=records), url)


async def _filled(database: Database, city: _City, records: int) -> None:
    async with database.transaction(NOW) as work:
        if (await work.people.load())[0]:
            raise EvaluationError(texts.BENCH_NOT_EMPTY, next_step=texts.BENCH_EMPTY_NEXT)
        await work.people.put_organisations(city.organisations)
        await work.people.put_people(city.people)
        await work.people.put_posts(city.posts)
    chance = Random(_SEED)  # noqa: S311 - a benchmark's data, not a secret
    talks = city.talks(records, chance)
    for start in range(0, records, PER_TRANSACTION):
        async with database.transaction(NOW) as work:
            for number in range(start, min(start + PER_TRANSACTION, records)):
                talk = next(talks)
                stored = await work.ledger.file(talk, NOW)
                if number % 4 == 0:
                    await work.tickets.add([_ticket(stored.entry.id, talk, chance)], talk.day)


def _ticket(record: int, talk: NewRecord, chance: Random) -> NewTicket:
    subject = talk.people[1]
    due = talk.day + timedelta(days=chance.randint(7, 90))
    unit = subject.organisation or talk.organisation
    return NewTicket(record, "problem", "会议记录不全,个别事项先办后议。", unit, subject.person, due)


def _operations(standing: StandingService) -> dict[str, Operation]:
    year = Period.year(TODAY.year)

    def own(unit: str, *, whole_year: bool = False) -> RecordQuery:
        if whole_year:
            return RecordQuery(organisations=(unit,), since=year.start, until=year.end)
        return RecordQuery(organisations=(unit,))

    return {
        "page": lambda work, unit: work.ledger.find(own(unit), limit=PAGE),
        "count": lambda work, unit: work.ledger.count(own(unit)),
        "coverage": lambda work, unit: standing.owed_in(work, unit, year, TODAY),
        "owed": lambda work, unit: standing.owed_by(work, f"{unit}p0", year, TODAY),
        "figures": lambda work, unit: standing.figures(work, (unit,), year, TODAY),
        "statement": lambda work, unit: standing.statement(work, f"{unit}p0", TODAY.year, TODAY),
        "tickets": lambda work, unit: work.tickets.find(
            TicketQuery(organisations=(unit,), open=True), limit=PAGE
        ),
        "overdue": lambda work, unit: standing.overdue_tickets(work, TODAY, organisations=(unit,)),
        "export": lambda work, unit: work.ledger.entries(own(unit, whole_year=True)),
    }


async def _measured(database: Database, city: _City, rounds: int) -> Figures:
    operations = _operations(StandingService(DirectoryService(database)))
    chance = Random(_SEED + 1)  # noqa: S311 - as above
    units = [chance.choice(city.organisations).id for _ in range(rounds)]
    for operation in operations.values():  # the directory and the obligations are kept from here on
        await _timed(database, operation, units[:1])
    begun, worked = perf_counter(), process_time()
    each: dict[str, list[float]] = {}
    errors = 0
    for name, operation in operations.items():
        each[name], faults = await _timed(database, operation, units)
        errors += faults
    seconds, work = perf_counter() - begun, process_time() - worked
    every = [one for times in each.values() for one in times]
    return {
        "per_second": round(len(every) / seconds, 1),
        "errors": errors,
        "p50_ms": percentile(every, 50),
        "p95_ms": percentile(every, 95),
        "cpu_ms": round(work * 1000 / len(every), 3),
        "rss_mb": resident_mb(),
        "operations": {
            name: {"p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
            for name, times in each.items()
        },
    }


async def _timed(database: Database, operation: Operation, units: Sequence[str]) -> tuple[list[float], int]:
    """Milliseconds of each, and how many failed; all of them count as failed when none found anything."""
    times, faults, found = [], 0, False
    for unit in units:
        begun = perf_counter()
        try:
            async with database.transaction(NOW) as work:
                found = _is_something(await operation(work, unit)) or found
        except Exception:  # noqa: BLE001 - counted, whatever it is
            faults += 1
        times.append((perf_counter() - begun) * 1000)
    return times, faults if found else len(units)


def _is_something(result: object) -> bool:
    """Tell whether an operation found anything."""
    if isinstance(result, Coverage):
        return bool(result.total.records)
    if isinstance(result, figures.Figures):
        return bool(result.talks.ids)
    if isinstance(result, DutyReport):
        return bool(result.talks)
    return bool(result)
