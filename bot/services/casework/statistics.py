"""Figures on a year's cases that may be handed on: nothing of cases the viewer may not see, and no small cell.

What a viewer counts is what the viewer can open (`settling.keys_settled`), so excluded cases can leave no trace, not even a
gap; erased ones are not counted, because nobody can tell any more who was excluded from them. Figures are made for
whole years, in tables of one direction each: years do not overlap, so none can be had by taking one from another.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from itertools import chain, repeat
from typing import Literal, get_args

from bot.services.casework.access import Sitting
from bot.services.casework.deadlines import overdue
from bot.services.casework.settling import keys_settled
from storage import CaseCount, CaseRow, ReporterStatus

LEAST_SHOWN = 5
Timeliness = Literal["open", "overdue", "in_time", "late"]
"""Open in time, open past a deadline, closed with every deadline kept, closed or reopened with one missed."""
QUARTERS = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by what they count, None where suppressed. `withheld`: no cell is shown, for all are small."""

    cells: Mapping[str, int | None]
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A year's figures; `total` is None where it is small."""

    year: int
    total: int | None
    quarters: Table
    categories: Table
    statuses: Table
    timeliness: Table


async def year_figures(at: Sitting, year: int, categories: Sequence[str] = ()) -> Figures:
    """The figures of the cases filed in a year that a handler may see, counted in the store."""
    handler = at.unlocked.handler
    await keys_settled(at.work, at.desk, handler, at.day)
    known = MINYEAR <= year <= MAXYEAR
    counts = await at.work.case_lists.counted(handler.id, year, at.day) if known else ()
    alike = (repeat(_counted_row(each, year), each.count) for each in counts)
    return figures(chain.from_iterable(alike), year, at.day, categories)


def figures(rows: Iterable[CaseRow], year: int, today: date, categories: Sequence[str]) -> Figures:
    """The figures of the cases filed in a year, of those given. A category not among `categories` counts as well."""
    filed = [each for each in rows if each.filed.year == year]
    known = tuple(dict.fromkeys((*categories, *sorted({each.category for each in filed}))))
    total = len(filed)
    return Figures(
        year,
        total if total == 0 or total >= LEAST_SHOWN else None,
        _table(filed, QUARTERS, lambda row: str((row.filed.month + 2) // 3)),
        _table(filed, known, lambda row: row.category),
        _table(filed, get_args(ReporterStatus), lambda row: row.status),
        _table(filed, get_args(Timeliness), lambda row: timeliness(row, today)),
    )


def timeliness(row: CaseRow, today: date) -> Timeliness:
    """How a case stands with its deadlines."""
    if row.closed is None:
        return "overdue" if row.late or overdue(row.due, today) else "open"
    return "late" if row.late or overdue(row.due, today) else "in_time"


def suppressed(counts: Mapping[str, int]) -> Table:
    """A table in which no count under five can be read, nor worked out from the others and the sum.

    Counts of 1 to 4 are taken out. One alone, or several that their sum gives away (all 1, all 4), take the smallest
    of the rest with them. Where nothing is above five to take, the whole table is withheld. Whoever knows this rule
    still finds at least two values for each small count (tests/unit/test_casework_statistics.py tries all).
    """
    small = {name: count for name, count in counts.items() if 0 < count < LEAST_SHOWN}
    if not small:
        return Table(dict(counts))
    if max(counts.values()) <= LEAST_SHOWN:
        return Table(dict.fromkeys(counts), withheld=True)
    hidden = set(small)
    if len(small) == 1 or set(small.values()) in ({1}, {LEAST_SHOWN - 1}):
        larger = [name for name, count in counts.items() if count >= LEAST_SHOWN]
        hidden.add(min(larger, key=lambda name: counts[name]))
    return Table({name: None if name in hidden else count for name, count in counts.items()})


def _counted_row(each: CaseCount, year: int) -> CaseRow:
    """A row that figures take for any of those counted together."""
    filed = date(year, each.month, 1)
    return CaseRow(
        "",
        "",
        each.category,
        priority=False,
        status=each.status,
        internal="waiting",
        filed=filed,
        changed=filed,
        late=each.missed,
        closed=filed if each.closed else None,
    )


def _table(rows: Sequence[CaseRow], names: Sequence[str], of: Callable[[CaseRow], str]) -> Table:
    counted = Counter(map(of, rows))
    return suppressed({name: counted[name] for name in names})
