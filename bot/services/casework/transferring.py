"""Handing a case to the organisation it belongs to: up or down the line above the accused, and nowhere else."""

from datetime import date

from bot.services.casework.access import Sitting, accused_in, establishment
from bot.services.casework.deadlines import forwarded_deadline
from bot.services.casework.handling import checked_text
from bot.services.casework.statuses import is_open
from bot.services.reports.content import Message
from bot.services.routing import Establishment, Route, route
from storage import CaseKey, Handler, RoutingFacts, UnitOfWork
from yanlu.errors import CalendarUnknown, YanluError
from yanlu.texts import casework as texts


async def transfer_targets(sitting: Sitting, number: str) -> tuple[str, ...]:
    """The organisations (ids) a case may be handed to, nearest above the accused first."""
    case = await sitting.opened(number)
    return tuple(each for each in targets(*await _routing(sitting, number)) if each != case.row.organisation)


async def transfer(sitting: Sitting, number: str, organisation: str, reason: str) -> None:
    """Hand a case over, with the reason sealed in it: the others' handlers get it, those before lose it.

    The reason is for handlers: the reporter's side (`reports.tracking`) shows no message of the kind "transfer".
    The target must stand strictly above every accused organisation, and have a handler who is not shut out. Raises
    YanluError when it does not, or the case is closed.
    """
    case = await sitting.taken(number)
    if not is_open(case.row.status):
        raise YanluError(texts.CLOSED_ALREADY, next_step=texts.CLOSED_ALREADY_NEXT)
    facts, standing = await _routing(sitting, number)
    recipients = targets(facts, standing).get(organisation)
    if recipients is None or organisation == case.row.organisation:
        raise YanluError(texts.NO_TARGET, kept=texts.NOT_TRANSFERRED, next_step=texts.NO_TARGET_NEXT)
    work, desk, day = sitting.work, sitting.desk, sitting.day
    message = Message(side="handler", kind="transfer", text=checked_text(reason))
    await work.case_messages.add(case.key, message.packed(), day)
    fresh = facts_with(facts, route(standing, accused_in(facts)))
    await handed_over(work, case.key, organisation, recipients, fresh, day)
    try:
        calendar = (await desk.at(work, organisation)).calendar
        due: date | None = forwarded_deadline(day, calendar).day
    except CalendarUnknown:
        due = None  # told by the queue, and mended by `reminding`
    await work.cases.set_status(number, "transferred", "waiting", day, due=due)
    await sitting.recorded(f"transfer:{organisation}", number)


async def handed_over(  # noqa: PLR0913, PLR0917 - each is a part of the case
    work: UnitOfWork,
    key: CaseKey,
    organisation: str,
    recipients: frozenset[str],
    facts: RoutingFacts,
    day: date,
) -> None:
    """Seal a case to an organisation's handlers (by person) and recovery key, in place of those before."""
    await work.cases.transfer(
        key,
        organisation,
        await handlers_of(work, recipients),
        recovery=await work.handlers.recovery(organisation),
        facts=facts,
        day=day,
    )


async def handlers_of(work: UnitOfWork, people: frozenset[str]) -> list[Handler]:
    """The handlers that people are."""
    found = [await work.handlers.by_person(each) for each in sorted(people)]
    return [each for each in found if each is not None]


def facts_with(facts: RoutingFacts, now: Route) -> RoutingFacts:
    """The facts of a case that is routed anew: who was shut out stays so."""
    return RoutingFacts(
        facts.organisations,
        facts.people,
        facts.unlisted_under,
        facts.routed_organisations | now.organisations,
        now.candidates,
        facts.excluded | now.excluded,
    )


def targets(facts: RoutingFacts, standing: Establishment) -> dict[str, frozenset[str]]:
    """Where a case may be, nearest above the accused first, and the people who would have it there. Pure."""
    now = facts_with(facts, route(standing, accused_in(facts)))
    found = {each: standing.handlers.get(each, frozenset()) - now.excluded for each in now.candidates}
    return {each: people for each, people in found.items() if people}


async def _routing(sitting: Sitting, number: str) -> tuple[RoutingFacts, Establishment]:
    facts = await sitting.work.cases.facts(number)
    if facts is None:
        raise YanluError(texts.NO_TARGET, kept=texts.NOT_TRANSFERRED)
    return facts, await establishment(sitting.work, sitting.desk.directories, sitting.day)
