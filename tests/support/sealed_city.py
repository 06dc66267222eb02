"""Handlers and reports for tests of the case store, in the small city of `stored_city`."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from storage import LEAST, NewCase, RoutingFacts, UnitOfWork, new_keys, new_recovery, unlock
from storage.backend import backend_of
from storage.case_rows import Handler
from storage.schema import metadata
from tests.support.stored_city import settled

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 4)
LATER = TODAY + timedelta(days=1)
CASE_TABLES = [name for name in metadata.tables if name.startswith("case")]


def passphrase(person: str) -> str:
    return f"口令 of {person}"


async def enrolled(work: UnitOfWork, person: str, organisation: str) -> Handler:
    return await work.handlers.enrol(person, organisation, new_keys(passphrase(person), LEAST), TODAY)


async def staffed(work: UnitOfWork) -> str:
    """周岚 and 李默 receive for the city, 孙宁 for the district; gives the city's printed recovery key."""
    await settled(work)
    await enrolled(work, "zhou", "city")
    await enrolled(work, "li", "city")
    await enrolled(work, "sun", "district")
    public, printed = new_recovery()
    await work.handlers.set_recovery("city", public, TODAY)
    return printed


async def report(
    work: UnitOfWork, text: str = "局长招标不上会", *, people: tuple[str, ...] = ("zhou", "li"), **changed
):
    """A report on 钱卫 that the city receives."""
    handlers = [await work.handlers.by_person(each) for each in people]
    values = {
        "organisation": "city",
        "category": "廉洁",
        "priority": True,
        "day": TODAY,
        "report": text.encode(),
        "recipients": tuple(handlers),
        "recovery": await work.handlers.recovery("city"),
        "facts": RoutingFacts(people=frozenset({"qian"}), excluded=frozenset({"qian"}), candidates=("city",)),
        "due": date(2026, 3, 25),
    }
    return NewCase(**(values | changed))


async def unlocked(work: UnitOfWork, person: str):
    return unlock(await work.handlers.by_person(person), passphrase(person))


async def filed(database, text="局长招标不上会", **changed):
    async with database.transaction(NOW) as work:
        return await work.cases.file(await report(work, text, **changed))


async def full(database):
    """A case with a message and a file."""
    case = await filed(database, contact="王 13900000000".encode())
    async with database.transaction(NOW) as work:
        await work.case_messages.add(case.key, "补充一点".encode(), TODAY)
        await work.case_files.add(case.key, "账页.pdf".encode(), [b"x" * 200_000], TODAY)
    return case


async def rows(url, statement):
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        found = (await session.execute(sa.text(statement))).all()
    await backend.close()
    return found


async def left(url):
    """How many rows each case table holds."""
    return {name: (await rows(url, f"SELECT count(*) FROM {name}"))[0][0] for name in CASE_TABLES}
