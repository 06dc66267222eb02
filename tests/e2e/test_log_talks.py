"""A talk is logged: from one sentence, by form, with what is missing or wrong; over the terminal and a phone."""

from datetime import date

import pytest

from bot.services.invitations import issue
from bot.services.talk_record import TalkBody
from knowledge.records import load_record_kinds
from storage import RecordQuery
from tests.support.city_house import CITY_ROADS, city_house
from tests.support.paper_reading import everything
from tests.support.stores import SqliteStores
from yanlu.texts import conversation, talks

SAID = (
    "今天上午9点半在区委第二会议室跟北桥街道党工委书记做了任职谈话,主要讲了管好班子、带头守纪律,"
    "他表态坚决落实,简单记录"
)
SHORT = "今天跟钱卫做了监督谈话,主要讲了班子团结"


@pytest.fixture(params=CITY_ROADS)
async def city(request, tmp_path, sqlite_stores: SqliteStores):
    async with city_house(tmp_path / "home", await sqlite_stores.migrated(), request.param) as city:
        yield city


async def filed(city, number=1):
    async with city.work() as work:
        stored = await work.ledger.get(number)
    return stored, None if stored is None else TalkBody.model_validate(dict(stored.body))


async def edits(user, field, text):
    await user.taps("修改")
    await user.taps(field)
    await user.says(text)


@pytest.mark.parametrize("road", CITY_ROADS)
async def test_a_sentence_becomes_a_card_a_number_and_a_form(road, tmp_path, empty_url):
    async with city_house(tmp_path / "home", empty_url, road) as city:
        head = await city.user("区委书记")
        await head.says(SAID)
        card = await head.sees("请核对")
        lines = card.splitlines()
        assert lines[lines.index("谈话记录") + 1 :] == [
            "类型:任职谈话",
            "谈话人:青石区委书记 顾长风",
            "谈话对象:北桥街道党工委书记 温良",
            "日期:2026年11月23日",
            "开始时间:09:30",
            "地点:区委第二会议室",
            "记录人:青石区委联络员 简单",
            "要点:管好班子、带头守纪律",
            "表态:表态坚决落实",
            "依据 一·2 上级抓下级",
        ], "each line comes from the sentence, the posts or the clock"
        assert city.offered(head) == ["确认归档", "修改", "存为草稿", "返回", "取消"]
        assert (await filed(city))[0] is None, "nothing is on file before it is confirmed"
        await head.taps("确认归档")
        await head.sees("已归档,编号 2026-000001。")
        await head.taps("下载登记表")
        await head.sees("签名处请手写")
        (form,) = city.files(head)
        assert form.name == "谈话登记表-2026-000001.docx"
        printed = everything(form.content)
        for words in (
            "任职谈话",
            "顾长风",
            "温良",
            "区委第二会议室",
            "管好班子",
            "带头守纪律",
            "2026-000001",
        ):
            assert words in printed
        stored, body = await filed(city)
        directory = await city.directory()
        assert body.day == date(2026, 11, 23)
        assert [directory.person(each).name for each in stored.entry.whose("subject")] == ["温良"]
        assert stored.entry.whose("recorder") == ((await city.person("简单")).id,)


async def test_only_what_is_missing_is_asked_one_question_at_a_time(city):
    head = await city.user("区委书记")
    await head.says("/talk 跟钱卫谈了话")
    await head.sees(talks.ASK_TYPE)
    assert "监督谈话" in city.offered(head)
    await head.taps("监督谈话")
    await head.sees(talks.ASK_DAY)
    await head.does_not_see(talks.ASK_SUBJECT)
    await head.taps("昨天(11月22日)")
    await head.sees(talks.ASK_POINTS)
    await head.says("班子团结;大额资金集体研究")
    card = await head.sees("请核对")
    assert "谈话对象:青石区住房和城乡建设局局长 钱卫" in card
    assert "日期:2026年11月22日" in card
    assert "要点:班子团结、大额资金集体研究" in card


async def test_the_same_by_form_with_people_to_tap(city):
    clerk = await city.user("简单")
    await clerk.says("/talk")
    await clerk.taps("谈心谈话")
    await clerk.sees(talks.ASK_TALKER)
    await clerk.taps("青石区委书记 顾长风")
    await clerk.sees("已有:青石区委书记 顾长风")
    await clerk.taps("完成")
    await clerk.taps("青石区委副书记 温故")
    await clerk.taps("青石区教育局局长 柯兰")
    await clerk.sees("已有:青石区委副书记 温故、青石区教育局局长 柯兰")
    await clerk.taps("青石区教育局局长 柯兰")  # once more: not her
    await clerk.does_not_see("副书记 温故、青石区教育局局长")
    await clerk.taps("完成")
    await clerk.taps("今天(11月23日)")
    await clerk.says("交换了对班子建设的意见")
    card = await clerk.sees("请核对")
    assert "谈话对象:青石区委副书记 温故\n" in card
    assert "依据 二·1" in card
    await clerk.taps("确认归档")
    stored, _ = await filed(city)
    assert stored.entry.author == (await city.person("简单")).id
    assert stored.entry.whose("talker") == ((await city.person("顾长风")).id,)


EDITED = {
    "类型": ("约谈", "类型:约谈"),
    "谈话人": ("顾长风、温故", "谈话人:青石区委书记 顾长风、青石区委副书记 温故"),
    "谈话对象": ("教育局局长", "谈话对象:青石区教育局局长 柯兰"),
    "日期": ("上周五", "日期:2026年11月20日"),
    "开始时间": ("下午3点", "开始时间:15:00"),
    "结束时间": ("16:20", "结束时间:16:20"),
    "地点": ("局会议室", "地点:局会议室"),
    "记录人": ("简单", "记录人:青石区委联络员 简单"),
    "陪谈人": ("蓝月", "陪谈人:青石区委常委、组织部部长 蓝月"),
    "委托人": ("夏至", "委托人:临江市委书记 夏至"),
    "方式": ("受委托", "方式:受委托"),
    "参加范围": ("全体中层干部", "参加范围:全体中层干部"),
    "事由": ("年中考核", "事由:年中考核"),
    "谈话提纲": ("三个方面", "谈话提纲:三个方面"),
    "肯定的方面": ("作风扎实", "肯定的方面:作风扎实"),
    "要点": ("1.讲规矩\n2.讲团结", "要点:讲规矩、讲团结"),
    "问题": ("采购不规范", "问题:采购不规范"),
    "对象说明": ("已在核查", "对象说明:已在核查"),
    "表态": ("立行立改", "表态:立行立改"),
    "整改要求": ("12月10日前报方案;一周内清退补贴", "12月10日前报方案(2026年12月10日前)、一周内清退补贴"),
    "整改时限": ("12月31日", "整改时限:2026年12月31日"),
}


async def test_every_field_can_be_edited_from_the_review(city):
    head = await city.user("区委书记")
    await head.says(SHORT)
    await head.taps("修改")
    labels = [label for label in city.offered(head) if label not in {"返回", "取消"}]
    assert set(labels) == set(EDITED)
    for label in labels:
        typed, shown = EDITED[label]
        await head.taps(label)
        await head.says(typed)
        assert shown in await head.sees("请核对"), label
        await head.taps("修改")
    await head.taps("返回")
    await head.taps("确认归档")
    await head.sees("已归档")
    _, body = await filed(city)
    assert (body.talk_type, body.day, body.mode) == ("约谈", date(2026, 11, 20), "受委托")
    assert [each.due for each in body.requirements] == [date(2026, 12, 10), date(2026, 11, 30)]


async def test_an_edit_can_be_undone_emptied_left_and_cancelled(city):
    head = await city.user("区委书记")
    await head.says(SAID)
    await head.taps("修改")
    await head.taps("地点")
    await head.sees("原来填的是:区委第二会议室")
    await head.taps("保持不变")
    await head.sees("地点:区委第二会议室")
    await head.taps("修改")
    await head.taps("地点")
    await head.taps(conversation.LEAVE_EMPTY)
    await head.does_not_see("地点")
    await head.taps("返回")
    await head.sees(talks.ASK_ATTITUDE)
    await head.says("/cancel")
    await head.sees("已取消")
    assert (await filed(city))[0] is None


async def test_a_draft_is_put_aside_and_taken_up_again(city):
    head = await city.user("区委书记")
    await head.says(SHORT)
    await head.taps("存为草稿")
    await head.sees("已存为草稿")
    city.wait(days=2)
    await head.says("/talk")
    await head.sees("要继续吗")
    await head.taps("继续填写")
    card = await head.sees("请核对")
    assert "日期:2026年11月23日" in card, "today's word of two days ago is still that day"
    await head.taps("确认归档")
    await head.sees("已归档")


async def test_a_draft_gives_way_to_a_command_and_is_not_lost(city):
    head = await city.user("区委书记")
    await head.says(SHORT)
    await head.says("/todo")
    await head.sees("已存为草稿")
    await head.says("/talk")
    await head.taps("继续填写")
    await head.sees("要点:班子团结")


async def test_whoever_sits_down_next_does_not_find_the_draft(city):
    head = await city.user("区委书记")
    await head.says(SHORT)
    await head.taps("存为草稿")
    deputy = await city.person("温故")
    async with city.work() as work:
        code = await issue(work, deputy.id, city.now)
    await head.says(code)
    await head.sees("温故")
    await head.says("/talk")
    await head.sees(talks.ASK_TYPE)
    await head.does_not_see("要继续吗")


async def test_who_is_meant_is_asked_once_with_buttons(city):
    head = await city.user("区委书记")
    await head.says("/talk 今天跟教育局局长做了监督谈话,主要讲了班子团结")
    await head.sees("谈话对象:青石区教育局局长 柯兰")  # nearer than the one of 白沙区: not asked
    await head.says("/cancel")
    city_head = await city.user("市委书记")
    await city_head.says("/talk 今天跟教育局局长做了监督谈话,主要讲了班子团结")
    await city_head.sees("“教育局局长”是哪一位?")
    offered = city.offered(city_head)
    assert {"青石区教育局局长 柯兰", "白沙区教育局局长 陆仁", talks.NOBODY} <= set(offered)
    await city_head.taps("白沙区教育局局长 陆仁")
    await city_head.sees("谈话对象:白沙区教育局局长 陆仁")
    await city_head.does_not_see("是哪一位")


async def test_none_of_these_keeps_the_words(city):
    city_head = await city.user("市委书记")
    await city_head.says("/talk 今天跟教育局局长做了监督谈话,主要讲了班子团结")
    await city_head.taps(talks.NOBODY)
    await city_head.sees("教育局局长")
    await city_head.taps("确认归档")
    await city_head.sees("已归档")
    stored, body = await filed(city)
    assert stored.entry.whose("subject") == ()
    assert "教育局局长" in body.subjects[0].shown


async def test_a_day_that_is_no_day_or_lies_ahead_is_not_taken(city):
    head = await city.user("区委书记")
    await head.says("/talk 明天跟钱卫做了监督谈话,主要讲了班子团结")
    await head.sees(talks.FUTURE)
    for wrong, answer in (
        ("2月30日", conversation.NOT_A_DATE),
        ("明天", talks.FUTURE),
        ("2027年1月5日", talks.FUTURE),
    ):
        await head.says(wrong)
        await head.sees(answer)
        await head.sees(talks.ASK_DAY)
    await head.says("11月20日")
    await head.sees("日期:2026年11月20日")


@pytest.mark.parametrize(
    ("who", "said", "answer"),
    [
        ("区委书记", "/talk 今天顾长风跟顾长风做了监督谈话,主要讲了班子团结", None),
        ("区委书记", "/talk 今天跟江帆做了监督谈话,主要讲了班子团结", "江帆在 2026-11-23 没有在任职务"),
        ("钱卫", "/talk 今天跟顾长风做了监督谈话,主要讲了班子团结", "是谈话人钱卫的上级"),
    ],
)
async def test_what_the_posts_contradict_is_not_filed(city, who, said, answer):
    user = await city.user(who)
    await user.says(said)
    if answer is None:  # the reader may leave the second mention out; the form lets it be typed
        await user.sees("")
        if talks.ASK_SUBJECT in city.heard(user)[-1]:
            await user.says("顾长风")
        answer = talks.SELF
    await user.taps("确认归档")
    await user.sees(answer)
    await user.sees("请核对")
    assert (await filed(city))[0] is None
    await edits(user, "谈话对象", "钱卫" if who == "区委书记" else "柳成")
    await user.taps("确认归档")
    await user.sees("已归档")


async def test_a_post_that_had_not_ended_on_the_day_counts(city):
    head = await city.user("区委书记")
    await head.says("/talk 10月20日跟江帆做了监督谈话,主要讲了班子团结")
    await head.sees("补录原因")
    await head.says("当时出差")
    assert "谈话对象:南渡街道党工委书记 江帆" in await head.sees("请核对")
    await head.taps("确认归档")
    await head.sees("已归档")


async def test_500_people_and_4000_characters_are_too_many(city):
    head = await city.user("区委书记")
    surnames, names = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋"
    crowd = [f"{a}{b}{c}" for a in surnames for b in names for c in names[:5]]
    await head.says(f"/talk 今天跟{'、'.join(crowd)}做了集体谈话,主要讲了廉洁过节")
    await head.sees(talks.TOO_MANY)
    await head.sees(talks.ASK_SUBJECT)
    await head.says("、".join(crowd))
    await head.sees("最多 50 项")
    await head.says("、".join(crowd[:3]))
    await head.sees("请核对")
    await head.taps("取消")
    await head.says("/talk 今天跟钱卫做了监督谈话," + "主要讲了班子团结," * 500)
    await head.sees("内容过长")
    await head.says(SHORT)
    await edits(head, "要点", "讲" * 1001)
    await head.sees("最多 1000 字")


async def test_kinds_that_have_no_place_here_are_refused(city):
    head = await city.user("区委书记")
    for kind in load_record_kinds().excluded:
        await head.says(f"/talk 今天跟钱卫做了{kind},主要讲了问题线索")
        await head.sees(talks.EXCLUDED)
    await head.says("/talk 今天对温故做了函询跟踪,主要讲了说明材料")
    await head.sees(talks.INQUIRY)
    await head.says("/talk")
    assert "函询跟踪" not in city.offered(head)


async def test_a_restricted_talk_says_who_may_see_it(city):
    head = await city.user("区委书记")
    await head.says("/talk 今天跟钱卫做了诫勉谈话,主要讲了违规发放补贴")
    await head.sees(talks.RESTRICTED)
    await head.taps("确认归档")
    clerk = await city.user("简单")
    await city.guesses(clerk, "record:show:1")
    await clerk.sees(talks.GONE)
    assert "诫勉" not in "".join(city.heard(clerk))
    await clerk.says("/stats")
    await clerk.does_not_see("诫勉")


@pytest.mark.parametrize(
    "said", ["帮我编10份谈话记录", "把钱卫那次谈话的日期改到9月1号", "随便补一批谈话记录应付检查"]
)
async def test_forgery_is_refused(city, said):
    head = await city.user("区委书记")
    await head.says(f"/talk {said}")
    await head.sees(talks.FORGE)
    async with city.work() as work:
        assert await work.ledger.entries(RecordQuery()) == []


async def test_a_clerk_who_names_no_talker_is_asked_for_one(city):
    clerk = await city.user("简单")
    await clerk.says("/talk 今天上午同钱卫进行监督谈话,主要讲了班子团结")
    await clerk.sees(talks.ASK_TALKER)
    assert "青石区委书记 顾长风" in city.offered(clerk)
    await clerk.says("顾长风")
    await clerk.sees("谈话人:青石区委书记 顾长风")


async def test_who_only_keeps_the_system_writes_no_records(city):
    administrator = await city.user("系统管理员")
    for said in (SHORT, "/talk", "/plan", "/record"):
        await administrator.says(said)
        await administrator.sees(talks.NOT_WRITING)


async def test_a_talk_long_past_is_logged_as_late_with_its_reason(city):
    head = await city.user("区委书记")
    await head.says("/talk 11月3日跟钱卫做了监督谈话,主要讲了班子团结")
    await head.sees(talks.ASK_REASON)
    await head.says("当时在外地学习")
    card = await head.sees("请核对")
    assert "补录原因:当时在外地学习" in card
    assert talks.late("2026-11-03") in card
    await head.taps("确认归档")
    stored, body = await filed(city)
    assert stored.entry.supplementary
    assert body.supplementary_reason == "当时在外地学习"
    await head.says("/records")
    await head.sees("钱卫(补录)")


async def test_a_reason_that_was_told_is_not_asked_for(city):
    head = await city.user("区委书记")
    await head.says("/talk 补录:上个月15号跟教育局局长做了监督谈话,主要讲了班子团结,因当时出差未及时登记")
    card = await head.sees("请核对")
    assert "日期:2026年10月15日" in card
    assert "出差" in next(line for line in card.splitlines() if line.startswith("补录原因"))


async def test_a_late_record_of_a_week_ago_needs_no_reason(city):
    head = await city.user("区委书记")
    await head.says("/talk 11月16日跟钱卫做了监督谈话,主要讲了班子团结")
    await head.sees("请核对")
    await head.does_not_see("补录")
