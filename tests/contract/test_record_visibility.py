"""The condition for a list says the same as the table of entitlements says of every single thing. Both databases."""

from datetime import date, datetime
from itertools import product

import pytest

from bot.services.clock import BEIJING
from bot.services.entitlements import may, may_ticket
from bot.services.visibility import seen_records, seen_tickets
from storage import NewRecord, NewTicket, RecordPerson, RecordQuery, TicketQuery
from tests.support.city_house import city_house

NOW = datetime(2026, 11, 23, 10, tzinfo=BEIJING)
KINDS = (("talk", "监督谈话"), ("talk", "诫勉谈话"), ("rectify", None), ("interference", None))
UNITS = ("A", "A01", "A0103", "A02")
PARTS = (
    (("talker", "P03"), ("subject", "P09")),
    (("talker", "P10"), ("subject", "P02")),
    (("recorder", "P07"), ("subject", "P03")),
    (("companion", "P16"), ("talker", "P08")),
    (("talker", "P14"),),
)


@pytest.fixture
async def city(tmp_path, database_url):
    async with city_house(tmp_path, database_url) as opened:
        yield opened


async def test_list_and_table_agree_for_everybody(city):
    directory = await city.directory()
    ids = {person.code: person.id for person in directory.people.values()}
    units = {unit.code: unit.id for unit in directory.organisations.values()}
    async with city.work() as work:
        for (kind, talk_type), unit, parts in product(KINDS, UNITS, PARTS):
            people = tuple(RecordPerson(part, ids[code]) for part, code in parts)
            stored = await work.ledger.file(
                NewRecord(kind, units[unit], date(2026, 11, 1), ids["P11"], {}, people, talk_type), NOW
            )
            responsible = [None, ids["P12"], ids["P03"]][stored.entry.id % 3]
            wanted = NewTicket(stored.entry.id, "problem", "x", units["A0103"], responsible)
            await work.tickets.add([wanted], NOW.date())
        entries = {each.id: each for each in await work.ledger.entries(RecordQuery())}
        tickets = await work.tickets.find(TicketQuery(), limit=1000)
        assert len(entries) == len(tickets) == 80
        seen_by = {}
        for person in directory.people:
            query = RecordQuery(seen=seen_records(person, directory, city.today))
            listed = {each.id for each in await work.ledger.entries(query)}
            allowed = {
                id_ for id_, each in entries.items() if may(person, "see", each, directory, city.today)
            }
            assert listed == allowed, directory.person(person).name
            assert await work.ledger.count(query) == len(allowed)
            asked = TicketQuery(seen=seen_tickets(person, directory, city.today))
            shown = {each.id for each in await work.tickets.find(asked, limit=1000)}
            meant = {
                each.id
                for each in tickets
                if may_ticket(person, "see", each, entries[each.record], directory, city.today)
            }
            assert shown == meant, directory.person(person).name
            assert await work.tickets.count(asked) == len(meant)
            seen_by[person] = (len(allowed), len(meant))
        assert len({count for count, _ in seen_by.values()}) > 4
        page = await work.ledger.entries(RecordQuery(), limit=7, offset=77)
        assert len(page) == 3
