"""The ledgers: records in versions. A correction adds a version, 作废 marks a record; nothing is deleted."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage.ledger_rows import NewRecord, RecordEntry, RecordPerson, RecordQuery, StoredRecord
from storage.record_queries import ENTRY_COLUMNS, count_of, entries_of, entry_of, newest_words, records_of
from storage.schema_ledger import record_bands, record_people, record_versions, record_voids, records
from storage.sealed_tables import RECORD_VERSIONS, RECORD_VOIDS
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_Row = sa.Row[*tuple[Any, ...]]

_ADD = sa.insert(records)
_AT = records.c.id == sa.bindparam("at_id")
_FILED = sa.and_(_AT, records.c.state == "filed")
_VERSION = sa.select(records.c.version).where(_FILED).with_for_update()
_CHANGE = sa.update(records).where(_FILED)
_VOID = _CHANGE.values(state="void")
_ADD_VERSION = sa.insert(record_versions)
_ADD_VOID = sa.insert(record_voids)
_ADD_PEOPLE = sa.insert(record_people)
_ADD_BANDS = sa.insert(record_bands)
_DROP_PEOPLE = sa.delete(record_people).where(record_people.c.record == sa.bindparam("of"))
_DROP_BANDS = sa.delete(record_bands).where(record_bands.c.record == sa.bindparam("of"))
_GET = newest_words(sa.select(*ENTRY_COLUMNS).where(_AT).subquery("page"))
_VERSIONS = (
    sa.select(
        *ENTRY_COLUMNS,
        record_versions.c.sealed,
        record_versions.c.written,
        record_versions.c.author.label("written_by"),
        record_versions.c.version.label("number"),
        record_voids.c.sealed.label("void_sealed"),
    )
    .join_from(records, record_versions, record_versions.c.record == records.c.id)
    .outerjoin(record_voids, record_voids.c.record == records.c.id)
    .where(_AT)
    .order_by(record_versions.c.version)
)
_NAMED = sa.select(*ENTRY_COLUMNS).where(records.c.id.in_(sa.bindparam("ids", expanding=True)))
_BATCH = 500
_ALIKE = (
    sa.select(record_bands.c.record)
    .join(records, records.c.id == record_bands.c.record)
    .where(record_bands.c.band.in_(sa.bindparam("bands", expanding=True)), records.c.state == "filed")
    .distinct()
    .order_by(record_bands.c.record)
)


class Ledger:
    """The `records` table and those that hang on it. Words are sealed, and so is how a record once stood."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def file(self, record: NewRecord, now: datetime) -> StoredRecord:
        """Keep a record as its first version. Raises StorageError on an unknown person or organisation."""
        values = {**_clear(record), "state": "filed", "version": 1, "author": record.author, "filed": now}
        key = (await self._session.execute(_ADD, values)).inserted_primary_key
        number = int(key[0]) if key else 0
        row = {"record": number, "version": 1, "author": record.author, "written": now}
        await self._add_version(row, record)
        entry = _entry(record, id=number, version=1, author=record.author, filed=now)
        return StoredRecord(entry, record.body, 1, now, record.author)

    async def correct(  # noqa: PLR0913 - each is said by name
        self,
        id: int,  # noqa: A002 - the word of the row
        record: NewRecord,
        *,
        reason: str,
        author: str,
        now: datetime,
        expected_version: int | None = None,
    ) -> StoredRecord | None:
        """Add a version that says `record`, written by `author`; the versions before it stay.

        None when there is no such record, it is void, or its version is no longer the expected one: of two
        who correct the same version at the same time the first wins.
        """
        current = (await self._session.execute(_VERSION, {"at_id": id})).scalar_one_or_none()
        if current is None or expected_version not in (None, current):
            return None
        version = current + 1
        await self._session.execute(_CHANGE.values(version=version, **_clear(record)), {"at_id": id})
        await self._session.execute(_DROP_PEOPLE, {"of": id})
        await self._session.execute(_DROP_BANDS, {"of": id})
        row = {"record": id, "version": version, "author": author, "written": now}
        await self._add_version(row, record, reason=reason)
        return await self.get(id)

    async def void(self, id: int, *, reason: str, author: str, now: datetime) -> bool:  # noqa: A002 - as above
        """Mark a record as void (作废); False when there is none, or it is void already."""
        if (await self._session.execute(_VOID, {"at_id": id})).rowcount != 1:
            return False
        row = {"record": id, "author": author, "at": now}
        sealed = RECORD_VOIDS.seal(self._keys, reason, row)
        await self._session.execute(_ADD_VOID, {**row, "sealed": sealed})
        return True

    async def get(self, id: int) -> StoredRecord | None:  # noqa: A002 - as above
        """Give a record, void or not. Raises DatabaseCorrupt when its seal is broken."""
        row = (await self._session.execute(_GET, {"at_id": id})).one_or_none()
        if row is None:
            return None
        named = {"record": row.id, "version": row.version}
        content = RECORD_VERSIONS.opened(self._keys, row.sealed, named)
        void = row.void_sealed and RECORD_VOIDS.opened(self._keys, row.void_sealed, named)
        return _stored(row, entry_of(row), content, void)

    async def versions(self, id: int) -> Sequence[StoredRecord]:  # noqa: A002 - as above
        """Give every version of a record, oldest first; of each, the entry names kind, day and people of then.

        State, newest version, author and the time of filing are the record's own. Raises DatabaseCorrupt.
        """
        found = []
        for row in await self._session.execute(_VERSIONS, {"at_id": id}):
            named = {"record": row.id, "version": row.number}
            content = RECORD_VERSIONS.opened(self._keys, row.sealed, named)
            void = row.void_sealed and RECORD_VOIDS.opened(self._keys, row.void_sealed, named)
            entry = _as_of_then(entry_of(row), content["clear"])
            found.append(replace(_stored(row, entry, content, void), version=row.number))
        return found

    async def find(self, query: RecordQuery, *, limit: int, offset: int = 0) -> Sequence[StoredRecord]:
        """Give a page of records with their newest words, newest day first; one with a broken seal is left out."""
        found = []
        for row in await self._session.execute(records_of(query, limit=limit, offset=offset)):
            named = {"record": row.id, "version": row.version}
            try:
                content = RECORD_VERSIONS.open(self._keys, row.sealed, named)
                void = row.void_sealed and RECORD_VOIDS.open(self._keys, row.void_sealed, named)
            except SealBroken:
                _log.warning("record %d has a broken seal and was left out", row.id)
                continue
            found.append(_stored(row, entry_of(row), content, void))
        return found

    async def entries(
        self, query: RecordQuery, *, limit: int | None = None, offset: int = 0
    ) -> Sequence[RecordEntry]:
        """Give every record (or a page of them) without its words, newest day first."""
        statement = entries_of(query) if limit is None else entries_of(query).limit(limit).offset(offset)
        return [entry_of(row) for row in await self._session.execute(statement)]

    async def named(self, ids: Collection[int]) -> Mapping[int, RecordEntry]:
        """Give records by their ids, without their words; what is not there is left out."""
        found: dict[int, RecordEntry] = {}
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), _BATCH):
            rows = await self._session.execute(_NAMED, {"ids": wanted[start : start + _BATCH]})
            found |= {row.id: entry_of(row) for row in rows}
        return found

    async def count(self, query: RecordQuery) -> int:
        """Count the records."""
        return int((await self._session.execute(count_of(query))).scalar_one())

    async def alike(self, bands: Sequence[int], organisation: str) -> Sequence[int]:
        """Give the ids of filed records in that ledger that share a band, in order."""
        if not bands:
            return []
        marks = sorted({self._mark(organisation, band) for band in bands})
        return [row.record for row in await self._session.execute(_ALIKE, {"bands": marks})]

    async def _add_version(
        self, row: dict[str, Any], record: NewRecord, *, reason: str | None = None
    ) -> None:
        """Add a version by its clear columns, and make the record found by its people and bands."""
        number = row["record"]
        clear = {**_clear(record), "day": record.day.isoformat()}
        content = {"body": dict(record.body), "reason": reason, "clear": clear}
        sealed = RECORD_VERSIONS.seal(self._keys, content, row)
        await self._session.execute(_ADD_VERSION, {**row, "sealed": sealed})
        if record.people:
            people = [
                {
                    "record": number,
                    "position": position,
                    "part": each.part,
                    "person": each.person,
                    "organisation": each.organisation,
                }
                for position, each in enumerate(record.people)
            ]
            await self._session.execute(_ADD_PEOPLE, people)
        marks = {self._mark(record.organisation, band) for band in record.bands}
        if marks:
            bands = [{"band": mark, "record": number} for mark in sorted(marks)]
            await self._session.execute(_ADD_BANDS, bands)

    def _mark(self, organisation: str, band: int) -> int:
        """Give the keyed hash under which a band of one ledger is found: it tells nothing of the text."""
        return self._keys.mark("band", organisation, str(band))


def _clear(record: NewRecord) -> dict[str, Any]:
    """Give the clear columns that a version decides."""
    return {
        "kind": record.kind,
        "talk_type": record.talk_type,
        "organisation": record.organisation,
        "day": record.day,
        "supplementary": record.supplementary,
        "people": [astuple(each) for each in record.people],
        "alike": list(record.alike),
    }


def _entry(record: NewRecord, *, id: int, version: int, author: str, filed: datetime) -> RecordEntry:  # noqa: A002 - as above
    return RecordEntry(
        id=id,
        kind=record.kind,
        talk_type=record.talk_type,
        organisation=record.organisation,
        day=record.day,
        state="filed",
        version=version,
        author=author,
        filed=filed,
        supplementary=record.supplementary,
        people=record.people,
        alike=record.alike,
    )


def _as_of_then(entry: RecordEntry, clear: dict[str, Any]) -> RecordEntry:
    return replace(
        entry,
        **{
            **clear,
            "day": date.fromisoformat(clear["day"]),
            "people": tuple(RecordPerson(*each) for each in clear["people"]),
            "alike": tuple(clear["alike"]),
        },
    )


def _stored(row: _Row, entry: RecordEntry, content: dict[str, Any], void_reason: str | None) -> StoredRecord:
    return StoredRecord(
        entry=entry,
        body=content["body"],
        version=entry.version,
        written=row.written,
        author=row.written_by,
        reason=content["reason"],
        void_reason=void_reason,
    )
