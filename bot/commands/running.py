"""How commands run and fail: one event loop, Chinese errors on stderr, no traceback."""

import asyncio
import json
import logging
import sys
import traceback
from collections.abc import Callable, Coroutine, Mapping
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any, TypeVar

import typer

from yanlu.errors import YanluError
from yanlu.texts import commands as texts

Given = TypeVar("Given")
INTERRUPTED_CODE = 130

log = logging.getLogger(__name__)


def in_loop(work: Coroutine[Any, Any, Given]) -> Given:
    """Run `work` to its end; Ctrl-C rolls back what is open and leaves with a word."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(work)
    except KeyboardInterrupt:
        complain(texts.INTERRUPTED)
        raise typer.Exit(INTERRUPTED_CODE) from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Give libuv's event loop, which costs a request half of asyncio's own; None where it is not made for."""
    if find_spec("uvloop") is None:
        return None
    import uvloop

    return uvloop.new_event_loop


def tell(text: str) -> None:
    """Print a line of result."""
    from bot.channels.terminal import printable

    sys.stdout.write(f"{printable(text)}\n")
    sys.stdout.flush()


def tell_json(figures: Mapping[str, object]) -> None:
    """Print an object as the last line of standard output."""
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def complain(*lines: str) -> None:
    """Print lines on standard error."""
    sys.stderr.write("".join(f"{line}\n" for line in lines if line))
    sys.stderr.flush()


def complain_of(error: Exception) -> None:
    """Tell of an error: one of ours by its sentences; any other by an apology, logging its type and place."""
    if isinstance(error, YanluError):
        complain(error.happened, error.kept, error.next_step)
        return
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    log.error("%s at %s", type(error).__name__, places)
    complain(texts.SORRY, texts.SORRY_NEXT)
