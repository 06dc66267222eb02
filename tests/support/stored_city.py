"""A small city for tests of the store: three organisations, four people, and rows that name them."""

from datetime import UTC, date, datetime

from storage import NewRecord, NewTicket, Organisation, Person, Post, RecordPerson, UnitOfWork

NOW = datetime(2026, 3, 4, 9, 30, 15, 123456, tzinfo=UTC)
TODAY = date(2026, 3, 4)

ORGANISATIONS = (
    Organisation("bureau", "A01-1", "滨河区城管局", "district", ("城管局", "区城管局")),
    Organisation("district", "A01", "滨河区委", "city", sample=True),
    Organisation("city", "A", "市委"),
)
PEOPLE = (
    Person("zhou", "P1", "周岚", "中共党员"),
    Person("qian", "P2", "钱卫"),
    Person("sun", "P3", "孙宁", sample=True),
    Person("li", "P4", "李默"),
)
POSTS = (
    Post("zhou-head", "zhou", "district", "head", "区委书记", date(2022, 5, 1)),
    Post("qian-head", "qian", "bureau", "head", "党组书记、局长", date(2024, 1, 8)),
    Post("sun-staff", "sun", "district", "liaison", "办公室科员"),
)


async def settled(work: UnitOfWork) -> None:
    """Put the city in."""
    await work.people.put_organisations(ORGANISATIONS)
    await work.people.put_people(PEOPLE)
    await work.people.put_posts(POSTS)


def talk(subject: str = "qian", *, of: str | None = "bureau", **changed: object) -> NewRecord:
    """A talk that 周岚 held with somebody of an organisation below."""
    values = {
        "kind": "talk",
        "organisation": "district",
        "day": TODAY,
        "author": "sun",
        "body": {"points": ["管好班子"], "start": "09:30"},
        "people": (
            RecordPerson("talker", "zhou", "district"),
            RecordPerson("subject", subject, of),
            RecordPerson("recorder", "sun"),
        ),
        "talk_type": "监督谈话",
    }
    return NewRecord(**(values | changed))


def ticket(record: int, text: str = "补齐制度", **changed: object) -> NewTicket:
    """A demand on the bureau."""
    values = {"kind": "requirement", "organisation": "bureau", "responsible": "qian", "due": date(2026, 4, 1)}
    return NewTicket(record=record, text=text, **(values | changed))
