"""The form of a talk record: what is asked for, what may be added, how typed answers are read."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from bot.conversation.form_dates import read_date
from bot.conversation.form_fields import Ask, Form, Labels, Option
from bot.dialogs.people_values import shown, whom_question
from knowledge.records import load_record_kinds
from knowledge.talks.dates import find_deadlines, find_times, past
from yanlu.texts import records as record_texts
from yanlu.texts import talks as texts

MOST_PEOPLE = 50
MOST_ITEMS = 30
NAMES = ("talkers", "subjects", "recorder", "companion", "delegated")
"""Fields that hold people."""

_PARTED = re.compile(r"[\n;；、,，]+")
_ITEMS = re.compile(r"[\n;；]+|(?:^|(?<=[。\s]))\d{1,2}[.、)）]\s*")
_SHOWN_DEMAND = re.compile(r"(.+)\((\d{4}年\d{1,2}月\d{1,2}日)前\)", re.DOTALL)

Word = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Demand(BaseModel):
    """A requirement as the form keeps it."""

    text: Sentence
    due: date | None = None


def read_people(text: str, _now: datetime) -> list[str] | None:
    """Several people typed at once."""
    return [part.strip() for part in _PARTED.split(text) if part.strip()] or None


def read_items(text: str, _now: datetime) -> list[str] | None:
    """Several points typed at once: by line, semicolon or number."""
    return [part.strip() for part in _ITEMS.split(text) if part.strip()] or None


def read_demands(text: str, now: datetime) -> list[dict[str, Any]] | None:
    """Several demands typed at once, each with its own day where one is named."""
    demands = [demand_of(part, now) for part in read_items(text, now) or ()]
    return demands or None


def demand_of(text: str, now: datetime) -> dict[str, Any]:
    """One demand, with the day until which it is to be met; one as `show_demand` writes it is read back the same."""
    shown = _SHOWN_DEMAND.fullmatch(text)
    shown_day = read_date(shown[2], now.date()) if shown else None
    if shown and shown_day:
        return {"text": shown[1], "due": shown_day.isoformat()}
    found = find_deadlines(text, now)
    return {"text": text, "due": found[0].due.isoformat() if found else None}


def read_past_day(text: str, now: datetime) -> str | None:
    """A day that has been, in any spoken form; what lies ahead is read as it stands and refused later."""
    for spoken in find_times(text, now):
        told = past(spoken, now)
        if told.day is not None and told.until is None and not told.vague:
            return told.day.isoformat()
    return None


def read_deadline(text: str, now: datetime) -> str | None:
    """A day ahead: 月底前, 12月10日, 一周内."""
    found = find_deadlines(text, now) or find_deadlines(f"{text}前", now)
    return found[0].due.isoformat() if found else None


def days_ahead(today: date) -> tuple[Option, ...]:
    """Days to come that one may tap."""
    words = ((record_texts.TOMORROW, 1), (record_texts.IN_A_WEEK, 7), (record_texts.IN_A_MONTH, 30))
    days = ((word, today + timedelta(days=count)) for word, count in words)
    return tuple(Option(day.isoformat(), record_texts.in_days(word, day)) for word, day in days)


def read_clock(text: str, now: datetime) -> str | None:
    """A time of day as HH:MM."""
    for spoken in find_times(text, now):
        if spoken.clock is not None:
            return spoken.clock.strftime("%H:%M")
    return None


def show_clock(value: str) -> str:
    """A time of day without its seconds."""
    return value[:5]


def show_demand(value: Mapping[str, Any]) -> str:
    """A demand with its day."""
    due = value.get("due")
    return texts.demand(str(value["text"]), date.fromisoformat(str(due)) if due else None)


WHICH, IS_OPEN = whom_question(NAMES)
DATES_ONLY = frozenset({each.name for each in load_record_kinds().ledgers})
"""Types of which only dates are kept (2.1): they are written in the ledger of that name, not as a talk."""
TYPES = tuple(
    Option(each.code, each.code) for each in load_record_kinds().talks if each.code not in DATES_ONLY
)
MODES = tuple(Option(each, each) for each in ("个别", "集体", "受委托"))

People = Annotated[list[Word], Field(min_length=1, max_length=MOST_PEOPLE)]
NoPeople = Annotated[list[Word], Field(max_length=MOST_PEOPLE)]
Items = Annotated[list[Sentence], Field(max_length=MOST_ITEMS)]


def _more(label: str, ask: str, **details: Any) -> Ask:  # noqa: ANN401 - passed on to Ask
    return Ask(ask, label, optional=True, quiet=True, **details)


class TalkForm(BaseModel):
    """A talk as it is being logged. Hidden fields say where the draft came from."""

    type: Annotated[str, Ask(texts.ASK_TYPE, texts.TYPE, "choice", options=TYPES)]
    talkers: Annotated[
        People,
        Ask(
            texts.ASK_TALKER,
            texts.TALKER,
            many=True,
            whole=True,
            options="talkers",
            read=read_people,
            show=shown,
        ),
    ]
    subjects: Annotated[
        People,
        Ask(
            texts.ASK_SUBJECT,
            texts.SUBJECT,
            many=True,
            whole=True,
            options="subjects",
            read=read_people,
            show=shown,
        ),
    ]
    day: Annotated[date, Ask(texts.ASK_DAY, texts.DAY, "date", read=read_past_day)]
    start: Annotated[time | None, _more(texts.START, texts.ASK_START, read=read_clock, show=show_clock)] = (
        None
    )
    end: Annotated[time | None, _more(texts.END, texts.ASK_END, read=read_clock, show=show_clock)] = None
    place: Annotated[Sentence | None, _more(texts.PLACE, texts.ASK_PLACE)] = None
    recorder: Annotated[
        NoPeople,
        _more(
            texts.RECORDER, texts.ASK_RECORDER, many=True, whole=True, most=3, read=read_people, show=shown
        ),
    ] = []
    companion: Annotated[
        NoPeople,
        _more(texts.COMPANION, texts.ASK_COMPANION, many=True, whole=True, read=read_people, show=shown),
    ] = []
    delegated: Annotated[
        NoPeople,
        _more(
            texts.DELEGATED, texts.ASK_DELEGATED, many=True, whole=True, most=1, read=read_people, show=shown
        ),
    ] = []
    whom: Annotated[str | None, Ask(WHICH, texts.WHOM, "choice", options="whom", when=IS_OPEN)] = None
    mode: Annotated[str | None, _more(texts.MODE, texts.ASK_MODE, kind="choice", options=MODES)] = None
    group: Annotated[Sentence | None, _more(texts.GROUP, texts.ASK_GROUP)] = None
    occasion: Annotated[Sentence | None, _more(texts.OCCASION, texts.ASK_OCCASION)] = None
    outline: Annotated[Sentence | None, _more(texts.OUTLINE, texts.ASK_OUTLINE)] = None
    affirmed: Annotated[Sentence | None, _more(texts.AFFIRMED, texts.ASK_AFFIRMED)] = None
    points: Annotated[
        Annotated[list[Sentence], Field(min_length=1, max_length=MOST_ITEMS)],
        Ask(texts.ASK_POINTS, texts.POINTS, many=True, whole=True, read=read_items),
    ]
    problems: Annotated[
        Items, _more(texts.PROBLEMS, texts.ASK_PROBLEMS, many=True, whole=True, read=read_items)
    ] = []
    answer: Annotated[Sentence | None, _more(texts.EXPLANATION, texts.ASK_EXPLANATION)] = None
    attitude: Annotated[Sentence | None, _more(texts.ATTITUDE, texts.ASK_ATTITUDE)] = None
    demands: Annotated[
        Annotated[list[Demand], Field(max_length=MOST_ITEMS)],
        _more(texts.DEMANDS, texts.ASK_DEMANDS, many=True, whole=True, read=read_demands, show=show_demand),
    ] = []
    deadline: Annotated[
        date | None,
        _more(texts.DEADLINE, texts.ASK_DEADLINE, kind="date", options="days", read=read_deadline),
    ] = None
    said: Annotated[bool, Ask("", "", "yes_no", optional=True, hidden=True)] = False
    late: Annotated[bool, Ask("", "", "yes_no", optional=True, hidden=True)] = False
    reason: Annotated[
        Sentence | None, Ask(texts.ASK_REASON, texts.REASON, when=lambda answers: answers.get("late") is True)
    ] = None
    filed: Annotated[date | None, Ask("", "", optional=True, hidden=True)] = None
    of: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None
    version: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None
    why: Annotated[
        Sentence | None, Ask(texts.ASK_WHY, texts.WHY, when=lambda answers: answers.get("of") is not None)
    ] = None
    plan: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None


TALK_FORM: Form[TalkForm] = Form(
    "talk", 1, TalkForm, texts.TITLE, labels=Labels(confirm=texts.CONFIRM, save=texts.SAVE)
)
