"""How a `Say`'s text becomes Telegram messages: parts under the length limit, and entities. Pure.

Styles travel as entities (offset, length), never as markup in the text, so no text can break or forge them.
Telegram counts in UTF-16 code units (Bot API, "MessageEntity"); `Span`s count code points.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from bot.conversation.messages import Span

MESSAGE_UNITS = 4096
"""Longest text of a message, in UTF-16 code units (Bot API, sendMessage)."""
CAPTION_UNITS = 1024
"""Longest caption of a document, in UTF-16 code units (Bot API, sendDocument)."""

_SURROGATE = re.compile("[\ud800-\udfff]")
# A sentence's end with the quotes and brackets that close after it; a line's end.
_SENTENCE_END = re.compile("[。!?;!?;…]+[”’」』》)】\"')]*|\n+")
_PAUSE = re.compile("[,、:,: \u3000\t]+")
_ZERO_WIDTH_JOINER = "\u200d"
_LEAST_SHARE = 4  # a sentence end in the first quarter of a part would make too short a part


class Part(NamedTuple):
    """One message's share of a text: never blank, spans in its own code points."""

    text: str
    spans: tuple[Span, ...] = ()


class Entity(NamedTuple):
    """A styled stretch as the Bot API wants it: offset and length in UTF-16 code units."""

    kind: Literal["bold", "blockquote"]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def split(text: str, spans: Sequence[Span] = (), *, limit: int = MESSAGE_UNITS) -> tuple[Part, ...]:
    """Cut a text into parts of at most `limit` UTF-16 units, at sentence ends where there are any.

    White space at the cuts is dropped, all else is kept in order; a blank text gives no part. A grapheme
    cluster is cut only when it is longer than a whole part. Lone surrogates, which no message can carry,
    become U+FFFD.
    """
    text = _SURROGATE.sub("\ufffd", text)
    parts = []
    start = _skip_blank(text, 0)
    while start < len(text):
        end = _cut(text, start, limit)
        kept = text[start:end].rstrip()
        parts.append(Part(kept, _clipped(spans, start, start + len(kept))))
        start = _skip_blank(text, end)
    return tuple(parts)


def entities(part: Part) -> tuple[Entity, ...]:
    """Give the entities of a part: spans of one style that overlap joined, strong cut at quotes' edges."""
    if not part.spans:
        return ()
    quotes = _joined(span for span in part.spans if span.style == "quote")
    strong = _joined(span for span in part.spans if span.style == "strong")
    edges = sorted({edge for quote in quotes for edge in (quote.start, quote.end)})
    pieces = [piece for stretch in strong for piece in _cut_at(stretch, edges)]
    found = [_entity("blockquote", part.text, quote) for quote in quotes]
    found += [_entity("bold", part.text, piece) for piece in pieces]
    return tuple(sorted(found, key=lambda entity: (entity.offset, -entity.length, entity.kind)))


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _cut(text: str, start: int, limit: int) -> int:
    """Find where the part that begins at `start` ends."""
    window = _furthest(text, start, limit)
    if window == len(text):
        return window
    earliest = start + (window - start) // _LEAST_SHARE
    for pattern in (_SENTENCE_END, _PAUSE):
        ends = [found.end() for found in pattern.finditer(text, start, window) if found.end() > earliest]
        if ends and not _inside_cluster(text, ends[-1]):
            return ends[-1]
    return _cluster_edge(text, start, window)


def _furthest(text: str, start: int, limit: int) -> int:
    """Give the end of the longest piece from `start` that fits into `limit` units; at least one character."""
    end = min(len(text), start + limit)
    excess = units(text[start:end]) - limit
    while excess > 0 and end > start + 1:
        end -= 1
        excess -= 2 if text[end] > "\uffff" else 1
    return end


def _cluster_edge(text: str, start: int, window: int) -> int:
    edge = window
    while edge > start and _inside_cluster(text, edge):
        edge -= 1
    return edge if edge > start else window


def _inside_cluster(text: str, position: int) -> bool:
    """Tell whether a cut there, inside the text, parts what is seen as one character (after UAX #29)."""
    before, after = text[position - 1], text[position]
    if _ZERO_WIDTH_JOINER in {before, after} or (before == "\r" and after == "\n"):
        return True
    if unicodedata.category(after) in {"Mn", "Me", "Mc"} or _extends_emoji(after):
        return True
    return _is_regional(before) and _is_regional(after) and _regionals_before(text, position) % 2 == 1


def _extends_emoji(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _regionals_before(text: str, position: int) -> int:
    count = 0
    while count < position and _is_regional(text[position - 1 - count]):
        count += 1
    return count


def _clipped(spans: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    return tuple(
        Span(max(span.start, start) - start, min(span.end, end) - start, span.style)
        for span in spans
        if max(span.start, start) < min(span.end, end)
    )


def _joined(spans: Iterable[Span]) -> list[_Stretch]:
    """Join overlapping stretches; those that only touch stay apart (two quotes in a row are two quotes)."""
    joined: list[_Stretch] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if joined and span.start < joined[-1].end:
            joined[-1] = _Stretch(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(_Stretch(span.start, span.end))
    return joined


def _cut_at(stretch: _Stretch, edges: Sequence[int]) -> list[_Stretch]:
    stops = [stretch.start, *(edge for edge in edges if stretch.start < edge < stretch.end), stretch.end]
    return [_Stretch(start, end) for start, end in pairwise(stops)]


def _entity(kind: Literal["bold", "blockquote"], text: str, stretch: _Stretch) -> Entity:
    return Entity(kind, units(text[: stretch.start]), units(text[stretch.start : stretch.end]))
