"""A connection inside a transaction, as the tables use it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Executable

Rows = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Session(Protocol):
    """Runs statements; driver errors come out as errors of `yanlu.errors`."""

    skips_locked: bool
    """Whether other transactions run at the same time, so that a reader may meet rows they have locked."""

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> Rows:
        """Run one statement, once for each set of parameters."""
        ...

    async def run(self, work: Callable[[Connection], None]) -> None:
        """Run a function that needs a synchronous connection (migrations)."""
        ...
