"""How the people of a report stand in its form: one string each, so that a button can carry it. Pure.

"k:ID…NAME…POSITION" is a known person, "n:NAME…POSITION" somebody the directory does not know. What is still open
stands last: "?NAME" wants a choice among those found, "=NAME" the kind of post. "p:ID", "n:" and "=:POSITION" are the
buttons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from bot.conversation.form_fields import Option
from bot.services.directory import LEADING, Directory
from bot.services.people_matching import decided, matches
from bot.services.reports.content import MAX_CONCERNED, Concerned, Position
from knowledge.talks.mentions import Mention
from yanlu.texts import conversation
from yanlu.texts import reports as texts

KNOWN, NAMED, OPEN, POSITION, PICK, KIND = "k:", "n:", "?", "=", "p:", "=:"
MOST_OFFERED = 5
_MOST_NAME = 60
_PART = "\x1f"


def read_person(text: str, _now: object) -> str:
    """A button as it is; typed text as an open name."""
    if text == NAMED or (text.startswith((PICK, KIND)) and _PART not in text):
        return text
    return OPEN + text.replace(_PART, " ")[:_MOST_NAME]


def is_open(value: str) -> bool:
    """Whether a value still wants a choice."""
    return not (value.startswith((KNOWN, NAMED)) and _PART in value)


def shown_person(value: str) -> str:
    """A person as the form shows them."""
    if is_open(value):
        return texts.to_be_settled(value.removeprefix(OPEN).removeprefix(POSITION))
    each = person_of(value)
    return texts.person(each.name, each.position)


def person_of(value: str) -> Concerned:
    """The person of a settled value."""
    *known, name, position = value[len(KNOWN) :].split(_PART)
    return Concerned(name=name, position=cast("Position", position), person=known[0] if known else None)


@dataclass(frozen=True, slots=True)
class People:
    """Resolves names on a day, near the organisations (by id) that a report is about."""

    directory: Directory
    places: Sequence[str]
    on: date

    def settled(self, values: Sequence[str]) -> tuple[list[str], str]:
        """Resolve what was typed and picked, in order; gives the values, at most one open one last, and what to ask."""
        done: dict[str, None] = {}
        asked = ""
        for value in values:
            settled = value if not is_open(value) else self._taken(asked, value)
            if settled and not is_open(settled):
                done[settled] = None
                asked = ""
            else:
                asked = settled
        told = self._told(asked)
        if len(done) > MAX_CONCERNED:
            told = conversation.most_items(MAX_CONCERNED)
        return [*list(done)[:MAX_CONCERNED], *([asked] if asked else [])], told

    def offered(self, values: Sequence[str]) -> list[Option]:
        """The buttons: kinds of post, or those found for what is open."""
        asked = values[-1] if values and is_open(values[-1]) else ""
        if asked.startswith(OPEN):
            found = [Option(PICK + each, self._described(each)) for each in self._found(asked)]
            return [*found, Option(NAMED, texts.NOBODY_LISTED)]
        return [Option(KIND + position, words) for position, words in texts.POSITIONS.items()]

    def _taken(self, asked: str, value: str) -> str:
        """What an open value becomes by what was typed or picked after it."""
        if value.startswith(KIND):
            return self._by_position(asked, value.removeprefix(KIND))
        if value.startswith(PICK):
            person = value.removeprefix(PICK)
            return self._known(person) if person in self.directory.people else asked
        if value == NAMED:
            return POSITION + asked.removeprefix(OPEN) if asked.startswith(OPEN) else asked
        if value.startswith(POSITION):
            return value
        sure = decided(
            matches(Mention(value.removeprefix(OPEN)), self.directory, near=self._near, on=self.on)
        )
        if sure is not None and self._is_here(sure.person):
            return self._known(sure.person)
        return value if self._found(value) else POSITION + value.removeprefix(OPEN)

    def _by_position(self, asked: str, position: str) -> str:
        """Somebody by kind of post: the one head there is of these organisations, or nobody we could name."""
        if position not in get_args(Position):
            return asked
        if asked.startswith(POSITION):
            return NAMED + _PART.join((asked.removeprefix(POSITION), position))
        if position == "head":
            heads = {head.id for place in self.places for head in self.directory.heads(place, self.on)}
            if len(heads) == 1:
                return self._known(heads.pop())
        return NAMED + _PART.join((texts.unnamed(position), position))

    def _told(self, asked: str) -> str:
        if asked.startswith(OPEN):
            return texts.asked_person(asked.removeprefix(OPEN))
        return texts.asked_position(asked.removeprefix(POSITION)) if asked else ""

    def _found(self, asked: str) -> list[str]:
        said = Mention(asked.removeprefix(OPEN))
        found = matches(said, self.directory, near=self._near, on=self.on)
        return [each.person for each in found[:MOST_OFFERED]]

    def _known(self, person: str) -> str:
        name = self.directory.person(person).name
        return KNOWN + _PART.join((person, name, self._position(person)))

    def _position(self, person: str) -> Position:
        roles = {post.role for post in self.directory.posts_of(person, self.on)}
        return "head" if "head" in roles else "member" if roles & LEADING else "other"

    def _is_here(self, person: str) -> bool:
        return any(post.organisation in self.places for post in self.directory.posts_of(person, self.on))

    def _described(self, person: str) -> str:
        return self.directory.who(person, self.on).shown

    @property
    def _near(self) -> str | None:
        return self.places[0] if self.places else None
