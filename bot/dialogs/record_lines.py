"""Records and tickets as single lines of a list."""

from datetime import date

from bot.dialogs.seat import Seat
from bot.services.record_words import kind_name
from bot.services.talk_record import number_of
from storage import RecordEntry, StoredTicket
from yanlu.texts import records as texts


def entry_line(entry: RecordEntry, seat: Seat) -> str:
    """A record."""
    names = "、".join(seat.directory.person(id_).name for id_ in entry.whose("subject"))
    marks = "".join(
        mark
        for mark, holds in (
            (texts.VOIDED_MARK, entry.state == "void"),
            (texts.SUPPLEMENTARY_MARK, entry.supplementary),
            (texts.ALIKE_MARK, bool(entry.alike)),
        )
        if holds
    )
    return texts.record_line(number_of(entry), entry.day, kind_name(entry), names, marks)


def ticket_line(ticket: StoredTicket, today: date) -> str:
    """A ticket, with its day and how it stands."""
    due = texts.until(ticket.due) if ticket.due else texts.NO_DUE
    state = f",{texts.CLOSED_MARK}" if ticket.closed else ""
    if ticket.overdue(today) and ticket.due is not None:
        state = texts.overdue((today - ticket.due).days)
    kind = texts.PROBLEM if ticket.kind == "problem" else texts.REQUIREMENT
    return texts.ticket_line(ticket.id, kind, ticket.text, due, state)
