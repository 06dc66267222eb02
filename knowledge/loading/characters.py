"""From bytes to clean characters: encodings of Chinese files, controls and invisible marks."""

import functools
import unicodedata

from knowledge.loading.refusals import refusal
from yanlu.errors import UnreadableDocument
from yanlu.texts import loading as texts

_SAMPLE = 20_000
_COMMON_SHARE = 0.6
_CONTROL_SHARE = 0.01
_LINE_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff"


def decode(content: bytes) -> str:
    """Read `content` as UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    Strict UTF-8 comes first: Chinese text in another encoding practically never passes it. GB18030 accepts
    nearly any bytes, so its result must also look Chinese. Raises UnreadableDocument when neither holds.
    """
    text = _unicode(content)
    if text is None:
        text = _gb18030(content)
    if text is None:
        raise refusal(UnreadableDocument, texts.ENCODING if _looks_textual(content) else texts.BINARY)
    if _is_binary(text):
        raise refusal(UnreadableDocument, texts.BINARY)
    return text


def clean(text: str) -> str:
    r"""Give back `text` with newlines as \n, no control, bidi or invisible marks, and lines without margins.

    Runs of blank lines become one. No other character is changed.
    """
    text = text.replace("\r\n", "\n").translate(_table())
    kept: list[str] = []
    for line in text.split("\n"):
        bare = line.strip()
        if bare or (kept and kept[-1]):
            kept.append(bare)
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


def _unicode(content: bytes) -> str | None:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _gb18030(content: bytes) -> str | None:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    sample = [char for char in text if ord(char) > 0x7F][:_SAMPLE]
    common = sum(char in _common_characters() for char in sample)
    return text if sample and common >= _COMMON_SHARE * len(sample) else None


@functools.cache
def _common_characters() -> frozenset[str]:
    """Give back level 1 of GB 2312 (the 3,755 most used characters) and Chinese punctuation."""
    level_one = (
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    )
    signs = map(chr, (*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), *range(0x2010, 0x2027)))
    return frozenset((*level_one, *signs, "·", "〔", "〕", "●", "•"))


def _looks_textual(content: bytes) -> bool:
    sample = content[:_SAMPLE]
    return sum(byte < 0x20 and byte not in b"\t\n\r\f" for byte in sample) <= _CONTROL_SHARE * len(sample)


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    strange = sum(
        unicodedata.category(char) in {"Cc", "Co", "Cn"} and char not in "\t\n\r\f" for char in sample
    )
    return strange > max(2, _CONTROL_SHARE * len(sample))


@functools.cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
    table.update(dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080))))
    table.update(dict.fromkeys(map(ord, _INVISIBLE)))
    table.update({ord(char): "\n" for char in _LINE_BREAKS})
    table.update({ord("\n"): "\n", ord("\t"): "\t", 0xA0: " "})
    return table
