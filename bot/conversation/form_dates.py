"""Dates as people type them."""

import re
import unicodedata
from datetime import date, timedelta

_RELATIVE = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "后天": 2}
_FULL = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")


def read_date(text: str, today: date) -> date | None:
    """Read a whole text as one date, None when it is none; without a year it is in the year of `today`."""
    text = unicodedata.normalize("NFKC", text).strip()
    if text in _RELATIVE:
        return today + timedelta(days=_RELATIVE[text])
    found = _FULL.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_OF_YEAR.fullmatch(text):
        year, (month, day) = today.year, (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
