"""What a reporter adds to a case they follow: an answer, a supplement, an objection, new evidence; with files."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, cast

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from bot.conversation.form_fields import Answers, Ask, FileAnswer, Form, Labels
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.report_attachments import AttachingDialog, shown_file
from bot.dialogs.report_form import MOST_PARTS, asked_files, bounded
from bot.dialogs.seat import store
from bot.dialogs.track import TrackDialog
from bot.services.casework.access import Desk
from bot.services.casework.statuses import is_open
from bot.services.reports.content import MAX_FILES, MessageKind
from bot.services.reports.guesses import Allowance
from bot.services.reports.tracking import ADDED, add
from yanlu.texts import reports as texts

_AFTER_CLOSING = frozenset({"objection", "evidence"})
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _asked(answers: Answers) -> str:
    return texts.ASK_ADD[str(answers.get("kind") or "supplement")]


class AddForm(BaseModel):
    """Something added to a case; `kind` says what it is, `road` is the channel."""

    road: Annotated[str | None, Ask("", "", optional=True, hidden=True)] = None
    kind: Annotated[str | None, Ask("", "", optional=True, hidden=True)] = None
    text: Annotated[
        Annotated[list[_Text], Field(min_length=1, max_length=MOST_PARTS), AfterValidator(bounded)],
        Ask(_asked, texts.ADD_TEXT, many=True, most=MOST_PARTS),
    ]
    files: Annotated[
        Annotated[list[FileAnswer], Field(max_length=MAX_FILES)],
        Ask(asked_files, texts.FILES, "file", optional=True, many=True, most=MAX_FILES, show=shown_file),
    ] = []


class AddingDialog(AttachingDialog[AddForm]):
    """Begun from the menu of a followed case only ("add:KIND")."""

    commands: ClassVar[Mapping[str, str]] = {}

    def __init__(self, desk: Desk, track: TrackDialog, room: Allowance | None = None) -> None:
        labels = Labels(confirm=texts.CONFIRM)
        super().__init__(Form("add", 1, AddForm, texts.ADD_TITLE, labels=labels), room)
        self._desk = desk
        self._track = track

    async def barred(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Say that nothing is followed any more, or show the menu again where this does not fit the case now."""
        case = await self._track.followed(scene)
        if case is None:
            return [Say(texts.SESSION_OVER)]
        kind = _kind(turn)
        if kind not in ADDED or is_open(case.row.status) is (kind in _AFTER_CLOSING):
            return await self._track.shown(case, scene)
        return ()

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:  # noqa: ARG002 - as the base has it
        """Remember what it is to be, and where."""
        return {"kind": _kind(turn), "road": turn.conversation.channel}

    async def finish(self, filled: AddForm, scene: Scene) -> Sequence[Say]:
        """Seal it into the case."""
        case = await self._track.followed(scene)
        if case is None:
            return [Say(texts.SESSION_OVER)]
        work = store(scene)
        await add(
            work,
            self._desk,
            case,
            kind=cast("MessageKind", filled.kind),
            text="\n".join(filled.text),
            files=await self.attached(filled.files, scene),
            day=scene.now.date(),
        )
        again = await self._track.followed(scene)
        shown = () if again is None else await self._track.shown(again, scene)
        return [Say(texts.ADDED), *shown]


def _kind(turn: Turn) -> str:
    return turn.text.partition(":")[2] if turn.kind == "choice" else ""
