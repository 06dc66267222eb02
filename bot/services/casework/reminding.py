"""Notices on cases: number, category, priority, deadline and a link, each exactly once to each recipient.

That a notice was told is a line of the audit log, written in the transaction that puts it into the outbox: a killed
worker neither loses nor doubles it, and no time finer than the day is kept of it. Each recipient has a transaction of
their own, so that one who cannot be written to silences nobody; whoever has no conversation yet is told once they
have joined.

What follows a reporter's own act (a new case, something added) leaves after a random delay, so that whoever sees both
chats cannot match them by time. The delay is drawn for every case, because the server does not know which are
anonymous; it is kept in memory only, and drawn anew after a restart. Of several workers the first to come sends.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime
from random import Random
from typing import Literal

from bot.conversation.messages import Say
from bot.services.casework.access import Desk
from bot.services.casework.notices import Notice
from bot.services.casework.watching import NoticeWatch
from bot.services.clock import BEIJING
from bot.services.reminding import Tell
from storage import Database
from yanlu.texts import casework as texts

log = logging.getLogger(__name__)

SYSTEM = "system"


class CaseNotices:
    """`tick` it every minute or so, in as many workers as there are."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        tell: Tell,
        random: Random,
        link: Callable[[str], str] | None = None,
    ) -> None:
        """`random` draws the delays: a SystemRandom but in tests. `link` gives a case's page."""
        self._database = database
        self._watch = NoticeWatch(database, desk, random)
        self._tell = tell
        self._link = link

    async def tick(self, now: datetime) -> int:
        """Tell what is to be told; gives how many notices were."""
        today = now.astimezone(BEIJING).date()
        await self._watch.look(now, today)
        told, unreached = 0, set[str]()
        for each in self._watch.due(now):
            if each.person not in unreached:
                outcome = await self._once(each, now, today)
                told += outcome == "told"
                if outcome == "nowhere":  # no conversation, so none for what else waits for them
                    unreached.add(each.person)
        return told

    async def _once(
        self, notice: Notice, now: datetime, today: date
    ) -> Literal["told", "before", "nowhere", "failed"]:
        """Tell a notice if nobody did before."""
        number = notice.row.number
        try:
            async with self._database.transaction(now) as work:
                await work.lock("case notices")
                done = any(each.action == notice.key for each in await work.audit.of(number))
                if not done and await self._tell(work, notice.person, self._say(notice), now) == 0:
                    return "nowhere"
                if not done:
                    await work.audit.append(SYSTEM, notice.key, number, today)
        except Exception as error:  # noqa: BLE001 - one recipient never silences the others
            log.warning("a notice on a case was not told: %s", type(error).__name__)
            return "failed"
        self._watch.told(number, notice.key)
        return "before" if done else "told"

    def _say(self, notice: Notice) -> Say:
        row = notice.row
        link = self._link(row.number) if self._link else None
        return Say(texts.notice(notice.kind, row.number, row.category, row.due, link, priority=row.priority))
