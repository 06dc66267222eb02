"""The queue of a handler, a page at a time, and the figures of a year."""

import asyncio
from collections.abc import Sequence
from typing import get_args

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import listed
from bot.services.casework.queue import QueueFilter, queue_length, queue_page
from bot.services.casework.settling import settled
from bot.services.casework.statistics import Figures, Table, year_figures
from knowledge.reports import load_report_kinds
from storage import CaseGroup
from yanlu.errors import YanluError
from yanlu.texts import casework as case_texts
from yanlu.texts import console_cases as texts

CASES = "/console/cases"
AREA = "cases"


class CasesPages:
    """The pages over all cases of a handler."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._settling = asyncio.Lock()

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(CASES, "handler", self.queue, unlocked=True, area=AREA),
            ConsolePage(f"{CASES}/figures", "handler", self.figures, unlocked=True, area=AREA),
        )

    async def queue(self, call: Call) -> Response:
        """Show what wants work first."""
        chosen = filter_asked(call)
        await self._settled(call)
        async with self._frame.parts.database.transaction(call.now) as work:
            sitting = await self._frame.sitting(work, call)
            found = await listed(
                call,
                await queue_length(sitting, chosen),
                lambda limit, offset: queue_page(sitting, chosen, limit, offset),
            )
        return self._frame.page(
            call,
            "cases.html",
            texts,
            area=AREA,
            queue=found,
            chosen=chosen,
            categories=[("", texts.ANY), *((each, each) for each in _categories())],
            casework=case_texts,
        )

    async def figures(self, call: Call) -> Response:
        """Show a year's figures, small ones left out."""
        asked = call.asked("year") or str(call.today.year)
        if not (asked.isascii() and asked.isdecimal() and len(asked) == 4):
            raise YanluError(texts.YEAR_WRONG)
        await self._settled(call)
        async with self._frame.parts.database.transaction(call.now) as work:
            found = await year_figures(await self._frame.sitting(work, call), int(asked), _categories())
        return self._frame.page(
            call, "case-figures.html", texts, area=AREA, figures=found, tables=_tables(found)
        )

    async def _settled(self, call: Call) -> None:
        """Have the keys withdrawn that posts call for, in parts, so that only who looks waits; one at a time here."""
        async with self._settling:
            await settled(self._frame.parts.database, self._frame.parts.desk, call.now, call.today)


def filter_asked(call: Call) -> QueueFilter:
    """Read the filter from the address; what makes no sense there is left out."""
    group = call.asked("group")
    deadline = call.asked("deadline")
    return QueueFilter(
        group=next((each for each in get_args(CaseGroup) if each == group), "open"),
        category=call.asked("category") if call.asked("category") in _categories() else "",
        deadline="overdue" if deadline == "overdue" else "soon" if deadline == "soon" else "",
        priority=call.asked("priority") == "yes",
        news=call.asked("news") == "yes",
    )


def _categories() -> tuple[str, ...]:
    return tuple(each.code for each in load_report_kinds().categories)


def _tables(found: Figures) -> list[tuple[str, Table, list[tuple[str, int | None]]]]:
    """The tables with their titles and the words of their cells."""
    quarters = {name: texts.QUARTER.format(name) for name in found.quarters.cells}
    tables: tuple[tuple[Table, dict[str, str]], ...] = (
        (found.quarters, quarters),
        (found.categories, {}),
        (found.statuses, case_texts.REPORTER),
        (found.timeliness, case_texts.TIMELINESS),
    )
    return [
        (title, table, [(words.get(name, name), count) for name, count in table.cells.items()])
        for title, (table, words) in zip(case_texts.TABLES, tables, strict=True)
    ]
