"""The sentence box in a real Chromium: read while its writer pauses, by the button alone where no scripts run."""

import pytest
import pytest_asyncio

from storage import RecordQuery
from tests.support.browser_user import chromium, chromium_path
from tests.support.console_city import console_city

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECORDS = "/console/records"
SENTENCE = (
    "昨天下午三点在区委三楼会议室同住建局钱卫局长作监督谈话,指出工程变更审批不严,要求12月10日前报整改方案"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    async with console_city(tmp_path_factory.mktemp("sentence")) as city:
        yield city


async def kept(city):
    async with city.house.city.work() as work:
        return await work.ledger.count(RecordQuery())


async def test_a_pause_shows_what_was_read_and_two_presses_file_it(city):
    before = await kept(city)
    async with chromium() as browser, city.desk(browser, "desk") as desk:
        await desk.signs_in("顾长风")
        await desk.opens(RECORDS)
        box = desk.page.locator("#f-sentence")
        await box.press_sequentially(SENTENCE[:40])
        await desk.page.locator("#reading", has_text="监督谈话").wait_for()
        await box.press_sequentially(SENTENCE[40:])
        await desk.page.locator("#reading", has_text="报整改方案").wait_for()
        assert await box.input_value() == SENTENCE
        assert desk.path == RECORDS
        assert await kept(city) == before
        await desk.presses("核对并归档")
        await desk.presses("核对并归档")
        await desk.sees("已归档", "区委三楼会议室", "钱卫")
    assert await kept(city) == before + 1


async def test_a_long_text_waits_for_the_button(city):
    async with chromium() as browser, city.desk(browser, "desk") as desk:
        await desk.signs_in("顾长风")
        await desk.opens(RECORDS)
        await desk.page.fill("#f-sentence", SENTENCE * 20)
        await desk.page.wait_for_timeout(900)
        assert [each for each in desk.requests if each.endswith("/read")] == []
        await desk.presses("读一读")
        await desk.sees("读到的内容")


async def test_the_same_without_scripts(city):
    async with chromium() as browser, city.desk(browser, "plain") as desk:
        await desk.signs_in("顾长风")
        await desk.opens(RECORDS)
        await desk.fills(sentence=SENTENCE.replace("昨天", "前天"))
        await desk.presses("读一读")
        await desk.sees("监督谈话", "15:00")
        await desk.presses("核对并归档")
        await desk.presses("核对并归档")
        await desk.sees("高度相近")
        await desk.presses("已核对,确认归档")
        await desk.sees("已归档", "内容高度相近的记录")
