"""What is kept: tables, sealing, migrations. Knows nothing of chats or policies.

keys = await load_keys(url, key_file=home / "keys")
database = Database.open(url, keys=keys)
await database.migrate()
async with database.transaction(now) as work:
    if await work.updates.first_time(channel, update):
        await work.outbox.put(channel, address, payload, now)
"""

from storage.database import Database, load_keys
from storage.drafts import DraftStore
from storage.rows import (
    FeedbackCount,
    OutboxRow,
    StoredCitation,
    StoredDocument,
    StoredPassage,
    StoredQuestion,
)
from storage.sealing import KeyRing
from storage.work import UnitOfWork

__all__ = [
    "Database",
    "DraftStore",
    "FeedbackCount",
    "KeyRing",
    "OutboxRow",
    "StoredCitation",
    "StoredDocument",
    "StoredPassage",
    "StoredQuestion",
    "UnitOfWork",
    "load_keys",
]
