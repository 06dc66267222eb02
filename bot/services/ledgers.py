"""Filing, correcting and voiding records, and the tickets that follow from them. Within the turn's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.services.likeness import ALIKE, bands, similarity
from bot.services.talk_record import TALK, TalkBody, Who
from knowledge.records import RecordKind
from storage import (
    NewRecord,
    NewTicket,
    Part,
    RecordEntry,
    RecordPerson,
    StoredRecord,
    StoredTicket,
    TicketNote,
    TicketQuery,
    UnitOfWork,
)
from yanlu.texts import ledgers as texts

MOST_TICKETS = 500
MOST_OF_RECORDS = 20_000


@dataclass(frozen=True, slots=True)
class Filing:
    """Who files, for which organisation's ledger, and when; of a correction also why."""

    author: str
    organisation: str
    now: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record of a ledger that is no talk: the answers by field name, and the known people it is about."""

    kind: RecordKind
    answers: Mapping[str, Any]
    people: tuple[RecordPerson, ...] = ()


async def file_talk(
    work: UnitOfWork, body: TalkBody, units: Mapping[str, str], filing: Filing
) -> StoredRecord:
    """File a talk with its tickets. `units`: the organisation that each known person spoke from, by id."""
    alike = await alike_talks(work, body, filing.organisation)
    stored = await work.ledger.file(_new_talk(body, units, filing, alike), filing.now)
    await work.tickets.add(_talk_tickets(stored.entry, body, units), filing.now.date())
    return stored


async def correct_talk(
    work: UnitOfWork, before: StoredRecord, body: TalkBody, units: Mapping[str, str], filing: Filing
) -> StoredRecord | None:
    """Make a new version of a talk; None where it has moved on since `before` was read.

    Tickets whose words are gone are closed with a note, new ones are opened, the rest go on.
    """
    alike = [id_ for id_ in await alike_talks(work, body, filing.organisation) if id_ != before.entry.id]
    stored = await _corrected(work, before, _new_talk(body, units, filing, alike), filing)
    if stored is not None:
        await _reconciled(work, stored.entry.id, _talk_tickets(stored.entry, body, units), filing)
    return stored


async def file_ledger(work: UnitOfWork, written: LedgerEntry, filing: Filing) -> StoredRecord:
    """File a record of another ledger; what it says is to be put right becomes tickets."""
    stored = await work.ledger.file(_new_entry(written, filing), filing.now)
    await work.tickets.add(_ledger_tickets(stored.entry, written.answers), filing.now.date())
    return stored


async def correct_ledger(
    work: UnitOfWork, before: StoredRecord, written: LedgerEntry, filing: Filing
) -> StoredRecord | None:
    """Make a new version of another ledger's record; None where it has moved on since `before` was read."""
    stored = await _corrected(work, before, _new_entry(written, filing), filing)
    if stored is not None:
        await _reconciled(work, stored.entry.id, _ledger_tickets(stored.entry, written.answers), filing)
    return stored


async def _corrected(
    work: UnitOfWork, before: StoredRecord, content: NewRecord, filing: Filing
) -> StoredRecord | None:
    return await work.ledger.correct(
        before.entry.id,
        content,
        reason=filing.reason,
        author=filing.author,
        now=filing.now,
        expected_version=before.entry.version,
    )


async def void_record(work: UnitOfWork, id_: int, reason: str, filing: Filing) -> bool:
    """Void a record, close its open tickets and withdraw what waits for its subject; False where there is none."""
    if not await work.ledger.void(id_, reason=reason, author=filing.author, now=filing.now):
        return False
    for ticket in await open_tickets_of(work, id_):
        note = TicketNote(filing.now, filing.author, "close", texts.TICKET_VOIDED)
        await work.tickets.note(ticket.id, note)
    return True


async def open_tickets_of(work: UnitOfWork, record: int) -> Sequence[StoredTicket]:
    """The open tickets of a record."""
    return await work.tickets.find(TicketQuery(records=(record,), open=True), limit=MOST_TICKETS)


async def tickets_of(work: UnitOfWork, records: Sequence[int]) -> tuple[StoredTicket, ...]:
    """The tickets of some records, by day; those without one last."""
    found: list[StoredTicket] = []
    for start in range(0, len(records), MOST_TICKETS):
        query = TicketQuery(records=tuple(records[start : start + MOST_TICKETS]))
        found += await work.tickets.find(query, limit=MOST_OF_RECORDS)
    return tuple(sorted(found, key=lambda each: (each.due is None, each.due or date.max, each.id)))


async def alike_talks(work: UnitOfWork, body: TalkBody, organisation: str) -> list[int]:
    """The filed talks of a ledger that say nearly the same, by id."""
    words = compared(body)
    found = []
    for id_ in await work.ledger.alike(bands(words), organisation):
        other = await work.ledger.get(id_)
        if other is None or other.entry.kind != TALK:
            continue
        if similarity(words, compared(TalkBody.model_validate(dict(other.body)))) >= ALIKE:
            found.append(id_)
    return sorted(found)


def compared(body: TalkBody) -> tuple[str, ...]:
    """The words of a talk that two records should not share."""
    demands = (each.text for each in body.requirements)
    return (*body.points, *body.problems, *demands, body.affirmed or "", body.attitude or "")


def known_people(
    parts: Iterable[tuple[Part, Who | None]], units: Mapping[str, str]
) -> tuple[RecordPerson, ...]:
    """The parts that known people had, each once."""
    people = {
        (part, who.person): RecordPerson(part, who.person, units.get(who.person))
        for part, who in parts
        if who is not None and who.person is not None
    }
    return tuple(people.values())


def talk_people(body: TalkBody, units: Mapping[str, str]) -> tuple[RecordPerson, ...]:
    """Who had which part in a talk."""
    parts: list[tuple[Part, Who | None]] = [("talker", who) for who in body.talkers]
    parts += [("subject", who) for who in body.subjects]
    parts += [("companion", who) for who in body.companions]
    return known_people([*parts, ("recorder", body.recorder)], units)


def _new_talk(body: TalkBody, units: Mapping[str, str], filing: Filing, alike: Sequence[int]) -> NewRecord:
    return NewRecord(
        kind=TALK,
        talk_type=body.talk_type,
        organisation=filing.organisation,
        day=body.day,
        author=filing.author,
        body=body.model_dump(mode="json"),
        people=talk_people(body, units),
        supplementary=body.supplementary_reason is not None,
        bands=bands(compared(body)),
        alike=tuple(alike),
    )


def _new_entry(written: LedgerEntry, filing: Filing) -> NewRecord:
    return NewRecord(
        kind=written.kind.code,
        organisation=filing.organisation,
        day=date.fromisoformat(str(written.answers[written.kind.dated])),
        author=filing.author,
        body=dict(written.answers),
        people=written.people,
    )


def _talk_tickets(entry: RecordEntry, body: TalkBody, units: Mapping[str, str]) -> list[NewTicket]:
    """A ticket for each demand with its own day, and for each problem with the talk's."""
    subject = next(iter(entry.whose("subject")), None)
    unit = units.get(subject or "", entry.organisation)
    days = [each.due for each in body.requirements if each.due]
    latest = body.deadline or (max(days) if days else None)
    plain = NewTicket(entry.id, "problem", "", unit, subject, latest)
    problems = [replace(plain, text=text) for text in body.problems]
    demands = [
        replace(plain, kind="requirement", text=each.text, due=each.due or latest)
        for each in body.requirements
    ]
    return [*problems, *demands]


def _ledger_tickets(entry: RecordEntry, answers: Mapping[str, Any]) -> list[NewTicket]:
    """Findings and measures of a ledger that names a day until which they are put right."""
    if not answers.get("due"):
        return []
    due = date.fromisoformat(str(answers["due"]))
    lead = next((each.person for each in entry.people), None)
    plain = NewTicket(entry.id, "problem", "", entry.organisation, lead, due)
    problems = [replace(plain, text=text) for text in answers.get("findings") or ()]
    demands = [
        replace(plain, kind="requirement", text=text)
        for name in ("measures", "decided")
        for text in answers.get(name) or ()
    ]
    return [*problems, *demands]


async def _reconciled(work: UnitOfWork, record: int, wanted: Sequence[NewTicket], filing: Filing) -> None:
    known = await work.tickets.find(TicketQuery(records=(record,)), limit=MOST_TICKETS)
    by_text = {(each.kind, each.text): each for each in known}
    keep = {(each.kind, each.text) for each in wanted}
    for ticket in known:
        if ticket.closed is None and (ticket.kind, ticket.text) not in keep:
            note = TicketNote(filing.now, filing.author, "close", texts.TICKET_CORRECTED)
            await work.tickets.note(ticket.id, note)
    for new in wanted:
        ticket_now = by_text.get((new.kind, new.text))
        if ticket_now is not None and ticket_now.closed is None and ticket_now.due != new.due:
            note = TicketNote(filing.now, filing.author, "due", texts.TICKET_CORRECTED)
            await work.tickets.note(ticket_now.id, note, due=new.due)
    fresh = [new for new in wanted if (new.kind, new.text) not in by_text]
    await work.tickets.add(fresh, filing.now.date())
