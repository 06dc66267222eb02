"""The form engine: a turn is a pure function (form, draft, event) → (draft, say). No I/O, no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Literal, get_args

from pydantic import ValidationError

from bot.conversation.form_dates import read_date
from bot.conversation.form_drafts import REVIEW, Draft, position, revision, settled
from bot.conversation.form_fields import FileAnswer, Form, FormField, Model, Options, complaint
from bot.conversation.form_says import FormVoice, before
from bot.conversation.messages import IncomingFile, Say, Turn
from yanlu.texts import conversation as texts

Control = Literal["skip", "back", "keep", "done", "clear", "edit", "confirm", "save", "cancel", "show"]
EventKind = Literal["typed", "sent", "picked"] | Control
_CONTROLS: Mapping[str, Control] = {name: name for name in get_args(Control)}
_AT_FIELD = frozenset({"picked", "skip", "back", "keep", "done", "clear"})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing done to a form: `field` says where a button belongs."""

    kind: EventKind
    now: datetime
    field: str = ""
    value: str = ""
    file: IncomingFile | None = None


@dataclass(frozen=True, slots=True)
class Step(Generic[Model]):
    """What an event led to. `draft` is to be kept when open or saved; `filled` is set when done.

    `say` asks for what is open now, after `lead`; a `lead` of None means that it says something else.
    """

    outcome: Literal["open", "done", "cancelled", "saved"]
    draft: Draft
    say: Say
    filled: Model | None = None
    lead: str | None = None


def event_of(turn: Turn) -> Event | None:
    """Read a turn as an event of a form; None for a command or a choice that no form has offered."""
    if turn.kind == "text":
        return Event("typed", turn.now, value=turn.text)
    if turn.kind == "file":
        return Event("sent", turn.now, file=turn.file)
    return _tapped(turn) if turn.kind == "choice" else None


def _tapped(turn: Turn) -> Event | None:
    name, mark, argument = turn.text.partition(":")[2].partition("=")
    if not mark:
        return None
    if not name.startswith("."):
        return Event("picked", turn.now, field=name, value=argument)
    kind = _CONTROLS.get(name[1:])
    if kind == "confirm":
        return Event(kind, turn.now, value=argument)
    return None if kind is None else Event(kind, turn.now, field=argument)


def step(form: Form[Model], draft: Draft, event: Event, options: Options) -> Step[Model]:
    """Apply one event. Never raises, whatever the event; `options` are those of the form's providers."""
    return _Stepper(form, settled(form, draft), event, FormVoice(form, event.now, options)).step()


@dataclass(frozen=True, slots=True)
class _Stepper(Generic[Model]):
    form: Form[Model]
    draft: Draft
    event: Event
    voice: FormVoice[Model]

    def step(self) -> Step[Model]:
        if self.event.kind in _AT_FIELD and self.event.field != position(self.form, self.draft):
            return self._stay(texts.STALE_STEP)
        steps: Mapping[EventKind, Callable[[], Step[Model]]] = {
            "typed": self._typed,
            "sent": self._sent,
            "picked": self._picked,
            "skip": self._skip,
            "back": self._back,
            "keep": self._keep,
            "done": self._done,
            "clear": self._clear,
            "edit": self._edit,
            "confirm": self._confirm,
            "save": self._save,
            "cancel": self._cancel,
            "show": self._stay,
        }
        return steps[self.event.kind]()

    def _stay(self, lead: str = "") -> Step[Model]:
        return Step("open", self.draft, self.voice.at_position(self.draft, lead), lead=lead)

    def _go(self, draft: Draft) -> Step[Model]:
        draft = settled(self.form, draft)
        return Step("open", draft, self.voice.at_position(draft), lead="")

    def _field(self) -> FormField | None:
        return self.form.fields.get(position(self.form, self.draft))

    def _typed(self) -> Step[Model]:
        item = self._field()
        if item is None:
            return self._stay(texts.REVIEW_CHOICE)
        raw = self._read(item, self.event.value)
        if raw is not None and item.ask.whole:
            return self._close(item, raw)
        return self._stay(_unread(item)) if raw is None else self._take(item, raw)

    def _picked(self) -> Step[Model]:
        item = self._field()
        if item is None:
            return self._stay(texts.STALE_STEP)
        offered = {option.value for option in self.voice.offers(item)}
        # Yesterday's button for a day is still that day, though today's offer has moved on.
        if item.ask.kind != "date" and self.event.value not in offered:
            return self._stay(texts.NOT_AN_OPTION)
        if item.ask.whole:
            return self._take(item, self.event.value)
        raw = self._read(item, self.event.value)
        return self._stay(_unread(item)) if raw is None else self._take(item, raw)

    def _sent(self) -> Step[Model]:
        item, file = self._field(), self.event.file
        if item is None or item.ask.kind != "file" or file is None:
            return self._stay(texts.NO_FILE_HERE)
        return self._take(
            item, FileAnswer(**{k: getattr(file, k) for k in FileAnswer.model_fields}).model_dump()
        )

    def _skip(self) -> Step[Model]:
        item = self._field()
        if item is None or not item.ask.optional:
            return self._stay(texts.STALE_STEP)
        return self._go(self.draft.left_out(item.name))

    def _back(self) -> Step[Model]:
        item = before(self.form, self.draft, self.event.field)
        return self._stay() if item is None else self._go(self.draft.opened(item))

    def _keep(self) -> Step[Model]:
        item = self._field()
        if item is None or self.draft.editing != item.name:
            return self._stay(texts.STALE_STEP)
        partial = {name: values for name, values in self.draft.partial.items() if name != item.name}
        return self._go(replace(self.draft, editing=None, partial=partial))

    def _done(self) -> Step[Model]:
        item = self._field()
        if item is None or not self.draft.partial.get(item.name):
            return self._stay(texts.MISSING_PART)
        return self._close(item, self.draft.partial[item.name])

    def _clear(self) -> Step[Model]:
        return self._go(self.draft.collecting(self.event.field, [])) if self._field() else self._stay()

    def _edit(self) -> Step[Model]:
        if position(self.form, self.draft) != REVIEW:
            return self._stay(texts.STALE_STEP)
        if not self.event.field:
            return Step("open", self.draft, self.voice.menu(self.draft))
        item = self.form.fields.get(self.event.field)
        if item is None or item.ask.hidden:
            return self._stay(texts.STALE_STEP)
        return self._go(self.draft.opened(item))

    def _confirm(self) -> Step[Model]:
        if position(self.form, self.draft) != REVIEW:
            return self._stay(texts.MISSING_PART)
        if self.event.value != revision(self.draft):
            return self._stay(texts.CARD_CHANGED)
        try:
            filled = self.form.model.model_validate(dict(self.draft.answers))
        except ValidationError as error:
            return self._stay(complaint(error))
        return Step("done", self.draft, Say(self.form.title), filled)

    def _save(self) -> Step[Model]:
        if self.form.labels.save is None:
            return self._stay(texts.STALE_STEP)
        return Step("saved", self.draft, Say(texts.saved(self.form.title)))

    def _cancel(self) -> Step[Model]:
        return Step("cancelled", self.draft, Say(texts.cancelled(self.form.title)))

    def _read(self, item: FormField, text: str) -> object | None:
        if item.ask.read is not None:
            return item.ask.read(text, self.event.now)
        if item.ask.kind == "date":
            return read_date(text, self.event.now.date())
        if item.ask.kind == "yes_no":
            return _YES_NO.get(text.strip())
        offers = self.voice.offers(item)
        chosen = next((option.value for option in offers if text in (option.value, option.label)), None)
        if item.ask.kind == "text":
            return text if chosen is None else chosen
        return chosen

    def _take(self, item: FormField, raw: object) -> Step[Model]:
        if not item.ask.many:
            return self._close(item, raw)
        gathered = list(self.draft.partial.get(item.name, ()))
        again = raw in gathered
        gathered = [each for each in gathered if each != raw] if again else [*gathered, raw]
        if len(gathered) > item.ask.most:
            return self._stay(texts.most_items(item.ask.most))
        try:
            kept = item.accepted(gathered)
        except ValidationError as error:
            if {each["type"] for each in error.errors(include_input=False)} != {"too_short"}:
                return self._stay(complaint(error))
            kept = gathered
        return self._go(self.draft.collecting(item.name, kept))

    def _close(self, item: FormField, raw: Any) -> Step[Model]:  # noqa: ANN401 - whatever a reader made
        try:
            return self._go(self.draft.answered(item.name, item.accepted(raw)))
        except ValidationError as error:
            return self._stay(complaint(error))


_YES_NO = {
    **dict.fromkeys(("yes", texts.YES, *texts.YES_WORDS), True),
    **dict.fromkeys(("no", texts.NO, *texts.NO_WORDS), False),
}


def _unread(item: FormField) -> str:
    sentences = {
        "date": texts.NOT_A_DATE,
        "yes_no": texts.NOT_YES_NO,
        "choice": texts.NOT_AN_OPTION,
        "file": texts.NEEDS_FILE,
    }
    return sentences.get(item.ask.kind, texts.INVALID)
