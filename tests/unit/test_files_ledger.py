"""The ledger, read back: real dates, flags, and text that stays text."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.services.files import (
    ledger_xlsx,
)
from bot.services.files.ledger_book import days_late, field_value
from bot.services.files.plain_text import CELL_LIMIT
from knowledge.records import RecordField
from tests.support import paper_samples as samples
from tests.support.paper_reading import midnight, sheet_rows
from yanlu.texts import files as words


def test_the_ledger_holds_the_talks_with_real_dates_and_flags() -> None:
    first, second = sheet_rows(ledger_xlsx(samples.ledger()))
    assert first["编号"] == "2026-000123"
    assert first["谈话日期"] == midnight(2026, 9, 24)
    assert first["整改时限"] == midnight(2026, 12, 1)
    assert first["录入日期"] == midnight(2026, 9, 24)
    assert first["谈话对象"] == "局长 钱卫"
    assert first["对象单位"] == "滨河区住建局"
    assert first["时间"] == "09:30-10:40"
    assert first["指出的问题"] == "1.廉政风险排查不细\n2.上会材料准备不足"
    assert (first["录入人"], first["记录单位"]) == ("赵小川", "滨河区委")
    assert (second["作废"], second["作废原因"], second["内容相似的记录"]) == ("是", "重复登记", "2026-000123")
    assert second["谈话要点"] is None


def test_the_ledger_names_unit_period_and_the_day_it_reaches() -> None:
    book = load_workbook(io.BytesIO(ledger_xlsx(samples.ledger())))
    assert book.sheetnames == ["谈话记录", "问题与整改", "插手干预记录"]
    heading = book.worksheets[0]["A1"].value
    assert heading == "滨河区委 谈话记录（2026年1月1日至2026年12月31日，数据截至2026年11月23日）"


def test_the_ledger_filters_stays_in_sight_and_fits_the_page() -> None:
    book = load_workbook(io.BytesIO(ledger_xlsx(samples.ledger())))
    sheet = book.worksheets[0]
    assert sheet.auto_filter.ref == "A2:AE4"
    assert sheet.freeze_panes == "B3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.print_title_rows == "$1:$2"
    assert sheet["G3"].alignment.wrap_text
    assert sheet.column_dimensions["G"].width == 34
    assert sheet.row_dimensions[3].height >= 30
    assert sheet["B3"].number_format == words.DATE_IN_CELL


def test_tickets_have_their_state_and_how_late_they_are() -> None:
    rows = sheet_rows(ledger_xlsx(samples.ledger()), 1)
    assert [row["状态"] for row in rows] == ["已销号", "逾期未销号", "办理中，未定时限", "已销号"]
    assert [row["逾期天数"] for row in rows] == [None, 22, None, 7]
    assert rows[0]["销号日期"] == midnight(2026, 9, 30)
    assert {row["来源记录"] for row in rows} == {"2026-000123"}
    assert {row["责任人"] for row in rows} == {"钱卫"}


def test_a_ticket_closed_after_the_day_was_still_open_on_it() -> None:
    late = samples.ticket(9, "补齐", date(2026, 11, 1), closed=date(2026, 11, 30))
    row = sheet_rows(ledger_xlsx(samples.ledger(tickets=(late,))), 1)[0]
    assert (row["状态"], row["销号日期"], row["逾期天数"]) == ("逾期未销号", None, 22)
    assert days_late(late, date(2026, 12, 31)) == 29


def test_another_kind_has_its_own_columns() -> None:
    row = sheet_rows(ledger_xlsx(samples.ledger()), 2)[0]
    assert row["发生日期"] == midnight(2026, 3, 1)
    assert row["插手干预人"] == "处长张三"
    assert (row["事项"], row["经过"], row["向谁报告"]) == ("工程建设", "打招呼", None)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "#N/A", "\r\n=2"]
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    content = ledger_xlsx(samples.ledger(records={"interference": [samples.interference(text)]}))
    cell = load_workbook(io.BytesIO(content)).worksheets[2]["E3"]
    assert (cell.value, cell.data_type) == (text.strip(), "s")
    assert cell.quotePrefix == (text.strip()[0] in "=+-@")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet3.xml")


def test_a_cell_holds_what_excel_can_hold() -> None:
    kept = samples.interference("长" * (CELL_LIMIT + 5))
    value = sheet_rows(ledger_xlsx(samples.ledger(records={"interference": [kept]})), 2)[0]["经过"]
    assert len(value) == CELL_LIMIT
    assert value.endswith(words.CUT)
    odd = samples.interference(samples.ODD)
    value = sheet_rows(ledger_xlsx(samples.ledger(records={"interference": [odd]})), 2)[0]["经过"]
    assert "_x005F_x0041_" in value
    assert "\x07" not in value


def test_a_ledger_of_nothing_is_still_a_ledger() -> None:
    content = ledger_xlsx(samples.ledger(records={}, tickets=()))
    assert load_workbook(io.BytesIO(content)).sheetnames == ["谈话记录", "问题与整改"]
    assert sheet_rows(content) == []


def test_records_are_taken_one_at_a_time_and_no_word_reaches_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
    taken = []

    def stream() -> Any:
        for id_ in range(200):
            taken.append(id_)
            yield samples.record(id_=id_)

    content = ledger_xlsx(samples.ledger(records={"talk": stream()}))
    assert len(taken) == 200
    assert len(sheet_rows(content)) == 200


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("yes_no", True, "是"),
        ("yes_no", False, "否"),
        ("yes_no", None, None),
        ("number", 0, 0),
        ("number", "约三十", "约三十"),
        ("items", ["甲", "乙"], "1.甲\n2.乙"),
        ("people", ["张三", {"unit": "住建局", "title": "局长", "name": "李四"}], "张三、住建局局长李四"),
        ("organisation", {"name": "滨河区委"}, "滨河区委"),
        ("date", date(2026, 3, 1), date(2026, 3, 1)),
        ("date", "2026-03-01", date(2026, 3, 1)),
        ("text", "", None),
    ],
)
def test_each_kind_of_field_has_its_cell(kind: Any, value: object, shown: object) -> None:
    assert field_value(RecordField(name="field", label="栏", ask="填什么?", kind=kind), value) == shown


def test_a_ticket_is_not_late_on_its_last_day() -> None:
    last = samples.ticket(9, "补齐", samples.TODAY)
    row = sheet_rows(ledger_xlsx(samples.ledger(tickets=(last,))), 1)[0]
    assert (row["状态"], row["逾期天数"]) == ("办理中", None)
