"""All dialogs of the record job."""

from bot.conversation.dialog import Dialog
from bot.dialogs.excuse import ExcuseDialog
from bot.dialogs.ledger import LedgerDialog
from bot.dialogs.planning import PlanDialog, PlansDialog
from bot.dialogs.records import ConfirmationDialog, RecordsDialog, VoidDialog
from bot.dialogs.reminding import RemindingDialog
from bot.dialogs.standing import StandingDialog
from bot.dialogs.talk import TalkDialog
from bot.dialogs.tickets import TicketsDialog, ticket_steps
from bot.services.directory import DirectoryService
from bot.services.standing import StandingService
from knowledge.records import load_record_kinds
from knowledge.talks.reader import TalkReader


def log_dialogs(directories: DirectoryService, standing: StandingService, reader: TalkReader) -> list[Dialog]:
    """The dialogs, in the order in which their commands are listed."""
    return [
        TalkDialog(directories, reader),
        RecordsDialog(directories),
        TicketsDialog(directories),
        StandingDialog(directories, standing),
        PlanDialog(directories, reader),
        PlansDialog(directories),
        RemindingDialog(directories, standing),
        VoidDialog(directories),
        ExcuseDialog(directories, standing),
        ConfirmationDialog(directories),
        *ticket_steps(directories),
        *(LedgerDialog(kind, directories) for kind in load_record_kinds().ledgers),
    ]
