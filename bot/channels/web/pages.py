"""The pages themselves: templates in, answers out."""

import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.web.packing import packed
from yanlu.texts import conversation
from yanlu.texts import web as texts

_HERE = Path(__file__).parent
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]{1,100}")


class Pages:
    """Renders templates; holds the few static files in memory, so that no path from outside reaches the disk."""

    def __init__(self) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters.update(moment=texts.moment, day=texts.day)
        self._jinja.globals.update(texts=texts, notice=conversation.NOTICE, static=self.static_address)

    def page(self, name: str, status: int = 200, **values: object) -> HTMLResponse:
        """Render a template."""
        return HTMLResponse(self.text(name, **values), status)

    def text(self, name: str, **values: object) -> str:
        """Render a template, as text."""
        return self._jinja.get_template(name).render({"form": "", "leave": "", "styles": "", **values})

    def error(self, status: int) -> HTMLResponse:
        """Give the page that says what went wrong."""
        title, words = texts.ERRORS.get(status, texts.ERRORS[400 if status < 500 else 500])
        return self.page("error.html", status, title=title, words=words)

    def onward(self) -> HTMLResponse:
        """Give the page that asks for its own address again, from this site."""
        return self.page("onward.html")

    def static_address(self, name: str) -> str:
        """Give the address of a static file, which changes with its content."""
        return self._addresses[name]

    async def static(self, request: Request) -> Response:
        """Serve a static file."""
        known = self._static.get(request.path_params["name"])
        if known is None:
            return self.error(404)
        kept = {"Cache-Control": "public, max-age=86400, immutable"}
        return packed(request, Response(known[0], media_type=known[1], headers=kept))

    @cached_property
    def styles(self) -> Markup:
        """The style sheet of the pages for everyone, for a page that carries it within itself."""
        return Markup(self._static["chat.css"][0].decode())  # noqa: S704 - our own file

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        return {
            name: f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
            for name, (content, _) in self._static.items()
        }

    @cached_property
    def _static(self) -> Mapping[str, tuple[bytes, str]]:
        files = (path for path in (_HERE / "static").iterdir() if path.suffix in _KINDS)
        return {path.name: (path.read_bytes(), _KINDS[path.suffix]) for path in files}


def attachment(name: str, content: bytes, media_type: str) -> Response:
    """Give a file to save, under its own name (RFC 6266, RFC 5987), never shown in place."""
    suffix = Path(name).suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", Path(name).suffix) else ""
    kind = media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"
    disposition = f"attachment; filename=\"yanlu{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": disposition})
