"""Why a talk that was due has not been held, said by those who owe it or write for them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Answers, Ask, Form, Labels
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.choice_values import number_in
from bot.dialogs.seat import Seat, seat_of, seated, store
from bot.dialogs.talk_form import Sentence
from bot.services.coverage import Coverage, Met
from bot.services.directory import DirectoryService
from bot.services.duties import Period
from bot.services.standing import StandingService
from knowledge.records import load_record_kinds
from storage import Excuse
from yanlu.texts import standing_dialog as texts
from yanlu.texts.conversation import STALE_CHOICE

MOST_EXCUSES = 6
YEARS = range(2000, 2101)


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
        wanted = _excused(turn)
        if not wanted:
            return [Say(STALE_CHOICE)]
        if seat is None or not await self._owes(seat, wanted, scene):
            return [Say(texts.NOT_ENTITLED)]
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - the base's signature
        """Which talk."""
        return _excused(turn)

    async def notes(self, draft: Draft, scene: Scene) -> Sequence[str]:
        """Which talk it is."""
        seat = await seated(scene, self._directories)
        subject, talk_type, period = (str(draft.answers[name]) for name in ("subject", "type", "period"))
        return [texts.excused_talk(seat.directory.person(subject).name, talk_type, period)]

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
        year = number_in(str(wanted.get("period") or ""))
        if year is None or year not in YEARS or not seat.posts:
            return False
        covered = await owed_here(self._standing, seat, Period.year(year), scene)
        return any(
            (each.obligation.subject, each.obligation.talk_type)
            == (wanted.get("subject"), wanted.get("type"))
            for each in covered.mets
        )


async def owed_here(standing: StandingService, seat: Seat, period: Period, scene: Scene) -> Coverage:
    """What somebody owes; for a clerk, what their unit does."""
    today, work = scene.now.date(), store(scene)
    if not writes_for_others(seat):
        return await standing.owed_by(work, seat.person.id, period, today)
    unit = seat.unit or ""
    covered = await standing.owed_in(work, unit, period, today, below=False)
    return covered.where(lambda each: each.owed_by == unit)


def writes_for_others(seat: Seat) -> bool:
    """Tell whether the first post is a clerk's: they ask for their unit."""
    return seat.posts[0].role in {"liaison", "staff", "section"}


def excuse_rows(missing: Sequence[Met], seat: Seat) -> tuple[tuple[Choice, ...], ...]:
    """A button for each of the first that have no reason yet."""
    codes = [each.code for each in load_record_kinds().talks]
    rows = []
    for met in [each for each in missing if each.excuse is None][:MOST_EXCUSES]:
        owed = met.obligation
        name = seat.directory.person(owed.subject).name
        value = f"excuse:start:{codes.index(owed.talk_type)}:{owed.period}:{owed.subject}"
        rows.append((Choice(texts.excuse_for(name, owed.talk_type), value),))
    return tuple(rows)


def _excused(turn: Turn) -> dict[str, object]:
    """Which talk a choice names; {} where it names none."""
    _, action, index, period, subject = (*turn.text.split(":"), "", "", "", "")[:5]
    talks, number = load_record_kinds().talks, number_in(index)
    if turn.kind != "choice" or action != "start" or number is None or number >= len(talks):
        return {}
    return {"subject": subject, "type": talks[number].code, "period": period}
