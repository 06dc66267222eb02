"""BM25 by our own scorer, and where it is kept."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval import folder as kept
from knowledge.retrieval.folder import content_key, saved
from knowledge.retrieval.lexical import K1, B, LexicalIndex, best
from knowledge.retrieval.tokens import passage_tokens, query_tokens

TEXTS = ["上级一把手与下级一把手谈话", "述责述廉当场接受提问", "重大事项请示报告制度", "", "谈话提醒"]


@pytest.fixture(scope="module")
def lexical():
    return LexicalIndex.build(TEXTS)


def by_the_book(texts, weights, position):
    """BM25 written out from its definition, one term at a time."""
    counts = [passage_tokens(text) for text in texts]
    lengths = [sum(count.values()) for count in counts]
    average = sum(lengths) / len(lengths)
    score = 0.0
    for token, weight in weights.items():
        holding = sum(token in count for count in counts)
        if not holding:
            continue
        idf = math.log1p((len(texts) - holding + 0.5) / (holding + 0.5))
        often = counts[position][token]
        score += weight * idf * often * (K1 + 1) / (often + K1 * (1 - B + B * lengths[position] / average))
    return score


@pytest.mark.parametrize("question", ["一把手谈话", "述责述廉要当场提问吗", "请示报告", "火箭", ""])
def test_scores_are_those_of_the_formula(lexical, question):
    weights = query_tokens(question)
    expected = [by_the_book(TEXTS, weights, position) for position in range(len(TEXTS))]
    assert lexical.scores(weights) == pytest.approx(expected, abs=1e-4)


def test_agrees_with_bm25s_on_plain_words():
    from bm25s import BM25

    texts = [text for text in TEXTS if text]
    theirs = BM25(method="lucene", k1=K1, b=B)
    theirs.index([list(passage_tokens(text).elements()) for text in texts], show_progress=False)
    ours = LexicalIndex.build(texts).scores({"w谈话": 1.0, "c责": 1.0})
    assert ours == pytest.approx(theirs.get_scores(["w谈话", "c责"]) * (K1 + 1), rel=1e-4)


def test_no_passage_scores_above_the_mass(lexical):
    weights = query_tokens("一把手谈话火箭")
    assert 0 < lexical.scores(weights).max() < lexical.mass(weights)
    assert lexical.rarity("w火箭") == lexical.unknown_rarity > lexical.rarity("w谈话")


@pytest.mark.parametrize("texts", [[], [""], ["", "。"]])
def test_nothing_to_index_is_an_index_that_finds_nothing(texts):
    lexical = LexicalIndex.build(texts)
    assert lexical.size == len(texts)
    assert not lexical.scores(query_tokens("谈话")).any()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 2.0, 7.5]), max_size=30), st.integers(1, 12))
def test_best_is_a_stable_sort_of_what_scores_at_all(values, count):
    scores = np.array(values, dtype=np.float32)
    expected = sorted(
        (position for position, value in enumerate(values) if value > 0), key=lambda p: (-values[p], p)
    )
    assert best(scores, count).tolist() == expected[:count]


class Counter:
    def __init__(self):
        self.built = 0

    def __call__(self):
        self.built += 1
        return LexicalIndex.build(TEXTS)


KEY = content_key([("a", text) for text in TEXTS])


def test_a_saved_index_is_read_again_and_scores_alike(tmp_path, lexical):
    build = Counter()
    saved(tmp_path, KEY, len(TEXTS), build=build)
    again = saved(tmp_path, KEY, len(TEXTS), build=build)
    assert build.built == 1
    weights = query_tokens("一把手谈话")
    assert again.scores(weights) == pytest.approx(lexical.scores(weights))
    assert isinstance(again.idf, np.memmap)


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 0xFF
    path.write_bytes(data)


def remove(path):
    path.unlink()


@pytest.mark.parametrize(
    "part", ["cells.npy", "rows.npy", "columns.npy", "idf.npy", "vocabulary.json", "seal.json"]
)
@pytest.mark.parametrize("damage", [truncate, flip, remove])
def test_a_damaged_index_is_built_anew(tmp_path, part, damage):
    build = Counter()
    saved(tmp_path, KEY, len(TEXTS), build=build)
    damage(tmp_path / KEY / part)
    assert saved(tmp_path, KEY, len(TEXTS), build=build).scores(query_tokens("提问"))[1] > 0
    assert build.built == 2
    saved(tmp_path, KEY, len(TEXTS), build=build)
    assert build.built == 2, "the new one was saved"


def test_an_index_of_another_format_is_built_anew(tmp_path):
    build = Counter()
    saved(tmp_path, KEY, len(TEXTS), build=build)
    seal = tmp_path / KEY / "seal.json"
    seal.write_text(json.dumps(json.loads(seal.read_text()) | {"format": 0}))
    saved(tmp_path, KEY, len(TEXTS), build=build)
    assert build.built == 2


def test_parts_that_do_not_fit_together_are_refused(tmp_path, lexical):
    lexical.write(tmp_path)
    np.save(tmp_path / "idf.npy", np.zeros(3, dtype=np.float32))
    with pytest.raises(ValueError, match="length"):
        LexicalIndex.read(tmp_path, len(TEXTS))


def test_a_folder_that_cannot_be_written_costs_only_the_saving(tmp_path):
    (tmp_path / "file").write_text("")
    build = Counter()
    assert saved(tmp_path / "file", KEY, len(TEXTS), build=build).size == len(TEXTS)


def test_a_write_that_breaks_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.os, "replace", full)
    saved(tmp_path, KEY, len(TEXTS), build=Counter())
    assert list(tmp_path.iterdir()) == []


def test_the_key_tells_every_change_of_every_part():
    keys = {
        content_key(parts)
        for parts in (
            [("a", "b")],
            [("ab", "")],
            [("", "ab")],
            [("a",), ("b",)],
            [("b", "a")],
            [],
            [("\ud800",)],
        )
    }
    assert len(keys) == 7
