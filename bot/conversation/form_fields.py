"""What a form is made of: a pydantic model whose fields say, by `Ask`, how they are asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from yanlu.texts import conversation as texts

Model = TypeVar("Model", bound=BaseModel)
Answers = Mapping[str, Any]
"""Answers so far by field name, as JSON values."""

Kind = Literal["text", "choice", "date", "file", "yes_no"]

MAX_NAMES_BYTES = 30
"""Bytes that form and field names may take together: a 32-byte option value still fits in a button."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: `value` is kept (at most 32 bytes), `label` is on its button, `card` on the card if other."""

    value: str
    label: str
    card: str = ""


Options = Mapping[str, Sequence[Option]]
"""Options by the provider's name, for fields whose options are not fixed."""


@dataclass(frozen=True, slots=True)
class Ask:
    """How a field is asked for.

    `text` is the question (or makes it of the answers so far), `label` names the field on the card.
    `optional`: may be skipped. `quiet`: never asked for, filled beforehand or by editing only (must be
    optional). `hidden`: quiet, and neither on the card nor to be edited. `many`: several values, ended by
    完成; the annotation is then a list; at most `most`; where `whole`, one typed message is the whole list.
    `when`: the field exists only where this holds of the earlier answers. `options`: fixed ones, or the name
    of a provider; on a text field they are suggestions. `read`: turns typed text into a raw value, None when
    it cannot. `show`: writes one kept value for people.
    """

    text: str | Callable[[Answers], str]
    label: str
    kind: Kind = "text"
    optional: bool = False
    quiet: bool = False
    hidden: bool = False
    many: bool = False
    whole: bool = False
    most: int = 20
    when: Callable[[Answers], bool] | None = None
    options: tuple[Option, ...] | str = ()
    read: Callable[[str, datetime], object | None] | None = None
    show: Callable[[Any], str] | None = None

    def asked(self, answers: Answers) -> str:
        """Give the question as it is put after these answers."""
        return self.text if isinstance(self.text, str) else self.text(answers)


class FileAnswer(BaseModel):
    """The answer to a field of kind file: what the channel needs to fetch it."""

    reference: str
    name: str
    size: int
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form, ready for use."""

    name: str
    ask: Ask
    adapter: TypeAdapter[Any]

    def exists(self, answers: Answers) -> bool:
        """Tell whether the field's condition holds."""
        return self.ask.when is None or self.ask.when(answers)

    def options(self, options: Options) -> tuple[Option, ...]:
        """Give the options to choose from."""
        if isinstance(self.ask.options, str):
            return tuple(options.get(self.ask.options, ()))
        return self.ask.options

    def accepted(self, raw: object) -> Any:  # noqa: ANN401 - a JSON value of the field's own type
        """Validate a raw value; gives the JSON value to keep. Raises ValidationError."""
        return self.adapter.dump_python(self.adapter.validate_python(raw), mode="json")


@dataclass(frozen=True, slots=True)
class Labels:
    """Words on the buttons of the review card; no `save` means that the form keeps no drafts."""

    confirm: str = texts.CONFIRM
    edit: str = texts.EDIT
    save: str | None = None
    back: str = texts.BACK
    cancel: str = texts.CANCEL


@dataclass(frozen=True, slots=True)
class Form(Generic[Model]):
    """A compiled form. Raise `version` when its fields change meaning."""

    name: str
    version: int
    model: type[Model]
    title: str
    intro: str = ""
    labels: Labels = field(default_factory=Labels)
    fields: Mapping[str, FormField] = field(init=False)

    def __post_init__(self) -> None:
        fields = {name: self._compiled(name) for name in self.model.model_fields}
        object.__setattr__(self, "fields", fields)

    def _compiled(self, name: str) -> FormField:
        info = self.model.model_fields[name]
        asks = [item for item in info.metadata if isinstance(item, Ask)]
        if len(asks) != 1:
            raise TypeError(f"{self.model.__name__}.{name} needs exactly one Ask")
        ask = asks[0]
        if len((self.name + name).encode()) > MAX_NAMES_BYTES:
            raise TypeError(f"{self.name}.{name}: names too long for a button")
        if (ask.quiet or ask.hidden) and not ask.optional:
            raise TypeError(f"{self.model.__name__}.{name}: a quiet field must be optional")
        if ask.whole and not (ask.many and ask.read):
            raise TypeError(f"{self.model.__name__}.{name}: a whole list needs `many` and `read`")
        if ask.kind == "choice" and not ask.options:
            raise TypeError(f"{self.model.__name__}.{name}: a choice needs options")
        if (ask.optional or ask.when is not None) and info.is_required():
            raise TypeError(f"{self.model.__name__}.{name}: may be left out, so it needs a default")
        return FormField(name, ask, TypeAdapter(info.rebuild_annotation()))


_LIMITS: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "string_too_long": ("max_length", texts.longest),
    "string_too_short": ("min_length", texts.shortest),
    "too_long": ("max_length", texts.most_items),
    "too_short": ("min_length", texts.fewest_items),
}
_CHINESE = re.compile("[\u4e00-\u9fff]")


def complaint(error: ValidationError) -> str:
    """Say in Chinese what is wrong first; a validator's own Chinese ValueError is passed on."""
    return _complaint(error.errors(include_url=False, include_input=False)[0])


def _complaint(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    if details["type"] in _LIMITS:
        limit, sentence = _LIMITS[details["type"]]
        return sentence(int(context[limit]))
    own = str(context.get("error", ""))
    return own if _CHINESE.search(own) else texts.INVALID
