"""Files of every kind: read whole with their names and dates, or refused whole with the reason."""

import hashlib
import os
from datetime import date

import pytest

from knowledge.loading import load, load_bytes, split
from tests.support import files
from yanlu.errors import (
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    OversizeDocument,
    ScannedDocument,
    UnreadableDocument,
    UnsupportedDocument,
)

CHINESE = "关于加强监督的规定\n\n各级党组织要加强监督，发现问题及时提出。\n"
BODY = "各级党组织要加强监督，发现问题及时提出。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_chinese_text_is_read_in_its_encoding(encoding):
    document = load_bytes(CHINESE.encode(encoding), "规定.txt")
    assert (document.title, document.text) == ("关于加强监督的规定", BODY)
    assert document.media_type == "text/plain"


def test_utf_16_big_endian_is_read_by_its_mark():
    assert load_bytes(b"\xfe\xff" + CHINESE.encode("utf-16-be"), "a.txt").text == BODY


def test_the_fingerprint_is_of_the_bytes():
    content = CHINESE.encode()
    assert load_bytes(content, "a.txt").sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_on_disk_is_read_like_its_bytes(tmp_path):
    path = tmp_path / "规定.txt"
    path.write_bytes(CHINESE.encode())
    assert load(path) == load_bytes(CHINESE.encode(), "规定.txt")


def test_newlines_margins_controls_and_invisible_marks_are_cleaned():
    text = (
        "标题一行\r\n\r\n\r\n\u3000\u3000第一\x00段\u202e话\u200b。"
        "\x07\r第二\u00a0段话。\u2028第三段话。\U000e0041  \n"
    )
    assert load_bytes(text.encode(), "a.txt").text == "第一段话。\n第二 段话。\n第三段话。"


def test_what_is_told_by_content_needs_no_telling_name():
    assert load_bytes(files.pdf(["办法", "第一条 为了监督。"]), "办法").media_type == "application/pdf"
    assert load_bytes(files.docx("第一条 为了监督。"), "a.txt").media_type.endswith(
        "wordprocessingml.document"
    )
    assert load_bytes(files.page("<p>话。</p>").encode(), "a.txt").media_type == "text/html"
    assert load_bytes("<p>一。</p><p>二。</p><p>三。</p>".encode(), "a").media_type == "text/html"
    assert load_bytes("# 甲\n\n话。\n\n# 乙\n\n话。".encode(), "a.txt").media_type == "text/markdown"
    assert load_bytes("<html><p>话。</p></html>".encode(), "a.md").media_type == "text/html"
    assert load_bytes("文<b>字</b>。".encode(), "a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("content", "kind", "word"),
    [
        (b"", EmptyDocument, "空"),
        (" \n\u3000\r\n".encode(), EmptyDocument, "正文"),
        ("——\n***\n".encode(), EmptyDocument, "正文"),
        (bytes(range(256)) * 8, UnreadableDocument, "损坏"),
        (b"\x00" * 500 + b"abc", UnreadableDocument, "损坏"),
        ("請加強對主要負責人的監督管理工作".encode("big5"), UnreadableDocument, "编码"),
        ("café résumé naïve où".encode("latin-1"), UnreadableDocument, "编码"),
        (files.old_office(), UnsupportedDocument, "docx"),
        (files.old_office(encrypted=True), EncryptedDocument, "密码"),
        (files.png(), UnsupportedDocument, "文字识别"),
        (b"{\\rtf1 hello}", UnsupportedDocument, "格式"),
        (b"Rar!\x1a\x07\x00 junk", UnsupportedDocument, "格式"),
        (files.zip_of(a_x=b"<a/>"), UnsupportedDocument, "格式"),
        (files.zip_of(OFD_x=b"<a/>"), UnsupportedDocument, "OFD"),
        (files.zip_bomb(), OversizeDocument, "解压"),
        (files.entity_bomb(), UnreadableDocument, "不安全"),
        (files.docx("话。")[:1500], UnreadableDocument, "Word"),
        (files.with_part(files.docx("话。"), "word/document.xml", b"<w:doc"), UnreadableDocument, "Word"),
        (files.zip_of(word__document_x=b"<a/>"), UnreadableDocument, "Word"),
        (files.pdf(["话"])[:300], UnreadableDocument, "PDF"),
        (b"%PDF-1.7\n" + b"junk " * 200, UnreadableDocument, "PDF"),
        (files.encrypted_pdf("secret"), EncryptedDocument, "密码"),
        (files.scanned_pdf(), ScannedDocument, "文字识别"),
        (files.scanned_pdf(3, stamp="page"), ScannedDocument, "文字识别"),
        (files.pdf([], []), ScannedDocument, "文字识别"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason_and_a_way_out(content, kind, word):
    with pytest.raises(kind) as refused:
        load_bytes(content, "a.txt")
    assert word in str(refused.value)
    assert refused.value.kept
    assert refused.value.next_step
    assert "未存入" in refused.value.kept


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(25 * 1024 * 1024)
    with pytest.raises(OversizeDocument, match="20 MB"):
        load(path)
    path.write_bytes(b"x" * 2048)
    with pytest.raises(OversizeDocument):
        load(path, max_bytes=1024)


def test_missing_files_and_folders_are_no_documents(tmp_path):
    with pytest.raises(UnreadableDocument, match="找不到"):
        load(tmp_path / "无.txt")
    with pytest.raises(UnreadableDocument, match="不是文件"):
        load(tmp_path)
    with pytest.raises(UnreadableDocument):
        load(tmp_path / "a\0b.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("话。", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(UnreadableDocument, match="权限"):
        load(path)


@pytest.mark.parametrize(("fault", "word"), [(PermissionError(), "权限"), (OSError(5, "I/O"), "出错")])
def test_faults_of_the_disk_are_told_in_words(tmp_path, monkeypatch, fault, word):
    path = tmp_path / "a.txt"
    path.write_text("话。", encoding="utf-8")

    def fail(*_args, **_kwargs):
        raise fault

    monkeypatch.setattr(type(path), "open", fail)
    with pytest.raises(UnreadableDocument, match=word):
        load(path)


def test_a_text_of_too_many_characters_is_refused(monkeypatch):
    monkeypatch.setattr("knowledge.loading.formats.MAX_CHARACTERS", 100)
    with pytest.raises(OversizeDocument, match="拆分"):
        load_bytes(("话。" * 100).encode(), "a.txt")


def test_every_refusal_is_a_document_error():
    with pytest.raises(DocumentError):
        load_bytes(b"", "a.txt")


def test_the_only_line_of_a_file_is_its_text_and_the_name_its_title():
    document = load_bytes("加强监督".encode(), "工作要点(2020-03-05).txt")
    assert (document.title, document.text, document.issued) == ("工作要点", "加强监督", date(2020, 3, 5))


def test_a_law_in_markdown_gives_title_dates_issuer_and_keeps_its_history():
    text = (
        "# 某某监督法\n\n2001年2月3日 第九届全国人民代表大会常务委员会第二次会议通过\n\n"
        "2018年10月26日 第十三届全国人民代表大会常务委员会第六次会议修订\n\n<!-- INFO END -->\n\n"
        "## 第一章 总则\n\n"
        "第一条 为了**监督**,根据[宪法](x.md),"
        "制定本法。\n\n| 项目 | 时限 |\n"
        "|--|--|\n| 甲 | 三日 |\n\n"
        "第二条 本法自2019年1月1日起施行。\n"
    )
    document = load_bytes(text.encode(), "某某监督法(2018-10-26).md")
    assert document.title == "某某监督法"
    assert document.issuer == "全国人民代表大会常务委员会"
    assert (document.issued, document.effective) == (date(2018, 10, 26), date(2019, 1, 1))
    assert document.text.startswith("2001年2月3日 第九届")
    assert "第一条 为了监督,根据宪法,制定本法。" in document.text
    assert "项目 | 时限\n甲 | 三日" in document.text
    assert "INFO" not in document.text


def test_an_amended_law_that_repeats_its_first_day_has_no_known_effective_day():
    text = "# 甲法\n\n2018年1月2日 国务院修订\n\n<!-- INFO END -->\n\n第一条 本法自1999年5月1日起施行。"
    document = load_bytes(text.encode(), "甲法.md")
    assert (document.issued, document.effective, document.issuer) == (date(2018, 1, 2), None, "国务院")


def test_effective_at_once_means_the_day_of_issue_and_a_stated_day_wins():
    at_once = "# 甲办法\n\n2018年1月2日 国务院公布\n\n第一条 本办法自公布之日起施行。"
    assert load_bytes(at_once.encode(), "a.md").effective == date(2018, 1, 2)
    stated = "# 乙办法\n\n2018年1月2日 国务院公布\n\n2018年3月1日 施行\n\n第一条 为了监督。"
    assert load_bytes(stated.encode(), "a.md").effective == date(2018, 3, 1)


def test_markdown_lists_code_breaks_and_front_matter_become_plain_lines():
    text = (
        "---\ntitle: '工作手册'\n"
        "date: 2020-01-02\nauthor: 办公室\n"
        "url: https://example.org/a\n---\n"
        "\n开头的话。\n\n* 甲\n* 乙\n\n"
        "3. 丙\n4. 丁\n\n一行<br>"
        "二行  \n三行`码`![图](a.png)\n"
        "\n```\n原样\n```\n\n<div>"
        "块</div>\n\n    缩进的话。\n"
    )
    document = load_bytes(text.encode(), "a.md")
    assert document.title == "工作手册"
    assert (document.issued, document.issuer, document.source) == (
        date(2020, 1, 2),
        "办公室",
        "https://example.org/a",
    )
    assert [line for line in document.text.split("\n") if line] == [
        "开头的话。",
        "• 甲",
        "• 乙",
        "3. 丙",
        "4. 丁",
        "一行",
        "二行",
        "三行码",
        "原样",
        "块",
        "缩进的话。",
    ]


def test_hard_wrapped_text_is_joined_back_into_paragraphs():
    text = (
        "关于谈话的通知\n\n各级党组织要认真"
        "落实谈话制度加强对领导干部的日常\n"
        "监督发现问题及时提出做到"
        "早发现早提醒早纠正同时要\n"
        "注意方式方法讲究实效不走过场"
        "不搞形式主义切实解决\n问题。"
        "\n一、各单位要在每年年底前把"
        "谈话情况报告上级党组织\n并抄送"
        "ABC DEF GHI JKL MNO PQR STU VWX YZA BCD\nEFG 办公室。\n"
    )
    lines = [line for line in load_bytes(text.encode(), "a.txt").text.split("\n") if line]
    assert lines[0].startswith("各级党组织")
    assert lines[0].endswith("解决问题。")
    assert lines[1].startswith("一、各单位")
    assert "BCD EFG 办公室。" in lines[1]
    assert len(lines) == 2


def test_unwrapped_text_keeps_its_lines():
    text = "名单\n\n张三\n李四\n王五\n赵六\n钱七\n孙八\n"
    assert load_bytes(text.encode(), "a.txt").text.split("\n") == [
        "张三",
        "李四",
        "王五",
        "赵六",
        "钱七",
        "孙八",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "要闻" + "·《" * 140 + "x",
        "评论" + " " * 100_000 + "x",
        "记者" + "\u3000" * 100_000 + "x",
        "PART" + " " * 100_000 + "x",
    ],
)
@pytest.mark.timeout(60)  # a few milliseconds; hours if a pattern backtracks
def test_lines_made_to_stall_pattern_matching_do_not(line):
    load_bytes(f"{line}\n各级党组织要加强监督。\n{line}".encode(), "a.txt")
    split(f"{line}\n问:甲?\n答:乙。")


@pytest.mark.timeout(60)  # a tenth of a second; hours if the parser stalls
def test_markdown_made_to_stall_its_parser_does_not():
    assert load_bytes(("[" * 100_000 + "正文在此。").encode(), "a.md").text.endswith("正文在此。")
