"""What everything that is written into a case has in common."""

import sqlalchemy as sa

from storage.failures import failure
from storage.schema_cases import cases
from storage.session import Session
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import storage as texts

_OPEN = (
    sa.select(cases.c.number)
    .where(cases.c.number == sa.bindparam("of"), cases.c.erased.is_(None))
    .with_for_update()
)


def no_such_case() -> YanluError:
    """Make the error that an unknown case, an erased one and one that is not for the asker answer with alike."""
    return failure(AccessDenied, texts.CASE_CLOSED_TO_YOU)


async def locked_open(session: Session, number: str) -> None:
    """Hold a case until the transaction ends. Raises AccessDenied when there is none, or it was erased."""
    if (await session.execute(_OPEN, {"of": number})).scalar_one_or_none() is None:
        raise no_such_case()


async def next_position(session: Session, table: sa.Table, number: str) -> int:
    """Give the next free position of a case in a table; the case must be held by `locked_open`."""
    last = sa.select(sa.func.max(table.c.position)).where(table.c.case == sa.bindparam("of"))
    return int((await session.execute(last, {"of": number})).scalar_one() or 0) + 1
