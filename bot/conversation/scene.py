"""Where a turn is played: the open transaction, the conversation's memory and its drafts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.conversation.context import CONTEXT_LIFE, Context, restored, stored
from bot.conversation.intents import Intent
from bot.conversation.ports import UnitOfWork

CONTEXT_SLOT = "context"
FORM_SLOT = "form"


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form being filled in: the dialog it belongs to ("" when unreadable) and its stored draft."""

    dialog: str
    value: bytes

    @classmethod
    def of(cls, value: bytes) -> "OpenForm":
        """Read whose draft a stored value is."""
        try:
            envelope = json.loads(value)
        except ValueError:
            envelope = None
        name = envelope.get("dialog") if isinstance(envelope, dict) else None
        return cls(name if isinstance(name, str) else "", value)


@dataclass(slots=True)
class Scene:
    """All a dialog may touch during a turn. Everything in it is undone when the turn fails.

    `first` marks the first turn of a conversation (or the first after its context has expired).
    `intent` is what the router read, None where the turn was not read (a command, a choice, a form's answer).
    `found` keeps what was looked up during this turn, so that nobody looks it up twice. While `passing`, the open
    form and the context are kept where no backup reaches them.
    """

    work: UnitOfWork
    key: str
    now: datetime
    context: Context = field(default_factory=Context)
    form: OpenForm | None = None
    first: bool = False
    intent: Intent | None = None
    found: dict[str, object] = field(default_factory=dict)
    passing: bool = False
    _loaded: Context | None = None

    @classmethod
    async def load(cls, work: UnitOfWork, key: str, now: datetime) -> "Scene":
        """Read the conversation's context and open form."""
        in_passing, hidden = await work.passing.both(key, CONTEXT_SLOT, FORM_SLOT)
        kept, form = await work.drafts.both(key, CONTEXT_SLOT, FORM_SLOT)
        passing = restored(in_passing)
        context = passing or restored(kept)
        value = form if hidden is None else hidden
        return cls(
            work=work,
            key=key,
            now=now,
            context=context or Context(),
            form=None if value is None else OpenForm.of(value),
            first=context is None,
            passing=passing is not None or hidden is not None,
            _loaded=context,
        )

    async def save(self) -> None:
        """Write the context back when it changed."""
        if self.context != self._loaded:
            place = self.work.passing if self.passing else self.work.drafts
            await place.put(self.key, CONTEXT_SLOT, stored(self.context), self.now + CONTEXT_LIFE)
            self._loaded = self.context

    def asked(self, question: str, measures: Sequence[str] = ()) -> None:
        """Remember a question and the ids of the measures its answer cites, for follow-ups."""
        self.context = self.context.asked(question, measures)

    async def draft(self, slot: str) -> bytes | None:
        """Give what is kept for this conversation under `slot`."""
        return await self.work.drafts.get(self.key, slot)

    async def keep(self, slot: str, value: bytes, life: timedelta) -> None:
        """Keep a value for this conversation under `slot` for as long as `life`."""
        await self.work.drafts.put(self.key, slot, value, self.now + life)

    async def drop(self, slot: str) -> None:
        """Forget what is kept under `slot`."""
        await self.work.drafts.delete(self.key, slot)

    async def open_form(self, dialog: str, value: bytes, life: timedelta, *, passing: bool = False) -> None:
        """Make this the form being filled in; a `passing` one is kept where no backup reaches it."""
        place = self.work.passing if passing else self.work.drafts
        await place.put(self.key, FORM_SLOT, value, self.now + life)
        self.form = OpenForm(dialog, value)
        self.passing = passing or self.passing

    async def close_form(self) -> None:
        """Forget the form being filled in, and of a passing one what the conversation remembers of it."""
        await self.drop(FORM_SLOT)
        if self.passing:
            await self.work.passing.delete(self.key, FORM_SLOT)
            await self.work.passing.delete(self.key, CONTEXT_SLOT)
            self.context, self._loaded, self.passing = Context(), None, False
        self.form = None
