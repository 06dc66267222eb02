"""Fixtures every kind of test shares: the databases. A test that takes one runs on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from storage import Database
from storage.backend import backend_of
from tests.support.postgres import PostgresMissingError, running_postgres
from tests.support.stores import KEYS, PostgresStores, SqliteStores

# No test is timed: a busy machine is no defect.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> SqliteStores:
    return SqliteStores(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_stores() -> Iterator[PostgresStores]:
    try:
        with running_postgres() as server:
            yield PostgresStores(server)
    except PostgresMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def own_postgres_stores() -> Iterator[PostgresStores]:
    """A server for one module, for tests that read all that a server wrote: others have written little to it."""
    try:
        with running_postgres() as server:
            yield PostgresStores(server)
    except PostgresMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def stores(request: pytest.FixtureRequest) -> SqliteStores | PostgresStores:
    name = "sqlite_stores" if request.param == "sqlite" else "postgres_stores"
    return request.getfixturevalue(name)


@pytest.fixture
async def empty_url(stores: SqliteStores | PostgresStores) -> str:
    """Where a database is, or may be, with nothing in it."""
    return await stores.empty()


@pytest.fixture
async def database_url(stores: SqliteStores | PostgresStores) -> str:
    """A migrated database, sealed with `KEYS`."""
    return await stores.migrated()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url, keys=KEYS)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    return tmp_path / "yanlu.db"


@pytest.fixture
async def execute(database_url: str) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """Do to the database what the store itself never would."""
    backend = backend_of(database_url, busy_timeout=5)

    async def run(statement: str) -> None:
        async with backend.transaction() as session:
            await session.execute(sa.text(statement))

    yield run
    await backend.close()
