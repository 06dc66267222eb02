"""The files to fill in for an import: an Excel book with remarks and lists to choose from, and a csv."""

import csv
import io
from typing import TYPE_CHECKING

from bot.services.organisation_rows import COLUMNS, EXAMPLE, ORGANISATION_COLUMNS, PEOPLE_COLUMNS
from yanlu.texts import imports as texts
from yanlu.texts.organisations import ROLES

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ORGANISATION_EXAMPLE = (f"{EXAMPLE}-01", "示例区教育局", "教育局;区教育局", "")
_PERSON_EXAMPLE = (
    f"{EXAMPLE}-P01",
    "示例某某",
    "中共党员",
    f"{EXAMPLE}-01",
    "党组书记、局长",
    ROLES["head"],
    "2026-01-31",
    "",
)
_LAST_ROW = 5000
_WIDTH = 18


def template_xlsx() -> bytes:
    """An empty book with the sheets 组织 and 人员任职, an example row in each that an import leaves out."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for title, columns, example in (
        (texts.SHEET_ORGANISATIONS, ORGANISATION_COLUMNS, _ORGANISATION_EXAMPLE),
        (texts.SHEET_PEOPLE, PEOPLE_COLUMNS, _PERSON_EXAMPLE),
    ):
        sheet = book.create_sheet(title)
        sheet.append(columns)
        sheet.append(example)
        sheet.freeze_panes = "A2"
        _dress(sheet, columns)
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def _dress(sheet: "Worksheet", columns: tuple[str, ...]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number)
        head.font = Font(bold=True)
        head.comment = Comment(texts.COLUMN_REMARKS[column], texts.REMARK_AUTHOR)
        sheet.column_dimensions[letter].width = _WIDTH
        sheet.cell(2, number).number_format = "@"
        if column == "身份":
            choices = DataValidation(type="list", formula1=f'"{",".join(ROLES.values())}"', allow_blank=True)
            sheet.add_data_validation(choices)
            choices.add(f"{letter}2:{letter}{_LAST_ROW}")


def template_csv() -> bytes:
    """One table with all columns, UTF-8 with a byte order mark so that Excel reads it; two example rows."""
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS, restval="")
    rows.writeheader()
    rows.writerow(dict(zip(ORGANISATION_COLUMNS, _ORGANISATION_EXAMPLE, strict=True)))
    rows.writerow(dict(zip(PEOPLE_COLUMNS, _PERSON_EXAMPLE, strict=True)))
    return written.getvalue().encode("utf-8-sig")
