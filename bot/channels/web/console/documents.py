"""The library of policy documents at the desk: looked at before it is taken in, listed, retired."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.jobs import JobRunner, Progress
from bot.channels.web.console.listing import of_all
from bot.channels.web.security import once
from bot.services.import_posts import read_day
from knowledge.catalogue import load_catalogue
from knowledge.model import LoadedDocument, Passage
from storage import JobResult, StoredDocument
from yanlu.errors import YanluError
from yanlu.texts import commands as command_texts
from yanlu.texts import console_documents as words

AREA = "documents"
ROOT = "/console/documents"
KEPT = timedelta(minutes=30)
MOST_SHOWN = 200
MOST_TITLE = 200
_SLOT = "document"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it would be taken in: its parts, how many word which measure, and the edition that it equals."""

    loaded: LoadedDocument
    passages: Sequence[Passage]
    measures: Sequence[tuple[str, int]]
    same: StoredDocument | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person set right of what was read from a file."""

    title: str
    issuer: str | None
    issued: date | None
    effective: date | None


class DocumentPages:
    """The pages of the library."""

    def __init__(self, frame: Frame, jobs: JobRunner) -> None:
        self._frame = frame
        self._jobs = jobs
        self._database = frame.parts.database
        self._library = frame.parts.library

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(ROOT, "administrator", self.list, area=AREA),
            ConsolePage(f"{ROOT}/look", "administrator", self.look, "POST"),
            ConsolePage(f"{ROOT}/take", "administrator", self.take, "POST"),
            ConsolePage(f"{ROOT}/{{id}}/retire", "administrator", self.retire, "POST"),
        )

    async def list(self, call: Call) -> Response:
        """List every edition, and ask for a file."""
        return await self._page(call)

    async def look(self, call: Call) -> Response:
        """Show how a file was cut and what of the measures it words. Nothing is taken in; the file waits, sealed."""
        if call.upload is None:
            return await self._page(call, alert=words.NO_FILE)
        name, content = call.upload.name, call.upload.content
        try:
            seen = await self._seen(name, content)
        except YanluError as error:
            return await self._page(call, alert=str(error))
        mark = once()
        packed = mark.encode() + b"\n" + json.dumps(name).encode() + b"\n" + content
        async with self._database.transaction(call.now) as work:
            await work.drafts.put(self._key(call), _SLOT, packed, call.now + KEPT)
        return self._preview(call, seen, mark)

    async def take(self, call: Call) -> Response:
        """Take the file in that was looked at, with title and days as corrected by hand."""
        async with self._database.transaction(call.now) as work:
            packed = await work.drafts.get(self._key(call), _SLOT)
        if packed is None:
            return await self._page(call, alert=words.LAPSED)
        looked, head, content = packed.split(b"\n", 2)
        mark = looked.decode()
        if call.form.get("once") != mark:  # another tab looked at another file since
            return self._preview(call, await self._seen(json.loads(head), content), mark, other=True)
        try:
            said = _said(call)
        except YanluError as error:
            seen = await self._seen(json.loads(head), content)
            return self._preview(call, seen, mark, alert=str(error))

        async def work_through(progress: Progress) -> JobResult:
            progress(0, 3)
            loaded = await asyncio.to_thread(_loaded, json.loads(head), content)
            report = await self._library.take(_corrected(loaded, said), progress)
            await self._library.refresh()
            if report.unchanged:
                return JobResult(command_texts.unchanged(report.title, report.version))
            return JobResult(
                command_texts.ingested(report.title, report.version, report.passages, report.aligned)
            )

        return await self._jobs.start(call, "ingest", work_through)

    async def retire(self, call: Call) -> Response:
        """Take an edition out of force from a day on."""
        day = read_day(call.form.get("on"))
        if day is None:
            return await self._page(call, alert=words.BAD_DAY)
        await self._library.retire(call.place("id"), day)
        await self._library.refresh()
        return self._frame.back(ROOT, "retired")

    async def _page(self, call: Call, alert: str = "") -> Response:
        found = await self._library.documents(include_retired=True)
        editions = sorted(found, key=lambda each: (each.title, -each.version))
        return self._frame.page(
            call,
            "documents.html",
            words,
            area=AREA,
            status=422 if alert else 200,
            alert=alert,
            editions=of_all(call, editions),
        )

    def _preview(
        self, call: Call, seen: Seen, mark: str, *, alert: str = "", other: bool = False
    ) -> Response:
        """Show a file by the form's `mark`; an `other` one than the form was about, with nothing typed of that."""
        typed = call.form.fields if alert else {}
        loaded = seen.loaded
        fields = {
            "title": typed.get("title", loaded.title),
            "issuer": typed.get("issuer", loaded.issuer or ""),
            "issued": typed.get("issued", _written(loaded.issued)),
            "effective": typed.get("effective", _written(loaded.effective)),
        }
        return self._frame.page(
            call,
            "documents-preview.html",
            words,
            area=AREA,
            status=409 if other else 422 if alert else 200,
            alert=words.LOOK_AGAIN if other else alert,
            mark=mark,
            fields=fields,
            passages=seen.passages[:MOST_SHOWN],
            cut=len(seen.passages),
            length=len(loaded.text),
            measures=seen.measures,
            same=seen.same,
        )

    async def _seen(self, name: str, content: bytes) -> Seen:
        from knowledge.alignment import passages_of

        def read() -> tuple[LoadedDocument, tuple[Passage, ...]]:
            loaded = _loaded(name, content)
            return loaded, passages_of("preview", loaded)

        loaded, passages = await asyncio.to_thread(read)
        counted = Counter(each.measure for each in passages if each.measure is not None)
        catalogue = load_catalogue()
        measures = [
            (f"{each.label} {each.title}", counted[each.id])
            for each in catalogue.measures
            if counted[each.id]
        ]
        return Seen(loaded, passages, measures, await self._library.known(loaded.sha256))

    def _key(self, call: Call) -> str:
        return self._database.keys.opaque("console document", call.visitor.person)


def _loaded(name: str, content: bytes) -> LoadedDocument:
    from knowledge.loading import load_bytes

    return load_bytes(content, name)


def _corrected(loaded: LoadedDocument, said: Corrections) -> LoadedDocument:
    return replace(loaded, title=said.title, issuer=said.issuer, issued=said.issued, effective=said.effective)


def _said(call: Call) -> Corrections:
    """Read what was corrected by hand. Raises YanluError for a missing title or a day that is none."""
    title = " ".join(call.form.get("title").split())
    if not title or len(title) > MOST_TITLE:
        raise YanluError(words.BAD_TITLE)
    issued, effective = (_day(call.form.get(name).strip()) for name in ("issued", "effective"))
    return Corrections(title, call.form.get("issuer").strip() or None, issued, effective)


def _day(typed: str) -> date | None:
    day = read_day(typed) if typed else None
    if typed and day is None:
        raise YanluError(words.BAD_DAY)
    return day


def _written(day: date | None) -> str:
    return "" if day is None else day.isoformat()
