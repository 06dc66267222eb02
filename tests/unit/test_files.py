"""Every file that leaves the house: the same bytes for the same content, nothing from outside, safe names."""

import hashlib
import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.services.files import (
    file_name,
    ledger_xlsx,
    statement_docx,
    talk_form_docx,
    year_docx,
    year_xlsx,
)
from bot.services.files.plain_text import cleaned
from tests.support import paper_samples as samples
from tests.support.paper_reading import fields, sheet_rows
from yanlu.texts import files as words

ALL = {
    "form": lambda: talk_form_docx(samples.full_form()),
    "ledger": lambda: ledger_xlsx(samples.ledger()),
    "statement": lambda: statement_docx(samples.duty_report()),
    "year.docx": lambda: year_docx(samples.year()),
    "year.xlsx": lambda: year_xlsx(samples.year()),
}


@pytest.mark.parametrize("name", ALL)
def test_the_same_content_is_the_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ALL[name]()
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 5, 5, 5, 5, 0, 1, 0))
    monkeypatch.setattr("time.time", lambda: 1935724800.0)
    assert hashlib.sha256(ALL[name]()).digest() == hashlib.sha256(first).digest()


@pytest.mark.parametrize("name", ALL)
def test_nothing_points_outside_and_nobody_is_named_as_author(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(ALL[name]())) as file:
        assert file.testzip() is None
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for entry in file.namelist():
            if entry.endswith((".rels", ".xml")):
                root = etree.fromstring(file.read(entry))
                assert not [each for each in root.iter() if each.get("TargetMode") == "External"]
        core = file.read("docProps/core.xml").decode()
        assert "python-docx" not in core
        assert "openpyxl" not in core
        assert "2026-11-23" in core
        assert "docProps/thumbnail.jpeg" not in file.namelist()


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("谈话登记表", "2026-000123"), "谈话登记表-2026-000123.docx"),
        (("a/b\\c:d*e?f", '"<x>|'), "a b c d e f-x.docx"),
        (("..", "\u202e", ""), "文件.docx"),
        (("CON",), "_CON.docx"),
        (("表\n一\x00.",), "表 一.docx"),
    ],
)
def test_file_names_are_safe_on_windows(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, suffix="docx", otherwise=words.FILE) == name


@given(st.lists(st.text(max_size=120), max_size=4))
def test_any_words_make_a_file_name(parts: list[str]) -> None:
    name = file_name(*parts, suffix="xlsx", otherwise=words.FILE)
    stem = name.removesuffix(".xlsx")
    assert stem
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert stem == stem.strip(" .")
    assert len(name.encode()) <= 255


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_any_words_make_a_form_and_a_ledger_that_open(text: str) -> None:
    body = samples.BODY | {"points": [text], "place": text}
    assert fields(talk_form_docx(samples.form(body)))["地点"] == cleaned(text)
    content = ledger_xlsx(samples.ledger(records={"interference": [samples.interference(text)]}))
    assert len(sheet_rows(content, 2)) == 1
