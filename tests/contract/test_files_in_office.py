"""The files opened by a real office program: LibreOffice turns each into PDF, and the pages are read."""

import io
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.services.files import ledger_xlsx, statement_docx, talk_form_docx, year_docx, year_xlsx
from tests.support import paper_samples as samples
from yanlu.texts import duty_report as said
from yanlu.texts import files as words

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed"),
    pytest.mark.timeout(180),
]
LONG = "这一段话用来看很长的内容怎样翻页。" * 180

PAPERS = {
    "form.docx": lambda: talk_form_docx(samples.full_form()),
    "long.docx": lambda: talk_form_docx(samples.form(samples.BODY | {"points": [LONG, samples.ODD]})),
    "statement.docx": lambda: statement_docx(samples.duty_report()),
    "year.docx": lambda: year_docx(samples.year()),
    "year.xlsx": lambda: year_xlsx(samples.year()),
    "ledger.xlsx": lambda: ledger_xlsx(
        samples.ledger(records={"talk": [samples.record(id_=id_) for id_ in range(1, 61)]})
    ),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The words of every page of every paper, without spaces; one start of the program converts them all."""
    folder: Path = tmp_path_factory.mktemp("office")
    for name, make in PAPERS.items():
        (folder / name).write_bytes(make())
    profile = (folder / "profile").as_uri()
    for kind in ("docx", "xlsx"):  # Calc and Writer would both want the name year.pdf
        out = folder / kind
        subprocess.run(
            [str(OFFICE), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf",
             "--outdir", str(out), *(str(folder / name) for name in PAPERS if name.endswith(kind))],
            check=True, capture_output=True, timeout=150,
        )  # fmt: skip
    return {name: _words(folder / name[-4:] / f"{name[:-5]}.pdf") for name in PAPERS}


def _words(pdf: Path) -> list[str]:
    reader = PdfReader(io.BytesIO(pdf.read_bytes()))
    sizes = {
        tuple(sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])) for page in reader.pages
    }
    assert sizes == {(210, 297)}
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", page.extract_text())) for page in reader.pages]


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_the_form_takes_two_pages_each_numbered_and_headed(pages: dict[str, list[str]]) -> None:
    form = pages["form.docx"]
    assert len(form) == 2
    for place, page in enumerate(form, 1):
        assert "2026-000123" in page
        assert "任职谈话" in page
        assert f"—{place}—" in page
    assert words.FORM_TITLE in form[0]
    assert plain(words.FORM_SIGN_DAY) in form[1]
    assert plain(words.FORM_NOTE) in form[1]


def test_a_long_talk_goes_over_pages_and_loses_no_word(pages: dict[str, list[str]]) -> None:
    long = pages["long.docx"]
    assert len(long) >= 4
    assert all("编号2026-000123谈话类型任职谈话" in page for page in long)
    repeated = "编号2026-000123谈话类型任职谈话"
    whole = "".join(re.sub(r"—\d+—", "", page.replace(repeated, "")) for page in long)
    assert whole.count(plain("这一段话用来看很长的内容怎样翻页。")) == 180
    assert "_x0041_<b>&amp;</b>" in whole


def test_the_statement_is_a_draft_on_every_page(pages: dict[str, list[str]]) -> None:
    statement = pages["statement.docx"]
    assert 2 <= len(statement) <= 4
    assert all(plain(said.DRAFT) in page for page in statement)
    whole = "".join(statement)
    assert plain(said.CADENCE_NOTE) in whole
    assert plain("应于2026年6月30日前完成，已逾期；原因：长期病假。") in whole


def test_the_year_fits_three_pages(pages: dict[str, list[str]]) -> None:
    year = pages["year.docx"]
    assert len(year) == 3
    assert "滨河区委2026年度谈话统计" in year[0]
    assert plain(words.YEAR_BY_MONTH) in "".join(year)


def test_the_workbook_of_the_year_shows_its_charts(pages: dict[str, list[str]]) -> None:
    sheets = pages["year.xlsx"]
    assert len(sheets) == 2
    assert words.YEAR_CHART_MONTHS in sheets[0]
    assert words.YEAR_CHART_TYPES in sheets[0]
    assert "滨河区住建局" in sheets[1]


def test_the_ledger_prints_its_heads_on_every_page(pages: dict[str, list[str]]) -> None:
    ledger = pages["ledger.xlsx"]
    talks = [page for page in ledger if "指出的问题" in page]
    assert len(talks) >= 3
    assert all(plain("滨河区委 谈话记录（2026年1月1日至") in page for page in talks)
    whole = "".join(talks)
    assert [id_ for id_ in range(1, 61) if f"2026-{id_:06d}" not in whole] == []
    assert "谈话提纲" not in whole  # kept in the file, not on the paper
