"""A slow chat model keeps the one who asked waiting, and nobody else."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.conversation.courier import Courier
from bot.conversation.messages import Conversation, Turn
from bot.conversation.router import Router
from bot.conversation.turns import TurnTaker
from bot.dialogs.ask import AskDialog, AskReader
from bot.dialogs.welcome import WelcomeDialog
from knowledge.answering import Answerer

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
QUESTION = "述责述廉是不是要当场被提问?"


class Model:
    """The desk with a chat model that answers when it is let."""

    rephrases = True

    def __init__(self, answerer: Answerer) -> None:
        self.latest = answerer
        self.asked: list[str] = []
        self.free = asyncio.Event()

    async def answerer(self) -> Answerer:
        return self.latest

    async def rephrased(self, question, answer):
        self.asked.append(question)
        await self.free.wait()
        return replace(answer, text=f"改写:{answer.text}")


class Wall:
    name = "wall"

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = {}

    async def send(self, address, say) -> None:
        self.said.setdefault(address, []).append(say.text)


@pytest.fixture
async def house(database, tmp_path):
    model = Model(Answerer.build([], index_folder=tmp_path))
    ask, wall = AskDialog(model), Wall()
    intents = {"question": "ask", "smalltalk": "welcome"}
    router = Router([ask, WelcomeDialog({})], AskReader(model), intents)
    courier = Courier(database, [wall], lambda: NOW)
    yield TurnTaker(database, router, courier), model, wall.said
    model.free.set()
    await courier.close()


def turn(address: str, text: str, kind="text", arguments="") -> Turn:
    return Turn(Conversation("wall", address), f"{address}-{text}-{arguments}", kind, NOW, text, arguments)


@pytest.mark.parametrize(
    "asking", [turn("a", QUESTION), turn("a", "ask", "command", QUESTION)], ids=["typed", "command"]
)
async def test_others_are_answered_while_the_model_thinks(house, asking):
    taker, model, said = house
    waiting = asyncio.create_task(taker.take(asking))
    while not model.asked:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    await taker.take(turn("b", "你好"))
    assert len(said["b"]) == 1
    assert "a" not in said
    model.free.set()
    await waiting
    assert model.asked == [QUESTION]
    assert "改写:" in said["a"][0]
    assert "依据 一·6 述责述廉" in said["a"][0]


@pytest.mark.parametrize("text", ["你好", "?", "取消"])
async def test_the_model_is_asked_for_questions_only(house, text):
    taker, model, said = house
    model.free.set()
    await taker.take(turn("a", text))
    assert said["a"]
    assert not model.asked


async def test_a_library_that_changed_meanwhile_is_not_answered_from_the_old_text(house):
    taker, model, said = house
    asking = asyncio.create_task(taker.take(turn("a", QUESTION)))
    while not model.asked:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    known = model.latest.answer
    model.latest.answer = lambda *given: replace(known(*given), text="新的原文")
    model.free.set()
    await asking
    assert said["a"][0].endswith("新的原文")
