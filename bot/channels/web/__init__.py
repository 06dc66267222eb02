"""The web: pages for everyone, complete without a script; nothing of them reaches a backup.

uploads (form → fields, file) → chat (form → Turn, once) → the conversation core;
Say → channel → sessions (in memory; shared_sessions for several workers) → bubbles → showing (a page) or
streaming (what is new). reading shows documents; security guards.
"""

from bot.channels.web.application import web_app
from bot.channels.web.channel import WebChannel
from bot.channels.web.documents import document_address
from bot.channels.web.parts import WebParts
from bot.channels.web.serving import serve_web

__all__ = ["WebChannel", "WebParts", "document_address", "serve_web", "web_app"]
