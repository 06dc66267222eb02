"""Whom a sentence means: mentions matched against the posts held on the day.

Every match has a score from 0 to 1: how well the words fit, less how far the person's organisation stands from
the author's. Two who fit equally stay two: the user is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.services import titles
from bot.services.directory import Directory
from bot.services.name_search import abbreviates, fit, fit_of_sounds, joined_sounds, plain_name
from knowledge.talks.mentions import Mention
from storage import Person, Post

NAMED, SURNAME_AND_TITLE, PLACE_AND_TITLE, GIVEN_NAME, SURNAME, TITLE = 1.0, 0.9, 0.85, 0.75, 0.7, 0.65
SOUNDS_LIKE = 0.5
"""What the words are worth, by what of a person they name."""
OTHER_PLACE = 0.35
"""Taken off a name whose organisation is said and is another one."""
NO_POST = 0.1
"""Taken off a name whose bearer held no post that day."""
NEWLY = 0.15
"""Added to who was appointed within `LATELY` days, taken off the others when 新来的 is said."""
LATELY = 200
ANY_TITLE, OWN_TITLE = 0.5, 0.9
"""How well a title must fit beside a surname, and alone."""
PLAUSIBLE = 0.35
SURE = 0.5
CLEAR = 0.1
"""By how much the first must stand before the second."""
_OWN, _NEXT, _BESIDE, _FAR = 0.0, 0.1, 0.2, 0.28
_SAID_PLACE = 0.6
"""How much nearness weighs where the organisation or the whole name is said."""


@dataclass(frozen=True, slots=True)
class Match:
    """A person (id) a mention may mean; `why` names what fitted: name, surname, title, unit, sound."""

    person: str
    score: float
    why: str


def matches(mention: Mention, directory: Directory, *, near: str | None, on: date) -> tuple[Match, ...]:
    """The people a mention may mean on a day, best first; nothing plausible gives ().

    `near` is the author's organisation. Someone whose post ended before the day is only matched by full name.
    """
    said = understood(mention, directory)
    steps = _steps(directory, near)
    whole = [_by_name(said, person, directory, steps, on) for person in directory.bearers(said.name)]
    found = whole or list(_by_sound(said, directory, steps, on)) or list(_by_post(said, directory, steps, on))
    if not found and said.name and said.title and directory.organisation_names.found(said.name, 1):
        # 东街道书记 looks like 东街道, a name: where nobody bears it and a place is called so, it is the place.
        found = list(_by_post(replace(said, name="", surname="", unit=said.name), directory, steps, on))
    best: dict[str, Match] = {}
    for each in found:
        if each.score >= PLAUSIBLE and (each.person not in best or best[each.person].score < each.score):
            best[each.person] = each
    return tuple(sorted(best.values(), key=lambda each: (-each.score, each.person)))


def decided(found: tuple[Match, ...]) -> Match | None:
    """The one that stands clear of the rest; None when there is none, or when two fit about equally."""
    if not found or found[0].score < SURE or found[0].why == "sound":
        return None
    if len(found) > 1 and round(found[0].score - found[1].score, 3) < CLEAR:
        return None
    return found[0]


def understood(mention: Mention, directory: Directory) -> Mention:
    """The mention with the parts that its words alone hold: a known full name, surname, title, unit, 新来的."""
    said = replace(mention, name=titles.without_courtesy(mention.name))
    words = said.name or (
        "" if said.surname or said.title or said.unit else titles.without_courtesy(said.text)
    )
    if words and not directory.bearers(words):
        read = _read(words, directory)
        said = replace(
            said,
            name=read.name,
            surname=said.surname or read.surname,
            title=said.title or read.title,
            unit=said.unit or read.unit,
            newly=said.newly or read.newly,
        )
    elif words:
        said = replace(said, name=words)
    unit, newly = titles.without_newly(said.unit)
    title, newly_too = titles.without_newly(said.title)
    return replace(said, unit=unit, title=title, newly=said.newly or newly or newly_too)


def _read(text: str, directory: Directory) -> Mention:
    """Take bare words apart; what has no title and no known name is taken for a name."""
    name = directory.name_in(text)
    if name:
        unit, title = titles.split_full_title(text.replace(name, "", 1))
        return Mention(text, name=name, unit=unit, title=title)
    rest, newly = titles.without_newly(text)
    rest, title = titles.split_title(rest)
    if not title:
        unit, surname = _familiar(rest, directory)
        return Mention(text, name="" if surname else rest, surname=surname, unit=unit, newly=newly)
    if _is_surname(rest, directory):
        return Mention(text, surname=rest, title=title, newly=newly)
    for length in (1, 2):
        unit, surname = rest[:-length].removesuffix("的"), rest[-length:]
        if len(unit) > 1 and _is_surname(surname, directory) and directory.find_organisations(unit, 1):
            return Mention(text, surname=surname, title=title, unit=unit, newly=newly)
    return Mention(text, title=title, unit=rest, newly=newly)


def _familiar(text: str, directory: Directory) -> tuple[str, str]:
    """Organisation and surname of 老杜, 农业局老杜; two empty texts where it is something else."""
    surname = titles.familiar_surname(text)
    if surname:
        return "", surname
    unit, surname = text[:-2].removesuffix("的"), titles.familiar_surname(text[-2:])
    return (
        (unit, surname) if surname and len(unit) > 1 and directory.find_organisations(unit, 1) else ("", "")
    )


def _is_surname(text: str, directory: Directory) -> bool:
    return text in titles.COMPOUND_SURNAMES or (len(text) == 1 and bool(directory.with_surname(text)))


def _by_name(
    said: Mention, person: Person, directory: Directory, steps: Mapping[str, float], on: date
) -> Match:
    posts = directory.posts_of(person.id, on)
    score = NAMED - (0.0 if posts else NO_POST)
    if posts:
        score -= _SAID_PLACE * min(steps.get(post.organisation, _FAR) for post in posts)
    else:
        score -= _SAID_PLACE * _FAR
    held = posts or directory.posts_of(person.id)
    if said.unit and not any(place_fit(said.unit, post, directory) for post in held):
        score -= OTHER_PLACE
    elif said.title and not any(_title_fit(said, post, directory) for post in held):
        score -= NO_POST
    return Match(person.id, round(score, 3), "name")


def _by_sound(said: Mention, directory: Directory, steps: Mapping[str, float], on: date) -> Iterator[Match]:
    """A name that nobody bears: a given name alone, or a slip of the same sound, near the author or in the said place."""
    name = said.name
    if len(name) < 2:
        return
    heard = joined_sounds(name)
    for post in directory.held(on):
        person = directory.person(post.person)
        step = steps.get(post.organisation, _FAR)
        place = place_fit(said.unit, post, directory) if said.unit else 0.0
        if not place and (said.unit or step > _BESIDE):
            continue
        surname = titles.surname_of(person.name)
        if surname and person.name[len(surname) :] == name:
            yield Match(person.id, round(GIVEN_NAME - _SAID_PLACE * step, 3), "given name")
        elif len(person.name) == len(name) and fit_of_sounds(heard, joined_sounds(person.name)) == 1:
            yield Match(person.id, round(SOUNDS_LIKE - 0.1 * step, 3), "sound")


def _by_post(said: Mention, directory: Directory, steps: Mapping[str, float], on: date) -> Iterator[Match]:
    """Surname, title and unit, as far as they are said: each that is said must fit."""
    if said.name or not (said.surname or said.title):
        return
    places: dict[tuple[str, str], float] = {}
    for post in directory.held(on):
        if said.surname and titles.surname_of(directory.person(post.person).name) != said.surname:
            continue
        title = _title_fit(said, post, directory) if said.title else 1.0
        if title < (ANY_TITLE if said.surname else OWN_TITLE):
            continue
        place = _place(said, post, directory, places) if said.unit else 1.0
        if not place:
            continue
        step = steps.get(post.organisation, _FAR) * (_SAID_PLACE if said.unit else 1.0)
        score = _worth(said) - (1 - title) * 0.5 - (1 - place) * 0.3 - step + _newly(said, post, on)
        yield Match(post.person, round(min(score, 1.0), 3), _why(said))


def _place(said: Mention, post: Post, directory: Directory, known: dict[tuple[str, str], float]) -> float:
    """How well the said organisation fits a post, where it may run into the title: 住建|局长, 街道|办事处主任."""
    whole = said.unit + said.title
    units = {said.unit}
    if len(said.title) == 2 and said.title[1] == "长":
        units.add(whole[:-1])
    parts = titles.parts_of(post.title)
    units.update(whole.removesuffix(part) for part in parts if said.title and len(part) > len(said.title))
    for unit in units:
        if unit and (unit, post.organisation) not in known:
            known[unit, post.organisation] = place_fit(unit, post, directory)
    fits = [known[unit, post.organisation] for unit in units if unit]
    return max(*fits, OWN_TITLE if any(whole in part for part in parts) else 0.0, 0.0)


def _worth(said: Mention) -> float:
    if said.surname:
        worth = SURNAME_AND_TITLE if said.title else SURNAME
        return worth + 0.1 if said.unit else worth
    return PLACE_AND_TITLE if said.unit else TITLE


def _why(said: Mention) -> str:
    return "+".join(name for name in ("unit", "surname", "title") if getattr(said, name))


def _newly(said: Mention, post: Post, on: date) -> float:
    if not said.newly:
        return 0.0
    lately = post.since is not None and 0 <= (on - post.since).days <= LATELY
    return NEWLY if lately else 0.0 if post.since is None else -NEWLY


def _title_fit(said: Mention, post: Post, directory: Directory) -> float:
    unit = directory.organisation(post.organisation).name
    return titles.title_fit(said.title, post.title, unit, post.role)


def place_fit(unit: str, post: Post, directory: Directory) -> float:
    """How well a spoken organisation names the one of a post, or the one it stands in, from 1 to 0."""
    said = plain_name(unit)
    place = directory.organisation(post.organisation)
    above = directory.ancestors(place.id)
    own = max(fit(said, plain_name(name)) for name in (place.name, *place.short_names))
    if own:
        return own
    path = "".join(plain_name(each.name) for each in reversed(above))
    for name in (place.name, *place.short_names):
        # 区住建局, 滨河区住建委: the name or its short form behind words for what it stands under.
        plain = plain_name(name)
        lead = said.removesuffix(plain)
        if lead != said and lead and abbreviates(lead, path):
            return 0.9
        if len(said) > 2 and said[-1:] == plain[-1:] and abbreviates(said, path + plain):
            return 0.65
    if above and any(fit(said, plain_name(name)) > 0.9 for name in (above[0].name, *above[0].short_names)):
        return 0.6
    return 0.0


def _steps(directory: Directory, near: str | None) -> dict[str, float]:
    """How far each organisation stands from the author's; those not named are far."""
    if near is None or near not in directory.organisations:
        return {}
    above = directory.ancestors(near)
    steps = dict.fromkeys(directory.below(near), _BESIDE)
    steps.update({each.id: _BESIDE for each in above})
    if above:
        steps.update({each.id: _BESIDE for each in directory.children(above[0].id)})
        steps[above[0].id] = _NEXT
    steps.update({each.id: _NEXT for each in directory.children(near)})
    steps[near] = _OWN
    return steps
