"""The pages on a real socket: quiet, patient with slow people, not with slow attacks."""

import asyncio
import logging
import resource
import socket
from contextlib import AsyncExitStack

import httpx
import pytest

from bot.channels.web import serve_web
from bot.channels.web.serving import CONCURRENCY, OTHER_FILES, PatientProtocol
from tests.support.web_service import WebHouse, free_port, served
from tests.support.web_user import WebUser
from yanlu.errors import ChannelError
from yanlu.texts import web as texts

OPEN_PAGES = 2_000


@pytest.fixture
def house():
    return WebHouse()


@pytest.fixture
async def base(house):
    async with served(house.app) as base:
        yield base


async def test_a_conversation_over_a_socket(base, house, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(3_000_000))
    async with httpx.AsyncClient(base_url=base, follow_redirects=True) as client:
        user = WebUser(client)
        await user.says("述责述廉怎么做?")
        await user.sees("答:述责述廉怎么做?")
        await user.sends(path)
        assert house.turns[-1].file.size == 3_000_000
        assert "server" not in user.page.answer.headers
    assert not [r for r in caplog.records if "/turn" in r.getMessage() and not r.name.startswith("http")]
    assert capfd.readouterr().out == ""


async def test_a_port_in_use_is_told(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ChannelError) as refusal:
            await serve_web(house.app, "127.0.0.1", port)
    assert refusal.value.happened == texts.refused_port("127.0.0.1", port)
    assert refusal.value.next_step == texts.PORT_NEXT


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
async def test_an_address_that_is_not_ours_is_told(house, host):
    with pytest.raises(ChannelError) as refusal:
        await serve_web(house.app, host, free_port())
    assert refusal.value.happened.startswith(f"无法在 {host}")


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HT"])
async def test_a_head_that_does_not_come_is_not_waited_for(base, monkeypatch, head):
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.2)
    reader, writer = await _opened(base)
    writer.write(head)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


async def test_a_head_in_a_trickle_is_not_waited_for(base, monkeypatch):
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.3)
    reader, writer = await _opened(base)
    writer.write(b"GET / HTTP/1.1\r\n")

    async def trickle():
        while True:
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.05)

    trickling = asyncio.create_task(trickle())
    try:
        async with asyncio.timeout(5):
            assert await reader.read() == b""
    finally:
        trickling.cancel()
        writer.close()


async def test_a_second_request_has_its_own_time(base, monkeypatch):
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.3)
    reader, writer = await _opened(base)
    writer.write(b"GET /news HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 204 " in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"GET /news HTTP/1.1\r\n")
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


async def test_an_answer_that_takes_long_is_not_cut_off(monkeypatch):
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.1)
    house = WebHouse()
    applied = house.taker.take

    async def slow(turn):
        await asyncio.sleep(0.5)
        await applied(turn)

    house.taker.take = slow
    async with served(house.app) as base, httpx.AsyncClient(base_url=base, follow_redirects=True) as client:
        user = WebUser(client)
        await user.says("述责述廉怎么做?")
        await user.sees("答:述责述廉怎么做?")


async def _opened(base: str):
    host, _, port = base.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))


async def test_a_proxy_on_this_machine_may_say_that_there_is_tls(base):
    async with httpx.AsyncClient(base_url=base) as client:
        answer = await client.get("/", headers={"x-forwarded-proto": "https"})
        assert "; Secure" in answer.headers["set-cookie"]
        assert answer.headers["set-cookie"].startswith("__Host-yanlu=")
        assert "Secure" not in (await client.get("/")).headers["set-cookie"]


@pytest.mark.parametrize("proxy", ["203.0.113.7", "192.0.2.0/24", "203.0.113.7, 192.0.2.0/24"])
async def test_nobody_else_may_say_so(house, proxy, monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    async with served(house.app, proxy=proxy) as base, httpx.AsyncClient(base_url=base) as client:
        answer = await client.get("/", headers={"x-forwarded-proto": "https"})
        assert "Secure" not in answer.headers["set-cookie"]


async def test_a_proxy_in_a_network_of_ours_may(house):
    async with served(house.app, proxy="127.0.0.0/8") as base, httpx.AsyncClient(base_url=base) as client:
        answer = await client.get("/", headers={"x-forwarded-proto": "https", "x-forwarded-for": "x, y"})
        assert "; Secure" in answer.headers["set-cookie"]


async def test_two_thousand_open_pages_are_all_answered(house):
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 2 * OPEN_PAGES + OTHER_FILES:
        pytest.skip("this machine allows too few open files")
    async with served(house.app) as base, AsyncExitStack() as stack:
        opened = []
        for _ in range(OPEN_PAGES):
            reader, writer = await _opened(base)
            stack.callback(writer.close)
            writer.write(b"GET /news HTTP/1.1\r\nHost: x\r\n\r\n")
            opened.append(reader)
        for reader in opened:
            assert await reader.readline() == b"HTTP/1.1 204 No Content\r\n"
        async with httpx.AsyncClient(base_url=base, follow_redirects=True) as client:
            user = WebUser(client)
            await user.says("述责述廉怎么做?")
            await user.sees("答:述责述廉怎么做?")
    assert len(house.channel.sessions) == 1, "who only looks takes no room"


@pytest.mark.parametrize(
    ("allowed", "most", "then"),
    [
        (1_024, 1_048_576, CONCURRENCY + OTHER_FILES),
        (1_024, 2_048, 2_048),
        (1_024, resource.RLIM_INFINITY, CONCURRENCY + OTHER_FILES),
        (1_048_576, 1_048_576, None),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None),
    ],
)
async def test_as_many_files_may_be_open_as_people_come(house, monkeypatch, allowed, most, then):
    raised = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (allowed, most))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: raised.append(limits))
    async with served(house.app):
        pass
    assert raised == ([] if then is None else [(then, most)])
