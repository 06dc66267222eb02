"""Several workers on one PostgreSQL, and a browser whose requests go to them in turn."""

from contextlib import asynccontextmanager

import httpx

from bot.channels.web.shared_sessions import SharedSessions
from storage import Database
from tests.support.stores import KEYS
from tests.support.web_service import BASE, WebHouse


class InTurn(httpx.AsyncBaseTransport):
    """Gives each request to the next worker; one that was killed answers no more."""

    def __init__(self, houses: list[WebHouse]) -> None:
        self.houses = houses
        self.asked: list[int] = []
        self._transports = {id(house): httpx.ASGITransport(app=house.app) for house in houses}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        number = (self.asked[-1] + 1) % len(self.houses) if self.asked else 0
        self.asked.append(number)
        return await self._transports[id(self.houses[number])].handle_async_request(request)


@asynccontextmanager
async def workers(url: str, count: int = 2, dialogs=(), **options):
    """Houses over one database, each as in a process of its own."""
    databases = [Database.open(url, keys=KEYS) for _ in range(count)]
    houses = [
        WebHouse(dialogs, database=database, sessions=SharedSessions(database, **options))
        for database in databases
    ]
    try:
        yield houses
    finally:
        for house in houses:
            await house.courier.close()
            await house.database.close()


@asynccontextmanager
async def browser_of(houses: list[WebHouse]):
    transport = InTurn(houses)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, follow_redirects=True) as client:
        yield client
