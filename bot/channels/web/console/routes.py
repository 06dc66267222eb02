"""Every page of the console, in one list: what is not here does not exist, and a test walks it role by role."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import Route

from bot.channels.web.console.account import AccountPages
from bot.channels.web.console.auditing import AuditPages
from bot.channels.web.console.authorities import AuthorityPages
from bot.channels.web.console.calendar_years import CalendarPages
from bot.channels.web.console.case import CasePages
from bot.channels.web.console.case_steps import CaseSteps
from bot.channels.web.console.cases import CasesPages
from bot.channels.web.console.coverage import CoveragePages
from bot.channels.web.console.documents import DocumentPages
from bot.channels.web.console.entrance import Entrance
from bot.channels.web.console.frame import ConsolePage, Frame
from bot.channels.web.console.home import HomePages
from bot.channels.web.console.importing import ImportPages
from bot.channels.web.console.jobs import JobPages, JobRunner
from bot.channels.web.console.organisation import OrganisationPages
from bot.channels.web.console.parts import ConsoleParts
from bot.channels.web.console.plans import PlanPages
from bot.channels.web.console.questions import QuestionPages
from bot.channels.web.console.record import RecordPages
from bot.channels.web.console.record_writing import RecordWriting
from bot.channels.web.console.records import RecordsPages
from bot.channels.web.console.recovery import RecoveryPages
from bot.channels.web.console.tickets import TicketPages
from bot.channels.web.console.unit_settings import SettingPages
from bot.channels.web.pages import Pages
from bot.channels.web.security import Sign


@dataclass(frozen=True, slots=True)
class Console:
    """The console, wired: its pages and routes; `close` stops its jobs."""

    pages: Sequence[ConsolePage]
    routes: Sequence[Route]
    jobs: JobRunner


def console(parts: ConsoleParts, pages: Pages, sign: Sign) -> Console:
    """Wire the areas together."""
    frame = Frame(parts, pages, sign)
    jobs = JobRunner(frame)
    writing = RecordWriting(frame)
    areas: Sequence[Callable[[], Sequence[ConsolePage]]] = (
        Entrance(frame).pages,
        HomePages(frame).pages,
        CoveragePages(frame, jobs).pages,
        AccountPages(frame).pages,
        JobPages(frame).pages,
        CasesPages(frame).pages,
        CasePages(frame).pages,
        CaseSteps(frame).pages,
        QuestionPages(frame).pages,
        DocumentPages(frame, jobs).pages,
        OrganisationPages(frame).pages,
        ImportPages(frame, jobs).pages,
        AuthorityPages(frame).pages,
        SettingPages(frame).pages,
        CalendarPages(frame).pages,
        AuditPages(frame).pages,
        RecoveryPages(frame).pages,
        RecordsPages(frame, jobs, writing).pages,
        writing.pages,
        RecordPages(frame).pages,
        TicketPages(frame).pages,
        PlanPages(frame, writing).pages,
    )
    listed = [page for area in areas for page in area()]
    return Console(listed, [frame.route(page) for page in listed], jobs)
