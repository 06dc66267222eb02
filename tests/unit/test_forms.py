from datetime import UTC, date, datetime
from typing import Annotated

import pytest
from pydantic import BaseModel

from bot.conversation.form_dates import read_date
from bot.conversation.form_drafts import REVIEW, Draft, dumped, loaded, position, revision, started
from bot.conversation.form_fields import Ask, Form, Option
from bot.conversation.forms import Event, event_of, step
from bot.conversation.messages import Conversation, IncomingFile, Turn
from tests.support.talk_form import PEOPLE, talk_form

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
COMPLETE = {"kind": "duty", "subjects": ["p1"], "day": "2026-03-01", "people": 2, "problem": False}


class Filler:
    """Fills the form in by hand and remembers the last step."""

    def __init__(self, **prefilled):
        self.form = talk_form()
        self.draft = started(self.form, prefilled)
        self.last = None

    def do(self, kind, field=None, value="", file=None):
        at = position(self.form, self.draft) if field is None else field
        self.last = step(self.form, self.draft, Event(kind, NOW, at, value, file), PEOPLE)
        self.draft = self.last.draft
        return self.last

    @property
    def at(self):
        return position(self.form, self.draft)

    @property
    def labels(self):
        return [choice.label for row in self.last.say.choices for choice in row]

    def confirm(self):
        return self.do("confirm", value=revision(self.draft))


def complete(**more):
    filler = Filler(**COMPLETE, **more)
    for _ in range(2):
        filler.do("skip")
    return filler


def test_a_form_is_asked_one_question_at_a_time_and_read_back():
    filler = Filler()
    assert "哪一种谈话" in filler.do("show").say.text
    assert "和谁谈" in filler.do("picked", value="duty").say.text
    filler.do("picked", value="p1")
    assert "已有:张三" in filler.do("picked", value="p2").say.text
    assert "哪天谈的" in filler.do("done").say.text
    filler.do("typed", value="昨天")
    filler.do("typed", value="3")
    filler.do("typed", value="没有")
    filler.do("typed", value="管好班子")
    filler.do("done")
    card = filler.do("sent", file=IncomingFile("r1", "记录.pdf", 9)).say
    for line in (
        "类型:任职谈话",
        "对象:张三、李四",
        "日期:2026年3月1日",
        "人数:3",
        "问题:否",
        "要点:管好班子",
        "附件:记录.pdf",
    ):
        assert line in card.text
    assert "时限" not in card.text
    assert "地点" not in card.text
    assert card.text[card.spans[0].start : card.spans[0].end] == "谈话记录"
    assert filler.labels == ["确认归档", "修改", "存为草稿", "返回", "取消"]
    done = filler.confirm()
    assert done.outcome == "done"
    assert done.filled.subjects == ["p1", "p2"]
    assert done.filled.day == date(2026, 3, 1)


def test_what_is_known_beforehand_is_not_asked():
    filler = Filler(kind="duty", day="2026-03-01", people="not a number", nonsense=1, other=None)
    assert filler.draft.answers == {"kind": "duty", "day": "2026-03-01"}
    assert filler.at == "subjects"


def test_answers_whose_condition_no_longer_holds_are_dropped():
    filler = complete(other=None)
    filler.do("edit", field="kind")
    filler.do("picked", value="other")
    assert filler.at == "other"
    filler.do("typed", value="约谈")
    assert filler.draft.answers["other"] == "约谈"
    filler.do("edit", field="kind")
    filler.do("typed", value="提醒谈话")
    assert filler.at == REVIEW
    assert "other" not in filler.draft.answers


def test_back_opens_the_field_before_and_keep_leaves_it_as_it_was():
    filler = complete()
    before = filler.draft
    filler.do("back")
    assert filler.at == "paper"
    filler.do("back")
    filler.do("back")
    assert filler.at == "problem"
    assert "原来填的是:否" in filler.last.say.text
    assert "保持不变" in filler.labels
    filler.do("keep")
    assert filler.draft == before


def test_back_at_the_first_field_stays():
    filler = Filler()
    filler.do("back")
    assert filler.at == "kind"
    assert "返回" not in filler.labels


def test_a_button_of_an_earlier_step_changes_nothing():
    filler = Filler(kind="duty")
    before = filler.draft
    for kind in ("picked", "skip", "back", "keep", "done", "clear"):
        assert "前面的步骤" in filler.do(kind, field="kind", value="other").say.text
    assert filler.draft == before


def test_an_older_card_confirms_nothing():
    filler = complete()
    old = revision(filler.draft)
    filler.do("edit", field="people")
    filler.do("typed", value="7")
    assert "有过改动" in filler.do("confirm", value=old).say.text
    assert filler.confirm().outcome == "done"


def test_an_incomplete_form_is_not_confirmed():
    filler = Filler(kind="duty")
    assert "还有内容没有填写" in filler.confirm().say.text
    assert filler.last.outcome == "open"


def test_fields_that_contradict_each_other_are_told_at_the_card():
    filler = complete()
    filler.do("edit", field="problem")
    filler.do("typed", value="是的")
    filler.do("typed", value="2月1日")
    assert "时限不能早于谈话日期" in filler.confirm().say.text
    assert filler.last.outcome == "open"


@pytest.mark.parametrize(
    ("known", "kind", "value", "sentence"),
    [
        ({}, "typed", "随便", "请从列出的选项中选择"),
        ({}, "picked", "nobody", "请从列出的选项中选择"),
        ({"kind": "duty"}, "done", "", "还有内容没有填写"),
        ({"kind": "duty", "subjects": ["p1"]}, "typed", "哪天来着", "没有认出日期"),
        ({"kind": "duty", "subjects": ["p1"], "day": "2026-03-01"}, "typed", "好些", "格式不符"),
        ({**COMPLETE, "problem": None}, "typed", "也许", "请回答“是”或“否”"),
        (COMPLETE, "typed", "字" * 11, "最多 10 字"),
        ({"kind": "duty"}, "sent", "", "这里请用文字填写"),
        ({}, "skip", "", "前面的步骤"),
        ({}, "keep", "", "前面的步骤"),
        ({"kind": "duty"}, "edit", "", "前面的步骤"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_and_asked_again(known, kind, value, sentence):
    filler = Filler(**known)
    place = filler.at
    assert sentence in filler.do(kind, value=value).say.text
    assert filler.at == place


def test_a_file_is_asked_for_where_a_file_belongs():
    filler = Filler(**COMPLETE)
    filler.do("skip")
    assert "需要发送文件" in filler.do("typed", value="在桌上").say.text
    assert "文件未保存" in filler.do("sent").say.text


def test_several_values_are_gathered_taken_back_and_limited():
    filler = Filler(kind="duty")
    filler.do("picked", value="p1")
    filler.do("picked", value="p1")
    assert "完成" not in filler.labels
    filler = Filler(**COMPLETE)
    for point in ("一点", "二点", "三点"):
        filler.do("typed", value=point)
    assert "最多 3 项" in filler.do("typed", value="四点").say.text
    assert "已有" not in filler.do("clear").say.text
    filler.do("typed", value="五点")
    filler.do("done")
    assert filler.draft.answers["points"] == ["五点"]


def test_editing_several_values_starts_from_those_given():
    filler = complete()
    filler.do("edit", field="subjects")
    assert "已有:张三" in filler.last.say.text
    filler.do("picked", value="p2")
    filler.do("keep")
    assert filler.draft.answers["subjects"] == ["p1"]
    assert not filler.draft.partial


def test_the_edit_menu_offers_every_field_the_quiet_one_too():
    filler = complete()
    filler.do("edit", field="")
    assert {"类型", "地点"} <= set(filler.labels)
    assert "其他类型" not in filler.labels
    filler.do("edit", field="place")
    assert "地点:办公室" in filler.do("typed", value="办公室").say.text
    assert "请核对" in filler.do("edit", field="other").say.text
    assert "前面的步骤" in filler.do("edit", field="nonsense").say.text


def test_typing_at_the_card_points_to_the_buttons():
    filler = complete()
    for kind in ("typed", "picked", "skip", "keep", "done", "clear", "sent"):
        assert "请核对" in filler.do(kind, value="好").say.text


def test_cancel_and_save_end_the_form():
    assert complete().do("cancel").outcome == "cancelled"
    saved = complete().do("save")
    assert saved.outcome == "saved"
    assert "已存为草稿" in saved.say.text


def test_a_draft_survives_a_restart_in_the_middle():
    filler = Filler(kind="other")
    filler.do("typed", value="约谈")
    filler.do("picked", value="p1")
    assert loaded(filler.form, dumped(filler.form, filler.draft)) == (filler.draft, False)


def test_a_draft_of_another_version_keeps_what_still_fits():
    old = dumped(talk_form(version=1), Draft(answers={**COMPLETE, "people": "many", "gone": 1}))
    draft, renewed = loaded(talk_form(version=2), old)
    assert renewed
    assert draft.answers == {key: value for key, value in COMPLETE.items() if key != "people"}


@pytest.mark.parametrize(
    "value", [b"", b"{}", b"[]", b"\xff", b'{"dialog":"talk","version":1}', b'{"dialog":"x"}']
)
def test_what_is_no_draft_is_not_read(value):
    assert loaded(talk_form(), value) is None


def test_todays_button_still_means_that_day_tomorrow():
    filler = Filler(kind="duty", subjects=["p1"])
    filler.do("picked", value="2026-02-27")
    assert filler.draft.answers["day"] == "2026-02-27"
    filler = Filler(kind="duty", subjects=["p1"])
    filler.do("show")
    assert filler.labels[:2] == ["今天(3月2日)", "昨天(3月1日)"]


def tapped(value):
    return event_of(Turn(Conversation("terminal", "x"), "1", "choice", NOW, value))


def test_buttons_are_read_as_events():
    assert tapped("talk:kind=duty") == Event("picked", NOW, "kind", "duty")
    assert tapped("talk:.skip=note") == Event("skip", NOW, "note")
    assert tapped("talk:.confirm=ab") == Event("confirm", NOW, value="ab")
    assert tapped("talk:.typed=note") is None
    assert tapped("talk:start") is None
    assert event_of(Turn(Conversation("terminal", "x"), "1", "command", NOW, "talk")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06", date(2024, 5, 6)),
        ("2024年5月6日", date(2024, 5, 6)),
        ("２０２４．５．６", date(2024, 5, 6)),
        ("20240506", date(2024, 5, 6)),
        ("5月6号", date(2026, 5, 6)),
        ("1998-05-06", date(1998, 5, 6)),
        ("前天", date(2026, 2, 28)),
        ("大前天下午", date(2026, 2, 27)),
        ("上周五", date(2026, 2, 27)),
        ("下周五", date(2026, 3, 13)),
        ("去年12月3日", date(2025, 12, 3)),
        ("五月六日", date(2026, 5, 6)),
        ("国庆节", date(2026, 10, 1)),
        ("2月30日", None),
        ("二月三十日", None),
        ("2026年2月29日", None),
        ("某天", None),
        ("周五", None),  # the last or the next
        ("二十号", None),
        ("月底", None),
        ("3月3日至5日", None),
        ("5月6日左右", None),
    ],
)
def test_dates_are_read_as_people_write_them(text, expected):
    assert read_date(text, NOW.date()) == expected


def form_with(annotation, default=...):
    name = "field"
    namespace = {"__annotations__": {name: annotation}, "__module__": __name__}
    if default is not ...:
        namespace[name] = default
    return Form("form", 1, type("Model", (BaseModel,), namespace), "表")


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        (str, ...),
        (Annotated[str, Ask("?", "?", optional=True)], ...),
        (Annotated[str, Ask("?", "?", when=bool)], ...),
        (Annotated[str, Ask("?", "?", quiet=True)], ""),
        (Annotated[str, Ask("?", "?", "choice")], ...),
    ],
)
def test_a_form_that_cannot_work_is_refused_when_it_is_made(annotation, default):
    with pytest.raises(TypeError):
        form_with(annotation, default)


def test_names_too_long_for_a_button_are_refused():
    with pytest.raises(TypeError, match="too long"):
        talk_form(name="a-very-long-name-of-a-form-indeed")


def test_suggestions_on_a_text_field_may_be_taken_or_not():
    form = form_with(Annotated[str, Ask("?", "?", options=(Option("h", "河西分局"),))])
    for event, kept in (
        (Event("picked", NOW, "field", "h"), "h"),
        (Event("typed", NOW, value="河东"), "河东"),
    ):
        assert step(form, Draft(), event, {}).draft.answers == {"field": kept}


def test_an_option_may_read_otherwise_on_the_card_than_on_its_button():
    form = form_with(Annotated[str, Ask("?", "须知", "choice", options=(Option("y", "继续", "已读"),))])
    asked = step(form, Draft(), Event("show", NOW), {})
    assert "继续" in [choice.label for row in asked.say.choices for choice in row]
    card = step(form, asked.draft, Event("picked", NOW, "field", "y"), {}).say
    assert "须知:已读" in card.text
    assert "继续" not in card.text


def test_a_reader_of_its_own_decides_what_a_text_means():
    form = form_with(Annotated[int, Ask("?", "?", read=lambda text, _now: 3 if text == "三" else None)])
    assert step(form, Draft(), Event("typed", NOW, value="三"), {}).draft.answers == {"field": 3}
    assert "格式不符" in step(form, Draft(), Event("typed", NOW, value="四"), {}).say.text


def test_a_form_that_keeps_no_drafts_saves_none():
    form = form_with(Annotated[str, Ask("?", "?")])
    assert step(form, Draft(), Event("save", NOW), {}).outcome == "open"
