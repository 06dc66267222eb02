"""What becomes of the cases there are when people, posts, handlers or the tree change.

Whoever became conflicted loses the case at once: key rows can be withdrawn without opening anything. Giving it to
somebody new needs the case's key, which the server does not have. So a case whose last handler was lost waits,
unreadable, until someone with the key comes by: a handler who stays (`shared`, on every unlocking), the reporter with
the receipt, or the keeper of the recovery paper (`resealed`). Meanwhile the level that is to have it is told, without
content, that it waits.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.services.casework.access import Desk, Sitting, accused_in, actor, establishment, visible
from bot.services.casework.deadlines import route_up_deadline
from bot.services.casework.statuses import is_open
from bot.services.casework.transferring import facts_with, handed_over, handlers_of
from bot.services.routing import Establishment, Reroute, Route, rerouted
from storage import CaseKey, CaseRow, RoutedCase, RoutingFacts, UnitOfWork
from storage.handler_keys import recovery_pair
from yanlu.errors import AccessDenied, CalendarUnknown

log = logging.getLogger(__name__)
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a recheck did: keys taken, cases that wait for somebody with the key, cases that nobody may have."""

    withdrawn: int
    waiting: tuple[str, ...]
    stranded: tuple[str, ...]


async def recheck(work: UnitOfWork, desk: Desk, day: date) -> Rechecked:
    """Look at every living case by the posts of the day, and take it from whoever may have it no more.

    A case whose facts do not open is taken from everybody. One that has to move gets the deadline for sending up.
    """
    await work.lock("case recheck")
    standing = await establishment(work, desk.directories, day)
    people = {each.id: each.person for each in await work.handlers.all()}
    withdrawn, waiting, stranded = 0, [], []
    for case in await work.cases.routed():
        now = _rerouted(case.row, case.facts, frozenset(case.holders), people, standing)
        gone = {each for each in case.holders if now is None or people.get(each) not in now.route.recipients}
        withdrawn += await _withdrawn(work, case, gone, day)
        if now is None or now.route.receiving is None:
            stranded.append(case.row.number)
        elif not set(case.holders) - gone:
            waiting.append(case.row.number)
        await _noted(work, desk, case, now, day)
    if stranded:
        log.error("%d cases have nobody left who may receive them", len(stranded))
    return Rechecked(withdrawn, tuple(waiting), tuple(stranded))


async def resealed(work: UnitOfWork, desk: Desk, key: CaseKey, by: str, day: date) -> bool:
    """Seal a case to those who should have it now, by somebody who has its key; False when all have it already.

    `by` is the actor for the log: "reporter", or the keeper of the recovery paper.
    """
    found = await _routings(work, desk, day, key.number)
    return key.number in found and await _resealed(work, key, found[key.number], by, day)


async def shared(sitting: Sitting) -> int:
    """Give what a handler can open to those of the organisation who should have it too; gives how many cases."""
    work, desk, unlocked, day = sitting.work, sitting.desk, sitting.unlocked, sitting.day
    given = 0
    found = await _routings(work, desk, day)
    for row in await visible(work, desk, unlocked.handler, day):
        if row.number in found and found[row.number][1].gained:
            case = await sitting.opened(row.number)
            by = actor(unlocked.handler)
            given += await _resealed(work, case.key, found[row.number], by, day)
    return given


async def recovery_renewed(sitting: Sitting) -> int:
    """Seal what a handler can open to the organisation's current recovery key; gives how many cases."""
    work, desk, unlocked, day = sitting.work, sitting.desk, sitting.unlocked, sitting.day
    recovery = await work.handlers.recovery(unlocked.handler.organisation)
    rows = await visible(work, desk, unlocked.handler, day) if recovery else []
    for row in rows:
        case = await sitting.opened(row.number)
        await work.cases.seal_recovery(case.key, recovery)
        await sitting.recorded("recovery", row.number)
    return len(rows)


async def recovered(work: UnitOfWork, desk: Desk, printed: str, day: date) -> int:
    """Seal the cases that nobody can open to those who should have them, where a printed recovery key opens them.

    Gives how many; no report is read. Raises AccessDenied when the key was mistyped.
    """
    recovery_pair(printed)
    await recheck(work, desk, day)
    count = 0
    for case in await work.cases.routed():
        if not case.holders:
            try:
                found = await work.cases.recover(printed, case.row.number)
            except AccessDenied:
                continue  # another organisation's, or sealed to another key or none
            count += await resealed(work, desk, found.key, SYSTEM, day)
    return count


async def _routings(
    work: UnitOfWork, desk: Desk, day: date, number: str | None = None
) -> dict[str, tuple[RoutingFacts, Reroute]]:
    standing = await establishment(work, desk.directories, day)
    people = {each.id: each.person for each in await work.handlers.all()}
    found = {}
    for case in await work.cases.routed(number):
        now = _rerouted(case.row, case.facts, frozenset(case.holders), people, standing)
        if case.facts is not None and now is not None and now.route.receiving is not None:
            found[case.row.number] = (case.facts, now)
    return found


async def _resealed(
    work: UnitOfWork, key: CaseKey, routing: tuple[RoutingFacts, Reroute], by: str, day: date
) -> bool:
    facts, now = routing
    receiving = now.route.receiving
    if receiving is None or not now.gained:
        return False
    fresh = facts_with(facts, now.route)
    if now.moved:
        await handed_over(work, key, receiving, now.route.recipients, fresh, day)
    else:
        await work.cases.set_facts(key.number, fresh)
        await work.cases.grant(key, await handlers_of(work, now.gained))
        await work.cases.seal_recovery(key, await work.handlers.recovery(receiving))
    await work.audit.append(by, f"resealed:{receiving}", key.number, day)
    return True


def receiving_now(row: CaseRow, facts: RoutingFacts | None, standing: Establishment) -> Route | None:
    """Where a case should be by now, whoever holds it; None when its facts do not open."""
    now = _rerouted(row, facts, frozenset(), {}, standing)
    return None if now is None else now.route


def _rerouted(
    row: CaseRow,
    facts: RoutingFacts | None,
    holders: frozenset[str],
    people: dict[str, str],
    standing: Establishment,
) -> Reroute | None:
    if facts is None:
        return None
    previous = Route(
        facts.routed_organisations,
        facts.candidates,
        row.organisation,
        frozenset(people[each] for each in holders if each in people),
        facts.excluded,
    )
    return rerouted(previous, standing, accused_in(facts))


async def _withdrawn(work: UnitOfWork, case: RoutedCase, gone: set[str], day: date) -> int:
    if not gone:
        return 0
    count = await work.cases.withdraw(case.row.number, gone)
    for each in sorted(gone):
        await work.audit.append(SYSTEM, f"withdrawn:{each}", case.row.number, day)
    return count


async def _noted(work: UnitOfWork, desk: Desk, case: RoutedCase, now: Reroute | None, day: date) -> None:
    """Keep what shuts people out from now on, and by when a case that has to move must have moved."""
    if now is None or case.facts is None:
        return
    fresh = facts_with(case.facts, now.route)
    if fresh == case.facts:
        return
    await work.cases.set_facts(case.row.number, fresh)
    row = case.row
    if now.moved and is_open(row.status):
        due = _sooner(row.due, lambda: route_up_deadline(day, desk.calendar).day)
        await work.cases.set_status(row.number, row.status, row.internal, day, due=due)
        await work.audit.append(SYSTEM, "moves up", row.number, day)


def _sooner(standing: date | None, other: Callable[[], date]) -> date | None:
    try:
        day = other()
    except CalendarUnknown:
        return standing
    return day if standing is None else min(standing, day)
