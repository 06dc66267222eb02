"""Long and styled texts on their way to Telegram."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.backlog import Backlog
from bot.channels.telegram.outgoing import letters
from bot.channels.telegram.rendering import Entity, Part, entities, split, units
from bot.conversation.messages import Choice, OutgoingFile, Say, Span
from yanlu.texts import telegram as texts

ALPHABET = st.sampled_from([*"监督谈话。!?;\n ,ab.", "😀", "👩‍👧", "🇨🇳", "e\u0301", "\u200d", "\ud800"])
TEXTS = st.lists(ALPHABET, max_size=120).map("".join)
SPANS = st.lists(
    st.builds(
        lambda start, length, style: Span(start, start + length, style),
        st.integers(0, 130),
        st.integers(0, 60),
        st.sampled_from(["strong", "quote"]),
    ),
    max_size=6,
)


def visible(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_short_text_is_one_part_as_it_is():
    assert split("述责述廉要接受评议。") == (Part("述责述廉要接受评议。"),)


@pytest.mark.parametrize("blank", ["", " \n\u3000 "])
def test_a_blank_text_is_no_message(blank):
    assert split(blank) == ()


def test_a_long_text_is_cut_after_a_sentence_and_its_closing_quote():
    first = "甲" * 20 + "说“可以。”"
    parts = split(first + "乙" * 20, limit=30)
    assert [part.text for part in parts] == [first, "乙" * 20]


def test_a_text_without_sentences_is_cut_at_a_pause():
    assert split("一二三四五六,七八九十", limit=8)[0].text == "一二三四五六,"


def test_a_sentence_end_too_early_is_passed_over_for_a_fuller_part():
    parts = split("甲。" + "乙" * 40, limit=20)
    assert parts[0].text == "甲。" + "乙" * 18


def test_lengths_count_utf16_units():
    assert [part.text for part in split("😀" * 5, limit=4)] == ["😀😀", "😀😀", "😀"]
    assert units("a😀监") == 4


@pytest.mark.parametrize("cluster", ["👩‍👧", "e\u0301", "👍🏽", "🇨🇳"])
def test_what_is_seen_as_one_character_is_not_cut(cluster):
    for limit in range(9, 9 + units(cluster)):
        assert split("一" * 9 + cluster + "二", limit=limit)[0].text == "一" * 9


def test_a_second_flag_begins_where_the_first_ends():
    assert [part.text for part in split("🇨🇳🇨🇳", limit=6)] == ["🇨🇳", "🇨🇳"]


def test_a_cluster_longer_than_a_message_is_cut_all_the_same():
    assert [part.text for part in split("e" + "\u0301" * 9, limit=5)] == ["e" + "\u0301" * 4, "\u0301" * 5]


def test_a_pause_inside_a_cluster_is_no_place_to_cut():
    assert split("一二三四五。\u0301六七", limit=6)[0].text == "一二三四五"


def test_spans_become_entities_in_utf16_units():
    part = Part("😀依据 一·2", (Span(1, 3, "strong"), Span(4, 7, "quote")))
    assert entities(part) == (Entity("bold", 2, 2), Entity("blockquote", 5, 3))


def test_overlapping_spans_are_joined_and_strong_is_cut_at_the_edges_of_quotes():
    part = Part("0123456789", (Span(0, 4, "strong"), Span(3, 6, "strong"), Span(5, 9, "quote")))
    assert entities(part) == (Entity("bold", 0, 5), Entity("blockquote", 5, 4), Entity("bold", 5, 1))


def test_two_quotes_in_a_row_stay_two_quotes():
    assert len(entities(Part("甲乙", (Span(0, 1, "quote"), Span(1, 2, "quote"))))) == 2


def test_a_span_over_a_cut_goes_on_in_the_next_part():
    parts = split("一二三四。五六七八。", (Span(2, 8, "quote"),), limit=6)
    assert parts == (
        Part("一二三四。", (Span(2, 5, "quote"),)),
        Part("五六七八。", (Span(0, 3, "quote"),)),
    )


@settings(max_examples=100, deadline=None)
@given(TEXTS, SPANS, st.integers(8, 60))
def test_any_text_is_kept_whole_within_the_limit(text, spans, limit):
    parts = split(text, spans, limit=limit)
    assert visible("".join(part.text for part in parts)) == visible(text.replace("\ud800", "\ufffd"))
    for part in parts:
        assert part.text.strip() == part.text != ""
        assert units(part.text) <= limit
        part.text.encode()


@settings(max_examples=100, deadline=None)
@given(TEXTS, SPANS, st.integers(8, 60))
def test_entities_stay_within_their_part_and_never_half_overlap(text, spans, limit):
    for part in split(text, spans, limit=limit):
        found = [(each.offset, each.offset + each.length) for each in entities(part)]
        assert all(0 <= start < end <= units(part.text) for start, end in found)
        assert not any(a < c < b < d for a, b in found for c, d in found)


@settings(max_examples=50, deadline=None)
@given(TEXTS, SPANS)
def test_styles_cover_what_the_spans_cover(text, spans):
    text = visible(text.replace("\ud800", "\ufffd"))
    for part in split(text, spans):
        utf16 = part.text.encode("utf-16-le")
        for style, kind in (("strong", "bold"), ("quote", "blockquote")):
            wanted = "".join(
                character
                for at, character in enumerate(text)
                if any(span.start <= at < span.end and span.style == style for span in spans)
            )
            shown = [each for each in entities(part) if each.kind == kind]
            cuts = [utf16[each.offset * 2 : (each.offset + each.length) * 2] for each in shown]
            assert "".join(cut.decode("utf-16-le") for cut in cuts) == wanted


# Messages laid out


YES = ((Choice("确认", "a:1"), Choice("取消", "a:0")),)


def test_the_keyboard_hangs_on_the_last_part_only():
    laid = letters(Say("一。" * 3000, choices=YES))
    assert [bool(letter.keyboard) for letter in laid] == [False, True]


def test_choices_without_words_get_a_line_to_hang_on():
    (letter,) = letters(Say(" ", choices=YES))
    assert (letter.text, letter.keyboard) == (texts.CHOOSE, YES)


def test_nothing_to_say_is_no_message():
    assert letters(Say("")) == ()


def test_a_row_of_more_than_eight_buttons_is_broken():
    row = tuple(Choice(str(n), f"n:{n}") for n in range(10))
    (letter,) = letters(Say("选", choices=(row,)))
    assert [len(each) for each in letter.keyboard] == [8, 2]


def test_a_file_carries_a_short_text_as_its_caption():
    file = OutgoingFile("谈话登记表.docx", b"x", "application/octet-stream")
    (letter,) = letters(Say("请查收。", (Span(0, 2, "strong"),), YES, file))
    assert (letter.text, letter.document, letter.keyboard) == ("请查收。", file, YES)
    assert letter.entities == (Entity("bold", 0, 2),)


def test_a_long_text_goes_before_its_file():
    file = OutgoingFile("a.docx", b"x", "application/octet-stream")
    text, document = letters(Say("一" * 1025, file=file, choices=YES))
    assert (units(text.text), text.document, text.keyboard) == (1025, None, ())
    assert (document.text, document.document, document.keyboard) == ("", file, YES)


def test_a_file_beyond_fifty_megabytes_is_owned_up_to():
    file = OutgoingFile("a.zip", bytes(50 * 1024 * 1024 + 1), "application/zip")
    laid = letters(Say("请查收。", file=file))
    assert [letter.text for letter in laid] == ["请查收。", texts.file_unsendable("a.zip")]
    assert all(letter.document is None for letter in laid)


# What may be confirmed


def test_only_a_finished_stretch_of_updates_is_confirmed():
    backlog = Backlog()
    assert backlog.offset is None
    assert backlog.admit(None, [5, 6, 7]) == {5, 6, 7}
    backlog.settle(6)
    assert (backlog.offset, backlog.idle) == (5, False)
    backlog.settle(5)
    assert backlog.offset == 7
    backlog.settle(7)
    assert (backlog.offset, backlog.idle) == (8, True)


def test_updates_that_come_again_are_not_taken_again():
    backlog = Backlog()
    backlog.admit(None, [5, 6])
    backlog.settle(6)
    assert backlog.admit(5, [5, 6, 7]) == {7}


def test_an_update_that_settles_while_the_answer_is_under_way_is_not_taken_again():
    backlog = Backlog()
    backlog.admit(None, [5])
    asked = backlog.offset
    backlog.settle(5)
    assert backlog.admit(asked, [5, 6]) == {6}


def test_numbers_may_start_anew():
    """After a week of silence the service numbers updates from a random place (Bot API, Update)."""
    backlog = Backlog()
    backlog.admit(None, [900])
    backlog.settle(900)
    assert backlog.admit(901, [12]) == {12}
    backlog.settle(12)
    assert backlog.offset == 13
