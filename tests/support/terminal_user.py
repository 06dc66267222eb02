"""A person at the terminal: types lines, reads what is printed."""

import io
from pathlib import Path

from bot.channels.terminal import TerminalChannel, TerminalSession
from bot.conversation.channel import TakeTurn
from bot.conversation.choices import numbered, spoken
from bot.conversation.messages import Choice, Conversation, Say
from bot.services.clock import Clock


class WatchedTerminal(TerminalChannel):
    """A terminal channel that notes each message beside printing it."""

    def __init__(self, downloads: Path) -> None:
        self.screen = io.StringIO()
        self.messages: list[Say] = []
        super().__init__(self.screen, downloads)

    async def send(self, address: str, say: Say) -> None:
        self.messages.append(say)
        await super().send(address, say)


class TerminalUser:
    """Implements `tests.support.user.User` over a terminal session."""

    def __init__(self, take: TakeTurn, channel: WatchedTerminal, clock: Clock, name: str = "local") -> None:
        self._channel = channel
        self._session = TerminalSession(take, channel, Conversation("terminal", name), name, clock)
        self._since = 0
        self._printed = 0

    async def says(self, text: str) -> None:
        self._since = len(self._channel.messages)
        self._printed = len(self._channel.screen.getvalue())
        assert await self._session.line(text), "the session has ended"

    async def taps(self, label: str) -> None:
        choice = next((choice for choice in self._offered() if choice.label == label), None)
        assert choice is not None, f"no choice {label!r} among {[each.label for each in self._offered()]}"
        if spoken(choice):
            await self.says(label)
        else:
            await self.says(str(numbered(self._offered()).index(choice) + 1))

    async def sends(self, path: Path) -> None:
        await self.says(f"/file {path}")

    async def sees(self, text: str) -> str:
        printed = self._news()
        assert text in printed, f"{text!r} is not in:\n{printed}"
        said = (say.text for say in self._channel.messages[self._since :] if text in say.text)
        return next(said, printed)

    async def does_not_see(self, text: str) -> None:
        assert text not in self._news(), f"{text!r} is in:\n{self._news()}"

    def _news(self) -> str:
        return self._channel.screen.getvalue()[self._printed :]

    def _offered(self) -> tuple[Choice, ...]:
        offering = [say for say in self._channel.messages if say.choices]
        return tuple(choice for row in offering[-1].choices for choice in row) if offering else ()
