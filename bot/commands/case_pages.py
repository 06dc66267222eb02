"""What the console shows of cases, as lines. A named report's contact is shown to its handlers only, on opening."""

from collections.abc import Sequence

from bot.services.casework.deadlines import term_of
from bot.services.casework.handling import CaseFolder
from bot.services.casework.open_deadlines import left_open
from bot.services.casework.queue import Queued
from bot.services.casework.statistics import Figures, Table
from yanlu.texts import casework as texts


def queue_lines(queue: Sequence[Queued], first: int = 1) -> list[str]:
    """A stretch of the queue, a line each, counted from `first`."""
    if not queue:
        return [texts.EMPTY]
    return [_queue_line(place, each) for place, each in enumerate(queue, first)]


def _queue_line(place: int, queued: Queued) -> str:
    row = queued.row
    marks = [word for name, word in texts.MARKS.items() if getattr(queued, name)]
    return texts.queue_line(
        place, row.number, row.category, row.internal, row.due, priority=row.priority, marks=marks
    )


def case_page(folder: CaseFolder) -> list[str]:
    """A whole case but its files' contents."""
    row, report, contact = folder.row, folder.report, folder.contact
    term, basis = term_of(row.internal)
    people = [(each.name, each.position) for each in report.people]
    lines = [
        texts.case_head(row.number, row.internal, row.status, report.category, report.tags),
        texts.PRIORITY if row.priority else "",
        texts.UNKNOWN_DEADLINE
        if left_open(row)
        else texts.deadline_line(term, basis, row.due, named=contact is not None),
        texts.ANONYMOUS if contact is None else texts.contact_line(contact.name, contact.contact),
        texts.concerned_line([each.name for each in report.organisations], people),
        texts.circumstances_line(report.when, report.where),
        report.course,
        *(texts.message_line(each.day, each.message.kind, each.message.text) for each in folder.messages),
        *(texts.file_line(each.position, each.label.media_type, each.label.size) for each in folder.files),
    ]
    return [line for line in lines if line]


def figures_page(found: Figures) -> list[str]:
    """A year's figures."""
    total = texts.SMALL_TOTAL if found.total is None else str(found.total)
    lines = [texts.total_line(found.year, total)]
    tables: tuple[tuple[Table, dict[str, str]], ...] = (
        (found.quarters, {}),
        (found.categories, {}),
        (found.statuses, texts.REPORTER),
        (found.timeliness, texts.TIMELINESS),
    )
    for title, (table, words) in zip(texts.TABLES, tables, strict=True):
        lines.append(title)
        if table.withheld:
            lines.append(texts.WITHHELD)
            continue
        shown = ((words.get(name, name), count) for name, count in table.cells.items())
        lines += [f"  {word}  {texts.SUPPRESSED if count is None else count}" for word, count in shown]
    return lines
