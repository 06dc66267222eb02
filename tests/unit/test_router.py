import pytest

from bot.conversation.messages import IncomingFile, Say, Span
from bot.conversation.router import with_notice
from tests.support.small_house import SmallHouse
from tests.support.talk_form import TalkDialog
from yanlu.texts import conversation as texts


@pytest.fixture
def house(tmp_path):
    return SmallHouse(tmp_path, dialogs=[TalkDialog()])


@pytest.fixture
def user(house):
    return house.user()


async def test_the_first_message_shows_the_notice_and_the_next_does_not(house, user):
    await user.says("述责述廉")
    message = await user.sees("答:述责述廉")
    assert message.startswith(texts.NOTICE)
    await user.says("民主生活会")
    await user.does_not_see(texts.NOTICE)
    house.wait(hours=3)
    await user.says("民主生活会")
    await user.sees(texts.NOTICE)


async def test_hello_brings_one_line_and_three_buttons(user):
    await user.says("你好")
    await user.sees("[1] 问政策  [2] 记谈话  [3] 反映问题")
    await user.taps("问政策")
    await user.sees("请直接输入您的问题")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("谢谢", "不客气"),
        ("你好再见", "再见"),
        ("你好,你是谁", "我是言路"),
        ("怎么用", "可用命令"),
        ("/start", "您好"),
    ],
)
async def test_courtesies_and_help_are_answered(user, text, reply):
    await user.says(text)
    await user.sees(reply)


async def test_help_lists_the_commands_that_are_open(user, house):
    await user.says("/help")
    await user.sees("/handin 把问题转交人工答复")
    await user.sees("/cancel")
    await user.does_not_see("/report")
    assert list(house.router.commands) == ["start", "help", "ask", "handin", "talk", "cancel"]


async def test_a_follow_up_finds_the_question_before(user):
    await user.says("监督谈话")
    await user.says("那下级呢")
    await user.sees("上文:监督谈话")


async def test_numbers_and_labels_work_as_taps_while_on_offer(user):
    await user.says("监督谈话")
    await user.says("1")
    await user.sees("原文:监督谈话")
    await user.says("1")
    await user.sees("答:1")
    await user.says("看原文")
    await user.sees("原文:1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", texts.EMPTY),
        ("\u202e\u200b\x00", texts.EMPTY),
        ("😀", texts.WORDLESS),
        ("\ufffd" * 9, texts.UNDECODABLE),
        ("问" * 4001, "最多 4000 字"),
        ("问" * 100_000, "最多 4000 字"),
        ("/ask " + "问" * 5000, "最多 4000 字"),
        ("/nothing", "没有 /nothing 这个命令"),
        ("取消", texts.NOTHING_OPEN),
        ("/cancel", texts.NOTHING_OPEN),
    ],
)
async def test_bad_input_gets_a_clear_answer_and_the_next_question_works(user, text, sentence):
    await user.says(text)
    await user.sees(sentence)
    await user.says("述责述廉")
    await user.sees("答:述责述廉")


async def test_text_is_cleaned_before_anybody_reads_it(user):
    await user.says("述\u202e责\x00述廉")
    await user.sees("答:述责述廉")


async def test_a_command_takes_its_arguments(user):
    await user.says("/ask 述责")
    await user.sees("答:述责")


async def test_files_and_stickers_are_declined(house, user, tmp_path):
    paper = tmp_path / "a.txt"
    paper.write_text("x")
    await user.sends(paper)
    await user.sees(texts.FILE_UNWANTED)
    await house.taker.take(house.turn("s1", "sticker", kind="unsupported"))
    assert texts.UNSUPPORTED in house.terminal.messages[-1].text


async def test_in_doubt_the_user_is_asked_and_the_text_is_kept_for_the_answer(house, user):
    await user.says("跟局长谈了话")
    await user.sees(texts.DOUBT)
    await user.taps("查询政策规定")
    await user.sees("答:跟局长谈了话")
    await user.sees("意图:question")
    assert ("opaque-terminal-local", "doubt") not in house.database.state.passing


async def test_doubt_goes_to_the_other_side_as_well(user):
    await user.says("跟局长谈了话")
    await user.taps("记录谈话")
    await user.sees("意图:record")


@pytest.mark.parametrize("value", ["doubt:question:00000000", "doubt:nothing:1", "doubt"])
async def test_a_stale_doubt_is_told(house, user, value):
    await user.says("跟局长谈了话")
    await house.taker.take(house.turn("t", value, kind="choice"))
    assert texts.DOUBT_GONE in house.terminal.messages[-1].text


async def test_doubt_is_not_kept_for_long(house, user):
    await user.says("跟局长谈了话")
    house.wait(minutes=11)
    await user.taps("记录谈话")
    await user.sees(texts.DOUBT_GONE)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("gone:1", texts.STALE_CHOICE),
        ("closed:gone", texts.STALE_CHOICE),
        ("handin:.skip=note", texts.FORM_STALE),
        ("handin:note=x", texts.FORM_STALE),
    ],
)
async def test_stale_choices_are_answered_politely(house, value, sentence):
    await house.taker.take(house.turn("t", value, kind="choice"))
    assert sentence in house.terminal.messages[-1].text


async def test_help_in_the_middle_of_a_form_keeps_it_open(user):
    await user.says("/handin")
    await user.says("/help")
    await user.sees("可用命令")
    await user.sees("尚未填完")
    await user.says("班子会要不要上报?")
    await user.sees("补充说明")


async def test_another_command_leaves_the_form(user):
    await user.says("/handin")
    await user.says("/ask 述责")
    await user.sees("已退出“转交人工答复”")
    await user.sees("答:述责")
    await user.says("班子会")
    await user.sees("答:班子会")


async def test_an_old_button_in_the_middle_of_a_form_is_answered_and_the_form_goes_on(house, user):
    await user.says("监督谈话")
    await user.says("/handin 班子会要不要上报?")
    await house.taker.take(house.turn("t1", "ask:text", kind="choice"))
    await house.taker.take(house.turn("t2", "gone:text", kind="choice"))
    assert "尚未填完" in house.terminal.messages[-1].text
    await user.says("急")
    await user.sees("补充说明:急")


@pytest.mark.parametrize("kind", ["unsupported", "text"])
async def test_what_a_form_cannot_take_leaves_it_open(house, user, kind):
    await user.says("/handin")
    await house.taker.take(house.turn("t1", "" if kind == "text" else "sticker", kind=kind))
    assert "尚未填完" in house.terminal.messages[-1].text


async def test_an_edited_message_changes_no_answer(house, user):
    await user.says("/handin 班子会要不要上报?")
    await house.taker.take(house.turn("t1", "改过的", edited=True))
    assert texts.EDITED_IN_FORM in house.terminal.messages[-2].text
    await house.taker.take(house.turn("t2", "取消"))
    await house.taker.take(house.turn("t3", "改过的", edited=True))
    assert "答:改过的" in house.terminal.messages[-1].text


async def test_a_number_at_an_open_text_field_is_an_answer(user):
    await user.says("/handin 班子会要不要上报?")
    await user.says("1")
    await user.sees("补充说明:1")


async def test_a_file_goes_to_the_form_that_is_open(house, user):
    await user.says("/handin")
    await house.taker.take(house.turn("t1", "", kind="file", file=IncomingFile("r", "a.pdf", 1)))
    assert texts.NO_FILE_HERE in house.terminal.messages[-1].text


async def test_a_form_whose_dialog_is_gone_ends_politely(house, user):
    for value in (b'{"dialog":"gone"}', b"\xff"):
        await user.says("/handin")
        key = ("opaque-terminal-local", "form")
        house.database.state.drafts[key] = (value, house.now.replace(year=2100))
        await user.says("一个问题")
        await user.sees(texts.FORM_GONE)
        await user.says("一个问题")
        await user.sees("答:一个问题")


async def test_a_damaged_draft_ends_politely(house, user):
    await user.says("/handin")
    key = ("opaque-terminal-local", "form")
    house.database.state.drafts[key] = (b'{"dialog":"handin"}', house.now.replace(year=2100))
    await user.says("/help")
    await user.does_not_see("尚未填完")
    await user.says("一个问题")
    await user.sees(texts.FORM_GONE)


async def test_a_draft_of_an_older_form_goes_on_after_a_deploy(house, user):
    key = ("opaque-terminal-local", "form")
    value = '{"dialog":"handin","version":0,"answers":{"question":"旧问题"}}'.encode()
    house.database.state.drafts[key] = (value, house.now.replace(year=2100))
    await user.says("补充")
    await user.sees(texts.FORM_RENEWED)
    await user.says("补充")
    await user.sees("问题:旧问题")


async def test_leaving_a_form_that_keeps_drafts_puts_it_aside(user):
    await user.says("/talk")
    await user.taps("任职谈话")
    await user.says("/ask 述责")
    await user.sees("已存为草稿")
    await user.says("/talk")
    await user.taps("继续填写")
    await user.sees("和谁谈")
    await user.says("/talk")
    await user.taps("重新填写")
    await user.sees("哪一种谈话")
    await user.taps("取消")
    await user.says("/talk")
    await user.sees("哪一种谈话")


async def test_a_draft_is_put_aside_on_request_and_filed_later(house, user):
    await user.says("/talk")
    for tap in ("提醒谈话", "张三", "完成", "今天(3月2日)"):
        await user.taps(tap)
    await user.says("2")
    await user.taps("否")
    await user.taps("跳过")
    await user.taps("跳过")
    await user.taps("存为草稿")
    await user.sees("已存为草稿")
    await user.says("/talk")
    await user.taps("继续填写")
    await user.taps("确认归档")
    await user.sees("已归档")


async def test_a_button_that_starts_a_form_leaves_the_one_open(house, user):
    await user.says("监督谈话")
    await user.says("/talk")
    await user.taps("任职谈话")
    await house.taker.take(house.turn("t1", "handin:start", kind="choice"))
    await user.sees("“谈话记录”已存为草稿")
    await user.sees("补充说明")


def test_the_notice_moves_the_styles_along():
    (say,) = with_notice([Say("答案", spans=(Span(0, 2, "strong"),))])
    span = say.spans[0]
    assert say.text[span.start : span.end] == "答案"
    assert with_notice([]) == []
