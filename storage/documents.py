"""The library: documents, their passages, and a number that changes with them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.failures import failure
from storage.rows import StoredDocument, StoredPassage
from storage.schema import documents, library, passages
from storage.session import Session
from yanlu.errors import StorageError
from yanlu.texts import storage as texts

_VERSION = sa.select(library.c.version)
_BUMP = sa.update(library).values(version=library.c.version + 1)
_ALL = sa.select(documents).order_by(documents.c.ingested, documents.c.id)
_LIVE = _ALL.where(documents.c.retired.is_(None))
_BY_ID = sa.select(documents).where(documents.c.id == sa.bindparam("at_id"))
_TEXT = sa.select(documents.c.text).where(documents.c.id == sa.bindparam("at_id"))
_BY_HASH = (
    sa.select(documents)
    .where(documents.c.sha256 == sa.bindparam("hash"))
    .order_by(documents.c.retired.is_not(None), documents.c.version.desc())
    .limit(1)
)
_LAST = sa.select(sa.func.max(documents.c.version)).where(documents.c.title == sa.bindparam("of_title"))
_RETIRE = (
    sa.update(documents).where(documents.c.id == sa.bindparam("at_id")).values(retired=sa.bindparam("on"))
)
_PASSAGES = sa.select(passages).where(passages.c.document == sa.bindparam("of")).order_by(passages.c.position)


class Documents:
    """The `documents`, `passages` and `library` tables. Published text, kept in clear."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, document: StoredDocument, parts: Iterable[StoredPassage]) -> None:
        """Add a document with its passages.

        Raises StorageError when its id, or its title and version, are taken, or a passage is not of its text.
        """
        await self._session.execute(_BUMP)
        await self._session.execute(sa.insert(documents), asdict(document))
        rows = [_passage_row(document, part) for part in parts]
        if rows:
            await self._session.execute(sa.insert(passages), rows)

    async def get(self, id: str) -> StoredDocument | None:  # noqa: A002 - the word of the record
        """Give the document with that id, retired or not."""
        row = (await self._session.execute(_BY_ID, {"at_id": id})).one_or_none()
        return _document(row) if row else None

    async def list(self, *, include_retired: bool = False) -> list[StoredDocument]:
        """Give the documents in force (or all), in the order they were ingested."""
        return [_document(row) for row in await self._session.execute(_ALL if include_retired else _LIVE)]

    async def text(self, id: str) -> str | None:  # noqa: A002 - as above
        """Give the text of a document alone."""
        text: str | None = (await self._session.execute(_TEXT, {"at_id": id})).scalar_one_or_none()
        return text

    async def passages(self, document_id: str) -> "tuple[StoredPassage, ...]":
        """Give the passages of a document, by position."""
        rows = await self._session.execute(_PASSAGES, {"of": document_id})
        return tuple(StoredPassage(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's public name

    async def retire(self, id: str, *, on: date) -> bool:  # noqa: A002 - as above
        """Take a document out of force from that day; False when there is none by that id."""
        found = (await self._session.execute(_RETIRE, {"at_id": id, "on": on})).rowcount == 1
        if found:
            await self._session.execute(_BUMP)
        return found

    async def by_hash(self, sha256: str) -> StoredDocument | None:
        """Give the document made of the file with that hash (hex): one in force, else the latest retired."""
        row = (await self._session.execute(_BY_HASH, {"hash": sha256})).one_or_none()
        return _document(row) if row else None

    async def next_version(self, title: str) -> int:
        """Give one more than the latest version of that title; 1 for a new one."""
        return ((await self._session.execute(_LAST, {"of_title": title})).scalar_one() or 0) + 1

    async def library_version(self) -> int:
        """Give a number that grows with every change, so that a process can tell if its index is stale."""
        return int((await self._session.execute(_VERSION)).scalar_one())


def _document(row: sa.Row[*tuple[Any, ...]]) -> StoredDocument:
    return StoredDocument(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _passage_row(document: StoredDocument, part: StoredPassage) -> dict[str, Any]:
    if part.document != document.id or document.text[part.start : part.end] != part.text:
        raise failure(StorageError, texts.PASSAGE_ASTRAY)
    return asdict(part)
