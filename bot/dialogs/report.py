"""Handing a report in: /report, the button 反映问题, or a sentence that tells what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Options
from bot.conversation.forms import event_of
from bot.conversation.messages import Choice, Say, Span, Turn
from bot.conversation.scene import Scene
from bot.dialogs import report_people, report_places
from bot.dialogs.receipt_session import keep_receipt
from bot.dialogs.report_attachments import AttachingDialog
from bot.dialogs.report_form import REPORT_FORM, ReportForm, contact_of, report_of
from bot.dialogs.report_people import People
from bot.dialogs.seat import store
from bot.services.casework.access import Desk
from bot.services.directory import Directory
from bot.services.reports.guesses import Allowance
from bot.services.reports.intake import Filed, HandIn, has_priority, route_of, submit
from bot.services.reports.proof import organisation_name
from bot.services.reports.scope import elsewhere, fabrication, tells_something
from yanlu.texts import conversation
from yanlu.texts import reports as texts

TRACK = "track"
TERMINAL = "terminal"
"""The road whose messages nobody can take back."""
_AFTER = (
    (Choice(texts.PROOF, f"{TRACK}:proof"), Choice(texts.LOOK, f"{TRACK}:look")),
    (Choice(texts.SWEEP, f"{TRACK}:sweep"),),
)


class ReportDialog(AttachingDialog[ReportForm]):
    """The form of a report. Its draft and its messages are kept nowhere but in passing."""

    commands: ClassVar[Mapping[str, str]] = {"report": texts.COMMAND}

    def __init__(self, desk: Desk, room: Allowance | None = None) -> None:
        super().__init__(REPORT_FORM, room)
        self._desk = desk

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Refuse what asks for a fabrication; say so where nobody receives reports at all."""
        if fabrication(_told(turn)):
            return [Say(texts.FABRICATION)]
        return () if await store(scene).handlers.all() else [Say(texts.NOT_OPEN)]

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - as the base has it
        """Take the sentence that began it for what happened."""
        told = _told(turn)
        course = {"course": [told]} if tells_something(told) else {}
        return {"road": turn.conversation.channel, **course}

    async def options(self, scene: Scene, draft: Draft) -> Options:
        """Give the organisations and people that what was typed may mean."""
        directory = await self._desk.directories.of(store(scene))
        people = self._people(directory, draft, scene)
        return {
            "places": report_places.offered_places(draft.partial.get("places", ()), directory),
            "people": people.offered(draft.partial.get("people", ())),
        }

    async def reworked(self, draft: Draft, scene: Scene) -> tuple[Draft, str]:
        """Resolve organisations and people; a list that was ended with something open is opened again."""
        directory = await self._desk.directories.of(store(scene))
        draft, told = _reopened(draft)
        if "agreed" not in draft.answers and "course" in draft.answers:
            told = f"{texts.SENTENCE_TAKEN}\n"
        if "places" in draft.partial:
            values, asked = report_places.settled_places(draft.partial["places"], directory)
            draft, told = draft.collecting("places", values), told or asked
        if "people" in draft.partial:
            values, asked = self._people(directory, draft, scene).settled(draft.partial["people"])
            draft, told = draft.collecting("people", values), told or asked
        return draft, told

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:
        """Tell who will see the report and who will not, by office; whether it goes first; where else it may belong."""
        report = report_of(self.form.model.model_validate(dict(draft.answers)))
        work, on = store(scene), scene.now.date()
        directory = await self._desk.directories.of(work)
        route = await route_of(work, directory, report, on)
        where = elsewhere(report.course, report.tags)
        lines = [texts.out_of_scope(texts.OUTSIDE[where])] if where is not None else []
        if route.receiving is None:
            return [*lines, texts.NOBODY_YET]
        accused = sorted(organisation_name(directory, each) for each in route.organisations)
        unlisted = [each.name for each in report.organisations if each.id is None]
        shut = conversation.LIST_SEPARATOR.join([*accused, *unlisted])
        lines += [texts.seen_by(organisation_name(directory, route.receiving)), texts.not_seen_by(shut)]
        return [*lines, texts.PRIORITY] if has_priority(report, directory, on) else lines

    async def finish(self, filled: ReportForm, scene: Scene) -> Sequence[Say]:
        """File the report, and show its receipt once."""
        work = store(scene)
        files = await self.attached(filled.files, scene)
        handed = HandIn(report_of(filled), contact_of(filled), files)
        filed = await submit(work, self._desk, handed, scene.now.date())
        if filed is None:
            return [Say(texts.NOBODY)]
        await keep_receipt(scene, filed.receipt)
        directory = await self._desk.directories.of(work)
        name = organisation_name(directory, filed.organisation)
        return [_receipt(filed, name, sweeps=filled.road != TERMINAL)]

    async def _handled(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        mine = scene.form is not None and scene.form.dialog == self.name
        if turn.kind == "choice" and not mine and event_of(turn) is not None:
            return [Say(texts.SETTLED)]
        return await super()._handled(turn, scene)

    @staticmethod
    def _people(directory: Directory, draft: Draft, scene: Scene) -> People:
        values = draft.answers.get("places") or draft.partial.get("places") or ()
        settled = [report_places.place_of(each) for each in values if not report_places.is_open(each)]
        return People(directory, [each.id for each in settled if each.id is not None], scene.now.date())


def _told(turn: Turn) -> str:
    """What a turn that begins the form says of the matter."""
    return {"text": turn.text, "command": turn.arguments}.get(turn.kind, "")


def _reopened(draft: Draft) -> tuple[Draft, str]:
    """Open a list again that holds something still to be settled."""
    checks = (
        ("places", report_places.is_open, texts.FINISH_PLACE),
        ("people", report_people.is_open, texts.FINISH_PERSON),
    )
    for name, is_open, told in checks:
        values = list(draft.answers.get(name) or ())
        if any(map(is_open, values)):
            answers = {key: value for key, value in draft.answers.items() if key != name}
            return replace(draft, answers=answers).collecting(name, values), told
    return draft, ""


def _receipt(filed: Filed, organisation: str, *, sweeps: bool) -> Say:
    line = texts.receipt_line(filed.receipt)
    head = f"{texts.FILED}{texts.filed_line(organisation, filed.number)}\n"
    text = f"{head}{line}\n{texts.RECEIPT_ADVICE}" + (f"\n{texts.SWEEP_ADVICE}" if sweeps else "")
    return Say(text, (Span(len(head), len(head) + len(line), "strong"),), _AFTER)
