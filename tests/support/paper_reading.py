"""Reads office files back, as somebody who opens them would."""

import io
from datetime import date, datetime, time
from typing import Any

from docx import Document
from openpyxl import load_workbook

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def everything(content: bytes) -> str:
    """All words of a docx, paragraphs and cells in their order."""
    lines = ("".join(part.itertext(f"{W}t")) for part in document(content).element.body.iter(f"{W}p"))
    return "\n".join(lines)


def fields(content: bytes) -> dict[str, str]:
    """Label and value of the form's rows, as somebody reads them."""
    found: dict[str, str] = {}
    for row in document(content).tables[0]._tbl.tr_lst:
        cells = ["\n".join(p.text for p in cell.p_lst) for cell in row.tc_lst]
        found |= dict(zip(cells[::2], cells[1::2], strict=False))
    return found


def sheet_rows(content: bytes, place: int = 0) -> list[dict[str, Any]]:
    rows = list(load_workbook(io.BytesIO(content)).worksheets[place].iter_rows(values_only=True))
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]


def midnight(*day: int) -> datetime:
    """How a date cell is read back."""
    return datetime.combine(date(*day), time())
