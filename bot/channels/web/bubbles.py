"""A message as finished markup, in the pieces in which a stream sends it; made once, then only put together."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from bot.channels.web.rendering import Known, blocks
from bot.conversation.messages import Choice, Say
from yanlu.texts import web as texts

if TYPE_CHECKING:
    from bot.channels.web.transcript import Line

_SPEAKERS = {"user": texts.MINE, "bot": texts.THEIRS, "note": texts.SYSTEM}
CLOSING = b"</div>"
END = b"</li>"
_ENDING = CLOSING + END


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message: its `body` up to the end of its words, its `choices` as buttons.

    `cuts` are the places in the body where its opening and each of its paragraphs and quotes end. `clauses` fold
    open in it; not `whole` when one that it quotes could not be found just now.
    """

    number: int
    body: bytes
    cuts: tuple[int, ...]
    choices: bytes
    clauses: int
    whole: bool = True


def bubble_of(line: "Line", clauses: Known, *, folding: bool = True) -> Bubble:
    """Make a message's markup; without `folding` its quotes only lead to their documents."""
    quoted = {span.cited for span in line.say.spans if span.style == "quote" and span.cited}
    found = sum(cited in clauses for cited in quoted)
    opening = Markup('<li id="m{}" class="{}"><div class="bubble"><span class="unseen">{}</span>').format(
        line.number, line.author, _SPEAKERS[line.author]
    )
    pieces = [_bytes(each) for each in (opening, *blocks(line.say, clauses, folding=folding))]
    return Bubble(
        line.number,
        b"".join(pieces),
        tuple(accumulate(map(len, pieces))),
        _bytes(_choices(line.say)),
        found if folding else 0,
        found == len(quoted),
    )


def file_of(line: "Line", held: frozenset[str]) -> bytes:
    """Make the paragraph of a message's file, as long as it can be had, or that says it cannot."""
    if not line.download:
        return b""
    if line.download not in held:
        told = Markup('<p class="file">{} <small>{}</small></p>').format(line.file_name, texts.FILE_LAPSED)
        return _bytes(told)
    return _bytes(
        Markup('<p class="file"><a href="/files/{}" download>{}:{}({})</a> <small>{}</small></p>').format(
            line.download, texts.FILE_OUT, line.file_name, texts.file_size(line.file_size), texts.FILE_LIFE
        )
    )


def laid(bubble: Bubble, file: bytes, *, offering: bool) -> tuple[bytes, ...]:
    """Put a message together."""
    if file or offering:
        return bubble.body, file, CLOSING, bubble.choices if offering else b"", END
    return bubble.body, _ENDING


class Bubbles:
    """Messages made before, the least recently shown forgotten first; they are read in the clear here."""

    def __init__(self, most: int, idle: float, clock: Callable[[], float]) -> None:
        """`idle`: seconds after which a message that nobody was shown is forgotten."""
        self._most = most
        self._idle = idle
        self._clock = clock
        self._made: OrderedDict[tuple[str, int], tuple[float, Bubble]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._made)

    def get(self, life: str, number: int) -> Bubble | None:
        """Give the markup of a message of a transcript; None where it is to be made."""
        key = life, number
        found = self._made.get(key)
        if found is None:
            return None
        shown, bubble = found
        if self._clock() - shown > self._idle / 8:
            self._made[key] = self._clock(), bubble
        self._made.move_to_end(key)
        return bubble

    def put(self, life: str, bubble: Bubble) -> None:
        """Remember a message's markup."""
        self._made[life, bubble.number] = self._clock(), bubble
        while len(self._made) > self._most:
            self._made.popitem(last=False)
        self.tidy()

    def tidy(self) -> None:
        """Forget what nobody was shown for long."""
        oldest = self._clock() - self._idle
        while self._made:
            key, (shown, _) = next(iter(self._made.items()))
            if shown > oldest:
                break
            del self._made[key]

    def drop(self, life: str, number: int) -> None:
        """Forget a message; no matter if it is not known."""
        self._made.pop((life, number), None)

    def forget(self, life: str) -> None:
        """Forget a transcript."""
        for key in [key for key in self._made if key[0] == life]:
            del self._made[key]


def _choices(say: Say) -> Markup:
    if not say.choices:
        return Markup("")
    rows = Markup("").join(_row(row) for row in say.choices)
    return Markup('<div class="choices" role="group" aria-label="{}">{}</div>').format(texts.CHOICES, rows)


def _row(row: Sequence[Choice]) -> Markup:
    buttons = Markup("").join(
        Markup('<button form="composer" name="choice" value="{}">{}</button>').format(
            choice.value, choice.label
        )
        for choice in row
    )
    return Markup('<div class="row">{}</div>').format(buttons)


def _bytes(markup: Markup) -> bytes:
    return markup.encode(errors="replace")


def alert_of(words: str) -> bytes:
    """Make the paragraph that says what went wrong; nothing for no words."""
    return _bytes(Markup('<p class="alert" role="alert">{}</p>').format(words)) if words else b""


def plain(words: str) -> bytes:
    """Make words of any kind safe within a page."""
    return _bytes(escape(words))
