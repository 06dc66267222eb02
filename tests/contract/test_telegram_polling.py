"""Polling: what is confirmed when, and how trouble is outlasted."""

import asyncio

import pytest

from bot.channels.telegram import TelegramChannel, run_polling
from bot.channels.telegram import polling as polling_module
from bot.conversation.messages import Say
from tests.support.http_wire import HangUpError
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from tests.support.telegram_records import Webhook
from tests.support.telegram_service import polling
from tests.support.telegram_user import TelegramUser
from yanlu.errors import ChannelError
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


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(polling_module, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr("bot.channels.telegram.outgoing.RETRY_SECONDS", 0.01)


def echo(channel):
    async def take(turn):
        await channel.send(turn.conversation.address, Say(f"收到:{turn.text}"))

    return take


async def test_a_webhook_left_from_before_is_taken_down(api, channel):
    api.webhook = Webhook("https://old.example/x", "", None)
    user = TelegramUser(api)
    async with polling(channel, echo(channel)):
        await user.says("问题")
    assert api.webhook is None


async def test_a_wrong_token_ends_polling_with_the_reason(api):
    channel = TelegramChannel("1:wrong", base_url=api.url)
    with pytest.raises(ChannelError) as refused:
        await run_polling(channel, echo(channel), asyncio.Event())
    await channel.close()
    assert refused.value.happened == texts.ACCOUNT_REFUSED


async def test_a_token_withdrawn_later_ends_polling_too(api, channel):
    user = TelegramUser(api)
    running = asyncio.create_task(run_polling(channel, echo(channel), asyncio.Event()))
    await user.says("问题")
    api.fail("getUpdates", ApiError(401, "Unauthorized"))
    api.message(user.id, "再问")
    with pytest.raises(ChannelError) as refused:
        await running
    assert refused.value.happened == texts.ACCOUNT_REFUSED


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
@pytest.mark.parametrize("trouble", [ApiError(502, "Bad Gateway"), HangUpError()], ids=["502", "hang-up"])
async def test_a_service_that_is_down_at_the_start_is_waited_for(api, channel, method, trouble, caplog):
    api.fail(method, trouble, trouble)
    user = TelegramUser(api)
    async with polling(channel, echo(channel)):
        await user.says("问题")
        await user.sees("问题")
    assert caplog.text.count("telegram cannot be asked") == 1


@pytest.mark.parametrize(
    "trouble",
    [
        ApiError(409, "Conflict: terminated by other getUpdates request"),
        ApiError(500, "Internal Server Error"),
        ApiError(429, "Too Many Requests: retry after 1", retry_after=1),
        HangUpError(),
    ],
    ids=["conflict", "500", "flood", "hang-up"],
)
async def test_trouble_in_between_is_outlasted(api, channel, trouble):
    user = TelegramUser(api)
    async with polling(channel, echo(channel)):
        await user.says("一")
        api.fail("getUpdates", trouble)
        await user.says("二")
        await user.says("三")
        await user.sees("三")
    assert [message.text for message in api.messages_to(user.id)] == ["收到:一", "收到:二", "收到:三"]


async def test_nothing_is_confirmed_before_its_turn_has_committed(api, channel, monkeypatch):
    """A process that dies between fetching and committing gets the update again."""
    monkeypatch.setattr(polling_module, "FAREWELL_SECONDS", 0.01)
    begun, taken = asyncio.Event(), []

    async def dies(turn):
        begun.set()
        await asyncio.Event().wait()

    dying = asyncio.create_task(run_polling(channel, dies, asyncio.Event()))
    api.chat(1)
    update = api.message(1, "不能丢")
    await begun.wait()
    polls = api.polls
    await api.until(lambda: api.polls > polls + 1, "polling stopped while a turn was open")
    assert not api.settled(update)
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert not api.settled(update)

    async def lives(turn):
        taken.append(turn.text)

    async with polling(channel, lives):
        await api.until(lambda: api.settled(update), "not taken by the next process")
    assert taken == ["不能丢"]


async def test_stopping_lets_the_turn_under_way_end_and_confirms_it(api, channel):
    begun, gate, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def take(turn):
        begun.set()
        await gate.wait()

    running = asyncio.create_task(run_polling(channel, take, stop))
    api.chat(1)
    update = api.message(1, "最后一句")
    await begun.wait()
    stop.set()
    assert not api.settled(update)
    gate.set()
    await running
    assert api.settled(update)


async def test_a_turn_that_never_ends_is_given_up_at_the_stop(api, channel, monkeypatch):
    monkeypatch.setattr(polling_module, "FAREWELL_SECONDS", 0.01)
    begun, stop = asyncio.Event(), asyncio.Event()

    async def take(turn):
        begun.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(run_polling(channel, take, stop))
    api.chat(1)
    update = api.message(1, "卡住")
    await begun.wait()
    stop.set()
    await running
    assert not api.settled(update)


async def test_stopping_while_nothing_happens_is_prompt(api, channel):
    stop = asyncio.Event()
    running = asyncio.create_task(run_polling(channel, echo(channel), stop))
    await api.until(lambda: api.polls > 0, "polling did not start")
    stop.set()
    async with asyncio.timeout(2):
        await running


async def test_stopping_while_the_service_is_away_is_prompt(api, channel, caplog):
    api.fail("getMe", *[ApiError(500, "x")] * 1000)
    stop = asyncio.Event()
    running = asyncio.create_task(run_polling(channel, echo(channel), stop))
    await api.until(lambda: len(api.calls) > 2, "not tried again")
    stop.set()
    async with asyncio.timeout(2):
        await running
    assert api.polls == 0


async def test_a_last_word_that_fails_does_not_keep_us_from_stopping(api, channel):
    user = TelegramUser(api)
    async with polling(channel, echo(channel)):
        await user.says("问题")
        await api.until(lambda: api.polls > 1, "not polling")
        api.fail("getUpdates", ApiError(500, "x"))
    assert [message.text for message in api.messages_to(user.id)] == ["收到:问题"]


async def test_an_error_inside_the_channel_itself_is_logged_and_passed_over(api, channel, caplog):
    user = TelegramUser(api)
    times = iter([ZeroDivisionError()])

    def clock():
        raise next(times)

    kept, channel.clock = channel.clock, clock
    async with polling(channel, echo(channel)):
        update = api.message(user.id, "私密")
        await api.until(lambda: api.settled(update), "not settled")
        channel.clock = kept
        await user.says("下一句")
    assert "an update was let go: ZeroDivisionError" in caplog.text
    assert "私密" not in caplog.text
