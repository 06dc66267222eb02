"""One record at the console: shown, corrected, compared, voided, put to its subject. And who may not."""

import pytest

from storage import RecordQuery
from tests.support.city_house import PEOPLE
from tests.support.console_house import PASSPHRASE, console_house
from tests.support.console_records import HEAD, NEW, TALK, files, head_at_work

SUBJECT = "钱卫"


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


@pytest.fixture
async def either(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


async def newest(house):
    async with house.city.work() as work:
        (entry,) = await work.ledger.entries(RecordQuery(states=("filed", "void")))
        return await work.ledger.get(entry.id)


async def corrects(user, address, **changed):
    await user.opens(f"{address}/correct")
    view = await user.submits(f"{address}/correct", **{"why": "日期有误", **changed})
    return await user.submits(f"{address}/correct") if view.status == 200 and view.path != address else view


async def test_a_correction_is_a_new_version_with_its_reason(either):
    user, address = await head_at_work(either)
    view = await corrects(user, address, points="工程变更须集体研究\n廉洁用权", why="补充要点")
    assert (view.path, "已更正" in view.said) == (address, True)
    stored = await newest(either)
    assert (stored.version, stored.reason) == (2, "补充要点")
    assert stored.body["points"] == ["工程变更须集体研究", "廉洁用权"]
    view = await user.opens(f"{address}/versions")
    assert view.tree.xpath("//ins/text()") == ["须集体研究"]
    assert view.tree.xpath("//del/text()") == ["审批"]
    assert "补充要点" in view.text


async def test_what_was_not_touched_stays_as_it_was(house):
    user, address = await head_at_work(
        house, start="15:00", recorder="简单", companion="某村老支书 赵大;监督员"
    )
    before = await newest(house)
    await corrects(user, address, place="二楼")
    after = await newest(house)
    assert {**before.body, "place": "二楼"} == dict(after.body)
    assert before.entry.people == after.entry.people


async def test_a_correction_asks_why(house):
    user, address = await head_at_work(house)
    view = await corrects(user, address, why="")
    assert (view.status, "必须填写" in view.text) == (422, True)
    assert (await newest(house)).version == 1


async def test_of_two_tabs_the_second_is_told(either):
    first, address = await head_at_work(either)
    second = await either.signed_in("简单")
    for user in (first, second):
        await user.opens(f"{address}/correct")
    await first.submits(f"{address}/correct", place="二楼", why="补充地点")
    view = await second.submits(f"{address}/correct", place="三楼", why="补充地点")
    assert (view.status, "没有保存" in view.alert) == (409, True)
    assert view.fields(f"{address}/correct")["place"] == "三楼"
    assert address in view.links
    stored = await newest(either)
    assert (stored.version, stored.body["place"]) == (2, "二楼")
    view = await second.submits(f"{address}/correct")
    assert view.status == 409


async def test_a_correction_sent_twice_makes_one_version(house):
    user, address = await head_at_work(house)
    await user.opens(f"{address}/correct")
    fields = {**user.view.fields(f"{address}/correct"), "why": "补充", "place": "二楼"}
    await user.posts(f"{address}/correct", fields)
    view = await user.posts(f"{address}/correct", fields)
    assert "已经提交过" in view.said
    assert (await newest(house)).version == 2


async def test_a_void_record_stays_with_its_reason(house):
    user, address = await head_at_work(house)
    await user.opens(f"{address}/void")
    view = await user.submits(f"{address}/void", why="重复登记")
    assert "已作废" in view.said
    assert "重复登记" in view.text
    assert [link for link in view.links if link.endswith(("/correct", "/void"))] == []
    assert "不能由您作废" in (await user.opens(f"{address}/void")).alert
    await user.opens("/console/records?state=void")
    assert len(user.view.rows) == 1
    await user.opens("/console/tickets")
    assert user.view.rows == []


async def test_the_form_is_a_word_file(house):
    user, address = await head_at_work(house)
    answer = await user.downloads(f"{address}/form")
    assert answer.content.startswith(b"PK")
    assert "attachment" in answer.headers["content-disposition"]


async def test_the_subject_sees_the_version_put_to_them_and_nothing_else(either):
    user, address = await head_at_work(either, place="密室三楼", attitude="表示接受")
    subject = await either.signed_in(SUBJECT)
    assert "没有找到" in (await subject.opens(address)).alert
    await user.opens(address)
    view = await user.submits(f"{address}/ask")
    assert "尚未加入" in view.said
    await subject.opens("/console/records")
    assert address in subject.view.links
    view = await subject.opens(address)
    assert "变更审批不严" in view.text
    for hidden in ("密室三楼", "表示接受", "登记人"):
        assert hidden not in view.text.replace("登记人请您核对", "")
    for page in ("correct", "void", "versions", "form"):
        view = await subject.opens(f"{address}/{page}")
        assert view.status in {403, 422}
        assert "密室" not in view.answer.text
    await corrects(user, address, points="全新的要点")
    view = await subject.opens(address)
    assert "工程变更审批" in view.text
    assert "全新的要点" not in view.text
    assert "新的版本" in view.text


async def test_the_subject_confirms_once(house):
    user, address = await head_at_work(house)
    await user.opens(address)
    await user.submits(f"{address}/ask")
    subject = await house.signed_in(SUBJECT)
    await subject.opens(address)
    fields = subject.view.fields(f"{address}/confirm")
    view = await subject.submits(f"{address}/confirm")
    assert "确认内容无误" in view.said
    assert "已经提交过" in (await subject.posts(f"{address}/confirm", fields)).said
    view = await user.opens(address)
    assert "确认无误(" in view.text


async def test_the_subject_objects_to_what_they_saw(house):
    user, address = await head_at_work(house)
    await user.opens(address)
    await user.submits(f"{address}/ask")
    subject = await house.signed_in(SUBJECT)
    await subject.opens(f"{address}/objection")
    stale = subject.view.fields(f"{address}/objection")
    await subject.submits(f"{address}/objection", note="没有谈到<b>廉洁</b>")
    assert "已记下您的意见" in subject.view.said
    view = await user.opens(address)
    assert "没有谈到<b>廉洁</b>" in view.text
    view = await subject.posts(f"{address}/objection", {**stale, "note": "另有意见"})
    assert "已经提交过" in view.said
    assert "另有意见" not in (await user.opens(address)).text


async def test_a_confirmation_of_an_older_version_is_refused(house):
    user, address = await head_at_work(house)
    await user.opens(address)
    await user.submits(f"{address}/ask")
    subject = await house.signed_in(SUBJECT)
    await subject.opens(address)
    await corrects(user, address, place="二楼")
    view = await subject.submits(f"{address}/confirm", changed={"version": "2"})
    assert view.status == 422
    assert "新的版本" in view.alert


@pytest.mark.parametrize("who", ["陆仁", "温故", "夏至", "柯兰"])
async def test_others_are_told_what_one_is_told_of_no_record(house, who):
    _, address = await head_at_work(house)
    user = await house.signed_in(who)
    for page in ("", "/form", "/versions", "/correct", "/void", "/objection"):
        mine = await user.opens(f"{address}{page}")
        none = await user.opens(f"/console/records/999999{page}")
        assert (mine.status, mine.alert) == (none.status, none.alert)
        assert mine.status == 422
        assert "工程变更" not in mine.answer.text


@pytest.mark.parametrize("id_", ["0", "-1", "abc", "9" * 30, "1;drop", "%3Cb%3E"])
async def test_any_number_in_the_address_is_answered(house, id_):
    user = await house.signed_in(HEAD)
    assert (await user.opens(f"/console/records/{id_}")).status in {404, 422}


async def test_a_restricted_talk_is_not_the_liaisons(house):
    _, address = await head_at_work(house, type="诫勉谈话")
    user = await house.signed_in("简单")
    assert "没有找到" in (await user.opens(address)).alert
    await user.opens("/console/records")
    assert user.view.rows == []


async def test_near_identical_records_name_each_other(house):
    words = {"points": "工程变更审批把关不严,重大事项没有集体研究,提醒严格按照程序办理"}
    user, address = await head_at_work(house, **words)
    view = await files(user, **words, day="2026-11-19")
    assert address in view.links
    await user.opens("/console/records")
    assert [row[-1] for row in user.view.rows] == ["", "近似"]


async def test_a_form_survives_a_locked_session(house):
    user = await house.signed_in(HEAD)
    await user.opens(NEW)
    house.wait(minutes=16)
    await user.submits(NEW, **TALK)
    await user.submits("/console/resume", secret_passphrase=PASSPHRASE)
    view = await user.submits(NEW)
    view = await user.submits(NEW) if view.path == NEW else view
    assert "变更审批不严" in view.text


async def test_people_who_read_alike_are_told_apart_by_their_code(tmp_path, sqlite_stores):
    twins = [
        ("P31", "王伟", "中共党员", "A0102", "副局长", "班子成员", "2020-01-01", ""),
        ("P32", "王伟", "中共党员", "A0102", "副局长", "班子成员", "2020-01-01", ""),
    ]
    url = await sqlite_stores.migrated()
    async with console_house(tmp_path, url, people=(*PEOPLE, *twins)) as house:
        user = await house.signed_in(HEAD)
        await user.opens(NEW)
        view = await user.submits(NEW, **{**TALK, "type": "谈心谈话", "subjects": "王伟"})
        (name,) = [name for name in view.fields(NEW) if name.startswith("pick.")]
        values = view.tree.xpath(f"//select[@name='{name}']/option[contains(., '王伟')]/@value")
        assert len(values) == 2
        view = await user.submits(NEW, **{name: values[1]})
        assert view.fields(NEW)["subjects"].endswith(")")
        view = await user.submits(NEW)
        stored = await newest(house)
        assert stored.entry.whose("subject") == (values[1].removeprefix("p:"),)
