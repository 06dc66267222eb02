"""What a list of records is narrowed to: as typed, and as the store is asked. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.conversation.typed_text import cleaned
from bot.services.directory import Directory
from bot.services.talk_record import TALK
from bot.services.visibility import organisations_seen
from knowledge.records import load_record_kinds
from storage import RecordQuery, Seen
from yanlu.errors import YanluError
from yanlu.texts import console_records as words

FIELDS = ("kind", "unit", "below", "person", "since", "until", "state", "ticketed")
_TYPE = "type."


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose list it is, on a day."""

    person: str
    directory: Directory
    on: date


def typed(asked: Mapping[str, str]) -> dict[str, str]:
    """Give the fields of the filter as they were typed."""
    return {name: cleaned(asked.get(name, ""))[:100] for name in FIELDS}


def query_of(filters: Mapping[str, str], seen: Seen, viewer: Viewer) -> RecordQuery:
    """Give the query for a filter. Raises YanluError where a field says nothing that there is."""
    since, until = day_of(filters["since"]), day_of(filters["until"])
    if since and until and since > until:
        raise YanluError(words.BAD_PERIOD)
    kinds, types = _kinds(filters["kind"])
    return RecordQuery(
        organisations=organisations_of(filters, seen, viewer),
        person=person_of(filters["person"], viewer.directory),
        kinds=kinds,
        talk_types=types,
        since=since,
        until=until,
        states=("void",) if filters["state"] == "void" else ("filed",),
        seen=seen,
        ticketed=filters["ticketed"] == "yes",
    )


def kinds_offered() -> Sequence[tuple[str, str]]:
    """Give what one may narrow the kind to: all talks, a type of talk, a ledger."""
    kinds = load_record_kinds()
    talks = [(f"{_TYPE}{each.code}", each.code) for each in kinds.talks]
    ledgers = [(each.code, each.name) for each in kinds.ledgers]
    return [("", words.ANY), (TALK, words.ALL_TALKS), *talks, *ledgers]


def organisations_of(filters: Mapping[str, str], seen: Seen, viewer: Viewer) -> tuple[str, ...] | None:
    """Give the organisations that are meant, None for any. Raises YanluError for none that is seen."""
    name, directory = filters["unit"], viewer.directory
    if not name:
        return None
    allowed = organisations_seen(seen, viewer.person, directory, viewer.on)
    exact = [id_ for id_ in allowed if name in {directory.organisation(id_).name, *_short(directory, id_)}]
    near = [each.id for each in directory.find_organisations(name) if each.id in set(allowed)]
    found = next(iter((*exact, *near)), None)
    if found is None:
        raise YanluError(words.NO_UNIT)
    return directory.below(found) if filters["below"] == "yes" else (found,)


def person_of(name: str, directory: Directory) -> str | None:
    """Give the person meant by a name or a code, None for anybody. Raises YanluError for none and for several."""
    if not name:
        return None
    coded = directory.person_of_code(name)
    found = [coded] if coded else list(directory.bearers(name)) or list(directory.find_people(name, 1))
    if not found:
        raise YanluError(words.NO_PERSON)
    if len(found) > 1:
        raise YanluError(words.same_name([words.coded(each.name, each.code) for each in found]))
    return found[0].id


def day_of(text: str) -> date | None:
    """Give the day a date field says, None for an empty one. Raises YanluError for what is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise YanluError(words.BAD_DAY) from None


def _kinds(kind: str) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    if kind.startswith(_TYPE):
        return (TALK,), (kind.removeprefix(_TYPE),)
    return ((kind,), None) if kind else (None, None)


def _short(directory: Directory, id_: str) -> Sequence[str]:
    return directory.organisation(id_).short_names
