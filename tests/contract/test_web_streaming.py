"""What a page's script gets: only what is new, the words as they come, nothing twice, nothing lost when it breaks."""

import asyncio
from contextlib import asynccontextmanager
from typing import ClassVar

import httpx
import pytest
from lxml import html

from bot.channels.web.streaming import HEADER, MARK
from bot.conversation.messages import Choice, OutgoingFile, Say, Span
from bot.conversation.typed_text import MAX_TEXT
from tests.support.web_part import ASKING, Part, fragments_of, said
from tests.support.web_service import WebHouse, served
from tests.support.web_user import Page, WebUser
from yanlu.errors import DatabaseUnavailable
from yanlu.texts import conversation
from yanlu.texts import web as texts

LONG = "第一段。\n“原文”\n\n第二段。\n第三段。"


class LongDialog:
    """Says something of several paragraphs, with a quote, choices and a file."""

    name = "long"
    commands: ClassVar = {"long": "长答复", "paper": "文件"}

    async def handle(self, turn, scene):
        if turn.kind == "choice":
            return [Say(f"选了:{turn.text}")]
        file = OutgoingFile("表.docx", b"PK", "a/b") if turn.text == "paper" else None
        return [Say(LONG, (Span(5, 9, "quote"),), ((Choice("甲", "long:a"), Choice("乙", "long:b")),), file)]


class Gate:
    """Stands before the conversation core: turns go through when it is open."""

    def __init__(self, house: WebHouse) -> None:
        self.open = asyncio.Event()
        self._applied = house.taker.take
        house.taker.take = self.take

    async def take(self, turn) -> None:
        await self.open.wait()
        await self._applied(turn)


@pytest.fixture
def house():
    return WebHouse([LongDialog()])


@pytest.fixture
async def user(house):
    async with house.browser() as client:
        user = WebUser(client)
        await user.opens()
        yield user


async def asked(user: WebUser, text: str = "", after: int = 0, **more: str) -> Part:
    """Send the page's form as its script does."""
    fields = {**user.page.hidden, "after": str(after), "text": text, **more}
    return Part(await user.client.post("/turn", data=fields, headers=ASKING))


@asynccontextmanager
async def slow_line(house: WebHouse):
    """A browser on a real socket, whose page was opened."""
    async with served(house.app) as base, httpx.AsyncClient(base_url=base, follow_redirects=True) as client:
        user = WebUser(client)
        await user.opens()
        yield user


@asynccontextmanager
async def answered(user: WebUser, text: str):
    """The answer to a turn while it is coming in: an iterator of all of it so far."""
    fields = {**user.page.hidden, "after": "0", "text": text}
    async with user.client.stream("POST", "/turn", data=fields, headers=ASKING) as answer:

        async def so_far():
            content = b""
            async for piece in answer.aiter_bytes():
                content += piece
                yield content

        yield so_far()


async def until(contents, count: int) -> list[tuple[str, str, str]]:
    """Read on until that many messages have come to their end."""
    async for content in contents:
        fragments = fragments_of(content)
        if sum(each.get("data-closed") is not None for each in fragments) >= count:
            return said(fragments)
    raise AssertionError("the answer ended before")


async def test_a_part_holds_the_new_messages_and_the_next_form(house, user):
    part = await asked(user, "述责述廉怎么做?")
    assert part.answer.status_code == 200
    assert part.messages == [("m1", "user", "述责述廉怎么做?"), ("m2", "bot", part.messages[1][2])]
    assert "答:述责述廉怎么做?" in part.messages[1][2]
    page = await user.opens()
    assert part.life == part.state["life"] == page.life
    assert part.state["form"] == page.hidden["form"]
    assert len(part.state["once"]) == 22
    assert part.choices == [label for row in page.choices for label in row]
    assert part.state["offering"] == "2"
    assert (part.state["gone"], part.state["composer"], part.alert) == ("", "", "")


async def test_what_is_put_together_of_a_part_is_what_the_page_shows(user):
    part = await asked(user, "/long")
    lines: list[html.HtmlElement] = []
    for each in part.fragments:
        if each.tag == "li":
            lines.append(each)
        elif each.get("data-closed") is not None:
            lines[-1].extend(list(each))
        elif each.tag != "template":
            lines[-1].find("div").append(each)
    shown = (await user.opens()).tree.xpath("//ol[@id='messages']/li")
    assert [html.tostring(line, with_tail=False) for line in lines] == [
        html.tostring(line, with_tail=False) for line in shown
    ]


async def test_each_paragraph_and_each_quote_is_a_fragment_of_its_own(user):
    await asked(user, "你好")  # the first message tells what must not be typed
    await user.opens()
    part = await asked(user, "/long", after=2)
    start = next(n for n, each in enumerate(part.fragments) if each.get("class") == "bot")
    tags = [each.tag for each in part.fragments[start:]]
    assert tags == ["li", "p", "blockquote", "p", "p", "template", "template"]


async def test_the_second_part_holds_nothing_of_the_first(house, user):
    first = await asked(user, "第一问?")
    user.page.answer = None
    fields = {**first.hidden, "after": "2", "text": "第二问?"}
    second = Part(await user.client.post("/turn", data=fields, headers=ASKING))
    assert [id_ for id_, _, _ in second.messages] == ["m3", "m4"]
    assert "第一问" not in second.answer.text.replace("上文:第一问?", "")
    for number in range(20):
        await WebUser(user.client).says(f"再问{number}?")
    page = await user.opens()
    last = await asked(user, "又问?", after=page.numbers[-1])
    assert len(last.answer.content) * 5 < len((await user.opens()).answer.content)


async def test_ones_own_message_comes_before_the_answer_is_made(house):
    gate = Gate(house)
    async with slow_line(house) as user, answered(user, "述责述廉怎么做?") as contents:
        assert await until(contents, 1) == [("m1", "user", "述责述廉怎么做?")]
        gate.open.set()
        messages = await until(contents, 2)
        assert [author for _, author, _ in messages] == ["user", "bot"]
        rest = [content async for content in contents]
    assert len(house.turns) == 1
    assert rest == [] or fragments_of(rest[-1])[-1].get("data-end") is not None


async def test_each_message_comes_as_soon_as_it_is_on_the_page(house):
    gate = Gate(house)
    async with slow_line(house) as user, answered(user, "述责述廉怎么做?") as contents:
        await until(contents, 1)
        await house.channel.send(house.turns[0].conversation.address, Say("有新的答复"))
        assert (await until(contents, 2))[1] == ("m2", "bot", "有新的答复")
        gate.open.set()
        assert len(await until(contents, 3)) == 3


async def test_who_hangs_up_in_the_middle_loses_nothing(house):
    gate = Gate(house)
    async with slow_line(house) as user:
        form = dict(user.page.hidden)
        async with answered(user, "述责述廉怎么做?") as contents:
            await until(contents, 1)
        gate.open.set()
        page = await user.posts("/turn", {**form, "text": "述责述廉怎么做?"})
        assert [author for author, _ in page.messages] == ["user", "bot"]
    assert len(house.turns) == 1


async def test_a_plain_form_after_a_part_takes_nothing_twice(house, user):
    form = dict(user.page.hidden)
    await asked(user, "述责述廉怎么做?")
    page = await user.posts("/turn", {**form, "text": "述责述廉怎么做?"})
    assert [author for author, _ in page.messages] == ["user", "bot"]
    assert len(house.turns) == 1


async def test_a_double_submit_is_one_turn_and_both_parts_are_whole(house, user):
    parts = await asyncio.gather(*(asked(user, "述责述廉怎么做?") for _ in range(3)))
    for part in parts:
        assert [author for _, author, _ in part.messages] == ["user", "bot"]
        assert part.state
    assert len(house.turns) == 1


async def test_two_tabs_wait_for_each_other_and_see_each_others_words(house, user):
    other = WebUser(user.client)
    await other.opens()
    await asyncio.gather(asked(user, "甲问?"), asked(other, "乙问?"))
    page = await user.opens()
    assert [author for author, _ in page.messages] == ["user", "bot", "user", "bot"]
    await other.opens()
    last = await asked(other, "丙问?", after=2)
    assert [id_ for id_, _, _ in last.messages] == ["m3", "m4", "m5", "m6"]


async def test_a_turn_that_cannot_be_committed_takes_its_message_back(house, user):
    house.database.broken = DatabaseUnavailable("数据库不可用。")
    part = await asked(user, "述责述廉怎么做?")
    assert part.messages in ([], [("m1", "user", "述责述廉怎么做?")])
    assert part.state["gone"] == "1"
    assert (part.alert, part.state["composer"]) == (texts.NOT_TAKEN, "述责述廉怎么做?")
    assert not (await user.opens()).messages
    house.database.broken = None
    again = Part(
        await user.client.post("/turn", data={**part.hidden, "text": "述责述廉怎么做?"}, headers=ASKING)
    )
    assert [author for _, author, _ in again.messages] == ["user", "bot"]


async def test_a_message_that_was_shown_and_taken_back_is_named(house):
    gate = Gate(house)
    async with slow_line(house) as user, answered(user, "述责述廉怎么做?") as contents:
        await until(contents, 1)
        house.database.broken = DatabaseUnavailable("数据库不可用。")
        gate.open.set()
        content = [content async for content in contents][-1]
    end = fragments_of(content)[-1]
    assert (end.get("data-gone"), end.get("data-composer")) == ("1", "述责述廉怎么做?")
    assert end.text_content() == texts.NOT_TAKEN


async def test_a_fault_cuts_the_part_off_before_its_end(house, monkeypatch):
    async def broken(*_arguments, **_more):
        raise DatabaseUnavailable("数据库不可用。")

    async with slow_line(house) as user:
        monkeypatch.setattr(house.channel.sessions, "open", broken)
        with pytest.raises(httpx.RemoteProtocolError):
            await asked(user, "述责述廉怎么做?")
        monkeypatch.undo()
        await user.says("述责述廉怎么做?")
        assert [author for author, _ in user.page.messages] == ["user", "bot"]


async def test_a_part_is_never_compressed_kept_or_gathered(user):
    fields = {**user.page.hidden, "text": "述责述廉怎么做?"}
    headers = {**ASKING, "accept-encoding": "gzip, deflate, br"}
    answer = await user.client.post("/turn", data=fields, headers=headers)
    assert "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    "words", [MARK.decode(), "</template><script>alert(1)</script>", '" onclick="x', "a\x1eb"]
)
async def test_no_words_break_out_of_their_fragment(user, words):
    part = await asked(user, words)
    assert part.messages[0] == ("m1", "user", words.replace("\x1e", " "))
    assert [each.tag for each in part.fragments[:4]] == ["template", "li", "p", "template"]
    assert len(part.messages) == 2
    assert not [each for each in part.fragments if each.xpath("descendant-or-self::script | .//*[@onclick]")]
    await user.opens()
    too_long = words + "长" * (MAX_TEXT + 1)
    assert (await asked(user, too_long)).state["composer"] == too_long


async def test_only_the_latest_offer_stands_in_a_part(user):
    part = await asked(user, "/long")
    assert (part.choices, part.state["offering"]) == (["甲", "乙"], "2")
    await user.opens()
    part = await asked(user, "没写完的话", after=2, choice="long:b")
    assert part.messages[0] == ("m3", "user", "乙")
    assert part.state["offering"] == "0"
    assert (part.alert, part.state["composer"]) == (texts.TEXT_KEPT, "没写完的话")
    page = await user.opens()
    assert (page.alert, page.composer) == ("", "没写完的话")


async def test_a_file_is_part_of_its_message(user):
    part = await asked(user, "/paper")
    (link,) = [link for each in part.fragments for link in each.xpath(".//a[@download]/@href")]
    assert (await user.client.get(link)).content == b"PK"
    assert texts.FILE_LIFE in part.messages[-1][2]


async def test_a_page_that_was_wiped_in_mid_turn_is_told_to_drop_what_it_shows(house, user):
    await asked(user, "不该再看到的话")
    old = (await user.opens()).life
    applied = house.taker.take

    async def take(turn):
        await applied(turn)
        await house.channel.clean(turn.conversation.address)
        await house.channel.send(turn.conversation.address, Say("已清除"))

    house.taker.take = take
    part = await asked(user, "提交", after=2)
    lives = [each.get("data-life") for each in part.fragments if each.get("data-life")]
    assert old not in lives
    last = max(n for n, each in enumerate(part.fragments[:-1]) if each.get("data-life"))
    assert said(part.fragments[last:]) == [("m5", "bot", "已清除")]


async def test_after_a_restart_a_part_begins_a_new_transcript(house, user):
    await asked(user, "此前的话")
    await user.opens()
    later = house.restarted()
    async with later.browser() as client:
        client.cookies = user.client.cookies
        part = Part(
            await client.post(
                "/turn", data={**user.page.hidden, "after": "2", "text": "你好"}, headers=ASKING
            )
        )
    assert part.life != user.page.life
    assert part.messages[0] == ("m1", "note", texts.HISTORY_LOST)


async def test_a_form_that_is_refused_keeps_its_words_and_gives_the_next_form(house, user):
    for status, alert, more in (
        (403, texts.SESSION_EXPIRED, {"form": "x"}),
        (400, texts.FORM_BROKEN, {"once": "x"}),
        (422, conversation.too_long_text(MAX_TEXT), {"text": "长" * (MAX_TEXT + 1)}),
    ):
        fields = {**user.page.hidden, "text": "写好的话", **more}
        part = Part(await user.client.post("/turn", data=fields, headers=ASKING))
        assert (part.answer.status_code, part.alert) == (status, alert)
        assert part.state["composer"] == fields["text"]
        assert part.answer.headers[HEADER] == "part"
    assert not house.turns
    async with house.browser() as nobody:
        part = Part(await nobody.post("/turn", data={**user.page.hidden, "text": "写好的话"}, headers=ASKING))
        assert (part.answer.status_code, part.state["life"]) == (403, "")
        again = Part(await nobody.post("/turn", data={**part.hidden, "text": "写好的话"}, headers=ASKING))
        assert again.messages[0] == ("m1", "user", "写好的话")


async def test_another_site_gets_no_part(house, user):
    headers = {**ASKING, "sec-fetch-site": "cross-site"}
    answer = await user.client.post("/turn", data={**user.page.hidden, "text": "植入"}, headers=headers)
    assert answer.status_code == 403
    assert HEADER not in answer.headers
    assert not house.turns


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "١"])
async def test_a_number_that_is_none_means_that_nothing_is_shown_yet(user, after):
    await asked(user, "甲问?")
    await user.opens()
    answer = await user.client.get("/news", params={"life": user.page.life, "after": after})
    assert [id_ for id_, _, _ in Part(answer).messages] == ["m1", "m2"]


async def test_a_page_of_an_earlier_transcript_is_given_the_new_one_whole(house, user):
    await asked(user, "甲问?")
    await user.opens()
    await user.posts("/clear", {"form": user.page.hidden["form"]})
    part = Part(await user.client.get("/news", params={"life": "12345678", "after": "2"}))
    assert part.messages == [("m1", "note", texts.CLEARED)]
    assert part.life == (await user.opens()).life


async def test_a_seat_that_was_left_has_no_news(house, user):
    await asked(user, "甲问?")
    cookie = dict(user.client.cookies)
    form = (await user.opens()).hidden["form"]
    await user.client.post("/leave", data={"form": form})
    async with house.browser() as thief:
        thief.cookies.update(cookie)
        answer = await thief.get("/news", params={"life": "", "after": "0"})
        assert (answer.status_code, answer.content) == (204, b"")


async def test_pages_without_scripts_get_pages(user):
    answer = await user.client.post("/turn", data={**user.page.hidden, "text": "述责述廉怎么做?"})
    assert HEADER not in answer.headers
    assert Page(answer).messages
    assert user.page.tree.xpath("//p[@id='waiting']")[0].text is None
