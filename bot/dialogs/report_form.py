"""The form of a report, and the report that it makes."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from bot.conversation.form_fields import Answers, Ask, FileAnswer, Form, Labels, Option
from bot.dialogs.report_attachments import shown_file
from bot.dialogs.report_people import person_of, read_person, shown_person
from bot.dialogs.report_places import place_of, read_place, shown_place
from bot.services.reports.content import (
    MAX_CONCERNED,
    MAX_COURSE,
    MAX_FILES,
    MAX_ORGANISATIONS,
    Contact,
    Report,
)
from bot.services.reports.tracking import without_receipts
from knowledge.reports import load_report_kinds
from yanlu.texts import reports as texts

MOST_PARTS = 30
_SETTLING = 2
"""A list holds that many more while something in it is being settled: the open name and the choice."""

_Value = Annotated[str, StringConstraints(min_length=1, max_length=400)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_KINDS = load_report_kinds()
CATEGORIES = tuple(Option(each.code, each.code) for each in _KINDS.categories)
TAGS = tuple(Option(each.code, each.code) for each in _KINDS.tags)


def _notice(answers: Answers) -> str:
    return texts.notice(str(answers.get("road") or ""))


def asked_files(answers: Answers) -> str:
    """Ask for files, in the words of the road."""
    return texts.ask_files(str(answers.get("road") or ""))


def _is_named(answers: Answers) -> bool:
    return answers.get("named") == "named"


def bounded(parts: list[str]) -> list[str]:
    """Pass on what was told in several messages, without receipts. Raises ValueError when it is too long together."""
    if len("\n".join(parts)) > MAX_COURSE:
        raise ValueError(texts.TOO_LONG)
    return [without_receipts(each) for each in parts]


class ReportForm(BaseModel):
    """A report as it is being filled in; `road` is the channel, for the words of the notice."""

    road: Annotated[str | None, Ask("", "", optional=True, hidden=True)] = None
    agreed: Annotated[
        Literal["yes"],
        Ask(
            _notice,
            texts.AGREED,
            "choice",
            options=(Option("yes", texts.CONTINUE, texts.READ),),
        ),
    ]
    category: Annotated[
        str,
        Ask(
            texts.ask_category((each.code, each.about) for each in _KINDS.categories),
            texts.CATEGORY,
            "choice",
            options=CATEGORIES,
        ),
    ]
    tags: Annotated[
        list[str], Ask(texts.ASK_TAGS, texts.TAGS, "choice", optional=True, many=True, options=TAGS)
    ] = []
    places: Annotated[
        Annotated[list[_Value], Field(min_length=1, max_length=MAX_ORGANISATIONS + _SETTLING)],
        Ask(
            texts.ASK_PLACE,
            texts.PLACES,
            many=True,
            most=MAX_ORGANISATIONS + _SETTLING,
            options="places",
            read=read_place,
            show=shown_place,
        ),
    ]
    people: Annotated[
        Annotated[list[_Value], Field(max_length=MAX_CONCERNED + _SETTLING)],
        Ask(
            texts.ASK_PERSON,
            texts.PEOPLE,
            optional=True,
            many=True,
            most=MAX_CONCERNED + _SETTLING,
            options="people",
            read=read_person,
            show=shown_person,
        ),
    ] = []
    when: Annotated[_Line | None, Ask(texts.ASK_WHEN, texts.WHEN, optional=True)] = None
    where: Annotated[_Line | None, Ask(texts.ASK_WHERE, texts.WHERE, optional=True)] = None
    course: Annotated[
        Annotated[list[_Text], Field(min_length=1, max_length=MOST_PARTS), AfterValidator(bounded)],
        Ask(texts.ASK_COURSE, texts.COURSE, many=True, most=MOST_PARTS),
    ]
    files: Annotated[
        Annotated[list[FileAnswer], Field(max_length=MAX_FILES)],
        Ask(asked_files, texts.FILES, "file", optional=True, many=True, most=MAX_FILES, show=shown_file),
    ] = []
    named: Annotated[
        Literal["anonymous", "named"],
        Ask(
            texts.ASK_NAMED,
            texts.NAMED,
            "choice",
            options=tuple(Option(value, label) for value, label in texts.NAMED_OPTIONS),
        ),
    ]
    name: Annotated[_Words | None, Ask(texts.ASK_NAME, texts.NAME, when=_is_named)] = None
    contact: Annotated[_Line | None, Ask(texts.ASK_CONTACT, texts.CONTACT, when=_is_named)] = None


REPORT_FORM: Form[ReportForm] = Form(
    "report", 1, ReportForm, texts.TITLE, labels=Labels(confirm=texts.CONFIRM)
)


def report_of(form: ReportForm) -> Report:
    """The report that a filled form makes."""
    return Report(
        category=form.category,
        tags=tuple(form.tags),
        organisations=tuple(place_of(each) for each in form.places),
        people=tuple(person_of(each) for each in form.people),
        when=form.when or "",
        where=form.where or "",
        course="\n".join(form.course),
        named=form.named == "named",
    )


def contact_of(form: ReportForm) -> Contact | None:
    """Name and contact of a report by name; None of an anonymous one."""
    if form.named != "named" or form.name is None:
        return None
    return Contact(name=form.name, contact=form.contact or "")
