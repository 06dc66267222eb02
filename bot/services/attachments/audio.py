"""Sound files: the sound is carried into a new file; tags, pictures and names of programs stay behind.

Formats: MPEG audio (ISO 11172-3), RIFF/WAVE, FLAC (RFC 9639), Ogg with Vorbis or Opus (RFC 3533, RFC 7845).
"""

import struct
from typing import TYPE_CHECKING, NamedTuple

from bot.services.attachments.kinds import Kind
from bot.services.attachments.limits import refused
from bot.services.attachments.ogg import clean_ogg
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

if TYPE_CHECKING:
    from collections.abc import Callable

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples per second by MPEG version (1, 2, 2.5) and index."""
_BITS_1 = {
    3: (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_BITS_2 = {
    3: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    1: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits per second by layer (3 is layer I) and index, for MPEG 1 and for 2 and 2.5."""
_LEAST_FRAMES = 3
_WAVE_KEPT = frozenset({b"fmt ", b"fact", b"data"})
_WAVE_HEADS = frozenset({16, 18, 20, 40})
_LAST_FRAMES = 32
_LONGEST_FRAME = 1 << 18


class Frame(NamedTuple):
    """An MPEG audio frame: its length in bytes, and what all frames of a file have in common."""

    size: int
    nature: tuple[int, int, int]


def clean_audio(content: bytes, kind: Kind) -> bytes:
    """Give back the sound in a new file. Raises AttachmentRefused when it cannot be told from the rest."""
    clean: dict[Kind, Callable[[bytes], bytes]] = {
        Kind.MP3: _mpeg, Kind.WAV: _wave, Kind.FLAC: _flac, Kind.OGG: clean_ogg
    }  # fmt: skip
    try:
        return clean[kind](content)
    except AttachmentRefused:
        raise
    except (IndexError, struct.error, ValueError) as error:
        raise refused(texts.BROKEN) from error


def mpeg_frame(content: bytes, at: int) -> Frame | None:
    """Give back the MPEG audio frame whose header stands at `at`, or None."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 0 or bits in {0, 15} or rate == 3:
        return None
    speed = (_BITS_1 if version == 3 else _BITS_2)[layer][bits] * 1000
    hertz, padding = _RATES[version][rate], head[2] >> 1 & 1
    if layer == 3:
        return Frame((12 * speed // hertz + padding) * 4, (version, layer, rate))
    slots = 72 if version != 3 and layer == 1 else 144
    return Frame(slots * speed // hertz + padding, (version, layer, rate))


def _mpeg(content: bytes) -> bytes:
    """Keep whole frames of one nature, and nothing around them.

    The first is left too when it holds no sound but the encoder's notes (Xing, Info, VBRI).
    """
    at = after_id3(content)
    frames: list[bytes] = []
    nature = None
    while 0 <= at < len(content):
        frame = mpeg_frame(content, at)
        whole = frame is not None and at + frame.size <= len(content)
        if (
            frame
            and whole
            and frame.nature == (nature or frame.nature)
            and (nature or _goes_on(content, at, frame))
        ):
            nature = frame.nature
            frames.append(content[at : at + frame.size])
            at += frame.size
        else:
            at = content.find(b"\xff", at + 1)
    if frames and has_notes(frames[0]):
        del frames[0]
    if len(frames) < _LEAST_FRAMES:
        raise refused(texts.UNKNOWN if not content.startswith(b"ID3") else texts.BROKEN)
    return b"".join(frames)


def _goes_on(content: bytes, at: int, frame: Frame) -> bool:
    """Whether a frame of the same nature follows: a sync of eleven bits alone is found in any noise."""
    following = mpeg_frame(content, at + frame.size)
    return following is not None and following.nature == frame.nature


def has_notes(frame: bytes) -> bool:
    """Whether an MPEG frame holds an encoder's notes in place of sound."""
    return any(word in frame[4:48] for word in (b"Xing", b"Info", b"VBRI"))


def after_id3(content: bytes) -> int:
    """Give back where the sound begins, after any ID3v2 tags."""
    at = 0
    while content[at : at + 3] == b"ID3" and len(content) >= at + 10:
        size = 0
        for byte in content[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if content[at + 5] & 0x10 else 0)
    return at


def _wave(content: bytes) -> bytes:
    kept: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(content) and b"data" not in kept:
        name, size = struct.unpack_from("<4sI", content, at)
        if name in _WAVE_KEPT and name not in kept:
            kept[name] = content[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
    head, sound = kept.get(b"fmt ", b""), kept.get(b"data", b"")
    if len(head) not in _WAVE_HEADS or not sound:
        raise refused(texts.BROKEN)
    body = b"WAVE"
    for name, part in ((b"fmt ", head), (b"fact", kept.get(b"fact", b"")[:4]), (b"data", sound)):
        if part:
            body += struct.pack("<4sI", name, len(part)) + part + b"\0" * (len(part) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _flac(content: bytes) -> bytes:
    """Keep the description and the seek table; the sound ends with the last frame whose check sum holds."""
    blocks, at = [], 4
    last = False
    while not last:
        kind, last = content[at] & 0x7F, bool(content[at] & 0x80)
        size = int.from_bytes(content[at + 1 : at + 4], "big")
        if kind in {0, 3}:
            blocks.append((kind, content[at + 4 : at + 4 + size]))
        at += 4 + size
    if not blocks or blocks[0][0] != 0 or len(blocks[0][1]) != 34 or not flac_frame_at(content, at):
        raise refused(texts.BROKEN)
    out = bytearray(b"fLaC")
    for number, (kind, block) in enumerate(blocks):
        out += (
            bytes([kind | (0x80 if number == len(blocks) - 1 else 0)]) + len(block).to_bytes(3, "big") + block
        )
    return bytes(out + content[at : flac_end(content, at)])


def flac_end(content: bytes, begin: int) -> int:
    """Give back where the last FLAC frame ends, so that tags behind it are left out.

    Raises AttachmentRefused when no frame near the end holds its check sum.
    """
    end = len(content)
    if content[-128:-125] == b"TAG":
        end -= 128
    at = end
    for _ in range(_LAST_FRAMES):
        at = content.rfind(b"\xff", max(begin, end - _LONGEST_FRAME), at)
        while at >= 0 and not flac_frame_at(content, at):
            at = content.rfind(b"\xff", max(begin, end - _LONGEST_FRAME), at)
        if at < 0:
            break
        if _crc(content[at:end], 0x8005, 16) == 0:
            return end
    raise refused(texts.OTHER_MEDIA)


def flac_frame_at(content: bytes, at: int) -> bool:
    """Whether a FLAC frame header with a sound check sum stands at `at` (RFC 9639, 9.1)."""
    head = content[at : at + 16]
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xFE != 0xF8 or head[3] & 1:
        return False
    number = head[4]
    size = 5 + (0 if number < 0x80 else max(0, 8 - (number ^ 0xFF).bit_length() - 1))
    size += {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    return len(head) > size and _crc(head[:size], 0x07, 8) == head[size]


def _crc(content: bytes, polynomial: int, width: int) -> int:
    top, mask, table = 1 << (width - 1), (1 << width) - 1, []
    for byte in range(256):
        value = byte << (width - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial) & mask if value & top else value << 1 & mask
        table.append(value)
    register = 0
    for byte in content:
        register = (register << 8 ^ table[register >> (width - 8) ^ byte]) & mask
    return register
