"""Files of organisations and posts: sheets, tables, lists; what is read as meant, what is refused whole."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from bot.services.organisation_files import MAX_BYTES, read_organisation_file
from bot.services.organisation_template import template_csv, template_xlsx
from tests.support.small_city import TODAY
from tests.unit.test_organisation_import import ORGANISATIONS, PEOPLE, applied, both, errors, plan, xlsx
from yanlu.errors import (
    EmptyDocument,
    EncryptedDocument,
    OversizeDocument,
    UnreadableDocument,
    UnsupportedDocument,
)

CSV = (
    "组织编码,名称,上级编码,姓名,职务,身份,任职日期\nQ,青石区委,,,,,\nJ,教育局,Q,柯兰,局长,一把手,2022/5/6\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_of_every_usual_encoding(encoding):
    directory = applied(plan(CSV.encode(encoding), "导入.csv"))
    assert directory.posts_at(directory.organisation_of_code("J").id, TODAY)[0].since == date(2022, 5, 6)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_with_other_delimiters(delimiter):
    assert not plan(CSV.replace(",", delimiter).encode(), "导入.csv").errors


def test_csv_mistakes_name_line_and_column():
    assert errors(CSV.replace("一把手", "主宰").encode(), "a.csv")[0][0] == "第3行第6列"


def test_one_table_may_name_an_organisation_on_every_row_of_its_people():
    text = "组织编码,名称,姓名,职务,身份\nJ,教育局,柯兰,局长,一把手\nJ,教育局,柳成,副局长,班子成员\n"
    directory = applied(plan(text.encode(), "a.csv"))
    assert len(directory.posts_at(directory.organisation_of_code("J").id)) == 2
    assert "重复" in errors(text.replace("J,教育局,柳", "J,体育局,柳").encode(), "a.csv")[0][1]


YAML = """
组织:
  - {组织编码: Q, 名称: 青石区委, 简称: [区委, 青石区]}
  - {组织编码: J, 名称: 教育局, 上级编码: Q}
人员任职:
  - {人员编码: 7, 姓名: 柯兰, 组织编码: J, 职务: 局长, 身份: 一把手, 任职日期: 2022-05-06}
"""


def test_yaml():
    directory = applied(plan(YAML.encode(), "a.yaml"))
    assert directory.organisation_of_code("Q").short_names == ("区委", "青石区")
    assert directory.person_of_code("7").name == "柯兰"
    assert errors(YAML.replace("一把手", "主宰").encode(), "a.yml")[0][0] == "人员任职[1].身份"


@pytest.mark.parametrize(
    "text",
    [
        "组织: 很多\n",
        "组织: [一]\n",
        "组织: [{组织编码: {a: b}, 名称: x}]\n",
        "组织: [{组织编码: a, 名称: !!python/object/apply:os.getcwd []}]\n",
        "组织: [\n",
        "a: &a [x, x]\n组织: [*a, *a]\n",
    ],
)
def test_yaml_that_is_no_table_is_refused(text):
    with pytest.raises(UnreadableDocument):
        read_organisation_file(text.encode(), "a.yaml")


def bomb(part: str, size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(part, b" " * size)
    return packed.getvalue()


def with_entities() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>')
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.xlsx", EmptyDocument),
        (b"  \n ", "a.csv", EmptyDocument),
        (b"x" * (MAX_BYTES + 1), "a.csv", OversizeDocument),
        (b"PK\x03\x04 broken", "a.xlsx", UnreadableDocument),
        (bomb("xl/worksheets/sheet1.xml", 60_000_000), "a.xlsx", OversizeDocument),
        (
            bomb("word/document.xml", 10).replace(b"xl/workbook.xml", b"xx/workbook.xml"),
            "a.xlsx",
            UnsupportedDocument,
        ),
        (with_entities(), "a.xlsx", UnreadableDocument),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            EncryptedDocument,
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.xls", UnsupportedDocument),
        (b"%PDF-1.7", "a.pdf", UnsupportedDocument),
        (b"\xff\xfe\xff\xd8\x00", "a.csv", UnreadableDocument),
        ("甲,乙\n1,2\n".encode(), "a.csv", EmptyDocument),
        ("组织编码,名称,名称\nQ,a,b\n".encode(), "a.csv", UnreadableDocument),
        (("组织编码,名称\nQ," + "长" * 600 + "\n").encode(), "a.csv", OversizeDocument),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_whole(content, name, error):
    with pytest.raises(error) as refusal:
        read_organisation_file(content, name)
    assert refusal.value.kept
    assert refusal.value.next_step


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UnreadableDocument):
        read_organisation_file(tmp_path / "nowhere.xlsx")
    with pytest.raises(UnreadableDocument):
        read_organisation_file(tmp_path)


def test_notes_on_other_sheets_and_lines_above_the_header_do_not_disturb():
    content = xlsx(
        ("说明", [["请先阅读"], ["组织编码是什么"]]),
        ("组织", [["青石区组织一览"], [], *ORGANISATIONS]),
        ("人员任职", [*PEOPLE, [], [None, "  "]]),
    )
    assert len(plan(content).new) == 9


def test_numbers_and_excel_days_are_read_as_meant():
    noon = datetime(2021, 3, 4, 12, 0)  # noqa: DTZ001 - a cell of a sheet has no zone
    people = [PEOPLE[0], [1001.0, "顾长风", "", "Q", "书记", "一把手", noon, 45000]]
    post = applied(plan(both(people))).posts[0]
    assert (post.since, post.until) == (date(2021, 3, 4), date(2023, 3, 15))


def test_an_unknown_column_is_told_and_not_read():
    head = [*PEOPLE[0], "手机号"]
    assert [each.text for each in plan(both([head, [*PEOPLE[1], "1"]])).warnings] == [
        "未识别的列“手机号”,未读取。"
    ]


def test_the_templates_import_as_nothing_but_examples():
    for content, name in ((template_xlsx(), "t.xlsx"), (template_csv(), "t.csv")):
        found = plan(content, name)
        assert (found.rows, found.errors, found.examples) == ((), (), 2)
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx()))
    assert book.sheetnames == ["组织", "人员任职"]
    roles = book["人员任职"].data_validations.dataValidation[0]
    assert "一把手" in roles.formula1
    assert all(cell.comment for cell in book["人员任职"][1])


def test_a_filled_in_template_imports():
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx()))
    book["组织"].append(["Q", "青石区委", "", ""])
    book["人员任职"].append(["P1", "顾长风", "", "Q", "书记", "一把手", "2021-03-04", ""])
    written = io.BytesIO()
    book.save(written)
    found = plan(written.getvalue())
    assert (len(found.new), found.errors) == (3, ())
