"""`yanlu keys rotate`: a new sealing key, and everything sealed anew, while the service goes on."""

import typer

from bot.commands.running import in_loop, tell
from bot.settings import load_settings, revealed
from yanlu.errors import SettingsError
from yanlu.texts import commands as texts

app = typer.Typer(no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Keep the command a group."""


@app.command("rotate", help=texts.KEYS_ROTATE)
def rotate() -> None:
    """Add a key to the key file and seal every row with it; may be repeated after an interruption."""
    from bot.services.clock import beijing_now
    from bot.state import prepared
    from storage import Database, load_keys, reseal, rotated

    settings = load_settings()
    if revealed(settings.key):
        raise SettingsError(texts.KEY_IN_SETTING, next_step=texts.KEY_IN_SETTING_NEXT)

    async def work() -> int:
        path = prepared(settings.home) / "keys"
        await load_keys(settings.database, key_file=path)
        database = Database.open(settings.database, keys=rotated(path), clock=beijing_now)
        try:
            await database.migrate()
            return await reseal(database)
        finally:
            await database.close()

    tell(texts.keys_rotated(in_loop(work())))
