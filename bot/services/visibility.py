"""What somebody sees of the ledgers, as a condition for the store: the table of `entitlements`, read for a query.

A page of a list is then fetched by SQL; `entitlements.may` says the same of every single record (tests hold the two
together).
"""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.services.directory import Directory
from bot.services.entitlements import TABLE, What, unit_relations
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from storage import Seen, Shelf
from storage.people_rows import Role

_RECORDS: Sequence[What] = ("talk", "restricted_talk", "ledger", "restricted_ledger")
_ANSWERING: frozenset[Role] = frozenset({"head", "liaison"})
"""The posts that answer for what an organisation must do and nobody is named for."""


def seen_records(viewer: str, directory: Directory, on: date) -> Seen:
    """The records somebody sees."""
    whats: dict[What, tuple[What, ...]] = {what: (what,) for what in _RECORDS}
    return Seen(viewer, _shelves(viewer, whats, directory, on), own=_in_post(viewer, directory, on))


def seen_tickets(viewer: str, directory: Directory, on: date) -> Seen:
    """The tickets somebody sees: by their records, and those they must do."""
    whats: dict[What, tuple[What, ...]] = {
        "ticket": ("talk", "ledger"),
        "restricted_ticket": ("restricted_talk", "restricted_ledger"),
    }
    does_for = {post.organisation for post in directory.posts_of(viewer, on) if post.role in _ANSWERING}
    return Seen(
        viewer,
        _shelves(viewer, whats, directory, on),
        own=_in_post(viewer, directory, on),
        does_for=tuple(sorted(does_for)),
    )


def organisations_seen(seen: Seen, viewer: str, directory: Directory, on: date) -> tuple[str, ...]:
    """The organisations of whose ledgers somebody sees anything by their posts, by code."""
    own = {post.organisation for post in directory.posts_of(viewer, on)}
    found = own.union(*(shelf.organisations for shelf in seen.shelves))
    return tuple(sorted(found, key=lambda id_: directory.organisation(id_).code))


def _in_post(viewer: str, directory: Directory, on: date) -> bool:
    return bool(directory.posts_of(viewer, on))


def _shelves(
    viewer: str, whats: dict[What, tuple[What, ...]], directory: Directory, on: date
) -> tuple[Shelf, ...]:
    """Organisations that are alike in what of theirs is seen make one shelf."""
    alike: dict[tuple[What, ...], list[str]] = {}
    for place in _reached(viewer, directory, on):
        relations = unit_relations(viewer, place, directory, on)
        open_ = tuple(
            kept for what, records in whats.items() if TABLE[what]["see"] & relations for kept in records
        )
        if open_:
            alike.setdefault(open_, []).append(place)
    return tuple(_shelf(open_, places) for open_, places in alike.items())


def _reached(viewer: str, directory: Directory, on: date) -> Iterable[str]:
    """The organisations somebody's posts have anything to do with: their own and those below."""
    found: dict[str, None] = {}
    for post in directory.posts_of(viewer, on):
        found |= dict.fromkeys(directory.below(post.organisation))
    return found


def _shelf(open_: Sequence[What], places: Sequence[str]) -> Shelf:
    kinds = load_record_kinds()
    ledgers = [
        each.code for each in kinds.ledgers if ("restricted_ledger" if each.restricted else "ledger") in open_
    ]
    types = [each.code for each in kinds.talks if ("restricted_talk" if each.restricted else "talk") in open_]
    return Shelf(tuple(places), (*([TALK] if types else []), *ledgers), tuple(types))
