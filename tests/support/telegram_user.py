"""A person in front of Telegram: `tests.support.user.User` over the fake Bot API."""

import asyncio
from collections.abc import Awaitable, Callable
from mimetypes import guess_type
from pathlib import Path

from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_records import BotMessage

MEGABYTE = 1024 * 1024


class TelegramUser:
    """Acts in the private chat `user_id` and waits, without sleeping, until the bot has answered.

    `idle` is awaited before it is judged that something was *not* said: give the courier's "all sent" where
    messages may leave after the turn was settled.
    """

    def __init__(
        self,
        api: FakeBotApi,
        user_id: int = 1001,
        *,
        timeout: float = 10,
        idle: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.api = api
        self.id = user_id
        self.timeout = timeout
        self._idle = idle
        self._mark = 0
        self._own: list[tuple[int, str]] = []
        api.chat(user_id)

    async def says(self, text: str) -> None:
        """Type a message and wait until the assistant has answered."""
        await self._acts(text, lambda: self.api.message(self.id, text))

    async def corrects(self, text: str) -> None:
        """Change the message typed last and wait for an answer."""
        await self._acts(f"(改) {text}", lambda: self.api.edit(self.id, text))

    async def taps(self, label: str) -> None:
        """Tap the button with that label, on the latest message that shows it."""
        message = next((each for each in reversed(self._all()) if label in each.labels), None)
        if message is None:
            raise AssertionError(f"no button {label!r} is shown\n{self.transcript()}")
        buttons = [button for row in message.keyboard or [] for button in row]
        data = next(button["callback_data"] for button in buttons if button["text"] == label)
        await self._acts(f"[{label}]", lambda: self.api.tap(message, data))

    async def sends(self, path: Path) -> None:
        """Send a file."""
        media = guess_type(path.name)[0] or "application/octet-stream"
        content = await asyncio.to_thread(path.read_bytes)
        await self._acts(f"(文件) {path.name}", lambda: self.api.document(self.id, path.name, content, media))

    async def sends_as(self, field: str, path: Path) -> None:
        """Send a file the way the application itself records or picks it: "photo", "voice", "video" …"""
        content = await asyncio.to_thread(path.read_bytes)
        reference = self.api.keep(content)
        file = {"file_id": reference, "file_unique_id": reference, "file_size": len(content)}
        file |= {"duration": 1, "width": 1, "height": 1, "length": 1}
        sent = [file] if field == "photo" else file
        await self._acts(f"({field}) {path.name}", lambda: self.api.message(self.id, **{field: sent}))

    async def sends_large(self, name: str, size: int = 25 * MEGABYTE) -> None:
        """Send a file of a size that need not be carried to be refused."""
        await self._acts(f"(文件) {name}", lambda: self.api.document(self.id, name, b"", size=size))

    async def sends_sticker(self) -> None:
        """Send a sticker."""
        sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
        sticker |= {"is_animated": False, "is_video": False}
        await self._acts("(贴纸)", lambda: self.api.message(self.id, sticker=sticker))

    async def sends_voice(self) -> None:
        """Send a voice note."""
        voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
        await self._acts("(语音)", lambda: self.api.message(self.id, voice=voice))

    async def sees(self, text: str) -> str:
        """Assert that a message since the last action contains `text`; gives that message back."""
        await self.api.until(
            lambda: any(text in message.text for message in self._since()),
            lambda: f"{text!r} was not said\n{self.transcript()}",
            self.timeout,
        )
        return next(message.text for message in self._since() if text in message.text)

    async def does_not_see(self, text: str) -> None:
        """Assert that no message since the last action contains `text`."""
        if self._idle is not None:
            await self._idle()
        assert not any(text in message.text for message in self._since()), (
            f"{text!r} was said\n{self.transcript()}"
        )

    @property
    def offered(self) -> list[str]:
        """The buttons of the latest message that has any."""
        return next((message.labels for message in reversed(self._all()) if message.labels), [])

    @property
    def received(self) -> list[BotMessage]:
        """The messages since the last action."""
        return self._since()

    def transcript(self) -> str:
        """The whole conversation, for the reader of a failed test."""
        lines = []
        for position, message in enumerate([*self._all(), None]):
            lines += [f"  > {said}" for at, said in self._own if at == position]
            if message is not None:
                buttons = " ".join(f"[{label}]" for label in message.labels)
                lines.append(f"  < {message.text} {buttons}".rstrip())
        return "\n".join(lines)

    async def _acts(self, said: str, act: Callable[[], int]) -> None:
        self._mark = len(self._all())
        self._own.append((self._mark, said))
        update = act()
        await self.api.until(
            lambda: self.api.settled(update) and bool(self._since()),
            lambda: f"no answer to {said!r}\n{self.transcript()}",
            self.timeout,
        )

    def _all(self) -> list[BotMessage]:
        return self.api.messages_to(self.id)

    def _since(self) -> list[BotMessage]:
        return self._all()[self._mark :]
