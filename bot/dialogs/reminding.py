"""Reminders one has: listed, taken note of, put off."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.choice_values import asked_for
from bot.dialogs.seat import Seat, seat_of, store
from bot.services.directory import DirectoryService
from bot.services.reminder_words import ReminderWords
from bot.services.reminders import Calendar, unit_of
from bot.services.reminding import standing_reminders, worded
from bot.services.standing import StandingService
from bot.services.unit_calendar import load_calendars
from bot.services.working_days import WorkingDays
from yanlu.texts import records as record_texts
from yanlu.texts import standing as texts
from yanlu.texts.conversation import STALE_CHOICE

LATER = timedelta(days=7)
LISTED = 10
_LOOKED_AT = 100


class RemindingDialog:
    """`/reminders` lists what still stands; choices "remind:ok:ID", "remind:later:ID" and "remind:show:ID"."""

    name = "remind"
    commands: ClassVar[Mapping[str, str]] = {"reminders": texts.REMINDERS_COMMAND}

    def __init__(
        self, directories: DirectoryService, standing: StandingService, calendar: Calendar | None = None
    ) -> None:
        self._directories = directories
        self._standing = standing
        self._calendar = calendar or WorkingDays()

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Answer the command or a choice."""
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(record_texts.NOT_BOUND)]
        words = ReminderWords(store(scene), seat.directory, self._standing, scene.now.date())
        if turn.kind == "command":
            return [await self._listed(scene, seat, words)]
        action, number = asked_for(turn)
        if number is None or action not in {"ok", "later", "show"}:
            return [Say(STALE_CHOICE)]
        if action == "ok":
            return [Say(texts.NOTED)]
        if action == "later":
            return [await self._put_off(scene, seat, number)]
        return [await self._shown(scene, seat, words, number)]

    async def _listed(self, scene: Scene, seat: Seat, words: ReminderWords) -> Say:
        found = await standing_reminders(store(scene), words, seat.person.id, _LOOKED_AT)
        if not found:
            return Say(texts.NO_REMINDERS)
        lines, rows = [texts.REMINDERS_LEAD], []
        for place, (reminder, say) in enumerate(found[:LISTED], 1):
            line = texts.listed(place, say.text)
            lines.append(line)
            rows.append((Choice(line[:30], f"remind:show:{reminder.id}"),))
        return Say("\n".join(lines), choices=tuple(rows))

    async def _shown(self, scene: Scene, seat: Seat, words: ReminderWords, id_: int) -> Say:
        for reminder in await store(scene).reminders.of(seat.person.id, _LOOKED_AT):
            if reminder.id == id_:
                return await worded(words, reminder) or Say(texts.NOT_YOURS)
        return Say(texts.NOT_YOURS)

    async def _put_off(self, scene: Scene, seat: Seat, id_: int) -> Say:
        """Have it told again in a week, when work then begins. Raises CalendarUnknown beyond the calendar."""
        mine = {each.id for each in await store(scene).reminders.of(seat.person.id, _LOOKED_AT)}
        directory, on = seat.directory, scene.now.date()
        calendars = await load_calendars(store(scene), directory)
        own = calendars.of(unit_of(seat.person.id, directory, on))
        until = self._calendar.under(own).next_working_moment(scene.now + LATER)
        if id_ not in mine or not await store(scene).reminders.postpone(id_, until):
            return Say(texts.NOT_YOURS)
        return Say(texts.put_off(until.date()))
