"""Taking a file of organisations and posts in: first looked at, then confirmed; the template to fill in."""

from collections.abc import Sequence
from datetime import timedelta

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.jobs import JobRunner, Progress
from bot.channels.web.console.organisation import AREA, ROOT
from bot.channels.web.pages import attachment
from bot.channels.web.security import once
from bot.services.organisation_files import read_organisation_file
from bot.services.organisation_import import ImportPlan, apply_import, plan_import
from bot.services.organisation_template import template_csv, template_xlsx
from storage import JobResult, UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import console_organisation as words
from yanlu.texts import imports as import_texts
from yanlu.texts import organisations as organisation_texts

IMPORT = f"{ROOT}/import"
KEPT = timedelta(minutes=30)
MOST_SHOWN = 50
_SLOT = "import"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportPages:
    """The pages of the import."""

    def __init__(self, frame: Frame, jobs: JobRunner) -> None:
        self._frame = frame
        self._jobs = jobs
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(IMPORT, "administrator", self.form, area=AREA),
            ConsolePage(f"{IMPORT}/look", "administrator", self.look, "POST"),
            ConsolePage(f"{IMPORT}/take", "administrator", self.take, "POST"),
            ConsolePage(f"{IMPORT}/template", "administrator", self.template),
        )

    async def form(self, call: Call) -> Response:
        """Ask for a file."""
        return self._page(call)

    async def look(self, call: Call) -> Response:
        """Show what a file would change, or what is wrong with it. Nothing is changed; the file waits, sealed."""
        if call.upload is None:
            return self._page(call, alert=words.NO_FILE, status=422)
        content, name, mark = call.upload.content, call.upload.name, once()
        try:
            file = read_organisation_file(content, name)
        except YanluError as error:
            return self._page(call, alert=str(error), status=422)
        async with self._database.transaction(call.now) as work:
            plan = plan_import(file, call.directory, call.today)
            if not plan.errors:
                packed = f"{mark}\n{name}\n".encode() + content
                await work.drafts.put(self._key(call), _SLOT, packed, call.now + KEPT)
        return self._page(call, plan=plan, name=name, mark=mark, status=422 if plan.errors else 200)

    async def take(self, call: Call) -> Response:
        """Take the file in that was looked at, as it fits by now."""
        key = self._key(call)
        async with self._database.transaction(call.now) as work:
            packed = await work.drafts.get(key, _SLOT)
        if packed is None:
            return self._page(call, alert=words.IMPORT_LAPSED, status=422)
        mark, name, content = packed.split(b"\n", 2)
        if call.form.get("once") != mark.decode():  # another tab looked at another file since
            plan = plan_import(read_organisation_file(content, name.decode()), call.directory, call.today)
            return self._page(
                call, plan=plan, name=name.decode(), mark=mark.decode(), alert=words.LOOK_AGAIN, status=409
            )

        async def work_through(progress: Progress) -> JobResult:
            progress(0, 1)
            async with self._database.transaction(self._frame.parts.clock()) as unit:
                plan = await self._taken(unit, content, name.decode(), call)
                await unit.drafts.delete(key, _SLOT)
            progress(1, 1)
            return JobResult(_told(plan))

        return await self._jobs.start(call, "import", work_through)

    async def template(self, call: Call) -> Response:
        """Give the file to fill in."""
        if call.asked("as") == "csv":
            return attachment(words.TEMPLATE_CSV, template_csv(), "text/csv")
        return attachment(words.TEMPLATE_XLSX, template_xlsx(), _XLSX)

    async def _taken(self, work: UnitOfWork, content: bytes, name: str, call: Call) -> ImportPlan:
        await work.lock("organisation import")
        directory = await self._frame.parts.directories.of(work)
        plan = plan_import(read_organisation_file(content, name), directory, call.today)
        await apply_import(work, plan)
        return plan

    def _page(  # noqa: PLR0913 - each is said by name
        self,
        call: Call,
        *,
        plan: ImportPlan | None = None,
        name: str = "",
        mark: str = "",
        alert: str = "",
        status: int = 200,
    ) -> Response:
        return self._frame.page(
            call,
            "organisation-import.html",
            words,
            area=AREA,
            status=status,
            alert=alert,
            mark=mark,
            plan=plan,
            file_name=name,
            wrong=[(each.place, each.text) for each in plan.errors[:MOST_SHOWN]] if plan else [],
            warned=[(each.place, each.text) for each in plan.warnings[:MOST_SHOWN]] if plan else [],
            counted=_told(plan) if plan and not plan.errors else "",
            refused=import_texts.has_errors(len(plan.errors)) if plan and plan.errors else "",
        )

    def _key(self, call: Call) -> str:
        return self._database.keys.opaque("console import", call.visitor.person)


def _told(plan: ImportPlan) -> str:
    """Say what a plan changes."""
    lines = [
        organisation_texts.counted(len(plan.new), len(plan.changed), len(plan.ended), plan.unchanged),
        organisation_texts.appointed(len(plan.appointments)),
    ]
    if plan.examples:
        lines.append(organisation_texts.examples_left_out(plan.examples))
    return "\n".join(lines)
