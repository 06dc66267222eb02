"""The optional chat model: it may shorten what was retrieved into a smoother sentence, and nothing else.

Its words are checked against the quotes before anyone sees them; on any doubt the extractive answer stands.
Why the check is this narrow: docs/adr/0003-chat-model.md.
"""

import asyncio
import json
import logging
import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge.model import Answer, Citation
from yanlu.errors import SettingsError
from yanlu.texts import rephrasing as texts

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

MAX_FAILURES: Final = 3
PAUSE_SECONDS: Final = 60.0
MAX_QUESTION: Final = 500
MAX_REPLY: Final = 8_000
MAX_SENTENCES: Final = 4
MAX_SENTENCE: Final = 120
MIN_QUOTE: Final = 4

Reason = Literal["timeout", "error", "format", "length", "quote", "number", "polarity", "advice", "words"]

_EVIDENCE: Final = re.compile(r"^依据", re.MULTILINE)
_FENCE: Final = re.compile(r"\A```(?:json)?\s*\n(.*)\n\s*```\Z", re.DOTALL)
_NUMBER: Final = re.compile(
    r"[0-9]+(?:[.,:/-][0-9]+)*[%‰]?|百分之[零〇一二三四五六七八九十百点]+|[零〇一二两三四五六七八九十百千万亿半几数]+"
    r"(?:分之[一二三四五六七八九十百]+)?(?:个)?(?:工作日|月|年|季度|周|星期|小时|日|天|次|项|人|元|倍|成|票|名|条)?"
)
# "不断" and the like deny nothing.
_NO_DENIAL: Final = re.compile("不断|不仅|不但|不忘|未来|非常")
# Words that turn a rule round, soften it or bind it to a condition: as many as the quote has, in its order.
_POLARITY: Final = re.compile(
    "可以|可能|原则上|一般|必要时|根据需要|视情|鼓励|探索|以外|之外|涉嫌|除|经|[不未无非没勿禁免否莫]"
)
_ADVICE: Final = re.compile(
    "处分|处罚|警告|记过|撤职|开除|降级|诫勉|免职|罚款|判刑|追责|问责|违纪|违法|犯罪|立案|"
    "建议|应该|应当|必须|务必|最好|不妨|切勿"
)
# What a sentence may add to the quote's words: nothing that says who, whom, whether or how much.
_GLUE: Final = ("原文规定", "原文写明", "原文要求", "其中", "此外", "同时", "具体", "包括", "并", "的", "时")
_SENTENCE_END: Final = ";；。!！?？\n"
_DROPPED: Final = re.compile(r"[\s、“”‘’\"'《》()\[\]【】]+")


class Sentence(BaseModel):
    """One sentence of the model, the words it rests on, and which citation holds them (from 0)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    text: str
    quote: str
    citation: int


_SENTENCES: Final = TypeAdapter(list[Sentence])


class Unfit(Exception):
    """The model's reply may not be sent; `reason` is its kind and holds no text."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Rephraser:
    """Puts the direct part of an extractive answer into the model's words, where these can be proved.

    A call costs at most `timeout` seconds. After three failures in a row, of whatever kind, the model is not
    asked for a minute; then one question tries it again. `clock` gives seconds and never goes back.
    """

    def __init__(
        self, model: "BaseChatModel", *, timeout: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._model = model
        self._timeout = timeout
        self._clock = clock
        self._failures = 0
        self._resume = float("-inf")

    async def rephrase(self, question: str, answer: Answer, *, today: date) -> Answer:
        """Give the answer with its direct part rephrased, or `answer` itself. Raises nothing of the model's.

        Only outcomes answer and silent with citations and a one-line direct part are touched (a list stays
        whole); of a silent answer the first sentence, which says that the text is silent, stays.
        """
        parted = _parted(answer)
        now = self._clock()
        if parted is None or now < self._resume:
            return answer
        if self._failures >= MAX_FAILURES:
            self._resume = now + PAUSE_SECONDS
        kept, evidence = parted
        try:
            direct = checked(await self._ask(question, answer.citations, today), answer.citations)
        except Unfit as unfit:
            self._failed(unfit.reason)
        except TimeoutError:
            self._failed("timeout")
        except Exception:  # noqa: BLE001 - whatever a provider raises, the extractive answer stands
            self._failed("error")
        else:
            self._failures = 0
            self._resume = float("-inf")
            return replace(answer, text=f"{kept}{direct}{evidence}")
        return answer

    async def _ask(self, question: str, citations: tuple[Citation, ...], today: date) -> str:
        from langchain_core.messages import HumanMessage, SystemMessage
        from langsmith import tracing_context

        material = {
            "today": today.isoformat(),
            "question": question[:MAX_QUESTION],
            "passages": [
                {"citation": number, "quote": citation.quote} for number, citation in enumerate(citations)
            ],
        }
        messages = [SystemMessage(texts.PROMPT), HumanMessage(json.dumps(material, ensure_ascii=False))]
        async with asyncio.timeout(self._timeout):
            with tracing_context(enabled=False):
                reply = await self._model.ainvoke(messages)
        return str(reply.text)

    def _failed(self, reason: Reason) -> None:
        logger.info("chat model passed over: %s", reason)
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            self._resume = self._clock() + PAUSE_SECONDS


def _parted(answer: Answer) -> tuple[str, str] | None:
    """Give what stays before the direct part and what stays after it; None where nothing may be replaced."""
    found = _EVIDENCE.search(answer.text)
    if answer.outcome not in {"answer", "silent"} or not answer.citations or found is None:
        return None
    before, evidence = answer.text[: found.start()], answer.text[found.start() :]
    direct = before.strip()
    if not direct or "\n" in direct:
        return None
    gap = before[len(before.rstrip()) :]
    kept = direct[: direct.find("。") + 1] or f"{direct}。" if answer.outcome == "silent" else ""
    return kept, gap + evidence


def checked(reply: str, citations: tuple[Citation, ...]) -> str:
    """Give the sentences of a model's reply as one text. Raises Unfit unless each is proved."""
    if len(reply) > MAX_REPLY:
        raise Unfit("length")
    fenced = _FENCE.match(reply.strip())
    try:
        sentences = _SENTENCES.validate_json(fenced[1] if fenced else reply)
    except ValidationError:
        raise Unfit("format") from None
    if not 1 <= len(sentences) <= MAX_SENTENCES:
        raise Unfit("length")
    if sentences[0].citation != 0:
        raise Unfit("quote")
    return "".join(_proved(sentence, citations) for sentence in sentences)


def _proved(sentence: Sentence, citations: tuple[Citation, ...]) -> str:
    text = sentence.text.strip().rstrip("。;；.")
    if not MIN_QUOTE <= len(text) <= MAX_SENTENCE or not text.isprintable():
        raise Unfit("length")
    if not 0 <= sentence.citation < len(citations):
        raise Unfit("quote")
    passage, quote = citations[sentence.citation].quote, sentence.quote
    if len(quote.strip()) < MIN_QUOTE or quote not in passage:
        raise Unfit("quote")
    said, source = _folded(text), _folded(quote)
    if not _numbers(said) <= _numbers(source) & _numbers(_folded(passage)):
        raise Unfit("number")
    if not set(_ADVICE.findall(said)) <= set(_ADVICE.findall(source)):
        raise Unfit("advice")
    if _polarity(said) not in {_polarity(_folded(around)) for around in _surroundings(passage, quote)}:
        raise Unfit("polarity")
    if not _made_of(said, source):
        raise Unfit("words")
    return f"{text}。"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _polarity(text: str) -> tuple[str, ...]:
    return tuple(_POLARITY.findall(_NO_DENIAL.sub("", text)))


def _surroundings(passage: str, quote: str) -> list[str]:
    """Give each place of the quote with what governs it: from its sentence's start to its clause's end."""
    places = []
    start = passage.find(quote)
    while start >= 0:
        end = start + len(quote)
        first = max(passage.rfind(mark, 0, start) for mark in _SENTENCE_END) + 1
        rest = re.search(r"[,，;；:：。!！?？\n]", passage[end - 1 :])
        places.append(passage[first : end - 1 + rest.start() if rest else len(passage)])
        start = passage.find(quote, start + 1)
    return places


def _clauses(text: str) -> list[str]:
    pieces = re.split(r"[,;:。!?\n]", text)
    return [clause for piece in pieces if (clause := _DROPPED.sub("", piece))]


def _made_of(said: str, source: str) -> bool:
    """Tell whether each clause is made of pieces (2 or more characters) of one source clause, in order."""
    if re.search(r"[!?:]", said):
        return False
    clauses = _clauses(source)
    at, cursor = 0, 0
    for clause in _clauses(said):
        while at < len(clauses):
            reached = _reach(clause, clauses[at], cursor)
            if reached is not None:
                cursor = reached
                break
            at, cursor = at + 1, 0
        else:
            return False
    return cursor > 0


def _reach(clause: str, source: str, cursor: int) -> int | None:
    """Give where in `source` the clause ends when taken from it piece by piece; None if it cannot be."""
    earliest: list[int | None] = [cursor, *[None] * len(clause)]
    for at in range(len(clause)):
        here = earliest[at]
        if here is None:
            continue
        steps = [(at + len(glue), here) for glue in _GLUE if clause.startswith(glue, at)]
        for end in range(at + 2, len(clause) + 1):
            found = source.find(clause[at:end], here)
            if found < 0:
                break
            steps.append((end, found + end - at))
        for end, place in steps:
            known = earliest[end]
            earliest[end] = place if known is None else min(known, place)
    return earliest[-1]


def chat_model(name: str) -> "BaseChatModel":
    """Set up a LangChain chat model by its name, as "provider:model". Nothing is sent yet.

    Raises SettingsError where the provider's package is missing or the provider refuses the name or its key.
    """
    from langchain.chat_models import init_chat_model

    if not name.strip():
        raise SettingsError(texts.MODEL_UNKNOWN, kept=texts.MODEL_KEPT, next_step=texts.MODEL_UNKNOWN_NEXT)
    try:
        return init_chat_model(name.strip(), temperature=0)
    except ImportError as error:
        raise SettingsError(
            texts.PROVIDER_ABSENT, kept=texts.MODEL_KEPT, next_step=texts.PROVIDER_ABSENT_NEXT
        ) from error
    except Exception:  # noqa: BLE001 - each provider has its own errors, and some of them show the key
        raise SettingsError(
            texts.MODEL_UNKNOWN, kept=texts.MODEL_KEPT, next_step=texts.MODEL_UNKNOWN_NEXT
        ) from None
