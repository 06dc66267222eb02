"""A condition on a long list of ids, as one parameter.

Hundreds of parameters of an IN are each written into the statement; and PostgreSQL, once it keeps a plan for the
statement, compares every row with each of them. A list that comes as one JSON array is hashed, whatever the plan.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.columns import Words

FEW = 20
"""Up to so many are written out."""


class _EachOf(FunctionElement[str]):
    """The strings of a JSON array, as the rows of a query."""

    name = "each_of"
    inherit_cache = True
    type = sa.Text()


@compiles(_EachOf)
def _on_sqlite(element: _EachOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's form
    array = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({array}))"  # noqa: S608 - a parameter's place, not its value


@compiles(_EachOf, "postgresql")
def _on_postgresql(element: _EachOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - as above
    array = compiler.process(element.clauses, **options)
    return f"(SELECT jsonb_array_elements_text(CAST({array} AS JSONB)))"


def among(column: sa.ColumnElement[str], wanted: Collection[str]) -> sa.ColumnElement[bool]:
    """Say that a column holds one of some ids."""
    if len(wanted) <= FEW:
        return column.in_(wanted)
    listed = _EachOf(sa.bindparam(None, tuple(wanted), type_=Words))
    return column.op("IN", is_comparison=True)(listed)
