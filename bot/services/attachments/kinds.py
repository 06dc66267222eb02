"""What a file is, told by its first bytes and never by its name.

Every kind that is taken is then rebuilt from the parts its cleaner understands, so that a file that is also
valid as something else (a polyglot) comes out as the one kind named here.
"""

from enum import Enum
from typing import NamedTuple

from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts


class Form(NamedTuple):
    """How a kind leaves the house."""

    media_type: str
    ending: str


_OFFICE = "application/vnd.openxmlformats-officedocument."


class Kind(Enum):
    """A kind of file that is taken."""

    JPEG = Form("image/jpeg", ".jpg")
    PNG = Form("image/png", ".png")
    WEBP = Form("image/webp", ".webp")
    GIF = Form("image/gif", ".gif")
    HEIC = Form("image/heic", ".heic")
    PDF = Form("application/pdf", ".pdf")
    OFFICE = Form("application/zip", ".zip")
    DOCX = Form(_OFFICE + "wordprocessingml.document", ".docx")
    XLSX = Form(_OFFICE + "spreadsheetml.sheet", ".xlsx")
    PPTX = Form(_OFFICE + "presentationml.presentation", ".pptx")
    TEXT = Form("text/plain", ".txt")
    MP3 = Form("audio/mpeg", ".mp3")
    WAV = Form("audio/wav", ".wav")
    FLAC = Form("audio/flac", ".flac")
    OGG = Form("audio/ogg", ".ogg")
    M4A = Form("audio/mp4", ".m4a")
    MP4 = Form("video/mp4", ".mp4")
    MOV = Form("video/quicktime", ".mov")


_TAKEN = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"%PDF-", Kind.PDF),
    (b"PK\x03\x04", Kind.OFFICE),
    (b"ID3", Kind.MP3),
    (b"fLaC", Kind.FLAC),
    (b"OggS", Kind.OGG),
)
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", texts.OLD_OFFICE),
    (b"PK", texts.ARCHIVE),
    (b"Rar!", texts.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", texts.ARCHIVE),
    (b"\x1f\x8b", texts.ARCHIVE),
    (b"BZh", texts.ARCHIVE),
    (b"\xfd7zXZ\x00", texts.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", texts.ARCHIVE),
    (b"MSCF", texts.ARCHIVE),
    (b"MZ", texts.PROGRAM),
    (b"\x7fELF", texts.PROGRAM),
    (b"\xca\xfe\xba\xbe", texts.PROGRAM),
    (b"\xcf\xfa\xed\xfe", texts.PROGRAM),
    (b"dex\n", texts.PROGRAM),
    (b"BM", texts.OTHER_IMAGE),
    (b"II*\x00", texts.OTHER_IMAGE),
    (b"MM\x00*", texts.OTHER_IMAGE),
    (b"8BPS", texts.OTHER_IMAGE),
    (b"#!AMR", texts.OTHER_MEDIA),
    (b"\x1aE\xdf\xa3", texts.OTHER_MEDIA),
    (b"0&\xb2u\x8ef\xcf\x11", texts.OTHER_MEDIA),
    (b"FLV", texts.OTHER_MEDIA),
    (b"RF64", texts.OTHER_MEDIA),
    (b"RIFF", texts.OTHER_MEDIA),
)
_RIFF = {b"WEBP": Kind.WEBP, b"WAVE": Kind.WAV}
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_STILL = frozenset({b"avif", b"avis", b"crx "})
_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})
"""What a QuickTime file older than `ftyp` may begin with."""
_TEXT_SAMPLE = 4096


def kind_of(content: bytes) -> Kind:
    """Give back the kind. Raises AttachmentRefused, with the reason, for a kind that is not taken."""
    if not content:
        raise refused(texts.EMPTY)
    if content[4:8] == b"ftyp":
        return _box_kind(content[8:12], content[8 : 8 + 64])
    if content[:4] == b"RIFF" and content[8:12] in _RIFF:
        return _RIFF[content[8:12]]
    for magic, kind in _TAKEN:
        if content.startswith(magic):
            return kind
    for magic, words in _REFUSED:
        if content.startswith(magic) and (len(magic) > 3 or not _looks_like_text(content)):
            raise refused(words)
    if _is_mpeg_audio(content):
        return Kind.MP3
    if content[4:8] in _BOXES and content[:2] == b"\x00\x00":
        return Kind.MOV
    return Kind.TEXT


def _box_kind(brand: bytes, brands: bytes) -> Kind:
    if brand in _STILL or b"avif" in brands:
        raise refused(texts.OTHER_IMAGE)
    if brand in _HEIF:
        return Kind.HEIC
    return Kind.MOV if brand == b"qt  " else Kind.MP4


def _looks_like_text(content: bytes) -> bool:
    sample = content[:_TEXT_SAMPLE]
    return not any(byte < 9 or 13 < byte < 32 for byte in sample)


def _is_mpeg_audio(content: bytes) -> bool:
    """Whether an MPEG audio frame stands at the start: eleven bits of sync, a layer that is not reserved."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    return (
        bool(content[1] & 0x06)
        and content[1] & 0x18 != 0x08
        and content[:2] not in {b"\xff\xfe", b"\xff\xff"}
    )
