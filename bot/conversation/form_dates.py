"""Dates as people type them into a form that has no reader of its own for the day."""

import re
import unicodedata
from datetime import date, datetime, time

from knowledge.talks.dates import ahead, find_times

_FULL = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")


def read_date(text: str, today: date) -> date | None:
    """Read a whole text as one date, None when it is none; without a year it is in the year of `today`.

    In figures any year and sign will do, as nothing else can be meant; in words what the grammar of spoken days takes.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    found = _FULL.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_OF_YEAR.fullmatch(text):
        year, (month, day) = today.year, (int(part) for part in found.groups())
    else:
        return _spoken(text, today) or _spoken(f"{today.year}年{text}", today)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spoken(text: str, today: date) -> date | None:
    """The one certain day a whole text means, whether told as done or as planned; None where that differs (周五)."""
    now = datetime.combine(today, time.max)
    for done in find_times(text, now):
        planned = ahead(done, now)
        if done.text == text and done.day == planned.day and not (done.vague or planned.vague):
            return done.day
    return None
