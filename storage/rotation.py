"""Key rotation: what older keys sealed is sealed anew with the newest, while everybody goes on working.

`yanlu keys rotate` adds a key (`storage.key_file.rotated`) and calls `reseal`. Old keys stay in the file: the
first derives every opaque name, and a backup may hold values that any of them sealed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.sealed_tables import SEALED_TABLES, SealedTable
from storage.sealing import KEY_ID_AT, KEY_ID_BYTES, KeyRing, SealBroken
from storage.session import Session
from yanlu.errors import KeyLost

if TYPE_CHECKING:
    from storage.database import Database

_log = logging.getLogger(__name__)

_PASSES = 5
"""A process that has not met the new key yet seals with the old one for a while; its rows take another pass."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one batch came to: how many rows were sealed anew, how many do not open, and the last key looked at."""

    renewed: int
    broken: int
    last: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class _Walk:
    """The statements that walk a table by its primary key and change a row's seal."""

    start: sa.Select[*tuple[Any, ...]]
    onward: sa.Select[*tuple[Any, ...]]
    renew: sa.Update


@cache
def _walk(sealed: SealedTable) -> _Walk:
    table = sealed.table
    keys = list(table.primary_key)
    named = [table.c[name] for name in sealed.row if name not in table.primary_key.columns]
    used_key = sa.func.substr(
        table.c.sealed,
        sa.literal_column(str(KEY_ID_AT + 1)),
        sa.literal_column(str(KEY_ID_BYTES)),
        type_=sa.LargeBinary,
    )
    start = (
        sa.select(*keys, *named, table.c.sealed)
        .where(used_key != sa.bindparam("newest", type_=sa.LargeBinary))
        .order_by(*keys)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .with_for_update(skip_locked=True)  # whoever has the row has it; a later pass finds it
    )
    last = [sa.bindparam(f"last_{key.name}", type_=key.type) for key in keys]
    this = [key == sa.bindparam(f"this_{key.name}", type_=key.type) for key in keys]
    return _Walk(
        start=start,
        onward=start.where(sa.tuple_(*keys) > sa.tuple_(*last)),
        renew=sa.update(table).where(*this).values(sealed=sa.bindparam("fresh", type_=sa.LargeBinary)),
    )


class Seals:
    """The sealed values of every table."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def renew(self, sealed: SealedTable, after: tuple[Any, ...] | None, limit: int) -> Stretch:
        """Seal up to `limit` rows anew whose primary key comes after `after`; `last` None: there are no more."""
        walk, keys = _walk(sealed), list(sealed.table.primary_key)
        parameters: dict[str, Any] = {"newest": self._keys.newest, "most": limit}
        if after is not None:
            parameters |= {f"last_{key.name}": value for key, value in zip(keys, after, strict=True)}
        rows = (await self._session.execute(walk.start if after is None else walk.onward, parameters)).all()
        changes = [
            {"fresh": fresh, **{f"this_{key.name}": row._mapping[key.name] for key in keys}}  # noqa: SLF001 - public
            for row in rows
            if (fresh := self._sealed_anew(sealed, row)) is not None
        ]
        if changes:
            await self._session.execute(walk.renew, changes)
        last = tuple(rows[-1][: len(keys)]) if rows else None
        return Stretch(len(changes), len(rows) - len(changes), last)

    def _sealed_anew(self, sealed: SealedTable, row: sa.Row[*tuple[Any, ...]]) -> bytes | None:
        parts = sealed.parts(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        try:
            return self._keys.seal(self._keys.open(row.sealed, *parts), *parts)
        except (SealBroken, KeyLost):
            return None


async def reseal(
    database: "Database", *, batch: int = 500, progress: Callable[[int], None] | None = None
) -> int:
    """Seal everything anew that the newest key has not sealed; gives back how many rows that were.

    Each batch is a transaction of its own, so that others wait for milliseconds, and a run that was killed is
    taken up by the next. Rows whose seal is broken are counted in the log and left as they are. `progress`
    hears the number of rows so far, after each batch.
    """
    total = 0
    for _ in range(_PASSES):
        before, broken = total, 0
        for sealed in SEALED_TABLES:
            last: tuple[Any, ...] | None = None
            while True:
                async with database.transaction() as work:
                    stretch = await work.seals.renew(sealed, last, batch)
                total, broken, last = total + stretch.renewed, broken + stretch.broken, stretch.last
                if last is None:
                    break
                if progress is not None:
                    progress(total)
        if total == before:
            break
    if broken:
        _log.warning("%d sealed values do not open and were left as they are", broken)
    return total
