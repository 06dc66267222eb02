"""`yanlu calendar import FILE | list`: the official arrangement of a further year."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.running import in_loop, tell
from bot.settings import load_settings
from yanlu.texts import calendar as texts

if TYPE_CHECKING:
    from bot.services.working_days import OfficialYear

app = typer.Typer(no_args_is_help=True)


@app.command("import", help=texts.IMPORT)
def import_(
    file: Annotated[Path, typer.Argument(help=texts.FILE)],
    replace: Annotated[bool, typer.Option("--replace", help=texts.REPLACE)] = False,
) -> None:
    """Take a year's arrangement in, whole or not at all; a covered year only with `--replace`."""
    from bot.app import House
    from bot.services.official_years import differing, read_year_file
    from bot.services.unit_calendar import add_year

    async def work() -> tuple["OfficialYear", bool]:
        async with House.open(load_settings()) as house:
            now = house.clock()
            given = read_year_file(file, now.date())
            async with house.database.transaction(now) as unit:
                return given, await add_year(unit, given, replace=replace)

    given, new = in_loop(work())
    if not new:
        tell(texts.same_year(given.year))
        return
    tell(texts.year_added(given.year, len(given.holidays), len(given.workdays), given.working_days))
    days = differing(given)
    if days:
        tell(texts.differs(days))
    if replace:
        tell(texts.REPLACED_KEPT)


@app.command("list", help=texts.LIST)
def list_() -> None:
    """List the years that are covered, and what is missing."""
    from bot.app import House
    from bot.services.calendar_end import calendar_end
    from bot.services.official_years import differing
    from bot.services.unit_calendar import load_years
    from bot.services.working_days import WorkingDays, built_in

    async def work() -> list[str]:
        async with House.open(load_settings()) as house, house.database.transaction(house.clock()) as unit:
            years = await load_years(unit)
            calendar = WorkingDays(years={each.year: each for each in years})
            ends = calendar_end(calendar, house.clock().date())
        lines = [texts.built_in_line(*built_in())]
        for each in years:
            counts = len(each.holidays), len(each.workdays)
            lines.append(texts.year_line(each.year, *counts, each.source, each.added))
            days = differing(each)
            lines += [texts.differs(days)] if days else []
        return lines if ends is None else [*lines, ends.words, texts.ENDS_COMMAND]

    for line in in_loop(work()):
        tell(line)
