"""The catalogue of measures: policy as data (`data/measures.toml`), validated, with its digest document.

Numbering such as 一·2 is our own (整理编号), never an article number of the official text.
"""

import hashlib
import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.model import Document, Passage

Aspect = Literal["who", "whom", "what", "when", "how", "result", "why"]
Detail = Literal["frequency", "count", "deadline", "ratio", "amount", "punishment"]

PART_NUMERALS = ("背景", "一", "二", "三", "落实")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(_Frozen):
    """One sentence of the digest, in our own words, and the aspect of the measure that it tells."""

    aspect: Aspect
    text: str = Field(min_length=8)


class Silence(_Frozen):
    """A detail people ask for that the text leaves open, and the only words the text has in its place."""

    asks: tuple[Detail, ...] = Field(min_length=1)
    words: str
    of: str


class Measure(_Frozen):
    """One measure: who owes what to whom, when, and with which evidence. `id` is "part.number"."""

    id: str = Field(pattern=r"^\d\.\d$")
    part: int
    title: str
    duty_holders: tuple[str, ...]
    objects: tuple[str, ...]
    trigger: str
    evidence: tuple[str, ...]
    terms: tuple[str, ...] = Field(min_length=3)
    statements: tuple[Statement, ...] = Field(min_length=2)
    silences: tuple[Silence, ...] = ()

    @property
    def number(self) -> int:
        """Its place within the part, from 1."""
        return int(self.id.split(".")[1])

    @property
    def label(self) -> str:
        """整理编号 as users read it: 一·2."""
        return f"{PART_NUMERALS[self.part]}·{self.number}"

    @property
    def text(self) -> str:
        """The digest's wording of the measure: its statements one after another."""
        return "".join(statement.text for statement in self.statements)


class Part(_Frozen):
    """One part of the measures."""

    number: int
    name: str


class Role(_Frozen):
    """A role and the measures that lay duties on it, in reading order."""

    name: str
    aliases: tuple[str, ...]
    measures: tuple[str, ...] = Field(min_length=1)


class Catalogue(_Frozen):
    """All measures, parts and roles."""

    title: str
    note: str
    parts: tuple[Part, ...]
    measures: tuple[Measure, ...]
    roles: tuple[Role, ...]

    @model_validator(mode="after")
    def _whole(self) -> "Catalogue":
        ids = [measure.id for measure in self.measures]
        if len(set(ids)) != len(ids):
            raise ValueError("duplicate measure id")
        unknown = {known for role in self.roles for known in role.measures} - set(ids)
        if unknown:
            raise ValueError(f"roles name unknown measures: {sorted(unknown)}")
        return self

    def measure(self, id_: str) -> Measure:
        """The measure by its id. Raises KeyError when there is none."""
        for measure in self.measures:
            if measure.id == id_:
                return measure
        raise KeyError(id_)

    def part(self, number: int) -> tuple[Measure, ...]:
        """The measures of a part in order; empty when there is no such part."""
        return tuple(measure for measure in self.measures if measure.part == number)

    @property
    def numbered(self) -> tuple[Measure, ...]:
        """The 22 measures proper: parts one to three."""
        return tuple(measure for measure in self.measures if 1 <= measure.part <= 3)


@cache
def load_catalogue() -> Catalogue:
    """The built-in catalogue, read and validated once. Raises pydantic.ValidationError when the data is broken."""
    source = resources.files("knowledge").joinpath("data/measures.toml").read_text("utf-8")
    return Catalogue.model_validate(tomllib.loads(source))


DIGEST_ID = "digest"


def digest_document(catalogue: Catalogue) -> Document:
    """The built-in document: the digest of the measures, one passage a measure, offsets into its text."""
    pieces: list[str] = [f"{catalogue.title}\n{catalogue.note}\n"]
    passages: list[Passage] = []
    offset = len(pieces[0])
    for part in catalogue.parts:
        heading = f"\n{part.name}\n"
        pieces.append(heading)
        offset += len(heading)
        for measure in catalogue.part(part.number):
            lead = f"{measure.label} {measure.title}:"
            start = offset + len(lead)
            passages.append(
                Passage(
                    document=DIGEST_ID,
                    position=len(passages),
                    start=start,
                    end=start + len(measure.text),
                    text=measure.text,
                    kind="item",
                    path=(part.name,),
                    label=measure.label,
                    measure=measure.id,
                )
            )
            line = f"{lead}{measure.text}\n"
            pieces.append(line)
            offset += len(line)
    text = "".join(pieces)
    return Document(
        id=DIGEST_ID,
        title=catalogue.title,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        version=1,
        ingested=datetime(2021, 9, 24, tzinfo=UTC),
        passages=tuple(passages),
        issuer="言路项目组",
        digest=True,
    )
