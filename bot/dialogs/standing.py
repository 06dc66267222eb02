"""Where one stands, by sentence or command: who is still to be talked with, what is overdue, files and figures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_fields import Answers, Ask, Form, Labels
from bot.conversation.messages import Choice, OutgoingFile, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.record_lines import entry_line, ticket_line
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk_form import Sentence
from bot.services.coverage import Coverage, Met
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.entitlements import may, may_ticket, may_unit
from bot.services.record_files import (
    Reader,
    export_query,
    ledger_file,
    statement_file,
    year_file,
)
from bot.services.standing import StandingService
from bot.services.standing_requests import Request, requested
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from storage import Excuse, RecordEntry, RecordQuery, StoredTicket, TicketQuery
from yanlu.texts import records as record_texts
from yanlu.texts import standing_dialog as texts
from yanlu.texts.conversation import STALE_CHOICE

MOST_LISTED = 30
MOST_EXCUSES = 6
_COMMANDS = {"todo": "owed", "stats": "figures", "export": "export", "statement": "statement"}


class StandingDialog:
    """Answers the intent statistics and its commands; "standing:WHAT:YEAR" asks again for a year."""

    name = "standing"
    commands: ClassVar[Mapping[str, str]] = {
        "todo": texts.COMMAND_TODO,
        "stats": texts.COMMAND_STATS,
        "export": texts.COMMAND_EXPORT,
        "statement": texts.COMMAND_STATEMENT,
    }

    def __init__(self, directories: DirectoryService, standing: StandingService) -> None:
        self._directories = directories
        self._standing = standing

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer a sentence, a command or a choice."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(record_texts.NOT_BOUND)]
        if not seat.posts:
            return [Say(texts.NO_POST)]
        request = _request_of(turn, seat, scene)
        if request is None:
            return [Say(STALE_CHOICE)]
        answers = {
            "owed": self._owed,
            "coverage": self._coverage,
            "held": self._held,
            "tickets": self._tickets,
            "export": self._export,
            "tickets_export": self._export,
            "statement": self._statement,
            "figures": self._figures,
        }
        return await answers[request.what](request, seat, scene)

    async def _owed(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        covered, whose = await self._coverage_of(request, seat, scene)
        if covered is None:
            return [Say(texts.NOT_ENTITLED)]
        total = covered.total
        missing = covered.overdue if request.overdue else covered.open
        lines = [
            texts.owed_lead(
                whose, request.period.label, total.needed, total.held, total.missing, total.overdue
            )
        ]
        lines += dict.fromkeys(
            texts.cadence_of(each.obligation.talk_type, each.obligation.cadence.words)
            for each in covered.mets
        )
        lines += [self._met_line(each, seat) for each in missing[:MOST_LISTED]]
        if len(missing) > MOST_LISTED:
            lines.append(texts.and_more(len(missing) - MOST_LISTED))
        if not missing:
            lines.append(texts.NOTHING_OVERDUE if request.overdue else texts.NOTHING_OWED)
        return [Say("\n".join(lines), choices=(*_excuse_rows(missing, seat), _file_row(request.period)))]

    async def _coverage(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        covered, whose = await self._coverage_of(request, seat, scene)
        if covered is None:
            return [Say(texts.NOT_ENTITLED)]
        total = covered.total
        lines = [texts.share_lead(whose, request.period.label, total.held, total.needed)]
        lines += [
            texts.share_line(talk_type, tally.held, tally.needed, tally.overdue)
            for talk_type, tally in covered.by_type.items()
        ]
        places = covered.by_organisation
        if len(places) > 1:
            lines.append(texts.BY_ORGANISATION)
            names = seat.directory.organisations
            lines += [
                texts.share_line(names[id_].name, tally.held, tally.needed, tally.overdue)
                for id_, tally in sorted(
                    places.items(), key=lambda pair: (pair[1].share or 0, names[pair[0]].code)
                )[:MOST_LISTED]
            ]
        lines.append(texts.CADENCE)
        return [Say("\n".join(lines), choices=(_file_row(request.period),))]

    async def _coverage_of(self, request: Request, seat: Seat, scene: Scene) -> tuple[Coverage | None, str]:
        """The coverage that is meant, and whose it is; None where this person may not see it."""
        today, work = scene.now.date(), store(scene)
        unit = request.organisation or seat.unit or ""
        asked_wide = request.organisation is not None or _writes_for_others(seat)
        if asked_wide or (request.wide and not _owes_below(request)):
            if not may_unit(seat.person.id, "see", "coverage", unit, seat.directory, today):
                return None, ""
            covered = await self._standing.owed_in(
                work, unit, request.period, today, below=not _writes_for_others(seat)
            )
            whose = seat.directory.organisation(unit).name
        else:
            covered = await self._standing.owed_by(work, seat.person.id, request.period, today)
            whose = texts.YOU
        return covered.where(lambda each: _wanted(request, each.talk_type)), whose

    def _met_line(self, met: Met, seat: Seat) -> str:
        owed = met.obligation
        who = seat.directory.who(owed.subject, min(owed.due, met.today), owed.organisation)
        reason = met.excuse.reason if met.excuse else ""
        return texts.owed_line(
            who.shown, owed.talk_type, met.missing, owed.due, overdue=met.overdue, reason=reason
        )

    async def _held(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        entries = await self._entries(request, seat, scene)
        if not entries:
            return [Say(texts.nothing_held(request.period.label))]
        lines = [texts.held_lead(request.period.label, len(entries))]
        lines += [entry_line(each, seat) for each in entries[:MOST_LISTED]]
        if len(entries) > MOST_LISTED:
            lines.append(texts.and_more(len(entries) - MOST_LISTED))
        return [Say("\n".join(lines), choices=(_file_row(request.period),))]

    async def _entries(self, request: Request, seat: Seat, scene: Scene) -> list[RecordEntry]:
        """Filed records this person may see or count, of those that are meant."""
        today = scene.now.date()
        unit = request.organisation
        subjects = tuple(seat.directory.below(unit)) if unit else None
        own = request.person or (None if unit or request.wide or _writes_for_others(seat) else seat.person.id)
        query = RecordQuery(
            organisations=tuple(seat.directory.below(seat.unit))
            if own is None and unit is None and seat.unit
            else None,
            subjects_of=subjects,
            person=own,
            kinds=(request.ledger,) if request.ledger else (TALK,),
            talk_types=request.talk_types or None,
            since=request.period.start,
            until=request.period.end,
        )
        return [
            each
            for each in await store(scene).ledger.entries(query)
            if may(seat.person.id, "count", each, seat.directory, today)
        ]

    async def _tickets(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        today = scene.now.date()
        found = await self._tickets_meant(request, seat, scene)
        if not found:
            return [Say(texts.NO_OVERDUE_TICKETS if request.overdue else record_texts.NO_TICKETS)]
        lines = [texts.tickets_lead(len(found), overdue=request.overdue)]
        lines += [ticket_line(each, today) for each in found[:MOST_LISTED]]
        rows = [
            (Choice(f"{each.id}. {each.text[:12]}", f"tickets:show:{each.id}"),)
            for each in found[:MOST_EXCUSES]
        ]
        rows.append((Choice(texts.EXPORT_TICKETS, f"standing:tickets_export:{request.period.start.year}"),))
        return [Say("\n".join(lines), choices=tuple(rows))]

    async def _tickets_meant(self, request: Request, seat: Seat, scene: Scene) -> list[StoredTicket]:
        """Open tickets this person may see: of their units and below, of their talks, their own."""
        today, work = scene.now.date(), store(scene)
        units = {id_ for post in seat.posts for id_ in seat.directory.below(post.organisation)}
        if request.organisation is not None:
            units &= set(seat.directory.below(request.organisation))
        due = today if request.overdue else None
        found = await work.tickets.find(
            TicketQuery(organisations=tuple(sorted(units)), open=True, due_before=due), limit=500
        )
        allowed = []
        entries: dict[int, RecordEntry] = {}
        for ticket in found:
            if ticket.record not in entries:
                stored = await work.ledger.get(ticket.record)
                if stored is None:
                    continue
                entries[ticket.record] = stored.entry
            if may_ticket(seat.person.id, "see", ticket, entries[ticket.record], seat.directory, today):
                allowed.append(ticket)
        return allowed

    async def _export(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        today = scene.now.date()
        unit = request.organisation or seat.unit or ""
        query = export_query(
            tuple(seat.directory.below(unit)), request.talk_types, request.ledger, request.period
        )
        entries = [
            each
            for each in await store(scene).ledger.entries(query)
            if may(seat.person.id, "export", each, seat.directory, today)
        ]
        if not entries:
            return [Say(texts.nothing_to_export(request.period.label))]
        reader = Reader(seat.person.id, seat.directory, today)
        name = seat.directory.organisation(unit).name
        file = await ledger_file(store(scene), entries, name, request.period, reader)
        return [Say(texts.exported(request.period.label, len(entries)), file=file)]

    async def _statement(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        """述职材料 of a head: one's own, or that of the head one writes for."""
        today = scene.now.date()
        person = _head_of(seat, today)
        if person is None:
            return [Say(texts.NO_STATEMENT)]
        report = await self._standing.statement(store(scene), person, request.period.start.year, today)
        file: OutgoingFile = statement_file(report)
        return [Say(texts.STATEMENT_READY, file=file)]

    async def _figures(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        today = scene.now.date()
        unit = request.organisation or seat.unit or ""
        if not may_unit(seat.person.id, "count", "coverage", unit, seat.directory, today):
            return await self._held(request, seat, scene)
        entries = await self._entries(request, seat, scene)
        covered = await self._standing.owed_in(
            store(scene), unit, Period.year(request.period.start.year), today
        )
        counted = await self._standing.figures(
            store(scene), tuple(seat.directory.below(unit)), request.period, today
        )
        lines = [
            texts.figures_lead(
                seat.directory.organisation(unit).name, request.period.label, counted.talks.count
            )
        ]
        lines += [
            texts.figure_line(name, figure.count)
            for name, figure in counted.by_type.items()
            if _wanted(request, name)
        ]
        lines += [
            texts.figure_line(load_record_kinds().ledger(code).name, figure.count)
            for code, figure in counted.ledgers.items()
        ]
        tickets = counted.tickets
        lines.append(
            texts.ticket_figures(
                tickets.opened.count, tickets.closed.count, tickets.open.count, tickets.overdue.count
            )
        )
        lines.append(texts.marks(counted.supplementary.count, counted.alike.count, counted.void.count))
        file = year_file(entries, counted, covered, unit, Reader(seat.person.id, seat.directory, today))
        return [Say("\n".join(lines), choices=(_file_row(request.period),), file=file)]


class Reason(BaseModel):
    """Why a talk that was due has not been held."""

    subject: Annotated[str | None, Ask("", "", optional=True, hidden=True)] = None
    type: Annotated[str | None, Ask("", "", optional=True, hidden=True)] = None
    period: Annotated[str | None, Ask("", "", optional=True, hidden=True)] = None
    reason: Annotated[Sentence, Ask(texts.ASK_EXCUSE, texts.EXCUSE)]


class ExcuseDialog(FormDialog[Reason]):
    """Says why a talk was not held: "excuse:start:TYPE-INDEX:YEAR:PERSON"."""

    def __init__(self, directories: DirectoryService, standing: StandingService) -> None:
        super().__init__(
            Form("excuse", 1, Reason, texts.EXCUSE_TITLE, labels=Labels(confirm=texts.EXCUSE_CONFIRM))
        )
        self._directories = directories
        self._standing = standing

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Let only those explain who owe the talk, or write for them."""
        seat = await seat_of(scene, self._directories)
        if seat is None or not await self._owes(seat, _excused(turn), scene):
            return [Say(texts.NOT_ENTITLED)]
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - the base's signature
        """Which talk."""
        return _excused(turn)

    async def finish(self, filled: Reason, scene: Scene) -> Sequence[Say]:
        """Keep the reason."""
        seat = await seated(scene, self._directories)
        if not await self._owes(seat, filled.model_dump(), scene):
            return [Say(texts.NOT_ENTITLED)]
        excuse = Excuse(
            filled.subject or "",
            filled.type or "",
            filled.period or "",
            filled.reason,
            seat.person.id,
            scene.now,
        )
        await store(scene).standing.excuse(excuse)
        return [Say(texts.EXCUSED)]

    async def _owes(self, seat: Seat, wanted: Mapping[str, object], scene: Scene) -> bool:
        period = str(wanted.get("period") or "")
        if not period.isdecimal() or not seat.posts:
            return False
        today = scene.now.date()
        year = Period.year(int(period))
        covered = await self._standing.owed_by(store(scene), seat.person.id, year, today)
        if _writes_for_others(seat):
            covered = await self._standing.owed_in(store(scene), seat.unit or "", year, today, below=False)
        return any(
            (each.obligation.subject, each.obligation.talk_type)
            == (wanted.get("subject"), wanted.get("type"))
            for each in covered.mets
        )


def _request_of(turn: Turn, seat: Seat, scene: Scene) -> Request | None:
    """What a turn asks for; None for a choice that is none of ours."""
    if turn.kind == "choice":
        _, what, year = (*turn.text.split(":"), "", "")[:3]
        if what not in {"owed", "export", "tickets_export", "statement", "figures"} or not year.isdecimal():
            return None
        return Request(what, Period.year(int(year)))  # type: ignore[arg-type]  # one of the five above
    text = turn.text if turn.kind == "text" else turn.arguments
    request = requested(text, scene.now, seat.directory)
    if turn.kind == "command":
        from dataclasses import replace

        return replace(request, what=_COMMANDS[turn.text])  # type: ignore[arg-type]  # one of the values above
    return request


def _wanted(request: Request, talk_type: str) -> bool:
    """Tell whether a talk type is meant: named, or owed to those who are named (heads, members)."""
    if request.talk_types:
        return talk_type in request.talk_types
    duty = load_record_kinds().talk(talk_type).duty
    if request.role is None or duty is None:
        return True
    return request.role in duty.subjects


def _owes_below(request: Request) -> bool:
    """Tell whether "below" names whom the asker talks with, as in 下级一把手里我还有谁没谈."""
    return request.role == "head" or request.what == "owed"


def _writes_for_others(seat: Seat) -> bool:
    """Tell whether the first post is a clerk's: they ask for their unit."""
    return seat.posts[0].role in {"liaison", "staff", "section"}


def _head_of(seat: Seat, on: date) -> str | None:
    if any(post.role in {"head", "discipline", "organisation"} for post in seat.posts):
        return seat.person.id
    if _writes_for_others(seat) and seat.unit:
        heads = seat.directory.heads(seat.unit, on)
        return heads[0].id if heads else None
    return None


def _excuse_rows(missing: Sequence[Met], seat: Seat) -> tuple[tuple[Choice, ...], ...]:
    codes = [each.code for each in load_record_kinds().talks]
    rows = []
    for met in [each for each in missing if each.excuse is None][:MOST_EXCUSES]:
        owed = met.obligation
        name = seat.directory.person(owed.subject).name
        value = f"excuse:start:{codes.index(owed.talk_type)}:{owed.period}:{owed.subject}"
        rows.append((Choice(texts.excuse_for(name, owed.talk_type), value),))
    return tuple(rows)


def _excused(turn: Turn) -> dict[str, object]:
    """Which talk a choice names."""
    _, _, index, period, subject = (*turn.text.split(":"), "", "", "", "")[:5]
    talks = load_record_kinds().talks
    if not index.isdecimal() or int(index) >= len(talks):
        return {}
    return {"subject": subject, "type": talks[int(index)].code, "period": period}


def _file_row(period: Period) -> tuple[Choice, ...]:
    year = period.start.year
    return (
        Choice(texts.EXPORT, f"standing:export:{year}"),
        Choice(texts.STATEMENT, f"standing:statement:{year}"),
        Choice(texts.FIGURES, f"standing:figures:{year}"),
    )
