"""What a form brings, read as it arrives: bounded in size and time, held in memory, never on a disk."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import ClassVar

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot.conversation.typed_text import cleaned
from yanlu.texts import web as texts

MAX_FILE = 20 * 1024 * 1024
MAX_FIELDS = 16
MAX_FIELD = 64 * 1024
MAX_BODY = MAX_FILE + 4 * MAX_FIELD
MAX_DRAINED = 4 * MAX_BODY
"""How much of an oversize body is read and thrown away, so that the browser hears the answer at all."""
MAX_NAME = 120
IN_FLIGHT = 96 * 1024 * 1024
"""Bytes of all bodies under way together."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How slow a body may be: `silence` seconds between two pieces, `grace` seconds plus bytes over `rate`."""

    silence: float = 20.0
    grace: float = 30.0
    rate: float = 8_192.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came; `name` is only ever shown."""

    name: str
    content: bytes
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Posted:
    """A form's fields and file. `status` and `problem` say why the rest is missing, 0 and "" where nothing is."""

    fields: dict[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    status: int = 0
    problem: str = ""

    def get(self, name: str) -> str:
        """Give a field, "" where there is none."""
        return self.fields.get(name, "")


class _Refused(Exception):
    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


class _InMemory(MultiPartParser):
    """Keeps files in memory: the library's own spools what is beyond 1 MB to a disk."""

    spool_max_size: ClassVar[int] = MAX_BODY + 1  # type: ignore[misc]  # a constant here


class Intake:
    """Reads forms. All bodies under way share one budget of bytes."""

    def __init__(
        self,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        most_fields: int = MAX_FIELDS,
        most_bytes: int = MAX_BODY,
    ) -> None:
        """`most_bytes` of one body are held in memory; what is beyond is thrown away."""
        self.most_bytes = most_bytes
        self._most_fields = most_fields
        self._pace = pace or Pace()
        self._clock = clock
        self._in_flight = 0

    async def read(self, request: Request) -> Posted:
        """Give the form. Never raises for what a client sends; fields that came before a fault are kept."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = _Body(request, self, self._pace, self._clock)
        limits = {"max_fields": self._most_fields, "max_part_size": MAX_FIELD}
        parser: MultiPartParser | FormParser
        if kind == "multipart/form-data":
            parser = _InMemory(request.headers, body.stream(), max_files=1, **limits)
        elif kind == "application/x-www-form-urlencoded":
            parser = FormParser(request.headers, body.stream(), **limits)
        else:
            return Posted(status=400, problem=texts.FORM_BROKEN)
        try:
            form = await parser.parse()
            return await _posted(form.multi_items())
        except _Refused as refusal:
            return Posted(_fields(_items(parser)), None, refusal.status, refusal.problem)
        except (MultiPartException, FormParserError, ValueError, KeyError):
            return Posted(_fields(_items(parser)), None, 400, texts.FORM_BROKEN)
        finally:
            self._in_flight -= body.received

    def reserve(self, count: int) -> None:
        """Count bytes in. Raises when all bodies together are too many."""
        self._in_flight += count
        if self._in_flight > IN_FLIGHT:
            raise _Refused(503, texts.UPLOADS_BUSY)


class _Body:
    """A request's body, piece by piece."""

    def __init__(self, request: Request, intake: Intake, pace: Pace, clock: Callable[[], float]) -> None:
        self._pieces = request.stream()
        self._intake = intake
        self._pace = pace
        self._clock = clock
        self.received = 0
        self._drained = 0

    async def stream(self) -> AsyncGenerator[bytes, None]:
        started = self._clock()
        while True:
            piece = await self._next(started)
            if piece is None:
                break
            if self._drained or self.received + len(piece) > self._intake.most_bytes:
                self._drained += len(piece)
                if self._drained > MAX_DRAINED:
                    break
                continue
            self.received += len(piece)
            self._intake.reserve(len(piece))
            yield piece
        if self._drained:
            raise _Refused(413, texts.FILE_TOO_BIG)

    async def _next(self, started: float) -> bytes | None:
        arrived = self.received + self._drained
        left = started + self._pace.grace + arrived / self._pace.rate - self._clock()
        try:
            async with asyncio.timeout(max(0.0, min(self._pace.silence, left))):
                return await anext(self._pieces, None)
        except (TimeoutError, ClientDisconnect):
            raise _Refused(408, texts.FILE_NOT_READ) from None


def _items(parser: MultiPartParser | FormParser) -> list[tuple[str, str | UploadFile]]:
    return parser.items if isinstance(parser, MultiPartParser) else []


def _fields(items: list[tuple[str, str | UploadFile]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in items:
        if isinstance(value, str):
            fields.setdefault(name, value)
    return fields


async def _posted(items: list[tuple[str, str | UploadFile]]) -> Posted:
    fields = _fields(items)
    file = next((value for _, value in items if isinstance(value, UploadFile)), None)
    if file is None:
        return Posted(fields)
    content = await file.read()
    await file.close()
    if not content and not file.filename:  # a file input that was left empty
        return Posted(fields)
    if len(content) > MAX_FILE:
        return Posted(fields, None, 413, texts.FILE_TOO_BIG)
    return Posted(fields, Upload(plain_name(file.filename), content, file.content_type or None))


def plain_name(name: str | None) -> str:
    """Give a file's bare name, without folders and invisible characters; a word where nothing is left."""
    bare = cleaned(name or "").replace("\\", "/").rpartition("/")[2].replace("\n", " ").strip(". ")
    return bare[-MAX_NAME:] or texts.UNNAMED
