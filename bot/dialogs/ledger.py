"""The other ledgers of the measures: a form made from each kind's data, filed and corrected like a talk."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Ask, Form, Labels, Option, Options
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs import people_values as people
from bot.dialogs.choice_values import asked_for, begins
from bot.dialogs.record_actions import after_filing, visible_record
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk import not_writing
from bot.dialogs.talk_form import (
    Items,
    People,
    Sentence,
    days_ahead,
    read_deadline,
    read_items,
    read_past_day,
    read_people,
)
from bot.services import ledgers
from bot.services.directory import DirectoryService
from bot.services.ledgers import Filing, LedgerEntry
from bot.services.talk_record import Who, number_of
from bot.services.talk_rules import fitting_post
from knowledge.catalogue import load_catalogue
from knowledge.records import RecordField, RecordKind
from storage import RecordPerson, StoredRecord
from yanlu.texts import records as texts
from yanlu.texts import talks
from yanlu.texts.conversation import STALE_CHOICE

VERSION = 1
MOST = 100_000
"""The highest count a ledger takes."""
_DIGITS = re.compile(r"[0-9]+")
DUE = "due"
"""The one date of a ledger that lies ahead: until when things are put right."""


class LedgerDialog(FormDialog[BaseModel]):
    """Writes one ledger. Choices "CODE:start" begin a record, "CODE:fix:ID" correct one."""

    def __init__(self, kind: RecordKind, directories: DirectoryService) -> None:
        super().__init__(ledger_form(kind))
        self.kind = kind
        self._directories = directories
        self._people = tuple(each.name for each in kind.fields if each.kind == "people")

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Keep out strangers and those whose posts do not write this ledger."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        shut = not_writing(seat, scene)
        if shut:
            return [Say(shut)]
        if not any(post.role in self.kind.keepers for post in seat.posts):
            return [Say(texts.not_yours(self.kind.name))]
        if not begins(turn, "fix"):
            return [Say(STALE_CHOICE)]
        number = _fixed(turn)
        if number is not None and await self._to_correct(scene, seat, number) is None:
            return [Say(talks.GONE)]
        return ()

    async def _to_correct(self, scene: Scene, seat: Seat, number: int) -> StoredRecord | None:
        """The record of this kind that this person may correct; None where there is none."""
        stored = await visible_record(scene, seat, number, "correct")
        return stored if stored is not None and stored.entry.kind == self.kind.code else None

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:
        """The answers of the record that is to be corrected."""
        number = _fixed(turn)
        if number is None:
            return {}
        stored = await self._to_correct(scene, await seated(scene, self._directories), number)
        if stored is None:
            return {}
        answers = {name: value for name, value in stored.body.items() if value not in (None, [])}
        for name in self._people:
            if answers.get(name):
                answers[name] = [people.value_of(Who.model_validate(each)) for each in answers[name]]
        return {**answers, "of": number, "version": stored.entry.version}

    async def options(self, scene: Scene, draft: Draft) -> Options:
        """Whom an open mention may mean."""
        seat = await seated(scene, self._directories)
        on = scene.now.date()
        whom = people.whom_options(draft.answers, self._people, seat.directory, seat.unit, on)
        return {"whom": whom, "days": days_ahead(on)}

    async def reworked(self, draft: Draft, scene: Scene) -> tuple[Draft, str]:
        """Match people to posts; refuse a day ahead."""
        seat = await seated(scene, self._directories)
        answers, today = dict(draft.answers), scene.now.date()
        ahead = bool(answers.get(self.kind.dated)) and str(answers[self.kind.dated]) > today.isoformat()
        if ahead:
            del answers[self.kind.dated]
        answers = people.settled_answers(answers, self._people, seat.directory, seat.unit, today)
        return replace(draft, answers=answers), texts.DAY_AHEAD if ahead else ""

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:  # noqa: ARG002 - the base's signature
        """The measure that the ledger serves, and what must not be written in it."""
        measure = load_catalogue().measure(self.kind.measures[0])
        lines = [talks.basis(measure.label, measure.title)]
        return [*lines, *([self.kind.note] if self.kind.note else [])]

    async def finish(self, filled: BaseModel, scene: Scene) -> Sequence[Say]:
        """File the record, or the correction."""
        seat = await seated(scene, self._directories)
        answers = filled.model_dump(mode="json", exclude={"of", "version", "why", "whom"})
        day = date.fromisoformat(answers[self.kind.dated])
        for name in self._people:
            whos = [people.who_of(value, seat.directory, day) for value in answers[name] or ()]
            answers[name] = [who.model_dump() for who in whos]
        number, version, why = (getattr(filled, name) for name in ("of", "version", "why"))
        unit = fitting_post(seat.posts, self.kind.keepers)
        written = LedgerEntry(self.kind, answers, self._known_people(answers))
        filing = Filing(seat.person.id, unit.organisation if unit else "", scene.now, str(why or ""))
        if number is None:
            stored = await ledgers.file_ledger(store(scene), written, filing)
            return await after_filing(scene, seat, stored, talks.filed(number_of(stored.entry)))
        before = await self._to_correct(scene, seat, number)
        if before is None or before.entry.version != version:
            return [Say(talks.MOVED_ON)]
        filing = replace(filing, organisation=before.entry.organisation)
        changed = await ledgers.correct_ledger(store(scene), before, written, filing)
        if changed is None:
            return [Say(talks.MOVED_ON)]
        sentence = talks.corrected(number_of(changed.entry), changed.version)
        return await after_filing(scene, seat, changed, sentence)

    def _known_people(self, answers: Mapping[str, Any]) -> tuple[RecordPerson, ...]:
        """Known people of the record, as those it is about."""
        whos = [Who.model_validate(each) for name in self._people for each in answers[name]]
        return tuple(RecordPerson("subject", id_) for id_ in dict.fromkeys(who.person for who in whos) if id_)


def ledger_form(kind: RecordKind) -> Form[BaseModel]:
    """The form of a kind: its fields, and the hidden ones every record's form has."""
    names = tuple(each.name for each in kind.fields if each.kind == "people")
    which, is_open = people.whom_question(names)
    fields: dict[str, Any] = {}
    for each in kind.fields:
        fields[each.name] = _field(each)
        if names and each.name == names[-1]:
            fields["whom"] = (
                Annotated[str | None, Ask(which, talks.WHOM, "choice", options="whom", when=is_open)],
                None,
            )
    hidden = Ask("", "", optional=True, hidden=True)
    fields["of"] = (Annotated[int | None, hidden], None)
    fields["version"] = (Annotated[int | None, hidden], None)
    why = Ask(talks.ASK_WHY, talks.WHY, when=lambda answers: answers.get("of") is not None)
    fields["why"] = (Annotated[Sentence | None, why], None)
    model = create_model(f"{kind.code.capitalize()}Form", **fields)
    labels = Labels(confirm=talks.CONFIRM, save=talks.SAVE)
    return Form(kind.code, VERSION, model, kind.name, labels=labels)


def _field(item: RecordField) -> tuple[Any, Any]:
    """The annotation and the default of a field."""
    annotation, more, empty = _KINDS[item.kind]
    details: dict[str, Any] = dict(more)
    if item.kind == "date":
        details |= {"read": read_deadline, "options": "days"} if item.name == DUE else {"read": read_past_day}
    if item.kind == "choice":
        details["options"] = tuple(Option(each, each) for each in item.options)
    ask = Ask(item.ask, item.label, optional=not item.required, **details)
    if item.required:
        return Annotated[annotation, ask], ...
    return Annotated[annotation if empty == [] else annotation | None, ask], empty


def read_number(text: str, _now: datetime) -> int | None:
    """The one number in digits that a text holds: 35, 35人, 约1,200人; None where there is none, or several."""
    digits = _DIGITS.findall(unicodedata.normalize("NFKC", text).replace(",", ""))
    return int(digits[0]) if len(digits) == 1 and len(digits[0]) <= len(str(MOST)) else None


_KINDS: Mapping[str, tuple[Any, Mapping[str, Any], Any]] = {
    "text": (Sentence, {}, None),
    "organisation": (Sentence, {}, None),
    "items": (Items, {"many": True, "whole": True, "read": read_items}, []),
    "people": (
        People,
        {"many": True, "whole": True, "read": read_people, "show": people.shown},
        None,
    ),
    "date": (date, {"kind": "date"}, None),
    "number": (Annotated[int, Field(ge=0, le=MOST)], {"read": read_number}, None),
    "choice": (str, {"kind": "choice"}, None),
    "yes_no": (bool, {"kind": "yes_no"}, None),
}


def _fixed(turn: Turn) -> int | None:
    """The number of the record that a choice "CODE:fix:ID" names."""
    action, number = asked_for(turn)
    return number if action == "fix" else None
