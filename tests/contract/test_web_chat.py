"""The chat page without a script: what a person asks, taps, fills in, sends and gets, each exactly once."""

import asyncio
from typing import ClassVar
from urllib.parse import unquote

import httpx
import pytest

from bot.channels.web.chat import SHOWN
from bot.channels.web.uploads import MAX_FILE
from bot.conversation.messages import Choice, OutgoingFile, Say
from bot.conversation.typed_text import MAX_TEXT
from tests.support.web_service import WebHouse
from tests.support.web_user import Page, WebUser
from yanlu.errors import ChannelError, DatabaseUnavailable
from yanlu.texts import conversation
from yanlu.texts import web as texts

PAPER = OutgoingFile("谈话登记表 2026.docx", b"PK paper", "application/vnd.openxmlformats")


class PaperDialog:
    """Hands out a file; offers choices in rows."""

    name = "paper"
    commands: ClassVar = {"paper": "打印登记表"}

    async def handle(self, turn, scene):
        if turn.kind == "choice":
            return [Say(f"选了:{turn.text}")]
        rows = ((Choice("甲", "paper:a"), Choice("乙", "paper:b")), (Choice("丙", "paper:c"),))
        return [Say("登记表如下", choices=rows, file=PAPER)]


@pytest.fixture
def house():
    return WebHouse([PaperDialog()])


@pytest.fixture
async def user(house):
    async with house.browser() as client:
        user = WebUser(client)
        await user.opens()
        yield user


async def test_the_first_page_says_what_must_not_be_typed_and_how_to_ask(user):
    page = user.page
    assert page.answer.status_code == 200
    text = page.tree.text_content()
    for words in (conversation.NOTICE, texts.INTRO, *texts.EXAMPLES, texts.LEAVE):
        assert words in text
    assert not page.messages
    assert texts.NO_HISTORY not in text


async def test_an_example_is_asked_by_its_button(user):
    await user.taps(texts.EXAMPLES[0])
    await user.sees(f"答:{texts.EXAMPLES[0]}")
    assert user.page.messages[0] == ("user", texts.EXAMPLES[0])


async def test_a_question_is_answered_and_stays_on_the_page(user):
    await user.says("述责述廉怎么做?")
    await user.sees("答:述责述廉怎么做?")
    await user.says("那下级呢?")
    await user.sees("上文:述责述廉怎么做?")
    await user.does_not_see("答:述责述廉怎么做?")
    assert [author for author, _ in (await user.opens()).messages] == ["user", "bot", "user", "bot"]


async def test_post_leads_to_a_page_that_can_be_reloaded(house, user):
    await user.says("述责述廉怎么做?")
    (sent,) = user.page.answer.history
    assert (sent.request.method, sent.status_code) == ("POST", 303)
    assert sent.headers["location"] == "/#m1"
    await user.opens()
    assert len(house.turns) == 1


async def test_choices_stand_in_their_rows_and_are_taken_by_button_and_by_number(user):
    await user.says("/paper")
    assert user.page.choices == [["甲", "乙"], ["丙"]]
    await user.taps("乙")
    await user.sees("选了:paper:b")
    assert user.page.messages[-2] == ("user", "乙")
    await user.says("/paper")
    await user.says("3")
    await user.sees("选了:paper:c")


async def test_only_the_latest_offer_stands(user):
    await user.says("/paper")
    await user.says("述责述廉怎么做?")
    assert user.page.choices == [["看原文", "转人工"]]


async def test_a_choice_that_was_taken_is_not_offered_again(house, user):
    await user.says("/paper")
    old = {**user.page.hidden, **user.page.button("甲")}
    await user.taps("乙")
    assert user.page.choices == []
    await user.says("/paper")
    assert user.page.choices == [["甲", "乙"], ["丙"]]
    house.database.broken = DatabaseUnavailable("数据库不可用。")
    await user.taps("甲")
    assert user.page.choices == [["甲", "乙"], ["丙"]], "nothing was taken"
    house.database.broken = None
    await user.says("/handin")
    await user.posts("/turn", {**old, "once": user.page.hidden["once"]})
    assert user.page.choices, "a choice of an older message leaves the latest alone"


async def test_a_command_is_in_the_menu_and_can_be_typed(user):
    await user.taps("打印登记表")
    assert user.page.messages[0] == ("user", "打印登记表")
    await user.sees("登记表如下")
    await user.says("/nonsense")
    await user.sees("没有 /nonsense 这个命令")


async def test_a_form_from_start_to_review_and_confirm(house, user):
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    await user.taps(conversation.SKIP)
    await user.sees(conversation.CHECK_CARD)
    await user.taps(conversation.HANDIN_CONFIRM)
    await user.sees(conversation.HANDIN_DONE)
    assert house.database.state.questions == [("离任审计多久一次?", None)]


async def test_a_double_submit_is_taken_once_and_both_see_the_answer(house, user):
    page = user.page
    fields = {**page.hidden, "text": "述责述廉怎么做?"}
    answers = await asyncio.gather(*(user.client.post("/turn", data=fields) for _ in range(3)))
    for answer in answers:
        assert [author for author, _ in Page(answer).messages] == ["user", "bot"]
    assert len(house.turns) == 1


async def test_the_back_button_after_confirm_confirms_nothing_again(house, user):
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    await user.taps(conversation.SKIP)
    review = user.page
    confirm = {**review.hidden, "text": "", **review.button(conversation.HANDIN_CONFIRM)}
    await user.posts("/turn", confirm)
    seen = user.page.messages
    await user.posts("/turn", confirm)
    assert user.page.messages == seen
    assert len(house.database.state.questions) == 1


async def test_back_after_a_restart_repeats_nothing_and_says_so(house, user):
    await user.says("/handin")
    asked = {**user.page.hidden, "text": "离任审计多久一次?"}
    await user.posts("/turn", asked)
    later = house.restarted()
    async with later.browser() as client:
        client.cookies = user.client.cookies
        page = Page(await client.post("/turn", data=asked))
    assert ("note", texts.ALREADY) in page.messages
    assert ("note", texts.HISTORY_LOST) in page.messages


async def test_after_a_restart_the_next_answer_still_works(house, user):
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    old = user.page
    later = house.restarted()
    async with later.browser() as client:
        client.cookies = user.client.cookies
        fresh = Page(await client.get("/"))
        assert texts.NO_HISTORY in fresh.tree.text_content()
        page = Page(await client.post("/turn", data={**old.hidden, "text": "补充一句"}))
        assert conversation.CHECK_CARD in page.messages[-1][1]


async def test_a_file_comes_as_a_download_of_its_own_session(house, user):
    await user.says("/paper")
    (address,) = user.page.downloads
    answer = await user.client.get(address)
    assert answer.content == PAPER.content
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=\"yanlu.docx\"; filename*=UTF-8''")
    assert unquote(disposition.partition("UTF-8''")[2]) == PAPER.name
    assert answer.headers["content-type"] == PAPER.media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    async with house.browser() as stranger:
        assert (await stranger.get(address)).status_code == 404
        await WebUser(stranger).says("你好")
        assert (await stranger.get(address)).status_code == 404


async def test_a_file_sent_can_be_fetched_by_its_reference_during_its_turn(house, user, tmp_path):
    path = tmp_path / "会议 记录.png"
    path.write_bytes(b"\x89PNG" + bytes(2_000_000))
    await user.sends(path)
    await user.sees(conversation.FILE_UNWANTED)
    file = house.turns[-1].file
    assert (file.name, file.size, file.media_type) == ("会议 记录.png", 2_000_004, "image/png")
    assert house.files == [path.read_bytes()]
    assert "会议 记录.png" in user.page.messages[0][1]
    with pytest.raises(ChannelError, match=texts.FILE_GONE):
        await house.channel.fetch(file.reference)
    assert house.channel.sessions.uploads.size == 0


async def test_a_file_that_is_gone_is_told_by_its_error(house):
    with pytest.raises(ChannelError, match=texts.FILE_GONE):
        await house.channel.fetch("nothing")


async def test_text_beside_a_file_is_a_turn_of_its_own(house, user):
    await user.posts("/turn", {**user.page.hidden, "text": "见附件"}, {"file": ("a.txt", b"1")})
    assert [turn.kind for turn in house.turns] == ["file", "text"]
    assert len({turn.update for turn in house.turns}) == 2


async def test_words_typed_beside_a_tapped_button_stay_in_the_composer(house, user):
    await user.says("/paper")
    fields = {**user.page.hidden, "text": "没写完的话", **user.page.button("甲")}
    page = await user.posts("/turn", fields, {"file": ("a.txt", b"1")})
    assert page.composer == "没写完的话"
    assert texts.TEXT_KEPT in page.alert
    assert texts.FILE_AGAIN in page.alert
    assert [turn.kind for turn in house.turns] == ["command", "choice"]
    assert (await user.opens()).alert == ""
    await user.says("写完了")
    assert user.page.composer == ""


async def test_too_long_a_text_is_kept_in_the_composer(house, user):
    page = await user.posts("/turn", {**user.page.hidden, "text": "长" * (MAX_TEXT + 1)})
    assert page.answer.status_code == 422
    assert page.composer == "长" * (MAX_TEXT + 1)
    assert page.alert == conversation.too_long_text(MAX_TEXT)
    assert not house.turns


async def test_leading_lines_of_a_kept_text_are_kept(user):
    page = await user.posts("/turn", {**user.page.hidden, "text": "\n\n" + "长" * (MAX_TEXT + 1)})
    # A parser drops the first newline of a textarea (HTML, "the textarea element"): one more was put before it.
    assert page.composer.lstrip("\n").startswith("长")
    assert page.answer.text.count(">\n\n\n长") == 1


async def test_an_expired_session_in_mid_form_keeps_what_was_typed(house, user):
    fields = {**user.page.hidden, "text": "写了很久的内容"}
    async with house.browser() as nobody:
        page = Page(await nobody.post("/turn", data=fields))
        assert page.answer.status_code == 403
        assert page.composer == "写了很久的内容"
        assert page.alert == texts.SESSION_EXPIRED
        again = Page(await nobody.post("/turn", data={**page.hidden, "text": page.composer}))
        assert again.messages[0] == ("user", "写了很久的内容")


async def test_an_oversize_file_keeps_the_text(house, user):
    page = await user.posts(
        "/turn", {**user.page.hidden, "text": "见附件"}, {"file": ("a.bin", bytes(MAX_FILE + 1))}
    )
    assert page.answer.status_code == 413
    assert (page.alert, page.composer) == (texts.FILE_TOO_BIG, "见附件")
    assert not house.turns


async def test_markup_in_any_text_stays_text(user):
    await user.says("<script>alert(1)</script> & <b>粗</b>")
    assert "<script>alert(1)" not in user.page.answer.text
    assert user.page.messages[0] == ("user", "<script>alert(1)</script> & <b>粗</b>")
    assert not user.page.tree.xpath("//ol[@id='messages']//b")


async def test_a_turn_that_cannot_be_committed_keeps_the_words(house, user):
    house.database.broken = DatabaseUnavailable("数据库不可用。")
    page = await user.posts("/turn", {**user.page.hidden, "text": "述责述廉怎么做?"})
    assert page.answer.status_code == 503
    assert (page.composer, page.alert) == ("述责述廉怎么做?", texts.NOT_TAKEN)
    assert not page.messages
    house.database.broken = None
    await user.says("述责述廉怎么做?")
    await user.sees("答:述责述廉怎么做?")


async def test_clear_forgets_what_is_shown_and_keeps_the_form(user):
    await user.says("/handin")
    page = await user.posts("/clear", {"form": user.page.hidden["form"]})
    assert page.messages == [("note", texts.CLEARED)]
    await user.says("离任审计多久一次?")
    await user.taps(conversation.SKIP)
    await user.sees("离任审计多久一次?")


async def test_leaving_forgets_all_and_ends_on_a_page_without_our_name(house, user, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"1")
    await user.sends(path)
    await user.says("/handin")
    cookie = dict(user.client.cookies)
    form = user.page.hidden["form"]
    answer = await user.client.post("/leave", data={"form": form})
    assert answer.url.path == "/left"
    for word in (texts.SERVICE, "监督", "举报", "离任"):
        assert word not in answer.text
    assert not user.client.cookies
    assert len(house.channel.sessions) == 0
    with pytest.raises(ChannelError):
        await house.channel.fetch(house.turns[0].file.reference)
    await asyncio.sleep(0.05)
    assert house.turns[-1].text == "cancel"
    assert not [slot for _, slot in house.database.state.drafts if slot == "form"]
    async with httpx.AsyncClient(transport=user.client._transport, base_url="http://yanlu.test") as thief:
        thief.cookies.update(cookie)
        assert Page(await thief.get("/")).hidden["form"] != form


async def test_leaving_may_lead_to_another_site():
    house = WebHouse(leave="https://weather.example/today")
    async with house.browser() as client:
        user = WebUser(client)
        page = await user.opens()
        assert "form-action 'self' https://weather.example;" in page.answer.headers["content-security-policy"]
        client.follow_redirects = False
        answer = await client.post("/leave", data={"form": page.hidden["form"]})
        assert answer.headers["location"] == "https://weather.example/today"


async def test_a_long_conversation_shows_its_end_and_leads_to_its_beginning():
    house = WebHouse()
    async with house.browser() as client:
        user = WebUser(client)
        for number in range(SHOWN):
            await user.says(f"第{number}句")
        shown = user.page.messages
        assert len(shown) == SHOWN
        earlier = user.page.tree.xpath("//a[contains(@href, 'all=yes')]")
        assert len(earlier) == 1
        whole = Page(await client.get("/?all=yes"))
        assert len(whole.messages) > SHOWN
        assert whole.messages[-SHOWN:] == shown
        assert whole.messages[0] == ("user", "第0句")
