"""The conversation put together with the smallest parts: a database in memory, a key word reader, an echo."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from bot.conversation.courier import Courier
from bot.conversation.dialog import Dialog
from bot.conversation.intents import IntentReading
from bot.conversation.messages import Choice, Conversation, Say, Turn
from bot.conversation.router import Router
from bot.conversation.turns import TurnTaker
from bot.dialogs.handin import HandInDialog
from bot.dialogs.welcome import WelcomeDialog
from tests.support.memory_database import MemoryDatabase
from tests.support.terminal_user import TerminalUser, WatchedTerminal
from yanlu.errors import VectorsUnavailable

INTENTS = {
    "question": "ask",
    "smalltalk": "welcome",
    "help": "welcome",
    "record": "ask",
    "report": "ask",
    "track": "ask",
    "statistics": "ask",
}


class KeywordReader:
    """Reads an intent off a key word: 举报 report, 记录 record, 你好 smalltalk …; 谈了 leaves it in doubt."""

    words: ClassVar = {
        "举报": IntentReading("report"),
        "记录": IntentReading("record"),
        "进度": IntentReading("track"),
        "统计": IntentReading("statistics"),
        "怎么用": IntentReading("help"),
        "你好": IntentReading("smalltalk"),
        "谢谢": IntentReading("smalltalk"),
        "谈了": IntentReading("record", "question"),
    }

    def read(self, text, context):
        return next(
            (reading for word, reading in self.words.items() if word in text), IntentReading("question")
        )


class EchoDialog:
    """Stands for the ask dialog: repeats the question, offers to hand it in; fails on demand."""

    name = "ask"
    commands: ClassVar[Mapping[str, str]] = {"ask": "提问", "secret": ""}

    async def handle(self, turn, scene):
        if "故障" in turn.text:
            raise fault_of(turn.text)
        if turn.kind == "choice":
            return [Say(f"原文:{scene.context.last_question}")]
        asked = turn.arguments if turn.kind == "command" else turn.text
        before = scene.context.last_question
        scene.asked(asked, ("1.2",))
        choices = ((Choice("看原文", "ask:text"), Choice("转人工", "handin:start")),)
        return [Say(f"答:{asked}|上文:{before}|意图:{scene.intent}", choices=choices)]


def fault_of(text: str) -> Exception:
    if "向量" in text:
        return VectorsUnavailable("向量库不可用。", kept="问题没有保存。", next_step="请联系管理员。")
    return RuntimeError(f"broke on {text}")


class SmallHouse:
    """Everything wired over one watched terminal; time stands still until `wait`."""

    def __init__(self, downloads: Path, dialogs: Sequence[Dialog] = (), database=None) -> None:
        self.now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
        self.database = database or MemoryDatabase(self.clock)
        self.terminal = WatchedTerminal(downloads)
        handin = HandInDialog()
        parts = [EchoDialog(), handin, *dialogs]
        others = {name: words for part in parts for name, words in part.commands.items()}
        self.router = Router([WelcomeDialog(others), *parts], KeywordReader(), INTENTS)
        self.courier = Courier(self.database, [self.terminal], self.clock)
        self.taker = TurnTaker(self.database, self.router, self.courier)

    def clock(self) -> datetime:
        return self.now

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def user(self, name: str = "local") -> TerminalUser:
        return TerminalUser(self.taker.take, self.terminal, self.clock, name)

    def turn(self, update: str, text: str, kind="text", address: str = "local", **more) -> Turn:
        return Turn(Conversation("terminal", address), update, kind, self.now, text, **more)
