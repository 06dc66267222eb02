"""Another look at a cleaned film: a plain search for the names and words that notes begin with."""

import re

from bot.services.attachments.boxes import Box, boxes_in

_BOXES = frozenset(
    {b"udta", b"meta", b"uuid", b"keys", b"ilst", b"XMP_", b"tref", b"gmhd", b"tapt", b"moof", b"thmb"}
)
_INSIDE = frozenset({b"moov", b"trak", b"mdia", b"minf", b"edts", b"dinf", b"stbl"})
_CLOCKS = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_WORDS = re.compile(
    rb"\xa9(?:xyz|nam|too|swr|mak|mod|day|ART|cmt)|com\.apple\.quicktime|com\.android|<x:xmpmeta|ftab\0|x264 - core"
    rb"|x265 \(build|Exif\x00\x00|GoPro|Lavf\d"
)


def leftovers(content: bytes) -> list[str]:
    """Give back the traces found."""
    found = [hit[0].decode("latin-1") for hit in _WORDS.finditer(content)]
    todo = [Box(0, 0, len(content), b"")]
    while todo:
        parent = todo.pop()
        for box in boxes_in(content, parent.body, parent.end):
            body = content[box.body : box.end]
            if box.name in _BOXES:
                found.append(box.name.decode("latin-1"))
            elif box.name in _INSIDE:
                todo.append(box)
            elif box.name in {b"free", b"skip"} and any(body):
                found.append("free")
            elif box.name in _CLOCKS and any(body[4 : 20 if body[0] == 1 else 12]):
                found.append("time")
            elif box.name == b"hdlr" and any(body[12:]):
                found.append("hdlr")
    return found
