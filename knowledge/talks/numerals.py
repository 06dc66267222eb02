"""Numbers as dates are told: Arabic digits of either width, 二十一, 廿三, 二〇二六, 两, 半."""

from typing import Final

_DIGITS: Final = {each: at % 10 for at, each in enumerate("零一二三四五六七八九〇")} | {
    "○": 0,
    "两": 2,
    "俩": 2,
}
_TENS: Final = {"廿": 20, "卅": 30}

SMALL: Final = "(?:[二三四五]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九])"
"""A pattern for 1 to 59 in Chinese."""
ORDINAL: Final = rf"(?:\d{{1,2}}|{SMALL})"
"""A pattern for the number of a month or of a day."""
COUNT: Final = rf"(?:\d{{1,3}}|{SMALL}|两|俩)"
"""A pattern for how many days, weeks, months."""

DIGITS: Final = "0123456789"
NUMERALS: Final = DIGITS + "一二三四五六七八九十廿卅两俩半"
"""The characters that a number may start with."""

_HALF_WIDTH: Final = {each: each - 0xFEE0 for each in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """The text with ASCII digits and signs for full-width ones, of the same length."""
    return text.translate(_HALF_WIDTH)


def number(words: str) -> int:
    """The value of ORDINAL, COUNT, or of a row of digits (二〇二六).

    Raises ValueError for anything else.
    """
    if words.isdecimal():
        return int(words)
    if len(words) == 4:
        return int("".join(str(_digit(each)) for each in words))
    if words[0] in _TENS:
        return _TENS[words[0]] + (_digit(words[1]) if len(words) > 1 else 0)
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return _digit(words[-1]) if len(words) <= 2 and words[:-1] in ("", "零", "〇") else _fail(words)
    return (_digit(tens) if tens else 1) * 10 + (_digit(ones) if ones else 0)


def _digit(char: str) -> int:
    return _DIGITS[char] if char in _DIGITS else _fail(char)


def _fail(words: str) -> int:
    raise ValueError(words)


def glued(text: str, at: int) -> bool:
    """Whether a number at an offset is the tail of a longer one (第三, 1.5, 一百二)."""
    return at > 0 and text[at - 1] in NUMERALS + "第.百千"
