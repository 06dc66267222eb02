"""A thousand reports, and a thief with the whole disk: the database and the key file, read without the program.

What a passphrase, a receipt or a printed recovery key opens is compared with a routing written anew here, from the
rule's own words (DESIGN section 6) and the rows that were imported.
"""

import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from random import Random

import pytest
import sqlalchemy as sa

from bot.services.reports.content import Concerned, Contact, FileLabel, NamedOrganisation, Report
from bot.services.reports.intake import Attached, HandIn, submit
from storage import Handler, Unlocked, unlock
from storage.backend import backend_of
from storage.handler_keys import recovery_pair
from storage.receipts import canonical, receipt_keys
from storage.report_sealing import CaseKey, KeyPair, StreamOpener, file_place
from storage.schema import metadata
from storage.sealed_tables import CASE_FACTS, SEALED_OTHERWISE, SEALED_TABLES
from storage.sealing import SealBroken, key_id_of
from tests.support.canaries import Account, Needles, accounts, hashes, spellings
from tests.support.city_house import MONDAY, ORGANISATIONS, PEOPLE
from tests.support.report_house import ReportHouse, report_house
from tests.support.stores import KEYS
from yanlu.errors import PassphraseWrong

REPORTS = 1000
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
    {"case_parts", "case_messages", "case_files", "case_chunks", "case_keys", "case_recovery", "case_receipts"}
)
GUESSES = ("", "12345678", "口令", "password", "yanlu", "KEYS")


# The rule, once more and in no way like the program's.


def posts() -> set[tuple[str, str]]:
    """Who holds a post where today, by name and code."""
    return {
        (name, code)
        for _, name, _, code, _, _, since, until in PEOPLE
        if since <= TODAY and (not until or TODAY <= until)
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
    common = [
        code for code in ABOVE if all(code != each and is_under(each, code) for each in accused)
    ]
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
                    (each["number"], each["chunk"]) for each in self.of("case_chunks") if each["case"] == key.number
                )
                files.append(b"".join(key.open_stream(file_place(row["position"], "content"), [c for _, c in chunks])))
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
    async with report_house(tmp_path / "home", empty_url, handlers=HANDLERS) as house:
        found = [await reported(house, each) for each in accounts(REPORTS * len(TARGETS) // (len(TARGETS) - 2) + 1)]
        told = [each for each in found if each is not None][:REPORTS]
        names = [name for name, _ in HANDLERS]
        handlers = {name: await house.handler(name) for name in names}
        passphrases = {name: house.passphrase(name) for name in names}
        yield Disk(await tables_of(empty_url), told, handlers, passphrases, house.papers)
