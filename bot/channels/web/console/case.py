"""One case as its handlers see it: all of it on a page, its files, its steps on record, and a sheet to print."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from bot.channels.web.console.cases import AREA, CASES
from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import of_all
from bot.channels.web.pages import attachment
from bot.services.attachments.kinds import Kind
from bot.services.casework import handling
from bot.services.casework.deadlines import overdue, term_of
from bot.services.casework.handling import CaseFolder
from bot.services.casework.open_deadlines import left_open
from bot.services.casework.statuses import CLOSING, FOLLOWING, is_open, to_choose
from bot.services.casework.transferring import transfer_targets
from bot.services.directory import Directory
from storage import UnitOfWork
from storage.case_writing import no_such_case
from yanlu.texts import casework as case_texts
from yanlu.texts import console_cases as texts

_NUMBER = re.compile("[0-9A-Z]{10}")
_TYPES = frozenset(each.value.media_type for each in Kind)
_ENDINGS = frozenset(each.value.ending for each in Kind)
_UNKNOWN = "application/octet-stream"


class CasePages:
    """The pages that show a case."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        case = f"{CASES}/{{number}}"
        return (
            ConsolePage(case, "handler", self.case, unlocked=True, area=AREA),
            ConsolePage(f"{case}/sheet", "handler", self.sheet, unlocked=True, area=AREA),
            ConsolePage(f"{case}/steps", "handler", self.steps, unlocked=True, area=AREA),
            ConsolePage(f"{case}/files/{{position}}", "handler", self.file, unlocked=True),
        )

    async def case(self, call: Call) -> Response:
        """Show a case."""
        return await self.shown(call)

    async def shown(self, call: Call, alert: str = "", status: int = 200) -> Response:
        """Show a case; with an `alert`, also what was typed and not done."""
        number = number_of(call)
        async with self._database.transaction(call.now) as work:
            sitting = await self._frame.sitting(work, call)
            folder = await handling.read_case(sitting, number)
            targets = await transfer_targets(sitting, number) if is_open(folder.row.status) else ()
            merged = folder.row.merged_into
            seen = merged if merged is not None and await sitting.may_see(merged) else ""
        row = folder.row
        return self._frame.page(
            call,
            "case.html",
            texts,
            area=AREA,
            alert=alert,
            status=status,
            targets=[(each, _name(call.directory, each)) for each in targets],
            choices=[(each, case_texts.INTERNAL[each]) for each in to_choose(row.internal)],
            closing=frozenset(CLOSING & FOLLOWING[row.internal]),
            open_still=is_open(row.status),
            merged=seen,
            typed=dict(call.form.fields),
            **_told(call, folder),
        )

    async def sheet(self, call: Call) -> Response:
        """Give a sheet to print; name and contact stand on it only when asked for."""
        async with self._database.transaction(call.now) as work:
            folder = await handling.read_case(await self._frame.sitting(work, call), number_of(call))
        return self._frame.page(
            call,
            "case-sheet.html",
            texts,
            area=AREA,
            with_contact=call.asked("contact") == "yes",
            **_told(call, folder),
        )

    async def steps(self, call: Call) -> Response:
        """Show who did what with a case."""
        number = number_of(call)
        async with self._database.transaction(call.now) as work:
            found = await handling.read_steps(await self._frame.sitting(work, call), number)
            people = await _handlers_named(work, call.directory)
        lines = [
            (each.id, each.day, _actor(each.actor, people), step_words(each.action, people, call.directory))
            for each in reversed(found)
        ]
        return self._frame.page(
            call, "case-steps.html", texts, area=AREA, number=number, steps=of_all(call, lines)
        )

    async def file(self, call: Call) -> Response:
        """Give an attachment to save, never to be shown in place.

        It is read whole inside the transaction, piece by piece, and leaves after it: a slow browser holds no lock,
        and a damaged file is refused before its first byte has left.
        """
        number, position = number_of(call), call.place("position")
        place = int(position) if position.isdecimal() and len(position) < 6 else 0
        async with self._database.transaction(call.now) as work:
            sitting = await self._frame.sitting(work, call)
            label, content = await handling.read_attachment(sitting, number, place)
        ending = label.ending if label.ending in _ENDINGS else ""
        kind = label.media_type if label.media_type in _TYPES else _UNKNOWN
        return attachment(texts.file_name(number, place, ending), content, kind)


def number_of(call: Call) -> str:
    """Give the case's number in the address. Raises AccessDenied, as for an unknown case, for what can be none."""
    number = call.place("number").upper()
    if not _NUMBER.fullmatch(number):
        raise no_such_case()
    return number


def step_words(action: str, people: Mapping[str, str], directory: Directory) -> str:
    """Say what was done, by its word in the audit log."""
    if action in texts.DONE:
        return texts.DONE[action]
    kind, _, rest = action.partition(":")
    if kind == "file":
        return texts.file_step(rest)
    if kind == "status":
        return texts.status_step(case_texts.INTERNAL.get(rest, rest))
    if kind in {"transfer", "resealed"}:
        name = _name(directory, rest)
        return texts.transfer_step(name) if kind == "transfer" else texts.resealed_step(name)
    if kind == "withdrawn":
        return texts.withdrawn_step(people.get(rest, texts.FORMER))
    return texts.notice_step(rest.partition(":")[0]) if kind == "notice" else action


def _told(call: Call, folder: CaseFolder) -> dict[str, Any]:
    """What page and sheet have in common."""
    row = folder.row
    return {
        "folder": folder,
        "row": row,
        "receiver": _name(call.directory, row.organisation),
        "due_words": _due_words(folder),
        "late": texts.OVERDUE if overdue(row.due, call.today) else texts.LATE if row.late else "",
        "casework": case_texts,
    }


def _due_words(folder: CaseFolder) -> str:
    """What is said after the day of the deadline, or in its place."""
    if left_open(folder.row):
        return texts.UNKNOWN_DUE_WHY
    term, basis = term_of(folder.row.internal)
    return texts.deadline(term, basis, named=folder.contact is not None) if folder.row.due else texts.NO_DUE


def _name(directory: Directory, organisation: str) -> str:
    found = directory.organisations.get(organisation)
    return organisation if found is None else found.name


async def _handlers_named(work: UnitOfWork, directory: Directory) -> Mapping[str, str]:
    found = {each.id: directory.people.get(each.person) for each in await work.handlers.all()}
    return {id_: person.name for id_, person in found.items() if person is not None}


def _actor(actor: str, people: Mapping[str, str]) -> str:
    kind, _, rest = actor.partition(":")
    return people.get(rest, texts.FORMER) if kind == "handler" else texts.ACTORS.get(actor, actor)
