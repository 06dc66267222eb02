"""Work on a case, step by step, in a handler's unlocked session and one transaction each.

Every step passes the door (`access.opened`) and leaves its mark in the audit log: who, what, which case, which sitting.day,
and no word of any content. The log comes last, as its lock is held until the commit.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.services.casework.access import Desk, Sitting
from bot.services.casework.deadlines import kept_until, next_deadline
from bot.services.casework.open_deadlines import counted
from bot.services.casework.statuses import CLOSING, FINAL, FOLLOWING, is_open, may_follow, told
from bot.services.reports.content import Contact, FileLabel, Message, MessageKind, Report
from storage import AuditEntry, CaseKey, CaseRow, InternalStatus, OpenCase, ReporterStatus, UnitOfWork
from yanlu.errors import CalendarUnknown, YanluError
from yanlu.texts import casework as texts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of the conversation, with its day."""

    position: int
    day: date
    message: Message = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the case, without its content."""

    position: int
    day: date
    label: FileLabel


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """All of a case but the contents of its files. `contact` is None for an anonymous one, or one withdrawn."""

    row: CaseRow
    report: Report = field(repr=False)
    contact: Contact | None = field(repr=False)
    messages: tuple[Spoken, ...] = field(repr=False)
    files: tuple[Attachment, ...] = field(repr=False)


async def read_case(sitting: Sitting, number: str) -> CaseFolder:
    """Read a case. Raises AccessDenied as `access.opened` does."""
    case = await sitting.opened(number)
    contact = await sitting.work.cases.contact(case.key)
    folder = CaseFolder(
        case.row,
        Report.unpacked(await sitting.work.cases.report(case.key)),
        Contact.unpacked(contact) if contact else None,
        tuple(
            [
                Spoken(each.position, each.day, Message.unpacked(each.content))
                for each in await sitting.work.case_messages.of(case.key)
            ]
        ),
        tuple(
            [
                Attachment(each.position, each.day, FileLabel.unpacked(each.name))
                for each in await sitting.work.case_files.of(case.key)
            ]
        ),
    )
    await sitting.recorded("open", number)
    return folder


async def read_file(sitting: Sitting, number: str, position: int) -> AsyncIterator[bytes]:
    """A file's content piece by piece, for the length of the transaction. Raises as `CaseFiles.open`."""
    case = await sitting.opened(number)
    await sitting.recorded(f"file:{position}", number)
    async for piece in sitting.work.case_files.open(case.key, position):
        yield piece


async def read_attachment(sitting: Sitting, number: str, position: int) -> tuple[FileLabel, bytes]:
    """A whole file with what is said of it, once every piece of it has proved sound. Raises YanluError for none."""
    case = await sitting.opened(number)
    labels = {each.position: each.name for each in await sitting.work.case_files.of(case.key)}
    if position not in labels:
        raise YanluError(texts.NO_SUCH_FILE, next_step=texts.NO_SUCH_FILE_NEXT)
    pieces = [each async for each in read_file(sitting, number, position)]
    return FileLabel.unpacked(labels[position]), b"".join(pieces)


async def read_steps(sitting: Sitting, number: str) -> Sequence[AuditEntry]:
    """The steps of a case that are on record so far; that they were looked at is put on record too."""
    await sitting.opened(number)
    steps = await sitting.work.audit.of(number)
    await sitting.recorded("audit", number)
    return steps


async def ask(sitting: Sitting, number: str, text: str) -> None:
    """Ask the reporter something; until they answer they are told "incomplete". Raises YanluError once closed."""
    case = await _open_still(sitting, number)
    await _say(sitting, case.key, "question", text)
    row = case.row
    await _told_as(sitting.work, row, told(row.internal, asked=True), sitting.day)
    await sitting.recorded("ask", number)


async def answer(sitting: Sitting, number: str, text: str) -> None:
    """Write to the reporter without asking anything back; also after closing."""
    case = await sitting.taken(number)
    await _say(sitting, case.key, "notice", text)
    await sitting.recorded("answer", number)


async def set_status(sitting: Sitting, number: str, then: InternalStatus) -> None:
    """Take a case to another internal status; the reporter is told what the table says.

    Raises YanluError for a status that may not follow, or that only `close` reaches.
    """
    case = await sitting.taken(number)
    row = case.row
    if then in CLOSING or not may_follow(row.internal, then):
        raise YanluError(texts.may_not_follow(row.internal, then), next_step=_next_of(row.internal))
    status = row.status if then == "archived" else told(then)
    standing = row.due or await counted(sitting.work, row, sitting.desk)
    due = due_of(then, sitting.day, standing, sitting.desk)
    keep = row.erase_after if then == "archived" else None
    await sitting.work.cases.set_status(number, status, then, sitting.day, due=due, erase_after=keep)
    await sitting.recorded(f"status:{then}", number)


async def close(sitting: Sitting, number: str, outcome: str, *, outside: bool = False) -> None:
    """Close a case and tell the reporter how it ended; without an outcome it is told later, by the same function.

    `outside`: it does not belong here; then the outcome must say where to turn (附去向). Raises YanluError from a
    status that cannot be closed, and for `outside` without words.
    """
    case = await sitting.taken(number)
    then: InternalStatus = "answered" if outcome.strip() else "answer_due"
    if outside and then != "answered":
        raise YanluError(texts.OUTSIDE_NEEDS_ROAD, next_step=texts.OUTSIDE_NEEDS_ROAD_NEXT)
    if not may_follow(case.row.internal, then):
        raise YanluError(texts.may_not_follow(case.row.internal, then), next_step=_next_of(case.row.internal))
    status: ReporterStatus = "outside" if outside else "closed"
    if then == "answered":
        await _say(sitting, case.key, "outcome", outcome)
    due = due_of(then, sitting.day, case.row.due, sitting.desk)
    keep = kept_until(case.row.closed or sitting.day, sitting.desk.terms)
    await sitting.work.cases.set_status(number, status, then, sitting.day, due=due, erase_after=keep)
    await sitting.recorded(f"close:{then}", number)


async def merge(sitting: Sitting, number: str, target: str) -> None:
    """Close a case as a duplicate of another that the handler can open as well; its reporter is told so.

    Both keep their readers and receipts. Raises AccessDenied for either, YanluError when they cannot be merged.
    """
    for each in sorted({number, target}):  # in one order everywhere, so that nobody waits in a circle
        await sitting.taken(each)
    case = await _open_still(sitting, number)
    await _open_still(sitting, target)
    await _say(sitting, case.key, "outcome", texts.MERGED_OUTCOME)
    keep = kept_until(sitting.day, sitting.desk.terms)
    if not await sitting.work.cases.merge_into(number, target, sitting.day, erase_after=keep):
        raise YanluError(texts.CANNOT_MERGE, next_step=texts.CANNOT_MERGE_NEXT)
    await sitting.recorded("merge", number)
    await sitting.recorded("merged", target)


async def reopened(work: UnitOfWork, desk: Desk, case: OpenCase, day: date) -> None:
    """Take a closed case into review after an objection or new evidence (异议/补证复核); an open one stays.

    For the reporter's side, which has the case by its receipt; handlers do the same by `set_status`.
    """
    row = case.row
    if is_open(row.status):
        return
    due = due_of("review", day, None, await desk.at(work, row.organisation))
    await work.cases.set_status(row.number, told("review"), "review", day, due=due)


async def replied(work: UnitOfWork, case: OpenCase, day: date) -> None:
    """Take "incomplete" from a case whose reporter answered; others stay as they are."""
    row = case.row
    if row.status == "incomplete":
        await _told_as(work, row, told(row.internal), day)


def due_of(then: InternalStatus, day: date, standing: date | None, desk: Desk) -> date | None:
    """The deadline of a case that goes into a status; None, with an error in the log, where no calendar reaches.

    A report is not held up by a missing calendar: the queue shows such a case as one whose deadline is unknown, and
    `reminding` computes it once the calendar is there.
    """
    try:
        deadline = next_deadline(then, day, standing, desk.terms, desk.calendar)
    except CalendarUnknown:
        log.error("the working calendar does not reach far enough beyond %s for a deadline", day)  # noqa: TRY400 - no trace is needed
        return None
    return deadline.day if deadline else None


def _next_of(internal: InternalStatus) -> str:
    return texts.may_follow_next([each for each in FOLLOWING if each in FOLLOWING[internal]])


async def _open_still(sitting: Sitting, number: str) -> OpenCase:
    case = await sitting.taken(number)
    if case.row.status in FINAL:
        raise YanluError(texts.CLOSED_ALREADY, next_step=texts.CLOSED_ALREADY_NEXT)
    return case


async def _say(sitting: Sitting, key: CaseKey, kind: MessageKind, text: str) -> None:
    message = Message(side="handler", kind=kind, text=checked_text(text))
    await sitting.work.case_messages.add(key, message.packed(), sitting.day)


def checked_text(text: str) -> str:
    """A handler's text without the blanks around it. Raises YanluError when nothing is left, or too much."""
    text = text.strip()
    if not text or len(text) > MOST_TEXT:
        raise YanluError(texts.bad_text(MOST_TEXT))
    return text


MOST_TEXT = 4_000


async def _told_as(work: UnitOfWork, row: CaseRow, status: ReporterStatus, day: date) -> None:
    kept = {"due": row.due, "erase_after": row.erase_after}
    await work.cases.set_status(row.number, status, row.internal, day, **kept)
