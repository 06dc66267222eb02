"""`yanlu bench retrieval`: searches a second and their cost, against plain BM25 over jieba words (bm25s)."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Final

from knowledge.evaluation.retrieval_files import read_collection
from knowledge.evaluation.timing import percentile, resident_mb, timed
from knowledge.retrieval import IndexText, PassageIndex

SIZES: Final = (2_000, 60_000)
QUESTIONS: Final = 500
_SEED: Final = 20210924
_WORDS: Final = 6_000
_WORDS_IN_PASSAGE: Final = (30, 70)
_COMMON_CHARACTERS: Final = (0x4E00, 0x9FA5)

Figures = dict[str, float | int]
Search = Callable[[str], int]
"""Searches for a question and gives the number of hits."""


def bench_retrieval(file: Path | None = None, *, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Give the object of `yanlu bench`: the figures of the largest size, and those of each under "sizes".

    Passages are made up from a seed, or taken from `file` (format of `evaluate retrieval`; then one size, its
    own, and its own questions). Each contestant runs alone in a process of its own. `ratio` is our searches a
    second over the baseline's. A search without any hit is an error.
    """
    results = {}
    for size in sizes if file is None else (0,):
        figures = _compared(file, size)
        results[str(figures["passages"])] = figures
    return {**results[max(results, key=int)], "sizes": results}


def _compared(file: Path | None, size: int) -> dict[str, object]:
    ours = _alone(measure_ours, file, size)
    baseline = _alone(measure_baseline, file, size)
    return {**ours, "baseline": baseline, "ratio": round(ours["per_second"] / baseline["per_second"], 2)}


def _alone(measure: Callable[[Path | None, int], Figures], file: Path | None, size: int) -> Figures:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, file, size).result()


def measure_ours(file: Path | None, size: int) -> Figures:
    """Measure our index in this process."""
    passages, questions = _collection(file, size)
    begun = perf_counter()
    index = PassageIndex.build(passages)
    seconds = perf_counter() - begun
    count = len(passages)
    del passages
    return _measured(lambda question: len(index.search(question)), questions, count, seconds)


def measure_baseline(file: Path | None, size: int) -> Figures:
    """Measure plain BM25 in this process: jieba words, bm25s with its defaults."""
    from bm25s import BM25
    from rjieba import cut

    passages, questions = _collection(file, size)
    begun = perf_counter()
    index = BM25()
    index.index([list(cut(f"{each.title}\n{each.text}")) for each in passages], show_progress=False)
    seconds = perf_counter() - begun
    count = len(passages)
    del passages

    def search(question: str) -> int:
        found = index.retrieve([list(cut(question))], k=min(10, count), show_progress=False)
        return int((found.scores[0] > 0).sum())

    return _measured(search, questions, count, seconds)


def _measured(search: Search, questions: Sequence[str], passages: int, build_seconds: float) -> Figures:
    for question in questions[:20]:
        search(question)
    begun, worked = perf_counter(), process_time()
    hits, milliseconds = timed(search, questions)
    seconds, work = perf_counter() - begun, process_time() - worked
    return {
        "per_second": round(len(questions) / seconds, 1),
        "errors": sum(not count for count in hits),
        "p50_ms": percentile(milliseconds, 50),
        "p95_ms": percentile(milliseconds, 95),
        "cpu_ms": round(work * 1000 / len(questions), 3),
        "rss_mb": resident_mb(),
        "build_s_per_1k": round(build_seconds / passages * 1000, 3),
        "passages": passages,
    }


def _collection(file: Path | None, size: int) -> tuple[list[IndexText], list[str]]:
    if file is None:
        return synthetic(size)
    passages, questions = read_collection(file)
    return passages, [each.text for each in questions] or [each.text[:20] for each in passages[:QUESTIONS]]


def synthetic(size: int, seed: int = _SEED) -> tuple[list[IndexText], list[str]]:
    """Make up passages of about 120 characters, and questions of words that stand in them.

    Words follow Zipf's law over a made-up vocabulary, which itself takes characters by Zipf's law, so that
    the postings are as uneven as those of real text.
    """
    chance = Random(seed)  # noqa: S311 - a benchmark's data, not a secret
    words = _vocabulary(chance)
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    passages = []
    for number in range(size):
        text = chance.choices(words, weights, k=chance.randint(*_WORDS_IN_PASSAGE))
        passages.append(IndexText(str(number), f"第{number}条", ",".join(_clauses(text))))
    asked = chance.sample(range(size), min(QUESTIONS, size))
    return passages, [_question(chance, passages[number].text) for number in asked]


def _vocabulary(chance: Random) -> list[str]:
    characters = [chr(chance.randint(*_COMMON_CHARACTERS)) for _ in range(3_000)]
    weights = [1 / (rank + 20) for rank in range(len(characters))]
    return [
        "".join(chance.choices(characters, weights, k=chance.choice((1, 2, 2, 2, 3)))) for _ in range(_WORDS)
    ]


def _clauses(words: Sequence[str]) -> list[str]:
    return ["".join(words[start : start + 6]) for start in range(0, len(words), 6)]


def _question(chance: Random, text: str) -> str:
    clauses = text.split(",")
    return "".join(chance.sample(clauses, min(2, len(clauses)))) + "有什么规定?"
