"""Forms that are forged, replayed, sent from elsewhere or made up: nothing is done, and what was typed is kept."""

import asyncio

import pytest

from bot.conversation.messages import MAX_CALLBACK_BYTES
from tests.support.web_service import BASE, WebHouse
from tests.support.web_user import Page, WebUser
from yanlu.texts import web as texts


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


@pytest.mark.parametrize("forged", ["", "x", "漢字", None])
async def test_a_form_without_its_token_does_nothing(house, client, page, forged):
    fields = {**page.hidden, "text": "删掉一切"}
    if forged is None:
        del fields["form"]
    else:
        fields["form"] = forged
    answer = Page(await client.post("/turn", data=fields))
    assert answer.answer.status_code == 403
    assert answer.alert == texts.SESSION_EXPIRED
    assert not house.turns


async def test_another_sessions_form_token_does_nothing(house, client, page):
    async with house.browser() as other:
        theirs = Page(await other.get("/")).hidden["form"]
    for path in ("/turn", "/clear", "/leave"):
        answer = await client.post(path, data={**page.hidden, "form": theirs, "text": "x"})
        assert answer.status_code == 403
    assert not house.turns


async def test_forms_and_cookies_of_those_who_left_do_nothing(house, client, page):
    user = WebUser(client)
    await user.says("独特的一句话")
    cookie, fields = client.cookies["yanlu"], user.page.hidden
    await client.post("/leave", data={"form": fields["form"]})
    taken = len(house.turns)
    async with house.browser() as thief:
        for path in ("/turn", "/clear", "/leave"):
            again = {"cookie": f"yanlu={cookie}"}
            answer = await thief.post(path, data={**fields, "text": "冒名"}, headers=again)
            assert answer.status_code == 403, path
        assert "独特的一句话" not in (await thief.get("/", headers={"cookie": f"yanlu={cookie}"})).text
    await asyncio.sleep(0)
    assert [turn.text for turn in house.turns[taken:]] in ([], ["cancel"])


async def test_a_form_sent_again_is_taken_once_whatever_it_now_says(house, client, page):
    fields = {**page.hidden, "text": "述责述廉?"}
    await client.post("/turn", data=fields)
    answer = Page(await client.post("/turn", data={**fields, "text": "换了内容"}))
    assert answer.answer.status_code == 200
    assert len(house.turns) == 1
    assert "换了内容" not in answer.answer.text


@pytest.mark.parametrize("path", ["/turn", "/clear", "/leave"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://yanlu.test.evil.example"},
    ],
)
async def test_a_form_on_another_site_does_nothing_and_shows_nothing(house, client, page, path, headers):
    answer = await client.post(path, data={**page.hidden, "text": "植入的文字"}, headers=headers)
    assert answer.status_code == 403
    assert "植入的文字" not in answer.text
    assert not house.turns


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "null"}, {"origin": BASE}]
)
async def test_our_own_forms_are_taken_however_the_browser_names_them(house, client, page, headers):
    await client.post("/turn", data={**page.hidden, "text": "述责述廉?"}, headers=headers)
    assert len(house.turns) == 1


@pytest.mark.parametrize("once", ["", "x", "../" * 8, "A" * 23, "漢" * 22])
async def test_a_turn_without_a_proper_once_id_is_shown_again(house, client, page, once):
    answer = Page(await client.post("/turn", data={**page.hidden, "once": once, "text": "写好的话"}))
    assert answer.answer.status_code == 400
    assert answer.composer == "写好的话"
    assert not house.turns


async def test_one_sessions_once_id_takes_nothing_from_another(house, client, page):
    async with house.browser() as other:
        theirs = Page(await other.get("/"))
        await other.post("/turn", data={**theirs.hidden, "once": page.hidden["once"], "text": "抢先"})
    answer = Page(await client.post("/turn", data={**page.hidden, "text": "述责述廉?"}))
    assert [author for author, _ in answer.messages] == ["user", "bot"]


@pytest.mark.parametrize("choice", ["nonsense", "ask:", "ask:text:9.9:x", ":", "handin:.confirm", "\x00"])
async def test_a_made_up_choice_is_answered_and_changes_nothing(house, client, page, choice):
    answer = Page(await client.post("/turn", data={**page.hidden, "choice": choice}))
    assert answer.messages[0] == ("user", texts.CHOSEN)
    assert not house.database.state.questions


@pytest.mark.parametrize("fields", [{"choice": "x" * (MAX_CALLBACK_BYTES + 1)}, {"command": "shutdown"}])
async def test_what_no_button_of_ours_sends_is_refused(house, client, page, fields):
    assert (await client.post("/turn", data={**page.hidden, **fields})).status_code == 400
    assert not house.turns
