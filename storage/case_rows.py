"""What the case store takes and gives back. Texts are bytes: what they mean is the caller's."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from storage.report_sealing import CaseKey

ReporterStatus = Literal[
    "incomplete",  # 待补充
    "received",  # 已收到
    "accepted",  # 已受理
    "transferred",  # 已转有权处理单位
    "handling",  # 办理中
    "closed",  # 已办结
    "outside",  # 不属受理范围(附去向)
]
"""What the reporter is told (`reporter_status` of the domain's data, in its order)."""

InternalStatus = Literal[
    "waiting",  # 待接收
    "screening",  # 待甄别
    "approval",  # 拟办审批
    "accepted",  # 受理
    "forwarded",  # 转送
    "returned",  # 退回
    "inquiry",  # 谈话函询
    "verification",  # 初步核实
    "shelved",  # 暂存待查
    "dismissed",  # 予以了结
    "handed_over",  # 移送
    "answer_due",  # 办结待反馈
    "answered",  # 已反馈
    "review",  # 异议/补证复核
    "archived",  # 归档
]
"""How the organisation stands with a case (`internal_status` of the domain's data, in its order)."""


@dataclass(frozen=True, slots=True, repr=False)
class Handler:
    """Somebody who receives reports for an organisation, with the key pair that opens them."""

    id: str
    person: str
    organisation: str
    public: bytes
    wrapped: bytes
    salt: bytes
    operations: int
    memory: int
    enrolled: date
    revoked: date | None = None

    def __repr__(self) -> str:
        return f"Handler({self.id})"


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The public half of an organisation's recovery key."""

    id: str
    organisation: str
    public: bytes
    created: date
    retired: date | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """How a printed recovery key did: is it the organisation's current one, how many of its seals did it open."""

    current: bool
    sealed: int
    opened: int

    @property
    def passed(self) -> bool:
        """Whether the paper would save every case of the organisation."""
        return self.current and self.opened == self.sealed


@dataclass(frozen=True, slots=True)
class RoutingFacts:
    """What is needed to route a case anew when posts change, by ids: whom it accuses, who is shut out.

    Sealed under the installation's key, not the case's: the server must read it with nobody logged in. So a stolen
    disk with its key file tells who is accused in an open case, though not of what nor by whom.
    """

    organisations: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    unlisted_under: frozenset[str] = frozenset()
    routed_organisations: frozenset[str] = frozenset()
    candidates: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NewCase:
    """A report to be kept for `recipients` and nobody else; of the clear columns no more than a queue needs.

    `priority`: 优先受理、优先办理、优先处置 (measure 3.4). `contact` empty: anonymous. `due`: the next deadline.
    """

    organisation: str
    category: str
    priority: bool
    day: date
    report: bytes = field(repr=False)
    recipients: tuple[Handler, ...]
    recovery: RecoveryKey | None
    facts: RoutingFacts = field(repr=False)
    contact: bytes = field(default=b"", repr=False)
    due: date | None = None


@dataclass(frozen=True, slots=True)
class FiledCase:
    """What filing gives: the number, the receipt (told once), and a fingerprint of the report for the proof of filing.

    `key` opens the case for the rest of the turn, to add its files.
    """

    number: str
    receipt: str = field(repr=False)
    digest: str
    key: "CaseKey" = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What is known of a case without opening it. An erased one is a tombstone: this and nothing else is left."""

    number: str
    organisation: str
    category: str
    priority: bool
    status: ReporterStatus
    internal: InternalStatus
    filed: date
    changed: date
    due: date | None = None
    late: bool = False
    closed: date | None = None
    erase_after: date | None = None
    erased: date | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case found by its receipt or opened by a handler, with its data key."""

    row: CaseRow
    key: "CaseKey" = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoutedCase:
    """A case with what routing needs: its facts, None when they do not open, and the handlers' ids it is sealed to."""

    row: CaseRow
    facts: RoutingFacts | None = field(repr=False)
    holders: tuple[str, ...]


CaseGroup = Literal["open", "closed", "all"]
"""A closed case whose result has still to be told has a deadline, and stands with the open ones."""


@dataclass(frozen=True, slots=True)
class CheckMark:
    """For which day, directory, handlers (a fingerprint) and last step of the audit log all cases were looked at."""

    day: date
    people: int
    handlers: str
    step: int


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Which cases of a handler's to list. `due_from` and `due_to` are the first and last day of a deadline.

    `news`: only where the reporter wrote since a handler last looked; `written` are the steps that count as that.
    """

    group: CaseGroup = "open"
    category: str = ""
    priority: bool = False
    due_from: date | None = None
    due_to: date | None = None
    news: bool = False
    written: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case that a handler has the key of, with what may shut the handler out; `facts` None when they do not open."""

    row: CaseRow
    facts: RoutingFacts | None = field(repr=False)
    news: bool = False


@dataclass(frozen=True, slots=True)
class CaseCount:
    """So many cases of a year that have these in common. `missed`: a deadline has passed."""

    month: int
    category: str
    status: ReporterStatus
    closed: bool
    missed: bool
    count: int


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A message of the conversation on a case, oldest first by `position` (from 1)."""

    position: int
    day: date
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a case: `name` holds what the caller says of it (name, type), sealed when stored."""

    position: int
    day: date
    name: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A step on record. `actor`: a handler's or person's id with its kind before it, "reporter" or "system"."""

    id: int
    day: date
    actor: str
    action: str
    case: str | None
