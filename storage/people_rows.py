"""Organisations, people and the posts that join them, as the store gives them back: plain frozen rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Role = Literal["head", "member", "discipline", "organisation", "section", "liaison", "staff", "administrator"]
"""一把手, 班子成员, 纪检负责人, 组织部门负责人, 部门负责人, 联络员, 工作人员, 管理员."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A node of the tree. `code` is the unit's own, unique, and what an import recognises it by."""

    id: str
    code: str
    name: str
    parent: str | None = None
    short_names: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who holds posts. `code` is the unit's own, unique, and what an import recognises them by."""

    id: str
    code: str
    name: str
    political: str | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A person's post in an organisation, from `since` to `until`, both days included; None is open.

    `title` is the post's own name (党组书记、局长).
    """

    id: str
    person: str
    organisation: str
    role: Role
    title: str
    since: date | None = None
    until: date | None = None

    def held(self, on: date) -> bool:
        """Tell whether the post is held on a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use way in for a person. The code itself is kept nowhere."""

    id: int
    person: str
    expires: datetime
    used: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A conversation that belongs to a person.

    `address` is sealed at rest, like all the ways to write to them; `key` is the conversation's opaque name.
    """

    person: str
    channel: str
    address: str
    since: datetime
    key: str


RedemptionState = Literal["redeemed", "unknown", "used", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Redemption:
    """What became of a code: `person` is who may come in, None unless it was redeemed just now."""

    state: RedemptionState
    person: str | None = None
