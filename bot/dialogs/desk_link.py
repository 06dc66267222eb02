"""The way from a chat to the console: a link that signs its person in once."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.seat import seat_of, store
from bot.services.accounts import issue_link
from bot.services.directory import DirectoryService
from yanlu.texts import accounts as texts


class DeskLinkDialog:
    """Answers /desk. The link signs nobody in before it was opened and a button pressed."""

    name = "desk"
    commands: ClassVar[Mapping[str, str]] = {"desk": texts.COMMAND_DESK}

    def __init__(self, directories: DirectoryService, address: str) -> None:
        """`address` of the pages, without a slash at the end; "" where none are served."""
        self._directories = directories
        self._address = address

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:  # noqa: ARG002 - as every dialog
        """Give the link to the person the conversation is bound to."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.DESK_NOT_BOUND)]
        if not self._address:
            return [Say(texts.DESK_NOT_SERVED)]
        code = await issue_link(store(scene), seat.person.id, scene.now)
        return [Say(texts.desk_link(f"{self._address}/console/link/{code}"))]
