"""Webhook: who is let in, and what each answer promises."""

import asyncio

import httpx
import pytest

from bot.channels.telegram import TelegramChannel, set_webhook, webhook_app
from bot.channels.telegram.webhook import MAX_BODY_BYTES, SECRET_HEADER
from bot.conversation.channel import DeliverLater
from bot.conversation.messages import Say
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from tests.support.telegram_service import SECRET, webhook
from tests.support.telegram_user import TelegramUser
from yanlu.errors import ChannelError, SettingsError
from yanlu.texts import telegram as texts


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        yield api


@pytest.fixture
async def channel(api):
    channel = TelegramChannel(api.token, base_url=api.url)
    yield channel
    await channel.close()


@pytest.fixture
async def client(channel):
    async def take(turn):
        await channel.send(turn.conversation.address, Say("好"))

    transport = httpx.ASGITransport(app=webhook_app(channel, take, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def test_the_webhook_is_set_with_the_secret_and_the_kinds_we_serve(api, channel):
    async def take(turn):
        raise AssertionError

    async with webhook(api, channel, take) as url:
        assert api.webhook.url == url
        assert api.webhook.secret == SECRET
        assert api.webhook.allowed == ("message", "edited_message", "callback_query")


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: SECRET + "x"}])
async def test_nobody_without_the_secret_is_let_in(client, headers):
    assert (await client.post("/telegram", json={"update_id": 1}, headers=headers)).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe"])
async def test_what_is_no_update_is_refused(client, body):
    headers = {SECRET_HEADER: SECRET}
    assert (await client.post("/telegram", content=body, headers=headers)).status_code == 400


async def test_a_body_beyond_the_bound_is_refused(client):
    headers = {SECRET_HEADER: SECRET}
    body = b" " * (MAX_BODY_BYTES + 1)
    assert (await client.post("/telegram", content=body, headers=headers)).status_code == 413


async def test_an_update_that_cannot_be_read_is_not_asked_for_again(client):
    headers = {SECRET_HEADER: SECRET}
    broken = {"update_id": 1, "message": {"message_id": 1}}
    assert (await client.post("/telegram", json=broken, headers=headers)).status_code == 200


async def test_only_the_path_and_method_of_telegram_are_served(client):
    assert (await client.get("/telegram")).status_code == 405
    assert (await client.post("/")).status_code == 404


async def test_two_hundred_is_said_only_after_the_turn_has_committed(api, channel):
    begun, commit = asyncio.Event(), asyncio.Event()

    async def take(turn):
        begun.set()
        await commit.wait()

    async with webhook(api, channel, take):
        api.chat(1)
        update = api.message(1, "问题")
        await begun.wait()
        assert api.deliveries == []
        assert not api.settled(update)
        commit.set()
        await api.until(lambda: api.settled(update), "not answered")
        assert api.deliveries == [(update, 200)]


async def test_a_failed_turn_is_delivered_again_and_apologised_for_once(api, channel):
    failures = 2

    async def take(turn):
        nonlocal failures
        if failures:
            failures -= 1
            raise RuntimeError
        await channel.send(turn.conversation.address, Say("办好了"))

    async with webhook(api, channel, take):
        user = TelegramUser(api)
        update = api.message(user.id, "问题")
        await api.until(lambda: api.settled(update), "not taken in the end")
        assert [status for _, status in api.deliveries] == [503, 503, 200]
        assert [message.text for message in user.received] == [texts.APOLOGY, "办好了"]


async def test_a_worker_may_leave_the_address_to_others(api, channel):
    app = webhook_app(channel, None, SECRET)
    async with app.router.lifespan_context(app):
        assert channel.username
    assert api.calls_of("setWebhook") == []


@pytest.mark.parametrize("secret", ["", "空格 ", "a b", "x" * 257, "密"])
def test_a_secret_outside_their_alphabet_is_refused_before_anything_starts(secret):
    with pytest.raises(SettingsError) as refused:
        webhook_app(TelegramChannel("1:x"), None, secret)
    assert refused.value.next_step


async def test_an_address_they_refuse_is_named_as_the_reason(api, channel):
    with pytest.raises(ChannelError) as refused:
        await set_webhook(channel, "http://example.org/telegram", SECRET)
    assert refused.value.happened == texts.WEBHOOK_REFUSED


async def test_a_service_that_is_down_is_to_be_tried_later(api, channel):
    api.fail("setWebhook", ApiError(502, "Bad Gateway"))
    with pytest.raises(DeliverLater):
        await set_webhook(channel, "https://example.org/telegram", SECRET)
