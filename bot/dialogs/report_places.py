"""How the organisations of a report stand in its form: one string each, so that a button can carry it. Pure.

"o:ID…NAME" is a listed organisation, "w:NAME…ID…ABOVE" one that is not, under the listed ID. What is still open
stands last: "?NAME" wants a choice among those found, "u?NAME…SEARCHED" the one above. Parts are joined by the unit
separator; "o:ID" alone and "w:" are the buttons.
"""

from collections.abc import Sequence

from bot.conversation.form_fields import Option
from bot.services.directory import Directory
from bot.services.name_search import HEAD, WHOLE
from bot.services.reports.content import MAX_ORGANISATIONS, NamedOrganisation
from storage import Organisation
from yanlu.texts import conversation
from yanlu.texts import reports as texts

LISTED, UNLISTED, OPEN, ABOVE = "o:", "w:", "?", "u?"
MOST_OFFERED = 6
_MOST_NAME = 80
_PART = "\x1f"


def read_place(text: str, _now: object) -> str:
    """A button as it is; typed text as an open name."""
    if text == UNLISTED or (text.startswith(LISTED) and _PART not in text):
        return text
    return OPEN + text.replace(_PART, " ")[:_MOST_NAME]


def settled_places(values: Sequence[str], directory: Directory) -> tuple[list[str], str]:
    """Resolve what was typed and picked, in order; gives the values, at most one open one last, and what to ask."""
    done: dict[str, None] = {}
    asked = ""
    for value in values:
        if _is_done(value):
            done[value] = None
            continue
        settled = _taken(asked, value, directory)
        if _is_done(settled):
            done[settled] = None
            asked = ""
        else:
            asked = settled
    told = texts_asked(asked, directory)
    if len(done) > MAX_ORGANISATIONS:
        told = conversation.most_items(MAX_ORGANISATIONS)
    return [*list(done)[:MAX_ORGANISATIONS], *([asked] if asked else [])], told


def is_open(value: str) -> bool:
    """Whether a value still wants a choice."""
    return not _is_done(value)


def offered_places(values: Sequence[str], directory: Directory) -> list[Option]:
    """The buttons for what is open."""
    asked = values[-1] if values and is_open(values[-1]) else ""
    if asked.startswith(ABOVE):
        _, searched = _parts(asked.removeprefix(ABOVE))
        found = directory.find_organisations(searched, MOST_OFFERED) if searched else ()
        return [_option(each, directory) for each in (found or _tops(directory))]
    if asked.startswith(OPEN):
        found = directory.find_organisations(asked.removeprefix(OPEN), MOST_OFFERED)
        return [*(_option(each, directory) for each in found), Option(UNLISTED, texts.UNLISTED)]
    return []


def texts_asked(asked: str, directory: Directory) -> str:
    """What to ask for an open value, "" for none."""
    if asked.startswith(ABOVE):
        name, searched = _parts(asked.removeprefix(ABOVE))
        found = not searched or directory.find_organisations(searched, 1)
        return texts.asked_above(name) if found else f"{texts.NO_SUCH_ABOVE}{texts.asked_above(name)}"
    if asked.startswith(OPEN):
        name = asked.removeprefix(OPEN)
        return texts.asked_place(name) if directory.find_organisations(name, 1) else texts.NO_SUCH_PLACE
    return ""


def shown_place(value: str) -> str:
    """An organisation as the form shows it."""
    if value.startswith(LISTED):
        return _parts(value.removeprefix(LISTED))[1]
    if value.startswith(UNLISTED):
        name, _, above = ([*value.removeprefix(UNLISTED).split(_PART), "", ""])[:3]
        return texts.unlisted(name, above)
    return texts.to_be_settled(_parts(value.removeprefix(ABOVE).removeprefix(OPEN))[0])


def place_of(value: str) -> NamedOrganisation:
    """The organisation of a settled value."""
    if value.startswith(LISTED):
        id_, name = _parts(value.removeprefix(LISTED))
        return NamedOrganisation(name=name, id=id_)
    name, under, _ = ([*value.removeprefix(UNLISTED).split(_PART), "", ""])[:3]
    return NamedOrganisation(name=name, under=under)


def _is_done(value: str) -> bool:
    return value.startswith((LISTED, UNLISTED)) and _PART in value


def _taken(asked: str, value: str, directory: Directory) -> str:
    """What an open value becomes by what was typed or picked after it; "" where that made no sense."""
    if value.startswith(LISTED):
        picked = directory.organisations.get(value.removeprefix(LISTED))
        return asked if picked is None else _placed(asked, picked)
    if value == UNLISTED:
        return ABOVE + asked.removeprefix(OPEN) if asked.startswith(OPEN) else asked
    if value.startswith(ABOVE):
        return value
    sure = _sure(value.removeprefix(OPEN), directory)
    if sure is not None:
        return _placed(asked, sure)
    if asked.startswith(ABOVE):
        return _PART.join((ABOVE + _parts(asked.removeprefix(ABOVE))[0], value.removeprefix(OPEN)))
    return value


def _placed(asked: str, found: Organisation) -> str:
    if asked.startswith(ABOVE):
        name = _parts(asked.removeprefix(ABOVE))[0]
        return UNLISTED + _PART.join((name, found.id, found.name))
    return LISTED + _PART.join((found.id, found.name))


def _sure(name: str, directory: Directory) -> Organisation | None:
    """The one organisation of exactly that name, when no other could well be meant."""
    found = directory.organisation_names.found(name, 2)
    if not found or found[0][1] < WHOLE or (len(found) > 1 and found[1][1] >= HEAD - 0.05):
        return None
    return directory.organisation(found[0][0])


def _tops(directory: Directory) -> list[Organisation]:
    """The organisations at the top, and those directly below."""
    below = (child for root in directory.roots for child in directory.children(root.id))
    return [*directory.roots, *below][:MOST_OFFERED]


def _option(each: Organisation, directory: Directory) -> Option:
    above = "" if each.parent is None else directory.organisation(each.parent).name
    return Option(LISTED + each.id, texts.place_option(each.name, above))


def _parts(value: str) -> tuple[str, str]:
    first, _, second = value.partition(_PART)
    return first, second
