"""What the ledgers keep, as the store takes it and gives it back: plain frozen rows. Times are aware and in UTC.

In clear stand only kinds, days, states and the ids of people and organisations; every word is sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Part = Literal["talker", "subject", "recorder", "companion"]
RecordState = Literal["filed", "void"]


@dataclass(frozen=True, slots=True)
class RecordPerson:
    """A known person's part in a record, and the organisation whose post they spoke from. Others' names are in the body."""

    part: Part
    person: str
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to file, or the content of a correction.

    `kind` is a record kind's code, `talk_type` a talk type's (talks only); `organisation` keeps the ledger;
    `body` holds JSON values by field name; `bands` are unkeyed hashes that near-identical texts share.
    """

    kind: str
    organisation: str
    day: date
    author: str
    body: Mapping[str, Any]
    people: tuple[RecordPerson, ...] = ()
    talk_type: str | None = None
    supplementary: bool = False
    bands: tuple[int, ...] = ()
    alike: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """A record without its words: what lists and figures need."""

    id: int
    kind: str
    talk_type: str | None
    organisation: str
    day: date
    state: RecordState
    version: int
    author: str
    filed: datetime
    supplementary: bool
    people: tuple[RecordPerson, ...]
    alike: tuple[int, ...] = ()

    def whose(self, part: Part) -> tuple[str, ...]:
        """The ids of the people who had that part."""
        return tuple(each.person for each in self.people if each.part == part)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with the words of one version. `reason` is why that version was made, None for the first."""

    entry: RecordEntry
    body: Mapping[str, Any]
    version: int
    written: datetime
    author: str
    reason: str | None = None
    void_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Part of the ledgers: what some organisations keep of some kinds, of talks only those types."""

    organisations: tuple[str, ...]
    kinds: tuple[str, ...]
    talk_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person sees: what they wrote, talked or recorded, and what stands on the shelves and is not about them.

    Of tickets also those they must do: named for it, or nobody is and it is for one of the organisations `does_for`.
    """

    person: str
    shelves: tuple[Shelf, ...] = ()
    own: bool = True
    does_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records: every given condition holds. `person` had the `part` (any part when None); `author` wrote it.

    `organisations` keep the ledger; `subjects_of` are organisations a subject belonged to. `ticketed`: something is
    to be put right by them, done or not.
    """

    organisations: tuple[str, ...] | None = None
    subjects_of: tuple[str, ...] | None = None
    person: str | None = None
    part: Part | None = None
    author: str | None = None
    kinds: tuple[str, ...] | None = None
    talk_types: tuple[str, ...] | None = None
    since: date | None = None
    until: date | None = None
    states: tuple[RecordState, ...] = ("filed",)
    seen: Seen | None = None
    ticketed: bool = False


TicketKind = Literal["problem", "requirement"]


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A problem or a demand to be put right. `organisation` and `responsible` must do it, until `due`."""

    record: int
    kind: TicketKind
    text: str
    organisation: str
    responsible: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class TicketNote:
    """A step on a ticket: progress, a new deadline, or the evidence it was closed with."""

    at: datetime
    author: str
    action: Literal["note", "due", "close", "reopen"]
    text: str


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket; `closed` is the day it was struck off (销号)."""

    id: int
    record: int
    kind: TicketKind
    text: str
    organisation: str
    responsible: str | None
    due: date | None
    opened: date
    closed: date | None = None
    notes: tuple[TicketNote, ...] = ()

    def overdue(self, on: date) -> bool:
        """Tell whether it is open past its day."""
        return self.closed is None and self.due is not None and self.due < on


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets: every given condition holds. `due_before`: open ones with a due day before it."""

    organisations: tuple[str, ...] | None = None
    responsible: str | None = None
    records: tuple[int, ...] | None = None
    open: bool | None = None
    due_before: date | None = None
    seen: Seen | None = None


PlanState = Literal["planned", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A talk that is going to be held. `body`: time ("15:00"), place, matters; sealed."""

    talk_type: str
    organisation: str
    talker: str
    subjects: tuple[str, ...]
    day: date
    author: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A planned talk; `record` is the talk it became."""

    id: int
    talk_type: str
    organisation: str
    talker: str
    subjects: tuple[str, ...]
    day: date
    author: str
    state: PlanState
    body: Mapping[str, Any]
    record: int | None = None


ConfirmationState = Literal["asked", "confirmed", "objected"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A subject's word on the points of one version of a record; `note` is what they object to."""

    record: int
    version: int
    subject: str
    state: ConfirmationState
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a talk that was due with a person has not been held in a period (such as "2026")."""

    subject: str
    talk_type: str
    period: str
    reason: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to tell one person once. `key` names the occasion: the same key is never told them twice.

    `about` says of what, as "kind:id" parts; no word of any record.
    """

    key: str
    recipient: str
    kind: str
    about: str
    due: datetime
    id: int = 0
    sent: datetime | None = None
