"""An unanswered question is handed in for a human answer."""

import pytest

from tests.support.small_house import SmallHouse


@pytest.fixture
def house(tmp_path, database):
    return SmallHouse(tmp_path, database=database)


async def handed_in(house):
    async with house.database.transaction() as work:
        return [(question.text, question.note) for question in await work.questions.list()]


@pytest.fixture
def user(house):
    return house.user()


async def test_the_last_question_is_handed_in_with_a_note(house, user):
    await user.says("退休的一把手还谈不谈?")
    await user.taps("转人工")
    await user.sees("不记录提问人")
    await user.sees("严禁输入涉密信息")
    await user.says("去年退休的")
    await user.sees("问题:退休的一把手还谈不谈?")
    await user.sees("补充说明:去年退休的")
    await user.taps("确认转交")
    await user.sees("已转交")
    assert await handed_in(house) == [("退休的一把手还谈不谈?", "去年退休的")]
    await user.says("述责述廉")
    await user.sees("答:述责述廉")


async def test_the_note_may_be_skipped_and_the_question_corrected(house, user):
    await user.says("/handin 退修的还谈不谈?")
    await user.taps("跳过")
    await user.taps("修改")
    await user.taps("问题")
    await user.sees("原来填的是:退修的还谈不谈?")
    await user.says("退休的还谈不谈?")
    await user.sees("补充说明:未填")
    await user.taps("确认转交")
    assert await handed_in(house) == [("退休的还谈不谈?", None)]


async def test_without_a_question_it_is_asked_for(house, user):
    await user.says("/handin")
    await user.says("短" * 501)
    await user.sees("最多 500 字")
    await user.says("谈")
    await user.sees("至少 2 字")
    await user.says("谁来谈?")
    await user.taps("返回")
    await user.taps("保持不变")
    await user.says("取消")
    await user.sees("已取消")
    assert await handed_in(house) == []


async def test_a_double_tap_hands_in_once(house, user):
    await user.says("/handin 退休的还谈不谈?")
    await user.taps("跳过")
    confirm = house.terminal.messages[-1].choices[0][0].value
    for update in ("tap1", "tap2"):
        await house.taker.take(house.turn(update, confirm, kind="choice"))
    assert len(await handed_in(house)) == 1
    await user.sees("这一步已经结束")


async def test_a_restart_in_the_middle_loses_nothing(house, user, tmp_path):
    await user.says("/handin 退休的还谈不谈?")
    reborn = SmallHouse(tmp_path, database=house.database)
    again = reborn.user("local2")
    again._session._conversation = user._session._conversation
    await again.says("急")
    await again.sees("补充说明:急")
    await again.taps("确认转交")
    assert await handed_in(reborn) == [("退休的还谈不谈?", "急")]
