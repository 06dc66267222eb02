"""Where one stands, by sentence or command: who is still to be talked with, what is overdue, files and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from bot.conversation.messages import Choice, OutgoingFile, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.choice_values import asked_for
from bot.dialogs.excuse import MOST_EXCUSES, YEARS, excuse_rows, owed_here, writes_for_others
from bot.dialogs.record_lines import entry_line, ticket_line
from bot.dialogs.seat import Seat, seat_of, store
from bot.dialogs.standing_rows import (
    counted_entries,
    counted_tickets,
    exported_entries,
    listed_entries,
    tickets_meant,
    wanted,
)
from bot.services.coverage import Coverage, Met
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.entitlements import may_unit
from bot.services.figures import figures
from bot.services.record_files import (
    Reader,
    UnitYear,
    ledger_file,
    statement_file,
    year_file,
)
from bot.services.standing import StandingService
from bot.services.standing_requests import Request, requested
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from yanlu.texts import records as record_texts
from yanlu.texts import standing_dialog as texts
from yanlu.texts.conversation import STALE_CHOICE

MOST_LISTED = 30
MOST_TICKETS = 20_000
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
        if not total.needed:
            return [Say(texts.nothing_due(whose, request.period.label))]
        if not missing:
            lines.append(texts.NOTHING_OVERDUE if request.overdue else texts.NOTHING_OWED)
        excuses = excuse_rows(missing, seat) if request.organisation is None else ()
        return [Say("\n".join(lines), choices=(*excuses, _file_row(request.period)))]

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
        today = scene.now.date()
        unit = request.organisation or seat.unit or ""
        name = seat.directory.organisation(unit).name
        others = request.organisation is not None or (request.wide and not _owes_below(request))
        asked_for_unit = others or writes_for_others(seat)
        if asked_for_unit and not may_unit(seat.person.id, "see", "coverage", unit, seat.directory, today):
            return None, ""
        if others:
            covered = await self._standing.owed_in(store(scene), unit, request.period, today)
            whose = texts.towards(name)
        else:
            covered = await owed_here(self._standing, seat, request.period, scene)
            whose = name if writes_for_others(seat) else texts.YOU
        return covered.where(lambda each: wanted(request, each.talk_type)), whose

    def _met_line(self, met: Met, seat: Seat) -> str:
        owed = met.obligation
        who = seat.directory.who(owed.subject, min(owed.due, met.today), owed.organisation)
        reason = met.excuse.reason if met.excuse else ""
        return texts.owed_line(
            who.shown, owed.talk_type, met.missing, owed.due, overdue=met.overdue, reason=reason
        )

    async def _held(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        entries = await listed_entries(request, seat, scene)
        if not entries:
            return [Say(texts.nothing_held(request.period.label))]
        lines = [texts.held_lead(request.period.label, len(entries))]
        lines += [entry_line(each, seat) for each in entries[:MOST_LISTED]]
        if len(entries) > MOST_LISTED:
            lines.append(texts.and_more(len(entries) - MOST_LISTED))
        return [Say("\n".join(lines), choices=(_file_row(request.period),))]

    async def _tickets(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        today = scene.now.date()
        found = await tickets_meant(request, seat, scene)
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

    async def _export(self, request: Request, seat: Seat, scene: Scene) -> Sequence[Say]:
        today = scene.now.date()
        entries = await exported_entries(request, seat, scene)
        if not entries:
            return [Say(texts.nothing_to_export(request.period.label))]
        reader = Reader(seat.person.id, seat.directory, today)
        name = seat.directory.organisation(request.organisation or seat.unit or "").name
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
        entries = await counted_entries(request, unit, seat, scene)
        tickets = await counted_tickets(unit, seat, scene)
        counted = figures(entries, tickets, request.period, today)
        name = seat.directory.organisation(unit).name
        lines = [texts.figures_lead(name, request.period.label, counted.talks.count)]
        lines += [texts.figure_line(each, figure.count) for each, figure in counted.by_type.items()]
        lines += [
            texts.figure_line(load_record_kinds().ledger(code).name, figure.count)
            for code, figure in counted.ledgers.items()
        ]
        stood = counted.tickets
        lines.append(
            texts.ticket_figures(
                stood.opened.count, stood.closed.count, stood.open.count, stood.overdue.count
            )
        )
        lines.append(texts.marks(counted.supplementary.count, counted.alike.count, counted.void.count))
        said = Say("\n".join(lines), choices=(_file_row(request.period),))
        year = Period.year(request.period.start.year)
        if request.period != year or request.talk_types or request.ledger or request.role:
            return [said]  # the file is of a whole year and of all talks
        covered = await self._standing.owed_in(store(scene), unit, year, today)
        talks = [each for each in entries if each.kind == TALK and each.state == "filed"]
        shown = UnitYear(unit, request.period.start.year, talks, tickets, covered)
        return [replace(said, file=year_file(shown, Reader(seat.person.id, seat.directory, today)))]


def _request_of(turn: Turn, seat: Seat, scene: Scene) -> Request | None:
    """What a turn asks for; None for a choice that is none of ours."""
    if turn.kind == "choice":
        what, year = asked_for(turn)
        if what not in {"owed", "export", "tickets_export", "statement", "figures"} or year not in YEARS:
            return None
        return Request(what, Period.year(year))  # type: ignore[arg-type]  # one of the five above
    text = turn.text if turn.kind == "text" else turn.arguments
    request = requested(text, scene.now, seat.directory)
    if turn.kind == "command":
        return replace(request, what=_COMMANDS[turn.text])  # type: ignore[arg-type]  # one of the values above
    return request


def _owes_below(request: Request) -> bool:
    """Tell whether "below" names whom the asker talks with, as in 下级一把手里我还有谁没谈."""
    return request.role == "head" or request.what == "owed"


def _head_of(seat: Seat, on: date) -> str | None:
    if any(post.role in {"head", "discipline", "organisation"} for post in seat.posts):
        return seat.person.id
    if writes_for_others(seat) and seat.unit:
        heads = seat.directory.heads(seat.unit, on)
        return heads[0].id if heads else None
    return None


def _file_row(period: Period) -> tuple[Choice, ...]:
    year = period.start.year
    return (
        Choice(texts.EXPORT, f"standing:export:{year}"),
        Choice(texts.STATEMENT, f"standing:statement:{year}"),
        Choice(texts.FIGURES, f"standing:figures:{year}"),
    )
