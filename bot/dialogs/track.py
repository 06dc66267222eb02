"""Following a report by its receipt, from any channel and any account."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BaseModel, StringConstraints

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_drafts import Draft
from bot.conversation.form_fields import Ask, Form
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.receipt_session import drop_receipt, keep_receipt, kept_receipt
from bot.dialogs.seat import store
from bot.services.casework.access import Desk
from bot.services.casework.rechecks import resealed
from bot.services.casework.statuses import is_open
from bot.services.reports.guesses import Guesses
from bot.services.reports.intake import REPORTER
from bot.services.reports.proof import organisation_name, proof_of
from bot.services.reports.tracking import (
    Written,
    conversation,
    has_contact,
    looked_up,
    looks_like_receipt,
    open_question,
    withdraw_contact,
)
from storage import OpenCase
from yanlu.texts import reports as texts

SHOWN = 10
"""The messages that are shown, the newest."""
MOST_SHOWN = 3_000
"""Characters of one message that are shown."""
_LOOK = Choice(texts.LOOK, "track:look")
_END = (Choice(texts.SWEEP_HERE, "track:sweep"), Choice(texts.END, "track:end"))


class TrackForm(BaseModel):
    """Only asks: what is typed is looked up at once and kept in no draft."""

    receipt: Annotated[str, StringConstraints(max_length=100), Ask(texts.ASK_RECEIPT, texts.RECEIPT)]


class TrackDialog(FormDialog[TrackForm]):
    """/track, a typed receipt, and the menu of a case that was found."""

    commands: ClassVar[Mapping[str, str]] = {"track": texts.TRACK_COMMAND}
    passing = True

    def __init__(self, desk: Desk, guesses: Guesses) -> None:
        super().__init__(Form("track", 1, TrackForm, texts.TRACK_TITLE))
        self._desk = desk
        self._guesses = guesses
        self._actions: Mapping[str, Callable[[OpenCase, Scene], Awaitable[Sequence[Say]]]] = {
            "look": self.shown,
            "proof": self._proof,
            "withdraw": self._asked_to_withdraw,
            "withdraw-yes": self._withdrawn,
        }

    async def finish(self, filled: TrackForm, scene: Scene) -> Sequence[Say]:
        """Look a receipt up."""
        return await self._entered(filled.receipt, scene)

    async def leave(self, scene: Scene) -> Sequence[Say]:
        """Give way to another command, without a word: there was nothing to lose."""
        await scene.close_form()
        return []

    async def cancel(self, scene: Scene) -> Sequence[Say]:
        """End it."""
        return self._spoken(await self._ended(scene))

    async def followed(self, scene: Scene) -> OpenCase | None:
        """The case this conversation is following, for a while longer; None when that is over."""
        receipt = await kept_receipt(scene)
        case = None if receipt is None else await store(scene).cases.by_receipt(receipt)
        if receipt is None or case is None:
            await drop_receipt(scene)
            return None
        await keep_receipt(scene, receipt)
        return case

    async def shown(self, case: OpenCase, scene: Scene) -> Sequence[Say]:
        """How a case stands, what was written, and what may be done."""
        work = store(scene)
        row = case.row
        directory = await self._desk.directories.of(work)
        name = organisation_name(directory, row.organisation)
        written = await conversation(work, case)
        lines = [texts.status_lines(row.number, row.status, row.filed, row.changed, name), *_lines(written)]
        contact, files = await has_contact(work, case), len(await work.case_files.of(case.key))
        if files:
            lines.append(texts.files_line(files))
        return [Say("\n".join(lines), choices=_menu(case, written, has_contact=contact))]

    async def _handled(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        mine = scene.form is not None and scene.form.dialog == self.name
        if turn.kind == "choice":
            return await self._tapped(turn, scene)
        typed = turn.arguments if turn.kind == "command" else turn.text if turn.kind == "text" else ""
        if typed and (mine or turn.kind == "command" or looks_like_receipt(typed)):
            return await self._entered(typed, scene)
        return await super()._handled(turn, scene)

    async def _tapped(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        rest = turn.text.partition(":")[2]
        if rest in ("end", "sweep") or rest.startswith(".cancel"):
            return await self._ended(scene, sweep=rest == "sweep")
        action = self._actions.get(rest)
        if action is None:
            return await super()._handled(turn, scene)
        case = await self.followed(scene)
        return [Say(texts.SESSION_OVER)] if case is None else await action(case, scene)

    async def _entered(self, typed: str, scene: Scene) -> Sequence[Say]:
        work = store(scene)
        looked = await looked_up(work, self._guesses, scene.key, typed, scene.now)
        if looked.case is None:
            await drop_receipt(scene)
            return await self._open(scene, Draft(), texts.TRY_LATER if looked.refused else texts.NOT_FOUND)
        await scene.close_form()
        await keep_receipt(scene, typed)
        # The receipt opens the case: whoever should have it by now gets it, where nobody else could give it to them.
        await resealed(work, self._desk, looked.case.key, REPORTER, scene.now.date())
        says = await self.shown(looked.case, scene)
        await work.audit.append(REPORTER, "looked", looked.case.row.number, scene.now.date())
        return says

    async def _ended(self, scene: Scene, *, sweep: bool = False) -> Sequence[Say]:
        await drop_receipt(scene)
        scene.passing = True
        await scene.close_form()
        return [Say(texts.SWEEPING, sweeps=True)] if sweep else [Say(texts.ENDED)]

    async def _proof(self, case: OpenCase, scene: Scene) -> Sequence[Say]:
        work = store(scene)
        proof = await proof_of(work, await self._desk.directories.of(work), case)
        return [Say(proof.text, file=proof.file, choices=((_LOOK, *_END),))]

    async def _asked_to_withdraw(self, case: OpenCase, scene: Scene) -> Sequence[Say]:
        if not await has_contact(store(scene), case):
            return [Say(texts.NO_CONTACT)]
        choices = (Choice(texts.WITHDRAW_YES, "track:withdraw-yes"), Choice(texts.WITHDRAW_NO, "track:look"))
        return [Say(texts.WITHDRAW_ASK, choices=(choices,))]

    async def _withdrawn(self, case: OpenCase, scene: Scene) -> Sequence[Say]:
        work = store(scene)
        if not await has_contact(work, case):
            return [Say(texts.NO_CONTACT)]
        await withdraw_contact(work, case, scene.now.date())
        return [Say(texts.WITHDRAWN), *await self.shown(case, scene)]


def _lines(written: Sequence[Written]) -> list[str]:
    if not written:
        return [texts.NO_MESSAGES]
    shown = [
        texts.message_line(each.message.kind, each.day, each.message.text[:MOST_SHOWN])
        for each in written[-SHOWN:]
    ]
    return [texts.MESSAGES_LEFT, *shown] if len(written) > SHOWN else shown


def _menu(case: OpenCase, written: Sequence[Written], *, has_contact: bool) -> tuple[tuple[Choice, ...], ...]:
    if is_open(case.row.status):
        adding = [Choice(texts.SUPPLEMENT, "add:supplement")]
        if open_question(written):
            adding.insert(0, Choice(texts.ANSWER, "add:answer"))
    else:
        adding = [Choice(texts.OBJECT, "add:objection"), Choice(texts.EVIDENCE, "add:evidence")]
    keeping = [Choice(texts.PROOF, "track:proof")]
    if has_contact:
        keeping.append(Choice(texts.WITHDRAW, "track:withdraw"))
    return tuple(adding), tuple(keeping), (_LOOK, *_END)
