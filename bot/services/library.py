"""The library of policy documents: take files in, list, retire, and the answerer over what is in force."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.services.clock import Clock
from knowledge.model import Answer, Document, Passage
from storage import Database, StoredDocument, StoredPassage, StoredQuestion, UnitOfWork
from yanlu.errors import UnknownDocument
from yanlu.texts import commands as texts

if TYPE_CHECKING:
    from knowledge.answering import Answerer
    from knowledge.model import LoadedDocument
    from knowledge.rephrasing import Rephraser
    from knowledge.retrieval.dense import DenseLeg

Progress = Callable[[int, int], None]
"""Told the number of steps done, and of all steps."""
MakeDense = Callable[[], "DenseLeg | None"]
_Key = tuple[int, tuple[tuple[int, str | None, str | None], ...]]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a file; `aligned` passages word a measure."""

    title: str
    version: int
    passages: int
    aligned: int
    unchanged: bool


class LibraryService:
    """Documents in the database, and one answerer made of them.

    `answerer` never touches the database once made, as it is called within a turn's transaction and
    transactions queue up on SQLite; `refresh` looks for changes outside of turns.
    """

    def __init__(
        self,
        database: Database,
        home: Path,
        clock: Clock,
        dense: MakeDense | None = None,
        rephraser: "Rephraser | None" = None,
    ) -> None:
        self._database = database
        self._home = home
        self._clock = clock
        self._dense = dense
        self._rephraser = rephraser
        self._answerer: Answerer | None = None
        self._made_of: _Key | None = None
        self._making = asyncio.Lock()

    async def ingest(self, path: Path, progress: Progress = lambda _done, _all: None) -> IngestReport:
        """Take a file in whole, or raise DocumentError and keep nothing. The same file again changes nothing."""
        from knowledge.loading import load

        progress(0, 3)
        return await self.take(load(path), progress)

    async def take(
        self, loaded: "LoadedDocument", progress: Progress = lambda _done, _all: None
    ) -> IngestReport:
        """Take a file in that was loaded. The same file again changes nothing."""
        from knowledge.alignment import passages_of

        progress(1, 3)
        async with self._database.transaction() as work:
            known = await work.documents.by_hash(loaded.sha256)
            if known is not None and known.retired is None:
                parts = await work.documents.passages(known.id)
                progress(3, 3)
                return _report(known, [part.measure for part in parts], unchanged=True)
            version = await work.documents.next_version(loaded.title)
        id_ = loaded.sha256[:12]
        if known is not None:  # taken in before and retired since: the id of its file is taken
            id_ = hashlib.sha256(f"{loaded.sha256} {version}".encode()).hexdigest()[:12]
        passages = await asyncio.to_thread(passages_of, id_, loaded)
        progress(2, 3)
        now = self._clock()
        stored = StoredDocument(
            id=id_,
            title=loaded.title,
            text=loaded.text,
            sha256=loaded.sha256,
            version=version,
            ingested=now,
            issuer=loaded.issuer,
            issued=loaded.issued,
            effective=loaded.effective,
            source=loaded.source,
        )
        async with self._database.transaction() as work:
            for other in await work.documents.list():
                if other.title != stored.title:
                    continue
                if _since(stored) < _since(other):  # an older edition taken in later
                    stored = replace(stored, retired=min(_since(other), stored.retired or date.max))
                else:
                    await work.documents.retire(other.id, on=_since(stored))
            await work.documents.add(stored, [StoredPassage(**asdict(each)) for each in passages])
        progress(3, 3)
        return _report(stored, [each.measure for each in passages], unchanged=False)

    async def known(self, sha256: str) -> StoredDocument | None:
        """Give the document in force that was made of a file with this hash (hex)."""
        async with self._database.transaction() as work:
            found = await work.documents.by_hash(sha256)
        return None if found is None or found.retired is not None else found

    async def documents(self, *, include_retired: bool = False) -> list[StoredDocument]:
        """Give the documents in force, or all."""
        async with self._database.transaction() as work:
            return await work.documents.list(include_retired=include_retired)

    async def document(self, id_: str) -> Document:
        """Give a document with its passages. Raises UnknownDocument."""
        async with self._database.transaction() as work:
            stored = await work.documents.get(id_)
            if stored is None:
                raise _unknown()
            return await _whole(work, stored)

    async def retire(self, id_: str, on: date) -> None:
        """Take a document out of force. Raises UnknownDocument."""
        async with self._database.transaction() as work:
            if not await work.documents.retire(id_, on=on):
                raise _unknown()

    @property
    def latest(self) -> "Answerer":
        """The answerer at hand. Raises RuntimeError before the first `refresh`."""
        if self._answerer is None:
            raise RuntimeError("the library was not opened")
        return self._answerer

    @property
    def rephrases(self) -> bool:
        """Whether a chat model is set."""
        return self._rephraser is not None

    async def rephrased(self, question: str, answer: Answer) -> Answer:
        """The answer in the chat model's words where one is set and keeps to the text; else the same answer.

        Takes as long as the model's time limit: never within a transaction.
        """
        if self._rephraser is None:
            return answer
        return await self._rephraser.rephrase(question, answer, today=self._clock().date())

    async def answerer(self) -> "Answerer":
        """Give the answerer; the first call makes it."""
        if self._answerer is None:
            await self.refresh()
        assert self._answerer is not None
        return self._answerer

    async def refresh(self) -> None:
        """Make the answerer anew when the documents or the confirmed answers have changed."""
        async with self._making:
            async with self._database.transaction() as work:
                key = (await work.documents.library_version(), tuple(await work.questions.answers()))
                if key == self._made_of:
                    return
                confirmed = await work.questions.confirmed()
                stored = await work.documents.list(include_retired=True)
                documents = [await _whole(work, each) for each in stored]
            self._answerer = await asyncio.to_thread(self._made, documents, confirmed)
            self._made_of = key

    def _made(self, documents: list[Document], confirmed: Sequence[StoredQuestion]) -> "Answerer":
        from knowledge.answering import Answerer, Confirmed

        return Answerer.build(
            documents,
            confirmed=[Confirmed(each.text, each.answer or "", each.measure) for each in confirmed],
            index_folder=self._home / "index",
            dense=self._dense() if self._dense else None,
        )


def _since(document: StoredDocument) -> date:
    """From when an edition counts: effective, else issued, else taken in."""
    return document.effective or document.issued or document.ingested.date()


async def _whole(work: UnitOfWork, stored: StoredDocument) -> Document:
    parts = await work.documents.passages(stored.id)
    passages = tuple(Passage(**asdict(each)) for each in parts)
    return Document(**asdict(stored), passages=passages)


def _report(document: StoredDocument, measures: list[str | None], *, unchanged: bool) -> IngestReport:
    aligned = sum(measure is not None for measure in measures)
    return IngestReport(document.title, document.version, len(measures), aligned, unchanged)


def _unknown() -> UnknownDocument:
    return UnknownDocument(texts.NO_DOCUMENT, next_step=texts.NO_DOCUMENT_NEXT)
