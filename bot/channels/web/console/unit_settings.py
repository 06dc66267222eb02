"""What a unit sets for itself: how often talks are owed, and the periods of its reports. Labelled as its own."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.organisation import AREA, ROOT
from bot.services.cadences import INSTALLATION, PREFIX, default_cadence, load_cadences, set_cadence
from bot.services.casework.deadlines import SETTING, Terms, load_terms
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

    async def _page(self, call: Call, unit: str, alert: str = "") -> Response:
        place = _unit(call, unit)
        directory = call.directory
        async with self._database.transaction(call.now) as work:
            cadences = await load_cadences(work, directory)
            own_terms = await work.unit_settings.get(place, SETTING)
            terms = await load_terms(work, place)
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
            typed=call.form.fields if alert else {},
        )


def _owed() -> tuple[str, ...]:
    """The talk types that somebody owes."""
    return tuple(each.code for each in load_record_kinds().talks if each.duty is not None)


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
