"""Statistics of a period over records and tickets. Pure; every figure names what it was counted from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.coverage import grouped
from bot.services.duties import Period
from bot.services.talk_record import TALK
from storage import RecordEntry, StoredTicket


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the ids it was counted from, in order."""

    ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, ids: Iterable[int]) -> "Figure":
        """Count ids, each once."""
        return cls(tuple(sorted(set(ids))))

    @property
    def count(self) -> int:
        """How many."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """Tickets (problems and demands), by ticket id: opened in the period, closed in it, and overdue at its end.

    `open` were still to be put right at the end of the period or on the day of counting, whichever is first.
    """

    opened: Figure
    closed: Figure
    open: Figure
    overdue: Figure


@dataclass(frozen=True, slots=True)
class Figures:
    """A period's statistics of filed records, by record id. `ledgers` are records of other kinds, by kind."""

    period: Period
    as_of: date
    talks: Figure
    by_type: Mapping[str, Figure]
    ledgers: Mapping[str, Figure]
    supplementary: Figure
    alike: Figure
    void: Figure
    tickets: TicketFigures


def figures(
    entries: Iterable[RecordEntry], tickets: Iterable[StoredTicket], period: Period, today: date
) -> Figures:
    """Count the records of a period and the tickets given. `alike` are near-identical to another record."""
    every = [each for each in {each.id: each for each in entries}.values() if each.day in period]
    filed = [each for each in every if each.state == "filed"]
    talks = [each for each in filed if each.kind == TALK]
    return Figures(
        period=period,
        as_of=today,
        talks=_of(talks),
        by_type=_counted(talks, lambda each: each.talk_type or ""),
        ledgers=_counted([each for each in filed if each.kind != TALK], lambda each: each.kind),
        supplementary=_of(each for each in filed if each.supplementary),
        alike=_of(each for each in filed if each.alike),
        void=_of(each for each in every if each.state == "void"),
        tickets=ticket_figures(tickets, period, today),
    )


def ticket_figures(tickets: Iterable[StoredTicket], period: Period, today: date) -> TicketFigures:
    """Count tickets as they stood at the end of the period, or stand today where it is not over."""
    end = min(today, period.end)
    every = list({each.id: each for each in tickets}.values())
    still = [each for each in every if each.opened <= end and (each.closed is None or each.closed > end)]
    return TicketFigures(
        opened=Figure.of(each.id for each in every if each.opened in period),
        closed=Figure.of(each.id for each in every if each.closed is not None and each.closed in period),
        open=Figure.of(each.id for each in still),
        overdue=Figure.of(each.id for each in still if each.due is not None and each.due < end),
    )


def _of(entries: Iterable[RecordEntry]) -> Figure:
    return Figure.of(each.id for each in entries)


def _counted(entries: Sequence[RecordEntry], key: Callable[[RecordEntry], str]) -> Mapping[str, Figure]:
    by_key = grouped(entries, key)
    return {name: _of(by_key[name]) for name in sorted(by_key)}
