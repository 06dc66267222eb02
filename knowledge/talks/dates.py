"""Days, times and deadlines as people tell them in Chinese: where they stand in a text and which they are.

The grammar is ours; why no library is used, and what each was measured to reach, stands in docs/adr/0005-spoken-dates.md.
Days here are dates of the calendar and times of the unit's own clock; `now` may carry a zone, which is not looked at.
"""

from knowledge.talks.deadlines import Deadline, find_deadlines
from knowledge.talks.spoken import Spoken, ahead, find_times, past

__all__ = ["Deadline", "Spoken", "ahead", "find_deadlines", "find_times", "past"]
