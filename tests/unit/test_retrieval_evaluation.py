"""`evaluate retrieval` and `bench retrieval`: figures, and refusing what is not in the format."""

import gzip
import json
from pathlib import Path

import pytest

from bot.benchmarks import retrieval as bench
from bot.benchmarks.retrieval import bench_retrieval, measure_baseline, measure_ours, synthetic
from knowledge.evaluation import timing
from knowledge.evaluation.retrieval import evaluate_retrieval, quality
from knowledge.evaluation.retrieval_files import Question
from knowledge.evaluation.timing import percentile, resident_mb, timed
from yanlu.errors import EvaluationError

PASSAGES = [
    {"id": "a", "title": "甲法第一条", "text": "劳动者可以解除劳动合同"},
    {"id": "a", "title": "甲法第二条", "text": "用人单位支付经济补偿"},
    {"id": "b", "title": "乙法第一条", "text": "夫妻离婚分割财产"},
    {"id": "c", "title": "乙法第二条", "text": "遗产按照顺序继承"},
]
OWN = [
    {"id": 0, "q": "炒鱿鱼了怎么办", "gold": [0, 1]},
    {"id": 1, "q": "离婚财产怎么分割", "gold": [2]},
]
OTHERS = [
    {"id": 0, "q": "炒鱿鱼怎么赔", "gold": [1]},
    {"id": 1, "q": "离婚财产怎么分割", "gold": [2]},
    {"id": 2, "q": "遗产继承顺序", "gold": [3]},
]
QUALITY = {"hit1", "hit5", "recall5", "mrr10"}


def write(folder, content, name="file.json"):
    path = folder / name
    data = (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.fixture
def collection(tmp_path):
    return write(tmp_path, {"passages": PASSAGES, "questions": OWN}, "collection.json.gz")


def test_a_file_alone_gives_untrained_figures(collection):
    figures = evaluate_retrieval(collection)
    assert figures.keys() == QUALITY | {"build_s_per_1k", "p50_ms", "p95_ms", "rss_mb", "n", "passages"}
    assert figures["n"] == 2
    assert figures["hit5"] == 0.5, "nobody taught it 炒鱿鱼"
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert figures["rss_mb"] > 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("other.json", {"questions": OTHERS}),
        ("other.json.gz", OTHERS),
        ("other.jsonl", "\n".join(json.dumps(each) for each in OTHERS) + "\n\n"),
        ("other.json", "\ufeff" + json.dumps(OTHERS)),
    ],
)
def test_other_questions_are_asked_after_learning_from_the_files_own(collection, tmp_path, name, content):
    figures = evaluate_retrieval(collection, write(tmp_path, content, name))
    assert figures["n"] == 3
    assert figures["overlap"] == 1
    assert figures["hit5"] == 1.0 > figures["untrained"]["hit5"]
    assert figures["unseen_articles"]["n"] == 1
    assert (
        figures["unseen_articles"]["trained"]["hit1"] == figures["unseen_articles"]["untrained"]["hit1"] == 1
    )


def test_learning_can_be_left_out(collection, tmp_path):
    figures = evaluate_retrieval(collection, write(tmp_path, OTHERS), train=False)
    assert "untrained" not in figures
    assert figures["hit5"] < 1


def test_no_unseen_articles_give_no_figures_for_them(collection, tmp_path):
    figures = evaluate_retrieval(collection, write(tmp_path, OTHERS[:2]))
    assert figures["unseen_articles"] == {"n": 0, "trained": {}, "untrained": {}}


def test_figures_are_what_their_names_say():
    asked = [Question("", (1, 2)), Question("", (3,)), Question("", (4,)), Question("", (5,))]
    hits = [[1, 9, 2], [8, 3], [*range(10, 19), 4], [7]]
    assert quality(asked, hits) == {"hit1": 0.25, "hit5": 0.5, "recall5": 0.5, "mrr10": 0.4}


def bad(passages=None, questions=None):
    return {"passages": PASSAGES if passages is None else passages, "questions": questions or []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "没有问题|对象"),
        ("not json", "第 1 行"),
        ('{"a": 1}\nbroken', "第 2 行"),
        ("[" * 100_000, "第 1 行"),
        ([], "对象"),
        ({"passages": []}, "对象"),
        ({"passages": PASSAGES}, "没有问题"),
        ({"passages": PASSAGES, "questions": 3}, "对象"),
        (bad(passages=[{"text": "一"}, {"text": 3}]), "passages 第 2 条"),
        (bad(passages=[{"text": "一", "title": 3}]), "passages 第 1 条"),
        (bad(questions=[OWN[0], {"q": "一"}]), "questions 第 2 条"),
        (bad(questions=[{"q": "一", "gold": []}]), "questions 第 1 条"),
        (bad(questions=[{"q": "一", "gold": [4]}]), "questions 第 1 条"),
        (bad(questions=[{"q": "一", "gold": [True]}]), "questions 第 1 条"),
        (bad(questions=[{"q": "一", "gold": ["0"]}]), "questions 第 1 条"),
        (bad(questions=[{"q": 1, "gold": [0]}]), "questions 第 1 条"),
        (bad(questions=["一"]), "questions 第 1 条"),
    ],
)
def test_what_is_not_in_the_format_is_refused_by_its_line(tmp_path, content, said):
    with pytest.raises(EvaluationError, match=said) as caught:
        evaluate_retrieval(write(tmp_path, content))
    assert caught.value.kept
    assert caught.value.next_step


@pytest.mark.parametrize("content", [[], {"questions": []}, ""])
def test_a_file_of_no_questions_is_refused(collection, tmp_path, content):
    with pytest.raises(EvaluationError, match="没有问题"):
        evaluate_retrieval(collection, write(tmp_path, content))


@pytest.mark.parametrize(
    "data", [b"\x1f\x8bgarbage", gzip.compress(b"x" * 999, mtime=0)[:-9], b"\xff\xfe\x00"]
)
def test_a_damaged_file_is_refused(tmp_path, data):
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(EvaluationError, match="无法读取"):
        evaluate_retrieval(tmp_path / "file")


def test_a_file_that_is_a_folder_or_absent_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(EvaluationError, match="无法读取"):
            evaluate_retrieval(path)


def test_every_call_is_timed():
    results, milliseconds = timed(lambda number: number * 2, [1, 2, 3])
    assert results == [2, 4, 6]
    assert len(milliseconds) == 3
    assert all(each >= 0 for each in milliseconds)
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert percentile([], 95) == 0.0


def test_memory_is_told_where_proc_is_not_there(monkeypatch):
    here = resident_mb()
    monkeypatch.setattr(timing, "_STATM", Path("/nonexistent"))
    assert resident_mb() >= here * 0.5


def test_made_up_passages_are_the_same_every_time_and_can_be_found():
    passages, questions = synthetic(300)
    assert synthetic(300) == (passages, questions)
    assert len(questions) == 300
    assert 60 < sum(len(each.text) for each in passages) / len(passages) < 180


@pytest.mark.parametrize("measure", [measure_ours, measure_baseline])
def test_a_contestant_finds_something_for_every_question(measure, collection):
    figures = measure(None, 200)
    assert figures["errors"] == 0
    assert figures["passages"] == 200
    assert figures["per_second"] > 10
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert measure(collection, 0)["passages"] == 4


def test_a_file_without_questions_is_asked_the_beginnings_of_its_passages(tmp_path):
    file = write(tmp_path, {"passages": PASSAGES})
    assert measure_ours(file, 0)["errors"] == 0


def test_the_bench_gives_both_contestants_and_the_largest_size_first(monkeypatch, collection):
    monkeypatch.setattr(bench, "QUESTIONS", 20)
    given = bench_retrieval(sizes=(50, 100))
    assert given["passages"] == 100
    assert set(given["sizes"]) == {"50", "100"}
    assert given["ratio"] == pytest.approx(given["per_second"] / given["baseline"]["per_second"], abs=0.01)
    assert {"per_second", "errors", "p50_ms", "p95_ms", "cpu_ms", "rss_mb"} <= given["baseline"].keys()
    assert set(bench_retrieval(collection)["sizes"]) == {"4"}
