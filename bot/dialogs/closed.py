"""Jobs that this version does not do yet: said plainly; nothing of what was typed is kept."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from yanlu.texts import conversation as texts

_JOBS = ("report", "track")


class ClosedDialog:
    """Answers the commands and choices of reports and their follow-up."""

    name = "closed"
    commands: ClassVar[Mapping[str, str]] = dict.fromkeys(_JOBS, "")

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Say that the job is not open yet, and where else one may turn."""
        asked = {"choice": turn.text.partition(":")[2], "text": scene.intent}
        job = asked.get(turn.kind, turn.text)
        return [Say(texts.OTHER_JOBS[job] if job in _JOBS else texts.STALE_CHOICE)]
