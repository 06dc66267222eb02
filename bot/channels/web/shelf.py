"""Files in memory for a while, by unguessable id, bounded together."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """A file of one seat. `born` as the shelf's clock told it."""

    token: str
    born: float
    content: bytes
    name: str = ""
    media_type: str = ""


class Shelf:
    """Files by unguessable id. When full, the session that holds most loses its oldest."""

    def __init__(self, capacity: int, life: float, clock: Callable[[], float]) -> None:
        self._capacity = capacity
        self._life = life
        self._clock = clock
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._by_token: dict[str, int] = {}
        self.size = 0

    def put(self, token: str, content: bytes, name: str = "", media_type: str = "") -> str:
        """Keep a file; gives its id."""
        self._age()
        id_ = secrets.token_urlsafe(16)
        self._held[id_] = Held(token, self._clock(), content, name, media_type)
        self._weigh(token, len(content))
        while self.size > self._capacity:
            most = max(self._by_token, key=self._by_token.__getitem__)
            self._drop(next(key for key, held in self._held.items() if held.token == most))
        return id_

    def get(self, id_: str, token: str | None = None) -> Held | None:
        """Give a file, to its own session only where `token` is given."""
        self._age()
        held = self._held.get(id_)
        return None if held is None or token not in {None, held.token} else held

    def drop(self, id_: str) -> None:
        """Drop a file; no matter if there is none."""
        if id_ in self._held:
            self._drop(id_)

    def forget(self, token: str) -> None:
        """Drop a session's files."""
        for key in [key for key, held in self._held.items() if held.token == token]:
            self._drop(key)

    def _age(self) -> None:
        oldest = self._clock() - self._life
        while self._held:
            key, held = next(iter(self._held.items()))
            if held.born > oldest:
                break
            self._drop(key)

    def _drop(self, key: str) -> None:
        held = self._held.pop(key)
        self._weigh(held.token, -len(held.content))

    def _weigh(self, token: str, count: int) -> None:
        self.size += count
        left = self._by_token.get(token, 0) + count
        if left:
            self._by_token[token] = left
        else:
            self._by_token.pop(token, None)
