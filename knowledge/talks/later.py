"""Whether a talk is logged after the fact (补录), and why."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from knowledge.talks.tagged import Stretch

_LATER: Final = re.compile(r"补(?:录|记|登|填)|补(?:一条|一笔|一下|个谈话|上一条)|后补")
_SOON: Final = timedelta(days=4)
"""Within this a record is plainly no later entry; beyond it, unless said, nobody knows."""
_CONTENT: Final = frozenset("kbqla")


def told_later(plain: str, stretches: Sequence[Stretch], day: date | None, now: datetime) -> bool | None:
    """True where the sentence says so, False for a talk of the last days, else None."""
    if any(each.tag == "x" for each in stretches) or any(
        not any(
            each.tag in _CONTENT and each.start < found.end() and found.start() < each.end
            for each in stretches
        )
        for found in _LATER.finditer(plain)
    ):
        return True
    if day is not None and timedelta() <= now.date() - day <= _SOON:
        return False
    return None


def reason_of(text: str, stretches: Sequence[Stretch]) -> str | None:
    """Why it is logged only now, as said."""
    return next((text[each.start : each.end].strip(" ,，。") for each in stretches if each.tag == "z"), None)
