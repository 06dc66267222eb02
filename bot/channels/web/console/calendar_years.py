"""The official calendar of further years: which are covered, and a form to add the next one."""

from collections.abc import Sequence
from datetime import date

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.organisation import AREA, ROOT
from bot.services.calendar_end import calendar_end
from bot.services.day_lists import read_days, spans, written_days
from bot.services.official_years import differing, official_year
from bot.services.unit_calendar import add_year, load_years
from bot.services.working_days import OfficialYear, WorkingDays, built_in
from yanlu.errors import YanluError
from yanlu.texts import calendar as texts
from yanlu.texts import console_organisation as words

CALENDAR = f"{ROOT}/settings/calendar"


class CalendarPages:
    """The page of the official calendar."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(CALENDAR, "administrator", self.show, area=AREA),
            ConsolePage(f"{CALENDAR}/add", "administrator", self.add, "POST"),
        )

    async def show(self, call: Call) -> Response:
        """Show the covered years; the form holds what is kept of the year that is asked for, to be corrected."""
        return await self._page(call)

    async def add(self, call: Call) -> Response:
        """Take a year in; a covered one only when it is said to be replaced."""
        try:
            given = _given(call)
            async with self._database.transaction(call.now) as work:
                new = await add_year(work, given, replace=call.form.get("replace") == "yes")
        except YanluError as error:
            return await self._page(call, alert=str(error))
        return self._frame.back(CALENDAR, "calendar_set" if new else "calendar_same")

    async def _page(self, call: Call, alert: str = "") -> Response:
        async with self._database.transaction(call.now) as work:
            years = await load_years(work)
        calendar = WorkingDays(years={each.year: each for each in years})
        asked = next((each for each in years if str(each.year) == call.asked("year")), None)
        return self._frame.page(
            call,
            "organisation-calendar.html",
            words,
            area=AREA,
            status=422 if alert else 200,
            alert=alert,
            built_in=built_in(),
            years=[(each, _facts(each)) for each in years],
            ends=calendar_end(calendar, call.today),
            typed=call.form.fields if alert else _filled(asked, calendar.last.year + 1, call.today.year),
        )


def _given(call: Call) -> OfficialYear:
    """Read the form. Raises YanluError on whatever is wrong with it."""
    said = call.form.get("year").strip()
    if not (said.isascii() and said.isdecimal() and len(said) == 4):
        raise YanluError(texts.NO_YEAR, kept=texts.NOTHING_CHANGED, next_step=texts.FIX_YEAR)
    year = int(said)
    if year < 1000:
        raise YanluError(texts.NO_YEAR, kept=texts.NOTHING_CHANGED, next_step=texts.FIX_YEAR)
    holidays, workdays = (read_days(call.form.get(name), year) for name in ("holidays", "workdays"))
    return official_year(year, holidays, workdays, call.form.get("source"), call.today)


def _filled(kept: OfficialYear | None, missing: int, this_year: int) -> dict[str, str]:
    """What the form holds at first: the year to be corrected, else the next one where it can have been published."""
    if kept is None:
        return {"year": str(missing)} if missing <= this_year + 1 else {}
    return {
        "year": str(kept.year),
        "source": kept.source,
        "holidays": written_days(kept.holidays),
        "workdays": written_days(kept.workdays),
    }


def _facts(each: OfficialYear) -> Sequence[str]:
    """What is said of a year that was added, line by line."""
    days = differing(each)
    return (
        words.holidays_line(len(each.holidays), _spoken(each.holidays)),
        words.workdays_line(len(each.workdays), _spoken(each.workdays)),
        words.working_line(each.working_days),
        *([texts.differs(days)] if days else []),
    )


def _spoken(days: frozenset[date]) -> Sequence[str]:
    return [texts.day_span(first, last) for first, last in spans(days)]
