"""Tickets: what is to be put right, until it is struck off (销号) with evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Ask, Form, Labels, Options
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.choice_values import asked_for
from bot.dialogs.record_actions import may_do, visible_record
from bot.dialogs.record_lines import ticket_line
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk_form import Sentence, days_ahead, read_deadline
from bot.services.directory import DirectoryService
from storage import RecordQuery, StoredTicket, TicketNote, TicketQuery
from yanlu.texts import records as texts
from yanlu.texts.conversation import STALE_CHOICE

LISTED = 10
MOST_TICKETS, MOST_RECORDS = 500, 500
"""As many are looked through for a list."""
Action = Literal["note", "due", "close", "reopen"]


class TicketsDialog:
    """`/tickets` lists what this person or their unit must put right; choices "tickets:of:RECORD", "tickets:show:ID"."""

    name = "tickets"
    commands: ClassVar[Mapping[str, str]] = {"tickets": texts.TICKETS_COMMAND}

    def __init__(self, directories: DirectoryService) -> None:
        self._directories = directories

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer the command or a choice."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        if turn.kind == "command":
            return [await self._mine(scene, seat)]
        action, number = asked_for(turn)
        if number is None or action not in {"of", "show"}:
            return [Say(STALE_CHOICE)]
        if action == "of":
            return [await self._of_record(scene, seat, number)]
        return [await self._shown(scene, seat, number)]

    @staticmethod
    async def _mine(scene: Scene, seat: Seat) -> Say:
        """Open tickets: one's own, and those of records one may see."""
        found = await seen_tickets(scene, seat)
        if not found:
            return Say(texts.NO_TICKETS)
        said = listed(found[:LISTED], scene.now.date())
        if len(found) > LISTED:
            return replace(said, text=f"{said.text}\n{texts.more_tickets(len(found) - LISTED)}")
        return said

    async def _of_record(self, scene: Scene, seat: Seat, record: int) -> Say:
        if await visible_record(scene, seat, record, "see") is None:
            return Say(texts.TICKET_GONE)
        tickets = await store(scene).tickets.find(TicketQuery(records=(record,)), limit=50)
        return listed(tickets, scene.now.date()) if tickets else Say(texts.NO_TICKETS_HERE)

    async def _shown(self, scene: Scene, seat: Seat, id_: int) -> Say:
        ticket = await store(scene).tickets.get(id_)
        if ticket is None or not await may_do(scene, seat, "see", ticket):
            return Say(texts.TICKET_GONE)
        lines = [ticket_line(ticket, scene.now.date())]
        lines += [
            f"{note.at.astimezone(scene.now.tzinfo).date().isoformat()} {note.text}" for note in ticket.notes
        ]
        if ticket.closed is not None:
            again = (Choice(texts.REOPEN_TICKET, f"reopen:start:{id_}"),)
            able = await may_do(scene, seat, "correct", ticket)
            return Say("\n".join(lines), choices=(again,) if able else ())
        choices = [Choice(texts.NOTE_TICKET, f"progress:start:{id_}")]
        if await may_do(scene, seat, "correct", ticket):
            choices = [
                Choice(texts.CLOSE_TICKET, f"close:start:{id_}"),
                Choice(texts.DEFER_TICKET, f"defer:start:{id_}"),
                *choices,
            ]
        return Say("\n".join(lines), choices=(tuple(choices),))


async def seen_tickets(
    scene: Scene, seat: Seat, *, below: str | None = None, due_before: date | None = None
) -> list[StoredTicket]:
    """Open tickets this person may see, by day: of their units and below, their own, of talks they had a part in.

    `below`: only what that organisation and those under it must do.
    """
    units = {id_ for post in seat.posts for id_ in seat.directory.below(post.organisation)}
    own = await store(scene).ledger.entries(RecordQuery(person=seat.person.id))
    records = tuple(entry.id for entry in own[:MOST_RECORDS])
    queries = [
        TicketQuery(organisations=tuple(sorted(units)), open=True, due_before=due_before),
        TicketQuery(responsible=seat.person.id, open=True, due_before=due_before),
        TicketQuery(records=records, open=True, due_before=due_before),
    ]
    found: dict[int, StoredTicket] = {}
    for query in queries:
        found |= {each.id: each for each in await store(scene).tickets.find(query, limit=MOST_TICKETS)}
    meant = None if below is None else set(seat.directory.below(below))
    allowed = [
        each
        for each in found.values()
        if (meant is None or each.organisation in meant) and await may_do(scene, seat, "see", each)
    ]
    return sorted(allowed, key=lambda each: (each.due is None, each.due or date.max, each.id))


def listed(tickets: Sequence[StoredTicket], today: date) -> Say:
    """Tickets with a button each."""
    lines = [texts.TICKETS_LEAD, *(ticket_line(each, today) for each in tickets)]
    rows = tuple((Choice(f"{each.id}. {each.text[:12]}", f"tickets:show:{each.id}"),) for each in tickets)
    return Say("\n".join(lines), choices=rows)


_HIDDEN = Ask("", "", optional=True, hidden=True)


class TicketStep(BaseModel):
    """A step on a ticket. Each kind of step puts its own questions, in its own order."""

    ticket: Annotated[int | None, _HIDDEN] = None


class Progress(TicketStep):
    """A step on the way."""

    text: Annotated[Sentence, Ask(texts.NOTE_ASK, texts.NOTE_LABEL)]


class Closing(TicketStep):
    """The evidence a ticket is struck off with."""

    text: Annotated[Sentence, Ask(texts.CLOSE_ASK, texts.CLOSE_LABEL)]


class Deferring(TicketStep):
    """A new day, and why."""

    due: Annotated[
        date, Ask(texts.DEFER_DAY, texts.DEFER_DAY_LABEL, "date", options="days", read=read_deadline)
    ]
    text: Annotated[Sentence, Ask(texts.DEFER_WHY, texts.DEFER_WHY_LABEL)]


class Reopening(TicketStep):
    """Why a ticket that was struck off is taken up again."""

    text: Annotated[Sentence, Ask(texts.REOPEN_ASK, texts.REOPEN_LABEL)]


class TicketStepDialog(FormDialog[TicketStep]):
    """One step on a ticket: "NAME:start:ID" asks for its words, then takes it."""

    def __init__(
        self, form: Form[TicketStep], action: Action, done: str, directories: DirectoryService
    ) -> None:
        super().__init__(form)
        self.action: Action = action
        self._done = done
        self._directories = directories

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Let only those begin who may handle this ticket, while it is open (to reopen it, while it is not)."""
        seat = await seat_of(scene, self._directories)
        if asked_for(turn)[0] != "start":
            return [Say(STALE_CHOICE)]
        if seat is None or await self._fitting_ticket(scene, seat, _number(turn)) is None:
            return [Say(texts.TICKET_GONE)]
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - the base's signature
        """Which ticket."""
        return {"ticket": _number(turn)}

    async def options(self, scene: Scene, draft: Draft) -> Options:  # noqa: ARG002 - the base's signature
        """Days to come."""
        return {"days": days_ahead(scene.now.date())}

    async def reworked(self, draft: Draft, scene: Scene) -> tuple[Draft, str]:
        """Refuse a new day that has been."""
        due = str(draft.answers.get("due") or "")
        if not due or due >= scene.now.date().isoformat():
            return draft, ""
        answers = {name: value for name, value in draft.answers.items() if name != "due"}
        return replace(draft, answers=answers), texts.DEFER_PAST

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:
        """Which ticket it is."""
        seat = await seated(scene, self._directories)
        ticket = await self._fitting_ticket(scene, seat, int(draft.answers.get("ticket") or 0))
        return [ticket_line(ticket, scene.now.date())] if ticket is not None else []

    async def finish(self, filled: TicketStep, scene: Scene) -> Sequence[Say]:
        """Take the step."""
        seat = await seated(scene, self._directories)
        ticket = await self._fitting_ticket(scene, seat, filled.ticket or 0)
        if ticket is None:
            return [Say(texts.TICKET_GONE)]
        text = str(getattr(filled, "text", ""))
        note = TicketNote(scene.now, seat.person.id, self.action, text)
        due = filled.due if isinstance(filled, Deferring) else None
        taken = await store(scene).tickets.note(ticket.id, note, due=due)
        return [Say(self._done if taken else texts.TICKET_GONE)]

    async def _fitting_ticket(self, scene: Scene, seat: Seat, id_: int) -> StoredTicket | None:
        ticket = await store(scene).tickets.get(id_)
        if ticket is None or (ticket.closed is not None) != (self.action == "reopen"):
            return None
        allowed = await may_do(scene, seat, "write" if self.action == "note" else "correct", ticket)
        return ticket if allowed else None


def ticket_steps(directories: DirectoryService) -> list[TicketStepDialog]:
    """The dialogs of all steps."""

    def form(name: str, model: type[TicketStep], title: str, confirm: str) -> Form[TicketStep]:
        return Form(name, 1, model, title, labels=Labels(confirm=confirm))

    closing = form("close", Closing, texts.CLOSE_TITLE, texts.CLOSE_CONFIRM)
    deferring = form("defer", Deferring, texts.DEFER_TITLE, texts.DEFER_CONFIRM)
    progress = form("progress", Progress, texts.NOTE_TITLE, texts.NOTE_CONFIRM)
    reopening = form("reopen", Reopening, texts.REOPEN_TITLE, texts.REOPEN_CONFIRM)
    return [
        TicketStepDialog(closing, "close", texts.TICKET_CLOSED, directories),
        TicketStepDialog(deferring, "due", texts.TICKET_DEFERRED, directories),
        TicketStepDialog(progress, "note", texts.TICKET_NOTED, directories),
        TicketStepDialog(reopening, "reopen", texts.TICKET_REOPENED, directories),
    ]


def _number(turn: Turn) -> int:
    return asked_for(turn)[1] or 0
