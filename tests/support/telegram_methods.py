"""The methods of the fake Bot API: which parameters each takes, and what it refuses."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.support.telegram_forms import (
    ApiError,
    Upload,
    bad,
    entities_of,
    integer,
    keyboard_of,
    listed,
    text_of,
)
from tests.support.telegram_records import BOT_ID, USERNAME, BotMessage, Chat, Webhook

if TYPE_CHECKING:
    from tests.support.telegram_api import FakeBotApi

    Run = Callable[[FakeBotApi, dict[str, Any]], Awaitable[Any]]

METHODS: dict[str, tuple[frozenset[str], "Run"]] = {}

_SENDING = "chat_id reply_markup disable_notification protect_content link_preview_options reply_parameters"
_MEGABYTE = 1024 * 1024


def _method(name: str, parameters: str = "") -> Callable[["Run"], "Run"]:
    def register(run: "Run") -> "Run":
        METHODS[name] = (frozenset(parameters.split()), run)
        return run

    return register


def _open_chat(api: "FakeBotApi", params: dict[str, Any]) -> Chat:
    chat = api.chats.get(integer(params, "chat_id"))
    if chat is None:
        raise bad("chat not found")
    if chat.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    return chat


def _own(api: "FakeBotApi", params: dict[str, Any], what: str) -> BotMessage:
    chat, number = _open_chat(api, params), integer(params, "message_id")
    for message in api.sent:
        if message.chat == chat.id and message.id == number and not message.deleted:
            return message
    raise bad(f"message to {what} not found")


@_method("getMe")
async def _get_me(api: "FakeBotApi", _params: dict[str, Any]) -> dict[str, Any]:
    return {"id": BOT_ID, "is_bot": True, "first_name": "言路", "username": USERNAME}


@_method("setMyCommands", "commands scope language_code")
async def _set_commands(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    commands = listed(params, "commands")
    if commands is None or len(commands) > 100:
        raise bad("can't parse commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    api.commands = commands
    return True


@_method("getMyCommands", "scope language_code")
async def _get_commands(api: "FakeBotApi", _params: dict[str, Any]) -> list[dict[str, str]]:
    return api.commands


@_method("getUpdates", "offset limit timeout allowed_updates")
async def _get_updates(api: "FakeBotApi", params: dict[str, Any]) -> list[dict[str, Any]]:
    if api.webhook is not None:
        raise ApiError(
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
        )
    offset, limit = integer(params, "offset", 0), integer(params, "limit", 100)
    if not 1 <= limit <= 100:
        raise bad("limit must be between 1 and 100")
    if (allowed := listed(params, "allowed_updates")) is not None:
        api.allowed = tuple(allowed)
    for number in [number for number in api.pending if number < offset]:
        del api.pending[number]
    api.polls += 1
    mine = api.polls
    try:
        async with asyncio.timeout(integer(params, "timeout", 0)), api.changed:
            api.changed.notify_all()
            await api.changed.wait_for(lambda: api.pending or api.again or api.polls != mine or api.webhook)
    except TimeoutError:
        pass
    if api.polls != mine or api.webhook is not None:
        raise ApiError(409, "Conflict: terminated by other getUpdates request")
    again, api.again = api.again, []
    return (again + [api.pending[number] for number in sorted(api.pending)])[:limit]


@_method(
    "setWebhook",
    "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
)
async def _set_webhook(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    url, secret = params.get("url", ""), params.get("secret_token", "")
    if url and not re.match(r"https://|http://127\.0\.0\.1[:/]", url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    allowed = listed(params, "allowed_updates")
    api.allowed = None if allowed is None else tuple(allowed)
    api.webhook = Webhook(url, secret, api.allowed) if url else None
    if params.get("drop_pending_updates") == "true":
        api.pending.clear()
    api.deliver_pending()
    return True


@_method("deleteWebhook", "drop_pending_updates")
async def _delete_webhook(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    api.webhook = None
    if params.get("drop_pending_updates") == "true":
        api.pending.clear()
    return True


@_method("getWebhookInfo")
async def _webhook_info(api: "FakeBotApi", _params: dict[str, Any]) -> dict[str, Any]:
    url = api.webhook.url if api.webhook else ""
    return {"url": url, "has_custom_certificate": False, "pending_update_count": len(api.pending)}


@_method("sendMessage", f"text entities parse_mode {_SENDING}")
async def _send_message(api: "FakeBotApi", params: dict[str, Any]) -> dict[str, Any]:
    chat = _open_chat(api, params)
    text = text_of(params, "text", 4096)
    entities = entities_of(params, "entities", text)
    message = BotMessage(chat.id, next(api.ids), text, entities, keyboard_of(params))
    api.sent.append(message)
    return api.shape(message)


@_method(
    "sendDocument", f"document caption caption_entities parse_mode disable_content_type_detection {_SENDING}"
)
async def _send_document(api: "FakeBotApi", params: dict[str, Any]) -> dict[str, Any]:
    chat = _open_chat(api, params)
    document = params.get("document")
    if not isinstance(document, Upload) or not document.name:
        raise bad("there is no document in the request")
    if not document.content:
        raise bad("file must be non-empty")
    if len(document.content) > 50 * _MEGABYTE:
        raise ApiError(413, "Request Entity Too Large")
    caption = text_of(params, "caption", 1024) if "caption" in params else ""
    entities = entities_of(params, "caption_entities", caption)
    message = BotMessage(chat.id, next(api.ids), caption, entities, keyboard_of(params), document)
    api.sent.append(message)
    return api.shape(message)


@_method("sendChatAction", "chat_id action")
async def _chat_action(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    _open_chat(api, params)
    if params.get("action") not in {"typing", "upload_document", "upload_photo"}:
        raise bad("wrong parameter action in request")
    return True


@_method("editMessageText", "chat_id message_id text entities parse_mode reply_markup link_preview_options")
async def _edit_text(api: "FakeBotApi", params: dict[str, Any]) -> dict[str, Any]:
    message = _own(api, params, "edit")
    text = text_of(params, "text", 4096)
    entities, keyboard = entities_of(params, "entities", text), keyboard_of(params)
    if message.document is not None:
        raise bad("there is no text in the message to edit")
    if (message.text, message.entities, message.keyboard) == (text, entities, keyboard):
        raise bad("message is not modified")
    message.text, message.entities, message.keyboard = text, entities, keyboard  # no markup: keyboard dropped
    return api.shape(message)


@_method("editMessageReplyMarkup", "chat_id message_id reply_markup")
async def _edit_markup(api: "FakeBotApi", params: dict[str, Any]) -> dict[str, Any]:
    message, keyboard = _own(api, params, "edit"), keyboard_of(params)
    if message.keyboard == keyboard:
        raise bad("message is not modified")
    message.keyboard = keyboard
    return api.shape(message)


@_method("deleteMessage", "chat_id message_id")
async def _delete_message(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    _own(api, params, "delete").deleted = True
    return True


@_method("deleteMessages", "chat_id message_ids")
async def _delete_messages(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    chat, numbers = _open_chat(api, params), listed(params, "message_ids")
    if numbers is None or not 1 <= len(numbers) <= 100:
        raise bad("message identifiers are not specified")
    if undeletable := api.undeletable & set(numbers):
        raise bad(f"message can't be deleted ({len(undeletable)})")
    for message in api.sent:
        message.deleted = message.deleted or (message.chat == chat.id and message.id in numbers)
    api.removed.update((chat.id, number) for number in numbers)
    return True


@_method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
async def _answer_query(api: "FakeBotApi", params: dict[str, Any]) -> bool:
    query = api.queries.get(params.get("callback_query_id", ""))
    if query is None or query.expired or query.answered:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(params.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    query.answered = True
    return True


@_method("getFile", "file_id")
async def _get_file(api: "FakeBotApi", params: dict[str, Any]) -> dict[str, Any]:
    file_id = params.get("file_id", "")
    if file_id not in api.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size, _ = api.files[file_id]
    if size > 20 * _MEGABYTE:
        raise bad("file is too big")
    return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_size": size, "file_path": file_id}
