"""Which job a sentence belongs to: the reader of questions and the reader of talk sentences, put together."""

from collections.abc import Mapping

from bot.conversation.context import Context
from bot.conversation.intents import Intent, IntentReader, IntentReading
from knowledge.talks.intents import Want
from knowledge.talks.reader import TalkReader

_WANTED: Mapping[Want, Intent] = {
    "record": "record",
    "plan": "plan",
    "question": "question",
    "report": "report",
    "statistics": "statistics",
    "forge": "record",
}
"""Forgery goes to the talk dialog, which refuses it."""

CLEAR: Mapping[tuple[Intent, Intent], float] = {
    ("question", "record"): 0.28,
    ("question", "plan"): 0.15,
    ("question", "statistics"): 0.45,
    ("question", "report"): 0.5,
    ("record", "plan"): 0.1,
    ("record", "statistics"): 0.3,
    ("record", "report"): 0.3,
    ("statistics", "record"): 0.3,
    ("statistics", "plan"): 0.3,
    ("report", "record"): 0.45,
}
"""By how much the talk reader must lead to turn the first reading into the second.

Found on our own questions and talk sentences: a policy question taken for anything else costs the first job, so
it stands unless a talk is plainly told; who reports somebody is believed sooner than who logs a talk.
"""
BETWEEN = 0.1
"""Lead that is enough where the first reading was in doubt between a question and a record."""
AGREED = 0.05
"""Lead by which the talk reader settles a doubt in favour of what was read first."""


class JobReader:
    """Reads intents. What the reader of questions says stands unless the reader of talks is clear."""

    def __init__(self, asked: IntentReader, talks: TalkReader) -> None:
        self._asked = asked
        self._talks = talks

    def read(self, text: str, context: Context) -> IntentReading:
        """Tell what the text wants."""
        reading = self._asked.read(text, context)
        if reading.firm:
            return reading
        wish = self._talks.intent(text)
        wanted = _WANTED[wish.want]
        if wanted == reading.intent:
            return IntentReading(wanted) if wish.margin >= AGREED else reading
        needed = CLEAR.get((reading.intent, wanted), 1.0)
        if wanted == "record" and reading.alternative == "record":
            needed = BETWEEN
        return IntentReading(wanted) if wish.margin >= needed else reading
