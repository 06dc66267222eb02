"""`yanlu evaluate routing`: figures as DESIGN section 9 defines them.

A line gives a tree, posts, handlers and a report, and what must become of it. A person may stand on several lines of
`people`, or on one with a list of organisations; `accused_people` and `accused_org` may be one id, a list or null.
A circle of parents is in the format: nobody is surely above anybody on it, so the right answer is that nobody
receives.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.services.routing import Accused, Establishment, Route, Tree, route
from knowledge.evaluation.lines import read_lines


def _listed(value: object) -> object:
    if value is None or value == "":
        return ()
    if isinstance(value, str | int):
        return (value,)
    if isinstance(value, list):
        return [each["org"] if isinstance(each, dict) and "org" in each else each for each in value]
    return value


def _present(value: object) -> object:
    return {} if value is None else value


Ids: TypeAlias = Annotated[frozenset[str], BeforeValidator(_listed)]
"""One id, several, or none; in a list of posts, their organisations."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class OrganisationLine(_Part):
    """An organisation and the one directly above it."""

    id: str
    parent: str | None = None


class PersonLine(_Part):
    """A person and where they hold posts."""

    id: str
    org: Ids = Field(default=frozenset(), validation_alias=AliasChoices("org", "orgs", "posts"))


class ReportLine(_Part):
    """Whom the report is about."""

    accused_people: Ids = frozenset()
    accused_org: Ids = Field(
        default=frozenset(), validation_alias=AliasChoices("accused_org", "accused_orgs")
    )


class Expect(_Part):
    """Where the report must go; `receiving_org` null when nothing may be kept."""

    receiving_org: str | None
    recipients: Ids = frozenset()
    must_not_see: Ids = frozenset()


class Line(_Part):
    """One line of an evaluation file."""

    id: str
    orgs: tuple[OrganisationLine, ...]
    people: tuple[PersonLine, ...] = ()
    handlers: Annotated[dict[str, Ids], BeforeValidator(_present)] = Field(default_factory=dict)
    report: ReportLine
    expect: Expect

    @model_validator(mode="after")
    def _one_parent_each(self) -> "Line":
        if len({each.id for each in self.orgs}) != len(
            {(each.id, each.parent or None) for each in self.orgs}
        ):
            raise ValueError("an organisation with two parents")
        return self

    @property
    def establishment(self) -> Establishment:
        """The tree, the posts and the handlers."""
        posts: dict[str, frozenset[str]] = {}
        for each in self.people:
            posts[each.id] = posts.get(each.id, frozenset()) | each.org
        return Establishment(Tree({each.id: each.parent or None for each in self.orgs}), posts, self.handlers)

    @property
    def accused(self) -> Accused:
        """Whom the report is about."""
        return Accused(self.report.accused_org, self.report.accused_people)


@dataclass(slots=True)
class _Tally:
    exact: list[bool] = field(default_factory=list)
    violations: int = 0
    unshielded: int = 0
    misses: list[dict[str, object]] = field(default_factory=list)


def evaluate_routing(file: Path) -> dict[str, object]:
    """Route the report of every line of `file` and count.

    `exact` is the share (None without lines) of reports that reach the organisation and the people expected, and
    nobody else; `violations` counts the people who would read what they must not: the accused, and those a line
    names. `unshielded` counts those a line names whom the rule would not shut out from counts and statistics either,
    though they read nothing. Raises EvaluationError naming the line when one is not in the format.
    """
    tally = _Tally()
    for line in read_lines(file, Line):
        _count(tally, line, route(line.establishment, line.accused))
    return {
        "n": len(tally.exact),
        "exact": sum(tally.exact) / len(tally.exact) if tally.exact else None,
        "violations": tally.violations,
        "unshielded": tally.unshielded,
        "misses": tally.misses,
    }


def _count(tally: _Tally, line: Line, got: Route) -> None:
    expect = line.expect
    seen = got.recipients & (expect.must_not_see | line.report.accused_people)
    exact = (got.receiving, got.recipients) == (expect.receiving_org or None, expect.recipients)
    unshielded = expect.must_not_see - got.excluded if got.receiving is not None else frozenset()
    tally.exact.append(exact)
    tally.violations += len(seen)
    tally.unshielded += len(unshielded)
    if not exact or seen or unshielded:
        tally.misses.append(
            {
                "id": line.id,
                "expected": {"receiving_org": expect.receiving_org, "recipients": sorted(expect.recipients)},
                "got": {"receiving_org": got.receiving, "recipients": sorted(got.recipients)},
                "seen_by": sorted(seen),
                "unshielded": sorted(unshielded),
            }
        )
