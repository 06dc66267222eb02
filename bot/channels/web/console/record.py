"""One record: what stands in it, its tickets and confirmations, its versions, and the subject's own page of points."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.record_writing import RECORDS, number_of_place
from bot.channels.web.console.sheet_pages import Errand, SheetPages, choice, scene_at
from bot.channels.web.pages import attachment
from bot.dialogs.records import ConfirmationDialog, ask_subjects
from bot.services.directory import Directory
from bot.services.entitlements import Action, may, may_ticket
from bot.services.ledgers import tickets_of
from bot.services.record_files import Reader, talk_form_as_file, talk_form_of
from bot.services.record_words import fields_of, kind_name, measure_of, points_of
from bot.services.talk_record import TALK, number_of
from bot.services.version_words import changes
from storage import Confirmation, RecordEntry, StoredRecord, UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import console_records as words
from yanlu.texts import records as texts
from yanlu.texts import talks


class RecordPages:
    """The pages of one record."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database
        self._sheets = SheetPages(frame)
        self._confirming = ConfirmationDialog(frame.parts.directories)

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        one = f"{RECORDS}/{{id}}"
        return (
            ConsolePage(one, "keeper", self.record, area="records"),
            ConsolePage(f"{one}/form", "keeper", self.form, area="records"),
            ConsolePage(f"{one}/versions", "keeper", self.versions, area="records"),
            ConsolePage(f"{one}/ask", "keeper", self.record, area="records"),
            ConsolePage(f"{one}/ask", "keeper", self.ask, "POST", area="records"),
            ConsolePage(f"{one}/confirm", "keeper", self.record, area="records"),
            ConsolePage(f"{one}/confirm", "keeper", self.confirm, "POST", area="records"),
            ConsolePage(f"{one}/objection", "keeper", self.objecting, area="records"),
            ConsolePage(f"{one}/objection", "keeper", self.object, "POST", area="records"),
        )

    async def record(self, call: Call) -> Response:
        """Show a record to who may see it; to its subject the points they were asked about."""
        async with self._database.transaction(call.now) as work:
            stored, directory = await self._any(call, work)
            if self._may(call, "see", stored.entry, directory):
                return await self._whole(call, work, stored, directory)
            return await self._points(call, work, stored, directory)

    async def form(self, call: Call) -> Response:
        """Give the talk's form as Word."""
        async with self._database.transaction(call.now) as work:
            stored, directory = await self._one(call, work, "export")
            if stored.entry.kind != TALK:
                raise YanluError(talks.GONE)
            reader = Reader(call.visitor.person, directory, call.today)
            form = await talk_form_of(work, stored, reader)
        file = await asyncio.to_thread(talk_form_as_file, form)
        return attachment(file.name, file.content, file.media_type)

    async def versions(self, call: Call) -> Response:
        """Show each version beside the one before it, the newest first."""
        async with self._database.transaction(call.now) as work:
            stored, directory = await self._one(call, work, "see")
            versions = await work.ledger.versions(stored.entry.id)
        pairs = list(pairwise(versions))
        return self._frame.page(
            call,
            "versions.html",
            words,
            area="records",
            number=number_of(stored.entry),
            address=f"{RECORDS}/{stored.entry.id}",
            first=versions[0],
            pairs=[(old, new, changes(old, new)) for old, new in reversed(pairs)],
            name_of=lambda id_: directory.person(id_).name,
        )

    async def ask(self, call: Call) -> Response:
        """Ask the subjects whether the points are right."""
        async with self._database.transaction(call.now) as work:
            stored, _ = await self._one(call, work, "correct")
            if stored.entry.kind != TALK:
                raise YanluError(talks.GONE)
            address = f"{RECORDS}/{stored.entry.id}"
            if not await call.first_time(work):
                return self._frame.back(address, "already")
            said = await ask_subjects(work, stored, call.now)
        told = {texts.ASKED: "asked", texts.NOT_REACHED: "not_reached"}
        return self._frame.back(address, told.get(said, "nobody"))

    async def confirm(self, call: Call) -> Response:
        """Take the subject's yes."""
        number = number_of_place(call)
        async with self._database.transaction(call.now) as work:
            if not await call.first_time(work):
                return self._frame.back(f"{RECORDS}/{number}", "already")
            scene = await scene_at(call, self._frame, work)
            value = f"confirm:yes:{number}:{call.form.get('version')[:9]}"
            says = await self._confirming.barred(choice(value, scene), scene)
        if says and says[0].text != texts.THANKS_CONFIRMED:
            raise YanluError(says[0].text)
        return self._frame.back(f"{RECORDS}/{number}", "confirmed")

    async def objecting(self, call: Call) -> Response:
        """Ask what the subject finds wrong."""
        return await self._sheets.blank(call, await self._objection(call, None))

    async def object(self, call: Call) -> Response:
        """Take the subject's objection."""
        return await self._sheets.filled(call, await self._objection(call, call.form.get("version")))

    async def _objection(self, call: Call, typed: str | None) -> Errand:
        """The errand of an objection to the version that was on the page, at first to the one that waits."""
        number = number_of_place(call)
        async with self._database.transaction(call.now) as work:
            asked = await work.standing.asked_of(call.visitor.person)
        waiting = next((str(each.version) for each in asked if each.record == number), "0")
        version = waiting if typed is None else typed[:9]
        address = f"{RECORDS}/{number}"
        return Errand(
            self._confirming,
            f"confirm:no:{number}:{version}",
            texts.OBJECTION_TITLE,
            texts.OBJECTION_CONFIRM,
            address,
            lambda _: (address, "objected"),
        )

    async def _any(self, call: Call, work: UnitOfWork) -> tuple[StoredRecord, Directory]:
        directory = await self._frame.parts.directories.of(work)
        stored = await work.ledger.get(number_of_place(call))
        if stored is None:
            raise YanluError(talks.GONE)
        return stored, directory

    async def _one(self, call: Call, work: UnitOfWork, action: Action) -> tuple[StoredRecord, Directory]:
        """The record where the visitor may do that. Raises YanluError where not, as where there is none."""
        stored, directory = await self._any(call, work)
        if not self._may(call, action, stored.entry, directory):
            raise YanluError(talks.GONE)
        return stored, directory

    @staticmethod
    def _may(call: Call, action: Action, entry: RecordEntry, directory: Directory) -> bool:
        return may(call.visitor.person, action, entry, directory, call.today)

    async def _whole(
        self, call: Call, work: UnitOfWork, stored: StoredRecord, directory: Directory
    ) -> Response:
        entry, person = stored.entry, call.visitor.person
        tickets = [
            each
            for each in await tickets_of(work, [entry.id])
            if may_ticket(person, "see", each, entry, directory, call.today)
        ]
        return self._frame.page(
            call,
            "record.html",
            words,
            area="records",
            stored=stored,
            entry=entry,
            number=number_of(entry),
            kind=kind_name(entry),
            measure=measure_of(entry),
            unit=directory.organisation(entry.organisation).name,
            fields=fields_of(stored),
            tickets=tickets,
            confirmations=await work.standing.confirmations(entry.id),
            alike=await self._alike(call, work, entry, directory),
            allowed={action for action in _ACTIONS if self._may(call, action, entry, directory)},
            name_of=lambda id_: directory.person(id_).name,
        )

    async def _alike(
        self, call: Call, work: UnitOfWork, entry: RecordEntry, directory: Directory
    ) -> Sequence[tuple[str, str]]:
        """The records that say nearly the same: number and address, no address to one that is not seen."""
        found = []
        for id_ in entry.alike:
            other = await work.ledger.get(id_)
            if other is not None:
                seen = self._may(call, "see", other.entry, directory)
                found.append((number_of(other.entry), f"{RECORDS}/{id_}" if seen else ""))
        return found

    async def _points(
        self, call: Call, work: UnitOfWork, stored: StoredRecord, directory: Directory
    ) -> Response:
        """Show the subject the points of the version they were last asked about, and what they said of it."""
        entry = stored.entry
        given = [
            each
            for each in await work.standing.confirmations(entry.id)
            if each.subject == call.visitor.person
        ]
        if not given or entry.kind != TALK or not self._may(call, "see_points", entry, directory):
            raise YanluError(talks.GONE)
        asked = max(given, key=lambda each: each.version)
        versions = {each.version: each for each in await work.ledger.versions(entry.id)}
        put = versions[asked.version]
        return self._frame.page(
            call,
            "points.html",
            words,
            area="records",
            number=number_of(put.entry),
            kind=kind_name(put.entry),
            day=put.entry.day,
            talkers="、".join(directory.person(id_).name for id_ in put.entry.whose("talker")),
            points=points_of(put),
            asked=asked,
            stale=_stale(asked, entry),
            address=f"{RECORDS}/{entry.id}",
        )


_ACTIONS: Sequence[Action] = ("correct", "void", "export")


def _stale(asked: Confirmation, entry: RecordEntry) -> bool:
    """Tell whether the record has moved on, or is void."""
    return entry.state != "filed" or entry.version != asked.version
