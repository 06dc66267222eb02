"""The door: welcome, help, and small talk. What must not be typed here is said each time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from yanlu.texts import conversation as texts

Arrive = Callable[[str, Turn, Scene], Awaitable[Sequence[Say]]]
"""Takes what a deep link brought with /start."""

_ROADS = (
    Choice(texts.ROAD_ASK, "welcome:ask"),
    Choice(texts.ROAD_RECORD, "talk:start"),
    Choice(texts.ROAD_REPORT, "report:start"),
)


class WelcomeDialog:
    """Answers /start, /help, small talk and the intent help.

    `others` are the commands of the other dialogs, for the help text; `roads` the three buttons of the
    welcome, whose values name the dialogs that do these jobs; `arrive` takes the code of a deep link.
    """

    name = "welcome"
    commands: ClassVar[Mapping[str, str]] = {"start": texts.COMMAND_START, "help": texts.COMMAND_HELP}

    def __init__(
        self, others: Mapping[str, str], roads: Sequence[Choice] = _ROADS, arrive: Arrive | None = None
    ) -> None:
        self._arrive = arrive
        self._commands = {**self.commands, **others, "cancel": texts.COMMAND_CANCEL}
        self._roads = (tuple(roads),)

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Welcome, explain, or answer a courtesy."""
        if turn.kind == "choice":
            return [Say(texts.HOW_TO_ASK)]
        if turn.kind == "command" and turn.text == "start" and turn.arguments and self._arrive is not None:
            return await self._arrive(turn.arguments, turn, scene)
        if scene.intent == "help" or (turn.kind == "command" and turn.text == "help"):
            return [self._help()]
        if turn.kind == "text":
            for words, reply in texts.COURTESIES:
                if any(word in turn.text for word in words):
                    return [Say(reply)]
        return [Say(f"{texts.GREETING}\n{texts.NOTICE}", choices=self._roads)]

    def _help(self) -> Say:
        listed = [texts.command_line(name, words) for name, words in self._commands.items() if words]
        lines = (texts.NOTICE, texts.ABOUT, texts.ABOUT_UNANSWERED, texts.HOW_TO_ASK, texts.COMMANDS_TITLE)
        return Say("\n".join((*lines, *listed)), choices=self._roads)
