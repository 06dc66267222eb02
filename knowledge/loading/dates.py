"""Dates as Chinese documents write them: 2021-09-24, 2021年9月24日, 二〇二一年九月二十四日."""

import re
from datetime import date

_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "O": "0",
}
_CN = "一二三四五六七八九十"
DATE = (
    r"(?:(?<!\d)(?:19|20)\d{2}\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}(?!\d)\s?日?"
    rf"|[一二][〇零○O一二三四五六七八九]{{3}}年[{_CN}]{{1,2}}月[{_CN}]{{1,3}}日)"
)
ADOPTED = r"(?:通过|公布|发布|印发|颁布|修订|修正|批准|修改|废止)"
_ARABIC = re.compile(r"(\d{4})\D+?(\d{1,2})\D+?(\d{1,2})")
_CHINESE = re.compile(r"(.{4})年(.{1,2})月(.{1,3})日")
_DATE = re.compile(DATE)
_FILE_DATE = re.compile(r"[(（_\-\s]((?:19|20)\d{2}-\d{2}-\d{2})[)）]?$")
_TAKES_EFFECT = re.compile(
    rf"自\s?(?:(?P<day>{DATE})|(?P<at_once>(?:公布|发布|印发|颁布|通过)之日))\s?起(?:正式|开始)?(?:施行|实施|执行|生效)"
)


def parse(text: str) -> date | None:
    """Give back the date that `text` is, or None where there is no such day."""
    match = _ARABIC.match(text)
    if match:
        numbers = [int(group) for group in match.groups()]
    else:
        match = _CHINESE.match(text)
        if not match:
            return None
        year, month, day = match.groups()
        numbers = [int("".join(_DIGITS[char] for char in year)), _number(month), _number(day)]
    try:
        return date(*numbers)
    except ValueError:
        return None


def first(text: str) -> date | None:
    """Give back the first date in `text`, None if there is none."""
    match = _DATE.search(text)
    return parse(match[0]) if match else None


def of_file_name(stem: str) -> date | None:
    """Give back the date at the end of a file's name, as in 名称(2019-04-23), None if there is none."""
    match = _FILE_DATE.search(stem)
    return parse(match[1]) if match else None


def without_date(stem: str) -> str:
    """Give back a file's name without the date at its end."""
    return _FILE_DATE.sub("", stem).strip() or stem


def effective(text: str, issued: date | None) -> date | None:
    """Give back the day from which the text applies, by its last 自…起施行 sentence.

    A day before `issued` belongs to an earlier wording (an amended law repeats its first day): then None.
    """
    found: date | None = None
    for match in _TAKES_EFFECT.finditer(text):
        found = parse(match["day"]) if match["day"] else issued
    if found and issued and found < issued:
        return None
    return found


def _number(text: str) -> int:
    """一 … 三十一 as a number; 0 where the signs make no number."""
    tens, ten, units = text.partition("十")
    if not ten:
        return _CN.find(text) + 1 if len(text) == 1 else 0
    return 10 * (_CN.find(tens) + 1 if tens else 1) + (_CN.find(units) + 1 if units else 0)
