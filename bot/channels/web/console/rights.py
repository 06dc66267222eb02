"""Which areas of the console somebody may enter, by the posts they hold today. What they see there, services decide."""

from datetime import date
from typing import Literal

from bot.services.directory import Directory
from storage import Handler

Right = Literal["anyone", "signed", "keeper", "handler", "coverage", "administrator"]
"""anyone: also without signing in; signed: any person with an account; keeper: holds a post that keeps records;
handler: receives reports; coverage: watches talks of a unit or writes them up; administrator: runs the house and sees
no content."""
_WATCHING = frozenset({"head", "discipline", "organisation", "liaison"})


def rights_of(person: str, directory: Directory, handler: Handler | None, today: date) -> frozenset[Right]:
    """Give the rights of somebody who is signed in.

    An administrator's other posts open nothing (`entitlements`); nor does a handler's key to whoever left every post.
    """
    roles: set[str] = {post.role for post in directory.posts_of(person, today)}
    found: set[Right] = {"anyone", "signed"}
    if handler is not None and roles:
        found.add("handler")
    if "administrator" in roles:
        return frozenset(found | {"administrator"})
    if roles:
        found.add("keeper")
    if roles & _WATCHING:
        found.add("coverage")
    return frozenset(found)
