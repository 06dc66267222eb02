"""A form that takes files for a case: each cleaned or refused before its turn, then kept in passing until the end."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.conversation.form_dialog import DRAFT_LIFE, Fetch, FormDialog
from bot.conversation.form_drafts import Draft, loaded
from bot.conversation.form_fields import FileAnswer, Form, Model
from bot.conversation.forms import Event
from bot.conversation.messages import IncomingFile, Say, Turn
from bot.conversation.scene import Scene
from bot.services.reports.content import MAX_FILES, FileLabel
from bot.services.reports.guesses import Allowance
from bot.services.reports.intake import Attached
from yanlu.errors import YanluError
from yanlu.texts import conversation
from yanlu.texts import reports as texts

FIELD: Final = "files"
MOST_BYTES = 60 * 1024 * 1024
"""Of the files of one form together."""
HOUSE_BYTES = 512 * 1024 * 1024
HOUSE_WINDOW = timedelta(hours=1)
"""Files wait in memory on SQLite: so much may come within an hour, from all conversations together."""
CLEANED_AT_ONCE = 2
_NOTHING = IncomingFile("", "", 0)
_HIGHEST = "highest file"


class AttachingDialog(FormDialog[Model]):
    """Base of the forms with a field `files`. Names of files, and what a channel calls them, go no further than here."""

    passing = True

    def __init__(self, form: Form[Model], room: Allowance | None = None) -> None:
        super().__init__(form)
        self._room = room or Allowance(HOUSE_BYTES, HOUSE_WINDOW)
        self._cleaning = asyncio.Semaphore(CLEANED_AT_ONCE)

    async def read_file(self, file: IncomingFile, fetch: Fetch) -> IncomingFile:
        """Fetch and clean a file; gives it nameless, with its ending in place of the name, or with the problem."""
        from bot.services.attachments import MAX_BYTES, cleaned
        from bot.services.attachments.limits import refused
        from yanlu.texts.attachments import too_large

        try:
            if file.size > MAX_BYTES:
                raise refused(too_large(MAX_BYTES))
            async with self._cleaning:
                clean = await asyncio.to_thread(cleaned, await fetch(file))
        except YanluError as error:
            return replace(_NOTHING, problem=str(error))
        return IncomingFile("", clean.ending, len(clean.content), clean.media_type, clean.content)

    async def leave(self, scene: Scene) -> Sequence[Say]:
        """Give way to another command: everything is dropped."""
        await self._drop_files(scene)
        return self._spoken(await super().leave(scene))

    async def cancel(self, scene: Scene) -> Sequence[Say]:
        """Drop what was filled in, the files with it."""
        await self._drop_files(scene)
        return self._spoken(await super().cancel(scene))

    async def attached(self, files: Sequence[FileAnswer], scene: Scene) -> tuple[Attached, ...]:
        """Give the files of a filled form. Raises YanluError when one is no longer there."""
        found = []
        for file in files:
            content = await scene.work.passing.get(scene.key, _slot(file.reference))
            if content is None:
                raise YanluError(texts.FILES_GONE)
            label = FileLabel(media_type=file.media_type or "", ending=file.name, size=len(content))
            found.append(Attached(label, content))
        return tuple(found)

    async def _handled(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        if turn.kind == "file" and turn.file is not None:
            return await self._file_sent(turn, turn.file, scene)
        return await super()._handled(turn, scene)

    async def _file_sent(self, turn: Turn, file: IncomingFile, scene: Scene) -> Sequence[Say]:
        found = None if scene.form is None else loaded(self.form, scene.form.value)
        if found is None or not self.awaits_file(scene):
            return await super()._handled(replace(turn, file=_NOTHING), scene)
        draft = found[0]
        problem, number = self._judged(draft, file, scene)
        if problem or file.content is None:
            return await self._open(scene, draft, problem)
        expires = scene.now + DRAFT_LIFE
        await scene.work.passing.put(scene.key, _slot(str(number)), file.content, expires)
        highest = max(number, await self._highest(scene))
        await scene.work.passing.put(scene.key, _HIGHEST, str(highest).encode(), expires)
        bare = replace(file, reference=str(number), content=None)
        return await super()._handled(replace(turn, file=bare), scene)

    def _judged(self, draft: Draft, file: IncomingFile, scene: Scene) -> tuple[str, int]:
        """Say why a file is not taken ("" where it is), and give it a number that no kept file has."""
        partial, answered = draft.partial.get(FIELD) or [], draft.answers.get(FIELD) or []
        taken = {str(each["reference"]) for each in (*partial, *answered)}
        if file.content is None:
            return file.problem or conversation.FILE_UNREAD, 0
        if len(partial) >= MAX_FILES:
            return texts.TOO_MANY_FILES, 0
        if sum(int(each["size"]) for each in partial) + file.size > MOST_BYTES:
            return texts.TOO_MUCH, 0
        if not self._room.spend(scene.now, file.size):
            return texts.HOUSE_FULL, 0
        return "", next(number for number in range(1, 2 * MAX_FILES + 2) if str(number) not in taken)

    async def _advance(self, draft: Draft, event: Event, scene: Scene) -> Sequence[Say]:
        says = await super()._advance(draft, event, scene)
        if scene.form is None:
            await self._drop_files(scene)
        return says

    async def _drop_files(self, scene: Scene) -> None:
        highest = await self._highest(scene)
        for number in range(1, highest + 1):
            await scene.work.passing.delete(scene.key, _slot(str(number)))
        if highest:
            await scene.work.passing.delete(scene.key, _HIGHEST)

    async def _highest(self, scene: Scene) -> int:
        return int(await scene.work.passing.get(scene.key, _HIGHEST) or 0)


def _slot(reference: str) -> str:
    return f"file {reference}"


def shown_file(value: dict[str, object]) -> str:
    """A file as the form shows it: kind and size, no name."""
    return texts.file_shown(str(value.get("media_type") or ""), int(str(value.get("size") or 0)))
