"""Where one stands, from what is kept: duties, coverage, tickets, figures and the data of the year's report."""

from datetime import UTC, date, datetime

import pytest

from bot.services.cadences import load_cadences, set_cadence
from bot.services.directory import DirectoryService
from bot.services.duties import Obligation, Period
from bot.services.standing import StandingService
from storage import Database, Excuse, NewRecord, NewTicket, RecordPerson, TicketNote
from tests.support.city import CITY, EAST, ORGANISATIONS, RIVER, WEST, directory_of, post
from yanlu.errors import YanluError

NOW = datetime(2026, 7, 1, 2, tzinfo=UTC)
TODAY = date(2026, 7, 1)
YEAR = Period.year(2026)
POSTS = (
    post("mayor", CITY),
    post("vice", CITY, "member"),
    post("river", RIVER),
    post("west", WEST),
    post("east", EAST),
)
PLACES = {"mayor": CITY, "vice": CITY, "river": RIVER, "west": WEST, "east": EAST}


async def settle(database: Database, posts=POSTS) -> StandingService:
    """Keep the city and its people."""
    directory = directory_of(posts)
    async with database.transaction(NOW) as work:
        await work.people.put_organisations(ORGANISATIONS)
        await work.people.put_people(tuple(directory.people.values()))
        await work.people.put_posts(directory.posts)
    return StandingService(DirectoryService(database))


async def held(
    database: Database, talker: str, *subjects: str, kind="监督谈话", day=date(2026, 3, 3), **body
) -> int:
    """Keep a talk; gives its id."""
    people = (
        RecordPerson("talker", talker, PLACES[talker]),
        *(RecordPerson("subject", each, PLACES[each]) for each in subjects),
    )
    words = {
        "talk_type": kind,
        "talkers": [{"name": talker}],
        "subjects": [{"name": each} for each in subjects],
    }
    record = NewRecord(
        "talk", PLACES[talker], day, talker, {**words, "day": day.isoformat(), **body}, people, kind,
        supplementary="supplementary_reason" in body,
    )  # fmt: skip
    async with database.transaction(NOW) as work:
        return (await work.ledger.file(record, NOW)).entry.id


@pytest.fixture
async def standing(database: Database) -> StandingService:
    return await settle(database)


async def test_what_one_owes_and_what_is_done_of_it(database: Database, standing: StandingService) -> None:
    first = await held(database, "river", "west")
    async with database.transaction(NOW) as work:
        found = await standing.owed_by(work, "river", YEAR, TODAY)
        assert [(each.obligation.subject, each.ids) for each in found.mets] == [
            ("west", (first,)),
            ("east", ()),
        ]
        assert [each.obligation.subject for each in found.open] == ["east"]
        assert (await standing.owed_by(work, "west", YEAR, TODAY)).mets == ()
        to_east = await standing.owed_where(work, YEAR, TODAY, lambda each: each.subject == "east")
        assert [each.obligation.owers for each in to_east.mets] == [("river",)]


async def test_a_unit_sees_its_own_and_those_below(database: Database, standing: StandingService) -> None:
    def subjects(found) -> set[tuple[str, str]]:
        return {(each.obligation.talk_type, each.obligation.subject) for each in found.mets}

    async with database.transaction(NOW) as work:
        below = await standing.owed_in(work, RIVER, YEAR, TODAY)
        assert subjects(below) == {("监督谈话", "river"), ("监督谈话", "west"), ("监督谈话", "east")}
        alone = await standing.owed_in(work, WEST, YEAR, TODAY, below=False)
        assert subjects(alone) == {("监督谈话", "west")}
        alone = await standing.owed_in(work, RIVER, YEAR, TODAY, below=False)
        assert subjects(alone) == subjects(below)
        every = await standing.owed_where(work, YEAR, TODAY)
        assert every.total.needed == 5  # three 监督谈话, two 谈心谈话 with the deputy mayor


async def test_delegated_and_collective_talks_are_told_apart_by_their_words(
    database: Database, standing: StandingService
) -> None:
    await held(database, "vice", "river")
    await held(database, "river", "west", "east", mode="集体")
    async with database.transaction(NOW) as work:
        assert (await standing.owed_where(work, YEAR, TODAY)).total.held == 0
    delegated = await held(database, "vice", "river", mode="受委托")
    each_alone = await held(database, "river", "west", "east", mode="个别")
    async with database.transaction(NOW) as work:
        total = (await standing.owed_where(work, YEAR, TODAY)).total
        assert (total.held, total.records) == (3, (delegated, each_alone))


def _to_river(obligation: Obligation) -> bool:
    return obligation.subject == "river"


async def test_a_voided_talk_counts_no_more(database: Database, standing: StandingService) -> None:
    id_ = await held(database, "mayor", "river")
    async with database.transaction(NOW) as work:
        assert (await standing.owed_where(work, YEAR, TODAY, _to_river)).total.held == 1
        await work.ledger.void(id_, reason="写错了", author="mayor", now=NOW)
        assert (await standing.owed_where(work, YEAR, TODAY, _to_river)).total.held == 0


async def test_new_posts_and_settings_count_at_once(database: Database, standing: StandingService) -> None:
    async with database.transaction(NOW) as work:
        assert (await standing.owed_by(work, "river", YEAR, TODAY)).total.needed == 2
        await set_cadence(work, CITY, "监督谈话", {"per_year": 3})
        assert (await standing.owed_by(work, "river", YEAR, TODAY)).total.needed == 6
        with pytest.raises(YanluError):
            await set_cadence(work, CITY, "约谈", {"per_year": 1})
        with pytest.raises(YanluError):
            await set_cadence(work, CITY, "监督谈话", {"per_year": 0})
        await work.people.end_post(
            next(each.id for each in POSTS if each.person == "east"), date(2026, 1, 31)
        )
        assert (await standing.owed_by(work, "river", YEAR, TODAY)).total.needed == 3
        directory = await DirectoryService(database).of(work)
        assert (await load_cadences(work, directory)).held_to(WEST, "监督谈话", directory).per_year == 3


async def test_reasons_stand_with_what_is_missing(database: Database, standing: StandingService) -> None:
    async with database.transaction(NOW) as work:
        await work.standing.excuse(Excuse("east", "监督谈话", "2026", "长期病假", "river", NOW))
        found = await standing.owed_by(work, "river", YEAR, TODAY)
        reasons = {each.obligation.subject: each.excuse.reason for each in found.mets if each.excuse}
        assert reasons == {"east": "长期病假"}
        assert found.total.excused == 1


async def test_overdue_tickets_by_unit_and_person_the_oldest_first(
    database: Database, standing: StandingService
) -> None:
    record = await held(database, "river", "west")
    async with database.transaction(NOW) as work:

        def new(organisation: str, due: date, responsible: str | None = None) -> NewTicket:
            return NewTicket(record, "problem", "账目不清", organisation, responsible, due)

        wanted = [
            new(WEST, date(2026, 6, 30), "west"), new(WEST, date(2026, 5, 1)), new(WEST, TODAY), new(EAST, TODAY)
        ]  # fmt: skip
        ids = await work.tickets.add(wanted, date(2026, 3, 3))
        found = await standing.overdue_tickets(work, TODAY, organisations=[WEST])
        assert [each.id for each in found] == [ids[1], ids[0]]
        mine = await standing.overdue_tickets(work, TODAY, responsible="west")
        assert [each.id for each in mine] == [ids[0]]
        await work.tickets.note(ids[1], TicketNote(NOW, "river", "close", "已整改"))
        assert len(await standing.overdue_tickets(work, TODAY)) == 1


async def test_figures_of_a_ledger_name_their_records(database: Database, standing: StandingService) -> None:
    ids = [await held(database, "river", "west"), await held(database, "mayor", "river", kind="约谈")]
    async with database.transaction(NOW) as work:
        [ticket] = await work.tickets.add([NewTicket(ids[0], "problem", "账目不清", WEST)], date(2026, 3, 3))
        every = await standing.figures(work, None, YEAR, TODAY)
        assert every.talks.ids == tuple(ids)
        assert every.tickets.opened.ids == (ticket,)
        own = await standing.figures(work, [RIVER], YEAR, TODAY)
        assert {name: figure.ids for name, figure in own.by_type.items()} == {"监督谈话": (ids[0],)}
        assert own.tickets.opened.count == 0
        none = await standing.figures(work, [RIVER], Period.quarter(2026, 2), TODAY)
        assert none.talks.count == 0


async def test_the_report_of_a_head_holds_what_was_done_and_what_was_not(
    database: Database, standing: StandingService
) -> None:
    await settle(database, (*POSTS, post("new", EAST, since=date(2026, 6, 20))))
    west = await held(database, "river", "west")
    heart = await held(database, "river", "west", kind="谈心谈话", supplementary_reason="出差")
    await held(database, "mayor", "river")
    async with database.transaction(NOW) as work:
        await work.tickets.add(
            [NewTicket(west, "requirement", "补齐制度", WEST, "west", TODAY)], date(2026, 3, 3)
        )
        await work.standing.excuse(Excuse("east", "监督谈话", "2026", "长期病假", "river", NOW))
        report = await standing.statement(work, "river", 2026, TODAY)
    assert (report.head.name, report.as_of) == ("名river", TODAY)
    assert report.talks == {"监督谈话": (f"2026-{west:06d}",), "谈心谈话": (f"2026-{heart:06d}",)}
    assert report.supplementary == (f"2026-{heart:06d}",)
    assert [each.text for each in report.tickets] == ["补齐制度"]
    appointment, supervision = report.duties
    assert (appointment.talk_type, appointment.days, supervision.per_year) == ("任职谈话", 30, 1)
    assert [each.due for each in appointment.owed] == [date(2026, 7, 20)]
    stands = {each.person.person: (each.held, each.reason, each.overdue) for each in supervision.owed}
    assert stands == {
        "west": ((f"2026-{west:06d}",), None, False),
        "east": ((), "长期病假", False),
        "new": ((), None, False),
    }
    assert report.numbers[west] == f"2026-{west:06d}"
