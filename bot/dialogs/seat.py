"""Who sits in front of a conversation, and the store as the dialogs of the record job see it."""

from dataclasses import dataclass
from typing import cast

from bot.conversation.scene import Scene
from bot.services.directory import Directory, DirectoryService
from storage import Person, Post, UnitOfWork
from yanlu.errors import AccessDenied
from yanlu.texts import records as texts

_SEAT = "seat"


@dataclass(frozen=True, slots=True)
class Seat:
    """A bound person with the posts held today, the first of them their first."""

    person: Person
    posts: tuple[Post, ...]
    directory: Directory

    @property
    def unit(self) -> str | None:
        """The organisation of the first post, None without one."""
        return self.posts[0].organisation if self.posts else None


def store(scene: Scene) -> UnitOfWork:
    """The turn's open transaction with all its tables: conversations know only those they need themselves."""
    return cast("UnitOfWork", scene.work)


async def seat_of(scene: Scene, directories: DirectoryService) -> Seat | None:
    """The person this conversation is bound to, None for a stranger."""
    if _SEAT not in scene.found:
        scene.found[_SEAT] = await _looked_up(scene, directories)
    return cast("Seat | None", scene.found[_SEAT])


async def seated(scene: Scene, directories: DirectoryService) -> Seat:
    """The person this conversation is bound to. Raises AccessDenied once they are taken off it, in mid-form."""
    seat = await seat_of(scene, directories)
    if seat is None:
        raise AccessDenied(texts.NO_LONGER_BOUND, kept=texts.DRAFT_KEPT, next_step=texts.REJOIN)
    return seat


async def _looked_up(scene: Scene, directories: DirectoryService) -> Seat | None:
    work = store(scene)
    person = await work.bindings.by_key(scene.key)
    if person is None:
        return None
    directory = await directories.of(work)
    return Seat(directory.person(person), tuple(directory.posts_of(person, scene.now.date())), directory)
