"""Plans: talks that are going to be held."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from storage.ledger_rows import NewPlan, PlanState, StoredPlan
from storage.schema_ledger import plans
from storage.sealed_tables import PLANS, row_nonce
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_ADD = sa.insert(plans)
_AT = plans.c.id == sa.bindparam("at_id")
_BY_ID = sa.select(plans).where(_AT)
_BY_IDS = sa.select(plans).where(plans.c.id.in_(sa.bindparam("ids", expanding=True)))
_OUTLINE = tuple(each for each in plans.c if each.name not in {"nonce", "sealed"})
_PLANNED = sa.update(plans).where(_AT, plans.c.state == "planned")
_MOVE = _PLANNED.values(
    day=sa.bindparam("on", type_=sa.Date), nonce=sa.bindparam("named"), sealed=sa.bindparam("content")
)
_DONE = _PLANNED.values(state="done", record=sa.bindparam("became"))
_CANCEL = _PLANNED.values(state="cancelled")


class Plans:
    """The `plans` table. Time, place and matters are sealed."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def add(self, plan: NewPlan) -> int:
        """Keep a plan; gives back its id. Raises StorageError on an unknown person or organisation."""
        row = {
            "talk_type": plan.talk_type,
            "organisation": plan.organisation,
            "talker": plan.talker,
            "subjects": plan.subjects,
            "day": plan.day,
            "author": plan.author,
            "state": "planned",
            "nonce": row_nonce(),
        }
        sealed = PLANS.seal(self._keys, dict(plan.body), row)
        key = (await self._session.execute(_ADD, {**row, "sealed": sealed})).inserted_primary_key
        return int(key[0]) if key else 0

    async def get(self, id: int) -> StoredPlan | None:  # noqa: A002 - the word of the row
        """Give a plan in whatever state. Raises DatabaseCorrupt when its seal is broken."""
        row = (await self._session.execute(_BY_ID, {"at_id": id})).one_or_none()
        if row is None:
            return None
        return _plan(row, PLANS.opened(self._keys, row.sealed, row._mapping))  # noqa: SLF001 - public

    async def find(  # noqa: PLR0913 - each is said by name
        self,
        *,
        talker: str | None = None,
        organisation: str | None = None,
        author: str | None = None,
        since: date | None = None,
        until: date | None = None,
        state: PlanState | None = "planned",
        limit: int = 200,
    ) -> Sequence[StoredPlan]:
        """Give plans by day, in any state when `state` is None; one with a broken seal is left out."""
        statement = sa.select(plans).order_by(plans.c.day, plans.c.id).limit(limit)
        for column, wanted in (
            (plans.c.talker, talker),
            (plans.c.organisation, organisation),
            (plans.c.author, author),
            (plans.c.state, state),
        ):
            if wanted is not None:
                statement = statement.where(column == wanted)
        if since is not None:
            statement = statement.where(plans.c.day >= since)
        if until is not None:
            statement = statement.where(plans.c.day <= until)
        rows = await self._session.execute(statement)
        return [each for each in map(self._opened, rows) if each is not None]

    async def around(
        self,
        person: str,
        organisations: Collection[str],
        days: tuple[date, date] | None = None,
        limit: int = 1000,
    ) -> Sequence[StoredPlan]:
        """Give what is planned, by day, that a person leads or wrote or one of the organisations holds; without words.

        `days` are the first and the last. `worded` gives the words of those that are shown.
        """
        statement = (
            sa.select(*_OUTLINE)
            .where(
                plans.c.state == "planned",
                sa.or_(
                    plans.c.talker == person,
                    plans.c.author == person,
                    plans.c.organisation.in_(sorted(organisations)),
                ),
            )
            .order_by(plans.c.day, plans.c.id)
            .limit(limit)
        )
        if days is not None:
            statement = statement.where(plans.c.day.between(*days))
        return [_plan(row, {}) for row in await self._session.execute(statement)]

    async def worded(self, found: Sequence[StoredPlan]) -> Sequence[StoredPlan]:
        """Give plans with their words, in the same order; one with a broken seal is left out."""
        rows = await self._session.execute(_BY_IDS, {"ids": [each.id for each in found]})
        opened = {each.id: each for each in map(self._opened, rows) if each is not None}
        return [opened[each.id] for each in found if each.id in opened]

    async def move(self, id: int, day: date, body: Mapping[str, Any]) -> bool:  # noqa: A002 - as above
        """Put a plan on another day, with what it then says; False unless it is still planned."""
        nonce = row_nonce()
        content = PLANS.seal(self._keys, dict(body), {"nonce": nonce})
        parameters = {"at_id": id, "on": day, "named": nonce, "content": content}
        return (await self._session.execute(_MOVE, parameters)).rowcount == 1

    async def done(self, id: int, record: int) -> bool:  # noqa: A002 - as above
        """Note the record that a plan became; False unless it was still planned."""
        return (await self._session.execute(_DONE, {"at_id": id, "became": record})).rowcount == 1

    async def cancel(self, id: int) -> bool:  # noqa: A002 - as above
        """Give a plan up; False unless it was still planned."""
        return (await self._session.execute(_CANCEL, {"at_id": id})).rowcount == 1

    def _opened(self, row: sa.Row[*tuple[Any, ...]]) -> StoredPlan | None:
        try:
            return _plan(row, PLANS.open(self._keys, row.sealed, row._mapping))  # noqa: SLF001 - public
        except SealBroken:
            _log.warning("plan %d has a broken seal and was left out", row.id)
            return None


def _plan(row: sa.Row[*tuple[Any, ...]], body: Mapping[str, Any]) -> StoredPlan:
    return StoredPlan(
        id=row.id,
        talk_type=row.talk_type,
        organisation=row.organisation,
        talker=row.talker,
        subjects=row.subjects,
        day=row.day,
        author=row.author,
        state=row.state,
        body=body,
        record=row.record,
    )
