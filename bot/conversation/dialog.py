"""What a dialog is."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from bot.conversation.context import Context
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene


class Dialog(Protocol):
    """One job of the assistant. Keeps no state of its own between turns.

    `name` prefixes the values of its choices ("name:rest"; `rest` starts with "." in forms only). `commands`
    maps commands (without slash) to their Chinese descriptions; one with an empty description is understood
    and not listed.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def commands(self) -> Mapping[str, str]: ...  # noqa: D102 - described above

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer a turn. Its text is cleaned; `scene.intent` says why it came here when it was typed."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A dialog that may have something slow to do before it answers a question."""

    @property
    def prepares(self) -> bool:
        """Whether it has anything to do at all."""
        ...

    async def prepare(self, question: str, context: Context) -> object:
        """Do it, outside of any transaction; what it gives is the turn's `prepared`."""
        ...
