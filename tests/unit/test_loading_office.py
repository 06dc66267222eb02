"""Word files: everything a reader sees, in order, with the numbers Word works out itself."""

import pytest

from knowledge.loading import load_bytes, office, split
from knowledge.loading.numbering import chinese, written
from tests.support.files import docx, saved, with_part, zip_of
from yanlu.errors import EncryptedDocument, OversizeDocument, UnreadableDocument

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def lines(content):
    return [line for line in load_bytes(content, "a.docx").text.split("\n") if line]


def with_body(inner):
    """A docx with `inner` as its body's XML."""
    body = (
        f'<w:document {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{inner}</w:body></w:document>"
    )
    return with_part(docx("话。"), "word/document.xml", body.encode())


def test_paragraphs_and_tables_come_in_order_under_their_headings():
    content = docx(
        "# 第一章 总则",
        "第一条 为了监督。",
        [["姓名", "职务"], ["张三", ""]],
        "# 附则",
        "第二条 完。",
        title="某某办法",
    )
    document = load_bytes(content, "x.docx")
    assert document.title == "某某办法"
    assert lines(content) == [
        "# 第一章 总则",
        "第一条 为了监督。",
        "姓名 | 职务",
        "张三",
        "# 附则",
        "第二条 完。",
    ]
    assert [section.path for section in split(document.text)] == [("第一章 总则",), ("附则",)]


def test_insertions_controls_links_and_text_boxes_are_read_and_deletions_are_not():
    content = with_body(
        "<w:p><w:r><w:t>前言。甲</w:t>"
        "</w:r><w:ins><w:r><w:t>乙</w:t>"
        "</w:r></w:ins><w:del><w:r><w:delText>"
        "丙</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>丁</w:t><w:tab/><w:t>戊</w:t><w:br/><w:t>己。</w:t></w:r></w:hyperlink></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的话。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><mc:AlternateContent>"
        "<mc:Choice><w:txbxContent><w:p>"
        "<w:r><w:t>框里的话。</w:t></w:r>"
        "</w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent><w:p>"
        "<w:r><w:t>框里的话。</w:t></w:r>"
        "</w:p></w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
        "<w:ins><w:p><w:r><w:t>新段。</w:t></w:r></w:p></w:ins><w:p/>"
    )
    assert lines(content) == ["前言。甲乙丁 戊", "己。", "控件里的话。", "框里的话。", "新段。"]


def test_tables_that_lay_out_a_page_are_read_as_paragraphs():
    long = "各级党组织要加强监督。" * 30
    assert lines(docx([["左", long]])) == ["左", long]
    assert lines(docx("前言。", [["只有一列。"], ["第二行。"]])) == ["前言。", "只有一列。", "第二行。"]


def test_a_table_inside_a_cell_is_not_lost():
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>内</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    row = (
        f"<w:tr><w:tc><w:p><w:r><w:t>外</w:t></w:r></w:p>{inner}</w:tc><w:sdt><w:sdtContent>"
        f"<w:tc><w:p><w:r><w:t>旁</w:t></w:r></w:p></w:tc></w:sdtContent></w:sdt></w:tr>"
    )
    assert lines(with_body(f"<w:p><w:r><w:t>表如下。</w:t></w:r></w:p><w:tbl>{row}</w:tbl>")) == [
        "表如下。",
        "外 内 | 旁",
    ]


def test_outline_levels_are_headings_unless_they_are_articles():
    level = '<w:pPr><w:outlineLvl w:val="{}"/></w:pPr>'
    content = with_body(
        f"<w:p>{level.format(0)}<w:r><w:t>总体要求</w:t></w:r></w:p><w:p><w:r><w:t>话。</w:t></w:r></w:p>"
        f"<w:p>{level.format(9)}<w:r><w:t>不是标题。</w:t></w:r></w:p>"
        f"<w:p>{level.format(1)}<w:r><w:t>第一条 为了监督。</w:t></w:r></w:p>"
    )
    assert lines(content) == ["话。", "不是标题。", "第一条 为了监督。"]
    assert load_bytes(content, "a.docx").title == "总体要求"


def numbered(levels, paragraphs):
    """A docx whose paragraphs (level, words) are numbered by a list of `levels` (format, pattern, suffix)."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    numbering = document.part.numbering_part.element
    inner = "".join(
        (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{pattern}"/><w:suff w:val="{suffix}"/></w:lvl>'
        )
        for depth, (form, pattern, suffix) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{inner}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    document.styles["Quote"].element.get_or_add_pPr().append(numbers(0))
    document.styles["Intense Quote"].base_style = document.styles["Quote"]
    for depth, words in paragraphs:
        style = {"by style": "Intense Quote"}.get(depth)
        paragraph = document.add_paragraph(words, style=style)
        if isinstance(depth, int):
            paragraph._p.get_or_add_pPr().append(numbers(depth))
    return saved(document)


def numbers(depth):
    from docx.oxml import parse_xml

    return parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')


def test_automatic_numbers_are_written_out():
    content = numbered(
        [
            ("chineseCounting", "第%1条", "tab"),
            ("chineseCountingThousand", "（%2）", "nothing"),
            ("decimal", "%1.%3.", "space"),
            ("bullet", "", "tab"),
            ("none", "", "tab"),
        ],
        [
            (0, "为了监督。"),
            (1, "甲;"),
            (1, "乙。"),
            (2, "丙。"),
            ("by style", "适用范围。"),
            (1, "丁。"),
            (3, "戊。"),
            (4, "己。"),
            (8, "庚。"),
            (None, "辛。"),
        ],
    )
    assert lines(content) == [
        "第一条 为了监督。",
        "（一）甲;",
        "（二）乙。",
        "一.1. 丙。",
        "第二条 适用范围。",
        "（一）丁。",
        "• 戊。",
        "己。",
        "庚。",
        "辛。",
    ]


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [
        (12, "chineseCounting", "十二"),
        (3, "chineseLegalSimplified", "叁"),
        (2, "decimalEnclosedCircle", "②"),
        (3, "upperLetter", "C"),
        (26, "lowerLetter", "z"),
        (27, "lowerLetter", "27"),
        (7, "unknown", "7"),
    ],
)
def test_numbers_in_the_formats_of_word(number, form, words):
    assert written(number, form) == words


def test_chinese_numbers():
    assert [chinese(number) for number in (1, 10, 11, 20, 101, 110, 1001, 1010, 9999, 0, 10000)] == [
        "一",
        "十",
        "十一",
        "二十",
        "一百零一",
        "一百一十",
        "一千零一",
        "一千零一十",
        "九千九百九十九",
        "0",
        "10000",
    ]


def test_footnotes_are_read_after_the_text():
    from docx import Document
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    document = Document()
    document.add_paragraph("正文。")
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator"><w:p><w:r><w:t>线</w:t></w:r>'
        "</w:p></w:footnote><w:footnote><w:p><w:r><w:t>"
        "脚注的话。</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        notes.encode(),
        document.part.package,
    )
    document.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    )
    assert lines(saved(document)) == ["正文。", "脚注的话。"]


def test_a_file_without_a_list_of_numbers_is_read():
    content = docx("正文。")
    bare = with_part(
        content,
        "word/_rels/document.xml.rels",
        lambda part: part.replace(b"relationships/numbering", b"relationships/other"),
    )
    assert lines(bare) == ["正文。"]


def test_too_many_parts_and_too_much_xml_are_refused(monkeypatch):
    monkeypatch.setattr(office, "MAX_PARTS", 5)
    with pytest.raises(OversizeDocument):
        load_bytes(docx("话。"), "a.docx")


def test_an_encrypted_part_asks_for_the_password_to_be_removed():
    content = bytearray(zip_of(word__document_x=b"<a/>"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EncryptedDocument):
        load_bytes(bytes(content), "a.docx")


def test_deeply_nested_word_xml_is_refused_not_crashed_on():
    with pytest.raises(UnreadableDocument):
        load_bytes(with_body("<w:sdt><w:sdtContent>" * 3000 + "</w:sdtContent></w:sdt>" * 3000), "a.docx")
