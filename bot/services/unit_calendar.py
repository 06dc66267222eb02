"""What the store keeps of working time: official years that were added, and each unit's own days and hours.

Read in the transaction that needs it, so that every process goes by a change from its commit on. A unit goes by what
itself or, day by day, the nearest above it has set; the organisation "" is the whole installation.
"""

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from bot.services.directory import Directory
from bot.services.official_years import packed_year, unpacked_years
from bot.services.working_days import HOURS, KeptDays, OfficialYear, WorkingDays
from storage import UnitOfWork
from yanlu.errors import DatabaseCorrupt, YanluError
from yanlu.texts import calendar as texts

OFFICIAL: Final = "official calendar"
"""Of the installation: {"2027": {"holidays": […], "workdays": […], "source": …, "added": …}}."""
DAYS: Final = "own days"
"""{"off": ["2027-05-06"], "on": […]}."""
WORKING_HOURS: Final = "working hours"
"""["09:00", "17:00"]."""
INSTALLATION: Final = ""
MOST_OWN: Final = 120
"""Days off and on that a unit may set for itself."""
NAMES: Final = (OFFICIAL, DAYS, WORKING_HOURS)
_HOUR: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnTime:
    """What one unit has set: days off (False) and on (True), and hours; empty and None where it goes by those above."""

    days: Mapping[date, bool] = field(default_factory=dict)
    hours: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class UnitCalendars:
    """The working time of all units asked for, as a transaction saw it."""

    directory: Directory
    years: tuple[OfficialYear, ...]
    own: Mapping[str, OwnTime]

    def of(self, organisation: str) -> KeptDays:
        """What an organisation goes by; the installation's own for one that is unknown."""
        days: dict[date, bool] = {}
        hours: tuple[time, time] | None = None
        for each in chain(self.directory, organisation):
            own = self.own.get(each)
            if own is not None:
                days = {**own.days, **days}
                hours = hours or own.hours
        return KeptDays(
            self.years,
            frozenset(day for day, on in days.items() if not on),
            frozenset(day for day, on in days.items() if on),
            hours or HOURS,
        )

    def settled(self, organisation: str) -> str:
        """The nearest of the organisation and those above it that has set anything of its own."""
        return next((each for each in chain(self.directory, organisation) if each in self.own), INSTALLATION)


def chain(directory: Directory, organisation: str) -> tuple[str, ...]:
    """An organisation and those above it, nearest first, with the installation at the end."""
    if organisation not in directory.organisations:
        return (INSTALLATION,)
    return (organisation, *(each.id for each in directory.ancestors(organisation)), INSTALLATION)


def read_own(settings: Mapping[str, Any], unit: str) -> OwnTime | None:
    """What a unit has set; None for nothing. What makes no sense is logged and passed over."""
    try:
        days, hours = _days(settings.get(DAYS)), _hours(settings.get(WORKING_HOURS))
    except (KeyError, TypeError, ValueError, AttributeError):
        log.warning("the working time of %r is not readable", unit)
        return None
    return OwnTime(days, hours) if days or hours else None


async def load_calendars(work: UnitOfWork, directory: Directory) -> UnitCalendars:
    """The working time of all units."""
    return calendars_of(await work.unit_settings.named(NAMES), directory)


def calendars_of(settings: Mapping[str, Mapping[str, Any]], directory: Directory) -> UnitCalendars:
    """The working time of the units whose settings are given.

    Added years that cannot be read count for nothing, with an error in the log: their days are then unknown.
    """
    years: tuple[OfficialYear, ...] = ()
    try:
        years = unpacked_years(settings.get(INSTALLATION, {}).get(OFFICIAL))
    except ValueError:
        log.error("the official years that were added are not readable")  # noqa: TRY400 - no trace is needed
    read = {unit: read_own(values, unit) for unit, values in settings.items()}
    return UnitCalendars(directory, years, {unit: own for unit, own in read.items() if own is not None})


async def load_years(work: UnitOfWork) -> tuple[OfficialYear, ...]:
    """The official years that were added. Raises DatabaseCorrupt."""
    try:
        return unpacked_years(await work.unit_settings.get(INSTALLATION, OFFICIAL))
    except ValueError:
        raise DatabaseCorrupt(texts.BAD_KEPT, next_step=texts.BAD_KEPT_NEXT) from None


async def add_year(work: UnitOfWork, given: OfficialYear, *, replace: bool) -> bool:
    """Keep an official year, with a line in the audit log; False when the same is kept already.

    Raises YanluError for a year that is covered, by the program itself or another import, where nothing may be
    replaced; DatabaseCorrupt as `load_years`.
    """
    await work.lock(OFFICIAL)
    kept = {each.year: each for each in await load_years(work)}
    before = kept.get(given.year)
    if before is not None and _content(before) == _content(given):
        return False
    if WorkingDays(years=kept).covers(given.year) and not replace:
        raise YanluError(
            texts.known_year(given.year), kept=texts.NOTHING_CHANGED, next_step=texts.REPLACE_NEXT
        )
    kept[given.year] = given
    packed = {str(year): packed_year(each) for year, each in sorted(kept.items())}
    await work.unit_settings.put(INSTALLATION, OFFICIAL, packed)
    await work.audit.append("system", f"calendar:{given.year}", None, given.added)
    return True


async def set_days(
    work: UnitOfWork, unit: str, days: tuple[frozenset[date], frozenset[date]], on: date
) -> None:
    """Keep a unit's own days off and on; none of either: it goes by those above. Raises YanluError on bad ones."""
    off, worked = days
    if off & worked:
        raise YanluError(
            texts.in_both(list(off & worked)), kept=texts.NOTHING_CHANGED, next_step=texts.HOURS_NEXT
        )
    if len(off | worked) > MOST_OWN:
        raise YanluError(texts.TOO_MANY_OWN, kept=texts.NOTHING_CHANGED, next_step=texts.HOURS_NEXT)
    if any(abs(day.year - on.year) > 1 for day in off | worked):
        raise YanluError(texts.BAD_OWN_YEARS, kept=texts.NOTHING_CHANGED, next_step=texts.HOURS_NEXT)
    value = {"off": _written(off), "on": _written(worked)} if off | worked else None
    await _put(work, unit, DAYS, value, on)


async def set_hours(work: UnitOfWork, unit: str, hours: tuple[str, str] | None, on: date) -> None:
    """Keep a unit's own hours, as "9:00"; None: it goes by those above. Raises YanluError on bad ones."""
    value = None
    if hours is not None:
        said = [_HOUR.fullmatch(unicodedata.normalize("NFKC", each)) for each in hours]
        value = [f"{int(each[1]):02}:{each[2]}" for each in said if each]
        try:
            _hours(value)
        except ValueError:
            raise YanluError(
                texts.BAD_HOURS, kept=texts.NOTHING_CHANGED, next_step=texts.HOURS_NEXT
            ) from None
    await _put(work, unit, WORKING_HOURS, value, on)


async def _put(work: UnitOfWork, unit: str, name: str, value: object, on: date) -> None:
    if value is None:
        await work.unit_settings.clear(unit, name)
    else:
        await work.unit_settings.put(unit, name, value)
    await work.audit.append("system", f"working time:{unit}", None, on)


def _content(year: OfficialYear) -> tuple[frozenset[date], frozenset[date], str]:
    return year.holidays, year.workdays, year.source


def _days(value: Any) -> dict[date, bool]:  # noqa: ANN401 - any JSON
    if value is None:
        return {}
    off = {date.fromisoformat(each): False for each in value["off"]}
    return off | {date.fromisoformat(each): True for each in value["on"]}


def _hours(value: Any) -> tuple[time, time] | None:  # noqa: ANN401 - any JSON
    """Two times of the day, the first before the second. Raises ValueError on anything else."""
    if value is None:
        return None
    opening, closing = (time.fromisoformat(each) for each in value)
    if opening.tzinfo or closing.tzinfo or not opening < closing:
        raise ValueError("no hours")
    return opening, closing


def _written(days: frozenset[date]) -> Sequence[str]:
    return sorted(each.isoformat() for each in days)
