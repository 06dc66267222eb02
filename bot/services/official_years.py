"""The official arrangement of a further year (国务院办公厅通知): checked, read from a file, kept as JSON. Pure but for files.

What is checked is what can be known without the notice: all days lie in the year, days worked for a holiday are
weekends, nothing is both, the statutory days are off (全国年节及纪念日放假办法, 2024), and the source is named.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.services.day_lists import read_days
from bot.services.working_days import OfficialYear, built_in
from knowledge.talks.festivals import festival
from yanlu.errors import UnreadableDocument, YanluError
from yanlu.texts import calendar as texts

MOST_BYTES: Final = 64 * 1024
MOST_HOLIDAYS: Final = 45
"""Over ten more than any year has had."""
LEAST_SOURCE, MOST_SOURCE = 4, 200
STATUTORY_SINCE: Final = 2025
"""From this year on the statutory days are those below."""
STATUTORY: Final = {
    "元旦": ("元旦", range(1)),
    "春节": ("春节", range(-1, 3)),
    "清明节": ("清明", range(1)),
    "劳动节": ("五一", range(2)),
    "端午节": ("端午", range(1)),
    "中秋节": ("中秋", range(1)),
    "国庆节": ("国庆", range(3)),
}
"""Statutory days off, counted from the festival's own day."""
_KEYS: Final = frozenset({"year", "source", "holidays", "workdays"})


def official_year(
    year: int, holidays: frozenset[date], workdays: frozenset[date], source: str, today: date
) -> OfficialYear:
    """The arrangement of a year, added today. Raises YanluError that says all that is wrong with it."""
    source = " ".join(source.split())
    wrong = [*_wrong_year(year, today), *_wrong_days(year, holidays, workdays)]
    if not LEAST_SOURCE <= len(source) <= MOST_SOURCE or not source.isprintable():
        wrong.append(texts.NO_SOURCE)
    if wrong:
        raise YanluError("".join(wrong), kept=texts.NOTHING_CHANGED, next_step=texts.FIX_YEAR)
    return OfficialYear(year, holidays, workdays, source, today)


def _wrong_year(year: int, today: date) -> Iterable[str]:
    """A calendar is published in the autumn before its year: nobody can have one that is further off."""
    if year < built_in()[0]:
        yield texts.too_early(built_in()[0])
    if year > today.year + 1:
        yield texts.too_late(year)


def _wrong_days(year: int, holidays: frozenset[date], workdays: frozenset[date]) -> Iterable[str]:
    if not holidays:
        yield texts.NO_HOLIDAYS
    if not workdays:
        yield texts.NO_WORKDAYS
    if len(holidays) > MOST_HOLIDAYS:
        yield texts.too_many(MOST_HOLIDAYS)
    for days, say in (
        (
            [day for day in holidays | workdays if day.year != year],
            lambda found: texts.other_year(found, year),
        ),
        (list(holidays & workdays), texts.in_both),
        ([day for day in workdays if day.weekday() < 5], texts.no_weekend),
    ):
        if days:
            yield say(days)
    if holidays:
        yield from _missing(year, holidays)


def _missing(year: int, holidays: frozenset[date]) -> Iterable[str]:
    if year < STATUTORY_SINCE:
        return
    for name, (called, around) in STATUTORY.items():
        own = festival(called, year)
        if own is not None:
            days = [day for day in (own + timedelta(days=each) for each in around) if day not in holidays]
            if days:
                yield texts.missing_holiday(name, days)


def read_year_file(path: Path, today: date) -> OfficialYear:
    """The arrangement in a TOML file. Raises YanluError on anything else than a sound one."""
    try:
        if not path.is_file():
            raise _bad(texts.NO_FILE)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        raise _bad(texts.NO_FILE) from None
    return read_year(content, today)


def read_year(content: bytes, today: date) -> OfficialYear:
    """As `read_year_file`, of its bytes."""
    if len(content) > MOST_BYTES:
        raise _bad(texts.TOO_LARGE)
    try:
        said = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError):  # no UTF-8, no TOML, or one nested beyond reason
        raise _bad(texts.BAD_TOML) from None
    if said.keys() != _KEYS:
        raise _bad(texts.BAD_KEYS)
    year, source = said["year"], said["source"]
    if type(year) is not int or not 1000 <= year <= 9999:
        raise _bad(texts.NO_YEAR)
    if not isinstance(source, str):
        raise _bad(texts.NO_SOURCE)
    return official_year(
        year, _listed(said["holidays"], year), _listed(said["workdays"], year), source, today
    )


def _listed(value: object, year: int) -> frozenset[date]:
    """Days of a list of dates and texts, or of one text."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise _bad(texts.BAD_LIST)
    found: frozenset[date] = frozenset()
    for each in items:
        if isinstance(each, str):
            found |= read_days(each, year)
        elif isinstance(each, date) and not isinstance(each, datetime):
            found |= {each}
        else:
            raise _bad(texts.BAD_LIST)
    return found


def packed_year(given: OfficialYear) -> dict[str, Any]:
    """The arrangement as JSON."""
    return {
        "holidays": sorted(each.isoformat() for each in given.holidays),
        "workdays": sorted(each.isoformat() for each in given.workdays),
        "source": given.source,
        "added": given.added.isoformat(),
    }


def unpacked_years(value: object) -> tuple[OfficialYear, ...]:
    """The arrangements kept under their years, as `packed_year` made them. Raises ValueError on anything else."""
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise ValueError("no years")  # noqa: TRY004 - one error for whatever it is instead
    try:
        return tuple(_unpacked(int(year), each) for year, each in sorted(value.items()))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no year") from error


def _unpacked(year: int, value: Mapping[str, Any]) -> OfficialYear:
    return OfficialYear(
        year,
        frozenset(map(date.fromisoformat, value["holidays"])),
        frozenset(map(date.fromisoformat, value["workdays"])),
        str(value["source"]),
        date.fromisoformat(value["added"]),
    )


def differing(given: OfficialYear) -> list[date]:
    """The days on which an added year and the program's own do not agree; none where it has none."""
    from chinese_calendar import is_workday

    first, last = built_in()
    if not first <= given.year <= last:
        return []
    start = date(given.year, 1, 1)
    days = (start + timedelta(days=each) for each in range((date(given.year, 12, 31) - start).days + 1))
    return [day for day in days if bool(is_workday(day)) != given.is_working(day)]


def _bad(happened: str) -> YanluError:
    return UnreadableDocument(happened, kept=texts.NOTHING_CHANGED, next_step=texts.BAD_FILE_NEXT)
