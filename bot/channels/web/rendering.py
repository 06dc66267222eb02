"""How a `Say`'s text becomes markup: lines as paragraphs, quotes as block quotes, strong as strong. Pure.

Text is escaped character by character of our own making: nothing in it can become markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from bot.conversation.messages import Cited, Say, Span
from bot.conversation.typed_text import INVISIBLE
from yanlu.texts import web as texts

if TYPE_CHECKING:
    from bot.channels.web.clauses import Clause
    from bot.channels.web.documents import Shown

Known = Mapping[Cited, "Clause"]


def marked_up(say: Say, clauses: Known | None = None) -> Markup:
    """Give a message's text as HTML: its blocks in one."""
    return Markup("").join(blocks(say, clauses or {}))


def blocks(say: Say, known: Known, *, folding: bool = True) -> list[Markup]:
    """Give a message's text as blocks of HTML: paragraphs and block quotes.

    Words quoted from one of the `known` clauses lead to their document, and fold open to their context.
    """
    text = INVISIBLE.sub(" ", say.text)  # offsets stay true
    laid: list[Markup] = []
    quoted: list[Markup] = []
    start = 0
    gap = False
    for line in text.split("\n"):
        end = start + len(line)
        quote = _quote_around(say.spans, start, end)
        if quote is not None:
            quoted.append(_paragraph(_pieces(text, start, end, _strong(say.spans), known), gap=False))
        if quote is None or (quote.cited in known and end == quote.end):
            laid += _closed(quoted, known[quote.cited] if folding and quote and quote.cited else None)
        if quote is None and line.strip():
            laid.append(_paragraph(_pieces(text, start, end, say.spans, known), gap=gap))
        gap = not line.strip()
        start = end + 1
    return [*laid, *_closed(quoted)]


def highlighted(text: str, offset: int, start: int, end: int) -> tuple[str, str, str]:
    """Cut a passage that begins at `offset` into what is before, in and after the quote [start, end)."""
    first = min(max(start - offset, 0), len(text))
    last = min(max(end - offset, first), len(text))
    return text[:first], text[first:last], text[last:]


def _quote_around(spans: Sequence[Span], start: int, end: int) -> Span | None:
    """Give the quote that a whole line is part of."""
    around = (span for span in spans if span.style == "quote" and span.start <= start and end <= span.end)
    return next(around, None) if start < end else None


def _strong(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.style == "strong"]


def _closed(quoted: list[Markup], clause: "Clause | None" = None) -> list[Markup]:
    if not quoted:
        return []
    folded = Markup("") if clause is None else _folded(clause)
    block = Markup("<blockquote>{}{}</blockquote>").format(Markup("").join(quoted), folded)
    quoted.clear()
    return [block]


@lru_cache(maxsize=500)
def _folded(clause: "Clause") -> Markup:
    """Lay a clause out; remembered, as it holds words of a document only and a page shows it again and again."""
    return Markup(
        '<details class="context"><summary>{}</summary>{}<p class="whole"><a href="{}">{}</a></p></details>'
    ).format(
        texts.context_of(clause.label),
        Markup("").join(_in_context(passage) for passage in clause.passages),
        clause.address,
        texts.WHOLE_DOCUMENT,
    )


def _in_context(passage: "Shown") -> Markup:
    headings = Markup("").join(
        Markup('<p class="part">{}</p>').format(heading) for _, heading in passage.headings
    )
    label = Markup('<span class="label">{}</span>').format(passage.label) if passage.label else ""
    quote = Markup("<mark>{}</mark>").format(passage.quote) if passage.quote else ""
    return Markup('{}<p class="text">{}{}{}{}</p>').format(
        headings, label, _plain(passage.before), quote, _plain(passage.after)
    )


def _plain(text: str) -> str:
    return INVISIBLE.sub(" ", text)


def _paragraph(inner: Markup, *, gap: bool) -> Markup:
    return Markup('<p class="gap">{}</p>').format(inner) if gap else Markup("<p>{}</p>").format(inner)


def _pieces(text: str, start: int, end: int, spans: Iterable[Span], known: Known) -> Markup:
    """Cut a line at the edges of its spans and mark each piece up."""
    inside = [span for span in spans if span.start < end and span.end > start]
    edges = {start, end}
    for span in inside:
        edges |= {max(span.start, start), min(span.end, end)}
    return Markup("").join(
        _styled(escape(text[first:last]), _over(inside, first, last), known)
        for first, last in pairwise(sorted(edges))
    )


def _over(spans: Iterable[Span], first: int, last: int) -> list[Span]:
    return [span for span in spans if span.start <= first and last <= span.end]


def _styled(piece: Markup, spans: Sequence[Span], known: Known) -> Markup:
    styles = {span.style for span in spans}
    clause = next((known[span.cited] for span in spans if span.cited in known), None)  # type: ignore[index]  # None is no key
    if "quote" in styles:
        piece = Markup('<span class="quote">{}</span>').format(piece)
    if clause is not None:
        piece = Markup('<a href="{}">{}</a>').format(clause.address, piece)
    if "strong" in styles:
        piece = Markup("<strong>{}</strong>").format(piece)
    return piece
