"""What is sealed in a case: the report, the reporter's contact, the messages, and what is said of a file. No I/O.

Each part turns into bytes with `packed` and comes back with its class's `unpacked`. Whoever reads a case reads what
others could write into it, so everything is bounded and validated when it comes back.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.conversation.typed_text import MAX_TEXT
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import reports as texts

MAX_COURSE = 5 * MAX_TEXT
"""Characters of what happened, over all its messages."""
MAX_CONCERNED = 10
MAX_ORGANISATIONS = 5
MAX_FILES = 10

Position = Literal["head", "member", "other"]
"""一把手, 班子成员, 其他."""
Side = Literal["reporter", "handler"]
MessageKind = Literal[
    "question", "answer", "supplement", "notice", "outcome", "objection", "evidence", "transfer"
]
"""question, notice, outcome and transfer are the handlers'; answer and supplement the reporter's, and after closing
objection (异议) and evidence (新证据)."""

_Id = Annotated[str, Field(max_length=64)]
_Name = Annotated[str, Field(min_length=1, max_length=80)]
_Short = Annotated[str, Field(max_length=200)]


class Part(BaseModel):
    """A part of a case as it is sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def packed(self) -> bytes:
        """Serialise; `unpacked` gives the same part back."""
        return self.model_dump_json().encode()

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """Read a part back. Raises DatabaseCorrupt when it is none: only whoever has the key can have written it."""
        try:
            return cls.model_validate_json(content)
        except ValidationError:
            happened, kept, next_step = texts.UNREADABLE
            raise DatabaseCorrupt(happened, kept=kept, next_step=next_step) from None


class NamedOrganisation(Part):
    """An organisation a report is about: a listed one by `id`, else the listed one it hangs `under`.

    `name` is the listed name, or how the reporter called it.
    """

    name: _Name
    id: _Id | None = None
    under: _Id | None = None


class Concerned(Part):
    """A person a report is about; `person` is their id where the directory knows them."""

    name: _Name
    position: Position
    person: _Id | None = None


class Report(Part):
    """What a reporter handed in. `category` is one of the six disciplines, `tags` come from the domain's list."""

    category: _Short
    tags: tuple[_Short, ...] = ()
    organisations: tuple[NamedOrganisation, ...] = Field(max_length=MAX_ORGANISATIONS)
    people: tuple[Concerned, ...] = Field(default=(), max_length=MAX_CONCERNED)
    when: _Short = ""
    where: _Short = ""
    course: Annotated[str, Field(min_length=1, max_length=MAX_COURSE)]
    named: bool = False


class Contact(Part):
    """Who reported by name, and how to reach them. Withdrawn or never given: the sealed part is empty."""

    name: _Name
    contact: _Short = ""


class Message(Part):
    """A message of the conversation on a case."""

    side: Side
    kind: MessageKind
    text: Annotated[str, Field(min_length=1, max_length=MAX_COURSE)]


class FileLabel(Part):
    """What is said of a cleaned file: its media type (RFC 6838), the ending of its new name, its bytes.

    The name it came with is never kept.
    """

    media_type: _Short
    ending: _Short
    size: Annotated[int, Field(ge=0)]
