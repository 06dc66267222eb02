"""The ledger as an Excel file: a sheet for each kind of record, and one for problems and their putting right."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from bot.services.clock import BEIJING
from bot.services.files.talk_form import measures_of, mode_of, numbered, state_of
from bot.services.talk_record import TALK, TalkBody, number_of
from knowledge.records import RecordField, RecordKind, load_record_kinds
from storage import StoredRecord, StoredTicket
from yanlu.texts import files as words

if TYPE_CHECKING:
    from bot.services.files.workbook import Column, Sheet, Value

_DATES = frozenset({"day", "filed", "deadline", "opened", "due", "closed"})
_NUMBERS = frozenset({"version", "late"})
_WIDTHS = {
    "number": 13, "type": 11, "talkers": 18, "subjects": 18, "units": 16, "supplementary": 7, "void": 7,
    "points": 34, "problems": 30, "requirements": 30, "alike": 13, "time": 12, "text": 40, "notes": 36,
    "outline": 30, "affirmed": 30, "explanation": 30, "attitude": 24, "occasion": 20, "measures": 20, "mode": 26,
    "recorder": 18, "companions": 22, "place": 18, "supplementary_reason": 22, "void_reason": 22,
}  # fmt: skip
_TALK_COLUMNS = tuple(words.LEDGER_COLUMNS)
_TAIL = ("supplementary", "void", "alike", "void_reason", "organisation", "author", "filed", "version")
"""What every kind of record has: whether it still counts, who keeps it, when it was filed."""
_TAIL_PRINTED = 3
_FIELD_WIDTHS = {"items": 36, "text": 30, "people": 20, "organisation": 20}


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger is filled from.

    `records` holds the records by kind ("talk" or a ledger's code), in the order to print; any iterable, taken
    once, one record at a time. `names` shows people and organisations by id; `numbers` shows records by id
    where a ticket or a likeness names them.
    """

    unit: str
    since: date
    until: date
    as_of: date
    records: Mapping[str, Iterable[StoredRecord]]
    tickets: Iterable[StoredTicket] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    zone: tzinfo = BEIJING


def ledger_xlsx(ledger: Ledger) -> bytes:
    """The ledger as an xlsx file: talks first, tickets second, then the other kinds.

    Raises KeyError for a kind that there is not, and pydantic.ValidationError for a talk whose body is not one.
    """
    from bot.services.files.workbook import workbook

    return workbook(_sheets(ledger), title=words.LEDGER, made=ledger.as_of)


def _sheets(ledger: Ledger) -> Iterator["Sheet"]:
    from bot.services.files.workbook import Sheet

    talks = ledger.records.get(TALK, ())
    rows = (_talk_row(ledger, record) for record in talks)
    columns = tuple(_column(key, words.LEDGER_COLUMNS[key]) for key in _TALK_COLUMNS)
    yield Sheet(
        words.LEDGER_TALKS, _heading(ledger, words.LEDGER_TALKS), columns, rows, printed=words.LEDGER_PRINTED
    )
    columns = tuple(_column(key, label) for key, label in words.TICKET_COLUMNS.items())
    lines = (_ticket_row(ledger, ticket) for ticket in ledger.tickets)
    yield Sheet(words.LEDGER_TICKETS, _heading(ledger, words.LEDGER_TICKETS), columns, lines)
    for code, records in ledger.records.items():
        if code != TALK:
            yield _other_sheet(ledger, load_record_kinds().ledger(code), records)


def _other_sheet(ledger: Ledger, kind: RecordKind, records: Iterable[StoredRecord]) -> "Sheet":
    from bot.services.files.workbook import Column, Sheet

    columns = [_column("number", words.LEDGER_COLUMNS["number"])]
    for each in kind.fields:
        what = "date" if each.kind == "date" else "text"
        columns.append(
            Column(each.label, _FIELD_WIDTHS.get(each.kind, 13), "date" if what == "date" else "text")
        )
    columns += [_column(key, words.LEDGER_COLUMNS[key]) for key in _TAIL]

    def rows() -> Iterator[list["Value"]]:
        for record in records:
            common = _common(ledger, record)
            values = [field_value(each, record.body.get(each.name)) for each in kind.fields]
            yield [number_of(record.entry), *values, *(common[key] for key in _TAIL)]

    printed = len(columns) - len(_TAIL) + _TAIL_PRINTED
    return Sheet(kind.name, _heading(ledger, kind.name), tuple(columns), rows(), printed=printed)


def field_value(asked: RecordField, value: object) -> "Value":
    """A ledger field's JSON value as a cell shows it; nothing said is an empty cell."""
    if value is None or value == "":
        return None
    if asked.kind == "date":
        return date.fromisoformat(str(value))
    if asked.kind == "yes_no":
        return words.YES if value else words.NO
    if asked.kind == "number" and isinstance(value, int):
        return value
    if isinstance(value, (list, tuple)):
        shown = [_named(each) for each in value]
        return words.listed(shown) if asked.kind == "people" else numbered(shown)
    return _named(value)


def _named(value: object) -> str:
    """A person or unit, however the form kept it, as words."""
    if isinstance(value, Mapping):
        return "".join(str(value.get(key) or "") for key in ("unit", "title", "name"))
    return str(value)


def _heading(ledger: Ledger, name: str) -> str:
    return words.ledger_heading(ledger.unit, name, ledger.since, ledger.until, ledger.as_of)


def _column(key: str, label: str) -> "Column":
    from bot.services.files.workbook import Column

    if key in _DATES:
        return Column(label, 12, "date")
    if key in _NUMBERS:
        return Column(label, 9, "number")
    return Column(label, _WIDTHS.get(key, 14))


def _common(ledger: Ledger, record: StoredRecord) -> dict[str, "Value"]:
    entry = record.entry
    return {
        "organisation": ledger.names.get(entry.organisation, ""),
        "author": ledger.names.get(entry.author, ""),
        "filed": entry.filed.astimezone(ledger.zone).date(),
        "version": record.version,
        "supplementary": words.YES if entry.supplementary else words.NO,
        "void": words.YES if entry.state == "void" else words.NO,
        "void_reason": record.void_reason,
        "alike": words.listed([_number(ledger, each) for each in entry.alike]),
    }


def _number(ledger: Ledger, id_: int) -> str:
    return ledger.numbers.get(id_) or f"{id_:06d}"


def _talk_row(ledger: Ledger, record: StoredRecord) -> list["Value"]:
    body = TalkBody.model_validate(record.body)
    values: dict[str, Value] = {
        "number": number_of(record.entry),
        "day": body.day,
        "time": "-".join(f"{at:%H:%M}" for at in (body.start, body.end) if at),
        "type": body.talk_type,
        "measures": measures_of(body.talk_type),
        "mode": mode_of(body),
        "talkers": words.listed([who.shown for who in body.talkers]),
        "subjects": words.listed(
            [f"{who.title} {who.name}".strip() for who in body.subjects]
            + ([body.group] if body.group else [])
        ),
        "units": words.listed(list(dict.fromkeys(who.unit for who in body.subjects if who.unit))),
        "companions": words.listed([who.shown for who in body.companions]),
        "recorder": body.recorder.shown if body.recorder else None,
        "points": numbered(body.points),
        "problems": numbered(body.problems),
        "requirements": numbered([words.form_requirement(each.text, each.due) for each in body.requirements]),
        "supplementary_reason": body.supplementary_reason,
    }
    values |= _common(ledger, record)
    return [values[key] if key in values else getattr(body, key) for key in _TALK_COLUMNS]


def _ticket_row(ledger: Ledger, ticket: StoredTicket) -> list["Value"]:
    notes = [
        words.ticket_note(note.at.astimezone(ledger.zone), words.TICKET_ACTIONS[note.action], note.text)
        for note in ticket.notes
    ]
    values: dict[str, Value] = {
        "number": words.ticket_number(ticket.id),
        "source": _number(ledger, ticket.record),
        "kind": words.TICKET_KINDS[ticket.kind],
        "text": ticket.text,
        "organisation": ledger.names.get(ticket.organisation, ""),
        "responsible": ledger.names.get(ticket.responsible or "", ""),
        "opened": ticket.opened,
        "due": ticket.due,
        "state": state_of(ticket, ledger.as_of),
        "closed": ticket.closed if ticket.closed and ticket.closed <= ledger.as_of else None,
        "late": days_late(ticket, ledger.as_of),
        "notes": "\n".join(notes),
    }
    return [values[key] for key in words.TICKET_COLUMNS]


def days_late(ticket: StoredTicket, on: date) -> int | None:
    """By how many days a ticket is, or was when it was closed, past its day; None when it is not."""
    if ticket.due is None:
        return None
    ended = min(ticket.closed or on, on)
    late = (ended - ticket.due).days
    return late if late > 0 else None
