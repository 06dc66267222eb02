"""What goes on by itself: rechecks when people or handlers changed, notices, erasure. Called again and again."""

import logging
from datetime import date, datetime

from bot.services.casework.access import Desk
from bot.services.casework.rechecks import recheck
from bot.services.casework.reminding import CaseNotices
from bot.services.casework.retention import erase_expired
from bot.services.casework.settling import settled
from bot.services.clock import BEIJING
from bot.services.unit_calendar import INSTALLATION, OFFICIAL
from storage import Database

log = logging.getLogger(__name__)


class CaseChores:
    """`tick` it every minute or so, in as many workers as there are."""

    def __init__(self, database: Database, desk: Desk, notices: CaseNotices) -> None:
        self._database = database
        self._desk = desk
        self._notices = notices
        self._erased: date | None = None
        self._years: frozenset[str] | None = None

    async def tick(self, now: datetime) -> int:
        """Do what there is to do; gives how many notices were told. The recheck comes before any notice."""
        today = now.astimezone(BEIJING).date()
        await self.recheck(now, today)
        if self._erased != today:
            await erase_expired(self._database, today)
            self._erased = today
        return await self._notices.tick(now)

    async def recheck(self, now: datetime, today: date) -> bool:
        """Look at every case if people, posts or handlers changed since, or the day did; tell whether it was done.

        Also when an official calendar was added meanwhile: days by which a case must move come to be known.
        """
        async with self._database.transaction(now) as work:
            years = frozenset(await work.unit_settings.get(INSTALLATION, OFFICIAL) or ())
            further, self._years = self._years is not None and years != self._years, years
            if further:
                await recheck(work, self._desk, today)
        return await settled(self._database, self._desk, now, today, daily=True) or further
