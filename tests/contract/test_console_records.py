"""Writing records at the console: the sentence, the form, the other ledgers, as clerks use them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import RecordQuery
from tests.support.console_house import console_house
from tests.support.console_records import HEAD, NEW, SUBJECT, TALK, files, head_at_work

LIST, READ = "/console/records", "/console/records/read"
SENTENCE = (
    "昨天下午三点在区委三楼会议室同住建局钱卫局长作监督谈话,指出工程变更审批不严,要求12月10日前报整改方案"
)


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


@pytest.fixture
async def either(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


async def kept(house):
    async with house.city.work() as work:
        return await work.ledger.find(RecordQuery(states=("filed", "void")), limit=100)


# The sentence.


async def test_a_sentence_is_read_checked_and_filed(either):
    user = await either.signed_in(HEAD)
    await user.opens(LIST)
    view = await user.submits(READ, sentence=SENTENCE)
    for part in ("监督谈话", SUBJECT, "15:00", "区委三楼会议室", "工程变更审批不严", "记录人没有说到"):
        assert part in view.text
    assert await kept(either) == []
    await user.submits(NEW)
    assert user.view.fields(NEW)["demands"] == "报整改方案(2026年12月10日前)"
    view = await user.submits(NEW, place="区委二楼会议室")
    assert "已归档" in view.said
    (stored,) = await kept(either)
    assert (stored.body["place"], stored.body["start"]) == ("区委二楼会议室", "15:00:00")
    assert stored.entry.whose("subject") == ((await either.city.person("钱卫")).id,)


async def test_the_script_gets_the_panel_alone(house):
    user = await house.signed_in(HEAD)
    await user.opens(LIST)
    view = await user.submits(READ, sentence=SENTENCE, changed={"part": "panel"})
    assert view.answer.text.strip().startswith('<section id="reading"')
    assert "监督谈话" in view.answer.text
    assert "/console/sign-out" not in view.answer.text


async def test_the_script_is_small_and_stands_in_no_page(house):
    user = await house.signed_in(HEAD)
    view = await user.opens(LIST)
    (address,) = [each for each in view.tree.xpath("//script/@src") if "records.js" in each]
    script = await user.downloads(address)
    assert len(script.content) < 4096
    assert view.tree.xpath("//script[not(@src)]") == []
    assert view.tree.xpath("//@style | //style | //@onclick") == []


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("", "请先写一句话"),
        ("帮我编造一份上个月和钱卫的谈话记录", "不能代为编造"),
        ("今天对钱卫作了初核谈话", "不在本系统登记范围内"),
        ("下周三准备同钱卫谈心", "谈话计划"),
        ("字" * 4001, "四千字"),
    ],
)
async def test_what_is_no_talk_says_so(house, sentence, said):
    user = await house.signed_in(HEAD)
    await user.opens(LIST)
    assert said in (await user.submits(READ, sentence=sentence)).text


async def test_what_a_sentence_does_not_say_is_asked_and_not_invented(house):
    user = await house.signed_in(HEAD)
    await user.opens(LIST)
    view = await user.submits(READ, sentence="昨天同钱卫谈心谈话")
    assert "归档前还需填写:要点" in view.text
    await user.submits(NEW)
    view = await user.submits(NEW)
    assert (view.status, "这一项必须填写" in view.text) == (422, True)
    assert await kept(house) == []


async def test_a_sentence_about_tomorrow_becomes_a_plan(house):
    user = await house.signed_in(HEAD)
    await user.opens(LIST)
    await user.submits(READ, sentence="11月30日上午九点同钱卫作监督谈话,在区委三楼会议室")
    view = await user.submits("/console/plans/new")
    assert view.fields("/console/plans/new")["day"] == "2026-11-30"


# The form.


async def test_every_field_goes_into_the_record(house):
    user = await house.signed_in(HEAD)
    view = await files(
        user,
        start="15:00",
        end="16:10",
        place="三楼",
        recorder="简单",
        mode="个别",
        affirmed="主动",
        attitude="接受",
    )
    assert "已归档" in view.said
    ((body),) = [each.body for each in await kept(house)]
    assert (body["start"], body["end"], body["place"]) == ("15:00:00", "16:10:00", "三楼")
    assert body["recorder"]["name"] == "简单"
    assert body["points"] == ["工程变更审批", "廉洁用权"]
    assert body["requirements"] == [{"text": "报整改方案", "due": "2026-12-10"}]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day": "2026-02-30"}, "日期"),
        ({"day": "2026-11-30"}, "谈话尚未进行"),
        ({"day": "很久以前"}, "日期"),
        ({"subjects": "青石区委书记 顾长风"}, "同一人"),
        ({"subjects": "夏至"}, "上级"),
        ({"subjects": "江帆"}, "没有在任职务"),
        ({"subjects": "\n".join(f"某某{number}" for number in range(500))}, "最多"),
        ({"type": "聊天"}, "选项"),
        ({"start": "25:61"}, "时间"),
        ({"points": ""}, "必须填写"),
        ({"points": "点" * 1001}, "1000"),
        ({"recorder": "甲乙\n丙丁\n戊己\n庚辛"}, "人数"),
    ],
)
async def test_what_cannot_be_is_refused_with_everything_kept(house, changed, said):
    user = await house.signed_in(HEAD)
    await user.opens(NEW)
    view = await user.submits(NEW, **{**TALK, "place": "三楼", **changed})
    assert view.status == 422
    assert said in view.text + view.alert
    fields = view.fields(NEW)
    assert (fields["place"], fields["demands"]) == ("三楼", TALK["demands"])
    for name, typed in changed.items():
        if name != "type":
            assert fields[name].replace("\r", "") == typed or name == "subjects"
    assert await kept(house) == []


async def test_two_who_fit_are_chosen_between(house):
    user = await house.signed_in(HEAD)
    await user.opens(NEW)
    view = await user.submits(NEW, **{**TALK, "type": "谈心谈话", "subjects": "温书记"})
    (name,) = [name for name in view.fields(NEW) if name.startswith("pick.")]
    offered = view.tree.xpath(f"//select[@name='{name}']/option/text()")
    assert len(offered) >= 3
    assert await kept(house) == []
    (value,) = view.tree.xpath(f"//select[@name='{name}']/option[contains(., '温良')]/@value")
    view = await user.submits(NEW, **{name: value})
    if view.path == NEW:
        view = await user.submits(NEW)
    assert "温良" in view.text
    (stored,) = await kept(house)
    person = await house.city.person("温良")
    assert stored.entry.whose("subject") == (person.id,)


async def test_none_of_these_keeps_the_words_as_said(house):
    user = await house.signed_in(HEAD)
    await user.opens(NEW)
    view = await user.submits(NEW, **{**TALK, "type": "谈心谈话", "subjects": "温书记"})
    (name,) = [name for name in view.fields(NEW) if name.startswith("pick.")]
    view = await user.submits(NEW, **{name: "n:"})
    if view.path == NEW:
        assert view.fields(NEW)[name] == "n:"
        view = await user.submits(NEW)
    (stored,) = await kept(house)
    assert stored.entry.whose("subject") == ()


async def test_a_late_talk_asks_why_and_is_marked(house):
    user = await house.signed_in(HEAD)
    await user.opens(NEW)
    view = await user.submits(NEW, **{**TALK, "day": "2026-10-08"})
    assert view.status == 422
    assert "补录" in view.text
    view = await user.submits(NEW, reason="当时未及时登记")
    assert "按补录登记" in view.text
    view = await user.submits(NEW)
    assert "事后补录" in view.text
    await user.opens(LIST)
    assert "补录" in user.view.rows[0][-1]


async def test_a_near_identical_talk_is_shown_before_it_is_filed(house):
    words = {"points": "工程变更审批把关不严,重大事项没有集体研究,提醒严格按照程序办理"}
    user, _ = await head_at_work(house, **words)
    await user.opens(NEW)
    view = await user.submits(NEW, **{**TALK, **words, "day": "2026-11-19"})
    assert view.path == NEW
    assert "高度相近" in view.text
    assert len(await kept(house)) == 1
    view = await user.submits(NEW)
    assert "2026-000001" in view.text
    assert len(await kept(house)) == 2


async def test_hints_that_changed_are_shown_again(house):
    user = await house.signed_in(HEAD)
    await user.opens(NEW)
    await user.submits(NEW, **{**TALK, "type": "诫勉谈话"})
    assert "知悉范围受限" in user.view.text
    view = await user.submits(NEW, place="别处")
    assert view.path == NEW
    assert await kept(house) == []


async def test_a_double_click_files_once(either):
    user = await either.signed_in(HEAD)
    await user.opens(NEW)
    fields = {**user.view.fields(NEW), **TALK}
    first, second = await user.posts(NEW, fields), await user.posts(NEW, fields)
    assert ("已归档" in first.said, "已经提交过" in second.said) == (True, True)
    assert len(await kept(either)) == 1


async def test_forged_people_are_words(house):
    user = await house.signed_in(HEAD)
    other = await house.city.person("陆仁")
    await user.opens(NEW)
    await user.submits(NEW, **{**TALK, "subjects": f"p:{other.id}"}, changed={"add.subjects": "p:nobody"})
    for stored in await kept(house):
        assert other.id not in stored.entry.whose("subject")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=60), name=st.sampled_from(["day", "start", "subjects", "points", "demands", "mode"])
)
async def test_any_text_is_answered_with_a_page(house, text, name):
    user = await house.stranger()
    user.client.cookies.update((await shared_user(house)).client.cookies)
    await user.opens(NEW)
    view = await user.posts(NEW, {**user.view.fields(NEW), **TALK, name: text})
    assert view.status in {200, 422}
    assert view.tree.xpath("//h1")


_users = {}


async def shared_user(house):
    if id(house) not in _users:
        _users.clear()
        _users[id(house)] = await house.signed_in(HEAD)
    return _users[id(house)]


async def test_markup_is_shown_as_words(house):
    canary = "<script>alert(1)</script>"
    user, address = await head_at_work(
        house, points=f"{canary}{'要' * 30}", place=f'"{canary}', subjects=f"{canary}"
    )
    for page in (address, LIST, f"{address}/correct", "/console/tickets"):
        view = await user.opens(page)
        assert view.status == 200
        assert canary not in view.answer.text
        assert view.tree.xpath("//script[not(@src)]") == []
    await user.submits(READ, sentence=f"昨天同钱卫谈心,{canary}") if user.view.path == LIST else None


# Other ledgers.


async def test_another_ledger_is_written_from_its_fields(either):
    user = await either.signed_in(HEAD)
    address = f"{NEW}/rectify"
    await user.opens(address)
    view = await user.submits(
        address,
        day="2026-11-20",
        source="巡察",
        findings="一是台账不全\n二是签字不齐",
        lead="钱卫",
        due="2026-12-31",
    )
    assert "已归档" in view.said
    assert len([row for row in view.rows if "2026-12-31" in row]) == 2
    (stored,) = await kept(either)
    assert stored.body["findings"] == ["一是台账不全", "二是签字不齐"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"day": "2026-12-30"}, "今天之后"), ({"source": ""}, "必须填写"), ({"due": "2026-02-30"}, "日期")],
)
async def test_a_ledger_checks_as_the_chat_does(house, changed, said):
    user = await house.signed_in(HEAD)
    address = f"{NEW}/rectify"
    await user.opens(address)
    typed = {"day": "2026-11-20", "source": "巡察", "findings": "台账不全", "due": "2026-12-31"}
    view = await user.submits(address, **{**typed, **changed})
    assert (view.status, said in view.text) == (422, True)
    assert await kept(house) == []


async def test_a_ledger_of_other_posts_and_one_that_is_none(house):
    user = await house.signed_in("欧阳明")
    assert "不需要登记" in (await user.opens(f"{NEW}/account")).alert
    assert "没有找到" in (await user.opens(f"{NEW}/nothing")).alert


async def test_nothing_typed_stands_in_the_log(house, caplog):
    await head_at_work(house, points="绝密要点甲乙丙")
    user = await house.signed_in(HEAD)
    await user.opens(LIST)
    await user.submits(READ, sentence="昨天同钱卫谈心,绝密要点甲乙丙")
    assert "绝密" not in caplog.text
