"""The statements of `storage.cases`, and what their rows become."""

from typing import Any

import sqlalchemy as sa

from storage.case_rows import CaseRow
from storage.schema_cases import (
    case_chunks,
    case_facts,
    case_files,
    case_keys,
    case_messages,
    case_parts,
    case_receipts,
    case_recovery,
    cases,
    handlers,
)

_COLUMNS = tuple(cases.c)
_OF: sa.BindParameter[str] = sa.bindparam("of")
_LIVING = cases.c.erased.is_(None)
FINAL = ("closed", "outside")

ADD = sa.insert(cases)
ADD_PART = sa.insert(case_parts)
ADD_KEYS = sa.insert(case_keys)
ADD_RECOVERY = sa.insert(case_recovery)
ADD_RECEIPT = sa.insert(case_receipts)
GET = sa.select(*_COLUMNS).where(cases.c.number == _OF)
ORGANISATION = sa.select(cases.c.organisation).where(cases.c.number == _OF)
BY_LOCATOR = (
    sa.select(*_COLUMNS, case_receipts.c.wrapped)
    .join(case_receipts, case_receipts.c.case == cases.c.number)
    .where(case_receipts.c.locator == _OF, _LIVING)
)
_ENTITLED = (
    sa.select(*_COLUMNS, case_keys.c.sealed)
    .join(case_keys, case_keys.c.case == cases.c.number)
    .join(handlers, handlers.c.id == case_keys.c.handler)
    .where(handlers.c.id == sa.bindparam("by"), handlers.c.revoked.is_(None), _LIVING)
)
_IN_ORDER = (
    cases.c.closed.is_not(None),
    cases.c.priority.desc(),
    cases.c.due.is_(None),
    cases.c.due,
    cases.c.filed,
    cases.c.number,
)
LISTED = (
    sa.select(*_COLUMNS, case_facts.c.sealed)
    .select_from(cases)
    .join(case_keys, case_keys.c.case == cases.c.number)
    .join(handlers, handlers.c.id == case_keys.c.handler)
    .outerjoin(case_facts, case_facts.c.case == cases.c.number)
    .where(handlers.c.id == sa.bindparam("by"), handlers.c.revoked.is_(None), _LIVING)
)
HELD = LISTED.order_by(*_IN_ORDER)
BY_HANDLER = _ENTITLED.where(cases.c.number == _OF)
BY_RECOVERY = (
    sa.select(*_COLUMNS, case_recovery.c.sealed)
    .join(case_recovery, case_recovery.c.case == cases.c.number)
    .where(cases.c.number == _OF, _LIVING)
)
PART = sa.select(case_parts.c.sealed).where(
    case_parts.c.case == _OF, case_parts.c.place == sa.bindparam("at")
)
CHANGE_PART = (
    sa.update(case_parts)
    .where(case_parts.c.case == _OF, case_parts.c.place == sa.bindparam("at"))
    .values(sealed=sa.bindparam("fresh", type_=sa.LargeBinary))
)
HOLDERS = sa.select(case_keys.c.handler).where(case_keys.c.case == _OF)
WITHDRAW = sa.delete(case_keys).where(
    case_keys.c.case == _OF, case_keys.c.handler.in_(sa.bindparam("ids", expanding=True))
)
_DAY = sa.bindparam("day", type_=sa.Date)
SET_STATUS = (
    sa.update(cases)
    .where(cases.c.number == _OF, _LIVING)
    .values(
        status=sa.bindparam("new_status", type_=sa.Text),
        internal=sa.bindparam("new_internal", type_=sa.Text),
        changed=_DAY,
        due=sa.bindparam("new_due", type_=sa.Date),
        erase_after=sa.bindparam("new_erase_after", type_=sa.Date),
        late=sa.or_(cases.c.late, sa.and_(cases.c.due.is_not(None), cases.c.due < _DAY)),
        closed=sa.case(
            (sa.bindparam("new_status", type_=sa.Text).in_(FINAL), sa.func.coalesce(cases.c.closed, _DAY)),
            else_=sa.null(),
        ),
    )
)
MOVE = (
    sa.update(cases)
    .where(cases.c.number == _OF, _LIVING)
    .values(organisation=sa.bindparam("to"), changed=_DAY)
)
MERGE = (
    sa.update(cases)
    .where(cases.c.number == _OF)
    .values(
        merged_into=sa.bindparam("to"),
        changed=_DAY,
        closed=sa.func.coalesce(cases.c.closed, _DAY),
        status="closed",
        internal="dismissed",
        due=sa.null(),
        erase_after=sa.bindparam("new_erase_after", type_=sa.Date),
    )
)
BOTH = (
    sa.select(*_COLUMNS)
    .where(cases.c.number.in_(sa.bindparam("both", expanding=True)), _LIVING)
    .order_by(cases.c.number)
    .with_for_update()
)
DUE = sa.select(*_COLUMNS).where(_LIVING, cases.c.due <= _DAY).order_by(cases.c.due, cases.c.number)
EXPIRED = (
    sa.select(*_COLUMNS)
    .where(_LIVING, cases.c.erase_after < _DAY)
    .order_by(cases.c.erase_after, cases.c.number)
)
STATISTICS = (
    sa.select(*_COLUMNS)
    .where(cases.c.filed >= sa.bindparam("since"), cases.c.filed <= sa.bindparam("until"))
    .order_by(cases.c.filed, cases.c.number)
)
FACTS = sa.select(case_facts).where(case_facts.c.case == _OF)
ROUTED = (
    sa.select(*_COLUMNS, case_facts.c.sealed)
    .outerjoin(case_facts, case_facts.c.case == cases.c.number)
    .where(_LIVING)
    .order_by(cases.c.number)
)
_AMONG: sa.BindParameter[list[str]] = sa.bindparam("numbers", expanding=True)
ROUTED_AMONG = ROUTED.where(cases.c.number.in_(_AMONG))
LIVING = sa.select(cases.c.number).where(_LIVING).order_by(cases.c.number)
UNDATED = (
    sa.select(*_COLUMNS)
    .where(
        _LIVING, cases.c.due.is_(None), sa.or_(cases.c.status.not_in(FINAL), cases.c.internal == "answer_due")
    )
    .order_by(cases.c.number)
)
"""Cases that may want something by a day that is not known."""
ALL_HOLDERS = (
    sa.select(case_keys.c.case, case_keys.c.handler)
    .join(cases, cases.c.number == case_keys.c.case)
    .where(_LIVING)
    .order_by(case_keys.c.case, case_keys.c.handler)
)
HOLDERS_AMONG = ALL_HOLDERS.where(case_keys.c.case.in_(_AMONG))
ACTIVE = (
    sa.select(handlers.c.id, handlers.c.organisation, handlers.c.public)
    .where(handlers.c.id.in_(sa.bindparam("ids", expanding=True)), handlers.c.revoked.is_(None))
    .order_by(handlers.c.id)
    .with_for_update(read=True)
)
DROP_KEYS = sa.delete(case_keys).where(case_keys.c.case == _OF)
DROP_RECOVERY = sa.delete(case_recovery).where(case_recovery.c.case == _OF)
DROP_CONTENT = (
    DROP_KEYS,
    DROP_RECOVERY,
    sa.delete(case_receipts).where(case_receipts.c.case == _OF),
    sa.delete(case_facts).where(case_facts.c.case == _OF),
    sa.delete(case_parts).where(case_parts.c.case == _OF),
    sa.delete(case_messages).where(case_messages.c.case == _OF),
    sa.delete(case_chunks).where(case_chunks.c.case == _OF),
    sa.delete(case_files).where(case_files.c.case == _OF),
)
"""The keys first: a case whose erasure is interrupted on a disk that loses writes is unreadable all the same."""
BURY = (
    sa.update(cases)
    .where(cases.c.number == _OF, _LIVING)
    .values(erased=_DAY, due=sa.null(), erase_after=sa.null())
)


def case_row(row: sa.Row[*tuple[Any, ...]]) -> CaseRow:
    """Give the clear columns of a case."""
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
    return CaseRow(**{column.name: found[column.name] for column in _COLUMNS})
