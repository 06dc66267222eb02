"""Tickets: problems and demands with their deadlines, until they are struck off (销号)."""

import logging
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.ledger_rows import NewTicket, StoredTicket, TicketNote, TicketQuery
from storage.long_lists import among
from storage.record_queries import seen_records
from storage.schema_ledger import records, ticket_notes, tickets
from storage.sealed_tables import TICKET_NOTES, TICKETS, row_nonce
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_Row = sa.Row[*tuple[Any, ...]]
_BATCH = 500

_ADD = sa.insert(tickets)
_OUTLINE = tuple(each for each in tickets.c if each.name not in {"nonce", "sealed"})
_AT = tickets.c.id == sa.bindparam("at_id")
_BY_ID = sa.select(tickets).where(_AT)
_IS_THERE = sa.select(tickets.c.id).where(_AT)
_OPEN = sa.update(tickets).where(_AT, tickets.c.closed.is_(None))
_DUE = _OPEN.values(due=sa.bindparam("day", type_=sa.Date))
_CLOSE = _OPEN.values(closed=sa.bindparam("day", type_=sa.Date))
_REOPEN = sa.update(tickets).where(_AT, tickets.c.closed.is_not(None)).values(closed=None)
_ADD_NOTE = sa.insert(ticket_notes)
_NOTES = (
    sa.select(ticket_notes)
    .where(ticket_notes.c.ticket.in_(sa.bindparam("of", expanding=True)))
    .order_by(ticket_notes.c.id)
)


class Tickets:
    """The `tickets` and `ticket_notes` tables. What is to be done, and what was, is sealed."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def add(self, wanted: Sequence[NewTicket], opened: date) -> Sequence[int]:
        """Open tickets; gives back their ids in order. Raises StorageError on an unknown record or person."""
        ids = []
        for each in wanted:
            row = {
                "record": each.record,
                "kind": each.kind,
                "organisation": each.organisation,
                "responsible": each.responsible,
                "due": each.due,
                "opened": opened,
                "nonce": row_nonce(),
            }
            sealed = TICKETS.seal(self._keys, each.text, row)
            key = (await self._session.execute(_ADD, {**row, "sealed": sealed})).inserted_primary_key
            ids.append(int(key[0]) if key else 0)
        return ids

    async def get(self, id: int) -> StoredTicket | None:  # noqa: A002 - the word of the row
        """Give a ticket with its notes. Raises DatabaseCorrupt when its seal is broken."""
        row = (await self._session.execute(_BY_ID, {"at_id": id})).one_or_none()
        if row is None:
            return None
        text = TICKETS.opened(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - public
        return _ticket(row, text, (await self._notes_of([id])).get(id, []))

    async def find(self, query: TicketQuery, *, limit: int, offset: int = 0) -> Sequence[StoredTicket]:
        """Give a page of tickets by due day, those without one last; one with a broken seal is left out."""
        statement = _page(sa.select(tickets), query).limit(limit).offset(offset)
        rows = (await self._session.execute(statement)).all()
        notes = await self._notes_of([row.id for row in rows])
        found = []
        for row in rows:
            try:
                text = TICKETS.open(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - public
            except SealBroken:
                _log.warning("ticket %d has a broken seal and was left out", row.id)
                continue
            found.append(_ticket(row, text, notes.get(row.id, [])))
        return found

    async def outlines(self, query: TicketQuery, *, limit: int, offset: int = 0) -> Sequence[StoredTicket]:
        """Give a page of tickets as `find` does, without their words and notes: nothing is opened."""
        rows = await self._session.execute(_page(sa.select(*_OUTLINE), query).limit(limit).offset(offset))
        return [_ticket(row, "", ()) for row in rows]

    async def count(self, query: TicketQuery) -> int:
        """Count the tickets."""
        statement = sa.select(sa.func.count()).select_from(_source(query)).where(*_conditions(query))
        return int((await self._session.execute(statement)).scalar_one())

    async def note(
        self,
        id: int,  # noqa: A002 - as above
        note: TicketNote,
        *,
        due: date | None = None,
        closed: date | None = None,
    ) -> bool:
        """Note a step. "due" moves the deadline to `due`, "close" strikes it off on the day `closed`, "reopen" undoes that.

        Without `closed` it is the day of `note.at`, in the zone that carries. False, with nothing noted, when
        there is no such ticket or the step does not fit: a deadline or a closing of a closed one, a
        reopening of an open one.
        """
        if not await self._stepped(id, note, due, closed or note.at.date()):
            return False
        row = {
            "ticket": id,
            "at": note.at,
            "author": note.author,
            "action": note.action,
            "nonce": row_nonce(),
        }
        sealed = TICKET_NOTES.seal(self._keys, note.text, row)
        await self._session.execute(_ADD_NOTE, {**row, "sealed": sealed})
        return True

    async def _stepped(self, ticket: int, note: TicketNote, due: date | None, closed: date) -> bool:
        at: dict[str, Any] = {"at_id": ticket}
        if note.action == "close":
            result = await self._session.execute(_CLOSE, {**at, "day": closed})
        elif note.action == "reopen":
            result = await self._session.execute(_REOPEN, at)
        elif note.action == "due" and due is not None:
            result = await self._session.execute(_DUE, {**at, "day": due})
        else:
            return (await self._session.execute(_IS_THERE, at)).one_or_none() is not None
        return result.rowcount == 1

    async def _notes_of(self, ids: Sequence[int]) -> dict[int, list[TicketNote]]:
        found: dict[int, list[TicketNote]] = {}
        for start in range(0, len(ids), _BATCH):
            for row in await self._session.execute(_NOTES, {"of": ids[start : start + _BATCH]}):
                try:
                    text = TICKET_NOTES.open(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - public
                except SealBroken:
                    _log.warning("a note on ticket %d has a broken seal and was left out", row.ticket)
                    continue
                found.setdefault(row.ticket, []).append(TicketNote(row.at, row.author, row.action, text))
        return found


def _page(chosen: sa.Select[Any], query: TicketQuery) -> sa.Select[Any]:
    chosen = chosen.select_from(_source(query)).where(*_conditions(query))
    return chosen.order_by(tickets.c.due.is_(None), tickets.c.due, tickets.c.id)


def _source(query: TicketQuery) -> sa.FromClause:
    """The tickets, each beside its record where that says who sees it: one look by number for each ticket."""
    return tickets if query.seen is None else tickets.join(records, records.c.id == tickets.c.record)


def _conditions(query: TicketQuery) -> Iterator[sa.ColumnElement[bool]]:
    if query.organisations is not None:
        yield among(tickets.c.organisation, query.organisations)
    if query.responsible is not None:
        yield tickets.c.responsible == query.responsible
    if query.records is not None:
        yield tickets.c.record.in_(query.records)
    if query.open is not None:
        yield tickets.c.closed.is_(None) if query.open else tickets.c.closed.is_not(None)
    if query.due_before is not None:
        yield tickets.c.closed.is_(None)
        yield tickets.c.due < query.due_before
    if query.seen is not None:
        seen = query.seen
        yield sa.or_(
            seen_records(seen),
            tickets.c.responsible == seen.person if seen.own else sa.false(),
            sa.and_(tickets.c.responsible.is_(None), tickets.c.organisation.in_(seen.does_for)),
        )


def _ticket(row: _Row, text: str, notes: Sequence[TicketNote]) -> StoredTicket:
    return StoredTicket(
        id=row.id,
        record=row.record,
        kind=row.kind,
        text=text,
        organisation=row.organisation,
        responsible=row.responsible,
        due=row.due,
        opened=row.opened,
        closed=row.closed,
        notes=tuple(notes),
    )
