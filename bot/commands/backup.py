"""`yanlu backup` and `yanlu restore`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.running import in_loop, tell
from bot.settings import Settings, load_settings, revealed
from storage import BackupContents, KeyRing
from yanlu.errors import StateLocked
from yanlu.texts import backup as texts


def backup(file: Annotated[Path, typer.Argument(help=texts.FILE_TO_WRITE)]) -> None:
    """Write everything that lasts to a new file, while the service goes on."""
    from bot.services.clock import beijing_now
    from storage import back_up

    settings = load_settings()
    made = in_loop(back_up(settings.database, file, keys=_keys(settings), now=beijing_now()))
    tell(texts.backed_up(file.name, made.size))
    tell(texts.contents(made.rows))
    tell(texts.KEY_APART)


def restore(
    file: Annotated[Path, typer.Argument(help=texts.FILE_TO_READ)],
    into: Annotated[Path | None, typer.Option("--into", metavar="FOLDER", help=texts.INTO)] = None,
) -> None:
    """Put a backup into an empty state folder or database."""
    settings = load_settings()
    if into is not None:
        settings = settings.model_copy(update={"home": into, "database_url": None})
    keys = _keys(settings)
    with _nobody_else(settings.home):
        in_loop(_restored(settings, keys, file))


async def _restored(settings: Settings, keys: KeyRing, file: Path) -> None:
    from bot.services.clock import BEIJING
    from storage import restore as put_back

    found: BackupContents = await put_back(file, settings.database, keys=keys)
    tell(texts.restored(f"{found.made.astimezone(BEIJING):%Y-%m-%d %H:%M}", found.size))
    tell(texts.contents(found.rows))
    await _put_in_order(settings, keys)
    tell(texts.AFTERWARDS)


async def _put_in_order(settings: Settings, keys: KeyRing) -> None:
    """Check the audit log, put the restoring on it, and erase anew what was to be kept only until before today."""
    from bot.services.casework.retention import erase_expired
    from bot.services.clock import beijing_now
    from storage import Database

    database, today = Database.open(settings.database, keys=keys, clock=beijing_now), beijing_now().date()
    try:
        async with database.transaction() as work:
            whole = await work.audit.verify() is None
            await work.audit.append("system", "restore", None, today)
        tell(texts.AUDIT_WHOLE if whole else texts.AUDIT_BROKEN)
        await erase_expired(database, today)
        tell(texts.ERASED)  # said in any case: whether there was any is nobody's to see without a passphrase
    finally:
        await database.close()


def _keys(settings: Settings) -> KeyRing:
    from storage import kept_keys

    return kept_keys(settings.home / "keys", revealed(settings.key))


@contextmanager
def _nobody_else(home: Path) -> Iterator[None]:
    """Hold the state folder, which no `yanlu run` may be using."""
    from bot.state import held

    with ExitStack() as stack:
        try:
            stack.enter_context(held(home))
        except StateLocked:
            happened, kept, next_step = texts.IN_USE
            raise StateLocked(happened, kept=kept, next_step=next_step) from None
        yield
