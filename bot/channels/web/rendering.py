"""How a `Say`'s text becomes markup: lines as paragraphs, quotes as block quotes, strong as strong. Pure.

Text is escaped character by character of our own making: nothing in it can become markup.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from bot.conversation.messages import Say, Span
from bot.conversation.typed_text import INVISIBLE


def marked_up(say: Say) -> Markup:
    """Give a message's text as blocks of HTML."""
    text = INVISIBLE.sub(" ", say.text)  # offsets stay true
    blocks: list[Markup] = []
    quoted: list[Markup] = []
    start = 0
    gap = False
    for line in text.split("\n"):
        end = start + len(line)
        if _is_quote(say.spans, start, end):
            quoted.append(_paragraph(_pieces(text, start, end, _strong(say.spans)), gap=False))
        else:
            blocks += _closed(quoted)
            if line.strip():
                blocks.append(_paragraph(_pieces(text, start, end, say.spans), gap=gap))
        gap = not line.strip()
        start = end + 1
    return Markup("").join([*blocks, *_closed(quoted)])


def highlighted(text: str, offset: int, start: int, end: int) -> tuple[str, str, str]:
    """Cut a passage that begins at `offset` into what is before, in and after the quote [start, end)."""
    first = min(max(start - offset, 0), len(text))
    last = min(max(end - offset, first), len(text))
    return text[:first], text[first:last], text[last:]


def _is_quote(spans: Sequence[Span], start: int, end: int) -> bool:
    """Tell whether a whole line is quoted."""
    return start < end and any(
        span.style == "quote" and span.start <= start and end <= span.end for span in spans
    )


def _strong(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.style == "strong"]


def _closed(quoted: list[Markup]) -> list[Markup]:
    if not quoted:
        return []
    block = Markup("<blockquote>{}</blockquote>").format(Markup("").join(quoted))
    quoted.clear()
    return [block]


def _paragraph(inner: Markup, *, gap: bool) -> Markup:
    return Markup('<p class="gap">{}</p>').format(inner) if gap else Markup("<p>{}</p>").format(inner)


def _pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> Markup:
    """Cut a line at the edges of its spans and mark each piece up."""
    inside = [span for span in spans if span.start < end and span.end > start]
    edges = {start, end}
    for span in inside:
        edges |= {max(span.start, start), min(span.end, end)}
    return Markup("").join(
        _styled(escape(text[first:last]), _styles(inside, first, last))
        for first, last in pairwise(sorted(edges))
    )


def _styles(spans: Iterable[Span], first: int, last: int) -> set[str]:
    return {span.style for span in spans if span.start <= first and last <= span.end}


def _styled(piece: Markup, styles: set[str]) -> Markup:
    if "quote" in styles:
        piece = Markup('<span class="quote">{}</span>').format(piece)
    if "strong" in styles:
        piece = Markup("<strong>{}</strong>").format(piece)
    return piece
