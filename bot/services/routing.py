"""Which organisation receives a report, who reads it there, and who must never learn of it (DESIGN section 6).

Plain functions over ids. Nothing here fails: where the way up from the accused is not known for certain, the
answer is that nobody receives.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b


@dataclass(frozen=True, eq=False)
class Tree:
    """Organisations by the one directly above them, None for a top."""

    parents: Mapping[str, str | None]

    def ancestors(self, organisation: str) -> tuple[str, ...]:
        """The organisations strictly above one, nearest first.

        None for an unknown organisation, nor where the way up runs in a circle: nothing there is surely above.
        """
        found: dict[str, None] = {}
        above = self.parents.get(organisation)
        while above is not None:
            if above in found:
                return ()
            found[above] = None
            above = self.parents.get(above)
        return tuple(found)

    def within(self, organisations: Iterable[str]) -> frozenset[str]:
        """Those organisations and everything below any of them."""
        found = set(organisations)
        open_ = list(found)
        while open_:
            fresh = [child for child in self._children.get(open_.pop(), ()) if child not in found]
            found.update(fresh)
            open_.extend(fresh)
        return frozenset(found)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for organisation, parent in self.parents.items():
            if parent is not None:
                found.setdefault(parent, []).append(organisation)
        return found


@dataclass(frozen=True, eq=False)
class Establishment:
    """Who stands where on one day: posts by person, handlers by the organisation they receive reports for.

    To be a handler of an organisation is no post in it; who holds one there is in `posts` too.
    """

    tree: Tree
    posts: Mapping[str, frozenset[str]]
    handlers: Mapping[str, frozenset[str]]

    def holders(self, organisations: Iterable[str]) -> frozenset[str]:
        """The people with a post in any of the organisations."""
        return frozenset(person for each in organisations for person in self._by_place.get(each, ()))

    def received_by(self, handlers: Mapping[str, Iterable[str]]) -> "Establishment":
        """The same with these handlers; the posts by place go along, not made anew for each report."""
        found = replace(self, handlers={place: frozenset(people) for place, people in handlers.items()})
        vars(found)["_by_place"] = self._by_place
        vars(found)["_posts_print"] = self._posts_print
        return found

    @property
    def fingerprint(self) -> str:
        """The same for the same tree, posts and handlers: nothing else decides where a report goes."""
        handlers = sorted((place, sorted(people)) for place, people in self.handlers.items())
        return blake2b(repr(handlers).encode(), key=self._posts_print, digest_size=16).hexdigest()

    @cached_property
    def _posts_print(self) -> bytes:
        parts = sorted(self.tree.parents.items()), sorted((who, sorted(at)) for who, at in self.posts.items())
        return blake2b(repr(parts).encode(), digest_size=16).digest()

    @cached_property
    def _by_place(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for person, organisations in self.posts.items():
            for organisation in organisations:
                found.setdefault(organisation, []).append(person)
        return found


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a report is about, by ids.

    A person whom the directory does not know has no id, and counts by the organisation named. An organisation that
    is not listed has no id either: the reporter picks the nearest listed organisation above it, which goes into
    `unlisted_under` and is not itself accused.
    """

    organisations: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    unlisted_under: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """Where a report goes. `receiving` is None, and `recipients` empty, when nobody may have it: nothing is kept.

    `organisations` are the accused ones (A); `candidates` the organisations above them all, nearest first;
    `excluded` the people who must see nothing of the case: not in lists, counts, statistics, gaps or notices.
    """

    organisations: frozenset[str]
    candidates: tuple[str, ...]
    receiving: str | None
    recipients: frozenset[str]
    excluded: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reroute:
    """What a change of posts does to a case: its route from now on, who loses it, and who gets it anew.

    To those who get it anew the case's key has still to be sealed, by somebody who stays (`kept`) or, where nobody
    does, with the recovery key or the receipt.
    """

    route: Route
    lost: frozenset[str]
    gained: frozenset[str]
    kept: frozenset[str]
    moved: bool


def route(establishment: Establishment, accused: Accused) -> Route:
    """The route of a new report (DESIGN section 6, Routing).

    A is every organisation accused and every one where an accused person holds a post; Z is A and everything below
    it. The order of candidates: an organisation is a candidate only if it stands strictly above *every* organisation
    in A. Such organisations lie on one line, from the lowest that the accused have in common above them up to the
    top, and are asked in that order, nearest first. So a report on a head is never received in or below his own
    organisation; one on a head and on his superior goes above the superior; and accused from different branches meet
    at their lowest common organisation that is none of theirs. Branches without a common top have no candidate.

    A handler is eligible when not accused and without any post in Z: one post there excludes everywhere, whatever
    other posts are held. The first candidate with an eligible handler receives, all its eligible handlers are the
    recipients, and a report is never split between organisations.

    An unlisted organisation hangs directly under the one picked, which therefore is the first candidate. Where no
    organisation is placed at all (nobody known, nothing picked), nobody can be shown to stand above the accused, not
    even the top, who may be the one meant; so nobody receives until the reporter picks an organisation, for which the
    top may serve. The same holds of an accused organisation that the tree does not know.
    """
    organisations = _accused_organisations(establishment, accused)
    lines = [establishment.tree.ancestors(each) for each in sorted(organisations)]
    candidates = _common((*lines, *_lines_of_unlisted(establishment.tree, accused.unlisted_under)))
    excluded = _excluded(establishment, accused, organisations)
    return _received(establishment, organisations, candidates, excluded)


def excluded_from(establishment: Establishment, accused: Accused, person: str) -> bool:
    """Tell whether a person must see nothing of a case: they are accused, or hold a post in or below A."""
    return person in _excluded(establishment, accused, _accused_organisations(establishment, accused))


def rerouted(previous: Route, establishment: Establishment, accused: Accused) -> Reroute:
    """What becomes of a case that went `previous` when posts, handlers or the tree have changed.

    What once shut people out goes on doing so: organisations where an accused person held a post stay accused after
    he left, and who was excluded stays excluded. The case stays where it is while an eligible handler is left there,
    else goes up to the next candidate that has one; it never comes down to a nearer one that has become able to
    receive. Where an accused organisation, or the one picked above an unlisted one, has been dissolved, the line
    above the accused stays as it was, so that dissolving one takes no case from its handlers.
    """
    tree = establishment.tree
    organisations = _accused_organisations(establishment, accused) | previous.organisations
    dissolved = (previous.organisations | accused.unlisted_under) - tree.parents.keys()
    lines = [tree.ancestors(each) for each in sorted(organisations - dissolved)]
    lines.extend(_lines_of_unlisted(tree, accused.unlisted_under - dissolved))
    if dissolved:
        lines.append(previous.candidates)
    candidates = tuple(each for each in _common(lines) if previous.receiving not in tree.ancestors(each))
    excluded = _excluded(establishment, accused, organisations) | previous.excluded
    now = _received(establishment, organisations, candidates, excluded)
    return Reroute(
        now,
        lost=previous.recipients - now.recipients,
        gained=now.recipients - previous.recipients,
        kept=now.recipients & previous.recipients,
        moved=now.receiving != previous.receiving,
    )


def _accused_organisations(establishment: Establishment, accused: Accused) -> frozenset[str]:
    held = (establishment.posts.get(person, frozenset()) for person in accused.people)
    return accused.organisations.union(*held)


def _excluded(
    establishment: Establishment, accused: Accused, organisations: Collection[str]
) -> frozenset[str]:
    return establishment.holders(establishment.tree.within(organisations)) | accused.people


def _lines_of_unlisted(tree: Tree, parents: Iterable[str]) -> list[tuple[str, ...]]:
    return [(each, *tree.ancestors(each)) if each in tree.parents else () for each in sorted(parents)]


def _common(lines: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if not lines:
        return ()
    first, *others = lines
    return tuple(each for each in first if all(each in line for line in others))


def _received(
    establishment: Establishment,
    organisations: frozenset[str],
    candidates: tuple[str, ...],
    excluded: frozenset[str],
) -> Route:
    for each in candidates:
        eligible = establishment.handlers.get(each, frozenset()) - excluded
        if eligible:
            return Route(organisations, candidates, each, eligible, excluded)
    return Route(organisations, candidates, None, frozenset(), excluded)
