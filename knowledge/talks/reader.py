"""The talk reader: one sentence or a pasted paragraph in, what it says out.

The tagger tells which words are what; the grammar of dates tells when; rules put the two together. Whatever the
reading holds stands in the sentence, is the author, or follows from the clock.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from knowledge.talks.intents import Want, Wish, Wishes
from knowledge.talks.keeping import LEARNED
from knowledge.talks.kinds import talk_type
from knowledge.talks.later import reason_of, told_later
from knowledge.talks.matters import Matters
from knowledge.talks.mending import mended
from knowledge.talks.mentions import Mention
from knowledge.talks.moments import deadlines, moment
from knowledge.talks.people import group, mentions, recorder, subjects, talkers
from knowledge.talks.readings import Demand, Intent, TalkReading
from knowledge.talks.said import Said, known
from knowledge.talks.substance import attitude, demands, is_wrong, items, place
from knowledge.talks.tagged import Author, Stretch, load_tagged
from knowledge.talks.tagging import Tagger
from knowledge.talks.words import flat

__all__ = ["Author", "Demand", "Mention", "TalkReader", "TalkReading", "Wish", "prepare"]

_INTENTS: dict[Want, Intent] = {
    "record": "record",
    "plan": "plan",
    "question": "question",
    "report": "report",
    "forge": "forge",
    "statistics": "question",
}
_DOUBTFUL: Final = 0.5
_DONE: Final = re.compile(r"[谈聊说见找约做][了过完]|已")


class TalkReader:
    """Reads talk sentences. `tagger`, `matters` and `wishes` are what the set-up learned."""

    def __init__(self, tagger: Tagger, matters: Matters, wishes: Wishes) -> None:
        self._tagger = tagger
        self._matters = matters
        self._wishes = wishes

    @classmethod
    def open(cls, folder: Path | None) -> "TalkReader":
        """Load what the set-up learned; where it is missing it is learned now and kept in `folder` (None: not)."""
        sentences = load_tagged()
        return cls(
            Tagger.open(folder, sentences, known),
            Matters.open(folder, sentences),
            Wishes.open(folder, LEARNED),
        )

    def intent(self, text: str) -> Wish:
        """What the text wants, with the margin by which it leads."""
        return self._wishes.read(text)

    def read(self, text: str, author: Author, now: datetime) -> TalkReading:
        """Read a sentence that `author` wrote at `now`."""
        text = text.strip()
        said = Said.of(text, now)
        drawn = self._matters.weighed(text, self._tagger.tag(text, author, said.spans))
        stretches = mended(text, author, drawn, said.spans)
        reading = assembled(said, author, stretches)
        return replace(reading, intent=_intent(self.intent(text), text, reading))


def _intent(wish: Wish, text: str, reading: TalkReading) -> Intent:
    """The want as a log knows it. What is told of a moment to come, without a word that it is done, is a plan."""
    ahead = reading.when is not None and reading.when.future and not _DONE.search(text)
    if wish.want == "record" and ahead and wish.margin < _DOUBTFUL:
        return "plan"
    return _INTENTS[wish.want]


def assembled(said: Said, author: Author, stretches: Sequence[Stretch]) -> TalkReading:
    """The reading, as a record, of a sentence whose stretches are known."""
    text, plain = said.text, flat(said.text)
    who = talkers(text, stretches, author)
    companions = mentions(text, stretches, "c")
    notes = recorder(text, stretches, author)
    at = moment(said, stretches)
    dues = deadlines(said, stretches, at.day)
    whom = subjects(text, stretches, author, (*who, *companions))
    party = group(text, stretches, whom)
    kind = talk_type(plain, stretches)
    points = items(text, stretches, "k")
    problems = items(text, stretches, "b") or tuple(each for each in points if is_wrong(each))
    wanted = demands(text, stretches, dues)
    lacking = {
        "type": kind is None,
        "talker": not who,
        "subject": not whom and party is None,
        "time": at.day is None,
        "points": not (points or problems or wanted),
    }
    return TalkReading(
        intent="record",
        talk_type=kind,
        talkers=who,
        subjects=whom,
        group=party,
        companions=companions,
        recorder=notes,
        delegated_by=next(iter(mentions(text, stretches, "e")), None),
        when=at.spoken,
        day=at.day,
        start=at.start,
        end=at.end,
        place=place(text, stretches),
        points=points,
        problems=problems,
        requirements=wanted,
        deadline=dues[0].due if dues else None,
        attitude=attitude(text, stretches),
        supplementary=told_later(plain, stretches, at.day, said.now),
        supplementary_reason=reason_of(text, stretches),
        ask=tuple(field for field, missing in lacking.items() if missing),
    )


def prepare() -> None:
    """Learn at set-up, so that the first start need not."""
    TalkReader.open(LEARNED)
