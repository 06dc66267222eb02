"""A strict fake of the Bot API on a real socket: what lives outside, and how it refuses.

Runs in the event loop of the test. What people do is pushed by `message`, `tap`, `edit`, `document`, `push`;
what the bot did is read from `sent`, `calls`, `commands`; trouble is ordered by `fail`, `block`, `redeliver`.
"""

import asyncio
import itertools
import json
import re
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, Self

import httpx

from tests.support.http_wire import HangUpError, WireReply, WireRequest, WireServer
from tests.support.telegram_forms import ApiError, parameters_of
from tests.support.telegram_methods import METHODS
from tests.support.telegram_records import (
    BOT_ID,
    USERNAME,
    BotMessage,
    Call,
    Chat,
    Query,
    Webhook,
    chat_of,
    marked,
    person,
)

REDELIVERY_SECONDS = 0.05


class FakeBotApi:
    """One bot account and the people who talk to it. Use as an async context manager."""

    def __init__(self, token: str = f"{BOT_ID}:TEST-not-a-secret") -> None:
        self.token = token
        self.chats: dict[int, Chat] = {}
        self.sent: list[BotMessage] = []
        self.calls: list[Call] = []
        self.queries: dict[str, Query] = {}
        self.files: dict[str, tuple[int, bytes]] = {}
        self.removed: set[tuple[int, int]] = set()
        """Chat and id of every message that was deleted together with others."""
        self.undeletable: set[int] = set()
        self.commands: list[dict[str, str]] = []
        self.webhook: Webhook | None = None
        self.deliveries: list[tuple[int, int]] = []
        """Webhook attempts: update id and the status answered (0 when the connection failed)."""
        self.pending: dict[int, dict[str, Any]] = {}
        self.again: list[dict[str, Any]] = []
        self.allowed: tuple[str, ...] | None = None
        self.polls = 0
        self.changed = asyncio.Condition()
        self.ids = itertools.count(1)
        self._update_ids = itertools.count(500)
        self._updates: dict[int, dict[str, Any]] = {}
        self._trouble: dict[str, deque[ApiError | HangUpError]] = defaultdict(deque)
        self._posts: set[asyncio.Task[None]] = set()
        self._lanes: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._server = WireServer(self._handle)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        self._client = httpx.AsyncClient(trust_env=False, timeout=30)
        return self

    async def __aexit__(self, *_: object) -> None:
        for post in self._posts:
            post.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
        await self._client.aclose()
        await self._server.__aexit__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    # What people do. Each gives the id of the update.

    def message(self, chat: int, text: str | None = None, *, kind: str = "private", **fields: Any) -> int:
        body = self._message(chat, kind) | fields
        if text is not None:
            body |= {"text": text, "entities": marked(text)}
        return self.push({"message": body})

    def edit(self, chat: int, text: str) -> int:
        body = self._message(chat, "private") | {"edit_date": 1_700_000_001, "text": text}
        return self.push({"edited_message": body})

    def document(
        self, chat: int, name: str, content: bytes, media_type: str = "text/plain", size: int | None = None
    ) -> int:
        size = len(content) if size is None else size
        file_id = self.keep(content, size)
        described = {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_name": name}
        return self.message(chat, document=described | {"mime_type": media_type, "file_size": size})

    def keep(self, content: bytes, size: int | None = None) -> str:
        """Keep a file to be fetched; gives its id."""
        file_id = f"file-{next(self.ids)}"
        self.files[file_id] = (len(content) if size is None else size, content)
        return file_id

    def tap(self, message: BotMessage, data: str) -> int:
        query = f"query-{next(self.ids)}"
        self.queries[query] = Query(message.chat)
        origin = self.shape(message)
        body = {
            "id": query,
            "from": person(message.chat),
            "chat_instance": "1",
            "message": origin,
            "data": data,
        }
        return self.push({"callback_query": body})

    def push(self, body: dict[str, Any], *, force: bool = False) -> int:
        """Queue an update of any kind. One the bot did not ask for is lost, unless forced."""
        number = next(self._update_ids)
        update = {"update_id": number} | body
        self._updates[number] = update
        if force or self.allowed is None or set(body) & set(self.allowed):
            self.pending[number] = update
            self._hand_out(update)
        return number

    def block(self, chat: int) -> None:
        self.chat(chat).blocked = True

    def expire_queries(self) -> None:
        for query in self.queries.values():
            query.expired = True

    async def redeliver(self, number: int) -> None:
        """Deliver an update once more and wait until the bot has dealt with it."""
        update = self._updates[number]
        if self.webhook is not None:
            await self._post(update)
            return
        self.again.append(update)
        self._wake()
        await self.until(lambda: not self.again, "the duplicate was not fetched")
        polls = self.polls
        await self.until(lambda: self.polls > polls, "the bot did not come back for more")

    # Trouble, for the next calls of a method.

    def fail(self, method: str, *troubles: ApiError | HangUpError) -> None:
        self._trouble[method].extend(troubles)

    # What the bot did.

    def messages_to(self, chat: int) -> list[BotMessage]:
        return [message for message in self.sent if message.chat == chat and not message.deleted]

    def calls_of(self, method: str) -> list[dict[str, Any]]:
        return [call.params for call in self.calls if call.method == method]

    def settled(self, number: int) -> bool:
        """Whether the update was confirmed: by a later offset, or by a 2xx of the webhook."""
        return number not in self.pending

    async def until(
        self, true: Callable[[], bool], otherwise: str | Callable[[], str], seconds: float = 10
    ) -> None:
        """Wait for something to become true; every call and delivery is looked at, no time is slept."""
        try:
            async with asyncio.timeout(seconds), self.changed:
                await self.changed.wait_for(true)
        except TimeoutError:
            why = otherwise if isinstance(otherwise, str) else otherwise()
            raise AssertionError(f"{why} (waited {seconds} s)") from None

    # The service itself.

    def chat(self, number: int, kind: str = "private") -> Chat:
        return self.chats.setdefault(number, Chat(number, kind))

    def shape(self, message: BotMessage) -> dict[str, Any]:
        me = {"id": BOT_ID, "is_bot": True, "first_name": "言路", "username": USERNAME}
        chat = {"id": message.chat, "type": self.chats[message.chat].kind, "first_name": "用户"}
        shaped: dict[str, Any] = {"message_id": message.id, "date": 1_700_000_000, "chat": chat, "from": me}
        if message.document is not None:
            name = f"sent-{message.id}"
            shaped["document"] = {"file_id": name, "file_unique_id": name, "file_name": message.document.name}
            shaped["caption"] = message.text
        else:
            shaped["text"] = message.text
        if message.keyboard:
            shaped["reply_markup"] = {"inline_keyboard": message.keyboard}
        return shaped

    def deliver_pending(self) -> None:
        for update in list(self.pending.values()):
            self._hand_out(update)

    async def _handle(self, request: WireRequest) -> WireReply:
        if (found := re.fullmatch(r"/file/bot([^/]+)/(.+)", request.path)) and found[1] == self.token:
            content = self.files.get(found[2])
            return (
                WireReply(404, b"")
                if content is None
                else WireReply(200, content[1], "application/octet-stream")
            )
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        try:
            method = self._admitted(found)
            result = await self._call(method, parameters_of(request))
        except ApiError as error:
            answer = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                answer["parameters"] = error.parameters
            return WireReply(error.code, json.dumps(answer).encode())
        finally:
            await self._notify()
        return WireReply(200, json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode())

    def _admitted(self, found: re.Match[str] | None) -> str:
        if found is None or found[2] not in METHODS:
            raise ApiError(404, "Not Found")
        if found[1] != self.token:
            raise ApiError(401, "Unauthorized")
        return found[2]

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append(Call(method, params))
        if self._trouble[method]:
            raise self._trouble[method].popleft()
        allowed, run = METHODS[method]
        if unknown := set(params) - allowed:
            raise ApiError(400, f"Bad Request: unknown parameters {sorted(unknown)}")
        return await run(self, params)

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def _wake(self) -> None:
        waking = asyncio.create_task(self._notify())
        self._posts.add(waking)
        waking.add_done_callback(self._posts.discard)

    def _hand_out(self, update: dict[str, Any]) -> None:
        self._wake()
        if self.webhook is not None:
            post = asyncio.create_task(self._post_until_taken(update))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _post_until_taken(self, update: dict[str, Any]) -> None:
        async with self._lanes[chat_of(update)]:
            while self.webhook is not None and update["update_id"] in self.pending:
                status = await self._post(update)
                if 200 <= status <= 299:
                    self.pending.pop(update["update_id"], None)
                    await self._notify()
                    return
                await asyncio.sleep(REDELIVERY_SECONDS)  # as the service waits before it tries again

    async def _post(self, update: dict[str, Any]) -> int:
        assert self.webhook is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret}
        try:
            status = (await self._client.post(self.webhook.url, json=update, headers=headers)).status_code
        except httpx.HTTPError:
            status = 0
        self.deliveries.append((update["update_id"], status))
        await self._notify()
        return status

    def _message(self, chat: int, kind: str) -> dict[str, Any]:
        self.chat(chat, kind)
        place = {"id": chat, "type": kind} | (
            {"first_name": "用户"} if kind == "private" else {"title": "群"}
        )
        return {
            "message_id": next(self.ids),
            "date": 1_700_000_000,
            "chat": place,
            "from": person(abs(chat)),
        }
