"""Another look at a cleaned sound file: it must be sound from its first byte to its last."""

import re
import struct

from bot.services.attachments.audio import has_notes, mpeg_frame
from bot.services.attachments.kinds import Kind
from bot.services.attachments.ogg import packets_in, pages_of

_TAGS = re.compile(rb"APETAGEX|LYRICSBEGIN|ID3[\x02-\x04]\x00|<x:xmpmeta|3DI\x04")


def leftovers(content: bytes, kind: Kind) -> list[str]:
    """Give back the traces found."""
    walk = {Kind.MP3: _mpeg, Kind.WAV: _wave, Kind.FLAC: _flac, Kind.OGG: _ogg}
    tags = [] if kind is Kind.WAV else [hit[0].decode("latin-1") for hit in _TAGS.finditer(content)]
    return tags + walk[kind](content)


def _mpeg(content: bytes) -> list[str]:
    frame, at = mpeg_frame(content, 0), 0
    if frame is None or has_notes(content[: frame.size]):
        return ["tag"]
    while frame is not None:
        at += frame.size
        frame = mpeg_frame(content, at)
    return ["trailing"] if at != len(content) else []


def _wave(content: bytes) -> list[str]:
    found, at = [], 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if name not in {b"fmt ", b"fact", b"data"}:
            found.append(name.decode("latin-1"))
        at += 8 + size + (size & 1)
    return found + (["trailing"] if at != len(content) else [])


def _flac(content: bytes) -> list[str]:
    found, at, last = [], 4, False
    while not last:
        kind, last = content[at] & 0x7F, bool(content[at] & 0x80)
        if kind not in {0, 3}:
            found.append(f"block {kind}")
        at += 4 + int.from_bytes(content[at + 1 : at + 4], "big")
    return found


def _ogg(content: bytes) -> list[str]:
    pages = pages_of(content)
    length = sum(27 + len(page.lacing) + len(page.body) for page in pages)
    found = ["trailing"] if length != len(content) else []
    packet = next(packet for packet in packets_in(pages[1:]) if packet)
    empty = len(packet) <= 16 and not any(packet[7:15].strip(b"\0s"))
    return found + ([] if empty else ["comment"])
