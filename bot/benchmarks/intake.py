"""`yanlu bench intake`: reports handed in end to end through the service, many at a time, in one process.

Each report is a turn's transaction of its own: routed, sealed to its readers, filed, put on record, committed; what
it takes until then is its time. A tenth is by name, a tenth has a file. Handlers' passphrases are stretched at the
least cost, as no passphrase is touched by an intake.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from bot.benchmarks.databases import on_databases
from bot.services.casework.access import Desk
from bot.services.clock import BEIJING
from bot.services.directory import DirectoryService
from bot.services.reports.content import Concerned, Contact, FileLabel, NamedOrganisation, Report
from bot.services.reports.guesses import Guesses
from bot.services.reports.intake import Attached, Filed, HandIn, submit
from bot.services.reports.tracking import looked_up
from bot.services.working_days import WorkingDays
from bot.state import prepared
from knowledge.evaluation.timing import percentile, resident_mb
from storage import LEAST, Database, Organisation, Person, Post, load_keys, new_keys, new_recovery
from storage.people_rows import Role
from yanlu.errors import EvaluationError
from yanlu.texts import standing as texts

REPORTS: Final = 2_000
CONCURRENCY: Final = 32
TODAY: Final = date(2026, 11, 23)
NOW: Final = datetime(2026, 11, 23, 10, tzinfo=BEIJING)
DISTRICTS: Final = 8
BUREAUS: Final = 8
"""Under each district."""
SAMPLE: Final = 20
"""Of so many receipts one is opened again."""
PASSPHRASE: Final = "测量用的口令"  # noqa: S105 - of handlers who exist in a benchmark only
"""Of every handler's key."""
_WARMING: Final = 20
_FILE: Final = bytes(48 * 1024)
_TENTH: Final = 10
_ROLES: Final[tuple[Role, ...]] = ("head", "discipline", "organisation", "member", "member", "staff")
_RECEIVING: Final = (1, 2)
"""The seats whose holders receive reports: the heads of discipline and of the organisation department."""
_COURSE: Final = "去年以来的工程招标从来不上会,都是一个人说了算,纪要是事后补的,参会的人没有签字。" * 8

Figures = dict[str, object]


async def bench_intake(
    home: Path, url: str, *, reports: int = REPORTS, concurrency: int = CONCURRENCY
) -> Figures:
    """Fill an empty database with a small city and its handlers, then hand reports in; the object of `yanlu bench`.

    A report that is not kept is an error, and so are a receipt of the sample that does not open its own report, a
    case too many or too few, and a broken audit chain. "cpu_ms" is this process's, without a server's. The key file
    is made in `home`. Raises EvaluationError when the database already holds organisations.
    """
    database = Database.open(url, keys=await load_keys(url, key_file=prepared(home) / "keys", setting=None))
    try:
        await database.migrate()
        await settle(database, NOW)
        return await _measured(database, reports, concurrency)
    finally:
        await database.close()


async def bench_intake_databases(url: str | None = None, *, reports: int = REPORTS) -> Figures:
    """Measure on SQLite and, where there is one, on PostgreSQL (`on_databases`)."""
    return await on_databases(partial(bench_intake, reports=reports), url)


def _organisations(bureaus: int) -> Iterator[Organisation]:
    yield Organisation("o", "0", "测试市")
    for district in range(DISTRICTS):
        yield Organisation(f"o{district}", f"0{district}", f"测试区{district}", "o")
        for bureau in range(bureaus):
            name = f"{district}{bureau}"
            yield Organisation(f"o{name}", f"0{name}", f"测试局{name}", f"o{district}")


async def settle(database: Database, now: datetime, bureaus: int = BUREAUS) -> None:
    """Found a city of districts and bureaus; the city and each district receive, with a recovery key each."""
    organisations = tuple(_organisations(bureaus))
    seats = [(each.id, seat) for each in organisations for seat in range(len(_ROLES))]
    async with database.transaction(now) as work:
        if (await work.people.load())[0]:
            raise EvaluationError(texts.BENCH_NOT_EMPTY, next_step=texts.BENCH_EMPTY_NEXT)
        await work.people.put_organisations(organisations)
        await work.people.put_people(
            [Person(f"{place}p{seat}", f"{place}-{seat}", f"测试人{place}{seat}") for place, seat in seats]
        )
        await work.people.put_posts(
            [
                Post(f"{place}x{seat}", f"{place}p{seat}", place, _ROLES[seat], "测试职务", date(2020, 1, 1))
                for place, seat in seats
            ]
        )
        for place in ("o", *(f"o{district}" for district in range(DISTRICTS))):
            for seat in _RECEIVING:
                await work.handlers.enrol(f"{place}p{seat}", place, new_keys(PASSPHRASE, LEAST), now.date())
            await work.handlers.set_recovery(place, new_recovery()[0], now.date())


def handed(number: int) -> HandIn:
    """Give the report of that number: on the head of a bureau, so that its district receives it."""
    place = f"o{number % DISTRICTS}{number // DISTRICTS % BUREAUS}"
    named = number % _TENTH == 0
    report = Report(
        category="廉洁",
        organisations=(NamedOrganisation(name="测试局", id=place),),
        people=(Concerned(name="测试人", position="head", person=f"{place}p0"),),
        when="去年三月",
        where="二楼会议室",
        course=f"第{number}件:{_COURSE}",
        named=named,
    )
    label = FileLabel(media_type="image/png", ending=".png", size=len(_FILE))
    return HandIn(
        report,
        Contact(name="测试反映人", contact="13900000000") if named else None,
        (Attached(label, _FILE),) if number % _TENTH == 1 else (),
    )


class _Intake:
    """Hands reports in and opens receipts, counting what fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._desk = Desk(DirectoryService(database), WorkingDays())
        self._guesses = Guesses()
        self.errors = 0
        self.kept: dict[int, Filed] = {}

    async def hand_in(self, number: int) -> None:
        """Hand the report of that number in, in a transaction of its own."""
        report = handed(number)
        async with self._database.transaction(NOW) as work:
            filed = await submit(work, self._desk, report, TODAY)
        if filed is None:
            self.errors += 1
        else:
            self.kept[number] = filed

    async def open_again(self, number: int) -> None:
        """Open a report by its receipt, and compare."""
        async with self._database.transaction(NOW) as work:
            found = await looked_up(work, self._guesses, "测量", self.kept[number].receipt, NOW)
            content = None if found.case is None else await work.cases.report(found.case.key)
        if content != handed(number).report.packed():
            self.errors += 1

    async def whole(self) -> bool:
        """Whether there is one case for each kept report, and the audit chain holds."""
        async with self._database.transaction(NOW) as work:
            rows = await work.cases.statistics(TODAY, TODAY)
            numbers = sorted(each.number for each in rows)
            return numbers == sorted(each.number for each in self.kept.values()) and (
                await work.audit.verify() is None
            )

    async def timed(
        self, call: Callable[[int], Awaitable[None]], numbers: Iterator[int], concurrency: int
    ) -> list[float]:
        """Milliseconds of each call, so many at a time; one that raises is an error."""
        times: list[float] = []

        async def one_after_another() -> None:
            for number in numbers:
                begun = perf_counter()
                try:
                    await call(number)
                except Exception:  # noqa: BLE001 - counted, whatever it is
                    self.errors += 1
                times.append((perf_counter() - begun) * 1000)

        await asyncio.gather(*(one_after_another() for _ in range(concurrency)))
        return times


async def _measured(database: Database, reports: int, concurrency: int) -> Figures:
    intake = _Intake(database)
    await intake.timed(intake.hand_in, iter(range(-_WARMING, 0)), concurrency)
    begun, worked = perf_counter(), process_time()
    times = await intake.timed(intake.hand_in, iter(range(reports)), concurrency)
    seconds, work = perf_counter() - begun, process_time() - worked
    sample = [number for number in intake.kept if number >= 0 and number % SAMPLE == 0]
    opened = await intake.timed(intake.open_again, iter(sample), concurrency)
    intake.errors += not await intake.whole()
    return {
        "per_second": round(len(times) / seconds, 1),
        "errors": intake.errors,
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "cpu_ms": round(work * 1000 / len(times), 3),
        "rss_mb": resident_mb(),
        "reports": len(times),
        "concurrency": concurrency,
        "opened": len(opened),
        "open_p95_ms": percentile(opened, 95),
    }
