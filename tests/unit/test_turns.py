import asyncio
import logging

import pytest

from bot.conversation.channel import DeliverLater, Undeliverable
from bot.conversation.courier import LEASE, MAX_FAULTS
from bot.conversation.messages import Say
from tests.support.small_house import SmallHouse
from tests.support.talk_form import TalkDialog
from yanlu.errors import DatabaseUnavailable
from yanlu.texts import conversation as texts


@pytest.fixture
def house(tmp_path):
    return SmallHouse(tmp_path, [TalkDialog()])


def texts_of(house):
    return [say.text.removeprefix(f"{texts.NOTICE}\n\n").partition("|")[0] for say in house.terminal.messages]


def disturb(house, *faults):
    """Let the channel's next sends fail in turn; None lets one through."""
    waiting = list(faults)
    send = house.terminal.send

    async def sending(address, say):
        fault = waiting.pop(0) if waiting else None
        if fault is not None:
            raise fault
        await send(address, say)

    house.terminal.send = sending


async def test_a_delivery_counts_once_though_it_comes_twice(house):
    for _ in range(3):
        await house.taker.take(house.turn("u1", "述责"))
    assert texts_of(house) == ["答:述责"]
    assert not house.database.state.outbox


async def test_turns_of_one_chat_never_interleave(house):
    await asyncio.gather(*(house.taker.take(house.turn(f"u{n}", f"问{n}")) for n in range(20)))
    assert texts_of(house) == [f"答:问{n}" for n in range(20)]


async def test_a_committed_turn_leaves_meanwhile(house):
    release = asyncio.Event()
    send = house.terminal.send

    async def slow(address, say):
        await release.wait()
        await send(address, say)

    house.terminal.send = slow
    await house.taker.accept(house.turn("u1", "一"))
    await house.taker.accept(house.turn("u2", "二"))
    assert texts_of(house) == []
    assert len(house.database.state.outbox) == 2
    assert await house.courier.sweep() == 0
    house.wait(minutes=2)
    assert await house.courier.sweep() == 0, "the sweep must not take what is being delivered"
    release.set()
    await house.courier.close()
    assert texts_of(house) == ["答:一", "答:二"]
    assert not house.database.state.outbox


async def test_a_failing_dialog_leaves_nothing_but_one_apology(house, caplog):
    await house.taker.take(house.turn("u0", "头一问"))
    before = dict(house.database.state.drafts)
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            await house.taker.take(house.turn("u1", "故障:机密二字"))
    assert texts_of(house)[1:] == [texts.APOLOGY]
    assert house.database.state.drafts == before
    assert "RuntimeError at small_house.py" in caplog.text
    assert "机密" not in caplog.text


async def test_a_known_fault_says_what_was_kept_and_what_to_do(house):
    await house.taker.take(house.turn("u1", "故障:向量"))
    assert texts_of(house) == ["向量库不可用。问题没有保存。请联系管理员。"]


async def test_after_a_failure_the_open_form_is_shown_again_with_its_buttons(house):
    await house.taker.take(house.turn("u1", "talk", kind="command"))
    asked = house.terminal.messages[-1]
    await fails(house, house.turn("u2", "talk:.0", kind="choice"))
    apology, card = house.terminal.messages[-2:]
    assert apology.text == texts.APOLOGY
    assert "尚未填完" in card.text
    assert card.choices == asked.choices
    await house.taker.take(house.turn("u3", "任职谈话"))
    assert house.terminal.messages[-1].choices != asked.choices, "the label works as a tap again"


async def test_after_a_failed_tap_outside_of_forms_the_choices_are_offered_again(house):
    await house.taker.take(house.turn("u1", "述责"))
    offered = [choice for row in house.terminal.messages[-1].choices for choice in row]
    await fails(house, house.turn("u2", "ask:text", kind="choice"))
    apology = house.terminal.messages[-1]
    assert [choice for row in apology.choices for choice in row] == offered
    await fails(house, house.turn("u3", "述职"))
    assert house.terminal.messages[-1] == Say(texts.APOLOGY), "what was typed took no button away"
    await house.taker.take(house.turn("u4", "看原文"))
    assert texts_of(house)[-1] == "原文:述责"


async def test_the_apology_in_a_passing_form_stands_in_no_outbox(house):
    async with house.database.transaction() as work:
        value = b'{"dialog":"gone"}'
        await work.passing.put("opaque-terminal-local", "form", value, house.now.replace(year=2100))
    await fails(house, house.turn("u1", "x"))
    assert house.terminal.messages == [Say(texts.APOLOGY, fleeting=True)]
    assert house.database.state.rows == 0


async def test_a_form_that_cannot_be_shown_again_still_gets_its_apology(house, caplog):
    await house.taker.take(house.turn("u1", "talk", kind="command"))
    house.router.apologise = failing
    await fails(house, house.turn("u2", "talk:.0", kind="choice"))
    assert texts_of(house)[-1] == texts.APOLOGY
    assert len(house.terminal.messages) == 2
    assert "机密" not in caplog.text


async def test_where_nothing_can_be_committed_the_channel_is_told(house):
    house.database.broken = DatabaseUnavailable("数据库连接不上。")
    with pytest.raises(DatabaseUnavailable):
        await house.taker.take(house.turn("u1", "述责"))
    house.database.broken = None
    await house.taker.take(house.turn("u1", "述责"))
    assert texts_of(house) == ["答:述责"]


async def test_what_a_killed_process_left_over_is_sent_by_the_next(house, tmp_path):
    house.courier.hand_over = lambda _letters: asyncio.create_task(asyncio.sleep(0))
    await house.taker.take(house.turn("u1", "一"))
    await house.taker.take(house.turn("u2", "二"))
    heir = SmallHouse(tmp_path, database=house.database)
    assert await heir.courier.sweep() == 0
    heir.wait(seconds=LEASE.total_seconds())
    assert await heir.courier.sweep() == 2
    assert texts_of(heir) == ["答:一", "答:二"]
    assert await heir.courier.sweep() == 0


async def test_a_busy_service_is_waited_for_and_the_order_is_kept(house):
    disturb(house, DeliverLater("忙。", seconds=90))
    await house.taker.take(house.turn("u1", "一"))
    await house.taker.take(house.turn("u2", "二"))
    await house.taker.take(house.turn("u3", "别人", address="other"))
    assert texts_of(house) == ["答:别人"]
    house.wait(seconds=89)
    assert await house.courier.sweep() == 0
    house.wait(seconds=1)
    await house.courier.sweep()
    assert texts_of(house) == ["答:别人", "答:一", "答:二"]
    await house.taker.take(house.turn("u4", "三"))
    assert texts_of(house)[-1] == "答:三"


async def test_a_blocked_user_is_written_off(house):
    disturb(house, Undeliverable("已屏蔽。"))
    await house.taker.take(house.turn("u1", "一"))
    assert texts_of(house) == []
    assert not house.database.state.outbox


async def test_a_message_that_a_channel_cannot_digest_is_dropped_in_the_end(house, caplog):
    disturb(house, *(RuntimeError("机密") for _ in range(50)))
    await house.taker.take(house.turn("u1", "一"))
    for _ in range(MAX_FAULTS + 1):
        assert house.database.state.outbox
        house.wait(hours=2)
        await house.courier.sweep()
    assert not house.database.state.outbox
    assert "机密" not in caplog.text


async def test_unreadable_bytes_in_the_outbox_are_dropped(house):
    async with house.database.transaction() as work:
        await work.outbox.put("terminal", "local", b"\xff", house.now, None)
    assert await house.courier.sweep() == 0
    assert not house.database.state.outbox


async def test_a_database_lost_after_sending_is_survived(house, caplog):
    send = house.terminal.send

    async def sending(address, say):
        await send(address, say)
        house.database.broken = DatabaseUnavailable("断了。")

    house.terminal.send = sending
    await house.taker.take(house.turn("u1", "一"))
    assert texts_of(house) == ["答:一"]
    assert "DatabaseUnavailable" in caplog.text


async def test_the_sweep_goes_on_for_ever(house, caplog):
    house.database.broken = DatabaseUnavailable("断了。")
    running = asyncio.create_task(house.courier.run(pause=0.001))
    await asyncio.sleep(0.02)
    house.database.broken = None
    async with house.database.transaction() as work:
        await work.outbox.put("terminal", "local", b'{"text":"\xe6\x99\x9a\xe5\x88\xb0"}', house.now, None)
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert house.terminal.messages == [Say("晚到")]
    assert "sweep of the outbox failed: DatabaseUnavailable" in caplog.text


async def test_a_fleeting_message_is_sent_and_stands_in_no_outbox(house):
    house.router.answer = answering(Say("留痕"), Say("不留痕", fleeting=True))
    await house.taker.take(house.turn("f1", "x"))
    assert texts_of(house) == ["留痕", "不留痕"]
    assert house.database.state.rows == 1


async def test_a_fleeting_message_is_tried_again_while_the_channel_is_busy(house):
    disturb(house, DeliverLater("忙", seconds=0))
    house.router.answer = answering(Say("不留痕", fleeting=True))
    sleep, waits = asyncio.sleep, []

    async def slept(seconds):
        waits.append(seconds)
        house.wait(seconds=seconds)
        await sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.conversation.courier.asyncio.sleep", slept)
        await house.taker.take(house.turn("f2", "x"))
        await house.courier.close()
        await sleep(0)
        await house.courier.close()
    assert texts_of(house) == ["不留痕"]
    assert waits


def answering(*says):
    async def answer(_turn, _scene):
        return says

    return answer


async def failing(*_arguments):
    raise RuntimeError("机密")


async def fails(house, turn):
    """A turn whose dialog breaks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.router, "_route", failing)
        await house.taker.take(turn)
