"""What of the store a request about figures means, as far as the asker may list, count or export it."""

from dataclasses import replace

from bot.conversation.scene import Scene
from bot.dialogs.excuse import writes_for_others
from bot.dialogs.seat import Seat, store
from bot.dialogs.tickets import seen_tickets
from bot.services.entitlements import may, may_ticket, what_of
from bot.services.record_files import export_query
from bot.services.standing_requests import Request
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from storage import RecordEntry, RecordQuery, RecordState, StoredTicket, TicketQuery

MOST_TICKETS = 20_000
_BOTH: tuple[RecordState, ...] = ("filed", "void")


async def listed_entries(request: Request, seat: Seat, scene: Scene) -> list[RecordEntry]:
    """Filed records that are meant, of those this person may list: one restricted only who may read it."""
    today = scene.now.date()
    unit = request.organisation
    subjects = tuple(seat.directory.below(unit)) if unit else None
    own = request.person or (None if unit or request.wide or writes_for_others(seat) else seat.person.id)
    query = RecordQuery(
        organisations=tuple(seat.directory.below(seat.unit))
        if own is None and unit is None and seat.unit
        else None,
        subjects_of=subjects,
        person=own,
        kinds=(request.ledger,) if request.ledger else (TALK,),
        talk_types=request.talk_types or None,
        since=request.period.start,
        until=request.period.end,
    )
    return [
        each
        for each in await store(scene).ledger.entries(query)
        if may(seat.person.id, "see", each, seat.directory, today)
        or (
            not what_of(each).startswith("restricted")
            and may(seat.person.id, "count", each, seat.directory, today)
        )
    ]


async def exported_entries(request: Request, seat: Seat, scene: Scene) -> list[RecordEntry]:
    """The records of a ledger file: of the unit, or of all one's units and one's own talks.

    A file of what is to be put right holds the records of all open tickets too, however old.
    """
    units = [request.organisation] if request.organisation else [each.organisation for each in seat.posts]
    places = tuple(dict.fromkeys(id_ for unit in units for id_ in seat.directory.below(unit)))
    query = export_query(places, request.talk_types, request.ledger, request.period)
    found = {each.id: each for each in await store(scene).ledger.entries(query)}
    if request.organisation is None:
        own = replace(query, organisations=None, person=seat.person.id)
        found |= {each.id: each for each in await store(scene).ledger.entries(own)}
    if request.what == "tickets_export":
        for ticket in await tickets_meant(request, seat, scene):
            stored = None if ticket.record in found else await store(scene).ledger.get(ticket.record)
            if stored is not None:
                found[stored.entry.id] = stored.entry
    today = scene.now.date()
    return [each for each in found.values() if may(seat.person.id, "export", each, seat.directory, today)]


async def tickets_meant(request: Request, seat: Seat, scene: Scene) -> list[StoredTicket]:
    """Open tickets this person may see, of those that are meant."""
    due = scene.now.date() if request.overdue else None
    return await seen_tickets(scene, seat, below=request.organisation, due_before=due)


async def counted_entries(request: Request, unit: str, seat: Seat, scene: Scene) -> list[RecordEntry]:
    """The records, void ones too, that are counted for this person, of those that are meant."""
    places = tuple(seat.directory.below(unit))
    query = export_query(places, request.talk_types, request.ledger, request.period)
    return [
        each
        for each in await store(scene).ledger.entries(query)
        if may(seat.person.id, "count", each, seat.directory, scene.now.date())
        and (each.kind != TALK or wanted(request, each.talk_type or ""))
    ]


async def counted_tickets(unit: str, seat: Seat, scene: Scene) -> list[StoredTicket]:
    """The tickets of an organisation and those under it that are counted for this person."""
    places = tuple(seat.directory.below(unit))
    kept = await store(scene).ledger.entries(RecordQuery(organisations=places, states=_BOTH))
    about = await store(scene).ledger.entries(RecordQuery(subjects_of=places, states=_BOTH))
    entries = {each.id: each for each in (*kept, *about)}
    tickets = await store(scene).tickets.find(TicketQuery(organisations=places), limit=MOST_TICKETS)
    return [
        each
        for each in tickets
        if each.record in entries
        and may_ticket(seat.person.id, "count", each, entries[each.record], seat.directory, scene.now.date())
    ]


def wanted(request: Request, talk_type: str) -> bool:
    """Tell whether a talk type is meant: named, or owed to those who are named (heads, members)."""
    if request.talk_types:
        return talk_type in request.talk_types
    duty = load_record_kinds().talk(talk_type).duty
    if request.role is None or duty is None:
        return True
    return request.role in duty.subjects
