"""What holds for every text: offsets are exact, order is kept, nothing is lost."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.loading import split
from knowledge.loading.lines import LONGEST, cut
from knowledge.loading.marks import BULLETS

HEADS = [
    "# ",
    "## ",
    "第一章 ",
    "第二节 ",
    "第一条 ",
    "第二条",
    "第三条　",
    "01",
    "一、",
    "（一）",
    "1. ",
    "(2)",
    "• ",
    "- ",
    "■",
    "记者:",
    "答:",
    "问：",
    "张三:",
    "",
    "",
    "  ",
    "\u3000",
]
WORDS = [
    "加强监督",
    "健全制度。",
    "落实责任,抓好整改;",
    "怎么办?",
    "甲 | 乙",
    "2021年9月24日通过",
    "x",
    "总则",
    "。",
    "第一条",
    "“引文”",
]
LINES = st.builds(
    lambda head, words: head + "".join(words),
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
TEXTS = st.one_of(
    st.lists(LINES, max_size=14).flatmap(
        lambda lines: st.sampled_from(["\n", "\n\n", "\r\n"]).map(lambda end: end.join(lines))
    ),
    st.text(max_size=200),
    st.text(alphabet="第一二条章节、（）().:：#•-记者答问 \n\t。", max_size=120),
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_sections_are_exact_in_order_and_trimmed(text):
    end = 0
    for section in split(text):
        assert section.start >= end
        assert text[section.start : section.end] == section.text
        assert section.text
        assert section.text == section.text.strip()
        assert len(section.text) <= LONGEST
        end = section.end


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_nothing_is_lost_but_headings_that_stand_in_a_path(text):
    sections = split(text)
    covered = bytearray(len(text))
    for section in sections:
        covered[section.start : section.end] = b"\1" * (section.end - section.start)
    headings = {squeezed(heading) for section in sections for heading in section.path}
    labels = {section.label.partition("·")[0] for section in sections}
    position = 0
    for line in text.split("\n"):
        left = "".join(char for index, char in enumerate(line, position) if not covered[index])
        bare = re.sub(rf"^[#{BULLETS}\-*+–\s]+", "", left)
        if bare and not re.fullmatch(r".{0,8}[:：]\s*", bare):
            assert squeezed(bare) in headings or bare.strip() in labels or is_sign(left), left
        position += len(line) + 1


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.integers(20, 60))
def test_cutting_keeps_every_character_but_white_space(text, longest):
    text = text.strip()
    if not text:
        return
    pieces = list(cut(text, [(0, len(text))], longest))
    assert squeezed("".join(text[start:end] for start, end in pieces)) == squeezed(text)
    assert all(end - start <= longest for start, end in pieces)


def squeezed(text):
    return "".join(text.split())


def is_sign(left):
    """A part's number: it is in the labels of its bullets only where it has bullets."""
    return bool(re.fullmatch(r"\s*(?:0\d|[1-9]\d?|[一二三四五六七八九十]{1,3})\s*", left))
