"""The Telegram channel at work, over the fake Bot API: by polling, and by webhook on a real server."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from bot.channels.telegram import TelegramChannel, run_polling, webhook_app
from bot.conversation.channel import TakeTurn
from tests.support.telegram_api import FakeBotApi

SECRET = "fake-Secret_1"


@contextlib.asynccontextmanager
async def polling(channel: TelegramChannel, take: TakeTurn) -> AsyncIterator[None]:
    """Receive by polling for the length of the block; whatever polling raises comes out at its end."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_polling(channel, take, stop))
    try:
        yield
    finally:
        stop.set()
        await running


@contextlib.asynccontextmanager
async def webhook(
    api: FakeBotApi, channel: TelegramChannel, take: TakeTurn, *, path: str = "/telegram"
) -> AsyncIterator[str]:
    """Receive by webhook for the length of the block; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
        app = webhook_app(channel, take, SECRET, public_url=url, path=path)
        server = _Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await api.until(lambda: api.webhook is not None, "the webhook was not set")
            yield url
        finally:
            api.webhook = None
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the test runner."""
        yield
