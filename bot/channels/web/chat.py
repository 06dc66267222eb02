"""The chat page: what is shown, and what a form turns into. Complete without a script.

Every page carries one id for the turn it may make. It becomes the turn's `update`, which the conversation
core applies once: a double click, a reload and the back button repeat nothing.
"""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.channels.web.channel import CHANNEL
from bot.channels.web.clauses import Clauses
from bot.channels.web.packing import packed
from bot.channels.web.pages import Pages, attachment
from bot.channels.web.parts import WebParts
from bot.channels.web.rendering import Known, marked_up
from bot.channels.web.security import Seat, Seats, from_elsewhere, genuine, once, same_site, update_of
from bot.channels.web.sessions import Line, Session
from bot.channels.web.uploads import Posted, Upload
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import MAX_CALLBACK_BYTES, Conversation, IncomingFile, Say, Turn, TurnKind
from bot.conversation.typed_text import MAX_TEXT, cleaned, command_of
from yanlu.texts import conversation
from yanlu.texts import web as texts

SHOWN = 40
"""The newest messages that a page shows; a link leads to the earlier ones."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Act:
    """One turn that a form asks for, and how the page shows it; `part` of the form: tap, file or text."""

    part: str
    kind: TurnKind
    shown: str
    text: str = ""
    arguments: str = ""
    upload: Upload | None = None


class Chat:
    """Answers the requests of the chat page."""

    def __init__(self, parts: WebParts, pages: Pages) -> None:
        self._sessions = parts.channel.sessions
        self._take = parts.take
        self._pages = pages
        self._seats = Seats(parts.sign)
        self._clauses = Clauses(parts.library)
        self._clock = parts.clock
        self._intake = parts.intake
        self._commands = tuple(parts.commands)
        self._leave = parts.leave
        self._locks = KeyedLocks()
        self._parting: set[asyncio.Task[None]] = set()

    async def show(self, request: Request) -> Response:
        """Show the conversation so far."""
        known = self._seat(request)
        if known is None and from_elsewhere(request):
            return self._pages.onward()
        seat = known or self._seats.new()
        session = self._sessions.find(seat.token, used=True)
        alert, composer = (session.alert, session.composer) if session else ("", "")
        if session is not None:
            session.alert = ""
        whole = request.query_params.get("all") == "yes"
        page = await self._page(seat, session, alert=alert, composer=composer, whole=whole)
        if known is not None:
            return page
        self._seats.put(page, request, seat)
        return packed(request, page)

    async def turn(self, request: Request) -> Response:
        """Take what was typed, tapped or sent; then show the page (Post/Redirect/Get)."""
        if not same_site(request):
            return self._pages.error(403)
        posted = await self._intake.read(request)
        seat = self._seat(request)
        if posted.status:
            return await self._again(request, seat, posted, posted.status, posted.problem)
        if seat is None or not genuine(seat, posted.get("form")):
            return await self._again(request, seat, posted, 403, texts.SESSION_EXPIRED)
        if len(cleaned(posted.get("text"))) > MAX_TEXT:
            return await self._again(request, seat, posted, 422, conversation.too_long_text(MAX_TEXT))
        acts = self._acts(posted, self._sessions.find(seat.token))
        if update_of(seat, posted.get("once"), "") is None or not acts:
            return await self._again(request, seat, posted, 400, texts.FORM_BROKEN)
        return await self._played(request, seat, posted, acts)

    async def clear(self, request: Request) -> Response:
        """Forget what is shown; the conversation itself goes on."""
        seat = await self._asked(request)
        if seat is None:
            return self._pages.error(403)
        self._sessions.clear(seat.token)
        self._sessions.add(self._sessions.open(seat.token), "note", Say(texts.CLEARED))
        return RedirectResponse("/#say", 303)

    async def leave(self, request: Request) -> Response:
        """Forget the seat, give up what was being filled in, and go to the neutral page."""
        seat = await self._asked(request)
        if seat is None:
            return self._pages.error(403)
        self._sessions.leave(seat.token)
        self._part(seat)
        response = RedirectResponse(self._leave, 303)
        self._seats.drop(response, request)
        return response

    async def left(self, _request: Request) -> Response:
        """Show the plain page for those who left."""
        return self._pages.page("left.html")

    async def news(self, request: Request) -> Response:
        """Tell the number of the last message, for a page that waits."""
        seat = self._seat(request)
        session = None if seat is None else self._sessions.find(seat.token)
        return JSONResponse({"life": session.life if session else "", "last": session.last if session else 0})

    async def download(self, request: Request) -> Response:
        """Give a file to its own session."""
        seat = self._seat(request)
        held = seat and self._sessions.downloads.get(request.path_params["id"], seat.token)
        return attachment(held.name, held.content, held.media_type) if held else self._pages.error(404)

    async def close(self) -> None:
        """Wait for the partings under way."""
        await asyncio.gather(*self._parting, return_exceptions=True)

    async def _asked(self, request: Request) -> Seat | None:
        """Give the seat that asks, None unless one of its own forms does."""
        if not same_site(request):
            return None
        posted = await self._intake.read(request)
        seat = self._seat(request)
        return seat if seat is not None and genuine(seat, posted.get("form")) else None

    def _seat(self, request: Request) -> Seat | None:
        seat = self._seats.of(request)
        return None if seat is None or self._sessions.has_left(seat.token) else seat

    def _acts(self, posted: Posted, session: Session | None) -> list[_Act]:
        choice = posted.get("choice")
        if choice:
            if len(choice.encode()) > MAX_CALLBACK_BYTES:
                return []
            label = session.label_of(choice) if session else ""
            return [_Act("tap", "choice", label or texts.CHOSEN, choice)]
        if posted.get("command"):
            name = posted.get("command")
            known = dict(self._commands).get(name)
            return [] if known is None else [_Act("tap", "command", known, name)]
        if posted.get("example"):
            return [_written(posted.get("example")[:MAX_TEXT], "tap")]
        acts = [_sent(posted.upload)] if posted.upload else []
        text = posted.get("text")
        return [*acts, _written(text)] if cleaned(text) or not acts else acts

    async def _played(self, request: Request, seat: Seat, posted: Posted, acts: list[_Act]) -> Response:
        """Take the acts in order; one page at a time, so that a second click waits for the first one's answer."""
        async with self._locks.hold(seat.token):
            session = self._sessions.open(seat.token)
            once_id = posted.get("once")
            if once_id in session.spent:
                return RedirectResponse("/#say", 303)
            if posted.get("life") not in {"", session.life}:
                self._sessions.add(session, "note", Say(texts.HISTORY_LOST))
            first = session.last + 1
            for act in acts:
                if not await self._taken(seat, once_id, act, session):
                    return await self._again(request, seat, posted, 503, texts.NOT_TAKEN)
            session.spent.append(once_id)
            tapped = acts[0].part == "tap"
            session.composer = posted.get("text") if tapped and cleaned(posted.get("text")) else ""
            session.alert = _left_over(posted) if tapped else ""
            return RedirectResponse(f"/#m{first}" if session.last >= first else "/#say", 303)

    async def _taken(self, seat: Seat, once_id: str, act: _Act, session: Session) -> bool:
        """Show the person's message and take the turn; False when it could not be committed."""
        line = self._sessions.add(session, "user", Say(act.shown[:MAX_TEXT]), act.upload)
        before = session.answered
        if act.kind == "choice":
            session.answer(act.text)
        try:
            await self._take(self._turn_of(seat, once_id, act))
        except Exception as error:  # noqa: BLE001 - nothing was committed: the person keeps the words
            log.error("a turn was not taken: %s", type(error).__name__)  # noqa: TRY400 - a traceback may hold the text
            self._sessions.withdraw(session, line)
            session.answered = before
            return False
        if session.last == line.number:  # applied before a restart: the core repeats nothing and says nothing
            self._sessions.add(session, "note", Say(texts.ALREADY))
        return True

    def _turn_of(self, seat: Seat, once_id: str, act: _Act) -> Turn:
        file = None
        if act.upload is not None:
            reference = self._sessions.uploads.put(seat.token, act.upload.content, act.upload.name)
            size = len(act.upload.content)
            file = IncomingFile(reference, act.upload.name, size, act.upload.media_type)
        update = update_of(seat, once_id, act.part) or ""
        conversation_ = Conversation(CHANNEL, seat.token)
        return Turn(conversation_, update, act.kind, self._clock(), act.text, act.arguments, file)

    async def _again(
        self, request: Request, seat: Seat | None, posted: Posted, status: int, problem: str
    ) -> Response:
        """Show the page with what was typed, and why it was not taken."""
        known = seat or self._seats.new()
        alert = problem + (texts.FILE_AGAIN if posted.upload else "")
        session = self._sessions.find(known.token)
        page = await self._page(known, session, alert=alert, composer=posted.get("text"), status=status)
        if seat is None:
            self._seats.put(page, request, known)
        return page

    async def _page(  # noqa: PLR0913 - each is said by name
        self,
        seat: Seat,
        session: Session | None,
        *,
        alert: str,
        composer: str,
        status: int = 200,
        whole: bool = False,
    ) -> Response:
        every = tuple(session.lines) if session else ()
        lines = every if whole else every[-SHOWN:]
        clauses = await self._clauses.of(line.say for line in lines)

        def item(line: Line) -> Markup:
            """One message; what never changes of it is made once."""
            offering = session is not None and line.number == session.offering
            render = partial(self._item, seat, line, clauses, offering=offering)
            if session is None or line.download or offering:
                return render()
            return self._sessions.rendered(session, line, render)

        return self._pages.page(
            "chat.html",
            status,
            seat=seat,
            once=once(),
            lines=lines,
            earlier=len(every) - len(lines),
            item=item,
            life=session.life if session else "",
            alert=alert,
            composer=composer,
            lost=session is None and not seat.fresh,
            commands=self._commands,
            leave=self._leave,
            styles=self._pages.styles if seat.fresh else "",
        )

    def _item(self, seat: Seat, line: Line, clauses: Known, *, offering: bool) -> Markup:
        held = line.download and self._sessions.downloads.get(line.download, seat.token)
        return self._pages.piece(
            "message.html",
            line=line,
            words=marked_up(line.say, clauses),
            downloadable=bool(held),
            offering=offering,
        )

    def _part(self, seat: Seat) -> None:
        """Give up an open form, without keeping the person waiting."""
        turn = Turn(Conversation(CHANNEL, seat.token), once(), "command", self._clock(), "cancel")
        task = asyncio.create_task(self._cancelled(turn))
        self._parting.add(task)
        task.add_done_callback(self._parting.discard)

    async def _cancelled(self, turn: Turn) -> None:
        try:
            await self._take(turn)
        except Exception as error:  # noqa: BLE001 - the draft runs out by itself
            log.warning("a draft was not given up: %s", type(error).__name__)


def _written(text: str, part: str = "text") -> _Act:
    command = command_of(cleaned(text))
    if command is None:
        return _Act(part, "text", text.strip(), text)
    return _Act(part, "command", text.strip(), *command)


def _sent(upload: Upload) -> _Act:
    shown = texts.file_in(upload.name, texts.file_size(len(upload.content)))
    return _Act("file", "file", shown, upload=upload)


def _left_over(posted: Posted) -> str:
    """Say what came beside a tapped button and was not sent."""
    typed = texts.TEXT_KEPT if cleaned(posted.get("text")) else ""
    return typed + (texts.FILE_AGAIN if posted.upload else "")
