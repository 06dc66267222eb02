"""The configurations of docs/deployment.md, run as they stand there: nginx with TLS before two workers, and Tor's."""

import asyncio
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.channels.web.uploads import MAX_FILE
from tests.support.web_part import ASKING, fragments_of, said
from tests.support.web_service import WebHouse, free_port, served
from tests.support.web_user import Page, WebUser
from tests.support.web_workers import workers
from yanlu.texts import web as texts

PAGE = Path(__file__).parents[2] / "docs" / "deployment.md"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
TOR = shutil.which("tor") or shutil.which("tor", path="/usr/sbin")
HOST = "localhost"

with_nginx = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None, reason="nginx or openssl is not installed"
)


def told(kind: str) -> str:
    """The block of that kind on the page."""
    return re.search(rf"^```{kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[1]


@dataclass
class Front:
    """nginx as the page tells it, before two workers on one database."""

    base: str
    plain: str
    folder: Path
    houses: tuple[WebHouse, WebHouse]

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        trusted = ssl.create_default_context(cafile=self.folder / "cert.pem")
        async with httpx.AsyncClient(verify=trusted, base_url=self.base, follow_redirects=True) as client:
            yield client


def certified(folder: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)


def configured(folder: Path, backends: list[str], secure: int, plain: int) -> Path:
    """Put the page's configuration where nginx runs as anybody; only names, places and ports are changed."""
    workers = "\n".join(f"    server {backend};" for backend in backends)
    changes = {
        "    server 127.0.0.1:8765;": workers,
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "yanlu.example;": f"{HOST};",
        "/etc/ssl/yanlu.example/fullchain.pem": str(folder / "cert.pem"),
        "/etc/ssl/yanlu.example/key.pem": str(folder / "key.pem"),
    }
    site = told("nginx")
    for old, new in changes.items():
        assert old in site, old
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder / 'temp' / kind};" for kind in kinds)
    (folder / "temp").mkdir()
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off; pid {folder / 'pid'}; error_log {folder / 'start.log'} emerg; events {{}}\n"
        f"http {{ {temporary}\n include {folder / 'site.conf'}; }}\n"
    )
    return whole


@asynccontextmanager
async def running(configuration: Path, port: int) -> AsyncIterator[None]:
    command = [str(NGINX), "-p", str(configuration.parent), "-c", str(configuration)]
    process = await asyncio.create_subprocess_exec(
        *command, "-e", str(configuration.parent / "start.log"), stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(20):
            while True:
                assert process.returncode is None, (await process.stderr.read()).decode()
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                break
        yield
    finally:
        process.terminate()
        await process.communicate()


@pytest.fixture
async def front(tmp_path, postgres_stores):
    certified(tmp_path)
    secure, plain = free_port(), free_port()
    async with AsyncExitStack() as stack:
        houses = await stack.enter_async_context(workers(await postgres_stores.migrated()))
        backends = [await stack.enter_async_context(served(house.app)) for house in houses]
        addresses = [backend.removeprefix("http://") for backend in backends]
        configuration = configured(tmp_path, addresses, secure, plain)
        await stack.enter_async_context(running(configuration, secure))
        yield Front(f"https://{HOST}:{secure}", f"http://{HOST}:{plain}", tmp_path, (houses[0], houses[1]))


@with_nginx
async def test_behind_the_proxy_the_cookie_is_bound_to_tls_and_the_pages_headers_arrive(front):
    async with front.browser() as client:
        answer = await client.get("/")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-yanlu=")
        for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
            assert part in cookie.split("; ")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers.get("server", "nginx") == "nginx"
        again = await client.get("/", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in again.headers
        moved = await client.get(front.plain + "/documents", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (301, f"https://{HOST}/documents")


@with_nginx
async def test_a_conversation_goes_on_whichever_worker_the_proxy_asks(front):
    for _ in range(4):
        async with front.browser() as client:
            user = WebUser(client)
            await user.opens()
            for question in ("述责述廉?", "再问一次", "又问一次"):
                await user.says(question)
                await user.sees(f"答:{question}")
            assert [author for author, _ in user.page.messages] == ["user", "bot"] * 3
            assert texts.HISTORY_LOST not in user.page.answer.text
    assert [bool(house.turns) for house in front.houses] == [True, True]
    assert sum(len(house.turns) for house in front.houses) == 12


@with_nginx
async def test_the_proxy_passes_words_on_as_they_come(front):
    gate = asyncio.Event()
    for house in front.houses:
        applied = house.taker.take

        async def later(turn, applied=applied):
            async with asyncio.timeout(10):
                await gate.wait()
            await applied(turn)

        house.taker.take = later
    async with front.browser() as client:
        page = Page(await client.get("/"))
        fields = {**page.hidden, "after": "0", "text": "述责述廉?"}
        async with client.stream("POST", "/turn", data=fields, headers=ASKING) as answer:
            assert "content-encoding" not in answer.headers
            content = b""
            async for piece in answer.aiter_bytes():
                content += piece
                if any(each.get("data-closed") is not None for each in fragments_of(content)):
                    break
            assert said(fragments_of(content)) == [("m1", "user", "述责述廉?")]
            assert not gate.is_set()
            gate.set()


@with_nginx
async def test_a_form_from_a_browser_is_of_the_same_site_and_one_from_elsewhere_is_not(front):
    async with front.browser() as client:
        page = Page(await client.get("/"))
        fields = {**page.hidden, "text": "述责述廉?"}
        for origin, status in (("https://evil.example", 403), (front.base, 200)):
            assert (await client.post("/turn", data=fields, headers={"origin": origin})).status_code == status
    assert sum(len(house.turns) for house in front.houses) == 1


@with_nginx
async def test_files_pass_up_to_the_limit_and_what_is_beyond_hears_why(front):
    async with front.browser() as client:
        user = WebUser(client)
        page = await user.opens()
        page = await user.posts("/turn", {**page.hidden, "text": ""}, {"file": ("a.bin", bytes(MAX_FILE))})
        assert page.answer.status_code == 200
        fields = {**page.hidden, "text": "见附件"}
        page = await user.posts("/turn", fields, {"file": ("a.bin", bytes(MAX_FILE + 1))})
        assert (page.answer.status_code, page.alert) == (413, texts.FILE_TOO_BIG)
        assert page.composer == "见附件"


@with_nginx
async def test_the_proxy_writes_nothing_down(front):
    async with front.browser() as client:
        user = WebUser(client)
        page = await user.opens()
        await user.posts("/turn", {**page.hidden, "text": ""}, {"file": ("a.bin", b"secret" * 500_000)})
        await client.get("/nowhere-secret")
        token = client.cookies["__Host-yanlu"].partition(".")[0]
    files = [each for each in front.folder.rglob("*") if each.is_file()]
    names = {each.name for each in files}
    assert names <= {"cert.pem", "key.pem", "site.conf", "nginx.conf", "pid", "start.log"}
    assert (front.folder / "start.log").read_bytes() == b""
    for each in files:
        for secret in (b"secret", token.encode()):
            assert secret not in each.read_bytes(), each.name


@pytest.mark.skipif(TOR is None, reason="tor is not installed")
def test_tor_takes_the_configuration_of_the_onion_service(tmp_path):
    folder = tmp_path / "onion"
    folder.mkdir(mode=0o700)
    lines = told("torrc")
    assert "HiddenServiceDir /var/lib/tor/yanlu\n" in lines
    (tmp_path / "torrc").write_text(lines.replace("/var/lib/tor/yanlu", str(folder)))
    command = [
        str(TOR),
        "--verify-config",
        "-f",
        str(tmp_path / "torrc"),
        "--DataDirectory",
        str(tmp_path / "data"),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert "Configuration was valid" in done.stdout
    warnings = [line for line in done.stdout.splitlines() if "[warn]" in line and "as root" not in line]
    assert warnings == []
    assert "127.0.0.1:8765" in lines, "where the pages listen unless set otherwise"
