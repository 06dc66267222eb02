"""Any file becomes a document or is refused with words, and an article among furniture is kept whole."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.loading import load_bytes, split
from tests.support import files
from yanlu.errors import DocumentError

NAMES = st.sampled_from(["a.txt", "a.md", "a.html", "a.docx", "a.pdf", "a", "监督(2020-01-02).md"])
HEADS = st.sampled_from(
    [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html><p>", b"# ", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
WORDS = [
    *(
        "各级",
        "党组织",
        "要",
        "加强",
        "监督",
        "登录",
        "收藏",
        "来源",
        "编辑",
        "2021年9月24日",
        "分享",
        "首页",
    ),
    *("许可证", "“一把手”", "打印", "第三条", "声明", "扫码"),
]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=4, max_size=12).map(lambda words: "".join(words) + "。")
ARTICLES = st.lists(SENTENCES, min_size=1, max_size=8)
MARKS = st.sampled_from(
    ["+1", "登录", "字号", "阅读原文", "责任编辑：张三", "沪ICP备14003370号", "分享到：微信", "收藏"]
)
SOUND = {"a.pdf": files.pdf(["第一条 为了监督。"]), "a.docx": files.docx("第一条 为了监督。")}


@settings(max_examples=100, deadline=None)
@given(HEADS, st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)), NAMES)
def test_any_bytes_are_a_document_or_refused_in_words(head, body, name):
    with contextlib.suppress(DocumentError):
        document = load_bytes(head + body, name)
        assert document.text.strip() == document.text != ""
        assert document.title
        split(document.text)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_a_file_damaged_anywhere_is_a_document_or_refused_in_words(name, data):
    content = bytearray(SOUND[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(DocumentError):
        load_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]), name)


@settings(max_examples=100, deadline=None)
@given(
    ARTICLES,
    st.lists(MARKS, max_size=4),
    st.lists(MARKS, max_size=4),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_the_sentences_of_an_article_survive_whatever_stands_around_them(article, above, below, encoding):
    page = "\n\n".join((*above, "关于加强监督工作的若干规定", *article, *below))
    document = load_bytes(page.encode(encoding), "page.txt")
    assert [line for line in document.text.split("\n") if line] == article
    assert document.title == "关于加强监督工作的若干规定"
