"""Files as cameras, scanners and offices make them, full of who, where and when: pictures, PDF and text.

Every builder puts `WHO` in each place its format has for such things; `traces` finds it again, packed or not.
"""

import base64
import io
import re
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

WHO = "KANARI7731"
_SPELLINGS = tuple(WHO.encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


def traces(content: bytes, depth: int = 0) -> list[str]:
    """Where `WHO` is found: in the bytes, in every zlib stream within them, in every member of a zip."""
    found = [f"raw@{content.find(word)}" for word in _SPELLINGS if word in content]
    if depth > 3:
        return found
    for hit in _ZLIB.finditer(content):
        try:
            inner = zlib.decompressobj().decompress(content[hit.start() :], 1 << 24)
        except zlib.error:
            continue
        found += [f"zlib@{hit.start()}/{what}" for what in traces(inner, depth + 1)] if inner else []
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                found += [f"{name}/{what}" for what in traces(archive.read(name), depth + 1)]
    return found


def picture(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture whose four corners differ, so that a turn shows."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((200, 30, 30), (0, 0, size[0] // 3, size[1] // 3))
    image.paste((30, 30, 200), (size[0] // 2, size[1] // 2, size[0], size[1]))
    return image.convert("L").convert("I;16") if mode == "I;16" else image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone notes: place, owner, device, program, times, a maker's own note."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        notes[tag] = WHO
    notes[0x0132] = "2021:09:24 10:11:12"
    notes[0x9C9D] = WHO.encode("utf-16-le")
    notes.get_ifd(0x8769).update({0x927C: WHO.encode(), 0xA431: WHO, 0x9286: WHO.encode()})
    notes.get_ifd(0x8825).update(
        {1: "N", 2: (39.0, 7.0, 12.0), 3: "E", 4: (117.0, 12.0, 1.0), 0x1B: WHO.encode()}
    )
    return notes


XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" rdf:about="">'
    f'<xmp:CreatorTool>{WHO}</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()


def profile() -> bytes:
    """A colour profile of somebody's screen."""
    from PIL import ImageCms

    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain + WHO.encode() + bytes(-len(WHO) % 4)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def jpeg(mode: str = "RGB", orientation: int = 1, **options: Any) -> bytes:
    content = saved(
        picture(mode),
        "JPEG",
        exif=exif(orientation),
        xmp=XMP,
        comment=WHO.encode(),
        icc_profile=None,
        quality=95,
        **options,
    )
    maker = b"Photoshop 3.0\0" + WHO.encode()
    first = 4 + struct.unpack_from(">H", content, 4)[0]
    return content[:first] + b"\xff\xed" + struct.pack(">H", len(maker) + 2) + maker + content[first:]


def png(mode: str = "RGB", **options: Any) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", WHO)
    notes.add_text("Comment", WHO * 50, zip=True)
    notes.add_itxt("Title", WHO, zip=True)
    notes.add(b"prVt", WHO.encode())
    notes.add(b"tIME", bytes([7, 229, 9, 24, 10, 11, 12]))
    return saved(picture(mode), "PNG", pnginfo=notes, exif=exif(), **options)


def moving(form: str, **options: Any) -> bytes:
    frames = [picture(), picture().rotate(90), picture().rotate(180)]
    return saved(
        frames[0], form, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, **options
    )


def gif_with_xmp() -> bytes:
    content = saved(picture("P"), "GIF", comment=WHO.encode())
    block = b"\x21\xff\x0bXMP DataXMP" + bytes([len(WHO)]) + WHO.encode() + b"\0"
    return content[:-1] + block + b"\x3b" + WHO.encode()


def pictures() -> dict[str, bytes]:
    """Pictures by name; each name begins with its kind."""
    turned = {f"jpeg-turned-{turn}": jpeg(orientation=turn) for turn in (3, 6, 8)}
    return turned | {
        "jpeg-colour": jpeg(),
        "jpeg-grey": jpeg("L"),
        "jpeg-print": jpeg("CMYK"),
        "jpeg-progressive": jpeg(progressive=True),
        "jpeg-screen": saved(picture(), "JPEG", icc_profile=profile(), quality=95),
        "jpeg-followed": jpeg() + WHO.encode() + b"PK\x03\x04",
        "jpeg-two": saved(picture(), "MPO", save_all=True, append_images=[picture()], exif=exif()),
        "png-colour": png(),
        "png-clear": png("RGBA"),
        "png-table": png("P"),
        "png-grey": png("L"),
        "png-deep": png("I;16"),
        "png-bit": png("1"),
        "png-screen": png(icc_profile=profile()),
        "png-followed": png() + WHO.encode(),
        "png-moving": moving("PNG", exif=exif()),
        "webp-lossy": saved(picture(), "WEBP", exif=exif(), xmp=XMP, icc_profile=profile()),
        "webp-whole": saved(picture("RGBA"), "WEBP", lossless=True, exif=exif(), xmp=XMP),
        "webp-moving": moving("WEBP", exif=exif(), xmp=XMP),
        "webp-followed": saved(picture(), "WEBP", exif=exif()) + WHO.encode(),
        "gif-still": saved(picture("P"), "GIF", comment=WHO.encode()),
        "gif-moving": moving("GIF", comment=WHO.encode()),
        "gif-notes": gif_with_xmp(),
        "heic-telephone": heic(),
    }


def heic() -> bytes:
    """A telephone's picture, 64 by 48, grey over dark: coded once by x265, as no free encoder comes with us."""
    return base64.b64decode(_HEIC)


def pdf_page(author: str = WHO) -> bytes:
    """Two pages with text and a photograph, as a program prints them."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.setAuthor(author)
    page.setTitle(author)
    page.setCreator(author)
    page.drawString(72, 700, "visible words")
    page.drawImage(ImageReader(io.BytesIO(jpeg())), 72, 300)
    page.bookmarkPage("first")
    page.addOutlineEntry(author, "first")
    page.linkURL(f"file:///C:/Users/{author}/a.doc", (0, 0, 99, 99))
    page.acroForm.textfield(name=author, value="typed", x=72, y=500, borderStyle="inset")
    page.showPage()
    page.drawString(72, 700, "second page")
    page.save()
    return buffer.getvalue()


def pdf_with(what: str) -> bytes:  # noqa: C901 - a list of places
    """The same, with one more place for a name."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    with pikepdf.open(io.BytesIO(pdf_page("plain"))) as pdf:
        first, root = pdf.pages[0], pdf.Root
        secret = pdf.make_stream(WHO.encode() * 9)
        if what == "xmp":
            root.Metadata = first.obj.Metadata = pdf.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
        elif what == "attached":
            pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, WHO.encode(), filename=WHO)
        elif what == "script":
            root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(WHO))
            first.obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String(WHO)))
        elif what == "note":
            note = Dictionary(
                Type=Name.Annot, Subtype=Name.Text, Rect=[9, 9, 30, 30], T=String(WHO), M=String(WHO)
            )
            first.obj.Annots = Array([pdf.make_indirect(note)])
        elif what == "private":
            first.obj.PieceInfo = Dictionary(App=Dictionary(Private=secret, LastModified=String(WHO)))
            first.obj.Thumb = secret
            root[Name("/Whose")] = String(WHO)
        elif what == "labelled":
            drawn = first.obj.Contents.read_bytes()
            label = f"/Span <</ActualText ({WHO})>> BDC %{WHO}\n".encode()
            first.obj.Contents = pdf.make_stream(label + drawn + b"\nEMC\n")
        elif what == "resource":
            for image in first.obj.Resources.XObject.values():
                image[Name("/Metadata")] = secret
                image[Name("/OPI")] = Dictionary(F=String(WHO))
        elif what == "colours":
            space = Array([Name.ICCBased, pdf.make_stream(profile(), N=3)])
            for image in first.obj.Resources.XObject.values():
                image.ColorSpace = pdf.make_indirect(space)
        elif what == "jpeg2000":
            coded = saved(picture(), "JPEG2000") + struct.pack(">I4s", 8 + len(WHO), b"uuid") + WHO.encode()
            for image in first.obj.Resources.XObject.values():
                image.write(coded, filter=Name.JPXDecode)
        elif what == "inherited":
            pages = pdf.Root.Pages
            pages.Resources, pages.MediaBox = first.obj.Resources, first.obj.MediaBox
            pages[Name("/Whose")] = String(WHO)
            del first.obj["/Resources"], first.obj["/MediaBox"]
        buffer = io.BytesIO()
        pdf.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return buffer.getvalue()


PDF_PLACES = (
    "xmp", "attached", "script", "note", "private", "labelled", "resource", "colours", "jpeg2000", "inherited",
)  # fmt: skip


def documents() -> dict[str, bytes]:
    """PDF files by name."""
    return {f"pdf-{what}": pdf_with(what) for what in PDF_PLACES} | {
        "pdf-printed": pdf_page(),
        "pdf-followed": pdf_page() + WHO.encode(),
    }


_HEIC = """
AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAfRtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAEZpbG9j
AAAAAERAAAMAAQAAAAACGAABAAAAAAAAACAAAgAAAAACOAABAAAAAAAAAdIAAwAAAAAECgABAAAAAAAAAFUAAABiaWluZgAAAAAAAwAAABVp
bmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAACppbmZlAgAAAQADAABtaW1lAGFwcGxpY2F0aW9uL3JkZit4bWwAAAAA
AA5waXRtAAAAAAABAAAA6WlwcnAAAADKaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA
AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAAUaXNwZQAAAAAAAABA
AAAAQAAAAChjbGFwAAAAQAAAAAEAAAAwAAAAAQAAAAAAAAAC////8AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAF2lwbWEAAAAAAAAAAQABBIEC
BIMAAAAoaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAA5jZHNjAAMAAQABAAACT21kYXQAAAAcKAGvCeAjsTbeN9rnRhMySH/1/1Xzq5XDHnKo
wAAAAAZFeGlmAABNTQAqAAAACAALAQ4AAgAAAAsAAACSAQ8AAgAAAAsAAACeARAAAgAAAAsAAACqARIAAwAAAAEAAQAAATEAAgAAAAsAAAC2
ATIAAgAAABQAAADCATsAAgAAAAsAAADWgpgAAgAAAAsAAADih2kABAAAAAEAAADuiCUABAAAAAEAAAE4nJ0AAQAAABQAAAG0AAAAAEtBTkFS
STc3MzEAAEtBTkFSSTc3MzEAAEtBTkFSSTc3MzEAAEtBTkFSSTc3MzEAADIwMjE6MDk6MjQgMTA6MTE6MTIAS0FOQVJJNzczMQAAS0FOQVJJ
NzczMQAAAAOSfAABAAAACgAAARiShgABAAAACgAAASKkMQACAAAACwAAASwAAAAAS0FOQVJJNzczMUtBTkFSSTc3MzFLQU5BUkk3NzMxAAAA
BQABAAIAAAACTgAAAAACAAUAAAADAAABegADAAIAAAACRQAAAAAEAAUAAAADAAABkgAbAAcAAAAKAAABqgAAAAAAAAAnAAAAAQAAAAcAAAAB
AAAADAAAAAEAAAB1AAAAAQAAAAwAAAABAAAAAQAAAAFLQU5BUkk3NzMxSwBBAE4AQQBSAEkANwA3ADMAMQA8P3hwYWNrZXQgYmVnaW49IiI/
Pjx4OnhtcG1ldGEgeG1sbnM6eD0iYWRvYmU6bnM6bWV0YS8iPjxjPktBTkFSSTc3MzE8L2M+PC94OnhtcG1ldGE+
"""
