"""Who is who where the words beside the names decide: lists, labels, delegation, groups, and what was left out."""

import pytest

from knowledge.talks.mending import mended
from knowledge.talks.people import is_person, mention_of
from knowledge.talks.tagged import parse_tagged

CLERK, HEAD = "科员", "书记"


def drawn(line: str, position: str) -> list[tuple[str, str]]:
    """Tag and words of the stretches of a marked sentence after all rules."""
    sentence = parse_tagged(f"甲乙丙|丁局|{position}\t2026-03-16T10:00\t{line}")
    found = mended(sentence.text, sentence.author, sentence.stretches)
    return [(each.tag, sentence.words(each)) for each in found]


@pytest.mark.parametrize(
    ("line", "position", "expected"),
    [
        ("[w|高书记]委托[w|方部长]跟[s|贾诚]谈的", CLERK, "e高书记 w方部长 s贾诚"),
        ("[w|高书记]出差 委托我 跟[s|贾诚]谈", HEAD, "e高书记 w我 s贾诚"),
        ("[w|高书记]同意,由[w|方部长]找[s|贾诚]谈", CLERK, "e高书记 w方部长 s贾诚"),
        ("[w|高书记]外出 安排[w|方部长]找[s|贾诚]谈", CLERK, "e高书记 w方部长 s贾诚"),
        ("[w|方部长]替[w|高书记]和[s|贾诚]谈的话", CLERK, "w方部长 e高书记 s贾诚"),
        ("受[w|高书记]委托,[w|方部长]跟[s|贾诚]谈", CLERK, "e高书记 w方部长 s贾诚"),
        ("我让[s|方冰]去找[s|贾诚]谈了", HEAD, "w方冰 s贾诚"),
        ("对象[s|贾诚],我和组长[s|方冰]谈的", HEAD, "s贾诚 w我 w方冰"),
        ("[s|贾诚],谈话人我和委里的岳主任", HEAD, "s贾诚 w我 w岳主任"),
        ("[w|高书记][d|昨天]与[w|贾诚]同志谈话", CLERK, "w高书记 d昨天 s贾诚"),
        ("[w|高书记],昨天,[u|公安局] [w|邢局长],谈话", CLERK, "w高书记 u公安局 s邢局长"),
        ("[w|高书记]跟[s|贾诚]谈,[w|贾诚]表态", CLERK, "w高书记 s贾诚 s贾诚"),
        ("[w|沙处长]跟[u|食堂经理]谈的", CLERK, "w沙处长 u食堂经理"),
    ],
)
def test_who_sent_and_who_talked(line, position, expected):
    assert " ".join(tag + words for tag, words in drawn(line, position)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[y|约谈] [u|县委书记] [s|贾诚] [w|县长] [s|方冰]", "y约谈 u县委书记 s贾诚 u县长 s方冰"),
        ("[y|约谈][s|贾诚]、[b|广告公司小程总]", "y约谈 s贾诚 u广告公司 s小程总"),
        ("[y|约谈] [u|大坝主任] [q|田守军] [b|脱岗]", "y约谈 u大坝主任 s田守军 b脱岗"),
        ("跟[g|党组成员] [s|田静]谈", "u党组成员 s田静"),
        ("跟[u|基建科][s|全体人员]谈", "g基建科全体人员"),
        ("跟[g|全体党员上了党课]", "g全体党员"),
        ("跟[s|贾诚]谈,[s|高三]老师怨气大,[b|没公示]", "s贾诚 b高三老师怨气大 b没公示"),
        ("[q|跟那个科技局的一把手],叫[s|池州]", "u科技局的一把手 s池州"),
        ("[s|贾诚],记录人丁[s|小雨]", "s贾诚 r丁小雨"),
        ("[b|楼道里碰见贾诚],[q|别吃请]", "p楼道里 s贾诚 q别吃请"),
        ("跟[s|河口]、[s|河西]两区的区长谈了", "g河口、河西两区的区长"),
        ("[s|班子里]都谈了,[s|贾诚]、[s|方冰]", "s贾诚 s方冰"),
        ("昨天跟我们科长谈了下", "s科长"),
        ("跟[u|新提任的8名科长]谈", "g新提任的8名科长"),
        ("把[s|贾诚]请来开了个[s|小会]", "s贾诚"),
        ("跟[s|司徒]雅见了个面", "s司徒雅"),
        ("[s|财务总监贾诚]跟我谈心", "s财务总监贾诚"),
        ("[w|高书记]跟我谈心", "w高书记 s我"),
        ("被[w|高副书记]叫去谈话,说我[b|拖]", "w高副书记 s我 b拖"),
        ("要求[q|贾诚]同志[q|补台账],跟[s|贾诚]谈", "q补台账 s贾诚"),
        ("跟[s|贾诚]谈,[r|我]本人记录", "s贾诚 r我本人"),
        ("[s|车库里]碰到[s|贾诚]", "p车库里 s贾诚"),
        ("宣传[s|部长]、[s|贾诚]谈了", "s贾诚"),
        ("跟淳[s|于局长]谈", "s淳于局长"),
    ],
)
def test_people_drawn_as_something_else(line, expected):
    assert " ".join(tag + words for tag, words in drawn(line, HEAD)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("跟[s|贾诚]谈,谈了[k|分工调整]和互相补台", "s贾诚 k分工调整 k互相补台"),
        ("跟[s|贾诚]谈了谈窗口态度太差的事,让她[q|道歉]", "s贾诚 b窗口态度太差 q道歉"),
        (
            "[u|青石镇的][s|贾诚],散煤又反弹了,限[l|20号前][q|整改]",
            "u青石镇的 s贾诚 b散煤又反弹了 l20号前 q整改",
        ),
        ("跟[s|贾诚]谈,[b|找关系②超时限③不报告]", "s贾诚 b找关系 b超时限 b不报告"),
        ("跟[s|贾诚]谈,[b|漏雨没修]、账没对完、[b|闹意见]", "s贾诚 b漏雨没修 b账没对完 b闹意见"),
        ("跟[s|贾诚]谈,让他[a|认领整改],[l|月底]反馈", "s贾诚 q认领整改 l月底 q反馈"),
        ("跟[s|贾诚]谈 我说他[b|老拖] 他[a|认账] 说[q|以后当天签]", "s贾诚 b老拖 a认账 a以后当天签"),
        ("[s|贾诚]和[s|方冰],两人[a|都承认入库不验收]", "s贾诚 s方冰 a都承认 b入库不验收"),
        ("跟[s|贾诚]谈,跟他说[q|别收卡]", "s贾诚 q别收卡"),
        ("跟[s|贾诚]谈,[q|管住手下人别][b|加微信]", "s贾诚 q管住手下人别加微信"),
        ("跟[s|贾诚]谈,提醒他[q|秘书打招呼办事]的情况", "s贾诚 b秘书打招呼办事"),
        ("跟[s|贾诚]谈,已[b|对其教育提醒]", "s贾诚"),
    ],
)
def test_what_was_left_out_or_taken_for_another_kind(line, expected):
    assert " ".join(tag + words for tag, words in drawn(line, HEAD)) == expected


def test_a_familiar_name_with_a_title_is_a_person():
    assert is_person("小程总")
    assert mention_of("小程总").surname == "程"
