"""Where what was learned is kept, and the name that tells whether it is still true."""

import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

LEARNED: Final = Path(__file__).parents[1] / "data" / "learned"
"""Where the set-up puts what was learned (`python -m knowledge.talks`)."""
_IMPORTED: Final = re.compile(r"^from knowledge\.talks\.(\w+) import", re.MULTILINE)


def fingerprint(kind: str, modules: Iterable[str], *data: object) -> str:
    """A file name that changes with the data and with the source of the modules and of all that they import here."""
    digest = hashlib.sha256(repr(data).encode())
    for name, source in sorted(_sources(tuple(modules)).items()):
        digest.update(f"{name}\n{source}".encode())
    return f"{kind}-{digest.hexdigest()[:16]}"


@cache
def _sources(modules: tuple[str, ...]) -> dict[str, str]:
    """The source of modules of this package and of those that they import, by name."""
    found: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = resources.files("knowledge.talks").joinpath(f"{name}.py").read_text("utf-8")
            waiting += _IMPORTED.findall(found[name])
    return found


def keep(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all; where it cannot be written the next start learns again."""
    temporary = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
