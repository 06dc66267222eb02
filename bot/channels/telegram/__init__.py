"""Telegram: updates come in by polling or webhook, messages go out through the library's rate limiter.

incoming (update → Turn) → intake (order, taps, apologies) → the conversation core;
Say → outgoing (messages) → rendering (parts, entities) → channel (the Bot API).
"""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import run_polling
from bot.channels.telegram.webhook import set_webhook, webhook_app

__all__ = ["TelegramChannel", "run_polling", "set_webhook", "webhook_app"]
