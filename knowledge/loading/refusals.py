"""Makes the errors of the loading room, each with what was kept and what to do."""

from typing import TypeVar

from yanlu.errors import DocumentError
from yanlu.texts import loading as texts

Error = TypeVar("Error", bound=DocumentError)


def refusal(kind: type[Error], words: texts.Refusal) -> Error:
    """Give back a `kind` that says `words` and that nothing of the file was stored."""
    return kind(words.happened, kept=texts.KEPT, next_step=words.next_step)
