"""MP4, M4A and QuickTime: every byte that is neither picture, nor sound, nor needed to play them becomes zero.

Boxes outside `_KEPT` (udta, meta, uuid and all others) become free space, so that nothing moves; clocks and
names in the kept ones are zeroed; tracks of places, times and other notes go, with their samples; between the
samples nothing is left. Coded pictures are kept only of codecs whose notes we can silence.
"""

import struct

from bot.services.attachments.boxes import Box, blank, boxes_in, child
from bot.services.attachments.kinds import Kind
from bot.services.attachments.limits import refused
from bot.services.attachments.samples import samples_of, silence_notes, silence_unit
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

_KEPT: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"moov", b"mdat", b"wide"}),
    b"moov": frozenset({b"mvhd", b"trak"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"stps", b"sdtp"}
    ),
}
_IN_PIECES = frozenset({b"moof", b"mvex", b"cmov", b"sidx", b"rmra"})
_CLOCKS = frozenset({b"mvhd", b"tkhd", b"mdhd"})
VIDEO = {b"avc1": b"avc", b"avc3": b"avc", b"hvc1": b"hvc", b"hev1": b"hvc"}
AUDIO = frozenset(
    {
        b"mp4a",
        b"alac",
        b"ac-3",
        b"ec-3",
        b"Opus",
        b"sowt",
        b"twos",
        b"lpcm",
        b"in24",
        b"samr",
        b"sawb",
        b"ulaw",
        b"alaw",
    }
)
_CODEC_BOXES = frozenset(
    {b"avcC", b"hvcC", b"pasp", b"clap", b"btrt", b"fiel", b"esds", b"wave", b"chan", b"alac", b"dac3", b"dec3",
     b"dOps", b"srat", b"damr"}
)  # fmt: skip
_VIDEO_HEAD = 86
_AUDIO_HEADS = {0: 36, 1: 52, 2: 72}


def clean_movie(content: bytes, kind: Kind) -> tuple[bytes, Kind]:
    """Give back the file of the same length, and whether it is a film or sound alone.

    Raises AttachmentRefused: damaged, in pieces (fragmented), or with a codec whose notes cannot be told.
    """
    data = bytearray(content)
    try:
        heard_only = _clean(data)
    except AttachmentRefused:
        raise
    except (IndexError, struct.error, ValueError, OverflowError) as error:
        raise refused(texts.BROKEN) from error
    return bytes(data), Kind.M4A if heard_only else kind


def _clean(data: bytearray) -> bool:
    whole = Box(0, 0, len(data), b"")
    _strip(data, whole)
    top = boxes_in(data, 0, len(data))
    films = [box for box in top if box.name == b"moov"]
    if len(films) != 1:
        raise refused(texts.BROKEN)
    used: list[tuple[int, int]] = []
    room = len(data)
    pictures = False
    tracks = [box for box in boxes_in(data, films[0].body, films[0].end) if box.name == b"trak"]
    for track in tracks:
        handler = child(data, track, b"mdia", b"hdlr")
        what = bytes(data[handler.body + 8 : handler.body + 12])
        if what not in {b"vide", b"soun"}:
            blank(data, track)
            continue
        pictures = pictures or what == b"vide"
        samples = _track(data, track, room, is_video=what == b"vide")
        room -= sum(end - start for start, end in samples)
        used += samples
    if not used:
        raise refused(texts.BROKEN)
    _clear_between(data, [(box.body, box.end) for box in top if box.name == b"mdat"], used)
    return not pictures


def _strip(data: bytearray, parent: Box) -> None:
    for box in boxes_in(data, parent.body, parent.end):
        if box.name in _IN_PIECES:
            raise refused(texts.OTHER_MEDIA)
        if box.name not in _KEPT[parent.name]:
            blank(data, box)
        elif box.name in _KEPT:
            _strip(data, box)
        elif box.name in _CLOCKS:
            data[box.body + 4 : box.body + (20 if data[box.body] == 1 else 12)] = bytes(
                16 if data[box.body] == 1 else 8
            )
        elif box.name == b"hdlr":
            data[box.body + 12 : box.end] = bytes(box.end - box.body - 12)
        elif box.name == b"dref":
            _own_data_only(data, box)


def _own_data_only(data: bytearray, box: Box) -> None:
    """Refuse a film whose samples lie in another file: its entry would name it."""
    for entry in boxes_in(data, box.body + 8, box.end):
        if data[entry.body + 3] & 1 == 0:
            raise refused(texts.OTHER_MEDIA)
        data[entry.body + 4 : entry.end] = bytes(entry.end - entry.body - 4)


def _track(data: bytearray, track: Box, room: int, *, is_video: bool) -> list[tuple[int, int]]:
    """Clean the descriptions and samples of a track; give back where its samples lie, `room` bytes at most."""
    table = child(data, track, b"mdia", b"minf", b"stbl")
    description = child(data, table, b"stsd")
    entries = boxes_in(data, description.body + 8, description.end)
    if len(entries) != 1:
        raise refused(texts.OTHER_MEDIA)
    width = _entry(data, entries[0], is_video=is_video)
    samples = samples_of(data, table, room)
    if is_video:
        for start, end in samples:
            silence_notes(data, VIDEO[entries[0].name], start, end, width)
    return samples


def _entry(data: bytearray, entry: Box, *, is_video: bool) -> int:
    """Clean a sample description; give back how many bytes give the length of a slice (0 for sound)."""
    if entry.name not in (VIDEO if is_video else AUDIO):
        raise refused(texts.OTHER_MEDIA)
    data[entry.start + 20 : entry.start + 24] = bytes(4)
    if is_video:
        data[entry.start + 50 : entry.start + 82] = bytes(32)
        head = _VIDEO_HEAD
    else:
        (version,) = struct.unpack_from(">H", data, entry.start + 16)
        head = _AUDIO_HEADS[version] if version in _AUDIO_HEADS else len(data)
    width = 0
    for box in boxes_in(data, entry.start + head, entry.end):
        if box.name not in _CODEC_BOXES:
            blank(data, box)
        elif box.name == b"avcC":
            width = (data[box.body + 4] & 3) + 1
        elif box.name == b"hvcC":
            width = (data[box.body + 21] & 3) + 1
            _silence_settings(data, box)
    if is_video and not width:
        raise refused(texts.OTHER_MEDIA)
    return width


def _silence_settings(data: bytearray, box: Box) -> None:
    """Overwrite the notes that HEVC encoders put among the settings (ISO 14496-15, 8.3.3.1)."""
    at = box.body + 23
    for _ in range(data[box.body + 22]):
        (count,) = struct.unpack_from(">H", data, at + 1)
        at += 3
        for _ in range(count):
            (size,) = struct.unpack_from(">H", data, at)
            if at + 2 + size > box.end:
                raise refused(texts.BROKEN)
            silence_unit(data, b"hvc", at + 2, size)
            at += 2 + size


def _clear_between(data: bytearray, stores: list[tuple[int, int]], used: list[tuple[int, int]]) -> None:
    """Zero what no sample covers. Raises AttachmentRefused for a sample that lies elsewhere."""
    covered = iter([*sorted(used), (len(data), len(data))])
    start, end = next(covered)
    for first, last in sorted(stores):
        at = first
        while start < last:
            if start < first or end > last:
                raise refused(texts.BROKEN)
            if start > at:
                data[at:start] = bytes(start - at)
            at = max(at, end)
            start, end = next(covered)
        data[at:last] = bytes(max(last - at, 0))
    if start != len(data):
        raise refused(texts.BROKEN)
