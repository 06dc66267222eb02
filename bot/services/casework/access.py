"""The door: which cases a handler may see today. Everything else of this package goes through it.

Three locks stand behind one another. A case's key is sealed to its handlers and nobody else (`storage.cases`); key
rows are withdrawn when posts change (`rechecks`); and here each access is looked at anew against the posts of the
very day, so that a handler who became conflicted is shut out before any recheck has run. Whoever may not see a case
gets the words of one that does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.services.casework.deadlines import SETTING, Calendar, Terms, terms_in
from bot.services.directory import Directory, DirectoryService
from bot.services.routing import Accused, Establishment, excluded_from
from bot.services.unit_calendar import NAMES, calendars_of, chain
from storage import CaseRow, Handler, OpenCase, RoutingFacts, UnitOfWork, Unlocked
from storage.case_writing import no_such_case
from yanlu.errors import AccessDenied


@dataclass(frozen=True, slots=True)
class Desk:
    """What casework needs beside the database: who stands where, the working days, the unit's own periods.

    `at` gives what an organisation goes by; where the store says nothing, what is given here holds.
    """

    directories: DirectoryService
    calendar: Calendar
    terms: Terms = field(default_factory=Terms)

    async def at(self, work: UnitOfWork, organisation: str) -> "Desk":
        """The desk by what is kept for an organisation as the transaction sees it: its days, hours and periods."""
        directory = await self.directories.of(work)
        settings = await work.unit_settings.all(chain(directory, organisation))
        return self._by(settings, directory)(organisation)

    async def everywhere(self, work: UnitOfWork) -> "Callable[[str], Desk]":
        """As `at`, for many organisations at once."""
        directory = await self.directories.of(work)
        return self._by(await work.unit_settings.named((*NAMES, SETTING)), directory)

    def _by(self, settings: Mapping[str, Mapping[str, Any]], directory: Directory) -> "Callable[[str], Desk]":
        calendars = calendars_of(settings, directory)

        def of(organisation: str) -> Desk:
            terms = terms_in(settings, chain(directory, organisation), self.terms)
            return replace(self, calendar=self.calendar.under(calendars.of(organisation)), terms=terms)

        return of


@dataclass(frozen=True, slots=True)
class Sitting:
    """An unlocked handler at work: in one transaction, on one day."""

    work: UnitOfWork
    desk: Desk
    unlocked: Unlocked
    day: date

    async def opened(self, number: str) -> OpenCase:
        """A case with its key, if the handler may see it. Raises as `opened` does."""
        return await opened(self.work, self.desk, self.unlocked, number, self.day)

    async def taken(self, number: str) -> OpenCase:
        """As `opened`, for a change: other handlers' changes of the case wait until this transaction ends."""
        await self.work.lock(f"case {number}")
        return await self.opened(number)

    async def may_see(self, number: str) -> bool:
        """Whether the handler may see a case; nothing of it is opened or put on record."""
        try:
            await self.opened(number)
        except AccessDenied:
            return False
        return True

    async def recorded(self, action: str, number: str) -> None:
        """Put a step on record; last of all, as the log is locked until the commit."""
        await self.work.audit.append(actor(self.unlocked.handler), action, number, self.day)


def actor(handler: Handler) -> str:
    """A handler's name in the audit log."""
    return f"handler:{handler.id}"


def accused_in(facts: RoutingFacts) -> Accused:
    """Whom a case accuses, with the organisations that were accused when it came."""
    return Accused(facts.organisations | facts.routed_organisations, facts.people, facts.unlisted_under)


async def establishment(work: UnitOfWork, directories: DirectoryService, day: date) -> Establishment:
    """Who stands where on a day, with the handlers there are."""
    return await establishment_in(work, await directories.of(work), day)


async def establishment_in(work: UnitOfWork, directory: Directory, day: date) -> Establishment:
    """As `establishment`, by a directory at hand."""
    handlers: dict[str, set[str]] = {}
    for each in await work.handlers.all():
        handlers.setdefault(each.organisation, set()).add(each.person)
    return directory.establishment(day).received_by(handlers)


def shut_out(facts: RoutingFacts | None, standing: Establishment, person: str) -> bool:
    """Tell whether a person must see nothing of a case. Without facts nobody may."""
    if facts is None or person in facts.excluded | facts.people:
        return True
    return excluded_from(standing, accused_in(facts), person)


async def visible(work: UnitOfWork, desk: Desk, handler: Handler, day: date) -> list[CaseRow]:
    """The living cases a handler may see on a day, in the order of the queue: each looked at anew."""
    held = await work.case_lists.held(handler.id)
    standing = await establishment(work, desk.directories, day)
    return [each.row for each in held if not shut_out(each.facts, standing, handler.person)]


async def opened(work: UnitOfWork, desk: Desk, unlocked: Unlocked, number: str, day: date) -> OpenCase:
    """A case with its key, for a handler who may see it.

    Raises AccessDenied, with the same words for a case that is unknown, erased, another's, or one that the handler
    is shut out from; DatabaseCorrupt when a seal of it is broken.
    """
    found = await work.cases.open(unlocked, number)
    standing = await establishment(work, desk.directories, day)
    if shut_out(await work.cases.facts(number), standing, unlocked.handler.person):
        raise no_such_case()
    return found
