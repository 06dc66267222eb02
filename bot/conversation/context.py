"""What a conversation remembers for a short while: follow-ups and the choices on offer."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.conversation.messages import Choice

CONTEXT_LIFE = timedelta(hours=2)
KEPT_QUESTIONS = 3


class Context(BaseModel):
    """Last questions (newest last), measures of the last answer, (label, value) of the choices on offer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    questions: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()

    @property
    def last_question(self) -> str | None:
        """The question asked last, None when there was none."""
        return self.questions[-1] if self.questions else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices on offer."""
        return tuple(Choice(label, value) for label, value in self.offered)

    def asked(self, question: str, measures: Sequence[str]) -> "Context":
        """Remember a question and the ids of the measures its answer cites."""
        questions = (*self.questions, question)[-KEPT_QUESTIONS:]
        return self.model_copy(update={"questions": questions, "measures": tuple(measures)})

    def offering(self, choices: Sequence[Choice]) -> "Context":
        """Remember which choices are on offer now."""
        return self.model_copy(update={"offered": tuple((c.label, c.value) for c in choices)})


def stored(context: Context) -> bytes:
    """Serialise a context."""
    return context.model_dump_json().encode()


def restored(value: bytes | None) -> Context | None:
    """Read a context back; None when there is none or an older version wrote it."""
    if value is None:
        return None
    try:
        context = Context.model_validate_json(value)
        _ = context.choices
    except ValidationError:
        return None
    except ValueError:  # a choice value that is no longer allowed
        return None
    return context
