"""The days, times and deadlines that a text names, found once for the tagger and for the reading."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.talks.dates import Deadline, Spoken, find_deadlines, find_times


@dataclass(frozen=True, slots=True)
class Said:
    """The days, times and deadlines that a text names, as the grammar of dates finds them at `now`."""

    text: str
    now: datetime
    times: tuple[Spoken, ...]
    dues: tuple[Deadline, ...]

    @classmethod
    def of(cls, text: str, now: datetime) -> "Said":
        """Find them."""
        return cls(text, now, find_times(text, now), find_deadlines(text, now))

    @property
    def spans(self) -> list[tuple[str, int, int]]:
        """Where days (D), clock times (C) and deadlines (L) stand, as signs for the tagger."""
        found = [("D" if each.day or each.vague else "C", each.start, each.end) for each in self.times]
        return found + [("L", each.start, each.end) for each in self.dues]


def known(text: str, now: datetime) -> list[tuple[str, int, int]]:
    """The spans of `Said`."""
    return Said.of(text, now).spans
