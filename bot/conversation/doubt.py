"""In doubt between two intents: keep the text for a short while and ask which was meant."""

import json
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import get_args

from bot.conversation.intents import Intent
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from yanlu.texts import conversation as texts

DOUBT = "doubt"
"""The slot of the kept text, and the prefix of the two choices."""
DOUBT_LIFE = timedelta(minutes=10)


async def ask_which(text: str, intents: tuple[Intent, Intent], scene: Scene) -> Say:
    """Keep the text (it does not fit in a button), where no backup reaches it, and ask with a button for each intent."""
    kept = json.dumps({"text": text}, ensure_ascii=False).encode()
    await scene.work.passing.put(scene.key, DOUBT, kept, scene.now + DOUBT_LIFE)
    mark = _mark(text)
    choices = tuple(Choice(texts.INTENT_LABELS[intent], f"{DOUBT}:{intent}:{mark}") for intent in intents)
    return Say(texts.DOUBT, choices=(choices,))


async def decided(turn: Turn, scene: Scene) -> tuple[Turn, Intent] | None:
    """Give the kept text as a turn with the chosen intent, and forget it; None where the button is stale."""
    _, name, mark = (*turn.text.split(":"), "", "")[:3]
    kept = await scene.work.passing.get(scene.key, DOUBT)
    intent: Intent | None = next((each for each in get_args(Intent) if each == name), None)
    if kept is None or intent is None:
        return None
    text = str(json.loads(kept)["text"])
    if _mark(text) != mark:
        return None
    await scene.work.passing.delete(scene.key, DOUBT)
    return replace(turn, kind="text", text=text), intent


def _mark(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
