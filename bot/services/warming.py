"""How duties stand, worked out before anybody asks: at the start, after midnight, and when posts have changed.

The first look at a city's coverage would else count all its talks of the year. It is done in parts, so that nobody's
page waits for more than one of them; what is kept follows every later change by itself.
"""

import asyncio
import logging
from datetime import date

from bot.services.clock import BEIJING, Clock
from bot.services.duties import Period
from bot.services.reminding import reminded_since
from bot.services.standing_kept import KeptStanding
from storage import Database

EVERY_SECONDS = 30.0

log = logging.getLogger(__name__)


class Warming:
    """`run` it beside the pages."""

    def __init__(self, database: Database, kept: KeptStanding, clock: Clock) -> None:
        self._database = database
        self._kept = kept
        self._clock = clock

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            try:
                await self.tick()
            except Exception as error:  # noqa: BLE001 - whoever asks first has it counted then
                log.warning("duties were not counted beforehand: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def tick(self) -> None:
        """Work out this year, last year, and what the first page of the desk lists."""
        now = self._clock()
        today = now.astimezone(BEIJING).date()
        async with self._database.transaction(now) as work:
            reminded = Period(await reminded_since(work, today), date(today.year, 12, 31))
        for period in (Period.year(today.year), reminded, Period.year(today.year - 1)):
            await self._kept.prepare(self._database, now, period, today)
