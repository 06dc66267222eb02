"""`yanlu evaluate` and `yanlu bench`."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Annotated, Literal

import typer

from bot.commands.running import in_loop, tell, tell_json
from bot.settings import Settings, load_settings, revealed
from yanlu.errors import EvaluationError
from yanlu.texts import commands as texts

ASKED: tuple[Literal["questions", "dialogs", "search"], ...] = ("questions", "dialogs", "search")
FILES = ("retrieval", "talks", "routing")
BENCHES = ("chat", "retrieval", "ask", "start", "records", "intake", "web")
QUESTION = "述责述廉是不是要当场被提问?"
STARTS = 5
Figures = dict[str, object]


def evaluate(  # noqa: PLR0913, PLR0917 - typer makes an option of each
    kind: Annotated[str, typer.Argument(help=texts.KIND)],
    file: Annotated[Path, typer.Argument(help=texts.FILES)],
    json: Annotated[bool, typer.Option("--json", help=texts.JSON)] = False,
    document: Annotated[list[Path] | None, typer.Option("--document", help=texts.DOCUMENT)] = None,
    questions: Annotated[Path | None, typer.Option("--questions", help=texts.OTHER_QUESTIONS)] = None,
    home: Annotated[Path | None, typer.Option("--home", help=texts.HOME)] = None,
) -> None:
    """Measure quality on a file."""
    if kind in FILES:
        _show(_of_file(kind, file, questions), json=json)
        return
    if kind not in ASKED:
        known = texts.KIND_NEXT.format(kinds="、".join((*ASKED, *FILES)))
        raise EvaluationError(texts.KIND_UNKNOWN, next_step=known)
    with tempfile.TemporaryDirectory(prefix="yanlu-") as temporary:
        settings = _settings_at(home or Path(temporary))
        figures = in_loop(_evaluated(settings, kind, file, document or []))
    _show(figures, json=json)


def _of_file(kind: str, file: Path, questions: Path | None) -> Figures:
    """What needs no state folder."""
    if kind == "retrieval":
        from knowledge.evaluation.retrieval import evaluate_retrieval

        return evaluate_retrieval(file, questions)
    if kind == "talks":
        from knowledge.evaluation.talks import evaluate_talks
        from knowledge.talks.reader import TalkReader

        return evaluate_talks(TalkReader.open(None), file)
    from bot.services.routing_evaluation import evaluate_routing

    return evaluate_routing(file)


def _settings_at(home: Path) -> Settings:
    return load_settings().model_copy(update={"home": home, "database_url": None})


async def _evaluated(settings: Settings, kind: str, file: Path, documents: list[Path]) -> Figures:
    from bot.app import House
    from knowledge.evaluation.questions import evaluate_questions

    chosen = next(each for each in ASKED if each == kind)
    async with House.open(settings) as house:
        for path in documents:
            await house.library.ingest(path)
        return evaluate_questions(await house.library.answerer(), file, kind=chosen)


def bench(
    kind: Annotated[str, typer.Argument(help=texts.KIND)],
    json: Annotated[bool, typer.Option("--json", help=texts.JSON)] = False,
) -> None:
    """Measure what the work costs."""
    if kind not in BENCHES:
        raise EvaluationError(texts.KIND_UNKNOWN, next_step=texts.KIND_NEXT.format(kinds="、".join(BENCHES)))
    if kind == "retrieval":
        from bot.benchmarks.retrieval import bench_retrieval

        _show(bench_retrieval(), json=json)
        return
    with tempfile.TemporaryDirectory(prefix="yanlu-") as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("YANLU_")}
        environment |= {"YANLU_HOME": home, "YANLU_WEB_PORT": "0"}
        if kind == "chat":
            from bot.benchmarks.chat import bench_chat

            figures = in_loop(bench_chat(_yanlu("run"), environment))
        elif kind == "start":
            figures = in_loop(_starts(environment))
        elif kind == "records":
            from bot.benchmarks.records import bench_databases

            figures = in_loop(bench_databases(revealed(load_settings().database_url)))
        elif kind == "intake":
            from bot.benchmarks.intake import bench_intake_databases

            figures = in_loop(bench_intake_databases(revealed(load_settings().database_url)))
        elif kind == "web":
            from bot.benchmarks.web import bench_web_databases

            url = revealed(load_settings().database_url)
            figures = in_loop(bench_web_databases(url, _yanlu("run"), environment))
        else:
            figures = in_loop(_asks(_settings_at(Path(home))))
    _show(figures, json=json)


def _yanlu(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from bot.commands.main import main; main()", *arguments]


async def _starts(environment: dict[str, str]) -> Figures:
    """Time `yanlu ask` from start to end; the first start also makes the state folder."""
    from knowledge.evaluation.timing import percentile

    milliseconds: list[float] = []
    errors, highest = 0, 0.0
    for _ in range(STARTS):
        begun = perf_counter()
        running = await asyncio.create_subprocess_exec(
            *_yanlu("ask", QUESTION), env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        waiting = asyncio.create_task(running.wait())
        while not waiting.done():
            highest = max(highest, _resident(running.pid))
            await asyncio.wait({waiting}, timeout=0.02)
        milliseconds.append((perf_counter() - begun) * 1000)
        errors += running.returncode != 0
    return {
        "per_second": round(1000 * STARTS / sum(milliseconds), 3),
        "errors": errors,
        "first_ms": round(milliseconds[0], 1),
        "p50_ms": percentile(milliseconds, 50),
        "p95_ms": percentile(milliseconds, 95),
        "rss_mb": round(highest, 1),
    }


def _resident(pid: int) -> float:
    from bot.benchmarks.processes import resident_mb

    try:
        return resident_mb(pid)
    except (OSError, IndexError):
        return 0.0


async def _asks(settings: Settings) -> Figures:
    """Time answers in this process, against bare BM25 (jieba words, bm25s) over the same text."""
    from bm25s import BM25
    from rjieba import cut

    from bot.app import House
    from bot.benchmarks.chat import questions
    from knowledge.catalogue import digest_document, load_catalogue
    from knowledge.evaluation.timing import percentile, resident_mb, timed

    asked = questions(126)
    async with House.open(settings) as house:
        answerer = await house.library.answerer()
    index = BM25()
    passages = digest_document(load_catalogue()).passages
    index.index([list(cut(each.text)) for each in passages], show_progress=False)

    def bare(question: str) -> object:
        return index.retrieve([list(cut(question))], k=3, show_progress=False)

    def measured(call: object) -> dict[str, float | int]:
        assert callable(call)
        for question in asked[:20]:
            call(question)
        _, milliseconds = timed(call, asked)
        worked = process_time()  # not of `timed`, which tidies up first
        for question in asked:
            call(question)
        work = process_time() - worked
        return {
            "per_second": round(1000 * len(asked) / sum(milliseconds), 1),
            "errors": 0,
            "p50_ms": percentile(milliseconds, 50),
            "p95_ms": percentile(milliseconds, 95),
            "cpu_ms": round(work * 1000 / len(asked), 3),
            "rss_mb": resident_mb(),
        }

    ours, baseline = measured(answerer.answer), measured(bare)
    return {**ours, "baseline": baseline, "ratio": round(ours["cpu_ms"] / baseline["cpu_ms"], 2)}


def _show(figures: Figures, *, json: bool) -> None:
    if json:
        tell_json(figures)
        return
    for name, value in figures.items():
        tell(f"{name}: {value}")
