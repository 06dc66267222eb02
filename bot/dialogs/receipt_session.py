"""The receipt that a conversation is following just now: kept in passing, for half an hour at most.

A receipt is written nowhere else. The end of its time is kept beside it in quarters of an hour, for the table that
workers share knows days only.
"""

import json
from datetime import datetime, timedelta

from bot.conversation.scene import Scene

SLOT = "receipt"
LIFE = timedelta(minutes=30)
_QUARTER = 15


async def keep_receipt(scene: Scene, receipt: str) -> None:
    """Follow a receipt from now on; the conversation's context is kept in passing as well."""
    until = scene.now + LIFE
    until = until.replace(minute=until.minute - until.minute % _QUARTER, second=0, microsecond=0)
    value = json.dumps({"receipt": receipt, "until": until.isoformat()}).encode()
    await scene.work.passing.put(scene.key, SLOT, value, scene.now + LIFE)
    scene.passing = True


async def kept_receipt(scene: Scene) -> str | None:
    """The receipt being followed; None when its time is over, or none was given."""
    value = await scene.work.passing.get(scene.key, SLOT)
    if value is None:
        return None
    kept = json.loads(value)
    if scene.now < datetime.fromisoformat(kept["until"]):
        return str(kept["receipt"])
    await drop_receipt(scene)
    return None


async def drop_receipt(scene: Scene) -> None:
    """Follow nothing any more."""
    await scene.work.passing.delete(scene.key, SLOT)
