"""What a text is matched by."""

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval import tokens
from knowledge.retrieval.counting import PASSAGES_AT_ONCE, counted
from knowledge.retrieval.tokens import MAX_QUERY_CHARACTERS, normalised, passage_tokens, query_tokens

TEXTS = st.text(
    st.one_of(
        st.sampled_from("一把手监督责任制述廉 、。,?\n①〇○〡"),
        st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF),
        st.characters(),
        st.sampled_from("\ud800\udfff\u202e\u200b\U00020000\U0003ffffAzZ09"),
    ),
    max_size=40,
)


def test_words_characters_and_pairs_of_a_passage():
    found = passage_tokens("监督谈话,监督 12388 ABC")
    assert found["w监督"] == 2
    assert found["c监"] == 2
    assert found["p监督"] == 2
    assert found["p督谈"] == 1
    assert "p话监" not in found, "a comma parts pairs"
    assert found["w12388"] == 1
    assert found["wabc"] == 1
    assert "c1" not in found


def test_a_question_keeps_its_matter_and_drops_the_words_of_asking():
    found = query_tokens("请问监督谈话是什么?")
    assert "w监督" in found
    assert not {"w请问", "w什么", "c么", "w是"} & set(found)
    assert found["w监督"] > found["p监督"] > found["c监"]


def test_pairs_do_not_reach_across_a_dropped_word():
    assert "p导的" not in query_tokens("领导的责任")
    assert "p导责" not in query_tokens("领导的责任")


@pytest.mark.parametrize("text", ["", "   ", "???!", "😀😀", "什么是什么呢", "\u202e\u200b", "\ud800"])
def test_a_question_without_matter_has_no_tokens(text):
    assert query_tokens(text) == {}


def test_full_width_upper_case_and_traditional_characters_match_their_plain_form():
    assert normalised("ＡＢＣ１２３") == "abc123"
    assert normalised("監督責任") == "监督责任"
    assert passage_tokens("監督責任") == passage_tokens("监督责任")


def test_simplified_text_never_loads_the_converter():
    program = (
        "import sys; from knowledge.retrieval.tokens import query_tokens; query_tokens('述责述廉①A'); "
        "assert 'opencc' not in sys.modules; query_tokens('監督'); assert 'opencc' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_importing_retrieval_loads_no_heavy_vendor():
    vendors = "scipy rjieba opencc chromadb bm25s langchain_core httpx"
    program = f"import sys, knowledge.retrieval; assert not set('{vendors}'.split()) & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_question_of_100_000_characters_is_read_up_to_its_bound():
    long = query_tokens("监督谈话责任" * 20_000)
    assert long == query_tokens(("监督谈话责任" * 20_000)[:MAX_QUERY_CHARACTERS])
    assert "w廉洁" not in query_tokens("监" * MAX_QUERY_CHARACTERS + "廉洁")


def test_a_character_that_unfolds_into_many_keeps_the_bound():
    most = MAX_QUERY_CHARACTERS * sum(tokens.KIND_WEIGHTS.values())
    assert 0 < sum(query_tokens("㍿" * 10_000).values()) <= most


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_counting_many_at_once_gives_what_counting_one_by_one_gives(texts):
    found = [Counter() for _ in texts]
    for part in counted(texts):
        for row, column, count in zip(part.rows, part.columns, part.counts, strict=True):
            found[row][part.tokens[column]] += int(count)
    assert found == [passage_tokens(text) for text in texts]


def test_counting_works_in_batches():
    parts = list(counted("监督" for _ in range(PASSAGES_AT_ONCE + 1)))
    assert [part.passages for part in parts] == [PASSAGES_AT_ONCE, 1]
    assert parts[1].rows.tolist() == [0, 0, 0, 0]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_any_question_is_read_without_error_and_weighed_above_zero(text):
    assert all(weight > 0 for weight in query_tokens(text).values())
