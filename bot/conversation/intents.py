"""What a message wants, and who reads that from it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from bot.conversation.context import Context

Intent = Literal["question", "smalltalk", "record", "plan", "report", "track", "statistics", "help"]


@dataclass(frozen=True, slots=True)
class IntentReading:
    """The likeliest intent, and the other one when in doubt; a `firm` one is not to be read otherwise."""

    intent: Intent
    alternative: Intent | None = None
    firm: bool = False


class IntentReader(Protocol):
    """Reads the intent of a cleaned text. Pure and quick."""

    def read(self, text: str, context: "Context") -> IntentReading:
        """Tell what the text wants."""
        ...
