"""Pages that any worker serves, on a real PostgreSQL: each request goes to another worker than the one before."""

import asyncio
import json
from datetime import timedelta
from typing import ClassVar

import pytest
import sqlalchemy as sa

from bot.channels.web.channel import CHANNEL
from bot.channels.web.shared_sessions import TERM, SharedSessions
from bot.channels.web.transcript import Bounds, Change
from bot.conversation.channel import Undeliverable
from bot.conversation.messages import Choice, OutgoingFile, Say
from storage.backend import backend_of
from storage.sealing import SealBroken
from tests.support.stores import KEYS
from tests.support.web_part import ASKING, Part
from tests.support.web_user import Page, WebUser
from tests.support.web_workers import browser_of, workers
from yanlu.errors import DatabaseUnavailable, KeyLost
from yanlu.texts import conversation
from yanlu.texts import web as texts

pytestmark = pytest.mark.postgres

SECRET = "独一无二的问法甲乙丙丁"
PAPER = OutgoingFile("谈话登记表 2026.docx", b"PK " + bytes(200_000), "application/vnd.openxmlformats")


class PaperDialog:
    """Hands out a file; offers choices."""

    name = "paper"
    commands: ClassVar = {"paper": "打印登记表"}

    async def handle(self, turn, scene):
        if turn.kind == "choice":
            return [Say(f"选了:{turn.text}")]
        return [Say("登记表如下", choices=((Choice("甲", "paper:a"), Choice("乙", "paper:b")),), file=PAPER)]


class Time:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def url(postgres_stores):
    return await postgres_stores.migrated()


@pytest.fixture
async def houses(url):
    async with workers(url, dialogs=[PaperDialog()]) as houses:
        yield houses


@pytest.fixture
async def user(houses):
    async with browser_of(houses) as client:
        user = WebUser(client)
        await user.opens()
        yield user


@pytest.fixture
async def rows(url):
    """Everything in a table, as the database has it."""
    backend = backend_of(url, busy_timeout=5)

    async def read(table: str) -> list[tuple]:
        async with backend.transaction() as session:
            return list(await session.execute(sa.text(f"SELECT * FROM {table}")))

    yield read
    await backend.close()


def token_of(user: WebUser) -> str:
    return user.client.cookies["yanlu"].partition(".")[0]


def address_of(houses, user: WebUser) -> str:
    return houses[0].channel.sessions.address(token_of(user))


def turns_of(houses) -> int:
    return sum(len(house.turns) for house in houses)


async def test_a_conversation_goes_on_whichever_worker_is_asked(houses, user):
    for number in range(4):
        await user.says(f"第{number}问?")
        await user.sees(f"答:第{number}问?")
    assert [author for author, _ in user.page.messages] == ["user", "bot"] * 4
    assert user.page.numbers == list(range(1, 9))
    assert len({user.page.life, (await user.opens()).life}) == 1
    assert all(house.turns for house in houses) or set(user.client._transport.asked) == {0, 1}


async def test_choices_and_files_of_one_worker_are_taken_and_given_by_the_other(houses, user):
    await user.says("/paper")
    assert user.page.choices == [["甲", "乙"]]
    for _ in range(2):
        (address,) = (await user.opens()).downloads
        for _ in range(2):
            answer = await user.client.get(address)
            assert (answer.content, answer.headers["content-type"]) == (PAPER.content, PAPER.media_type)
    async with browser_of(houses) as stranger:
        assert (await stranger.get(address)).status_code == 404
    await user.opens()
    fields = {**user.page.hidden, "text": "没写完的话", **user.page.button("乙")}
    page = await user.posts("/turn", fields)
    assert page.messages[-2] == ("user", "乙")
    assert (page.composer, page.alert, page.choices) == ("没写完的话", texts.TEXT_KEPT, [])
    again = await user.opens()
    assert (again.composer, again.alert, again.choices) == ("没写完的话", "", [])


async def test_an_upload_reaches_its_turn_and_stays_nowhere(houses, user, tmp_path):
    path = tmp_path / "会议记录.txt"
    path.write_bytes(b"1" * 100_000)
    await user.sends(path)
    await user.sees(conversation.FILE_UNWANTED)
    assert [each for house in houses for each in house.files] == [path.read_bytes()]
    assert [house.channel.sessions.uploads.size for house in houses] == [0, 0]


async def test_a_form_sent_to_both_workers_at_once_is_one_turn(houses, user):
    fields = {**user.page.hidden, "after": "0", "text": "述责述廉怎么做?"}
    answers = await asyncio.gather(
        *(user.client.post("/turn", data=fields, headers=ASKING) for _ in range(4))
    )
    for answer in answers:
        part = Part(answer)
        assert [(id_, author) for id_, author, _ in part.messages] == [("m1", "user"), ("m2", "bot")]
    assert turns_of(houses) == 1
    assert [author for author, _ in (await user.opens()).messages] == ["user", "bot"]


async def test_a_message_that_is_taken_back_is_taken_back_on_every_worker(houses, user):
    async def broken(_turn):
        raise DatabaseUnavailable("数据库不可用。")

    for house in houses:
        house.taker.take, house.whole = broken, house.taker.take
    part = Part(
        await user.client.post(
            "/turn", data={**user.page.hidden, "after": "0", "text": "述责述廉?"}, headers=ASKING
        )
    )
    assert (part.state["gone"], part.state["composer"], part.alert) == ("1", "述责述廉?", texts.NOT_TAKEN)
    for _ in houses:
        assert (await user.opens()).messages == []
    for house in houses:
        house.taker.take = house.whole
    await user.says("述责述廉?")
    assert user.page.numbers == [2, 3]


async def test_two_tabs_on_two_workers_wait_for_each_other(houses, user):
    forms = [{**(await user.opens()).hidden, "text": f"第{number}问?"} for number in range(6)]
    await asyncio.gather(*(user.client.post("/turn", data=form) for form in forms))
    page = await user.opens()
    assert [author for author, _ in page.messages] == ["user", "bot"] * 6
    assert page.numbers == list(range(1, 13))
    said = [text for _, text in page.messages]
    for asked, answer in zip(said[::2], said[1::2], strict=True):
        assert f"答:{asked}" in answer


async def test_messages_from_many_sides_at_once_have_numbers_of_their_own(houses, user):
    await user.says("你好")
    token = address_of(houses, user)
    notices = [Say(f"通知{number}") for number in range(20)]
    await asyncio.gather(*(houses[n % 2].channel.send(token, say) for n, say in enumerate(notices)))
    page = await user.opens()
    assert page.numbers == list(range(1, 23))
    assert {text for _, text in page.messages[2:]} == {say.text for say in notices}


async def test_what_another_workers_courier_brings_shows_by_itself(houses, user):
    await user.says("你好")
    asked = {"life": user.page.life, "after": "2"}
    assert (await user.client.get("/news", params=asked)).status_code == 204
    for number, house in enumerate(houses):
        await house.channel.send(address_of(houses, user), Say(f"提醒{number}"))
        part = Part(await user.client.get("/news", params=asked))
        assert part.messages[-1] == (f"m{number + 3}", "bot", f"提醒{number}")


async def test_a_worker_that_is_killed_between_two_requests_is_not_missed(houses, user):
    await user.says("/handin")
    await user.says("离任审计多久一次?")
    shown = user.page.messages
    survivor = houses[1]
    user.client._transport.houses = [survivor]
    user.client._transport.asked.clear()
    await houses[0].database.close()
    page = await user.opens()
    assert page.messages == shown
    await user.taps(conversation.SKIP)
    await user.sees(conversation.CHECK_CARD)
    await user.taps(conversation.HANDIN_CONFIRM)
    await user.sees(conversation.HANDIN_DONE)
    assert texts.HISTORY_LOST not in user.page.tree.text_content()


async def test_a_worker_that_dies_in_mid_turn_gives_the_page_back(url):
    time = Time()
    async with workers(url, clock=time) as (dead, alive):
        await dead.channel.sessions.open("seat")
        holding = dead.channel.sessions.turn("seat")
        await holding.__aenter__()  # and the worker is gone
        taking = asyncio.create_task(alive.channel.sessions._took("seat", "b" * 16))
        assert await taking is None
        time.now += TERM + 1
        async with asyncio.timeout(5), alive.channel.sessions.turn("seat"):
            pass
        await holding.__aexit__(None, None, None)


async def test_a_message_that_comes_in_while_another_worker_waits_for_the_page_has_its_place(url):
    async with workers(url) as (one, other):
        sessions = one.channel.sessions
        async with sessions.turn("seat") as session:
            assert await sessions.deliver(sessions.address("seat"), Say("通知"))
            assert await other.channel.sessions._took("seat", "b" * 16) is None
            line = await sessions.add(session, "user", Say("问"))
        page = await other.channel.sessions.find("seat")
        assert line.number == 2
        assert [each.say.text for each in page.lines] == ["通知", "问"]


async def test_a_turn_that_takes_long_keeps_the_page(url, monkeypatch):
    monkeypatch.setattr("bot.channels.web.shared_sessions.TERM", 0.15)
    async with workers(url) as (one, other):
        async with one.channel.sessions.turn("seat"):
            await asyncio.sleep(0.5)
            assert not await other.channel.sessions._took("seat", "b" * 16)
        assert await other.channel.sessions._took("seat", "b" * 16)


async def test_clearing_and_cleaning_hold_on_every_worker(houses, user):
    await user.says(SECRET)
    await user.says("/handin")
    page = await user.posts("/clear", {"form": user.page.hidden["form"]})
    assert page.messages == [("note", texts.CLEARED)]
    for _ in houses:
        assert (await user.opens()).messages == page.messages
    await user.says("离任审计多久一次?")
    swept = await houses[0].channel.clean(address_of(houses, user))
    assert swept.removed == 3
    for _ in houses:
        page = await user.opens()
        assert (page.messages, page.choices) == ([], [])


async def test_a_seat_that_was_left_is_left_on_every_worker(houses, user, rows):
    await user.says("/paper")
    (address,) = user.page.downloads
    cookie, token = dict(user.client.cookies), token_of(user)
    fields = dict(user.page.hidden)
    await user.client.post("/leave", data={"form": fields["form"]})
    for house in houses:
        async with house.browser() as thief:
            thief.cookies.update(cookie)
            assert (await thief.post("/turn", data={**fields, "text": "冒名"})).status_code == 403
            thief.cookies.update(cookie)
            assert (await thief.get(address)).status_code == 404
            thief.cookies.update(cookie)
            assert (await thief.get("/news")).status_code == 204
            assert Page(await thief.get("/")).hidden["form"] != fields["form"]
        with pytest.raises(Undeliverable):
            await house.channel.send(house.channel.sessions.address(token), Say("通知"))
    assert await rows("seat_lines") == []
    assert await rows("seat_files") == []


async def test_a_seat_that_is_left_while_another_worker_looks_stays_left(url, monkeypatch):
    async with workers(url) as (one, other):
        sessions = other.channel.sessions
        await sessions.open("seat")
        assert await sessions.deliver(sessions.address("seat"), Say("通知"))
        seen = sessions._steps.seen

        async def left_meanwhile(*at, **options):
            found = await seen(*at, **options)
            monkeypatch.undo()
            await one.channel.sessions.leave("seat")
            return found

        monkeypatch.setattr(sessions._steps, "seen", left_meanwhile)
        assert await sessions.find("seat") is None
        assert await sessions.has_left("seat")


async def test_the_database_and_its_key_open_nothing_without_the_cookie(houses, user, rows):
    await user.says(SECRET)
    await user.says("/paper")
    fields = {**user.page.hidden, "text": f"没发的{SECRET}", **user.page.button("甲")}
    await user.posts("/turn", fields)
    token = token_of(user)
    stored = [row for table in ("seats", "seat_lines", "seat_files") for row in await rows(table)]
    assert len(stored) > 6
    (page,) = await rows("seats")
    assert page.key == KEYS.opaque("seat", token)
    address = address_of(houses, user)
    assert {turn.conversation.address for house in houses for turn in house.turns} == {address}
    assert token not in address, "the outbox and the bindings hold it, and the key file opens those"
    assert page.key != KEYS.opaque(CHANNEL, address), "not the name of its drafts"
    await houses[0].channel.send(address, Say(SECRET))
    stored += await rows("seat_mail")
    for row in stored:
        for value in row:
            plain = value if isinstance(value, bytes) else str(value).encode()
            for secret in (token, SECRET, PAPER.name, "登记表如下"):
                assert secret.encode() not in plain
                assert json.dumps(secret).strip('"').encode() not in plain
            if isinstance(value, bytes):
                with pytest.raises((KeyLost, SealBroken)):
                    KEYS.open(value, "seats", page.key)
    clear = {name for name, value in page._mapping.items() if not isinstance(value, bytes)}
    assert clear == {"key", "size", "turn", "expires"}


async def test_the_tables_are_in_no_write_ahead_log(rows):
    persistence = await rows(
        "(SELECT relname, relpersistence FROM pg_class WHERE relname IN ('seats', 'seat_lines', 'seat_files')) t"
    )
    assert sorted((name, bytes(kind) if isinstance(kind, bytes) else kind) for name, kind in persistence) == [
        ("seat_files", b"u"),
        ("seat_lines", b"u"),
        ("seats", b"u"),
    ]


async def test_a_tampered_or_moved_message_is_not_shown(houses, user, url, caplog):
    for number in range(3):
        await user.says(f"第{number}问?")
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        await session.execute(
            sa.text(
                "UPDATE seat_lines SET sealed = (SELECT sealed FROM seat_lines WHERE number = 1) WHERE number = 3"
            )
        )
    await backend.close()
    numbers = (await user.opens()).numbers
    assert numbers == [1, 2, 4, 5, 6]
    assert "broken seal" in caplog.text


async def test_a_transcript_keeps_its_newest_messages(url):
    async with workers(url, bounds=Bounds(lines=5, text=100)) as houses:
        sessions = houses[0].channel.sessions
        session = await sessions.open("a")
        for number in range(20):
            await sessions.add(session, "bot", Say(str(number)))

        async def said():
            found = await houses[1].channel.sessions.find("a")
            return [line.say.text for line in found.lines]

        assert await said() == ["15", "16", "17", "18", "19"]
        await sessions.add(session, "bot", Say("长" * 96))
        assert await said() == ["18", "19", "长" * 96]
        await sessions.add(session, "bot", Say("长" * 500))
        assert await said() == ["长" * 500]
        assert (await sessions.find("a")).last == 22


async def test_all_pages_together_are_bounded_and_who_was_longest_away_gives_way(url, monkeypatch):
    monkeypatch.setattr(SharedSessions, "every", 1)
    async with workers(url, bounds=Bounds(all_text=1_000, sessions=4)) as (one, other):

        async def there(tokens):
            return [token for token in tokens if await other.channel.sessions.find(token)]

        for token in "abcdef":
            await one.channel.sessions.add(await one.channel.sessions.open(token), "bot", Say("字" * 300))
        assert await there("abcdef") == ["d", "e", "f"]
        await other.channel.sessions.change(await other.channel.sessions.open("d"), Change(composer="在"))
        for token in "gh":
            session = await one.channel.sessions.open(token)
            await one.channel.sessions.add(session, "bot", Say("字" * 10))
        assert await there("defgh") == ["d", "f", "g", "h"]


async def test_who_holds_most_files_loses_the_oldest(url):
    async with workers(url, bounds=Bounds(downloads=100_000)) as (one, other):
        sessions = one.channel.sessions

        async def put(token, size):
            session = await sessions.open(token)
            say = Say("表", file=OutgoingFile("表.docx", bytes(size), "a/b"))
            return (await sessions.add(session, "bot", say)).download

        small = await put("small", 10_000)
        greedy = [await put("greedy", 40_000) for _ in range(3)]
        assert await other.channel.sessions.download("small", small)
        assert await other.channel.sessions.download("greedy", small) is None
        held = [await other.channel.sessions.download("greedy", id_) is not None for id_ in greedy]
        assert held == [False, True, True]


async def test_a_page_and_its_files_have_their_time(url, rows):
    time = Time()
    async with workers(url, clock=time) as (one, other):
        sessions = one.channel.sessions
        session = await sessions.open("a")
        line = await sessions.add(session, "bot", Say("表", file=OutgoingFile("表.docx", b"1", "a/b")))
        time.now += 31 * 60
        assert await other.channel.sessions.download("a", line.download) is None
        assert await other.channel.sessions.downloadable("a", [line]) == frozenset()
        assert await other.channel.sessions.find("a", used=True)
        time.now += 119 * 60
        assert await other.channel.sessions.find("a"), "it was looked at meanwhile"
        time.now += 2 * 60
        assert await other.channel.sessions.find("a") is None
        assert await rows("seats") == []


async def test_what_a_worker_showed_is_not_remembered_for_long_when_another_forgets_the_page(url):
    time = Time()
    async with workers(url, clock=time) as houses, browser_of(houses) as client:
        user = WebUser(client)
        await user.says(SECRET)
        for _ in houses:
            await user.opens()
        bubbles = [house.channel.sessions.bubbles for house in houses]
        assert [len(each) for each in bubbles] == [2, 2]
        await houses[0].channel.sessions.leave(token_of(user))
        assert [len(each) for each in bubbles] == [0, 2]
        time.now += 11 * 60
        await houses[1].channel.sessions.find("somebody else")
        assert [len(each) for each in bubbles] == [0, 0]


async def test_pages_whose_day_is_over_are_purged(houses, user, rows):
    await user.says("/paper")
    house = houses[0]
    async with house.database.transaction() as work:
        assert await work.seat_pages.purge(house.clock()) == 0
        assert await work.seat_pages.purge(house.clock() + timedelta(days=2)) == 1
    assert [await rows(table) for table in ("seats", "seat_lines", "seat_files")] == [[], [], []]


async def test_after_a_crash_of_the_database_the_conversation_goes_on(houses, user, url):
    """PostgreSQL empties unlogged tables then."""
    await user.says("/handin")
    old = user.page
    backend = backend_of(url, busy_timeout=5)
    async with backend.transaction() as session:
        await session.execute(sa.text("TRUNCATE seats, seat_lines, seat_files"))
    await backend.close()
    assert texts.NO_SHARED_HISTORY in (await user.opens()).tree.text_content()
    page = await user.posts("/turn", {**old.hidden, "text": "离任审计多久一次?"})
    assert page.messages[0] == ("note", texts.HISTORY_LOST)
    await user.taps(conversation.SKIP)
    await user.sees("离任审计多久一次?")
