"""What the pages withstand: foreign cookies, paths that lead out, words that would leak."""

import logging
import re

import pytest
from starlette.routing import Route

from bot.channels.web.packing import style_source
from bot.channels.web.security import Seats
from tests.support.stores import KEYS
from tests.support.web_service import WebHouse
from tests.support.web_user import Page, WebUser

TLS = "https://yanlu.test"


@pytest.fixture
def house():
    return WebHouse()


@pytest.fixture
async def client(house):
    async with house.browser() as client:
        yield client


@pytest.fixture
async def page(client):
    return Page(await client.get("/"))


def routes(house) -> list[tuple[str, str]]:
    """(method, path) of every route, with something in the place of each name."""
    found = []
    for route in house.app.routes:
        assert isinstance(route, Route)
        path = re.sub(r"{\w+}", "chat.css", route.path)
        found += [(method, path) for method in sorted(route.methods or ())]
    return found


async def test_every_route_answers_with_the_headers(house, client):
    paths = [
        *routes(house),
        ("GET", "/nowhere"),
        ("DELETE", "/turn"),
        ("GET", "/documents/digest"),
        ("PUT", "/"),
    ]
    assert len(paths) > 15
    for method, path in paths:
        client.follow_redirects = False
        headers = (await client.request(method, path)).headers
        policy = headers["content-security-policy"]
        for part in (
            "default-src 'none'",
            "script-src 'self'",
            "img-src 'self' data:",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ):
            assert part in policy.split("; "), (method, path)
        assert re.search(r"; style-src 'self' 'sha256-[A-Za-z0-9+/]{43}='; ", policy)
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "server" not in headers
        if not path.startswith("/static/"):
            assert headers["cache-control"] == "no-store", (method, path)


async def test_no_page_needs_what_the_policy_forbids(client):
    for path in ("/", "/", "/documents", "/documents/digest", "/left", "/nowhere"):
        page = Page(await client.get(path))
        tree = page.tree
        assert not tree.xpath("//@style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"), path
        for within in tree.xpath("//style"):
            assert style_source(within.text) in page.answer.headers["content-security-policy"]
        addresses = tree.xpath("//@src | //@href | //@action")
        assert addresses
        assert all(each.startswith(("/", "#", "data:,")) for each in addresses), path


async def test_the_first_page_is_small(client, page):
    total = len(page.answer.content)
    for address in page.tree.xpath("//link[@rel!='expect']/@href | //script/@src"):
        answer = await client.get(address)
        assert answer.status_code == 200
        total += len(answer.content)
    assert total < 50_000


async def test_a_first_visit_has_its_styles_at_once_and_a_later_one_keeps_them(client, page):
    assert len(page.tree.xpath("//style")) == 1
    assert not page.tree.xpath("//link[@rel='stylesheet']")
    again = Page(await client.get("/"))
    assert not again.tree.xpath("//style")
    (address,) = again.tree.xpath("//link[@rel='stylesheet']/@href")
    styles = await client.get(address)
    assert "immutable" in styles.headers["cache-control"]
    assert styles.text == page.tree.findtext(".//style")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP ; q=0.5", "gzip"),
        ("gzip;q=0", ""),
        ("gzip;q=0.0", ""),
        ("br", ""),
        ("", ""),
    ],
)
async def test_what_is_alike_for_all_is_compressed_for_those_who_take_it(client, accepted, coding):
    answer = await client.get("/static/chat.css", headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding", "") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert ":root" in answer.text
    if coding:
        assert int(answer.headers["content-length"]) < len(answer.content) / 2


async def test_a_page_with_words_from_outside_beside_its_token_is_not_compressed(house, client, page):
    assert (
        page.answer.headers["content-encoding"] == "gzip"
    )  # new for each visit, and nothing of the visitor's
    user = WebUser(client)
    await user.says("述责述廉?")
    assert "content-encoding" not in user.page.answer.headers
    async with house.browser() as nobody:
        answer = await nobody.post("/turn", data={**page.hidden, "text": "植入的文字"})
    assert answer.status_code == 403
    assert "植入的文字" in answer.text
    assert "content-encoding" not in answer.headers


async def test_the_script_is_small(client):
    assert len((await client.get("/static/chat.js")).content) < 8_000


async def test_the_cookie_dies_with_the_browser_and_is_unseen_by_scripts(page):
    cookie = page.answer.headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("yanlu=")
    assert len(name.partition("=")[2].partition(".")[0]) == 43  # 32 bytes
    assert {each.lower() for each in attributes} == {"httponly", "path=/", "samesite=strict"}


async def test_behind_tls_the_cookie_is_bound_to_it(house):
    async with house.browser(TLS) as client:
        cookie = Page(await client.get("/")).answer.headers["set-cookie"]
    assert cookie.startswith("__Host-yanlu=")
    assert "; Secure" in cookie


async def test_a_known_cookie_is_not_set_again(client, page):
    again = await client.get("/")
    assert "set-cookie" not in again.headers
    assert Page(again).hidden["form"] == page.hidden["form"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "chosen-by-an-attacker",
        "A" * 43,
        "A" * 43 + "." + "A" * 24,
        "A" * 43 + "." + KEYS.opaque("web", "A" * 43),
        "../../etc/passwd." + "A" * 24,
        "é" * 43 + "." + "A" * 24,
    ],
)
async def test_a_cookie_not_made_here_is_replaced(house, value):
    async with house.browser() as client:
        answer = await client.get("/", headers={b"cookie": f"yanlu={value}".encode()})
        assert answer.headers["set-cookie"].startswith("yanlu=")
        assert value == "" or value not in answer.headers["set-cookie"]


async def test_a_seat_from_another_installation_is_none_of_ours(house):
    async with house.browser() as client:
        token = Seats(lambda purpose, value: "x" * 24).new().token
        client.cookies.set("yanlu", f"{token}.{'x' * 24}", domain="yanlu.test")
        assert "set-cookie" in (await client.get("/")).headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../security.py",
        "/static/..%2f..%2fsecurity.py",
        "/static/%2e%2e/security.py",
        "/static/templates/chat.html",
        "/files/../../etc/passwd",
        "/files/..%2f..%2fetc%2fpasswd",
        "/documents/..%2f..%2fetc%2fpasswd",
        "/documents/%00",
        "/documents/digest'--",
    ],
)
async def test_no_path_leads_out(client, path):
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text
    assert "root:" not in answer.text


async def test_nothing_of_a_person_reaches_a_log(house, client, page, caplog):
    caplog.set_level(logging.DEBUG)
    user = WebUser(client)
    for words in ("机密的话语", "故障 机密的话语", "/handin", "机密的话语"):
        await user.says(words)
    house.channel.sessions.find = None  # whatever a page stumbles over
    broken = await client.get("/")
    assert broken.status_code == 500
    assert "content-security-policy" in broken.headers
    token = client.cookies["yanlu"].partition(".")[0]
    ours = "\n".join(r.getMessage() + str(r.exc_info or "") for r in caplog.records if r.name != "httpx")
    assert "a page failed: TypeError" in ours
    for secret in ("机密", token, page.hidden["form"], "127.0.0.1"):
        assert secret not in ours
