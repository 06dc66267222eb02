"""The reasons for mutants that no test notices: each is about code that is still there."""

import re

import pytest

from tests.mutation.run import CHECKOUT, explained


def bare(code: str) -> str:
    """Code without what the formatter decides."""
    return re.sub(r",(?=[)\]])", "", re.sub(r"\s+", "", code).replace("'", '"'))


@pytest.mark.parametrize("told", sorted(explained()))
def test_what_is_explained_still_stands(told):
    place, _, change = told.partition(": ")
    module, function = place.rsplit(" ", 1)
    code = (CHECKOUT / module).read_text(encoding="utf-8")
    assert function == "module" or f"def {function.rpartition('.')[2]}(" in code
    assert bare(change.partition(" → ")[0]) in bare(code)
