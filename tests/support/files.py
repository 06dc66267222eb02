"""Makes the files that people bring: sound, broken and hostile ones, all in memory."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

MEASURES = "\n\n".join(
    (
        "第一章 总则",
        "第一条 为了规范谈话工作,制定本办法。",
        "第二条 本办法适用于全市各级党组织。\n\n谈话分为下列几类:\n\n(一)任职谈话;\n\n(二)监督谈话。",
        "第二章 附则",
        "第三条 本办法自2021年10月1日起施行。",
    )
)
"""A small set of rules, made up for the tests."""


def docx(*blocks: str | list[list[str]], title: str | None = None) -> bytes:
    """A Word file: "# 标题" makes a heading, a list of rows a table, any other string a paragraph."""
    from docx import Document

    document = Document()
    if title:
        document.add_heading(title, level=0)
    for block in blocks:
        if isinstance(block, str):
            marks = re.match(r"(#+) ", block)
            if marks:
                document.add_heading(block[marks.end() :], level=len(marks[1]))
            else:
                document.add_paragraph(block)
            continue
        table = document.add_table(rows=len(block), cols=len(block[0]))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    return saved(document)


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes] | bytes) -> bytes:
    """The zip `content` with one part changed, or added if it is not there."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == name and callable(change):
                part = change(part)
            if entry.filename != name or callable(change):
                new.writestr(entry, part)
        if not callable(change):
            new.writestr(name, change)
    return buffer.getvalue()


def zip_of(**parts: bytes) -> bytes:
    """A zip with `parts`; "__" in a name stands for "/", "_x" at its end for ".xml"."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_x", ".xml"), part)
    return buffer.getvalue()


def zip_bomb() -> bytes:
    """A docx whose body expands to 60 MB of spaces."""
    return with_part(
        docx("正文。"), "word/document.xml", b"<w:document>" + b" " * 60_000_000 + b"</w:document>"
    )


def entity_bomb() -> bytes:
    """A docx whose body would expand by XML entities to billions of characters."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "话">{levels}]><d>&a9;</d>'
    return with_part(docx("正文。"), "word/document.xml", bomb.encode())


def pdf(*pages: Sequence[str], size: int = 12, left: int = 72) -> bytes:
    """A PDF with the given lines on each page, top down, in a Chinese font that needs no file."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer)
    for lines in pages:
        sheet.setFont("STSong-Light", size)
        for number, line in enumerate(lines):
            sheet.drawString(left, 790 - 1.5 * size * number, line)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def scanned_pdf(pages: int = 2, stamp: str = "") -> bytes:
    """A PDF of pictures, with a short `stamp` of text on each page."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer)
    for _ in range(pages):
        sheet.drawImage(ImageReader(io.BytesIO(png())), 0, 0, 500, 700)
        if stamp:
            sheet.drawString(72, 72, stamp)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def encrypted_pdf(user: str, owner: str = "owner") -> bytes:
    """A PDF of one page that opens with the password `user`; with "" only its printing is limited."""
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["第一条 本办法仅供内部使用。"])))
    writer.encrypt(user, owner, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def png() -> bytes:
    """A small picture."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (40, 60), 200).save(buffer, "PNG")
    return buffer.getvalue()


def old_office(*, encrypted: bool = False) -> bytes:
    """The head of a Word 97 file, or of a docx under password (both are OLE containers)."""
    name = "EncryptedPackage" if encrypted else "WordDocument"
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + name.encode("utf-16-le") + b"\x00" * 400


def page(body: str, *, head: str = "", foot: str = "", extra: str = "") -> str:
    """A web page as a site would send it: menus, scripts, the article, a footer."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8">{head}<script>var tracked = "不是正文";</script><style>p {{}}</style></head>
<body><nav><a href="/">首页</a> <a href="/z">栏目</a></nav>
<div class="top"><span style="display:none">隐藏的字</span></div>
{body}
{extra}<footer>{foot}</footer></body></html>"""
