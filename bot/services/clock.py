"""The one place that asks for the time; everything else is given `now`."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Clock = Callable[[], datetime]

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone of all dates shown to users. It has had one offset since 1991, so no zone database is needed."""


def beijing_now() -> datetime:
    """Give the time of day in China."""
    return datetime.now(BEIJING)
