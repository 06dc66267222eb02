"""Word, Excel and PowerPoint files: a new package with the parts that are shown, each cleaned, and no others.

A part is carried over when a relationship of a kind in `_SHOWN` leads to it from the main part (ECMA-376 part 2
and part 1, annex A); properties, thumbnails, printer settings, custom XML, templates, people and
links to elsewhere are not among them. Macros, embedded files, controls and media are refused.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.services.attachments import limits, office_xml
from bot.services.attachments.images import clean_image, pixels
from bot.services.attachments.kinds import Kind, kind_of
from bot.services.attachments.limits import refused
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAIN = {
    "wordprocessingml.document.main+xml": Kind.DOCX,
    "spreadsheetml.sheet.main+xml": Kind.XLSX,
    "presentationml.presentation.main+xml": Kind.PPTX,
}
_SHOWN = frozenset(
    [
        "officeDocument",
        "styles",
        "numbering",
        "settings",
        "fontTable",
        "theme",
        "themeOverride",
        "webSettings",
        "header",
        "footer",
        "footnotes",
        "endnotes",
        "comments",
        "image",
        "chart",
        "chartUserShapes",
        "chartStyle",
        "chartColorStyle",
        "diagramData",
        "diagramLayout",
        "diagramQuickStyle",
        "diagramColors",
        "diagramDrawing",
        "worksheet",
        "chartsheet",
        "sharedStrings",
        "drawing",
        "vmlDrawing",
        "table",
        "pivotTable",
        "pivotCacheDefinition",
        "pivotCacheRecords",
        "sheetMetadata",
        "slide",
        "slideMaster",
        "slideLayout",
        "notesSlide",
        "notesMaster",
        "handoutMaster",
        "presProps",
        "viewProps",
        "tableStyles",
        "commentAuthors",
        "slicer",
        "slicerCache",
    ]
)
_REFUSED = dict.fromkeys(
    [
        "oleObject",
        "control",
        "activeXControlBinary",
        "video",
        "audio",
        "media",
        "aFChunk",
        "subDocument",
        "frame",
        "dialogsheet",
        "xlMacrosheet",
        "ctrlProp",
    ],
    texts.OBJECTS,
) | dict.fromkeys(["vbaProject", "attachedMacro", "xlIntlMacrosheet", "wordVbaData"], texts.MACROS)
_REFUSED |= dict.fromkeys(["connections", "queryTable"], texts.CONNECTIONS)
_MAX_PARTS = 4000
_MAX_ALL_PIXELS = 6 * limits.MAX_PIXELS
_MAX_XML = 48 * 1024 * 1024
_CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PLAIN_NAME = re.compile(r"[A-Za-z]{1,24}\d{0,5}\.(?:xml|vml)")
_PICTURES = {Kind.JPEG: "jpeg", Kind.PNG: "png", Kind.GIF: "gif"}


@dataclass
class _Part:
    """A part on its way: its new name, its content type, its cleaned bytes, and the links it keeps."""

    name: str
    media_type: str = ""
    content: bytes = b""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Id, type, old name of the target."""


def clean_office(content: bytes) -> tuple[bytes, Kind]:
    """Give back the new package and which of the three kinds it is.

    Raises AttachmentRefused: another kind of zip, damaged, a bomb, macros, embedded files, outside data.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Package(_unpacked(archive)).rebuilt()
    except AttachmentRefused:
        raise
    except Exception as error:  # zipfile, zlib and lxml fail in many ways on damaged files
        raise refused(texts.BROKEN) from error


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Give back the parts by name, weighed before and while they are unpacked."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    names = [entry.filename.lower() for entry in entries]
    if "[content_types].xml" not in names:
        raise refused(texts.OTHER_OFFICE if "mimetype" in names or "ofd.xml" in names else texts.ARCHIVE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused(texts.ENCRYPTED)
    if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in entries) > limits.MAX_UNPACKED:
        raise refused(texts.BOMB)
    if len(set(names)) != len(names):
        raise refused(texts.BROKEN)
    parts, left, xml_left = {}, limits.MAX_UNPACKED, _MAX_XML
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        allowed = min(left, xml_left) if is_xml else left
        with archive.open(entry) as stream:
            part = stream.read(allowed + 1)  # a directory may lie about sizes
        if len(part) > allowed:
            raise refused(texts.BOMB)
        left -= len(part)
        xml_left -= len(part) if is_xml else 0
        parts["/" + entry.filename.replace("\\", "/").lstrip("/")] = part
    return parts


class _Package:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._types = _content_types(parts["/[Content_Types].xml"])
        self._done: dict[str, _Part] = {}
        self._pixels_left = _MAX_ALL_PIXELS

    def rebuilt(self) -> tuple[bytes, Kind]:
        root = self._links("/")
        main = next(target for _, kind, target in root if _last(kind) == "officeDocument")
        kind = self._kind(main)
        todo = [main]
        self._done[main] = _Part(main)
        while todo:
            name = todo.pop()
            self._take(name)
            for _, link, target in self._done[name].links:
                if target not in self._done:
                    self._done[target] = _Part(self._new_name(target, _last(link)))
                    todo.append(target)
        return self._zipped(main, next(kind for _, kind, target in root if target == main)), kind

    def _kind(self, main: str) -> Kind:
        media_type = self._type(main)
        for name in self._types.values():
            if "macroEnabled" in name or "vbaProject" in name:
                raise refused(texts.MACROS)
        for ending, kind in _MAIN.items():
            if media_type.endswith(ending):
                return kind
        raise refused(texts.OTHER_OFFICE)

    def _type(self, name: str) -> str:
        return self._types.get(name.lower()) or self._types.get(name.rsplit(".", 1)[-1].lower(), "")

    def _links(self, name: str) -> list[tuple[str, str, str]]:
        """Give back every link of a part inside the package; a refused kind of link refuses the file."""
        folder, base = posixpath.split(name)
        content = self._parts.get(posixpath.join(folder, "_rels", base + ".rels"))
        found: list[tuple[str, str, str]] = []
        for link in office_xml.parsed(content) if content else ():
            kind = link.get("Type", "")
            if _last(kind) in _REFUSED:
                raise refused(_REFUSED[_last(kind)])
            target = posixpath.normpath(posixpath.join(folder, unquote(link.get("Target", ""))))
            if link.get("TargetMode") != "External" and target in self._parts:
                found.append((link.get("Id", ""), kind, target))
        return found

    def _take(self, name: str) -> None:
        """Clean the part, keeping the links that lead to something shown."""
        part = self._done[name]
        links = self._links(name)
        in_chart = "chart" in self._type(name)
        if any(_last(kind) == "package" for _, kind, _ in links) and not in_chart:
            raise refused(texts.OBJECTS)
        part.links = [link for link in links if _last(link[1]) in _SHOWN and not self._is_vector(link)]
        part.media_type = self._type(name)
        content = self._parts[name]
        if part.media_type.endswith("xml") or part.media_type.endswith("vmlDrawing"):
            part.content = office_xml.clean_part(content, {link[0] for link in part.links})
        else:
            part.content, part.media_type = self._picture(content)

    def _picture(self, content: bytes) -> tuple[bytes, str]:
        kind = kind_of(content)
        if kind not in _PICTURES:
            raise refused(texts.VECTOR_IMAGE)
        self._pixels_left -= pixels(content, kind)
        if self._pixels_left < 0:
            raise refused(texts.TOO_MANY_PIXELS)
        return clean_image(content, kind)[0], kind.value.media_type

    @staticmethod
    def _is_vector(link: tuple[str, str, str]) -> bool:
        """Whether it leads to an SVG: Office keeps a PNG of the same beside it, which is shown."""
        return link[2].lower().endswith(".svg")

    def _new_name(self, name: str, link: str) -> str:
        """Give back a name that tells nothing: as Office itself would have named it."""
        folder, base = posixpath.split(name)
        number = len(self._done)
        if link == "image":
            ending = _PICTURES.get(kind_of(self._parts[name]))
            if ending is None:
                raise refused(texts.VECTOR_IMAGE)
            return f"{folder}/image{number}.{ending}"
        return name if _PLAIN_NAME.fullmatch(base) else f"{folder}/part{number}.xml"

    def _zipped(self, main: str, root_type: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, "/[Content_Types].xml", self._types_xml())
            _write(archive, "/_rels/.rels", _links_xml([("rId1", root_type, main[1:])]))
            for part in self._done.values():
                _write(archive, part.name, part.content)
                if part.links:
                    folder, base = posixpath.split(part.name)
                    links = [
                        (number, kind, posixpath.relpath(self._done[target].name, folder))
                        for number, kind, target in part.links
                    ]
                    _write(archive, f"{folder}/_rels/{base}.rels", _links_xml(links))
        return buffer.getvalue()

    def _types_xml(self) -> bytes:
        from lxml import etree

        root = etree.Element(_CONTENT_TYPES + "Types", nsmap={None: _CONTENT_TYPES[1:-1]})
        relations = "application/vnd.openxmlformats-package.relationships+xml"
        for ending, kind in (("rels", relations), ("xml", "application/xml")):
            etree.SubElement(root, _CONTENT_TYPES + "Default", Extension=ending, ContentType=kind)
        for part in self._done.values():
            etree.SubElement(
                root, _CONTENT_TYPES + "Override", PartName=part.name, ContentType=part.media_type
            )
        return office_xml.written(root)


def _content_types(content: bytes) -> dict[str, str]:
    """Give back content types by part name or by ending, in lower case."""
    found = {}
    for item in office_xml.parsed(content):
        key = item.get("PartName") or item.get("Extension", "")
        found[key.lower()] = item.get("ContentType", "")
    return found


def _last(kind: str) -> str:
    """Give back the last word of a relationship type, which both flavours of the standard share."""
    return kind.rsplit("/", 1)[-1]


def _links_xml(links: list[tuple[str, str, str]]) -> bytes:
    from lxml import etree

    root: _Element = etree.Element(_RELATIONSHIPS + "Relationships", nsmap={None: _RELATIONSHIPS[1:-1]})
    for number, kind, target in links:
        etree.SubElement(root, _RELATIONSHIPS + "Relationship", Id=number, Type=kind, Target=target)
    return office_xml.written(root)


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add an entry at the zip format's first day."""
    entry = zipfile.ZipInfo(name[1:], (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)
