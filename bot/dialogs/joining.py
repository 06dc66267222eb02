"""Joining by invitation, leaving, and who one is here."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from bot.conversation.form_dialog import saved_slot
from bot.conversation.messages import Choice, Say, Turn
from bot.conversation.scene import Scene
from bot.dialogs.seat import seat_of, store
from bot.services.directory import Directory, DirectoryService
from bot.services.invitations import join
from bot.services.talk_record import TALK
from knowledge.records import load_record_kinds
from yanlu.texts import organisations as texts

NAME = "join"
MOST_WRONG = 5
WRONG_LIFE = timedelta(minutes=15)
_SLOT = "wrong codes"
_HOLDER = "holder"
"""Whose conversation it was last, so that drafts outlive a new invitation but never pass to somebody else."""
HOLDER_LIFE = timedelta(days=3650)
_LEAVE = ((Choice(texts.LEAVE_YES, f"{NAME}:leave"), Choice(texts.LEAVE_NO, f"{NAME}:stay")),)


class JoiningDialog:
    """Answers /join CODE, a message that is a code, /leave with its two buttons, and /me."""

    name = NAME
    commands: ClassVar[Mapping[str, str]] = {
        "join": texts.COMMAND_JOIN,
        "me": texts.COMMAND_ME,
        "leave": texts.COMMAND_LEAVE,
    }

    def __init__(self, directories: DirectoryService) -> None:
        self._directories = directories

    async def handle(self, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Join, leave, or say who one is."""
        if turn.kind == "choice":
            return await self._left(scene) if turn.text == f"{NAME}:leave" else [Say(texts.STAYED)]
        if turn.kind == "text":
            return await self.joined(turn.text, turn, scene)
        if turn.text == "leave":
            return await self._leaving(scene)
        if turn.text == "me":
            return await self._me(scene)
        if not turn.arguments:
            return [Say(texts.HOW_TO_JOIN)]
        return await self.joined(turn.arguments, turn, scene)

    async def joined(self, code: str, turn: Turn, scene: Scene) -> Sequence[Say]:
        """Try a code for this conversation; also what a deep link's /start CODE calls."""
        wrong = await _wrong_times(scene)
        if len(wrong) >= MOST_WRONG:
            return [Say(texts.TRY_LATER)]
        work = store(scene)
        joining = await join(work, code, turn.conversation, scene.now)
        if joining.person is None:
            if joining.state in {"mistyped", "unknown"}:
                await _keep_wrong_times(scene, [*wrong, scene.now])
            return [Say(texts.NOT_JOINED[joining.state])]
        await scene.drop(_SLOT)
        if scene.form is not None:
            await scene.close_form()
        if await scene.draft(_HOLDER) != joining.person.encode():
            await _forget_drafts(scene)
        await scene.keep(_HOLDER, joining.person.encode(), HOLDER_LIFE)
        directory = await self._directories.of(work)
        return [Say(texts.joined(self._described(directory, joining.person, scene.now)))]

    async def _me(self, scene: Scene) -> Sequence[Say]:
        seat = await seat_of(scene, self._directories)
        if seat is None:
            return [Say(texts.NOT_BOUND)]
        return [Say(texts.me(self._described(seat.directory, seat.person.id, scene.now)))]

    async def _leaving(self, scene: Scene) -> Sequence[Say]:
        if await store(scene).bindings.by_key(scene.key) is None:
            return [Say(texts.NOT_BOUND)]
        return [Say(texts.LEAVE_ASK, choices=_LEAVE)]

    async def _left(self, scene: Scene) -> Sequence[Say]:
        if not await store(scene).bindings.unbind_key(scene.key):
            return [Say(texts.NOT_BOUND)]
        if scene.form is not None:
            await scene.close_form()
        await _forget_drafts(scene)
        return [Say(texts.LEFT)]

    @staticmethod
    def _described(directory: Directory, person: str, now: datetime) -> str:
        posts = directory.posts_of(person, now.date())
        lines = [
            texts.post_line(directory.organisation(post.organisation).name, post.title, post.role, post.since)
            for post in posts
        ]
        return "\n".join([directory.person(person).name, *(lines or [texts.NO_POST])])


async def _forget_drafts(scene: Scene) -> None:
    """Drop the records put aside here: whoever sits here next must not read them."""
    for name in (TALK, *(each.code for each in load_record_kinds().ledgers)):
        await scene.drop(saved_slot(name))


async def _wrong_times(scene: Scene) -> list[datetime]:
    """When wrong codes were typed in this conversation lately."""
    kept = await scene.draft(_SLOT)
    times = [datetime.fromisoformat(each) for each in json.loads(kept)] if kept else []
    return [each for each in times if scene.now - each < WRONG_LIFE]


async def _keep_wrong_times(scene: Scene, times: Sequence[datetime]) -> None:
    value = json.dumps([each.isoformat() for each in times]).encode()
    await scene.keep(_SLOT, value, WRONG_LIFE)
