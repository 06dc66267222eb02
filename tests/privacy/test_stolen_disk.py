"""A thousand reports, and a thief with the whole disk: the database and the key file, read without the program.

What a passphrase, a receipt or a printed recovery key opens is compared with a routing written anew here, from the
rule's own words (DESIGN section 6) and the rows that were imported.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from random import Random

import pytest
import sqlalchemy as sa

from bot.services.reports.content import Concerned, Contact, FileLabel, NamedOrganisation, Report
from bot.services.reports.intake import Attached, HandIn, submit
from storage import Handler, Unlocked, back_up, unlock
from storage.backend import backend_of
from storage.backup_tables import LEFT_OUT
from storage.handler_keys import recovery_pair
from storage.receipts import canonical, receipt_keys
from storage.report_sealing import CaseKey, KeyPair, file_place
from storage.schema import metadata
from storage.sealed_tables import CASE_FACTS, SEALED_OTHERWISE, SEALED_TABLES
from storage.sealing import SealBroken
from tests.support.backup_reading import tables_in
from tests.support.canaries import Account, Needles, accounts, hashes, spellings
from tests.support.city_house import MONDAY, ORGANISATIONS, PEOPLE
from tests.support.report_house import ReportHouse, report_house
from tests.support.sealed_streams import opened_stream
from tests.support.stores import KEYS
from yanlu.errors import PassphraseWrong

REPORTS = {"sqlite": 1000, "postgresql": 200}
HANDLERS = (
    ("夏至", "临江市委"),
    ("冬青", "临江市委"),
    ("韦正", "青石区委"),
    ("蓝月", "青石区委"),
    ("沈秋", "白沙区委"),
    ("贾宜", "白沙区委"),
)
TODAY = MONDAY.date().isoformat()
CODES = {name: code for code, name, *_ in ORGANISATIONS}
NAMES = {code: name for name, code in CODES.items()}
ABOVE = {code: above for code, _, _, above in ORGANISATIONS}
NEVER_BY_INSTALLATION = frozenset(
    {
        "case_parts",
        "case_messages",
        "case_files",
        "case_chunks",
        "case_keys",
        "case_recovery",
        "case_receipts",
    }
)
GUESSES = ("", "12345678", "口令", "password", "yanlu", "KEYS")


# The rule, once more and in no way like the program's.


def posts() -> set[tuple[str, str]]:
    """Who holds a post where today, by name and code."""
    return {
        (name, code)
        for _, name, _, code, _, _, since, until in PEOPLE
        if since <= TODAY and (not until or until >= TODAY)
    }


def is_under(code: str, other: str) -> bool:
    """Whether an organisation is another or below it."""
    while code:
        if code == other:
            return True
        code = ABOVE[code]
    return False


def entitled(organisations: Iterable[str], people: Iterable[str]) -> tuple[str, frozenset[str]] | None:
    """The organisation that receives a report on these, and the handlers there who may read it; None for nobody."""
    accused = {*organisations, *(code for name, code in posts() if name in people)}
    shut = {name for name, code in posts() if any(is_under(code, each) for each in accused)} | set(people)
    common = [code for code in ABOVE if all(code != each and is_under(each, code) for each in accused)]
    nearest_first = sorted(common, key=lambda code: -sum(is_under(code, other) for other in ABOVE))
    for code in nearest_first:
        readers = {name for name, place in HANDLERS if CODES[place] == code} - shut
        if readers:
            return code, frozenset(readers)
    return None


# What is reported.


@dataclass(frozen=True)
class Told:
    """One report: what it says, and what became of it."""

    who: Account
    organisation: str
    readers: frozenset[str]
    number: str
    receipt: str
    is_named: bool
    has_file: bool


TARGETS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("A0102",), ()),
    (("A0103",), ("柳成",)),
    (("A0201",), ("陆仁",)),
    (("A0102", "A0201"), ()),
    (("A01",), ()),
    (("A0101",), ()),
    (("A0103",), ("韦正",)),
    (("A0104",), ("蓝月",)),
    (("A0201",), ("沈秋",)),
    (("A02",), ("贾宜",)),
    (("A0105",), ("江海", "温良")),
    (("A",), ()),
    (("A0102",), ("夏至",)),
)
"""Organisations and people accused; the last two have nobody above them."""


async def reported(house: ReportHouse, who: Account) -> Told | None:
    """Hand in one report; None where nobody may have it."""
    organisations, people = TARGETS[who.number % len(TARGETS)]
    ids = {name: await house.organisation(name) for name in (NAMES[code] for code in organisations)}
    concerned = [(name, (await house.person(name)).id) for name in people]
    report = Report(
        category="廉洁",
        organisations=tuple(NamedOrganisation(name=name, id=id_) for name, id_ in ids.items()),
        people=tuple(Concerned(name=name, position="other", person=id_) for name, id_ in concerned),
        course=who.text,
        named=who.number % 3 == 0,
    )
    contact = Contact(name=who.name, contact=who.phone) if report.named else None
    content = who.supplement.encode() * 3
    label = FileLabel(media_type="text/plain", ending=".txt", size=len(content))
    files = (Attached(label, content),) if who.number % 10 == 0 else ()
    async with house.work() as work:
        filed = await submit(work, house.desk, HandIn(report, contact, files), house.today)
    wanted = entitled(organisations, people)
    if filed is None:
        assert wanted is None, (organisations, people)
        return None
    assert wanted is not None, (organisations, people)
    place, readers = wanted
    assert filed.organisation == await house.organisation(NAMES[place]), (organisations, people)
    return Told(who, NAMES[place], readers, filed.number, filed.receipt, report.named, bool(files))


@dataclass
class Disk:
    """The tables as a thief reads them, without the program's own store; and what only the owners had."""

    tables: dict[str, list[dict[str, object]]]
    told: list[Told]
    handlers: dict[str, Handler]
    passphrases: dict[str, str]
    papers: dict[str, str]
    backup: dict[str, list[dict[str, object]]]

    def of(self, table: str) -> list[dict[str, object]]:
        return self.tables[table]

    def opens(self, pair: KeyPair | Unlocked, table: str = "case_keys") -> dict[str, CaseKey]:
        """Every sealed key on the disk that a key pair opens, whoever it is said to be for; by case."""
        pair = pair.pair if isinstance(pair, Unlocked) else pair
        found: dict[str, CaseKey] = {}
        for row in self.of(table):
            with suppress(SealBroken):
                found[row["case"]] = CaseKey.opened(row["sealed"], pair, row["case"])
        return found

    def read(self, key: CaseKey) -> tuple[str, tuple[str, str] | None, list[bytes]]:
        """What is told in a case: its text, its contact, its files."""
        parts = {row["place"]: row["sealed"] for row in self.of("case_parts") if row["case"] == key.number}
        report = Report.unpacked(key.open("report", parts["report"]))
        packed = key.open("contact", parts["contact"])
        contact = Contact.unpacked(packed) if packed else None
        files = []
        for row in self.of("case_files"):
            if row["case"] == key.number:
                chunks = sorted(
                    (each["number"], each["chunk"])
                    for each in self.of("case_chunks")
                    if each["case"] == key.number
                )
                files.append(
                    opened_stream(key, file_place(row["position"], "content"), [c for _, c in chunks])
                )
        return report.course, None if contact is None else (contact.name, contact.contact), files


async def tables_of(url: str) -> dict[str, list[dict[str, object]]]:
    backend = backend_of(url, busy_timeout=5)
    try:
        async with backend.transaction() as session:
            return {
                name: [dict(row._mapping) for row in (await session.execute(sa.select(table))).all()]
                for name, table in metadata.tables.items()
            }
    finally:
        await backend.close()


@pytest.fixture
async def disk(tmp_path, empty_url) -> AsyncIterator[Disk]:
    count = REPORTS[empty_url.partition(":")[0]]
    async with report_house(tmp_path / "home", empty_url, handlers=HANDLERS) as house:
        everybody = accounts(count * len(TARGETS) // (len(TARGETS) - 2) + 1)
        found = [await reported(house, each) for each in everybody]
        names = [name for name, _ in HANDLERS]
        file = tmp_path / "backup.zip"
        await back_up(empty_url, file, keys=KEYS, now=house.now)
        yield Disk(
            tables=await tables_of(empty_url),
            told=[each for each in found if each is not None][:count],
            handlers={name: await house.handler(name) for name in names},
            passphrases={name: house.passphrase(name) for name in names},
            papers=house.papers,
            backup=tables_in(file),
        )


# What the thief tries.


def unlockable(handler: Handler, guess: str) -> bool:
    try:
        unlock(handler, guess)
    except PassphraseWrong:
        return False
    return True


def by_installation(disk: Disk) -> Iterator[tuple[str, str, bytes]]:
    """Whatever a sealed column gives to the key file: as the program binds it, and bound in any other likely way."""
    known = {each.table.name: each for each in SEALED_TABLES}
    for (table, column), row in sealed_values(disk):
        value = row[column]
        bound = [known[table].parts(row)] if table in known and column == "sealed" else []
        numbers = [
            str(row[each]) for each in ("case", "place", "position", "number", "id", "locator") if each in row
        ]
        bound += [(), (table,), (table, *numbers[:1]), (table, *numbers), tuple(numbers)]
        for parts in bound:
            with suppress(Exception):
                yield table, column, KEYS.open(value, *parts)


def sealed_values(disk: Disk) -> Iterator[tuple[tuple[str, str], dict[str, object]]]:
    for name, table in metadata.tables.items():
        for column in table.columns:
            if isinstance(column.type, sa.LargeBinary):
                yield from (
                    ((name, column.name), row) for row in disk.of(name) if row[column.name] is not None
                )


def likely_keys() -> list[bytes]:
    """What a thief can make of the key file: the key itself, and everything the program derives."""
    (raw,) = KEYS._keys.values()
    purposes = ("receipt wrapping", "receipt locator", "vouch handler", "vouch recovery", "case", "report")
    return [raw, KEYS._opaque_key, *(KEYS.derived(purpose, "no receipt") for purpose in purposes), bytes(32)]


def needles_of(told: Iterable[Told]) -> Needles:
    kinds = ("text", "supplement", "name", "phone")
    values = [(kind, getattr(each.who, kind)) for each in told for kind in kinds]
    values += [("receipt", each.receipt) for each in told] + [
        ("bare receipt", canonical(each.receipt)) for each in told
    ]
    return Needles(
        (f"{kind} {name}", form)
        for kind, value in values
        for name, form in (*spellings(value), *hashes(value))
    )


async def test_a_thief_with_disk_and_key_file_reads_none_and_an_owner_exactly_theirs(disk):
    """With the database's own tables, and with those in what `yanlu backup` made of them."""
    everything_tried(disk)
    assert LEFT_OUT.keys().isdisjoint(disk.backup)
    nothing = {name: [] for name in metadata.tables}
    everything_tried(replace(disk, tables=nothing | disk.backup))


def everything_tried(disk: Disk) -> None:
    told = {each.number: each for each in disk.told}
    assert len(told) == len(disk.told) in REPORTS.values()
    assert {row["case"] for row in disk.of("case_parts")} >= set(told)
    without_anything(disk)
    with_a_passphrase(disk, told)
    with_a_receipt(disk, told)
    with_a_printed_key(disk, told)


def without_anything(disk: Disk) -> None:
    needles = needles_of(disk.told)
    everything = b"\0".join(
        value if isinstance(value, bytes) else str(value).encode()
        for rows in disk.tables.values()
        for row in rows
        for value in row.values()
    )
    assert needles.found(everything) == set()
    opened = list(by_installation(disk))
    assert {table for table, _, _ in opened} & NEVER_BY_INSTALLATION == set()
    assert "case_facts" in {table for table, _, _ in opened}, "the search opens what the key file does open"
    assert needles.found(b"\0".join(value for _, _, value in opened)) == set()
    for each, handler in product(GUESSES, disk.handlers.values()):
        assert not unlockable(handler, each)
    keys = likely_keys()
    for secret in keys:
        assert disk.opens(KeyPair.of(secret)) == {}
        assert disk.opens(KeyPair.of(secret), "case_recovery") == {}
        assert unwrapped(disk, secret) == {}
    parts = disk.of("case_parts")
    for secret, row in product(keys, parts[:400]):
        with pytest.raises(SealBroken):
            CaseKey(row["case"], secret).open(row["place"], row["sealed"])


def with_a_passphrase(disk: Disk, told: dict[str, Told]) -> None:
    read: set[str] = set()
    for name, handler in disk.handlers.items():
        for other, passphrase in disk.passphrases.items():
            assert unlockable(handler, passphrase) == (name == other)
        keys = disk.opens(unlock(handler, disk.passphrases[name]))
        assert set(keys) & set(told) == {each.number for each in told.values() if name in each.readers}, name
        read |= set(keys) & set(told)
    assert read == set(told)
    assert len({each.readers for each in told.values()}) >= 4, "the reports differ in who may read them"
    everybody = {
        name: disk.opens(unlock(handler, disk.passphrases[name])) for name, handler in disk.handlers.items()
    }
    for keys in everybody.values():
        for number in sorted(set(keys) & set(told))[:10]:
            assert_read(disk, told[number], keys[number])


def with_a_receipt(disk: Disk, told: dict[str, Told]) -> None:
    sample = Random(11).sample(sorted(told), 40)
    for number in sample:
        keys = receipt_keys(KEYS, told[number].receipt)
        assert [row["case"] for row in disk.of("case_receipts") if row["locator"] == keys.locator] == [number]
        (opened,) = unwrapped(disk, keys.wrapping).values()
        assert opened.number == number
        assert_read(disk, told[number], opened)
    stranger = receipt_keys(KEYS, "0000-0000-0000-0000-0000")
    assert unwrapped(disk, stranger.wrapping) == {}


def with_a_printed_key(disk: Disk, told: dict[str, Told]) -> None:
    for organisation, printed in disk.papers.items():
        keys = disk.opens(recovery_pair(printed), "case_recovery")
        assert set(keys) & set(told) == {
            each.number for each in told.values() if each.organisation == organisation
        }
        assert disk.opens(recovery_pair(printed)) == {}


def unwrapped(disk: Disk, wrapping: bytes) -> dict[str, CaseKey]:
    """The cases whose key a receipt's wrapping key opens, tried on all of them."""
    found: dict[str, CaseKey] = {}
    for row in disk.of("case_receipts"):
        with suppress(SealBroken):
            found[row["case"]] = CaseKey.unwrapped(row["wrapped"], wrapping, row["case"])
    return found


def assert_read(disk: Disk, each: Told, key: CaseKey) -> None:
    """The key reads the case whole, and the case is the one that was told."""
    text, contact, files = disk.read(key)
    assert text == each.who.text
    assert contact == ((each.who.name, each.who.phone) if each.is_named else None)
    assert files == ([each.who.supplement.encode() * 3] if each.has_file else [])


def test_every_sealed_column_is_tried():
    """A column that is sealed in a new way is looked at here as well."""
    columns = {
        (name, column.name)
        for name, table in metadata.tables.items()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary) and name.startswith("case_")
    }
    assert columns - set(SEALED_OTHERWISE) == {(CASE_FACTS.table.name, "sealed")}
    assert {table for table, _ in columns} - {"case_facts"} == NEVER_BY_INSTALLATION


@pytest.mark.parametrize(
    ("organisations", "people", "expected"),
    [
        (("A0102",), (), ("A01", {"韦正", "蓝月"})),
        (("A0103",), ("韦正",), ("A", {"夏至", "冬青"})),
        (("A0102", "A0201"), (), ("A", {"夏至", "冬青"})),
        (("A0201",), ("沈秋",), ("A", {"夏至", "冬青"})),
        (("A0201",), (), ("A02", {"沈秋", "贾宜"})),
        (("A0101",), (), ("A01", {"蓝月"})),
        (("A",), (), None),
    ],
)
def test_the_routing_told_anew_is_as_the_rule_has_it(organisations, people, expected):
    found = entitled(organisations, people)
    assert found == (expected if expected is None else (expected[0], frozenset(expected[1])))
