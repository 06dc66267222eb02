"""The only composition root: settings in, a house with everything wired out."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversation.channel import Channel
from bot.conversation.courier import Courier
from bot.conversation.intents import Intent
from bot.conversation.router import Router
from bot.conversation.turns import TurnTaker
from bot.dialogs.handin import HandInDialog
from bot.dialogs.notices import notify
from bot.dialogs.welcome import WelcomeDialog
from bot.services.accounts import IDLE, LONGEST
from bot.services.casework.access import Desk
from bot.services.casework.chores import CaseChores
from bot.services.casework.reminding import CaseNotices
from bot.services.clock import Clock, beijing_now
from bot.services.directory import DirectoryService
from bot.services.library import LibraryService, MakeDense
from bot.services.reminding import ReminderService
from bot.services.standing import StandingService
from bot.services.working_days import WorkingDays
from bot.settings import Settings, revealed
from bot.state import prepared
from storage import Database, load_keys

if TYPE_CHECKING:
    from bot.conversation.dialog import Dialog
    from knowledge.rephrasing import Rephraser
    from knowledge.retrieval.dense import DenseLeg
    from knowledge.talks.reader import TalkReader

INTENTS: Mapping[Intent, str] = {
    "question": "ask",
    "smalltalk": "welcome",
    "help": "welcome",
    "record": "talk",
    "plan": "plan",
    "report": "report",
    "track": "track",
    "statistics": "standing",
}
REFRESH_SECONDS = 3.0
REMIND_SECONDS = 15.0
CASE_SECONDS = 60.0
PURGE_SECONDS = 24 * 3600.0
RESULTS_KEPT = timedelta(days=1)
HISTORY_KEPT = timedelta(days=365)
"""Of long jobs in the console."""
UPDATES_KEPT = timedelta(days=7)
"""Telegram keeps an undelivered update for a day; a week is ample."""

log = logging.getLogger(__name__)


@dataclass
class House:
    """The parts that every command shares."""

    settings: Settings
    database: Database
    library: LibraryService
    directories: DirectoryService
    standing: StandingService
    reminders: ReminderService
    desk: Desk
    clock: Clock
    _talks: "TalkReader | None" = None

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, clock: Clock = beijing_now) -> AsyncIterator["House"]:
        """Open the state folder and the migrated database for the length of the block."""
        home = prepared(settings.home)
        keys = await load_keys(settings.database, key_file=home / "keys", setting=revealed(settings.key))
        database = Database.open(settings.database, keys=keys, clock=clock)
        directories = DirectoryService(database)
        standing = StandingService(directories)
        try:
            await database.migrate()
            yield cls(
                settings,
                database,
                LibraryService(database, home, clock, _dense(settings), _rephraser(settings)),
                directories,
                standing,
                ReminderService(database, directories, standing, WorkingDays(), notify),
                Desk(directories, WorkingDays()),
                clock,
            )
        finally:
            await database.close()

    async def router(self) -> Router:
        """Give the router over all dialogs, with the answerer ready."""
        from bot.dialogs.ask import AskDialog, AskReader
        from bot.dialogs.desk_link import DeskLinkDialog
        from bot.dialogs.job_reader import JobReader
        from bot.dialogs.joining import JoiningDialog
        from bot.dialogs.log_job import log_dialogs
        from bot.dialogs.report_job import report_dialogs
        from bot.services.invitations import looks_like_code
        from bot.services.reports.tracking import asks_to_track, looks_like_receipt

        await self.library.refresh()
        talks = self.talks()
        joining = JoiningDialog(self.directories)
        parts: list[Dialog] = [
            AskDialog(self.library),
            joining,
            DeskLinkDialog(self.directories, self.settings.web_address),
            *log_dialogs(self.directories, self.standing, talks),
            *report_dialogs(self.desk),
            HandInDialog(),
        ]
        others = {name: words for part in parts for name, words in part.commands.items()}
        reader = JobReader(AskReader(self.library), talks)
        welcome = WelcomeDialog(others, arrive=joining.joined)
        shapes: dict[Callable[[str], bool], str] = {
            looks_like_code: joining.name,
            looks_like_receipt: "track",
            asks_to_track: "track",
        }
        return Router([welcome, *parts], reader, INTENTS, shapes)

    def talks(self) -> "TalkReader":
        """Give the reader of talk sentences, made once."""
        if self._talks is None:
            from knowledge.talks.reader import TalkReader

            self._talks = TalkReader.open(self.settings.home)
        return self._talks

    @asynccontextmanager
    async def taker(self, router: Router, channels: Iterable[Channel]) -> AsyncIterator[TurnTaker]:
        """Give the taker of turns, with deliveries, refreshing and purging going on meanwhile."""
        courier = Courier(self.database, channels, self.clock)
        chores = [
            asyncio.create_task(chore)
            for chore in (
                courier.run(),
                self._refreshing(),
                self._purging(),
                self._reminding(),
                self._minding_cases(),
            )
        ]
        try:
            yield TurnTaker(self.database, router, courier)
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await courier.close()

    async def _refreshing(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await self.library.refresh()
            except Exception as error:  # noqa: BLE001 - the answerer at hand serves on
                log.warning("the library was not refreshed: %s", type(error).__name__)

    async def _reminding(self) -> None:
        while True:
            await asyncio.sleep(REMIND_SECONDS)
            try:
                await self.reminders.tick(self.clock())
            except Exception as error:  # noqa: BLE001 - what is due stays due
                log.warning("no reminder was sent: %s", type(error).__name__)

    async def _minding_cases(self) -> None:
        notices = CaseNotices(self.database, self.desk, notify, random.SystemRandom())
        chores = CaseChores(self.database, self.desk, notices)
        while True:
            try:
                async with self.database.transaction() as work:
                    await work.console_sessions.lock_idle(self.clock() - IDLE)
                await chores.tick(self.clock())
            except Exception as error:  # noqa: BLE001 - what is due stays due
                log.warning("cases were not minded: %s", type(error).__name__)
            await asyncio.sleep(CASE_SECONDS)

    async def _purging(self) -> None:
        while True:
            try:
                async with self.database.transaction() as work:
                    await work.updates.purge((self.clock() - UPDATES_KEPT).date())
                    await work.drafts.purge(self.clock())
                    await work.passing.purge(self.clock())
                    await work.seat_pages.purge(self.clock())
                    await work.console_sessions.purge(self.clock() - LONGEST)
                    await work.accounts.purge_links(self.clock())
                    await work.accounts.purge_history(self.clock() - HISTORY_KEPT)
                    await work.jobs.purge(self.clock() - RESULTS_KEPT)
            except Exception as error:  # noqa: BLE001 - tried again the next day
                log.warning("nothing was purged: %s", type(error).__name__)
            await asyncio.sleep(PURGE_SECONDS)


def _rephraser(settings: Settings) -> "Rephraser | None":
    if not settings.chat_model:
        return None
    from knowledge.rephrasing import Rephraser, chat_model

    return Rephraser(chat_model(settings.chat_model), timeout=settings.chat_timeout)


def _dense(settings: Settings) -> MakeDense | None:
    """Say how to make the dense leg; None where it would say nothing that BM25 does not."""
    if settings.embeddings == "off":
        # The default: the local vector was measured to add nothing to BM25 over the same words (docs/adr/0002).
        return None
    return lambda: dense_leg(settings)


def dense_leg(settings: Settings) -> "DenseLeg":
    """Give the dense leg that the settings ask for. Raises VectorsUnavailable on a bad server address."""
    from knowledge.retrieval.dense import DenseLeg
    from knowledge.retrieval.embedders import Embedder, EndpointEmbedder, HashedEmbedder, ModelEmbedder

    embedder: Embedder = HashedEmbedder()
    if settings.embeddings == "endpoint":
        key = revealed(settings.embedding_key)
        embedder = EndpointEmbedder(settings.embedding_url or "", settings.embedding_model or "", key)
    elif settings.embeddings == "model" and settings.embedding_path is not None:
        embedder = ModelEmbedder(settings.embedding_path)
    if settings.chroma_url:
        return DenseLeg.on_server(settings.chroma_url, embedder)
    return DenseLeg.embedded(settings.home / "vectors", embedder)
