"""What a Telegram chat can be rid of, and files that stream in."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.trails import MOST_CHATS, MOST_MESSAGES, Trails
from bot.conversation.channel import DeliverLater, Sweep
from bot.conversation.messages import Say
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from yanlu.errors import AttachmentRefused, ChannelError

CHAT = 1001
FLEETING = Say("只此一次", fleeting=True)


class Clock:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        api.chat(CHAT)
        yield api


@pytest.fixture
async def channel(api, clock):
    channel = TelegramChannel(api.token, base_url=api.url, clock=clock)
    yield channel
    await channel.close()


def shown(api):
    return [message.text for message in api.messages_to(CHAT)]


async def test_a_report_disappears_with_what_the_user_wrote_and_nothing_else_does(api, channel):
    channel.heard(CHAT, 11)
    await channel.send(str(CHAT), Say("问政策的回答"))
    channel.heard(CHAT, 12)
    channel.heard(CHAT, 13)
    await channel.send(str(CHAT), FLEETING)
    channel.heard(CHAT, 14)
    await channel.send(str(CHAT), Say("又一个回答"))
    assert await channel.clean(str(CHAT)) == Sweep(removed=3)
    assert shown(api) == ["问政策的回答", "又一个回答"]
    assert {number for _, number in api.removed} >= {12, 13}
    assert not {11, 14} & {number for _, number in api.removed}
    assert await channel.clean(str(CHAT)) == Sweep(removed=0)


async def test_a_long_chat_is_cleaned_in_calls_of_a_hundred(api, channel):
    for number in range(250):
        channel.heard(CHAT, 10_000 + number)
    await channel.send(str(CHAT), FLEETING)
    assert await channel.clean(str(CHAT)) == Sweep(removed=251)
    assert len(api.calls_of("deleteMessages")) == 3


async def test_messages_older_than_two_days_are_left_and_counted(api, channel, clock):
    channel.heard(CHAT, 21)
    await channel.send(str(CHAT), FLEETING)
    clock.now += timedelta(hours=47, minutes=30)
    await channel.send(str(CHAT), FLEETING)
    clock.now += timedelta(minutes=30)
    assert await channel.clean(str(CHAT)) == Sweep(removed=1, left=2)
    assert len(shown(api)) == 1


async def test_where_telegram_refuses_some_the_others_go(api, channel):
    for number in (31, 32, 33):
        channel.heard(CHAT, number)
    await channel.send(str(CHAT), FLEETING)
    api.undeletable = {32}
    assert await channel.clean(str(CHAT)) == Sweep(removed=3, left=1)
    assert shown(api) == []


async def test_messages_the_user_deleted_first_are_not_counted_as_left(api, channel):
    channel.heard(CHAT, 41)
    await channel.send(str(CHAT), FLEETING)
    gone = ApiError(400, "Bad Request: message to delete not found")
    api.fail("deleteMessages", gone, gone, gone)
    assert await channel.clean(str(CHAT)) == Sweep(removed=2)


async def test_a_service_that_is_down_is_tried_again_and_the_trail_is_kept(api, channel):
    channel.heard(CHAT, 51)
    await channel.send(str(CHAT), FLEETING)
    api.fail("deleteMessages", ApiError(500, "Internal Server Error"))
    with pytest.raises(DeliverLater):
        await channel.clean(str(CHAT))
    assert await channel.clean(str(CHAT)) == Sweep(removed=2)


def test_a_trail_and_the_number_of_trails_are_bounded(clock):
    trails = Trails()
    for number in range(MOST_MESSAGES + 5):
        trails.heard(1, number, clock.now)
    trails.said(1, 99_999, clock.now, fleeting=True)
    assert len(trails.of(1, clock.now)[0]) == MOST_MESSAGES
    for chat in range(2, MOST_CHATS + 2):
        trails.heard(chat, 1, clock.now)
    assert trails.of(1, clock.now) == ([], 0)


async def test_a_file_that_is_larger_than_said_is_stopped_while_it_streams(api, channel):
    api.document(CHAT, "a.bin", b"x" * 300_000, size=10)
    with pytest.raises(AttachmentRefused):
        await channel.fetch(next(iter(api.files)), 200_000)


async def test_a_file_that_disappears_between_asking_and_fetching_is_gone(api, channel, monkeypatch):
    api.document(CHAT, "a.bin", b"x")
    api.token, token = "1:other", api.token
    monkeypatch.setattr(api, "_admitted", lambda found: found[2])
    with pytest.raises(ChannelError):
        await channel.fetch(next(iter(api.files)))
    api.token = token


async def test_a_file_is_fetched_again_when_the_connection_fails(api, channel, monkeypatch):
    import httpx

    def broken(*_args, **_details):
        raise httpx.ConnectError("no road")

    api.document(CHAT, "a.bin", b"x")
    monkeypatch.setattr(httpx.AsyncClient, "stream", broken)
    with pytest.raises(DeliverLater) as error:
        await channel.fetch(next(iter(api.files)))
    assert api.token not in str(error.value)
