"""Takes the turns that a form asks for, each exactly once, and puts them on the page."""

import asyncio
import logging
from collections.abc import Sequence

from bot.channels.web.acts import Act, left_over
from bot.channels.web.channel import CHANNEL
from bot.channels.web.parts import WebParts
from bot.channels.web.security import Seat, once, update_of
from bot.channels.web.transcript import Change, Line, Session, Transcripts
from bot.channels.web.uploads import Posted
from bot.conversation.messages import Conversation, IncomingFile, Say, Turn
from bot.conversation.typed_text import MAX_TEXT, cleaned
from yanlu.texts import web as texts

log = logging.getLogger(__name__)


class Playing:
    """Turns of seats, one at a time for each seat."""

    def __init__(self, parts: WebParts, transcripts: Transcripts) -> None:
        self._transcripts = transcripts
        self._take = parts.take
        self._clock = parts.clock
        self._parting: set[asyncio.Task[None]] = set()

    async def played(self, seat: Seat, posted: Posted, acts: Sequence[Act]) -> int | None:
        """Take the acts in order; a second click waits for the first one's answer and takes nothing.

        Gives the number of the person's message, 0 when it was taken before. None when something could not be
        committed: what the form holds is then to be sent again.
        """
        transcripts = self._transcripts
        async with transcripts.turn(seat.token) as session:
            once_id = posted.get("once")
            if once_id in session.spent:
                return 0
            if posted.get("life") not in {"", session.life}:
                await transcripts.add(session, "note", Say(texts.HISTORY_LOST))
            lines: list[Line] = []
            for act in acts:
                line = await self._taken(seat, once_id, act, session)
                if line is None:
                    return None
                lines.append(line)
            tapped = acts[0].part == "tap"
            typed = posted.get("text") if tapped and cleaned(posted.get("text")) else ""
            alert = left_over(posted) if tapped else ""
            after = await transcripts.change(session, Change(composer=typed, alert=alert, spent=once_id))
            if after is not None and (after.life, after.last) == (session.life, lines[-1].number):
                # Applied before a restart: the core repeats nothing and says nothing.
                await transcripts.add(session, "note", Say(texts.ALREADY))
            return lines[0].number

    async def _taken(self, seat: Seat, once_id: str, act: Act, session: Session) -> Line | None:
        """Show the person's message and take the turn; None when it could not be committed."""
        transcripts = self._transcripts
        before = session.answered
        change = Change(answered=act.answers or None)
        line = await transcripts.add(session, "user", Say(act.shown[:MAX_TEXT]), act.upload, change)
        turn = self._turn_of(seat, once_id, act)
        try:
            await self._take(turn)
        except Exception as error:  # noqa: BLE001 - nothing was committed: the person keeps the words
            log.error("a turn was not taken: %s", type(error).__name__)  # noqa: TRY400 - a traceback may hold the text
            await transcripts.withdraw(session, line)
            await transcripts.change(session, Change(answered=before))
            return None
        finally:
            if turn.file is not None:
                transcripts.uploads.drop(turn.file.reference)
        return line

    def _turn_of(self, seat: Seat, once_id: str, act: Act) -> Turn:
        file = None
        if act.upload is not None:
            reference = self._transcripts.uploads.put(seat.token, act.upload.content, act.upload.name)
            size = len(act.upload.content)
            file = IncomingFile(reference, act.upload.name, size, act.upload.media_type)
        update = update_of(seat, once_id, act.part) or ""
        conversation = Conversation(CHANNEL, self._transcripts.address(seat.token))
        return Turn(conversation, update, act.kind, self._clock(), act.text, act.arguments, file)

    def part(self, seat: Seat) -> None:
        """Give up an open form, without keeping the person waiting."""
        turn = Turn(
            Conversation(CHANNEL, self._transcripts.address(seat.token)),
            once(),
            "command",
            self._clock(),
            "cancel",
        )
        task = asyncio.create_task(self._cancelled(turn))
        self._parting.add(task)
        task.add_done_callback(self._parting.discard)

    async def close(self) -> None:
        """Wait for the partings under way."""
        await asyncio.gather(*self._parting, return_exceptions=True)

    async def _cancelled(self, turn: Turn) -> None:
        try:
            await self._take(turn)
        except Exception as error:  # noqa: BLE001 - the draft runs out by itself
            log.warning("a draft was not given up: %s", type(error).__name__)
