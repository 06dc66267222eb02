"""Another look at a cleaned PDF: every object and every unpacked stream, told by what must not be there."""

import io
import re

from bot.services.attachments.pdf import Thing

_ENTRIES = frozenset(
    [
        "/Info",
        "/Metadata",
        "/PieceInfo",
        "/LastModified",
        "/Thumb",
        "/Annots",
        "/AA",
        "/A",
        "/OpenAction",
        "/JS",
        "/JavaScript",
        "/Names",
        "/AcroForm",
        "/EmbeddedFiles",
        "/EF",
        "/AF",
        "/Author",
        "/Creator",
        "/Producer",
        "/Title",
        "/CreationDate",
        "/ModDate",
        "/Outlines",
        "/OCProperties",
        "/OC",
        "/StructTreeRoot",
        "/Threads",
        "/URI",
        "/Launch",
        "/OPI",
        "/Alternates",
        "/Perms",
        "/Collection",
    ]
)
_NOTES = re.compile(rb"Exif\x00\x00|<x:xmpmeta|<\?xpacket|http://ns\.adobe\.com/|Photoshop 3\.0|ICC_PROFILE")


def leftovers(content: bytes) -> list[str]:
    """Give back the traces found."""
    import pikepdf

    found = ["notes"] if _NOTES.search(content) else []
    found += ["prepended"] if not content.startswith(b"%PDF-") else []
    found += ["trailing"] if not content.rstrip().endswith(b"%%EOF") or content.count(b"%%EOF") > 1 else []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found += sorted(set(pdf.Root.keys()) - {"/Type", "/Pages"})
        found += ["/Info"] if "/Info" in pdf.trailer else []
        for thing in pdf.objects:
            found += _in_object(thing)
    return found


def _in_object(thing: Thing) -> list[str]:
    import pikepdf

    if isinstance(thing, pikepdf.Dictionary):
        return sorted(_ENTRIES & set(thing.keys()))
    if not isinstance(thing, pikepdf.Stream):
        return []
    found = sorted(_ENTRIES & set(thing.keys()))
    try:
        data = thing.read_bytes()
    except pikepdf.PdfError:
        data = thing.read_raw_bytes()
    return found + (["notes"] if _NOTES.search(data) else [])
