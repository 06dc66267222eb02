"""What is held in memory: bounded in number, size and time, and honest about what is gone."""

import tracemalloc
from contextlib import AsyncExitStack

import pytest

from bot.channels.web import WebChannel
from bot.channels.web.sessions import Sessions
from bot.channels.web.shelf import Shelf
from bot.channels.web.transcript import Bounds, Transcripts
from bot.channels.web.uploads import Upload
from bot.conversation.channel import Undeliverable
from bot.conversation.messages import Choice, OutgoingFile, Say
from tests.support.web_part import Part
from tests.support.web_service import WebHouse
from tests.support.web_user import Page, WebUser
from yanlu.texts import conversation
from yanlu.texts import web as texts


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time():
    return Time()


async def said(sessions: Transcripts, token: str) -> list[str]:
    session = await sessions.find(token)
    return [] if session is None else [line.say.text for line in session.lines]


async def there(sessions: Transcripts, tokens: str) -> list[str]:
    return [token for token in tokens if await sessions.find(token)]


async def test_the_least_recently_used_session_gives_way(time):
    sessions = Sessions(Bounds(sessions=3), time)
    for token in "abc":
        await sessions.open(token)
    await sessions.open("a")
    await sessions.open("d")
    assert await there(sessions, "abcd") == ["a", "c", "d"]


async def test_a_session_is_forgotten_when_nobody_comes(time):
    sessions = Sessions(Bounds(idle=100), time)
    await sessions.add(await sessions.open("a"), "bot", Say("话"))
    time.now = 99
    assert await said(sessions, "a") == ["话"]  # looked at, not used
    time.now = 101
    assert await said(sessions, "a") == []
    assert len(sessions) == 0


async def test_a_transcript_keeps_its_newest_messages(time):
    sessions = Sessions(Bounds(lines=5, text=100), time)
    session = await sessions.open("a")
    for number in range(20):
        await sessions.add(session, "bot", Say(str(number)))
    assert await said(sessions, "a") == ["15", "16", "17", "18", "19"]
    await sessions.add(session, "bot", Say("长" * 96))
    assert await said(sessions, "a") == ["18", "19", "长" * 96]
    await sessions.add(session, "bot", Say("长" * 500))
    assert await said(sessions, "a") == ["长" * 500]
    assert session.last == 22


async def test_all_transcripts_together_are_bounded(time):
    sessions = Sessions(Bounds(all_text=1_000), time)
    for token in "abcdef":
        await sessions.add(await sessions.open(token), "bot", Say("字" * 300))
    assert await there(sessions, "abcdef") == ["d", "e", "f"]
    await sessions.clear("e")
    await sessions.add(await sessions.open("g"), "bot", Say("字" * 300))
    assert await there(sessions, "abcdefg") == ["d", "f", "g"]


async def test_two_thousand_talkative_sessions_stay_within_their_memory():
    tracemalloc.start()
    sessions = Sessions()
    for number in range(3_000):
        session = await sessions.open(f"{number:043}")
        for line in range(10):
            await sessions.add(
                session, "bot", Say("监督" * 500 + str(line), choices=((Choice("看原文", "ask:1"),),))
            )
        await sessions.add(session, "bot", Say("表", file=OutgoingFile("表.docx", bytes(100_000), "a/b")))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sessions) == 2_000
    assert sessions.downloads.size <= Bounds().downloads
    assert held < 160 * 1024 * 1024


def test_a_full_shelf_takes_from_whoever_holds_most(time):
    shelf = Shelf(100, 60, time)
    small = shelf.put("small", bytes(10))
    greedy = [shelf.put("greedy", bytes(40)) for _ in range(3)]
    assert shelf.get(small)
    assert [shelf.get(id_) is not None for id_ in greedy] == [False, True, True]
    assert shelf.size == 90
    assert shelf.get(shelf.put("huge", bytes(101))) is None
    assert shelf.size == 90


def test_a_file_has_its_time(time):
    shelf = Shelf(100, 60, time)
    id_ = shelf.put("a", b"1", "a.txt", "text/plain")
    time.now = 59
    assert shelf.get(id_, "a").content == b"1"
    assert shelf.get(id_, "b") is None
    time.now = 61
    assert shelf.get(id_, "a") is None
    assert shelf.size == 0


async def test_a_message_for_a_session_that_is_gone_is_dropped(time):
    sessions = Sessions(Bounds(idle=100), time)
    channel = WebChannel(sessions)
    time.now = 101
    with pytest.raises(Undeliverable):
        await channel.send("gone", Say("通知"))


async def test_what_was_committed_before_a_restart_waits_for_its_person(time):
    channel = WebChannel(Sessions(Bounds(idle=100), time))
    await channel.send("back soon", Say("答复"))
    assert await said(channel.sessions, "back soon") == ["答复"]


async def test_nothing_is_delivered_to_those_who_left(time):
    sessions = Sessions(Bounds(idle=100), time)
    session = await sessions.open("a")
    await sessions.add(session, "user", Say("话"), Upload("a.txt", b"1", None))
    await sessions.leave("a")
    with pytest.raises(Undeliverable):
        await WebChannel(sessions).send("a", Say("通知"))
    assert len(sessions) == 0


async def test_a_notice_that_comes_later_is_told_to_a_page_that_waits():
    house = WebHouse()
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("述责述廉?")
        asked = {"life": user.page.life, "after": user.page.numbers[-1]}
        assert (await client.get("/news", params=asked)).status_code == 204
        await house.channel.send(house.turns[0].conversation.address, Say("有新的答复"))
        part = Part(await client.get("/news", params=asked))
        assert part.messages == [("m3", "bot", "有新的答复")]
        assert "once" not in part.state, "the form stays as it is"
        assert part.life == Page(await client.get("/")).life
        assert ("bot", "有新的答复") in Page(await client.get("/")).messages


async def test_news_tells_a_stranger_nothing():
    house = WebHouse()
    async with house.browser() as client:
        answer = await client.get("/news")
        assert (answer.status_code, answer.content) == (204, b"")


async def test_looking_at_the_page_takes_no_room():
    house = WebHouse()
    for _ in range(5):
        async with house.browser() as client:
            await client.get("/")
    assert len(house.channel.sessions) == 0


async def test_a_download_that_has_lapsed_is_told(time):
    house = WebHouse(sessions=Sessions(clock=time))
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("你好")
        session = await house.channel.sessions.find(house.turns[0].conversation.address)
        await house.channel.sessions.add(session, "bot", Say("表", file=OutgoingFile("表.docx", b"1", "a/b")))
        (address,) = (await user.opens()).downloads
        time.now = 31 * 60
        page = await user.opens()
        assert page.downloads == []
        assert texts.FILE_LAPSED in page.tree.text_content()
        assert (await client.get(address)).status_code == 404


async def test_a_chat_that_is_cleaned_shows_nothing_of_before_and_goes_on():
    house = WebHouse()
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("述责述廉?")
        before = user.page.life
        swept = await house.channel.clean(house.turns[0].conversation.address)
        assert (swept.removed, swept.left) == (2, 0)
        page = await user.opens()
        assert page.messages == []
        assert page.life != before
        await user.says("你好")
        assert [author for author, _ in user.page.messages] == ["user", "bot"]


async def test_more_people_than_are_kept_all_get_answers_and_the_first_go_on():
    house = WebHouse(sessions=Sessions(Bounds(sessions=20)))
    async with AsyncExitStack() as stack:
        people = [WebUser(await stack.enter_async_context(house.browser())) for _ in range(60)]
        for person in people:
            await person.says("/handin")
        assert len(house.channel.sessions) == 20
        first = people[0]
        assert texts.NO_HISTORY in (await first.opens()).tree.text_content()
        await first.says("离任审计多久一次?")
        await first.taps(conversation.SKIP)
        await first.sees("离任审计多久一次?")
        assert len(house.channel.sessions) == 20


async def test_a_message_is_made_once_and_forgotten_with_its_conversation():
    house = WebHouse(sessions=Sessions(Bounds(rendered=3)))
    bubbles = house.channel.sessions.bubbles
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("你好")
        made = [bubbles.get(user.page.life, number) for number in user.page.numbers]
        assert None not in made
        await user.opens()
        assert [bubbles.get(user.page.life, number) for number in user.page.numbers] == made
        await user.says("还有什么?")
        assert len(bubbles) == 3
        shown = user.page.messages
        assert (await user.opens()).messages == shown, "one is made again"
        await house.channel.clean(house.turns[0].conversation.address)
        assert len(bubbles) == 0
        await user.opens()
        await user.says("又一条")
        assert len(bubbles) == 2
        await client.post("/leave", data={"form": user.page.hidden["form"]})
        assert len(bubbles) == 0
