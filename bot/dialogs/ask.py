"""The first job: policy questions, answered from the text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Protocol, cast, get_args

from bot.conversation.context import Context
from bot.conversation.intents import Intent, IntentReading
from bot.conversation.messages import Choice, Cited, Say, Span, Turn
from bot.conversation.scene import Scene
from knowledge.answering import Answerer
from knowledge.answering.shelf import Shelf
from knowledge.catalogue import load_catalogue
from knowledge.model import Answer, Citation
from yanlu.texts import answers as texts
from yanlu.texts.conversation import STALE_CHOICE

_INTENTS = frozenset(get_args(Intent))
_NEIGHBOURS_SHOWN = 4
_HAND_IN = Choice(texts.HAND_IN, "handin:start")


class AnswerDesk(Protocol):
    """Where the current answerer comes from (made anew when the library changes)."""

    @property
    def latest(self) -> Answerer:
        """The answerer as last made; needs no waiting."""
        ...

    async def answerer(self) -> Answerer:
        """The answerer for the library as it is now."""
        ...

    @property
    def rephrases(self) -> bool:
        """Whether a chat model is set."""
        ...

    async def rephrased(self, question: str, answer: Answer) -> Answer:
        """The answer in the chat model's words where it keeps to the text; else the same answer."""
        ...


class AskReader:
    """Reads intents by what the answerer learned from our phrasings."""

    def __init__(self, desk: AnswerDesk) -> None:
        self._desk = desk

    def read(self, text: str, context: Context) -> IntentReading:
        """What refuses or asks about anything else is a question: the answer says so."""
        wants, other = self._desk.latest.intent(text, context.questions)
        return IntentReading(_intent(wants), _intent(other) if other else None, firm=wants not in _INTENTS)


def _intent(label: str) -> Intent:
    return cast("Intent", label) if label in _INTENTS else "question"


class AskDialog:
    """Answers questions; shows a measure whole, its neighbours; takes 有帮助 / 没帮助."""

    name = "ask"
    commands: ClassVar[Mapping[str, str]] = {"ask": texts.ASK_COMMAND}

    def __init__(self, desk: AnswerDesk) -> None:
        self._desk = desk

    @property
    def prepares(self) -> bool:
        """Whether a chat model is to be asked before the turn."""
        return self._desk.rephrases

    async def prepare(self, question: str, context: Context) -> object:
        """Give the answer as it is, and in the chat model's words."""
        answerer = await self._desk.answerer()
        answer = answerer.answer(question, context.questions, "question")
        return answer, await self._desk.rephrased(question, answer)

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer a question or a tap."""
        if turn.kind == "choice":
            return await self._tapped(turn, scene)
        question = turn.arguments if turn.kind == "command" else turn.text
        if not question.strip():
            return [Say(texts.ASK_USAGE)]
        answerer = await self._desk.answerer()
        answer = answerer.answer(question, scene.context.questions, scene.intent)
        match turn.prepared:
            case (plain, Answer() as rephrased) if plain == answer:  # else the library has changed meanwhile
                answer = rephrased
        scene.asked(question, [citation.measure for citation in answer.citations if citation.measure])
        return [Say(answer.text, spans_of(answer, answerer.shelf), _choices(answer))]

    async def _tapped(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        _, action, *rest = turn.text.split(":")
        if action in {"yes", "no"} and scene.context.last_question:
            return await self._judged(scene, helpful=action == "yes", outcome="".join(rest))
        measure = "".join(rest)
        if measure not in {known.id for known in load_catalogue().measures}:
            return [Say(STALE_CHOICE)]
        if action == "near":
            return [Say(texts.NEIGHBOURS_LEAD, choices=_neighbours(measure, scene.context.measures))]
        answerer = await self._desk.answerer()
        answer = answerer.measure_answer(measure)
        return [
            Say(answer.text, spans_of(answer, answerer.shelf), ((_near(measure),), _judgements("answer")))
        ]

    async def _judged(self, scene: Scene, *, helpful: bool, outcome: str) -> Sequence[Say]:
        question = scene.context.last_question or ""
        measure = next(iter(scene.context.measures), None)
        await scene.work.feedback.add(
            question, outcome or "answer", helpful=helpful, measure=measure, day=scene.now.date()
        )
        if helpful:
            return [Say(texts.THANKS_HELPFUL)]
        return [Say(texts.THANKS_UNHELPFUL, choices=((_HAND_IN,),))]


def spans_of(answer: Answer, shelf: Shelf) -> tuple[Span, ...]:
    """What stands out in an answer's text: 依据 lines strong, quotes as quotes, in order, never overlapping.

    Each says where its words stand on `shelf`; a 依据 line leads to the quote under it. A quote may go over
    several lines.
    """
    quotes = {
        texts.QUOTE.format(quote=each.quote): _cited(each, shelf) for each in reversed(answer.citations)
    }
    spans: list[Span] = []
    offset = 0
    while offset < len(answer.text):
        quote = next((words for words in quotes if _fills_lines(answer.text, words, offset)), None)
        end = _line_end(answer.text, offset) if quote is None else offset + len(quote)
        if quote is not None:
            if spans and spans[-1].style == "strong" and spans[-1].end == offset - 1:
                spans[-1] = replace(spans[-1], cited=quotes[quote])
            spans.append(Span(offset, end, "quote", quotes[quote]))
        elif answer.text.startswith(texts.BASIS, offset):
            spans.append(Span(offset, end, "strong"))
        offset = end + 1
    return tuple(spans)


def _cited(citation: Citation, shelf: Shelf) -> Cited | None:
    document = shelf.id_of(citation)
    return None if document is None else Cited(document, citation.version, citation.start, citation.end)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _fills_lines(text: str, words: str, offset: int) -> bool:
    return text.startswith(words, offset) and _line_end(text, offset + len(words)) == offset + len(words)


def _choices(answer: Answer) -> tuple[tuple[Choice, ...], ...]:
    measure = next((citation.measure for citation in answer.citations if citation.measure), None)
    rows: list[tuple[Choice, ...]] = []
    if measure:
        rows.append((Choice(texts.FULL_TEXT, f"ask:text:{measure}"), _near(measure)))
    if answer.outcome in {"answer", "silent", "nearest"}:
        rows.append(_judgements(answer.outcome))
    if answer.outcome in {"nearest", "silent"}:
        rows.append((_HAND_IN,))
    return tuple(rows)


def _near(measure: str) -> Choice:
    return Choice(texts.NEIGHBOURS, f"ask:near:{measure}")


def _judgements(outcome: str) -> tuple[Choice, ...]:
    return Choice(texts.HELPFUL, f"ask:yes:{outcome}"), Choice(texts.UNHELPFUL, f"ask:no:{outcome}")


def _neighbours(measure: str, cited: Sequence[str]) -> tuple[tuple[Choice, ...], ...]:
    """The other measures of the last answer, then those of the same part."""
    catalogue = load_catalogue()
    part = [near.id for near in catalogue.part(catalogue.measure(measure).part)]
    ids = [id_ for id_ in dict.fromkeys((*cited, *part)) if id_ != measure][:_NEIGHBOURS_SHOWN]
    return tuple(
        (
            Choice(
                texts.HEAD.format(label=catalogue.measure(id_).label, title=catalogue.measure(id_).title),
                f"ask:text:{id_}",
            ),
        )
        for id_ in ids
    )
