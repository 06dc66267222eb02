"""A `Say` as the bytes that wait in the outbox."""

import base64
import json
from typing import Any

from bot.conversation.messages import Choice, OutgoingFile, Say, Span


def encoded(say: Say) -> bytes:
    """Serialise a message; `decoded` gives the same one back."""
    value: dict[str, Any] = {"text": say.text}
    if say.spans:
        value["spans"] = [(span.start, span.end, span.style) for span in say.spans]
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
            spans=tuple(Span(start, end, style) for start, end, style in value.get("spans", ())),
            choices=tuple(
                tuple(Choice(label, rest) for label, rest in row) for row in value.get("choices", ())
            ),
            file=None if file is None else OutgoingFile(file[0], base64.b64decode(file[1]), file[2]),
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError("not a stored message") from error
