"""Images are drawn anew from their pixels; nothing but the pixels, and the timing of moving ones, is taken over.

The orientation that a camera notes beside the picture is carried out first, and colours are brought to sRGB,
because the notes that ask for both (EXIF, ICC) are left behind: they name places, devices and people.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.services.attachments import limits
from bot.services.attachments.heic import decoded
from bot.services.attachments.jpeg_parts import scan_end
from bot.services.attachments.kinds import Kind
from bot.services.attachments.limits import refused
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP", Kind.GIF: "GIF"}
_PLAIN = {
    Kind.JPEG: ("L", "RGB"),
    Kind.PNG: ("1", "L", "LA", "RGB", "RGBA", "I;16"),
    Kind.WEBP: ("RGB", "RGBA"),
    Kind.GIF: ("L", "RGB", "RGBA"),
}
_QUALITY = 92
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"})
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})


def clean_image(content: bytes, kind: Kind) -> tuple[bytes, Kind]:
    """Give back the image drawn anew, and its kind: HEIC becomes JPEG, the others stay what they are.

    Raises AttachmentRefused when it is damaged or has more pixels than are worth drawing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of what is refused here by our own limits
        try:
            if kind is Kind.HEIC:
                return decoded(content), Kind.JPEG
            return _redrawn(content, kind), kind
        except AttachmentRefused:
            raise
        except Exception as error:  # decoders fail on damaged files in ways they do not list
            raise refused(texts.BROKEN) from error


def _redrawn(content: bytes, kind: Kind) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
        count = 1 if kind is Kind.JPEG else int(getattr(image, "n_frames", 1))
        check_size(image.size, count)
        options: dict[str, Any] = (
            {"loop": int(image.info["loop"])} if count > 1 and "loop" in image.info else {}
        )
        if kind is Kind.WEBP:
            options["lossless"] = b"VP8L" in content
        frames, lengths = [], []
        for frame in _frames(image, count):
            frames.append(_plain(frame, kind))
            lengths.append(max(int(frame.info.get("duration", 100) or 100), 10))
    return _saved(frames, lengths, kind, options)


def pixels(content: bytes, kind: Kind) -> int:
    """Give back how many pixels cleaning it will draw. Raises what Pillow raises for a damaged file."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
            return image.width * image.height * int(getattr(image, "n_frames", 1))


def check_size(size: tuple[int, int], frames: int = 1) -> None:
    """Refuse more than is worth drawing; asked before a single pixel is unpacked."""
    width, height = size
    whole = width * height * frames
    if max(size) > limits.MAX_SIDE or whole > limits.MAX_PIXELS or frames > limits.MAX_FRAMES:
        raise refused(texts.TOO_MANY_PIXELS)


def _frames(image: "Image", count: int) -> Iterator["Image"]:
    for number in range(count):
        if count > 1:
            image.seek(number)
        image.load()
        yield image


def heic_to_jpeg(content: bytes) -> bytes:
    """Draw a HEIC picture anew as JPEG. To be called in a process that may die of it (`heic`)."""
    return _saved([_plain(_heic(content), Kind.JPEG)], [], Kind.JPEG, {})


def _heic(content: bytes) -> "Image":
    """Give back the picture, turned as its container says. libheif needs neither network nor files."""
    import pi_heif

    found = pi_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True, reload_size=True)
    check_size(found.size)
    picture: Image = found.to_pillow()
    return picture


def _plain(image: "Image", kind: Kind) -> "Image":
    """Give back the pixels alone, upright and in sRGB, in a mode that `kind` can hold."""
    from PIL import Image, ImageOps

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    upright = _srgb(upright, profile) if profile else upright
    if upright.mode not in _PLAIN[kind]:
        upright = upright.convert(_mode(upright, kind))
    return Image.frombytes(upright.mode, upright.size, upright.tobytes())


def _mode(image: "Image", kind: Kind) -> str:
    clear = image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info
    return "RGBA" if kind is not Kind.JPEG and clear else "RGB"


def _srgb(image: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms

    if image.mode not in {"RGB", "CMYK"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a damaged profile: the numbers as they are
    return changed or image


def _saved(frames: list["Image"], lengths: list[int], kind: Kind, more: dict[str, Any]) -> bytes:
    options = {"format": _FORMATS[kind]} | more
    if kind in {Kind.JPEG, Kind.WEBP}:
        options["quality"] = _QUALITY
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:], "duration": lengths}
        if kind is Kind.GIF:
            options["disposal"] = 2
    buffer = io.BytesIO()
    frames[0].save(buffer, **options)
    return buffer.getvalue()


def leftovers(content: bytes, kind: Kind) -> list[str]:
    """Give back the parts of an image file that hold no pixels, by walking the file itself."""
    if kind is Kind.HEIC:
        return ["HEIC"]  # always drawn anew as JPEG
    walk = {Kind.JPEG: _jpeg_extras, Kind.PNG: _png_extras, Kind.WEBP: _webp_extras, Kind.GIF: _gif_extras}
    try:
        return walk[kind](content)
    except (IndexError, struct.error):
        return ["damaged"]


def _jpeg_extras(content: bytes) -> list[str]:
    found, at = [], 2
    while content[at] == 0xFF and content[at + 1] != 0xD9:
        marker, (size,) = content[at + 1], struct.unpack_from(">H", content, at + 2)
        plain_jfif = marker == 0xE0 and size == 16
        plain_adobe = marker == 0xEE and size == 14
        if (0xE0 <= marker <= 0xEF and not (plain_jfif or plain_adobe)) or marker == 0xFE:
            found.append(f"APP{marker - 0xE0}" if marker != 0xFE else "COM")
        at += 2 + size
        if marker == 0xDA:
            at = scan_end(content, at)
    return found + (["trailing"] if content[at + 2 :] else [])


def _png_extras(content: bytes) -> list[str]:
    found, at, name = [], 8, b""
    while at < len(content) and name != b"IEND":
        size, name = struct.unpack_from(">I4s", content, at)
        if name not in _PNG_KEPT:
            found.append(name.decode("latin-1"))
        at += 12 + size
    return found + (["trailing"] if content[at:] else [])


def _webp_extras(content: bytes) -> list[str]:
    found, at = [], 12
    while at < len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if name not in _WEBP_KEPT:
            found.append(name.decode("latin-1"))
        at += 8 + size + (size & 1)
    (whole,) = struct.unpack_from("<I", content, 4)
    return found + (["trailing"] if whole + 8 != len(content) else [])


def _gif_extras(content: bytes) -> list[str]:
    found, at = [], 13 + _table(content[10])
    while content[at] != 0x3B:
        if content[at] == 0x21:
            label, name = content[at + 1], content[at + 3 : at + 14]
            if label in {0xFE, 0x01} or (label == 0xFF and name != b"NETSCAPE2.0"):
                found.append(f"extension {label:02x}")
            at += 2
        elif content[at] == 0x2C:
            at += 11 + _table(content[at + 9])
        else:
            raise IndexError
        while content[at]:
            at += content[at] + 1
        at += 1
    return found + (["trailing"] if content[at + 1 :] else [])


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
