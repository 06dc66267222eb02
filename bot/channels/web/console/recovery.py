"""The recovery key of a handler's own organisation: made, and tried out. Administrators have no part in it."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.services.casework.rechecks import recovery_renewed
from storage import new_recovery
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import console_organisation as words

RECOVERY = "/console/recovery"


class RecoveryPages:
    """The pages of the recovery key."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(RECOVERY, "handler", self.show, unlocked=True, area="cases"),
            ConsolePage(f"{RECOVERY}/make", "handler", self.make, "POST", unlocked=True),
            ConsolePage(f"{RECOVERY}/drill", "handler", self.drill, "POST", unlocked=True),
        )

    async def show(self, call: Call) -> Response:
        """Say whether the organisation has one, and since when."""
        return await self._page(call)

    async def make(self, call: Call) -> Response:
        """Make a new key, shown this once to be printed, and seal to it what this handler can open."""
        public, printed = new_recovery()
        async with self._database.transaction(call.now) as work:
            if not await call.first_time(work):
                return self._frame.back(RECOVERY, "made_before")
            sitting = await self._frame.sitting(work, call)
            made = await work.handlers.set_recovery(sitting.unlocked.handler.organisation, public, call.today)
            await recovery_renewed(sitting)
            await work.audit.append(
                f"handler:{sitting.unlocked.handler.id}", f"recovery:{made.id}", None, call.today
            )
        return await self._page(call, printed=printed)

    async def drill(self, call: Call) -> Response:
        """Prove that the printed key would save every case; nothing is opened."""
        try:
            async with self._database.transaction(call.now) as work:
                found = await work.handlers.drill(self._place(call), call.form.get("secret_paper"))
                result = "passed" if found.passed else "failed"
                await work.audit.append(f"handler:{self._handler(call)}", f"drill:{result}", None, call.today)
        except AccessDenied as error:
            return await self._page(call, alert=str(error))
        return self._frame.back(RECOVERY, f"drill_{result}")

    async def _page(self, call: Call, *, printed: str = "", alert: str = "") -> Response:
        async with self._database.transaction(call.now) as work:
            current = await work.handlers.recovery(self._place(call))
        return self._frame.page(
            call,
            "recovery.html",
            words,
            area="cases",
            status=422 if alert else 200,
            alert=alert,
            unit=call.directory.organisation(self._place(call)).name,
            current=current,
            printed=printed,
        )

    @staticmethod
    def _place(call: Call) -> str:
        handler = call.visitor.handler
        if handler is None:
            raise YanluError(words.NO_UNIT)
        return handler.organisation

    @staticmethod
    def _handler(call: Call) -> str:
        handler = call.visitor.handler
        return "" if handler is None else handler.id
