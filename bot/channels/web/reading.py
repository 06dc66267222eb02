"""Answers the requests of the reading view."""

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.documents import document_address, facts, found, shown
from bot.channels.web.pages import Pages
from bot.channels.web.parts import WebParts
from bot.channels.web.security import Seats
from knowledge.catalogue import digest_document, load_catalogue
from yanlu.errors import UnknownDocument

MAX_OFFSET = 10_000_000


class Reading:
    """Shows the list of documents, and each of them with a quote marked."""

    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._library = parts.library
        self._seats = Seats(parts.sign)
        self._leave = parts.leave
        self._pages = pages

    async def list(self, request: Request) -> Response:
        """Show the documents in force, the built-in digest last."""
        editions = [*await self._library.documents(), digest_document(load_catalogue())]
        rows = [(edition.title, document_address(edition.id)) for edition in editions]
        return self._pages.page("documents.html", rows=rows, form=self._form(request), leave=self._leave)

    async def document(self, request: Request) -> Response:
        """Show a document; `start` and `end` in the query mark a quote by its offsets."""
        try:
            document = await found(self._library, request.path_params["id"])
        except UnknownDocument:
            return self._pages.error(404)
        start, end = (_offset(request.query_params.get(name, "")) for name in ("start", "end"))
        return self._pages.page(
            "document.html",
            title=document.title,
            facts=facts(document),
            passages=shown(document, start, end),
            form=self._form(request),
            leave=self._leave,
        )

    def _form(self, request: Request) -> str:
        """Give the token for the button that leaves; "" for who has no seat to leave."""
        seat = self._seats.of(request)
        return seat.form_token if seat else ""


def _offset(value: str) -> int:
    """Read an offset; 0 for what is none."""
    plain = value.isascii() and value.isdecimal() and len(value) < 9
    return min(int(value), MAX_OFFSET) if plain else 0
