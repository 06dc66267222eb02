"""An Excel file written row by row, straight into its zip: no row stays in memory, no word reaches the disk.

openpyxl's own write-only mode keeps each sheet in a temporary file; records are sealed at rest, so here the
sheet's XML goes through the compressor into the answer at once. This module imports openpyxl: import it
where it is used.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from bot.services.files.archive import TimelessZip, member
from bot.services.files.plain_text import cell_text
from yanlu.texts import files as words

Part = Any
"""A sheet, a cell or a stream of openpyxl, whose stubs leave out what its own writer uses."""
Value = str | int | date | None
_HEADING_ROW, _LABEL_ROW = 1, 2
_ROW_POINTS, _ROW_LIMIT = 15, 409
"""The height of a line of 11 points, and the highest row Excel allows."""
_NARROW = "0123456789-.:, "
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, its width in characters, and what it holds."""

    label: str
    width: int = 12
    kind: Literal["text", "date", "number"] = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the heading line, the columns, and the rows, which are taken one at a time and once.

    `printed`: how many columns, from the left, go on paper (all when None). `notes` stand below the rows.
    `draw` may add charts; it is given the finished sheet and the number of rows.
    """

    name: str
    heading: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Value]]
    filters: bool = True
    printed: int | None = None
    notes: tuple[str, ...] = ()
    draw: Callable[[Part, int], None] | None = None


def workbook(sheets: Iterable[Sheet], *, title: str, made: date) -> bytes:
    """The sheets as one xlsx file; the same sheets give the same bytes. `made` stands in its properties."""
    book: Part = Workbook(write_only=True)
    for sheet in sheets:
        book._add_sheet(_StreamedSheet(book, sheet))  # noqa: SLF001 - the library's only door for a subclass
    at = datetime(made.year, made.month, made.day)  # noqa: DTZ001 - a day; the format has no zone here
    book.properties.creator = ""
    book.properties.title = title
    book.properties.created = book.properties.modified = at
    buffer = io.BytesIO()
    _Streamed(book, TimelessZip(buffer, "w")).save()
    return buffer.getvalue()


class _StreamedSheet(WriteOnlyWorksheet):
    """A sheet that writes itself into the stream it is given."""

    row_dimensions: Part
    auto_filter: Part

    def __init__(self, book: Workbook, content: Sheet) -> None:
        super().__init__(book, content.name)
        self.content = content

    def stream(self, out: Part) -> None:
        """Write everything into `out` and close the sheet."""
        content = self.content
        _lay_out(self, content)
        self._writer: Part = WorksheetWriter(self, out)
        self._writer.write_top()
        self.append([_heading(self, content.heading)])
        self.append([_label(self, column) for column in content.columns])
        cells = [_styled(self, column) for column in content.columns]
        rows = 0
        for row in content.rows:
            for cell, value in zip(cells, row, strict=True):
                _fill(cell, value)
            rows += 1
            self.row_dimensions[_LABEL_ROW + rows].height = _height(content.columns, cells)
            self.append(cells)
            del self.row_dimensions[_LABEL_ROW + rows]  # written; a hundred thousand of them are not kept
        for note in content.notes:
            self.append([_note(self, note)])
        if content.filters:
            last = get_column_letter(len(content.columns))
            self.auto_filter.ref = f"A{_LABEL_ROW}:{last}{_LABEL_ROW + rows}"
        if content.printed:
            last = get_column_letter(content.printed)
            self.print_area = f"A{_HEADING_ROW}:{last}{_LABEL_ROW + rows + len(content.notes)}"
        if content.draw:
            content.draw(self, rows)
        self.close()

    def _values_to_row(self, values: Sequence[Part], row_idx: int) -> Iterator[Part]:
        """Give the cells their places; the library's own way first tries to read each cell as a value."""
        for place, cell in enumerate(values, 1):
            cell.row, cell.column = row_idx, place
            yield cell

    def relations(self) -> Part:
        """What the sheet refers to: its charts."""
        return self._writer._rels  # noqa: SLF001 - as the library's own writer does


class _Streamed(ExcelWriter):
    """The library's writer, but each sheet goes into the zip as it is made."""

    _archive: TimelessZip

    def write_worksheet(self, ws: Part) -> None:
        """Write one sheet."""
        with self._archive.open(member(ws.path[1:]), "w") as out:
            ws.stream(out)
        ws._drawing = SpreadsheetDrawing()  # noqa: SLF001 - as the library's own writer does
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images  # noqa: SLF001 - the same
        ws._rels = ws.relations()  # noqa: SLF001 - the same
        self.manifest.append(ws)


def _lay_out(sheet: Part, content: Sheet) -> None:
    """A4 across, fitted to the width, the labels on every page; they stay in sight on the screen too."""
    for place, column in enumerate(content.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.row_dimensions[_HEADING_ROW].height = 26
    sheet.freeze_panes = f"B{_LABEL_ROW + 1}"
    sheet.print_title_rows = f"{_HEADING_ROW}:{_LABEL_ROW}"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = 0.5
    margins.bottom = 0.7
    sheet.oddFooter.center.text = words.PAGE_OF_SOME if content.printed else words.PAGE_OF


def _line() -> Border:
    side = Side(style="thin", color="808080")
    return Border(left=side, right=side, top=side, bottom=side)


def _heading(sheet: Part, text: str) -> Part:
    cell = WriteOnlyCell(sheet, value=None)
    cell.font = Font(name="宋体", size=14, bold=True)
    cell.alignment = Alignment(vertical="center")
    _fill(cell, text)
    return cell


def _height(columns: Sequence[Column], cells: Sequence[Part]) -> float:
    """How high a row must be for its fullest cell. Excel would find out itself, LibreOffice does not."""
    lines = 1
    for column, cell in zip(columns, cells, strict=True):
        text = cell.value
        if isinstance(text, str) and (len(text) * 2 > column.width or "\n" in text):
            lines = max(lines, sum(_lines(line, column.width - 1) for line in text.split("\n")))
    return min(_ROW_POINTS * lines + 3, _ROW_LIMIT)


def _lines(line: str, width: int) -> int:
    """How many lines the words take; a Chinese character is as wide as two others."""
    wide = len(line) if line.isascii() else 2 * len(line) - sum(map(line.count, _NARROW))
    return max(1, -(-wide // width))


def _note(sheet: Part, text: str) -> Part:
    cell = WriteOnlyCell(sheet, value=None)
    cell.font = Font(name="宋体", size=10)
    _fill(cell, text)
    return cell


def _label(sheet: Part, column: Column) -> Part:
    cell = WriteOnlyCell(sheet, value=None)
    cell.font = Font(name="宋体", size=11, bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.fill = PatternFill("solid", fgColor="E7E6E6")
    cell.border = _line()
    _fill(cell, column.label)
    return cell


def _styled(sheet: Part, column: Column) -> Part:
    """A cell that every row of the column borrows in turn: the writer is done with it before the next."""
    cell = WriteOnlyCell(sheet, value=None)
    cell.font = Font(name="宋体", size=11)
    cell.border = _line()
    cell.alignment = Alignment(
        horizontal="left" if column.kind == "text" else "center", vertical="top", wrap_text=True
    )
    if column.kind == "date":
        cell.number_format = words.DATE_IN_CELL
    return cell


def _fill(cell: Part, value: Value) -> None:
    """Put a value in. Text is text whatever it begins with: nothing a user typed is ever a formula.

    A text that looks like one also carries Excel's quote mark, so that editing the cell keeps it text.
    """
    text = cell_text(value, words.CUT) if isinstance(value, str) else ""
    cell.value = text or (None if isinstance(value, str) else value)
    if cell.quotePrefix != (quoted := text.startswith(_FORMULA_STARTS)):
        cell.quotePrefix = quoted
    if text:
        cell.data_type = "s"
