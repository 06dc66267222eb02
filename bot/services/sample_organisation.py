"""The sample organisation of an empty start: every name says 示例, posts stand for people."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from bot.services.import_plan import id_of
from bot.services.invitations import issue
from storage import Database, Organisation, Person, Post, Role
from yanlu.texts import organisations as texts

LIFE = timedelta(days=7)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _SamplePost(_Frozen):
    code: str
    role: Role
    title: str
    invited: bool = False


class _SampleOrganisation(_Frozen):
    code: str
    name: str
    short_names: tuple[str, ...] = ()
    parent: str | None = None
    people: tuple[_SamplePost, ...]


class _Sample(_Frozen):
    organisations: tuple[_SampleOrganisation, ...]


SampleRows = tuple[tuple[Organisation, ...], tuple[Person, ...], tuple[Post, ...]]


@cache
def _load() -> _Sample:
    source = resources.files("bot.services").joinpath("data/sample_organisation.toml").read_text("utf-8")
    return _Sample.model_validate(tomllib.loads(source))


def sample_rows() -> SampleRows:
    """Its organisations, people and posts; whoever stands in several organisations is one person."""
    organisations, posts = [], []
    people: dict[str, Person] = {}
    for unit in _load().organisations:
        place = id_of("organisation", unit.code)
        parent = id_of("organisation", unit.parent) if unit.parent else None
        organisations.append(Organisation(place, unit.code, unit.name, parent, unit.short_names, sample=True))
        for each in unit.people:
            code = f"{texts.SAMPLE}-{each.code}"
            person = people.setdefault(
                code, Person(id_of("person", code), code, f"{texts.SAMPLE}·{each.code}", sample=True)
            )
            posts.append(
                Post(
                    id_of("post", person.id, place, each.role, each.title, ""),
                    person.id,
                    place,
                    each.role,
                    each.title,
                )
            )
    return tuple(organisations), tuple(people.values()), tuple(posts)


async def ensure_sample(database: Database, now: datetime) -> list[tuple[str, str]]:
    """Fill a database that has no organisation with the sample.

    Gives (who, invitation code) of a few of its people when it was made just now, else nothing; of several
    processes that start at once one makes it.
    """
    async with database.transaction(now) as work:
        await work.lock("sample organisation")
        known, _, _ = await work.people.load()
        if known:
            return []
        organisations, people, posts = sample_rows()
        await work.people.put_organisations(organisations)
        await work.people.put_people(people)
        await work.people.put_posts(posts)
        names = {each.id: each for each in people}
        invited = {
            f"{texts.SAMPLE}-{each.code}"
            for unit in _load().organisations
            for each in unit.people
            if each.invited
        }
        codes = []
        for id_, person in names.items():
            if person.code in invited:
                codes.append((person.name, await issue(work, id_, now, LIFE)))
        return codes
