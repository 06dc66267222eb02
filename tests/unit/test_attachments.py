"""A file of every kind that is taken, full of who, where and when: cleaned it says none of it, and still opens."""

import io
import re
import subprocess
import sys
import zipfile

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from bot.services.attachments import AttachmentRefused, cleaned, metadata_left
from tests.support import attachment_sounds as sounds
from tests.support.attachment_files import (
    WHO,
    documents,
    exif,
    pdf_page,
    picture,
    pictures,
    png,
    saved,
    traces,
)
from tests.support.attachment_office import docx, packed, papers, xlsx

PICTURES, DOCUMENTS, PAPERS, RECORDINGS = pictures(), documents(), papers(), sounds.recordings()
EVERYTHING = PICTURES | DOCUMENTS | PAPERS | RECORDINGS
ENDINGS = {"jpeg": ".jpg", "heic": ".jpg"}


def test_the_files_are_many_and_of_every_kind():
    kinds = {name.split("-")[0] for name in EVERYTHING}
    assert len(EVERYTHING) >= 50
    assert kinds == {
        "jpeg", "png", "webp", "gif", "heic", "pdf", "docx", "xlsx", "pptx",
        "mp3", "wav", "flac", "ogg", "m4a", "mp4", "mov",
    }  # fmt: skip


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_is_left_of_who(name):
    before = EVERYTHING[name]
    assert traces(before), "a file without traces proves nothing"
    after = cleaned(before)
    assert traces(after.content) == []
    assert metadata_left(after.content) == []
    assert after.ending == ENDINGS.get(name.split("-")[0], "." + name.split("-")[0])


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_second_look_sees_what_was_there(name):
    assert metadata_left(EVERYTHING[name]) != []


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_same_file_comes_out_the_same_and_a_clean_one_stays_clean(name):
    first = cleaned(EVERYTHING[name])
    assert cleaned(EVERYTHING[name]) == first
    assert traces(cleaned(first.content).content) == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_the_same(name):
    before = Image.open(io.BytesIO(PICTURES[name])) if not name.startswith("heic") else None
    after = Image.open(io.BytesIO(cleaned(PICTURES[name]).content))
    if before is None:
        assert after.size == (64, 48)
        assert after.getpixel((32, 5))[0] == pytest.approx(150, abs=6)
        assert after.getpixel((32, 40))[0] == pytest.approx(40, abs=6)
        return
    if "two" not in name:
        assert getattr(after, "n_frames", 1) == getattr(before, "n_frames", 1)
    for number in range(getattr(after, "n_frames", 1)):
        before.seek(number)
        after.seek(number)
        upright = ImageOps.exif_transpose(before).convert("RGB")
        assert after.size == upright.size
        assert after.getexif().get(0x0112, 1) == 1
        difference = ImageStat.Stat(ImageChops.difference(upright, after.convert("RGB"))).mean
        assert max(difference) < (0.01 if name.startswith("png") or "whole" in name else 6)


def test_pixels_that_are_deep_or_clear_stay_so():
    deep = Image.open(io.BytesIO(cleaned(png("I;16")).content))
    assert deep.tobytes() == picture("I;16").tobytes()
    clear = picture("RGBA")
    clear.putalpha(90)
    assert Image.open(io.BytesIO(cleaned(saved(clear, "PNG")).content)).getpixel((3, 3))[3] == 90


def test_a_turned_picture_is_turned_in_its_pixels():
    turned = saved(picture(size=(90, 60)), "JPEG", exif=exif(6))
    assert Image.open(io.BytesIO(cleaned(turned).content)).size == (60, 90)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_pdf_keeps_its_pages_words_and_pictures(name):
    import pikepdf
    from pypdf import PdfReader

    after = cleaned(DOCUMENTS[name]).content
    pages = PdfReader(io.BytesIO(after)).pages
    assert len(pages) == 2
    assert "visible words" in pages[0].extract_text()
    assert "second page" in pages[1].extract_text()
    assert [float(side) for side in pages[0].mediabox[2:]] == pytest.approx([595.28, 841.89], abs=0.1)
    with pikepdf.open(io.BytesIO(after)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        images = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]
        shown = pikepdf.PdfImage(images[0]).as_pil_image().convert("RGB")
    assert max(ImageStat.Stat(ImageChops.difference(shown, picture())).mean) < 6


def test_what_was_typed_into_a_pdf_form_is_still_shown():
    import pikepdf

    with pikepdf.open(io.BytesIO(cleaned(pdf_page()).content)) as pdf:
        drawn = b"".join(item.read_bytes() for item in pdf.objects if item.get("/Subtype", "") == "/Form")
    assert b"typed" in drawn


@pytest.mark.parametrize("name", [name for name in PAPERS if name.startswith("docx")])
def test_a_word_file_keeps_its_words_changes_and_pictures(name):
    from docx import Document

    after = cleaned(PAPERS[name]).content
    paper = Document(io.BytesIO(after))
    assert paper.paragraphs[0].text.startswith("visible words")
    assert paper.paragraphs[-1].text == "last words"
    assert len(paper.inline_shapes) == 2
    assert [comment.text for comment in paper.comments] == ["a remark"]
    assert {comment.author for comment in paper.comments} == {"Author"}
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        body = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
    assert all(words in body for words in ("put in", "gone", "a link", "taken"))
    assert set(re.findall(r'r:(?:id|embed)="(\w+)"', body)) <= set(re.findall(r'Id="(\w+)"', links))


def test_an_excel_file_keeps_its_cells_formulas_chart_and_remark():
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(cleaned(xlsx()).content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["visible words", 3],
        ["more", "=B1*2"],
    ]
    assert sheet["A1"].comment.text.strip() == "a remark"
    assert sheet["A2"].hyperlink is None
    assert (len(sheet._charts), len(sheet._images)) == (1, 1)


def test_a_formula_into_another_workbook_keeps_its_value_only():
    parts = {}
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<f>B1*2</f>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<f>B1*2</f>", b"<f>'[1]Sheet'!A1+SUM(T[2021])</f>")
    with zipfile.ZipFile(io.BytesIO(cleaned(packed(parts)).content)) as archive:
        assert b"<f>" not in archive.read(sheet)


def test_a_slide_keeps_its_words_and_its_picture():
    with zipfile.ZipFile(io.BytesIO(cleaned(PAPERS["pptx-shown"]).content)) as archive:
        slide = archive.read("ppt/slides/slide1.xml")
        photographs = [name for name in archive.namelist() if "media" in name]
        shown = Image.open(io.BytesIO(archive.read(photographs[0]))).convert("RGB")
    assert b"visible words" in slide
    assert b"hlinkClick" not in slide
    assert max(ImageStat.Stat(ImageChops.difference(shown, picture())).mean) < 6


def test_recordings_open_and_last_as_long():
    import mutagen

    for name in (
        "mp3-tagged",
        "mp3-noted",
        "wav-tagged",
        "flac-tagged",
        "ogg-vorbis",
        "ogg-opus",
        "m4a-sound",
        "mp4-h264",
    ):
        before, after = (
            mutagen.File(io.BytesIO(data)) for data in (RECORDINGS[name], cleaned(RECORDINGS[name]).content)
        )
        assert after is not None, name
        assert not after.tags, name
        assert after.info.length == pytest.approx(before.info.length, abs=0.06), name


def test_the_sound_itself_is_not_touched():
    assert cleaned(sounds.mp3(noted=True)).content == sounds.FRAME * 20
    assert cleaned(sounds.flac()).content.endswith(b"".join(sounds.flac_frame(n) for n in range(9)))
    assert b"\x01\x02" * 800 in cleaned(sounds.wav()).content
    assert all(bytes([n]) * 200 in cleaned(sounds.ogg()).content for n in range(40))


@pytest.mark.parametrize(("codec", "coded"), [(b"avc1", sounds.H264), (b"hvc1", sounds.H265)])
def test_a_film_keeps_its_pictures_and_sound_where_they_were(codec, coded):
    before, after = sounds.film(codec=codec), cleaned(sounds.film(codec=codec)).content
    assert len(before) == len(after)
    assert after.count(coded) == 3
    assert after.count(sounds.SOUND) == 4
    assert all(after[at.start() : at.end()] == at[0] for at in re.finditer(re.escape(coded), before))


def test_a_page_of_sound_has_a_sound_check_sum():
    from mutagen.ogg import OggPage

    stream = io.BytesIO(cleaned(sounds.ogg()).content)
    numbers = []
    while stream.tell() < len(stream.getvalue()):
        begin = stream.tell()
        page = OggPage(stream)
        assert page.write() == stream.getvalue()[begin : stream.tell()]
        numbers.append(page.sequence)
    assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_comes_out_as_utf_8_without_invisible_marks(code):
    text = "关于某事的情况说明。\r\n第二行"
    marked = (
        text
        if code != "utf-8"
        else "\u200b".join(text.split("情")).replace("况", "情况", 1) + "\u2063\U000e0041"
    )
    result = cleaned(marked.encode(code))
    assert result.content.decode() == text.replace("\r\n", "\n")
    assert (result.media_type, result.ending) == ("text/plain", ".txt")


def test_the_package_is_imported_without_its_vendors():
    vendors = {"PIL", "pikepdf", "pi_heif", "lxml"}
    code = f"import sys, bot.services.attachments; print(sorted({vendors} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_a_file_of_which_something_is_left_is_refused(monkeypatch):
    from bot.services.attachments import images

    monkeypatch.setattr(images, "clean_image", lambda content, kind: (content, kind))
    with pytest.raises(AttachmentRefused, match="无法确认"):
        cleaned(PICTURES["jpeg-colour"])


def test_no_refusal_repeats_a_name():
    with pytest.raises(AttachmentRefused) as refusal:
        cleaned(docx().replace(b"PK\x03\x04", b"PK\x05\x06" + WHO.encode(), 1))
    assert WHO not in str(refusal.value)
    assert refusal.value.kept
    assert refusal.value.next_step
