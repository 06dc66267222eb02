"""The audit log for administrators: whether it is whole, and what was done to the house itself.

Nothing of cases is shown, not even how many steps they took: entries have no numbers here.
"""

from collections.abc import Sequence

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import listed
from bot.channels.web.console.organisation import AREA, ROOT
from storage import UnitOfWork
from yanlu.texts import console_organisation as words

AUDIT = f"{ROOT}/audit"


class AuditPages:
    """The page of the audit log."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(AUDIT, "administrator", self.show, area=AREA),
            ConsolePage(f"{AUDIT}/verify", "administrator", self.verify, "POST"),
        )

    async def show(self, call: Call) -> Response:
        """Show the steps that concern no case, the latest first."""
        return await self._page(call)

    async def verify(self, call: Call) -> Response:
        """Check the whole chain."""
        async with self._database.transaction(call.now) as work:
            broken = await work.audit.verify()
        return self._frame.back(AUDIT, "whole" if broken is None else "broken")

    async def _page(self, call: Call) -> Response:
        async with self._database.transaction(call.now) as work:
            total = await work.audit.general_length()
            steps = await listed(
                call, total, lambda limit, offset: work.audit.general(limit=limit, offset=offset)
            )
            shown = [
                (each.day, await _actor(call, work, each.actor), await _step(call, work, each.action))
                for each in steps.rows
            ]
        return self._frame.page(call, "organisation-audit.html", words, area=AREA, steps=steps, shown=shown)


async def _actor(call: Call, work: UnitOfWork, actor: str) -> str:
    kind, _, id_ = actor.partition(":")
    return await _named(call, work, id_) if kind == "handler" else words.SYSTEM


async def _step(call: Call, work: UnitOfWork, action: str) -> str:
    """Say what was done, and to whom where it concerns a handler."""
    kind, _, id_ = action.partition(":")
    said = words.STEPS.get(action) or words.STEPS.get(kind, words.OTHER_STEP)
    return f"{said}({await _named(call, work, id_)})" if kind in words.STEPS_ON_HANDLERS else said


async def _named(call: Call, work: UnitOfWork, id_: str) -> str:
    handler = await work.handlers.get(id_)
    if handler is None or handler.person not in call.directory.people:
        return words.SOMEBODY
    return call.directory.person(handler.person).name
