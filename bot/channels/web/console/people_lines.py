"""People in a text field, a line each: known ones by post and name, with their code where two read alike. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from zlib import crc32

from bot.conversation.form_fields import Option
from bot.dialogs import people_values as people
from bot.services.directory import Directory
from bot.services.titles import titled
from yanlu.texts import talks

_CODE = re.compile(r"(.*)[((]([^()()]+)[))]")


def line_of(value: str, directory: Directory) -> str:
    """Give the line that stands for a settled answer, and that `value_of` reads back as the same person."""
    shown = people.shown(value).replace("\n", " ")
    if not value.startswith(people.KNOWN):
        return shown
    person = people.person_of(value)
    return shown if _bearers(shown, directory) == [person] else f"{shown}({directory.person(person).code})"


def value_of(line: str, directory: Directory) -> str | None:
    """Give the answer for the one known person a line names by a post and the name, or by the code; else None."""
    coded = _CODE.fullmatch(line)
    known = directory.person_of_code(coded[2].strip()) if coded else None
    if known is not None and coded is not None and known.name in coded[1]:
        return people.KNOWN + known.id
    found = _bearers(line, directory)
    return people.KNOWN + found[0] if len(found) == 1 else None


def known_person(value: str, directory: Directory) -> bool:
    """Tell whether an answer names somebody in the directory."""
    return value.startswith(people.KNOWN) and people.person_of(value) in directory.people


def pick_name(field: str, value: str) -> str:
    """Give the name of the field in which one says whom an open mention means; it stays while the mention does."""
    return f"pick.{field}.{crc32(people.shown(value).encode()):08x}"


def whom(value: str, directory: Directory, near: str | None, on: date) -> Sequence[Option]:
    """Give whom an open mention may mean, and none of them."""
    return (*people.candidates(value, directory, near, on), Option(people.NOBODY, talks.NOBODY))


def picked(value: str, choice: str, offered: Sequence[Option]) -> str:
    """Give the answer that a choice makes of an open mention; the mention itself where it was not offered."""
    if choice not in {each.value for each in offered}:
        return value
    return people.named(people.unpacked(value)) if choice == people.NOBODY else choice


def _bearers(line: str, directory: Directory) -> list[str]:
    """The people who are called so: by their name, and where posts are said by one that they hold or held."""
    name = line.rpartition(" ")[2]
    return [person.id for person in directory.bearers(name) if line in _lines(person.id, directory)]


def _lines(person: str, directory: Directory) -> set[str]:
    name = directory.person(person).name
    posts = directory.posts_of(person)
    units = ((directory.organisation(post.organisation).name, post.title) for post in posts)
    return {f"{titled(unit, title)} {name}" for unit, title in units}
