"""A benchmark on both databases, one after the other."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.benchmarks.postgres import temporary_postgres

Figures = dict[str, object]
Bench = Callable[[Path, str], Awaitable[Figures]]
"""Takes an empty state folder and the address of an empty database."""


async def on_databases(bench: Bench, url: str | None) -> Figures:
    """Measure on SQLite and, where there is one, on PostgreSQL: an empty database at `url`, else a server of our own.

    The figures are those of the slower database; "databases" holds each one's. A `url` of another kind is
    left alone.
    """
    found: dict[str, Figures] = {}
    with TemporaryDirectory(prefix="yanlu-bench-") as home:
        folder = Path(home)
        found["sqlite"] = await bench(folder, f"sqlite:///{folder / 'yanlu.db'}")
    with TemporaryDirectory(prefix="yanlu-bench-") as home, TemporaryDirectory(prefix="yanlu-pg-") as place:
        if url is not None and url.startswith("postgresql"):
            found["postgresql"] = await bench(Path(home), url)
        else:
            with temporary_postgres(Path(place)) as address:
                if address is not None:
                    found["postgresql"] = await bench(Path(home), address)
    slower = max(found.values(), key=lambda each: float(str(each["p95_ms"])))
    return {**slower, "databases": found}
