"""Files on their way into a report: fetched before the turn, bounded, forgotten; and chats that are cleaned."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.terminal import TerminalChannel
from bot.conversation.channel import DeliverLater, Sweep
from bot.conversation.courier import Courier, Letter
from bot.conversation.messages import Conversation, IncomingFile, Say
from bot.conversation.scene import Scene
from bot.dialogs import report_attachments
from bot.dialogs.receipt_session import drop_receipt, keep_receipt, kept_receipt
from bot.dialogs.report import ReportDialog
from bot.dialogs.report_form import ReportForm
from bot.services.reports.content import MAX_FILES
from bot.services.reports.guesses import Allowance
from tests.support.memory_database import MemoryDatabase
from tests.support.report_house import report_house
from yanlu.errors import AttachmentRefused, ChannelError, YanluError
from yanlu.texts import attachments as refusals
from yanlu.texts import conversation
from yanlu.texts import reports as texts

NOW = datetime(2026, 3, 2, 10, 7, tzinfo=UTC)
TO = Conversation("fake", "me")


@pytest.fixture
async def house(tmp_path, database_url):
    async with report_house(tmp_path, database_url) as opened:
        yield opened


class FakeChannel:
    """A channel whose cleaning goes as it is told."""

    name = "fake"

    def __init__(self, *sweeps):
        self.sweeps = list(sweeps)
        self.sent = []

    async def send(self, address, say):
        self.sent.append(say.text)

    async def clean(self, address):
        sweep = self.sweeps.pop(0)
        if isinstance(sweep, Exception):
            raise sweep
        return sweep


# Reading.


def fetching(content):
    async def fetch(file):
        if isinstance(content, Exception):
            raise content
        return content

    return fetch


async def test_a_file_comes_out_nameless_and_clean(house):
    sent = IncomingFile("file-id-17", "张三.txt", 6)
    read = await ReportDialog(house.desk).read_file(sent, fetching("证据".encode("gb18030")))
    assert (read.reference, read.name, read.media_type) == ("", ".txt", "text/plain")
    assert (read.content, read.size, read.problem) == ("证据".encode(), 6, "")


async def test_a_file_that_says_it_is_too_large_is_not_even_fetched(house):
    read = await ReportDialog(house.desk).read_file(
        IncomingFile("r", "n", 21 << 20), fetching(AssertionError("was fetched"))
    )
    assert refusals.too_large(20 << 20).happened in read.problem
    assert read.content is None


@pytest.mark.parametrize("error", [ChannelError("取不回。"), DeliverLater("连不上。", seconds=3)])
async def test_a_file_that_does_not_come_is_owned_up_to(house, error):
    read = await ReportDialog(house.desk).read_file(IncomingFile("r", "n", 1), fetching(error))
    assert (read.problem, read.content) == (str(error), None)


async def test_the_terminal_reads_a_file_and_stops_at_the_limit(tmp_path):
    channel = TerminalChannel(io.StringIO(), tmp_path)
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 200_000)
    assert await channel.fetch(str(path)) == b"x" * 200_000
    with pytest.raises(AttachmentRefused):
        await channel.fetch(str(path), 100_000)
    with pytest.raises(ChannelError):
        await channel.fetch(str(tmp_path / "gone"))
    assert await channel.clean("local") is None


# Bounds.


async def files_of(house, user):
    key = house.house.database.keys.opaque("terminal", house.conversation(user).address)
    async with house.work() as work:
        kept = [await work.passing.get(key, f"file {number}") for number in range(1, 2 * MAX_FILES + 2)]
    return [each for each in kept if each is not None]


async def at_files(house):
    user = await house.stranger()
    await user.says("/report 局长招标从来不上会,都是一个人说了算")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.says("住建局")
    for label in ("完成", "跳过", "跳过", "跳过"):
        await user.taps(label)
    return user


async def test_there_is_a_bound_to_their_number_and_to_their_size(house, tmp_path, monkeypatch):
    user = await at_files(house)
    paths = []
    for number in range(MAX_FILES + 1):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(f"证据{number}", "utf-8")
    monkeypatch.setattr(report_attachments, "MOST_BYTES", 10)
    await user.sends(paths[0])
    await user.sends(paths[1])
    await user.sees(texts.TOO_MUCH)
    monkeypatch.undo()
    for path in paths[1:]:
        await user.sends(path)
    await user.sees(texts.TOO_MANY_FILES)
    assert len(await files_of(house, user)) == MAX_FILES


async def test_files_that_replace_others_never_take_the_place_of_kept_ones(house, tmp_path):
    user = await at_files(house)
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("旧的", "utf-8")
    new.write_text("新的", "utf-8")
    await user.sends(old)
    for label in ("完成", "匿名", "修改", "附件", "清空重填"):
        await user.taps(label)
    await user.sends(new)
    await user.taps("保持不变")
    await user.taps("提交")
    await user.sees("查询码:")
    receipt = next(line for line in house.heard(user)[-1].split("\n") if line.startswith("查询码:"))[4:]
    async with house.work() as work:
        case = await work.cases.by_receipt(receipt)
        (file,) = await work.case_files.of(case.key)
        content = b"".join([piece async for piece in work.case_files.open(case.key, file.position)])
    assert content == "旧的".encode()
    assert await files_of(house, user) == []


async def test_a_house_that_is_full_of_files_says_so_and_takes_the_text(house):
    dialog = ReportDialog(house.desk, Allowance(5, timedelta(hours=1)))
    async with house.work() as work:
        scene = Scene(work, "key", house.now)
        draft = report_attachments.Draft()
        said, _ = dialog._judged(draft, IncomingFile("", ".txt", 6, "text/plain", b"123456"), scene)
        assert said == texts.HOUSE_FULL
        said, number = dialog._judged(draft, IncomingFile("", ".txt", 5, "text/plain", b"12345"), scene)
        assert (said, number) == ("", 1)
        said, _ = dialog._judged(draft, IncomingFile("", ".txt", 5), scene)
        assert said == conversation.FILE_UNREAD


async def test_a_file_that_is_gone_from_passing_stops_the_report(house):
    answers = {"reference": "3", "name": ".txt", "size": 3, "media_type": "text/plain"}
    files = [report_attachments.FileAnswer(**answers)]
    async with house.work() as work:
        with pytest.raises(YanluError, match="附件已失效"):
            await ReportDialog(house.desk).attached(files, Scene(work, "key", house.now))


async def test_a_file_where_none_is_asked_for_is_not_even_fetched(house, tmp_path):
    user = await house.stranger()
    await user.says("/report")
    path = tmp_path / "a.txt"
    path.write_text("证据", "utf-8")
    await user.sends(path)
    await user.sees(conversation.NO_FILE_HERE)
    assert await files_of(house, user) == []


def test_what_was_told_is_bounded_together():
    with pytest.raises(ValueError, match="20000"):
        ReportForm(
            agreed="yes", category="廉洁", places=["o:a\x1fb"], course=["字" * 3999] * 6, named="anonymous"
        )


# The receipt that is followed.


async def test_a_receipt_is_followed_for_a_quarter_to_half_an_hour():
    database = MemoryDatabase(lambda: NOW)
    async with database.transaction(NOW) as work:
        scene = Scene(work, "key", NOW)
        assert await kept_receipt(scene) is None
        await keep_receipt(scene, "R")
        assert scene.passing
        for minutes, kept in ((0, "R"), (15, "R"), (22, "R"), (23, None), (30, None)):
            scene.now = NOW + timedelta(minutes=minutes)
            assert await kept_receipt(scene) == kept
        await keep_receipt(scene, "R")
        await drop_receipt(scene)
        assert await kept_receipt(scene) is None


# Cleaning.


async def test_what_came_of_cleaning_is_said(house):
    channel = FakeChannel(Sweep(3), Sweep(2, 1), Sweep(0), None)
    courier = Courier(house.house.database, [channel], house.clock)
    for _ in range(4):
        await courier.hand_over([Letter(None, TO, Say("…", fleeting=True, sweeps=True))])
    assert channel.sent[0] == conversation.swept(3, 0)
    assert "另有 1 条" in channel.sent[1]
    assert "没有可以删除" in channel.sent[2]
    assert channel.sent[3] == conversation.NOT_SWEPT
