"""A message to a person from a turn that is not theirs: to every conversation of theirs, after the commit."""

from datetime import datetime

from bot.conversation.choices import offered_by
from bot.conversation.context import CONTEXT_LIFE, Context, restored, stored
from bot.conversation.messages import Say
from bot.conversation.payloads import encoded
from bot.conversation.scene import CONTEXT_SLOT, FORM_SLOT
from storage import UnitOfWork


async def notify(work: UnitOfWork, person: str, say: Say, now: datetime) -> int:
    """Put a message into the outbox for a person; gives the number of conversations it goes to."""
    bindings = await work.bindings.of(person)
    for each in bindings:
        await work.outbox.put(each.channel, each.address, encoded(say), now)
        await _offered(work, each.key, say, now)
    return len(bindings)


async def _offered(work: UnitOfWork, key: str, say: Say, now: datetime) -> None:
    """Let a typed number mean the notice's choices, unless a form waits for an answer."""
    if not say.choices or await work.drafts.get(key, FORM_SLOT) is not None:
        return
    context = restored(await work.drafts.get(key, CONTEXT_SLOT)) or Context()
    offering = context.offering(offered_by([say]))
    await work.drafts.put(key, CONTEXT_SLOT, stored(offering), now + CONTEXT_LIFE)
