"""Webhook: Telegram delivers to us. Any number of workers can share the load; the last word is the commit.

200 means that the turn has committed. Any other answer makes Telegram deliver the update again
(Bot API, setWebhook), and the conversation core takes each update once however often it comes.
"""

from __future__ import annotations

import hmac
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.channels.telegram.incoming import ALLOWED_UPDATES
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.outgoing import failure_of
from bot.channels.telegram.updates import update_of
from yanlu.errors import ChannelError, SettingsError
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.channels.telegram.channel import TelegramChannel
    from bot.conversation.channel import TakeTurn

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header, not the secret
MAX_BODY_BYTES = 1024 * 1024
"""Far above any update (a message's text is at most 4,096 characters)."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def webhook_app(
    channel: TelegramChannel,
    take: TakeTurn,
    secret_token: str,
    *,
    public_url: str | None = None,
    path: str = "/telegram",
) -> Starlette:
    """Give the ASGI app that receives updates at `path`.

    Answers 200 after `take` returned, 403 without the secret, 413 beyond 1 MB, 400 for what is no JSON
    object, 503 when the turn failed. On start the channel is opened, and Telegram told to deliver to
    `public_url` (the full https address, `path` included) unless it is None. Raises SettingsError when the
    secret is not in Telegram's alphabet.
    """
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.body_limit import RequestBodyLimitMiddleware
    from starlette.routing import Route

    if not _SECRET.fullmatch(secret_token):
        raise SettingsError(texts.CALLBACK_KEY_FORM, next_step=texts.CALLBACK_KEY_FORM_NEXT)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await channel.open()
        if public_url is not None:
            await set_webhook(channel, public_url, secret_token)
        yield

    desk = _Desk(channel, take, secret_token)
    return Starlette(
        routes=[Route(path, desk.receive, methods=["POST"])],
        middleware=[Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)],
        lifespan=lifespan,
    )


async def set_webhook(channel: TelegramChannel, public_url: str, secret_token: str) -> None:
    """Tell Telegram where to deliver. Workers may all do it: the same address again changes nothing.

    Raises ChannelError when Telegram refuses the address, DeliverLater when it cannot be reached.
    """
    from telegram.error import BadRequest, TelegramError

    try:
        await channel.bot.set_webhook(public_url, allowed_updates=ALLOWED_UPDATES, secret_token=secret_token)
    except BadRequest:
        raise ChannelError(texts.WEBHOOK_REFUSED, next_step=texts.WEBHOOK_REFUSED_NEXT) from None
    except TelegramError as error:
        raise failure_of(error) from None


class _Desk:
    """Where deliveries are checked and handed to the intake."""

    def __init__(self, channel: TelegramChannel, take: TakeTurn, secret_token: str) -> None:
        self._channel = channel
        self._intake = Intake(channel, take)
        self._secret = secret_token.encode()

    async def receive(self, request: Request) -> Response:
        """Take one delivery."""
        from starlette.responses import Response

        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        try:
            raw = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if not isinstance(raw, dict):
            return Response(status_code=400)
        update = update_of(raw, self._channel.bot)
        # What cannot be read today cannot be read when it comes again, so it is let go.
        taken = update is None or await self._intake.accept(update)
        return Response(status_code=200 if taken else 503)
