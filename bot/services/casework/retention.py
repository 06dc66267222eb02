"""The end of a case: a set time after closing its keys and content are deleted; a tombstone without content stays."""

from datetime import date

from storage import Database, UnitOfWork


async def erase_expired(database: Database, today: date) -> int:
    """Erase every case that was to be kept until before today, each in a transaction of its own; gives how many."""
    async with database.transaction() as work:
        rows = await work.cases.expired(today)
    erased = 0
    for row in rows:
        async with database.transaction() as work:
            erased += await erase(work, row.number, today)
    return erased


async def erase(work: UnitOfWork, number: str, today: date) -> bool:
    """Erase one case if it is due; False when it is not, or another worker was first, or it was reopened."""
    row = await work.cases.get(number)
    if row is None or row.erase_after is None or row.erase_after >= today:
        return False
    if not await work.cases.erase(number, today):
        return False
    await work.audit.append("system", "erase", number, today)
    return True
