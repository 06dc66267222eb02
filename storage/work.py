"""A unit of work: everything one turn changes, committed as one."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from storage.accounts import Accounts
from storage.audit import Audit
from storage.bindings import Bindings
from storage.case_files import CaseFiles
from storage.case_lists import CaseLists
from storage.case_messages import CaseMessages
from storage.cases import Cases
from storage.console_sessions import ConsoleSessions
from storage.documents import Documents
from storage.drafts import Drafts, DraftStore
from storage.feedback import Feedback
from storage.handlers import Handlers
from storage.invitations import Invitations
from storage.jobs import Jobs
from storage.ledger import Ledger
from storage.ledger_changes import LedgerWatch
from storage.outbox import Outbox
from storage.passing import PassingTable
from storage.people import People
from storage.plans import Plans
from storage.questions import Questions
from storage.reminders import Reminders
from storage.rotation import Seals
from storage.sealing import KeyRing
from storage.session import Session
from storage.standing import Standing
from storage.tickets import Tickets
from storage.unit_settings import UnitSettings
from storage.updates import Updates


class UnitOfWork:
    """One transaction, with the tables it may touch. Made by `Database.transaction`; dead after its block."""

    def __init__(
        self,
        session: Session,
        keys: KeyRing,
        now: datetime,
        lock: Callable[[Session, str], Awaitable[None]],
        passing: DraftStore | None = None,
    ) -> None:
        """`passing`: where drafts of reports are, None for the table that is in no backup."""
        self._session = session
        self._lock = lock
        self.now = now
        self.updates = Updates(session, keys, now)
        self.drafts: DraftStore = Drafts(session, keys, now)
        self.outbox = Outbox(session, keys)
        self.documents = Documents(session)
        self.questions = Questions(session, keys)
        self.feedback = Feedback(session, keys)
        self.people = People(session)
        self.invitations = Invitations(session, keys, now)
        self.bindings = Bindings(session, keys)
        self.unit_settings = UnitSettings(session)
        self.ledger = Ledger(session, keys)
        self.ledger_watch = LedgerWatch(session)
        self.tickets = Tickets(session, keys)
        self.plans = Plans(session, keys)
        self.standing = Standing(session, keys)
        self.reminders = Reminders(session)
        self.handlers = Handlers(session, keys)
        self.cases = Cases(session, keys)
        self.case_lists = CaseLists(session, keys)
        self.case_messages = CaseMessages(session)
        self.case_files = CaseFiles(session)
        self.audit = Audit(session, keys, lock)
        self.accounts = Accounts(session, keys)
        self.console_sessions = ConsoleSessions(session, keys)
        self.jobs = Jobs(session, keys)
        self.passing: DraftStore = passing or PassingTable(session, keys, now)
        self.seals = Seals(session, keys)

    async def lock(self, conversation_key: str) -> None:
        """Wait for other workers' turns of this conversation; held until the transaction ends."""
        await self._lock(self._session, conversation_key)
