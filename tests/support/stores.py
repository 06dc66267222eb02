"""Databases for tests: each test its own, copied from one that was migrated once a session."""

import itertools
import shutil
from pathlib import Path

from storage import Database, KeyRing
from tests.support.postgres import PostgresServer

KEYS = KeyRing([b"test only: a key of 32 bytes ...."[:32]])


class SqliteStores:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._numbers = itertools.count()

    async def empty(self) -> str:
        return f"sqlite:///{self._folder}/{next(self._numbers)}.db"

    async def migrated(self) -> str:
        if not self._template.exists():
            await _migrate(f"sqlite:///{self._template}")
        url = await self.empty()
        shutil.copyfile(self._template, url.removeprefix("sqlite:///"))
        return url


class PostgresStores:
    """Databases of one server."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self._has_template = False
        self._numbers = itertools.count()

    async def empty(self) -> str:
        return await self._create(f"t{next(self._numbers)}", template="template1")

    async def migrated(self) -> str:
        if not self._has_template:
            await _migrate(await self._create("yanlu_template", template="template1"))
            self._has_template = True
        return await self._create(f"t{next(self._numbers)}", template="yanlu_template")

    async def _create(self, name: str, *, template: str) -> str:
        import asyncpg

        connection = await asyncpg.connect(host=str(self.server.folder), user="yanlu", database="postgres")
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        return self.server.url(name)


async def _migrate(url: str) -> None:
    database = Database.open(url, keys=KEYS)
    try:
        await database.migrate()
    finally:
        await database.close()
