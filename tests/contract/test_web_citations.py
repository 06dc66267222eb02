"""Citations in a conversation: they lead to their document, and fold open to the clause in its context."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.channels.web.clauses import ASIDE, FOLDED, NEIGHBOUR, Clauses, clause_of
from bot.channels.web.rendering import marked_up
from bot.conversation.messages import Cited, Say, Span
from bot.conversation.payloads import decoded, encoded
from bot.conversation.router import with_notice
from bot.dialogs.ask import AskDialog, spans_of
from knowledge.answering import Answerer
from knowledge.answering.shelf import Shelf
from knowledge.loading import split
from knowledge.model import Answer, Citation, Document, Passage
from tests.support.web_service import NoLibrary, WebHouse
from tests.support.web_user import Page, WebUser
from yanlu.errors import DatabaseUnavailable, UnknownDocument
from yanlu.texts import web as texts

QUESTION = "述责述廉是不是要当场被提问?"
FIRST = "第一条 为了<b>加强</b>监督,制定本办法。"
SECOND = "第二条 谈话应当\n<script>alert(1)</script>\n及时。"
THIRD = "第三条 本办法自发布之日起施行。"
TEXT = "\n".join((FIRST, SECOND, THIRD))


def paper(*parts: str, id_: str = "p1", version: int = 2, title: str = "某市办法", **more) -> Document:
    parts = parts or (FIRST, SECOND, THIRD)
    text = "\n".join(parts)
    passages = tuple(
        Passage(id_, n, text.index(part), text.index(part) + len(part), part, "article", (), f"第{n + 1}条")
        for n, part in enumerate(parts)
    )
    made = datetime(2026, 3, 2, tzinfo=UTC)
    return Document(id_, title, text, "0" * 64, version, made, passages, **more)


def cited(words: str, *, document: Document | None = None) -> Cited:
    document = document or paper()
    start = document.text.index(words)
    return Cited(document.id, document.version, start, start + len(words))


class Papers(NoLibrary):
    """A library that counts how often it is asked."""

    def __init__(self, *papers: Document) -> None:
        self.papers = {each.id: each for each in papers}
        self.asked = 0
        self.broken = False

    async def document(self, id_):
        self.asked += 1
        if self.broken:
            raise DatabaseUnavailable("数据库不可用。")
        if id_ not in self.papers:
            raise UnknownDocument("没有这个文件。")
        return self.papers[id_]


class Desk:
    """The answerer as the dialog wants it."""

    def __init__(self, answerer: Answerer) -> None:
        self.latest = answerer

    async def answerer(self):
        return self.latest

    rephrases = False


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    return Answerer.build([], index_folder=tmp_path_factory.mktemp("index"))


def quoting(document: Document, words: str, lead: str = "依据 第二条") -> Say:
    place = cited(words, document=document)
    citation = Citation(None, "", words, document.title, document.version, place.start, place.end)
    text = f"要及时。\n\n{lead}\n“{words}”\n——{document.title}"
    return Say(text, spans_of(Answer("answer", text, (citation,)), Shelf.of([document])))


async def test_an_answer_leads_to_its_document_and_folds_open_to_its_clause(answerer):
    house = WebHouse([AskDialog(Desk(answerer))])
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("/ask " + QUESTION)
        (basis,) = user.page.tree.xpath("//li[@class='bot']//strong/a")
        assert basis.text == "依据 一·6 述责述廉"
        (context,) = user.page.tree.xpath("//blockquote/details")
        assert not context.get("open")
        assert context.findtext("summary") == texts.context_of("一·6 述责述廉")
        (marked,) = context.xpath(".//mark")
        assert marked.text in user.page.tree.xpath("string(//blockquote/p)")
        shown = context.text_content()
        for neighbour in ("一·5 巡视巡察盯", "一·7 纪检、组织负责人谈话"):
            assert neighbour in shown
        (whole,) = context.xpath(".//p[@class='whole']/a/@href")
        assert whole == basis.get("href")
        document = Page(await client.get(whole))
        assert document.tree.xpath("string(//mark[@id='quote'])") == marked.text


async def test_every_measure_of_a_list_folds_open(answerer):
    house = WebHouse([AskDialog(Desk(answerer))])
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("/ask 加强对一把手的监督有哪几项?")
        labels = user.page.tree.xpath("//blockquote/details/summary/text()")
        assert len(labels) == 7
        assert labels[1] == texts.context_of("一·2 上级抓下级")
        assert len(user.page.answer.content) < 40_000


async def test_markup_in_a_document_stays_text():
    document = paper()
    house = WebHouse(library=Papers(document))
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("你好")
        address = house.turns[0].conversation.address
        await house.channel.send(address, quoting(document, SECOND))
        page = await user.opens()
        assert "<script>alert" not in page.answer.text
        assert "<b>加强" not in page.answer.text
        assert page.tree.xpath("string(//details//mark)") == SECOND
        assert "<b>加强</b>" in page.tree.xpath("string(//details[@class='context'])")
        (block,) = page.tree.xpath("//blockquote")
        assert [each.text_content() for each in block.xpath("./p")] == [
            f"“{SECOND.splitlines()[0]}",
            SECOND.splitlines()[1],
            f"{SECOND.splitlines()[2]}”",
        ]


async def test_a_retired_or_older_edition_still_opens():
    old = paper(id_="old", version=1, retired=date(2026, 1, 1))
    house = WebHouse(library=Papers(old, paper()))
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("你好")
        await house.channel.send(house.turns[0].conversation.address, quoting(old, THIRD))
        (address,) = (await user.opens()).tree.xpath("//p[@class='whole']/a/@href")
        page = Page(await client.get(address))
        assert page.tree.xpath("string(//mark)") == THIRD
        assert texts.retired_line("2026-01-01") in page.tree.text_content()


@pytest.mark.parametrize("lost", ["gone", "another edition", "beyond its end", "database"])
async def test_words_whose_document_cannot_be_shown_stand_alone(lost):
    library = Papers() if lost == "gone" else Papers(paper())
    library.broken = lost == "database"
    say = quoting(paper(), THIRD)
    place = {"another edition": {"version": 9}, "beyond its end": {"start": 9_000, "end": 9_001}}.get(
        lost, {}
    )
    say = replace(say, spans=tuple(replace(each, cited=replace(each.cited, **place)) for each in say.spans))
    clauses = await Clauses(library).of([say])
    assert clauses == {}
    shown = marked_up(say, clauses)
    assert "<details" not in shown
    assert "<a " not in shown
    assert f"<blockquote><p>“{THIRD}”</p></blockquote>" in shown


async def test_a_clause_that_could_not_be_found_is_looked_for_again():
    library = Papers(paper())
    clauses = Clauses(library)
    say = quoting(paper(), THIRD)
    library.broken = True
    assert await clauses.of([say]) == {}
    library.broken = False
    assert len(await clauses.of([say])) == 1


async def test_a_document_is_read_once_however_often_its_page_is_shown():
    library = Papers(paper())
    clauses = Clauses(library)
    says = [quoting(paper(), FIRST), quoting(paper(), THIRD)]
    for _ in range(3):
        assert len(await clauses.of(says)) == 2
    assert library.asked == 1


async def test_of_a_long_conversation_the_newest_clauses_fold_open(monkeypatch):
    document = paper(*(f"第{n}条 内容{n}。" for n in range(100)))
    library = Papers(document)
    clauses = Clauses(library)
    monkeypatch.setattr("bot.channels.web.clauses.REMEMBERED", FOLDED)
    says = [quoting(document, each.text) for each in document.passages]
    given = await clauses.of(says)
    assert set(given) == {cited(each.text, document=document) for each in document.passages[-FOLDED:]}
    assert len(await clauses.of(says[:50])) == FOLDED
    assert len(clauses._known) == FOLDED


def test_neighbours_are_cut_at_the_far_end_and_the_clause_around_its_quote():
    before, after = "甲" * 1_000, "丁" * 1_000
    middle = "乙" * 1_000 + "要处" + "丙" * 1_000
    document = paper(before, middle, after)
    clause = clause_of(document, cited("要处", document=document))
    first, second, third = clause.passages
    assert (first.before, first.after) == ("", "……" + "甲" * NEIGHBOUR)
    assert (second.before, second.quote) == ("……" + "乙" * ASIDE, "要处")
    assert second.after == "丙" * ASIDE + "……"
    assert third.after == "丁" * NEIGHBOUR + "……"
    assert clause.label == "第2条"


def test_a_quote_over_two_passages_marks_both():
    start = TEXT.index("及时")
    clause = clause_of(paper(), Cited("p1", 2, start, len(TEXT)))
    assert [bool(each.quote) for each in clause.passages] == [False, True, True]
    assert clause.label == "第2条"


def test_a_quote_of_several_lines_is_one_span_and_the_first_document_wins():
    (basis, quote) = quoting(paper(), SECOND).spans
    assert (basis.style, quote.style) == ("strong", "quote")
    assert basis.cited == quote.cited == cited(SECOND)
    text = f"依据 某处\n“{THIRD}”\n“{THIRD}之外”"
    both = [Citation(None, "", THIRD, name, 1, 0, 9) for name in ("甲", "乙")]
    shelf = Shelf.of([paper(id_="a", version=1, title="甲"), paper(id_="b", version=1, title="乙")])
    spans = spans_of(Answer("answer", text, tuple(both)), shelf)
    assert [(each.style, each.cited.document) for each in spans] == [("strong", "a"), ("quote", "a")]


@pytest.mark.parametrize("text", ["依据", "依据\n", "依据 一·2\n别的话\n“没有这句”", "", "\n\n"])
def test_a_basis_without_its_quote_leads_nowhere(text):
    answer = Answer("answer", text, (Citation(None, "", "有这句", "某市办法", 2, 0, 3),))
    assert all(each.cited is None for each in spans_of(answer, Shelf.of([paper()])))


def test_a_quote_from_a_document_that_is_not_on_the_shelf_leads_nowhere():
    (basis, _) = quoting(paper(), SECOND).spans
    answer = Answer("answer", f"依据\n“{SECOND}”", (Citation(None, "", SECOND, "某市办法", 1, 0, 9),))
    assert [each.cited for each in spans_of(answer, Shelf.of([paper()]))] == [None, None]
    assert basis.cited is not None


def test_a_citation_survives_the_outbox_and_the_notice():
    say = quoting(paper(), SECOND)
    assert decoded(encoded(say)) == say
    (shown,) = with_notice([say])
    for before, after in zip(say.spans, shown.spans, strict=True):
        assert after.cited == before.cited
        assert shown.text[after.start : after.end] == say.text[before.start : before.end]
    assert decoded(b'{"text":"a","spans":[[0,1,"quote"]]}').spans == (Span(0, 1, "quote"),)


async def test_an_official_text_with_its_articles_folds_open():
    text = "第一章 总则\n第一条 为了加强监督,制定本办法。\n第二章 谈话\n第二条 谈话应当及时,由上级来做。\n"
    passages = tuple(
        Passage("law", n, s.start, s.end, s.text, s.kind, s.path, s.label) for n, s in enumerate(split(text))
    )
    document = Document("law", "办法", text, "0" * 64, 1, datetime(2026, 1, 1, tzinfo=UTC), passages)
    last = passages[-1]
    clause = clause_of(document, Cited("law", 1, last.start, last.end))
    assert [heading for each in clause.passages for _, heading in each.headings] == [
        "第一章 总则",
        "第二章 谈话",
    ]
    assert clause.passages[-1].quote == last.text
