"""The first page after signing in: what waits for this person."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.channels.web.console.due import Part, Person, due_of
from bot.channels.web.console.frame import HOME, Call, ConsolePage, Frame
from bot.services.calendar_end import CalendarEnd, calendar_end
from bot.services.unit_calendar import load_calendars
from bot.services.working_days import WorkingDays
from storage import UnitOfWork
from yanlu.texts import console as texts
from yanlu.texts import console_coverage as due_texts


class HomePages:
    """The first page."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._kept = frame.parts.kept

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (ConsolePage(HOME, "signed", self.home, area="home"),)

    async def home(self, call: Call) -> Response:
        """Show posts, what is offered and what waits."""
        person = call.visitor.person
        database = self._frame.parts.database
        due: Sequence[Part] = ()
        keeps = "keeper" in call.visitor.rights
        if keeps:
            own = Person(person, call.directory, call.today)
            watches = "coverage" in call.visitor.rights
            due = await due_of(database, call.now, self._kept, own, watches=watches)
        async with database.transaction(call.now) as work:
            offer = await work.accounts.offer_of(person)
            ends = await _calendar_end(work, call) if "administrator" in call.visitor.rights else None
        return self._frame.page(
            call,
            "home.html",
            texts,
            area="home",
            offered=offer is not None and call.visitor.handler is None,
            keeps=keeps,
            calendar_ends=ends,
            due=due,
            due_texts=due_texts,
            posts=[
                (call.directory.organisation(each.organisation).name, each.title)
                for each in call.directory.posts_of(person, call.today)
            ],
        )


async def _calendar_end(work: UnitOfWork, call: Call) -> CalendarEnd | None:
    """What to tell an administrator of the working calendar's end."""
    years = (await load_calendars(work, call.directory)).years
    return calendar_end(WorkingDays(years={each.year: each for each in years}), call.today)
