"""The rows of a file with organisations and posts: cells by column that know where they stand.

A row with a name of an organisation defines one; a row with a person's name gives them a post. Both may stand
in one table or in two.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.conversation.typed_text import cleaned
from yanlu.errors import DocumentError, EmptyDocument, OversizeDocument, UnreadableDocument
from yanlu.texts import imports as texts

MAX_ROWS = 50_000
MAX_CELL = 500
_HEADER_WITHIN = 10

ORGANISATION_COLUMNS = ("组织编码", "名称", "简称", "上级编码")
PEOPLE_COLUMNS = ("人员编码", "姓名", "政治面貌", "组织编码", "职务", "身份", "任职日期", "离任日期")
COLUMNS = tuple(dict.fromkeys((*ORGANISATION_COLUMNS, *PEOPLE_COLUMNS)))
_OTHER_NAMES = {
    "组织名称": "名称",
    "单位名称": "名称",
    "机构名称": "名称",
    "单位编码": "组织编码",
    "机构编码": "组织编码",
    "上级组织编码": "上级编码",
    "上级单位编码": "上级编码",
    "工号": "人员编码",
    "现任职务": "职务",
    "角色": "身份",
    "任职时间": "任职日期",
    "离任时间": "离任日期",
}
EXAMPLE = "示例"
"""Rows whose code begins with it are the template's and left out."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and where it stands in the words of its file (人员任职!C17, 第3行第2列, 组织[2].名称)."""

    value: str | date
    place: str

    @property
    def text(self) -> str:
        """Its text; a date as 2026-01-31."""
        return self.value if isinstance(self.value, str) else self.value.isoformat()


@dataclass(frozen=True, slots=True)
class Row:
    """The filled cells of a row by column; `place` is where it stands."""

    cells: Mapping[str, Cell]
    place: str

    def text(self, column: str) -> str:
        """The text of a cell, "" when it is empty."""
        cell = self.cells.get(column)
        return "" if cell is None else cell.text

    def at(self, column: str) -> str:
        """Where a cell stands; the row, when it is empty."""
        cell = self.cells.get(column)
        return self.place if cell is None else cell.place


@dataclass(frozen=True, slots=True)
class OrganisationFile:
    """What a file holds. `examples` rows were left out; `unknown` columns were not read."""

    organisations: tuple[Row, ...]
    people: tuple[Row, ...]
    neither: tuple[Row, ...] = ()
    examples: int = 0
    unknown: tuple[str, ...] = ()


@dataclass
class Table:
    """The rows read so far."""

    rows: list[Row] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, cells: Mapping[str, Cell], place: str) -> None:
        """Keep the filled cells of a row. Raises OversizeDocument past `MAX_ROWS`."""
        filled = {name: cell for name, cell in cells.items() if cell.value != ""}
        if not filled:
            return
        if len(self.rows) >= MAX_ROWS:
            raise refused(OversizeDocument, texts.too_many_rows(MAX_ROWS), texts.SPLIT)
        self.rows.append(Row(filled, place))

    def file(self) -> OrganisationFile:
        """Part the rows by what they define. Raises EmptyDocument when there are none."""
        if not self.rows:
            raise refused(EmptyDocument, texts.NO_ROWS, texts.USE_TEMPLATE)
        real = [row for row in self.rows if not _example(row)]
        return OrganisationFile(
            tuple(row for row in real if "名称" in row.cells or _bare_organisation(row)),
            tuple(row for row in real if _gives_post(row)),
            tuple(
                row
                for row in real
                if not ("名称" in row.cells or _bare_organisation(row) or _gives_post(row))
            ),
            len(self.rows) - len(real),
            tuple(dict.fromkeys(self.unknown)),
        )


def _example(row: Row) -> bool:
    return row.text("人员编码").startswith(EXAMPLE) or row.text("组织编码").startswith(EXAMPLE)


def _gives_post(row: Row) -> bool:
    return any(name in row.cells for name in ("人员编码", "姓名", "职务", "身份", "任职日期", "离任日期"))


def _bare_organisation(row: Row) -> bool:
    """An organisation's row whose name was forgotten."""
    return "组织编码" in row.cells and not _gives_post(row)


def take(
    table: Table, lines: Iterable[tuple[int, Sequence[object]]], place: Callable[[int, int], str]
) -> None:
    """Take a sheet's rows under its header line; a sheet without one (a page of notes) holds none."""
    header: dict[int, str] = {}
    for number, line in lines:
        if header:
            cells = {
                name: cell_of(line[at], place(number, at + 1))
                for at, name in header.items()
                if at < len(line)
            }
            table.add(cells, place(number, 1))
            continue
        if number > _HEADER_WITHIN:
            return
        found = {at: column_of(value) for at, value in enumerate(line)}
        known = {at: name for at, name in found.items() if name in COLUMNS}
        if len(known) > 1:
            _check_header(known, number, place)
            header = known
            table.unknown += [name for name in found.values() if name and name not in COLUMNS]


def _check_header(known: Mapping[int, str], number: int, place: Callable[[int, int], str]) -> None:
    names = list(known.values())
    for at, name in known.items():
        if names.count(name) > 1:
            raise refused(UnreadableDocument, texts.twice(place(number, at + 1), name), texts.USE_TEMPLATE)


def column_of(value: object) -> str:
    """The column a header cell names, without remarks in brackets and stars; the cell's own text if none."""
    text = re.sub(r"[((].*|[\s**]", "", "" if value is None else cleaned(str(value)))
    return _OTHER_NAMES.get(text, text)


def cell_of(value: object, place: str) -> Cell:
    """What a cell says. Raises OversizeDocument past `MAX_CELL` characters."""
    if isinstance(value, datetime):
        return Cell(value.date(), place)
    if isinstance(value, date):
        return Cell(value, place)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else cleaned(str(value)).replace("\n", " ")
    if len(text) > MAX_CELL:
        raise refused(OversizeDocument, texts.long_cell(place, MAX_CELL), texts.CHECK_CELL)
    return Cell(text, place)


def refused(kind: type[DocumentError], happened: str, next_step: str) -> DocumentError:
    """Make the error: what happened, that nothing was kept, what to do."""
    return kind(happened, kept=texts.NOTHING_IMPORTED, next_step=next_step)
