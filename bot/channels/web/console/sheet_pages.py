"""The chat's forms as pages: begun, filled in, checked and acted on by the dialog that the chat uses.

The draft a form began with (a record, a plan, a sentence) is read anew at each step; what the browser sends is only
what was typed, and which version it was typed about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.responses import Response

from bot.channels.web.console.frame import Call, Frame
from bot.channels.web.console.sheets import Place, Sheet, is_iso
from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import REVIEW, Draft, position, revision, settled, started
from bot.conversation.messages import Conversation, Turn
from bot.conversation.scene import Scene
from bot.conversation.typed_text import MAX_TEXT, cleaned
from bot.dialogs.seat import Seat
from bot.services.clock import BEIJING
from storage import UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import console_records as words

_NOWHERE = Conversation("console", "")


@dataclass(frozen=True, slots=True)
class Errand:
    """A form of the chat as a page. `begin`: the choice that begins it there; `sentence`: the words, in its place.

    `done` gives the page that follows, and what it says. `notes`: the dialog's notes stand on the page from the first
    (what it is about), come last (hints, to be looked at before the form is acted on), or never. `leave`: where one
    goes who gives up; `newest`: where what was corrected stands.
    """

    dialog: FormDialog[Any]
    begin: str
    title: str
    submit: str
    leave: str
    done: Callable[[Scene], tuple[str, str]]
    sentence: str = ""
    notes: Literal["first", "last", "never"] = "first"
    newest: str = ""


@dataclass(slots=True)
class _Filling:
    """A form on its way through a request."""

    errand: Errand
    scene: Scene
    sheet: Sheet[Any]
    notes: Sequence[str] = ()


class _NotActed(Exception):
    """Undoes a transaction that has only looked: the form may come again. Carries the page that asks again."""

    def __init__(self, page: Response) -> None:
        super().__init__()
        self.page = page


async def seat_at(call: Call, frame: Frame, work: UnitOfWork) -> Seat:
    """Seat the visitor as the dialogs know them, with the directory of the transaction."""
    directory = await frame.parts.directories.of(work)
    person = call.visitor.person
    return Seat(directory.person(person), tuple(directory.posts_of(person, call.today)), directory)


async def scene_at(call: Call, frame: Frame, work: UnitOfWork) -> Scene:
    """Give the scene in which the chat's dialogs act for the visitor. No conversation is behind it."""
    seat = await seat_at(call, frame, work)
    return Scene(work=work, key="", now=call.now.astimezone(BEIJING), found={"seat": seat})


def choice(value: str, scene: Scene) -> Turn:
    """Give the turn of somebody who takes a choice."""
    return Turn(_NOWHERE, "", "choice", scene.now, value)


def said_here(sentence: str) -> str:
    """Say what the chat says, without its commands."""
    return words.ELSEWHERE.get(sentence, sentence)


class SheetPages:
    """Shows forms and acts on them."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def blank(self, call: Call, errand: Errand) -> Response:
        """Show a form as it begins."""
        async with self._frame.parts.database.transaction(call.now) as work:
            filling = await self._begun(call, errand, work)
            filling.sheet.draft = filling.sheet.known
            told = str(filling.scene.found.pop(_TOLD, ""))
            return self._shown(call, filling, alert=told)

    async def filled(self, call: Call, errand: Errand) -> Response:
        """Act on a form, or show it again with what stands against it."""
        try:
            async with self._frame.parts.database.transaction(call.now) as work:
                if not await call.first_time(work):
                    return self._frame.back(errand.leave, "already")
                return await self._acted(call, await self._begun(call, errand, work, posted=True))
        except _NotActed as again:
            return again.page

    async def _acted(self, call: Call, filling: _Filling) -> Response:
        """Act on a form. Raises _NotActed with the page that asks again."""
        errand, scene = filling.errand, filling.scene
        await self._checked(call, filling)
        filled = errand.dialog.form.model.model_validate(dict(filling.sheet.draft.answers))
        objection = await errand.dialog.objection(filled, scene)
        if objection:
            raise _NotActed(self._shown(call, filling, alert=said_here(objection), status=422))
        if errand.notes == "last":
            filling.notes = (await errand.dialog.notes(filling.sheet.draft, scene))[1:]
            if filling.notes and call.form.get("seen") != _look(filling.sheet.draft, filling.notes):
                raise _NotActed(self._shown(call, filling))
        says = await errand.dialog.finish(filled, scene)
        if says and says[0].text in words.REFUSED:
            alert = says[0].text + (words.MOVED_KEPT if errand.newest else "")
            raise _NotActed(self._shown(call, filling, alert=alert, status=409))
        address, said = errand.done(scene)
        return self._frame.back(address, said)

    async def begun(self, call: Call, errand: Errand, work: UnitOfWork) -> tuple[Sheet[Any], str]:
        """Give a form as it begins, and what is said about that; for a page that shows it to be read only."""
        filling = await self._begun(call, errand, work)
        filling.sheet.draft = filling.sheet.known
        return filling.sheet, str(filling.scene.found.pop(_TOLD, ""))

    async def _begun(self, call: Call, errand: Errand, work: UnitOfWork, *, posted: bool = False) -> _Filling:
        """Begin a form as the chat does. Raises YanluError where this person must not, or nothing is there."""
        scene = await scene_at(call, self._frame, work)
        dialog, form = errand.dialog, errand.dialog.form
        turn = choice(errand.begin, scene)
        if errand.sentence:
            turn = Turn(_NOWHERE, "", "text", scene.now, errand.sentence)
        barred = await dialog.barred(turn, scene)
        if barred:
            raise YanluError(said_here(barred[0].text))
        draft = started(form, await dialog.prefilled(turn, scene))
        draft, told = await dialog.reworked(draft, scene)
        seat = scene.found["seat"]
        assert isinstance(seat, Seat)
        scene.found[_TOLD] = said_here(told)
        place = Place(seat.directory, seat.unit, scene.now)
        options = await dialog.options(scene, draft)
        fields = call.form.fields if posted else None
        sheet = Sheet(form, place, settled(form, draft), options, fields)
        notes = await dialog.notes(sheet.known, scene) if errand.notes == "first" else ()
        return _Filling(errand, scene, sheet, notes)

    async def _checked(self, call: Call, filling: _Filling) -> None:
        """Read what was typed. Raises _NotActed where something is missing or cannot be read."""
        errand, scene, sheet = filling.errand, filling.scene, filling.sheet
        draft, told = await errand.dialog.reworked(sheet.read(), scene)
        sheet.draft = draft
        draft, _ = await errand.dialog.reworked(sheet.settle(draft), scene)
        whole = sheet.check(settled(errand.dialog.form, draft), said_here(told))
        if not whole or position(errand.dialog.form, sheet.draft) != REVIEW:
            raise _NotActed(self._shown(call, filling, alert=words.CHECK_FIELDS, status=422))

    def _shown(self, call: Call, filling: _Filling, *, alert: str = "", status: int = 200) -> Response:
        errand, sheet = filling.errand, filling.sheet
        looked = errand.notes == "last" and bool(filling.notes) and not sheet.problems
        return self._frame.page(
            call,
            "sheet.html",
            words,
            area="records",
            status=status,
            alert=alert,
            title=errand.title,
            submit=words.SUBMIT_ANYWAY if looked and not alert else errand.submit,
            leave=errand.leave,
            newest=errand.newest if status == 409 else "",
            blanks=sheet.blanks(),
            notes=filling.notes,
            looked=looked,
            seen=_look(sheet.draft, filling.notes) if looked else "",
            version=str((sheet.draft.answers or sheet.known.answers).get("version") or ""),
            sentence=errand.sentence,
            is_iso=is_iso,
        )


_TOLD = "told on a page"


def _look(draft: Draft, notes: Sequence[str]) -> str:
    """Name a draft with its hints, so that only what was on the page counts as looked at."""
    return revision(Draft({**draft.answers, "": list(notes)}))


def sentence_of(call: Call, name: str = "sentence") -> str:
    """Give the sentence that was typed. Raises YanluError for one that is too long to be read."""
    sentence = cleaned(call.form.get(name))
    if len(sentence) > MAX_TEXT:
        raise YanluError(words.TOO_LONG)
    return sentence
