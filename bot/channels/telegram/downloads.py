"""Files that users sent, as they stream in from Telegram."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.channels.telegram.outgoing import RETRY_SECONDS, failure_of
from bot.conversation.channel import DeliverLater
from yanlu.errors import ChannelError
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from telegram.ext import ExtBot

DOWNLOAD_SECONDS = 60


async def downloaded(bot: ExtBot[int], reference: str, limit: int) -> bytes:
    """Give the bytes of a file by its id.

    Raises AttachmentRefused the moment they pass `limit`, ChannelError when the file is too big for Telegram or gone,
    DeliverLater when Telegram cannot be reached.
    """
    from telegram.error import BadRequest, TelegramError

    try:
        file = await bot.get_file(reference)
    except BadRequest as error:
        raise (_too_big() if "too big" in error.message.lower() else _gone()) from None
    except TelegramError as error:
        raise failure_of(error) from None
    if (file.file_size or 0) > limit:
        raise _too_big()
    return await _streamed(file.file_path or "", limit)


async def _streamed(url: str, limit: int) -> bytes:
    """Download from an address, which holds the token: it stands in no error."""
    import httpx

    from bot.services.attachments import Limited

    taken = Limited(limit)
    try:
        async with (
            asyncio.timeout(DOWNLOAD_SECONDS),
            httpx.AsyncClient(timeout=10) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise _gone()
            async for chunk in answer.aiter_bytes():
                taken.take(chunk)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        raise DeliverLater(texts.UNREACHABLE, seconds=RETRY_SECONDS) from None
    return taken.content


def _too_big() -> ChannelError:
    return ChannelError(texts.FILE_TOO_BIG, kept=texts.FILE_TOO_BIG_KEPT, next_step=texts.FILE_TOO_BIG_NEXT)


def _gone() -> ChannelError:
    return ChannelError(texts.FILE_GONE, next_step=texts.FILE_GONE_NEXT)
