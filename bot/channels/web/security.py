"""Who sits in front of a page, and what every answer says to the browser. No address is looked at.

A seat is a random token of 32 bytes that lives in the browser's session cookie only, signed so that a token
that was not made here is not taken on (session fixation). The forms' token is derived from it, so that forms
outlive a restart. `sign` is the key ring's `opaque`: a keyed hash of a purpose and a value.
"""

import hmac
import logging
import re
import secrets
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import PurePath
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Sign = Callable[[str, str], str]
Failed = Callable[[Scope], Awaitable[Response]]

TOKEN_BYTES = 32
_VALUE = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_=-]{16,64})")
_ONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_CACHE = b"cache-control"
_PERMISSIONS = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "payment",
    "usb",
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seat:
    """One browser session: the conversation's address and the token of its forms; `fresh` when just made."""

    token: str
    form_token: str
    fresh: bool = False


class Seats:
    """Makes seats and tells ours from others'."""

    def __init__(self, sign: Sign, cookie: str = "yanlu") -> None:
        """`cookie`: its name; seats of one name are no seats of another."""
        self._sign = sign
        self._cookie = cookie

    def new(self) -> Seat:
        """Give a seat nobody had before."""
        return replace(self._seat(secrets.token_urlsafe(TOKEN_BYTES)), fresh=True)

    def of(self, request: Request) -> Seat | None:
        """Give the seat a request's cookie names; None without one that was made here."""
        found = _VALUE.fullmatch(request.cookies.get(self._name(request), ""))
        if found is None:
            return None
        token, signature = found.groups()
        return self._seat(token) if hmac.compare_digest(signature, self._signature(token)) else None

    def put(self, response: Response, request: Request, seat: Seat) -> None:
        """Set the cookie: dies with the browser, unseen by scripts, never sent from other sites."""
        value = f"{seat.token}.{self._signature(seat.token)}"
        response.set_cookie(
            self._name(request), value, path="/", secure=_secure(request), httponly=True, samesite="strict"
        )

    def drop(self, response: Response, request: Request) -> None:
        """Make the browser forget the cookie."""
        response.delete_cookie(
            self._name(request), path="/", secure=_secure(request), httponly=True, samesite="strict"
        )

    def _seat(self, token: str) -> Seat:
        return Seat(token, self._sign(f"{self._cookie}.form", token))

    def _signature(self, token: str) -> str:
        return self._sign(f"{self._cookie}.cookie", token)

    def _name(self, request: Request) -> str:
        """With TLS the browser itself sees to it that no other host has set the cookie (RFC 6265bis, __Host-)."""
        return f"__Host-{self._cookie}" if _secure(request) else self._cookie


def genuine(seat: Seat, form_token: str) -> bool:
    """Tell whether a form was made for this seat."""
    return hmac.compare_digest(form_token.encode(), seat.form_token.encode())


def once() -> str:
    """Give the id of the one turn that a page may make."""
    return secrets.token_urlsafe(16)


def update_of(seat: Seat, once_id: str, part: str) -> str | None:
    """Name a delivery so that the seat cannot be told from it; None for what is no id of ours."""
    if not _ONCE.fullmatch(once_id):
        return None
    return blake2b(f"{seat.token} {once_id} {part}".encode(), digest_size=18).hexdigest()


def same_site(request: Request) -> bool:
    """Tell whether a POST comes from our own pages, as far as the browser says.

    Under `Referrer-Policy: no-referrer` a form's own Origin is "null" (Fetch, "append a request Origin header"),
    so that only a named foreign origin is refused where the browser does not send Sec-Fetch-Site.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return True
    return urlsplit(origin).netloc == request.headers.get("host", "")


def from_elsewhere(request: Request) -> bool:
    """Tell whether a link of another site led here: then the browser keeps our SameSite=Strict cookie back.

    Whoever has a session would lose it to a new cookie; so such a request is answered by `Pages.onward`.
    """
    return request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}


def page_headers(leave: str, styles: str = "") -> dict[str, str]:
    """Give the headers of every answer.

    `leave` is where leaving leads; a form may redirect there. `styles` names the one style sheet that may stand
    within a page, by its hash.
    """
    parts = urlsplit(leave)
    away = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    inside = f"'self' {styles}".strip()
    policy = (
        f"default-src 'none'; script-src 'self'; style-src {inside}; img-src 'self' data:; connect-src 'self'; "
        f"form-action 'self'{away}; frame-ancestors 'none'; base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


class Guard:
    """Puts the headers on every answer, and lets no fault through to a log that would quote it."""

    def __init__(self, app: ASGIApp, headers: dict[str, str], failed: Failed) -> None:
        self._app = app
        self._headers = [
            (name.lower().encode("latin-1"), words.encode("latin-1")) for name, words in headers.items()
        ]
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = message.get("headers", [])
                kept = () if any(name == _CACHE for name, _ in given) else ((_CACHE, b"no-store"),)
                message = {**message, "headers": [*given, *self._headers, *kept]}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 - whatever failed, the person gets a page and the log no content
            log.error("a page failed: %s", _outline(error))  # noqa: TRY400 - a traceback may hold what was typed
            if not begun:
                await (await self._failed(scope))(scope, receive, guarded)


def _outline(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__} at " + " < ".join(
        f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)
    )


def _secure(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")
