"""How far the working calendar reaches, told before it ends. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.services.working_days import WorkingDays
from yanlu.texts import calendar as texts

WARNED: Final = timedelta(days=60)
"""Before the last covered day; the next year's arrangement is published about then."""


@dataclass(frozen=True, slots=True)
class CalendarEnd:
    """The covered years end soon, or are over: what is missing, in a sentence."""

    year: int
    over: bool
    words: str


def calendar_end(calendar: WorkingDays, today: date) -> CalendarEnd | None:
    """What to say of the calendar's end; None while it is more than `WARNED` away."""
    last = calendar.last
    if last - today > WARNED:
        return None
    if last < today:
        return CalendarEnd(last.year + 1, over=True, words=texts.ended(last))
    return CalendarEnd(last.year + 1, over=False, words=texts.ends_soon(last, (last - today).days))
