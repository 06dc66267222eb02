"""How often something may be tried: for each conversation and for everybody together. In memory, by opaque keys.

No address and no id is kept, and nothing on a disk: a restart forgives everybody, which costs nothing, since a
receipt has 90 bits. Each process counts for itself.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
MOST_WRONG = 5
"""Wrong receipts of one conversation within `WINDOW`."""
MINUTE = timedelta(minutes=1)
MOST_WRONG_OF_ALL = 300
"""Wrong receipts of all conversations within a minute."""
MOST_KEYS = 10_000


class Allowance:
    """At most so much within a sliding window. Moments may come in any order; an earlier one counts as the latest."""

    __slots__ = ("_limit", "_spent", "_total", "_window")

    def __init__(self, limit: int, window: timedelta) -> None:
        self._limit = limit
        self._window = window
        self._spent: deque[tuple[datetime, int]] = deque()
        self._total = 0

    def left(self, now: datetime) -> int:
        """How much may still be spent now, never below 0."""
        while self._spent and now - self._spent[0][0] >= self._window:
            self._total -= self._spent.popleft()[1]
        return max(0, self._limit - self._total)

    def spend(self, now: datetime, amount: int = 1) -> bool:
        """Spend an amount; False, and nothing spent, when so much is not left."""
        if amount > self.left(now):
            return False
        self._spent.append((now, amount))  # an earlier one goes after those before it, so not before they do
        self._total += amount
        return True


class Guesses:
    """Counts wrong receipts. A right one forgives nothing: whoever has one of their own may guess no more than others."""

    def __init__(self, most: int = MOST_WRONG, of_all: int = MOST_WRONG_OF_ALL) -> None:
        self._most = most
        self._all = Allowance(of_all, MINUTE)
        self._by_key: OrderedDict[str, Allowance] = OrderedDict()

    def allowed(self, key: str, now: datetime) -> bool:
        """Whether a conversation (by its opaque key) may try now, be its receipt right or wrong."""
        own = self._by_key.get(key)
        return self._all.left(now) > 0 and (own is None or own.left(now) > 0)

    def wrong(self, key: str, now: datetime) -> None:
        """Count a wrong receipt."""
        own = self._by_key.setdefault(key, Allowance(self._most, WINDOW))
        self._by_key.move_to_end(key)
        while len(self._by_key) > MOST_KEYS:
            self._by_key.popitem(last=False)
        own.spend(now)
        self._all.spend(now)
