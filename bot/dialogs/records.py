"""Records once they are filed: list, show, download, versions, void, and the subject's word on the points."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Ask, Form, Labels
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.choice_values import asked_for, number_in
from bot.dialogs.notices import notify
from bot.dialogs.record_actions import actions, record_view, visible_record
from bot.dialogs.record_lines import entry_line
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk import not_writing
from bot.dialogs.talk_form import Sentence
from bot.services import ledgers
from bot.services.directory import DirectoryService
from bot.services.entitlements import may
from bot.services.ledgers import Filing
from bot.services.record_files import Reader, talk_form_file
from bot.services.record_words import points_of
from bot.services.talk_record import TALK, TalkBody, number_of
from knowledge.catalogue import load_catalogue
from knowledge.records import load_record_kinds
from storage import ConfirmationState, RecordQuery, StoredRecord, UnitOfWork
from yanlu.texts import records as texts
from yanlu.texts import talks
from yanlu.texts.conversation import STALE_CHOICE

LISTED = 10


class RecordsDialog:
    """`/record` offers the ledgers of the user's posts, `/records` lists; choices "record:ACTION:ID"."""

    name = "record"
    commands: ClassVar[Mapping[str, str]] = {
        "record": texts.RECORD_COMMAND,
        "records": texts.RECORDS_COMMAND,
    }

    def __init__(self, directories: DirectoryService) -> None:
        self._directories = directories

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer a command or a choice."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        if turn.kind == "command":
            return [_menu(seat, scene)] if turn.text == "record" else [await self._list(scene, seat, 0)]
        action, number = asked_for(turn)
        if number is None:
            return [Say(STALE_CHOICE)]
        if action == "page":
            return [await self._list(scene, seat, number)]
        deed = {"show": self._show, "form": self._form, "versions": self._versions, "ask": self._ask}.get(
            action
        )
        return [Say(STALE_CHOICE)] if deed is None else await deed(scene, seat, number)

    async def _list(self, scene: Scene, seat: Seat, page: int) -> Say:
        """The records this person had a part in or wrote, a page at a time."""
        ledger, me = store(scene).ledger, seat.person.id
        found = [
            *await ledger.entries(RecordQuery(person=me, states=("filed", "void"))),
            *await ledger.entries(RecordQuery(author=me, states=("filed", "void"))),
        ]
        every = {entry.id: entry for entry in found}.values()
        entries = [
            entry
            for entry in sorted(every, key=lambda each: (each.day, each.id), reverse=True)
            if may(seat.person.id, "see", entry, seat.directory, scene.now.date())
        ]
        shown = entries[page * LISTED : (page + 1) * LISTED]
        if not shown:
            return Say(texts.NO_RECORDS)
        lines = [texts.RECORDS_LEAD, *(entry_line(entry, seat) for entry in shown)]
        rows = [(Choice(number_of(entry), f"record:show:{entry.id}"),) for entry in shown]
        if len(entries) > (page + 1) * LISTED:
            rows.append((Choice(texts.MORE, f"record:page:{page + 1}"),))
        return Say("\n".join(lines), choices=tuple(rows))

    async def _show(self, scene: Scene, seat: Seat, id_: int) -> Sequence[Say]:
        stored = await visible_record(scene, seat, id_, "see")
        if stored is None:
            return [Say(talks.GONE)]
        return [Say(await record_view(scene, seat, stored), choices=actions(seat, stored.entry, scene))]

    async def _form(self, scene: Scene, seat: Seat, id_: int) -> Sequence[Say]:
        stored = await visible_record(scene, seat, id_, "export")
        if stored is None or stored.entry.kind != TALK:
            return [Say(talks.GONE)]
        reader = Reader(seat.person.id, seat.directory, scene.now.date())
        file = await talk_form_file(store(scene), stored, reader)
        return [Say(texts.FORM_READY, file=file)]

    async def _versions(self, scene: Scene, seat: Seat, id_: int) -> Sequence[Say]:
        if await visible_record(scene, seat, id_, "see") is None:
            return [Say(talks.GONE)]
        lines = [texts.VERSIONS_LEAD]
        for stored in await store(scene).ledger.versions(id_):
            line = texts.VERSION_LINE.format(
                version=stored.version,
                day=stored.written.astimezone(scene.now.tzinfo).date().isoformat(),
                author=seat.directory.person(stored.author).name,
                reason=stored.reason or texts.FIRST_VERSION,
            )
            lines.append(line)
        return [Say("\n".join(lines))]

    async def _ask(self, scene: Scene, seat: Seat, id_: int) -> Sequence[Say]:
        """Ask the known subjects whether the points are right."""
        stored = await visible_record(scene, seat, id_, "correct")
        if stored is None or stored.entry.state != "filed" or stored.entry.kind != TALK:
            return [Say(talks.GONE)]
        return [Say(await ask_subjects(store(scene), stored, scene.now))]


class ConfirmationDialog(FormDialog["Objection"]):
    """The subject's answer: "confirm:yes:ID:VERSION" at once, "confirm:no:ID:VERSION" with what is wrong."""

    def __init__(self, directories: DirectoryService) -> None:
        labels = Labels(confirm=texts.OBJECTION_CONFIRM)
        super().__init__(Form("confirm", 1, Objection, texts.OBJECTION_TITLE, labels=labels))
        self._directories = directories

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Take a yes at once; let only the asked subject object."""
        seat = await seat_of(scene, self._directories)
        action, record, version = _asked_for(turn)
        if action not in {"yes", "no"}:
            return [Say(STALE_CHOICE)]
        if seat is None or not await self._waits(scene, seat, record, version):
            return [Say(await self._over(scene, seat, record, version))]
        if action == "no":
            return ()
        return await self._answered(scene, seat, record, version, None)

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - the base's signature
        """Which version of which record the words are about."""
        _, record, version = _asked_for(turn)
        return {"record": record, "version": version}

    async def finish(self, filled: "Objection", scene: Scene) -> Sequence[Say]:
        """Keep the objection and tell the talker."""
        seat = await seated(scene, self._directories)
        record, version = filled.record or 0, filled.version or 0
        if not await self._waits(scene, seat, record, version):
            return [Say(await self._over(scene, seat, record, version))]
        return await self._answered(scene, seat, record, version, filled.note)

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:
        """Which talk the words are about."""
        seat = await seated(scene, self._directories)
        stored = await store(scene).ledger.get(int(draft.answers.get("record") or 0))
        return [entry_line(stored.entry, seat)] if stored is not None else []

    @staticmethod
    async def _over(scene: Scene, seat: Seat | None, record: int, version: int) -> str:
        """Why nothing waits for this person's answer: it was given, or the question is stale."""
        given = await store(scene).standing.confirmations(record) if seat is not None else ()
        answered = any((each.version, each.subject) == (version, seat.person.id) for each in given if seat)
        return texts.ANSWERED if answered else texts.STALE_CONFIRMATION

    async def _waits(self, scene: Scene, seat: Seat, record: int, version: int) -> bool:
        asked = await store(scene).standing.asked_of(seat.person.id)
        stored = await store(scene).ledger.get(record)
        current = stored is not None and stored.entry.state == "filed" and stored.version == version
        return current and any((each.record, each.version) == (record, version) for each in asked)

    async def _answered(
        self, scene: Scene, seat: Seat, record: int, version: int, note: str | None
    ) -> Sequence[Say]:
        work = store(scene)
        state: ConfirmationState = "confirmed" if note is None else "objected"
        await work.standing.answer(record, version, seat.person.id, state, note, scene.now)
        stored = await work.ledger.get(record)
        if stored is not None:
            number = number_of(stored.entry)
            told = texts.confirmation_answered(
                number, seat.person.name, confirmed=note is None, note=note or ""
            )
            for person in dict.fromkeys((*stored.entry.whose("talker"), stored.entry.author)):
                await notify(work, person, Say(told), scene.now)
        return [Say(texts.THANKS_CONFIRMED if note is None else texts.THANKS_OBJECTED)]


class Objection(BaseModel):
    """What the subject finds wrong."""

    record: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None
    version: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None
    note: Annotated[Sentence, Ask(texts.OBJECTION_ASK, texts.OBJECTION_LABEL)]


class Voiding(BaseModel):
    """Why a record is voided."""

    record: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None
    why: Annotated[Sentence, Ask(texts.VOID_WHY, texts.VOID_WHY_LABEL)]


class VoidDialog(FormDialog[Voiding]):
    """Voids a record with a reason: "void:start:ID"."""

    def __init__(self, directories: DirectoryService) -> None:
        super().__init__(
            Form("void", 1, Voiding, texts.VOID_TITLE, labels=Labels(confirm=texts.VOID_CONFIRM))
        )
        self._directories = directories

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Let only those begin who may void this record."""
        seat = await seat_of(scene, self._directories)
        action, record, _ = _asked_for(turn)
        if action != "start":
            return [Say(STALE_CHOICE)]
        if seat is None or await visible_record(scene, seat, record, "void") is None:
            return [Say(texts.VOID_REFUSED)]
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - the base's signature
        """Which record."""
        return {"record": _asked_for(turn)[1]}

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:
        """Which record it is."""
        seat = await seated(scene, self._directories)
        stored = await visible_record(scene, seat, int(draft.answers.get("record") or 0), "void")
        return [entry_line(stored.entry, seat)] if stored is not None else []

    async def finish(self, filled: Voiding, scene: Scene) -> Sequence[Say]:
        """Void it."""
        seat = await seated(scene, self._directories)
        record = filled.record or 0
        if await visible_record(scene, seat, record, "void") is None:
            return [Say(texts.VOID_REFUSED)]
        filing = Filing(seat.person.id, "", scene.now)
        done = await ledgers.void_record(store(scene), record, filled.why, filing)
        return [Say(texts.VOIDED if done else texts.VOID_REFUSED)]


async def ask_subjects(work: UnitOfWork, stored: StoredRecord, now: datetime) -> str:
    """Ask the known subjects of a talk whether the points are right; gives what to tell who asked."""
    subjects = stored.entry.whose("subject")
    if not subjects:
        return texts.NOBODY_TO_ASK
    reached = 0
    for subject in subjects:
        await work.standing.ask(stored.entry.id, stored.version, subject, now)
        reached += await notify(work, subject, question_for(stored), now)
    return texts.ASKED if reached else texts.NOT_REACHED


def question_for(stored: StoredRecord) -> Say:
    """What the subject is shown: the points, the problems and the demands, nothing else."""
    body = TalkBody.model_validate(dict(stored.body))
    points = "\n".join(f"{number}. {each}" for number, each in enumerate(points_of(stored), 1))
    talker = body.talkers[0].shown if body.talkers else ""
    suffix = f"{stored.entry.id}:{stored.version}"
    choices = (
        Choice(texts.CONFIRM_YES, f"confirm:yes:{suffix}"),
        Choice(texts.CONFIRM_NO, f"confirm:no:{suffix}"),
    )
    return Say(texts.confirmation_asked(talker, body.day, body.talk_type, points), choices=(choices,))


def _menu(seat: Seat, scene: Scene) -> Say:
    """The ledgers that the user's posts call for, each with its measure."""
    shut = not_writing(seat, scene)
    if shut:
        return Say(shut)
    roles = {post.role for post in seat.posts}
    rows = [(Choice(texts.TALK_CHOICE, "talk:start"),)]
    for kind in load_record_kinds().ledgers:
        if roles.intersection(kind.keepers):
            label = load_catalogue().measure(kind.measures[0]).label
            rows.append((Choice(texts.ledger_choice(kind.name, label), f"{kind.code}:start"),))
    return Say(texts.WHICH_LEDGER, choices=tuple(rows))


def _asked_for(turn: Turn) -> tuple[str, int, int]:
    """The action, the record and the version of a choice "NAME:ACTION:ID:VERSION"; zeros where missing."""
    _, action, record, version = (*turn.text.split(":"), "", "", "")[:4]
    return action, number_in(record) or 0, number_in(version) or 0
