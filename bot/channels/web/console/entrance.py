"""In and out of the console: signing in, joining with an invitation, the bot's links, locking and unlocking."""

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from bot.channels.web.console.frame import (
    HOME,
    RESUME,
    SIGN_IN,
    UNLOCK,
    Call,
    ConsolePage,
    Frame,
    kept_fields,
    new_passphrase,
    own_address,
)
from bot.channels.web.security import Seat
from bot.services.casework.rechecks import shared
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import console as texts

_KEPT = "kept."


class Entrance:
    """The pages that need no right, or only that somebody is signed in."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._door = frame.parts.door

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(SIGN_IN, "anyone", self.sign_in_page),
            ConsolePage(SIGN_IN, "anyone", self.sign_in, "POST"),
            ConsolePage("/console/join", "anyone", self.join_page),
            ConsolePage("/console/join", "anyone", self.join, "POST"),
            ConsolePage("/console/link/{code}", "anyone", self.link_page),
            ConsolePage("/console/link/{code}", "anyone", self.link, "POST"),
            ConsolePage(RESUME, "anyone", self.resume_page),
            ConsolePage(RESUME, "anyone", self.resume, "POST"),
            ConsolePage(UNLOCK, "handler", self.unlock_page),
            ConsolePage(UNLOCK, "handler", self.unlock, "POST"),
            ConsolePage("/console/lock", "handler", self.lock, "POST"),
            ConsolePage("/console/sign-out", "signed", self.sign_out, "POST"),
        )

    async def sign_in_page(self, call: Call) -> Response:
        """Ask for name and passphrase."""
        return self._asking(call, "sign-in.html")

    async def sign_in(self, call: Call) -> Response:
        """Sign in, with a new token for the browser: one that was planted before is worth nothing."""
        seat = self._frame.seats.new()
        name, passphrase = call.form.get("name"), call.form.get("secret_passphrase")
        try:
            person = await self._door.sign_in(
                name, passphrase, call.form.get("secret_code"), seat.token, call.now
            )
        except YanluError as error:
            return self._asking(call, "sign-in.html", error)
        return await self._in(call, seat, person)

    async def join_page(self, call: Call) -> Response:
        """Ask for an invitation and a passphrase."""
        return self._asking(call, "join.html")

    async def join(self, call: Call) -> Response:
        """Make an account."""
        seat = self._frame.seats.new()
        try:
            passphrase = new_passphrase(call)
            person = await self._door.join(call.form.get("code"), passphrase, seat.token, call.now)
        except YanluError as error:
            return self._asking(call, "join.html", error)
        return await self._in(call, seat, person)

    async def link_page(self, call: Call) -> Response:
        """Ask to go on: a link that a messenger looks at in advance is not used up by that."""
        return self._frame.page(call, "link.html", texts, code=call.place("code"))

    async def link(self, call: Call) -> Response:
        """Sign in with a link from the bot; who has no account yet sets a passphrase first."""
        seat = self._frame.seats.new()
        person = await self._door.follow_link(call.place("code"), seat.token, call.now)
        if person is None:
            return self._asking(call, "join.html", code=call.place("code"))
        return await self._in(call, seat, person)

    async def resume_page(self, call: Call) -> Response:
        """Ask for the passphrase again after a pause."""
        if call.guest is None:
            return self._frame.back(SIGN_IN)
        return self._asking(call, "resume.html")

    async def resume(self, call: Call) -> Response:
        """Go on after a pause."""
        if call.guest is None:
            return self._asking(call, "sign-in.html", AccessDenied(texts.SESSION_PAUSED))
        try:
            await self._door.resume(call.seat.token, call.form.get("secret_passphrase"), call.now)
        except YanluError as error:
            return self._asking(call, "resume.html", error)
        return await self._onward(call, call.seat, call.guest.person)

    async def unlock_page(self, call: Call) -> Response:
        """Ask for the passphrase of the handler's key."""
        return self._asking(call, "unlock.html")

    async def unlock(self, call: Call) -> Response:
        """Open the handler's key, and give what it opens to handlers who joined since."""
        handler = call.visitor.handler
        if handler is None:
            raise AccessDenied(texts.NOT_YOURS)
        try:
            await self._door.unlock(handler, call.form.get("secret_passphrase"), call.seat.token, call.now)
        except YanluError as error:
            return self._asking(call, "unlock.html", error)
        async with self._frame.parts.database.transaction(call.now) as work:
            guest, directory = await self._frame.visitor(work, call.seat, call.now)
            fresh = Call(call.request, call.seat, call.form, call.now, directory, guest)
            await shared(await self._frame.sitting(work, fresh))
        address = "/console/cases" if not call.form.get("again") else own_address(call.form.get("again"))
        return await self._onward(call, call.seat, call.visitor.person, address)

    async def lock(self, call: Call) -> Response:
        """Put the handler's key away."""
        async with self._frame.parts.database.transaction(call.now) as work:
            await work.console_sessions.lock(call.seat.token)
        return self._frame.back(HOME, "locked")

    async def sign_out(self, call: Call) -> Response:
        """End the session, or all of the person's."""
        everywhere = call.form.get("everywhere") == "yes"
        await self._door.sign_out(call.seat.token, call.now, everywhere=everywhere)
        response = RedirectResponse(f"{SIGN_IN}?said=signed_out", 303)
        self._frame.seats.drop(response, call.request)
        return response

    async def _in(self, call: Call, seat: Seat, person: str) -> Response:
        response = await self._onward(call, seat, person)
        self._frame.seats.put(response, call.request, seat)
        return response

    async def _onward(self, call: Call, seat: Seat, person: str, address: str = "") -> Response:
        """Go where somebody wanted to; a form that was kept is shown to its own person, to be sent again."""
        again = address or own_address(call.form.get("again"))
        kept = _carried(call)
        if not kept:
            return self._frame.back(again)
        if call.form.get("kept_by") != self._frame.by(person):
            return self._frame.back(HOME)
        async with self._frame.parts.database.transaction(call.now) as work:
            guest, directory = await self._frame.visitor(work, seat, call.now)
        fresh = Call(call.request, seat, call.form, call.now, directory, guest)
        return self._frame.page(fresh, "again.html", texts, target=again, kept=kept)

    def _asking(self, call: Call, name: str, error: YanluError | None = None, *, code: str = "") -> Response:
        """Show a form of the entrance, with what was typed into it and what it carries along."""
        return self._frame.page(
            call,
            name,
            texts,
            status=200 if error is None else 403,
            alert="" if error is None else str(error),
            again=call.form.get("again") or call.asked("again"),
            kept=_carried(call),
            kept_by=call.form.get("kept_by"),
            lost_file=False,
            typed={**kept_fields(call.form.fields), **({"code": code} if code else {})},
        )


def _carried(call: Call) -> dict[str, str]:
    return {
        name.removeprefix(_KEPT): value
        for name, value in call.form.fields.items()
        if name.startswith(_KEPT) and value
    }
