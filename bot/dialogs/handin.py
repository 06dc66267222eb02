"""Hand an unanswered question in for a human answer. Only its text is kept, never who asked."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BaseModel, StringConstraints

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_fields import Answers, Ask, Form, Labels
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from yanlu.texts import conversation as texts

MAX_QUESTION = 500
MAX_NOTE = 500


class HandIn(BaseModel):
    """A question for a human answer."""

    question: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=2, max_length=MAX_QUESTION),
        Ask(texts.HANDIN_QUESTION, texts.HANDIN_QUESTION_LABEL),
    ]
    note: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE)] | None,
        Ask(texts.HANDIN_NOTE, texts.HANDIN_NOTE_LABEL, optional=True),
    ] = None


class HandInDialog(FormDialog[HandIn]):
    """Started by "handin:start" or /handin; the last question, or the command's arguments, are filled in."""

    commands: ClassVar[Mapping[str, str]] = {"handin": texts.HANDIN_COMMAND}

    def __init__(self) -> None:
        super().__init__(
            Form(
                name="handin",
                version=1,
                model=HandIn,
                title=texts.HANDIN_TITLE,
                intro=texts.HANDIN_INTRO + texts.NOTICE,
                labels=Labels(confirm=texts.HANDIN_CONFIRM),
            )
        )

    async def prefilled(self, turn: Turn, scene: Scene) -> Answers:
        """Fill in the question."""
        return {"question": turn.arguments or scene.context.last_question}

    async def finish(self, filled: HandIn, scene: Scene) -> Sequence[Say]:
        """Keep the question for the administrator."""
        await scene.work.questions.add(filled.question, filled.note, scene.now)
        return [Say(texts.HANDIN_DONE)]
