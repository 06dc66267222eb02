"""PDF files: running heads and page numbers go, lines become paragraphs again, and nothing may run away."""

import io

import pytest

from knowledge.loading import load_bytes, pdf, split
from tests.support import files
from yanlu.errors import EncryptedDocument, OversizeDocument, ScannedDocument, UnreadableDocument

PARAGRAPH = "各级党组织要加强日常监督发现问题及时向本人提出对存在苗头性倾向性问题进行批评教育" * 3 + "。"


def wrapped(text, width=38):
    return [text[start : start + width] for start in range(0, len(text), width)]


def lines(content):
    return [line for line in load_bytes(content, "a.pdf").text.split("\n") if line]


def test_pages_become_one_text_without_heads_feet_and_numbers():
    pages = [
        ["某某市监督办法汇编", *body, "内部资料", f"— {number} —"]
        for number, body in enumerate(
            (["第一条 甲。", "第二条 乙。"], ["第三条 丙。", "第四条 丁。"], ["第五条 戊。", "第六条 己。"]),
            1,
        )
    ]
    assert lines(files.pdf(*pages)) == [
        f"第{number}条 {word}。" for number, word in zip("一二三四五六", "甲乙丙丁戊己", strict=True)
    ]


@pytest.mark.parametrize("number", ["1", "- 1 -", "第1页", "第 1 页 共 3 页", "1/3", "Page 1"])
def test_page_numbers_in_their_many_forms_go(number):
    assert lines(files.pdf(["第一条 甲。", "第二条 乙。", "第三条 丙。", number])) == [
        "第一条 甲。",
        "第二条 乙。",
        "第三条 丙。",
    ]


def test_lines_of_a_paragraph_are_joined_even_across_pages():
    first, second = wrapped(PARAGRAPH)[:2], wrapped(PARAGRAPH)[2:]
    content = files.pdf(
        ["谈话工作的若干规定", "第一条 总的要求。", *first],
        [*second, "第二条 具体要求。", *wrapped(PARAGRAPH)],
    )
    assert lines(content) == ["第一条 总的要求。", PARAGRAPH, "第二条 具体要求。", PARAGRAPH]
    assert [section.label for section in split(load_bytes(content, "a.pdf").text)] == ["第一条", "第二条"]


def test_a_permission_password_does_not_hinder_reading():
    assert lines(files.encrypted_pdf("")) == ["第一条 本办法仅供内部使用。"]


def test_a_cipher_that_is_not_supported_counts_as_encrypted(monkeypatch):
    import pypdf

    def fail(*_args, **_kwargs):
        raise pypdf.errors.DependencyError("cryptography is missing")

    monkeypatch.setattr(pypdf.PdfReader, "decrypt", fail)
    with pytest.raises(EncryptedDocument):
        load_bytes(files.encrypted_pdf(""), "a.pdf")


def test_a_limit_of_the_library_means_too_much(monkeypatch):
    import pypdf

    def fail(*_args, **_kwargs):
        raise pypdf.errors.LimitReachedError("too much")

    monkeypatch.setattr(pypdf.PageObject, "extract_text", fail)
    with pytest.raises(OversizeDocument):
        load_bytes(files.pdf(["话。"]), "a.pdf")


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_PAGES", 1), ("MAX_CHARACTERS", 10), ("MAX_SECONDS", -1.0)]
)
def test_pages_text_and_time_are_bounded(monkeypatch, limit, value):
    monkeypatch.setattr(pdf, limit, value)
    with pytest.raises(OversizeDocument, match="拆分"):
        load_bytes(files.pdf(["第一条 为了加强监督工作。"], ["第二条 乙。"]), "a.pdf")


def test_fonts_that_hide_their_characters_are_refused(monkeypatch):
    import pypdf

    monkeypatch.setattr(pypdf.PageObject, "extract_text", lambda _page: "\ue001\ue002\ue003 话")
    with pytest.raises(UnreadableDocument, match="取出"):
        load_bytes(files.pdf(["话。"]), "a.pdf")


def test_a_text_with_one_scanned_page_is_still_a_text():
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(files.pdf(["第一条 甲。"], ["第二条 乙。"])))
    writer.append(io.BytesIO(files.scanned_pdf(1)))
    buffer = io.BytesIO()
    writer.write(buffer)
    assert lines(buffer.getvalue()) == ["第一条 甲。", "第二条 乙。"]
    writer.append(io.BytesIO(files.scanned_pdf(3)))
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(ScannedDocument):
        load_bytes(buffer.getvalue(), "a.pdf")
