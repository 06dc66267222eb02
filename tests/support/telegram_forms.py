"""Reads and checks the parameters of a Bot API call as strictly as the service does."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.support.http_wire import WireRequest

ENTITY_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
    ]
)


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parameters_of(request: WireRequest) -> dict[str, Any]:
    """Give the parameters from the query and a form, multipart or JSON body."""
    kind = request.headers.get("content-type", "")
    found: dict[str, Any] = dict(request.query)
    if kind.startswith("application/json"):
        found |= json.loads(request.body)
    elif kind.startswith("multipart/form-data"):
        found |= _multipart(request.body, kind.split("boundary=")[1])
    elif request.body:
        found |= dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
    return found


def _multipart(body: bytes, boundary: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for piece in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = piece[2:-2].partition(b"\r\n\r\n")
        disposition = next(
            line for line in head.decode().split("\r\n") if line.lower().startswith("content-disposition")
        )
        fields = dict(item.strip().split("=", 1) for item in disposition.split(";")[1:])
        name = fields["name"].strip('"')
        is_file = "filename" in fields
        found[name] = Upload(fields["filename"].strip('"'), content) if is_file else content.decode()
    return found


def integer(params: dict[str, Any], name: str, default: int | None = None) -> int:
    value = params.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad(f"{name} must be an integer") from None


def listed(params: dict[str, Any], name: str) -> list[Any] | None:
    value = params.get(name)
    if value is None:
        return None
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None
    if not isinstance(value, list):
        raise bad(f"{name} must be an Array")
    return value


def text_of(params: dict[str, Any], name: str, limit: int) -> str:
    """Give a text as it will be shown. Outer white space is not part of it."""
    text = params.get(name)
    if not isinstance(text, str) or not text.strip():
        raise bad("message text is empty")
    if utf16(text) > limit:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    if "parse_mode" in params:
        raise bad("this fake reads entities only")
    return text


def entities_of(params: dict[str, Any], name: str, text: str) -> list[dict[str, Any]]:
    entities = listed(params, name) or []
    code = text.encode("utf-16-le")
    stretches = []
    for entity in entities:
        if entity.get("type") not in ENTITY_TYPES:
            raise bad("can't parse entities: unsupported type")
        start, length = entity["offset"], entity["length"]
        if start < 0 or length <= 0 or start + length > len(code) // 2:
            raise bad("entity is out of range")
        try:
            code[start * 2 : (start + length) * 2].decode("utf-16-le")
        except UnicodeDecodeError:
            raise bad("entity begins or ends in the middle of a UTF-16 symbol") from None
        stretches.append((start, start + length))
    for a, b in stretches:
        if any(a < c < b < d for c, d in stretches):
            raise bad("entities intersect")
    return entities


def keyboard_of(params: dict[str, Any]) -> list[list[dict[str, str]]] | None:
    """Give the inline keyboard, None where there is none or an empty one."""
    markup = params.get("reply_markup")
    if markup is None:
        return None
    try:
        markup = json.loads(markup) if isinstance(markup, str) else markup
        rows = markup["inline_keyboard"]
        buttons = [button for row in rows for button in row]
    except (ValueError, KeyError, TypeError):
        raise bad("can't parse reply keyboard markup JSON object") from None
    if any(not isinstance(button.get("text"), str) or not button["text"].strip() for button in buttons):
        raise bad("text buttons are unallowed in the inline keyboard")
    for button in buttons:
        data = button.get("callback_data", "")
        if not 1 <= len(data.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    if len(buttons) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    return rows or None
