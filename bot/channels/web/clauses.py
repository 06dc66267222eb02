"""A quoted clause in its context, as it folds open under the quote in a conversation."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.channels.web.documents import Library, Shown, document_address, found, shown
from bot.conversation.messages import Cited, Say
from knowledge.model import Document
from yanlu.errors import YanluError

NEIGHBOUR = 120
"""Characters shown of the passage before and of the passage after."""
ASIDE = 400
"""Characters shown of the quoted passage itself on either side of the quote."""
FOLDED = 40
"""Clauses of one page, the newest first: a page stays small however long the conversation."""
REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Clause:
    """The passages around a quote, the quote marked in them; `label` is the clause's own number and title."""

    address: str
    label: str
    passages: tuple[Shown, ...]


def clause_of(document: Document, cited: Cited) -> Clause | None:
    """Give the quoted passages with those beside them; None where the document holds no such place."""
    passages = sorted(document.passages, key=lambda each: each.start)
    inside = [
        place for place, each in enumerate(passages) if each.start < cited.end and cited.start < each.end
    ]
    if not inside or document.version != cited.version:
        return None
    first, last = inside[0], inside[-1]
    window = passages[max(first - 1, 0) : last + 2]
    laid = shown(replace(document, passages=tuple(window)), cited.start, cited.end)
    label = next((each.label for each in laid if each.quote), "")
    address = document_address(cited.document, cited.start, cited.end)
    return Clause(address, label, tuple(_clipped(each, passages[first].position) for each in laid))


class Clauses:
    """Finds clauses, and remembers them: the text of a document's edition never changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: OrderedDict[Cited, Clause] = OrderedDict()

    async def of(self, says: Iterable[Say]) -> Mapping[Cited, Clause]:
        """Give the clauses that messages quote, of the newest ones; what cannot be found now is left out."""
        quoted = [span.cited for say in says for span in say.spans if span.style == "quote" and span.cited]
        wanted = list(dict.fromkeys(reversed(quoted)))[:FOLDED]
        await self._look_up([each for each in wanted if each not in self._known])
        given = {}
        for each in wanted:
            if each in self._known:
                self._known.move_to_end(each)
                given[each] = self._known[each]
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return given

    async def _look_up(self, missing: list[Cited]) -> None:
        for id_ in dict.fromkeys(each.document for each in missing):
            try:
                document = await found(self._library, id_)
            except YanluError:  # gone, or the database is: the words stand without their context
                continue
            for each in missing:
                clause = clause_of(document, each) if each.document == id_ else None
                if clause is not None:
                    self._known[each] = clause


def _clipped(passage: Shown, first: int) -> Shown:
    """Keep of a passage what lies near the quote."""
    if passage.quote:
        return replace(passage, before=_end(passage.before, ASIDE), after=_start(passage.after, ASIDE))
    if passage.position < first:
        return replace(passage, before="", after=_end(passage.before + passage.after, NEIGHBOUR))
    return replace(passage, before="", after=_start(passage.before + passage.after, NEIGHBOUR))


def _start(text: str, count: int) -> str:
    return text if len(text) <= count else f"{text[:count]}……"


def _end(text: str, count: int) -> str:
    return text if len(text) <= count else f"……{text[-count:]}"
