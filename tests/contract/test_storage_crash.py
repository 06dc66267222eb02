"""kill -9 at any moment: what was acknowledged is there, what was not is whole or not there."""

import asyncio
import os
import random
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import Database
from tests.support.stores import KEYS

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
CHECKOUT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)


def worker_program():
    """Run by a child: acknowledges each turn on standard output after its commit."""

    async def work(url):
        database = Database.open(url, keys=KEYS)
        number = 0
        while True:
            async with database.transaction(NOW) as turn:
                await turn.updates.first_time("telegram", str(number))
                await turn.drafts.put("someone", "last", b"%d" % number, NOW + HOUR)
                await turn.outbox.put("telegram", "7", b"%d" % number, NOW)
            os.write(1, b"%d\n" % number)
            number += 1

    asyncio.run(work(sys.argv[1]))


async def killed_after(url, seconds):
    """Start the child, let it work, kill it; gives back what it acknowledged."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from tests.contract.test_storage_crash import worker_program; worker_program()",
        url,
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
    )
    first = await child.stdout.readline()
    await asyncio.sleep(seconds)
    os.kill(child.pid, signal.SIGKILL)
    acknowledged = first + await child.stdout.read()
    await child.wait()
    return [int(line) for line in acknowledged.splitlines() if line]


async def test_nothing_acknowledged_is_lost(stores):
    chance = random.Random(7)
    for _ in range(3):
        url = await stores.migrated()
        acknowledged = await killed_after(url, chance.uniform(0.0, 0.15))
        database = Database.open(url, keys=KEYS)
        await database.check()
        async with database.transaction(NOW) as work:
            rows = await work.outbox.claim("telegram", NOW, 100_000, HOUR)
            kept = [int(row.payload) for row in rows]
            assert kept == list(range(len(kept)))
            assert len(kept) - len(acknowledged) in (0, 1)  # one may be committed and not yet said
            assert await work.drafts.get("someone", "last") == b"%d" % kept[-1]
            assert not await work.updates.first_time("telegram", str(kept[-1]))
            assert await work.updates.first_time("telegram", str(len(kept)))
        await database.close()
