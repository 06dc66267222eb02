"""谈前一页纸: what a talker should have at hand before a planned talk. Within a transaction."""

from collections.abc import Sequence
from datetime import date

from bot.conversation.messages import Choice, Say
from bot.services.directory import Directory
from bot.services.entitlements import may, may_ticket
from bot.services.talk_record import TALK, number_of
from knowledge.catalogue import load_catalogue
from knowledge.records import load_record_kinds
from storage import RecordEntry, RecordQuery, StoredPlan, StoredTicket, TicketQuery, UnitOfWork
from yanlu.texts import standing as texts

MOST_ITEMS = 8
_LOOKED_AT = 200


async def briefing(work: UnitOfWork, plan: StoredPlan, directory: Directory, today: date) -> Say:
    """The page for the plan's talker, with a button that logs the talk once it was held."""
    lines = await briefing_lines(work, plan, directory, today)
    return Say("\n".join(lines), choices=((Choice(texts.LOG_TALK, f"talk:plan:{plan.id}"),),))


async def briefing_lines(
    work: UnitOfWork, plan: StoredPlan, directory: Directory, today: date, reader: str | None = None
) -> list[str]:
    """The page: the measures, the last talk with each subject, what is still to be put right.

    Only what the talker may see stands on it, and of that what a `reader` who is not the talker may see too: talks
    they may read, and tickets of such records.
    """
    readers = tuple(dict.fromkeys((plan.talker, reader or plan.talker)))
    lines = [texts.BRIEFING, plan_line(plan, directory)]
    if plan.body.get("matters"):
        lines.append(texts.matters(str(plan.body["matters"])))
    for id_ in load_record_kinds().talk(plan.talk_type).measures:
        measure = load_catalogue().measure(id_)
        lines.append(texts.basis(measure.label, measure.title))
    for subject in plan.subjects:
        lines += await _about(work, readers, subject, directory, today)
    return lines


def plan_line(plan: StoredPlan, directory: Directory) -> str:
    """The planned talk as a sentence."""
    subjects = texts.names([directory.who(each, plan.day).shown for each in plan.subjects])
    clock, place = (str(plan.body.get(name) or "") for name in ("time", "place"))
    return texts.planned(subjects, plan.talk_type, plan.day, clock, place)


async def _about(
    work: UnitOfWork, readers: Sequence[str], subject: str, directory: Directory, today: date
) -> list[str]:
    entries = await work.ledger.entries(RecordQuery(person=subject, part="subject"))
    seen = [each for each in entries if all(may(who, "see", each, directory, today) for who in readers)]
    talks = [each for each in seen if each.kind == TALK]
    if talks:
        last = talks[0]
        who = directory.who(subject, today).shown
        lines = [texts.last_talk(who, last.day, last.talk_type or "", number_of(last))]
    else:
        lines = [texts.NO_EARLIER]
    return lines + await _items(work, readers, entries[:_LOOKED_AT], directory, today)


async def _items(
    work: UnitOfWork,
    readers: Sequence[str],
    entries: Sequence[RecordEntry],
    directory: Directory,
    today: date,
) -> list[str]:
    """Open tickets of records about a subject, those overdue the longest first."""
    by_id = {each.id: each for each in entries}
    if not by_id:
        return [texts.NO_OPEN_ITEMS]
    query = TicketQuery(records=tuple(by_id), open=True)
    found: list[StoredTicket] = [
        each
        for each in await work.tickets.find(query, limit=_LOOKED_AT)
        if all(may_ticket(who, "see", each, by_id[each.record], directory, today) for who in readers)
    ]
    if not found:
        return [texts.NO_OPEN_ITEMS]
    lines = [texts.OPEN_ITEMS]
    for each in found[:MOST_ITEMS]:
        late = (today - each.due).days if each.due else 0
        lines.append(texts.open_item(each.id, each.text, each.due, late))
    if len(found) > MOST_ITEMS:
        lines.append(texts.more_items(len(found) - MOST_ITEMS))
    return lines
