"""What becomes of the cases there are when people, posts, handlers or the tree change.

Whoever became conflicted loses the case at once: key rows can be withdrawn without opening anything. Giving it to
somebody new needs the case's key, which the server does not have. So a case whose last handler was lost waits,
unreadable, until someone with the key comes by: a handler who stays (`shared`, on every unlocking), the reporter with
the receipt, or the keeper of the recovery paper (`resealed`). Meanwhile the level that is to have it is told, without
content, that it waits.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.casework.access import (
    Desk,
    Sitting,
    accused_in,
    establishment,
    shut_out,
    visible,
)
from bot.services.casework.deadlines import route_up_deadline
from bot.services.casework.statuses import is_open
from bot.services.casework.transferring import facts_with, handed_over, handlers_of
from bot.services.routing import Establishment, Reroute, Route, rerouted
from storage import CaseKey, CaseRow, RoutedCase, RoutingFacts, UnitOfWork
from storage.handler_keys import recovery_pair
from yanlu.errors import AccessDenied, CalendarUnknown

log = logging.getLogger(__name__)
SYSTEM = "system"
MOVES = "moves up"
"""The action of the audit log that says that a case has to move."""
MOVES_UNDATED = "moves up, by no known day"
"""As `MOVES`, where no calendar reached the day by which; `MOVES` follows once one does."""
SEVERAL = "case recheck"
"""Held by whoever changes several cases at once, so that no two wait for each other's cases."""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a recheck did: keys taken, cases that wait for somebody with the key, cases that nobody may have."""

    withdrawn: int
    waiting: tuple[str, ...]
    stranded: tuple[str, ...]


async def recheck(work: UnitOfWork, desk: Desk, day: date, among: Collection[str] | None = None) -> Rechecked:
    """Look at every living case (or those among) by the posts of the day, and take it from who may have it no more.

    A case whose facts do not open is taken from everybody. One that has to move gets the deadline for sending up.
    What was done goes on record last: whoever holds one of these cases may be waiting for the log.
    """
    await work.lock(SEVERAL)
    standing = await establishment(work, desk.directories, day)
    people = {each.id: each.person for each in await work.handlers.all()}
    withdrawn, waiting, stranded = 0, [], []
    steps: list[tuple[str, str]] = []
    for case in await work.cases.routed(among):
        now = _rerouted(case.row, case.facts, frozenset(case.holders), people, standing)
        gone = {each for each in case.holders if now is None or people.get(each) not in now.route.recipients}
        withdrawn += await work.cases.withdraw(case.row.number, gone)
        steps += [(f"withdrawn:{each}", case.row.number) for each in sorted(gone)]
        if now is None or now.route.receiving is None:
            stranded.append(case.row.number)
        elif not set(case.holders) - gone:
            waiting.append(case.row.number)
        steps += [(each, case.row.number) for each in await _noted(work, desk, case, now, day)]
    for action, number in steps:
        await work.audit.append(SYSTEM, action, number, day)
    if stranded:
        log.error("%d cases have nobody left who may receive them", len(stranded))
    return Rechecked(withdrawn, tuple(waiting), tuple(stranded))


async def resealed(work: UnitOfWork, desk: Desk, key: CaseKey, by: str, day: date) -> bool:
    """Seal a case to those who should have it now, by somebody who has its key; False when all have it already.

    `by` is the actor for the log: "reporter", or the keeper of the recovery paper.
    """
    found = await _routings(work, desk, day, (key.number,))
    receiving = await _resealed(work, key, found[key.number], day) if key.number in found else None
    if receiving is not None:
        await work.audit.append(by, f"resealed:{receiving}", key.number, day)
    return receiving is not None


async def shared(sitting: Sitting) -> int:
    """Give what a handler can open to those of the organisation who should have it too; gives how many cases."""
    work, desk, unlocked, day = sitting.work, sitting.desk, sitting.unlocked, sitting.day
    if not await work.case_lists.unshared(unlocked.handler.id):  # most often: every colleague has every key
        return 0
    await work.lock(SEVERAL)
    given: dict[str, str] = {}
    standing = await establishment(work, desk.directories, day)
    numbers = await work.case_lists.unshared(unlocked.handler.id)
    for number, routing in (await _routings(work, desk, day, numbers)).items():
        if routing[1].gained and not shut_out(routing[0], standing, unlocked.handler.person):
            case = await sitting.opened(number)
            receiving = await _resealed(work, case.key, routing, day)
            given |= {} if receiving is None else {number: receiving}
    for number, receiving in given.items():
        await sitting.recorded(f"resealed:{receiving}", number)
    return len(given)


async def recovery_renewed(sitting: Sitting) -> int:
    """Seal what a handler can open to the organisation's current recovery key; gives how many cases."""
    work, desk, unlocked, day = sitting.work, sitting.desk, sitting.unlocked, sitting.day
    recovery = await work.handlers.recovery(unlocked.handler.organisation)
    rows = await visible(work, desk, unlocked.handler, day) if recovery else []
    await work.lock(SEVERAL)
    for row in rows:
        case = await sitting.opened(row.number)
        await work.cases.seal_recovery(case.key, recovery)
    for row in rows:
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
    work: UnitOfWork, desk: Desk, day: date, numbers: Sequence[str]
) -> dict[str, tuple[RoutingFacts, Reroute]]:
    standing = await establishment(work, desk.directories, day)
    people = {each.id: each.person for each in await work.handlers.all()}
    found = {}
    for case in await work.cases.routed(numbers):
        now = _rerouted(case.row, case.facts, frozenset(case.holders), people, standing)
        if case.facts is not None and now is not None and now.route.receiving is not None:
            found[case.row.number] = (case.facts, now)
    return found


async def _resealed(
    work: UnitOfWork, key: CaseKey, routing: tuple[RoutingFacts, Reroute], day: date
) -> str | None:
    """Seal a case anew; gives the organisation that has it now, None when nothing was to be done."""
    facts, now = routing
    receiving = now.route.receiving
    if receiving is None or not now.gained:
        return None
    fresh = facts_with(facts, now.route)
    if now.moved:
        await handed_over(work, key, receiving, now.route.recipients, fresh, day)
    else:
        await work.cases.set_facts(key.number, fresh)
        await work.cases.grant(key, await handlers_of(work, now.gained))
        await work.cases.seal_recovery(key, await work.handlers.recovery(receiving))
    return receiving


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


async def _noted(
    work: UnitOfWork, desk: Desk, case: RoutedCase, now: Reroute | None, day: date
) -> Sequence[str]:
    """Keep what shuts people out from now on, and by when a case that has to move must have moved; gives the steps."""
    if now is None or case.facts is None:
        return ()
    row, fresh = case.row, facts_with(case.facts, now.route)
    if fresh != case.facts:
        await work.cases.set_facts(row.number, fresh)
    if not now.moved or not is_open(row.status):
        return ()
    step, since = await _on_its_way(work, row.number)
    if step == MOVES:
        return ()
    try:
        due = route_up_deadline(since or day, (await desk.at(work, row.organisation)).calendar).day
    except CalendarUnknown:
        return () if step else (MOVES_UNDATED,)
    due = due if row.due is None else min(row.due, due)
    await work.cases.set_status(row.number, row.status, row.internal, day, due=due)
    return (MOVES,)


async def _on_its_way(work: UnitOfWork, number: str) -> tuple[str, date | None]:
    """What is on record of a case that has to move, and not yet that it did: the step and its day; "" for nothing."""
    for each in reversed(await work.audit.of(number)):
        if each.action.startswith("resealed:"):
            break
        if each.action in (MOVES, MOVES_UNDATED):
            return each.action, each.day
    return "", None
