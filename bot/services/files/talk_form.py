"""谈话登记表: one talk as a Word form. What the record does not say stays blank, for a pen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import cache

from bot.services.clock import BEIJING
from bot.services.files.cells import Cell, label
from bot.services.talk_record import TalkBody, Who, number_of
from knowledge.catalogue import load_catalogue
from knowledge.records import load_record_kinds
from storage import Person, Post, StoredRecord, StoredTicket
from yanlu.texts import files as words

_WIDTHS = (25, 20, 34, 28, 22, 27)
_WRITING_MM = 14
"""The least height of a field that is written in by hand: two lines."""


@dataclass(frozen=True, slots=True)
class TalkForm:
    """What the form is filled from.

    `record` is the version to print; `versions` are all its versions, for the corrections. `people` and
    `posts` are known subjects by person id, with the post they held on the day. `tickets` are those the talk
    opened, as they stand on `as_of`. `attachments` are file names.
    """

    record: StoredRecord
    as_of: date
    people: Mapping[str, Person] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)
    tickets: tuple[StoredTicket, ...] = ()
    versions: tuple[StoredRecord, ...] = ()
    attachments: tuple[str, ...] = ()
    zone: tzinfo = BEIJING


def talk_form_docx(form: TalkForm) -> bytes:
    """The form as a docx file.

    Raises pydantic.ValidationError when the record's body is not a talk's.
    """
    from bot.services.files.word_page import add_row, add_table, new_page, saved, write

    body = TalkBody.model_validate(form.record.body)
    page = new_page(words.FORM_TITLE)
    write(page, words.FORM_TITLE, words.TITLE_STYLE)
    if form.record.entry.state == "void":
        write(page, words.form_void(form.record.void_reason), words.NOTE_STYLE, align="center")
    scope = scope_of(body)
    if scope is not None:
        write(page, words.labelled(words.FORM_SCOPE, scope), words.CELL_STYLE)
    table = add_table(page, _WIDTHS)
    for rows in (_top(form, body), _people(form, body), _course(body), _words(form, body)):
        for cells, least_mm, header in rows:
            add_row(table, cells, least_mm=least_mm, header=header)
    for cells in _ending(form, body):
        add_row(table, cells, least_mm=16, with_next=True)
    write(page, words.FORM_NOTE, words.NOTE_STYLE)
    return saved(page, form.as_of)


@cache
def measures_of(talk_type: str) -> str:
    """The measures a talk type serves, as forms print them: 一·2 上级抓下级. Empty for a type we do not know."""
    kinds = load_record_kinds()
    named = {id_ for kind in kinds.talks if kind.code == talk_type for id_ in kind.measures}
    catalogue = load_catalogue()
    return words.listed([f"{each.label} {each.title}" for each in catalogue.measures if each.id in named])


def scope_of(body: TalkBody) -> str | None:
    """Who may know of the talk: as recorded; to be written in for a restricted type; None where nothing asks it."""
    if body.scope:
        return body.scope
    restricted = {kind.code for kind in load_record_kinds().talks if kind.restricted}
    return "" if body.talk_type in restricted else None


def mode_of(body: TalkBody) -> str:
    """The way of talking: 个别谈话, 集体谈话, or by whom it was delegated."""
    mode = words.FORM_MODES[body.mode]
    return words.form_delegated(mode, body.delegated_by.shown) if body.delegated_by else mode


def numbered(items: Sequence[str]) -> str:
    """The items one below the other, numbered when there are several."""
    if len(items) < 2:
        return "".join(items)
    return "\n".join(words.item(place, each) for place, each in enumerate(items, 1))


def state_of(ticket: StoredTicket, on: date) -> str:
    """How a ticket stands on a day."""
    if ticket.closed and ticket.closed <= on:
        return words.TICKET_CLOSED
    if ticket.due is None:
        return words.TICKET_UNDATED
    return words.TICKET_OVERDUE if ticket.due < on else words.TICKET_OPEN


_Row = tuple[list[Cell], float, bool]
"""The cells, the least height in millimetres, and whether every page repeats it."""


def _top(form: TalkForm, body: TalkBody) -> list[_Row]:
    number = Cell(number_of(form.record.entry), 2, align="center")
    return [
        ([label(words.FORM_NUMBER), number, label(words.FORM_TYPE), _middle(body.talk_type, 2)], 9, True),
        ([label(words.FORM_MEASURES), Cell(measures_of(body.talk_type), 5)], 9, False),
        ([label(words.FORM_MODE), Cell(mode_of(body), 5)], 9, False),
    ]


def _people(form: TalkForm, body: TalkBody) -> list[_Row]:
    talkers = [[_middle(who.name), Cell(who.unit), Cell(who.title, 3)] for who in body.talkers]
    subjects = [_subject(form, who) for who in body.subjects]
    name, unit, post = words.FORM_NAME, words.FORM_UNIT, words.FORM_POST
    rows = _block(words.FORM_TALKERS, [label(name), label(unit), label(post, 3)], talkers)
    more = [label(post), label(words.FORM_POLITICAL), label(words.FORM_SINCE)]
    rows += _block(words.FORM_SUBJECTS, [label(name), label(unit), *more], subjects)
    if body.group:
        rows.append(([label(words.FORM_GROUP), Cell(body.group, 5)], 9, False))
    return rows


def _block(title: str, head: list[Cell], people: list[list[Cell]]) -> list[_Row]:
    """A label down the side, the heads of the columns, and a row for each person; a blank one for nobody."""
    rows: list[_Row] = [([label(title, merge="start"), *head], 8, False)]
    blank = [Cell(span=each.span) for each in head]
    rows += [([label("", merge="on"), *cells], 9, False) for cells in people or [blank]]
    return rows


def _subject(form: TalkForm, who: Who) -> list[Cell]:
    known = form.people.get(who.person or "")
    post = form.posts.get(who.person or "")
    political = (known.political if known else None) or ""
    since = words.day_on_two_lines(post.since) if post and post.since else ""
    return [_middle(who.name), Cell(who.unit), Cell(who.title), _middle(political), _middle(since)]


def _course(body: TalkBody) -> list[_Row]:
    companions = words.listed([who.shown for who in body.companions])
    recorder = body.recorder.shown if body.recorder else ""
    day = words.spelt_day(body.day)
    start = f"{day} {body.start:%H:%M}" if body.start else day
    end = f"{body.end:%H:%M}" if body.end else ""
    return [
        (_pair(words.FORM_COMPANIONS, companions, words.FORM_RECORDER, recorder), 9, False),
        (_pair(words.FORM_START, start, words.FORM_END, end), 9, False),
        ([label(words.FORM_PLACE), Cell(body.place or "", 5)], 9, False),
    ]


def _words(form: TalkForm, body: TalkBody) -> list[_Row]:
    demands = numbered([words.form_requirement(each.text, each.due) for each in body.requirements])
    fields = (
        (words.FORM_OCCASION, body.occasion),
        (words.FORM_OUTLINE, body.outline),
        (words.FORM_POINTS, numbered(body.points)),
        (words.FORM_AFFIRMED, body.affirmed),
        (words.FORM_PROBLEMS, numbered(body.problems)),
        (words.FORM_EXPLANATION, body.explanation),
        (words.FORM_ATTITUDE, body.attitude),
        (words.FORM_REQUIREMENTS, demands),
        (words.FORM_DEADLINE, words.spelt_day(body.deadline) if body.deadline else ""),
        (words.FORM_TRACKING, _tracking(form)),
        (words.FORM_ATTACHMENTS, numbered(form.attachments)),
    )
    return [([label(title), Cell(text or "", 5)], _WRITING_MM, False) for title, text in fields]


def _tracking(form: TalkForm) -> str:
    """What became of each ticket by the day of printing."""
    shown = []
    for ticket in form.tickets:
        closed = ticket.closed if ticket.closed and ticket.closed <= form.as_of else None
        shown.append(words.form_tracked(ticket.text, state_of(ticket, form.as_of), closed))
    return numbered(shown)


def _ending(form: TalkForm, body: TalkBody) -> list[list[Cell]]:
    record = form.record
    filed = words.spelt_moment(record.entry.filed.astimezone(form.zone))
    reason = body.supplementary_reason
    supplementary = words.form_supplementary(reason) if record.entry.supplementary else words.NO
    corrections = [
        words.form_corrected(each.version, each.written.astimezone(form.zone), each.reason)
        for each in form.versions
        if each.reason
    ]
    signature = Cell("\n" + words.FORM_SIGN_DAY, 2, align="right")
    signs = [label(words.FORM_SIGN_TALKER), signature, label(words.FORM_SIGN_SUBJECT), signature]
    recorder = [label(words.FORM_SIGN_RECORDER), signature, label(words.FORM_FILED), Cell(filed, 2)]
    return [
        signs,
        recorder,
        [label(words.FORM_SUPPLEMENTARY), Cell(supplementary, 5)],
        [label(words.FORM_CORRECTIONS), Cell("\n".join(corrections), 5)],
    ]


def _pair(first: str, left: str, second: str, right: str) -> list[Cell]:
    return [label(first), Cell(left, 2), label(second), Cell(right, 2)]


def _middle(text: str, span: int = 1) -> Cell:
    return Cell(text, span, align="center")
