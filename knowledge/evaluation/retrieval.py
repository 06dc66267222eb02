"""`yanlu evaluate retrieval`: how well and how fast passages are found, with and without learning."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from knowledge.evaluation.retrieval_files import Question, read_collection, read_questions
from knowledge.evaluation.timing import percentile, resident_mb, timed
from knowledge.retrieval import ConfirmedQuestion, Hit, IndexText, PassageIndex
from yanlu.errors import EvaluationError
from yanlu.texts import retrieval as texts

DEPTH: Final = 10
"""Ranks are looked for among so many hits, as mrr10 asks."""
_WARM_UP: Final = 20

Figures = dict[str, object]


def evaluate_retrieval(file: Path, questions: Path | None = None, *, train: bool | None = None) -> Figures:
    """Give the figures of DESIGN section 9 for a collection. Raises EvaluationError.

    Without `questions`: an index that has learned nothing, asked the file's own questions. With it: one that
    has learned from the file's own questions (unless `train` is False), asked those of the other file; with
    "untrained" (the plain figures), "overlap" (how many asked stand literally among the learned) and
    "unseen_articles" (the questions none of whose passages occur in a learned question).
    """
    passages, own = read_collection(file)
    asked = read_questions(questions, len(passages)) if questions else own
    if not asked:
        raise EvaluationError(
            texts.EVALUATION_NO_QUESTIONS.format(name=file.name),
            kept=texts.EVALUATION_KEPT,
            next_step=texts.EVALUATION_NEXT,
        )
    index, build_seconds = _built(passages)
    build = {"build_s_per_1k": round(build_seconds / len(passages) * 1000, 3), "passages": len(passages)}
    del passages
    plain, plain_ranks = _measured(index, asked)
    if questions is None or train is False or not own:
        return plain | build
    return _trained(index, own, asked, plain, plain_ranks) | build


def _trained(
    index: PassageIndex,
    own: Sequence[Question],
    asked: Sequence[Question],
    plain: Figures,
    plain_hits: list[list[int]],
) -> Figures:
    begun = perf_counter()
    taught = index.taught([ConfirmedQuestion(each.text, tuple(map(str, each.gold))) for each in own])
    seconds = perf_counter() - begun
    figures, hits = _measured(taught, asked)
    learned = {position for each in own for position in each.gold}
    unseen = [number for number, each in enumerate(asked) if learned.isdisjoint(each.gold)]
    novel = [asked[number] for number in unseen]
    literal = {each.text.strip() for each in own}
    return figures | {
        "train_s": round(seconds, 2),
        "overlap": sum(each.text.strip() in literal for each in asked),
        "untrained": plain,
        "unseen_articles": {
            "n": len(novel),
            "trained": quality(novel, [hits[number] for number in unseen]),
            "untrained": quality(novel, [plain_hits[number] for number in unseen]),
        },
    }


def _built(passages: Sequence[IndexText]) -> tuple[PassageIndex, float]:
    """Build the index and time it; the libraries are loaded before, as in a running service."""
    PassageIndex.build([IndexText("0", "测试", "载入词典")]).search("载入")
    begun = perf_counter()
    index = PassageIndex.build(passages)
    return index, perf_counter() - begun


def _measured(index: PassageIndex, asked: Sequence[Question]) -> tuple[Figures, list[list[int]]]:
    """Ask every question; give the figures and the positions found for each."""

    def ask(question: Question) -> tuple[Hit, ...]:
        return index.search(question.text, DEPTH)

    for question in asked[:_WARM_UP]:
        ask(question)
    found, milliseconds = timed(ask, asked)
    hits = [[hit.position for hit in each] for each in found]
    times: Figures = {
        "p50_ms": percentile(milliseconds, 50),
        "p95_ms": percentile(milliseconds, 95),
        "rss_mb": resident_mb(),
        "n": len(asked),
    }
    return quality(asked, hits) | times, hits


def quality(asked: Sequence[Question], hits: Sequence[Sequence[int]]) -> Figures:
    """Give hit1, hit5, recall5 and mrr10 (shares, 0..1) of the positions found for each question."""
    if not asked:
        return {}
    ranks = [_rank(question, found) for question, found in zip(asked, hits, strict=True)]
    recalled = [
        len(set(question.gold).intersection(found[:5])) / len(question.gold)
        for question, found in zip(asked, hits, strict=True)
    ]
    count = len(asked)
    return {
        "hit1": round(sum(rank == 1 for rank in ranks) / count, 4),
        "hit5": round(sum(0 < rank <= 5 for rank in ranks) / count, 4),
        "recall5": round(sum(recalled) / count, 4),
        "mrr10": round(sum(1 / rank for rank in ranks if rank) / count, 4),
    }


def _rank(question: Question, found: Sequence[int]) -> int:
    """Give the rank (from 1) of the first right passage among the first ten; 0 if none is right."""
    return next((rank for rank, position in enumerate(found[:DEPTH], 1) if position in question.gold), 0)
