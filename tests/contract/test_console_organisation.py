"""The console's pages for administrators: organisations, people, import, handlers, settings, audit. On both databases."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.cadences import load_cadences
from bot.services.casework.deadlines import Terms, load_terms
from tests.support.city_house import ORGANISATIONS
from tests.support.console_house import PASSPHRASE, console_house
from tests.support.report_house import STORY

ROOT = "/console/organisation"
IMPORT = f"{ROOT}/import"
CSV = "组织编码,名称,上级编码\nA0199,青石区文化和旅游局,A01\n"


@pytest.fixture
async def house(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def admin(house):
    return await house.signed_in("管清")


async def unit(house, name):
    return f"{ROOT}/units/{await house.city.organisation(name)}"


async def person(house, name):
    return f"{ROOT}/people/{(await house.city.person(name)).id}"


async def test_the_tree_opens_level_by_level(house, admin):
    view = await admin.opens(ROOT)
    assert "临江市委" in view.text
    assert f"下级组织数 {len(ORGANISATIONS) - 1}" in view.text
    view = await admin.opens(await unit(house, "青石区委"))
    assert [row[0] for row in view.rows] == ["顾长风", "温故", "韦正", "蓝月", "简单", "管清"]
    assert "青石区教育局" in view.text
    assert "白沙区教育局" not in view.text


@pytest.mark.parametrize("said", ["住建局", "zhujianju", "区教育", "钱卫", "P09"])
async def test_names_pinyin_and_codes_find(admin, said):
    view = await admin.opens(f"{ROOT}?q={said}")
    assert "没有找到" not in view.text
    assert any("/units/" in each or "/people/" in each for each in view.links)


async def test_an_appointment_follows_the_rules_of_the_import(house, admin):
    address = await unit(house, "青石区教育局")
    await admin.opens(address)
    typed = {"name": "新人", "number": "P99", "title": "副局长", "role": "member", "since": "2026-11-01"}
    view = await admin.submits(f"{ROOT}/appoint", **typed)
    assert "已登记" in view.said
    assert ["新人", "副局长", "班子成员", "2026-11-01"] in view.rows
    directory = await house.city.directory()
    before = len(directory.posts)
    await admin.submits(f"{ROOT}/appoint", **typed)
    assert len((await house.city.directory()).posts) == before


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("since", "2026-02-30", "日期"),
        ("name", "", "姓名"),
        ("title", "", "职务"),
        ("role", "king", "身份"),
        ("number", "P09", "钱卫"),
    ],
)
async def test_a_bad_appointment_changes_nothing_and_keeps_what_was_typed(house, admin, field, value, word):
    await admin.opens(await unit(house, "青石区教育局"))
    before = (await house.city.directory()).posts
    good = {"name": "新人", "number": "P99", "title": "副局长", "role": "member", "since": "2026-11-01"}
    view = await admin.submits(f"{ROOT}/appoint", **{**good, field: value})
    assert view.status == 422
    assert word in view.alert
    assert view.fields(f"{ROOT}/appoint")["title"] == ("" if field == "title" else "副局长")
    assert (await house.city.directory()).posts == before


async def test_a_post_ends_on_its_last_day(house, admin):
    address = await person(house, "柳成")
    await admin.opens(address)
    assert "日期" in (await admin.submits(f"{address}/end", until="昨天")).alert
    assert (await admin.submits(f"{address}/end", until="2019-01-01")).status == 422
    await admin.submits(f"{address}/end", until="2026-11-20")
    found = (await house.city.directory()).posts_of((await house.city.person("柳成")).id)
    assert found[0].until == date(2026, 11, 20)


async def test_an_invitation_is_shown_once_and_lets_in(house, admin):
    address = await person(house, "温故")
    await admin.opens(address)
    fields = admin.view.fields(f"{address}/invite")
    view = await admin.posts(f"{address}/invite", fields)
    code = view.tree.xpath("//code")[0].text
    again = await admin.posts(f"{address}/invite", fields)
    assert again.tree.xpath("//code") == []
    assert "只显示一次" in again.said
    assert code not in (await admin.opens(address)).answer.text
    guest = await house.stranger()
    await guest.opens("/console/join")
    await guest.submits("/console/join", code=code, secret_new=PASSPHRASE, secret_again=PASSPHRASE)
    assert guest.view.path == "/console"


async def test_a_new_phone_puts_the_old_one_out(house, admin):
    guest = await house.signed_in("温故")
    address = await person(house, "温故")
    await admin.opens(address)
    fields = {**admin.view.fields(f"{address}/invite"), "rebind": "yes"}
    await admin.posts(f"{address}/invite", fields)
    assert (await guest.opens("/console")).path == "/console/sign-in"
    await admin.opens(address)
    await admin.submits(f"{address}/revoke")
    assert "没有未使用的邀请码" in admin.view.text


async def test_a_file_is_looked_at_first_and_taken_in_whole(house, admin):
    await admin.opens(IMPORT)
    view = await admin.submits(f"{IMPORT}/look", file=("树.csv", CSV.encode()))
    assert "新增 1" in view.text
    assert "A0199" not in {each.code for each in (await house.city.directory()).organisations.values()}
    view = await admin.submits(f"{IMPORT}/take")
    assert view.path.startswith("/console/jobs/")
    for _ in range(100):
        view = await admin.opens(view.path)
        if "正在进行" not in view.text:
            break
    assert "已完成" in view.text
    assert "A0199" in {each.code for each in (await house.city.directory()).organisations.values()}


async def test_a_file_with_mistakes_names_their_cells(house, admin):
    await admin.opens(IMPORT)
    bad = CSV + "A0198,,A01\nA0197,无上级,ZZZ\n"
    view = await admin.submits(f"{IMPORT}/look", file=("树.csv", bad.encode("gb18030")))
    assert view.status == 422
    assert len(view.rows) == 2
    assert "第3行" in view.rows[0][0]
    assert not [each for each in view.tree.forms if each.get("action") == f"{IMPORT}/take"]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"PK\x03\x04 broken", b"<html>no</html>"])
async def test_what_is_no_table_is_refused_whole(admin, content):
    await admin.opens(IMPORT)
    view = await admin.submits(f"{IMPORT}/look", file=("a.xlsx", content))
    assert view.status == 422
    assert view.alert


async def test_a_file_looked_at_too_long_ago_is_asked_for_again(house, admin):
    await admin.opens(IMPORT)
    await admin.submits(f"{IMPORT}/look", file=("树.csv", CSV.encode()))
    fields = admin.view.fields(f"{IMPORT}/take")
    for _ in range(4):
        house.wait(minutes=10)
        await admin.opens(ROOT)
    view = await admin.posts(f"{IMPORT}/take", fields)
    assert "保留期" in view.alert


async def test_the_templates_are_there(admin):
    assert (await admin.downloads(f"{IMPORT}/template")).content[:2] == b"PK"
    assert "组织编码" in (await admin.downloads(f"{IMPORT}/template?as=csv")).content.decode("utf-8-sig")


async def test_a_handler_is_offered_named_by_the_administrator_and_keyed_by_themselves(house, admin):
    address = f"{ROOT}/handlers"
    await admin.opens(address)
    for typed in (("没有这人", "A01"), ("温故", "没有这里"), ("江帆", "A01")):
        view = await admin.submits(f"{address}/offer", person=typed[0], organisation=typed[1])
        assert view.status == 422
    view = await admin.submits(f"{address}/offer", person="温故", organisation="青石区委")
    assert "温故" in view.text
    user = await house.signed_in("温故")
    await user.opens("/console/account")
    await user.submits("/console/account/key", secret_new=PASSPHRASE * 2, secret_again=PASSPHRASE * 2)
    view = await admin.opens(address)
    assert any("温故" in row[0] for row in view.rows)
    assert (await admin.submits(f"{address}/offer", person="温故", organisation="A01")).status == 422


async def test_who_is_revoked_opens_nothing_at_once(house, admin):
    handler = await house.signed_in("韦正")
    await house.unlocks(handler, "韦正")
    person_ = await house.city.person("韦正")
    await admin.opens(f"{ROOT}/handlers")
    fields = {**admin.view.fields(f"{ROOT}/handlers/revoke"), "person": person_.id}
    view = await admin.posts(f"{ROOT}/handlers/revoke", fields)
    assert not any("韦正" in row[0] for row in view.rows)
    assert "/console/cases" not in (await handler.opens("/console")).areas
    async with house.city.work() as work:
        assert await work.handlers.by_person(person_.id) is None
        assert [each.opened for each in await work.console_sessions.of(person_.id)] == [None]


async def test_a_cadence_is_the_units_own_and_can_be_given_up(house, admin):
    place = await house.city.organisation("青石区委")
    await admin.opens(f"{ROOT}/settings?unit={place}")
    base = admin.view.fields(f"{ROOT}/settings/cadence")
    talk = base["talk_type"]
    view = await admin.posts(f"{ROOT}/settings/cadence", base | {"kind": "per_year", "count": "99"})
    assert view.status == 422
    view = await admin.posts(f"{ROOT}/settings/cadence", base | {"kind": "per_year", "count": "3"})
    assert "每年 3 次" in view.text
    assert "非原文规定" in view.text
    async with house.city.work() as work:
        directory = await house.city.house.directories.of(work)
        cadences = await load_cadences(work, directory)
    assert cadences.own[place][talk].per_year == 3
    view = await admin.posts(f"{ROOT}/settings/cadence", base | {"kind": "default", "count": ""})
    assert "每年 3 次" not in view.text


async def test_the_periods_of_reports_are_checked_and_kept(house, admin):
    await admin.opens(f"{ROOT}/settings")
    good = {"close_days": "60", "kept_days": "730", "notice_minutes": "10"}
    for name, value in (("close_days", "0"), ("kept_days", "many"), ("notice_minutes", "2000")):
        view = await admin.submits(f"{ROOT}/settings/terms", **{**good, name: value})
        assert view.status == 422
        assert view.fields(f"{ROOT}/settings/terms")[name] == value
    await admin.submits(f"{ROOT}/settings/terms", **good)
    async with house.city.work() as work:
        directory = await house.city.house.directories.of(work)
        assert await load_terms(work, directory) == Terms(60, 730, 10)
    fields = {**admin.view.fields(f"{ROOT}/settings/terms"), "clear": "yes"}
    await admin.posts(f"{ROOT}/settings/terms", fields)
    async with house.city.work() as work:
        assert await load_terms(work, directory) == Terms()


async def test_the_audit_page_shows_no_case_and_no_number(house, admin):
    filed = await house.city.filed()
    await admin.opens(f"{ROOT}/audit")
    before = admin.view.rows
    await house.city.filed(text="另一件事情也很严重")
    view = await admin.opens(f"{ROOT}/audit")
    assert view.rows == before
    assert filed.number not in view.answer.text
    assert "完整" in (await admin.submits(f"{ROOT}/audit/verify")).said


async def test_a_broken_chain_is_said(house, admin, execute):
    await house.city.filed()
    await execute("UPDATE audit SET action = 'nothing' WHERE id = 1")
    await admin.opens(f"{ROOT}/audit")
    assert "不完整" in (await admin.submits(f"{ROOT}/audit/verify")).said


async def test_an_administrator_sees_no_word_of_a_report_anywhere(house, admin):
    filed = await house.city.filed(text=STORY)
    pages = [
        ROOT,
        IMPORT,
        f"{ROOT}/handlers",
        f"{ROOT}/settings",
        f"{ROOT}/audit",
        "/console",
        "/console/jobs",
    ]
    pages += [await unit(house, "青石区住房和城乡建设局"), await person(house, "钱卫")]
    for address in pages:
        view = await admin.opens(address)
        assert view.status == 200, address
        assert STORY[:6] not in view.answer.text
        assert filed.number not in view.answer.text


async def test_the_recovery_key_is_the_handlers_and_proves_itself(house):
    handler = await house.signed_in("韦正")
    await house.city.filed()
    await house.unlocks(handler, "韦正")
    await handler.opens("/console/recovery")
    view = await handler.submits("/console/recovery/make")
    printed = view.tree.xpath("//code")[0].text
    assert printed not in (await handler.opens("/console/recovery")).answer.text
    assert (
        "有误" in (await handler.submits("/console/recovery/drill", secret_paper="AAAAAA")).alert
        or handler.view.alert
    )
    await handler.opens("/console/recovery")
    assert (
        "未通过"
        in (await handler.submits("/console/recovery/drill", secret_paper=house.city.papers["青石区委"])).said
    )
    assert "通过" in (await handler.submits("/console/recovery/drill", secret_paper=printed)).said


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_no_text_breaks_the_search(text):
    from bot.services.name_search import NameIndex

    NameIndex.of({"a": ("青石区委", "A01")}).found(text, 5)
