"""All dialogs of the report job."""

from bot.conversation.dialog import Dialog
from bot.dialogs.report import ReportDialog
from bot.dialogs.report_attachments import HOUSE_BYTES, HOUSE_WINDOW
from bot.dialogs.track import TrackDialog
from bot.dialogs.track_adding import AddingDialog
from bot.services.casework.access import Desk
from bot.services.reports.guesses import Allowance, Guesses


def report_dialogs(desk: Desk) -> list[Dialog]:
    """The dialogs, in the order in which their commands are listed; they share one allowance for attachments."""
    room = Allowance(HOUSE_BYTES, HOUSE_WINDOW)
    track = TrackDialog(desk, Guesses())
    return [ReportDialog(desk, room), track, AddingDialog(desk, track, room)]
