"""What a report may be about: policy as data (`data/reports.toml`), validated."""

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.catalogue import load_catalogue


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReportCategory(_Frozen):
    """One of the six disciplines. `code` is its Chinese name, `about` says in a few words what belongs there."""

    code: str = Field(min_length=1, max_length=8)
    about: str = Field(min_length=1)


class ReportTag(_Frozen):
    """A narrower word, with the ids of the measures it belongs to; `outside`: not what reports are for."""

    code: str = Field(min_length=1, max_length=12)
    measures: tuple[str, ...] = ()
    outside: bool = False


class ReportKinds(_Frozen):
    """All of them, in the order they are shown."""

    categories: tuple[ReportCategory, ...] = Field(min_length=1)
    tags: tuple[ReportTag, ...]

    @model_validator(mode="after")
    def _sound(self) -> "ReportKinds":
        known = {measure.id for measure in load_catalogue().measures}
        for tag in self.tags:
            if unknown := set(tag.measures) - known:
                raise ValueError(f"{tag.code} names unknown measures {sorted(unknown)}")
        for codes in ([each.code for each in self.categories], [each.code for each in self.tags]):
            if len(set(codes)) < len(codes):
                raise ValueError("a code stands twice")
        return self


@cache
def load_report_kinds() -> ReportKinds:
    """Read the data. Raises ValueError (pydantic) when it is unsound."""
    content = resources.files("knowledge").joinpath("data/reports.toml").read_text("utf-8")
    return ReportKinds.model_validate(tomllib.loads(content))
