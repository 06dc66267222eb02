"""A form of the chat as one page: every field at once, read by the same definition. Pure.

Lists have a line for each value; a line that stands as it was shown keeps the value it stood for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Generic

from pydantic import ValidationError

from bot.channels.web.console import people_lines
from bot.conversation.form_dates import read_date
from bot.conversation.form_drafts import Draft, existing
from bot.conversation.form_fields import Answers, Form, FormField, Model, Option, Options, complaint
from bot.conversation.typed_text import cleaned
from bot.dialogs import people_values as people
from bot.dialogs.ledger import read_number
from bot.dialogs.talk_form import read_clock, read_people
from bot.services.directory import Directory
from yanlu.texts import console_records as words
from yanlu.texts import conversation

WHOM = "whom"
"""The chat's question whom a mention means; on a page it stands beside the mention."""
MOST_PICKS = 12
"""Mentions that are asked about at a time."""
_LINES = {"people": 3, "list": 4, "area": 2}
_SHORT = frozenset({"place", "group", "target", "scope", "told", "theme"})

_USUAL = frozenset({"start", "clock", "place", "recorder", "problems", "demands", "deadline"})
"""Fields that nobody is asked for, and most fill in."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A mention that fits several, with those it may mean."""

    name: str
    mention: str
    options: Sequence[Option]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A field as the page shows it. `kind`: line, area, list, people, date, time, number, choice, yes_no.

    An `extra` one is empty and seldom filled: it stands apart.
    """

    name: str
    kind: str
    label: str
    ask: str
    value: str
    required: bool
    options: Sequence[Option] = ()
    suggested: Sequence[Option] = ()
    problem: str = ""
    picks: Sequence[Pick] = ()
    extra: bool = False

    @property
    def rows(self) -> int:
        """How many lines it takes."""
        return max(_LINES.get(self.kind, 1), min(12, self.value.count("\n") + 2))


@dataclass(frozen=True, slots=True)
class Place:
    """Whose words are read, where and when: what people and days are matched against."""

    directory: Directory
    near: str | None
    now: datetime


@dataclass(slots=True)
class Sheet(Generic[Model]):
    """A form being filled in on a page. `known`: the draft it began with; `posted`: what was typed into it."""

    form: Form[Model]
    place: Place
    known: Draft
    options: Options
    posted: Mapping[str, str] | None = None
    draft: Draft = field(default_factory=Draft)
    problems: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """Answers kept as they were said although they may mean somebody, each with the open mention it was."""

    def read(self) -> Draft:
        """Read what was typed; what cannot be read is said in `problems` and left out."""
        posted = self.posted or {}
        answers: dict[str, Any] = {}
        for item in self.form.fields.values():
            if item.ask.hidden:
                answers |= _kept(self.known.answers, item.name)
            elif item.name != WHOM:
                self._take(item, posted, answers)
        version = posted.get("version", "")
        if "version" in answers and version.isdecimal() and len(version) < 10:
            answers["version"] = int(version)
        optional = {item.name for item in self.form.fields.values() if item.ask.optional}
        return Draft(answers, frozenset(optional - answers.keys()))

    def settle(self, draft: Draft) -> Draft:
        """Put those who were picked in the place of the mentions that fit several."""
        answers = dict(draft.answers)
        for item in self._of_people():
            if answers.get(item.name):
                values = [self._chosen(item, value) for value in answers[item.name]]
                answers[item.name] = list(dict.fromkeys(values))
        return Draft(answers, draft.skipped)

    def check(self, draft: Draft, told: str) -> bool:
        """Note what is missing, or was refused with the words `told`; True where nothing is."""
        self.draft = draft
        for item in existing(self.form, draft):
            if item.ask.hidden or item.name == WHOM or item.name in self.problems:
                continue
            if item.name not in draft.answers and self._typed(item):
                self.problems[item.name] = told or words.NOT_READ
            elif item.name not in draft.answers and not item.ask.optional:
                self.problems[item.name] = words.REQUIRED
            elif item in self._of_people() and any(map(_is_open, draft.answers.get(item.name) or ())):
                self.problems[item.name] = words.WHICH_ONE
        return not self.problems

    def blanks(self) -> Sequence[Blank]:
        """List the fields as they are shown."""
        return [
            self._blank(item)
            for item in existing(self.form, self.draft)
            if not item.ask.hidden and item.name != WHOM
        ]

    def _take(self, item: FormField, posted: Mapping[str, str], answers: dict[str, Any]) -> None:
        text = cleaned(posted.get(item.name, ""))
        added = posted.get(f"add.{item.name}", "")
        if not text and not added:
            return
        raw = self._lines(item, text, added) if item.ask.many else self._value(item, text)
        if raw in (None, []):
            self.problems[item.name] = _unread(item)
            return
        try:
            answers[item.name] = item.accepted(raw)
        except ValidationError as error:
            self.problems[item.name] = complaint(error)

    def _lines(self, item: FormField, text: str, added: str) -> list[Any] | None:
        """Read a list, line by line."""
        before = {self._line(item, value): value for value in self.known.answers.get(item.name) or ()}
        found: list[Any] = []
        for line in filter(None, map(str.strip, text.split("\n"))):
            if line in before:
                found.append(before[line])
                continue
            read = [line] if item.ask.read is None else item.ask.read(line, self.place.now)
            if not isinstance(read, list):
                return None
            found += self._people(line, read) if _holds_people(item) else read
        named = {people.person_of(value) for value in found if _holds_people(item)}
        if people_lines.known_person(added, self.place.directory) and people.person_of(added) not in named:
            found.append(added)
        most = item.ask.most if _holds_people(item) else None
        return found if most is None or most >= 20 or len(found) <= most else None

    def _people(self, line: str, parts: Sequence[str]) -> list[str]:
        """The people of a line: one known one, or as many as it names; what says "p:" itself is a mention too."""
        directory = self.place.directory
        known = people_lines.value_of(line, directory)
        if known is not None:
            return [known]
        return [people_lines.value_of(part, directory) or _plain(part) for part in parts if _plain(part)]

    def _value(self, item: FormField, text: str) -> object | None:
        ask = item.ask
        if ask.kind == "choice":
            offered = item.options(self.options)
            return next((each.value for each in offered if text in (each.value, each.label)), None)
        if ask.kind == "yes_no":
            return {"yes": True, "no": False}.get(text)
        if ask.read is not None:
            return ask.read(text, self.place.now)
        return read_date(text, self.place.now.date()) if ask.kind == "date" else text

    def _typed(self, item: FormField) -> str:
        return cleaned((self.posted or {}).get(item.name, ""))

    def _blank(self, item: FormField) -> Blank:
        kind = _kind(item)
        values = self.draft.answers.get(item.name)
        return Blank(
            item.name,
            kind,
            item.ask.label,
            item.ask.asked(self.draft.answers),
            self._shown(item, values),
            not item.ask.optional,
            item.options(self.options) if kind == "choice" else (),
            item.options(self.options) if kind == "people" else (),
            self.problems.get(item.name, ""),
            self._picks(item, values) if kind == "people" else (),
            item.ask.quiet and item.name not in _USUAL and not values and not self._typed(item),
        )

    def _shown(self, item: FormField, value: Any) -> str:  # noqa: ANN401 - a JSON value of the field's own type
        """Write what stands in a field: what was typed, people as they were found, else the answer."""
        typed = self._typed(item)
        if value is None or (typed and not _holds_people(item)):
            return typed
        if isinstance(value, list):
            return "\n".join(self._line(item, each) for each in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)[:5] if item.ask.read is read_clock else str(value)

    def _line(self, item: FormField, value: Any) -> str:  # noqa: ANN401 - as above
        if _holds_people(item):
            return people_lines.line_of(self.said.get(value, value), self.place.directory)
        return (item.ask.show(value) if item.ask.show else str(value)).replace("\n", " ").strip()

    def _picks(self, item: FormField, values: Sequence[str] | None) -> Sequence[Pick]:
        open_ = [self.said.get(value, value) for value in values or ()]
        return [
            Pick(
                people_lines.pick_name(item.name, value),
                people.shown(value),
                self._whom(value),
                self._pick(item, value),
            )
            for value in list(filter(_is_open, open_))[:MOST_PICKS]
        ]

    def _chosen(self, item: FormField, value: str) -> str:
        """Give who was picked for an open mention; everything else stays."""
        if not _is_open(value):
            return value
        found = people_lines.picked(value, self._pick(item, value), self._whom(value))
        if found.startswith(people.NAMED):
            self.said[found] = value
        return found

    def _pick(self, item: FormField, value: str) -> str:
        return (self.posted or {}).get(people_lines.pick_name(item.name, value), "")

    def _whom(self, value: str) -> Sequence[Option]:
        day = str(self.draft.answers.get("day") or "")
        on = date.fromisoformat(day) if day else self.place.now.date()
        return people_lines.whom(value, self.place.directory, self.place.near, on)

    def _of_people(self) -> Sequence[FormField]:
        return [item for item in self.form.fields.values() if _holds_people(item)]


def _holds_people(item: FormField) -> bool:
    return item.ask.read is read_people


def _is_open(value: str) -> bool:
    return value.startswith(people.OPEN)


def _plain(part: str) -> str:
    """A typed name: the marks of answers are none of it."""
    return part.removeprefix(people.KNOWN).removeprefix(people.NAMED).lstrip(people.OPEN).strip()


def _kept(answers: Answers, name: str) -> dict[str, Any]:
    return {name: answers[name]} if answers.get(name) is not None else {}


def _kind(item: FormField) -> str:
    if item.ask.many:
        return "people" if _holds_people(item) else "list"
    if item.ask.kind in {"choice", "yes_no", "date"}:
        return item.ask.kind
    if item.ask.read in {read_clock, read_number}:
        return "time" if item.ask.read is read_clock else "number"
    return "line" if item.name in _SHORT else "area"


def _unread(item: FormField) -> str:
    if item.ask.kind == "date":
        return conversation.NOT_A_DATE
    kinds = {"time": words.NOT_A_TIME, "number": words.NOT_A_NUMBER, "choice": conversation.NOT_AN_OPTION}
    return kinds.get(_kind(item), words.TOO_MANY_HERE if item.ask.many else words.NOT_READ)


def is_iso(kind: str, value: str) -> bool:
    """Tell whether a browser's own date or time field can show a value."""
    try:
        return bool(date.fromisoformat(value) if kind == "date" else time.fromisoformat(value))
    except ValueError:
        return False
