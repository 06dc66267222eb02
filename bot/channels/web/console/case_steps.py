"""What a handler does with a case: each step a form, one transaction, and back to the case with a line that says so."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.responses import Response

from bot.channels.web.console.case import CasePages, number_of
from bot.channels.web.console.cases import CASES
from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.services.casework import handling, transferring
from bot.services.casework.access import Sitting
from bot.services.casework.statuses import FOLLOWING
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import casework as texts

Step = Callable[[Sitting, str], Awaitable[None]]


class CaseSteps:
    """The forms on the page of a case."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._case = CasePages(frame)

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        steps = {
            "ask": self.ask,
            "answer": self.answer,
            "status": self.status,
            "transfer": self.transfer,
            "merge": self.merge,
            "close": self.close,
        }
        return [
            ConsolePage(f"{CASES}/{{number}}/{name}", "handler", step, "POST", unlocked=True)
            for name, step in steps.items()
        ]

    async def ask(self, call: Call) -> Response:
        """Ask the reporter something."""
        return await self._done(call, "asked", lambda at, of: handling.ask(at, of, call.form.get("question")))

    async def answer(self, call: Call) -> Response:
        """Tell the reporter something."""
        return await self._done(
            call, "answered", lambda at, of: handling.answer(at, of, call.form.get("notice"))
        )

    async def status(self, call: Call) -> Response:
        """Take the case to another status."""

        async def step(at: Sitting, number: str) -> None:
            then = next((each for each in FOLLOWING if each == call.form.get("status")), None)
            if then is None:
                raise YanluError(texts.NO_SUCH_STATUS)
            await handling.set_status(at, number, then)

        return await self._done(call, "status", step)

    async def transfer(self, call: Call) -> Response:
        """Hand the case over; it is out of this handler's sight then."""
        return await self._done(
            call,
            "transferred",
            lambda at, of: transferring.transfer(
                at, of, call.form.get("organisation"), call.form.get("reason")
            ),
            gone=True,
        )

    async def merge(self, call: Call) -> Response:
        """Close the case as a duplicate of another."""
        target = call.form.get("target").strip().upper()
        return await self._done(call, "merged", lambda at, of: handling.merge(at, of, target))

    async def close(self, call: Call) -> Response:
        """Close the case, or tell how a closed one ended."""
        outcome, outside = call.form.get("outcome"), call.form.get("outside") == "yes"
        said = "outside" if outside else "closed" if outcome.strip() else "closed_untold"
        return await self._done(call, said, lambda at, of: handling.close(at, of, outcome, outside=outside))

    async def _done(self, call: Call, said: str, step: Step, *, gone: bool = False) -> Response:
        """Do a step once; one that is refused shows the case again, with the reason and what was typed."""
        number = number_of(call)
        try:
            async with self._frame.parts.database.transaction(call.now) as work:
                if await call.first_time(work):
                    await step(await self._frame.sitting(work, call), number)
        except AccessDenied:
            raise
        except YanluError as error:
            return await self._case.shown(call, str(error), 422)
        return self._frame.back(CASES if gone else f"{CASES}/{number}", said)
