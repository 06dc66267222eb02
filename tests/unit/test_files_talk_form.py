"""The talk form, read back: what was said stands in it, and what was not stays blank."""

import io
import re
import zipfile

import pytest
from lxml import etree

from bot.services.files import (
    talk_form_docx,
)
from tests.support import paper_samples as samples
from tests.support.paper_reading import W, document, everything, fields
from yanlu.texts import files as words


def test_every_field_of_a_talk_stands_in_the_form() -> None:
    found = fields(talk_form_docx(samples.full_form()))
    expected = {
        "编号": "2026-000123",
        "谈话类型": "任职谈话",
        "谈话方式": "受委托谈话（受市委副书记 王建国委托）",
        "陪谈人": "滨河区委组织部部长 李敏",
        "记录人": "区委办干事 赵小川",
        "开始时间": "2026年9月24日 09:30",
        "结束时间": "10:40",
        "地点": "区委三楼会议室",
        "事由或来源": "新任局长到任",
        "谈话提纲": "管班子、带队伍",
        "谈话要点": "1.管好班子\n2.重大事项先报告",
        "肯定的方面": "业务熟悉",
        words.FORM_PROBLEMS: "1.廉政风险排查不细\n2.上会材料准备不足",
        "对象说明": "刚接手,正在梳理",
        "对象表态": "年底前见成效",
        "整改要求": "1.补齐议事规则（2026年11月1日前）\n2.报送方案",
        "整改时限": "2026年12月1日",
        "附件": "议事规则.docx",
        "录入时间": "2026年9月24日 16:05",
        words.FORM_SUPPLEMENTARY: "是。当日外出开会",
        "更正记录": "第2版，2026年9月24日 16:05更正。原因：时间写错",
    }
    assert {key: found.get(key) for key in expected} == expected
    assert "一·2 " in found["对应措施"]
    tracking = found[words.FORM_TRACKING].split("\n")
    assert tracking[0] == "1.排查廉政风险：2026年9月30日销号"
    assert tracking[1] == "2.补齐议事规则：逾期未销号"
    assert tracking[2] == "3.报送方案：办理中，未定时限"


def test_subjects_carry_unit_post_party_and_since_when() -> None:
    rows = document(talk_form_docx(samples.full_form())).tables[0]._tbl.tr_lst
    lines = [[cell.p_lst[0].text for cell in row.tc_lst] for row in rows]
    assert ["", "周明远", "滨河区委", "区委书记"] in lines
    assert ["", "钱卫", "滨河区住建局", "局长", "中共党员", "2026年"] in lines


def test_what_was_not_said_stays_blank() -> None:
    found = fields(talk_form_docx(samples.form(samples.BARE)))
    blank = (
        "陪谈人",
        "记录人",
        "结束时间",
        "地点",
        "谈话提纲",
        "谈话要点",
        "对象表态",
        "整改时限",
        "附件",
        "更正记录",
    )
    assert {key: found[key] for key in blank} == dict.fromkeys(blank, "")
    assert found["开始时间"] == "2026年3月2日"
    assert found[words.FORM_SUPPLEMENTARY] == "否"


def test_the_signatures_are_left_to_a_pen() -> None:
    found = fields(talk_form_docx(samples.full_form()))
    for signed in (words.FORM_SIGN_TALKER, words.FORM_SIGN_SUBJECT, words.FORM_SIGN_RECORDER):
        assert found[signed].strip() == words.FORM_SIGN_DAY


def test_the_signatures_stay_together_on_one_page() -> None:
    rows = document(talk_form_docx(samples.full_form())).tables[0]._tbl.tr_lst
    kept = [bool(row.tc_lst[0].xpath("./w:p/w:pPr/w:keepNext")) for row in rows]
    assert kept == [False] * (len(rows) - 4) + [True] * 4


@pytest.mark.parametrize(
    ("talk_type", "scope", "line"),
    [
        ("诫勉谈话", None, "知悉范围："),
        ("函询跟踪", "仅限签字人", "知悉范围：仅限签字人"),
        ("谈心谈话", "区委常委", "知悉范围：区委常委"),
        ("谈心谈话", None, None),
    ],
)
def test_restricted_talks_say_who_may_know(talk_type: str, scope: str | None, line: str | None) -> None:
    shown = everything(talk_form_docx(samples.form(samples.BARE | {"talk_type": talk_type, "scope": scope})))
    lines = [each for each in shown.split("\n") if each.startswith("知悉范围")]
    assert lines == ([line] if line else [])


def test_a_void_record_says_so_on_its_face() -> None:
    assert "本记录已作废。原因：重复登记" in everything(talk_form_docx(samples.form(state="void")))
    assert "作废" not in everything(talk_form_docx(samples.form()))


def test_a_type_we_do_not_know_has_no_measure() -> None:
    assert fields(talk_form_docx(samples.form(samples.BARE | {"talk_type": "闲谈"})))["对应措施"] == ""


def test_the_page_is_an_official_papers() -> None:
    paper = document(talk_form_docx(samples.full_form()))
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins] == [37, 35, 28, 26]
    assert 'w:instr="PAGE"' in section.footer._element.xml
    rows = paper.tables[0]._tbl.tr_lst
    repeated = [row.xpath("./w:trPr/w:tblHeader") != [] for row in rows]
    assert repeated == [True] + [False] * (len(rows) - 1)
    body = paper.styles[words.BODY_STYLE]
    assert body.element.rPr.rFonts.get(f"{W}eastAsia") == "仿宋_GB2312"
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28)
    assert paper.styles[words.TITLE_STYLE].font.size.pt == 22


def test_fonts_are_named_with_a_stand_in_and_not_bundled() -> None:
    with zipfile.ZipFile(io.BytesIO(talk_form_docx(samples.full_form()))) as file:
        table = etree.fromstring(file.read("word/fontTable.xml"))
        assert not [name for name in file.namelist() if name.startswith("word/fonts/")]
    stand_ins = {font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val") for font in table}
    assert stand_ins["方正小标宋简体"] == "宋体"
    assert stand_ins["仿宋_GB2312"] == "仿宋"


def test_odd_and_long_words_pass_through_what_xml_can_hold() -> None:
    long = "长" * 3000
    body = samples.BODY | {"points": [samples.ODD, long], "outline": "甲\r\n乙\u2028丙"}
    found = fields(talk_form_docx(samples.form(body)))
    assert found["谈话提纲"] == "甲\n乙\n丙"
    first, second = found["谈话要点"].split("\n")
    assert second == f"2.{long}"
    assert first == "1.😀 e\u0301 响铃 =HYPERLINK(1)  反写 _x0041_ <b>&amp;</b>"


def test_a_long_row_may_go_over_the_page_and_a_short_one_not() -> None:
    body = samples.BODY | {"points": ["长" * 3000]}
    rows = document(talk_form_docx(samples.form(body))).tables[0]._tbl.tr_lst
    free = [row.tc_lst[0].p_lst[0].text for row in rows if not row.xpath("./w:trPr/w:cantSplit")]
    assert free == ["谈话要点"]


def test_five_hundred_subjects_each_have_a_row() -> None:
    people = [{"name": f"对象{place}", "unit": "学校"} for place in range(500)]
    shown = everything(talk_form_docx(samples.form(samples.BODY | {"subjects": people, "group": "全体校长"})))
    assert len(re.findall(r"^对象\d+$", shown, re.MULTILINE)) == 500
    assert "全体校长" in shown
