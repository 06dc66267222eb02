"""What leaves through Telegram, and what becomes of the service's refusals."""

import logging

import pytest

from bot.channels.telegram import TelegramChannel, intake
from bot.conversation.channel import DeliverLater, Undeliverable
from bot.conversation.messages import Choice, OutgoingFile, Say, Span
from tests.support.http_wire import HangUpError
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from yanlu.errors import ChannelError
from yanlu.texts import telegram as texts

CHAT = 1001


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        api.chat(CHAT)
        yield api


@pytest.fixture
async def channel(api):
    channel = TelegramChannel(api.token, base_url=api.url, commands=[("start", "开始"), ("ask", "问政策")])
    yield channel
    await channel.close()


def flood(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


async def test_an_answer_arrives_with_its_styles_and_buttons(api, channel):
    rows = ((Choice("看原文", "ask:text"), Choice("相关措施", "ask:more")), (Choice("有帮助", "ask:yes"),))
    text = "😀 要接受评议。原文:<b>述责&述廉</b>"
    quote = text.index("<b>")
    await channel.send(str(CHAT), Say(text, (Span(2, 8, "strong"), Span(quote, len(text), "quote")), rows))
    (message,) = api.messages_to(CHAT)
    assert message.text == text
    assert message.shown("bold") == ["要接受评议。"]
    assert message.shown("blockquote") == ["<b>述责&述廉</b>"]
    assert message.labels == ["看原文", "相关措施", "有帮助"]


async def test_a_long_answer_arrives_in_parts_with_the_buttons_last(api, channel):
    text = "".join(f"第{n}项措施要落实到位。" for n in range(1000))
    await channel.send(str(CHAT), Say(text, choices=((Choice("好", "x:1"),),)))
    parts = api.messages_to(CHAT)
    assert len(parts) > 1
    assert "".join(part.text for part in parts) == text
    assert [part.labels for part in parts] == [[]] * (len(parts) - 1) + [["好"]]


async def test_a_file_arrives_under_its_name(api, channel):
    content = bytes(range(256)) + b"\r\n--x\r\n"
    file = OutgoingFile("谈话登记表.docx", content, "application/octet-stream")
    await channel.send(str(CHAT), Say("请查收。", (Span(0, 2, "strong"),), file=file))
    (message,) = api.messages_to(CHAT)
    assert message.document is not None
    assert message.document.content == content
    assert (message.text, message.shown("bold")) == ("请查收。", ["请查"])


async def test_a_file_without_words_arrives_too(api, channel):
    await channel.send(str(CHAT), Say("", file=OutgoingFile("a.txt", b"x", "text/plain")))
    assert api.messages_to(CHAT)[0].text == ""


async def test_opening_publishes_the_commands_once(api, channel):
    await channel.open()
    await channel.open()
    assert channel.username == "yanlu_test_bot"
    assert api.commands == [
        {"command": "start", "description": "开始"},
        {"command": "ask", "description": "问政策"},
    ]
    assert len(api.calls_of("getMe")) == 1


async def test_a_menu_that_is_refused_does_not_keep_the_bot_from_working(api, channel):
    api.fail("setMyCommands", ApiError(500, "Internal Server Error"))
    await channel.open()
    assert channel.username == "yanlu_test_bot"


async def test_a_bot_without_commands_publishes_none(api):
    channel = TelegramChannel(api.token, base_url=api.url)
    await channel.open()
    await channel.close()
    assert api.calls_of("setMyCommands") == []


@pytest.mark.parametrize("token", ["900000001:wrong", "no token at all", "900000001:/../x?"])
async def test_a_wrong_token_is_named_as_such_and_never_shown(api, token):
    channel = TelegramChannel(token, base_url=api.url)
    with pytest.raises(ChannelError) as refused:
        await channel.open()
    await channel.close()
    assert refused.value.happened == texts.ACCOUNT_REFUSED
    assert refused.value.next_step
    assert token not in str(refused.value)


def test_an_empty_token_is_refused_at_once():
    with pytest.raises(ChannelError) as refused:
        TelegramChannel("")
    assert refused.value.happened == texts.ACCOUNT_REFUSED


async def test_an_unreachable_service_is_to_be_tried_later(api, channel):
    api.fail("getMe", HangUpError())
    with pytest.raises(DeliverLater):
        await channel.open()
    await channel.open()
    assert channel.username


async def test_flood_control_is_obeyed_to_the_second(api, channel):
    api.fail("sendMessage", flood(17))
    with pytest.raises(DeliverLater) as later:
        await channel.send(str(CHAT), Say("好"))
    assert later.value.seconds == 17


@pytest.mark.parametrize(
    "trouble",
    [
        ApiError(500, "Internal Server Error"),
        ApiError(502, "Bad Gateway"),
        HangUpError(),
        ApiError(401, "Unauthorized"),
    ],
    ids=["500", "502", "hang-up", "401"],
)
async def test_trouble_on_their_side_is_waited_out(api, channel, trouble):
    api.fail("sendMessage", trouble)
    with pytest.raises(DeliverLater) as later:
        await channel.send(str(CHAT), Say("好"))
    assert later.value.seconds > 0
    await channel.send(str(CHAT), Say("好"))
    assert [message.text for message in api.messages_to(CHAT)] == ["好"]


async def test_a_user_who_blocked_the_bot_is_given_up(api, channel):
    api.block(CHAT)
    with pytest.raises(Undeliverable) as gone:
        await channel.send(str(CHAT), Say("好"))
    assert gone.value.happened == texts.CHAT_GONE


async def test_an_unknown_chat_is_given_up(channel):
    with pytest.raises(Undeliverable) as gone:
        await channel.send("424242", Say("好"))
    assert gone.value.happened == texts.CHAT_GONE


async def test_a_message_they_find_malformed_is_given_up(channel):
    with pytest.raises(Undeliverable) as refused:
        await channel.send(str(CHAT), Say("选", choices=((Choice(" ", "x:1"),),)))
    assert refused.value.happened == texts.MESSAGE_REFUSED


async def test_a_say_stopped_between_two_parts_goes_on_where_it_stopped(api, channel):
    say = Say("一。" * 4000)
    original, count = channel.bot.send_message, 0

    async def send(*args, **kwargs):
        nonlocal count
        count += 1
        if count == 2:
            api.fail("sendMessage", flood(3))
        return await original(*args, **kwargs)

    with channel.bot._unfrozen():
        channel.bot.send_message = send
    with pytest.raises(DeliverLater):
        await channel.send(str(CHAT), say)
    assert len(api.messages_to(CHAT)) == 1
    await channel.send(str(CHAT), say)
    assert "".join(part.text for part in api.messages_to(CHAT)) == say.text
    await channel.send(str(CHAT), say)  # said again on purpose: from the beginning
    assert "".join(part.text for part in api.messages_to(CHAT)) == say.text * 2


async def test_only_so_many_unfinished_says_are_remembered(api, channel, monkeypatch):
    monkeypatch.setattr("bot.channels.telegram.channel._UNFINISHED_SAYS", 1)
    for number in range(3):
        channel._remember(str(number), Say("一"), 1)
    assert [address for address, _ in channel._sent] == ["2"]


def test_only_so_many_keys_are_remembered(monkeypatch):
    monkeypatch.setattr(intake, "_REMEMBERED", 2)
    recent = intake._Recent()
    assert [recent.first_time(key) for key in (1, 2, 2, 3, 1)] == [True, True, False, True, True]


async def test_a_file_is_fetched_as_it_was_sent(api, channel):
    api.document(CHAT, "a.bin", bytes(range(256)))
    assert await channel.fetch(next(iter(api.files))) == bytes(range(256))


async def test_a_file_beyond_twenty_megabytes_is_refused(api, channel):
    api.document(CHAT, "a.zip", b"", size=25 * 1024 * 1024)
    with pytest.raises(ChannelError) as refused:
        await channel.fetch(next(iter(api.files)))
    assert (refused.value.happened, refused.value.kept) == (texts.FILE_TOO_BIG, texts.FILE_TOO_BIG_KEPT)


async def test_a_self_hosted_server_that_gives_larger_files_does_not_change_the_limit(api, channel):
    api.document(CHAT, "a.zip", b"x", size=20 * 1024 * 1024)
    with pytest.raises(ChannelError) as refused:
        await channel.fetch(next(iter(api.files)), 1024)
    assert refused.value.happened == texts.FILE_TOO_BIG


async def test_a_file_that_is_gone_is_said_to_be_gone(channel):
    with pytest.raises(ChannelError) as refused:
        await channel.fetch("no-such-file")
    assert refused.value.happened == texts.FILE_GONE


async def test_a_file_is_asked_for_again_when_the_service_is_down(api, channel):
    api.fail("getFile", ApiError(500, "Internal Server Error"))
    with pytest.raises(DeliverLater):
        await channel.fetch("file")


async def test_no_log_holds_the_token_or_what_was_said(api, channel, caplog):
    caplog.set_level(logging.DEBUG)
    api.fail("sendMessage", ApiError(400, "Bad Request: whatever"), flood(9), ApiError(500, "x"))
    for failure in (Undeliverable, DeliverLater, DeliverLater):
        with pytest.raises(failure):
            await channel.send(str(CHAT), Say("一段不该进日志的话"))
    await channel.send(str(CHAT), Say("一段不该进日志的话"))
    assert "BadRequest" in caplog.text
    for secret in (api.token, "不该进日志", str(CHAT)):
        assert secret not in caplog.text
