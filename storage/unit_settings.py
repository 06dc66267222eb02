"""What units set for themselves: cadences, working hours, days off; and the official calendars that were added. In clear."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from storage.columns import upsert
from storage.schema_people import unit_settings
from storage.session import Session

_AT = sa.and_(
    unit_settings.c.organisation == sa.bindparam("of"), unit_settings.c.name == sa.bindparam("named")
)
_GET = sa.select(unit_settings.c.value).where(_AT)
_ALL = (
    sa.select(unit_settings)
    .where(unit_settings.c.organisation.in_(sa.bindparam("of", expanding=True)))
    .order_by(unit_settings.c.organisation, unit_settings.c.name)
)
_NAMED = sa.select(unit_settings).where(unit_settings.c.name.in_(sa.bindparam("names", expanding=True)))
_PUT = upsert(unit_settings)
_CLEAR = sa.delete(unit_settings).where(_AT)


class UnitSettings:
    """The `unit_settings` table: JSON values by organisation and name; organisation "" is the installation."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, organisation: str, name: str) -> Any | None:  # noqa: ANN401 - any JSON
        """Give a unit's own value; None when it has set none."""
        found = await self._session.execute(_GET, {"of": organisation, "named": name})
        return found.scalar_one_or_none()

    async def all(self, organisations: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Give what those units have set, by organisation and name; a unit that set nothing is not in it."""
        found: dict[str, dict[str, Any]] = {}
        for row in await self._session.execute(_ALL, {"of": list(organisations)}):
            found.setdefault(row.organisation, {})[row.name] = row.value
        return found

    async def named(self, names: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Give what any unit has set under those names, by organisation and name."""
        found: dict[str, dict[str, Any]] = {}
        for row in await self._session.execute(_NAMED, {"names": list(names)}):
            found.setdefault(row.organisation, {})[row.name] = row.value
        return found

    async def put(self, organisation: str, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Set a unit's own value, in place of the one before."""
        await self._session.execute(_PUT, {"organisation": organisation, "name": name, "value": value})

    async def clear(self, organisation: str, name: str) -> None:
        """Forget a unit's own value; no matter if there is none."""
        await self._session.execute(_CLEAR, {"of": organisation, "named": name})
