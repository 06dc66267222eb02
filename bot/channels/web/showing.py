"""The chat page put together: a frame rendered once, and messages that are finished markup."""

from collections.abc import Sequence
from itertools import islice

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from bot.channels.web.bubbles import Bubble, alert_of, bubble_of, file_of, laid, plain
from bot.channels.web.clauses import FOLDED, Clauses
from bot.channels.web.frame import Frames, place
from bot.channels.web.pages import Pages
from bot.channels.web.parts import WebParts
from bot.channels.web.security import Seat, once
from bot.channels.web.transcript import Line, Session, Transcripts
from yanlu.texts import web as texts

SHOWN = 40
"""The newest messages that a page shows; a link leads to the earlier ones."""
_PLACES = ("earlier", "messages", "form", "once", "life", "alert", "composer")


class Showing:
    """Makes the markup of transcripts."""

    def __init__(self, parts: WebParts, pages: Pages, transcripts: Transcripts) -> None:
        self._transcripts = transcripts
        self._clauses = Clauses(parts.library)
        self._pages = pages
        self._fixed = {
            "commands": tuple(parts.commands),
            "leave": parts.leave,
            "no_history": transcripts.no_history,
        }
        self._frames = Frames(self._framed)

    async def page(  # noqa: PLR0913 - each is said by name
        self,
        seat: Seat,
        session: Session | None,
        *,
        alert: str,
        composer: str,
        status: int = 200,
        whole: bool = False,
    ) -> Response:
        """Give the whole page, with its newest messages or all that are kept."""
        lines: Sequence[Line] = ()
        earlier = 0
        if session is not None:
            cut = 0 if whole else max(len(session.lines) - SHOWN, 0)
            lines = tuple(islice(session.lines, cut, None))
            earlier = session.earlier + cut
        frame = self._frames.of(lines=bool(lines), lost=session is None and not seat.fresh, fresh=seat.fresh)
        values = {
            "earlier": _earlier(earlier),
            "messages": b"".join(await self.messages(session, lines)) if session else b"",
            "form": seat.form_token.encode(),
            "once": once().encode(),
            "life": session.life.encode() if session else b"",
            "alert": alert_of(alert),
            "composer": plain("\n" + composer if composer.startswith("\n") else composer),
        }
        return HTMLResponse(frame.filled(values), status)

    def _framed(self, *, lines: bool, lost: bool, fresh: bool) -> str:
        places = {name: place(name) for name in _PLACES}
        styles = self._pages.styles if fresh else ""
        return self._pages.text("chat.html", some=lines, lost=lost, styles=styles, **self._fixed, **places)

    async def messages(self, session: Session, lines: Sequence[Line]) -> list[bytes]:
        """Give the markup of messages, in order."""
        held = await self.downloadable(session, lines)
        offering = session.offering
        pieces: list[bytes] = []
        for line, bubble in zip(lines, await self.bubbles(session, lines), strict=True):
            file = file_of(line, held) if line.download else b""
            pieces += laid(bubble, file, offering=line.number == offering)
        return pieces

    async def downloadable(self, session: Session, lines: Sequence[Line]) -> frozenset[str]:
        """Tell which files of these messages can be had."""
        filed = [line for line in lines if line.download]
        return await self._transcripts.downloadable(session.token, filed) if filed else frozenset()

    async def bubbles(self, session: Session, lines: Sequence[Line]) -> list[Bubble]:
        """Give messages as markup: of the newest ones the quoted clauses fold open, as many as a page may hold."""
        known = self._transcripts.bubbles
        made = [known.get(session.life, line.number) for line in lines]
        missing = [line for line, bubble in zip(lines, made, strict=True) if bubble is None]
        if missing:
            clauses = await self._clauses.of(line.say for line in missing)
            fresh = {line.number: bubble_of(line, clauses) for line in missing}
            for bubble in fresh.values():
                if bubble.whole:
                    known.put(session.life, bubble)
            made = [bubble or fresh[line.number] for line, bubble in zip(lines, made, strict=True)]
        bubbles = [bubble for bubble in made if bubble is not None]
        if sum(bubble.clauses for bubble in bubbles) > FOLDED:
            await self._unfold(session, lines, bubbles)
        return bubbles

    async def _unfold(self, session: Session, lines: Sequence[Line], bubbles: list[Bubble]) -> None:
        """Make the older messages anew, whose clauses would make the page too big; they stay so."""
        folded = 0
        for at in range(len(lines) - 1, -1, -1):
            folded += bubbles[at].clauses
            if folded > FOLDED and bubbles[at].clauses:
                clauses = await self._clauses.of([lines[at].say])
                bubbles[at] = bubble_of(lines[at], clauses, folding=False)
                self._transcripts.bubbles.put(session.life, bubbles[at])


def _earlier(count: int) -> bytes:
    if not count:
        return b""
    link = Markup('<p class="aside"><a href="/?all=yes">{}</a></p>').format(texts.earlier(count))
    return link.encode()
