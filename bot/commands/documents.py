"""`yanlu ingest` and `yanlu documents …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.running import complain, in_loop, tell
from bot.services.clock import beijing_now
from bot.settings import load_settings
from yanlu.errors import DocumentError, YanluError
from yanlu.texts import commands as texts

app = typer.Typer(no_args_is_help=True)


def ingest(files: Annotated[list[Path], typer.Argument(help=texts.FILES)]) -> None:
    """Take files in one after another; exit code 1 when any was refused."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.app import House

    async def work() -> int:
        refused = 0
        async with House.open(load_settings()) as house:
            for path in files:
                with Progress(console=Console(stderr=True), transient=True) as bar:
                    task = bar.add_task(texts.INGESTING, total=None)
                    try:
                        report = await house.library.ingest(
                            path,
                            lambda done, total: bar.update(task, completed=done, total=total),  # noqa: B023 - called before the next turn of the loop
                        )
                    except DocumentError as error:
                        refused += 1
                        problem = texts.refused(path.name, str(error))
                        report = None
                if report is None:
                    complain(problem)
                elif report.unchanged:
                    tell(texts.unchanged(report.title, report.version))
                else:
                    tell(texts.ingested(report.title, report.version, report.passages, report.aligned))
        return refused

    if in_loop(work()):
        raise typer.Exit(1)


@app.command("list", help=texts.LIST)
def list_(
    everything: Annotated[bool, typer.Option("--all", help=texts.ALL)] = False,
) -> None:
    """List documents."""
    from bot.app import House

    async def work() -> None:
        async with House.open(load_settings()) as house:
            found = await house.library.documents(include_retired=everything)
        for each in found:
            state = f" {texts.RETIRED}{each.retired}" if each.retired else ""
            tell(f"{each.id}  《{each.title}》 v{each.version}  {each.ingested:%Y-%m-%d}{state}")
        if not found:
            tell(texts.NONE_YET)

    in_loop(work())


@app.command("show", help=texts.SHOW)
def show(id_: Annotated[str, typer.Argument(metavar="ID", help=texts.ID)]) -> None:
    """Show a document's passages."""
    from bot.app import House

    async def work() -> None:
        async with House.open(load_settings()) as house:
            document = await house.library.document(id_)
        tell(f"{document.id}  《{document.title}》 v{document.version}")
        for each in document.passages:
            tell(f"[{each.position}] {each.measure or '-'} {each.start}–{each.end} {each.text}")

    in_loop(work())


@app.command("retire", help=texts.RETIRE)
def retire(id_: Annotated[str, typer.Argument(metavar="ID", help=texts.ID)]) -> None:
    """Take a document out of force today."""
    from bot.app import House

    async def work() -> None:
        async with House.open(load_settings()) as house:
            await house.library.retire(id_, beijing_now().date())
        tell(texts.RETIRED)

    in_loop(work())


@app.command("questions", help=texts.QUESTIONS)
def questions() -> None:
    """List the questions that wait for a human answer."""
    from bot.app import House

    async def work() -> None:
        async with House.open(load_settings()) as house, house.database.transaction() as unit:
            found = await unit.questions.list()
        for each in found:
            tell(f"{each.id}  {each.asked}  {each.text}  {each.note or ''}".rstrip())
        if not found:
            tell(texts.NONE_YET)

    in_loop(work())


@app.command("answer", help=texts.ANSWER)
def answer(
    id_: Annotated[int, typer.Argument(metavar="ID", help=texts.ID)],
    text: Annotated[str, typer.Option("--text", help=texts.ANSWER_TEXT)],
    measure: Annotated[str | None, typer.Option("--measure", help=texts.MEASURE)] = None,
) -> None:
    """Confirm the answer to a question."""
    from bot.app import House
    from knowledge.catalogue import load_catalogue

    if measure is not None and measure not in {each.id for each in load_catalogue().measures}:
        raise YanluError(texts.NO_MEASURE, next_step=texts.NO_MEASURE_NEXT)

    async def work() -> None:
        async with House.open(load_settings()) as house, house.database.transaction() as unit:
            now = house.clock()
            if not await unit.questions.answer(id_, text, measure=measure, citation=None, now=now):
                raise YanluError(texts.NO_QUESTION, next_step=texts.NO_QUESTION_NEXT)
        tell(texts.ANSWERED)

    in_loop(work())
