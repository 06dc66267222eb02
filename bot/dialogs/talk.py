"""The second job: a talk, from one sentence or by form, read back and filed; corrected the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, cast

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Option, Options
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs import people_values as people
from bot.dialogs import talk_drafting as drafting
from bot.dialogs.choice_values import asked_for, begins
from bot.dialogs.record_actions import after_filing, visible_plan, visible_record
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk_form import DATES_ONLY, MOST_PEOPLE, NAMES, TALK_FORM, TalkForm, days_ahead
from bot.services import ledgers, talk_rules
from bot.services.directory import DirectoryService
from bot.services.entitlements import may_unit
from bot.services.ledgers import Filing
from bot.services.talk_record import TALK, TalkBody, number_of
from knowledge.catalogue import load_catalogue
from knowledge.records import Role, load_record_kinds
from knowledge.talks.reader import TalkReader, TalkReading
from storage import StoredRecord
from yanlu.texts import records as record_texts
from yanlu.texts import talks as texts
from yanlu.texts.conversation import STALE_CHOICE

MOST_SUGGESTED = 8
TALKER_ROLES: tuple[Role, ...] = ("head", "member", "discipline", "organisation")
_READING, _TOLD = "talk reading", "talk told"


class TalkDialog(FormDialog[TalkForm]):
    """Logs a talk. Choices "talk:plan:ID" begin from a planned talk, "talk:fix:ID" correct a record."""

    commands: ClassVar[Mapping[str, str]] = {"talk": texts.COMMAND}

    def __init__(self, directories: DirectoryService, reader: TalkReader) -> None:
        super().__init__(TALK_FORM)
        self._directories = directories
        self._reader = reader

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Keep out strangers, forgery, and talks that do not belong here."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        shut = not_writing(seat, scene)
        if shut:
            return [Say(shut)]
        refused = self._refused(_words(turn), seat, scene) or await self._missing(turn, seat, scene)
        return [Say(refused)] if refused else ()

    def _refused(self, words: str, seat: Seat, scene: Scene) -> str:
        """Why a sentence is not logged as a talk; "" where it is."""
        if any(each in words for each in load_record_kinds().excluded):
            return texts.EXCLUDED
        if not words:
            return ""
        reading = self._read(words, seat, scene)
        if reading.intent == "forge":
            return texts.FORGE
        return texts.INQUIRY if reading.talk_type in DATES_ONLY else ""

    @staticmethod
    async def _missing(turn: Turn, seat: Seat, scene: Scene) -> str:
        """Why a choice leads nowhere; "" where it does, or the turn is none."""
        if not begins(turn, "plan", "fix"):
            return STALE_CHOICE
        action, number = asked_for(turn)
        if action == "fix" and await _to_correct(scene, seat, number) is None:
            return texts.GONE
        if action == "plan" and await visible_plan(scene, seat, number or 0) is None:
            return record_texts.PLAN_GONE
        return ""

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:
        """Read the sentence, the plan, or the record to correct."""
        seat = await self._seat(scene)
        action, number = asked_for(turn)
        if action == "plan":
            plan = await visible_plan(scene, seat, number or 0)
            return drafting.planned(plan, seat.directory) if plan is not None else {}
        if action == "fix":
            stored = await _to_correct(scene, seat, number)
            return drafting.corrected(stored) if stored is not None else {}
        words = _words(turn)
        if not words:
            return {}
        reading = self._read(words, seat, scene)
        answers = drafting.answers_of(reading, seat, scene.now.date())
        if reading.when is not None and reading.when.future and reading.day is None:
            scene.found[_TOLD] = texts.FUTURE
        for name in NAMES:  # the rest is asked for, or named in the group's field
            if len(answers.get(name, ())) > MOST_PEOPLE:
                del answers[name]
                scene.found[_TOLD] = texts.TOO_MANY
        return answers

    async def options(self, scene: Scene, draft: Draft) -> Options:
        """People to choose from, and whom an open mention may mean."""
        seat = await self._seat(scene)
        on = _day(draft, scene)
        whom = people.whom_options(draft.answers, NAMES, seat.directory, seat.unit, on)
        offered = {"talkers": talkers_offered(seat, on), "subjects": subjects_offered(seat, on)}
        return {**offered, "whom": whom, "days": days_ahead(scene.now.date())}

    async def reworked(self, draft: Draft, scene: Scene) -> tuple[Draft, str]:
        """Match people to posts; refuse a day ahead."""
        seat = await self._seat(scene)
        answers, ahead = drafting.reworked(draft.answers, seat.directory, seat.unit, scene.now)
        partial = people.gathered(draft.partial, NAMES, seat.directory, _day(draft, scene))
        told = texts.FUTURE if ahead else str(scene.found.pop(_TOLD, ""))
        return replace(draft, answers=answers, partial=partial), told

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:
        """What the card adds: the measure, and what deserves a second look."""
        seat = await self._seat(scene)
        form = TalkForm.model_validate(dict(draft.answers))
        body = drafting.body_of(form, seat.directory)
        kind = load_record_kinds().talk(form.type)
        measure = load_catalogue().measure(kind.measures[0])
        lines = [texts.basis(measure.label, measure.title)]
        if form.late:
            lines.append(texts.late(form.day.isoformat()))
        if kind.restricted:
            lines.append(texts.RESTRICTED)
        if not talk_rules.is_usual(body, seat.directory):
            lines.append(texts.unusual(kind.who))
        units = talk_rules.units_of(body, seat.directory)
        alike = await ledgers.alike_talks(
            store(scene), body, talk_rules.ledger_of(body, units, seat.unit or "")
        )
        others = [id_ for id_ in alike if id_ != form.of]
        if others:
            lines.append(texts.alike(await self._numbers(scene, others)))
        return lines

    async def objection(self, filled: TalkForm, scene: Scene) -> str:
        """Posts that contradict the talk."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return texts.NOT_BOUND
        shut = not_writing(seat, scene)
        if shut:
            return shut
        return talk_rules.objection_to(drafting.body_of(filled, seat.directory), seat.directory)

    async def finish(self, filled: TalkForm, scene: Scene) -> Sequence[Say]:
        """File the talk, or the correction."""
        seat = await self._seat(scene)
        work = store(scene)
        body = drafting.body_of(filled, seat.directory)
        units = talk_rules.units_of(body, seat.directory)
        ledger = talk_rules.ledger_of(body, units, seat.unit or "")
        filing = Filing(seat.person.id, ledger, scene.now)
        if filled.of is not None:
            return await self._corrected(filled, body, units, filing, scene)
        stored = await ledgers.file_talk(work, body, units, filing)
        if filled.plan is not None:
            await work.plans.done(filled.plan, stored.entry.id)
        return await after_filing(scene, seat, stored, texts.filed(number_of(stored.entry)))

    async def _corrected(
        self, filled: TalkForm, body: TalkBody, units: Mapping[str, str], filing: Filing, scene: Scene
    ) -> Sequence[Say]:
        seat = await self._seat(scene)
        before = await _to_correct(scene, seat, filled.of)
        if before is None or before.entry.version != filled.version:
            return [Say(texts.MOVED_ON)]
        filing = replace(filing, organisation=before.entry.organisation, reason=filled.why or "")
        stored = await ledgers.correct_talk(store(scene), before, body, units, filing)
        if stored is None:
            return [Say(texts.MOVED_ON)]
        sentence = texts.corrected(number_of(stored.entry), stored.version)
        return await after_filing(scene, seat, stored, sentence)

    async def _numbers(self, scene: Scene, ids: Sequence[int]) -> str:
        found = [await store(scene).ledger.get(id_) for id_ in ids[:3]]
        return "、".join(number_of(each.entry) for each in found if each is not None)

    async def _seat(self, scene: Scene) -> Seat:
        return await seated(scene, self._directories)

    def _read(self, words: str, seat: Seat, scene: Scene) -> TalkReading:
        """Read a sentence once a turn."""
        if _READING not in scene.found:
            author = drafting.author_of(seat, scene.now.date())
            scene.found[_READING] = self._reader.read(words, author, scene.now)
        return cast("TalkReading", scene.found[_READING])


def _words(turn: Turn) -> str:
    """The sentence a turn brings."""
    if turn.kind == "choice":
        return ""
    return turn.arguments if turn.kind == "command" else turn.text


def not_writing(seat: Seat, scene: Scene) -> str:
    """Why somebody writes no records; "" where they do."""
    if not seat.posts:
        return texts.NO_POST
    allowed = may_unit(seat.person.id, "write", "talk", seat.unit or "", seat.directory, scene.now.date())
    return "" if allowed else texts.NOT_WRITING


async def _to_correct(scene: Scene, seat: Seat, number: int | None) -> StoredRecord | None:
    """The talk that this person may correct; None where there is none."""
    stored = await visible_record(scene, seat, number or 0, "correct")
    return stored if stored is not None and stored.entry.kind == TALK else None


def _day(draft: Draft, scene: Scene) -> date:
    day = draft.answers.get("day")
    return date.fromisoformat(str(day)) if day else scene.now.date()


def talkers_offered(seat: Seat, on: date) -> tuple[Option, ...]:
    """The author, and those of their own organisation a clerk may write for."""
    directory = seat.directory
    leaders = directory.posts_at(seat.unit, on, TALKER_ROLES) if seat.unit else ()
    ids = dict.fromkeys([seat.person.id, *(post.person for post in leaders)])
    return _options(list(ids), seat, on)


def subjects_offered(seat: Seat, on: date) -> tuple[Option, ...]:
    """The heads directly below, then the own leading body."""
    directory = seat.directory
    if not seat.unit:
        return ()
    heads = [head.id for child in directory.children(seat.unit) for head in directory.heads(child.id, on)]
    own = [post.person for post in directory.posts_at(seat.unit, on, TALKER_ROLES)]
    ids = dict.fromkeys(id_ for id_ in [*heads, *own] if id_ != seat.person.id)
    return _options(list(ids), seat, on)


def _options(people_: Sequence[str], seat: Seat, on: date) -> tuple[Option, ...]:
    return tuple(
        Option(people.KNOWN + id_, seat.directory.who(id_, on).shown) for id_ in people_[:MOST_SUGGESTED]
    )
