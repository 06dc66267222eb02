"""The chat page: what is shown, and what a form turns into. Complete without a script.

Every page carries one id for the turn it may make. It becomes the turn's `update`, which the conversation
core applies once: a double click, a reload and the back button repeat nothing.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.web.acts import Act, acts_of
from bot.channels.web.packing import packed
from bot.channels.web.pages import Pages, attachment
from bot.channels.web.parts import WebParts
from bot.channels.web.playing import Playing
from bot.channels.web.security import Seat, Seats, from_elsewhere, genuine, same_site, update_of
from bot.channels.web.showing import SHOWN, Showing
from bot.channels.web.streaming import Kept, Parts, Streamed, asked_for_part, at_once, end, seen_of
from bot.channels.web.transcript import Session
from bot.channels.web.uploads import Posted
from bot.conversation.messages import Say
from bot.conversation.typed_text import MAX_TEXT, cleaned
from yanlu.texts import conversation
from yanlu.texts import web as texts

Here = tuple[Seat | None, Session | None]


class Chat:
    """Answers the requests of the chat page."""

    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._transcripts = parts.channel.sessions
        self._pages = pages
        self._seats = Seats(parts.sign)
        self._intake = parts.intake
        self._commands = dict(parts.commands)
        self._leave = parts.leave
        self._playing = Playing(parts, self._transcripts)
        self._showing = Showing(parts, pages, self._transcripts)
        self._parts = Parts(self._transcripts, self._showing)

    async def show(self, request: Request) -> Response:
        """Show the conversation so far."""
        whole = request.query_params.get("all") == "yes"
        known, session = await self._here(request, used=True, newest=None if whole else SHOWN)
        if known is None and from_elsewhere(request):
            return self._pages.onward()
        seat = known or self._seats.new()
        kept = await self._parts.told(session)
        page = await self._showing.page(seat, session, alert=kept.alert, composer=kept.composer, whole=whole)
        if known is not None:
            return page
        self._seats.put(page, request, seat)
        return packed(request, page)

    async def turn(self, request: Request) -> Response:
        """Take what was typed, tapped or sent.

        Then the page is shown (Post/Redirect/Get); its script gets what is new of it, as it comes.
        """
        if not same_site(request):
            return self._pages.error(403)
        posted = await self._intake.read(request)
        here = await self._here(request, newest=None if posted.get("choice") else 0)
        seat, session = here
        if posted.status:
            return await self._again(request, here, posted, posted.status, posted.problem)
        if seat is None or not genuine(seat, posted.get("form")):
            return await self._again(request, here, posted, 403, texts.SESSION_EXPIRED)
        if len(cleaned(posted.get("text"))) > MAX_TEXT:
            return await self._again(request, here, posted, 422, conversation.too_long_text(MAX_TEXT))
        acts = acts_of(posted, session, self._commands)
        if update_of(seat, posted.get("once"), "") is None or not acts:
            return await self._again(request, here, posted, 400, texts.FORM_BROKEN)
        return await self._played(request, seat, posted, acts)

    async def clear(self, request: Request) -> Response:
        """Forget what is shown; the conversation itself goes on."""
        seat = await self._asked(request)
        if seat is None:
            return self._pages.error(403)
        await self._transcripts.clear(seat.token)
        await self._transcripts.add(await self._transcripts.open(seat.token), "note", Say(texts.CLEARED))
        return RedirectResponse("/#say", 303)

    async def leave(self, request: Request) -> Response:
        """Forget the seat, give up what was being filled in, and go to the neutral page."""
        seat = await self._asked(request)
        if seat is None:
            return self._pages.error(403)
        await self._transcripts.leave(seat.token)
        self._playing.part(seat)
        response = RedirectResponse(self._leave, 303)
        self._seats.drop(response, request)
        return response

    async def left(self, _request: Request) -> Response:
        """Show the plain page for those who left."""
        return self._pages.page("left.html")

    async def news(self, request: Request) -> Response:
        """Give what is new for a page that waits: nothing, or a part."""
        _, session = await self._here(request, newest=0)
        part = None if session is None else await self._parts.since(session, seen_of(request.query_params))
        return Response(status_code=204) if part is None else Streamed(at_once(part))

    async def download(self, request: Request) -> Response:
        """Give a file to its own session."""
        seat = self._seats.of(request)
        held = seat and await self._transcripts.download(seat.token, request.path_params["id"])
        return attachment(held.name, held.content, held.media_type) if held else self._pages.error(404)

    async def close(self) -> None:
        """Wait for the turns and partings under way."""
        await self._parts.close()
        await self._playing.close()

    async def _asked(self, request: Request) -> Seat | None:
        """Give the seat that asks, None unless one of its own forms does."""
        if not same_site(request):
            return None
        posted = await self._intake.read(request)
        seat, _ = await self._here(request, newest=1)
        return seat if seat is not None and genuine(seat, posted.get("form")) else None

    async def _here(self, request: Request, *, used: bool = False, newest: int | None = None) -> Here:
        """Give the seat that a request comes from, None where it was left, and its session."""
        seat = self._seats.of(request)
        if seat is None:
            return None, None
        session = await self._transcripts.find(seat.token, used=used, newest=newest)
        if session is None and await self._transcripts.has_left(seat.token):
            return None, None
        return seat, session

    async def _played(self, request: Request, seat: Seat, posted: Posted, acts: Sequence[Act]) -> Response:
        playing = self._playing.played(seat, posted, acts)
        if asked_for_part(request):
            kept = _kept(posted, texts.NOT_TAKEN)
            return Streamed(self._parts.turn(seat, seen_of(posted.fields), playing, kept))
        first = await playing
        if first is None:
            session = await self._transcripts.find(seat.token, newest=SHOWN)
            return await self._again(request, (seat, session), posted, 503, texts.NOT_TAKEN)
        return RedirectResponse(f"/#m{first}" if first else "/#say", 303)

    async def _again(
        self, request: Request, here: Here, posted: Posted, status: int, problem: str
    ) -> Response:
        """Show what was typed again, and why it was not taken."""
        seat, session = here
        known = seat or self._seats.new()
        kept = _kept(posted, problem)
        answer: Response
        if asked_for_part(request):
            answer = Streamed(at_once(end(known, session, kept)), status)
        else:
            if session is not None:
                session = await self._transcripts.find(known.token, newest=SHOWN)
            answer = await self._showing.page(
                known, session, alert=kept.alert, composer=kept.composer, status=status
            )
        if seat is None:
            self._seats.put(answer, request, known)
        return answer


def _kept(posted: Posted, problem: str) -> Kept:
    return Kept(problem + (texts.FILE_AGAIN if posted.upload else ""), posted.get("text"))
