"""How a RecordQuery becomes SQL: statements over the clear columns of the ledgers."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from storage.ledger_rows import RecordEntry, RecordPerson, RecordQuery, Seen
from storage.long_lists import among
from storage.schema_ledger import record_people, record_versions, record_voids, records, tickets

ENTRY_COLUMNS = (
    records.c.id,
    records.c.kind,
    records.c.talk_type,
    records.c.organisation,
    records.c.day,
    records.c.state,
    records.c.version,
    records.c.author,
    records.c.filed,
    records.c.supplementary,
    records.c.people,
    records.c.alike,
)
"""In the order of RecordEntry's fields."""

_NEWEST_FIRST = (records.c.day.desc(), records.c.id.desc())


def entries_of(query: RecordQuery) -> sa.Select[*tuple[Any, ...]]:
    """Select the entries that a query asks for, newest first."""
    return sa.select(*ENTRY_COLUMNS).where(*_conditions(query)).order_by(*_NEWEST_FIRST)


def count_of(query: RecordQuery) -> sa.Select[int]:
    """Count the records that a query asks for."""
    return sa.select(sa.func.count()).select_from(records).where(*_conditions(query))


def records_of(query: RecordQuery, *, limit: int, offset: int) -> sa.Select[*tuple[Any, ...]]:
    """Select a page of what a query asks for, with the newest words of each: only the page's are read."""
    page = entries_of(query).limit(limit).offset(offset).subquery("page")
    return newest_words(page).order_by(page.c.day.desc(), page.c.id.desc())


def newest_words(page: sa.FromClause) -> sa.Select[*tuple[Any, ...]]:
    """Select entries with their newest version and, where they are void, the reason; all in one moment."""
    return (
        sa.select(
            *(page.c[column.name] for column in ENTRY_COLUMNS),
            record_versions.c.sealed,
            record_versions.c.written,
            record_versions.c.author.label("written_by"),
            record_voids.c.sealed.label("void_sealed"),
        )
        .join_from(
            page,
            record_versions,
            sa.and_(record_versions.c.record == page.c.id, record_versions.c.version == page.c.version),
        )
        .outerjoin(record_voids, record_voids.c.record == page.c.id)
    )


def entry_of(row: sa.Row[*tuple[Any, ...]]) -> RecordEntry:
    """Make the entry of a row that begins with ENTRY_COLUMNS."""
    return RecordEntry(
        id=row[0],
        kind=row[1],
        talk_type=row[2],
        organisation=row[3],
        day=row[4],
        state=row[5],
        version=row[6],
        author=row[7],
        filed=row[8],
        supplementary=row[9],
        people=tuple(RecordPerson(*each) for each in row[10]),
        alike=tuple(row[11]),
    )


def _conditions(query: RecordQuery) -> Iterator[sa.ColumnElement[bool]]:
    yield records.c.state.in_(query.states)
    for column, wanted in (
        (records.c.organisation, query.organisations),
        (records.c.kind, query.kinds),
        (records.c.talk_type, query.talk_types),
    ):
        if wanted is not None:
            yield among(column, wanted)
    if query.since is not None:
        yield records.c.day >= query.since
    if query.until is not None:
        yield records.c.day <= query.until
    if query.subjects_of is not None:
        yield records.c.id.in_(
            sa.select(record_people.c.record).where(
                among(record_people.c.organisation, query.subjects_of), record_people.c.part == "subject"
            )
        )
    if query.author is not None:
        yield records.c.author == query.author
    if query.person is not None:
        mine = sa.select(record_people.c.record).where(record_people.c.person == query.person)
        yield records.c.id.in_(mine.where(record_people.c.part == query.part) if query.part else mine)
    if query.seen is not None:
        yield seen_records(query.seen)
    if query.ticketed:
        yield records.c.id.in_(sa.select(tickets.c.record))


def seen_records(seen: Seen) -> sa.ColumnElement[bool]:
    """Say which records somebody sees."""
    mine = sa.select(record_people.c.record).where(record_people.c.person == seen.person)
    about_me = records.c.id.in_(mine.where(record_people.c.part == "subject"))
    shelves = [
        sa.and_(
            among(records.c.organisation, shelf.organisations),
            records.c.kind.in_(shelf.kinds),
            sa.or_(records.c.talk_type.is_(None), records.c.talk_type.in_(shelf.talk_types)),
        )
        for shelf in seen.shelves
    ]
    ways: list[sa.ColumnElement[bool]] = [sa.and_(~about_me, sa.or_(*shelves))] if shelves else []
    if seen.own:
        ways += [
            records.c.author == seen.person,
            records.c.id.in_(mine.where(record_people.c.part.in_(("talker", "recorder")))),
        ]
    return sa.or_(sa.false(), *ways)
