"""Who receives reports, for which organisation: offered here, taken up by each person themselves.

An administrator never holds a key: they name people; the passphrase is the person's own (`account`), and the
recovery key is made by the handlers (`recovery`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import of_all
from bot.channels.web.console.organisation import AREA, ROOT
from bot.services.account_keys import may_receive
from bot.services.casework.rechecks import recheck
from yanlu.errors import YanluError
from yanlu.texts import console_organisation as words

HANDLERS = f"{ROOT}/handlers"


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who receives reports, or is offered to (`since` None)."""

    person: str
    who: str
    organisation: str
    since: date | None
    offered: date | None = None


class AuthorityPages:
    """The pages of those who receive reports."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(HANDLERS, "administrator", self.list, area=AREA),
            ConsolePage(f"{HANDLERS}/offer", "administrator", self.offer, "POST"),
            ConsolePage(f"{HANDLERS}/withdraw", "administrator", self.withdraw, "POST"),
            ConsolePage(f"{HANDLERS}/revoke", "administrator", self.revoke, "POST"),
        )

    async def list(self, call: Call) -> Response:
        """List who receives reports, who is offered to, and which organisations have a recovery key."""
        return await self._page(call)

    async def offer(self, call: Call) -> Response:
        """Offer somebody to receive an organisation's reports."""
        directory = call.directory
        person = directory.person_called(call.form.get("person").strip())
        place = directory.organisation_called(call.form.get("organisation").strip())
        if person is None or place is None:
            return await self._page(call, words.OFFER_WHOM if person is None else words.OFFER_WHERE)
        if not may_receive(person.id, directory, call.now):
            return await self._page(call, words.OFFER_NO_POST)
        async with self._database.transaction(call.now) as work:
            if await work.handlers.by_person(person.id) is not None:
                raise YanluError(words.OFFER_HAS)
            if await call.first_time(work):
                await work.accounts.offer(person.id, place.id, call.today)
        return self._frame.back(HANDLERS, "offered")

    async def withdraw(self, call: Call) -> Response:
        """Take an offer back."""
        async with self._database.transaction(call.now) as work:
            await work.accounts.drop_offer(call.form.get("person"))
        return self._frame.back(HANDLERS, "withdrawn")

    async def revoke(self, call: Call) -> Response:
        """End somebody's receiving of reports: they open nothing any more, in whatever browser."""
        person = call.form.get("person")
        async with self._database.transaction(call.now) as work:
            handler = await work.handlers.by_person(person)
            if handler is None:
                return self._frame.back(HANDLERS, "ended")
            await work.handlers.revoke(handler.id, call.today)
            await work.console_sessions.lock_of(person)
            await recheck(work, self._frame.parts.desk, call.today)
            await work.audit.append("system", f"revoke:{handler.id}", None, call.today)
        return self._frame.back(HANDLERS, "ended")

    async def _page(self, call: Call, alert: str = "") -> Response:
        directory = call.directory

        def described(
            person: str, organisation: str, since: date | None, offered: date | None = None
        ) -> Authority:
            who = directory.who(person, call.today).shown
            return Authority(person, who, directory.organisation(organisation).name, since, offered)

        async with self._database.transaction(call.now) as work:
            handlers = await work.handlers.all()
            offers = await work.accounts.offers()
            places = dict.fromkeys(each.organisation for each in handlers)
            recovery = [
                (directory.organisation(each).name, await work.handlers.recovery(each)) for each in places
            ]
        return self._frame.page(
            call,
            "organisation-handlers.html",
            words,
            area=AREA,
            status=422 if alert else 200,
            alert=alert,
            handlers=of_all(
                call, [described(each.person, each.organisation, each.enrolled) for each in handlers]
            ),
            offers=[described(each.person, each.organisation, None, each.offered) for each in offers],
            recovery=recovery,
            typed=call.form.fields if alert else {},
        )
