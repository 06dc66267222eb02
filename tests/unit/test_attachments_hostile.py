"""Whatever is sent, a clean file or a refusal comes back, in bounded time and memory."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.attachments import MAX_BYTES, AttachmentRefused, CleanFile, Limited, cleaned
from tests.support import attachment_sounds as sounds
from tests.support.attachment_files import WHO, documents, jpeg, pdf_page, pictures, png, traces
from tests.support.attachment_office import changed, docx, linked, packed, papers, unpacked

EVERYTHING = pictures() | documents() | papers() | sounds.recordings()


def outcome(content: bytes) -> CleanFile | AttachmentRefused:
    """What comes back; anything else than the two fails the test. What is taken carries nothing on."""
    try:
        result = cleaned(content)
    except AttachmentRefused as said:
        return said
    assert len(result.content) <= MAX_BYTES
    return result


def refusal(content: bytes) -> str:
    result = outcome(content)
    assert isinstance(result, AttachmentRefused), result
    assert result.kept
    assert result.next_step
    return result.happened


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def huge_png(side: int) -> bytes:
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf_of(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (n, what) for n, what in enumerate(objects, 1)
    )
    return body + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def stream(entries: bytes, body: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(body), body)


def pdf_bomb(filters: bytes, packed_contents: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page,
        stream(b"/Filter" + filters, packed_contents),
    )  # fmt: skip


def zeros(size: int, times: int = 1) -> bytes:
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
    return content if times == 1 else zlib.compress(content, 9)


def lying_zip() -> bytes:
    """A part of 300 MB whose directory says 10 bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(300):
                part.write(bytes(1 << 20))
    return buffer.getvalue().replace(struct.pack("<I", 300 << 20), struct.pack("<I", 10))


def deep_xml(levels: int) -> bytes:
    return changed(docx(), "word/document.xml", "<w:body>", "<w:body>" + "<w:p>" * levels + "</w:p>" * levels)


def deep_boxes() -> bytes:
    inside = b""
    for _ in range(3000):
        inside = sounds.box(b"trak", inside)
    return sounds.film(extra=inside)


def film_of_endless_pictures() -> bytes:
    """2 kB that tell of twenty million pictures, the second of them beyond the end."""
    film, three, many = sounds.film(), struct.pack(">I", 3), struct.pack(">I", 20_000_000)
    sizes = film.index(b"stsz")
    film = film[: sizes + 8] + struct.pack(">I", len(film)) + many + film[sizes + 16 :]
    chunks = film.index(b"stsc")
    assert film[chunks + 16 : chunks + 20] == three
    return film[: chunks + 16] + many + film[chunks + 20 :]


def film_of_tracks_over_one_picture() -> bytes:
    """A megabyte of empty units, shown by a thousand tracks."""
    size = 1 << 20
    return sounds.film(extra=sounds.picture_track(size, at=2000) * 1000) + sounds.box(b"free", bytes(size))


def gif_of_many_frames() -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 3000, 3000, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 3000, 3000, 0x80, 0, 0) + bytes(6) + frame * 60 + b"\x3b"


BOMBS = {
    "png of 50,000 by 50,000": lambda: huge_png(50_000),
    "many frames": gif_of_many_frames,
    "zip that lies": lying_zip,
    "zip of zeros": lambda: packed(unpacked(docx()) | {"word/media/zeros.xml": bytes(60 << 20)}),
    "zip of many": lambda: packed(unpacked(docx()) | {f"word/{n}.xml": b"<x/>" for n in range(5000)}),
    "pdf contents": lambda: pdf_bomb(b"/FlateDecode", zeros(400 << 20)),
    "pdf packed twice": lambda: pdf_bomb(b"[/FlateDecode/FlateDecode]", zeros(1024 << 20, times=2)),
    "pdf runs": lambda: pdf_bomb(b"/RunLengthDecode", b"\x81\x00" * 500_000),
    "pdf long contents": lambda: pdf_bomb(
        b"/FlateDecode", zlib.compress(b"/P BMC " + b"0 g " * (8 << 20), 9)
    ),
    "pdf lzw": lambda: pdf_bomb(b"/LZWDecode", bytes(1 << 20)),
    "xml too deep": lambda: deep_xml(5000),
    "boxes too deep": deep_boxes,
    "film without end": film_of_endless_pictures,
    "film of many tracks": film_of_tracks_over_one_picture,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.timeout(120)  # seconds at most; hours if the bomb were unpacked
def test_a_bomb_is_refused_soon_and_small(name):
    content = BOMBS[name]()
    assert len(content) < MAX_BYTES
    tracemalloc.start()
    refusal(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 400 << 20


def test_what_streams_in_is_refused_the_moment_it_is_too_much():
    guard = Limited()
    for _ in range(20):
        guard.take(bytes(1 << 20))
    assert len(guard.content) == MAX_BYTES
    with pytest.raises(AttachmentRefused, match="20 MB"):
        guard.take(b"x")
    assert guard.content == b""
    with pytest.raises(AttachmentRefused):
        guard.take(b"x")


def test_a_file_over_the_limit_is_refused_unread():
    assert "20 MB" in refusal(b"\xff\xd8\xff" + bytes(MAX_BYTES))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b" \r\n\t", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版"),
        (packed({"a.txt": "x"}), "压缩包"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "压缩包"),
        (zlib.compress(b"x") and b"\x1f\x8b\x08" + bytes(20), "压缩包"),
        (b"MZ\x90\0" + bytes(60), "程序"),
        (b"\x7fELF\2\1\1" + bytes(60), "程序"),
        (b"#!/bin/sh\necho", "程序"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "网页"),
        (b"<!DOCTYPE html><p>x", "网页"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "网页"),
        (b"<html><body>x", "网页"),
        (b"Received: from a\r\nFrom: b@c\r\nSubject: x\r\n\r\nbody", "邮件"),
        (b"Subject: x\nMIME-Version: 1.0\n\nbody", "邮件"),
        (b"{\\rtf1 x}", "排版"),
        (b"BM" + bytes(60), "图片格式"),
        (b"II*\0" + bytes(60), "图片格式"),
        (b"\0\0\0\x1cftypavif" + bytes(60), "图片格式"),
        (b"\x1aE\xdf\xa3" + bytes(60), "录音或录像"),
        (sounds.ogg("speex"), "录音或录像"),
        (sounds.film(codec=b"mp4v"), "录音或录像"),
        (sounds.film(extra=sounds.box(b"mvex", bytes(8))), "录音或录像"),
        (packed({"mimetype": "application/epub+zip", "content.xml": "<x/>"}), "办公"),
        (bytes(range(256)) * 4, "无法辨认"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_taken_is_refused_with_its_reason(content, words):
    assert words in refusal(content)


def test_files_with_passwords_macros_objects_and_outside_data_are_refused():
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_page())) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "密码" in refusal(buffer.getvalue())
    assert "宏" in refusal(
        changed(
            docx(),
            "[Content_Types].xml",
            "wordprocessingml.document.main",
            "ms-word.document.macroEnabled.main",
        )
    )
    assert "宏" in refusal(linked(docx(), "word/document.xml", "vbaProject", "/word/vbaProject.bin", b"x"))
    assert "嵌有" in refusal(linked(docx(), "word/document.xml", "oleObject", "/word/embeddings/o.bin", b"x"))
    assert "嵌有" in refusal(linked(docx(), "word/document.xml", "package", "/word/embeddings/o.xlsx", b"x"))
    assert "外部数据" in refusal(
        linked(docx(), "word/document.xml", "connections", "/xl/connections.xml", b"<x/>")
    )
    assert "格式" in refusal(
        linked(docx(), "word/document.xml", "image", "/word/media/a.emf", b"\1\0\0\0" + bytes(80))
    )


def test_a_pdf_with_a_hidden_layer_is_refused_and_one_without_is_taken():
    import pikepdf

    for hidden, kind in ((True, AttachmentRefused), (False, CleanFile)):
        with pikepdf.open(io.BytesIO(pdf_page())) as pdf:
            layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String(WHO)))
            plan = pikepdf.Dictionary(OFF=pikepdf.Array([layer] if hidden else []))
            pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=plan)
            buffer = io.BytesIO()
            pdf.save(buffer)
        assert isinstance(outcome(buffer.getvalue()), kind)


def test_xml_that_expands_is_refused():
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert "损坏" in refusal(packed(unpacked(docx()) | {"word/document.xml": laughs}))


POLYGLOTS = {
    "jpeg and zip": jpeg() + packed({"a.txt": WHO}),
    "png and pdf": png() + pdf_page(),
    "jpeg and html": jpeg() + f"<script>{WHO}</script>".encode(),
    "gif and script": b"GIF89a/*" + bytes(4) + f"*/={WHO};".encode(),
    "pdf and zip": pdf_page() + packed({"a.txt": WHO}),
    "zip after program": b"MZ" + bytes(60) + docx(),
    "zip after text": WHO.encode() + docx(),
    "pdf after text": WHO.encode() + b"\n" + pdf_page(),
    "docx in docx": packed(unpacked(docx()) | {"word/embeddings/inner.docx": docx()}),
    "wav and zip": sounds.wav() + packed({"a.txt": WHO}),
    "mp4 and pdf": sounds.film() + sounds.box(b"free", pdf_page()),
    "mp3 and zip": sounds.mp3() + packed({"a.txt": WHO}),
    "flac and zip": sounds.flac() + packed({"a.txt": WHO}),
    "zip within zip": packed({"a.zip": packed({"b.zip": packed({"c.txt": WHO})})}),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_of_a_file_that_is_two_nothing_of_the_second_survives(name):
    result = outcome(POLYGLOTS[name])
    if isinstance(result, CleanFile):
        assert traces(result.content) == []
        assert b"PK\x03\x04" not in result.content[4:] or result.ending == ".docx"
        assert b"%PDF" not in result.content[4:]


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_cut_off_anywhere_is_cleaned_or_refused(name):
    content = EVERYTHING[name]
    for part in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98):
        result = outcome(content[: int(len(content) * part)])
        if isinstance(result, CleanFile) and result.ending != ".txt":
            assert traces(result.content) == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=4096))
def test_random_bytes_are_cleaned_or_refused(content):
    outcome(content)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([c[:12] for c in EVERYTHING.values()]), st.binary(max_size=2048))
def test_random_bytes_after_a_true_beginning_are_cleaned_or_refused(head, content):
    outcome(head + content)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(EVERYTHING)), st.data())
def test_a_damaged_file_is_cleaned_or_refused(name, data):
    content = bytearray(EVERYTHING[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    outcome(bytes(content))
