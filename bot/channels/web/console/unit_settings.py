"""What a unit sets for itself: cadences of talks, its days and hours, periods of its reports. Labelled as its own."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.organisation import AREA, ROOT
from bot.services.cadences import INSTALLATION, PREFIX, default_cadence, load_cadences, set_cadence
from bot.services.casework.deadlines import SETTING, Terms, load_terms
from bot.services.day_lists import read_days, written_days
from bot.services.unit_calendar import OwnTime, UnitCalendars, chain, load_calendars, set_days, set_hours
from knowledge.records import load_record_kinds
from yanlu.errors import YanluError
from yanlu.texts import console_organisation as words

SETTINGS = f"{ROOT}/settings"


class SettingPages:
    """The pages of a unit's settings; `unit` "" in an address is the whole installation."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(SETTINGS, "administrator", self.show, area=AREA),
            ConsolePage(f"{SETTINGS}/cadence", "administrator", self.cadence, "POST"),
            ConsolePage(f"{SETTINGS}/terms", "administrator", self.terms, "POST"),
            ConsolePage(f"{SETTINGS}/days", "administrator", self.days, "POST"),
            ConsolePage(f"{SETTINGS}/hours", "administrator", self.hours, "POST"),
        )

    async def show(self, call: Call) -> Response:
        """Show what holds for a unit, and whence."""
        return await self._page(call, call.asked("unit"))

    async def cadence(self, call: Call) -> Response:
        """Set, switch off or clear how often a talk is owed."""
        unit, talk_type = _unit(call, call.form.get("unit")), call.form.get("talk_type")
        if talk_type not in _owed():
            raise YanluError(words.NO_TALK_TYPE)
        value = _cadence(call)
        try:
            async with self._database.transaction(call.now) as work:
                if value is None:
                    await work.unit_settings.clear(unit, PREFIX + talk_type)
                else:
                    await set_cadence(work, unit, talk_type, value)
        except YanluError as error:
            return await self._page(call, unit, alert=str(error))
        return self._frame.back(SETTINGS, "set", unit=unit)

    async def terms(self, call: Call) -> Response:
        """Set the periods of a unit's reports."""
        unit = _unit(call, call.form.get("unit"))
        if call.form.get("clear") == "yes":
            async with self._database.transaction(call.now) as work:
                await work.unit_settings.clear(unit, SETTING)
                await work.audit.append("system", f"terms:{unit}", None, call.today)
            return self._frame.back(SETTINGS, "set", unit=unit)
        wanted = {name: _number(call.form.get(name)) for name in asdict(Terms())}
        if asdict(Terms.of(wanted)) != wanted:
            return await self._page(call, unit, alert=words.BAD_TERMS)
        async with self._database.transaction(call.now) as work:
            await work.unit_settings.put(unit, SETTING, wanted)
            await work.audit.append("system", f"terms:{unit}", None, call.today)  # how long reports are kept
        return self._frame.back(SETTINGS, "set", unit=unit)

    async def days(self, call: Call) -> Response:
        """Set a unit's own days off and on; none of either: it goes by those above."""
        unit = _unit(call, call.form.get("unit"))
        try:
            days = read_days(call.form.get("off")), read_days(call.form.get("on"))
            async with self._database.transaction(call.now) as work:
                await set_days(work, unit, days, call.today)
        except YanluError as error:
            return await self._page(call, unit, alert=str(error))
        return self._frame.back(SETTINGS, "set", unit=unit)

    async def hours(self, call: Call) -> Response:
        """Set a unit's own hours, or have it go by those above."""
        unit = _unit(call, call.form.get("unit"))
        given = (call.form.get("opening").strip(), call.form.get("closing").strip())
        try:
            async with self._database.transaction(call.now) as work:
                await set_hours(work, unit, None if call.form.get("clear") == "yes" else given, call.today)
        except YanluError as error:
            return await self._page(call, unit, alert=str(error))
        return self._frame.back(SETTINGS, "set", unit=unit)

    async def _page(self, call: Call, unit: str, alert: str = "") -> Response:
        place = _unit(call, unit)
        directory = call.directory
        async with self._database.transaction(call.now) as work:
            cadences = await load_cadences(work, directory)
            own_terms = await work.unit_settings.get(place, SETTING)
            terms = await load_terms(work, directory, place)
            calendars = await load_calendars(work, directory)
        own = cadences.own.get(place, {})
        return self._frame.page(
            call,
            "organisation-settings.html",
            words,
            area=AREA,
            status=422 if alert else 200,
            alert=alert,
            unit=place,
            units=[("", words.INSTALLATION)]
            + [
                (each.id, each.name)
                for each in sorted(directory.organisations.values(), key=lambda one: one.code)
            ],
            cadences=[
                (
                    each,
                    (
                        cadences.held_to(place, each, directory)
                        if place
                        else own.get(each, default_cadence(each))
                    ).words,
                    each in own,
                )
                for each in _owed()
            ],
            terms=asdict(terms),
            terms_own=own_terms is not None,
            working=_working_time(calendars, place),
            typed=call.form.fields if alert else {},
        )


def _owed() -> tuple[str, ...]:
    """The talk types that somebody owes."""
    return tuple(each.code for each in load_record_kinds().talks if each.duty is not None)


def _working_time(calendars: UnitCalendars, unit: str) -> dict[str, object]:
    """What the page shows of a unit's days and hours: its own, to be changed, and what holds."""
    own, holds = calendars.own.get(unit, OwnTime()), calendars.of(unit)
    opening, closing = (f"{each:%H:%M}" for each in holds.hours)
    return {
        "off": written_days(day for day, on in own.days.items() if not on),
        "on": written_days(day for day, on in own.days.items() if on),
        "opening": opening,
        "closing": closing,
        "hours_own": own.hours is not None,
        "hours_hold": words.hours_line(opening, closing, _whose_hours(calendars, unit)),
        "days_hold": words.days_line(*(words.in_line(written_days(each)) for each in (holds.off, holds.on))),
    }


def _whose_hours(calendars: UnitCalendars, unit: str) -> str:
    """Whether the hours that hold are the unit's own, those of one above it, or nobody's."""
    setters = [each for each in chain(calendars.directory, unit) if calendars.own.get(each, OwnTime()).hours]
    if not setters:
        return words.DEFAULT_HOURS
    return words.OWN_HOURS if setters[0] == unit else words.INHERITED_HOURS


def _unit(call: Call, id_: str) -> str:
    if id_ != INSTALLATION and id_ not in call.directory.organisations:
        raise YanluError(words.NO_UNIT, next_step=words.NO_UNIT_NEXT)
    return id_


def _cadence(call: Call) -> dict[str, Any] | None:
    """Read the form: so many a year, within so many days, off; None to go by what is above."""
    kind = call.form.get("kind")
    if kind == "default":
        return None
    if kind == "off":
        return {"off": True}
    return {kind: _number(call.form.get("count"))}


def _number(text: str) -> int:
    """Give a whole number, -1 for anything that is none."""
    stripped = text.strip()
    return int(stripped) if stripped.isdecimal() and len(stripped) < 7 else -1
