"""The fake is as strict as the service: a bot that passes here has not been flattered."""

import asyncio
import json

import httpx
import pytest

from tests.support.http_wire import HangUpError
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from tests.support.telegram_user import TelegramUser

CHAT = 1001


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        api.chat(CHAT)
        yield api


@pytest.fixture
async def call(api):
    async with httpx.AsyncClient(trust_env=False) as client:

        async def call(method, token=api.token, files=None, **params):
            data = {
                name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()
            }
            answer = await client.post(f"{api.url}/bot{token}/{method}", data=data, files=files)
            return answer.status_code, answer.json()

        yield call


def keyboard(data):
    return {"inline_keyboard": [[{"text": "好", "callback_data": data}]]}


async def test_an_unknown_method_and_a_wrong_token_are_refused(call):
    assert await call("sendMesage") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    assert (await call("getMe", token="1:x"))[0] == 401


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"chat_id": 5, "text": "好"}, "chat not found"),
        ({"chat_id": "x", "text": "好"}, "must be an integer"),
        ({"chat_id": CHAT}, "text is empty"),
        ({"chat_id": CHAT, "text": " \n"}, "text is empty"),
        ({"chat_id": CHAT, "text": "😀" * 2049}, "too long"),
        ({"chat_id": CHAT, "text": "好", "reply_markup": "{"}, "reply keyboard markup"),
        ({"chat_id": CHAT, "text": "好", "reply_markup": keyboard("")}, "BUTTON_DATA_INVALID"),
        ({"chat_id": CHAT, "text": "好", "reply_markup": keyboard("字" * 22)}, "BUTTON_DATA_INVALID"),
        ({"chat_id": CHAT, "text": "好", "reply_markup": {"inline_keyboard": [[]]}}, "TOO_LONG"),
        ({"chat_id": CHAT, "text": "好", "entities": "{}"}, "must be an Array"),
        ({"chat_id": CHAT, "text": "好", "entities": "["}, "can't parse"),
        ({"chat_id": CHAT, "text": "好", "entities": [{"type": "loud", "offset": 0, "length": 1}]}, "type"),
        ({"chat_id": CHAT, "text": "好", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "range"),
        ({"chat_id": CHAT, "text": "😀", "entities": [{"type": "bold", "offset": 1, "length": 1}]}, "middle"),
        (
            {
                "chat_id": CHAT,
                "text": "一二三",
                "entities": [
                    {"type": "bold", "offset": 0, "length": 2},
                    {"type": "italic", "offset": 1, "length": 2},
                ],
            },
            "intersect",
        ),
        ({"chat_id": CHAT, "text": "好", "parse_mode": "HTML"}, "entities only"),
        ({"chat_id": CHAT, "txt": "好"}, "unknown parameters"),
    ],
)
async def test_a_malformed_message_is_refused(call, api, params, why):
    status, answer = await call("sendMessage", **params)
    assert (status, answer["ok"]) == (400, False)
    assert why in answer["description"]
    assert api.sent == []


async def test_a_message_keeps_its_keyboard_until_an_edit_without_one(call, api):
    _, sent = await call("sendMessage", chat_id=CHAT, text="选", reply_markup=keyboard("x"))
    number = sent["result"]["message_id"]
    same = {"chat_id": CHAT, "message_id": number, "text": "选"}
    assert (
        "not modified"
        in (await call("editMessageText", **same, reply_markup=keyboard("x")))[1]["description"]
    )
    assert (await call("editMessageText", **same))[0] == 200
    assert api.sent[0].keyboard is None
    where = {"chat_id": CHAT, "message_id": number}
    assert "not modified" in (await call("editMessageReplyMarkup", **where))[1]["description"]
    assert (await call("editMessageReplyMarkup", **where, reply_markup=keyboard("y")))[0] == 200
    assert (await call("editMessageText", chat_id=CHAT, message_id=999, text="x"))[0] == 400


async def test_a_message_is_deleted_once(call, api):
    _, sent = await call("sendMessage", chat_id=CHAT, text="好")
    where = {"chat_id": CHAT, "message_id": sent["result"]["message_id"]}
    assert (await call("deleteMessage", **where))[0] == 200
    assert "not found" in (await call("deleteMessage", **where))[1]["description"]
    assert api.messages_to(CHAT) == []


async def test_documents_have_names_contents_and_limits(call, api):
    async def send(name, content, **params):
        files = {"document": (name, content)}
        return await call("sendDocument", files=files, chat_id=CHAT, **params)

    assert (await send("a.txt", b"x", caption="一"))[0] == 200
    assert (await send("a.txt", b""))[0] == 400
    assert (await send("a.txt", b"x", caption="一" * 1025))[0] == 400
    assert (await send("a.txt", bytes(50 * 1024 * 1024 + 1)))[0] == 413
    assert (await call("sendDocument", chat_id=CHAT))[0] == 400
    number = api.sent[0].id
    edited = await call("editMessageText", chat_id=CHAT, message_id=number, text="二")
    assert "no text" in edited[1]["description"]


async def test_a_tap_is_answered_once_and_in_time(call, api):
    await call("sendMessage", chat_id=CHAT, text="选", reply_markup=keyboard("x"))
    api.tap(api.sent[0], "x")
    query = next(iter(api.queries))
    assert (await call("answerCallbackQuery", callback_query_id=query, text="字" * 201))[0] == 400
    assert (await call("answerCallbackQuery", callback_query_id=query))[0] == 200
    assert (await call("answerCallbackQuery", callback_query_id=query))[0] == 400
    api.tap(api.sent[0], "x")
    api.expire_queries()
    late = list(api.queries)[-1]
    assert "too old" in (await call("answerCallbackQuery", callback_query_id=late))[1]["description"]


@pytest.mark.parametrize(
    "commands",
    [
        [{"command": "Ask", "description": "问"}],
        [{"command": "问", "description": "问"}],
        [{"command": "ask", "description": ""}],
        [{"command": "ask", "description": "问"}] * 101,
    ],
)
async def test_malformed_commands_are_refused(call, api, commands):
    assert (await call("setMyCommands", commands=commands))[0] == 400
    assert api.commands == []


async def test_commands_are_given_back(call):
    commands = [{"command": "ask", "description": "问政策"}]
    await call("setMyCommands", commands=commands)
    assert (await call("getMyCommands"))[1]["result"] == commands


async def test_an_update_comes_until_a_higher_offset_confirms_it(call, api):
    first, second = api.message(CHAT, "一"), api.message(CHAT, "二")
    got = (await call("getUpdates", timeout=0))[1]["result"]
    assert [update["update_id"] for update in got] == [first, second]
    assert len((await call("getUpdates", timeout=0, limit=1))[1]["result"]) == 1
    got = (await call("getUpdates", offset=second, timeout=0))[1]["result"]
    assert [update["update_id"] for update in got] == [second]
    assert (api.settled(first), api.settled(second)) == (True, False)
    assert (await call("getUpdates", limit=0))[0] == 400


async def test_a_long_poll_ends_with_the_first_update_and_with_the_next_poll(call, api):
    waiting = asyncio.create_task(call("getUpdates", timeout=30))
    await api.until(lambda: api.polls == 1, "not polling")
    newer = asyncio.create_task(call("getUpdates", timeout=30))
    assert (await waiting)[0] == 409
    api.message(CHAT, "一")
    assert len((await newer)[1]["result"]) == 1


async def test_polling_and_a_webhook_exclude_each_other(call, api):
    assert (await call("setWebhook", url="https://example.org/x", secret_token="s"))[0] == 200
    status, answer = await call("getUpdates", timeout=0)
    assert status == 409
    assert "deleteWebhook" in answer["description"]
    assert (await call("getWebhookInfo"))[1]["result"]["url"] == "https://example.org/x"
    await call("deleteWebhook", drop_pending_updates="true")
    assert (await call("getUpdates", timeout=0))[0] == 200


@pytest.mark.parametrize(
    "params", [{"url": "http://example.org/"}, {"url": "https://a.b/", "secret_token": "密"}]
)
async def test_a_webhook_needs_https_and_a_plain_secret(call, params):
    assert (await call("setWebhook", **params))[0] == 400


async def test_kinds_that_were_not_asked_for_are_lost(call, api):
    await call("getUpdates", timeout=0, allowed_updates=["message"])
    assert api.settled(api.push({"poll": {"id": "1"}}))
    assert not api.settled(api.message(CHAT, "一"))


async def test_files_are_given_up_to_twenty_megabytes(call, api):
    api.document(CHAT, "a.txt", b"content")
    api.document(CHAT, "b.txt", b"", size=20 * 1024 * 1024 + 1)
    small, large = api.files
    _, answer = await call("getFile", file_id=small)
    async with httpx.AsyncClient(trust_env=False) as client:
        path = f"{api.url}/file/bot{api.token}/{answer['result']['file_path']}"
        assert (await client.get(path)).content == b"content"
        assert (await client.get(path + "x")).status_code == 404
    assert "too big" in (await call("getFile", file_id=large))[1]["description"]
    assert (await call("getFile", file_id="x"))[0] == 400


async def test_chat_actions_are_named_ones(call):
    assert (await call("sendChatAction", chat_id=CHAT, action="typing"))[0] == 200
    assert (await call("sendChatAction", chat_id=CHAT, action="dancing"))[0] == 400


async def test_trouble_comes_once_for_each_order(call, api):
    api.fail("getMe", ApiError(429, "Too Many Requests", retry_after=3), HangUpError())
    status, answer = await call("getMe")
    assert (status, answer["parameters"]) == (429, {"retry_after": 3})
    with pytest.raises(httpx.RemoteProtocolError):
        await call("getMe")
    assert (await call("getMe"))[0] == 200


async def test_a_user_who_hears_nothing_fails_with_the_conversation(call, api):
    user = TelegramUser(api, CHAT, timeout=0.05)
    await call("sendMessage", chat_id=CHAT, text="您好", reply_markup=keyboard("x"))
    with pytest.raises(AssertionError, match="no answer to '在吗'") as failed:
        await user.says("在吗")
    assert "  < 您好 [好]\n  > 在吗" in str(failed.value)
    with pytest.raises(AssertionError, match="no button '不在'"):
        await user.taps("不在")
    with pytest.raises(AssertionError, match="'再见' was not said"):
        await user.sees("再见")


async def test_a_user_notices_what_should_not_have_been_said(call, api):
    idled = []

    async def idle():
        idled.append(True)

    user = TelegramUser(api, CHAT, idle=idle)
    await call("sendMessage", chat_id=CHAT, text="不该说的话")
    await user.does_not_see("别的话")
    with pytest.raises(AssertionError, match="was said"):
        await user.does_not_see("不该")
    assert idled == [True, True]
