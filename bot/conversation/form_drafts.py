"""A form half filled in: which answers stand, where it is now, and its stored bytes. Pure."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import ValidationError

from bot.conversation.form_fields import Answers, Form, FormField, Model

REVIEW: Final = ""
"""The position after the last field: the card is read back."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers so far.

    `answers` and `partial` (values of a many-valued field before 完成) hold JSON values by field name;
    `skipped` names fields left out on purpose; `editing` is the field opened again by back or edit.
    """

    answers: Answers = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    partial: Mapping[str, list[Any]] = field(default_factory=dict)
    editing: str | None = None

    def answered(self, name: str, value: object) -> "Draft":
        """Set an answer and close the field."""
        return Draft({**self.answers, name: value}, self.skipped - {name}, _without(self.partial, name))

    def left_out(self, name: str) -> "Draft":
        """Leave a field out and close it."""
        return Draft(_without(self.answers, name), self.skipped | {name}, _without(self.partial, name))

    def collecting(self, name: str, values: list[Any]) -> "Draft":
        """Set the values gathered so far."""
        return replace(self, partial={**self.partial, name: values})

    def opened(self, item: FormField) -> "Draft":
        """Open a field again; a many-valued one starts from the values it has."""
        kept = self.partial if self.editing is None else _without(self.partial, self.editing)
        draft = replace(self, editing=item.name, partial=kept)
        if item.ask.many and item.name not in draft.partial:
            return draft.collecting(item.name, list(draft.answers.get(item.name) or []))
        return draft


def existing(form: Form[Model], draft: Draft) -> list[FormField]:
    """Give the fields whose condition holds, in order."""
    kept: dict[str, Any] = {}
    fields = []
    for item in form.fields.values():
        if item.exists(kept):
            fields.append(item)
            if item.name in draft.answers:
                kept[item.name] = draft.answers[item.name]
    return fields


def settled(form: Form[Model], draft: Draft) -> Draft:
    """Drop whatever belongs to a field whose condition no longer holds. Idempotent."""
    names = {item.name for item in existing(form, draft)}
    return Draft(
        answers={name: value for name, value in draft.answers.items() if name in names},
        skipped=draft.skipped & names,
        partial={name: values for name, values in draft.partial.items() if name in names},
        editing=draft.editing if draft.editing in names else None,
    )


def position(form: Form[Model], draft: Draft) -> str:
    """Derive where a settled draft is: the field being edited, else the first open one, else REVIEW."""
    if draft.editing is not None:
        return draft.editing
    for item in existing(form, draft):
        if item.name not in draft.answers and item.name not in draft.skipped and not _unasked(item):
            return item.name
    return REVIEW


def _unasked(item: FormField) -> bool:
    return item.ask.quiet or item.ask.hidden


def revision(draft: Draft) -> str:
    """Name the content of a card, so that a button of an older card confirms nothing."""
    content = json.dumps(draft.answers, sort_keys=True, ensure_ascii=False)
    return f"{zlib.crc32(content.encode()):08x}"


def started(form: Form[Model], prefilled: Answers) -> Draft:
    """Begin a draft; prefilled values that do not validate (or are None) are asked for instead."""
    return settled(form, Draft(_valid(form, prefilled)))


def dumped(form: Form[Model], draft: Draft) -> bytes:
    """Serialise a draft with the form's name and version."""
    value = {
        "dialog": form.name,
        "version": form.version,
        "answers": draft.answers,
        "skipped": sorted(draft.skipped),
        "partial": draft.partial,
        "editing": draft.editing,
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def loaded(form: Form[Model], value: bytes) -> tuple[Draft, bool] | None:
    """Read a draft back, with True when another version of the form wrote it.

    Of another version only the answers that still validate are kept; None when it is no draft of this form.
    """
    try:
        stored = json.loads(value)
        if stored["dialog"] != form.name:
            return None
        if stored["version"] != form.version:
            return started(form, dict(stored["answers"])), True
        draft = Draft(
            answers={name: stored["answers"][name] for name in stored["answers"] if name in form.fields},
            skipped=frozenset(stored["skipped"]) & form.fields.keys(),
            partial={name: list(values) for name, values in stored["partial"].items() if name in form.fields},
            editing=stored["editing"],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return settled(form, draft), False


def _valid(form: Form[Model], values: Answers) -> dict[str, Any]:
    valid = {}
    for name, raw in values.items():
        if name in form.fields and raw is not None:
            try:
                valid[name] = form.fields[name].accepted(raw)
            except ValidationError:
                continue
    return valid


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
