"""Who holds which post where: a frozen picture of organisations, people and posts, and questions about it.

Days are calendar days; "above" and "below" mean the tree of organisations.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar, get_args

from bot.services.name_search import NameIndex
from bot.services.routing import Establishment, Tree
from bot.services.talk_record import Who
from bot.services.titles import surname_of
from storage import Database, Organisation, Person, Post, UnitOfWork
from storage.people_rows import Role
from yanlu.errors import YanluError
from yanlu.texts import organisations as texts

Row = TypeVar("Row")
LEADING: frozenset[Role] = frozenset({"head", "member", "discipline", "organisation"})
"""The roles of a leading body; the others are above nobody by the place they sit in."""
HEAD: frozenset[Role] = frozenset({"head"})
_RANK = {role: rank for rank, role in enumerate(get_args(Role))}


@dataclass(frozen=True, eq=False)
class Directory:
    """A snapshot. Made by `of`, which refuses what is no tree; lookups by unknown ids raise KeyError."""

    organisations: Mapping[str, Organisation]
    people: Mapping[str, Person]
    posts: tuple[Post, ...]

    @classmethod
    def of(
        cls, organisations: Iterable[Organisation], people: Iterable[Person], posts: Iterable[Post]
    ) -> "Directory":
        """Put the rows together. Raises YanluError on a cycle, or a parent, person or place that is not there."""
        by_id = {each.id: each for each in organisations}
        known = {each.id: each for each in people}
        for each in by_id.values():
            if each.parent is not None and each.parent not in by_id:
                raise YanluError(texts.no_parent(each.name), next_step=texts.CHECK_FILE)
        loop = cycle_in({each.id: each.parent for each in by_id.values()})
        if loop:
            raise YanluError(texts.cycle([by_id[id_].name for id_ in loop]), next_step=texts.CHECK_FILE)
        held = tuple(sorted(posts, key=_in_order))
        for post in held:
            if post.organisation not in by_id or post.person not in known:
                raise YanluError(texts.dangling_post(post.title), next_step=texts.CHECK_FILE)
        return cls(by_id, known, held)

    def organisation(self, id_: str) -> Organisation:
        """The organisation."""
        return self.organisations[id_]

    def person(self, id_: str) -> Person:
        """The person."""
        return self.people[id_]

    def children(self, id_: str) -> tuple[Organisation, ...]:
        """The organisations directly under one, by code."""
        return self._children.get(id_, ())

    @property
    def roots(self) -> tuple[Organisation, ...]:
        """The organisations with nothing above them, by code."""
        return self._children.get(None, ())

    def ancestors(self, id_: str) -> tuple[Organisation, ...]:
        """The organisations strictly above one, nearest first."""
        found = []
        parent = self.organisations[id_].parent
        while parent is not None:
            found.append(self.organisations[parent])
            parent = found[-1].parent
        return tuple(found)

    def above(self, id_: str) -> frozenset[str]:
        """The ids of the organisations strictly above one."""
        return self._above[id_]

    def below(self, id_: str) -> tuple[str, ...]:
        """The ids of an organisation and of all under it, from the top down."""
        found = [self.organisations[id_].id]
        for each in found:
            found.extend(child.id for child in self.children(each))
        return tuple(found)

    def posts_of(self, person: str, on: date | None = None) -> tuple[Post, ...]:
        """The posts a person holds on a day (ever, without one), the weightiest role first."""
        return tuple(post for post in self._by_person.get(person, ()) if on is None or post.held(on))

    def posts_at(
        self, organisation: str, on: date | None = None, roles: Collection[Role] | None = None
    ) -> tuple[Post, ...]:
        """The posts held in an organisation on a day (ever, without one), of some roles when given."""
        return tuple(
            post
            for post in self._by_place.get(organisation, ())
            if (on is None or post.held(on)) and (roles is None or post.role in roles)
        )

    def held(self, on: date) -> Iterator[Post]:
        """Every post held on a day."""
        return (post for post in self.posts if post.held(on))

    def establishment(self, on: date) -> Establishment:
        """Tree and posts of a day, without handlers; the last day's is kept, as each report asks for it."""
        if on not in self._establishments:
            posts: dict[str, set[str]] = {}
            for post in self.held(on):
                posts.setdefault(post.person, set()).add(post.organisation)
            tree = Tree({each.id: each.parent for each in self.organisations.values()})
            held = {person: frozenset(places) for person, places in posts.items()}
            self._establishments.clear()
            self._establishments[on] = Establishment(tree, held, {})
        return self._establishments[on]

    def bearers(self, name: str) -> tuple[Person, ...]:
        """The people who bear exactly that name."""
        return self._by_name.get(name, ())

    def name_in(self, text: str) -> str:
        """The longest name of a known person that stands in a text, "" when none does."""
        spans = (text[start:end] for start in range(len(text)) for end in range(start + 2, len(text) + 1))
        return max((span for span in spans if span in self._by_name), key=len, default="")

    def with_surname(self, surname: str) -> bool:
        """Tell whether anybody has that surname."""
        return surname in self._surnames

    def heads(self, organisation: str, on: date) -> tuple[Person, ...]:
        """The 一把手 of an organisation on a day; none while the place is vacant."""
        return tuple(
            self.people[id_]
            for id_ in dict.fromkeys(post.person for post in self.posts_at(organisation, on, HEAD))
        )

    def is_above(self, person: str, other: str, on: date) -> bool:
        """Tell whether a person stands above another on a day.

        They do with a leading post strictly above an organisation of the other's, or as head of one where the
        other is not.
        """
        if person == other:
            return False
        leading = [post for post in self.posts_of(person, on) if post.role in LEADING]
        return any(self._post_above(mine, theirs) for mine in leading for theirs in self.posts_of(other, on))

    def _post_above(self, mine: Post, theirs: Post) -> bool:
        if mine.organisation == theirs.organisation:
            return mine.role == "head" and theirs.role != "head"
        return mine.organisation in self.above(theirs.organisation)

    def who(self, person: str, on: date, organisation: str | None = None) -> Who:
        """A person as a record names them on a day, by the post held in `organisation` when they hold one there.

        Without any post that day only the name stands. Raises KeyError for an unknown person.
        """
        name = self.people[person].name
        posts = self.posts_of(person, on)
        post = next(
            (each for each in posts if each.organisation == organisation), posts[0] if posts else None
        )
        if post is None:
            return Who(name=name, person=person)
        return Who(
            name=name, title=post.title, unit=self.organisations[post.organisation].name, person=person
        )

    def find_organisations(self, text: str, limit: int = 8) -> tuple[Organisation, ...]:
        """Organisations a name, part of one, its sound, pinyin or initials may mean, best first."""
        return tuple(self.organisations[id_] for id_, _ in self.organisation_names.found(text, limit))

    def find_people(self, text: str, limit: int = 8) -> tuple[Person, ...]:
        """People a name, part of one, its sound, pinyin or initials may mean, best first."""
        return tuple(self.people[id_] for id_, _ in self._people_names.found(text, limit))

    def organisation_of_code(self, code: str) -> Organisation | None:
        """The organisation with the unit's own code."""
        return self._by_code.get(code)

    def person_of_code(self, code: str) -> Person | None:
        """The person with the unit's own code."""
        return self._people_by_code.get(code)

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        return {id_: frozenset(each.id for each in self.ancestors(id_)) for id_ in self.organisations}

    @cached_property
    def _establishments(self) -> dict[date, Establishment]:
        return {}

    def organisation_called(self, word: str) -> Organisation | None:
        """The organisation with that code, else the only one of exactly that name."""
        named = [each for each in self.organisations.values() if each.name == word]
        return self.organisation_of_code(word) or (named[0] if len(named) == 1 else None)

    def person_called(self, word: str) -> Person | None:
        """The person with that code, else the only one of exactly that name."""
        named = self.bearers(word)
        return self.person_of_code(word) or (named[0] if len(named) == 1 else None)

    @cached_property
    def organisation_names(self) -> NameIndex:
        """What organisations are called."""
        return NameIndex.of(
            {each.id: (each.name, *each.short_names, each.code) for each in self.organisations.values()}
        )

    @cached_property
    def _people_names(self) -> NameIndex:
        return NameIndex.of({each.id: (each.name, each.code) for each in self.people.values()})

    @cached_property
    def _by_code(self) -> dict[str, Organisation]:
        return {each.code: each for each in self.organisations.values()}

    @cached_property
    def _people_by_code(self) -> dict[str, Person]:
        return {each.code: each for each in self.people.values()}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Person, ...]]:
        return _grouped((each.name, each) for each in self.people.values())

    @cached_property
    def _surnames(self) -> frozenset[str]:
        return frozenset(surname_of(each.name) for each in self.people.values()) - {""}

    @cached_property
    def _children(self) -> dict[str | None, tuple[Organisation, ...]]:
        found: dict[str | None, list[Organisation]] = {}
        for each in sorted(self.organisations.values(), key=lambda one: one.code):
            found.setdefault(each.parent, []).append(each)
        return {parent: tuple(children) for parent, children in found.items()}

    @cached_property
    def _by_person(self) -> dict[str, tuple[Post, ...]]:
        return _grouped((post.person, post) for post in self.posts)

    @cached_property
    def _by_place(self) -> dict[str, tuple[Post, ...]]:
        return _grouped((post.organisation, post) for post in self.posts)


def cycle_in(parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The ids on a circle of parents, the first of them repeated at the end; empty for a forest."""
    sound: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in sound and at not in path:
            path[at] = None
            at = parents.get(at)
        if at is not None and at in path:
            walked = list(path)
            return (*walked[walked.index(at) :], at)
        sound.update(path)
    return ()


def _in_order(post: Post) -> tuple[int, date, str]:
    return (_RANK[post.role], post.since or date.min, post.id)


def _grouped(pairs: Iterable[tuple[str, Row]]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


class DirectoryService:
    """Gives the directory as a transaction sees it, put together anew only when people or posts changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[int, Directory] | None = None

    async def current(self) -> Directory:
        """The directory as it stands now, read in a transaction of its own."""
        async with self._database.transaction() as work:
            return await self.of(work)

    async def of(self, work: UnitOfWork) -> Directory:
        """The directory of this very moment of the transaction. Raises YanluError when it is no tree.

        A transaction that changed the directory itself and rolled back must not leave its number to another
        content: the numbers of `people.version` are taken to be of one content each.
        """
        version = await work.people.version()
        while self._kept is None or self._kept[0] != version:
            rows = await work.people.load()
            read = version
            version = await work.people.version()
            if read == version:  # else somebody committed between the tables: they may not fit together
                self._kept = (version, Directory.of(*rows))
        return self._kept[1]
