"""The reading view, and how a message's text becomes markup."""

from datetime import UTC, date, datetime

import pytest

from bot.channels.web import document_address
from bot.channels.web.rendering import highlighted, marked_up
from bot.conversation.messages import Say, Span
from knowledge.catalogue import digest_document, load_catalogue
from knowledge.model import Document, Passage
from tests.support.web_service import NoLibrary, WebHouse
from tests.support.web_user import Page
from yanlu.texts import web as texts

TEXT = "总则\n第一条 监督要常态化。\n附则\n第二条 <b>自</b>发布之日起施行。"


def paper(**more) -> Document:
    first, second = "第一条 监督要常态化。", "第二条 <b>自</b>发布之日起施行。"
    places = [(0, first, "总则", "1.2"), (1, second, "附则", None)]
    passages = tuple(
        Passage("p1", n, TEXT.index(t), TEXT.index(t) + len(t), t, "article", (part,), "", measure)
        for n, t, part, measure in places
    )
    made = datetime(2026, 3, 2, tzinfo=UTC)
    return Document("p1", "某市办法", TEXT, "0" * 64, 2, made, passages, **more)


class OnePaper(NoLibrary):
    def __init__(self, paper: Document) -> None:
        self.paper = paper

    async def documents(self):
        return [self.paper]

    async def document(self, id_):
        return self.paper if id_ == self.paper.id else await super().document(id_)


@pytest.fixture
async def client():
    retired = paper(issuer="某市纪委", issued=date(2020, 1, 2), retired=date(2026, 1, 1))
    async with WebHouse(library=OnePaper(retired)).browser() as client:
        yield client


async def test_the_list_leads_to_every_document(client):
    page = Page(await client.get("/documents"))
    for address in page.tree.xpath("//ul[@class='shelf']//a/@href"):
        assert (await client.get(address)).status_code == 200
    assert page.tree.xpath("//ul[@class='shelf']//a/@href") == ["/documents/p1", "/documents/digest"]


async def test_a_document_shows_its_parts_passages_and_facts(client):
    tree = Page(await client.get("/documents/p1")).tree
    assert [each.text for each in tree.xpath("//article/h2")] == ["总则", "附则"]
    assert tree.xpath("//section/@id") == ["p0", "p1"]
    said = tree.text_content()
    for words in (
        "某市纪委 2020-01-02",
        "第2版,2026-03-02录入",
        "自 2026-01-01 起不再适用",
        "一·2 上级抓下级",
    ):
        assert words in said
    assert "<b>自</b>" in said
    assert not tree.xpath("//mark")


async def test_a_citation_opens_at_its_quote(client):
    start = TEXT.index("常态化")
    address = document_address("p1", start, start + 3)
    assert address.endswith("#quote")
    tree = Page(await client.get(address)).tree
    (mark,) = tree.xpath("//mark[@id='quote']")
    assert mark.text == "常态化"
    assert tree.xpath("//section[@id='p0']//mark")


async def test_a_quote_over_two_passages_has_one_anchor(client):
    tree = Page(await client.get(document_address("p1", 8, len(TEXT)))).tree
    assert len(tree.xpath("//mark")) == 2
    assert tree.xpath("//mark/@id") == ["quote"]


@pytest.mark.parametrize(
    "query", ["?start=x&end=y", "?start=9&end=3", "?start=-1&end=99999999999999", "?end=", "?start=٣"]
)
async def test_offsets_that_make_no_sense_mark_nothing(client, query):
    answer = await client.get(f"/documents/p1{query}")
    assert answer.status_code == 200
    assert "<mark" not in answer.text


async def test_every_measure_of_the_digest_can_be_linked_to(client):
    digest = digest_document(load_catalogue())
    for passage in digest.passages:
        tree = Page(await client.get(document_address(digest.id, passage.start, passage.end))).tree
        (mark,) = tree.xpath(f"//section[@id='p{passage.position}']//mark")
        assert mark.text == passage.text
    assert texts.DIGEST_MARK in tree.text_content()


def test_lines_become_paragraphs_and_quoted_lines_a_block():
    text = "答:要。\n\n依据 一·6\n“甲<乙”\n“丙”\n完"
    spans = (Span(6, 12, "strong"), Span(13, 18, "quote"), Span(19, 22, "quote"))
    assert marked_up(Say(text, spans)) == (
        '<p>答:要。</p><p class="gap"><strong>依据 一·6</strong></p>'
        "<blockquote><p>“甲&lt;乙”</p><p>“丙”</p></blockquote><p>完</p>"
    )


def test_styles_within_a_line_and_over_lines():
    spans = (Span(1, 3, "quote"), Span(2, 6, "strong"))
    assert marked_up(Say("甲乙丙\n丁戊", spans)) == (
        '<p>甲<span class="quote">乙</span><strong><span class="quote">丙</span></strong></p>'
        "<p><strong>丁戊</strong></p>"
    )


@pytest.mark.parametrize("text", ["", "\n\n", "\u202e\u200b"])
def test_nothing_visible_gives_nothing(text):
    assert marked_up(Say(text)) == ""


def test_what_could_lie_about_the_text_is_shown_as_space():
    assert marked_up(Say("甲\u202e乙", (Span(2, 3, "strong"),))) == "<p>甲 <strong>乙</strong></p>"


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (12, 14, ("甲乙", "丙丁", "")),
        (0, 11, ("", "甲", "乙丙丁")),
        (0, 5, ("", "", "甲乙丙丁")),
        (20, 30, ("甲乙丙丁", "", "")),
    ],
)
def test_a_quote_is_cut_out_of_its_passage(start, end, parts):
    assert highlighted("甲乙丙丁", 10, start, end) == parts
