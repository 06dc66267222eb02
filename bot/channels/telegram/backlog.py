"""Which polled updates are taken by now, and what may therefore be confirmed to Telegram. Pure."""

from collections.abc import Iterable


class Backlog:
    """Confirms an update only when it and all before it are settled.

    Telegram forgets an update once `getUpdates` is asked with a higher offset (Bot API, getUpdates). So the
    offset stays at the lowest update whose turn has not committed: a process that is killed gets it again.
    """

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._settled: set[int] = set()
        self._next: int | None = None

    @property
    def offset(self) -> int | None:
        """The offset to ask with: the lowest open update, else the one after the last, None at first."""
        return min(self._open) if self._open else self._next

    @property
    def idle(self) -> bool:
        """Whether all that came is settled."""
        return not self._open

    def admit(self, asked: int | None, ids: Iterable[int]) -> frozenset[int]:
        """Note what a request with offset `asked` brought; give the ids not seen before.

        The same ones come again while any before them is open, even if they settle with the answer under way.
        """
        arrived = frozenset(ids)
        if asked is not None:
            self._settled = {update for update in self._settled if update >= asked}
        fresh = arrived - self._open - self._settled
        self._open |= fresh
        if arrived:
            self._next = max(arrived) + 1
        return fresh

    def settle(self, update: int) -> None:
        """Note that an update needs no further delivery."""
        self._open.discard(update)
        self._settled.add(update)
