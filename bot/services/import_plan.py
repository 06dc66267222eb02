"""A plan in the making: what a file says so far, and what is wrong with it."""

import hashlib
from dataclasses import dataclass, field, replace

from bot.services.directory import Directory
from bot.services.organisation_rows import Row
from storage import Organisation, Person, Post
from yanlu.texts import imports as texts

MAX_NAME = 100
Entry = Organisation | Person | Post


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the file."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. With `errors` it does nothing; `warnings` do not keep it from being done.

    `changed` includes posts; `ended` are posts that got a last day; `unchanged` counts what stays as it is.
    """

    new: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    ended: tuple[Post, ...] = ()
    unchanged: int = 0
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    examples: int = 0

    @property
    def appointments(self) -> tuple[Post, ...]:
        """The posts that are new and not yet over in the file."""
        return tuple(each for each in self.new if isinstance(each, Post) and each.until is None)

    @property
    def rows(self) -> tuple[Entry, ...]:
        """Everything to be written."""
        return (*self.new, *self.changed, *self.ended)


@dataclass
class Draft:
    """A plan in the making."""

    directory: Directory
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def wrong(self, place: str, text: str) -> None:
        """Keep a mistake."""
        self.problems.append(Problem(place, text))


def required(row: Row, column: str, draft: Draft) -> str:
    """The text of a cell that must be filled; "" where that is a mistake, which is kept."""
    text = row.text(column)
    if not text:
        draft.wrong(row.at(column), texts.missing(column))
    elif len(text) > MAX_NAME:
        draft.wrong(row.at(column), texts.too_long(column, MAX_NAME))
        return ""
    return text


def id_of(kind: str, *parts: str) -> str:
    """The id made of what identifies a row: 16 characters, the same in every installation."""
    return hashlib.blake2b("\x1f".join((kind, *parts)).encode(), digest_size=8).hexdigest()


def compared(draft: Draft, examples: int) -> ImportPlan:
    """Part what is new, changed, ended and unchanged."""
    new: list[Entry] = []
    changed: list[Entry] = []
    ended: list[Post] = []
    before: dict[str, Entry] = {**draft.directory.organisations, **draft.directory.people}
    before.update({each.id: each for each in draft.directory.posts})
    told: tuple[Entry, ...] = (*draft.organisations.values(), *draft.people.values(), *draft.posts.values())
    for each in told:
        kept = before.get(each.id)
        if kept is None:
            new.append(each)
        elif (
            isinstance(each, Post)
            and isinstance(kept, Post)
            and kept.until is None
            and each.until is not None
        ):
            ended.append(each)
        elif _real(kept) != each:
            changed.append(each)
    unchanged = len(told) - len(new) - len(changed) - len(ended)
    return ImportPlan(
        tuple(new), tuple(changed), tuple(ended), unchanged, (), tuple(draft.warnings), examples
    )


def _real(row: Entry) -> Entry:
    """A row as a file tells it: a sample that a file names is one no more."""
    return row if isinstance(row, Post) else replace(row, sample=False)
