"""What is held in memory: bounded in number, size and time, and honest about what is gone."""

import tracemalloc
from contextlib import AsyncExitStack

import pytest
from markupsafe import Markup

from bot.channels.web import WebChannel
from bot.channels.web.sessions import Bounds, Sessions, Shelf
from bot.channels.web.uploads import Upload
from bot.conversation.channel import Undeliverable
from bot.conversation.messages import Choice, OutgoingFile, Say
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


def said(sessions: Sessions, token: str) -> list[str]:
    session = sessions.find(token)
    return [] if session is None else [line.say.text for line in session.lines]


def test_the_least_recently_used_session_gives_way(time):
    sessions = Sessions(Bounds(sessions=3), time)
    for token in "abc":
        sessions.open(token)
    sessions.open("a")
    sessions.open("d")
    assert [token for token in "abcd" if sessions.find(token)] == ["a", "c", "d"]


def test_a_session_is_forgotten_when_nobody_comes(time):
    sessions = Sessions(Bounds(idle=100), time)
    sessions.add(sessions.open("a"), "bot", Say("话"))
    time.now = 99
    assert said(sessions, "a") == ["话"]  # looked at, not used
    time.now = 101
    assert said(sessions, "a") == []
    assert len(sessions) == 0


def test_a_transcript_keeps_its_newest_messages(time):
    sessions = Sessions(Bounds(lines=5, text=100), time)
    session = sessions.open("a")
    for number in range(20):
        sessions.add(session, "bot", Say(str(number)))
    assert said(sessions, "a") == ["15", "16", "17", "18", "19"]
    sessions.add(session, "bot", Say("长" * 96))
    assert said(sessions, "a") == ["18", "19", "长" * 96]
    sessions.add(session, "bot", Say("长" * 500))
    assert said(sessions, "a") == ["长" * 500]
    assert session.last == 22


def test_all_transcripts_together_are_bounded(time):
    sessions = Sessions(Bounds(all_text=1_000), time)
    for token in "abcdef":
        sessions.add(sessions.open(token), "bot", Say("字" * 300))
    assert [token for token in "abcdef" if sessions.find(token)] == ["d", "e", "f"]
    sessions.clear("e")
    sessions.add(sessions.open("g"), "bot", Say("字" * 300))
    assert [token for token in "abcdefg" if sessions.find(token)] == ["d", "f", "g"]


def test_two_thousand_talkative_sessions_stay_within_their_memory():
    tracemalloc.start()
    sessions = Sessions()
    for number in range(3_000):
        session = sessions.open(f"{number:043}")
        for line in range(10):
            sessions.add(
                session, "bot", Say("监督" * 500 + str(line), choices=((Choice("看原文", "ask:1"),),))
            )
        sessions.add(session, "bot", Say("表", file=OutgoingFile("表.docx", bytes(100_000), "a/b")))
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
    assert said(channel.sessions, "back soon") == ["答复"]


async def test_nothing_is_delivered_to_those_who_left(time):
    sessions = Sessions(Bounds(idle=100), time)
    session = sessions.open("a")
    sessions.add(session, "user", Say("话"), Upload("a.txt", b"1", None))
    sessions.leave("a")
    with pytest.raises(Undeliverable):
        await WebChannel(sessions).send("a", Say("通知"))
    assert len(sessions) == 0


async def test_a_notice_that_comes_later_is_told_to_a_page_that_waits():
    house = WebHouse()
    async with house.browser() as client:
        user = WebUser(client)
        await user.says("述责述廉?")
        before = (await client.get("/news")).json()
        await house.channel.send(house.turns[0].conversation.address, Say("有新的答复"))
        after = (await client.get("/news")).json()
        assert (before["last"], after["last"]) == (2, 3)
        assert before["life"] == after["life"] == Page(await client.get("/")).life
        assert ("bot", "有新的答复") in Page(await client.get("/")).messages


async def test_news_tells_a_stranger_nothing():
    house = WebHouse()
    async with house.browser() as client:
        assert (await client.get("/news")).json() == {"life": "", "last": 0}


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
        session = house.channel.sessions.find(house.turns[0].conversation.address)
        house.channel.sessions.add(session, "bot", Say("表", file=OutgoingFile("表.docx", b"1", "a/b")))
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


def test_a_message_is_rendered_once_and_forgotten_with_its_conversation():
    sessions = Sessions(Bounds(rendered=2))
    session = sessions.open("token")
    lines = [sessions.add(session, "bot", Say(f"第{number}条")) for number in range(3)]
    made = []

    def render(line):
        made.append(line.number)
        return Markup(line.say.text)

    def shown(line):
        return sessions.rendered(session, line, lambda: render(line))

    assert shown(lines[0]) == shown(lines[0]) == "第0条"
    assert made == [1]
    for line in lines:
        shown(line)
    assert len(sessions._rendered) == 2
    sessions.wipe("token")
    assert len(sessions._rendered) == 0
    shown(sessions.add(session, "bot", Say("又一条")))
    sessions.leave("token")
    assert len(sessions._rendered) == 0
