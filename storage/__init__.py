"""What is kept: tables, sealing, migrations. Knows nothing of chats or policies.

keys = await load_keys(url, key_file=home / "keys")
database = Database.open(url, keys=keys)
await database.migrate()
async with database.transaction(now) as work:
    if await work.updates.first_time(channel, update):
        await work.outbox.put(channel, address, payload, now)
"""

from storage.accounts import Account, HandlerOffer, SignIn, SignInEvent
from storage.backup import BackupContents, back_up, kept_keys, restore
from storage.case_rows import (
    AuditEntry,
    CaseFile,
    CaseMessage,
    CaseRow,
    Drill,
    FiledCase,
    Handler,
    InternalStatus,
    NewCase,
    OpenCase,
    RecoveryKey,
    ReporterStatus,
    RoutedCase,
    RoutingFacts,
)
from storage.console_sessions import ConsoleSession
from storage.database import Database, load_keys
from storage.drafts import DraftStore
from storage.handler_keys import (
    LEAST,
    MODERATE,
    Cost,
    HandlerKeys,
    Unlocked,
    new_keys,
    new_recovery,
    rewrapped,
    unlock,
)
from storage.jobs import Job, JobResult, JobState
from storage.key_file import rotated
from storage.ledger_rows import (
    Confirmation,
    ConfirmationState,
    Excuse,
    NewPlan,
    NewRecord,
    NewTicket,
    Part,
    PlanState,
    RecordEntry,
    RecordPerson,
    RecordQuery,
    RecordState,
    Reminder,
    StoredPlan,
    StoredRecord,
    StoredTicket,
    TicketKind,
    TicketNote,
    TicketQuery,
)
from storage.people_rows import (
    Binding,
    Invitation,
    Organisation,
    Person,
    Post,
    Redemption,
    RedemptionState,
    Role,
)
from storage.report_sealing import CaseKey
from storage.rotation import reseal
from storage.rows import (
    FeedbackCount,
    OutboxRow,
    StoredCitation,
    StoredDocument,
    StoredPassage,
    StoredQuestion,
)
from storage.sealing import KeyRing
from storage.work import UnitOfWork

__all__ = [
    "LEAST",
    "MODERATE",
    "Account",
    "AuditEntry",
    "BackupContents",
    "Binding",
    "CaseFile",
    "CaseKey",
    "CaseMessage",
    "CaseRow",
    "Confirmation",
    "ConfirmationState",
    "ConsoleSession",
    "Cost",
    "Database",
    "DraftStore",
    "Drill",
    "Excuse",
    "FeedbackCount",
    "FiledCase",
    "Handler",
    "HandlerKeys",
    "HandlerOffer",
    "InternalStatus",
    "Invitation",
    "Job",
    "JobResult",
    "JobState",
    "KeyRing",
    "NewCase",
    "NewPlan",
    "NewRecord",
    "NewTicket",
    "OpenCase",
    "Organisation",
    "OutboxRow",
    "Part",
    "Person",
    "PlanState",
    "Post",
    "RecordEntry",
    "RecordPerson",
    "RecordQuery",
    "RecordState",
    "RecoveryKey",
    "Redemption",
    "RedemptionState",
    "Reminder",
    "ReporterStatus",
    "Role",
    "RoutedCase",
    "RoutingFacts",
    "SignIn",
    "SignInEvent",
    "StoredCitation",
    "StoredDocument",
    "StoredPassage",
    "StoredPlan",
    "StoredQuestion",
    "StoredRecord",
    "StoredTicket",
    "TicketKind",
    "TicketNote",
    "TicketQuery",
    "UnitOfWork",
    "Unlocked",
    "back_up",
    "kept_keys",
    "load_keys",
    "new_keys",
    "new_recovery",
    "reseal",
    "restore",
    "rewrapped",
    "rotated",
    "unlock",
]
