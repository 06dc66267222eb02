"""A JPEG inside another file: its notes are cut out without touching the coded pixels."""

import struct

from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts

_ADOBE = 0xEE
_COMMENT = 0xFE
_SCAN = 0xDA
_END = 0xD9


def without_notes(content: bytes) -> bytes:
    """Give back the JPEG with no APPn but Adobe's colour mark, no comment, and nothing after its end.

    Raises AttachmentRefused when it cannot be followed to its end.
    """
    if not content.startswith(b"\xff\xd8"):
        raise refused(texts.BROKEN)
    kept, at = bytearray(b"\xff\xd8"), 2
    try:
        while content[at + 1] != _END:
            at = _segment(content, at, kept)
    except (IndexError, struct.error) as error:
        raise refused(texts.BROKEN) from error
    return bytes(kept + b"\xff\xd9")


def _segment(content: bytes, at: int, kept: bytearray) -> int:
    """Take the segment at `at` if it belongs to the picture; give back where the next one begins."""
    if content[at] != 0xFF:
        raise IndexError
    marker = content[at + 1]
    if marker == 0xFF:
        return at + 1
    size = int.from_bytes(content[at + 2 : at + 4], "big")
    end = at + 2 + size
    if marker == _ADOBE and content[at + 4 : at + 9] == b"Adobe":
        kept += b"\xff\xee\x00\x0e" + content[at + 4 : at + 16].ljust(12, b"\0")
    elif not 0xE0 <= marker <= 0xEF and marker != _COMMENT:
        if marker == _SCAN:
            end = scan_end(content, end)
        kept += content[at:end]
    return end


def scan_end(content: bytes, at: int) -> int:
    """Give back where the coded pixels from `at` end: a marker that is neither stuffing nor a restart.

    Raises IndexError when they do not.
    """
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise IndexError
        if content[at + 1] not in {0x00, 0xFF} and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 1 if content[at + 1] == 0xFF else 2
