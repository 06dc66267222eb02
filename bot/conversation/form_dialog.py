"""A dialog that is a form: it keeps the draft between turns and acts on the filled form."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Generic

from bot.conversation.form_drafts import REVIEW, Draft, dumped, loaded, position, settled, started
from bot.conversation.form_fields import Answers, Form, Model, Options
from bot.conversation.form_says import FormVoice
from bot.conversation.forms import Event, event_of, step
from bot.conversation.messages import Choice, IncomingFile, Say, Turn
from bot.conversation.scene import Scene
from yanlu.texts import conversation as texts

DRAFT_LIFE = timedelta(hours=24)
SAVED_LIFE = timedelta(days=7)
Fetch = Callable[[IncomingFile], Awaitable[bytes]]
"""Gives the bytes of a sent file. Raises as `Channel.fetch` does."""


def saved_slot(form: str) -> str:
    """Where a form's draft lies that was put aside."""
    return f"saved.{form}"


class FormDialog(ABC, Generic[Model]):
    """Base of dialogs that fill in one form.

    A subclass names its `form` and `commands`, may prefill it and provide options, and finishes it. A choice
    "name:start" begins it. Where the form's labels have a word for saving, a draft may be put aside.
    """

    commands: ClassVar[Mapping[str, str]] = {}
    passing: ClassVar[bool] = False
    """Whether drafts are kept where no backup reaches them, and messages nowhere (reports)."""

    def __init__(self, form: Form[Model]) -> None:
        self.form = form

    @property
    def name(self) -> str:
        """The form's name."""
        return self.form.name

    @abstractmethod
    async def finish(self, filled: Model, scene: Scene) -> Sequence[Say]:
        """Act on the confirmed form, in the turn's transaction."""

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:  # noqa: ARG002 - for subclasses
        """Say why this form cannot be begun here; () where it can."""
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - for subclasses
        """Give the raw values known beforehand."""
        return {}

    async def options(self, scene: Scene, draft: Draft) -> Options:  # noqa: ARG002 - for subclasses
        """Give the options of the form's providers."""
        return {}

    async def reworked(self, draft: Draft, scene: Scene) -> tuple[Draft, str]:  # noqa: ARG002 - for subclasses
        """Give the draft with what follows from its answers, and a sentence to say first ("" for none)."""
        return draft, ""

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:  # noqa: ARG002 - for subclasses
        """Give lines that end the card read back."""
        return ()

    async def objection(self, filled: Model, scene: Scene) -> str:  # noqa: ARG002 - for subclasses
        """Say why a confirmed form cannot be acted on as it is; "" where it can."""
        return ""

    def awaits_file(self, scene: Scene) -> bool:
        """Tell whether the open form asks for a file now."""
        found = None if scene.form is None else loaded(self.form, scene.form.value)
        item = None if found is None else self.form.fields.get(position(self.form, found[0]))
        return item is not None and item.ask.kind == "file"

    async def read_file(self, file: IncomingFile, fetch: Fetch) -> IncomingFile:  # noqa: ARG002 - for subclasses
        """Read a file the open form asks for, outside of any transaction: what is slow belongs here.

        Gives the file with `content` or `problem`; as it is, a form keeps no more than its reference.
        """
        return file

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Begin the form, or take the turn as its next event."""
        return self._spoken(await self._handled(turn, scene))

    async def _handled(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        event = event_of(turn)
        if event is None:
            return await self._begin(turn, scene)
        if scene.form is None or scene.form.dialog != self.name:
            return [Say(texts.FORM_STALE)] if turn.kind == "choice" else await self._begin(turn, scene)
        found = loaded(self.form, scene.form.value)
        if found is None:
            await scene.close_form()
            return [Say(texts.FORM_GONE)]
        draft, renewed = found
        if renewed:
            return await self._open(scene, draft, texts.FORM_RENEWED)
        return await self._advance(draft, event, scene)

    async def remind(self, scene: Scene) -> Sequence[Say]:
        """Show again what is open, after an aside."""
        found = None if scene.form is None else loaded(self.form, scene.form.value)
        if found is None:
            return []
        return self._spoken([await self._asked(scene, found[0], texts.still_open(self.form.title))])

    async def leave(self, scene: Scene) -> Sequence[Say]:
        """Give way to another command: the draft is put aside where the form keeps drafts, else dropped."""
        sentence = texts.left_dropped(self.form.title)
        if scene.form is not None and self.form.labels.save is not None:
            await scene.keep(self._saved_slot, scene.form.value, SAVED_LIFE)
            sentence = texts.saved(self.form.title)
        await scene.close_form()
        return [Say(sentence)]

    async def cancel(self, scene: Scene) -> Sequence[Say]:
        """Drop what was filled in."""
        await scene.close_form()
        return [Say(texts.cancelled(self.form.title))]

    def _spoken(self, says: Sequence[Say]) -> Sequence[Say]:
        return [replace(say, fleeting=True) for say in says] if self.passing else says

    @property
    def _saved_slot(self) -> str:
        return saved_slot(self.name)

    async def _begin(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        barred = await self.barred(turn, scene)
        if barred:
            return barred
        saved = await scene.draft(self._saved_slot) if self.form.labels.save is not None else None
        rest = turn.text.partition(":")[2] if turn.kind == "choice" else ""
        brings = turn.arguments if turn.kind == "command" else turn.text
        if rest not in ("", "start", "resume", "fresh") or (turn.kind != "choice" and brings):
            saved = None  # a draft put aside stays there: this turn brings content of its own
        elif saved is not None and rest not in ("resume", "fresh"):
            choices = (
                Choice(texts.RESUME, f"{self.name}:resume"),
                Choice(texts.FRESH, f"{self.name}:fresh"),
            )
            return [Say(texts.resume_or_fresh(self.form.title), choices=(choices,))]
        if rest in ("resume", "fresh"):
            await self._forget_saved(scene)
        found = loaded(self.form, saved) if saved is not None and rest == "resume" else None
        if found is not None:
            return await self._open(scene, found[0], texts.FORM_RENEWED if found[1] else "")
        draft = started(self.form, await self.prefilled(turn, scene))
        return await self._open(scene, draft, self.form.intro)

    async def _open(self, scene: Scene, draft: Draft, lead: str) -> Sequence[Say]:
        draft, told = await self.reworked(draft, scene)
        draft = settled(self.form, draft)
        await scene.open_form(self.name, dumped(self.form, draft), DRAFT_LIFE, passing=self.passing)
        return [await self._asked(scene, draft, told or lead)]

    async def _asked(self, scene: Scene, draft: Draft, lead: str) -> Say:
        notes = await self.notes(draft, scene) if position(self.form, draft) == REVIEW else ()
        options = await self.options(scene, draft)
        return FormVoice(self.form, scene.now, options, notes).at_position(draft, lead)

    async def _advance(self, draft: Draft, event: Event, scene: Scene) -> Sequence[Say]:
        options = await self.options(scene, draft)
        taken = step(self.form, draft, replace(event, now=scene.now), options)
        if taken.outcome == "open" and taken.lead is not None:
            return await self._open(scene, taken.draft, taken.lead)
        if taken.outcome == "open":
            await scene.open_form(self.name, dumped(self.form, taken.draft), DRAFT_LIFE, passing=self.passing)
            return [taken.say]
        if taken.filled is not None:
            objection = await self.objection(taken.filled, scene)
            if objection:
                return await self._open(scene, taken.draft, objection)
        await scene.close_form()
        if taken.outcome == "saved":
            await scene.keep(self._saved_slot, dumped(self.form, taken.draft), SAVED_LIFE)
        if taken.filled is not None:
            return await self.finish(taken.filled, scene)
        return [taken.say]

    async def _forget_saved(self, scene: Scene) -> None:
        if self.form.labels.save is not None:
            await scene.drop(self._saved_slot)
