"""Record kinds, talk types and their defaults: policy as data (`data/records.toml`), validated.

Every figure here (days, times a year) is a default of ours that a unit may set otherwise; the text of the
measures gives none, and users are told so.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.catalogue import load_catalogue

Role = Literal["head", "member", "discipline", "organisation", "section", "liaison", "staff", "administrator"]
Relation = Literal["below", "same"]
"""Where the subject's organisation stands to the talker's: directly below it, or the same."""
FieldKind = Literal["text", "items", "date", "number", "choice", "yes_no", "people", "organisation"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Duty(_Frozen):
    """Who owes a talk of a type to whom: `per_year` of them, or one within `days` of an appointment."""

    talkers: tuple[Role, ...] = Field(min_length=1)
    subjects: tuple[Role, ...] = Field(min_length=1)
    relation: Relation
    per_year: int | None = Field(default=None, ge=1, le=12)
    days: int | None = Field(default=None, ge=1, le=366)

    @model_validator(mode="after")
    def _one_cadence(self) -> "Duty":
        if (self.per_year is None) == (self.days is None):
            raise ValueError("a duty is per year or within days of an appointment")
        return self


class TalkType(_Frozen):
    """A kind of talk. `code` is its Chinese name; `who` and `trigger` are shown to users."""

    code: str
    who: str
    trigger: str
    measures: tuple[str, ...] = Field(min_length=1)
    terms: tuple[str, ...] = ()
    restricted: bool = False
    note: str = ""
    duty: Duty | None = None


class RecordField(_Frozen):
    """A field of a ledger: `ask` is the question, `label` names it on the card and in the file."""

    name: str = Field(pattern=r"^[a-z]{2,12}$")
    label: str
    ask: str
    kind: FieldKind = "text"
    required: bool = True
    options: tuple[str, ...] = ()


class RecordKind(_Frozen):
    """A ledger the measures call for, beside the talks. `keepers` are the roles that write in it.

    `per_year`: how often a unit is reminded of it (a default of ours). `dated` names the field of the day.
    """

    code: str = Field(pattern=r"^[a-z]{4,12}$")
    name: str
    measures: tuple[str, ...] = Field(min_length=1)
    keepers: tuple[Role, ...] = Field(min_length=1)
    fields: tuple[RecordField, ...] = Field(min_length=2)
    dated: str
    per_year: int | None = None
    restricted: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "RecordKind":
        days = [each for each in self.fields if each.name == self.dated and each.kind == "date"]
        if len(days) != 1 or not days[0].required:
            raise ValueError(f"{self.code}: `dated` must name a required date")
        return self


class RecordKinds(_Frozen):
    """All of them."""

    note: str
    talks: tuple[TalkType, ...]
    ledgers: tuple[RecordKind, ...]
    excluded: tuple[str, ...]

    @model_validator(mode="after")
    def _known(self) -> "RecordKinds":
        known = {measure.id for measure in load_catalogue().measures}
        kinds: list[TalkType | RecordKind] = [*self.talks, *self.ledgers]
        named = {id_ for each in kinds for id_ in each.measures}
        if named - known:
            raise ValueError(f"unknown measures: {sorted(named - known)}")
        codes = [each.code for each in kinds]
        if len(set(codes)) != len(codes):
            raise ValueError("duplicate code")
        return self

    def talk(self, code: str) -> TalkType:
        """The talk type by its code. Raises KeyError when there is none."""
        for each in self.talks:
            if each.code == code:
                return each
        raise KeyError(code)

    def ledger(self, code: str) -> RecordKind:
        """The ledger by its code. Raises KeyError when there is none."""
        for each in self.ledgers:
            if each.code == code:
                return each
        raise KeyError(code)


@cache
def load_record_kinds() -> RecordKinds:
    """The built-in kinds, read and validated once. Raises pydantic.ValidationError when the data is broken."""
    source = resources.files("knowledge").joinpath("data/records.toml").read_text("utf-8")
    return RecordKinds.model_validate(tomllib.loads(source))
