"""Plain text: any of the encodings a Chinese desktop writes, given back as UTF-8 without invisible marks."""

import re

from bot.services.attachments.limits import refused
from yanlu.texts import attachments as texts

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_ODD = re.compile("[\x80-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000e0080-\U0010ffff]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
"""Characters nobody sees, by which a copy of a text can be marked with whom it was given to."""
_MARKUP = re.compile(r"\s*<(?:[!?]|/?[A-Za-z][\w:.-]*[\s/>])")
_MAIL = re.compile(
    r"(?:(?!\n\n).)*?^(?:received|mime-version|message-id|return-path|delivered-to|x-mailer):",
    re.I | re.M | re.S,
)
_MAIL_HEAD = 8192


def clean_text(content: bytes) -> bytes:
    """Give back the text as UTF-8 with plain line ends.

    Raises AttachmentRefused for what is no text, and for mail, web pages and other markup.
    """
    text = _INVISIBLE.sub("", decoded(content)).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise refused(texts.EMPTY)
    if text.lstrip().startswith(("{\\rtf", "%!PS")):
        raise refused(texts.RICH_TEXT)
    if text.startswith("#!"):
        raise refused(texts.PROGRAM)
    if _MARKUP.match(text):
        raise refused(texts.WEB_PAGE)
    if _MAIL.match(text[:_MAIL_HEAD]):
        raise refused(texts.MAIL)
    return text.encode()


def decoded(content: bytes) -> str:
    """Give back the characters of UTF-8, UTF-16 with a byte order mark, or GB18030; else raises."""
    encodings = ["utf-8-sig", "gb18030"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text) or len(_ODD.findall(text)) * 50 > len(text):
            break
        return _ODD.sub("", text)
    raise refused(texts.UNKNOWN)


def leftovers(content: bytes) -> list[str]:
    """Give back what a cleaned text still holds beyond its words."""
    text = content.decode("utf-8", "replace")
    return ["invisible"] if _INVISIBLE.search(text) or _CONTROL.search(text) else []
