"""The command tree `yanlu`."""

import logging
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import backup, calendar, casework, documents, keys, measuring, organisations
from bot.commands.doctor import doctor
from bot.commands.running import complain_of, in_loop, tell, tell_json
from bot.settings import load_settings
from yanlu.errors import YanluError
from yanlu.texts import backup as backup_texts
from yanlu.texts import calendar as calendar_texts
from yanlu.texts import casework as casework_texts
from yanlu.texts import commands as texts

if TYPE_CHECKING:
    from bot.app import House

app = typer.Typer(help=texts.APP, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
app.command("ingest", help=texts.INGEST)(documents.ingest)
app.add_typer(documents.app, name="documents", help=texts.DOCUMENTS)
app.add_typer(organisations.app, name="org", help=texts.ORG)
app.command("invite", help=texts.INVITE)(organisations.invite)
app.add_typer(keys.app, name="keys", help=texts.KEYS)
app.command("backup", help=backup_texts.BACKUP)(backup.backup)
app.command("restore", help=backup_texts.RESTORE)(backup.restore)
app.command("inbox", help=casework_texts.INBOX)(casework.inbox)
app.add_typer(casework.handlers, name="handlers", help=casework_texts.HANDLERS)
app.add_typer(casework.recovery, name="recovery", help=casework_texts.RECOVERY)
app.add_typer(casework.audit, name="audit", help=casework_texts.AUDIT)
app.add_typer(casework.cases, name="cases", help=casework_texts.CASES)
app.add_typer(calendar.app, name="calendar", help=calendar_texts.CALENDAR)
app.command("evaluate", help=texts.EVALUATE)(measuring.evaluate)
app.command("bench", help=texts.BENCH)(measuring.bench)
app.command("doctor", help=texts.DOCTOR)(doctor)


@app.command("run", help=texts.RUN)
def run() -> None:
    """Serve the web page, and Telegram where a token is set."""
    from bot.app import House
    from bot.roads import run_service
    from bot.state import held

    settings = load_settings()

    async def work() -> None:
        async with House.open(settings) as house:
            await _show_sample(house)
            if settings.web_port:
                tell(texts.serving_at(f"http://{settings.web_host}:{settings.web_port}/"))
            tell(texts.SERVING)
            await run_service(house)

    with held(settings.home):
        in_loop(work())


@app.command("chat", help=texts.CHAT)
def chat() -> None:
    """Talk in the terminal."""
    from bot.app import House
    from bot.roads import run_terminal_chat

    async def work() -> None:
        async with House.open(load_settings()) as house:
            await _show_sample(house)
            await run_terminal_chat(house)

    in_loop(work())


async def _show_sample(house: "House") -> None:
    """Fill an empty database with the sample organisation, and print its invitations."""
    from bot.services.sample_organisation import ensure_sample

    codes = await ensure_sample(house.database, house.clock())
    if codes:
        tell(texts.SAMPLE_MADE)
    for who, code in codes:
        tell(texts.sample_invitation(who, code))


@app.command("ask", help=texts.ASK)
def ask(
    text: Annotated[str, typer.Argument(help=texts.TEXT)],
    json: Annotated[bool, typer.Option("--json", help=texts.JSON)] = False,
) -> None:
    """Answer one question."""
    from bot.app import House
    from bot.conversation.typed_text import MAX_TEXT, cleaned
    from yanlu.texts import conversation

    # Bytes that are not UTF-8 arrive as lone surrogates, which can neither be searched nor printed.
    question = cleaned(text.encode("utf-8", "replace").decode("utf-8"))
    if not question:
        raise YanluError(texts.ASK_EMPTY, next_step=texts.ASK_EMPTY_NEXT)
    if len(question) > MAX_TEXT:
        raise YanluError(conversation.too_long_text(MAX_TEXT))

    async def work() -> None:
        async with House.open(load_settings()) as house:
            answer = (await house.library.answerer()).answer(question)
            answer = await house.library.rephrased(question, answer)
        if json:
            tell_json(asdict(answer))
        else:
            tell(answer.text)

    in_loop(work())


@app.command("migrate", help=texts.MIGRATE)
def migrate() -> None:
    """Bring the database to this version."""
    from bot.app import House

    async def work() -> None:
        async with House.open(load_settings()):
            tell(texts.MIGRATED)

    in_loop(work())


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    level = os.environ.get("YANLU_LOG_LEVEL", "")
    if level in logging.getLevelNamesMapping():
        logging.getLogger().setLevel(level)
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last place before the user
        complain_of(error)
        sys.exit(1)
