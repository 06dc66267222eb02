"""The roads into an open house: the terminal, the web page, Telegram."""

import asyncio
import gc
import os
import secrets
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.app import House
from bot.conversation.channel import TakeTurn
from bot.conversation.messages import Conversation
from bot.conversation.router import Router
from bot.conversation.turns import TurnTaker
from bot.settings import Settings, revealed
from yanlu.errors import SettingsError
from yanlu.texts import commands as texts

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.channels.telegram import TelegramChannel
    from bot.channels.web import WebChannel
    from bot.channels.web.console.parts import ConsoleParts


async def run_terminal_chat(house: House) -> None:
    """Talk in the terminal until the person leaves."""
    from bot.channels.terminal import TerminalChannel, TerminalSession, run_terminal

    channel = TerminalChannel(sys.stdout, house.settings.home / "downloads")
    async with house.taker(await house.router(), [channel]) as taker:
        # One seat for each user of the machine, so that somebody who has joined stays joined.
        seat = Conversation("terminal", f"user-{os.getuid()}")
        session = TerminalSession(taker.take, channel, seat, secrets.token_hex(8), house.clock)
        with open(sys.stdin.fileno(), "rb", closefd=False) as stdin:  # noqa: ASYNC230 - a descriptor, read in a thread
            await run_terminal(session, channel, stdin, sys.stdout)


async def run_service(house: House) -> None:
    """Serve the web page, and Telegram where a token is set, until told to stop.

    When one road ends, by a signal or a fault, the other is closed and its fault raised. Raises SettingsError
    where the settings leave no road.
    """
    settings = house.settings
    router = await house.router()
    web = _web_channel(house)
    telegram = _telegram_channel(house, router)
    channels = [channel for channel in (web, telegram) if channel is not None]
    if not channels:
        raise SettingsError(texts.NO_ROAD, next_step=texts.SETTING_NEXT)
    try:
        async with house.taker(router, channels) as taker:
            roads: list[Coroutine[None, None, None]] = []
            if web is not None:
                roads.append(_serve_pages(house, router, web, taker))
            if telegram is not None:
                roads.append(_serve_telegram(settings, telegram, taker))
            _set_apart()
            await _first_ended(roads)
    finally:
        if telegram is not None:
            await telegram.close()


def _set_apart() -> None:
    """Take what was loaded at the start out of the garbage collector's rounds: they would stop everybody's turns."""
    gc.collect()
    gc.freeze()


async def _first_ended(roads: "list[Coroutine[None, None, None]]") -> None:
    """Go all roads until one ends, then close the others; raises what it ended with."""
    tasks = [asyncio.create_task(road) for road in roads]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault


def _web_channel(house: House) -> "WebChannel | None":
    if not house.settings.web_port:
        return None
    from bot.channels.web import WebChannel
    from bot.channels.web.shared_sessions import SharedSessions

    return WebChannel(SharedSessions(house.database) if house.database.shared else None)


def _telegram_channel(house: House, router: Router) -> "TelegramChannel | None":
    token = revealed(house.settings.telegram_token)
    if token is None:
        return None
    from bot.channels.telegram import TelegramChannel

    return TelegramChannel(
        token,
        commands=tuple(router.commands.items()),
        base_url=house.settings.telegram_api,
        clock=house.clock,
    )


async def _serve_pages(house: House, router: Router, channel: "WebChannel", taker: TurnTaker) -> None:
    from bot.channels.web import WebParts, serve_web, web_app
    from bot.services.warming import Warming

    settings = house.settings
    parts = WebParts(
        channel,
        taker.take,
        house.library,
        house.database.keys.opaque,
        house.clock,
        tuple(router.commands.items()),
        settings.leave_url,
    )
    console = console_parts(house, taker.take)
    warming = asyncio.create_task(Warming(house.database, console.kept, house.clock).run())
    try:
        app = web_app(parts, console)
        await serve_web(app, settings.web_host, settings.web_port, proxy=settings.web_proxy)
    finally:
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)


def console_parts(house: House, take: TakeTurn) -> "ConsoleParts":
    """Give what the console needs of an open house."""
    from bot.channels.web.console.parts import ConsoleParts
    from bot.services.accounts import Door
    from bot.services.standing_kept import KeptStanding

    return ConsoleParts(
        house.database,
        house.directories,
        house.library,
        house.standing,
        house.desk,
        house.talks(),
        take,
        Door(house.database, house.directories),
        house.clock,
        KeptStanding(house.standing),
    )


async def _serve_telegram(settings: Settings, channel: "TelegramChannel", taker: TurnTaker) -> None:
    from bot.channels.telegram import run_polling

    if settings.webhook_url:
        await _serve_webhook(settings, channel, taker)
        return
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await run_polling(channel, taker.accept, stop)


async def _serve_webhook(settings: Settings, channel: "TelegramChannel", taker: TurnTaker) -> None:
    import uvicorn

    from bot.channels.telegram import webhook_app

    address = settings.webhook_url or ""
    path = "/" + address.partition("://")[2].partition("/")[2]
    app = webhook_app(
        channel,
        taker.accept,
        revealed(settings.webhook_secret) or "",
        public_url=address if path != "/" else f"{address.rstrip('/')}/telegram",
        path=path if path != "/" else "/telegram",
    )
    await channel.open()  # a refused token is told by its own sentence, not by the server's traceback
    config = uvicorn.Config(
        app, settings.webhook_host, settings.webhook_port, log_level="warning", access_log=False
    )
    await uvicorn.Server(config).serve()
