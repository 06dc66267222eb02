"""Which measures a question is about: the reader's map and BM25 over the wording, added with tested weights."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from knowledge.answering.shelf import Place, Shelf
from knowledge.catalogue import Catalogue, Measure
from knowledge.reading import LOGGED, Reader, Reading
from knowledge.retrieval import IndexText, PassageIndex
from knowledge.retrieval.tokens import query_tokens
from knowledge.spelling import load_spelling, plain

if TYPE_CHECKING:
    from knowledge.answering.answerer import Confirmed
    from knowledge.retrieval.dense import DenseLeg

WORDS_WEIGHT: Final = 0.35
"""How much BM25's share counts beside the reader's score; chosen on our own phrases, folded (docs/adr/0004)."""
FOLLOWS: Final = 0.35
DOUBT: Final = 0.12
SAME_QUESTION: Final = 0.75
_JOINED_WEIGHT: Final = 0.7
_TURNED_AWAY: Final = ("offtopic", "elsewhere", "malicious", "injection")
_SHORT: Final = 14
_BARE_ITEM: Final = 30
_SURE_QUESTION: Final = 0.9
_TOLD_WEIGHT: Final = 0.5
_QUESTIONS_ABOUND: Final = 0.15
"""Taken off questions, of which our phrases hold ten times as many as of anything else (folded: docs/adr/0004)."""


_FORGED: Final = re.compile(
    r"(?:编造|伪造|造假|杜撰|捏造|凑).{0,10}(?:记录|纪要|台账|谈话|材料|签到|线索|证据)|"
    r"(?:记录|纪要|台账|谈话|日期|内容|材料|会议).{0,10}(?:你来编|随便编|你编|编一|编几|编个|编点|倒签|造假|做成.{0,6}(?:样子|过的))|"
    r"(?:帮|替|给)我.{0,4}(?:编|造|补)(?:写|造|出)?[0-9一二三四五六七八九十几]+(?:份|次|条|个)"
)
"""Forgery of records in so many words: refused whatever else the sentence says (DESIGN section 2)."""
_HUNTED: Final = re.compile(
    r"^(?!.*保[密护]).*(?:(?:告诉我|查一?查|查出|查查|查下|帮我查|找出|透露|打听|弄清|谁|哪(?:个|几个|位|些)).{0,8}"
    r"(?:谁|哪(?:个|几个|位|些)|写|举报|反映|告|检举).{0,6}(?:举报|反映|告|匿名|检举|捅).{0,4}(?:的?我|信|的人|人是谁)|"
    r"(?:举报人|反映人|检举人|告状的人|写信的人).{0,6}(?:是谁|叫什么|名字|电话|姓名|哪个|身份))"
)
"""A search for who reported: refused (DESIGN section 2)."""
_TOLD: Final = re.compile(
    r"^(?!.*(?:[吗呢?]|什么|怎么|怎样|如何|谁|哪|多少|几次|多久|是不是|能不能|要不要|该不该|可以|咋|啥|举报|反映|检举))"
    r"(?=.*(?:刚才|刚刚|今天|今早|昨天|昨晚|前天|上午|下午|早上|上周|上礼拜|上个月|月底|[0-9一二三四五六七八九十]+(?:月|日|号|点)))"
    r".*(?:跟|和|与|找|同|对|约).{1,24}(?:谈|聊|交流|提醒|交心)(?:心|话|了|过|完).*"
)
"""A talk told as held: a time, with whom, and no word of asking."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question read: its plain text (with what it follows on), its intents, and the measures best first."""

    text: str
    wants: tuple[str, str | None]
    measures: tuple[Measure, ...]
    scores: dict[str, float]
    pairs: frozenset[str]

    @property
    def best(self) -> float:
        """The score of the best measure."""
        return self.scores[self.measures[0].id]


class Ranking:
    """The legs of retrieval for one state of the library."""

    def __init__(
        self,
        catalogue: Catalogue,
        reader: Reader,
        measures: PassageIndex,
        others: tuple[PassageIndex, tuple[int, ...], Shelf] | None,
        known: Sequence["Confirmed"],
    ) -> None:
        self._catalogue = catalogue
        self._reader = reader
        self._index = measures
        self._others = others
        self._known = [(_pairs(plain(one.question)), one) for one in known]

    @classmethod
    def build(  # noqa: PLR0913, PLR0917 - the legs, each passed in
        cls,
        catalogue: Catalogue,
        shelf: Shelf,
        reader: Reader,
        confirmed: Sequence["Confirmed"],
        folder: Path | None,
        dense: "DenseLeg | None",
    ) -> "Ranking":
        """Index the wording of each measure, and apart from it the passages that word other matters."""
        wordings = [
            IndexText(
                measure.id, measure.title, "\n".join((*measure.terms, measure.text, *_said(shelf, measure)))
            )
            for measure in catalogue.measures
        ]
        positions = shelf.foreign()
        others = None
        if positions:
            places = [shelf.places[position] for position in positions]
            texts = [
                IndexText(passage.id, "·".join((document.title, *passage.path)), passage.text)
                for document, passage in places
            ]
            index = (
                PassageIndex.open(folder / "index", texts, dense=dense)
                if folder
                else PassageIndex.build(texts, dense=dense)
            )
            others = (index, positions, shelf)
        return cls(catalogue, reader, PassageIndex.build(wordings), others, confirmed)

    def rank(self, text: str, history: Sequence[str]) -> Ranked:
        """Read a plain question, with what came before it (as typed) where it leans on that."""
        own = self._reader.read(text)
        present = self._scores(text, own)
        if not history or not self._leans(text, own, present):
            return self._ranked(text, own, present)
        joined = f"{plain(history[-1])} {text}"
        both = self._scores(joined, self._reader.read(joined))
        scores = {
            id_: (1 - _JOINED_WEIGHT) * score + _JOINED_WEIGHT * both[id_] for id_, score in present.items()
        }
        return self._ranked(joined, own, scores, leaning=True)

    def _leans(self, text: str, own: Reading, present: dict[str, float]) -> bool:
        if max(own.intents[label] for label in _TURNED_AWAY) > FOLLOWS:
            return False
        return own.followup > FOLLOWS or (len(text) <= _SHORT and max(present.values()) < FOLLOWS)

    def _ranked(self, text: str, own: Reading, scores: dict[str, float], *, leaning: bool = False) -> Ranked:
        order = sorted(self._catalogue.measures, key=lambda measure: -scores[measure.id])
        wants = self._wants(text, own, scores, leaning=leaning)
        return Ranked(text, wants, tuple(order), scores, _pairs(text))

    @staticmethod
    def _wants(text: str, own: Reading, scores: dict[str, float], *, leaning: bool) -> tuple[str, str | None]:
        intents = dict(own.intents)
        if (_FORGED.search(text) or _HUNTED.search(text)) and intents["question"] < _SURE_QUESTION:
            return "malicious", None
        if _TOLD.search(text):
            intents["record"] += _TOLD_WEIGHT
        elif leaning:
            intents["question"] += 0.5
        else:
            intents["question"] -= _QUESTIONS_ABOUND
        first, second = sorted(intents, key=intents.__getitem__)[:-3:-1]
        if first in {"offtopic", "elsewhere", "smalltalk", "help"} and max(scores.values()) > intents[first]:
            first, second = "question", first
        if first in _TURNED_AWAY and second in LOGGED and intents[first] - intents[second] < DOUBT / 2:
            first, second = second, first
        close = intents[first] - intents[second] < DOUBT
        doubtful = close and {first, second} <= {"question", *LOGGED}
        return first, second if doubtful else None

    def _scores(self, text: str, reading: Reading) -> dict[str, float]:
        _, thesaurus = load_spelling()
        expansions = {token: 0.5 for word in thesaurus.own_words(text) for token in _tokens(word)}
        hits = self._index.search(text, k=len(self._catalogue.measures), expansions=expansions)
        top = hits[0].score if hits else 1.0
        share = {hit.id: hit.score / top for hit in hits} if top > 0 else {}
        strength = min(1.0, 2 * hits[0].confidence) if hits else 0.0
        return {
            measure.id: reading.measures.get(measure.id, 0.0)
            + WORDS_WEIGHT * strength * share.get(measure.id, 0.0)
            for measure in self._catalogue.measures
        }

    def statements(self, measure: Measure, ranked: Ranked) -> list[float]:
        """How many pairs of characters each of a measure's statements shares with the question.

        Pairs of the measure's own name are left out: they say which measure it is, not what of it.
        """
        asked = ranked.pairs - _pairs_of(measure.title)
        return [float(len(asked & _pairs_of(statement.text))) for statement in measure.statements]

    def fittest(self, places: Sequence[Place], ranked: Ranked) -> list[Place]:
        """The first place (the item itself) and the one other that adds most to it of what was asked.

        An item of a few words is always followed by the longest wording there is beside it.
        """
        first, *more = places
        own = _pairs_of(first[1].text)

        def added(place: Place) -> tuple[int, int]:
            new = _pairs_of(place[1].text) - own
            return len(ranked.pairs & new), len(new)

        best = max(more, key=added, default=None)
        if best is None:
            return [first]
        gain, new = added(best)
        bare = len(first[1].text) < _BARE_ITEM and new > len(own)
        return [first, best] if gain or bare else [first]

    def other(self, text: str, day: date | None) -> tuple[Place, float] | None:
        """The best passage of a document that words other matters, and how sure (0..1)."""
        if self._others is None:
            return None
        index, positions, shelf = self._others
        open_ = [row for row, position in enumerate(positions) if shelf.holds(position, day)]
        hits = index.search(text, k=1, allowed=open_) if open_ else ()
        return (shelf.places[positions[hits[0].position]], hits[0].confidence) if hits else None

    def confirmed(self, text: str) -> "Confirmed | None":
        """The confirmed answer to the same question in nearly the same words."""
        if not self._known:
            return None
        asked = _pairs(text)
        best = max(self._known, key=lambda known: _overlap(asked, known[0]), default=None)
        return best[1] if best and _overlap(asked, best[0]) >= SAME_QUESTION else None


def _said(shelf: Shelf, measure: Measure) -> list[str]:
    return [passage.text for document, passage in shelf.wordings(measure.id, None) if not document.digest]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(pair for pair in map(str.__add__, text, text[1:]) if pair.isalnum())


@lru_cache(maxsize=4096)
def _pairs_of(text: str) -> frozenset[str]:
    """The pairs of what the library says, which is asked about again and again."""
    return _pairs(text)


@cache
def _tokens(word: str) -> tuple[str, ...]:
    """The tokens of one of the thesaurus's words."""
    return tuple(query_tokens(word))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
