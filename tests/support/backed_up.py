"""A database with something in every table, and what is in a database: for tests of backups."""

from collections.abc import Iterable

import sqlalchemy as sa

from storage import Database, new_recovery
from storage.backend import backend_of
from storage.backup_tables import LEFT_OUT
from storage.schema import cases, metadata
from storage.session import Session
from tests.contract.test_storage_rotation import filled
from tests.support.sealed_city import report
from tests.support.stored_city import NOW, TODAY
from tests.support.stores import KEYS

LEFT, KEPT_WORD = "canaryleft", "canarykept"
"""Stand in the rows made up for tables that a backup leaves out, and that it keeps."""
Kept = dict[str, list[tuple[object, ...]]]


async def filled_up(url: str) -> None:
    """Fill every table: by the program where that is easy, else with a row made up of its columns' types."""
    database = Database.open(url, keys=KEYS)
    await filled(database)
    async with database.transaction(NOW) as work:
        public, _ = new_recovery()
        await work.handlers.set_recovery("city", public, TODAY)
        case = await work.cases.file(await report(work, people=("zhou",), contact=b"contact"))
        await work.case_messages.add(case.key, "补充一点".encode(), TODAY)
        await work.case_files.add(case.key, b"label", [b"x" * 200_000], TODAY)
        await work.audit.append("system", "filed", case.number, TODAY)
        numbers = [each.number for each in await work.cases.statistics(TODAY, TODAY)]
        merging = sa.update(cases).where(cases.c.number == min(numbers)).values(merged_into=max(numbers))
        await work._session.execute(merging)
        for table in metadata.sorted_tables:
            if (await work._session.execute(sa.select(table).limit(1))).first() is None:
                await work._session.execute(sa.insert(table), await _made_up(work._session, table))
    await database.close()


async def _made_up(session: Session, table: sa.Table) -> dict[str, object]:
    word = LEFT if table.name in LEFT_OUT else KEPT_WORD
    values: dict[str, object] = {}
    for column in table.columns:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            found = await session.execute(sa.select(key.column).limit(1))
            values[column.name] = found.scalar_one()
        elif isinstance(column.type, sa.LargeBinary):
            values[column.name] = word.encode()
        elif column.type.python_type is int:
            values[column.name] = 7
        elif column.type.python_type is bool:
            values[column.name] = True
        else:
            values[column.name] = _of_type(column, word)
    return values


def _of_type(column: sa.Column[object], word: str) -> object:
    kind = type(column.type).__name__
    made = {"Instant": NOW, "Date": TODAY, "Words": (word,), "Json": {"said": word}}
    return "running" if column.name == "state" else made.get(kind, word)


async def rows_of(url: str, names: Iterable[str]) -> Kept:
    """The rows of those tables, as the program reads them."""
    backend = backend_of(url, busy_timeout=5)
    found = {}
    async with backend.transaction() as session:
        for name in names:
            rows = (await session.execute(sa.select(metadata.tables[name]))).all()
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    await backend.close()
    return found


async def tables_in_database(url: str) -> list[str]:
    """The names of all tables; nothing is made where there is no database."""
    backend = backend_of(url, busy_timeout=5)
    found: list[str] = []
    if backend.exists():
        async with backend.transaction() as session:
            await session.run(lambda connection: found.extend(sa.inspect(connection).get_table_names()))
    await backend.close()
    return found
