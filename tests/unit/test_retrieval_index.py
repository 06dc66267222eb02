"""The public face: finding, narrowing, widening, refusing, remembering."""

import logging
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval import ConfirmedQuestion, IndexText, PassageIndex

LAW = [
    IndexText("talk", "谈话办法第一条", "上级一把手每年与下级一把手谈话。"),
    IndexText("duty", "谈话办法第二条", "述责述廉时当场接受评议和提问。"),
    IndexText("report", "请示办法第一条", "重大事项应当及时请示报告。"),
    IndexText("warn", "教育办法第一条", "用身边事教育身边人,开展警示教育。"),
    IndexText("meet", "教育办法第二条", "民主生活会开展批评和自我批评。"),
]


@pytest.fixture(scope="module")
def index():
    return PassageIndex.build(LAW)


def ids(hits):
    return [hit.id for hit in hits]


def test_the_right_passage_comes_first(index):
    first, *_ = index.search("述责述廉要不要当场接受提问?")
    assert (first.id, first.position) == ("duty", 1)
    assert 0.2 < first.confidence <= 1


def test_confidence_tells_what_is_covered_from_what_is_not(index):
    covered = index.search("重大事项请示报告")[0].confidence
    half = index.search("重大事项的火箭发动机推力")[0].confidence
    assert covered > 2 * half


@pytest.mark.parametrize("query", ["", "什么", "😀", "火箭", "\x00\ud800", "zzz"])
def test_a_question_that_matches_nothing_finds_nothing(index, query):
    assert index.search(query) == ()


def test_a_question_of_100_000_characters_is_answered(index):
    assert index.search("述责述廉" * 25_000)[0].id == "duty"


def test_k_and_allowed_narrow_the_hits(index):
    assert len(index.search("一把手教育谈话报告", 2)) == 2
    assert ids(index.search("谈话", allowed={1, 2, 99, -1})) == ["duty"], "its title says 谈话办法"
    assert index.search("谈话", allowed=()) == ()


def test_expansions_find_what_the_question_does_not_name(index):
    assert index.search("火箭") == ()
    found = index.search("火箭", expansions={"警示教育": 0.5})
    assert found[0].id == "warn"
    assert index.search("", expansions={"警示教育": 0.5})[0].id == "warn"
    plain, widened = (index.search("请示", expansions=each) for each in (None, {"身边人": 0.1}))
    assert widened[0].id == plain[0].id == "report"
    assert {"report", "warn"} <= set(ids(widened))


def test_ids_must_differ():
    with pytest.raises(ValueError, match="differ"):
        PassageIndex.build([LAW[0], LAW[0]])


def test_an_empty_library_finds_nothing():
    empty = PassageIndex.build([], confirmed=[ConfirmedQuestion("谈话", ("talk",))])
    assert empty.search("谈话") == ()


def test_a_confirmed_question_is_found_next_time_though_no_word_matches(index):
    asked = "头头聊聊吗"
    assert index.search(asked) == ()
    taught = index.taught([ConfirmedQuestion(asked, ("talk",))])
    first, *_ = taught.search(asked)
    assert first.id == "talk"
    assert first.confidence == pytest.approx(1, abs=1e-3)
    assert taught.search("头头聊聊呢")[0].id == "talk"
    assert index.learning is None, "teaching makes a new index"


def test_teaching_again_forgets_what_is_no_longer_confirmed(index):
    taught = index.taught([ConfirmedQuestion("头头找手下聊聊", ("talk",))])
    assert taught.taught([]).search("头头找手下聊聊") == index.search("头头找手下聊聊")


def test_confirmed_questions_about_unknown_passages_or_nothing_are_passed_over(index):
    taught = index.taught([ConfirmedQuestion("谈话", ("gone",)), ConfirmedQuestion("???", ("talk",))])
    assert taught.learning is None


def test_memory_obeys_the_narrowing(index):
    taught = index.taught([ConfirmedQuestion("头头找手下聊聊", ("talk",))])
    assert set(ids(taught.search("头头找手下聊聊", allowed={2, 3}))) <= {"report", "warn"}
    assert taught.search("头头找手下聊聊", allowed=()) == ()
    assert ids(taught.search("头头找手下聊聊", allowed={0})) == ["talk"]


def test_an_index_is_kept_in_its_folder(tmp_path, index):
    first = PassageIndex.open(tmp_path, LAW)
    again = PassageIndex.open(tmp_path, LAW, confirmed=[ConfirmedQuestion("头头聊聊", ("talk",))])
    assert first.search("谈话") == index.search("谈话")
    assert again.search("头头聊聊")[0].id == "talk"
    assert len(list(tmp_path.iterdir())) == 1
    PassageIndex.open(tmp_path, LAW[:2])
    assert len(list(tmp_path.iterdir())) == 2


def test_many_threads_may_search_one_index(index):
    taught = index.taught([ConfirmedQuestion("头头找手下聊聊", ("talk",))])
    questions = ["述责述廉", "请示报告", "头头聊聊"] * 30
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(taught.search, questions)) == [taught.search(question) for question in questions]


def test_nothing_asked_or_found_is_logged(index, caplog, tmp_path):
    with caplog.at_level(logging.DEBUG):
        PassageIndex.open(tmp_path, LAW).search("述责述廉")
    assert "述责" not in caplog.text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(1, 8))
def test_any_question_gives_sound_hits(text, k):
    taught = PassageIndex.build(LAW, confirmed=[ConfirmedQuestion("头头聊聊", ("talk", "duty"))])
    for index in (taught, taught.taught([])):
        hits = index.search(text, k)
        assert len(hits) <= k
        assert len({hit.position for hit in hits}) == len(hits)
        assert all(LAW[hit.position].id == hit.id and 0 <= hit.confidence <= 1 for hit in hits)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


class Leg:
    """A dense leg that finds what it is told."""

    voice = 1.0

    def __init__(self, found):
        self.found, self.filled = found, ()

    def fill(self, ids, passages):
        self.filled = (tuple(ids), tuple(passages))

    def nearest(self, query, count):
        return self.found[:count]


def test_vectors_bring_up_what_words_miss():
    leg = Leg([(3, 0.9), (0, -0.1)])
    index = PassageIndex.build(LAW, dense=leg)
    assert leg.filled[0] == tuple(text.id for text in LAW)
    assert ids(index.search("火箭")) == ["warn"]
    assert index.search("火箭")[0].confidence == 0, "words confirm nothing"


def test_a_lost_leg_changes_nothing(index):
    lost = PassageIndex.build(LAW, dense=Leg([]))
    for question in ("述责述廉", "火箭", "头头聊聊"):
        assert lost.search(question) == index.search(question)


def test_a_weak_leg_does_not_outvote_words():
    chance = random.Random(7)
    leg = Leg([(chance.randrange(5), chance.random()) for _ in range(5)])
    leg.voice = 0.1
    index = PassageIndex.build(LAW, dense=leg)
    assert index.search("述责述廉 火箭 发动机 推力")[0].id == "duty"
