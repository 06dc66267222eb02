"""What routing knows of a case, and the last look at its recipients before anything is sealed to them."""

import logging
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from storage import case_queries as queries
from storage.case_rows import Handler, RoutedCase, RoutingFacts
from storage.columns import upsert
from storage.failures import failure
from storage.schema_cases import case_facts
from storage.sealed_tables import CASE_FACTS
from storage.sealing import KeyRing, SealBroken
from storage.session import Session
from yanlu.errors import AccessDenied, StorageError
from yanlu.texts import storage as texts

_log = logging.getLogger(__name__)
_PUT = upsert(case_facts)
_BATCH = 500


class Facts:
    """The `case_facts` table, sealed under the installation's key."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def put(self, number: str, facts: RoutingFacts) -> None:
        """Keep facts in place of those before."""
        sealed = CASE_FACTS.seal(self._keys, _written(facts), {"case": number})
        await self._session.execute(_PUT, {"case": number, "sealed": sealed})

    async def get(self, number: str) -> RoutingFacts | None:
        """Give the facts, None for none. Raises DatabaseCorrupt when the seal is broken."""
        row = (await self._session.execute(queries.FACTS, {"of": number})).one_or_none()
        return None if row is None else _read(CASE_FACTS.opened(self._keys, row.sealed, {"case": number}))

    def opened(self, number: str, sealed: bytes | None) -> RoutingFacts | None:
        """Open facts at hand; None, with a line in the log, when they are missing or their seal is broken."""
        try:
            return _read(CASE_FACTS.open(self._keys, sealed or b"", {"case": number}))
        except SealBroken:
            _log.warning("the routing facts of a case do not open")
            return None


async def checked_recipients(
    session: Session,
    recipients: Collection[Handler],
    organisation: str,
    facts: RoutingFacts | None,
    *,
    needed: bool = False,
) -> None:
    """Hold the recipients as they are until the transaction ends, and make sure that each may have the case.

    Routing has chosen them; this is the second lock on the same door. Raises AccessDenied when one is revoked, has
    another key, receives for another organisation, or is shut out, and when facts are missing; StorageError when
    some are `needed` and there are none.
    """
    if not recipients:
        if needed:
            raise failure(StorageError, texts.NO_RECIPIENT)
        return
    rows = await session.execute(queries.ACTIVE, {"ids": sorted({each.id for each in recipients})})
    active = {(row.id, row.organisation, row.public) for row in rows}
    wanted = {(each.id, organisation, each.public) for each in recipients}
    if wanted - active:
        raise failure(AccessDenied, texts.HANDLER_REVOKED)
    if facts is None or {each.person for each in recipients} & (facts.excluded | facts.people):
        raise failure(AccessDenied, texts.NO_RECIPIENT)


async def routed_cases(
    session: Session, facts: Facts, numbers: Collection[str] | None
) -> Sequence[RoutedCase]:
    """Give every living case, or those among `numbers`, with its facts and holders."""
    if numbers is None:
        return await _routed(session, facts, queries.ROUTED, queries.ALL_HOLDERS, {})
    wanted, found = sorted(set(numbers)), []
    for start in range(0, len(wanted), _BATCH):
        parameters = {"numbers": wanted[start : start + _BATCH]}
        found += await _routed(session, facts, queries.ROUTED_AMONG, queries.HOLDERS_AMONG, parameters)
    return found


async def _routed(
    session: Session,
    facts: Facts,
    living: sa.Executable,
    held: sa.Executable,
    parameters: dict[str, list[str]],
) -> list[RoutedCase]:
    rows = (await session.execute(living, parameters)).all()
    holders: dict[str, list[str]] = {}
    for each in await session.execute(held, parameters):
        holders.setdefault(each.case, []).append(each.handler)
    return [
        RoutedCase(
            queries.case_row(row), facts.opened(row.number, row.sealed), tuple(holders.get(row.number, ()))
        )
        for row in rows
    ]


def _written(facts: RoutingFacts) -> dict[str, Any]:
    return {
        "organisations": sorted(facts.organisations),
        "people": sorted(facts.people),
        "unlisted_under": sorted(facts.unlisted_under),
        "routed_organisations": sorted(facts.routed_organisations),
        "candidates": list(facts.candidates),
        "excluded": sorted(facts.excluded),
    }


def _read(content: dict[str, Any]) -> RoutingFacts:
    return RoutingFacts(
        organisations=frozenset(content["organisations"]),
        people=frozenset(content["people"]),
        unlisted_under=frozenset(content["unlisted_under"]),
        routed_organisations=frozenset(content["routed_organisations"]),
        candidates=tuple(content["candidates"]),
        excluded=frozenset(content["excluded"]),
    )
