"""Web pages: the article without menus and scripts, in order, however the page is built."""

from datetime import date

import pytest

from knowledge.loading import load_bytes, split
from tests.support.files import page
from yanlu.errors import EmptyDocument

PARAGRAPHS = "<p>各级党组织要加强日常监督，发现问题及时提出，抓早抓小。</p><p>对整改情况要跟踪问效。</p>"


def lines(content, name="page.html"):
    return [line for line in load_bytes(content.encode(), name).text.split("\n") if line]


def test_a_page_gives_its_article_and_nothing_of_its_menus():
    document = load_bytes(
        page(
            f"<h1>监督措施</h1>"
            f"<div class='x'>发布时间：2021-0"
            f"9-24 来源：天津日报</div>"
            f"<div>{PARAGRAPHS}</div>",
            foot="版权所有 某某网",
            extra="<form><input value='搜'><button>搜索</button></form>",
        ).encode(),
        "a.html",
    )
    assert document.title == "监督措施"
    assert document.text.split("\n\n") == [
        "各级党组织要加强日常监督，发现问题及时提出，抓早抓小。",
        "对整改情况要跟踪问效。",
    ]
    assert (document.issued, document.issuer) == (date(2021, 9, 24), "天津日报")
    assert document.media_type == "text/html"


def test_fields_of_government_sites_name_the_document():
    head = (
        '<meta name="ArticleTitle" content="监督 通知"><meta name="PubDate" content="2020-05-06 10:00">'
        '<meta name="ContentSource" content="市纪委"><meta name="empty" content=""><meta charset="x">'
        '<link rel="canonical" href="https://www.example.gov/a.html"><title>监督通知_某某网</title>'
    )
    document = load_bytes(page(f"<div id='zoom'>{PARAGRAPHS}</div>", head=head).encode(), "a.html")
    assert (document.title, document.issuer) == ("监督 通知", "市纪委")
    assert document.issued == date(2020, 5, 6)
    assert document.source == "https://www.example.gov/a.html"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>监督通知_要闻_某某网</title>", "监督通知"),
        ("<title>监督通知 - 某某网</title>", "监督通知"),
        ('<meta property="og:title" content="监督通知"><title>别的</title>', "监督通知"),
        ("<title>监督通知</title>", "监督通知"),
        ("", "a"),
    ],
)
def test_a_page_without_a_heading_takes_the_title_of_its_head(head, title):
    assert load_bytes(page(PARAGRAPHS, head=head).encode(), "a.html").title == title


def test_the_named_article_is_taken_and_its_surroundings_give_date_and_source():
    body = (
        "<div>2021-09-24 11:19 来源：天津日报</div>"
        f"<div class='TRS_Editor a'>{PARAGRAPHS}</div><div>旁边的话</div>"
    )
    document = load_bytes(page(body).encode(), "a.html")
    assert "旁边" not in document.text
    assert (document.issued, document.source) == (date(2021, 9, 24), "天津日报")


def test_an_element_named_article_that_holds_little_is_not_taken_for_the_whole():
    assert "对整改情况要跟踪问效。" in lines(page(f"<article><p>摘要。</p></article>{PARAGRAPHS}"))


def test_headings_lists_breaks_and_tables_keep_their_shape():
    body = (
        "<h1>办法</h1><h2>一、任务</h2>"
        "<ul><li>甲事。</li><li>"
        "乙事。</li></ul><ol><li>"
        "丙。</li><li>丁。</li></ol>"
        "<p>上行。<br>下行。</p>"
        "<table><tr><th>姓名</th><th>"
        "职务</th></tr><tr><td>张三</td>"
        "<td>局长</td></tr></table>"
        "<blockquote>引文。</blockquote>"
    )
    assert lines(page(body)) == [
        "## 一、任务",
        "• 甲事。",
        "• 乙事。",
        "1. 丙。",
        "2. 丁。",
        "上行。",
        "下行。",
        "姓名 | 职务",
        "张三 | 局长",
        "引文。",
    ]


def test_a_table_that_lays_out_the_page_is_read_cell_by_cell():
    body = f"<table><tr><td>左栏。</td><td>{PARAGRAPHS * 6}</td></tr></table>"
    assert lines(page(body))[:2] == ["左栏。", "各级党组织要加强日常监督，发现问题及时提出，抓早抓小。"]
    nested = f"<table><tr><td><table><tr><td>{PARAGRAPHS}</td></tr></table></td></tr></table>"
    assert lines(page(nested))[-1] == "对整改情况要跟踪问效。"


def test_line_breaks_inside_chinese_words_are_the_sources_not_the_texts():
    assert lines(page("<p>各级党组织\n      要加强监督，\n约谈 ABC\nDEF。</p>")) == [
        "各级党组织要加强监督，约谈 ABC DEF。"
    ]


def test_a_page_inside_a_form_is_not_lost():
    assert (
        lines(f"<html><body><form><div>{PARAGRAPHS}</div></form></body></html>")[-1]
        == "对整改情况要跟踪问效。"
    )


def test_hidden_words_scripts_and_comments_are_left_out():
    body = (
        f"<p hidden>看不见。</p><p style='display: NONE'>也看不见。"
        f"</p><!-- 注释。 --><script>x</script>{PARAGRAPHS}"
    )
    assert not [line for line in lines(page(body)) if "看不见" in line or "注释" in line or "x" in line]


def test_a_declared_xml_page_is_read_too():
    assert (
        lines(f"<?xml version='1.0'?><html><body>{PARAGRAPHS}</body></html>", "a.xhtml")[-1]
        == "对整改情况要跟踪问效。"
    )


def test_entities_that_would_explode_do_not():
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    text = load_bytes(
        f"<!DOCTYPE html [<!ENTITY a0 '话'>{levels}]><html><p>&a9;正文在此。</p></html>".encode(), "a.html"
    ).text
    assert "正文在此。" in text
    assert len(text) < 2000


def test_a_hundred_thousand_nested_elements_are_no_trouble():
    depth = 100_000
    body = f"<html><body>{'<div>' * depth}最里面的一句话。{'</div>' * depth}</body></html>"
    assert lines(body) == ["最里面的一句话。"]


def test_a_page_of_scripts_alone_is_empty():
    with pytest.raises(EmptyDocument):
        load_bytes(b"<html><body><script>app()</script></body></html>", "a.html")


def test_a_page_is_cut_by_its_headings():
    sections = split(load_bytes(page(f"<h1>办法</h1><h2>任务</h2>{PARAGRAPHS}").encode(), "a.html").text)
    assert {section.path for section in sections} == {("任务",)}
