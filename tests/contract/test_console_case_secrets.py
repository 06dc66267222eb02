"""Who sees nothing of a report in the console, and what never leaves it: no gap, no code, no log."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.reports.content import Contact
from storage import Post
from tests.support.console_cases import CASES, actions, adds, at_work, form, page
from tests.support.console_house import console_house

CANARY = "<script>alert('白鹭')</script>"


@pytest.fixture
async def house(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def lite(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


PAGES = ("", "/sheet", "/steps", "/files/1")
STEPS = {
    "ask": {"question": "问"},
    "answer": {"notice": "答"},
    "status": {"status": "screening"},
    "transfer": {"organisation": "x", "reason": "理由"},
    "merge": {"target": "0000000000"},
    "close": {"outcome": "结果"},
}


async def says(user, number, token):
    """What every page and form of a case says to somebody."""
    said = set()
    for more in PAGES:
        view = await user.opens(page(number) + more)
        said.add((view.status, view.alert))
        assert number not in view.tree.xpath("string(//main)")
    for step, typed in STEPS.items():
        view = await user.posts(f"{page(number)}/{step}", {**typed, **token})
        said.add((view.status, view.alert))
    return said


async def test_who_may_not_see_a_case_cannot_tell_it_from_one_that_does_not_exist(house):
    filed = await house.city.filed(files=(b"x",))
    above = await house.city.filed(about="韦正", organisation="青石区委")
    steps = await actions(house, filed.number)
    for who, number in (("冬青", filed.number), ("韦正", above.number)):
        user = await at_work(house, who)
        token = {name: user.view.fields("/console/lock")[name] for name in ("form", "once")}
        said = await says(user, number, token)
        assert said == await says(user, "0000000000", token)
        assert {status for status, _ in said} == {403}
        assert said == await says(user, "no%00number", token)
        await user.opens(f"{CASES}?group=all")
        assert number not in user.view.answer.text
    assert await actions(house, filed.number) == steps


async def test_the_accused_and_who_becomes_conflicted_find_no_gap(house):
    filed = [await house.city.filed() for _ in range(6)]
    user = await at_work(house, "蓝月")
    assert len(user.view.rows) == 6
    assert "6" in (await user.opens(f"{CASES}/figures")).rows[3]
    person, bureau = await house.city.person("蓝月"), await house.city.organisation("青石区住房和城乡建设局")
    async with house.city.work() as work:
        await work.people.put_posts([Post("new", person.id, bureau, "member", "党组成员")])
    for address in (CASES, f"{CASES}?group=all"):
        view = await user.opens(address)
        assert view.rows == []
        assert "没有符合条件" in view.text
    view = await user.opens(f"{CASES}/figures")
    assert {row[1] for row in view.rows} == {"0"}
    assert (await user.opens(page(filed[0].number))).status == 403


async def test_administrators_and_others_have_no_such_pages(lite):
    filed = await lite.city.filed()
    for who in ("管清", "顾长风", "钱卫"):
        user = await lite.signed_in(who)
        for address in (CASES, f"{CASES}/figures", page(filed.number), page(filed.number, "sheet")):
            view = await user.opens(address)
            assert (view.status, filed.number in view.text) == (403, False)


async def test_nothing_is_shown_while_the_key_is_put_away(lite):
    filed = await lite.city.filed(files=(b"x",))
    user = await at_work(lite)
    await user.submits("/console/lock")
    assert "已收起" in user.view.said
    for address in (CASES, f"{CASES}/figures", *(page(filed.number) + more for more in PAGES)):
        assert (await user.opens(address)).path == "/console/unlock"
    assert await actions(lite, filed.number) == ["filed"]


async def test_what_reporters_write_is_never_code_and_in_no_log(lite, caplog):
    caplog.set_level(logging.DEBUG)
    filed = await lite.city.filed(text=CANARY, contact=Contact(name=CANARY, contact=CANARY), where=CANARY)
    await adds(lite, filed.receipt, "supplement", CANARY)
    user = await at_work(lite)
    for address in (page(filed.number), page(filed.number, "sheet") + "?contact=yes"):
        view = await user.opens(address)
        assert "<script>alert" not in view.answer.text
        assert CANARY in view.text
    await user.opens(page(filed.number))
    await form(user, filed.number, "status", status="<script>")
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("httpx")]
    assert not [each for each in ours if "白鹭" in each or filed.number in each]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
async def test_any_text_is_sent_or_refused_and_the_page_stands(sent, text):
    user, number = sent
    await user.opens(page(number))
    view = await user.submits(f"{page(number)}/answer", notice=text)
    assert view.status in {200, 422}
    view = await user.submits(f"{page(number)}/merge", target=text)
    assert view.status in {200, 403, 422}


@pytest.fixture
async def sent(lite):
    filed = await lite.city.filed()
    return await at_work(lite), filed.number
