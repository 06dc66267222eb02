"""Handing a report in: route → seal → file → receipt, within the turn's transaction, all or nothing.

Where nobody may receive, nothing is kept. Nothing of a report goes anywhere but into its sealed case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bot.services.casework.access import Desk, establishment_in
from bot.services.casework.handling import due_of
from bot.services.directory import HEAD, Directory
from bot.services.reports.content import Contact, FileLabel, Report
from bot.services.routing import Accused, Route
from bot.services.routing import route as routed
from storage import CaseKey, FiledCase, NewCase, RoutingFacts, UnitOfWork
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import reports as texts

REPORTER = "reporter"
"""The actor of the audit log for whatever a reporter does: there is no other name for them."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A cleaned file on its way into a case."""

    label: FileLabel
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandIn:
    """All that a reporter hands in; no `contact`: anonymous."""

    report: Report = field(repr=False)
    contact: Contact | None = field(default=None, repr=False)
    files: tuple[Attached, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Filed:
    """A kept report: its number, the receipt (told once), where it went, and the fingerprint for the proof."""

    number: str
    receipt: str = field(repr=False)
    organisation: str
    digest: str
    priority: bool


def accused_of(report: Report) -> Accused:
    """Whom routing must keep the report from, by ids."""
    return Accused(
        organisations=frozenset(each.id for each in report.organisations if each.id is not None),
        people=frozenset(each.person for each in report.people if each.person is not None),
        unlisted_under=frozenset(
            each.under for each in report.organisations if each.id is None and each.under is not None
        ),
    )


def has_priority(report: Report, directory: Directory, on: date) -> bool:
    """Whether the report is about a 一把手, as the reporter says or as the posts say (measure 3.4)."""
    return any(
        each.position == "head" or (each.person is not None and _is_head(directory, each.person, on))
        for each in report.people
    )


async def route_of(work: UnitOfWork, directory: Directory, report: Report, on: date) -> Route:
    """Where a report would go if it were handed in now. Reads only; tells the same as `submit` does."""
    return routed(await establishment_in(work, directory, on), accused_of(report))


async def submit(work: UnitOfWork, desk: Desk, handed: HandIn, day: date) -> Filed | None:
    """Keep a report for those who may receive it; None, and nothing kept, when nobody may.

    Raises YanluError when a handler was revoked this very moment: then nothing is kept either.
    """
    directory = await desk.directories.of(work)
    route = await route_of(work, directory, handed.report, day)
    if route.receiving is None:
        return None
    named = [await work.handlers.by_person(person) for person in sorted(route.recipients)]
    priority = has_priority(handed.report, directory, day)
    new = NewCase(
        organisation=route.receiving,
        category=handed.report.category,
        priority=priority,
        day=day,
        report=handed.report.packed(),
        recipients=tuple(each for each in named if each is not None),
        recovery=await work.handlers.recovery(route.receiving),
        facts=facts_of(handed.report, route),
        contact=b"" if handed.contact is None else handed.contact.packed(),
        due=due_of("waiting", day, None, await desk.at(work, route.receiving)),
    )
    try:
        case = await work.cases.file(new)
    except AccessDenied:
        happened, kept, next_step = texts.CHANGED
        raise YanluError(happened, kept=kept, next_step=next_step) from None
    await attach(work, case.key, handed.files, day)
    await work.audit.append(REPORTER, "filed", case.number, day)
    return _filed(case, route.receiving, priority=priority)


def facts_of(report: Report, route: Route) -> RoutingFacts:
    """What is kept so that the case can be routed anew when posts change."""
    accused = accused_of(report)
    return RoutingFacts(
        organisations=accused.organisations,
        people=accused.people,
        unlisted_under=accused.unlisted_under,
        routed_organisations=route.organisations,
        candidates=route.candidates,
        excluded=route.excluded,
    )


async def attach(work: UnitOfWork, key: CaseKey, files: Iterable[Attached], day: date) -> None:
    """Add cleaned files to a case."""
    for each in files:
        await work.case_files.add(key, each.label.packed(), [each.content], day)


def _is_head(directory: Directory, person: str, on: date) -> bool:
    return person in directory.people and any(post.role in HEAD for post in directory.posts_of(person, on))


def _filed(case: FiledCase, organisation: str, *, priority: bool) -> Filed:
    return Filed(case.number, case.receipt, organisation, case.digest, priority)
