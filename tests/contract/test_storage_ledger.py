"""Records and their versions, and how they are found again, on both databases."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from storage import Database, RecordPerson, RecordQuery
from storage.backend import backend_of
from tests.support.stored_city import NOW, TODAY, settled, talk
from tests.support.stores import KEYS
from yanlu.errors import DatabaseCorrupt, StorageError

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
async def city(database):
    async with database.transaction(NOW) as work:
        await settled(work)
    return database


async def file(database, *records):
    async with database.transaction(NOW) as work:
        return [(await work.ledger.file(record, NOW)).entry.id for record in records]


async def correct(database, number, record, **named):
    async with database.transaction(LATER) as work:
        said = {"reason": "日期有误", "author": "zhou", "now": LATER} | named
        return await work.ledger.correct(number, record, **said)


async def found(database, **conditions):
    """The ids that find, entries and count agree on."""
    query = RecordQuery(**conditions)
    async with database.transaction(NOW) as work:
        whole = await work.ledger.find(query, limit=100)
        entries = await work.ledger.entries(query)
        assert [each.entry for each in whole] == list(entries)
        assert await work.ledger.count(query) == len(entries)
    return [each.id for each in entries]


async def test_a_record_comes_back_as_it_was_filed(city):
    record = talk(alike=(4, 7), supplementary=True, bands=(1, 2))
    async with city.transaction(NOW) as work:
        filed = await work.ledger.file(record, NOW)
    async with city.transaction(LATER) as work:
        read = await work.ledger.get(filed.entry.id)
        assert await work.ledger.get(filed.entry.id + 1) is None
    assert read == filed
    entry = read.entry
    assert (entry.kind, entry.talk_type, entry.organisation, entry.day) == (
        "talk",
        "监督谈话",
        "district",
        TODAY,
    )
    assert (entry.state, entry.version, entry.author, entry.filed) == ("filed", 1, "sun", NOW)
    assert (entry.supplementary, entry.alike, entry.people) == (True, (4, 7), record.people)
    assert entry.whose("subject") == ("qian",)
    assert (read.body, read.version, read.written, read.author) == (record.body, 1, NOW, "sun")
    assert (read.reason, read.void_reason) == (None, None)


async def test_a_correction_is_a_version_with_its_reason_and_the_one_before_stays(city):
    (number,) = await file(city, talk())
    new = talk("li", of=None, day=TODAY - DAY, body={"points": ["管好班子", "请示报告"]}, author="zhou")
    corrected = await correct(city, number, new, expected_version=1)
    assert (corrected.version, corrected.reason, corrected.author) == (2, "日期有误", "zhou")
    assert (corrected.written, corrected.body) == (LATER, new.body)
    assert (corrected.entry.author, corrected.entry.filed, corrected.entry.version) == ("sun", NOW, 2)
    assert (corrected.entry.day, corrected.entry.whose("subject")) == (TODAY - DAY, ("li",))
    async with city.transaction(LATER) as work:
        assert await work.ledger.get(number) == corrected
        first, second = await work.ledger.versions(number)
        assert await work.ledger.versions(number + 1) == []
    assert second == corrected
    assert (first.version, first.body, first.reason, first.author) == (1, talk().body, None, "sun")
    assert (first.entry.day, first.entry.people) == (TODAY, talk().people)
    assert (first.entry.version, first.entry.filed) == (2, NOW)
    assert await found(city, person="li") == [number]
    assert await found(city, person="qian") == []
    assert await found(city, since=TODAY) == []


async def test_of_two_who_correct_one_version_the_first_wins(city):
    (number,) = await file(city, talk())
    assert (await correct(city, number, talk(body={"n": 1}), expected_version=1)).version == 2
    assert await correct(city, number, talk(body={"n": 2}), expected_version=1) is None
    assert (await correct(city, number, talk(body={"n": 3}))).version == 3
    assert await correct(city, number + 1, talk()) is None


async def test_two_phones_that_correct_at_the_same_time_leave_every_version_whole(database_url):
    phones = [Database.open(database_url, keys=KEYS) for _ in range(2)]
    async with phones[0].transaction(NOW) as work:
        await settled(work)
    (number,) = await file(phones[0], talk())

    async def change(phone, expected):
        async with phone.transaction(NOW) as work:
            await asyncio.sleep(0.002)
            named = {"reason": "改", "author": "sun", "now": NOW, "expected_version": expected}
            made = await work.ledger.correct(number, talk(body={"by": id(phone)}), **named)
            await asyncio.sleep(0.002)
            return made

    for expected in range(1, 6):
        made = await asyncio.gather(*(change(phone, expected) for phone in phones))
        assert sorted(each is None for each in made) == [False, True]
    both = await asyncio.gather(*(change(phone, None) for phone in phones))
    assert sorted(each.version for each in both) == [7, 8]
    async with phones[0].transaction(NOW) as work:
        assert [each.version for each in await work.ledger.versions(number)] == list(range(1, 9))
    for phone in phones:
        await phone.close()


async def test_a_void_record_stays_with_its_reason_and_takes_no_correction(city):
    number, other = await file(city, talk(), talk())
    async with city.transaction(LATER) as work:
        assert await work.ledger.void(number, reason="重复登记", author="zhou", now=LATER)
        assert not await work.ledger.void(number, reason="再次", author="zhou", now=LATER)
        assert not await work.ledger.void(99, reason="没有", author="zhou", now=LATER)
        void = await work.ledger.get(number)
        assert [each.void_reason for each in await work.ledger.versions(number)] == ["重复登记"]
        whole = await work.ledger.find(RecordQuery(states=("void",)), limit=5)
    assert (void.entry.state, void.void_reason, void.body) == ("void", "重复登记", talk().body)
    assert whole == [void]
    assert await correct(city, number, talk()) is None
    assert await found(city) == [other]
    assert await found(city, states=("filed", "void")) == [other, number]


async def test_records_are_found_by_every_condition_together_newest_day_first(city):
    one, two, three, four = await file(
        city,
        talk(day=date(2026, 1, 5)),
        talk("li", of="district", talk_type="谈心谈话", day=date(2026, 2, 5)),
        talk(kind="warning", talk_type=None, organisation="bureau", people=(), day=date(2026, 2, 5)),
        talk(day=date(2025, 12, 31)),
    )
    assert await found(city) == [three, two, one, four]
    assert await found(city, organisations=("district",)) == [two, one, four]
    assert await found(city, organisations=("district", "bureau")) == [three, two, one, four]
    assert await found(city, organisations=()) == []
    assert await found(city, subjects_of=("bureau",)) == [one, four]
    assert await found(city, subjects_of=("bureau", "district")) == [two, one, four]
    assert await found(city, person="zhou") == [two, one, four]
    assert await found(city, person="zhou", part="subject") == []
    assert await found(city, person="li", part="subject") == [two]
    assert await found(city, kinds=("warning",)) == [three]
    assert await found(city, talk_types=("谈心谈话", "监督谈话")) == [two, one, four]
    assert await found(city, since=date(2026, 1, 5), until=date(2026, 2, 4)) == [one]
    assert await found(city, person="qian", talk_types=("监督谈话",), since=date(2026, 1, 1)) == [one]
    assert await found(city, states=()) == []


async def test_who_had_two_parts_in_a_record_finds_it_once(city):
    twice = (RecordPerson("talker", "zhou", "district"), RecordPerson("recorder", "zhou", "district"))
    (number,) = await file(city, talk(people=twice))
    assert await found(city, person="zhou") == [number]


async def test_pages_of_a_ledger_follow_one_another(city):
    numbers = await file(city, *(talk(day=TODAY - DAY * (n // 2)) for n in range(7)))
    pages = []
    async with city.transaction(NOW) as work:
        for offset in range(0, 9, 3):
            page = await work.ledger.find(RecordQuery(), limit=3, offset=offset)
            pages.append([each.entry.id for each in page])
    expected = sorted(numbers, key=lambda n: (-((n - 1) // 2), n), reverse=True)
    assert pages == [expected[:3], expected[3:6], expected[6:]]


async def test_near_identical_records_of_a_ledger_are_found_by_their_bands(city):
    one, two, far = await file(
        city, talk(bands=(1, 2, 2**64 - 1)), talk(bands=(2, -5)), talk(bands=(2,), organisation="bureau")
    )

    async def alike(*bands, organisation="district"):
        async with city.transaction(NOW) as work:
            return list(await work.ledger.alike(bands, organisation))

    assert await alike(2) == [one, two]
    assert await alike(1, -5, 77) == [one, two]
    assert await alike(2**64 - 1) == [one]
    assert await alike(2, organisation="bureau") == [far]
    assert await alike(3) == []
    assert await alike() == []
    await correct(city, one, talk(bands=(3,)))
    assert await alike(1, 2) == [two]
    assert await alike(3) == [one]
    async with city.transaction(NOW) as work:
        await work.ledger.void(one, reason="重复", author="sun", now=NOW)
    assert await alike(3) == []


async def test_a_disk_does_not_show_which_texts_are_alike(city, database_url):
    await file(city, talk(bands=(12, 2**40)))
    seen = []
    backend = backend_of(database_url, busy_timeout=5)
    async with backend.transaction() as session:
        seen.extend((await session.execute(sa.text("SELECT band FROM record_bands"))).scalars())
    await backend.close()
    assert len(seen) == 2
    assert not {12, 2**40} & set(seen)


@pytest.mark.parametrize(
    "changed",
    [
        {"organisation": "nowhere"},
        {"author": "nobody"},
        {"people": (RecordPerson("subject", "nobody"),)},
        {"people": (RecordPerson("subject", "qian", "nowhere"),)},
    ],
)
async def test_a_record_of_nobody_is_not_kept(city, changed):
    with pytest.raises(StorageError):
        await file(city, talk(), talk(**changed))
    assert await found(city) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE record_versions SET sealed = (SELECT sealed FROM record_versions WHERE record = 2) WHERE record = 1",
        "UPDATE record_versions SET sealed = substr(sealed, 1, 40) WHERE record = 1",
    ],
)
async def test_words_moved_to_another_record_do_not_open(city, execute, caplog, tampering):
    await file(city, talk(), talk("li", body={"points": ["别的"]}))
    await execute(tampering)
    async with city.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            await work.ledger.get(1)
        with pytest.raises(DatabaseCorrupt):
            await work.ledger.versions(1)
        assert [each.entry.id for each in await work.ledger.find(RecordQuery(), limit=9)] == [2]
        assert [each.id for each in await work.ledger.entries(RecordQuery())] == [2, 1]
    assert "broken seal" in caplog.text


async def test_an_older_version_cannot_be_passed_off_as_the_newest(city, execute):
    (number,) = await file(city, talk())
    await correct(city, number, talk(body={"points": ["更正后"]}))
    await execute(
        "UPDATE record_versions SET sealed = (SELECT sealed FROM record_versions WHERE version = 1)"
        " WHERE version = 2"
    )
    async with city.transaction(NOW) as work:
        with pytest.raises(DatabaseCorrupt):
            await work.ledger.get(number)


async def test_a_record_number_is_never_given_again(city):
    (one,) = await file(city, talk())
    with pytest.raises(StorageError):
        await file(city, talk(author="nobody"))
    (two,) = await file(city, replace(talk(), day=TODAY))
    assert two > one
