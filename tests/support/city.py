"""A small city: three levels, posts with dates, and records of talks among them, for tests of duties and figures."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from bot.services.directory import Directory
from storage import Organisation, Person, Post, RecordEntry, RecordPerson
from storage.people_rows import Role

CITY, RIVER, HILL, WEST, EAST = "city", "river", "hill", "west", "east"
ORGANISATIONS = (
    Organisation(CITY, "01", "示例市"),
    Organisation(RIVER, "0101", "河区", CITY),
    Organisation(HILL, "0102", "山区", CITY),
    Organisation(WEST, "010101", "西街", RIVER),
    Organisation(EAST, "010102", "东街", RIVER),
)
LONG_AGO = date(2020, 1, 1)


def post(
    person: str,
    organisation: str,
    role: Role = "head",
    since: date | None = LONG_AGO,
    until: date | None = None,
) -> Post:
    """A post; its id tells all of it."""
    return Post(f"{person}-{organisation}-{role}-{since}", person, organisation, role, "职务", since, until)


def directory_of(posts: Iterable[Post]) -> Directory:
    """The city with these posts; people are named by their ids."""
    held = tuple(posts)
    people = [Person(each, each, f"名{each}") for each in dict.fromkeys(one.person for one in held)]
    return Directory.of(ORGANISATIONS, people, held)


def talk(
    id_: int,
    day: date,
    talker: str,
    *subjects: str,
    kind: str = "监督谈话",
    places: dict[str, str] | None = None,
    **changed: object,
) -> RecordEntry:
    """A filed talk."""
    people = (
        RecordPerson("talker", talker),
        *(RecordPerson("subject", each, (places or {}).get(each)) for each in subjects),
    )
    values = {
        "id": id_,
        "kind": "talk",
        "talk_type": kind,
        "organisation": CITY,
        "day": day,
        "state": "filed",
        "version": 1,
        "author": talker,
        "filed": datetime(2026, 1, 1, tzinfo=UTC),
        "supplementary": False,
        "people": people,
    }
    return RecordEntry(**{**values, **changed})
