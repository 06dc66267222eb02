"""PDF: the pages are carried into a new file, with what draws them and nothing else.

Notes and filled-in fields become part of the page as they look; links, scripts, files and layers stay behind.
Pixels are not touched, except JPEG 2000, which is coded anew because its notes cannot be told from its pixels.
"""

import base64
import io
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.services.attachments import pdf_words
from bot.services.attachments.images import check_size
from bot.services.attachments.jpeg_parts import without_notes
from bot.services.attachments.limits import MAX_UNPACKED, inflated, refused
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

if TYPE_CHECKING:
    import pikepdf

Thing: TypeAlias = Any
"""An object of a PDF: its stubs do not know which of them have entries."""
_STREAM = re.compile(rb"stream\r?\n")
_ODD_OBJECTS = re.compile(
    rb"/(?:ObjStm|XRef)\b[^>]*?/(?:LZW|RunLength|ASCII)|/(?:LZW|RunLength|ASCII)[^>]*?/(?:ObjStm|XRef)\b"
)
_MAX_PIECE = 2 * 1024 * 1024
"""Of labelled drawing operators of one page or form, unpacked: reading them takes 150 times their size."""
_MAX_PIECES = 8 * 1024 * 1024
"""Of all of them: reading them takes a second per megabyte."""
_LABELLED = re.compile(rb"%|\b(?:BDC|BMC|DP|MP)\b")
_MAX_OBJECTS = 100_000
_MAX_PAGES = 2_000
_MAX_LZW = 64 * 1024
_DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_MARKS = frozenset({"BDC", "BMC", "DP", "MP", "EMC"})
"""Operators that only label what is drawn, and may carry any text with it (ISO 32000-1, 14.6)."""


def clean_pdf(content: bytes) -> bytes:
    """Give back a PDF with the same pages and nothing that says who made it.

    Raises AttachmentRefused when it is damaged, encrypted, has hidden layers, or expands beyond reason.
    """
    import pikepdf

    _weigh(content)
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as source:
            return _pages_only(source)
    except AttachmentRefused:
        raise
    except pikepdf.PasswordError as error:
        raise refused(texts.ENCRYPTED) from error
    except Exception as error:  # a damaged file fails in ways neither qpdf nor Pillow lists
        raise refused(texts.BROKEN) from error


def _weigh(content: bytes) -> None:
    """Refuse a bomb before qpdf, which unpacks without bounds, sees it."""
    if _ODD_OBJECTS.search(content):
        raise refused(texts.BOMB)
    left, view = MAX_UNPACKED, memoryview(content)
    for number, found in enumerate(_STREAM.finditer(content)):
        if number > 2 * _MAX_OBJECTS:
            raise refused(texts.BOMB)
        packed: bytes | memoryview = view[found.end() :]
        for _ in range(3):  # a bomb may be packed more than once
            packed = inflated(packed, left)
            left -= len(packed)
            if not packed:
                break


def _pages_only(source: "pikepdf.Pdf") -> bytes:
    import pikepdf

    if source.is_encrypted:
        raise refused(texts.ENCRYPTED)
    if not 0 < len(source.pages) <= _MAX_PAGES or len(source.objects) > _MAX_OBJECTS:
        raise refused(texts.BOMB if len(source.pages) else texts.BROKEN)
    _check_layers(source)
    source.generate_appearance_streams()
    source.flatten_annotations("screen")
    with pikepdf.new() as target:
        target.pages.extend(source.pages)
        _Drawing(target).strip()
        buffer = io.BytesIO()
        target.save(
            buffer,
            deterministic_id=True,
            recompress_flate=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return buffer.getvalue()


def _check_layers(source: "pikepdf.Pdf") -> None:
    """Refuse layers that are not shown: without their list they would be."""
    layers = source.Root.get("/OCProperties")
    if layers is None:
        return
    plan: Thing = layers.get("/D", {})
    if len(plan.get("/OFF", [])) or plan.get("/BaseState", "/ON") != "/ON" or len(plan.get("/AS", [])):
        raise refused(texts.HIDDEN_LAYERS)


class _Drawing:
    """The walk over everything that hangs on the pages."""

    def __init__(self, pdf: "pikepdf.Pdf") -> None:
        self._pdf = pdf
        self._seen: set[tuple[int, int]] = set()
        self._steps = 0
        self._pieces_left = _MAX_PIECES
        self._unpacked_left = MAX_UNPACKED
        self._todo: list[tuple[Any, bool]] = []

    def strip(self) -> None:
        for page in self._pdf.pages:
            for name in set(page.obj.keys()) - pdf_words.PAGE:
                del page.obj[name]
            self._plain_contents(page)
            self._seen.add(page.obj.objgen)
            self._todo += [(page.obj[name], False) for name in ("/Resources", "/Group") if name in page.obj]
            self._walk()

    def _plain_contents(self, page: "pikepdf.Page") -> None:
        import pikepdf

        contents = page.obj.get("/Contents")
        if contents is None:
            return
        parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        drawn = b"\n".join(self._unpacked(part) for part in parts)
        page.obj["/Contents"] = self._pdf.make_stream(self._unmarked(page, drawn))

    def _unmarked(self, owner: Thing, drawn: bytes) -> bytes:
        """Give back the operators of a page or form without the labels and remarks between them."""
        import pikepdf

        if not _LABELLED.search(drawn):
            return drawn
        self._pieces_left -= len(drawn)
        if len(drawn) > _MAX_PIECE or self._pieces_left < 0:
            raise refused(texts.BOMB)
        steps = [step for step in pikepdf.parse_content_stream(owner) if str(step.operator) not in _MARKS]
        return pikepdf.unparse_content_stream(steps)

    def _walk(self) -> None:
        import pikepdf

        while self._todo:
            item, is_map = self._todo.pop()
            self._steps += 1
            if self._steps > 20 * _MAX_OBJECTS:
                raise refused(texts.BOMB)
            if not isinstance(item, pikepdf.Object) or (item.is_indirect and item.objgen in self._seen):
                continue
            if item.is_indirect:
                self._seen.add(item.objgen)
            if isinstance(item, pikepdf.Array):
                self._array(item)
            elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
                self._entries(item, is_map=is_map)

    def _array(self, array: "pikepdf.Array") -> None:
        import pikepdf

        if len(array) == 2 and array[0] == "/ICCBased":
            device = _DEVICES.get(int(array[1].get("/N", 0)))
            if device is None:
                raise refused(texts.BROKEN)
            del array[1]
            array[0] = pikepdf.Name(device)
        indexed = len(array) == 4 and array[0] in ("/Indexed", "/I")
        for number, item in enumerate(array):
            if isinstance(item, pikepdf.String) and not (indexed and number == 3):
                array[number] = pikepdf.String("")
            self._todo.append((item, False))

    def _entries(self, thing: Thing, *, is_map: bool) -> None:
        import pikepdf

        for name in list(thing.keys()):
            value = thing.get(name)
            text = isinstance(value, pikepdf.String) and name not in pdf_words.STRINGS
            if text or not (is_map or name in pdf_words.DRAWN):
                del thing[name]
                continue
            maps = not is_map and name in pdf_words.MAPS and isinstance(value, pikepdf.Dictionary)
            self._todo.append((value, maps and "/ShadingType" not in value))
        if isinstance(thing, pikepdf.Stream):
            self._stream(thing)

    def _stream(self, stream: Thing) -> None:
        import pikepdf

        filters = _filters(stream)
        if filters and filters[-1] in {"/DCTDecode", "/DCT"}:
            picture = without_notes(self._unpacked(stream, filters[:-1]))
            stream.write(picture, filter=pikepdf.Name("/DCTDecode"))
        elif "/JPXDecode" in filters:
            _recoded(stream)
        elif "/Crypt" in filters:
            raise refused(texts.ENCRYPTED)
        else:
            data = self._unpacked(stream)
            if stream.get("/Subtype") == "/Form" or "/PaintType" in stream:
                stream.write(self._unmarked(stream, data))

    def _unpacked(self, stream: Thing, filters: list[str] | None = None) -> bytes:
        """Give back what `filters` (default: all of the stream's) make of its bytes, as far as we follow.

        Raises AttachmentRefused when that is beyond reason.
        """
        data = bytes(stream.read_raw_bytes())
        for name in _filters(stream) if filters is None else filters:
            if name in {"/ASCII85Decode", "/A85"}:
                data = base64.a85decode(data.strip().removesuffix(b"~>"), ignorechars=b" \t\n\r\v\0\f")
            elif name in {"/ASCIIHexDecode", "/AHx"}:
                data = bytes.fromhex(data.split(b">")[0].decode("ascii"))
            elif name in {"/FlateDecode", "/Fl"}:
                data = inflated(data, self._unpacked_left)
                self._unpacked_left -= len(data)
            elif name in {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}:
                if len(data) > _MAX_LZW or name != _filters(stream)[-1]:
                    raise refused(texts.BOMB)
                return bytes(stream.read_bytes())
            else:
                break
        return data


def _filters(stream: Thing) -> list[str]:
    import pikepdf

    found = stream.get("/Filter", [])
    return [str(name) for name in found] if isinstance(found, (pikepdf.Array, list)) else [str(found)]


def _recoded(stream: Thing) -> None:
    """Turn a JPEG 2000 picture into a JPEG."""
    import pikepdf
    from PIL import Image

    with Image.open(io.BytesIO(stream.read_raw_bytes()), formats=["JPEG2000"]) as picture:
        check_size(picture.size)
        plain = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        buffer = io.BytesIO()
        Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(buffer, "JPEG", quality=92)
    stream.write(buffer.getvalue(), filter=pikepdf.Name("/DCTDecode"))
    stream["/ColorSpace"] = pikepdf.Name("/DeviceGray" if plain.mode == "L" else "/DeviceRGB")
    stream["/BitsPerComponent"] = 8
    for name in ("/SMaskInData", "/Decode"):
        if name in stream:
            del stream[name]
