"""What a form says: the question of a field, the card read back, the menu of what to edit. Pure.

Values of buttons: "form:field=value" answers, "form:.control=field" controls (".confirm" carries the card's
revision). Each names the field it belongs to, so that a button of an earlier message changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic

from bot.conversation.form_drafts import REVIEW, Draft, existing, position, revision
from bot.conversation.form_fields import Form, FormField, Model, Option, Options
from bot.conversation.messages import Choice, Say, Span
from yanlu.texts import conversation as texts

ROW_WIDTH = 16
"""Characters of labels that share a row of buttons."""


@dataclass(frozen=True, slots=True)
class FormVoice(Generic[Model]):
    """Speaks for one form at one moment; `options` are those of its providers, `notes` end the card."""

    form: Form[Model]
    now: datetime
    options: Options
    notes: Sequence[str] = ()

    def at_position(self, draft: Draft, lead: str = "") -> Say:
        """Ask for whatever is open, or read the card back; `lead` comes first."""
        place = position(self.form, draft)
        if place == REVIEW:
            return self.card(draft, lead)
        return self.question(self.form.fields[place], draft, lead)

    def question(self, item: FormField, draft: Draft, lead: str = "") -> Say:
        """Ask for one field."""
        skipped = texts.OPTIONAL if item.ask.optional and draft.editing != item.name else ""
        lines = [lead, item.ask.asked(draft.answers) + skipped]
        gathered = draft.partial.get(item.name)
        if item.ask.many and gathered:
            lines.append(texts.chosen_so_far(self.shown(item, gathered)))
            lines.append((texts.replaces if item.ask.whole else texts.add_more)(texts.DONE))
        elif draft.editing == item.name and item.name in draft.answers:
            lines.append(texts.current_value(self.shown(item, draft.answers[item.name])))
        answers = [self._choice(f"{item.name}={option.value}", option.label) for option in self.offers(item)]
        return Say(_lines(lines), choices=(*_rows(answers), tuple(self._controls(item, draft))))

    def card(self, draft: Draft, lead: str = "") -> Say:
        """Read everything back."""
        labels = self.form.labels
        head = _lines((lead, texts.CHECK_CARD))
        title = Span(len(head) + 1, len(head) + 1 + len(self.form.title), "strong")
        lines = [head, self.form.title]
        for item in existing(self.form, draft):
            if item.ask.hidden or (item.ask.quiet and item.name not in draft.answers):
                continue
            lines.append(texts.card_line(item.ask.label, self.shown(item, draft.answers.get(item.name))))
        lines.extend(self.notes)
        first = [
            self._choice(f".confirm={revision(draft)}", labels.confirm),
            self._choice(".edit=", labels.edit),
        ]
        if labels.save is not None:
            first.append(self._choice(".save=", labels.save))
        last = [self._choice(".back=", labels.back), self._choice(".cancel=", labels.cancel)]
        return Say(_lines(lines), spans=(title,), choices=(tuple(first), tuple(last)))

    def menu(self, draft: Draft) -> Say:
        """Ask which field to edit."""
        items = [item for item in existing(self.form, draft) if not item.ask.hidden]
        fields = [self._choice(f".edit={item.name}", item.ask.label) for item in items]
        last = (
            self._choice(".show=", self.form.labels.back),
            self._choice(".cancel=", self.form.labels.cancel),
        )
        return Say(texts.EDIT_WHICH, choices=(*_rows(fields), last))

    def offers(self, item: FormField) -> tuple[Option, ...]:
        """Give the answers that a field has buttons for."""
        if item.ask.kind == "yes_no":
            return (Option("yes", texts.YES), Option("no", texts.NO))
        if item.ask.kind == "date" and not item.ask.options:
            today = self.now.date()
            days = ((texts.TODAY, today), (texts.YESTERDAY, today - timedelta(days=1)))
            return tuple(
                Option(day.isoformat(), texts.day_choice(word, day.month, day.day)) for word, day in days
            )
        return item.options(self.options)

    def shown(self, item: FormField, value: Any) -> str:  # noqa: ANN401 - a JSON value of the field's own type
        """Show a kept value as people write it."""
        if isinstance(value, list) and value:
            shown = [self.shown(item, each) for each in value]
            longer = any(texts.LIST_SEPARATOR in each for each in shown)
            return (texts.LONG_SEPARATOR if longer else texts.LIST_SEPARATOR).join(shown)
        if value is None or value in ("", []):
            return texts.NOT_FILLED
        return self._one_shown(item, value)

    def _one_shown(self, item: FormField, value: Any) -> str:  # noqa: ANN401 - as above
        labels = {option.value: option.card or option.label for option in item.options(self.options)}
        if isinstance(value, str) and value in labels and item.ask.kind != "date":
            return labels[value]
        if item.ask.show is not None:
            return item.ask.show(value)
        if isinstance(value, bool):
            return texts.YES if value else texts.NO
        if isinstance(value, dict):
            return str(value.get("name", texts.NOT_FILLED))
        if item.ask.kind == "date":
            day = date.fromisoformat(str(value)[:10])
            return texts.calendar_day(day.year, day.month, day.day)
        return labels.get(str(value), str(value))

    def _controls(self, item: FormField, draft: Draft) -> Iterable[Choice]:
        name = item.name
        if item.ask.many and draft.partial.get(name):
            yield self._choice(f".done={name}", texts.DONE)
            yield self._choice(f".clear={name}", texts.CLEAR)
        if draft.editing == name:
            yield self._choice(f".keep={name}", texts.KEEP)
        if item.ask.optional:
            emptied = draft.editing == name
            yield self._choice(f".skip={name}", texts.LEAVE_EMPTY if emptied else texts.SKIP)
        if before(self.form, draft, name) is not None:
            yield self._choice(f".back={name}", self.form.labels.back)
        yield self._choice(f".cancel={name}", self.form.labels.cancel)

    def _choice(self, rest: str, label: str) -> Choice:
        return Choice(label, f"{self.form.name}:{rest}")


def before(form: Form[Model], draft: Draft, name: str) -> FormField | None:
    """Give the field that "back" opens from `name` (or from REVIEW), None at the first."""
    previous = None
    for item in existing(form, draft):
        if item.name == name:
            break
        if not item.ask.hidden and (not item.ask.quiet or item.name in draft.answers):
            previous = item
    return previous


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)


def _rows(choices: Iterable[Choice]) -> list[tuple[Choice, ...]]:
    rows: list[tuple[Choice, ...]] = []
    for choice in choices:
        if rows and sum(len(each.label) for each in rows[-1]) + len(choice.label) <= ROW_WIDTH:
            rows[-1] = (*rows[-1], choice)
        else:
            rows.append((choice,))
    return rows
