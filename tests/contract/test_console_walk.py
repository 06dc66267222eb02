"""Every page of the console, tried by every role and with hostile input: the route table itself is walked."""

import random
from typing import get_args
from urllib.parse import quote, urlencode

import pytest

from bot.channels.web.console.rights import Right, rights_of
from bot.channels.web.console.routes import console
from bot.channels.web.pages import Pages
from tests.support.console_house import console_house
from yanlu.texts import console as texts

PEOPLE = {
    "江帆": {"anyone", "signed"},
    "柳成": {"anyone", "signed", "keeper"},
    "钱卫": {"anyone", "signed", "keeper", "coverage"},
    "简单": {"anyone", "signed", "keeper", "coverage"},
    "韦正": {"anyone", "signed", "keeper", "coverage", "handler"},
    "管清": {"anyone", "signed", "administrator"},
}
"""Somebody who left every post, a member, a head, a liaison, a handler, an administrator; and what each may enter."""
HOSTILE = (
    "",
    "'; DROP TABLE cases; --",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "%00",
    "\u202e反转\u0000",
    "９９９９９９９９９９９９９９９９９９９９",
    "-1",
    "1e309",
    "2026-02-30",
    "{{7*7}}${7*7}",
    "字" * 300,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a\r\nSet-Cookie: x=1",
)
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


def pages_of(house):
    opaque = house.city.house.database.keys.opaque
    return console(house.parts, Pages(), opaque).pages


def address(page, value="0"):
    """The page's path, with every parameter filled in."""
    parts = [value if part.startswith("{") else part for part in page.path.split("/")]
    return "/".join(parts)


async def sent(user, page, value="0", fields=None):
    """Go to a page; a form carries the token of this very browser."""
    if page.method == "GET":
        return await user.opens(address(page, value))
    await user.opens("/console/account")
    forms = user.view.tree.forms
    token = forms[0].fields["form"] if forms else "none"
    return await user.posts(address(page, value), {**(fields or {}), "form": token, "once": "A" * 22})


def test_the_roles_of_the_walk_are_all_the_rights_there_are():
    assert set().union(*PEOPLE.values()) == set(get_args(Right))


async def test_rights_follow_from_the_posts_of_the_day(house):
    directory = await house.city.directory()
    async with house.city.work() as work:
        handlers = {each.person: each for each in await work.handlers.all()}
    for who, expected in PEOPLE.items():
        person = (await house.city.person(who)).id
        assert rights_of(person, directory, handlers.get(person), house.city.today) == expected, who


async def test_no_path_is_there_twice_and_each_is_under_the_console(house):
    pages = pages_of(house)
    assert len({(page.method, page.path) for page in pages}) == len(pages)
    assert all(page.path.startswith("/console") for page in pages)
    assert all(page.method in {"GET", "POST"} for page in pages)


async def test_a_stranger_reaches_the_entrance_only(house):
    user = await house.stranger()
    for page in pages_of(house):
        if page.right == "anyone":
            continue
        view = await sent(user, page)
        assert view.path in {"/console/sign-in", address(page)}, page.path
        assert view.fields("/console/sign-in")["form"], page.path
        assert view.areas == []


@pytest.mark.parametrize("who", PEOPLE)
async def test_each_page_opens_for_its_right_and_for_no_other(house, who):
    user = await house.signed_in(who)
    skipped = {"/console/sign-out", "/console/lock"}
    for page in pages_of(house):
        if page.path in skipped or page.right == "anyone":
            continue
        view = await sent(user, page)
        if page.right not in PEOPLE[who]:
            assert (view.status, texts.NOT_YOURS in view.alert) == (403, True), page.path
        else:
            assert view.status < 500, page.path
            assert texts.NOT_YOURS not in view.alert, page.path
            if page.unlocked:
                assert "/console/unlock" in {each.get("action") for each in view.tree.forms}, page.path


async def test_every_form_wants_the_token_of_its_own_browser(house):
    user = await house.signed_in("韦正")
    for page in pages_of(house):
        if page.method == "POST":
            view = await user.posts(address(page), {"form": "x" * 24, "once": "A" * 22, "text": "改动"})
            assert view.status == 403, page.path


@pytest.mark.parametrize("who", ["韦正", "管清", "简单"])
async def test_nothing_typed_breaks_a_page(house, who, caplog):
    user = await house.signed_in(who)
    if who == "韦正":
        await house.unlocks(user, who)
    chance = random.Random(who)
    for page in pages_of(house):
        if page.right == "anyone" or page.right not in PEOPLE[who] or page.path == "/console/sign-out":
            continue
        for _ in range(3):
            values = {
                name: chance.choice(HOSTILE)
                for name in (
                    "page",
                    "year",
                    "kind",
                    "organisation",
                    "text",
                    "number",
                    "date",
                    "status",
                    "said",
                )
            }
            place = quote(chance.choice(HOSTILE)[:200] or "0", safe="")
            if page.method == "GET":
                view = await user.opens(f"{address(page, place)}?{urlencode(values)}")
            else:
                view = await sent(user, page, place, values)
            assert view.status < 500, (page.path, place, values)
            assert "<script>alert(1)" not in view.answer.text, page.path
            for name, value in HEADERS.items():
                assert view.answer.headers[name].startswith(value), (page.path, name)
            assert "no-store" in view.answer.headers["cache-control"], page.path
            assert "x" not in {each.name for each in user.client.cookies.jar}
        if page.path == "/console/lock":
            await house.unlocks(user, who)
    assert "alert(1)" not in caplog.text
    assert "DROP TABLE" not in caplog.text
