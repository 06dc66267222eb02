"""Words typed in a week of a city's work are nowhere to be read: not on the disk, not in the tables, not in the log.

Every free text carries a canary. What is scanned would find one that is kept in clear.
"""

import base64
import logging
import tempfile
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import Database
from storage.backend import backend_of
from storage.key_file import read_key_file, rotated
from storage.rotation import reseal
from tests.support.city_accounts import Books
from tests.support.city_data import Seat, city_xlsx, made_city
from tests.support.city_month import Month, Told, card_of, moment, opened
from tests.support.stores import KEYS

CANARY = "黄雀衔环报恩"
MONDAY = date(2026, 3, 16)
SEATS = (
    ("书记", "LJ01", "head", "polling"),
    ("联络员", "LJ01", "liaison", "terminal"),
    ("局长", "LJ0102", "head", "terminal"),
)
"""Who works in this week."""


def canary(name: str) -> str:
    return f"{CANARY}{name}"


def spellings(text: str) -> tuple[bytes, ...]:
    """A text as it may stand in a file or a dump."""
    plain = text.encode()
    escaped = text.encode("unicode_escape")
    base = (base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3))
    return (plain, text.encode("utf-16-le"), text.encode("gbk"), plain.hex().encode(), escaped, *base)


async def dumped(url: str) -> bytes:
    """Every column of every table, as text and as the bytes it holds."""
    backend = backend_of(url, busy_timeout=5)
    parts: list[bytes] = []
    try:
        async with backend.transaction() as session:
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
            if url.startswith("postgresql"):
                names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (table,) in (await session.execute(sa.text(names))).all():
                for row in (await session.execute(sa.text(f'SELECT * FROM "{table}"'))).all():
                    for value in row:
                        whole = (
                            bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                        )
                        parts += [whole, base64.b64encode(whole), whole.hex().encode()]
    finally:
        await backend.close()
    return b"\0".join(parts)


def on_disk(url: str, home: Path) -> bytes:
    """The state folder, and the database file with its write-ahead log."""
    files = [
        path
        for path in home.rglob("*")
        if path.is_file() and "downloads" not in path.parts and path.name != "keys"
    ]
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        files += list(path.parent.glob(path.name + "*"))
    return b"\0".join(path.read_bytes() for path in files)


def leaks(written: bytes) -> set[bytes]:
    return {form for form in spellings(CANARY) if form in written}


@pytest.fixture
async def month(tmp_path, empty_url, monkeypatch):
    """Three people of a district on a Monday. Whatever is put into a temporary file stands in the folder too."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    books = Books(made_city())
    async with opened(tmp_path, empty_url, books, moment(MONDAY, 9)) as house:
        month = Month(tmp_path, empty_url, books, house)
        await month.imports(city_xlsx(books.city), "city.xlsx")
        for key, unit, role, road in SEATS:
            await month.sits_down(key, books.city.holder(unit, role, MONDAY), road)
        yield month


async def week(month: Month) -> None:
    """A talk with every field, a correction, an objection, tickets, a plan, an excuse, a ledger, a void, drafts."""
    city, head, chief = month.city, month.desks["书记"].seat, month.desks["局长"].seat
    told = Told(
        "监督谈话", MONDAY, head.person, (chief.person,), (canary("要点"), "管好班子"),
        (canary("问题"),), ((f"4月3日前{canary('要求')}", date(2026, 4, 3)),),
    )  # fmt: skip
    talk = await month.talks("联络员", told)
    assert talk is not None
    await month.house.guesses(month.desks["联络员"].user, f"talk:fix:{talk.id}")
    await month.says("联络员", canary("更正原因"))
    for label in ("地点", "事由", "表态", "对象说明"):
        await month.taps("联络员", "修改")
        await month.taps("联络员", label)
        await month.says("联络员", canary(label))
    assert "已更正" in await month.taps("联络员", "确认归档")
    await month.taps("联络员", "请对象确认")
    await month.house.delivered()
    assert canary("要点") in month.last("局长")
    await month.taps("局长", "有异议")
    await month.says("局长", canary("异议"))
    await month.taps("局长", "提交意见")
    await month.steps("联络员", month.books.tasks[0], "记录进展", canary("进展"))
    await month.steps("联络员", month.books.tasks[0], "销号", canary("佐证"))
    await month.says("书记", f"/plan 3月20日下午三点和{chief.name}进行提醒谈话")
    await month.says("书记", canary("提纲"))
    assert "已登记" in await month.taps("书记", "确认登记")
    await _excuse_and_void(month, city.holder("LJ0104", "head", MONDAY))
    await month.enters("联络员", "请示报告", "request", [
        ("哪一天", "请示或报告日期", "3月12日"), ("请示还是报告", "类别", "请示"), ("什么事项", "事项", canary("事项")),
        ("报给哪个", "报送对象", canary("对象")), ("什么批复", "批复或回执", canary("批复")),
    ])  # fmt: skip
    assert "草稿" in await _saved_draft(month)


async def _excuse_and_void(month: Month, subject: Seat) -> None:
    await month.says("书记", "/todo")
    await month.taps("书记", "说明原因:")
    await month.says("书记", canary("未谈原因"))
    await month.taps("书记", "确认登记")
    head = month.desks["书记"].seat
    voided = await month.talks(
        "书记", Told("提醒谈话", MONDAY, head.person, (subject.person,), (canary("作废的要点"),))
    )
    assert voided is not None
    await month.voids("书记", voided, canary("作废原因"))


async def _saved_draft(month: Month) -> str:
    """A draft put aside, and beside it one that is open."""
    head, subject = month.desks["书记"].seat, month.city.holder("LJ0105", "head", MONDAY)
    told = Told("提醒谈话", MONDAY, head.person, (subject.person,), (canary("草稿"),))
    await month.talks("书记", told, confirm=False)
    said = await month.taps("书记", "存为草稿")
    await month.says("局长", "/talk")
    await month.taps("局长", "谈心谈话")
    await month.says("局长", canary("谈话人"))
    return said


async def test_a_week_of_words_is_nowhere_in_clear(month, caplog):
    caplog.set_level(logging.DEBUG)
    await week(month)
    month.at(date(2026, 3, 19), 9, 30)
    await month.reminds()
    await month.says("书记", "/export")
    await month.says("联络员", "/statement")
    assert CANARY in "".join(month.house.heard(month.desks["书记"].user))
    written = on_disk(month.url, month.home) + await dumped(month.url)
    assert b"LJ0102" in written
    assert leaks(written) == set()
    assert CANARY not in caplog.text


async def test_the_scan_finds_what_is_kept_in_clear(database, database_url):
    now = moment(MONDAY)
    async with database.transaction(now) as work:
        number = await work.questions.add("谈几次?", None, now)
        await work.questions.answer(number, canary("答复"), measure=None, citation=None, now=now)
    assert leaks(await dumped(database_url))


async def test_keys_change_while_a_conversation_goes_on(tmp_path, empty_url):
    """A second worker turns the key and seals everything anew; the first goes on with an open card."""
    books = Books(made_city())
    async with opened(tmp_path, empty_url, books, moment(MONDAY, 9)) as house:
        month = Month(tmp_path, empty_url, books, house)
        await month.imports(city_xlsx(books.city), "city.xlsx")
        head = books.city.holder("LJ01", "head", MONDAY)
        await month.sits_down("书记", head, "terminal")
        whom = [books.city.holder(unit, "head", MONDAY).person for unit in ("LJ0104", "LJ0105")]
        path = tmp_path / "rotating"
        path.write_text(KEYS.dump(), "ascii")
        ring = read_key_file(path)
        assert ring is not None
        house.house.database.keys = ring  # as a house has it whose keys stand in a file
        early = await month.talks(
            "书记", Told("提醒谈话", MONDAY, head.person, (whom[0],), (canary("先前"),))
        )
        assert early is not None
        open_card = Told("监督谈话", MONDAY, head.person, (whom[1],), (canary("其间"),))
        await month.talks("书记", open_card, confirm=False)

        grown = rotated(path)
        other = Database.open(empty_url, keys=grown, clock=house.clock)
        try:
            assert await reseal(other) > 5
            assert await reseal(other) == 0
            card = card_of(await month.says("书记", "好的"))
            assert canary("其间") in card["要点"]
            talk = await month.confirms("书记", open_card, card)
            assert ring.newest == grown.newest
            assert await reseal(other) == 0
            async with other.transaction(house.now) as work:
                for each, point in ((early, "先前"), (talk, "其间")):
                    stored = await work.ledger.get(each.id)
                    assert stored is not None
                    assert stored.body["points"] == [canary(point)]
                (binding,) = await work.bindings.of(stored.author)
                assert binding.channel == "terminal"
        finally:
            await other.close()
        for each in (early, talk):
            await house.guesses(month.desks["书记"].user, f"record:show:{each.id}")
            assert all(point in month.last("书记") for point in each.points)
