"""How people stand in a form's answers: one string each, so that a button can carry it.

"p:ID…" is a known person and how they are shown; "n:…" somebody the directory does not know, as they were
named; "?…" a mention that fits several and is asked about. Parts are joined by the unit separator.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from bot.conversation.form_fields import Answers, Option
from bot.services.directory import Directory
from bot.services.people_matching import decided, matches
from bot.services.talk_record import Who
from knowledge.talks.mentions import Mention
from yanlu.texts import talks as texts

KNOWN, NAMED, OPEN = "p:", "n:", "?"
NOBODY = "n:"
"""The choice "none of these": the mention is kept as it was said."""
MOST_OFFERED = 6
_PART = "\x1f"


def packed(mention: Mention) -> str:
    """An open mention as an answer."""
    return OPEN + _PART.join((*astuple(mention)[:5], "1" if mention.newly else ""))


def unpacked(value: str) -> Mention:
    """The mention of an open answer; a bare text is a mention of its own."""
    if not value.startswith(OPEN):
        return Mention(text=value)
    text, name, surname, title, unit, newly = (value[len(OPEN) :].split(_PART) + [""] * 6)[:6]
    return Mention(text, name, surname, title, unit, bool(newly))


def named(mention: Mention) -> str:
    """A mention as the answer for somebody unknown."""
    return NAMED + _PART.join((mention.name or mention.text, mention.title, mention.unit))


def who_of(value: str, directory: Directory, on: date) -> Who:
    """The person behind a settled answer, with the post held on that day."""
    if value.startswith(KNOWN):
        return directory.who(person_of(value), on)
    name, title, unit = [*value.removeprefix(NAMED).split(_PART), "", ""][:3]
    return Who(name=name, title=title, unit=unit)


def person_of(value: str) -> str:
    """The id in the answer for a known person."""
    return value.removeprefix(KNOWN).partition(_PART)[0]


def value_of(who: Who) -> str:
    """The answer that stands for somebody of a record."""
    return (
        _PART.join((KNOWN + who.person, who.shown))
        if who.person
        else NAMED + _PART.join((who.name, who.title, who.unit))
    )


def shown(value: str) -> str:
    """A person or a mention as a form shows them."""
    if value.startswith(KNOWN):
        return value.partition(_PART)[2]
    if value.startswith(NAMED):
        name, title, unit = [*value.removeprefix(NAMED).split(_PART), "", ""][:3]
        return Who(name=name, title=title, unit=unit).shown
    return unpacked(value).text


def settled_people(values: Sequence[str], directory: Directory, near: str | None, on: date) -> list[str]:
    """Match what is not yet matched: to one known person, to an open mention, or to a name; each once."""
    return list(dict.fromkeys(_settled(value, directory, near, on) for value in values))


def _settled(value: str, directory: Directory, near: str | None, on: date) -> str:
    if value.startswith(NAMED):
        return value
    if value.startswith(KNOWN):
        return value_of(who_of(value, directory, on))
    mention = unpacked(value)
    found = matches(mention, directory, near=near, on=on)
    sure = decided(found)
    if sure is not None:
        return value_of(directory.who(sure.person, on))
    return packed(mention) if found else named(mention)


def settled_answers(
    answers: Mapping[str, Any], names: Sequence[str], directory: Directory, near: str | None, on: date
) -> dict[str, Any]:
    """Answers with the choice `whom` put in its place, and the people of the named fields matched."""
    kept = {name: value for name, value in answers.items() if name != "whom"}
    if answers.get("whom"):
        kept |= chosen(kept, names, str(answers["whom"]))
    for name in names:
        if kept.get(name):
            kept[name] = settled_people(kept[name], directory, near, on)
    return kept


def gathered(
    partial: Mapping[str, list[Any]], names: Sequence[str], directory: Directory, on: date
) -> dict[str, list[Any]]:
    """People picked so far, each as they are kept; who was picked again is taken out."""
    kept = dict(partial)
    for name in names:
        values = [
            value_of(who_of(value, directory, on)) if value.startswith(KNOWN) else value
            for value in kept.get(name, ())
        ]
        if name in kept:
            kept[name] = [value for value in dict.fromkeys(values) if values.count(value) == 1]
    return kept


def whom_options(
    answers: Mapping[str, object], names: Sequence[str], directory: Directory, near: str | None, on: date
) -> tuple[Option, ...]:
    """The options of `whom`: whom the first open mention may mean, and none of them."""
    mention = open_mention(answers, names)
    if mention is None:
        return ()
    return (*candidates(mention, directory, near, on), Option(NOBODY, texts.NOBODY))


def whom_question(names: Sequence[str]) -> tuple[Callable[[Answers], str], Callable[[Answers], bool]]:
    """The question of a field `whom` over the named fields, and when the field exists."""

    def question(answers: Answers) -> str:
        mention = open_mention(answers, names)
        return texts.which_person(unpacked(mention).text if mention else "")

    return question, lambda answers: open_mention(answers, names) is not None


def first_open(values: Sequence[str]) -> str | None:
    """The first mention that is still open."""
    return next((value for value in values if value.startswith(OPEN)), None)


def candidates(value: str, directory: Directory, near: str | None, on: date) -> tuple[Option, ...]:
    """Whom an open mention may mean, best first."""
    found = matches(unpacked(value), directory, near=near, on=on)[:MOST_OFFERED]
    return tuple(Option(KNOWN + each.person, directory.who(each.person, on).shown) for each in found)


def chosen(answers: Mapping[str, object], names: Sequence[str], choice: str) -> dict[str, list[str]]:
    """Put a choice in the place of the first open mention of the named fields; gives the field that changed."""
    for name in names:
        values = [str(value) for value in _listed(answers.get(name))]
        mention = first_open(values)
        if mention is None:
            continue
        settled = named(unpacked(mention)) if choice == NOBODY else choice
        return {name: list(dict.fromkeys(settled if value == mention else value for value in values))}
    return {}


def open_mention(answers: Mapping[str, object], names: Sequence[str]) -> str | None:
    """The first open mention of the named fields."""
    return first_open([str(value) for name in names for value in _listed(answers.get(name))])


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
