"""From a read sentence, a plan or a record to the answers of the talk form, and from the form to the record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.dialogs import people_values as people
from bot.dialogs.seat import Seat
from bot.dialogs.talk_form import NAMES, TalkForm
from bot.services.clock import BEIJING
from bot.services.directory import Directory
from bot.services.talk_record import Requirement, TalkBody, Who
from bot.services.talk_rules import LATE_DAYS
from knowledge.talks.mentions import Mention
from knowledge.talks.reader import Author, TalkReading
from storage import StoredPlan, StoredRecord


def author_of(seat: Seat, on: date) -> Author:
    """The author as the reader knows them."""
    who = seat.directory.who(seat.person.id, on)
    return Author(who.name, who.unit, who.title)


def answers_of(reading: TalkReading, seat: Seat, today: date) -> dict[str, Any]:
    """The form's raw answers from what a sentence said; what it did not say is left out."""
    me = people.value_of(seat.directory.who(seat.person.id, reading.day or date.max))

    def values(mentions: Sequence[Mention]) -> list[str]:
        return [me if each.name == seat.person.name else people.packed(each) for each in mentions]

    answers: dict[str, Any] = {
        "type": reading.talk_type,
        "talkers": values(reading.talkers),
        "subjects": values(reading.subjects),
        "recorder": values([reading.recorder] if reading.recorder else []),
        "companion": values(reading.companions),
        "delegated": values([reading.delegated_by] if reading.delegated_by else []),
        "mode": "受委托" if reading.delegated_by else None,
        "group": reading.group,
        "day": reading.day,
        "start": reading.start,
        "end": reading.end,
        "place": reading.place,
        "points": points_of(reading),
        "problems": list(reading.problems),
        "demands": [{"text": each.text, "due": each.due} for each in reading.requirements],
        "deadline": reading.deadline,
        "attitude": reading.attitude,
        "reason": reading.supplementary_reason,
        "said": bool(reading.supplementary),
        "late": is_late(bool(reading.supplementary), reading.day, today),
    }
    return {name: value for name, value in answers.items() if value not in (None, [], ())}


def points_of(reading: TalkReading) -> list[str]:
    """The points; a talk of which only problems or demands were told has these for its points."""
    return list(reading.points) or [*reading.problems, *(each.text for each in reading.requirements)]


def planned(plan: StoredPlan, directory: Directory) -> dict[str, Any]:
    """The form's raw answers from a planned talk."""
    on = plan.day
    return {
        "type": plan.talk_type,
        "talkers": [people.value_of(directory.who(plan.talker, on))],
        "subjects": [people.value_of(directory.who(each, on)) for each in plan.subjects],
        "day": plan.day,
        "start": plan.body.get("time"),
        "place": plan.body.get("place"),
        "outline": plan.body.get("matters"),
        "plan": plan.id,
    }


def corrected(stored: StoredRecord) -> dict[str, Any]:
    """The form's raw answers from a record that is to be corrected."""
    body = TalkBody.model_validate(dict(stored.body))
    answers = body.model_dump(mode="json")
    said = body.supplementary_reason is not None
    values = {
        **{name: answers[name] for name in _SAME},
        "type": body.talk_type,
        "talkers": [people.value_of(who) for who in body.talkers],
        "subjects": [people.value_of(who) for who in body.subjects],
        "recorder": [people.value_of(who) for who in ([body.recorder] if body.recorder else [])],
        "companion": [people.value_of(who) for who in body.companions],
        "delegated": [people.value_of(who) for who in ([body.delegated_by] if body.delegated_by else [])],
        "answer": body.explanation,
        "demands": answers["requirements"],
        "reason": body.supplementary_reason,
        "said": said,
        "late": said,
        "filed": stored.entry.filed.astimezone(BEIJING).date().isoformat(),
        "of": stored.entry.id,
        "version": stored.entry.version,
    }
    return {name: value for name, value in values.items() if value not in (None, [], ())}


_SAME = (
    "mode", "group", "day", "start", "end", "place", "occasion", "outline", "affirmed", "points", "problems",
    "attitude", "deadline",
)  # fmt: skip


def reworked(
    answers: Mapping[str, Any], directory: Directory, near: str | None, now: datetime
) -> tuple[dict[str, Any], bool]:
    """Match people, put a choice in its place, drop a day ahead, tell what is late; True when a day was dropped."""
    kept = dict(answers)
    today = now.date()
    day = date.fromisoformat(str(kept["day"])) if kept.get("day") else None
    ahead = day is not None and day > today
    if ahead:
        del kept["day"]
        day = None
    kept = people.settled_answers(kept, NAMES, directory, near, day or today)
    filed = date.fromisoformat(str(kept["filed"])) if kept.get("filed") else today
    kept["late"] = is_late(bool(kept.get("said")), day, filed)
    return kept, ahead


def is_late(said: bool, day: date | None, filed: date) -> bool:
    """Tell whether a talk was logged after the fact: it says so, or its day was long past when it was filed."""
    return said or (day is not None and (filed - day).days > LATE_DAYS)


def body_of(form: TalkForm, directory: Directory) -> TalkBody:
    """The record that a confirmed form makes."""

    def whos(values: Sequence[str]) -> tuple[Who, ...]:
        return tuple(people.who_of(value, directory, form.day) for value in values)

    subjects = whos(form.subjects)
    return TalkBody(
        talk_type=form.type,
        mode=_mode(form, len(subjects)),
        talkers=whos(form.talkers),
        subjects=subjects,
        group=form.group,
        companions=whos(form.companion),
        recorder=next(iter(whos(form.recorder)), None),
        delegated_by=next(iter(whos(form.delegated)), None),
        day=form.day,
        start=form.start,
        end=form.end,
        place=form.place,
        occasion=form.occasion,
        outline=form.outline,
        affirmed=form.affirmed,
        points=tuple(form.points),
        problems=tuple(form.problems),
        explanation=form.answer,
        attitude=form.attitude,
        requirements=tuple(Requirement(text=each.text, due=each.due) for each in form.demands),
        deadline=form.deadline,
        supplementary_reason=form.reason if form.late else None,
    )


def _mode(form: TalkForm, subjects: int) -> Any:  # noqa: ANN401 - one of the three words, validated by the record
    if form.mode is not None:
        return form.mode
    if form.delegated:
        return "受委托"
    return "集体" if subjects > 1 or form.group or form.type == "集体谈话" else "个别"
