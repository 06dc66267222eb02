"""Ogg sound: one Vorbis or Opus stream, its pages numbered anew, its comment packet empty (RFC 3533, RFC 7845)."""

import struct
from dataclasses import dataclass, replace

from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts

_EMPTY_VORBIS = b"\x03vorbis" + bytes(8) + b"\x01"
_EMPTY_OPUS = b"OpusTags" + bytes(8)
_SERIAL = 1
_LAST = 4


@dataclass(frozen=True)
class Page:
    """A page: flags (1 goes on, 2 first, 4 last), the time at its end, its stream, and its lacing and bytes."""

    flags: int
    granule: bytes
    serial: int
    lacing: bytes
    body: bytes

    @property
    def ended(self) -> int:
        """How many packets end in it."""
        return sum(size < 255 for size in self.lacing)

    def written(self, number: int) -> bytes:
        """Give back the page under our serial number, at that place in the stream."""
        head = b"OggS\0" + bytes([self.flags]) + self.granule
        head += struct.pack("<III", _SERIAL, number, 0) + bytes([len(self.lacing)]) + self.lacing
        page = bytearray(head + self.body)
        struct.pack_into("<I", page, 22, _crc(page))
        return bytes(page)


def pages_of(content: bytes) -> list[Page]:
    """Give back the pages, without a gap, up to the last. Raises AttachmentRefused when there is another stream."""
    pages: list[Page] = []
    at = 0
    while content[at : at + 4] == b"OggS":
        flags, granule, serial = struct.unpack_from("<xB8sI", content, at + 4)
        count = content[at + 26]
        lacing = content[at + 27 : at + 27 + count]
        size = sum(lacing)
        body = content[at + 27 + count : at + 27 + count + size]
        if len(lacing) < count or len(body) < size:
            break  # cut off: the whole pages before it can be played
        pages.append(Page(flags, granule, serial, lacing, body))
        at += 27 + count + size
        if flags & _LAST:
            break
    if not pages or {page.serial for page in pages} != {pages[0].serial}:
        raise refused(texts.OTHER_MEDIA)
    return pages


def packets_in(pages: list[Page]) -> list[bytes]:
    """Give back the packets that end in these pages."""
    packets, open_packet = [], b""
    for page in pages:
        at = 0
        for size in page.lacing:
            open_packet += page.body[at : at + size]
            at += size
            if size < 255:
                packets.append(open_packet)
                open_packet = b""
    return packets


def clean_ogg(content: bytes) -> bytes:
    """Give back the stream with an empty comment packet. Raises AttachmentRefused for other codecs."""
    pages = pages_of(content)
    first = pages[0].body
    vorbis = first.startswith(b"\x01vorbis") and len(first) == 30
    if not vorbis and not (first.startswith(b"OpusHead") and 19 <= len(first) <= 21 + 255):
        raise refused(texts.OTHER_MEDIA)
    needed, ended, at = 2 if vorbis else 1, 0, 1
    while ended < needed:
        if at == len(pages):
            raise refused(texts.BROKEN)
        ended += pages[at].ended
        at += 1
    heads = packets_in(pages[1:at])
    if len(heads) != needed or pages[at - 1].lacing[-1] == 255:
        raise refused(texts.BROKEN)
    heads[0] = _EMPTY_VORBIS if vorbis else _EMPTY_OPUS
    new = [pages[0], *_paged(heads), *pages[at:]]
    new[-1] = replace(new[-1], flags=new[-1].flags | _LAST)
    return b"".join(page.written(number) for number, page in enumerate(new))


def _paged(packets: list[bytes]) -> list[Page]:
    lacing, body = bytearray(), b"".join(packets)
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
    pages, at = [], 0
    for number in range(0, len(lacing), 255):
        part = bytes(lacing[number : number + 255])
        goes_on = 1 if number and lacing[number - 1] == 255 else 0
        granule = bytes(8) if min(part) < 255 else b"\xff" * 8
        pages.append(Page(goes_on, granule, _SERIAL, part, body[at : at + sum(part)]))
        at += sum(part)
    return pages


def _table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if value & 0x80000000 else value << 1
        table.append(value)
    return table


_CRC = _table()


def _crc(page: bytes | bytearray) -> int:
    register = 0
    for byte in page:
        register = (register << 8 & 0xFFFFFFFF) ^ _CRC[register >> 24 ^ byte]
    return register
