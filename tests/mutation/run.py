"""Changes our code in small ways, one at a time, and tells which changes no test notices (docs/mutation.md).

    python -m tests.mutation.run [MODULE…] [--folder FOLDER]

A MODULE is a path or pattern ("storage/case_*.py") of tests/mutation/targets.toml, or the name of a group there; none
is all of them. The tool (mutmut) works on a copy in a temporary folder, or in FOLDER, which is kept: a second run in
it tries again only what was not noticed, and what is new. Ends with 1 when a change survives that
tests/mutation/explained.toml does not explain.
"""

import argparse
import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.quick import LAST, TEMPLATE

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
PACKAGES = ("bot", "storage", "yanlu")
COPIED = (*PACKAGES, "knowledge", "tests", "pyproject.toml")
MUTMUT = Path(sys.executable).with_name("mutmut")


@dataclass(frozen=True)
class Group:
    """Modules that are judged by the same tests."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mutant:
    """A change of a function, or of a "module": the lines that were there, and those in their place."""

    module: str
    name: str
    function: str
    was: str
    now: str

    @property
    def told(self) -> str:
        """How `explained.toml` names it."""
        return f"{self.module} {self.function}: {self.was} → {self.now}"


@dataclass
class Tally:
    """How a module did: its mutants by what became of them, and those that lived."""

    outcomes: Counter[str] = field(default_factory=Counter)
    lived: list[Mutant] = field(default_factory=list)


def chosen(groups: Iterable[Group], wanted: Sequence[str]) -> Iterator[Group]:
    """The groups, each with no more than the modules that are wanted."""
    for group in groups:
        modules = tuple(
            module
            for module in group.modules
            if not wanted or any(each == group.name or fnmatch.fnmatch(module, each) for each in wanted)
        )
        if modules:
            yield Group(group.name, modules, group.tests, group.last)


def listed_groups() -> list[Group]:
    """The groups of `targets.toml`."""
    content = tomllib.loads((HERE / "targets.toml").read_text(encoding="utf-8"))
    return [
        Group(name, tuple(each["modules"]), tuple(each["tests"]), tuple(each.get("last", ())))
        for name, each in content["groups"].items()
    ]


def explained() -> set[str]:
    """The survivors that `explained.toml` gives a reason for."""
    content = tomllib.loads((HERE / "explained.toml").read_text(encoding="utf-8"))
    return {_even(each) for reason in content["reasons"] for each in reason["mutants"]}


def copied(folder: Path) -> None:
    """Copy what the tests need; what is in the folder already is renewed."""
    for name in COPIED:
        source, target = CHECKOUT / name, folder / name
        if source.is_file():
            shutil.copy2(source, target)
        elif name != "knowledge" or not target.exists():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    (folder / "template.db").unlink(missing_ok=True)


def prepared(group: Group, folder: Path) -> None:
    """Give a copy the tool's settings, and take away what it may know no more."""
    settings = {
        "source_paths": PACKAGES,
        "only_mutate": group.modules,
        "pytest_add_cli_args_test_selection": ("-m", "not postgres", *group.tests),
        "pytest_add_cli_args": ("-p", "tests.mutation.quick", "-p", "no:cacheprovider", "-p", "no:xdist"),
        "process_isolation": "forkserver",
        "timeout_multiplier": 2.0,
        "timeout_constant": 15.0,
        "use_git_change_detection": False,
        "on_dependency_change": "ignore",
    }
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n")
        file.writelines(f"{key} = {_toml(value)}\n" for key, value in settings.items())
    mutants = folder / "mutants"
    mutants.mkdir(exist_ok=True)
    if not (mutants / "knowledge").exists():
        (mutants / "knowledge").symlink_to(folder / "knowledge")  # large, and not mutated
    (mutants / "mutmut-stats.json").unlink(missing_ok=True)  # which test meets which function may be new


def tried(group: Group, folder: Path) -> dict[str, Tally]:
    """Let the tool try every change of the group that was not noticed before; gives the tally by module."""
    before = _outcomes(group, folder)
    again = [name for name, outcome in before if outcome not in ("killed", _NEW)]
    if again:
        _run(group, folder, *again)
    if not before or any(outcome == _NEW for _, outcome in _outcomes(group, folder)):
        _run(group, folder)
    tallies = {module: Tally() for module in group.modules}
    modules = {module.removesuffix(".py").replace("/", "."): module for module in group.modules}
    for name, outcome in _outcomes(group, folder):
        module = modules.get(name.rpartition(".")[0])
        if module is None:
            continue
        tallies[module].outcomes[outcome] += 1
        if outcome not in _NOTICED:
            was, now = _difference(_told(group, folder, "show", name))
            tallies[module].lived.append(Mutant(module, name, _function(name), was, now))
    return tallies


def table(tallies: dict[str, Tally], known: set[str]) -> str:
    """The figures of each module and of all."""
    rows: list[tuple[str, ...]] = [("module", "mutants", "killed", "timed out", "survived", "explained")]
    total = Counter[str]()
    for module, tally in tallies.items():
        figures = Counter(
            mutants=tally.outcomes.total(),
            killed=tally.outcomes["killed"],
            timeout=tally.outcomes["timeout"],
            survived=len(tally.lived),
            explained=sum(_even(each.told) in known for each in tally.lived),
        )
        total.update(figures)
        rows.append((module, *(str(figures[each]) for each in _FIGURES)))
    rows.append(("all", *(str(total[each]) for each in _FIGURES)))
    return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], ("---",) * 6, *rows[1:]))


_NOTICED = ("killed", "timeout")
_NEW = "not checked"
_FIGURES = ("mutants", "killed", "timeout", "survived", "explained")


def arguments(words: Sequence[str] | None, command: str) -> tuple[list[str], Path | None]:
    """The modules that are asked for, and the folder to work in."""
    parser = argparse.ArgumentParser(prog=command)
    parser.add_argument("modules", nargs="*", help="paths, patterns or groups of targets.toml")
    parser.add_argument("--folder", type=Path, help="work here, and keep it")
    asked = parser.parse_args(words)
    if not list(chosen(listed_groups(), asked.modules)):
        parser.error("no such module in tests/mutation/targets.toml")
    return asked.modules, asked.folder


def report(tallies: dict[str, Tally]) -> int:
    """Print what survived without a reason, and the table; gives the exit status."""
    known = explained()
    unexplained = [
        each for tally in tallies.values() for each in tally.lived if _even(each.told) not in known
    ]
    for each in unexplained:
        print(f"\n{each.name}\n{each.told}")
    print("\n" + table(tallies, known))
    return 1 if unexplained else 0


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit status."""
    wanted, kept = arguments(words, "python -m tests.mutation.run")
    tallies: dict[str, Tally] = {}
    with _workshop(kept) as folder:
        for group in chosen(listed_groups(), wanted):
            place = folder / group.name
            place.mkdir(parents=True, exist_ok=True)
            copied(place)
            prepared(group, place)
            print(f"{group.name}: {len(group.modules)} modules, see {place / 'log'}", flush=True)
            tallies |= tried(group, place)
    return report(tallies)


@contextmanager
def _workshop(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="yanlu-mutation-") as temporary:
        yield Path(temporary)


def _run(group: Group, folder: Path, *names: str) -> None:
    """Let the tool try the changes of these names, or all new ones. Ends the program when it fails."""
    command = (str(MUTMUT), "run", "--max-children", "1", *names)
    with (folder / "log").open("wb") as log:
        done = subprocess.run(
            command, cwd=folder, env=_environment(group, folder), stdout=log, stderr=log, check=False
        )
    if done.returncode:
        words = (folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
        raise SystemExit("\n".join(words[-40:]))


def _told(group: Group, folder: Path, *words: str) -> str:
    """Ask the tool about what it has done."""
    environment = _environment(group, folder)
    done = subprocess.run(
        (str(MUTMUT), *words), cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def _environment(group: Group, folder: Path) -> dict[str, str]:
    return os.environ | {
        LAST: "\n".join(group.last),
        TEMPLATE: str(folder / "template.db"),
        "PYTHONPATH": str(folder / "mutants"),
    }


def _outcomes(group: Group, folder: Path) -> list[tuple[str, str]]:
    """What became of each mutant so far, by name."""
    if not (folder / "mutants" / group.modules[0]).exists():
        return []
    lines = _told(group, folder, "results", "--all", "true").splitlines()
    pairs = (each.strip().rpartition(": ") for each in lines)
    return [(name, outcome) for name, _, outcome in pairs if "__mutmut_" in name]


def _function(name: str) -> str:
    """The function or method of a mutant's name: x_function__mutmut_1, xǁClassǁmethod__mutmut_1."""
    mangled = name.rpartition(".")[2].partition("__mutmut_")[0]
    return mangled.removeprefix("x_") if mangled.startswith("x_") else mangled[2:].replace("ǁ", ".")


def _difference(shown: str) -> tuple[str, str]:
    """The lines that a change took away, and those it put there, each as one line."""
    lines = shown.splitlines()
    was = [each[1:] for each in lines if each.startswith("-") and not each.startswith("---")]
    now = [each[1:] for each in lines if each.startswith("+") and not each.startswith("+++")]
    return _even(" ".join(was)), _even(" ".join(now))


def _even(text: str) -> str:
    return " ".join(text.split())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    sys.exit(main())
