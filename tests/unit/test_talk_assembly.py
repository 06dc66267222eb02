"""What the rules make of the stretches of a sentence, marked by hand."""

from datetime import date, datetime

import pytest

from knowledge.records import load_record_kinds
from knowledge.talks.kinds import type_of
from knowledge.talks.matters import MATTERS, Matters
from knowledge.talks.mending import mended
from knowledge.talks.people import is_clerk, is_person, mention_of
from knowledge.talks.reader import Author, assembled
from knowledge.talks.said import Said
from knowledge.talks.substance import trimmed
from knowledge.talks.tagged import load_tagged, parse_tagged

HEAD = Author("方海涛", "清河县委", "县委书记")
CLERK = Author("俞静", "清河县委办公室", "科员")
MONDAY = datetime.fromisoformat("2026-03-16T10:00")


def told(line: str, author: Author = HEAD, now: datetime = MONDAY):
    """The reading of a sentence whose stretches are marked by hand: what the rules make of them."""
    sentence = parse_tagged(f"{author.name}|{author.unit}|{author.position}\t{now.isoformat()}\t{line}")
    return assembled(Said.of(sentence.text, now), author, sentence.stretches)


# People


@pytest.mark.parametrize(
    ("words", "rank", "name", "surname", "title", "unit", "newly"),
    [
        ("陶立新", "柳河镇新来的党委书记", "陶立新", "陶", "党委书记", "柳河镇", True),
        ("老葛", "审计局", "", "葛", "", "审计局", False),
        ("方书记", "", "", "方", "书记", "", False),
        ("潘局", "", "", "潘", "局", "", False),
        ("欧阳兰", "区残联理事长", "欧阳兰", "欧阳", "", "区残联理事长", False),
        ("区委书记秦放", "", "秦放", "秦", "书记", "区委", False),
        ("新来的测绘所所长", "", "", "", "所长", "测绘所", True),
        ("顾长风书记", "", "顾长风", "顾", "书记", "", False),
    ],
)
def test_a_mention_tells_name_title_unit(words, rank, name, surname, title, unit, newly):
    mention = mention_of(words, rank)

    assert (mention.name, mention.surname, mention.unit, mention.newly) == (name, surname, unit, newly)
    assert mention.title == title


@pytest.mark.parametrize("line", ["按[w|彭书记]的意思我找了[s|老葛]", "[w|贾书记]让我去跟[s|老葛]谈"])
def test_who_sent_the_author_did_not_talk(line):
    sentence = parse_tagged(f"甲|乙|局长\t2026-03-16T10:00\t{line}")

    assert [each.tag for each in mended(sentence.text, sentence.author, sentence.stretches)] == ["e", "s"]


def test_nobody_named_means_that_the_author_talked():
    reading = told("[d|昨天]跟[s|老葛][y|谈心谈话]")

    assert [each.name for each in reading.talkers] == ["方海涛"]


def test_a_clerk_who_names_nobody_is_asked_who_talked():
    reading = told("[d|昨天]跟[s|老葛][y|谈心谈话]", CLERK)

    assert reading.talkers == ()
    assert "talker" in reading.ask


def test_i_am_the_author():
    reading = told("[w|我]跟[s|老葛]谈了,[r|我]记录", CLERK)

    assert [each.name for each in reading.talkers] == ["俞静"]
    assert reading.recorder is not None
    assert reading.recorder.name == "俞静"


def test_a_person_named_twice_is_one():
    reading = told(
        "[w|方书记]跟[u|区医院院长][s|韦东升]谈,[s|韦院长][a|当场认账],[w|方书记]要求[q|整改]", CLERK
    )

    assert [each.name for each in reading.subjects] == ["韦东升"]
    assert [each.text for each in reading.talkers] == ["方书记"]


def test_a_subject_without_a_name_is_his_post():
    reading = told("跟[u|河西分局新来的局长]做[y|任职谈话]")

    assert [(each.title, each.unit, each.newly) for each in reading.subjects] == [("局长", "河西分局", True)]


def test_a_group_is_kept_as_said():
    reading = told("对[g|全体班子成员][y|集体谈话]")

    assert reading.group == "全体班子成员"
    assert reading.subjects == ()
    assert "subject" not in reading.ask


@pytest.mark.parametrize(
    ("position", "clerk"),
    [
        ("科员", True),
        ("办公室干事", True),
        ("联络员", True),
        ("信息科", True),
        ("办公室主任", True),
        ("书记员", True),
        ("县委巡察办主任", False),
        ("党组成员、总会计师", False),
        ("县委书记", False),
        ("党委委员、副院长", False),
    ],
)
def test_clerks_are_told_by_their_position(position, clerk):
    assert is_clerk(Author("甲", "乙", position)) is clerk


# Types


@pytest.mark.parametrize("talk", load_record_kinds().talks, ids=lambda talk: talk.code)
def test_each_type_is_known_by_all_its_names(talk):
    assert {type_of(name) for name in (talk.code, *talk.terms)} == {talk.code}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("谈了个心", "谈心谈话"),
        ("任前廉政谈话", "任职谈话"),
        ("聊了聊", None),
        ("通了个气", None),
        ("诫勉", "诫勉谈话"),
    ],
)
def test_types_in_loose_words(words, code):
    assert type_of(words) == code


def test_the_type_settled_on_wins():
    reading = told("跟[s|老葛][y|谈心],互相提了意见,算[y|相互提醒]")

    assert reading.talk_type == "相互提醒"


def test_a_type_inside_a_demand_is_not_the_talks():
    reading = told("跟[s|老葛]谈了,要求[q|逐个开展提醒谈话]")

    assert reading.talk_type is None
    assert "type" in reading.ask


# Time, demands, deadlines


def test_day_and_clock_may_stand_apart():
    reading = told("时间:[d|3月12日] 地点:[p|五楼] [t|14:30]跟[s|老葛]谈")

    assert (reading.day, str(reading.start), reading.place) == (date(2026, 3, 12), "14:30:00", "五楼")


def test_a_deadline_is_not_the_day_of_the_talk():
    reading = told("跟[s|老葛]谈了,让他[l|3月20日前][q|交方案]")

    assert reading.day is None
    assert reading.deadline == date(2026, 3, 20)
    assert reading.requirements[0].due == date(2026, 3, 20)
    assert "time" in reading.ask


def test_each_demand_has_the_deadline_beside_it():
    reading = told("[d|昨天]谈的,要求[l|3月20日前][q|交方案],[l|4月1日前][q|开完会]。[q|今后常抓]。")

    assert [(each.text, each.due) for each in reading.requirements] == [
        ("交方案", date(2026, 3, 20)),
        ("开完会", date(2026, 4, 1)),
        ("今后常抓", None),
    ]
    assert reading.deadline == date(2026, 3, 20)


def test_a_day_to_come_is_asked_for():
    reading = told("[d|3月20日]跟[s|老葛][y|谈心谈话]")

    assert reading.day is None
    assert "time" in reading.ask


@pytest.mark.parametrize(
    ("line", "later"),
    [
        ("[x|补录][d|1月5日]跟[s|老葛]谈", True),
        ("[d|昨天]跟[s|老葛]谈", False),
        ("[d|1月5日]跟[s|老葛]谈", None),
        ("[d|昨天]跟[s|老葛]谈,要求[q|补登记]", False),
    ],
)
def test_later_entries(line, later):
    assert told(line).supplementary is later


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("账目混乱的问题", "账目混乱"),
        ("1、公车私用", "公车私用"),
        ("一是少开会;", "少开会"),
        ("问题", "问题"),
    ],
)
def test_items_are_trimmed_lightly(words, kept):
    assert trimmed(words) == kept


def test_what_is_missing_is_asked_for():
    assert told("记个谈话", CLERK).ask == ("type", "talker", "subject", "time", "points")


# Second thoughts


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("讲了[q|管好班子]、[q|少搞花样]、[b|重大事项先请示]", "qqq"),
        ("要求:1.[b|重新抽取];2.[q|并入大账]。[b|账目混乱]", "qqb"),
        ("问题:[q|招标固定一家],要求:[q|整改]", "bq"),
        ("[s|潘局]昨天跟[s|贾诚]谈话", "ws"),
        ("约谈了[b|排名靠后的三个单位]", "g"),
        ("约谈了[b|排名靠后的两家],[s|贾诚]", "s"),
        ("1[k|采购廉政风险] 2[b|账目混乱]", "bb"),
        ("因[q|押解脱管],责令[b|写检查]", "bq"),
        ("提醒[s|贾诚]公车私用的事", "sb"),
        ("在三楼会议室跟[s|贾诚]谈", "ps"),
        ("跟[s|贾诚]谈,小陆记录", "sr"),
        ("[d|昨天]跟全体班子成员谈话", "dg"),
        ("跟[s|贾诚]谈,他说[q|今后推掉]", "sa"),
        ("跟[s|贾诚]谈,[q|帮我记一下]", "s"),
        ("跟[s|贾诚]谈,[q|已经登记]", "s"),
        ("我和[u|组织部长][s|陆平]一起找[s|贾诚]谈", "wuws"),
        ("[w|潘局]和[u|纪检组长][s|陆平]共同[y|约谈][s|贾诚]", "wuwys"),
        ("跟[s|老葛]和[s|老牛]一起谈", "ss"),
        ("带着[s|老牛]去找[s|老葛]谈", "cs"),
        ("[d|昨天][s|潘局]找我谈的", "dws"),
        ("我被[s|潘局][y|约谈]了", "swy"),
        ("谈话人 [s|陆平] 对象 [w|贾诚] 陪谈人 [s|老牛]、[s|老葛]", "wscc"),
        ("对象[s|贾诚],[s|潘局]谈的", "sw"),
        ("[w|潘局]跟[s|贾诚]谈,[w|贾局][a|认了]", "wssa"),
        ("[s|财政局]的[s|包局长]", "us"),
        ("跟[g|三个科长]谈,有[s|小虞]、[s|小冼]", "ss"),
        ("跟[g|三个科长]和[s|小虞]、[s|小冼]谈", "gss"),
        ("让[s|贾诚][q|写说明],[b|没报的补报],[l|周五前]把材料报我", "sqqlq"),
        ("[b|账目混乱],让他每月公示,他[a|说行]", "bqa"),
        ("要求[q|整改],在[p|支委会上]说清楚", "qq"),
        ("要求[q|整改],[p|办公室]谈的", "qp"),
        ("跟[s|贾诚]谈[b|别再迟到]", "sq"),
        ("[b|反复强调不收礼]", "q"),
        ("他[a|表示接受],[q|回去就改]", "aa"),
        ("他[a|表示接受],要求[q|周五交]", "aq"),
        ("问题 [q|招标固定一家] [q|整改] [l|月底前][q|重新招标]", "blq"),
        ("话题是[b|收费标准]", "k"),
        ("约谈了[b|考核倒数]的两家,[s|贾诚]、[s|陆平]", "ss"),
        ("跟[s|贾诚]指出两条 [b|作风急躁] [q|抓落实慢]", "sbb"),
        ("肯定了他[q|抓班子的做法],要求[q|整改]", "q"),
        ("留下副镇长仝伟,提醒他[q|别离镇]", "sq"),
        ("[d|周一]跟暴主任[y|谈心谈话]", "dsy"),
        ("要求[q|整改],书记江波谈的", "q"),
        ("跟[s|贾诚][s|谈过]了", "s"),
        ("[b|办公室长期没人],[q|开会老迟到],让他[q|改]", "bbq"),
        ("[b|办公室没人],[q|别再迟到],让他[q|改]", "bqq"),
        ("没提要求,就是[k|熟悉情况]", "k"),
        ("主要聊她[a|想转岗]", "k"),
        ("跟[s|贾诚]谈心,主要聊的是调动", "sk"),
        ("跟[s|贾诚]谈,[b|三楼会议室],[b|账目混乱]", "spb"),
        ("[d|昨天]跟[s|贾诚]谈,[q|写说明],[d|后天][t|下午]交", "dsql"),
    ],
)
def test_what_the_tagger_drew_is_mended(line, tags):
    sentence = parse_tagged(f"甲|乙|科员\t2026-03-16T10:00\t{line}")

    found = mended(sentence.text, sentence.author, sentence.stretches)
    assert "".join(each.tag for each in found) == tags


def test_a_day_taken_back_is_not_the_talks():
    reading = told("[d|今天]下午哦不对是[d|昨天][t|下午三点]跟[s|老葛]谈")

    assert (reading.day, str(reading.start)) == (date(2026, 3, 15), "15:00:00")


def test_the_author_may_be_the_subject():
    reading = told("[w|潘书记]找[s|我]谈")

    assert [each.text for each in reading.talkers] == ["潘书记"]
    assert [each.name for each in reading.subjects] == ["方海涛"]


@pytest.mark.parametrize(
    ("words", "person"),
    [
        ("贾诚", True),
        ("老葛", True),
        ("包局长", True),
        ("我", True),
        ("财政局", False),
        ("副局长", False),
        ("班子里", False),
    ],
)
def test_who_may_be_a_person(words, person):
    assert is_person(words) is person


# Second opinion


def test_a_stretch_is_weighed_with_its_words_and_what_leads_to_it():
    matters = Matters.learned(load_tagged())

    def read(line: str) -> str:
        sentence = parse_tagged(f"甲|乙|丙\t2026-03-16T10:00\t{line}")
        weighed = matters.weighed(sentence.text, sentence.stretches)
        assert [each.start for each in weighed] == [each.start for each in sentence.stretches]
        return "".join(each.tag for each in weighed if each.tag in MATTERS)

    assert read("指出[q|账目长期混乱没人管]") == "b"
    assert read("要求[k|三天内把台账补齐]") == "q"
    assert read("主要谈了[b|班子团结]") == "k"
