"""What a measured process took: times of single calls, and resident memory."""

import gc
import resource
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

import numpy as np

Asked = TypeVar("Asked")
Given = TypeVar("Given")

_STATM: Final = Path("/proc/self/statm")


def timed(call: Callable[[Asked], Given], each: Iterable[Asked]) -> tuple[list[Given], list[float]]:
    """Call once for each; give the results and the milliseconds of each call.

    What is alive before is collected and then set apart from the garbage collector, so that the times hold
    the collections our own calls cause, and not those of the data under measurement.
    """
    results: list[Given] = []
    milliseconds: list[float] = []
    gc.collect()
    gc.freeze()
    try:
        for one in each:
            begun = perf_counter()
            result = call(one)
            milliseconds.append((perf_counter() - begun) * 1000)
            results.append(result)
    finally:
        gc.unfreeze()
    return results, milliseconds


def percentile(milliseconds: list[float], share: int) -> float:
    """Give the `share`-th percentile, to the microsecond; 0 of nothing."""
    return round(float(np.percentile(milliseconds, share)), 3) if milliseconds else 0.0


def resident_mb() -> float:
    """Give the resident set of this process in MiB; where it cannot be read, the highest it has been."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return round(highest / (2**20 if sys.platform == "darwin" else 2**10), 1)
    return round(pages * resource.getpagesize() / 2**20, 1)
