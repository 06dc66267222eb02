"""Who may see and do what: one table of what is kept × action → the relations that may (DESIGN, section 5).

Relations come from the parts somebody had in a record and from the posts they hold today. Who holds no post
today has none but `outsider`. Three rules stand above the table:

- an administrator's other posts open nothing: only an own part in a record (author, talker, recorder, subject);
- the subject of a record has no way round by office: they see the points confirmed with them;
- a void record is not changed any more.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from bot.services.directory import Directory
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from storage import Post, RecordEntry, StoredPlan, StoredTicket

Relation = Literal[
    "author",
    "talker",
    "recorder",
    "subject",
    "responsible",
    "unit_head",
    "unit_member",
    "unit_discipline",
    "unit_organisation",
    "unit_liaison",
    "unit_clerk",
    "handler_above",
    "head_above",
    "administrator",
    "outsider",
]
"""How somebody stands to a thing.

`unit_…`: by a post in the organisation that keeps it (`unit_clerk` also by a clerk's post in an office directly
under it); `handler_above`: discipline or organisation head strictly above it; `head_above`: 一把手 strictly above;
`responsible`: must do what a ticket asks; `outsider`: none of these.
"""
What = Literal[
    "talk",
    "restricted_talk",
    "ledger",
    "restricted_ledger",
    "ticket",
    "restricted_ticket",
    "plan",
    "coverage",
    "organisation",
    "document",
]
Action = Literal["see", "see_points", "write", "correct", "void", "export", "count"]
"""`see`: the words; `see_points`: the points of a version put to the subject; `write`: make one (a note on a
ticket); `correct`: a new version (a ticket's new day or its closing); `count`: have it counted in figures."""

_OWN: frozenset[Relation] = frozenset({"author", "talker", "recorder"})
_PERSONAL: frozenset[Relation] = _OWN | {"subject"}
_LEADERS: frozenset[Relation] = frozenset(
    {"unit_head", "unit_member", "unit_discipline", "unit_organisation"}
)
_UNIT: frozenset[Relation] = _LEADERS | {"unit_liaison", "unit_clerk"}
_ABOVE: frozenset[Relation] = frozenset({"handler_above", "head_above"})
_STAFF: frozenset[Relation] = _UNIT | _ABOVE | {"administrator"}
_WATCHERS: frozenset[Relation] = _ABOVE | {"unit_head", "unit_discipline", "unit_organisation"}
_NOBODY: frozenset[Relation] = frozenset()


def _set(*relations: Relation) -> frozenset[Relation]:
    return frozenset(relations)


TABLE: Mapping[What, Mapping[Action, frozenset[Relation]]] = {
    "talk": {
        "see": _OWN | {"unit_liaison", "handler_above"},
        "see_points": _set("subject"),
        "write": _UNIT,
        "correct": _OWN | {"unit_liaison"},
        "void": _set("author", "talker"),
        "export": _OWN | {"unit_liaison", "handler_above"},
        "count": _OWN | _WATCHERS | {"unit_liaison"},
    },
    "restricted_talk": {
        "see": _OWN | {"handler_above"},
        "see_points": _set("subject"),
        "write": _UNIT,
        "correct": _OWN,
        "void": _set("author", "talker"),
        "export": _OWN | {"handler_above"},
        "count": _OWN | _WATCHERS,
    },
    "ledger": {
        "see": _OWN | _LEADERS | {"unit_liaison", "handler_above"},
        "see_points": _set("subject"),
        "write": _UNIT,
        "correct": _OWN | {"unit_liaison"},
        "void": _set("author", "talker"),
        "export": _OWN
        | {"unit_head", "unit_discipline", "unit_organisation", "unit_liaison", "handler_above"},
        "count": _OWN | _LEADERS | _ABOVE | {"unit_liaison"},
    },
    "restricted_ledger": {
        "see": _OWN | {"unit_discipline", "handler_above"},
        "see_points": _set("subject"),
        "write": _UNIT,
        "correct": _OWN,
        "void": _set("author", "talker"),
        "export": _OWN | {"unit_discipline", "handler_above"},
        "count": _OWN | _WATCHERS,
    },
    "ticket": {
        "see": _OWN | {"responsible", "unit_liaison", "handler_above"},
        "see_points": _NOBODY,
        "write": _OWN | {"responsible", "unit_liaison"},
        "correct": _OWN | {"unit_liaison"},
        "void": _set("author", "talker"),
        "export": _OWN | {"unit_liaison", "handler_above"},
        "count": _OWN | _WATCHERS | {"responsible", "unit_liaison"},
    },
    "restricted_ticket": {
        "see": _OWN | {"responsible", "handler_above"},
        "see_points": _NOBODY,
        "write": _OWN | {"responsible"},
        "correct": _OWN,
        "void": _set("author", "talker"),
        "export": _OWN | {"handler_above"},
        "count": _OWN | _WATCHERS | {"responsible"},
    },
    "plan": {
        "see": _set("author", "talker", "unit_liaison"),
        "see_points": _NOBODY,
        "write": _UNIT,
        "correct": _set("author", "talker", "unit_liaison"),
        "void": _set("author", "talker", "unit_liaison"),
        "export": _set("author", "talker", "unit_liaison"),
        "count": _set("author", "talker", "unit_liaison") | _WATCHERS,
    },
    "coverage": {
        "see": _WATCHERS | {"unit_liaison"},
        "see_points": _NOBODY,
        "write": _NOBODY,
        "correct": _NOBODY,
        "void": _NOBODY,
        "export": _WATCHERS | {"unit_liaison"},
        "count": _WATCHERS | {"unit_liaison"},
    },
    "organisation": {
        "see": _STAFF,
        "see_points": _NOBODY,
        "write": _set("administrator"),
        "correct": _set("administrator"),
        "void": _set("administrator"),
        "export": _set("administrator"),
        "count": _STAFF,
    },
    "document": {
        "see": _STAFF | _PERSONAL | {"responsible", "outsider"},
        "see_points": _NOBODY,
        "write": _set("administrator"),
        "correct": _set("administrator"),
        "void": _set("administrator"),
        "export": _STAFF | _PERSONAL | {"responsible", "outsider"},
        "count": _set("administrator"),
    },
}
"""Every cell. What is counted for somebody names no words; a restricted record is closed to who only writes up."""

_UNIT_RELATIONS: Mapping[str, Relation] = {
    "head": "unit_head",
    "member": "unit_member",
    "discipline": "unit_discipline",
    "organisation": "unit_organisation",
    "liaison": "unit_liaison",
    "section": "unit_clerk",
    "staff": "unit_clerk",
}
_CLERKS = frozenset({"section", "staff", "liaison"})


def what_of(entry: RecordEntry) -> What:
    """What a record is for the table; one of an unknown kind counts as restricted."""
    kinds = load_record_kinds()
    try:
        if entry.kind == TALK:
            return "restricted_talk" if kinds.talk(entry.talk_type or "").restricted else "talk"
        return "restricted_ledger" if kinds.ledger(entry.kind).restricted else "ledger"
    except KeyError:
        return "restricted_talk" if entry.kind == TALK else "restricted_ledger"


def unit_relations(viewer: str, organisation: str, directory: Directory, on: date) -> frozenset[Relation]:
    """How somebody stands to what an organisation keeps, by the posts they hold on a day."""
    posts = directory.posts_of(viewer, on)
    if any(post.role == "administrator" for post in posts):
        return frozenset({"administrator"})
    if organisation not in directory.organisations:
        return frozenset({"outsider"})
    found = {_by_post(post, organisation, directory) for post in posts}
    return frozenset(found - {"outsider"}) or frozenset({"outsider"})


def _by_post(post: Post, organisation: str, directory: Directory) -> Relation:
    if post.organisation == organisation:
        return _UNIT_RELATIONS[post.role]
    if post.role in _CLERKS and directory.organisation(post.organisation).parent == organisation:
        return "unit_clerk"
    if post.organisation in directory.above(organisation):
        if post.role in {"discipline", "organisation"}:
            return "handler_above"
        if post.role == "head":
            return "head_above"
    return "outsider"


def relations_of(viewer: str, entry: RecordEntry, directory: Directory, on: date) -> frozenset[Relation]:
    """How somebody stands to a record on a day."""
    own: dict[Relation, Collection[str]] = {
        "author": (entry.author,),
        "talker": entry.whose("talker"),
        "recorder": entry.whose("recorder"),
        "subject": entry.whose("subject"),
    }
    return _relations(viewer, own, entry.organisation, directory, on)


def _relations(
    viewer: str,
    own: Mapping[Relation, Collection[str]],
    organisation: str,
    directory: Directory,
    on: date,
) -> frozenset[Relation]:
    if not directory.posts_of(viewer, on):
        return frozenset({"outsider"})
    parts = {relation for relation, people in own.items() if viewer in people}
    if "subject" in parts:
        return frozenset(parts)
    return frozenset(parts | unit_relations(viewer, organisation, directory, on)) - (
        {"outsider"} if parts else set()
    )


def may(viewer: str, action: Action, entry: RecordEntry, directory: Directory, on: date) -> bool:
    """Tell whether somebody may do that with a record."""
    if entry.state == "void" and action in {"write", "correct", "void"}:
        return False
    return bool(TABLE[what_of(entry)][action] & relations_of(viewer, entry, directory, on))


def may_ticket(  # noqa: PLR0913, PLR0917 - who, what, of which record, where, when: nothing to leave out
    viewer: str, action: Action, ticket: StoredTicket, entry: RecordEntry, directory: Directory, on: date
) -> bool:
    """Tell whether somebody may do that with a ticket of a record.

    `responsible` is the person named, else the head and the liaison of the organisation that must do it.
    """
    relations = relations_of(viewer, entry, directory, on)
    if _is_responsible(viewer, ticket, directory, on):
        relations |= {"responsible"}
    what: What = "restricted_ticket" if what_of(entry).startswith("restricted") else "ticket"
    return bool(TABLE[what][action] & relations)


def _is_responsible(viewer: str, ticket: StoredTicket, directory: Directory, on: date) -> bool:
    if ticket.responsible is not None:
        return viewer == ticket.responsible and bool(directory.posts_of(viewer, on))
    posts = directory.posts_at(ticket.organisation, on, frozenset({"head", "liaison"}))
    return viewer in {post.person for post in posts}


def may_plan(viewer: str, action: Action, plan: StoredPlan, directory: Directory, on: date) -> bool:
    """Tell whether somebody may do that with a planned talk."""
    own: dict[Relation, Collection[str]] = {
        "author": (plan.author,),
        "talker": (plan.talker,),
        "subject": plan.subjects,
    }
    return bool(TABLE["plan"][action] & _relations(viewer, own, plan.organisation, directory, on))


def may_unit(  # noqa: PLR0913, PLR0917 - as above
    viewer: str, action: Action, what: What, organisation: str, directory: Directory, on: date
) -> bool:
    """Tell whether somebody may do that with what an organisation keeps, without a record at hand."""
    return bool(TABLE[what][action] & unit_relations(viewer, organisation, directory, on))
