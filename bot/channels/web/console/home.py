"""The first page after signing in: what waits for this person."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.channels.web.console.frame import HOME, Call, ConsolePage, Frame
from yanlu.texts import console as texts


class HomePages:
    """The first page."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (ConsolePage(HOME, "signed", self.home, area="home"),)

    async def home(self, call: Call) -> Response:
        """Show posts, what is offered and what waits."""
        person = call.visitor.person
        async with self._frame.parts.database.transaction(call.now) as work:
            offer = await work.accounts.offer_of(person)
        return self._frame.page(
            call,
            "home.html",
            texts,
            area="home",
            offered=offer is not None and call.visitor.handler is None,
            due="",
            posts=[
                (call.directory.organisation(each.organisation).name, each.title)
                for each in call.directory.posts_of(person, call.today)
            ],
        )
