"""The boxes that MP4 and QuickTime files are made of (ISO 14496-12, 4.2)."""

import struct
from dataclasses import dataclass

from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box begins, where its content begins, where it ends, and its four-letter name."""

    start: int
    body: int
    end: int
    name: bytes


def boxes_in(data: bytes | bytearray, start: int, end: int) -> list[Box]:
    """Give back the boxes that fill the range. Raises AttachmentRefused when they do not."""
    found: list[Box] = []
    while end - start >= 8:
        size, name = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1 and end - start >= 16:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif size == 0:
            size = end - start
        if size < body - start or start + size > end or len(found) >= _MOST:
            raise refused(texts.BROKEN)
        found.append(Box(start, body, start + size, name))
        start += size
    if any(data[start:end]):
        raise refused(texts.BROKEN)
    return found


def child(data: bytes | bytearray, parent: Box, *path: bytes) -> Box:
    """Give back the box at the end of the path. Raises AttachmentRefused when there is none."""
    for name in path:
        parent = next((box for box in boxes_in(data, parent.body, parent.end) if box.name == name), parent)
        if parent.name != name:
            raise refused(texts.BROKEN)
    return parent


def blank(data: bytearray, box: Box) -> None:
    """Make it free space of the same length, so that nothing else moves."""
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.body : box.end] = bytes(box.end - box.body)
