"""The XML inside Office files: who wrote, when, on which machine and from which folder is taken out of it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LINKS = re.compile(
    r"\{http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/officeDocument/(?:2006/)?relationships\}"
)
_UNSAFE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NOBODY = "Author"
_DROPPED = frozenset(
    [
        "rsids",
        "rsid",
        "docVars",
        "attachedTemplate",
        "dataBinding",
        "mailMerge",
        "docId",
        "absPath",
        "revisionPtr",
        "documentId",
        "fileVersion",
        "fileSharing",
        "fileRecoveryPr",
        "customWorkbookViews",
        "customSheetViews",
        "webPublishing",
        "webPublishItems",
        "webPublishObjects",
        "externalData",
        "externalReferences",
        "externalReference",
        "creationId",
        "modId",
        "custDataLst",
        "tags",
        "presenceInfo",
        "chartTrackingRefBased",
        "smartTagPr",
        "customXmlPr",
        "writeProtection",
        "documentProtection",
        "nsid",
        "tmpl",
        "sectionLst",
        "scenarios",
    ]
)
"""Elements, by local name, that say who, when or where from."""
_DATES = frozenset({"date", "dateUtc", "refreshedDate", "refreshedDateIso", "lastEdited", "lastModified"})
_WHO = frozenset(
    [
        "author",
        "userId",
        "providerId",
        "refreshedBy",
        "userName",
        "lastUser",
        "calcId",
        "paraId",
        "textId",
        "durableId",
        "codeName",
        "uid",
        "uniqueId",
        "descr",
        "oldFileName",
        "title",
    ]
)
_KEPT_WHO = frozenset({"author", "initials"})
"""Attributes the schema asks for: they get a word for nobody."""
_COMMENTED = frozenset({"ins", "del", "moveFrom", "moveTo", "comment", "cmAuthor", "rPrChange", "pPrChange"})
_NAMED = frozenset({"cNvPr", "docPr"})
_SOFT = frozenset({"hyperlink@w", "blip", "pageSetup", "imagedata", "fill"})
"""Elements that stand without the link that was taken from them; the others go with it."""
_HOLLOW = frozenset({"hyperlinks", "legacyDrawing", "embedRegular"})
_OUTSIDE_CELL = re.compile(r"(?<![\w)])\[(?:\d+|[^\]]*\.xl\w+)\]|\.xl\w+['\]]")
_SAFE_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTION|SECTIONPAGES|TOC|PAGEREF|REF|NOTEREF|SEQ|STYLEREF|DATE|TIME|EQ|FORM\w+|SYMBOL|QUOTE"
    r"|LISTNUM|TC|XE|INDEX|ADVANCE|=|HYPERLINK\s+\\l)\b",
    re.IGNORECASE,
)
_NO_FIELD = ' HYPERLINK \\l "_" '


def parsed(content: bytes) -> "_Element":
    """Give back the root. Raises AttachmentRefused for XML with a document type, which could expand."""
    from lxml import etree

    if _UNSAFE.search(content.replace(b"\0", b"")):
        raise refused(texts.BROKEN)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    return etree.fromstring(content, parser)


def written(root: "_Element") -> bytes:
    """Give back the part as Office writes it."""
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def clean_part(content: bytes, links: set[str]) -> bytes:
    """Give back the part with nobody's name, no dates, no traces of editing, and no links but `links`."""
    root = parsed(content)
    _drop(element for element in root.iter() if _local(element) in _DROPPED)
    _cut_links(root, links)
    _fields(root)
    _cells(root)
    _names(root)
    for element in root.iter():
        _attributes(element)
    return written(root)


def _local(element: "_Element") -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _drop(elements: Iterable["_Element"]) -> None:
    """Take the elements out, with what they hold; text that follows them stays."""
    for element in list(elements):
        parent = element.getparent()
        if parent is None:
            continue
        if element.tail:
            before = element.getprevious()
            if before is None:
                parent.text = (parent.text or "") + element.tail
            else:
                before.tail = (before.tail or "") + element.tail
        parent.remove(element)


def _cut_links(root: "_Element", links: set[str]) -> None:
    """Take out what leads to parts that are not carried over, or out of the file."""
    lost = []
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if not _LINKS.match(str(name)) or value in links or not value:
                continue
            del element.attrib[name]
            word = _local(element) + ("@w" if str(element.tag).startswith(_W) else "")
            if word not in _SOFT and _local(element) not in _SOFT:
                lost.append(element)
    _drop(lost)
    _drop(
        element
        for element in root.iter()
        if _local(element) in _HOLLOW and not len(element) and not element.attrib
    )


def _fields(root: "_Element") -> None:
    """Empty the instructions of Word fields that name files, addresses or people; what they show stays."""
    for simple in root.iter(_W + "fldSimple"):
        if not _SAFE_FIELD.match(simple.get(_W + "instr", "")):
            simple.set(_W + "instr", _NO_FIELD)
    open_fields: list[list[_Element]] = []
    for element in root.iter(_W + "fldChar", _W + "instrText"):
        if element.tag == _W + "instrText":
            if open_fields:
                open_fields[-1].append(element)
            else:
                element.text = ""
        elif element.get(_W + "fldCharType") == "begin":
            open_fields.append([])
        elif open_fields:
            _settle(open_fields[-1])
            open_fields[-1] = []
            if element.get(_W + "fldCharType") == "end":
                open_fields.pop()


def _settle(instructions: list["_Element"]) -> None:
    whole = "".join(item.text or "" for item in instructions)
    if instructions and not _SAFE_FIELD.match(whole):
        for item in instructions:
            item.text = ""
        instructions[0].text = _NO_FIELD


def _cells(root: "_Element") -> None:
    """Take out formulas and names that point into other workbooks; their values stay."""
    _drop(
        element
        for element in root.iter()
        if _local(element) in {"f", "definedName"}
        and len(element) == 0
        and _OUTSIDE_CELL.search(element.text or "")
    )


def _names(root: "_Element") -> None:
    """Put nobody in the place of Excel's comment authors, in their list and before what they wrote."""
    names = []
    for element in root.iter():
        if _local(element) == "author" and not len(element):
            names.append(element.text or "")
            element.text = f"{_NOBODY}{len(names)}"
    for element in root.iter() if any(names) else ():
        if _local(element) == "t" and element.text:
            for name in filter(None, names):
                element.text = re.sub(rf"^{re.escape(name)}\s*[::]", "", element.text)


def _attributes(element: "_Element") -> None:
    local = _local(element)
    for full in list(element.attrib):
        name = str(full).rsplit("}", 1)[-1]
        if name in _KEPT_WHO and (name == "author" or local in _COMMENTED):
            element.set(full, _NOBODY if name == "author" else "A")
        elif name in _DATES or name in _WHO or name.startswith("rsid") or (name == "dt" and local == "cm"):
            del element.attrib[full]
    if local in _NAMED and element.get("name") is not None:
        element.set("name", f"Item {element.get('id', '0')}")
    if local == "cmAuthor":
        element.set("name", _NOBODY)
        element.set("initials", "A")
