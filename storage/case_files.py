"""The files of a case: names sealed like the rest, contents in sealed pieces of 64 KiB."""

import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date

import sqlalchemy as sa

from storage.case_rows import CaseFile
from storage.case_writing import locked_open, next_position
from storage.failures import failure
from storage.report_sealing import CaseKey, StreamOpener, file_place
from storage.schema_cases import case_chunks, case_files
from storage.sealing import SealBroken
from storage.session import Session
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import storage as texts

_BATCH = 16
_ADD = sa.insert(case_files)
_ADD_CHUNKS = sa.insert(case_chunks)
_OF = sa.select(case_files).where(case_files.c.case == sa.bindparam("of")).order_by(case_files.c.position)
_CHUNKS = (
    sa.select(case_chunks.c.number, case_chunks.c.chunk)
    .where(
        case_chunks.c.case == sa.bindparam("of"),
        case_chunks.c.position == sa.bindparam("at"),
        case_chunks.c.number >= sa.bindparam("first"),
    )
    .order_by(case_chunks.c.number)
    .limit(_BATCH)
)


class CaseFiles:
    """The `case_files` and `case_chunks` tables."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, key: CaseKey, name: bytes, content: Iterable[bytes], day: date) -> CaseFile:
        """Keep a file, its content given in parts of any size. Raises AccessDenied for an erased case.

        It is all or nothing with the transaction. Nothing slow belongs into `content`.
        """
        await locked_open(self._session, key.number)
        position = await next_position(self._session, case_files, key.number)
        at = {"case": key.number, "position": position}
        sealed = key.seal(file_place(position, "name"), name)
        await self._session.execute(_ADD, {**at, "day": day, "sealed": sealed})
        pieces = enumerate(key.seal_stream(file_place(position, "content"), content))
        while batch := [
            {**at, "number": number, "chunk": chunk} for number, chunk in itertools.islice(pieces, _BATCH)
        ]:
            await self._session.execute(_ADD_CHUNKS, batch)
        return CaseFile(position, day, name)

    async def of(self, key: CaseKey) -> Sequence[CaseFile]:
        """Give a case's files without their contents, oldest first.

        Raises DatabaseCorrupt when a seal is broken or a file before the last is missing.
        """
        found: list[CaseFile] = []
        for row in await self._session.execute(_OF, {"of": key.number}):
            try:
                name = key.open(file_place(row.position, "name"), row.sealed)
            except SealBroken:
                name = None
            if name is None or row.position != len(found) + 1:
                raise failure(DatabaseCorrupt, texts.SEAL_BROKEN)
            found.append(CaseFile(row.position, row.day, name))
        return found

    async def open(self, key: CaseKey, position: int) -> AsyncIterator[bytes]:
        """Give the content of a file piece by piece, for the length of the transaction.

        Raises DatabaseCorrupt when a piece is damaged, moved or missing, or there is no such file; the file is whole
        only when the iterator ends without an error.
        """
        opener = StreamOpener(key, file_place(position, "content"))
        try:
            async for chunk in self._chunks(key.number, position):
                if piece := opener.piece(chunk):
                    yield piece
            opener.end()
        except SealBroken:
            raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None

    async def _chunks(self, number: str, position: int) -> AsyncIterator[bytes]:
        first = 0
        while True:
            parameters = {"of": number, "at": position, "first": first}
            rows = (await self._session.execute(_CHUNKS, parameters)).all()
            for row in rows:
                yield row.chunk
            if len(rows) < _BATCH:
                return
            first = rows[-1].number + 1
