"""An anonymous report over the web of two workers: what its page shows is in no file, row, dump or log."""

import asyncio
import base64
import logging
import re
import subprocess

import pytest
import sqlalchemy as sa

from bot.channels.web import WebChannel, WebParts, web_app
from bot.channels.web.shared_sessions import SharedSessions
from bot.conversation.courier import Courier
from bot.conversation.turns import TurnTaker
from storage.backend import backend_of
from storage.outbox import Outbox
from tests.support.attachment_files import jpeg
from tests.support.postgres import _binaries
from tests.support.report_house import report_house
from tests.support.web_user import WebUser
from tests.support.web_workers import browser_of

pytestmark = pytest.mark.postgres

STORY = "去年以来的工程招标从来不上会,都是一个人说了算,鹭鸶夜里进库房。"
PICTURE = "我家拍的照片.jpg"
UNSENT = "没写完的半句鸢尾花"
RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
TABLES = ("seats", "seat_lines", "seat_files", "seat_mail")
STEPS = (
    *("say:/report", "tap:继续", "tap:廉洁", "tap:跳过", "say:zhujianju"),
    *("tap:青石区住房和城乡建设局(青石区委)", "tap:完成", "say:钱卫", "tap:完成", "say:去年五月", "tap:跳过"),
    *(f"say:{STORY}", "tap:完成"),
)


class Worker:
    """A web worker of the house, with memory of its own."""

    def __init__(self, house, router) -> None:
        database = house.database
        self.channel = WebChannel(SharedSessions(database))
        self.courier = Courier(database, [self.channel], house.clock)
        taker = TurnTaker(database, router, self.courier)
        commands = tuple(router.commands.items())
        sign = database.keys.opaque
        self.app = web_app(WebParts(self.channel, taker.take, house.library, sign, house.clock, commands))


@pytest.fixture
async def execute(url):
    backend = backend_of(url, busy_timeout=5)

    async def run(statement: str):
        async with backend.transaction() as session:
            found = await session.execute(sa.text(statement))
            return found.all() if found.returns_rows else []

    yield run
    await backend.close()


@pytest.fixture
async def url(postgres_stores):
    return await postgres_stores.migrated()


def spellings(text: str) -> set[bytes]:
    escaped = text.encode("unicode_escape")
    return {text.encode(), text.encode("utf-16-le"), base64.b64encode(text.encode()), escaped}


async def everything(server, url: str, execute) -> bytes:
    """The rows of all tables, the server's files of this database and its log, and a dump with all in it."""
    parts = []
    for (table,) in await execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        for row in await execute(f'SELECT * FROM "{table}"'):
            parts += [bytes(each) if isinstance(each, bytes) else str(each).encode() for each in row]
    await execute("CHECKPOINT")
    name = url.partition("?")[0].rpartition("/")[2]
    ((oid,),) = await execute(f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    folders = (server.data / "base" / str(oid), server.data / "pg_wal")
    parts += [path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()]
    parts.append((server.folder / "log").read_bytes())
    if (binary := _binaries() / "pg_dump").exists():
        words = [str(binary), "-h", str(server.folder), "-U", "yanlu", name]
        parts.append((await asyncio.to_thread(subprocess.run, words, capture_output=True, check=True)).stdout)
    return b"\0".join(parts)


async def filled_in(user: WebUser) -> None:
    for step in STEPS:
        kind, _, words = step.partition(":")
        await (user.taps(words) if kind == "tap" else user.says(words))


async def test_nothing_of_a_report_on_the_page_is_anywhere(
    postgres_stores, url, tmp_path, caplog, execute, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    addresses: list[str] = []
    put = Outbox.put

    async def seen(outbox, channel, address, *more):
        addresses.append(address)
        return await put(outbox, channel, address, *more)

    monkeypatch.setattr(Outbox, "put", seen)
    picture = tmp_path / PICTURE
    picture.write_bytes(jpeg())
    async with report_house(tmp_path / "home", url) as inner:
        router = await inner.house.router()
        workers = [Worker(inner.house, router) for _ in range(2)]
        async with browser_of(workers) as client:
            user = WebUser(client)
            await user.says("你好")
            await filled_in(user)
            await user.sends(picture)
            await user.sees("已有:图片")
            await user.taps("完成")
            fields = {**user.page.hidden, "text": UNSENT, **user.page.button("匿名")}
            await user.posts("/turn", fields)
            assert user.page.composer == UNSENT
            await user.taps("提交")
            receipt = RECEIPT.search(await user.sees("查询码"))[0]
            token = client.cookies["yanlu"].partition(".")[0]
            shown = "".join(text for _, text in user.page.messages)
            for words in (STORY, PICTURE, receipt):
                assert words in shown, "the page shows it while its browser is there"
            secrets = (STORY, STORY[:12], PICTURE, UNSENT, receipt, token)
            written = await everything(postgres_stores.server, url, execute)
            assert inner.house.database.keys.opaque("seat", token).encode() in written, (
                "the scan would find it"
            )
            for secret in secrets:
                for form in spellings(secret):
                    assert form not in written, secret
            assert base64.urlsafe_b64decode(token + "=") not in written
            assert addresses, "letters to this page went through the outbox, which the key file opens"
            assert not any(token in address for address in addresses)
            assert not any(secret in caplog.text for secret in secrets)
            await user.taps("抄好了,清理对话")
            assert await execute("SELECT count(*) FROM seat_lines") == [(1,)]
            await client.post("/leave", data={"form": user.page.hidden["form"]})
            assert [await execute(f"SELECT count(*) FROM {each}") for each in TABLES] == [
                [(1,)],
                [(0,)],
                [(0,)],
                [(0,)],
            ]
        for worker in workers:
            await worker.courier.close()
