"""The ledger: one sentence at the top, what is on file below, and the list as a file."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.jobs import JobRunner, Progress
from bot.channels.web.console.listing import Listing, listed
from bot.channels.web.console.record_filters import FIELDS, Viewer, kinds_offered, query_of, typed
from bot.channels.web.console.record_writing import TALK_NEW, RecordWriting, ledgers_of
from bot.channels.web.console.sheet_pages import sentence_of
from bot.channels.web.console.sheets import Sheet
from bot.conversation.form_says import FormVoice
from bot.dialogs import people_values as people
from bot.dialogs.talk_form import TalkForm
from bot.services.directory import Directory
from bot.services.duties import Period
from bot.services.ledgers import tickets_of
from bot.services.record_files import Reader, exported, ledger_book
from bot.services.record_words import kind_name
from bot.services.talk_record import number_of
from bot.services.visibility import organisations_seen, seen_records
from storage import JobResult, RecordEntry, RecordQuery, Seen, StoredRecord, StoredTicket, UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import console_records as words

RECORDS = "/console/records"
_OFFERED = 200
"""Organisations proposed for the filter."""
_AT_ONCE = 200
"""Records read in one transaction of an export: nobody else writes meanwhile."""
_NAMED = 4
"""People named in a row of the list."""


class RecordsPages:
    """The list of records."""

    def __init__(self, frame: Frame, jobs: JobRunner, writing: RecordWriting) -> None:
        self._frame = frame
        self._jobs = jobs
        self._writing = writing
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(RECORDS, "keeper", self.list, area="records"),
            ConsolePage(f"{RECORDS}/read", "keeper", self.list, area="records"),
            ConsolePage(f"{RECORDS}/read", "keeper", self.read, "POST", area="records"),
            ConsolePage(f"{RECORDS}/export", "keeper", self.list, area="records"),
            ConsolePage(f"{RECORDS}/export", "keeper", self.export, "POST", area="records"),
        )

    async def list(self, call: Call) -> Response:
        """Show the sentence box and the ledger."""
        async with self._database.transaction(call.now) as work:
            return await self._page(call, work)

    async def read(self, call: Call) -> Response:
        """Show what a sentence was read as; only that for the page's own script."""
        async with self._database.transaction(call.now) as work:
            panel = await self._panel(call, work)
            if call.form.get("part") == "panel":
                return self._frame.page(call, "records-panel.html", words, area="records", panel=panel)
            return await self._page(call, work, panel)

    async def export(self, call: Call) -> Response:
        """Make the list as Excel, in the background."""
        filters = typed(call.form.fields)
        directory = call.directory
        seen = seen_records(call.visitor.person, directory, call.today)
        viewer = Viewer(call.visitor.person, directory, call.today)
        query = query_of(filters, seen, viewer)
        unit = filters["unit"] or words.EVERY_UNIT
        reader = Reader(viewer.person, directory, call.today)

        async def work(progress: Progress) -> JobResult:
            return await self._exported(query, unit, reader, progress)

        return await self._jobs.start(call, "ledger", work)

    async def _exported(self, query: RecordQuery, unit: str, reader: Reader, progress: Progress) -> JobResult:
        async with self._database.transaction(self._frame.parts.clock()) as work:
            entries = exported(await work.ledger.entries(query), reader)
        found: list[StoredRecord] = []
        tickets: list[StoredTicket] = []
        for start in range(0, len(entries), _AT_ONCE):
            progress(start, len(entries))
            ids = [each.id for each in entries[start : start + _AT_ONCE]]
            async with self._database.transaction(self._frame.parts.clock()) as work:
                found += filter(None, [await work.ledger.get(id_) for id_ in ids])
                tickets += await tickets_of(work, ids)
        days = [each.day for each in entries] or [reader.today]
        label = words.span(query.since, query.until)
        period = Period(query.since or min(days), query.until or max(days), label)
        tickets.sort(key=lambda each: (each.due is None, each.due or date.max, each.id))
        file = await asyncio.to_thread(ledger_book, found, tickets, unit, period, reader)
        return JobResult(words.EXPORTED, file.name, file.media_type, file.content)

    async def _page(
        self, call: Call, work: UnitOfWork, panel: Mapping[str, object] | None = None
    ) -> Response:
        directory = await self._frame.parts.directories.of(work)
        viewer = Viewer(call.visitor.person, directory, call.today)
        seen = seen_records(viewer.person, directory, viewer.on)
        filters = typed(call.request.query_params)
        alert = ""
        records: Listing[RecordEntry] = Listing((), 0, 1, 1)
        try:
            records = await self._records(call, work, query_of(filters, seen, viewer))
        except YanluError as error:
            alert = str(error)
        return self._frame.page(
            call,
            "records.html",
            words,
            area="records",
            alert=alert,
            panel=panel,
            sentence=call.form.get("sentence"),
            records=records,
            rows=[_row(each, directory) for each in records.rows],
            filters=filters,
            filtered=any(filters[name] for name in FIELDS),
            kinds=kinds_offered(),
            units=self._units(seen, viewer),
            ledgers=ledgers_of(directory, viewer.person, viewer.on),
            to_confirm=await _to_confirm(work, viewer.person, directory),
        )

    @staticmethod
    async def _records(call: Call, work: UnitOfWork, query: RecordQuery) -> Listing[RecordEntry]:
        total = await work.ledger.count(query)
        return await listed(
            call, total, lambda limit, offset: work.ledger.entries(query, limit=limit, offset=offset)
        )

    @staticmethod
    def _units(seen: Seen, viewer: Viewer) -> Sequence[str]:
        found = organisations_seen(seen, viewer.person, viewer.directory, viewer.on)
        return [viewer.directory.organisation(id_).name for id_ in found[:_OFFERED]]

    async def _panel(self, call: Call, work: UnitOfWork) -> Mapping[str, object]:
        """What a sentence says, field by field."""
        empty: Mapping[str, object] = {"refused": "", "lines": (), "told": "", "missing": (), "open": ()}
        try:
            sentence = sentence_of(call)
            if not sentence:
                return {**empty, "refused": words.NOTHING_READ}
            sheet, told = await self._writing.sheets.begun(call, self._writing.talk(sentence), work)
        except YanluError as error:
            return {**empty, "refused": str(error)}
        return {
            "refused": "",
            "lines": _read_lines(sheet),
            "told": told,
            "missing": _missing(sheet),
            "open": _open(sheet),
            "sentence": sentence,
            "new": TALK_NEW,
        }


_ALWAYS = (
    "type",
    "talkers",
    "subjects",
    "day",
    "start",
    "place",
    "recorder",
    "points",
    "problems",
    "demands",
)
"""Fields that the reading shows also where nothing was said of them."""


def _read_lines(sheet: Sheet[TalkForm]) -> Sequence[tuple[str, str]]:
    voice = FormVoice(sheet.form, sheet.place.now, sheet.options)
    answers = sheet.known.answers
    shown = [
        item
        for item in sheet.form.fields.values()
        if not item.ask.hidden and (item.name in _ALWAYS or answers.get(item.name))
    ]
    return [
        (item.ask.label, voice.shown(item, answers[item.name]) if answers.get(item.name) else words.NOT_SAID)
        for item in shown
    ]


def _missing(sheet: Sheet[TalkForm]) -> Sequence[str]:
    return [
        item.ask.label
        for item in sheet.form.fields.values()
        if not item.ask.optional and item.exists(sheet.known.answers) and item.ask.when is None
        if not sheet.known.answers.get(item.name)
    ]


def _open(sheet: Sheet[TalkForm]) -> Sequence[str]:
    """The mentions that fit several people."""
    lists = (sheet.known.answers.get(item.name) for item in sheet.form.fields.values() if item.ask.many)
    values = [value for values in lists for value in values or () if isinstance(value, str)]
    return [people.shown(value) for value in values if value.startswith(people.OPEN)]


def _row(entry: RecordEntry, directory: Directory) -> Mapping[str, object]:
    return {
        "entry": entry,
        "number": number_of(entry),
        "kind": kind_name(entry),
        "unit": directory.organisation(entry.organisation).name,
        "talkers": _names(entry.whose("talker"), directory),
        "subjects": _names(entry.whose("subject"), directory),
    }


def _names(people_: Sequence[str], directory: Directory) -> str:
    names = "、".join(directory.person(id_).name for id_ in people_[:_NAMED])
    return words.and_others(names, len(people_)) if len(people_) > _NAMED else names


async def _to_confirm(work: UnitOfWork, person: str, directory: Directory) -> Sequence[Mapping[str, object]]:
    """The records whose points wait for this person's word."""
    found = []
    for each in await work.standing.asked_of(person):
        stored = await work.ledger.get(each.record)
        if stored is not None and stored.entry.state == "filed" and stored.version == each.version:
            found.append(_row(stored.entry, directory))
    return found
