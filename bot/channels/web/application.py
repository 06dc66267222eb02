"""The web application: routes, guard, and what the pages need."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from bot.channels.web.chat import Chat
from bot.channels.web.console.parts import ConsoleParts
from bot.channels.web.console.routes import console
from bot.channels.web.packing import style_source
from bot.channels.web.pages import Pages
from bot.channels.web.parts import LEFT, WebParts
from bot.channels.web.reading import Reading
from bot.channels.web.security import Guard, page_headers


def web_app(parts: WebParts, console_parts: ConsoleParts | None = None) -> Starlette:
    """Give the ASGI app of the pages for everyone, and of the console where its parts are given."""
    pages = Pages()
    desk = None if console_parts is None else console(console_parts, pages, parts.sign)
    chat = Chat(parts, pages)
    reading = Reading(parts, pages)

    async def refused(_request: Request, error: Exception) -> Response:
        return pages.error(error.status_code if isinstance(error, HTTPException) else 500)

    async def failed(_scope: Scope) -> Response:
        return pages.error(500)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await chat.close()
        if desk is not None:
            await desk.jobs.close()

    return Starlette(
        routes=[
            Route("/", chat.show),
            Route("/turn", chat.turn, methods=["POST"]),
            Route("/clear", chat.clear, methods=["POST"]),
            Route("/leave", chat.leave, methods=["POST"]),
            Route(LEFT, chat.left),
            Route("/news", chat.news),
            Route("/files/{id}", chat.download),
            Route("/documents", reading.list),
            Route("/documents/{id}", reading.document),
            Route("/static/{name}", pages.static),
            Route("/robots.txt", _robots),
            *(desk.routes if desk else ()),
        ],
        middleware=[
            Middleware(Guard, headers=page_headers(parts.leave, style_source(pages.styles)), failed=failed)
        ],
        exception_handlers={HTTPException: refused},
        lifespan=lifespan,
    )


async def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
