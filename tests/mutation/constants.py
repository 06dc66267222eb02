"""What mutmut leaves out: numbers and texts at the top of a module, in its classes and decorated functions.

    python -m tests.mutation.constants [MODULE…]

Each is changed on its own in a copy (a number by one, a text by one character, repr=False to True), and the tests of its
module are run in a fresh process. Modules and tests are those of targets.toml. Statements of SQLAlchemy are left
alone: the database knows their names. Ends with 1 when a change survives that explained.toml does not explain.
"""

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutation.quick import LAST, TEMPLATE
from tests.mutation.run import Group, Mutant, Tally, arguments, chosen, copied, listed_groups, report

_PLAIN_DECORATORS = ("staticmethod", "classmethod")


def changes(module: str, source: str) -> Iterator[tuple[Mutant, str]]:
    """Every change of a module, with the source after it."""
    lines = source.splitlines(keepends=True)
    for scope, constant in _constants(ast.parse(source), "module"):
        row, start, end = constant.lineno - 1, constant.col_offset, constant.end_col_offset
        if constant.end_lineno != constant.lineno or end is None:
            continue
        line = lines[row].encode()
        changed = (line[:start] + repr(_other(constant.value)).encode() + line[end:]).decode()
        mutant = Mutant(module, f"{module}:{row + 1}:{start}", scope, lines[row].strip(), changed.strip())
        yield mutant, "".join((*lines[:row], changed, *lines[row + 1 :]))


def _constants(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.Constant]]:
    for child in ast.iter_child_nodes(node):
        if child is getattr(node, "annotation", None) or _left_alone(child):
            continue
        if isinstance(child, ast.Constant):
            shown = isinstance(node, ast.keyword) and node.arg == "repr"
            if isinstance(child.value, bool) is shown and isinstance(child.value, int | str | bytes):
                yield scope, child
            continue
        name = getattr(child, "name", None)
        yield from _constants(child, name if isinstance(name, str) else scope)


def _left_alone(node: ast.AST) -> bool:
    """Functions that the tool changes, docstrings, types, slots, SQLAlchemy's statements."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        names = [ast.unparse(each) for each in node.decorator_list]
        return not names or all(each in _PLAIN_DECORATORS for each in names)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        text = ast.unparse(node)
        return any(word in text for word in ("Literal[", "sa.", "__slots__"))
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, ast.Expr | ast.JoinedStr)


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value + (b"x" if isinstance(value, bytes) else "x")  # type: ignore[operator]


def tried(group: Group, folder: Path) -> dict[str, Tally]:
    """Try every change of the group's modules; gives the tally by module."""
    tallies = {module: Tally() for module in group.modules}
    if not _passes(group, folder):
        raise SystemExit(f"the tests of {group.name} fail without any change")
    for module in group.modules:
        path = folder / module
        source = path.read_text(encoding="utf-8")
        for mutant, changed in changes(module, source):
            path.write_text(changed, encoding="utf-8")
            survived = _passes(group, folder)
            tallies[module].outcomes["survived" if survived else "killed"] += 1
            if survived:
                tallies[module].lived.append(mutant)
        path.write_text(source, encoding="utf-8")
    return tallies


def _passes(group: Group, folder: Path) -> bool:
    environment = os.environ | {
        LAST: "\n".join(group.last),
        TEMPLATE: str(folder / "template.db"),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "tests.mutation.quick",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [*command, "-m", "not postgres", *group.tests],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=600,
    )
    return done.returncode == 0


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit status."""
    wanted, _ = arguments(words, "python -m tests.mutation.constants")
    tallies: dict[str, Tally] = {}
    for group in chosen(listed_groups(), wanted):
        with tempfile.TemporaryDirectory(prefix="yanlu-mutation-") as temporary:
            copied(Path(temporary))
            tallies |= tried(group, Path(temporary))
    return report(tallies)


if __name__ == "__main__":
    sys.exit(main())
