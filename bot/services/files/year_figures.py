"""The yearly figures: talks by type and month or quarter, and by the organisation of those talked with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.services.files.cells import Cell, label
from bot.services.files.charts import Bar, png_bars, text_bars
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from storage import RecordEntry
from yanlu.texts import files as words

if TYPE_CHECKING:
    from docx.document import Document as Page

    from bot.services.files.workbook import Part, Sheet, Value


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """A talk type and its number of talks in each of the twelve months."""

    talk_type: str
    months: tuple[int, ...]

    @property
    def quarters(self) -> tuple[int, ...]:
        """In each of the four quarters."""
        return tuple(sum(self.months[start : start + 3]) for start in (0, 3, 6, 9))

    @property
    def total(self) -> int:
        """In the year."""
        return sum(self.months)


@dataclass(frozen=True, slots=True)
class OrganisationFigures:
    """An organisation: talks with its people, how many of them were owed one and had it, its open tickets.

    None means: not counted.
    """

    name: str
    talks: int
    owed: int | None = None
    held: int | None = None
    open: int | None = None
    overdue: int | None = None


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What the yearly figures are printed from; `count_year` makes it from records."""

    unit: str
    year: int
    as_of: date
    types: tuple[TypeFigures, ...]
    organisations: tuple[OrganisationFigures, ...] = ()
    supplementary: int = 0

    @property
    def total(self) -> int:
        """All talks of the year."""
        return sum(each.total for each in self.types)

    @property
    def by_month(self) -> tuple[int, ...]:
        """All talks in each of the twelve months."""
        return tuple(sum(each.months[month] for each in self.types) for month in range(12))


def count_year(
    entries: Iterable[RecordEntry], *, unit: str, year: int, as_of: date, names: Mapping[str, str]
) -> YearFigures:
    """The figures of a year's talks: filed ones, by their day, up to `as_of`.

    Every known type has its line, also with nothing in it. A talk counts once for each organisation that a
    subject belonged to. `names` shows the organisations by id; those it lacks are counted together as others.
    """
    months: Counter[tuple[str, int]] = Counter()
    organisations: Counter[str] = Counter()
    supplementary = 0
    for entry in entries:
        if entry.kind != TALK or entry.state != "filed" or entry.day.year != year or entry.day > as_of:
            continue
        months[entry.talk_type or words.YEAR_OTHER, entry.day.month] += 1
        supplementary += entry.supplementary
        units = {each.organisation for each in entry.people if each.part == "subject" and each.organisation}
        organisations.update({names.get(each, words.YEAR_OTHER) for each in units})
    known = [kind.code for kind in load_record_kinds().talks]
    types = known + sorted({talk_type for talk_type, _ in months} - set(known))
    return YearFigures(
        unit=unit,
        year=year,
        as_of=as_of,
        types=tuple(
            TypeFigures(each, tuple(months[each, month] for month in range(1, 13))) for each in types
        ),
        organisations=tuple(
            OrganisationFigures(name, talks)
            for name, talks in sorted(organisations.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        supplementary=supplementary,
    )


def year_docx(figures: YearFigures) -> bytes:
    """The figures as a Word paper: three tables and the charts."""
    from bot.services.files.word_page import new_page, saved, write

    title = words.year_title(figures.unit, figures.year)
    page = new_page(title)
    write(page, title, words.TITLE_STYLE)
    write(page, words.year_note(figures.as_of, figures.total, figures.supplementary), words.NOTE_STYLE)
    write(page, words.YEAR_BY_QUARTER, words.HEADING_STYLE)
    quarters = [(each.talk_type, (*each.quarters, each.total)) for each in figures.types]
    _grid(page, (words.YEAR_TYPE, *words.YEAR_QUARTERS, words.YEAR_TOTAL), quarters, (41, 23, 23, 23, 23, 23))
    write(page, words.YEAR_BY_MONTH, words.HEADING_STYLE)
    heads = (words.YEAR_TYPE_MONTH, *map(str, range(1, 13)), words.YEAR_TOTAL)
    months = [(each.talk_type, (*each.months, each.total)) for each in figures.types]
    _grid(page, heads, months, (40, *[8.6] * 12, 12.8))
    _organisations(page, figures)
    write(page, words.YEAR_CHARTS, words.HEADING_STYLE)
    for name, bars in _charts(figures):
        _chart(page, name, bars)
    return saved(page, figures.as_of)


def year_xlsx(figures: YearFigures) -> bytes:
    """The figures as an Excel file: a sheet by type and month, one by organisation, with charts Excel draws."""
    from bot.services.files.workbook import workbook

    return workbook(_sheets(figures), title=words.year_title(figures.unit, figures.year), made=figures.as_of)


def _charts(figures: YearFigures) -> tuple[tuple[str, tuple[Bar, ...]], ...]:
    months = tuple(Bar(name, count) for name, count in zip(words.YEAR_MONTHS, figures.by_month, strict=True))
    types = tuple(Bar(each.talk_type, each.total) for each in figures.types)
    return (words.YEAR_CHART_MONTHS, months), (words.YEAR_CHART_TYPES, types)


def _grid(
    page: "Page", heads: Sequence[str], rows: Sequence[tuple[str, tuple[int, ...]]], widths: Sequence[float]
) -> None:
    """A table of counts with its sums below."""
    from bot.services.files.word_page import add_row, add_table

    table = add_table(page, widths, side_twips=30)
    add_row(table, [label(each) for each in heads], header=True, with_next=True)
    for name, counts in rows:
        add_row(table, [Cell(name, align="center"), *(_count(each) for each in counts)], with_next=True)
    sums = [sum(counts[place] for _, counts in rows) for place in range(len(heads) - 1)]
    add_row(table, [label(words.YEAR_TOTAL), *(_count(each) for each in sums)])


def _count(value: int | None) -> Cell:
    return Cell(words.YEAR_UNKNOWN if value is None else str(value), align="center")


def _organisation_row(each: OrganisationFigures) -> tuple[int | None, ...]:
    missing = None if each.owed is None or each.held is None else each.owed - each.held
    return each.talks, each.owed, each.held, missing, each.open, each.overdue


def _organisations(page: "Page", figures: YearFigures) -> None:
    from bot.services.files.word_page import add_row, add_table, write

    write(page, words.YEAR_BY_ORGANISATION, words.HEADING_STYLE)
    table = add_table(page, (38, 19, 19, 19, 19, 23, 19), side_twips=30)
    add_row(table, [label(each) for each in words.YEAR_ORGANISATION_COLUMNS], header=True)
    for each in figures.organisations:
        add_row(table, [Cell(each.name), *(_count(value) for value in _organisation_row(each))])
    for note in _notes(figures):
        write(page, note, words.NOTE_STYLE)


def _notes(figures: YearFigures) -> tuple[str, ...]:
    owed = any(each.owed is not None for each in figures.organisations)
    return (words.YEAR_ONCE_EACH, words.YEAR_CADENCE) if owed else (words.YEAR_ONCE_EACH,)


def _chart(page: "Page", name: str, bars: tuple[Bar, ...]) -> None:
    """The chart as a picture, or in block characters where no Chinese font is installed."""
    from bot.services.files.word_page import add_picture, add_row, add_table, write

    picture = png_bars(name, bars)
    if picture is not None:
        said = words.chart_words(name, [(bar.label, bar.value) for bar in bars])
        add_picture(page, picture, title=said)
        return
    write(page, name, words.CELL_STYLE, align="center")
    table = add_table(page, (41, 95, 20), side_twips=30)
    for bar, blocks in zip(bars, text_bars(bars, 20), strict=True):
        add_row(table, [Cell(bar.label, align="right"), Cell(blocks), _count(bar.value)])


def _sheets(figures: YearFigures) -> Iterator["Sheet"]:
    from bot.services.files.workbook import Column, Sheet

    title = words.year_title(figures.unit, figures.year)
    note = words.year_note(figures.as_of, figures.total, figures.supplementary)
    heads = (*words.YEAR_MONTHS, *words.YEAR_QUARTERS, words.YEAR_TOTAL)
    columns = (Column(words.YEAR_TYPE, 20), *(Column(each, 8, "number") for each in heads))
    counts = [(*each.months, *each.quarters, each.total) for each in figures.types]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    rows: list[list[Value]] = [
        [each.talk_type, *line] for each, line in zip(figures.types, counts, strict=True)
    ]
    rows.append([words.YEAR_TOTAL, *(sums or [0] * len(heads))])
    yield Sheet(words.YEAR_TYPES, title, columns, rows, filters=False, notes=(note,), draw=_draw_types)
    names = words.YEAR_ORGANISATION_COLUMNS
    columns = (Column(names[0], 32), *(Column(each, 12, "number") for each in names[1:]))
    lines: list[list[Value]] = [[each.name, *_organisation_row(each)] for each in figures.organisations]
    heading = f"{title} {words.YEAR_ORGANISATIONS}"
    yield Sheet(words.YEAR_ORGANISATIONS, heading, columns, lines, notes=_notes(figures))


def _draw_types(sheet: "Part", rows: int) -> None:
    """Two charts below the table: the months of the year, and the types. Excel draws them in its own fonts."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.chart.label import DataLabelList

    first, sums = 3, 2 + rows
    months, types = BarChart(), BarChart()
    months.add_data(
        Reference(sheet, min_col=2, max_col=13, min_row=sums), from_rows=True, titles_from_data=False
    )
    months.set_categories(Reference(sheet, min_col=2, max_col=13, min_row=2))
    types.type = "bar"
    types.add_data(Reference(sheet, min_col=18, min_row=first, max_row=sums - 1), titles_from_data=False)
    types.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=sums - 1))
    types.x_axis.scaling.orientation = "maxMin"
    for chart, name, anchor in (
        (months, words.YEAR_CHART_MONTHS, f"A{sums + 3}"),
        (types, words.YEAR_CHART_TYPES, f"I{sums + 3}"),
    ):
        chart.title = name
        chart.legend = None
        chart.width, chart.height = 16, 10
        chart.x_axis.delete = False
        chart.y_axis.delete = True
        chart.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
        )
        chart.x_axis.tickLblSkip = 1
        chart.y_axis.scaling.min = 0
        chart.y_axis.majorGridlines = None
        chart.gapWidth = 60
        chart.series[0].graphicalProperties.solidFill = "1F4E79"
        sheet.add_chart(chart, anchor)
