"""Planned talks at the console: made, moved, given up, with the page to read before, and logged once held."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import of_all
from bot.channels.web.console.record_writing import RecordWriting
from bot.channels.web.console.sheet_pages import Errand, sentence_of
from bot.channels.web.pages import attachment
from bot.dialogs.choice_values import number_in
from bot.dialogs.planning import PlanDialog
from bot.services.briefing import briefing_lines
from bot.services.directory import Directory
from bot.services.entitlements import may_plan
from bot.services.files import briefing_docx, file_name
from bot.services.record_files import DOCX
from storage import StoredPlan, UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import console_records as words
from yanlu.texts import records as texts

PLANS = "/console/plans"


class PlanPages:
    """The pages of planned talks."""

    def __init__(self, frame: Frame, writing: RecordWriting) -> None:
        self._frame = frame
        self._database = frame.parts.database
        self._writing = writing
        self._sheets = writing.sheets
        self._planning = PlanDialog(frame.parts.directories, frame.parts.talks)

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        one = f"{PLANS}/{{id}}"
        return (
            ConsolePage(PLANS, "keeper", self.list, area="records"),
            ConsolePage(f"{PLANS}/new", "keeper", self.planning, area="records"),
            ConsolePage(f"{PLANS}/new", "keeper", self.plan, "POST", area="records"),
            ConsolePage(one, "keeper", self.shown, area="records"),
            ConsolePage(f"{one}/briefing", "keeper", self.briefing, area="records"),
            ConsolePage(f"{one}/move", "keeper", self.moving, area="records"),
            ConsolePage(f"{one}/move", "keeper", self.move, "POST", area="records"),
            ConsolePage(f"{one}/log", "keeper", self.logging, area="records"),
            ConsolePage(f"{one}/log", "keeper", self.log, "POST", area="records"),
            ConsolePage(f"{one}/cancel", "keeper", self.shown, area="records"),
            ConsolePage(f"{one}/cancel", "keeper", self.cancel, "POST", area="records"),
        )

    async def list(self, call: Call) -> Response:
        """List the talks that are planned, the next first."""
        person = call.visitor.person
        async with self._database.transaction(call.now) as work:
            directory = await self._frame.parts.directories.of(work)
            units = {post.organisation for post in directory.posts_of(person, call.today)}
            found = await work.plans.around(person, units)
            seen = [each for each in found if may_plan(person, "see", each, directory, call.today)]
            plans = of_all(call, seen)
            rows = [_row(each, directory) for each in await work.plans.worded(plans.rows)]
        return self._frame.page(call, "plans.html", words, area="records", plans=plans, rows=rows)

    async def shown(self, call: Call) -> Response:
        """Show a plan with the page to read before it."""
        async with self._database.transaction(call.now) as work:
            plan, directory = await self._plan(call, work)
            lines = await briefing_lines(work, plan, directory, call.today, call.visitor.person)
        row = _row(plan, directory)
        return self._frame.page(call, "plan.html", words, area="records", row=row, lines=lines[1:])

    async def briefing(self, call: Call) -> Response:
        """Give the page to read before a talk as Word."""
        async with self._database.transaction(call.now) as work:
            plan, directory = await self._plan(call, work)
            lines = await briefing_lines(work, plan, directory, call.today, call.visitor.person)
        name = file_name(words.BRIEFING, plan.day.isoformat(), suffix="docx", otherwise=words.BRIEFING)
        content = await asyncio.to_thread(briefing_docx, words.BRIEFING, lines[1:], call.today)
        return attachment(name, content, DOCX)

    async def planning(self, call: Call) -> Response:
        """Show the empty form."""
        return await self._sheets.blank(call, self._errand(""))

    async def plan(self, call: Call) -> Response:
        """Open the form with what a sentence said, or keep the plan."""
        errand = self._errand(sentence_of(call))
        if call.form.get("step") == "open":
            return await self._sheets.blank(call, errand)
        return await self._sheets.filled(call, errand)

    async def moving(self, call: Call) -> Response:
        """Show a plan's form, the day to be said anew."""
        return await self._sheets.blank(call, self._moved(call))

    async def move(self, call: Call) -> Response:
        """Move or change a plan."""
        return await self._sheets.filled(call, self._moved(call))

    async def logging(self, call: Call) -> Response:
        """Show the form of the talk that was planned."""
        return await self._sheets.blank(call, self._writing.talk(plan=_number(call)))

    async def log(self, call: Call) -> Response:
        """File the talk that was planned."""
        return await self._sheets.filled(call, self._writing.talk(plan=_number(call)))

    async def cancel(self, call: Call) -> Response:
        """Give a plan up."""
        async with self._database.transaction(call.now) as work:
            if not await call.first_time(work):
                return self._frame.back(PLANS, "already")
            plan, directory = await self._plan(call, work)
            if not may_plan(call.visitor.person, "void", plan, directory, call.today):
                raise YanluError(texts.PLAN_GONE)
            await work.plans.cancel(plan.id)
        return self._frame.back(PLANS, "cancelled")

    async def _plan(self, call: Call, work: UnitOfWork) -> tuple[StoredPlan, Directory]:
        """The plan, where the visitor may see it and it is still to be held. Raises YanluError else."""
        directory = await self._frame.parts.directories.of(work)
        plan = await work.plans.get(_number(call))
        if (
            plan is None
            or plan.state != "planned"
            or not may_plan(call.visitor.person, "see", plan, directory, call.today)
        ):
            raise YanluError(texts.PLAN_GONE)
        return plan, directory

    def _errand(self, sentence: str) -> Errand:
        return Errand(
            self._planning,
            "plan:start",
            words.NEW_PLAN,
            words.SUBMIT_PLAN,
            PLANS,
            lambda _: (PLANS, "planned"),
            sentence=sentence,
            notes="never",
        )

    def _moved(self, call: Call) -> Errand:
        number = _number(call)
        return Errand(
            self._planning,
            f"plan:move:{number}",
            words.MOVE_PLAN,
            words.SUBMIT_MOVE,
            f"{PLANS}/{number}",
            lambda _: (PLANS, "moved"),
            notes="never",
        )


def _number(call: Call) -> int:
    number = number_in(call.place("id"))
    if number is None:
        raise YanluError(texts.PLAN_GONE)
    return number


def _row(plan: StoredPlan, directory: Directory) -> Mapping[str, object]:
    def shown(person: str, on: date) -> str:
        return directory.who(person, on).shown

    return {
        "plan": plan,
        "talker": shown(plan.talker, plan.day),
        "subjects": "、".join(shown(each, plan.day) for each in plan.subjects),
        "time": str(plan.body.get("time") or ""),
        "place": str(plan.body.get("place") or ""),
        "matters": str(plan.body.get("matters") or ""),
    }
