"""`docs/security.md` promises nothing without a test: each one it names is there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "security.md"
NAMED = re.compile(r"((?:unit|contract|e2e|privacy)/\w+\.py): (test_\w+)")


def test_every_test_that_the_document_names_is_there():
    named = NAMED.findall(DOCUMENT.read_text("utf-8"))
    assert len(named) > 25
    for file, test in named:
        assert re.search(rf"def {test}\(", (TESTS / file).read_text("utf-8")), f"{file}: {test}"


def test_every_promise_has_one():
    tables = DOCUMENT.read_text("utf-8").split("| Who attacks |")[1:]
    lines = [line for table in tables for line in table.partition("\n\n")[0].splitlines()]
    rows = [line for line in lines if line.startswith("| ") and "---" not in line and "Proved by" not in line]
    assert len(tables) == 2
    assert len(rows) > 30
    for row in rows:
        who, _, proof = row.strip("| ").split(" | ")
        assert NAMED.search(proof), who
