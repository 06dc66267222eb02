"""The list of records at the console: what one sees there, filters, pages, and the list as a file."""

import asyncio
import io

import pytest
from openpyxl import load_workbook

from tests.support.console_house import console_house
from tests.support.console_records import HEAD, NEW, files, head_at_work

LIST = "/console/records"


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


@pytest.fixture
async def either(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


async def test_the_list_is_what_one_may_see(either):
    await head_at_work(either)
    seen = {}
    for who in (HEAD, "简单", "韦正", "冬青", "夏至", "钱卫", "温故", "陆仁"):
        user = await either.signed_in(who)
        await user.opens(LIST)
        seen[who] = len(user.view.rows)
    assert seen == {HEAD: 1, "简单": 1, "韦正": 0, "冬青": 1, "夏至": 0, "钱卫": 0, "温故": 0, "陆仁": 0}


async def test_the_administrator_has_no_such_area(house):
    _, address = await head_at_work(house)
    user = await house.signed_in("管清")
    assert LIST not in user.view.areas
    for page in (LIST, NEW, address, f"{address}/form", "/console/tickets", "/console/plans"):
        assert (await user.opens(page)).status == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=talk", 2),
        ("kind=type.监督谈话", 1),
        ("kind=warning", 0),
        ("unit=青石区委", 2),
        ("unit=临江市委", 0),
        ("person=钱卫", 1),
        ("person=P09", 1),
        ("since=2026-11-19&until=2026-11-20", 1),
        ("ticketed=yes", 1),
        ("state=void", 0),
        ("unit=青石&below=yes", 2),
    ],
)
async def test_filters_narrow_the_list(house, query, count):
    user, _ = await head_at_work(house)
    await files(
        user, type="谈心谈话", subjects="温故", day="2026-11-18", problems="", demands="", points="思想"
    )
    view = await user.opens(f"{LIST}?{query}")
    assert len(view.rows) == count


@pytest.mark.parametrize(
    "query",
    ["since=2026-02-30", "since=x", "since=2026-11-02&until=2026-11-01", "unit=白沙区委", "person=没有这人"],
)
async def test_filters_that_say_nothing_are_told(house, query):
    user, _ = await head_at_work(house)
    view = await user.opens(f"{LIST}?{query}")
    assert (view.status, view.rows) == (200, [])
    assert view.alert


async def test_pages_are_fetched_one_at_a_time(house):
    user = await house.signed_in(HEAD)
    for number in range(26):
        view = await files(user, points=f"第{number}次谈话", problems="", demands="")
        assert view.path != NEW
    first = await user.opens(LIST)
    assert len(first.rows) == 25
    second = await user.opens(f"{LIST}?page=2")
    assert len(second.rows) == 1
    assert first.rows[0][0] != second.rows[0][0]


async def test_the_list_leaves_as_a_file(either):
    user, _ = await head_at_work(either)
    await files(user, type="谈心谈话", subjects="温故", points="思想", problems="", demands="")
    await user.opens(f"{LIST}?person=钱卫")
    await user.submits("/console/records/export")
    view = user.view
    for _ in range(100):
        if "下载结果" in view.text:
            break
        await asyncio.sleep(0.05)
        view = await user.opens(view.path)
    (link,) = [each for each in view.links if each.endswith("/file")]
    book = load_workbook(io.BytesIO((await user.downloads(link)).content))
    said = str([[cell.value for row in sheet.iter_rows() for cell in row] for sheet in book])
    assert "钱卫" in said
    assert "温故" not in said
