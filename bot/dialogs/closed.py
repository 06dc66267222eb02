"""Jobs that this version does not do yet: said plainly, with what the policy text says on them if known."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

from bot.conversation.intents import Intent
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from yanlu.texts import conversation as texts

Cite = Callable[[Intent, Turn, Scene], Awaitable[Sequence[Say]]]
"""Gives what the text says on the subject of a turn; an empty sequence when it says nothing."""

_JOBS: Mapping[str, Intent] = {
    "record": "record",
    "report": "report",
    "track": "track",
    "stats": "statistics",
}
_COMMANDS = {"talk": "record", "report": "report", "track": "track", "stats": "stats"}


class ClosedDialog:
    """Answers the intents record, report, track and statistics; keeps nothing of what was typed."""

    name = "closed"
    commands: ClassVar[Mapping[str, str]] = dict.fromkeys(_COMMANDS, "")

    def __init__(self, cite: Cite | None = None) -> None:
        self._cite = cite

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Say that the job is not open yet, then what the text says where somebody typed a sentence."""
        job = self._job(turn, scene)
        if job is None:
            return [Say(texts.STALE_CHOICE)]
        says = [Say(texts.CLOSED[job])]
        if self._cite is not None and turn.kind == "text":
            says.extend(await self._cite(job, turn, scene))
        return says

    @staticmethod
    def _job(turn: Turn, scene: Scene) -> Intent | None:
        if turn.kind == "choice":
            return _JOBS.get(turn.text.partition(":")[2])
        if turn.kind == "command":
            return _JOBS.get(_COMMANDS.get(turn.text, ""))
        return scene.intent if scene.intent in texts.CLOSED else None
