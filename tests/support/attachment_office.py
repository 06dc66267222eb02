"""Word, Excel and PowerPoint files with names in every drawer of the package."""

import io
import re
import zipfile

from tests.support.attachment_files import WHO, jpeg, png

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def packed(parts: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.comment = WHO.encode()
    return buffer.getvalue()


def unpacked(content: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """The package with the first `old` in a part replaced."""
    parts = unpacked(content)
    text = bytes(parts[part]).decode()
    assert old in text, (part, old)
    parts[part] = text.replace(old, new, 1)
    return packed(parts)


def linked(
    content: bytes, part: str, kind: str, target: str, body: bytes | None, *, outside: bool = False
) -> bytes:
    """The package with one more link from a part, "rId900", to a new part `target` or to outside."""
    parts = unpacked(content)
    folder, _, base = part.rpartition("/")
    links = f"{folder}/_rels/{base}.rels".lstrip("/")
    mode = ' TargetMode="External"' if outside else ""
    link = f'<Relationship Id="rId900" Type="{_R}/{kind}" Target="{target}"{mode}/></Relationships>'
    old = bytes(parts.get(links, f'<Relationships xmlns="{_LINKS}"></Relationships>'.encode())).decode()
    parts[links] = old.replace("</Relationships>", link)
    if body is not None:
        parts[target.lstrip("/")] = body
        ending = target.rsplit(".", 1)[-1]
        types = bytes(parts["[Content_Types].xml"]).decode()
        kind_xml = f'<Default Extension="{ending}" ContentType="application/x-{ending}"/>'
        if f'Extension="{ending}"' not in types:
            parts["[Content_Types].xml"] = re.sub(r"(<Types[^>]*>)", rf"\1{kind_xml}", types, count=1)
    return packed(parts)


def docx() -> bytes:
    """A paper with a comment, two tracked changes, a picture, fields and a link to somebody's folder."""
    from docx import Document
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paper = Document()
    for name in ("author", "last_modified_by", "title", "comments", "keywords", "subject"):
        setattr(paper.core_properties, name, WHO)
    paragraph = paper.add_paragraph("visible words")
    paper.add_comment(paragraph.runs, text="a remark", author=WHO, initials="KA")
    paper.add_picture(io.BytesIO(jpeg()))
    paper.add_picture(io.BytesIO(png()))
    space = nsdecls("w")
    for xml in (
        f'<w:ins {space} w:id="7" w:author="{WHO}" w:date="2021-09-24T10:00:00Z"><w:r w:rsidR="00AB12CD">'
        "<w:t>put in</w:t></w:r></w:ins>",
        f'<w:del {space} w:id="8" w:author="{WHO}" w:date="2021-09-24T10:00:00Z">'
        "<w:r><w:delText>gone</w:delText></w:r></w:del>",
        f'<w:r {space}><w:fldChar w:fldCharType="begin"/></w:r>',
        f'<w:r {space}><w:instrText> HYPERLINK "file:///C:/{WHO}/</w:instrText></w:r>',
        f'<w:r {space}><w:instrText>a.doc" </w:instrText></w:r>',
        f'<w:r {space}><w:fldChar w:fldCharType="separate"/></w:r>',
        f"<w:r {space}><w:t>a link</w:t></w:r>",
        f'<w:r {space}><w:fldChar w:fldCharType="end"/></w:r>',
        f'<w:fldSimple {space} w:instr=" INCLUDETEXT {WHO}.doc "><w:r><w:t>taken</w:t></w:r></w:fldSimple>',
    ):
        paragraph._p.append(parse_xml(xml))
    paper.add_paragraph("last words")
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def docx_with(what: str) -> bytes:
    """The same, with one more drawer."""
    main, content = "word/document.xml", docx()
    secret = f"<x>{WHO}</x>".encode()
    if what == "settings":
        extra = '<w:rsids><w:rsid w:val="00AB12CD"/></w:rsids>'
        extra += f'<w:docVars><w:docVar w:name="{WHO}" w:val="{WHO}"/></w:docVars>'
        return changed(content, "word/settings.xml", "</w:settings>", extra + "</w:settings>")
    if what == "pictures":
        return changed(content, main, "<pic:cNvPr ", f'<pic:cNvPr descr="C:\\{WHO}\\a.jpg" ')
    kind, target = {
        "people": ("people", "word/people.xml"),
        "custom": ("customXml", "customXml/item1.xml"),
        "printer": ("printerSettings", "word/printerSettings1.bin"),
        "glossary": ("glossaryDocument", "word/glossary/document.xml"),
        "link": ("hyperlink", f"http://{WHO}.example"),
        "template": ("attachedTemplate", f"file:///C:/Users/{WHO}/a.dotm"),
    }[what]
    outside = what in {"link", "template"}
    return linked(
        content, main, kind, target if outside else "/" + target, None if outside else secret, outside=outside
    )


DOCX_DRAWERS = ("settings", "pictures", "people", "custom", "printer", "glossary", "link", "template")


def xlsx() -> bytes:
    """A book with a comment, a chart, a picture, a link and a formula over two sheets."""
    from openpyxl import Workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.drawing.image import Image

    book = Workbook()
    sheet = book.active
    sheet.append(["visible words", 3])
    sheet.append(["more", "=B1*2"])
    sheet["A1"].comment = Comment(f"{WHO}: a remark", WHO)
    sheet["A2"].hyperlink = f"http://{WHO}.example"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2))
    sheet.add_chart(chart, "D4")
    sheet.add_image(Image(io.BytesIO(png())), "D20")
    book.properties.creator = book.properties.lastModifiedBy = WHO
    buffer = io.BytesIO()
    book.save(buffer)
    path = f'<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:\\{WHO}"/>'
    content = changed(
        buffer.getvalue(), "xl/workbook.xml", "<workbookPr", f'<fileSharing userName="{WHO}"/><workbookPr'
    )
    return changed(content, "xl/workbook.xml", "<bookViews", path + "<bookViews")


def pptx() -> bytes:
    """One slide with words and a photograph, as PowerPoint lays it out, and a list of who commented."""
    slide = f"""<p:sld xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_R}"><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/>
<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/><p:sp><p:nvSpPr><p:cNvPr id="2" name="{WHO}" descr="{WHO}"/><p:cNvSpPr/>
<p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:rPr><a:hlinkClick r:id="rId2"/></a:rPr><a:t>visible words</a:t>
</a:r></a:p></p:txBody></p:sp><p:pic><p:nvPicPr>
<p:cNvPr id="3" name="{WHO}.jpg"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill>
<a:blip r:embed="rId1"/></p:blipFill><p:spPr/></p:pic></p:spTree></p:cSld></p:sld>"""
    cell = "application/vnd.openxmlformats-officedocument.presentationml."
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f"""<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType=
"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default
Extension="jpeg" ContentType="image/jpeg"/><Override
PartName="/ppt/presentation.xml" ContentType="{cell}presentation.main+xml"/>
<Override PartName="/ppt/slides/slide1.xml" ContentType="{cell}slide+xml"/><Override PartName="/ppt/commentAuthors.xml"
ContentType="{cell}commentAuthors+xml"/></Types>""",
        "ppt/presentation.xml": f"""<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst><p:sldId id="256" r:id="rId1"/>
</p:sldIdLst></p:presentation>""",
        "ppt/slides/slide1.xml": slide,
        "ppt/commentAuthors.xml": f"""<p:cmAuthorLst xmlns:p="{_P}"><p:cmAuthor id="0" name="{WHO}" initials="{WHO}"
lastIdx="1" clrIdx="0"/></p:cmAuthorLst>""",
        f"ppt/media/{WHO}.jpeg": jpeg(),
        "docProps/core.xml": f"<x>{WHO}</x>",
        "docProps/thumbnail.jpeg": jpeg(),
    }
    for owner, links in {
        "_rels/.rels": [
            ("officeDocument", "ppt/presentation.xml"),
            ("metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ],
        "ppt/_rels/presentation.xml.rels": [
            ("slide", "slides/slide1.xml"),
            ("commentAuthors", "commentAuthors.xml"),
        ],
        "ppt/slides/_rels/slide1.xml.rels": [
            ("image", f"../media/{WHO}.jpeg"),
            ("hyperlink", f"http://{WHO}.example"),
        ],
    }.items():
        lines = "".join(
            f'<Relationship Id="rId{n}" Type="{_R}/{kind}" Target="{target}"'
            f"{' TargetMode=' + chr(34) + 'External' + chr(34) if kind == 'hyperlink' else ''}/>"
            for n, (kind, target) in enumerate(links, 1)
        )
        parts[owner] = f'<Relationships xmlns="{_LINKS}">{lines}</Relationships>'
    return packed(parts)


def papers() -> dict[str, bytes]:
    """Office files by name."""
    return {f"docx-{what}": docx_with(what) for what in DOCX_DRAWERS} | {
        "docx-written": docx(),
        "xlsx-counted": xlsx(),
        "pptx-shown": pptx(),
    }
