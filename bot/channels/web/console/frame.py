"""The frame of every page of the console: who is there, what they may open, and forms that come back.

A page is a `ConsolePage`: path, method, the right it takes, and a function from a `Call` to a response. Nothing else
looks at cookies or tokens. A form that comes after its session ended or was locked is shown again, with all that was
typed, as soon as the same person has signed in.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import ModuleType
from typing import Literal
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.web.console.parts import ConsoleParts
from bot.channels.web.console.rights import Right, rights_of
from bot.channels.web.pages import Pages
from bot.channels.web.security import Seat, Seats, Sign, from_elsewhere, genuine, once, same_site, update_of
from bot.channels.web.uploads import Intake, Posted, Upload
from bot.services.accounts import Visit
from bot.services.casework.access import Sitting
from bot.services.clock import BEIJING
from bot.services.directory import Directory
from storage import Handler, UnitOfWork, Unlocked
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import casework as case_texts
from yanlu.texts import console as texts

COOKIE = "yanlu_desk"
HOME = "/console"
SIGN_IN = "/console/sign-in"
RESUME = "/console/resume"
UNLOCK = "/console/unlock"
_NOT_KEPT = re.compile(r"(form|once|again|by|(secret_|kept\.).*)")
"""Fields that are never carried over to another page; passphrases and codes are named `secret_…`."""
_ADDRESS = re.compile(r"/console(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the console, and what they may open. `handler` receives reports; `unlocked` with the key at hand."""

    person: str
    name: str
    rights: frozenset[Right]
    handler: Handler | None
    unlocked: Unlocked | None
    visit: Visit


@dataclass(frozen=True, slots=True)
class Call:
    """One request for a page: by whom, with which form (empty for GET), at what time."""

    request: Request
    seat: Seat
    form: Posted
    now: datetime
    directory: Directory
    guest: Visitor | None = None

    @property
    def visitor(self) -> Visitor:
        """Who is there. Raises AccessDenied on a page for anyone, where nobody may be."""
        if self.guest is None:
            raise AccessDenied(texts.SIGN_IN_FIRST)
        return self.guest

    @property
    def today(self) -> date:
        """The day in the office's zone."""
        return self.now.astimezone(BEIJING).date()

    def asked(self, name: str) -> str:
        """Give a query parameter, "" without one."""
        return self.request.query_params.get(name, "")

    def place(self, name: str) -> str:
        """Give a part of the path."""
        return str(self.request.path_params[name])

    @property
    def upload(self) -> Upload | None:
        """The file that came with the form."""
        return self.form.upload

    async def first_time(self, work: UnitOfWork) -> bool:
        """Tell whether this form arrives for the first time; ask inside the transaction that does what it says."""
        update = update_of(self.seat, self.form.get("once"), self.request.url.path)
        return update is not None and await work.updates.first_time("console", update)


Handle = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """A page. `unlocked`: only with the handler's key at hand; `area` names the entry of the navigation it is under."""

    path: str
    right: Right
    handle: Handle
    method: Literal["GET", "POST"] = "GET"
    unlocked: bool = False
    area: str = ""


class Frame:
    """Lets calls through to pages, and makes the responses they share."""

    def __init__(self, parts: ConsoleParts, pages: Pages, sign: Sign) -> None:
        self.parts = parts
        self._pages = pages
        self._sign = sign
        self.seats = Seats(sign, COOKIE)

    def route(self, page: ConsolePage) -> Route:
        """Give the route of a page, guarded."""

        async def endpoint(request: Request) -> Response:
            known = self.seats.of(request)
            if known is None and page.method == "GET" and from_elsewhere(request):
                return self._pages.onward()
            call = await self._call(page, request, known or self.seats.new())
            try:
                response = self._refused(page, call) or await page.handle(call)
            except YanluError as error:
                response = self.problem(call, error)
            if known is None and "set-cookie" not in response.headers:
                self.seats.put(response, request, call.seat)
            return response

        return Route(page.path, endpoint, methods=[page.method], name=f"{page.method} {page.path}")

    def page(  # noqa: PLR0913 - each is said by name
        self,
        call: Call,
        name: str,
        words: ModuleType,
        *,
        area: str = "",
        status: int = 200,
        alert: str = "",
        mark: str = "",
        **values: object,
    ) -> Response:
        """Render `templates/console/NAME`, with an area's own `words`; `alert` is said at the top.

        `mark` is the id of the page's forms, where something is to know them by it.
        """
        said = getattr(words, "SAID", {}).get(call.asked("said"), "")
        return self._pages.page(
            f"console/{name}",
            status,
            words=words,
            frame=texts,
            area=area,
            visitor=call.guest,
            navigation=navigation(call.guest),
            form_token=call.seat.form_token,
            once=mark or once(),
            by=self.by(call.guest.person) if call.guest else "",
            here=call.request.url.path,
            said=said,
            alert=alert,
            today=call.today,
            **values,
        )

    def by(self, person: str) -> str:
        """Give the mark that forms carry, by which what one person typed is not shown to the next at the desk."""
        return self._sign("console.by", person)

    @staticmethod
    def back(address: str, said: str = "", **query: str) -> Response:
        """Send the browser to a page (Post/Redirect/Get), which says `SAID[said]` of its words."""
        asked = {**query, **({"said": said} if said else {})}
        return RedirectResponse(address + (f"?{urlencode(asked)}" if asked else ""), 303)

    def problem(self, call: Call, error: YanluError, status: int = 422) -> Response:
        """Say what happened, what was kept and what to do next; what was typed stands below it, to be sent again."""
        return self.page(
            call,
            "problem.html",
            texts,
            status=403 if isinstance(error, AccessDenied) else status,
            error=error,
            kept=kept_fields(call.form.fields),
            target=call.request.url.path,
        )

    async def sitting(self, work: UnitOfWork, call: Call) -> Sitting:
        """Seat the unlocked handler for a transaction. Raises AccessDenied when the key is not at hand."""
        unlocked = call.visitor.unlocked
        if unlocked is None:
            raise AccessDenied(case_texts.SESSION_ENDED, next_step=case_texts.SESSION_ENDED_NEXT)
        desk = await self.parts.desk.at(work, unlocked.handler.organisation)
        return Sitting(work, desk, unlocked, call.today)

    async def visitor(self, work: UnitOfWork, seat: Seat, now: datetime) -> tuple[Visitor | None, Directory]:
        """Say who is at a seat, with the directory of the transaction."""
        directory = await self.parts.directories.of(work)
        visit = await self.parts.door.visit(work, seat.token, now)
        if visit is None or visit.person not in directory.people:
            return None, directory
        handler = await work.handlers.by_person(visit.person)
        unlocked = None
        if handler is not None and not visit.locked:
            unlocked = work.console_sessions.unlocked(seat.token, visit.session, handler)
        rights = rights_of(visit.person, directory, handler, now.astimezone(BEIJING).date())
        name = directory.people[visit.person].name
        return Visitor(visit.person, name, rights, handler, unlocked, visit), directory

    async def _call(self, page: ConsolePage, request: Request, seat: Seat) -> Call:
        form = await (await self._intake(seat)).read(request) if page.method == "POST" else Posted()
        now = self.parts.clock()
        async with self.parts.database.transaction(now) as work:
            guest, directory = await self.visitor(work, seat, now)
        return Call(request, seat, form, now, directory, guest)

    async def _intake(self, seat: Seat) -> Intake:
        async with self.parts.database.transaction(self.parts.clock()) as work:
            known = await work.console_sessions.get(seat.token) is not None
        return self.parts.intake if known else self.parts.guests

    def _refused(self, page: ConsolePage, call: Call) -> Response | None:
        """Give the response to a call that must not reach its page; None for one that may."""
        if page.method == "POST" and not same_site(call.request):
            return self._pages.error(403)
        if page.right != "anyone" and (call.guest is None or call.guest.visit.locked):
            return self._sent_to(SIGN_IN if call.guest is None else RESUME, call)
        if call.form.status:
            return self.problem(call, YanluError(call.form.problem), call.form.status)
        return self._forbidden(page, call)

    def _forbidden(self, page: ConsolePage, call: Call) -> Response | None:
        if page.method == "POST" and not genuine(call.seat, call.form.get("form")):
            return self.problem(call, YanluError(texts.FORM_STALE, kept=texts.FORM_KEPT), 403)
        if page.right != "anyone" and page.right not in call.visitor.rights:
            return self.problem(call, AccessDenied(texts.NOT_YOURS, next_step=texts.NOT_YOURS_NEXT))
        if page.unlocked and call.visitor.unlocked is None:
            return self._sent_to(UNLOCK, call)
        return None

    def _sent_to(self, address: str, call: Call) -> Response:
        """Ask to sign in or unlock first; a form that came is kept in the page that asks."""
        if call.request.method == "GET":
            again = call.request.url.path
            query = {"again": again} if again != HOME else {}
            return self.back(address, **query)
        return self.page(
            call,
            f"{address.rpartition('/')[2]}.html",
            texts,
            status=403,
            again=call.request.url.path,
            kept=kept_fields(call.form.fields),
            kept_by=call.form.get("by"),
            lost_file=call.upload is not None or bool(call.form.status),
            alert=texts.SESSION_PAUSED,
            typed={},
        )


def kept_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Give what was typed and may be carried over: no secrets, no tokens, no empty ones."""
    return {name: value for name, value in fields.items() if value and not _NOT_KEPT.fullmatch(name)}


def new_passphrase(call: Call) -> str:
    """Give the new passphrase when it was typed twice alike. Raises AccessDenied when it was not."""
    passphrase = call.form.get("secret_new")
    if passphrase != call.form.get("secret_again"):
        raise AccessDenied(texts.NOT_ALIKE, next_step=texts.NOT_ALIKE_NEXT)
    return passphrase


def own_address(text: str) -> str:
    """Give an address of the console as it is, that of its first page for anything else."""
    return text if _ADDRESS.fullmatch(text) else HOME


def navigation(visitor: Visitor | None) -> Sequence[tuple[str, str, str]]:
    """Give the entries of the navigation somebody has: (area, words, address)."""
    if visitor is None or visitor.visit.locked:
        return ()
    return [(area, words, address) for area, words, address, right in _AREAS if right in visitor.rights]


_AREAS: Sequence[tuple[str, str, str, Right]] = (
    ("home", texts.NAV_HOME, HOME, "signed"),
    ("cases", texts.NAV_CASES, "/console/cases", "handler"),
    ("records", texts.NAV_RECORDS, "/console/records", "keeper"),
    ("coverage", texts.NAV_COVERAGE, "/console/coverage", "coverage"),
    ("documents", texts.NAV_DOCUMENTS, "/console/documents", "administrator"),
    ("organisation", texts.NAV_ORGANISATION, "/console/organisation", "administrator"),
    ("account", texts.NAV_ACCOUNT, "/console/account", "signed"),
)
