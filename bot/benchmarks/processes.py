"""Processes under measurement: started, watched, ended. CPU time and memory are read from /proc (Linux)."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

_PROC = Path("/proc")
_FAREWELL_SECONDS = 10.0


@asynccontextmanager
async def process(
    argv: Sequence[str], environment: Mapping[str, str], *, read: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program for the length of the block; with `read` its standard output can be read."""
    quiet = asyncio.subprocess.DEVNULL
    running = await asyncio.create_subprocess_exec(
        *argv,
        env=dict(environment),
        stdin=quiet,
        stdout=asyncio.subprocess.PIPE if read else quiet,
        stderr=quiet,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
            try:
                await asyncio.wait_for(running.wait(), _FAREWELL_SECONDS)
            except TimeoutError:
                running.kill()
                await running.wait()


def measurable() -> bool:
    """Tell whether this system lets us measure."""
    return (_PROC / "self" / "stat").exists()


def cpu_seconds(pid: int) -> float:
    """Give the user and system time of a process and its living descendants, to the clock tick (10 ms)."""
    ticks = os.sysconf("SC_CLK_TCK")
    return _summed(pid, slice(11, 15)) / ticks


def resident_mb(pid: int) -> float:
    """Give the resident memory of a process and its living descendants, in MiB."""
    page = os.sysconf("SC_PAGE_SIZE")
    return _summed(pid, slice(21, 22)) * page / 2**20


def _summed(pid: int, fields: slice) -> int:
    """Sum fields of the status of a process and of its descendants; one that ends meanwhile counts for nothing."""
    _, *descendants = _family(pid)
    total = sum(map(int, _status(pid)[fields]))
    for each in descendants:
        with suppress(FileNotFoundError, ProcessLookupError):
            total += sum(map(int, _status(each)[fields]))
    return total


def _family(pid: int) -> list[int]:
    """Give a process and its descendants."""
    parents = {int(each.name): _parent(int(each.name)) for each in _PROC.iterdir() if each.name.isdigit()}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _parent(pid: int) -> int:
    try:
        return int(_status(pid)[1])
    except OSError:  # it ended while we looked
        return 0


def _status(pid: int) -> list[str]:
    """Give the fields of /proc/PID/stat from the state (the third in proc(5)) on."""
    return (
        (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    )
