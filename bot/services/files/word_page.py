"""The Word page all papers share: A4, the margins, type sizes and fonts of GB/T 9704-2012, a page number.

Fonts are named, not bundled; each names the font that stands in for it where it is missing (w:altName).
This module imports python-docx: import it where it is used.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from bot.services.files.archive import timeless
from bot.services.files.cells import Align, Cell
from bot.services.files.plain_text import cleaned
from yanlu.texts import files as words

if TYPE_CHECKING:
    from docx.document import Document as Page

Part = Any
"""A table, a paragraph, a run or an XML element of python-docx, whose own types end at its outer classes."""

WIDTH_MM = 156
"""Between the side margins: 210 - 28 - 26."""

_SONG, _TITLE, _BODY, _HEAD = "宋体", "方正小标宋简体", "仿宋_GB2312", "黑体"
_LATIN = "Times New Roman"
_FALLBACKS = {_TITLE: "宋体", _BODY: "仿宋", _HEAD: "SimHei", _SONG: "SimSun", _LATIN: "Liberation Serif"}
_STYLES = (
    # name, font, points, line spacing in points, alignment, indent of the first line in characters, bold
    (words.TITLE_STYLE, _TITLE, 22, 34, WD_ALIGN_PARAGRAPH.CENTER, 0, False),
    (words.HEADING_STYLE, _HEAD, 16, 28, WD_ALIGN_PARAGRAPH.LEFT, 2, False),
    (words.BODY_STYLE, _BODY, 16, 28, WD_ALIGN_PARAGRAPH.LEFT, 2, False),
    (words.CELL_STYLE, _BODY, 12, 20, WD_ALIGN_PARAGRAPH.LEFT, 0, False),
    (words.LABEL_STYLE, _HEAD, 12, 20, WD_ALIGN_PARAGRAPH.CENTER, 0, False),
    (words.NOTE_STYLE, _BODY, 10.5, 18, WD_ALIGN_PARAGRAPH.LEFT, 0, False),
    (words.NUMBER_STYLE, _SONG, 14, 20, WD_ALIGN_PARAGRAPH.CENTER, 0, False),
)
_LONG, _LONG_LINES = 360, 12
"""Characters and line ends past which a row may go over to the next page."""
_THUMBNAIL = "docProps/thumbnail.jpeg"


def new_page(title: str, *, header: str = "") -> "Page":
    """An empty paper with its styles, margins, running header and page number."""
    page = Document()
    section = page.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    for row in _STYLES:
        _add_style(page, *row)
    page.styles[words.TITLE_STYLE].paragraph_format.space_after = Pt(8)
    page.styles[words.HEADING_STYLE].paragraph_format.keep_with_next = True
    page.core_properties.title = title
    if header:
        _put(section.header.paragraphs[0], header, words.NOTE_STYLE, WD_ALIGN_PARAGRAPH.RIGHT)
    _number_pages(section.footer.paragraphs[0])
    return page


def write(page: "Page", text: str, style: str = words.BODY_STYLE, *, align: Align | None = None) -> None:
    """Add the text as paragraphs of that style, one for each line."""
    for line in cleaned(text).split("\n"):
        _put(page.add_paragraph(), line, style, _ALIGN[align] if align else None)


def add_table(page: "Page", widths_mm: Sequence[float], *, side_twips: int = 100) -> Part:
    """An empty ruled table of fixed column widths, with so much air beside the words, centred on the page."""
    table = page.add_table(rows=0, cols=len(widths_mm))
    table.style = "Table Grid"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _pad(table, str(side_twips))
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    return table


def add_row(
    table: Part, cells: Sequence[Cell], *, header: bool = False, least_mm: float = 8, with_next: bool = False
) -> None:
    """Add a row at least so high. `header` repeats it on every page; `with_next` keeps it on the next row's page.

    A row stays on one page unless its text is long; then its cells begin at the top.

    Rows are made element by element: python-docx looks the whole grid through for every merged cell.
    """
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]  # noqa: SLF001 - its element
    row = OxmlElement("w:tr")
    properties = _child(row, "w:trPr")
    long = any(len(cell.text) > _LONG or cell.text.count("\n") > _LONG_LINES for cell in cells)
    if not long:
        _child(properties, "w:cantSplit")
    _child(properties, "w:trHeight", val=str(round(least_mm * 56.7)), hRule="atLeast")
    if header:
        _child(properties, "w:tblHeader")
    place = 0
    for cell in cells:
        row.append(_cell(cell, sum(widths[place : place + cell.span]), top=long, keep=with_next))
        place += cell.span
    if place != len(widths):
        raise ValueError(f"the cells take {place} of {len(widths)} columns")
    table._tbl.append(row)  # noqa: SLF001 - the same


def add_picture(page: "Page", png: bytes, *, title: str, width_mm: float = WIDTH_MM) -> None:
    """Add a picture across the page; `title` is read out to those who cannot see it."""
    paragraph = page.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture = paragraph.add_run().add_picture(io.BytesIO(png), width=Mm(width_mm))
    picture._inline.docPr.set("descr", cleaned(title))  # noqa: SLF001 - the library has no door for it


def saved(page: "Page", made: date) -> bytes:
    """The paper as a docx file, the same bytes for the same content; `made` stands in its properties."""
    core = page.core_properties
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = datetime(made.year, made.month, made.day)  # noqa: DTZ001 - a day only
    core.revision = 1
    package = page.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    language = page.settings.element.find(qn("w:themeFontLang"))
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")
    buffer = io.BytesIO()
    page.save(buffer)
    fonts = {"word/fontTable.xml": _font_table().encode()}
    return timeless(buffer.getvalue(), replaced=fonts, dropped=frozenset({_THUMBNAIL}))


_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def _child(parent: Part, tag: str, **attributes: str) -> Part:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _add_style(  # noqa: PLR0913, PLR0917 - the columns of the table of styles
    page: "Page", name: str, font: str, size: float, spacing: float, align: Part, indent: int, bold: bool
) -> None:
    style: Part = page.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name = _LATIN
    style.font.size = Pt(size)
    style.font.bold = bold
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")
    shape = style.paragraph_format
    shape.alignment = align
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(spacing)
    shape.widow_control = True
    if indent:
        shape.first_line_indent = Pt(indent * size)
        style.element.pPr.ind.set(qn("w:firstLineChars"), str(indent * 100))


def _put(paragraph: Part, text: str, style: str, align: Part = None) -> None:
    paragraph.style = style
    if align is not None:
        paragraph.alignment = align
    _hint(paragraph.add_run(cleaned(text)))


def _hint(run: Part) -> None:
    """Quotation marks and dashes, which both scripts share, are set in the Chinese font."""
    fonts = run._r.get_or_add_rPr()._add_rFonts()  # noqa: SLF001 - the library has no door for it
    fonts.set(qn("w:hint"), "eastAsia")


def _pad(table: Part, beside: str) -> None:
    """A little air around the words of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", "40"), ("left", beside), ("bottom", "40"), ("right", beside)):
        _child(margins, f"w:{side}", w=twips, type="dxa")
    properties = table._tbl.tblPr  # noqa: SLF001 - the library has no door for it
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _cell(cell: Cell, width: int, *, top: bool, keep: bool) -> Part:
    element = OxmlElement("w:tc")
    properties = _child(element, "w:tcPr")
    _child(properties, "w:tcW", w=str(width), type="dxa")
    if cell.span > 1:
        _child(properties, "w:gridSpan", val=str(cell.span))
    if cell.merge:
        _child(properties, "w:vMerge", val="restart" if cell.merge == "start" else "continue")
    _child(properties, "w:vAlign", val="top" if top else "center")
    for line in cleaned(cell.text).split("\n"):
        element.append(_line(line, cell, keep=keep))
    return element


def _line(text: str, cell: Cell, *, keep: bool) -> Part:
    element: Part = OxmlElement("w:p")
    paragraph = Paragraph(element, None)  # type: ignore[arg-type]  # it stands in no document yet
    if keep:
        paragraph.paragraph_format.keep_with_next = True
    if cell.align:
        paragraph.alignment = _ALIGN[cell.align]
    element.get_or_add_pPr().style = cell.style.replace(" ", "")
    if text:
        _hint(paragraph.add_run(text))
    return element


def _number_pages(paragraph: Part) -> None:
    """The page number between dashes, in the middle of the foot (GB/T 9704-2012, 7.5)."""
    paragraph.style = words.NUMBER_STYLE
    _hint(paragraph.add_run("— "))
    field = _child(paragraph._p, "w:fldSimple", instr="PAGE")  # noqa: SLF001 - the library knows no fields
    shown: Part = _child(_child(field, "w:r"), "w:t")
    shown.text = "1"
    _hint(paragraph.add_run(" —"))


def _font_table() -> str:
    """The fonts the papers name, each with its stand-in (ECMA-376 part 1, 17.8.3.1 altName)."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/></w:font>"
        for name, other in _FALLBACKS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'
