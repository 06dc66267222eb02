"""How a case may go on, and what the reporter is told meanwhile: two tables, and nothing else decides.

The statuses are those of the domain's data (纪检监察机关处理检举控告工作规则, 2020); which follows which is our own
reading of that regulation's order of work. What the reporter is told is the same for every internal way of handling.
"""

from collections.abc import Mapping

from storage import InternalStatus, ReporterStatus

FOLLOWING: Mapping[InternalStatus, frozenset[InternalStatus]] = {
    "waiting": frozenset({"screening"}),
    "screening": frozenset({"approval", "accepted", "forwarded", "returned", "answer_due", "answered"}),
    "approval": frozenset({"screening", "accepted", "forwarded", "returned", "answer_due", "answered"}),
    "accepted": frozenset({"forwarded", "inquiry", "verification", "shelved", "dismissed", "handed_over"}),
    "forwarded": frozenset({"screening", "accepted", "returned", "answer_due"}),
    "returned": frozenset({"screening", "answered"}),
    "inquiry": frozenset({"verification", "shelved", "dismissed", "handed_over", "answer_due", "answered"}),
    "verification": frozenset({"inquiry", "shelved", "dismissed", "handed_over", "answer_due", "answered"}),
    "shelved": frozenset({"inquiry", "verification", "dismissed", "handed_over", "answer_due", "answered"}),
    "dismissed": frozenset({"answer_due", "answered"}),
    "handed_over": frozenset({"answer_due", "answered"}),
    "answer_due": frozenset({"answered", "review"}),
    "answered": frozenset({"review", "archived"}),
    "review": frozenset(
        {"inquiry", "verification", "shelved", "dismissed", "handed_over", "answer_due", "answered"}
    ),
    "archived": frozenset({"review"}),
}
"""What may come next. A transfer starts anew at "waiting", a merge ends at "dismissed": steps of their own."""

TOLD: Mapping[InternalStatus, tuple[ReporterStatus, ...]] = {
    "waiting": ("received", "incomplete", "transferred"),
    "screening": ("received", "incomplete"),
    "approval": ("received", "incomplete"),
    "accepted": ("accepted", "incomplete"),
    "forwarded": ("transferred", "incomplete"),
    "returned": ("received", "incomplete"),
    "inquiry": ("handling", "incomplete"),
    "verification": ("handling", "incomplete"),
    "shelved": ("handling", "incomplete"),
    "dismissed": ("handling", "incomplete", "closed"),
    "handed_over": ("handling", "incomplete"),
    "answer_due": ("closed",),
    "answered": ("closed", "outside"),
    "review": ("handling", "incomplete"),
    "archived": ("closed", "outside"),
}
"""What the reporter may be told, the usual first.

"incomplete" while a question of ours is open, "transferred" right after a transfer.
"""

CLOSING: frozenset[InternalStatus] = frozenset({"answer_due", "answered"})
"""Reached by closing only, with the outcome told or still to be told."""
FINAL: frozenset[ReporterStatus] = frozenset({"closed", "outside"})


def may_follow(now: InternalStatus, then: InternalStatus) -> bool:
    """Tell whether a case may go from one internal status to another."""
    return then in FOLLOWING[now]


def to_choose(now: InternalStatus) -> tuple[InternalStatus, ...]:
    """The statuses a handler may take a case to by choosing one, in the domain's order; closing is its own step."""
    return tuple(each for each in FOLLOWING if may_follow(now, each) and each not in CLOSING)


def told(internal: InternalStatus, *, asked: bool = False) -> ReporterStatus:
    """What the reporter is told of an internal status, `asked` while a question of ours is open."""
    return "incomplete" if asked and "incomplete" in TOLD[internal] else TOLD[internal][0]


def is_open(status: ReporterStatus) -> bool:
    """Tell whether a case with this status is still worked on."""
    return status not in FINAL
