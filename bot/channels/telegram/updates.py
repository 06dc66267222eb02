"""A raw update, read by the library."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.channels.telegram.intake import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import Bot, Update

logger = logging.getLogger(__name__)


def number_of(raw: Mapping[str, object]) -> int:
    """Give the id of a raw update."""
    return int(str(raw["update_id"]))


def update_of(raw: Mapping[str, object], bot: Bot) -> Update | None:
    """Read one update; None, and a line in the log, when the library cannot make sense of it."""
    from telegram import Update

    try:
        return Update.de_json(dict(raw), bot)
    except Exception as error:  # noqa: BLE001 - the library raises whatever a missing field leads to
        logger.error("an update cannot be read: %s at %s", type(error).__name__, place_of(error))  # noqa: TRY400 - a traceback may hold content
        return None
