"""Tickets at the console: what is to be put right, by whom and until when; each step with its words."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import Listing, listed
from bot.channels.web.console.record_filters import Viewer, organisations_of, person_of, typed
from bot.channels.web.console.record_writing import RECORDS, number_of_place
from bot.channels.web.console.sheet_pages import Errand, SheetPages
from bot.dialogs.tickets import ticket_steps
from bot.services.entitlements import may, may_ticket
from bot.services.record_words import kind_name
from bot.services.talk_record import number_of
from bot.services.visibility import organisations_seen, seen_tickets
from storage import RecordEntry, StoredTicket, TicketQuery, UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import console_records as words
from yanlu.texts import records as texts

TICKETS = "/console/tickets"
_STATES: Mapping[str, bool | None] = {"open": True, "overdue": True, "closed": False, "any": None}
_OFFERED = 200


class TicketPages:
    """The pages of tickets. The steps are the chat's own: note, due, close, reopen."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database
        self._sheets = SheetPages(frame)
        self._steps = {dialog.action: dialog for dialog in ticket_steps(frame.parts.directories)}

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(TICKETS, "keeper", self.list, area="records"),
            ConsolePage(f"{TICKETS}/{{id}}", "keeper", self.ticket, area="records"),
            ConsolePage(f"{TICKETS}/{{id}}/{{step}}", "keeper", self.stepping, area="records"),
            ConsolePage(f"{TICKETS}/{{id}}/{{step}}", "keeper", self.step, "POST", area="records"),
        )

    async def list(self, call: Call) -> Response:
        """List tickets by day, those overdue the longest first."""
        filters = {**typed(call.request.query_params), "state": _state(call)}
        alert = ""
        tickets: Listing[StoredTicket] = Listing((), 0, 1, 1)
        async with self._database.transaction(call.now) as work:
            directory = await self._frame.parts.directories.of(work)
            viewer = Viewer(call.visitor.person, directory, call.today)
            try:
                tickets = await self._found(call, work, filters, viewer)
            except YanluError as error:
                alert = str(error)
            entries = await work.ledger.named([each.record for each in tickets.rows])
            rows = [_row(each, entries.get(each.record), viewer) for each in tickets.rows]
        seen = seen_tickets(viewer.person, directory, viewer.on)
        units = organisations_seen(seen, viewer.person, directory, viewer.on)[:_OFFERED]
        return self._frame.page(
            call,
            "tickets.html",
            words,
            area="records",
            alert=alert,
            tickets=tickets,
            rows=rows,
            filters=filters,
            units=[directory.organisation(id_).name for id_ in units],
        )

    async def ticket(self, call: Call) -> Response:
        """Show a ticket, what was done, and the steps this person may take."""
        async with self._database.transaction(call.now) as work:
            directory = await self._frame.parts.directories.of(work)
            viewer = Viewer(call.visitor.person, directory, call.today)
            ticket = await work.tickets.get(number_of_ticket(call))
            entry = await _entry_of(work, ticket)
            if (
                ticket is None
                or entry is None
                or not may_ticket(viewer.person, "see", ticket, entry, directory, viewer.on)
            ):
                raise YanluError(texts.TICKET_GONE)
            row = _row(ticket, entry, viewer)
        return self._frame.page(
            call,
            "ticket.html",
            words,
            area="records",
            row=row,
            ticket=ticket,
            steps=_steps(ticket, entry, viewer),
            name_of=lambda id_: directory.person(id_).name,
        )

    async def stepping(self, call: Call) -> Response:
        """Ask for the words of a step."""
        return await self._sheets.blank(call, self._errand(call))

    async def step(self, call: Call) -> Response:
        """Take a step."""
        return await self._sheets.filled(call, self._errand(call))

    def _errand(self, call: Call) -> Errand:
        number, step = number_of_ticket(call), call.place("step")
        dialog = next((each for name, each in self._steps.items() if name == step), None)
        if dialog is None:
            raise YanluError(texts.TICKET_GONE)
        address = f"{TICKETS}/{number}"
        return Errand(
            dialog,
            f"{dialog.name}:start:{number}",
            dialog.form.title,
            dialog.form.labels.confirm,
            address,
            lambda _: (address, step),
        )

    @staticmethod
    async def _found(
        call: Call, work: UnitOfWork, filters: Mapping[str, str], viewer: Viewer
    ) -> Listing[StoredTicket]:
        seen = seen_tickets(viewer.person, viewer.directory, viewer.on)
        query = TicketQuery(
            organisations=organisations_of(filters, seen, viewer),
            responsible=person_of(filters["person"], viewer.directory),
            open=_STATES[filters["state"]],
            due_before=viewer.on if filters["state"] == "overdue" else None,
            seen=seen,
        )
        total = await work.tickets.count(query)
        return await listed(
            call, total, lambda limit, offset: work.tickets.find(query, limit=limit, offset=offset)
        )


def _row(ticket: StoredTicket, entry: RecordEntry | None, viewer: Viewer) -> Mapping[str, object]:
    """A ticket with the names of its ids; its record leads on only where that may be seen."""
    directory = viewer.directory
    seen = entry is not None and may(viewer.person, "see", entry, directory, viewer.on)
    return {
        "ticket": ticket,
        "kind": texts.PROBLEM if ticket.kind == "problem" else texts.REQUIREMENT,
        "unit": directory.organisation(ticket.organisation).name,
        "responsible": directory.person(ticket.responsible).name if ticket.responsible else "",
        "late": (viewer.on - ticket.due).days if ticket.due and ticket.overdue(viewer.on) else 0,
        "source": f"{number_of(entry)} {kind_name(entry)}" if seen and entry else "",
        "address": f"{RECORDS}/{ticket.record}" if seen else "",
    }


def number_of_ticket(call: Call) -> int:
    """Give the number that the address names. Raises YanluError for what is none, as for a ticket of others."""
    try:
        return number_of_place(call)
    except YanluError:
        raise YanluError(texts.TICKET_GONE) from None


async def _entry_of(work: UnitOfWork, ticket: StoredTicket | None) -> RecordEntry | None:
    return (await work.ledger.named([ticket.record])).get(ticket.record) if ticket is not None else None


def _steps(ticket: StoredTicket, entry: RecordEntry, viewer: Viewer) -> Sequence[str]:
    def able(action: str) -> bool:
        who, directory, on = viewer.person, viewer.directory, viewer.on
        return may_ticket(who, "write" if action == "note" else "correct", ticket, entry, directory, on)

    steps = ("note", "due", "close") if ticket.closed is None else ("reopen",)
    return [each for each in steps if able(each)]


def _state(call: Call) -> str:
    asked = call.asked("state")
    return asked if asked in _STATES else "open"
