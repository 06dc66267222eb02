"""Serves the pages: uvicorn with h11, quiet, and patient with slow people but not with slow attacks."""

import asyncio
import errno
import resource
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from yanlu.errors import ChannelError
from yanlu.texts import web as texts

HEAD_SECONDS = 15.0
"""How long a client may take to send a request's head."""
KEEP_ALIVE_SECONDS = 15
PROXY = "127.0.0.1"
"""Who is believed by default: a reverse proxy on this machine."""
CONCURRENCY = 4_000
"""Connections open together. An open page that asks for news holds one, so it is twice the chats that are kept."""
OTHER_FILES = 500
HEAD_BYTES = 32 * 1024
SHUTDOWN_SECONDS = 10


class PatientProtocol(H11Protocol):
    """Closes a connection that does not finish its request's head in time; uvicorn itself would wait for ever."""

    head_seconds = HEAD_SECONDS
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Start the clock with the connection."""
        super().connection_made(transport)
        self.access_log = False  # whatever loggers there are: a line of it holds an address
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Run the clock while a head is coming in."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._stop()
        elif self._idle() and self._head_timer is None:
            self._start()

    def _idle(self) -> bool:
        cycle = getattr(self, "cycle", None)  # none before the first request, whatever its type says
        return not isinstance(cycle, RequestResponseCycle) or cycle.response_complete

    def _start(self) -> None:
        self._head_timer = self.loop.call_later(self.head_seconds, self._late)

    def _stop(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _late(self) -> None:
        self._head_timer = None
        if self._idle() and not self.transport.is_closing():
            self.transport.close()


async def serve_web(
    app: ASGIApp, host: str, port: int, *, proxy: str = PROXY, ready: asyncio.Event | None = None
) -> None:
    """Serve until cancelled or told to stop by a signal. Prints nothing.

    `proxy` is who may say, by X-Forwarded-Proto, that a browser came by TLS: addresses or networks, with commas.
    `ready` is set once it listens; connections queue up from then on.

    Raises ChannelError when it cannot listen there.
    """
    _allow_files(CONCURRENCY + OTHER_FILES)
    listening = _listening(host, port)
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=proxy,
        limit_concurrency=CONCURRENCY,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        h11_max_incomplete_event_size=HEAD_BYTES,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    with listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        if ready is not None:
            ready.set()
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await serving
            raise


def _allow_files(count: int) -> None:
    """Raise this process's own limit of open files as far as it may; the usual 1,024 would end at as many people."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if most == resource.RLIM_INFINITY else min(count, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return _bound(family, kind, protocol, address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ChannelError(texts.refused_port(host, port), next_step=texts.PORT_NEXT) from None
        raise ChannelError(texts.refused_address(host, port), next_step=texts.ADDRESS_NEXT) from None


def _bound(family: int, kind: int, protocol: int, address: Any) -> socket.socket:  # noqa: ANN401 - as the system gives it
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(2048)
        opened.settimeout(0)
    except OSError:
        opened.close()
        raise
    return opened
