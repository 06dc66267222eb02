"""A `Say` as the bytes that wait in the outbox."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Literal

from bot.conversation.messages import Choice, Cited, OutgoingFile, Say, Span


def encoded(say: Say) -> bytes:
    """Serialise a message; `decoded` gives the same one back."""
    value: dict[str, Any] = {"text": say.text}
    if say.spans:
        value["spans"] = [_packed(span) for span in say.spans]
    if say.choices:
        value["choices"] = [[(choice.label, choice.value) for choice in row] for row in say.choices]
    if say.file is not None:
        content = base64.b64encode(say.file.content).decode()
        value["file"] = (say.file.name, content, say.file.media_type)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def decoded(payload: bytes) -> Say:
    """Read a message back. Raises ValueError when the bytes are not one of ours."""
    try:
        value = json.loads(payload)
        file = value.get("file")
        return Say(
            text=value["text"],
            spans=tuple(_span(*packed) for packed in value.get("spans", ())),
            choices=tuple(
                tuple(Choice(label, rest) for label, rest in row) for row in value.get("choices", ())
            ),
            file=None if file is None else OutgoingFile(file[0], base64.b64decode(file[1]), file[2]),
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("not a stored message") from error


def _packed(span: Span) -> tuple[Any, ...]:
    place = span.cited
    cited = () if place is None else ((place.document, place.version, place.start, place.end),)
    return (span.start, span.end, span.style, *cited)


def _span(start: int, end: int, style: Literal["strong", "quote"], cited: Sequence[Any] = ()) -> Span:
    return Span(start, end, style, Cited(*cited) if cited else None)
