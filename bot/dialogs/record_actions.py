"""What may be done with a record or a plan, and what is offered once one is filed."""

from collections.abc import Sequence

from bot.conversation.messages import Choice, Say
from bot.conversation.scene import Scene
from bot.dialogs.seat import Seat, store
from bot.services.entitlements import Action, may, may_plan, may_ticket
from bot.services.ledgers import open_tickets_of
from bot.services.record_words import fields_of, kind_name, measure_of
from bot.services.talk_record import TALK, number_of
from storage import RecordEntry, StoredPlan, StoredRecord, StoredTicket
from yanlu.texts import records as texts
from yanlu.texts import talks
from yanlu.texts.conversation import card_line

FILED = "filed"
"""Under which name a scene keeps the id of the record that a turn has filed or corrected."""


async def visible_record(scene: Scene, seat: Seat, id_: int, action: Action) -> StoredRecord | None:
    """The record where this person may do that with it; None where not, or where there is none."""
    stored = await store(scene).ledger.get(id_)
    if stored is None or not may(seat.person.id, action, stored.entry, seat.directory, scene.now.date()):
        return None
    return stored


async def visible_plan(scene: Scene, seat: Seat, id_: int) -> StoredPlan | None:
    """The planned talk, still to be held, where this person may do with it what they like."""
    plan = await store(scene).plans.get(id_)
    if plan is None or plan.state != "planned":
        return None
    return plan if may_plan(seat.person.id, "correct", plan, seat.directory, scene.now.date()) else None


async def after_filing(scene: Scene, seat: Seat, stored: StoredRecord, sentence: str) -> Sequence[Say]:
    """Say that a record is on file, what is followed up, and what may be done next."""
    scene.found[FILED] = stored.entry.id
    open_tickets = len(await open_tickets_of(store(scene), stored.entry.id))
    lines = [sentence, *([talks.tickets_opened(open_tickets)] if open_tickets else [])]
    return [Say("\n".join(lines), choices=actions(seat, stored.entry, scene))]


def actions(seat: Seat, entry: RecordEntry, scene: Scene) -> tuple[tuple[Choice, ...], ...]:
    """The buttons for what this person may do with a record."""
    on = scene.now.date()

    def allowed(action: Action) -> bool:
        return may(seat.person.id, action, entry, seat.directory, on)

    first = [Choice(texts.DOWNLOAD_FORM, f"record:form:{entry.id}")] if entry.kind == TALK else []
    if not allowed("export"):
        first = []
    first.append(Choice(texts.TICKETS, f"tickets:of:{entry.id}"))
    second = []
    if allowed("correct") and entry.state == "filed":
        fix = f"talk:fix:{entry.id}" if entry.kind == TALK else f"{entry.kind}:fix:{entry.id}"
        second.append(Choice(texts.CORRECT, fix))
        if entry.kind == TALK and entry.whose("subject"):
            second.append(Choice(texts.ASK_SUBJECT, f"record:ask:{entry.id}"))
    if allowed("void") and entry.state == "filed":
        second.append(Choice(texts.VOID, f"void:start:{entry.id}"))
    if entry.version > 1:
        second.append(Choice(texts.VERSIONS, f"record:versions:{entry.id}"))
    return tuple(tuple(row) for row in (first, second) if row)


async def may_do(scene: Scene, seat: Seat, action: Action, ticket: StoredTicket) -> bool:
    """Tell whether this person may do that with a ticket."""
    stored = await store(scene).ledger.get(ticket.record)
    if stored is None:
        return False
    return may_ticket(seat.person.id, action, ticket, stored.entry, seat.directory, scene.now.date())


async def record_view(scene: Scene, seat: Seat, stored: StoredRecord) -> str:
    """A record as text: every field that was filled, its tickets, and the subjects' word."""
    entry, measure = stored.entry, measure_of(stored.entry)
    lines = [f"{number_of(entry)} {kind_name(entry)}", talks.basis(measure.label, measure.title)]
    lines += [card_line(each.label, each.text) for each in fields_of(stored)]
    if stored.void_reason is not None:
        lines.append(card_line(texts.VOID_WHY_LABEL, stored.void_reason))
    for each in await store(scene).standing.confirmations(entry.id):
        name, day = seat.directory.person(each.subject).name, each.at.astimezone(scene.now.tzinfo).date()
        if each.state == "confirmed":
            lines.append(texts.subject_confirmed(name, day))
        elif each.state == "objected":
            lines.append(texts.subject_objected(name, day, each.note or ""))
    return "\n".join(lines)
