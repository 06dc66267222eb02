"""Recordings and films made byte by byte, with tags, places, clocks and names wherever the formats have them."""

import io
import struct
import wave

from tests.support.attachment_files import WHO

_WHO = WHO.encode()
FRAME = b"\xff\xfb\x90\x00" + bytes(413)
"""A frame of silence: MPEG 1, layer III, 128 kbit/s, 44.1 kHz."""


def _tagged(content: bytes, kind: str) -> bytes:
    """The content after mutagen, which people's programs use, has put its tags on it."""
    from mutagen import id3

    buffer = io.BytesIO(content)
    tags = id3.ID3()
    tags.add(id3.TPE1(encoding=1, text=WHO))
    tags.add(id3.APIC(encoding=0, mime="image/jpeg", type=3, desc=WHO, data=_WHO * 20))
    tags.save(buffer, v1=2)
    assert kind == "mp3"
    return buffer.getvalue()


def mp3(*, noted: bool = False, frames: int = 20) -> bytes:
    notes = b"\xff\xfb\x90\x00" + bytes(32) + b"Info" + bytes(8) + _WHO
    sound = (notes.ljust(417, b"\0") if noted else b"") + FRAME * frames
    ape = b"APETAGEX" + struct.pack("<IIII8x", 2000, 32 + len(_WHO), 1, 0) + _WHO
    return _tagged(sound + ape, "mp3")


def wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x01\x02" * 800)
    body = buffer.getvalue()[12:]
    for name, notes in (
        (b"LIST", b"INFOIART" + struct.pack("<I", 10) + _WHO),
        (b"bext", _WHO * 30),
        (b"iXML", _WHO),
    ):
        body += struct.pack("<4sI", name, len(notes)) + notes + b"\0" * (len(notes) & 1)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body + _WHO


def _check(content: bytes, polynomial: int, width: int) -> bytes:
    value = 0
    for byte in content:
        value ^= byte << (width - 8)
        for _ in range(8):
            value = value << 1 ^ (polynomial if value >> (width - 1) & 1 else 0)
            value &= (1 << width) - 1
    return value.to_bytes(width // 8, "big")


def flac_frame(number: int) -> bytes:
    """192 samples of one value, one channel, 16 bits."""
    head = b"\xff\xf8\x19\x08" + bytes([number])
    head += _check(head, 0x07, 8)
    frame = head + b"\x00" + b"\x12\x34"
    return frame + _check(frame, 0x8005, 16)


def flac() -> bytes:
    from mutagen.flac import FLAC, Picture

    info = (
        struct.pack(">HH", 192, 192)
        + bytes(6)
        + ((44100 << 44) | (15 << 36) | 192 * 9).to_bytes(8, "big")
        + bytes(16)
    )
    sound = b"fLaC\x80" + len(info).to_bytes(3, "big") + info + b"".join(flac_frame(n) for n in range(9))
    buffer = io.BytesIO(sound)
    tagged = FLAC(buffer)
    tagged["artist"] = WHO
    cover = Picture()
    cover.data = cover_desc = _WHO * 9
    cover.desc = cover_desc.decode()
    tagged.add_picture(cover)
    buffer.seek(0)
    tagged.save(buffer)
    return buffer.getvalue() + (b"TAG" + _WHO).ljust(128, b"\0")


def ogg(codec: str = "vorbis") -> bytes:
    from mutagen.ogg import OggPage

    comment = struct.pack("<I", len(_WHO)) + _WHO + struct.pack("<II", 1, len(_WHO) + 7) + b"ARTIST=" + _WHO
    if codec == "vorbis":
        first = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 1, 44100, 0, 128000, 0, 0xB8, 1)
        heads = [b"\x03vorbis" + comment + b"\x01", b"\x05vorbis" + bytes(range(256)) * 20]
    elif codec == "opus":
        first = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
        heads = [b"OpusTags" + comment + _WHO]
    else:
        first, heads = b"Speex   " + bytes(72), [comment]
    pages = OggPage.from_packets([first]) + OggPage.from_packets(heads, sequence=1)
    pages[0].first = True
    sound = OggPage.from_packets(
        [bytes([n]) * 300 for n in range(40)], sequence=len(pages), default_size=2048
    )
    for number, page in enumerate(sound):
        page.position = 960 * (number + 1)
    sound[-1].last = True
    for page in pages:
        page.position = 0
    for page in [*pages, *sound]:
        page.serial = 0x4B414E41
    return b"".join(page.write() for page in [*pages, *sound]) + _WHO


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, name) + body


H264 = b"\x65" + bytes(range(60))
"""Stands for a coded picture."""
H265 = b"\x26\x01" + bytes(range(60))
SOUND = b"\x21\x10" + bytes(range(1, 40))
_ESDS = bytes(4) + bytes.fromhex("0319000100 0411401500000000000000000000000502 1210 060102")
"""AAC-LC, 44.1 kHz, two channels (ISO 14496-1, 7.2.6)."""
_CLOCK = struct.pack(">II", 3_700_000_000, 3_700_000_001)


def _unit(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def picture_sample(codec: bytes) -> bytes:
    """A coded picture after a note of its encoder."""
    if codec == b"avc1":
        return _unit(b"\x06\x05\x20" + _WHO * 2 + b"\x80") + _unit(H264)
    return _unit(b"\x4e\x01\x05\x20" + _WHO * 2 + b"\x80") + _unit(H265)


def _description(codec: bytes) -> bytes:
    if codec in {b"avc1", b"hvc1", b"mp4v"}:
        head = bytes(6) + b"\0\1" + bytes(4) + b"KANA" + bytes(8) + struct.pack(">HH", 320, 240) + bytes(14)
        head += bytes([len(WHO)]) + _WHO.ljust(31, b"\0") + b"\0\x18\xff\xff"
        note = b"\x4e\x01\x05\x10" + _WHO
        settings = {
            b"avc1": box(b"avcC", b"\x01\x64\0\x1f\xff\xe0\0"),
            b"hvc1": box(b"hvcC", bytes(21) + b"\x03\x01\xa7\0\1" + struct.pack(">H", len(note)) + note),
            b"mp4v": box(b"esds", bytes(20)),
        }[codec]
        return box(codec, head, settings, box(b"uuid", _WHO * 2))
    return box(codec, bytes(6) + b"\0\1" + bytes(8) + b"\0\2\0\x10\0\0\0\0\xac\x44\0\0", box(b"esds", _ESDS))


def _track(handler: bytes, description: bytes, samples: list[bytes], offset: int) -> bytes:
    sizes = b"".join(struct.pack(">I", len(sample)) for sample in samples)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), description),
        box(b"stts", struct.pack(">IIII", 0, 1, len(samples), 100)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(samples), 1)),
        box(b"stsz", struct.pack(">III", 0, 0, len(samples)), sizes),
        box(b"stco", struct.pack(">III", 0, 1, offset)),
    )
    data = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", b"\0\0\0\1")))
    media = box(
        b"mdia",
        box(b"mdhd", bytes(4), _CLOCK, struct.pack(">IIHH", 1000, 1000, 0, 0)),
        box(b"hdlr", bytes(8), handler, bytes(12), _WHO + b"\0"),
        box(b"minf", box(b"vmhd" if handler == b"vide" else b"smhd", bytes(8)), data, table),
    )
    return box(b"trak", box(b"tkhd", b"\0\0\0\7", _CLOCK, bytes(72)), media, box(b"udta", box(b"name", _WHO)))


def picture_track(size: int, at: int) -> bytes:
    """A track with one picture, all zeros, that is somewhere else in the file."""
    return _track(b"vide", _description(b"avc1"), [bytes(size)], at)


def film(
    brand: bytes = b"isom", codec: bytes | None = b"avc1", extra: bytes = b"", sound: bytes = b"mp4a"
) -> bytes:
    """A film with a place in it: tags, a track of places, forgotten bytes between the samples."""
    head = box(b"ftyp", brand, bytes(4), brand)
    pictures = [picture_sample(codec or b"avc1")] * 3 if codec else []
    sounds, places = [SOUND] * 4, [_WHO] * 2
    parts = [b"".join(pictures), _WHO, b"".join(sounds), b"".join(places), _WHO]
    starts = [len(head) + 8 + sum(map(len, parts[:number])) for number in range(len(parts))]
    tracks = [_track(b"vide", _description(codec), pictures, starts[0])] if codec else []
    tracks.append(_track(b"soun", _description(sound), sounds, starts[2]))
    tracks.append(_track(b"meta", box(b"mebx", _WHO), places, starts[3]))
    tags = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+39.1200+117.2000/", _WHO), box(b"meta", _WHO))
    clock = box(b"mvhd", bytes(4), _CLOCK, struct.pack(">II", 1000, 1000), bytes(80))
    apple = box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709", _WHO))
    moov = box(b"moov", clock, *tracks, tags, apple, extra)
    return head + box(b"mdat", *parts) + moov + box(b"uuid", _WHO * 3) + box(b"free", _WHO)


def recordings() -> dict[str, bytes]:
    """Sounds and films by name."""
    return {
        "mp3-tagged": mp3(),
        "mp3-noted": mp3(noted=True),
        "wav-tagged": wav(),
        "flac-tagged": flac(),
        "ogg-vorbis": ogg(),
        "ogg-opus": ogg("opus"),
        "m4a-sound": film(b"M4A ", None),
        "mp4-h264": film(),
        "mp4-h265": film(codec=b"hvc1"),
        "mov-telephone": film(b"qt  "),
    }
