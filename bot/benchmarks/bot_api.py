"""A stand-in for the Bot API in a process of its own: hands out questions at a pace and times the answers.

Lenient and fast, for measuring only; the strict fake that tests use lives with the tests.
Beside the Bot API it has two addresses of its own: /ready waits until a bot polls, /drive runs one round.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

ANSWER_SECONDS = 10.0
_LONGEST_POLL = 30.0


class Account:
    """One bot: what waits for it, and who waits for its answers."""

    def __init__(self) -> None:
        self.polled = asyncio.Event()
        self._arrived = asyncio.Event()
        self._pending: deque[dict[str, object]] = deque()
        self._asked: dict[int, deque[asyncio.Future[float]]] = defaultdict(deque)
        self._last_update = 0

    def ask(self, chat: int, text: str) -> asyncio.Future[float]:
        """Queue a question; the future gives the moment its answer came."""
        self._last_update += 1
        person = {"id": chat, "is_bot": False, "first_name": "bench"}
        message = {
            "message_id": self._last_update,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "bench"},
            "from": person,
            "text": text,
        }
        self._pending.append({"update_id": self._last_update, "message": message})
        self._arrived.set()
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._asked[chat].append(answered)
        return answered

    async def updates(self, offset: int, timeout: float) -> list[dict[str, object]]:  # noqa: ASYNC109 - the Bot API's word
        """Give what is pending from `offset` on, waiting for the first."""
        while self._pending and _number(self._pending[0]) < offset:
            self._pending.popleft()
        self.polled.set()
        if not self._pending and timeout:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), min(timeout, _LONGEST_POLL))
            except TimeoutError:
                return []
        return list(self._pending)[:100]

    def answer(self, chat: int, text: str) -> dict[str, object]:
        """Note the first answer to the oldest open question of a chat."""
        waiting = self._asked[chat]
        while waiting:
            question = waiting.popleft()
            if not question.done():
                question.set_result(time.perf_counter())
                break
        place = {"id": chat, "type": "private", "first_name": "bench"}
        return {"message_id": 1, "date": 1, "chat": place, "text": text}


def _number(update: dict[str, object]) -> int:
    return int(str(update["update_id"]))


async def _drive(account: Account, texts: Sequence[str], pace: float, chats: int) -> dict[str, object]:
    """Ask one question each 1/pace seconds and give the latencies in ms, and how many went unanswered."""
    asked = []
    begun = time.perf_counter()
    for position, text in enumerate(texts):
        await asyncio.sleep(max(0.0, begun + position / pace - time.perf_counter()))
        asked.append((time.perf_counter(), account.ask(1000 + position % chats, text)))
    answers = [answered for _, answered in asked]
    _, unanswered = await asyncio.wait(answers, timeout=ANSWER_SECONDS)
    for answer in unanswered:
        answer.cancel()
    latencies = [(answer.result() - at) * 1000 for at, answer in asked if answer not in unanswered]
    return {"latencies": latencies, "errors": len(unanswered), "seconds": time.perf_counter() - begun}


def application() -> Starlette:
    """Build the ASGI app."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    accounts: dict[str, Account] = defaultdict(Account)

    def reply(result: object) -> Response:
        return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")

    async def bot_method(request: Request) -> Response:
        account = accounts[request.path_params["token"]]
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        match request.path_params["method"]:
            case "getMe":
                return reply({"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"})
            case "getUpdates":
                found = await account.updates(int(form.get("offset", 0)), float(form.get("timeout", 0)))
                return reply(found)
            case "sendMessage":
                return reply(account.answer(int(form["chat_id"]), form["text"]))
        return reply(result=True)

    async def ready(request: Request) -> Response:
        await accounts[request.path_params["token"]].polled.wait()
        return reply(result=True)

    async def drive(request: Request) -> Response:
        order = await request.json()
        account = accounts[request.path_params["token"]]
        return reply(await _drive(account, order["texts"], order["pace"], order["chats"]))

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", bot_method, methods=["POST"]),
            Route("/ready/{token}", ready, methods=["POST"]),
            Route("/drive/{token}", drive, methods=["POST"]),
        ]
    )


def main() -> None:
    """Serve on a free port of 127.0.0.1, named on the first line of standard output."""
    import socket

    import uvicorn

    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(application(), log_level="critical", timeout_graceful_shutdown=1)).run(
            sockets=[listening]
        )


if __name__ == "__main__":
    main()
