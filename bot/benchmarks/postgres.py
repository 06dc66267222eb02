"""A PostgreSQL of our own for the length of a benchmark, in a temporary folder, reached by a socket in it."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
_DEBIAN: Final = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The folder with initdb and postgres: of the path, or where Debian keeps them; None where there is none."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(_DEBIAN.glob("*/bin"), reverse=True)
    return next(
        (each for each in candidates if (each / "initdb").exists() and (each / "postgres").exists()), None
    )


@contextmanager
def temporary_postgres(folder: Path) -> Iterator[str | None]:
    """Start a server in an empty folder; gives the address of its database, None where none can be started."""
    programs = binaries()
    account = own_account()
    if programs is None or (os.geteuid() == 0 and account is None):
        yield None
        return
    if account is not None:
        shutil.chown(folder, *account)
    data = folder / "data"
    made = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "yanlu",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
    ]
    if subprocess.run(made, cwd=folder, capture_output=True, check=False, **run_as(account)).returncode:  # noqa: S603 - our own words
        yield None
        return
    words = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses="]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, **run_as(account))  # noqa: S603 - as above
    try:
        ready = _ready(process, data / "postmaster.pid")
        yield f"postgresql://yanlu@/postgres?host={quote(str(folder), safe='')}" if ready else None
    finally:
        stopped(process)


def own_account() -> tuple[str, str] | None:
    """PostgreSQL refuses to run as root: the account to run it as instead; None when we are not root, or have none."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return name, grp.getgrgid(entry.pw_gid).gr_name
    return None


def run_as(account: tuple[str, str] | None) -> dict[str, Any]:
    """The words of `subprocess` that run a program as an account, or as whoever we are."""
    return {"user": account[0], "group": account[1], "extra_groups": []} if account else {}


def _ready(process: subprocess.Popen[bytes], state: Path) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if state.exists() and state.read_text().strip().endswith("ready"):
            return True
        time.sleep(0.05)
    return False


def stopped(process: subprocess.Popen[bytes]) -> None:
    """A fast shutdown, as PostgreSQL calls it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
