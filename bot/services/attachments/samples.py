"""Where the samples (coded pictures and sounds) of an MP4 track lie (ISO 14496-12, 8.6 and 8.7)."""

import struct
from collections.abc import Iterator
from itertools import repeat

from bot.services.attachments.boxes import Box, boxes_in, child
from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts

_MOST = 1_000_000
"""Chunks of a track."""
_H264_NOTE, _H264_FILLER = 6, b"\x0c"
_H265_NOTES, _H265_FILLER = frozenset({39, 40}), b"\x4c\x01"


def samples_of(data: bytearray, table: Box, room: int) -> list[tuple[int, int]]:
    """Give back start and end of every sample, from the boxes of a sample table.

    Raises AttachmentRefused when the boxes do not agree with each other, or tell of more than `room` bytes:
    so walking through the samples of a file takes no longer than the file is.
    """
    parts = {box.name: box for box in boxes_in(data, table.body, table.end)}
    offsets = _offsets(data, parts)
    sizes = _sizes(data, child(data, table, b"stsz"), room)
    per_chunk = _per_chunk(data, child(data, table, b"stsc"), len(offsets))
    found: list[tuple[int, int]] = []
    for offset, count in zip(offsets, per_chunk, strict=True):
        at = offset
        for _ in range(count):
            size = next(sizes, None)
            if size is None:
                return found
            found.append((at, at + size))
            at += size
    if next(sizes, None) is not None:
        raise refused(texts.BROKEN)
    return found


def _offsets(data: bytearray, parts: dict[bytes, Box]) -> tuple[int, ...]:
    box = parts.get(b"stco") or parts.get(b"co64")
    if box is None:
        raise refused(texts.BROKEN)
    (count,) = struct.unpack_from(">I", data, box.body + 4)
    letter, width = ("I", 4) if box.name == b"stco" else ("Q", 8)
    if count > _MOST or box.body + 8 + count * width > box.end:
        raise refused(texts.BROKEN)
    return struct.unpack_from(f">{count}{letter}", data, box.body + 8)


def _sizes(data: bytearray, box: Box, room: int) -> Iterator[int]:
    same, count = struct.unpack_from(">II", data, box.body + 4)
    if same * count > room or (not same and box.body + 12 + count * 4 > box.end):
        raise refused(texts.BROKEN)
    if same:
        return repeat(same, count)
    sizes = struct.unpack_from(f">{count}I", data, box.body + 12)
    if sum(sizes) > room:
        raise refused(texts.BROKEN)
    return iter(sizes)


def _per_chunk(data: bytearray, box: Box, chunks: int) -> list[int]:
    (count,) = struct.unpack_from(">I", data, box.body + 4)
    if box.body + 8 + count * 12 > box.end:
        raise refused(texts.BROKEN)
    runs = [struct.unpack_from(">II", data, box.body + 8 + number * 12) for number in range(count)]
    found: list[int] = []
    for number, (first, many) in enumerate(runs):
        following = runs[number + 1][0] if number + 1 < count else chunks + 1
        if first != len(found) + 1 or not first <= following <= chunks + 1:
            raise refused(texts.BROKEN)
        found += [many] * (following - first)
    if len(found) != chunks:
        raise refused(texts.BROKEN)
    return found


def silence_notes(data: bytearray, codec: bytes, start: int, end: int, width: int) -> None:
    """Overwrite with filler the notes (SEI) that encoders and cameras put between the slices of a picture.

    `width` is how many bytes give a slice's length. Raises AttachmentRefused when the lengths do not add up.
    """
    while start < end:
        size = int.from_bytes(data[start : start + width], "big")
        start += width
        if start + size > end:
            raise refused(texts.BROKEN)
        silence_unit(data, codec, start, size)
        start += size


def silence_unit(data: bytearray, codec: bytes, start: int, size: int) -> None:
    """Overwrite one unit of the stream if it is a note."""
    if is_note(data, codec, start, size):
        filler = _H264_FILLER if codec == b"avc" else _H265_FILLER
        data[start : start + size] = (filler + b"\xff" * size)[: size - 1] + b"\x80"


def is_note(data: bytes | bytearray, codec: bytes, start: int, size: int) -> bool:
    """Whether the unit is SEI (ISO 14496-10, 7.4.1; ISO 23008-2, 7.4.2.2)."""
    if size < 3:
        return False
    return data[start] & 31 == _H264_NOTE if codec == b"avc" else data[start] >> 1 & 63 in _H265_NOTES
