"""What people do in Telegram, as turns: the same by polling and by webhook."""

import asyncio
import logging
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from bot.channels.telegram import TelegramChannel
from bot.conversation.messages import Choice, IncomingFile, Say, Turn
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from tests.support.telegram_records import Query
from tests.support.telegram_service import polling, webhook
from tests.support.telegram_user import TelegramUser
from yanlu.texts import telegram as texts

NOW = datetime(2024, 5, 6, 1, 30, tzinfo=UTC)
MARKED = "user words that no log may hold"


class Clerk:
    """Takes turns as the conversation core does: once each, an answer after every one."""

    def __init__(self, channel: TelegramChannel) -> None:
        self.channel = channel
        self.turns: list[Turn] = []
        self.seen: set[str] = set()
        self.gates: dict[str, asyncio.Event] = {}
        self.failures = 0

    async def take(self, turn: Turn) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError(MARKED)
        if turn.text in self.gates:
            await self.gates[turn.text].wait()
        if turn.update in self.seen:
            return
        self.seen.add(turn.update)
        self.turns.append(turn)
        rows = ((Choice("看原文", "ask:原文"), Choice("有帮助", "ask:yes")),)
        await self.channel.send(
            turn.conversation.address, Say(f"收到:{turn.text}{turn.arguments}", choices=rows)
        )

    @property
    def last(self) -> Turn:
        return self.turns[-1]


@pytest.fixture
async def api():
    async with FakeBotApi() as api:
        yield api


@pytest.fixture(params=["polling", "webhook"])
async def clerk(api, request):
    async with AsyncExitStack() as stack:
        channel = TelegramChannel(api.token, base_url=api.url, clock=lambda: NOW)
        stack.push_async_callback(channel.close)
        clerk = Clerk(channel)
        if request.param == "polling":
            await stack.enter_async_context(polling(channel, clerk.take))
        else:
            await stack.enter_async_context(webhook(api, channel, clerk.take))
        yield clerk


@pytest.fixture
def user(api, clerk):
    return TelegramUser(api)


async def test_a_question_is_a_turn_and_is_answered(user, clerk):
    await user.says("述责述廉是什么")
    assert await user.sees("述责述廉") == "收到:述责述廉是什么"
    assert clerk.last == Turn(clerk.last.conversation, clerk.last.update, "text", NOW, text="述责述廉是什么")
    assert (clerk.last.conversation.channel, clerk.last.conversation.address) == ("telegram", str(user.id))
    assert clerk.last.update.isdigit()


async def test_a_fast_answer_costs_one_call(user, api):
    await user.says("一")
    calls = len(api.calls)
    await user.says("二")
    assert [call.method for call in api.calls[calls:] if call.method != "getUpdates"] == ["sendMessage"]


@pytest.mark.parametrize(
    ("typed", "name", "arguments"),
    [
        ("/start", "start", ""),
        ("/start abc-123", "start", "abc-123"),
        ("/ask 述责述廉\n是什么", "ask", "述责述廉\n是什么"),
        ("/Ask@yanlu_test_bot 问题", "ask", "问题"),
    ],
)
async def test_a_command_comes_with_its_arguments(user, clerk, typed, name, arguments):
    await user.says(typed)
    assert (clerk.last.kind, clerk.last.text, clerk.last.arguments) == ("command", name, arguments)


@pytest.mark.parametrize("typed", ["请看 /ask 的用法", "/开始", "3/5 的人"])
async def test_a_slash_elsewhere_is_text(user, clerk, typed):
    await user.says(typed)
    assert (clerk.last.kind, clerk.last.text) == ("text", typed)


async def test_a_tap_is_a_choice_stops_its_spinner_and_takes_the_buttons_off(user, clerk, api):
    await user.says("问题")
    tapped = user.received[-1]
    await user.taps("看原文")
    assert (clerk.last.kind, clerk.last.text) == ("choice", "ask:原文")
    await api.until(lambda: tapped.keyboard is None, "the keyboard stayed")
    assert [query.answered for query in api.queries.values()] == [True]
    assert user.offered == ["看原文", "有帮助"]  # those of the new answer


async def test_a_tap_on_a_message_too_old_to_edit_is_still_a_choice(user, clerk, api):
    await user.says("问题")
    message = user.received[-1]
    api.expire_queries()
    message.keyboard, kept = None, message.keyboard
    update = api.tap(message, kept[0][1]["callback_data"])
    api.expire_queries()
    await api.until(lambda: api.settled(update), "the tap was not taken")
    assert clerk.last.text == "ask:yes"
    await user.says("还在")
    await user.sees("还在")


async def test_a_tap_that_belongs_to_no_chat_only_stops_spinning(user, clerk, api):
    await user.says("问题")
    turns = len(clerk.turns)
    api.queries["lost"] = Query(user.id)
    person = {"id": 7, "is_bot": False, "first_name": "用户"}
    lost = {"id": "lost", "from": person, "chat_instance": "1", "inline_message_id": "x", "data": "ask:yes"}
    update = api.push({"callback_query": lost})
    await api.until(lambda: api.settled(update) and api.queries["lost"].answered, "it still spins")
    assert len(clerk.turns) == turns


async def test_an_edited_message_says_so(user, clerk):
    await user.says("述责")
    await user.corrects("述责述廉")
    assert (clerk.last.edited, clerk.last.text) == (True, "述责述廉")


async def test_a_document_comes_with_name_and_size_and_can_be_fetched(user, clerk, tmp_path):
    path = tmp_path / "措施.txt"
    path.write_text("原文", encoding="utf-8")
    await user.sends(path)
    reference = clerk.last.file.reference
    assert clerk.last.kind == "file"
    assert clerk.last.file == IncomingFile(reference, "措施.txt", 6, "text/plain")
    assert await clerk.channel.fetch(reference) == "原文".encode()


async def test_a_file_too_large_to_fetch_is_still_a_turn_with_its_size(user, clerk):
    await user.sends_large("大.zip")
    assert clerk.last.file.size == 25 * 1024 * 1024


async def test_a_photo_is_a_file_of_its_largest_size(user, clerk, api):
    sizes = [
        {"file_id": name, "file_unique_id": name, "width": side, "height": side, "file_size": side}
        for name, side in (("small", 90), ("large", 800))
    ]
    update = api.message(user.id, photo=sizes, caption="现场")
    await api.until(lambda: api.settled(update), "not taken")
    assert clerk.last.file == IncomingFile("large", "photo.jpg", 800, "image/jpeg")
    assert clerk.last.text == "现场"


async def test_a_document_without_a_name_has_an_empty_one(user, clerk, api):
    update = api.message(user.id, document={"file_id": "f", "file_unique_id": "f"})
    await api.until(lambda: api.settled(update), "not taken")
    assert clerk.last.file == IncomingFile("f", "", 0, None)


async def test_stickers_and_voices_are_named(user, clerk):
    await user.sends_sticker()
    assert (clerk.last.kind, clerk.last.text) == ("unsupported", texts.KINDS["sticker"])
    await user.sends_voice()
    assert clerk.last.text == texts.KINDS["voice"]


@pytest.mark.parametrize("field", ["voice", "audio", "video", "video_note", "animation"])
async def test_a_recording_is_named_and_brings_its_file_for_whoever_asks_for_one(user, clerk, api, field):
    reference = api.keep(b"OggS")
    file = {"file_id": reference, "file_unique_id": "u", "duration": 1, "file_size": 4}
    shape = {"width": 1, "height": 1, "length": 1, "mime_type": "audio/ogg"}
    update = api.message(user.id, **{field: file | shape}, caption="说明")
    await api.until(lambda: api.settled(update), "not taken")
    assert (clerk.last.kind, clerk.last.text) == ("unsupported", texts.KINDS[field])
    assert (clerk.last.file.reference, clerk.last.file.size, clerk.last.file.name) == (reference, 4, "")
    assert await clerk.channel.fetch(reference) == b"OggS"


async def test_a_sticker_brings_no_file(user, clerk):
    await user.sends_sticker()
    assert clerk.last.file is None


async def test_an_animation_is_not_taken_for_its_document(user, clerk, api):
    file = {"file_id": "a", "file_unique_id": "a"}
    update = api.message(
        user.id,
        animation=file | {"width": 1, "height": 1, "duration": 1},
        document=file | {"file_name": "a.mp4"},
    )
    await api.until(lambda: api.settled(update), "not taken")
    assert (clerk.last.kind, clerk.last.text) == ("unsupported", texts.KINDS["animation"])


async def test_what_is_no_message_to_us_is_passed_over_without_a_word(user, clerk, api, caplog):
    await user.says("一")
    turns, calls = len(clerk.turns), len(api.calls)
    live = {"location": {"longitude": 117.2, "latitude": 39.1, "live_period": 60}}
    place = {"id": user.id, "type": "private", "first_name": "用户"}
    person = {"id": user.id, "is_bot": False, "first_name": "用户"}
    updates = [
        api.push({"some_future_kind": {"x": 1}}, force=True),
        api.push({"poll": {"id": "1"}}),
        api.message(user.id, message_auto_delete_timer_changed={"message_auto_delete_time": 9}),
        api.push({"edited_message": {"message_id": 5, "date": 1, "chat": place, "from": person} | live}),
    ]
    await api.until(lambda: all(map(api.settled, updates)), "not settled")
    assert len(clerk.turns) == turns
    assert {call.method for call in api.calls[calls:]} <= {"getUpdates"}
    assert caplog.text == ""


async def test_an_update_that_cannot_be_read_does_not_stop_the_next(user, clerk, api, caplog):
    broken = api.push({"message": {"message_id": 1, "text": MARKED}})
    await user.says("还在吗")
    await user.sees("还在吗")
    await api.until(lambda: api.settled(broken), "the broken update comes again and again")
    assert "cannot be read" in caplog.text
    assert MARKED not in caplog.text


async def test_only_private_chats_are_served_and_a_group_is_told_once(user, clerk, api):
    quiet = api.message(-100, "大家好 /ask@another_bot @another_bot", kind="supergroup")
    called = api.message(-100, "@yanlu_test_bot 述责述廉是什么", kind="supergroup")
    again = api.message(-100, "/ask 问题", kind="supergroup")
    await api.until(lambda: all(map(api.settled, (quiet, called, again))), "not settled")
    assert [message.text for message in api.messages_to(-100)] == [texts.PRIVATE_ONLY]
    assert clerk.turns == []


@pytest.mark.parametrize("words", ["/ask 问题", "/ask@Yanlu_Test_Bot", "请教 @yanlu_test_bot"])
async def test_a_group_that_calls_is_told(api, clerk, words):
    api.message(-7, words, kind="group")
    await api.until(lambda: bool(api.messages_to(-7)), "the group was not told")


async def test_a_group_that_shut_the_bot_out_changes_nothing(user, api, caplog):
    api.chat(-9, "group").blocked = True
    api.message(-9, "/ask 问题", kind="group")
    await user.says("还在吗")
    await user.sees("还在吗")


async def test_the_same_update_twice_is_one_turn(user, clerk, api):
    await user.says("问题")
    await api.redeliver(int(clerk.last.update))
    assert [turn.text for turn in clerk.turns] == ["问题"]
    assert len(api.messages_to(user.id)) == 1


async def test_turns_of_one_chat_keep_their_order_while_another_chat_goes_on(api, clerk):
    slow = TelegramUser(api, 1)
    clerk.gates["慢"] = asyncio.Event()
    first, second = api.message(1, "慢"), api.message(1, "快")
    api.message(2, "别人")
    await api.until(lambda: bool(api.messages_to(2)), "the other chat had to wait")
    assert not api.settled(first)
    assert not api.settled(second)
    assert slow.received == []
    clerk.gates["慢"].set()
    await api.until(lambda: api.settled(first) and api.settled(second), "not settled")
    assert [turn.text for turn in clerk.turns] == ["别人", "慢", "快"]


async def test_a_failing_turn_is_owned_up_to_once_and_logged_without_content(user, clerk, api, caplog):
    clerk.failures = 1
    await user.says("私密的话")
    await user.sees(texts.APOLOGY)
    apologies = [message for message in api.messages_to(user.id) if message.text == texts.APOLOGY]
    assert len(apologies) == 1
    assert "a turn failed: RuntimeError at test_telegram_turns.py" in caplog.text
    for secret in (MARKED, "私密的话", str(user.id), api.token):
        assert secret not in caplog.text
    await user.says("下一句")
    await user.sees("下一句")


async def test_a_failing_tap_keeps_its_buttons_for_another_try(user, clerk, api):
    await user.says("问题")
    message = user.received[-1]
    clerk.failures = 99
    update = api.tap(message, "ask:yes")
    await user.sees("收到")
    await api.until(lambda: user.api.messages_to(user.id)[-1].text == texts.APOLOGY, "no apology")
    assert message.labels == ["看原文", "有帮助"]
    await api.until(lambda: all(query.answered for query in api.queries.values()), "it still spins")
    clerk.failures = 0
    await api.until(lambda: api.settled(update), "not settled")


async def test_an_apology_that_cannot_be_delivered_is_let_go(user, clerk, api, caplog):
    clerk.failures = 1
    api.fail("sendMessage", ApiError(403, "Forbidden: bot was blocked by the user"))
    api.message(user.id, "问题")
    await api.until(lambda: "a notice was not delivered" in caplog.text, "the failure was not logged")
    await user.says("还在吗")
    await user.sees("还在吗")


async def test_vendors_stay_quiet_whatever_the_log_level(user, api, caplog):
    caplog.set_level(logging.DEBUG)
    await user.says("不该进日志的话")
    for secret in (api.token, "不该进日志"):
        assert secret not in caplog.text
