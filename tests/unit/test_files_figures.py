"""The duty report and the yearly figures, read back: every figure and the records behind it."""

import io

import pytest
from lxml import etree
from openpyxl import load_workbook

from bot.services.files import (
    Bar,
    charts,
    png_bars,
    statement_docx,
    svg_bars,
    text_bars,
    year_docx,
    year_xlsx,
)
from tests.support import paper_samples as samples
from tests.support.paper_reading import document, everything, sheet_rows
from yanlu.texts import duty_report as said


def source_table(content: bytes) -> dict[str, tuple[str, str]]:
    rows = [[cell.text for cell in row.cells] for row in document(content).tables[-1].rows]
    assert tuple(rows[0]) == said.SOURCES_HEAD
    return {row[1]: (row[2], row[3].replace("\n", "")) for row in rows[1:]}


def test_every_figure_of_the_draft_names_its_records() -> None:
    table = source_table(statement_docx(samples.duty_report()))
    supervision = "、".join(samples.number(id_) for id_ in range(1, 7))
    assert table["谈话总数"] == ("7次", f"{samples.number(123)}、{supervision}")
    assert table["监督谈话次数"] == ("6次", supervision)
    assert table["其中补录"] == ("1次", samples.number(3))
    assert table["监督谈话应谈人数"] == ("4人", said.FROM_POSTS)
    assert table["监督谈话已谈人数"] == ("1人", samples.number(1))
    assert table["监督谈话未谈人数"] == ("3人", said.ONE_BY_ONE)
    assert table["任职谈话未谈人数"] == ("0人", said.NO_RECORD)
    assert table["提出的问题和要求"] == ("4项", samples.number(123))
    assert (table["已销号"][0], table["未销号"][0], table["其中逾期未销号"][0]) == ("2项", "2项", "1项")


def test_the_sentences_point_to_their_records() -> None:
    shown = everything(statement_docx(samples.duty_report()))
    assert "谈话共7次（来源见附表第1项）" in shown
    assert "任职谈话1次（来源：2026-000123）" in shown
    assert "每人每年不少于1次（本单位设定，非原文规定）" in shown
    assert "任职后30日内（本单位设定，非原文规定）" in shown
    assert "未谈3人（电局局长 乙、路局局长 丙、林局局长 丁）" in shown


def test_what_was_not_done_is_said_plainly() -> None:
    shown = everything(statement_docx(samples.duty_report()))
    assert "电局局长 乙的监督谈话尚未谈，应于2026年12月31日前完成；未登记原因。" in shown
    assert "路局局长 丙的监督谈话尚未谈，应于2026年6月30日前完成，已逾期；原因：长期病假。" in shown
    assert "林局局长 丁的监督谈话应谈2次、已谈1次（来源：2026-000002）；未登记原因。" in shown
    assert "“补齐议事规则”，责任方钱卫，应于2026年11月1日前完成，已逾期22天（来源：2026-000123）。" in shown
    assert said.NOTHING_UNDONE not in shown


def test_a_problem_is_not_late_on_its_last_day() -> None:
    last = samples.ticket(9, "补齐", samples.TODAY)
    content = statement_docx(samples.duty_report(duties=(), tickets=(last,)))
    assert source_table(content)["其中逾期未销号"][0] == "0项"
    assert said.NOTHING_UNDONE in everything(content)


def test_the_draft_is_marked_on_every_page() -> None:
    content = statement_docx(samples.duty_report())
    assert document(content).sections[0].header.paragraphs[0].text == said.DRAFT
    assert said.DRAFT_NOTE in everything(content)


def test_a_year_without_anything_says_that_there_is_nothing() -> None:
    content = statement_docx(samples.duty_report(talks={}, duties=(), supplementary=(), tickets=()))
    shown = everything(content)
    assert "谈话共0次。" in shown
    assert said.NO_DUTIES in shown
    assert said.NOTHING_UNDONE in shown
    assert source_table(content)["谈话总数"] == ("0次", said.NO_RECORD)


def test_the_year_counts_filed_talks_of_that_year_up_to_the_day() -> None:
    figures = samples.year()
    by_type = {each.talk_type: each for each in figures.types}
    assert figures.total == 3
    assert by_type["任职谈话"].months == (1, *[0] * 11)
    assert by_type["监督谈话"].quarters == (0, 1, 0, 0)
    assert by_type["谈心谈话"].total == 0
    assert figures.by_month == (1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0)
    assert figures.supplementary == 1
    assert [(each.name, each.talks) for each in figures.organisations] == [
        ("滨河区住建局", 3),
        ("其他", 1),
        ("滨河区委", 1),
    ]


def test_the_tables_of_the_year_add_up() -> None:
    quarters, months, organisations = document(year_docx(samples.year())).tables[:3]
    last = [cell.text for cell in quarters.rows[-1].cells]
    assert last == ["合计", "1", "1", "0", "1", "3"]
    assert [cell.text for cell in months.rows[-1].cells] == ["合计", *"100100000010", "3"]
    assert [cell.text for cell in organisations.rows[1].cells][:3] == ["滨河区住建局", "3", "—"]
    rows = sheet_rows(year_xlsx(samples.year()))
    total = next(row for row in rows if row["谈话类型"] == "合计")
    assert (total["4月"], total["四季度"], total["合计"]) == (1, 1, 3)


def test_the_workbook_of_the_year_has_its_charts() -> None:
    sheet = load_workbook(io.BytesIO(year_xlsx(samples.year()))).worksheets[0]
    references = [chart.series[0].val.numRef.f for chart in sheet._charts]
    kinds = len(samples.year().types)
    assert references == [
        f"'按谈话类型和月份'!$B${kinds + 3}:$M${kinds + 3}",
        f"'按谈话类型和月份'!$R$3:$R${kinds + 2}",
    ]


def test_without_a_chinese_font_the_chart_is_block_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_font_file", lambda: None)
    paper = document(year_docx(samples.year()))
    assert not paper.inline_shapes
    bars = {row.cells[0].text: row.cells[1].text for row in paper.tables[3].rows}
    assert (bars["1月"], bars["2月"]) == ("█" * 20, "")


def test_with_a_chinese_font_the_chart_is_a_picture_said_in_words() -> None:
    if charts._font_file() is None:
        pytest.skip("no Chinese font is installed")
    paper = document(year_docx(samples.year()))
    assert len(paper.inline_shapes) == 2
    assert "1月1、2月0" in paper.inline_shapes[0]._inline.docPr.get("descr")
    picture = png_bars("图", [Bar("很长" * 40, 3), Bar("零", 0)])
    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_text_bars_are_in_proportion_and_something_is_never_nothing() -> None:
    assert text_bars([Bar("甲", 1000), Bar("乙", 500), Bar("丙", 1), Bar("丁", 0)], 10) == (
        "█" * 10,
        "█" * 5,
        "█",
        "",
    )
    assert text_bars([]) == ()


def test_the_svg_can_be_read_out_and_needs_no_style() -> None:
    drawn = svg_bars("各月<次数>", '说明"&', [Bar("<甲>", 4), Bar("乙", 2), Bar("丙", 0)], name="year")
    root = etree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    ids = [root.find(f"{space}title").get("id"), root.find(f"{space}desc").get("id")]
    assert root.get("aria-labelledby").split() == ids
    assert root.find(f"{space}title").text == "各月<次数>"
    assert not [each for each in root.iter() if each.get("style") or each.tag.endswith(("style", "script"))]
    widths = [int(bar.get("width")) for bar in root.findall(f"{space}rect")][1::2]
    assert widths == [420, 210, 0]
