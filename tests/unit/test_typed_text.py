import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.choices import numbered, offered_by, picked
from bot.conversation.messages import Choice, Say
from bot.conversation.typed_text import MAX_TEXT, cleaned, command_of, problem_of

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@settings(max_examples=100, deadline=None)
@given(anything)
def test_cleaned_text_shows_everything_it_holds(text):
    clean = cleaned(text)
    assert cleaned(clean) == clean
    assert len(clean) <= len(text)
    assert {unicodedata.category(c) for c in clean if c not in "\n\t"}.isdisjoint({"Cc", "Cs"})
    assert all(
        unicodedata.bidirectional(c) not in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
        for c in clean
    )
    clean.encode()


@settings(max_examples=100, deadline=None)
@given(st.text("一把手领导班子abc123,。?😀\n", max_size=60))
def test_nothing_visible_is_lost(text):
    assert cleaned(text) == text.strip()


def test_hidden_instructions_and_overrides_are_taken_out():
    assert cleaned("\x00一\u202e把\u200b手\ufeff\x1b[31m\r\n二\u2028三\U000e0041") == "一把手[31m\n二\n三"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("😀👍", "wordless"),
        ("???", "wordless"),
        ("\ufffd\ufffd问", "undecodable"),
        ("问" * (MAX_TEXT + 1), "oversized"),
        ("问" * 100_000, "oversized"),
        ("问" * MAX_TEXT, None),
        ("<script>alert(1)</script>", None),
        ("2", None),
    ],
)
def test_what_cannot_be_read_is_told_apart(text, problem):
    assert problem_of(text) == problem


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/help", ("help", "")),
        ("/Handin 述责 述廉\n吗", ("handin", "述责 述廉\n吗")),
        ("/", None),
        ("//x", None),
        ("三/四", None),
        ("/帮助", None),
    ],
)
def test_commands_are_told_from_text(text, command):
    assert command_of(text) == command


OFFERED = (Choice("看原文", "ask:text"), Choice("跳过", "f:.skip=a"), Choice("修改", "f:.edit="))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "ask:text"),
        ("[1]", "ask:text"),
        ("１", "ask:text"),
        ("①", "ask:text"),
        ("2", "f:.edit="),
        ("3", None),
        ("0", None),
        ("²", "f:.edit="),
        ("跳过", "f:.skip=a"),
        (" 看原文 ", "ask:text"),
        ("看原文吧", None),
        ("1" * 200, None),
    ],
)
def test_a_choice_is_meant_by_number_or_label_a_control_by_its_word(text, value):
    choice = picked(text, OFFERED)
    assert (choice.value if choice else None) == value


def test_nothing_is_meant_where_nothing_is_offered():
    assert picked("1", ()) is None
    assert picked("1", (Choice("跳过", "f:.skip=a"),)) is None
    assert numbered(OFFERED) == (OFFERED[0], OFFERED[2])


def test_the_last_message_with_choices_is_the_one_on_offer():
    says = [Say("一", choices=((OFFERED[0],),)), Say("二", choices=((OFFERED[1],), (OFFERED[2],))), Say("三")]
    assert offered_by(says) == OFFERED[1:]
    assert offered_by([Say("三")]) == ()
