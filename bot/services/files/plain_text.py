"""Text made fit for an office file: what XML cannot hold is dropped, every kind of line end becomes one."""

import re
import unicodedata

CELL_LIMIT = 32_767
"""Characters a spreadsheet cell holds (ECMA-376 leaves it to Excel, whose specifications name this figure)."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\ufeff]"  # marks that turn the writing direction could disguise a signed line
)
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_NAME_BYTES = 210


def cleaned(text: str) -> str:
    """The text without control characters, lone surrogates and direction marks; each line end is a line feed."""
    return _UNFIT.sub("", _LINE_ENDS.sub("\n", text)).strip()


def cell_text(text: str, cut: str) -> str:
    """The text for a spreadsheet cell; past the limit of a cell it ends with the words `cut`.

    "_x0041_" is an escape to Excel and is escaped itself (ECMA-376, ST_Xstring).
    """
    whole = _ESCAPE.sub("_x005F_", cleaned(text))
    return whole if len(whole) <= CELL_LIMIT else whole[: CELL_LIMIT - len(cut)] + cut


def file_name(*parts: str, suffix: str, otherwise: str) -> str:
    """A name that Windows, macOS and Linux all keep: the parts that say something, joined by "-".

    `suffix` is "docx" or the like; `otherwise` is the name when no part says anything. Before the suffix at most
    210 bytes of UTF-8 (70 Chinese characters), for file systems take 255.
    """
    joined = "-".join(filter(None, (_safe(part) for part in parts)))
    words = joined.encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .-") or otherwise
    return f"_{words}.{suffix}" if _RESERVED.fullmatch(words) else f"{words}.{suffix}"


def _safe(part: str) -> str:
    """Without what a file name must not hold: separators, wildcards, quotes, pipes, marks nobody sees."""
    plain = re.sub(r'[<>:"/\\|?*\s]+', " ", cleaned(part))
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C").strip(" .-")
