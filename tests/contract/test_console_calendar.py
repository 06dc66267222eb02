"""The console's page of the official calendar, and a unit's own days and hours. On both databases."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.day_lists import written_days
from bot.services.unit_calendar import load_calendars, load_years
from bot.services.working_days import WorkingDays, built_in
from tests.support.console_house import console_house
from tests.support.official_years import HOLIDAYS, NEXT, SOURCE, WORKDAYS

SETTINGS = "/console/organisation/settings"
CALENDAR = f"{SETTINGS}/calendar"
LAST = date(NEXT - 1, 12, 31)
TYPED = {
    "year": str(NEXT),
    "holidays": written_days(HOLIDAYS),
    "workdays": written_days(WORKDAYS),
    "source": SOURCE,
}


@pytest.fixture
async def house(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        opened.city.at(NEXT - 1, 12, 20)
        yield opened


@pytest.fixture
async def admin(house):
    return await house.signed_in("管清")


async def kept(house):
    async with house.city.work() as work:
        return await load_years(work)


async def test_an_administrator_is_told_in_time_and_adds_the_year(house, admin):
    view = await admin.opens("/console")
    assert f"缺少 {NEXT} 年的节假日安排" in view.text
    assert CALENDAR in view.links
    await admin.opens(CALENDAR)
    assert admin.view.fields(f"{CALENDAR}/add")["year"] == str(NEXT)
    view = await admin.submits(f"{CALENDAR}/add", **TYPED)
    assert "立即生效" in view.said
    assert f"放假 {len(HOLIDAYS)} 天" in view.text
    assert SOURCE in view.text
    assert view.fields(f"{CALENDAR}/add")["year"] == ""  # nobody can have the one after it
    [year] = await kept(house)
    assert (year.holidays, year.workdays, year.added) == (HOLIDAYS, WORKDAYS, house.city.today)
    assert "节假日安排" not in (await admin.opens("/console")).text
    view = await admin.opens("/console/organisation/audit")
    assert "导入或更正年度节假日安排" in view.text


async def test_it_is_quiet_while_the_end_is_far_and_others_hear_nothing(house, admin):
    clerk = await house.signed_in("简单")
    assert "工作日历" not in (await clerk.opens("/console")).text
    assert (await clerk.opens(CALENDAR)).status == 403
    house.city.now -= timedelta(days=50)
    admin = await house.signed_in("管清")
    assert "工作日历" not in (await admin.opens("/console")).text


async def test_a_kept_year_is_corrected_only_deliberately(house, admin):
    await admin.opens(CALENDAR)
    await admin.submits(f"{CALENDAR}/add", **TYPED)
    assert "没有改动" in (await admin.submits(f"{CALENDAR}/add", **TYPED)).said
    await admin.opens(f"{CALENDAR}?year={NEXT}")
    fields = admin.view.fields(f"{CALENDAR}/add")
    assert {name: fields[name] for name in TYPED} == TYPED
    fewer = written_days(WORKDAYS - {max(WORKDAYS)})
    view = await admin.submits(f"{CALENDAR}/add", workdays=fewer)
    assert (view.status, "已有安排" in view.alert) == (422, True)
    assert view.fields(f"{CALENDAR}/add")["workdays"] == fewer
    await admin.submits(f"{CALENDAR}/add", workdays=fewer, replace="yes")
    assert (await kept(house))[0].workdays == WORKDAYS - {max(WORKDAYS)}


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ({"year": "明年"}, "四位数字"),
        ({"year": "٢٠٢٧"}, "四位数字"),
        ({"year": "0027"}, "四位数字"),
        ({"year": str(NEXT + 1)}, "尚未到公布"),
        ({"holidays": "春节放假七天"}, "春节放假七天"),
        ({"holidays": "1月1日"}, "国庆节"),
        ({"workdays": ""}, "没有填写调休上班日"),
        ({"source": ""}, "依据"),
        ({"holidays": "<script>alert(1)</script>"}, "不是日期"),
    ],
)
async def test_a_mistake_is_named_and_what_was_typed_stands(house, admin, typed, word):
    await admin.opens(CALENDAR)
    view = await admin.submits(f"{CALENDAR}/add", **{**TYPED, **typed})
    assert view.status == 422
    assert word in view.alert
    assert "<script>alert" not in view.answer.text
    assert {name: view.fields(f"{CALENDAR}/add")[name] for name in TYPED} == {**TYPED, **typed}
    assert await kept(house) == ()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.fixed_dictionaries({name: st.text(max_size=30) for name in TYPED}))
async def test_whatever_is_typed_the_page_answers_and_keeps_nothing_unsound(house, admin, typed):
    await admin.opens(CALENDAR)
    view = await admin.submits(f"{CALENDAR}/add", **typed)
    assert view.status == 422
    assert await kept(house) == ()


async def test_a_report_of_december_is_dated_once_the_year_is_there(house, admin):
    filed = await house.city.filed()
    handler = await house.signed_in("韦正")
    await house.unlocks(handler, "韦正")
    assert "待定" in (await handler.opens("/console/cases")).text
    assert "管理员补充后自动计算" in (await handler.opens(f"/console/cases/{filed.number}")).text
    await admin.opens(CALENDAR)
    await admin.submits(f"{CALENDAR}/add", **TYPED)
    district = await house.city.organisation("青石区委")
    async with house.city.work() as work:
        desk = await house.city.desk.at(work, district)
    due = desk.calendar.add(house.city.today, 15)
    assert due.year == NEXT
    later = await house.city.filed(text="另一件事情也很严重")
    assert f"{due:%Y-%m-%d}" in (await handler.opens(f"/console/cases/{later.number}")).text


# A unit's own days and hours.


async def test_a_unit_sets_its_days_and_hours_and_those_below_go_by_them(house, admin):
    district, bureau = [
        await house.city.organisation(each) for each in ("青石区委", "青石区住房和城乡建设局")
    ]
    day = date(built_in()[1], 3, 9)
    await admin.opens(f"{SETTINGS}?unit={district}")
    assert admin.view.fields(f"{SETTINGS}/days")["unit"] == district
    view = await admin.submits(f"{SETTINGS}/days", off=f"{day:%Y年%m月%d日}", on="")
    assert "已保存" in view.said
    assert day.isoformat() in view.text
    view = await admin.submits(f"{SETTINGS}/hours", opening="8:30", closing="17:30")
    assert "08:30 至 17:30(本级自定)" in view.text
    view = await admin.opens(f"{SETTINGS}?unit={bureau}")
    assert "08:30 至 17:30(沿用上级自定)" in view.text
    assert f"休息 {day.isoformat()}" in view.text
    assert view.fields(f"{SETTINGS}/days")["off"] == ""
    directory = await house.city.directory()
    async with house.city.work() as work:
        calendars = await load_calendars(work, directory)
    assert not WorkingDays().under(calendars.of(bureau)).is_working(day)
    await admin.opens(f"{SETTINGS}?unit={district}")
    given_up = {**admin.view.fields(f"{SETTINGS}/hours"), "clear": "yes"}
    assert "09:00 至 17:00(系统默认)" in (await admin.posts(f"{SETTINGS}/hours", given_up)).text
    assert "没有自定的休息日" in (await admin.submits(f"{SETTINGS}/days", off="", on="")).text


@pytest.mark.parametrize(
    ("form", "typed", "word"),
    [
        ("days", {"off": "3月9日"}, "没有写明年份"),
        ("days", {"off": "1999-03-09"}, "去年、今年和明年"),
        ("days", {"off": "2026-03-09", "on": "2026-03-09"}, "既列为放假"),
        ("hours", {"opening": "九点"}, "工作时间"),
        ("hours", {"opening": "18:00"}, "工作时间"),
    ],
)
async def test_days_and_hours_that_make_no_sense_are_named_and_kept_on_the_page(
    house, admin, form, typed, word
):
    await admin.opens(SETTINGS)
    view = await admin.submits(f"{SETTINGS}/{form}", **typed)
    assert view.status == 422
    assert word in view.alert
    assert {name: view.fields(f"{SETTINGS}/{form}")[name] for name in typed} == typed
    async with house.city.work() as work:
        assert await work.unit_settings.all([""]) == {}


async def test_a_unit_that_is_unknown_has_nothing_to_set(house, admin):
    for form in ("days", "hours"):
        await admin.opens(SETTINGS)
        view = await admin.submits(f"{SETTINGS}/{form}", changed={"unit": "nowhere"})
        assert "没有这个组织" in view.text
