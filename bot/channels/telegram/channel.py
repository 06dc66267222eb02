"""The Telegram channel: one bot account, with the library's rate limiter in front of it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.channels.telegram.downloads import downloaded
from bot.channels.telegram.incoming import ALLOWED_UPDATES, CHANNEL
from bot.channels.telegram.outgoing import Letter, failure_of, letters
from bot.channels.telegram.trails import Trails
from bot.conversation.channel import MAX_FILE_BYTES, DeliverLater, Sweep
from yanlu.errors import ChannelError
from yanlu.texts import telegram as texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from telegram import InlineKeyboardMarkup, MessageEntity
    from telegram.ext import ExtBot
    from telegram.request import HTTPXRequest

    from bot.channels.telegram.incoming import Tap
    from bot.channels.telegram.rendering import Entity
    from bot.conversation.messages import Say

_DELETED_AT_ONCE = 100
"""Messages that one call may delete (Bot API, deleteMessages)."""
_UNFINISHED_SAYS = 256

logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Give the time of day, aware, in UTC."""
    return datetime.now(UTC)


class TelegramChannel:
    """A road to Telegram users (`bot.conversation.channel.Channel`); an address is a private chat's id.

    `commands` are (name, Chinese description) pairs for the menu. `base_url` is the address of a self-hosted
    Bot API server (scheme, host, port), None for Telegram's own. `per_second` is how many messages Telegram
    allows one bot. The owner calls `close` when nothing will be sent any more.
    """

    name = CHANNEL

    def __init__(
        self,
        token: str,
        *,
        commands: Sequence[tuple[str, str]] = (),
        base_url: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        per_second: float = 30,
    ) -> None:
        _quiet_vendors()
        self.clock = clock
        self._requests = _connections()
        self.bot = _bot(token, base_url, per_second, self._requests)
        self._commands = tuple(commands)
        self._opening = asyncio.Lock()
        self._username: str | None = None
        # Letters of a say that had left before Telegram asked us to wait: its next try goes on after them.
        self._sent: dict[tuple[str, Say], int] = {}
        self._trails = Trails()

    @property
    def username(self) -> str:
        """The bot's own name without @; empty until `open` has succeeded."""
        return self._username or ""

    async def open(self) -> None:
        """Check the token and publish the command menu; does nothing the second time.

        Raises ChannelError when Telegram refuses the token, DeliverLater when it cannot be reached.
        """
        from telegram.error import InvalidToken, TelegramError

        async with self._opening:
            if self._username is not None:
                return
            try:
                await self.bot.initialize()
            except InvalidToken:
                raise token_refused() from None  # the library's message holds the token
            except TelegramError as error:
                raise failure_of(error) from None
            await self._publish_commands()
            self._username = self.bot.bot.username or ""

    async def close(self) -> None:
        """Close the connections. Nothing can be sent after this."""
        for request in self._requests:
            await request.shutdown()

    async def send(self, address: str, say: Say) -> None:
        """Deliver one message, in several parts where it is long.

        Raises Undeliverable or DeliverLater. A say that had to stop between two parts goes on where it
        stopped when it is sent again, so that nothing arrives twice.
        """
        from telegram.error import TelegramError

        posts = letters(say)
        first = self._sent.pop((address, say), 0) if self._sent else 0
        for index in range(first, len(posts)):
            try:
                message = await self._post(int(address), posts[index])
                self._trails.said(int(address), message, self.clock(), fleeting=say.fleeting)
            except TelegramError as error:
                failure = failure_of(error)
                if isinstance(failure, DeliverLater):
                    self._remember(address, say, index)
                else:
                    logger.warning("telegram refused a message for good: %s", type(error).__name__)
                raise failure from None

    def heard(self, chat: int, message: int) -> None:
        """Note that a user wrote a message, in case the chat is to be cleaned later."""
        self._trails.heard(chat, message, self.clock())

    async def clean(self, address: str) -> Sweep | None:
        """Delete a chat's fleeting messages, and what the user wrote before each, as far as they are known here.

        Raises DeliverLater; it may then be tried again.
        """
        chat = int(address)
        fresh, left = self._trails.of(chat, self.clock())
        stay = [
            await self._deleted(chat, fresh[at : at + _DELETED_AT_ONCE])
            for at in range(0, len(fresh), _DELETED_AT_ONCE)
        ]
        self._trails.forget(chat)
        return Sweep(len(fresh) - sum(stay), left + sum(stay))

    async def _deleted(self, chat: int, messages: Sequence[int]) -> int:
        """Delete messages together or, where Telegram refuses that, one by one; gives how many stay."""
        from telegram.error import BadRequest, TelegramError

        try:
            await self.bot.delete_messages(chat, messages)
        except BadRequest as error:
            if len(messages) > 1:
                return sum([await self._deleted(chat, [message]) for message in messages])
            return 0 if "not found" in error.message.lower() else 1
        except TelegramError as error:
            raise failure_of(error) from None
        return 0

    async def fetch(self, reference: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """Give the bytes of a file a user sent, which stream in.

        Raises AttachmentRefused the moment they pass `limit`, ChannelError when the file is too big for Telegram or
        gone, DeliverLater when Telegram cannot be reached.
        """
        return await downloaded(self.bot, reference, limit)

    async def raw_updates(self, offset: int | None) -> list[dict[str, object]]:
        """Give pending updates at once, as plain JSON, for when the library cannot read one of them.

        Raises TelegramError as the library does.
        """
        wanted = urlencode(
            {"timeout": 0, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
            | ({} if offset is None else {"offset": offset})
        )
        request = self._requests[0]
        payload = await request.retrieve(f"{self.bot.base_url}/getUpdates?{wanted}")
        return list(request.parse_json_payload(payload)["result"])

    async def stop_spinner(self, query: str) -> None:
        """Answer a tap, so that its button stops spinning. A query that is too old is let go."""
        from telegram.error import TelegramError

        try:
            await self.bot.answer_callback_query(query)
        except TelegramError as error:
            logger.debug("a tap was not answered: %s", type(error).__name__)

    async def drop_keyboard(self, chat: int, tap: Tap) -> None:
        """Take the keyboard off a message that was tapped. One that is gone, or bare already, is let go."""
        from telegram.error import TelegramError

        try:
            await self.bot.edit_message_reply_markup(chat_id=chat, message_id=tap.message)
        except TelegramError as error:
            logger.debug("a keyboard was not taken off: %s", type(error).__name__)

    def _remember(self, address: str, say: Say, index: int) -> None:
        if index:
            self._sent[(address, say)] = index
        while len(self._sent) > _UNFINISHED_SAYS:
            del self._sent[next(iter(self._sent))]

    async def _publish_commands(self) -> None:
        from telegram.error import TelegramError

        if not self._commands:
            return
        try:
            await self.bot.set_my_commands(self._commands)
        except TelegramError as error:
            logger.warning("the command menu was not published: %s", type(error).__name__)

    async def _post(self, chat: int, letter: Letter) -> int:
        """Send one message; gives its id."""
        styles = [_message_entity(entity) for entity in letter.entities] or None
        keyboard = _inline_keyboard(letter) if letter.keyboard else None
        if letter.document is None:
            sent = await self.bot.send_message(chat, letter.text, entities=styles, reply_markup=keyboard)
            return sent.message_id
        sent = await self.bot.send_document(
            chat,
            letter.document.content,
            filename=letter.document.name,
            caption=letter.text or None,
            caption_entities=styles,
            reply_markup=keyboard,
        )
        return sent.message_id


def token_refused() -> ChannelError:
    """Say that Telegram does not know the bot token."""
    return ChannelError(texts.ACCOUNT_REFUSED, next_step=texts.ACCOUNT_REFUSED_NEXT)


def _message_entity(entity: Entity) -> MessageEntity:
    from telegram import MessageEntity

    return MessageEntity(entity.kind, entity.offset, entity.length)


def _inline_keyboard(letter: Letter) -> InlineKeyboardMarkup:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(choice.label, callback_data=choice.value) for choice in row]
            for row in letter.keyboard
        ]
    )


def _bot(
    token: str, base_url: str | None, per_second: float, requests: Sequence[HTTPXRequest]
) -> ExtBot[int]:
    from telegram.error import InvalidToken
    from telegram.ext import AIORateLimiter, ExtBot

    server = (base_url or "https://api.telegram.org").rstrip("/")
    updates, others = requests
    try:
        return ExtBot(
            token,
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            request=others,
            get_updates_request=updates,
            # It paces what leaves; what Telegram answers with 429 all the same goes back to the outbox.
            rate_limiter=AIORateLimiter(overall_max_rate=per_second),
        )
    except InvalidToken:
        raise token_refused() from None


def _connections() -> tuple[HTTPXRequest, HTTPXRequest]:
    """Give one connection for polling and a pool for everything else."""
    from telegram.request import HTTPXRequest

    return (
        HTTPXRequest(connection_pool_size=1, connect_timeout=10, read_timeout=10),
        HTTPXRequest(connect_timeout=10, read_timeout=10, pool_timeout=10),
    )


def _quiet_vendors() -> None:
    """Keep the token (in request addresses) and users' words (in payloads) out of every log.

    The HTTP client logs each address at INFO; the library logs payloads at DEBUG and, those it cannot read,
    at ERROR and CRITICAL. What matters is logged by this package, without content.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    # The library's own switch to time spans; without it each flood-control answer warns of a deprecation.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
