"""The web channel: a message goes onto the page of its session; the browser sees it at the next look."""

from bot.channels.web.sessions import Sessions
from bot.channels.web.transcript import Transcripts
from bot.conversation.channel import MAX_FILE_BYTES, Sweep, Undeliverable
from bot.conversation.messages import Say
from yanlu.errors import AttachmentRefused, ChannelError
from yanlu.texts import web as texts

CHANNEL = "web"


class WebChannel:
    """A road to browsers (`bot.conversation.channel.Channel`); an address is a seat's token."""

    name = CHANNEL

    def __init__(self, sessions: Transcripts | None = None) -> None:
        self.sessions: Transcripts = Sessions() if sessions is None else sessions

    async def send(self, address: str, say: Say) -> None:
        """Put one message on the page.

        Raises Undeliverable when the session is gone. While the process is young, the page of a person who may
        come back to it after a restart is made anew, so that what was committed before still arrives.
        """
        if not await self.sessions.deliver(address, say):
            raise Undeliverable(texts.SESSION_GONE)

    async def fetch(self, reference: str, limit: int = MAX_FILE_BYTES) -> bytes:
        """Give the bytes of a file a user sent.

        Raises AttachmentRefused beyond `limit` bytes, ChannelError when it is gone.
        """
        held = self.sessions.uploads.get(reference)
        if held is None:
            raise ChannelError(texts.FILE_GONE, next_step=texts.FILE_GONE_NEXT)
        if len(held.content) > limit:
            raise AttachmentRefused(texts.FILE_TOO_BIG)
        return held.content

    async def clean(self, address: str) -> Sweep | None:
        """Forget all that the page shows."""
        return Sweep(await self.sessions.wipe(address))
