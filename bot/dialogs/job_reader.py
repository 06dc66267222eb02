"""Which job a sentence belongs to: the question reader and the reader of talk sentences, put together."""

from bot.conversation.context import Context
from bot.conversation.intents import Intent, IntentReader, IntentReading
from knowledge.talks.intents import Want
from knowledge.talks.reader import TalkReader

CLEAR = 0.25
"""Lead by which the talk reader overrules; found on our own sentences (tests/unit/test_job_reader.py)."""

_KEPT = frozenset({"smalltalk", "help", "track"})
_WANTED: dict[Want, Intent] = {
    "record": "record",
    "plan": "plan",
    "question": "question",
    "report": "report",
    "statistics": "statistics",
    "forge": "record",
}
"""Forgery goes to the talk dialog, which refuses it."""


class JobReader:
    """Reads intents: what both readers agree on, else the talk reader where it is clear, else a doubt."""

    def __init__(self, asked: IntentReader, talks: TalkReader) -> None:
        self._asked = asked
        self._talks = talks

    def read(self, text: str, context: Context) -> IntentReading:
        """Tell what the text wants."""
        reading = self._asked.read(text, context)
        if reading.intent in _KEPT:
            return reading
        wish = self._talks.intent(text)
        wanted = _WANTED[wish.want]
        if wanted == reading.intent or wish.margin >= CLEAR:
            return IntentReading(wanted)
        return reading
