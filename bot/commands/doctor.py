"""`yanlu doctor`: what is set, what is wrong, what to do."""

import re
from typing import TYPE_CHECKING

import typer

from bot.commands.running import in_loop, tell
from bot.settings import Settings, load_settings, revealed
from bot.state import prepared
from yanlu.errors import YanluError
from yanlu.texts import calendar as calendar_texts
from yanlu.texts import commands as texts

if TYPE_CHECKING:
    from storage import Database

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


def doctor() -> None:
    """List the settings and check what they lead to; exit code 1 when something is wrong."""
    settings = load_settings()
    tell(texts.DOCTOR_SETTINGS)
    for name, value, given in settings.listed():
        tell(f"  {name} = {value}({texts.FROM_ENVIRONMENT if given else texts.FROM_DEFAULT})")
    tell(texts.DOCTOR_CHECKS)
    sound = [_checked_home(settings), in_loop(_checked_database(settings)), _checked_token(settings)]
    if settings.embeddings != "off":
        sound.append(_checked_vectors(settings))
    if not all(sound):
        raise typer.Exit(1)


def _said(name: str, problem: str | None) -> bool:
    tell(f"  {name}:{problem or texts.OK}")
    return problem is None


def _checked_home(settings: Settings) -> bool:
    try:
        prepared(settings.home)
    except YanluError as error:
        return _said(texts.CHECK_HOME, str(error))
    return _said(texts.CHECK_HOME, None)


async def _checked_database(settings: Settings) -> bool:
    from storage import Database, load_keys

    if settings.database_url is None and not (settings.home / "yanlu.db").exists():
        tell(f"  {texts.CHECK_DATABASE}:{texts.CHECK_NEW}")
        return True
    try:
        key_file = settings.home / "keys"
        keys = await load_keys(settings.database, key_file=key_file, setting=revealed(settings.key))
        database = Database.open(settings.database, keys=keys)
        try:
            made = await database.check()
            _said(texts.CHECK_DATABASE, None)
            return await _checked_calendar(database) if made else True
        finally:
            await database.close()
    except YanluError as error:
        return _said(texts.CHECK_DATABASE, str(error))


async def _checked_calendar(database: "Database") -> bool:
    """Say from some weeks before how long the working calendar lasts; wrong only once it is over."""
    from bot.services.calendar_end import calendar_end
    from bot.services.clock import beijing_now
    from bot.services.unit_calendar import load_years
    from bot.services.working_days import WorkingDays

    async with database.transaction() as work:
        years = await load_years(work)
    ends = calendar_end(WorkingDays(years={each.year: each for each in years}), beijing_now().date())
    if ends is None:
        return _said(texts.CHECK_CALENDAR, None)
    _said(texts.CHECK_CALENDAR, ends.words + calendar_texts.ENDS_COMMAND)
    return not ends.over


def _checked_token(settings: Settings) -> bool:
    token = revealed(settings.telegram_token)
    if token is None:
        tell(f"  {texts.CHECK_TOKEN}:{texts.UNSET}")
        return True
    return _said(texts.CHECK_TOKEN, None if _TOKEN.fullmatch(token) else texts.TOKEN_SHAPE)


def _checked_vectors(settings: Settings) -> bool:
    from bot.app import dense_leg

    try:
        leg = dense_leg(settings)
        leg.require(["doctor"], [texts.CHECK_VECTORS])
        leg.delete()
        leg.close()
    except YanluError as error:
        return _said(texts.CHECK_VECTORS, str(error))
    return _said(texts.CHECK_VECTORS, None)
