"""Talks that are going to be held: planned, listed, moved, cancelled, and logged once they were held."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated, ClassVar

from pydantic import BaseModel

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Ask, Form, Labels, Options
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs import people_values as people
from bot.dialogs import talk_drafting as drafting
from bot.dialogs.choice_values import asked_for, begins
from bot.dialogs.record_actions import visible_plan
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk import not_writing, subjects_offered, talkers_offered
from bot.dialogs.talk_form import TYPES, People, Sentence, days_ahead, read_clock, read_people, show_clock
from bot.services.directory import DirectoryService
from bot.services.talk_rules import fitting_post
from knowledge.records import load_record_kinds
from knowledge.talks.dates import ahead, find_times
from knowledge.talks.reader import TalkReader
from storage import NewPlan, StoredPlan
from yanlu.texts import records as texts
from yanlu.texts import talks
from yanlu.texts.conversation import STALE_CHOICE

NAMES = ("talkers", "subjects")
WHICH, IS_OPEN = people.whom_question(NAMES)


def read_day_ahead(text: str, now: datetime) -> str | None:
    """A day to come, in any spoken form."""
    for spoken in find_times(text, now):
        meant = ahead(spoken, now)
        if meant.day is not None and not meant.vague:
            return meant.day.isoformat()
    return None


def _which_day(answers: Answers) -> str:
    return texts.MOVE_DAY if answers.get("of") else texts.PLAN_DAY


class PlanForm(BaseModel):
    """A talk as it is being planned."""

    type: Annotated[str, Ask(talks.ASK_TYPE, talks.TYPE, "choice", options=TYPES)]
    talkers: Annotated[
        People,
        Ask(
            texts.PLAN_TALKER,
            talks.TALKER,
            many=True,
            whole=True,
            most=1,
            options="talkers",
            read=read_people,
            show=people.shown,
        ),
    ]
    subjects: Annotated[
        People,
        Ask(
            texts.PLAN_SUBJECT,
            talks.SUBJECT,
            many=True,
            whole=True,
            options="subjects",
            read=read_people,
            show=people.shown,
        ),
    ]
    whom: Annotated[str | None, Ask(WHICH, talks.WHOM, "choice", options="whom", when=IS_OPEN)] = None
    day: Annotated[date, Ask(_which_day, texts.PLAN_DAY_LABEL, "date", options="days", read=read_day_ahead)]
    clock: Annotated[
        time | None,
        Ask(
            texts.PLAN_TIME,
            texts.PLAN_TIME_LABEL,
            optional=True,
            quiet=True,
            read=read_clock,
            show=show_clock,
        ),
    ] = None
    place: Annotated[Sentence | None, Ask(talks.ASK_PLACE, talks.PLACE, optional=True, quiet=True)] = None
    matters: Annotated[Sentence | None, Ask(texts.PLAN_MATTERS, texts.PLAN_MATTERS_LABEL, optional=True)] = (
        None
    )
    of: Annotated[int | None, Ask("", "", optional=True, hidden=True)] = None


class PlanDialog(FormDialog[PlanForm]):
    """`/plan` and a sentence that plans a talk; "plan:move:ID" opens a plan again."""

    commands: ClassVar[Mapping[str, str]] = {"plan": texts.PLAN_COMMAND}

    def __init__(self, directories: DirectoryService, reader: TalkReader) -> None:
        labels = Labels(confirm=texts.PLAN_CONFIRM)
        super().__init__(Form("plan", 1, PlanForm, texts.PLAN_TITLE, labels=labels))
        self._directories = directories
        self._reader = reader

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Keep out strangers."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        shut = not_writing(seat, scene)
        if shut:
            return [Say(shut)]
        if not begins(turn, "move"):
            return [Say(STALE_CHOICE)]
        number = _moved(turn)
        if number is not None and await visible_plan(scene, seat, number) is None:
            return [Say(texts.PLAN_GONE)]
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:
        """Read the sentence, or the plan that is moved."""
        seat = await seated(scene, self._directories)
        me = people.value_of(seat.directory.who(seat.person.id, scene.now.date()))
        number = _moved(turn)
        if number is not None:
            plan = await visible_plan(scene, seat, number)
            return {} if plan is None else _opened(plan, seat)
        words = "" if turn.kind == "choice" else turn.arguments if turn.kind == "command" else turn.text
        if not words:
            return {"talkers": [me]} if seat.posts[0].role != "liaison" else {}
        reading = self._reader.read(words, drafting.author_of(seat, scene.now.date()), scene.now)
        answers = drafting.answers_of(reading, seat, scene.now.date())
        wanted: dict[str, object] = {
            name: answers[name] for name in ("type", "talkers", "subjects", "place") if name in answers
        }
        clock = read_clock(words, scene.now)
        return {**wanted, "day": read_day_ahead(words, scene.now), "clock": clock}

    async def options(self, scene: Scene, draft: Draft) -> Options:
        """People to choose from."""
        seat = await seated(scene, self._directories)
        on = scene.now.date()
        whom = people.whom_options(draft.answers, NAMES, seat.directory, seat.unit, on)
        offered = {"talkers": talkers_offered(seat, on), "subjects": subjects_offered(seat, on)}
        return {**offered, "whom": whom, "days": days_ahead(on)}

    async def reworked(self, draft: Draft, scene: Scene) -> tuple[Draft, str]:
        """Match people to posts; take only known ones, and days to come."""
        seat = await seated(scene, self._directories)
        today = scene.now.date()
        answers = people.settled_answers(draft.answers, NAMES, seat.directory, seat.unit, today)
        told = ""
        if answers.get("day") and str(answers["day"]) < today.isoformat():
            del answers["day"]
            told = texts.PLAN_PAST
        for name in NAMES:
            if any(str(value).startswith(people.NAMED) for value in answers.get(name) or ()):
                del answers[name]
                told = texts.PLAN_SUBJECTS_KNOWN
        partial = people.gathered(draft.partial, NAMES, seat.directory, today)
        return replace(draft, answers=answers, partial=partial), told

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:  # noqa: ARG002 - the base's signature
        """The measure."""
        from knowledge.catalogue import load_catalogue

        kind = load_record_kinds().talk(str(draft.answers["type"]))
        measure = load_catalogue().measure(kind.measures[0])
        return [talks.basis(measure.label, measure.title)]

    async def finish(self, filled: PlanForm, scene: Scene) -> Sequence[Say]:
        """Keep the plan, or move it."""
        seat = await seated(scene, self._directories)
        body = {
            "time": filled.clock.strftime("%H:%M") if filled.clock else None,
            "place": filled.place,
            "matters": filled.matters,
        }
        talker = people.person_of(filled.talkers[0])
        duty = load_record_kinds().talk(filled.type).duty
        posts = seat.directory.posts_of(talker, scene.now.date())
        post = fitting_post(posts, duty.talkers if duty else ())
        new = NewPlan(
            talk_type=filled.type,
            organisation=post.organisation if post else seat.unit or "",
            talker=talker,
            subjects=tuple(people.person_of(value) for value in filled.subjects),
            day=filled.day,
            author=seat.person.id,
            body=body,
        )
        if filled.of is not None:
            return [Say(await _changed(scene, await visible_plan(scene, seat, filled.of), new))]
        await store(scene).plans.add(new)
        return [Say(texts.PLANNED)]


async def _changed(scene: Scene, plan: StoredPlan | None, new: NewPlan) -> str:
    """Move a plan, or put another in its place where it is of another type or with other people."""
    if plan is None:
        return texts.PLAN_GONE
    plans = store(scene).plans
    if (plan.talk_type, plan.talker, plan.subjects) == (new.talk_type, new.talker, new.subjects):
        return texts.PLAN_MOVED if await plans.move(plan.id, new.day, new.body) else texts.PLAN_GONE
    await plans.cancel(plan.id)
    await plans.add(new)
    return texts.PLAN_MOVED


class PlansDialog:
    """`/plans` lists planned talks; choices "plans:show:ID" and "plans:cancel:ID"."""

    name = "plans"
    commands: ClassVar[Mapping[str, str]] = {"plans": texts.PLANS_COMMAND}

    def __init__(self, directories: DirectoryService) -> None:
        self._directories = directories

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer the command or a choice."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        if turn.kind == "command":
            return [await self._list(scene, seat)]
        action, number = asked_for(turn)
        plan = await visible_plan(scene, seat, number or 0)
        if plan is None:
            return [Say(texts.PLAN_GONE)]
        if action == "cancel":
            await store(scene).plans.cancel(plan.id)
            return [Say(texts.PLAN_CANCELLED)]
        if action != "show":
            return [Say(STALE_CHOICE)]
        return [_shown(plan, seat)]

    @staticmethod
    async def _list(scene: Scene, seat: Seat) -> Say:
        mine = await store(scene).plans.find(talker=seat.person.id)
        own = [
            each
            for each in await store(scene).plans.find(organisation=seat.unit)
            if each.author == seat.person.id
        ]
        plans = sorted(
            {each.id: each for each in (*mine, *own)}.values(), key=lambda each: (each.day, each.id)
        )
        if not plans:
            return Say(texts.NO_PLANS)
        lines = [texts.PLANS_LEAD, *(_line(each, seat) for each in plans)]
        rows = tuple((Choice(_line(each, seat)[:40], f"plans:show:{each.id}"),) for each in plans[:10])
        return Say("\n".join(lines), choices=rows)


def _shown(plan: StoredPlan, seat: Seat) -> Say:
    lines = [
        _line(plan, seat),
        *(str(plan.body[name]) for name in ("place", "matters") if plan.body.get(name)),
    ]
    choices = (
        Choice(texts.LOG_IT, f"talk:plan:{plan.id}"),
        Choice(texts.MOVE_PLAN, f"plan:move:{plan.id}"),
        Choice(texts.CANCEL_PLAN, f"plans:cancel:{plan.id}"),
    )
    return Say("\n".join(lines), choices=(choices,))


def _line(plan: StoredPlan, seat: Seat) -> str:
    subjects = "、".join(seat.directory.who(each, plan.day).shown for each in plan.subjects)
    return texts.plan_line(plan.id, plan.day, str(plan.body.get("time") or ""), plan.talk_type, subjects)


def _opened(plan: StoredPlan, seat: Seat) -> Answers:
    """All of a plan but its day, which is asked for anew."""

    def value(person: str) -> str:
        return people.value_of(seat.directory.who(person, plan.day))

    return {
        "type": plan.talk_type,
        "talkers": [value(plan.talker)],
        "subjects": [value(each) for each in plan.subjects],
        "clock": plan.body.get("time"),
        **{name: plan.body.get(name) for name in ("place", "matters")},
        "of": plan.id,
    }


def _moved(turn: Turn) -> int | None:
    action, number = asked_for(turn)
    return number if action == "move" else None
