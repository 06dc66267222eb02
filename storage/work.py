"""A unit of work: everything one turn changes, committed as one."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cached_property

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
from storage.seats import SeatPages
from storage.session import Session
from storage.standing import Standing
from storage.tickets import Tickets
from storage.unit_settings import UnitSettings
from storage.updates import Updates


class UnitOfWork:
    """One transaction, with the tables it may touch. Made by `Database.transaction`; dead after its block.

    A table's object is made when it is first asked for: most turns touch four of them.
    """

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
        self._keys = keys
        self._lock = lock
        self._passing = passing
        self.now = now

    @cached_property
    def updates(self) -> Updates:  # noqa: D102 - named by its type
        return Updates(self._session, self._keys, self.now)

    @cached_property
    def drafts(self) -> DraftStore:  # noqa: D102 - named by its type
        return Drafts(self._session, self._keys, self.now)

    @cached_property
    def outbox(self) -> Outbox:  # noqa: D102 - named by its type
        return Outbox(self._session, self._keys)

    @cached_property
    def documents(self) -> Documents:  # noqa: D102 - named by its type
        return Documents(self._session)

    @cached_property
    def questions(self) -> Questions:  # noqa: D102 - named by its type
        return Questions(self._session, self._keys)

    @cached_property
    def feedback(self) -> Feedback:  # noqa: D102 - named by its type
        return Feedback(self._session, self._keys)

    @cached_property
    def people(self) -> People:  # noqa: D102 - named by its type
        return People(self._session)

    @cached_property
    def invitations(self) -> Invitations:  # noqa: D102 - named by its type
        return Invitations(self._session, self._keys, self.now)

    @cached_property
    def bindings(self) -> Bindings:  # noqa: D102 - named by its type
        return Bindings(self._session, self._keys)

    @cached_property
    def unit_settings(self) -> UnitSettings:  # noqa: D102 - named by its type
        return UnitSettings(self._session)

    @cached_property
    def ledger(self) -> Ledger:  # noqa: D102 - named by its type
        return Ledger(self._session, self._keys)

    @cached_property
    def ledger_watch(self) -> LedgerWatch:  # noqa: D102 - named by its type
        return LedgerWatch(self._session)

    @cached_property
    def tickets(self) -> Tickets:  # noqa: D102 - named by its type
        return Tickets(self._session, self._keys)

    @cached_property
    def plans(self) -> Plans:  # noqa: D102 - named by its type
        return Plans(self._session, self._keys)

    @cached_property
    def standing(self) -> Standing:  # noqa: D102 - named by its type
        return Standing(self._session, self._keys)

    @cached_property
    def reminders(self) -> Reminders:  # noqa: D102 - named by its type
        return Reminders(self._session)

    @cached_property
    def handlers(self) -> Handlers:  # noqa: D102 - named by its type
        return Handlers(self._session, self._keys)

    @cached_property
    def cases(self) -> Cases:  # noqa: D102 - named by its type
        return Cases(self._session, self._keys)

    @cached_property
    def case_lists(self) -> CaseLists:  # noqa: D102 - named by its type
        return CaseLists(self._session, self._keys)

    @cached_property
    def case_messages(self) -> CaseMessages:  # noqa: D102 - named by its type
        return CaseMessages(self._session)

    @cached_property
    def case_files(self) -> CaseFiles:  # noqa: D102 - named by its type
        return CaseFiles(self._session)

    @cached_property
    def audit(self) -> Audit:  # noqa: D102 - named by its type
        return Audit(self._session, self._keys, self._lock)

    @cached_property
    def accounts(self) -> Accounts:  # noqa: D102 - named by its type
        return Accounts(self._session, self._keys)

    @cached_property
    def console_sessions(self) -> ConsoleSessions:  # noqa: D102 - named by its type
        return ConsoleSessions(self._session, self._keys)

    @cached_property
    def jobs(self) -> Jobs:  # noqa: D102 - named by its type
        return Jobs(self._session, self._keys)

    @cached_property
    def passing(self) -> DraftStore:  # noqa: D102 - named by its type
        return self._passing or PassingTable(self._session, self._keys, self.now)

    @cached_property
    def seals(self) -> Seals:  # noqa: D102 - named by its type
        return Seals(self._session, self._keys)

    @cached_property
    def seat_pages(self) -> SeatPages:  # noqa: D102 - named by its type
        return SeatPages(self._session, self._keys)

    async def lock(self, conversation_key: str) -> None:
        """Wait for other workers' turns of this conversation; held until the transaction ends."""
        await self._lock(self._session, conversation_key)
