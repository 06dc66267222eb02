"""What waits for a person on the first page: talks due and overdue, tickets past their day, plans, confirmations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.services.coverage import Met
from bot.services.directory import Directory
from bot.services.duties import Obligation, Period
from bot.services.entitlements import may_plan
from bot.services.reminders import AHEAD, DAYS_BEFORE, PLAN_FOLLOWED, concerned, still_owed
from bot.services.reminding import reminded_since
from bot.services.standing_kept import KeptStanding
from bot.services.visibility import seen_tickets
from storage import Database, StoredPlan, TicketQuery, UnitOfWork
from yanlu.texts import console_coverage as texts
from yanlu.texts.standing import names

SHOWN = 5
_MOST = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on the list: how much of it, its first lines, and where the rest is ("" where nowhere)."""

    title: str
    lead: str
    lines: Sequence[str]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose list it is."""

    id: str
    directory: Directory
    today: date

    def units(self, *roles: str) -> tuple[str, ...]:
        """Where they hold such a post."""
        posts = self.directory.posts_of(self.id, self.today)
        return tuple(dict.fromkeys(each.organisation for each in posts if each.role in roles))


async def due_of(
    database: Database, now: datetime, kept: KeptStanding, person: Person, *, watches: bool
) -> Sequence[Part]:
    """List what waits; `watches`: whether the coverage pages are theirs."""
    async with database.transaction(now) as work:
        period = Period(await reminded_since(work, person.today), date(person.today.year, 12, 31))
    liaises = frozenset(person.units("liaison"))

    def wanted(owed: Obligation) -> bool:
        return person.id in owed.owers or owed.owed_by in liaises

    await kept.prepare(database, now, period, person.today, wanted)
    async with database.transaction(now) as work:
        covered = await kept.covered(work, period, person.today, wanted)
        periods = tuple(sorted({each.obligation.period for each in covered.mets}))
        excused = await work.ledger_watch.excused(periods)
        mets = [each for each in covered.open if _is_due(each, person) and _key(each) not in excused]
        parts = (_talks(mets, person, watches=watches), await _tickets(work, person))
        more = (await _plans(work, person), await _confirmations(work, person))
    return [each for each in (*parts, *more) if each is not None]


def _key(met: Met) -> tuple[str, str, str]:
    return met.obligation.subject, met.obligation.talk_type, met.obligation.period


def _is_due(met: Met, person: Person) -> bool:
    soon = met.obligation.due - person.today <= timedelta(days=DAYS_BEFORE[0])
    return (
        soon
        and still_owed(met, person.directory, person.today)
        and person.id in concerned(met, person.directory, person.today)
    )


def _talks(mets: Sequence[Met], person: Person, *, watches: bool) -> Part | None:
    if not mets:
        return None
    lines = [
        texts.due_talk(
            person.directory.who(owed.subject, person.today, owed.organisation).shown,
            owed.talk_type,
            met.missing,
            owed.due,
            (person.today - owed.due).days,
        )
        for met in mets[:SHOWN]
        for owed in (met.obligation,)
    ]
    address = f"/console/coverage/{mets[0].obligation.owed_by}/people?scope=owed&state=open"
    overdue = sum(each.overdue for each in mets)
    return Part(texts.DUE_TALKS, texts.due_talks(len(mets), overdue), lines, address if watches else "")


async def _tickets(work: UnitOfWork, person: Person) -> Part | None:
    """Tickets past their day, as reminders name them: no word of what they are about."""
    seen = seen_tickets(person.id, person.directory, person.today)
    query = TicketQuery(responsible=person.id, due_before=person.today, seen=seen)
    total = await work.tickets.count(query)
    found = {each.id: each for each in await work.tickets.outlines(query, limit=SHOWN)}
    liaises, heads = person.units("liaison"), person.units("head")
    if liaises or heads:
        places = tuple(dict.fromkeys((*liaises, *heads)))
        units = TicketQuery(organisations=places, due_before=person.today, seen=seen)
        others = [
            each
            for each in await work.tickets.outlines(units, limit=_MOST)
            if each.responsible != person.id and (each.responsible is None or each.organisation in liaises)
        ]
        total += len(others)
        found |= {each.id: each for each in others}
    if not found:
        return None
    ordered = sorted(found.values(), key=lambda each: (each.due or date.max, each.id))
    lines = [
        texts.late_ticket(
            each.id,
            person.directory.organisation(each.organisation).name,
            each.due,
            (person.today - each.due).days,
        )
        for each in ordered[:SHOWN]
        if each.due is not None
    ]
    return Part(texts.DUE_TICKETS, texts.late_tickets(total), lines, "/console/tickets")


async def _plans(work: UnitOfWork, person: Person) -> Part | None:
    since, until = person.today - PLAN_FOLLOWED, person.today + AHEAD
    liaises = frozenset(person.units("liaison"))
    found = await work.plans.around(person.id, liaises, (since, until))
    plans = [
        each
        for each in found
        if (each.talker == person.id or each.organisation in liaises)
        and may_plan(person.id, "see", each, person.directory, person.today)
    ]
    if not plans:
        return None
    shown = await work.plans.worded(plans[:SHOWN])
    return Part(texts.DUE_PLANS, "", [_plan(each, person) for each in shown], "/console/plans")


def _plan(plan: StoredPlan, person: Person) -> str:
    who = person.directory.who
    subjects = names([who(each, plan.day).shown for each in plan.subjects])
    return texts.planned_talk(
        plan.day,
        person.directory.people[plan.talker].name,
        subjects,
        plan.talk_type,
        past=plan.day < person.today,
    )


async def _confirmations(work: UnitOfWork, person: Person) -> Part | None:
    asked = await work.standing.asked_of(person.id)
    if not asked:
        return None
    return Part(texts.DUE_CONFIRMATIONS, texts.to_confirm(len(asked)), (), "/console/records")
