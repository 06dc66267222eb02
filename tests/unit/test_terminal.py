import asyncio
import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.channels.terminal import TerminalChannel, TerminalSession, printable, run_terminal
from bot.conversation.messages import Choice, Conversation, OutgoingFile, Say, Span
from tests.support.small_house import SmallHouse
from tests.support.terminal_user import WatchedTerminal
from yanlu.errors import DatabaseUnavailable
from yanlu.texts import conversation as texts

CHAT = """
import asyncio, io, sys, tempfile
from pathlib import Path
from bot.channels.terminal import TerminalChannel, TerminalSession, run_terminal
from bot.conversation.courier import Courier
from bot.conversation.messages import Conversation
from bot.conversation.turns import TurnTaker
from tests.support.small_house import SmallHouse

async def main():
    house = SmallHouse(Path(tempfile.gettempdir()))
    channel = TerminalChannel(sys.stdout, Path(tempfile.gettempdir()))
    taker = TurnTaker(house.database, house.router, Courier(house.database, [channel], house.clock))
    session = TerminalSession(taker.take, channel, Conversation("terminal", "local"), "t", house.clock)
    await run_terminal(session, channel, open(sys.stdin.fileno(), "rb", closefd=False), sys.stdout)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def house(tmp_path):
    return SmallHouse(tmp_path)


async def piped(house, data):
    """Chat through a pipe; gives what came out."""
    channel = house.terminal
    session = TerminalSession(house.taker.take, channel, Conversation("terminal", "pipe"), "p", house.clock)
    await run_terminal(session, channel, io.BytesIO(data), channel.screen)
    return channel.screen.getvalue()


async def test_a_piped_question_gets_its_answer_and_nothing_else(house):
    out = await piped(house, "述责述廉\n".encode())
    assert out == f"{texts.NOTICE}\n\n答:述责述廉|上文:None|意图:question\n[1] 看原文  [2] 转人工\n\n"


async def test_each_line_is_a_turn_and_a_number_is_a_tap(house):
    out = await piped(house, "监督谈话\n\n1\n/help\n".encode())
    assert "原文:监督谈话" in out
    assert "可用命令" in out
    assert texts.EMPTY not in out


async def test_a_line_that_says_leave_ends_the_session(house):
    out = await piped(house, "甲\n退出\n乙\n".encode())
    assert "答:甲" in out
    assert "答:乙" not in out


@pytest.mark.parametrize("data", [b"", b"\n\n"])
async def test_a_pipe_that_says_nothing_is_told_so(house, data):
    assert texts.EMPTY in await piped(house, data)


async def test_bytes_that_are_not_utf_8_are_survived(house):
    out = await piped(house, "述责述廉要不要提问".encode("gb18030") + "\n述责\n".encode() + b"\xff\xfe\n")
    assert out.count(texts.UNDECODABLE) == 2
    assert "答:述责" in out


async def test_an_endless_line_is_refused_and_the_next_is_read(house):
    out = await piped(house, b"a" * 2_500_000 + "\n述责\n".encode())
    assert "最多 4000 字" in out
    assert "答:述责" in out
    assert len(house.terminal.messages) == 2


async def test_a_stream_that_breaks_ends_the_session(house):
    stream = io.BytesIO()
    stream.close()
    channel = house.terminal
    session = TerminalSession(house.taker.take, channel, Conversation("terminal", "p"), "p", house.clock)
    with pytest.raises(ValueError, match="closed"):
        await run_terminal(session, channel, stream, channel.screen)


async def test_controls_are_shown_as_words_and_answers_as_numbers(house):
    user = house.user()
    await user.says("/handin 谁来谈?")
    await user.sees("也可输入:跳过 · 返回 · 取消")
    await user.does_not_see("[1]")
    await user.taps("跳过")
    await user.sees("[1] 确认转交  [2] 修改\n也可输入:返回 · 取消")


async def test_a_file_that_is_not_there_is_told(house, tmp_path):
    user = house.user()
    for name in (tmp_path / "none.pdf", tmp_path, "\x00", "~nobody-here/x"):
        await user.sends(name)
        await user.sees(texts.TERMINAL_NO_FILE)


async def test_files_are_put_in_the_folder_and_never_over_one_another(tmp_path):
    channel = WatchedTerminal(tmp_path / "下载")
    for content in (b"1", b"2"):
        await channel.send("local", Say("表", file=OutgoingFile("../登记表.docx", content, "x")))
    assert (tmp_path / "下载" / "登记表.docx").read_bytes() == b"1"
    assert (tmp_path / "下载" / "登记表-1.docx").read_bytes() == b"2"
    assert "文件已保存" in channel.screen.getvalue()


async def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    channel = WatchedTerminal(tmp_path / "file")
    await channel.send("local", Say("表", file=OutgoingFile("a", b"", "x")))
    assert texts.TERMINAL_FILE_REFUSED in channel.screen.getvalue()


def test_what_a_terminal_would_obey_is_not_printed():
    assert printable("红\x1b[31m字\u202e") == "红[31m字"
    assert printable("红\x1b[31m", same_length=True) == "红 [31m"


class Tty(io.StringIO):
    def isatty(self):
        return True


async def test_styles_appear_on_a_real_terminal_only(tmp_path, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    say = Say("依据:\x1b原文" + "长" * 200, spans=(Span(4, 6, "quote"), Span(0, 2, "strong")))
    shown = Tty()
    await TerminalChannel(shown, tmp_path).send("local", say)
    assert "\x1b[1m依据" in shown.getvalue()
    assert "\x1b[3m原文" in shown.getvalue() or "\x1b[3m文" in shown.getvalue()
    assert "长" * 200 in shown.getvalue()
    plain = io.StringIO()
    await TerminalChannel(plain, tmp_path).send("local", say)
    assert "\x1b" not in plain.getvalue()


async def test_a_choice_without_controls_shows_numbers_only(tmp_path):
    channel = WatchedTerminal(tmp_path)
    await channel.send("local", Say("选", choices=((Choice("甲", "a:1"),), (Choice("乙", "a:2"),))))
    assert channel.screen.getvalue() == "选\n[1] 甲  [2] 乙\n\n"


class TtyBytes(io.BytesIO):
    def isatty(self):
        return True


async def prompted(house, typed):
    """Chat at prompt_toolkit's own pipe, which stands for a keyboard; gives what was printed."""
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    channel = house.terminal
    session = TerminalSession(house.taker.take, channel, Conversation("terminal", "i"), "i", house.clock)
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(typed)
        await asyncio.wait_for(run_terminal(session, channel, TtyBytes(), Tty()), 20)
    return channel.screen.getvalue()


@pytest.mark.parametrize("leave", ["\x04", "\x03", "退出\r"])
async def test_a_person_is_prompted_and_leaves_cleanly(house, leave):
    out = await prompted(house, f"述责\r\r{leave}")
    assert texts.TERMINAL_BANNER in out
    assert texts.NOTICE in out
    assert out.count("答:") == 1
    assert out.endswith(f"{texts.TERMINAL_BYE}\n")


async def test_a_database_that_is_gone_is_told_and_the_person_goes_on_with_what_they_had_begun(house):
    take, failing = house.taker.take, iter([DatabaseUnavailable("数据库连接不上。", kept="本次操作未保存。")])

    async def taking(turn):
        if (error := next(failing, None)) is not None:
            raise error
        await take(turn)

    house.taker.take = taking
    out = await prompted(house, "一\r一\r\x04")
    assert "数据库连接不上。本次操作未保存。" in out
    assert out.count("答:一") == 1


async def test_a_pipe_ends_with_the_fault(house):
    async def gone(_turn):
        raise DatabaseUnavailable("数据库连接不上。")

    house.taker.take = gone
    with pytest.raises(DatabaseUnavailable):
        await piped(house, "一\n".encode())


@contextmanager
def started(stdin, stdout):
    root, streams = Path(__file__).parents[2], {"stdin": stdin, "stdout": stdout, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        [sys.executable, "-c", CHAT],
        cwd=root,
        env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
        **streams,
    ) as chat:
        try:
            yield chat
        finally:
            chat.kill()


def test_a_real_pipe_ends_with_success():
    with started(subprocess.PIPE, subprocess.PIPE) as chat:
        out, err = chat.communicate("述责述廉\n".encode(), timeout=60)
    assert "答:述责述廉" in out.decode()
    assert err == b""
    assert chat.returncode == 0


def test_ctrl_c_does_not_wait_for_an_open_pipe():
    with started(subprocess.PIPE, subprocess.PIPE) as chat:
        chat.stdin.write("述责\n".encode())
        chat.stdin.flush()
        while "答" not in chat.stdout.readline().decode():
            pass
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=120) == 130  # at once, unless the machine is very busy
        assert b"Fatal" not in chat.stderr.read()


def test_a_person_at_a_real_terminal_leaves_with_ctrl_d():
    leader, follower = pty.openpty()
    with started(follower, follower) as chat:
        os.close(follower)
        _until(leader, "问>")
        os.write(leader, "述责\r".encode())
        assert "答:述责" in _until(leader, "看原文")
        _until(leader, "问>")
        os.write(leader, b"\x04")
        _until(leader, texts.TERMINAL_BYE)
        assert chat.wait(timeout=20) == 0
    os.close(leader)


def _until(leader, text, seconds=30):
    shown, end = b"", time.monotonic() + seconds
    while text not in shown.decode(errors="ignore"):
        assert time.monotonic() < end, shown
        if select.select([leader], [], [], 1)[0]:
            shown += os.read(leader, 4096)
    return shown.decode(errors="ignore")
