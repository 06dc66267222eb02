"""When the cases were last looked at for who may have them, and seeing to it that lists may go by the keys.

What a recheck does follows from the establishment alone: tree, posts of the day, handlers. So its fingerprint is
kept, and cases are looked at again when it is another one. That is done in parts, each a transaction of its own, by
the chores or before a handler's list; what the list itself finds undone it does first, in its own transaction.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import blake2b

from bot.services.casework import rechecks
from bot.services.casework.access import Desk, establishment, shut_out
from bot.services.casework.rechecks import SEVERAL
from storage import CheckMark, Database, Handler, UnitOfWork

MOST_RECENT = 1000
"""Of a handler's cases, to be looked at one by one before a list; more are looked at for everybody."""
PART = 100
"""Cases looked at in one transaction."""


async def settled(database: Database, desk: Desk, now: datetime, day: date, *, daily: bool = False) -> bool:
    """Recheck, in parts, if tree, posts or handlers changed since (`daily`: or the day did); tell whether it was done.

    What changes meanwhile leaves the mark as it was, so that all is looked at again.
    """
    async with database.transaction(now) as work:
        mark = await _mark(work, desk, day)
        if await _stands(work, mark, daily=daily):
            return False
        numbers = await work.cases.living()
    for part in parts(numbers):
        async with database.transaction(now) as work:
            await rechecks.recheck(work, desk, day, part)
    async with database.transaction(now) as work:
        await work.lock(SEVERAL)
        now_is = await _mark(work, desk, day)
        if (now_is.people, now_is.handlers) == (mark.people, mark.handlers):  # nor changed, and changed back
            await work.case_lists.put_mark(mark)
    return True


async def rechecked(work: UnitOfWork, desk: Desk, day: date) -> bool:
    """Recheck in this very transaction if tree, posts or handlers changed since; tell whether it was done."""
    if await _stands(work, await _mark(work, desk, day)):
        return False
    await work.lock(SEVERAL)
    mark = await _mark(work, desk, day)
    if await _stands(work, mark):  # another worker was at it meanwhile
        return False
    await _marked(work, desk, day, mark)
    return True


async def keys_settled(work: UnitOfWork, desk: Desk, handler: Handler, day: date) -> None:
    """See to it that a handler has the keys of no case they are shut out from, so that lists may go by the keys.

    What was routed since the last recheck is looked at here: on PostgreSQL a report may have been routed by posts
    that changed before it was kept.
    """
    if await rechecked(work, desk, day):
        return
    mark = await work.case_lists.mark()
    recent = await work.case_lists.routed_since(handler.id, mark.step if mark else 0)
    standing = await establishment(work, desk.directories, day)
    if len(recent) > MOST_RECENT or any(shut_out(each.facts, standing, handler.person) for each in recent):
        await work.lock(SEVERAL)
        await _marked(work, desk, day, await _mark(work, desk, day))


def parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut numbers of cases into what one transaction looks at."""
    return (numbers[start : start + PART] for start in range(0, len(numbers), PART))


async def ground_of(work: UnitOfWork, desk: Desk, day: date) -> str:
    """A fingerprint of all that decides who may have a case: tree, posts of the day, handlers with their keys' ids."""
    standing = await establishment(work, desk.directories, day)
    ids = " ".join(sorted(each.id for each in await work.handlers.all()))
    return blake2b(ids.encode(), key=standing.fingerprint.encode(), digest_size=16).hexdigest()


async def _mark(work: UnitOfWork, desk: Desk, day: date) -> CheckMark:
    """The mark of a recheck that begins now."""
    step, _ = await work.audit.head()
    return CheckMark(day, await work.people.version(), await ground_of(work, desk, day), step)


async def _stands(work: UnitOfWork, mark: CheckMark, *, daily: bool = False) -> bool:
    last = await work.case_lists.mark()
    return last is not None and last.handlers == mark.handlers and (not daily or last.day == mark.day)


async def _marked(work: UnitOfWork, desk: Desk, day: date, mark: CheckMark) -> None:
    await rechecks.recheck(work, desk, day)
    await work.case_lists.put_mark(mark)
