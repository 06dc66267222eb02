"""What a person typed: made harmless, and judged whether it can be read at all. Pure."""

import re
from typing import Literal

MAX_TEXT = 4_000
"""Characters of one message that is read; longer ones are answered with the limit (Telegram's is 4,096)."""

TextProblem = Literal["empty", "wordless", "oversized", "undecodable"]

# Line ends of every system and of Unicode become "\n" before anything is stripped.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# C0 and C1 controls, soft hyphen, bidi marks and overrides, zero-width characters (emoji joiners stay),
# interlinear marks, tag characters, lone surrogates, noncharacters: invisible, or able to lie about what
# is shown.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)
"""Every character that a message loses."""
_REPLACED = "\ufffd"
_COMMAND = re.compile(r"/([A-Za-z][A-Za-z0-9_]{0,31})(?:\s+(.*))?", re.DOTALL)


def cleaned(text: str) -> str:
    """Strip control, bidi and invisible characters and outer white space; line ends become newlines."""
    return INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).strip()


def problem_of(text: str) -> TextProblem | None:
    """Tell why a cleaned text cannot be taken as a message; None when it can."""
    if len(text) > MAX_TEXT:
        return "oversized"
    if not text:
        return "empty"
    if text.count(_REPLACED) * 5 > len(text):
        return "undecodable"
    if not any(map(str.isalnum, text)):
        return "wordless"
    return None


def command_of(text: str) -> tuple[str, str] | None:
    """Split "/name rest" into a lower-case name and the rest; None when the text is no command."""
    found = _COMMAND.fullmatch(text.strip())
    return (found[1].lower(), (found[2] or "").strip()) if found else None
